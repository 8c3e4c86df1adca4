/**
 * Checking a query against a schema: that every name is there and every operand fits.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { unmetered } from '../value/Meter.js'
import { invalidField, invalidQuery, type QueryError } from '../value/QueryError.js'
import type { Schema } from '../schema/Schema.js'
import type { CompiledQuery, Env, Source } from '../expression/evaluate.js'
import { follow, modelOf, modelScope, type Scope, type Scopes } from '../expression/Scope.js'
import { compileLayer } from './compile.js'
import { layersOf, type From, type Query, type Related } from './Query.js'

const nothing: Source = { all: () => [], find: () => [] }

/**
 * What a query gives: the columns of its rows, and how far out it looks (1: not beyond its own rows).
 *
 * @since 0.1.0
 */
export interface Checked {
  readonly scope: Scope
  readonly reach: number
}

/**
 * Checks a query, and says of what columns its rows are.
 *
 * @since 0.1.0
 */
export const check = (
  schema: Schema,
  query: Query,
  parent: Scopes | null = null,
): E.Either<QueryError, Checked> => {
  const known = parent === null ? checks.get(query) : undefined
  if (known?.schema === schema) return known.checked
  const checked = checkAll(schema, query, parent)
  if (parent === null) checks.set(query, { schema, checked })
  return checked
}

/** A query's way asks for this several times, of the same value. */
const checks = new WeakMap<
  Query,
  { readonly schema: Schema; readonly checked: E.Either<QueryError, Checked> }
>()

const checkAll = (schema: Schema, query: Query, parent: Scopes | null): E.Either<QueryError, Checked> => {
  const env: Env<Query> = {
    source: nothing,
    now: '',
    meter: unmetered,
    query: (inner, scopes) =>
      E.map(({ scope, reach }: Checked): CompiledQuery => ({
        single: singleOf(scope),
        reach,
        rows: () => [],
      }))(check(schema, inner, scopes)),
  }
  return layersOf(query).reduce<E.Either<QueryError, Checked | null>>((before, layer) => {
    if (E.isLeft(before)) return before
    const from = fromScope(schema, layer.from, before.right, parent)
    if (E.isLeft(from)) return from
    const compiled = compileLayer(env, from.right.scope, layer, parent)
    if (E.isLeft(compiled)) return compiled
    const { row, out, reach } = compiled.right
    return E.map((far: number) => ({ scope: out, reach: Math.max(from.right.reach, reach, far) }))(
      checkRelated(schema, row, layer.related, parent),
    )
  }, E.right(null)) as E.Either<QueryError, Checked> // there is one layer at least
}

/**
 * The only column of a scope, or the key of its model's rows.
 *
 * @since 0.1.0
 */
export const singleOf = (scope: Scope): CompiledQuery['single'] => {
  const name = scope.columns.size === 1 ? [...scope.columns.keys()][0] : modelOf(scope)?.primaryKey
  const type = name === undefined ? undefined : scope.columns.get(name)
  return name === undefined || type === undefined ? null : { name, type }
}

/** The scope of what a layer begins with; `inside` is what the layer within gives. */
const fromScope = (
  schema: Schema,
  from: From,
  inside: Checked | null,
  parent: Scopes | null,
): E.Either<QueryError, Checked> => {
  if (from._tag === 'model')
    return E.map((scope: Scope) => ({ scope, reach: 0 }))(modelScope(schema, from.model))
  if (inside === null) return E.left(invalidQuery('from', 'there is nothing inside', 'Begin with a model.'))
  if (from._tag === 'query') return E.right(inside)
  return E.flatMap(
    E.traverseArray((other: Query) => check(schema, other, parent))(from.right),
    (others: ReadonlyArray<Checked>) =>
      E.map((scope: Scope) => ({
        scope,
        reach: others.reduce((most, { reach }) => Math.max(most, reach), inside.reach),
      }))(
        combinedScope(
          inside.scope,
          others.map((other) => other.scope),
          from.model,
        ),
      ),
  )
}

/**
 * The scope of the rows of several queries put together.
 *
 * @since 0.1.0
 */
export const combinedScope = (
  left: Scope,
  right: ReadonlyArray<Scope>,
  model: string | null,
): E.Either<QueryError, Scope> => {
  const misfit = [...left.columns].find(([name, { kind }]) =>
    right.some((other) => other.columns.get(name)?.kind !== kind || other.columns.size !== left.columns.size),
  )
  return misfit !== undefined
    ? E.left(
        invalidField(
          null,
          misfit[0],
          'is not there, or of another kind, in one of the querysets put together',
        ),
      )
    : E.right({
        ...left,
        model,
        columns: new Map(
          [...left.columns].map(([name, column]) => [
            name,
            {
              ...column,
              nullable: column.nullable || right.some((other) => other.columns.get(name)?.nullable === true),
            },
          ]),
        ),
      })
}

const checkRelated = (
  schema: Schema,
  row: Scope,
  related: ReadonlyArray<Related>,
  parent: Scopes | null,
): E.Either<QueryError, number> =>
  related.reduce<E.Either<QueryError, number>>(
    (before, { relation, many, query }) =>
      E.flatMap(before, (reach: number) =>
        E.flatMap(
          follow(row, relation),
          ({
            relation: found,
          }: {
            readonly relation: { readonly many: boolean; readonly target: string }
          }) => {
            const [first] = layersOf(query)
            return found.many !== many || first?.from._tag !== 'model' || first.from.model !== found.target
              ? E.left(
                  invalidField(
                    row.model,
                    relation,
                    `leads to ${found.many ? 'many rows' : 'one row'} of ${found.target}`,
                  ),
                )
              : E.map((inside: Checked) => Math.max(reach, inside.reach - 1))(
                  check(schema, query, { scope: row, group: null, parent }),
                )
          },
        ),
      ),
    E.right(0),
  )
