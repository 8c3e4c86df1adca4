/**
 * Formats values by the conventions of a locale.
 *
 * @since 0.2.0
 */
import { option as O } from 'fp-ts'
import { parse, toMicros } from './Duration.js'
import { canonicalJson } from './Order.js'
import type { Duration as DurationText, Json, Kind } from './Value.js'

/**
 * The options of `Intl.NumberFormat` and `Intl.DateTimeFormat`, such as `currency` or `dateStyle`. Times are in UTC
 * unless `timeZone` is given.
 *
 * @since 0.2.0
 */
export type FormatOptions = Intl.NumberFormatOptions & Intl.DateTimeFormatOptions

/**
 * Formats values for a locale with `Intl`: numbers, exact decimals with their places, dates, times and datetimes.
 * Durations are given in days, hours, minutes and seconds. A value without a local form, such as text, stays as it is.
 * A missing value is empty. If `Intl` doesn't know the locale or the options, values stay as they are.
 *
 * @example
 * import { formatIn } from 'queryset-ts'
 * const german = formatIn('de-DE')
 * console.log(german('decimal', '1234567.50'), german('date', '2024-03-01')) // => 1.234.567,50 01.03.2024
 * console.log(formatIn('en-US', { style: 'currency', currency: 'USD' })('decimal', '9.90')) // => $9.90
 *
 * @since 0.2.0
 */
export const formatIn = (
  locale: string,
  options: FormatOptions = {},
): ((kind: Kind, value: Json) => string) => {
  // Formatters are slow to create.
  const known = new Map<string, (value: Json) => string>()
  return (kind, value) => {
    if (value === null) return ''
    const key = kind === 'decimal' ? `decimal ${String(placesOf(value))}` : kind
    const format = known.get(key) ?? formatter(kind, locale, options, placesOf(value))
    known.set(key, format)
    return O.getOrElse(() => plain(value))(O.tryCatch(() => format(value)))
  }
}

const plain = (value: Json): string => (typeof value === 'string' ? value : canonicalJson(value))

/** The number of places of a decimal. */
const placesOf = (value: Json): number => (typeof value === 'string' ? (value.split('.')[1] ?? '').length : 0)

const formatter = (
  kind: Kind,
  locale: string,
  options: FormatOptions,
  places: number,
): ((value: Json) => string) =>
  O.getOrElse(() => plain)(O.tryCatch(() => formatterOf(kind, locale, options, places)))

const formatterOf = (
  kind: Kind,
  locale: string,
  options: FormatOptions,
  places: number,
): ((value: Json) => string) => {
  switch (kind) {
    case 'int':
    case 'float': {
      const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 20, ...options })
      return (value) => (typeof value === 'number' ? numbers.format(value) : plain(value))
    }
    case 'decimal': {
      const digits = Math.min(places, 100)
      const numbers = new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        ...options,
      })
      // Text is formatted exactly, whatever its length.
      return (value) =>
        Number.isNaN(Number(plain(value))) ? plain(value) : numbers.format(plain(value) as `${number}`) // just asked
    }
    case 'date':
      return moments(locale, { dateStyle: 'medium' }, { ...options, timeZone: 'UTC' }, (text) => text)
    case 'time':
      return moments(
        locale,
        { timeStyle: 'medium' },
        { ...options, timeZone: 'UTC' },
        (text) => `1970-01-01T${text}Z`,
      )
    case 'datetime':
      return moments(
        locale,
        { dateStyle: 'medium', timeStyle: 'medium' },
        { timeZone: 'UTC', ...options },
        (text) => text,
      )
    case 'duration':
      return durations(locale)
    case 'boolean':
    case 'text':
    case 'uuid':
    case 'json':
      return plain
  }
}

/** Single members of a date can't be combined with a style. */
const moments = (
  locale: string,
  style: Intl.DateTimeFormatOptions,
  options: FormatOptions,
  instant: (text: string) => string,
): ((value: Json) => string) => {
  const { timeZone, ...own } = options
  const chosen = Object.keys(own).some((name) => memberNames.has(name))
  const dates = new Intl.DateTimeFormat(locale, { ...(chosen ? {} : style), ...own, timeZone })
  return (value) => dates.format(new Date(instant(plain(value))))
}

const memberNames: ReadonlySet<string> = new Set([
  'dateStyle',
  'timeStyle',
  'weekday',
  'era',
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'dayPeriod',
  'fractionalSecondDigits',
])

const durations = (locale: string): ((value: Json) => string) => {
  const units = (['day', 'hour', 'minute', 'second'] as const).map(
    (unit) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 6 }),
  )
  const list = new Intl.ListFormat(locale, { type: 'unit', style: 'narrow' })
  return (value) =>
    O.match(
      () => plain(value),
      (duration: DurationText) => {
        const all = toMicros(duration)
        const sign = all < 0n ? -1 : 1
        const left = all < 0n ? -all : all
        const seconds = left / 1_000_000n
        const parts = [seconds / 86_400n, (seconds / 3600n) % 24n, (seconds / 60n) % 60n]
        const last = Number(seconds % 60n) + Number(left % 1_000_000n) / 1_000_000
        const present = [...parts.map(Number), last].flatMap((part, i) => (part === 0 ? [] : [{ part, i }]))
        // The sign comes before the first part.
        const texts = present.map(({ part, i }, at) => units[i]?.format(at === 0 ? sign * part : part) ?? '')
        return texts.length === 0 ? (units[3]?.format(0) ?? '') : list.format(texts)
      },
    )(parse(value))
}
