/**
 * Dates, times and durations as programs write them.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import type { Json, Kind } from '../value/Value.js'
import { asciiDigits } from './digits.js'
import type { FieldProblem } from './FieldErrors.js'
import { notOf } from './problem.js'

type Read = E.Either<FieldProblem, Json>

const date = '(\\d{4})-(\\d{1,2})-(\\d{1,2})'
const clock = '(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:[.,](\\d{1,6})\\d{0,6})?)?'
const datePattern = new RegExp(`^${date}$`, 'u')
const timePattern = new RegExp(`^${clock}$`, 'u')
const datetimePattern = new RegExp(`^${date}[T ]${clock}(Z|[+-]\\d{2}(?::?\\d{2})?)?$`, 'iu')

const two = (text: string | undefined): string => (text ?? '0').padStart(2, '0')

const clockOf = (parts: ReadonlyArray<string | undefined>): string => {
  const [hour, minute, second, fraction = ''] = parts
  // Smaller units than a millisecond are cut off.
  return `${two(hour)}:${two(minute)}:${two(second)}.${fraction.slice(0, 3).padEnd(3, '0')}`
}

const matched = (pattern: RegExp, given: unknown): ReadonlyArray<string | undefined> | null =>
  typeof given === 'string' && given.length <= 100
    ? (pattern.exec(asciiDigits(given))?.slice(1) ?? null)
    : null

const read = (kind: Kind, text: string | null): Read =>
  E.fromOption(() => notOf(kind))(text === null ? O.none : canonical(kind, text))

const dateOf = ([year, month, day]: ReadonlyArray<string | undefined>): string =>
  `${year ?? ''}-${two(month)}-${two(day)}`

/** `2020-02-03`, `2020-2-3`. @since 0.2.0 */
export const readDate = (given: unknown): Read => {
  const parts = matched(datePattern, given)
  return read('date', parts === null ? null : dateOf(parts))
}

/** `20:30`, `20:30:15.123`. @since 0.2.0 */
export const readTime = (given: unknown): Read => {
  const parts = matched(timePattern, given)
  return read('time', parts === null ? null : clockOf(parts))
}

/**
 * A date and a time, with an offset or `Z`. Without either, it is UTC.
 *
 * @since 0.2.0
 */
export const readDateTime = (given: unknown): Read => {
  const parts = matched(datetimePattern, given)
  if (parts === null) return read('datetime', null)
  const zone = parts[7] ?? 'Z'
  const offset =
    zone.toUpperCase() === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '').padEnd(2, '0')}`
  return read('datetime', `${dateOf(parts)}T${clockOf(parts.slice(3, 7))}${offset}`)
}

/**
 * A duration: `1 02:30:00`, `3:20`, or a number of seconds. An empty text is zero.
 *
 * @since 0.2.0
 */
export const readDuration = (given: unknown): Read => {
  const text =
    typeof given === 'number' ? String(given) : typeof given === 'string' ? asciiDigits(given) : null
  return read('duration', text === '' ? '0' : text)
}
