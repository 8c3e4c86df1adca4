import { either as E } from 'fp-ts'
import { hash } from '../../value/Order.js'
import type { Predicate } from '../../expression/Expression.js'
import type { Model, Schema } from '../../schema/Schema.js'
import { conjunction } from '../../query/parts.js'
import { allOf, type Query } from '../../query/Query.js'
import { decodeRow, shapeOf } from '../../query/shape.js'
import { emptySource } from '../../expression/Source.js'
import { engine } from '../../engine/engine.js'
import type { Evaluator } from '../../query/Evaluator.js'
import { ownField } from '../../expression/ownField.js'

/**
 * Whether rows match a query: they meet the conditions that the service is `sure` of, and are in the query's order.
 * This finds a service that ignores a parameter, and an answer to another request. Invalid rows are left to the
 * decoder.
 *
 * @since 0.1.0
 */
export const areAsked = (
  schema: Schema,
  model: Model,
  query: Query,
  sure: ReadonlyArray<Predicate<Query>>,
  rows: ReadonlyArray<unknown>,
  evaluator: Evaluator = engine,
): boolean => {
  const has = (column: string | null): boolean =>
    column !== null && (query.fields === null || query.fields.includes(column))
  // Conditions and orders on columns that weren't fetched can't be checked.
  const where = sure.filter((each) => has(conditionColumn(each)))
  const order = query.order.every(({ expression }) => has(ownField(expression))) ? query.order : []
  const asked: Query = { ...allOf({ _tag: 'model', model: model.name }), fields: query.fields }
  const shape = shapeOf(schema, asked)
  if (E.isLeft(shape)) return true
  const decoded = E.traverseArray((row: unknown) => decodeRow(shape.right, row))(rows)
  if (E.isLeft(decoded) || (where.length === 0 && order.length === 0)) return true
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const met = evaluator.on(
    { schema, source: emptySource, now },
    { ...asked, where: conjunction(where), order },
    decoded.right,
    0,
  )
  return (
    E.isLeft(met) ||
    (met.right.length === rows.length &&
      met.right.every(
        (row, i) => key(row[model.primaryKey] ?? null) === key(decoded.right[i]?.[model.primaryKey] ?? null),
      ))
  )
}

/** Sent conditions refer only to the row's own columns, so the time doesn't matter. */
const now = '1970-01-01T00:00:00.000Z'

/** The column of a condition. */
const conditionColumn = (predicate: Predicate<Query>): string | null =>
  predicate._tag === 'not'
    ? conditionColumn(predicate.predicate)
    : predicate._tag === 'lookup'
      ? ownField(predicate.left)
      : null
