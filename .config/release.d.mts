export declare const isNext: (before: string, after: string) => boolean
export declare const released: (
  changelog: string,
  version: string,
  date: string,
) => { readonly problem?: string; readonly isBreaking?: boolean; readonly changelog?: string }
export declare const announces: (before: string, after: string, isBreaking: boolean) => boolean
