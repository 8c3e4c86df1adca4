import type { Predicate } from '../../expression/Expression.js'
import { fold } from '../../expression/fold.js'
import { ownField } from '../../expression/ownField.js'
import { isSelfContained } from '../needs.js'
import type { Query } from '../Query.js'
import type { QueryRule } from './Rule.js'

/**
 * If a condition asks whether a row's own key is among the keys of the same model's rows that meet a predicate, it
 * becomes that predicate.
 *
 * @since 0.1.0
 */
export const ownKeys: QueryRule = {
  _tag: 'query',
  name: 'ownKeys',
  why: 'Unions and intersections of filters become filters, which need one pass and no subquery.',
  apply: (query, schema) => {
    if (query.from._tag !== 'model' || query.where === null) return query
    const { model } = query.from
    const pk = schema.models.get(model)?.primaryKey
    if (pk === undefined) return query
    const where = fold<Query, null, Rebuilt>(query.where, null, {
      enter: () => null,
      combine: (node, operands) => {
        // Only nodes on the row itself are changed. A node inside a `some` is about another row.
        switch (node._tag) {
          case 'inQuery':
            return inlined(node, model, pk) ?? node
          case 'and':
            return changed(operands, node.all)
              ? { ...node, all: operands as ReadonlyArray<Predicate<Query>> }
              : node
          case 'or':
            return changed(operands, node.any)
              ? { ...node, any: operands as ReadonlyArray<Predicate<Query>> }
              : node
          case 'xor':
            return changed(operands, node.odd)
              ? { ...node, odd: operands as ReadonlyArray<Predicate<Query>> }
              : node
          case 'not':
            return operands[0] === node.predicate
              ? node
              : { ...node, predicate: operands[0] as Predicate<Query> }
          default:
            return node
        }
      },
    })
    return where === query.where ? query : { ...query, where: where as Predicate<Query> }
  },
}

/** The operands of connectives are predicates before and after. */
type Rebuilt = Predicate<Query> | Parameters<typeof fold<Query, null, null>>[0]

const changed = (operands: ReadonlyArray<Rebuilt>, before: ReadonlyArray<Predicate<Query>>): boolean =>
  operands.some((operand, i) => operand !== before[i])

const inlined = (
  node: Extract<Predicate<Query>, { readonly _tag: 'inQuery' }>,
  model: string,
  pk: string,
): Predicate<Query> | null => {
  const { left, query } = node
  const [column, another] = query.columns ?? []
  const keys = another === undefined && column !== undefined && ownField(column.expression) === pk
  return ownField(left) === pk &&
    keys &&
    query.from._tag === 'model' &&
    query.from.model === model &&
    query.annotations.length === 0 &&
    query.slice === null &&
    query.distinctOn === null &&
    (query.where === null || isSelfContained(query.where))
    ? (query.where ?? { _tag: 'and', all: [] })
    : null
}
