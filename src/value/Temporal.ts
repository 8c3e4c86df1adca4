/**
 * Dates, times and datetimes as canonical text, with calendar arithmetic in whole numbers. The texts compare as text.
 *
 * @since 0.1.0
 */
import { option as O } from 'fp-ts'
import type { DateText, DateTime, TimeText } from './Value.js'

const pad = (n: number, width: number): string => String(n).padStart(width, '0')

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31

/** The number of days since 1970-01-01. */
const toDays = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return (
    era * 146097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719468
  )
}

const fromDays = (days: number): string => {
  const z = days + 719468
  const era = Math.floor(z / 146097)
  const dayOfEra = z - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  return `${pad(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

/** The number for two digits. */
const two = (text: string, at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528

const yearOf = (text: string): number => two(text, 0) * 100 + two(text, 2)
const monthOf = (text: string): number => two(text, 5)
const dayOf = (text: string): number => two(text, 8)
const daysOf = (text: string): number => toDays(yearOf(text), monthOf(text), dayOf(text))

const datePattern = /^\d{4}-\d{2}-\d{2}$/u
const timePattern = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?$/u
const dateTimePattern =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?)\s?(Z|[+-]\d{2}(?::?\d{2})?)$/iu

/**
 * The date for a text: `YYYY-MM-DD`, years 0001 to 9999.
 *
 * @since 0.1.0
 */
export const parseDate = (u: unknown): O.Option<DateText> => {
  return typeof u === 'string' && datePattern.test(u) && isDay(u) ? O.some(u as DateText) : O.none // just checked
}

/** Whether the text, which has the right form, starts with a day that exists in the calendar. */
const isDay = (text: string): boolean =>
  yearOf(text) >= 1 &&
  monthOf(text) >= 1 &&
  monthOf(text) <= 12 &&
  dayOf(text) >= 1 &&
  dayOf(text) <= daysIn(yearOf(text), monthOf(text))

const isClock = (text: string, at: number): boolean =>
  two(text, at) <= 23 && two(text, at + 3) <= 59 && two(text, at + 6) <= 59

/** The milliseconds for the digits after the point. Anything finer is cut off. */
const millis = (digits: string | undefined): number =>
  digits === undefined ? 0 : Number(digits.slice(0, 3).padEnd(3, '0'))

const clock = (ms: number): string =>
  `${pad(Math.floor(ms / 3600000), 2)}:${pad(Math.floor(ms / 60000) % 60, 2)}:${pad(Math.floor(ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`

const timeMillis = (text: string): number | null => {
  const match = timePattern.exec(text)
  if (match === null) return null
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)]
  const ms = millis(match[4])
  return hour > 23 || minute > 59 || second > 59 ? null : ((hour * 60 + minute) * 60 + second) * 1000 + ms
}

/**
 * The time of day for a text: `HH:MM`, with optional seconds and fractions. Anything finer than milliseconds, which
 * some databases store, is cut off.
 *
 * @since 0.1.0
 */
export const parseTime = (u: unknown): O.Option<TimeText> => {
  // Rows usually have the canonical text already.
  if (typeof u === 'string' && canonicalTime.test(u)) return isClock(u, 0) ? O.some(u as TimeText) : O.none
  const ms = typeof u === 'string' ? timeMillis(u) : null
  return ms === null ? O.none : O.some(clock(ms) as TimeText) // made here
}

const canonicalTime = /^\d{2}:\d{2}:\d{2}\.\d{3}$/u
const canonicalDateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/u

/**
 * The instant for a `Date`, or for a text with a date, a time and an offset (`Z` or `±HH:MM`). Anything finer than
 * milliseconds is cut off.
 *
 * @since 0.1.0
 */
export const parseDateTime = (u: unknown): O.Option<DateTime> => {
  if (u instanceof Date) {
    const iso = Number.isNaN(u.getTime()) ? '' : u.toISOString()
    return canonicalDateTime.test(iso) && !iso.startsWith('0000') ? O.some(iso as DateTime) : O.none // just checked
  }
  if (typeof u === 'string' && canonicalDateTime.test(u))
    return isDay(u) && isClock(u, 11) ? O.some(u as DateTime) : O.none // just checked
  const match = typeof u === 'string' ? dateTimePattern.exec(u) : null
  const [, day = '', time = '', zone = ''] = match ?? []
  const date = parseDate(day)
  const ms = timeMillis(time)
  if (match === null || O.isNone(date) || ms === null) return O.none
  const offset = offsetMillis(zone)
  if (offset === null) return O.none
  return instant(daysOf(day), ms - offset)
}

/**
 * A time or an instant at its full precision: its canonical text, with all given digits after the point. Backends
 * compare all of them.
 *
 * @since 0.2.0
 */
export const finest = (kind: 'time' | 'datetime', u: unknown): string | null => {
  const cut = O.toNullable<string>(kind === 'time' ? parseTime(u) : parseDateTime(u))
  const digits = typeof u === 'string' ? (/\.(\d{4,12})/u.exec(u)?.[1] ?? '').replace(/0{1,12}$/u, '') : ''
  return cut === null || digits.length <= 3 ? cut : cut.replace(/\.\d{3}/u, `.${digits}`)
}

/**
 * Compares two results of `finest`.
 *
 * @since 0.2.0
 */
export const compareFinest = (a: string, b: string): -1 | 0 | 1 => {
  // Without the letter of the zone, the shorter text is less.
  const [x, y] = [a.replace('Z', ''), b.replace('Z', '')]
  return x < y ? -1 : x === y ? 0 : 1
}

const offsetMillis = (zone: string): number | null => {
  if (zone.toUpperCase() === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || '0')
  return hours > 23 || minutes > 59 ? null : (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60000
}

const perDay = 86400000

const instant = (days: number, ms: number): O.Option<DateTime> => {
  const shift = Math.floor(ms / perDay)
  const on = days + shift
  return on < toDays(1, 1, 1) || on > toDays(9999, 12, 31)
    ? O.none
    : O.some(`${fromDays(on)}T${clock(ms - shift * perDay)}Z` as DateTime) // made here
}

/* The functions below take canonical text: a date, a datetime, or, where they are about the clock, a time. */

/** The position of the clock: after the date, or at the start. */
const clockAt = (text: string): number => (text.length > 12 ? 11 : 0)

/** @since 0.1.0 */
export const year = yearOf
/** @since 0.1.0 */
export const month = monthOf
/** @since 0.1.0 */
export const day = dayOf
/** @since 0.1.0 */
export const quarter = (text: string): number => Math.ceil(monthOf(text) / 3)
/** @since 0.1.0 */
export const hour = (text: string): number => two(text, clockAt(text))
/** @since 0.1.0 */
export const minute = (text: string): number => two(text, clockAt(text) + 3)
/**
 * Whole seconds.
 *
 * @since 0.1.0
 */
export const second = (text: string): number => two(text, clockAt(text) + 6)

const isoWeekDayOf = (days: number): number => ((((days + 3) % 7) + 7) % 7) + 1

/**
 * The day of the week: 1 is Monday, 7 is Sunday.
 *
 * @since 0.1.0
 */
export const isoWeekDay = (text: string): number => isoWeekDayOf(daysOf(text))

/**
 * The day of the week: 1 is Sunday, 7 is Saturday.
 *
 * @since 0.1.0
 */
export const weekDay = (text: string): number => (isoWeekDay(text) % 7) + 1

/** The Thursday of the same ISO week, in days since 1970. Its year is the year of the week. */
const thursday = (text: string): number => {
  const days = daysOf(text)
  return days - isoWeekDayOf(days) + 4
}

/** The year of a day that is in the given year or, by a few days, in the one before or after. */
const yearNear = (days: number, near: number): number =>
  days < toDays(near, 1, 1) ? near - 1 : days >= toDays(near + 1, 1, 1) ? near + 1 : near

/** @since 0.1.0 */
export const isoYear = (text: string): number => yearNear(thursday(text), yearOf(text))

/**
 * The ISO week, 1 to 53.
 *
 * @since 0.1.0
 */
export const week = (text: string): number => {
  const days = thursday(text)
  return Math.floor((days - toDays(yearNear(days, yearOf(text)), 1, 1)) / 7) + 1
}

/**
 * The date of a datetime.
 *
 * @since 0.1.0
 */
export const dateOf = (text: string): string => text.slice(0, 10)

/**
 * The time of day of a datetime.
 *
 * @since 0.1.0
 */
export const timeOf = (text: string): string => text.slice(11, 23)

/** @since 0.1.0 */
export type Unit = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second'

/**
 * Truncates to the start of a unit. (The first day of the year 1 is a Monday, so the start of each week is a valid
 * date.)
 *
 * @since 0.1.0
 */
export const trunc = (unit: Unit, text: string): string => {
  switch (unit) {
    case 'hour':
    case 'minute':
    case 'second':
      return truncClock(unit, text)
    default: {
      const date = truncDate(unit, text)
      return text.length > 10 ? `${date}T00:00:00.000Z` : date
    }
  }
}

const truncDate = (unit: 'year' | 'quarter' | 'month' | 'week' | 'day', text: string): string => {
  switch (unit) {
    case 'year':
      return `${text.slice(0, 4)}-01-01`
    case 'quarter':
      return `${text.slice(0, 4)}-${pad(quarter(text) * 3 - 2, 2)}-01`
    case 'month':
      return `${text.slice(0, 7)}-01`
    case 'week':
      return fromDays(thursday(text) - 3)
    case 'day':
      return text.slice(0, 10)
  }
}

const truncClock = (unit: 'hour' | 'minute' | 'second', text: string): string => {
  const at = clockAt(text)
  const kept = text.slice(0, at + (unit === 'hour' ? 2 : unit === 'minute' ? 5 : 8))
  const rest = unit === 'hour' ? ':00:00.000' : unit === 'minute' ? ':00.000' : '.000'
  return `${kept}${rest}${at === 0 ? '' : 'Z'}`
}
