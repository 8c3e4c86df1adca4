/**
 * Converts the values of drivers.
 *
 * @since 0.2.0
 */
import { option as O } from 'fp-ts'
import * as Decimal from '../../value/Decimal.js'
import * as Duration from '../../value/Duration.js'
import { parseDate, parseDateTime, parseTime } from '../../value/Temporal.js'
import type { Json, Kind } from '../../value/Value.js'

/**
 * A driver's value as a value of a kind. `undefined` if it doesn't fit. Drivers return numbers, `bigint`s, text, bytes
 * or booleans. A datetime without a zone is in UTC.
 *
 * @since 0.2.0
 */
export const decodeValue = (kind: Kind, raw: unknown): Json | undefined => {
  if (raw === null) return null
  const given = typeof raw === 'object' && raw instanceof Uint8Array ? utf8.decode(raw) : raw
  switch (kind) {
    case 'text':
    case 'uuid':
      return typeof given === 'string' ? given : undefined
    case 'int':
      return whole(given)
    case 'float':
      return typeof given === 'number' || (typeof given === 'string' && given !== '')
        ? finite(Number(given))
        : typeof given === 'bigint'
          ? Number(given)
          : undefined
    case 'decimal':
      return O.toUndefined(Decimal.parse(typeof given === 'bigint' ? String(given) : given))
    case 'boolean':
      return truths.get(given)
    case 'date':
      return O.toUndefined(parseDate(given instanceof Date ? given.toISOString().slice(0, 10) : given))
    case 'time':
      return O.toUndefined(parseTime(given))
    case 'datetime':
      return O.toUndefined(parseDateTime(typeof given === 'string' ? zoned(given) : given))
    case 'duration':
      return duration(given)
    case 'json':
      return json(given)
  }
}

/** A mark at the beginning is part of the text. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** PostgreSQL leaves out a clock that is zero. Other engines count microseconds. */
const duration = (given: unknown): Json | undefined => {
  const text = typeof given === 'number' || typeof given === 'bigint' ? String(given) : given
  if (typeof text !== 'string') return undefined
  if (/^-?\d{1,24}$/u.test(text)) return O.toUndefined(Duration.fromMicros(BigInt(text)))
  return O.toUndefined(Duration.parse(/days?$/u.test(text) ? `${text} 00:00:00` : text))
}

const truths: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...[true, 1, 1n, 't', 'true', '1'].map((each) => [each, true] as const),
  ...[false, 0, 0n, 'f', 'false', '0'].map((each) => [each, false] as const),
])

const whole = (given: unknown): number | undefined => {
  if (typeof given === 'string') return digits(given) ?? wholeIn(given)
  if (typeof given !== 'number' && typeof given !== 'bigint') return undefined
  return safe(Number(given))
}

const safe = (number: number): number | undefined => (Number.isSafeInteger(number) ? number + 0 : undefined)

const wholeIn = (text: string): number | undefined =>
  /^-?\d+(?:\.0*)?$/u.test(text) ? safe(Number(text)) : undefined

/** So many digits never make an unsafe number. */
const fewDigits = 15

/** The number that a text of a few digits says. Most whole numbers come as such, and nothing is faster. */
const digits = (text: string): number | undefined => {
  const { length } = text
  if (length === 0 || length > fewDigits) return undefined
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let number = 0
  /* eslint-disable-next-line functional/no-loop-statements -- called for each value */
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return undefined
    number = number * 10 + digit
  }
  return number
}

const finite = (number: number): number | undefined => (Number.isFinite(number) ? number + 0 : undefined)

/** A datetime with a zone at its end. */
const instant = /:\d{2}(?:\.\d+)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)$/u

const zoned = (text: string): string => (instant.test(text) ? text : `${text}Z`)

const json = (given: unknown): Json | undefined => {
  if (typeof given !== 'string') return given as Json // what a driver has read already
  return O.toUndefined(O.tryCatch(() => JSON.parse(given) as Json))
}
