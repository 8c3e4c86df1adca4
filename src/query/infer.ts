/**
 * Infers the types of queries: the columns of their rows, pass by pass, and the types of all expressions in them. It
 * also finds type errors. Nothing is run.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { invalidField, invalidQuery, type QueryError } from '../value/QueryError.js'
import type { Schema } from '../schema/Schema.js'
import { follow, joinsOf, modelScope, type Scope, type Scopes } from '../expression/Scope.js'
import { combinedScope } from './infer/combinedScope.js'
import { inferPass } from './infer/inferPass.js'
import { singleOf } from './infer/singleOf.js'
import { layersOf, type From, type Query, type Related } from './Query.js'
import type { TypedQuery, TypedRelated } from './TypedQuery.js'

/**
 * Infers the types of a query. `parent` describes the rows around it. The passes are typed from the innermost outwards,
 * and the parts of each pass in the order in which they are carried out. The first mistake is the error.
 *
 * @since 0.2.0
 */
export const infer = (
  schema: Schema,
  query: Query,
  parent: Scopes | null = null,
): E.Either<QueryError, TypedQuery> => {
  const known = parent === null ? inferred.get(query) : undefined
  if (known?.schema === schema) return known.typed
  const typed = inferAll(schema, query, parent)
  if (parent === null) inferred.set(query, { schema, typed })
  return typed
}

/** On its way, a query is typed several times, always as the same value. */
const inferred = new WeakMap<
  Query,
  { readonly schema: Schema; readonly typed: E.Either<QueryError, TypedQuery> }
>()

const inferAll = (schema: Schema, query: Query, parent: Scopes | null): E.Either<QueryError, TypedQuery> =>
  layersOf(query).reduce<E.Either<QueryError, TypedQuery | null>>(
    (inside, pass) => (E.isLeft(inside) ? inside : inferLayer(schema, pass, inside.right, parent)),
    E.right(null),
  ) as E.Either<QueryError, TypedQuery> // there is one pass at least

/** One pass around the typed inner passes. */
const inferLayer = (
  schema: Schema,
  query: Query,
  inside: TypedQuery | null,
  parent: Scopes | null,
): E.Either<QueryError, TypedQuery> => {
  const begun = begin(schema, query.from, inside, parent)
  if (E.isLeft(begun)) return begun
  const { from, scope: start, reach: before } = begun.right
  const inferQuery = (inner: Query, scopes: Scopes) => infer(schema, inner, scopes)
  const pass = inferPass(inferQuery, start, query, parent)
  if (E.isLeft(pass)) return pass
  const { annotations, where, order, distinctOn, columns, group, row, scope, reach } = pass.right
  const related = E.traverseArray((each: Related) => inferRelated(schema, row, each, parent))(query.related)
  if (E.isLeft(related)) return related
  const { reverse, distinct, slice, fields } = query
  return E.right({
    from,
    annotations,
    where,
    order,
    reverse,
    distinctOn,
    columns,
    group,
    distinct,
    slice,
    fields,
    related: related.right,
    start,
    row,
    scope,
    single: singleOf(scope),
    reach: related.right.reduce(
      (most, { query: { reach: far } }) => Math.max(most, far - 1),
      Math.max(before, reach),
    ),
  })
}

/** What a pass starts from. */
interface InferredSource {
  readonly from: From<TypedQuery>
  readonly scope: Scope
  readonly reach: number
}

const begin = (
  schema: Schema,
  from: From,
  inside: TypedQuery | null,
  parent: Scopes | null,
): E.Either<QueryError, InferredSource> => {
  if (from._tag === 'model') {
    const scope = modelScope(schema, from.model)
    return E.isLeft(scope) ? scope : E.right({ from, scope: scope.right, reach: 0 })
  }
  if (inside === null) return E.left(invalidQuery('from', 'there is nothing inside', 'Begin with a model.'))
  if (from._tag === 'query')
    return E.right({ from: { ...from, query: inside }, scope: inside.scope, reach: inside.reach })
  const right = E.traverseArray((other: Query) => infer(schema, other, parent))(from.right)
  if (E.isLeft(right)) return right
  const scope = combinedScope(
    from.operation,
    inside.scope,
    right.right.map((other) => other.scope),
    from.model,
  )
  if (E.isLeft(scope)) return scope
  return E.right({
    from: { ...from, left: inside, right: right.right },
    scope: scope.right,
    reach: right.right.reduce((most, { reach }) => Math.max(most, reach), inside.reach),
  })
}

const inferRelated = (
  schema: Schema,
  row: Scope,
  related: Related,
  parent: Scopes | null,
): E.Either<QueryError, TypedRelated> => {
  const { relation: name, many } = related
  const followed = follow(row, name)
  if (E.isLeft(followed)) return followed
  const { relation } = followed.right
  const [first] = layersOf(related.query)
  if (relation.many !== many || first?.from._tag !== 'model' || first.from.model !== relation.target)
    return E.left(
      invalidField(
        row.model,
        name,
        `leads to ${relation.many ? 'many rows' : 'one row'} of ${relation.target}`,
      ),
    )
  const query = infer(schema, related.query, { scope: row, group: null, parent })
  if (E.isLeft(query)) return query
  const [join] = joinsOf(row, [relation])
  return join === undefined
    ? E.left(invalidField(row.model, name, 'is not a relation'))
    : E.right({ ...related, query: query.right, join })
}
