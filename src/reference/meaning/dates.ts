/**
 * The meaning of the functions of dates, times and datetimes, for the specification: in UTC, with JavaScript's
 * calendar.
 *
 * @since 0.2.0
 */
import { printed, strict, type Argument, type Meanings } from './Meaning.js'

const dayLength = 24 * 60 * 60 * 1000

/** The first instant of the day of a date or datetime. */
const day = (x: Argument): Date => new Date(`${printed(x).slice(0, 10)}T00:00:00.000Z`)

const later = (date: Date, days: number): Date => new Date(date.getTime() + days * dayLength)

/** From 1 on Monday to 7 on Sunday. */
const isoWeekDay = (x: Argument): number => ((day(x).getUTCDay() + 6) % 7) + 1

/** The Thursday of the same week. Its year is the year of the week. */
const thursday = (x: Argument): Date => later(day(x), 4 - isoWeekDay(x))

const yearOf = (date: Date): number => date.getUTCFullYear()

/** The first week of a year is the one with its first Thursday. */
const week = (x: Argument): number => {
  const first = day(`${String(yearOf(thursday(x))).padStart(4, '0')}-01-01`)
  return Math.floor((thursday(x).getTime() - first.getTime()) / (7 * dayLength)) + 1
}

const quarter = (x: Argument): number => Math.ceil((day(x).getUTCMonth() + 1) / 3)

/** The clock of a time or datetime: hours, minutes and seconds. */
const clock = (x: Argument): ReadonlyArray<number> =>
  printed(x).replace(/^.*T/u, '').slice(0, 8).split(':').map(Number)

/** The date that begins a unit. For a datetime it is a datetime. */
const begun = (date: string, x: Argument): string => (printed(x).length > 10 ? `${date}T00:00:00.000Z` : date)

const twoDigits = (n: number): string => String(n).padStart(2, '0')

/** @since 0.2.0 */
export const dates: Meanings = {
  year: strict('int', ([x]) => yearOf(day(x))),
  iso_year: strict('int', ([x]) => yearOf(thursday(x))),
  quarter: strict('int', ([x]) => quarter(x)),
  month: strict('int', ([x]) => day(x).getUTCMonth() + 1),
  week: strict('int', ([x]) => week(x)),
  day: strict('int', ([x]) => day(x).getUTCDate()),
  week_day: strict('int', ([x]) => day(x).getUTCDay() + 1),
  iso_week_day: strict('int', ([x]) => isoWeekDay(x)),
  hour: strict('int', ([x]) => clock(x)[0] ?? null),
  minute: strict('int', ([x]) => clock(x)[1] ?? null),
  second: strict('int', ([x]) => clock(x)[2] ?? null),
  date: strict('date', ([x]) => printed(x).slice(0, 10)),
  time: strict('time', ([x]) => printed(x).replace(/^.*T/u, '').replace('Z', '')),
  trunc_year: strict('first', ([x]) => begun(`${printed(x).slice(0, 4)}-01-01`, x)),
  trunc_quarter: strict('first', ([x]) =>
    begun(`${printed(x).slice(0, 4)}-${twoDigits(quarter(x) * 3 - 2)}-01`, x),
  ),
  trunc_month: strict('first', ([x]) => begun(`${printed(x).slice(0, 7)}-01`, x)),
  trunc_week: strict('first', ([x]) => begun(later(thursday(x), -3).toISOString().slice(0, 10), x)),
  trunc_day: strict('first', ([x]) => begun(printed(x).slice(0, 10), x)),
  trunc_hour: strict('first', ([x]) => printed(x).replace(/:\d\d:\d\d\.\d+/u, ':00:00.000')),
  trunc_minute: strict('first', ([x]) => printed(x).replace(/:\d\d\.\d+/u, ':00.000')),
  trunc_second: strict('first', ([x]) => printed(x).replace(/\.\d+/u, '.000')),
  now: strict('datetime', (_, __, now) => now),
}
