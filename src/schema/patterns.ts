/**
 * Patterns that text must match, and the errors of text that doesn't.
 *
 * @since 0.2.0
 */

/**
 * A pattern, and the message and code of the error for a text that doesn't match it.
 *
 * @since 0.2.0
 */
export interface Pattern {
  readonly source: string
  readonly flags: string
  readonly message: string
  readonly code: string
  readonly test: (text: string) => boolean
}

/**
 * Reads a pattern as `field.text` takes it. The result keeps no position between two tests.
 *
 * @since 0.2.0
 */
export const patternOf = (
  given: readonly [pattern: RegExp, message: string, code: string] | undefined,
): Pattern | null => {
  const [pattern, message, code] = Array.isArray(given) ? (given as ReadonlyArray<unknown>) : []
  if (!(pattern instanceof RegExp)) return null
  const own = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/gu, ''))
  return {
    source: own.source,
    flags: own.flags,
    message: typeof message === 'string' ? message : 'has not the right form',
    code: typeof code === 'string' ? code : 'invalid',
    test: (text) => own.test(text),
  }
}
