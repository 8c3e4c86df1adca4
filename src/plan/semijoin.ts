import type { Schema } from '../schema/Schema.js'
import { ownField } from '../expression/ownField.js'
import type { Predicate } from '../expression/Expression.js'
import { allOf, type Query } from '../query/Query.js'
import { check } from '../query/check.js'
import { either as E } from 'fp-ts'
import { isSelfContained } from '../query/needs.js'

/**
 * A condition on related rows, turned into a condition on a column of the row itself: the column's value is among those
 * that a query of the other model gives in its only column. `null` if that isn't possible.
 *
 * @since 0.1.0
 */
export interface Semijoin {
  readonly column: string
  readonly query: Query
  /** Whether the query is a part of the condition as it was written. */
  readonly given: boolean
}

/** @since 0.1.0 */
export const semijoinOf = (schema: Schema, model: string, predicate: Predicate<Query>): Semijoin | null => {
  switch (predicate._tag) {
    case 'inQuery': {
      const { left, query } = predicate
      const column = ownField(left)
      // A query that refers to the row itself has a different answer for each row.
      const alone = E.isRight(check(schema, query, null))
      const single = query.columns?.length === 1 && query.related.length === 0
      return column !== null && schema.models.get(model)?.columns.has(column) === true && alone && single
        ? { column, query, given: true }
        : null
    }
    case 'some':
      return predicate.level === 0 && isSelfContained(predicate.predicate)
        ? through(schema, model, predicate.relation, predicate.predicate)
        : null
    case 'lookup': {
      const { left, right } = predicate
      const [relation, ...rest] = left._tag === 'column' && left.level === 0 ? left.path : []
      // A row that leads nowhere meets no lookup, except the one that asks for such rows.
      return relation !== undefined &&
        rest.length > 0 &&
        predicate.name !== 'isnull' &&
        right.every(({ _tag }) => _tag === 'const')
        ? through(schema, model, [relation], {
            ...predicate,
            left: { _tag: 'column', path: rest, level: 0 },
          })
        : null
    }
    default:
      return null
  }
}

const through = (
  schema: Schema,
  model: string,
  path: ReadonlyArray<string>,
  inside: Predicate<Query>,
): Semijoin | null => {
  const [name, ...rest] = path
  const own = schema.models.get(model)
  const relation = own?.relations.get(name ?? '')
  const target = schema.models.get(relation?.target ?? '')
  if (own === undefined || relation === undefined || target === undefined) return null
  const where: Predicate<Query> =
    rest.length === 0 ? inside : { _tag: 'some', level: 0, relation: rest, predicate: inside }
  const keys = (of: string, column: string, condition: Predicate<Query>): Query => ({
    ...allOf({ _tag: 'model', model: of }),
    where: condition,
    columns: [{ name: column, expression: { _tag: 'column', path: [column], level: 0 } }],
  })
  const { via } = relation
  switch (via._tag) {
    case 'forward':
      return { column: via.column, query: keys(target.name, target.primaryKey, where), given: false }
    case 'reverse':
      return { column: own.primaryKey, query: keys(target.name, via.column, where), given: false }
    case 'through':
      return {
        column: own.primaryKey,
        query: keys(via.model, via.near, {
          _tag: 'inQuery',
          left: { _tag: 'column', path: [via.far], level: 0 },
          query: keys(target.name, target.primaryKey, where),
        }),
        given: false,
      }
  }
}
