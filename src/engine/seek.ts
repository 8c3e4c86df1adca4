/**
 * Finding the rows that a filter asks for without looking at the others.
 *
 * @since 0.2.0
 */
import { compare, hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import { compile } from '../expression/evaluate.js'
import type { Frame } from '../expression/evaluate/Frame.js'
import type { Env } from '../expression/evaluate/Part.js'
import { ownField } from '../expression/ownField.js'
import { modelOf, type Scope } from '../expression/Scope.js'
import type { TypedLookup, TypedPredicate } from '../expression/Typed.js'
import type { TypedQuery } from '../query/TypedQuery.js'

/**
 * The rows of a model that may pass a filter, in the order in which they stand.
 *
 * @since 0.2.0
 */
export type Seek = (frame: Frame | null) => ReadonlyArray<Row>

/**
 * A filter by a column of the model's own, for one value or some that don't depend on the row, finds its rows by an
 * index; `null` where there is no such filter. The filter itself still runs, so this can't change what the query means.
 *
 * @since 0.2.0
 */
export const seekable = (env: Env<TypedQuery>, layer: TypedQuery, nested: boolean): Seek | null => {
  const { from, where, start } = layer
  if (from._tag !== 'model' || where === null) return null
  const conjuncts = where._tag === 'and' ? where.all : [where]
  const lookups = conjuncts.flatMap((each) => lookupOf(start, each))
  const exact = lookups.find(({ node }) => node.name === 'exact')
  if (exact !== undefined) return seekOne(env, from.model, exact, nested)
  const among = lookups.find(({ node }) => node.right.every(({ _tag }) => _tag === 'const'))
  return among === undefined ? null : seekAmong(env, from.model, start, among)
}

/** An equality, or membership, of a column that rows can be found by. */
interface Equality {
  readonly column: string
  readonly node: TypedLookup<TypedQuery>
}

const lookupOf = (start: Scope, predicate: TypedPredicate<TypedQuery>): ReadonlyArray<Equality> => {
  if (predicate._tag !== 'lookup' || (predicate.name !== 'exact' && predicate.name !== 'in')) return []
  const column = ownField(predicate.left)
  const kind = start.columns.get(column ?? '')?.kind
  return column !== null &&
    kind !== 'json' &&
    predicate.right.every(
      (value) =>
        value.type.kind === kind && (value._tag === 'const' || (value._tag === 'column' && value.level > 0)),
    )
    ? [{ column, node: predicate }]
    : []
}

const seekOne = (
  env: Env<TypedQuery>,
  model: string,
  { column, node }: Equality,
  nested: boolean,
): Seek | null => {
  const [value] = node.right
  if (value === undefined) return null
  const { run } = compile(env, { nested, group: false }, value)
  return (frame) => {
    const own = run({ row: {}, parent: frame, group: null })
    return own === null ? [] : env.source.find(model, column, own)
  }
}

/** With more values than one of so many rows, it takes less to look at all rows. */
const share = 4

const seekAmong = (
  { source }: Env<TypedQuery>,
  model: string,
  start: Scope,
  { column, node }: Equality,
): Seek => {
  const key = hash(node.left.type.kind)
  const values = new Map(
    node.right.flatMap((each): ReadonlyArray<readonly [unknown, Json]> =>
      each._tag === 'const' && each.value !== null ? [[key(each.value), each.value]] : [],
    ),
  )
  const pk = modelOf(start)?.primaryKey ?? ''
  const order = compare(start.columns.get(pk)?.kind ?? 'int')
  return () => {
    const all = source.all(model)
    if (source.sorted !== true || values.size * share > all.length) return all
    const found = [...values.values()].flatMap((value) => source.find(model, column, value))
    return found.sort((a, b) => order(a[pk] ?? null, b[pk] ?? null))
  }
}
