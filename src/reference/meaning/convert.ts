/**
 * Conversions between kinds, for the specification.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind } from '../../value/Value.js'
import { exact, exactOf, rounded, spell } from './decimals.js'
import { durationFrom } from './durations.js'
import { printed } from './Meaning.js'
import { spellJson } from './order.js'

/**
 * A finite number, with zero for `-0`. Any other number is missing.
 *
 * @since 0.2.0
 */
export const finite = (n: number): Json => (Number.isFinite(n) ? n + 0 : null)

/**
 * An int. Any other number is missing.
 *
 * @since 0.2.0
 */
export const whole = (n: number): Json => (Number.isSafeInteger(n) ? n + 0 : null)

/**
 * The nearest whole number, rounded half to even.
 *
 * @since 0.2.0
 */
export const halfEven = (x: number): number => {
  const [below, above] = [Math.floor(x), Math.floor(x) + 1]
  return x - below < 0.5 || (x - below === 0.5 && below % 2 === 0) ? below + 0 : above + 0
}

/**
 * A value converted to another kind. Missing if that isn't possible.
 *
 * @since 0.2.0
 */
export const convert = (from: Kind, to: Kind, value: Json): Json => {
  if (value === null || from === to) return value
  if (to === 'text') return from === 'json' ? spellJson(value) : printed(value)
  if (from === 'text') return fromText(to, printed(value).trim())
  switch (`${from} to ${to}`) {
    case 'int to float':
      return value
    case 'int to decimal':
    case 'float to decimal':
      return spell(exactOf(value))
    case 'float to int':
      return whole(halfEven(Number(value)))
    case 'decimal to int':
      return whole(Number(spell(rounded(exactOf(value), 0)) ?? NaN))
    case 'decimal to float':
      return finite(Number(value))
    case 'boolean to int':
      return value === true ? 1 : 0
    case 'int to boolean':
      return value !== 0
    case 'datetime to date':
      return printed(value).slice(0, 10)
    case 'datetime to time':
      return printed(value).slice(11, 23)
    case 'date to datetime':
      return `${printed(value)}T00:00:00.000Z`
    default:
      return null
  }
}

/** The longest text that may be a decimal: 1,000 digits, as many unnecessary zeros, a sign and a point. */
const longestDecimal = 2002

const decimalFrom = (text: string): Json => {
  const read = text.length > longestDecimal ? null : exact(text)
  return read === null ? null : spell(read)
}

const fromText = (to: Kind, text: string): Json => {
  switch (to) {
    case 'int':
      return /^[+-]?\d+$/u.test(text) ? whole(Number(text)) : null
    case 'float': {
      const decimal = decimalFrom(text)
      return decimal === null ? null : finite(Number(decimal))
    }
    case 'decimal':
      return decimalFrom(text)
    case 'boolean':
      return ['true', 't', 'yes', 'on', '1'].includes(text.toLowerCase())
        ? true
        : ['false', 'f', 'no', 'off', '0'].includes(text.toLowerCase())
          ? false
          : null
    case 'json':
      return E.getOrElse((): Json => null)(
        E.tryCatch(
          () => plain(JSON.parse(text), 0),
          () => null,
        ),
      )
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/u.test(text) && isDay(text) ? text : null
    case 'time':
      return timeFrom(text)
    case 'datetime':
      return datetimeFrom(text)
    case 'duration':
      return durationFrom(text)
    case 'uuid': {
      const parts = /^(.{8})-?(.{4})-?(.{4})-?(.{4})-?(.{12})$/u.exec(text.toLowerCase())?.slice(1) ?? []
      return /^[\da-f]{32}$/u.test(parts.join('')) ? parts.join('-') : null
    }
    case 'text':
      return text
  }
}

/** A day exists in the calendar if it is the same after reading and printing. */
const isDay = (text: string): boolean => {
  const day = new Date(`${text}T00:00:00.000Z`)
  return !text.startsWith('0000') && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** A time of day in milliseconds. Smaller units are cut off. */
const timeFrom = (text: string): string | null => {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,12}))?)?$/u.exec(text)
  const [, hours = '', minutes = '', seconds = '00', rest = ''] = match ?? []
  return match === null ? null : `${hours}:${minutes}:${seconds}.${rest.padEnd(3, '0').slice(0, 3)}`
}

const datetimeFrom = (text: string): string | null => {
  const match = /^(.{10})[T ](.+?)\s?(Z|[+-]\d{2}(?::?\d{2})?)$/iu.exec(text)
  const [, day = '', clock = '', zone = ''] = match ?? []
  const time = timeFrom(clock)
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(day) || !isDay(day) || time === null) return null
  const digits = zone.replace(/\D/gu, '').padEnd(4, '0')
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))]
  if (hours > 23 || minutes > 59) return null
  const offset = (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60000
  const printed = new Date(new Date(`${day}T${time}Z`).getTime() - offset).toISOString()
  return /^\d{4}-/u.test(printed) && !printed.startsWith('0000') ? printed : null
}

/** JSON that is nested deeper than this isn't accepted. */
const deepestJson = 1000

/** Parsed JSON without infinite numbers and without `-0`. Anything else throws, and is caught above. */
const plain = (u: unknown, depth: number): Json => {
  if (typeof u === 'number' && Number.isFinite(u)) return u + 0
  if (u === null || typeof u === 'string' || typeof u === 'boolean') return u
  if (typeof u !== 'object' || depth >= deepestJson) return refuse()
  return Array.isArray(u)
    ? u.map((each) => plain(each, depth + 1))
    : Object.fromEntries(Object.entries(u).map(([key, each]) => [key, plain(each, depth + 1)]))
}

const refuse = (): never => {
  /* eslint-disable-next-line functional/no-throw-statements -- caught by `fromText` */
  throw new Error('is no JSON')
}
