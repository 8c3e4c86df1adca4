/**
 * The parts of a query as functions of rows.
 *
 * @since 0.1.0
 */
import { canonicalJson, compare } from '../value/Order.js'
import type { Json, Kind } from '../value/Value.js'
import { compile, compilePredicate, type Compiled } from '../expression/evaluate.js'
import type { Frame } from '../expression/evaluate/Frame.js'
import type { Env, Stand } from '../expression/evaluate/Part.js'
import type { OrderKey } from '../expression/Expression.js'
import type { ScopeColumn } from '../expression/Scope.js'
import { columnOf } from '../expression/columnOf.js'
import type { TypedNamed, TypedOrderKey, TypedQuery } from './TypedQuery.js'

/** @since 0.1.0 */
export interface CompiledColumn extends Compiled<Json> {
  readonly name: string
  readonly column: ScopeColumn
}

/**
 * A compiled pass. `order` compares the values of the keys, in their order.
 *
 * @since 0.1.0
 */
export interface CompiledLayer {
  readonly annotations: ReadonlyArray<CompiledColumn>
  readonly where: Compiled<boolean> | null
  readonly order: ReadonlyArray<SortKey>
  readonly distinctOn: ReadonlyArray<CompiledColumn> | null
  readonly columns: ReadonlyArray<CompiledColumn> | null
  readonly keys: ReadonlyArray<CompiledColumn>
  readonly aggregates: ReadonlyArray<CompiledColumn> | null
}

/**
 * A sort key. A JSON value is turned into text once for each row, and sorted as text.
 *
 * @since 0.2.0
 */
export interface SortKey extends Compiled<Json> {
  readonly compare: (a: Json, b: Json) => number
}

/**
 * Compiles one pass. `nested` says that there is a row around the query.
 *
 * @since 0.1.0
 */
export const compileLayer = (env: Env<TypedQuery>, nested: boolean, query: TypedQuery): CompiledLayer => {
  const stand: Stand = { nested, group: false }
  const columns = (named: ReadonlyArray<TypedNamed>) => named.map((each) => compileNamed(env, stand, each))
  return {
    annotations: columns(query.annotations),
    where: query.where === null ? null : compilePredicate(env, stand, query.where),
    order: query.order.map((key) => compileKey(env, stand, key)),
    distinctOn:
      query.distinctOn?.map((expression) => compileNamed(env, stand, { name: '', expression })) ?? null,
    columns: query.columns === null ? null : columns(query.columns),
    keys: columns(query.group?.keys ?? []),
    aggregates:
      query.group?.aggregates.map((each) => compileNamed(env, { nested, group: true }, each)) ?? null,
  }
}

const compileNamed = (
  env: Env<TypedQuery>,
  stand: Stand,
  { name, expression }: TypedNamed,
): CompiledColumn => ({ name, column: columnOf(expression), ...compile(env, stand, expression) })

const compileKey = (env: Env<TypedQuery>, stand: Stand, key: TypedOrderKey): SortKey => {
  const { kind } = key.expression.type
  const { run, weight } = compile(env, stand, key.expression)
  return kind === 'json'
    ? { run: spelled(run), weight, compare: keyCompare('text', key) }
    : { run, weight, compare: keyCompare(kind, key) }
}

const spelled =
  (run: (frame: Frame) => Json) =>
  (frame: Frame): Json => {
    const value = run(frame)
    return value === null ? null : canonicalJson(value)
  }

/**
 * How the values of an order key compare.
 *
 * @since 0.1.0
 */
export const keyCompare = (
  kind: Kind,
  { direction, nulls }: Pick<OrderKey<unknown>, 'direction' | 'nulls'>,
): ((a: Json, b: Json) => number) => {
  const order = compare(kind)
  const sign = direction === 'asc' ? 1 : -1
  const missing = nulls === 'first' ? -1 : 1
  return (a, b) => (a === null ? (b === null ? 0 : missing) : b === null ? -missing : sign * order(a, b))
}
