/**
 * Dates and times as people write them into forms and filters.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import type { Json } from '../value/Value.js'
import { asciiDigits } from './digits.js'
import type { FieldProblem } from './FieldErrors.js'
import { notOf } from './problem.js'

type Read = E.Either<FieldProblem, Json>

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const fullMonths =
  'january february march april may june july august september october november december'.split(' ')

const monthOf = (name: string): string => {
  const lower = name.toLowerCase()
  return String(Math.max(months.indexOf(lower), fullMonths.indexOf(lower)) + 1)
}

/** A year of two digits is in this century up to 68, and in the last one from 69. */
const yearOf = (text: string): string =>
  text.length > 2 ? text : String(Number(text) + (Number(text) < 69 ? 2000 : 1900))

type Parts = readonly [year: string, month: string, day: string]

/** Each spelling, and how its parts are those of a date. */
const spellings: ReadonlyArray<readonly [RegExp, (parts: ReadonlyArray<string>) => Parts]> = [
  [/^(\d{4})-(\d{1,2})-(\d{1,2})$/u, ([y = '', m = '', d = '']) => [y, m, d]],
  [/^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/u, ([m = '', d = '', y = '']) => [yearOf(y), m, d]],
  [/^([a-z]{3,9}) (\d{1,2}),? (\d{4})$/iu, ([m = '', d = '', y = '']) => [y, monthOf(m), d]],
  [/^(\d{1,2}) ([a-z]{3,9}),? (\d{4})$/iu, ([d = '', m = '', y = '']) => [y, monthOf(m), d]],
]

const two = (text: string): string => text.padStart(2, '0')

const shortest = (given: string): string | null => {
  const text = asciiDigits(given).trim()
  return text.length > 40 ? null : text
}

/**
 * A date as `2020-01-31`, `1/31/2020`, `1/31/20`, `Jan 31 2020`, `31 January, 2020`.
 *
 * @since 0.2.0
 */
export const spelledDate = (given: string): Read => {
  const text = shortest(given)
  const found = spellings
    .map(([pattern, parts]) => {
      const match = text === null ? null : pattern.exec(text)
      return match === null ? null : parts(match.slice(1))
    })
    .find((parts) => parts !== null)
  return E.fromOption(() => notOf('date'))(
    found === undefined
      ? O.none
      : canonical('date', `${found[0].padStart(4, '0')}-${two(found[1])}-${two(found[2])}`),
  )
}

/** A time as `20:30`, `20:30:15`, `20:30:15.25`. @since 0.2.0 */
export const spelledTime = (given: string): Read => {
  const match = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?$/u.exec(shortest(given) ?? '')
  const [, hour = '', minute = '', second = '0', fraction = ''] = match ?? []
  return E.fromOption(() => notOf('time'))(
    match === null
      ? O.none
      : canonical(
          'time',
          `${two(hour)}:${two(minute)}:${two(second)}.${fraction.slice(0, 3).padEnd(3, '0')}`,
        ),
  )
}
