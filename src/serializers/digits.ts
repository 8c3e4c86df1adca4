const digit = /^\p{Nd}$/u

/** How many digits before this one follow each other: the scripts' digits are rows of ten, and some rows are neighbours. */
const placeOf = (point: number): number => {
  /* eslint-disable-next-line functional/no-let -- counted by the loop below */
  let before = 0
  /* eslint-disable-next-line functional/no-loop-statements -- no run of digits is longer than fifty */
  while (before < 60 && digit.test(String.fromCodePoint(point - before - 1))) before++
  return before % 10
}

/**
 * A text in which the digits of all scripts are those of ASCII: `١` and `１` are `1`. People write numbers in their own
 * script.
 *
 * @since 0.2.0
 */
export const asciiDigits = (text: string): string =>
  text.replace(/[^\P{Nd}0-9]/gu, (found) => String(placeOf(found.codePointAt(0) ?? 0x30)))
