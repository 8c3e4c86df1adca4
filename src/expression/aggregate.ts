/**
 * Computes aggregates of a bag of values. The order of the values never matters.
 *
 * @since 0.1.0
 */
import { compare, hash } from '../value/Order.js'
import * as D from '../value/Decimal.js'
import type { Decimal, Json, Kind, Type } from '../value/Value.js'
import type { AggregateName } from './Expression.js'
import { numeric } from './kinds.js'
import { finite, whole } from './numbers.js'

/**
 * The type of an aggregate over values of a kind, or `null` if it doesn't accept that kind.
 *
 * @since 0.1.0
 */
export const aggregateType = (name: AggregateName, kind: Kind): Type | null => {
  switch (name) {
    case 'count':
      return { kind: 'int', nullable: false }
    case 'sum':
      return numeric.includes(kind) ? { kind, nullable: true } : null
    case 'avg':
    case 'stddev':
    case 'variance':
      return numeric.includes(kind)
        ? { kind: kind === 'decimal' ? 'decimal' : 'float', nullable: true }
        : null
    case 'min':
    case 'max':
      return kind === 'json' ? null : { kind, nullable: true }
  }
}

/**
 * Whether an aggregate of at least one value of a kind always has a result. A sum may be too large, and a decimal may
 * have too many digits.
 *
 * @since 0.2.0
 */
export const alwaysAnswers = (name: AggregateName, kind: Kind, sample: boolean): boolean => {
  switch (name) {
    case 'count':
    case 'min':
    case 'max':
      return true
    case 'avg':
      return kind === 'int'
    case 'stddev':
    case 'variance':
      return kind === 'int' && !sample
    case 'sum':
      return false
  }
}

/**
 * The aggregate of values of a kind, none of which is missing. `null` if it has no result.
 *
 * @since 0.1.0
 */
export const aggregate = (
  name: AggregateName,
  kind: Kind,
  values: ReadonlyArray<Json>,
  options: { readonly distinct: boolean; readonly sample: boolean },
): Json => {
  const taken = options.distinct ? unique(kind, values) : values
  if (name === 'count') return taken.length
  if (taken.length === 0) return null
  const order = compare(kind)
  switch (name) {
    case 'min':
      return taken.reduce((a, b) => (order(b, a) < 0 ? b : a))
    case 'max':
      return taken.reduce((a, b) => (order(b, a) > 0 ? b : a))
    case 'sum':
      return sum(kind, taken)
    case 'avg':
      return kind === 'decimal'
        ? D.mean(taken as ReadonlyArray<Decimal>)
        : finite(Number(kind === 'int' ? bigSum(taken) : floatSum(taken)) / taken.length)
    case 'variance':
      return variance(kind, taken, options.sample)
    case 'stddev': {
      const square = variance(kind, taken, options.sample)
      return square === null
        ? null
        : kind === 'decimal'
          ? D.sqrt(square as Decimal)
          : Math.sqrt(square as number)
    }
  }
}

/* The values of a kind are what the kind says: that is what the casts in this file rest on. */

const unique = (kind: Kind, values: ReadonlyArray<Json>): ReadonlyArray<Json> => {
  const key = hash(kind)
  return [...new Map(values.map((value) => [key(value), value])).values()]
}

/** The exact sum of ints. It uses numbers as long as they are safe. */
const bigSum = (values: ReadonlyArray<Json>): bigint => {
  const sums = { big: 0n, small: 0 }
  values.forEach((value) => {
    const next = sums.small + (value as number)
    if (Number.isSafeInteger(next)) sums.small = next
    else {
      sums.big += BigInt(sums.small)
      sums.small = value as number
    }
  })
  return sums.big + BigInt(sums.small)
}

// The values are sorted, and the sum is compensated (Neumaier), so the same bag always gives the same sum.
const floatSum = (values: ReadonlyArray<Json>): number => {
  const sorted = [...(values as ReadonlyArray<number>)].sort((a, b) => a - b)
  const { total, lost } = sorted.reduce(
    ({ total: so_far, lost: rest }, value) => {
      const next = so_far + value
      return {
        total: next,
        lost: rest + (Math.abs(so_far) >= Math.abs(value) ? so_far - next + value : value - next + so_far),
      }
    },
    { total: 0, lost: 0 },
  )
  return total + (Number.isFinite(lost) ? lost : 0)
}

const sum = (kind: Kind, values: ReadonlyArray<Json>): Json =>
  kind === 'decimal'
    ? D.sum(values as ReadonlyArray<Decimal>)
    : kind === 'int'
      ? whole(Number(bigSum(values)))
      : finite(floatSum(values))

/** The mean squared distance from the mean. It is exact for ints and decimals. */
const variance = (kind: Kind, values: ReadonlyArray<Json>, sample: boolean): Json => {
  const n = values.length
  if (sample && n < 2) return null
  if (kind === 'decimal') return D.variance(values as ReadonlyArray<Decimal>, sample)
  if (kind === 'int') {
    const ints = (values as ReadonlyArray<number>).map(BigInt)
    const total = ints.reduce((a, b) => a + b, 0n)
    const squares = ints.reduce((a, b) => a + b * b, 0n)
    return finite(Number(BigInt(n) * squares - total * total) / (n * (sample ? n - 1 : n)))
  }
  const mean = floatSum(values) / n
  const distances = (values as ReadonlyArray<number>).map((x) => (x - mean) * (x - mean))
  return finite(floatSum(distances) / (sample ? n - 1 : n))
}
