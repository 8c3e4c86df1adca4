export type LookupTree = never
export const parseLookup = <S>(..._: any[]): any => null
export const parseLookups = <S>(..._: any[]): any => null
