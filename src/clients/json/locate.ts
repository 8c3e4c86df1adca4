/**
 * Finds places in a JSON file, for errors. Only invalid files are read in this way.
 *
 * @since 0.1.0
 */
/**
 * A place in a text. Both numbers count from 1, and columns count UTF-16 units.
 *
 * @since 0.1.0
 */
export interface Position {
  readonly line: number
  readonly column: number
}

/**
 * A part of a list of rows: the list (`row` is `null`), a row (`column` is `null`), or the value or the name of one of
 * its columns.
 *
 * @since 0.1.0
 */
export interface LocatedText {
  readonly row: number | null
  readonly column: string | null
  readonly name?: boolean
}

type JsonPath = () => ReadonlyArray<string | number>
type Begin = (offset: number, length: number, line: number, character: number, path: JsonPath) => void
type OnToken<A> = (
  told: A,
  offset: number,
  length: number,
  line: number,
  character: number,
  path: JsonPath,
) => void

/**
 * The functions that are called while a text is read. The types of `jsonc-parser` aren't used, since it may not be
 * installed.
 *
 * @since 0.1.0
 */
export interface Visitor {
  readonly onObjectBegin?: Begin
  readonly onArrayBegin?: Begin
  readonly onLiteralValue?: OnToken<unknown>
  readonly onObjectProperty?: OnToken<string>
  readonly onError?: (code: number, offset: number, length: number, line: number, character: number) => void
}

/**
 * The part of `jsonc-parser` that is used.
 *
 * @since 0.1.0
 */
export interface Parser {
  readonly visit: (text: string, visitor: Visitor, options: { readonly disallowComments: boolean }) => unknown
  readonly printParseErrorCode: (code: number) => string
}

/**
 * `jsonc-parser`, which is an optional peer, or `null` if it isn't installed.
 *
 * @since 0.1.0
 */
export const optionalParser = async (): Promise<Parser | null> => {
  try {
    const found: object = await import('jsonc-parser')
    // If its CommonJS build is imported, its functions are under `default`. In the other build they aren't.
    return [found, 'default' in found ? found.default : null].find(isParser) ?? null
  } catch {
    return null
  }
}

const isParser = (u: unknown): u is Parser =>
  typeof u === 'object' && u !== null && 'visit' in u && 'printParseErrorCode' in u

/**
 * The place of a part, or of the row if it lacks the column. `null` if there is no parser.
 *
 * @since 0.1.0
 */
export const locate = (parser: Parser | null, text: string, part: LocatedText): Position | null => {
  const wanted = [...(part.row === null ? [] : [part.row]), ...(part.column === null ? [] : [part.column])]
  const found: Array<Position> = []
  const around: Array<Position> = []
  const see = (path: ReadonlyArray<string | number>, line: number, character: number): void => {
    if (!path.every((each, i) => each === wanted[i])) return
    const at = { line: line + 1, column: character + 1 }
    if (path.length === wanted.length) found.push(at)
    else if (path.length === wanted.length - 1) around.push(at)
  }
  const value = (_: unknown, line: number, character: number, path: () => ReadonlyArray<string | number>) => {
    if (part.name !== true) see(path(), line, character)
  }
  visit(parser, text, {
    onObjectBegin: (offset, _, line, character, path) => {
      value(offset, line, character, path)
    },
    onArrayBegin: (offset, _, line, character, path) => {
      value(offset, line, character, path)
    },
    onLiteralValue: (literal, _offset, _length, line, character, path) => {
      value(literal, line, character, path)
    },
    onObjectProperty: (name, _offset, _length, line, character, path) => {
      if (part.name === true) see([...path(), name], line, character)
    },
  })
  // If a name occurs twice, the last one counts, as for JSON.parse.
  return found.at(-1) ?? around.at(-1) ?? null
}

/**
 * Where a text stops being JSON, and why, if there is a parser.
 *
 * @since 0.1.0
 */
export const locateMistake = (
  parser: Parser | null,
  text: string,
): { readonly position: Position; readonly reason: string } | null => {
  const mistakes: Array<{ readonly position: Position; readonly reason: string }> = []
  visit(parser, text, {
    onError: (code, _offset, _length, line, character) => {
      mistakes.push({
        position: { line: line + 1, column: character + 1 },
        // 'CommaExpected' becomes 'comma expected'.
        reason: (parser?.printParseErrorCode(code) ?? '').replace(/\B[A-Z]/gu, ' $&').toLowerCase(),
      })
    },
  })
  return mistakes[0] ?? null
}

const visit = (parser: Parser | null, text: string, visitor: Visitor): void => {
  try {
    parser?.visit(text, visitor, { disallowComments: true })
  } catch {
    // The parser recurses. A text that is nested too deeply for it has no place.
  }
}
