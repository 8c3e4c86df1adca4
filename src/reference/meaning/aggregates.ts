/**
 * The meaning of aggregates over a bag of values, for the specification.
 *
 * @since 0.2.0
 */
import type { AggregateName } from '../../expression/Expression.js'
import type { Json, Kind } from '../../value/Value.js'
import { finite, whole } from './convert.js'
import { exactOf, mean, root, spell, sum, variance, type Exact } from './decimals.js'
import { compare, same } from './order.js'

/**
 * The kind of an aggregate of values of a kind.
 *
 * @since 0.2.0
 */
export const aggregateKind = (name: AggregateName, kind: Kind): Kind =>
  name === 'count'
    ? 'int'
    : name === 'sum' || name === 'min' || name === 'max'
      ? kind
      : kind === 'decimal'
        ? 'decimal'
        : 'float'

/**
 * The aggregate of values, none of which is missing.
 *
 * @since 0.2.0
 */
export const aggregate = (
  name: AggregateName,
  kind: Kind,
  all: ReadonlyArray<Json>,
  { distinct, sample }: { readonly distinct: boolean; readonly sample: boolean },
): Json => {
  const values = distinct ? all.filter((a, i) => all.findIndex((b) => same(kind, a, b)) === i) : all
  const few = values.length < (sample ? 2 : 1)
  switch (name) {
    case 'count':
      return values.length
    case 'min':
      return all.length === 0 ? null : all.reduce((a, b) => (compare(kind, kind, b, a) < 0 ? b : a))
    case 'max':
      return all.length === 0 ? null : all.reduce((a, b) => (compare(kind, kind, b, a) > 0 ? b : a))
    case 'sum':
      return values.length === 0 ? null : sumOf(kind, values)
    case 'avg':
      return values.length === 0 ? null : meanOf(kind, values)
    case 'variance':
      return few ? null : varianceOf(kind, values, sample)
    case 'stddev':
      return few ? null : rootOf(varianceOf(kind, values, sample))
  }
}

const exacts = (values: ReadonlyArray<Json>): ReadonlyArray<Exact> => values.map((each) => exactOf(each))

const spelled = (x: Exact | null): Json => (x === null ? null : spell(x))

const sumOf = (kind: Kind, values: ReadonlyArray<Json>): Json =>
  kind === 'decimal'
    ? spelled(sum(exacts(values)))
    : kind === 'int'
      ? whole(Number(bigSum(values)))
      : finite(floatSum(values))

const meanOf = (kind: Kind, values: ReadonlyArray<Json>): Json =>
  kind === 'decimal'
    ? spelled(mean(exacts(values)))
    : finite((kind === 'int' ? Number(bigSum(values)) : floatSum(values)) / values.length)

/** The mean squared distance from the mean. For ints it is exact before the division. */
const varianceOf = (kind: Kind, values: ReadonlyArray<Json>, sample: boolean): Json => {
  const n = values.length
  const by = sample ? n - 1 : n
  if (kind === 'decimal') return spelled(variance(exacts(values), sample))
  if (kind === 'int') {
    const total = bigSum(values)
    const squares = values.reduce<bigint>((so_far, each) => so_far + BigInt(Number(each)) ** 2n, 0n)
    return finite(Number(BigInt(n) * squares - total * total) / (n * by))
  }
  const middle = floatSum(values) / n
  const distances = values.map((each) => Number(each) - middle)
  return finite(floatSum(distances.map((x) => x * x)) / by)
}

const rootOf = (value: Json): Json =>
  typeof value === 'string' ? spelled(root(exactOf(value))) : value === null ? null : Math.sqrt(Number(value))

const bigSum = (values: ReadonlyArray<Json>): bigint =>
  values.reduce<bigint>((so_far, each) => so_far + BigInt(Number(each)), 0n)

/**
 * Floats are added from the least to the greatest. The rounding error of each addition is added at the end (Neumaier),
 * so that the order of the values doesn't matter.
 */
const floatSum = (values: ReadonlyArray<Json>): number => {
  const ascending = values.map(Number).sort((a, b) => a - b)
  const [total, lost] = ascending.reduce<readonly [number, number]>(
    ([so_far, rest], x) => {
      const next = so_far + x
      const [large, small] = Math.abs(so_far) >= Math.abs(x) ? [so_far, x] : [x, so_far]
      return [next, rest + (large - next + small)]
    },
    [0, 0],
  )
  return Number.isFinite(lost) ? total + lost : total
}
