/** When two answers are the same, as the corpus's README says. */
import { option as O } from 'fp-ts'
import * as Decimal from '../../src/value/Decimal.js'
import type { Json, Object_ } from './Case.js'

const isObject = (json: unknown): json is Object_ =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

const near = (a: number, b: number, digits: number): boolean =>
  a === b || Math.abs(a - b) <= Math.max(Math.abs(a), Math.abs(b)) * 10 ** -digits

/** Names of results that are rounded somewhere: compared to so many significant digits. */
export interface Tolerance {
  readonly [name: string]: number
}

export const sameValue = (expected: Json, actual: unknown, digits: number | undefined): boolean => {
  if (isObject(expected)) {
    const [[kind, text] = ['', null]] = Object.entries(expected)
    if (kind === 'decimal' && Object.keys(expected).length === 1) {
      if (digits !== undefined) return near(Number(text), Number(actual), digits)
      const [a, b] = [Decimal.parse(text), Decimal.parse(actual)]
      return O.isSome(a) && O.isSome(b) && Decimal.compare(a.value, b.value) === 0
    }
    if (['date', 'datetime', 'time', 'uuid'].includes(kind) && Object.keys(expected).length === 1)
      return text === actual
    return (
      isObject(actual) &&
      Object.keys(expected).length === Object.keys(actual).length &&
      Object.entries(expected).every(
        ([name, value]) => Object.hasOwn(actual, name) && sameValue(value, actual[name], digits),
      )
    )
  }
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      expected.length === actual.length &&
      (expected as ReadonlyArray<Json>).every((each, i) =>
        sameValue(each, (actual as ReadonlyArray<unknown>)[i], digits),
      )
    )
  if (typeof expected === 'number' && typeof actual === 'string' && digits !== undefined)
    return near(expected, Number(actual), digits)
  // What is whole on both sides may be an int, where every digit counts.
  if (typeof expected === 'number')
    return (
      typeof actual === 'number' &&
      (Number.isSafeInteger(expected) && Number.isSafeInteger(actual) && digits === undefined
        ? expected === actual
        : near(expected, actual, digits ?? 9))
    )
  return expected === actual
}

/** Rows of columns, named or in the order of `names`, some of which are rounded. */
const sameRow = (
  expected: Json,
  actual: unknown,
  tolerance: Tolerance,
  names: ReadonlyArray<string>,
): boolean => {
  if (isObject(expected) && isObject(actual) && Object.keys(tolerance).length > 0)
    return (
      Object.keys(expected).length === Object.keys(actual).length &&
      Object.entries(expected).every(
        ([name, value]) => Object.hasOwn(actual, name) && sameValue(value, actual[name], tolerance[name]),
      )
    )
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const columns: ReadonlyArray<unknown> = actual
    return (
      expected.length === columns.length &&
      (expected as ReadonlyArray<Json>).every((value, i) =>
        sameValue(value, columns[i], tolerance[names[i] ?? '']),
      )
    )
  }
  return sameValue(expected, actual, tolerance[names[0] ?? ''])
}

export const sameRows = (
  expected: ReadonlyArray<Json>,
  actual: ReadonlyArray<unknown>,
  ordered: boolean,
  tolerance: Tolerance,
  names: ReadonlyArray<string> = [],
): boolean => {
  if (expected.length !== actual.length) return false
  if (ordered) return expected.every((row, i) => sameRow(row, actual[i], tolerance, names))
  const exact = (each: unknown) =>
    each === null || typeof each === 'string' || typeof each === 'boolean' || Number.isSafeInteger(each)
  if (Object.keys(tolerance).length === 0 && expected.every(exact) && actual.every(exact)) {
    const sorted = (list: ReadonlyArray<unknown>) => list.map((each) => JSON.stringify(each)).sort()
    const [a, b] = [sorted(expected), sorted(actual)]
    return a.every((each, i) => each === b[i])
  }
  const taken = new Set<number>()
  return expected.every((row) => {
    const found = actual.findIndex((each, i) => !taken.has(i) && sameRow(row, each, tolerance, names))
    taken.add(found)
    return found !== -1
  })
}
