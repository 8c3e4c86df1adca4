/**
 * Durations as canonical text, to the microsecond.
 *
 * @since 0.2.0
 */
import { option as O } from 'fp-ts'
import type { Duration } from './Value.js'

const canonicalSpelling = /^(?:0|-?[1-9]\d{0,8}) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{6})?$/u
const clockSpelling =
  /^(?:([+-]?\d{1,9})\s(?:days?,?\s)?)?([+-]?)(?:(?:(\d{1,10}):)?(\d{1,10}):)?(\d{1,12})(?:[.,](\d{1,12}))?$/u
const isoSpelling =
  /^([+-]?)P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,10})H)?(?:(\d{1,10})M)?(?:(\d{1,12})(?:[.,](\d{1,12}))?S)?)?$/u

const perSecond = 1_000_000n
const perDay = 86_400n * perSecond
const mostDays = 999_999_999n

/**
 * The duration for a text, in one of these forms:
 *
 * - `1 02:30:00.5`: days, if any, and a clock. The sign of the days doesn't apply to the clock, which can have its own
 *   sign.
 * - `02:30`: minutes and seconds. `90`: seconds.
 * - `P1DT2H30M`: ISO 8601 without years and months.
 *
 * Anything finer than a microsecond is cut off. A duration has at most 999,999,999 days in either direction.
 *
 * @since 0.2.0
 */
export const parse = (u: unknown): O.Option<Duration> => {
  if (typeof u !== 'string' || u.length > 80) return O.none
  // `.000000` is left out of the canonical text.
  if (canonicalSpelling.test(u) && !u.endsWith('.000000')) return O.some(u as Duration) // just tested
  const text = u.trim()
  const clock = clockSpelling.exec(text)
  if (clock !== null) {
    const [, days, sign, hours, minutes, seconds, parts] = clock
    const time = micros({ hours, minutes, seconds, parts })
    return fromMicros(BigInt(days ?? 0) * perDay + (sign === '-' ? -time : time))
  }
  const iso = isoSpelling.exec(text)
  if (iso === null || /[PT]$/u.test(text)) return O.none
  const [, sign, weeks, days, hours, minutes, seconds, parts] = iso
  const all =
    (BigInt(weeks ?? 0) * 7n + BigInt(days ?? 0)) * perDay + micros({ hours, minutes, seconds, parts })
  return fromMicros(sign === '-' ? -all : all)
}

interface Clock {
  readonly hours: string | undefined
  readonly minutes: string | undefined
  readonly seconds: string | undefined
  readonly parts: string | undefined
}

const micros = ({ hours, minutes, seconds, parts }: Clock): bigint =>
  ((BigInt(hours ?? 0) * 60n + BigInt(minutes ?? 0)) * 60n + BigInt(seconds ?? 0)) * perSecond +
  BigInt((parts ?? '').slice(0, 6).padEnd(6, '0'))

const pad = (n: bigint, width: number): string => String(n).padStart(width, '0')

/**
 * The duration of a number of microseconds, or `none` if it is too long.
 *
 * @since 0.2.0
 */
export const fromMicros = (all: bigint): O.Option<Duration> => {
  const rest = ((all % perDay) + perDay) % perDay
  const days = (all - rest) / perDay
  if (days > mostDays || days < -mostDays) return O.none
  const seconds = rest / perSecond
  const parts = rest % perSecond
  const clock = `${pad(seconds / 3600n, 2)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`
  return O.some(`${String(days)} ${clock}${parts === 0n ? '' : `.${pad(parts, 6)}`}` as Duration) // made here
}

/**
 * The number of microseconds of a duration.
 *
 * @since 0.2.0
 */
export const toMicros = (duration: Duration): bigint => {
  const space = duration.indexOf(' ')
  const [clock = '', parts] = duration.slice(space + 1).split('.')
  const [hours, minutes, seconds] = clock.split(':')
  return BigInt(duration.slice(0, space)) * perDay + micros({ hours, minutes, seconds, parts })
}

/**
 * Compares by length: first the days, and then the clock, whose texts compare as text.
 *
 * @since 0.2.0
 */
export const compare = (a: Duration, b: Duration): -1 | 0 | 1 => {
  if (a === b) return 0
  const [daysA, daysB] = [Number.parseInt(a, 10), Number.parseInt(b, 10)]
  if (daysA !== daysB) return daysA < daysB ? -1 : 1
  return a.slice(a.indexOf(' ')) < b.slice(b.indexOf(' ')) ? -1 : 1
}
