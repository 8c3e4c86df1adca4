/**
 * Compares values. Missing values aren't compared here, since the order key says where they go.
 *
 * @since 0.1.0
 */
import * as Decimal from './Decimal.js'
import * as Duration from './Duration.js'
import * as Text from './Text.js'
import type { Decimal as DecimalText, Duration as DurationText, Json, Kind } from './Value.js'

/* A value of a kind is what the kind says: the casts in this file rest on that. */

type Compare = (a: Json, b: Json) => -1 | 0 | 1

const bySize: Compare = (a, b) => ((a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0)

const byTruth: Compare = (a, b) => (a === b ? 0 : a === false ? -1 : 1)

// Canonical dates, times, datetimes and UUIDs are ASCII text of equal length.
const byUnits: Compare = (a, b) => ((a as string) < (b as string) ? -1 : a === b ? 0 : 1)

/**
 * Compares two values of a kind: numbers by size, text by code point, `false` before `true`, dates by time, durations
 * by length, JSON by its canonical text.
 *
 * @since 0.1.0
 */
export const compare = (kind: Kind): Compare => {
  switch (kind) {
    case 'int':
    case 'float':
      return bySize
    case 'text':
      return (a, b) => Text.compare(a as string, b as string)
    case 'decimal':
      return (a, b) => Decimal.compare(a as DecimalText, b as DecimalText)
    case 'boolean':
      return byTruth
    case 'date':
    case 'time':
    case 'datetime':
    case 'uuid':
      return byUnits
    case 'duration':
      return (a, b) => Duration.compare(a as DurationText, b as DurationText)
    case 'json':
      return (a, b) => Text.compare(canonicalJson(a), canonicalJson(b))
  }
}

/**
 * Compares numbers of different kinds exactly.
 *
 * @since 0.1.0
 */
export const compareNumeric = (a: Kind, b: Kind): Compare => {
  if (a !== 'decimal' && b !== 'decimal') return bySize
  const asDecimal = (kind: Kind) => (value: Json) =>
    kind === 'decimal' ? (value as DecimalText) : (Decimal.fromNumber(value as number) ?? Decimal.fromInt(0))
  const left = asDecimal(a)
  const right = asDecimal(b)
  return (x, y) => Decimal.compare(left(x), right(y))
}

/**
 * A key that is the same for equal values of a kind, and different for others.
 *
 * @since 0.1.0
 */
export const hash = (kind: Kind): ((value: Json) => string | number | boolean) =>
  kind === 'json'
    ? canonicalJson
    : // Values of the other kinds are scalars, spelled in one way only.
      (value) => value as string | number | boolean

interface ComparedPair {
  readonly text: string | null
  readonly value: Json
}

/**
 * JSON as text, with the keys of objects in order.
 *
 * @since 0.1.0
 */
export const canonicalJson = (json: Json): string => spelled(json, 0)

/** The depth to which recursion is safe. Deeper values use an explicit stack. */
const shallow = 100

const spelled = (json: Json, depth: number): string => {
  if (typeof json !== 'object' || json === null) return JSON.stringify(json)
  if (depth > shallow) return spelledDeep(json)
  if (isList(json)) return `[${json.map((each) => spelled(each, depth + 1)).join(',')}]`
  const parts = Object.keys(json)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${spelled(json[key] ?? null, depth + 1)}`)
  return `{${parts.join(',')}}`
}

const spelledDeep = (json: Json): string => {
  const out: Array<string> = []
  const pending: Array<ComparedPair> = [{ text: null, value: json }]
  const text = (literal: string): ComparedPair => ({ text: literal, value: null })
  /* eslint-disable-next-line functional/no-loop-statements -- an explicit stack instead of recursion */
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    const { value } = top
    if (top.text !== null) out.push(top.text)
    else if (typeof value !== 'object' || value === null) out.push(JSON.stringify(value))
    else {
      const parts: ReadonlyArray<ComparedPair> = isList(value)
        ? [
            text('['),
            ...value.flatMap((each, i) => [...(i === 0 ? [] : [text(',')]), { text: null, value: each }]),
            text(']'),
          ]
        : [
            text('{'),
            ...Object.keys(value)
              .sort()
              .flatMap((key, i) => [
                text(`${i === 0 ? '' : ','}${JSON.stringify(key)}:`),
                { text: null, value: value[key] ?? null },
              ]),
            text('}'),
          ]
      ;[...parts].reverse().forEach((part) => pending.push(part))
    }
  }
  return out.join('')
}

const isList = (json: Json): json is ReadonlyArray<Json> => Array.isArray(json)
