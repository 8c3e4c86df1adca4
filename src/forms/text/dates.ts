/**
 * Dates and times as people type them: ISO's spelling, and the American one with slashes. Each spelling is matched in
 * one way only, so that no text takes longer than its length.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../../value/canonical.js'
import type { Json, Kind } from '../../value/Value.js'
import { asciiDigits } from '../../serializers/digits.js'
import { stripped } from './stripped.js'
import { problem, type Problem } from '../Problem.js'

const longest = 100

const isoDate = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u
const slashedDate = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/u
const clockSpelling = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?$/u
const isoClockSpelling = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,12}))?)?$/u
const zoneSpelling = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/u

const pad = (text: string, width: number): string => text.padStart(width, '0')

/** Two digits of a year: those from 69 on are of the last century. */
const century = (year: string): string =>
  year.length === 4 ? year : `${Number(year) >= 69 ? '19' : '20'}${year}`

const dateIn = (text: string): string | null => {
  const iso = isoDate.exec(text)
  if (iso !== null) return `${iso[1] ?? ''}-${pad(iso[2] ?? '', 2)}-${pad(iso[3] ?? '', 2)}`
  const slashed = slashedDate.exec(text)
  if (slashed === null) return null
  return `${century(slashed[3] ?? '')}-${pad(slashed[1] ?? '', 2)}-${pad(slashed[2] ?? '', 2)}`
}

const clockIn = (text: string, spelling: RegExp = clockSpelling): string | null => {
  const [, hours, minutes = '', seconds = '0', parts] = spelling.exec(text) ?? []
  if (hours === undefined) return null
  const clock = `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}`
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

const parsing =
  (kind: Kind, spell: (text: string) => string | null) =>
  (text: string): E.Either<Problem, Json> => {
    const spelled = text.length > longest ? null : spell(asciiDigits(stripped(text)))
    return E.fromOption(() => problem('invalid', { kind }))(
      spelled === null ? O.none : canonical(kind, spelled),
    )
  }

/**
 * A date: `2020-02-03`, `2020-2-3`, `2/3/2020` (the month first) or `2/3/20`.
 *
 * @since 0.2.0
 */
export const parseDate = parsing('date', dateIn)

/**
 * A time of day on 24 hours: `9:05`, `10:20:30`, `10:20:30.5`.
 *
 * @since 0.2.0
 */
export const parseTime = parsing('time', (text) => clockIn(text))

/**
 * A date and a time with a space or a `T` between, and perhaps a zone: without one, it is UTC; without a time, it is
 * midnight.
 *
 * @since 0.2.0
 */
export const parseDateTime = parsing('datetime', datetimeIn)
