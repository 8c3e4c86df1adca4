export interface Offence {
  readonly file: string
  readonly line: number
  readonly text: string
}
export declare const check: (files: ReadonlyMap<string, string>) => {
  readonly files: number
  readonly offences: ReadonlyArray<Offence>
  readonly notes: ReadonlyArray<Offence>
}
export declare const print: (offence: Offence) => string
