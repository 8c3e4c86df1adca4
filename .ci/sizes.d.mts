export declare const functionsIn: (
  path: string,
  text: string,
) => ReadonlyArray<{ readonly name: string; readonly line: number; readonly lines: number }>
export declare const offencesIn: (
  texts: ReadonlyMap<string, string>,
  listed: { readonly [key: string]: string },
) => ReadonlyArray<string>
export declare const codeLinesIn: (text: string) => number
