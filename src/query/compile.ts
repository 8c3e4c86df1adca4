/**
 * A query's parts as functions of rows, with the scopes in which they stand.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type * as t from 'io-ts'
import { canonicalJson, compare } from '../value/Order.js'
import { invalidField, invalidQuery, type QueryError } from '../value/QueryError.js'
import type { Json } from '../value/Value.js'
import { compile, compilePredicate, type Compiled, type Env, type Frame } from '../expression/evaluate.js'
import type { Expression, Named, OrderKey } from '../expression/Expression.js'
import {
  columnType,
  modelOf,
  modelScope,
  namesOf,
  type Scope,
  type ScopeColumn,
  type Scopes,
} from '../expression/Scope.js'
import { type Grouping, type Query } from './Query.js'

/** @since 0.1.0 */
export interface CompiledColumn {
  readonly name: string
  readonly column: ScopeColumn
  /** How many steps a run takes. */
  readonly weight: number
  readonly run: (frame: Frame) => Json
}

/**
 * One pass, compiled. `row` is the scope in which its parts stand (after the annotations), `out` that of the rows
 * that it gives. `order` compares the values of the keys, in their order.
 *
 * @since 0.1.0
 */
export interface CompiledLayer {
  readonly row: Scope
  readonly out: Scope
  readonly annotations: ReadonlyArray<CompiledColumn>
  readonly where: Pick<Compiled<boolean>, 'run' | 'weight'> | null
  readonly order: ReadonlyArray<SortKey>
  readonly distinctOn: ReadonlyArray<CompiledColumn> | null
  readonly columns: ReadonlyArray<CompiledColumn> | null
  readonly keys: ReadonlyArray<CompiledColumn>
  readonly aggregates: ReadonlyArray<CompiledColumn> | null
  readonly reach: number
}

/**
 * A key to sort by. JSON is spelled once for each row, and sorted as the text that it is.
 *
 * @since 0.2.0
 */
export interface SortKey extends Pick<Compiled<Json>, 'run' | 'reach' | 'weight'> {
  readonly compare: (a: Json, b: Json) => number
}

/**
 * Compiles one pass over rows of a scope.
 *
 * @since 0.1.0
 */
export const compileLayer = (
  env: Env<Query>,
  base: Scope,
  query: Query,
  parent: Scopes | null,
): E.Either<QueryError, CompiledLayer> => {
  const around = (scope: Scope): Scopes => ({ scope, group: null, parent })
  const columns = (scopes: Scopes, given: ReadonlyArray<Named<Query>>) =>
    E.traverseArray((each: Named<Query>) => column(env, scopes, each.name, each.expression))(given)
  const annotated = annotate(env, base, query.annotations, around)
  if (E.isLeft(annotated)) return annotated
  const { scope, made } = annotated.right
  const scopes = around(scope)
  const bad = badSlice(query) ?? badProjection(query)
  if (bad !== null) return E.left(bad)
  const badField = query.fields?.find((field) => !scope.columns.has(field))
  if (badField !== undefined)
    return E.left(invalidField(scope.model, badField, 'is not a field', namesOf(scope)))
  const where: E.Either<QueryError, Compiled<boolean> | null> =
    query.where === null ? E.right(null) : compilePredicate(env, scopes, query.where)
  if (E.isLeft(where)) return where
  const order = E.traverseArray((each: OrderKey<Query>) =>
    E.map(({ type, run, reach, weight }: Compiled<Json>): SortKey => ({
      run: type.kind === 'json' ? spelled(run) : run,
      reach,
      weight,
      compare: keyCompare(type.kind === 'json' ? 'text' : type.kind, each),
    }))(compile(env, scopes, each.expression)),
  )(query.order)
  if (E.isLeft(order)) return order
  const distinctOn =
    query.distinctOn === null
      ? E.right(null)
      : E.traverseArray((each: Expression<Query>) => column(env, scopes, '', each))(query.distinctOn)
  if (E.isLeft(distinctOn)) return distinctOn
  const projected = query.columns === null ? E.right(null) : columns(scopes, query.columns)
  if (E.isLeft(projected)) return projected
  const grouped = query.group === null ? E.right(null) : grouping(env, scopes, query.group)
  if (E.isLeft(grouped)) return grouped
  const out =
    grouped.right !== null
      ? outOf(scope, null, [...grouped.right.keys, ...grouped.right.aggregates])
      : projected.right !== null
        ? outOf(scope, null, projected.right)
        : E.right(scope)
  return E.map((given: Scope): CompiledLayer => ({
    row: scope,
    out: given,
    annotations: made,
    where: where.right,
    order: order.right,
    distinctOn: distinctOn.right,
    columns: projected.right,
    keys: grouped.right?.keys ?? [],
    aggregates: grouped.right?.aggregates ?? null,
    reach: [
      ...made,
      ...(where.right === null ? [] : [where.right]),
      ...order.right,
      ...(distinctOn.right ?? []),
      ...(projected.right ?? []),
      ...(grouped.right?.keys ?? []),
      ...(grouped.right?.aggregates ?? []),
    ].reduce((most, { reach }) => Math.max(most, reach), 0),
  }))(out)
}

const spelled =
  (run: (frame: Frame) => Json) =>
  (frame: Frame): Json => {
    const value = run(frame)
    return value === null ? null : canonicalJson(value)
  }

interface Annotated {
  readonly scope: Scope
  readonly made: ReadonlyArray<Reaching>
}

/** The annotations in turn: each sees those before it, as the columns grow. */
const annotate = (
  env: Env<Query>,
  base: Scope,
  annotations: ReadonlyArray<Named<Query>>,
  around: (scope: Scope) => Scopes,
): E.Either<QueryError, Annotated> => {
  if (annotations.length === 0) return E.right({ scope: base, made: [] })
  const columns = new Map(base.columns)
  const scope: Scope = { ...base, columns }
  return E.map((made: ReadonlyArray<Reaching>): Annotated => ({ scope, made }))(
    E.traverseArray(({ name, expression }: Named<Query>) =>
      columns.has(name)
        ? E.left(invalidField(scope.model, name, 'is there already'))
        : E.map((one: Reaching) => {
            columns.set(name, one.column)
            return one
          })(column(env, around(scope), name, expression)),
    )(annotations),
  )
}

/** A column, and how far out it looks. */
export type Reaching = CompiledColumn & { readonly reach: number }

const grouping = (
  env: Env<Query>,
  scopes: Scopes,
  group: Grouping,
): E.Either<
  QueryError,
  { readonly keys: ReadonlyArray<Reaching>; readonly aggregates: ReadonlyArray<Reaching> }
> => {
  const ofGroup: Scopes = {
    scope: { schema: scopes.scope.schema, model: null, columns: new Map() },
    group: scopes.scope,
    parent: scopes.parent,
  }
  return E.flatMap(
    E.traverseArray((each: Named<Query>) => column(env, scopes, each.name, each.expression))(group.keys),
    (keys: ReadonlyArray<Reaching>) =>
      E.map((aggregates: ReadonlyArray<Reaching>) => ({ keys, aggregates }))(
        E.traverseArray((each: Named<Query>) => column(env, ofGroup, each.name, each.expression))(
          group.aggregates,
        ),
      ),
  )
}

const outOf = (
  scope: Scope,
  model: string | null,
  columns: ReadonlyArray<CompiledColumn>,
): E.Either<QueryError, Scope> => {
  const named = new Map(columns.map(({ name, column: one }) => [name, one]))
  return named.size === columns.length
    ? E.right({ schema: scope.schema, model, columns: named })
    : E.left(invalidQuery('columns', 'two of them have the same name', 'Name each once.'))
}

/**
 * An expression as a column of that name.
 *
 * @since 0.1.0
 */
export const column = <S>(
  env: Env<S>,
  scopes: Scopes,
  name: string,
  expression: Expression<S>,
): E.Either<QueryError, Reaching> =>
  E.map(({ type, reach, run, weight }: Compiled<Json>): Reaching => ({
    name,
    reach,
    weight,
    run,
    column: { ...type, target: null, codec: codecOf(scopes, expression) },
  }))(compile(env, scopes, expression))

/** The codec of an expression whose values are those of a field with a codec of its own. */
const codecOf = <S>(scopes: Scopes, expression: Expression<S>): t.Mixed | null => {
  switch (expression._tag) {
    case 'column': {
      const at = Array.from({ length: expression.level }).reduce<Scopes | null>(
        (from) => from?.parent ?? null,
        scopes,
      )
      return at === null
        ? null
        : E.getOrElse((): t.Mixed | null => null)(
            E.map(({ type }: { readonly type: ScopeColumn }) => type.codec)(
              columnType(at.scope, expression.path),
            ),
          )
    }
    case 'aggregate': {
      if (expression.arg === null || (expression.name !== 'min' && expression.name !== 'max')) return null
      const start = scopes.group ?? scopes.scope
      const inside = expression.relation.reduce<Scope | null>((from, name) => {
        const target = from === null ? undefined : modelOf(from)?.relations.get(name)?.target
        return target === undefined
          ? null
          : E.getOrElse((): Scope | null => null)(modelScope(start.schema, target))
      }, start)
      return inside === null ? null : codecOf({ scope: inside, group: null, parent: scopes }, expression.arg)
    }
    default:
      return null
  }
}

/**
 * How the values of an order key compare.
 *
 * @since 0.1.0
 */
export const keyCompare = (
  kind: ScopeColumn['kind'],
  { direction, nulls }: Pick<OrderKey<unknown>, 'direction' | 'nulls'>,
): ((a: Json, b: Json) => number) => {
  const order = compare(kind)
  const sign = direction === 'asc' ? 1 : -1
  const missing = nulls === 'first' ? -1 : 1
  return (a, b) => (a === null ? (b === null ? 0 : missing) : b === null ? -missing : sign * order(a, b))
}

const badSlice = ({ slice }: Query): QueryError | null =>
  slice === null || [slice.offset, slice.limit ?? 0].every((n) => Number.isSafeInteger(n) && n >= 0)
    ? null
    : invalidQuery('slice', 'an offset or limit that is not a count', 'Give whole numbers, 0 or more.')

/** Columns are named in one way: `fields` and `related` are about a model's rows, as they are. */
const badProjection = ({ columns, group, fields, related }: Query): QueryError | null =>
  columns !== null && group !== null
    ? invalidQuery('group', 'a projection besides', "Give 'columns' or 'group'.")
    : (columns !== null || group !== null) && (fields !== null || related.length > 0)
      ? invalidQuery(
          fields === null ? 'related' : 'fields',
          "rows with 'columns' or a 'group' have no others",
          'Leave it out.',
        )
      : null
