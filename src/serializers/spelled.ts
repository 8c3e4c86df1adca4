/**
 * Dates and times as people write them in forms and filters: in ISO form, and in the American form with slashes. Each
 * form can be matched in only one way, so matching takes linear time.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import type { Json, Kind } from '../value/Value.js'
import { asciiDigits } from './digits.js'
import type { FieldProblem } from './FieldErrors.js'
import { notOf } from './problem.js'
import { stripped } from './stripped.js'

const longest = 100

const isoDate = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u
const slashedDate = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/u
const monthFirst = /^([a-z]{3,9}) (\d{1,2}),? (\d{4})$/iu
const dayFirst = /^(\d{1,2}) ([a-z]{3,9}),? (\d{4})$/iu
const clockSpelling = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?$/u
const isoClockSpelling = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,12}))?)?$/u
const zoneSpelling = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/u

const two = (text: string): string => text.padStart(2, '0')

const ymd = (year = '', month = '', day = ''): string => `${year.padStart(4, '0')}-${two(month)}-${two(day)}`

/** A year of two digits is in the last century from 69 on, and in this century below. */
const century = (year = ''): string =>
  year.length === 4 ? year : `${Number(year) >= 69 ? '19' : '20'}${year}`

const dateIn = (text: string): string | null => {
  const [, ...iso] = isoDate.exec(text) ?? []
  if (iso.length > 0) return ymd(...iso)
  const [, month, day, year] = slashedDate.exec(text) ?? []
  return year === undefined ? null : ymd(century(year), month, day)
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const fullMonths =
  'january february march april may june july august september october november december'.split(' ')

const monthOf = (name = ''): string => {
  const lower = name.toLowerCase()
  return String(Math.max(months.indexOf(lower), fullMonths.indexOf(lower)) + 1)
}

const namedDateIn = (text: string): string | null => {
  const [, month, day, year] = monthFirst.exec(text) ?? []
  if (year !== undefined) return ymd(year, monthOf(month), day)
  const [, dayBefore, monthAfter, yearAfter] = dayFirst.exec(text) ?? []
  return yearAfter === undefined ? null : ymd(yearAfter, monthOf(monthAfter), dayBefore)
}

const clockIn = (text: string, spelling: RegExp = clockSpelling): string | null => {
  const [, hours, minutes = '', seconds = '0', parts] = spelling.exec(text) ?? []
  if (hours === undefined) return null
  const clock = `${two(hours)}:${two(minutes)}:${two(seconds)}`
  return parts === undefined ? clock : `${clock}.${parts}`
}

const datetimeIn = (text: string): string | null => {
  const at = text.search(/[T ]/u)
  if (at < 0) {
    const date = dateIn(text)
    return date === null ? null : `${date}T00:00:00Z`
  }
  const date = dateIn(text.slice(0, at))
  const rest = stripped(text.slice(at + 1))
  const zone = zoneSpelling.exec(rest)
  const clock = clockIn(zone === null ? rest : rest.slice(0, zone.index), isoClockSpelling)
  return date === null || clock === null ? null : `${date}T${clock}${zone?.[0] ?? 'Z'}`
}

const reading =
  (kind: Kind, spell: (text: string) => string | null) =>
  (text: string): E.Either<FieldProblem, Json> => {
    const spelled = text.length > longest ? null : spell(asciiDigits(stripped(text)))
    return E.fromOption(() => notOf(kind))(spelled === null ? O.none : canonical(kind, spelled))
  }

/**
 * A date: `2020-02-03`, `2020-2-3`, `2/3/2020` (the month first) or `2/3/20`.
 *
 * @since 0.2.0
 */
export const spelledDate = reading('date', dateIn)

/**
 * A date like `spelledDate`, or with the English name of its month: `Jan 31 2020`, `31 January, 2020`.
 *
 * @since 0.2.0
 */
export const namedDate = reading('date', (text) => dateIn(text) ?? namedDateIn(text))

/**
 * A time of day on 24 hours: `9:05`, `10:20:30`, `10:20:30.5`.
 *
 * @since 0.2.0
 */
export const spelledTime = reading('time', (text) => clockIn(text))

/**
 * A date and a time with a space or a `T` between, and optionally a zone. Without a zone it is UTC, and without a time
 * it is midnight.
 *
 * @since 0.2.0
 */
export const spelledDateTime = reading('datetime', datetimeIn)
