// Unicode's white space, and the four separators of ASCII.
const space = /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u

/**
 * The text without the white space around it. It takes one step for each character.
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
