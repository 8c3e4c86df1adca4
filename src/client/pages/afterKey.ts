/**
 * The rows that come after a row in the order of some keys, as a condition and as a comparison.
 *
 * @since 0.2.0
 */
import { compare } from '../../value/Order.js'
import { compareFinest, finest } from '../../value/Temporal.js'
import type { Json, Kind, Row } from '../../value/Value.js'
import type { Expression, Predicate } from '../../expression/Expression.js'
import type { Query } from '../../query/Query.js'
import type { Page } from '../Client.js'
import type { WalkKey, Walk } from './Walk.js'

/** The conjunction of two conditions. */
export const both = (a: Predicate<Query> | null, b: Predicate<Query>): Predicate<Query> =>
  a === null ? b : { _tag: 'and', all: a._tag === 'and' ? [...a.all, b] : [a, b] }

/** The rows that come after a row: greater in the first key, or equal in it and greater in the next, and so on. */
export const beyond = (keys: ReadonlyArray<WalkKey>, row: Row): Predicate<Query> => {
  const [only] = keys
  // A single key uses the simplest form, which is what most backends can answer.
  if (only !== undefined && keys.length === 1) return greater(only, row[only.name] ?? null)
  return {
    _tag: 'or',
    any: keys.map((key, i) => ({
      _tag: 'and',
      all: [
        ...keys.slice(0, i).map((before) => same(before, row[before.name] ?? null)),
        greater(key, row[key.name] ?? null),
      ],
    })),
  }
}

const constant = (kind: Kind, value: Json): Expression<Query> => ({ _tag: 'const', kind, value })

const missing = (key: WalkKey): Predicate<Query> => ({
  _tag: 'lookup',
  name: 'isnull',
  left: key.order.expression,
  right: [],
})

const same = (key: WalkKey, value: Json): Predicate<Query> =>
  value === null
    ? missing(key)
    : { _tag: 'lookup', name: 'exact', left: key.order.expression, right: [constant(key.kind, value)] }

const greater = (key: WalkKey, value: Json): Predicate<Query> => {
  const { direction, nulls, expression } = key.order
  if (value === null)
    return nulls === 'last' ? { _tag: 'or', any: [] } : { _tag: 'not', predicate: missing(key) }
  const further: Predicate<Query> = {
    _tag: 'lookup',
    name: direction === 'asc' ? 'gt' : 'lt',
    left: expression,
    right: [constant(key.kind, value)],
  }
  return nulls === 'last' && key.nullable ? { _tag: 'or', any: [further, missing(key)] } : further
}

/**
 * Rows as the position after which keyset pagination continues. Times that the backend stores more finely than
 * milliseconds are kept as they are. The backend sorts by the finer value, so a row would come again after a shortened
 * one.
 */
export const placesOf = (
  { by, keys, shape }: Walk,
  page: Page,
  rows: ReadonlyArray<Row>,
): ReadonlyArray<Row> => {
  const coded = new Set(shape.columns.filter(({ codec }) => codec !== null).map(({ name }) => name))
  const times =
    by === 'key'
      ? keys.flatMap(({ name, kind }) =>
          (kind === 'time' || kind === 'datetime') && !coded.has(name) ? [{ name, kind }] : [],
        )
      : []
  if (times.length === 0) return rows
  return rows.map((row, i) => {
    // The row has been decoded, so it is an object.
    const given = page.rows[i] as { readonly [name: string]: unknown }
    const fine = times.map(({ name, kind }) => [name, finest(kind, given[name]) ?? row[name] ?? null])
    return { ...row, ...(Object.fromEntries(fine) as Row) }
  })
}

/** Compares rows by keys, as the order of a query does. */
export const comparing = (keys: ReadonlyArray<WalkKey>): ((a: Row, b: Row) => number) => {
  const compares = keys.map(({ name, kind, order: { direction, nulls } }) => {
    const values = kind === 'time' || kind === 'datetime' ? byFinest : compare(kind)
    return (a: Row, b: Row): number => {
      const [x, y] = [a[name] ?? null, b[name] ?? null]
      if (x === null || y === null) return x === y ? 0 : (x === null) === (nulls === 'last') ? 1 : -1
      return direction === 'asc' ? values(x, y) : values(y, x)
    }
  })
  return (a, b) => {
    /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
    for (const each of compares) {
      const order = each(a, b)
      if (order !== 0) return order
    }
    return 0
  }
}

// A time is text.
const byFinest = (a: Json, b: Json): -1 | 0 | 1 => compareFinest(a as string, b as string)
