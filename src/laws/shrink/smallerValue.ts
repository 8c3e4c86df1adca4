/**
 * Shrinks values.
 *
 * @since 0.2.0
 */
import type { Json, Kind } from '../../value/Value.js'
import { without } from './lists.js'

/** The simplest values of each kind. The simplest comes first. */
const simple: { readonly [K in Kind]: ReadonlyArray<Json> } = {
  text: ['a', 'b', ''],
  int: [0, 1, 2, 3],
  float: [0, 1, 0.5],
  decimal: ['0', '1', '0.5'],
  boolean: [false, true],
  date: ['2020-01-01', '2020-01-02'],
  time: ['00:00:00.000', '12:00:00.000'],
  datetime: ['2020-01-01T00:00:00.000Z', '2020-01-02T00:00:00.000Z'],
  duration: ['0 00:00:00', '0 00:00:01', '1 00:00:00'],
  uuid: ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'],
  json: [null, 0],
}

export const kindOf = (value: Json): Kind =>
  typeof value === 'boolean'
    ? 'boolean'
    : typeof value === 'number'
      ? Number.isInteger(value)
        ? 'int'
        : 'float'
      : typeof value !== 'string'
        ? 'json'
        : (stringKinds.find(([, pattern]) => pattern.test(value))?.[0] ?? 'text')

const stringKinds: ReadonlyArray<readonly [Kind, RegExp]> = [
  ['datetime', /^\d{4}-\d\d-\d\dT/u],
  ['date', /^\d{4}-\d\d-\d\d$/u],
  ['duration', /^-?\d+ \d\d:\d\d:/u],
  ['time', /^\d\d:\d\d:/u],
  ['uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-/u],
  ['decimal', /^-?\d+(?:\.\d+)?$/u],
]

/** Simpler values of the same sort. */
export const simpler = (value: Json): ReadonlyArray<Json> => {
  const list = simple[kindOf(value)]
  const at = list.indexOf(value)
  const listed = at === -1 ? list : list.slice(0, at)
  const shorter = typeof value === 'string' && at === -1 && kindOf(value) === 'text' ? shortened(value) : []
  return [...listed, ...shorter]
}

const shortened = (text: string): ReadonlyArray<string> => {
  const points = [...text]
  const n = points.length
  return n < 2
    ? []
    : n > 12
      ? [
          points.slice(0, Math.floor(n / 2)),
          points.slice(Math.floor(n / 2)),
          points.slice(1),
          points.slice(0, -1),
        ].map((part) => part.join(''))
      : points.map((_, i) => without(points, i).join(''))
}
