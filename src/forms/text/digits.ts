/**
 * Digits and spaces as people type them, whatever their script.
 *
 * @since 0.2.0
 */

const digit = /\p{Nd}/u

/** Digits stand in tens, without gaps: the distance to the first of their run tells the value. */
const valueOf = (point: number): number => {
  /* eslint-disable functional/no-let, functional/no-loop-statements -- walks at most fifty places */
  let first = point
  while (first > 0 && digit.test(String.fromCodePoint(first - 1))) first -= 1
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return (point - first) % 10
}

/**
 * The text with the digits of all scripts in ASCII: `'１２'` is `'12'`.
 *
 * @since 0.2.0
 */
export const asciiDigits = (text: string): string =>
  text.replace(/\p{Nd}/gu, (each) =>
    each >= '0' && each <= '9' ? each : String(valueOf(each.codePointAt(0) ?? 0)),
  )

// What Unicode calls white space, with the four separators of ASCII.
const space = /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u

/**
 * The text without the white space around it. It takes one step a character.
 *
 * @since 0.2.0
 */
export const stripped = (text: string): string => {
  /* eslint-disable functional/no-let, functional/no-loop-statements -- a pattern would take a square of steps */
  let start = 0
  let end = text.length
  while (start < end && space.test(text.charAt(start))) start += 1
  while (end > start && space.test(text.charAt(end - 1))) end -= 1
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return text.slice(start, end)
}
