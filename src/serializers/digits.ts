const digit = /^\p{Nd}$/u

/**
 * The number of consecutive digits before this one. A script's digits are ten consecutive code points, and some scripts
 * are neighbours.
 */
const placeOf = (point: number): number => {
  /* eslint-disable-next-line functional/no-let -- counted by the loop below */
  let before = 0
  /* eslint-disable-next-line functional/no-loop-statements -- no run of digits is longer than fifty */
  while (before < 60 && digit.test(String.fromCodePoint(point - before - 1))) before++
  return before % 10
}

/**
 * Text in which the digits of all scripts are replaced by those of ASCII: `١` and `１` become `1`.
 *
 * @since 0.2.0
 */
export const asciiDigits = (text: string): string =>
  text.replace(/[^\P{Nd}0-9]/gu, (found) => String(placeOf(found.codePointAt(0) ?? 0x30)))
