/**
 * Infers the types of one pass over rows of a scope.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { invalidField, invalidQuery, type QueryError } from '../../value/QueryError.js'
import type { Expression, Named, OrderKey } from '../../expression/Expression.js'
import { infer, inferPredicate } from '../../expression/infer.js'
import type { InferQuery } from '../../expression/infer/inferSubquery.js'
import { reachOf } from '../../expression/infer/reachOf.js'
import type { Scope, Scopes } from '../../expression/Scope.js'
import { columnOf } from '../../expression/columnOf.js'
import type { Grouping, Query } from '../Query.js'
import type { TypedGrouping, TypedNamed, TypedOrderKey, TypedQuery } from '../TypedQuery.js'
import { mistakeOf } from './mistakeOf.js'

/**
 * The typed parts of a pass, with the scope that they use (`row`) and the scope of the result.
 *
 * @since 0.2.0
 */
export type Pass = Pick<
  TypedQuery,
  'annotations' | 'where' | 'order' | 'distinctOn' | 'columns' | 'group' | 'row' | 'scope' | 'reach'
>

type Infer = InferQuery<Query, TypedQuery>

/**
 * Types a pass over rows of a scope.
 *
 * @since 0.2.0
 */
export const inferPass = (
  inferQuery: Infer,
  base: Scope,
  query: Query,
  parent: Scopes | null,
): E.Either<QueryError, Pass> => {
  const annotated = inferAnnotations(inferQuery, base, query.annotations, parent)
  if (E.isLeft(annotated)) return annotated
  const { row, annotations } = annotated.right
  const mistake = mistakeOf(query, row)
  if (mistake !== null) return E.left(mistake)
  const scopes: Scopes = { scope: row, group: null, parent }
  const where = query.where === null ? E.right(null) : inferPredicate(inferQuery, scopes, query.where)
  if (E.isLeft(where)) return where
  const order = E.traverseArray((key: OrderKey<Query>) => inferKey(inferQuery, scopes, key))(query.order)
  if (E.isLeft(order)) return order
  const distinctOn =
    query.distinctOn === null
      ? E.right(null)
      : E.traverseArray((each: Expression<Query>) => infer(inferQuery, scopes, each))(query.distinctOn)
  if (E.isLeft(distinctOn)) return distinctOn
  const columns = query.columns === null ? E.right(null) : inferNamed(inferQuery, scopes, query.columns)
  if (E.isLeft(columns)) return columns
  const group = query.group === null ? E.right(null) : inferGroup(inferQuery, scopes, query.group)
  if (E.isLeft(group)) return group
  const made = group.right === null ? columns.right : [...group.right.keys, ...group.right.aggregates]
  const scope = made === null ? E.right(row) : projectedScope(row, made)
  if (E.isLeft(scope)) return scope
  return E.right({
    annotations,
    where: where.right,
    order: order.right,
    distinctOn: distinctOn.right,
    columns: columns.right,
    group: group.right,
    row,
    scope: scope.right,
    reach: reachOf([
      ...[...annotations, ...order.right, ...(made ?? [])].map(({ expression }) => expression),
      ...(where.right === null ? [] : [where.right]),
      ...(distinctOn.right ?? []),
    ]),
  })
}

/** Types the annotations in order. Each can use the ones before it. */
const inferAnnotations = (
  inferQuery: Infer,
  base: Scope,
  annotations: ReadonlyArray<Named<Query>>,
  parent: Scopes | null,
): E.Either<QueryError, Pick<Pass, 'row' | 'annotations'>> => {
  if (annotations.length === 0) return E.right({ row: base, annotations: [] })
  const columns = new Map(base.columns)
  const row: Scope = { ...base, columns }
  const typed = E.traverseArray(({ name, expression }: Named<Query>): E.Either<QueryError, TypedNamed> => {
    if (columns.has(name)) return E.left(invalidField(row.model, name, 'is there already'))
    if (isUnsafe(name)) return E.left(unsafe(row, name))
    const made = infer(inferQuery, { scope: row, group: null, parent }, expression)
    if (E.isLeft(made)) return made
    columns.set(name, columnOf(made.right))
    return E.right({ name, expression: made.right })
  })(annotations)
  return E.isLeft(typed) ? typed : E.right({ row, annotations: typed.right })
}

/** A row with a column of this name would have another prototype, which the asker could choose. */
const isUnsafe = (name: string): boolean => name === '__proto__'

const unsafe = ({ model }: Scope, name: string): QueryError =>
  invalidField(model, name, "can't be a column's name")

const inferKey = (
  inferQuery: Infer,
  scopes: Scopes,
  key: OrderKey<Query>,
): E.Either<QueryError, TypedOrderKey> => {
  const expression = infer(inferQuery, scopes, key.expression)
  return E.isLeft(expression) ? expression : E.right({ ...key, expression: expression.right })
}

const inferNamed = (
  inferQuery: Infer,
  scopes: Scopes,
  named: ReadonlyArray<Named<Query>>,
): E.Either<QueryError, ReadonlyArray<TypedNamed>> =>
  E.traverseArray(({ name, expression }: Named<Query>): E.Either<QueryError, TypedNamed> => {
    if (isUnsafe(name)) return E.left(unsafe(scopes.scope, name))
    const typed = infer(inferQuery, scopes, expression)
    return E.isLeft(typed) ? typed : E.right({ name, expression: typed.right })
  })(named)

const inferGroup = (
  inferQuery: Infer,
  scopes: Scopes,
  group: Grouping,
): E.Either<QueryError, TypedGrouping> => {
  const keys = inferNamed(inferQuery, scopes, group.keys)
  if (E.isLeft(keys)) return keys
  const ofGroup: Scopes = {
    scope: { schema: scopes.scope.schema, model: null, columns: new Map() },
    group: { ...scopes.scope, filled: group.keys.length > 0 },
    parent: scopes.parent,
  }
  const aggregates = inferNamed(inferQuery, ofGroup, group.aggregates)
  return E.isLeft(aggregates) ? aggregates : E.right({ keys: keys.right, aggregates: aggregates.right })
}

const projectedScope = (
  { schema }: Scope,
  columns: ReadonlyArray<TypedNamed>,
): E.Either<QueryError, Scope> => {
  const named = new Map(columns.map(({ name, expression }) => [name, columnOf(expression)]))
  return named.size === columns.length
    ? E.right({ schema, model: null, columns: named })
    : E.left(invalidQuery('columns', 'two of them have the same name', 'Name each once.'))
}
