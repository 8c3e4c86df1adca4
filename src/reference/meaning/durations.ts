/**
 * Durations for the specification: text is read into microseconds, and printed from them.
 *
 * @since 0.2.0
 */

const second = 1_000_000n
const day = 86_400n * second

const signed = (sign: string | undefined, n: bigint): bigint => (sign === '-' ? -n : n)

/** Whole parts as microseconds, the largest last. */
const total = (parts: ReadonlyArray<string | undefined>, units: ReadonlyArray<bigint>): bigint =>
  parts.reduce((sum, part, i) => sum + BigInt(part ?? '0') * (units[i] ?? 0n), 0n)

const fraction = (digits = ''): string => digits.padEnd(6, '0').slice(0, 6)

/** Microseconds, the second, the minute, the hour, the day, the week. */
const units = [1n, second, 60n * second, 3600n * second, day, 7n * day]

const read = (text: string): bigint | null => {
  const clock =
    /^(?:([+-]?)(\d{1,9})\s(?:days?,?\s)?)?([+-]?)(?:(?:(\d{1,10}):)?(\d{1,10}):)?(\d{1,12})(?:[.,](\d{1,12}))?$/u.exec(
      text,
    )
  if (clock !== null) {
    const [, sign, days, own, hours, minutes, seconds, digits] = clock
    return (
      signed(sign, total([days], [day])) +
      signed(own, total([fraction(digits), seconds, minutes, hours], units))
    )
  }
  const iso =
    /^([+-]?)P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,10})H)?(?:(\d{1,10})M)?(?:(\d{1,12})(?:[.,](\d{1,12}))?S)?)?$/u.exec(
      text,
    )
  if (iso === null || /[PT]$/u.test(text)) return null
  const [, sign, weeks, days, hours, minutes, seconds, digits] = iso
  return signed(sign, total([fraction(digits), seconds, minutes, hours, days, weeks], units))
}

/**
 * The microseconds of a duration.
 *
 * @since 0.2.0
 */
export const lengthOf = (duration: string): bigint => read(duration) ?? 0n

/**
 * The duration in a text. Its clock counts forward from a whole number of days. Missing if the text isn't a duration.
 *
 * @since 0.2.0
 */
export const durationFrom = (text: string): string | null => {
  const length = text.length > 80 ? null : read(text)
  if (length === null) return null
  const clock = ((length % day) + day) % day
  const days = (length - clock) / day
  if (days > 999_999_999n || days < -999_999_999n) return null
  const two = (n: bigint): string => String(n).padStart(2, '0')
  const parts = clock % second === 0n ? '' : `.${String(clock % second).padStart(6, '0')}`
  const [s, m, h] = [(clock / second) % 60n, (clock / (60n * second)) % 60n, clock / (3600n * second)]
  return `${String(days)} ${two(h)}:${two(m)}:${two(s)}${parts}`
}
