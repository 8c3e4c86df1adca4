/**
 * What asks a subquery.
 *
 * @since 0.2.0
 */
import { spend } from '../../value/Meter.js'
import { hash } from '../../value/Order.js'
import type { Row } from '../../value/Value.js'
import { equality } from '../lookups/equality.js'
import type { TypedExists, TypedInQuery, TypedSubquery, TypedSubqueryValue } from '../Typed.js'
import type { Frame } from './Frame.js'
import { goThrough, lookAt } from './metered.js'
import { together, type Env, type Part } from './Part.js'

type SubqueryRows = (frame: Frame) => ReadonlyArray<Row>

/** The rows of a query that looks at no row around it are the same each time. */
const subqueryRows = <T extends TypedSubquery>(env: Env<T>, query: T, most?: number): SubqueryRows => {
  const rows = env.rows(query, most)
  if (query.reach > 1) return rows
  const cell: { rows: ReadonlyArray<Row> | null } = { rows: null }
  return () => (cell.rows ??= rows(null))
}

/**
 * A subquery in the place of a value.
 *
 * @since 0.2.0
 */
export const subqueryPart = <T extends TypedSubquery>(
  env: Env<T>,
  { query, column: { name } }: TypedSubqueryValue<T>,
): Part => {
  const rows = subqueryRows(env, query, 1)
  return together([], (frame) => rows(frame)[0]?.[name] ?? null)
}

/**
 * Whether a subquery has a row.
 *
 * @since 0.2.0
 */
export const existsPart = <T extends TypedSubquery>(env: Env<T>, { query }: TypedExists<T>): Part => {
  const rows = subqueryRows(env, query, 1)
  return together([], (frame) => rows(frame).length > 0)
}

/**
 * Whether a value is among those of a subquery. Those that are the same each time are kept as a set.
 *
 * @since 0.2.0
 */
export const inQueryPart = <T extends TypedSubquery>(
  env: Env<T>,
  node: TypedInQuery<T>,
  left: Part,
): Part => {
  const { meter } = env
  const { kind } = node.left.type
  const { name, type } = node.column
  const rows = subqueryRows(env, node.query)
  const values = (frame: Frame) => rows(frame).map((row) => row[name] ?? null)
  if (node.query.reach > 1 || kind !== type.kind) {
    const equal = equality(kind, type.kind, meter)
    return together([left], (frame) => {
      const value = left.run(frame)
      if (value === null) return false
      return values(frame).some((other) => {
        spend(meter, 1)
        lookAt(meter, other)
        return other !== null && equal(value, other)
      })
    })
  }
  const key = hash(kind)
  const cell: { set: ReadonlySet<unknown> | null } = { set: null }
  return together([left], (frame) => {
    cell.set ??= new Set(values(frame).flatMap((value) => (value === null ? [] : [key(value)])))
    const value = left.run(frame)
    goThrough(meter, value)
    return value !== null && cell.set.has(key(value))
  })
}
