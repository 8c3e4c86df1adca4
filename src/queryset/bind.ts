/**
 * Binds the references in a callback's result to rows.
 *
 * Each reference remembers the callback that received it. When that callback returns, its own references become levels:
 * 0 for the row itself, 1 from inside a `some`, an aggregate or a subquery, and so on. References of the callbacks
 * around it stay unbound until those return. A callback can therefore refer to any row around it.
 *
 * @since 0.1.0
 */
import type { Aggregate, Column, Expression, Named, Node, OrderKey, Some } from '../expression/Expression.js'
import { fold, rebuild } from '../expression/fold.js'
import { node, type Expr, type QuerysetLike } from '../expression/Ref.js'
import { isExpr } from '../expression/toRef.js'
import { allRows, cellsOf, type AnyQueryset, type Step } from './Queryset.js'

/** Tells the references of one callback from those of another. */
interface Owner {
  readonly owner: symbol
}

/**
 * A new owner, for the references of one callback.
 *
 * @since 0.2.0
 */
export const owner = (): symbol => Symbol('row')

/**
 * A reference that belongs to a callback.
 *
 * @since 0.2.0
 */
export const owned = <N extends Column | Aggregate<QuerysetLike> | Some<QuerysetLike>>(
  bare: N,
  by: symbol,
): N => ({
  ...bare,
  owner: by,
})

/**
 * A reference to a column that belongs to a callback.
 *
 * @since 0.2.0
 */
export const ownedColumn = (path: ReadonlyArray<string>, by: symbol): Column & Owner => ({
  _tag: 'column',
  path,
  level: 0,
  owner: by,
})

const ownerOf = (at: Node<QuerysetLike>): symbol | null =>
  // Only an unbound reference has an owner. It is not a part of the union.
  (at as Node<QuerysetLike> & Partial<Owner>).owner ?? null

/** The bound node, and whether it still holds unbound references. */
interface Bound<N> {
  readonly bound: N
  readonly open: boolean
}

/**
 * Binds the references of an owner, `depth` rows further in. Also says whether unbound references remain.
 *
 * @since 0.2.0
 */
export const bindNode = <N extends Node<AnyQueryset>>(
  by: symbol | null,
  depth: number,
  root: N,
): Bound<N> => {
  const flat = boundFlat(by, depth, root)
  if (flat !== null) return flat as Bound<N>
  const result = fold<AnyQueryset, number, Bound<Node<AnyQueryset>>>(root, depth, {
    enter: (level, at) => (at.relation.length === 0 ? level : level + 1),
    combine: (at, operands, level) => {
      const rebuilt = rebuild(
        at,
        operands.map((each) => each.bound),
      )
      const open = operands.some((each) => each.open)
      if (rebuilt._tag === 'column' || rebuilt._tag === 'some' || rebuilt._tag === 'aggregate') {
        const whose = ownerOf(rebuilt)
        return whose === null
          ? { bound: rebuilt, open }
          : whose === by
            ? { bound: { ...disowned(rebuilt), level }, open }
            : { bound: rebuilt, open: true }
      }
      if (rebuilt._tag === 'subquery' || rebuilt._tag === 'exists' || rebuilt._tag === 'inQuery') {
        if (!rebuilt.query.open) return { bound: rebuilt, open }
        const query = bindQueryset(by, level + 1, rebuilt.query)
        return { bound: { ...rebuilt, query }, open: open || query.open }
      }
      return { bound: rebuilt, open }
    },
  })
  // Binding changes only levels, so the type of the node stays the same.
  return result as Bound<N>
}

/** A lookup of columns and constants, or one of these. Most nodes are, and need no fold. `null` for any other node. */
const boundFlat = (
  by: symbol | null,
  level: number,
  at: Node<AnyQueryset>,
): Bound<Node<AnyQueryset>> | null => {
  if (at._tag === 'const') return { bound: at, open: false }
  if (at._tag === 'column') return boundColumn(by, level, at)
  if (at._tag !== 'lookup') return null
  const left = boundOperand(by, level, at.left)
  const right = at.right.map((each) => boundOperand(by, level, each))
  if (left === null || !right.every(isBound)) return null
  const isSame = left.bound === at.left && right.every(({ bound }, i) => bound === at.right[i])
  return {
    bound: isSame
      ? at
      : { _tag: 'lookup', name: at.name, left: left.bound, right: right.map(({ bound }) => bound) },
    open: left.open || right.some(({ open }) => open),
  }
}

const isBound = <A>(each: A | null): each is A => each !== null

const boundOperand = (
  by: symbol | null,
  level: number,
  at: Expression<AnyQueryset>,
): Bound<Expression<AnyQueryset>> | null =>
  at._tag === 'const' ? { bound: at, open: false } : at._tag === 'column' ? boundColumn(by, level, at) : null

const boundColumn = (by: symbol | null, level: number, at: Column): Bound<Column> => {
  const whose = ownerOf(at)
  return whose === null
    ? { bound: at, open: false }
    : whose === by
      ? { bound: { _tag: 'column', path: at.path, level }, open: false }
      : { bound: at, open: true }
}

const disowned = <N extends object>(at: N): N => {
  const { owner: _, ...bare } = at as N & Partial<Owner>
  // The removed member is not a part of `N`.
  return bare as unknown as N
}

const bindQueryset = (by: symbol | null, depth: number, queryset: AnyQueryset): AnyQueryset =>
  cellsOf(queryset).reduce(
    (source, cell) => {
      if (cell.step === null) return { ...cell, source }
      const { bound, open } = bindStep(by, depth, cell.step)
      return { ...cell, source, step: bound, open: source.open || open }
    },
    allRows(queryset.schema, queryset.model),
  )

const bindStep = (by: symbol | null, depth: number, step: Step): Bound<Step> => {
  const one = <N extends Node<AnyQueryset>>(at: N) => bindNode(by, depth, at)
  const named = (columns: ReadonlyArray<Named<AnyQueryset>>) => {
    const bound = columns.map(({ name, expression }) => ({ name, ...one(expression) }))
    return {
      columns: bound.map(({ name, bound: expression }) => ({ name, expression })),
      open: bound.some((each) => each.open),
    }
  }
  switch (step._tag) {
    case 'filter': {
      const { bound, open } = one(step.predicate)
      return { bound: { ...step, predicate: bound }, open }
    }
    case 'orderBy': {
      const keys = step.keys.map((key) => ({ key, ...one(key.expression) }))
      return {
        bound: { ...step, keys: keys.map(({ key, bound }) => ({ ...key, expression: bound })) },
        open: keys.some((each) => each.open),
      }
    }
    case 'distinctOn': {
      const keys = step.keys.map(one)
      return {
        bound: { ...step, keys: keys.map((each) => each.bound) },
        open: keys.some((each) => each.open),
      }
    }
    case 'values':
    case 'annotate': {
      const { columns, open } = named(step.columns)
      return { bound: { ...step, columns }, open }
    }
    case 'groupBy': {
      const keys = named(step.keys)
      const aggregates = named(step.aggregates)
      return {
        bound: { ...step, keys: keys.columns, aggregates: aggregates.columns },
        open: keys.open || aggregates.open,
      }
    }
    case 'union':
    case 'intersection':
    case 'difference': {
      const others = step.others.map((other) => (other.open ? bindQueryset(by, depth, other) : other))
      return { bound: { ...step, others }, open: others.some((each) => each.open) }
    }
    case 'and':
    case 'or':
    case 'xor': {
      const other = step.other.open ? bindQueryset(by, depth, step.other) : step.other
      return { bound: { ...step, other }, open: other.open }
    }
    case 'prefetchRelated': {
      const query = step.query.open ? bindQueryset(by, depth + 1, step.query) : step.query
      return { bound: { ...step, query }, open: query.open }
    }
    default:
      return { bound: step, open: false }
  }
}

/**
 * Binds a step to the callback that made it.
 *
 * @since 0.1.0
 */
export const bind = (by: symbol, step: Step): { readonly step: Step; readonly open: boolean } => {
  const { bound, open } = bindStep(by, 0, step)
  return { step: bound, open }
}

/** Querysets inside an expression are full querysets, although the types of references describe only a part of them. */
const toQuery = (expression: Expression<QuerysetLike>): Expression<AnyQueryset> =>
  expression as Expression<AnyQueryset>

/**
 * The expressions of a record of references, by name, in the record's order.
 *
 * @since 0.1.0
 */
export const namedOf = (record: object): ReadonlyArray<Named<AnyQueryset>> =>
  Object.entries(record).flatMap(([name, value]) =>
    isExpr(value) ? [{ name, expression: toQuery(value[node]) }] : [],
  )

/** @since 0.1.0 */
export const expressionOf = (value: Expr): Expression<AnyQueryset> => toQuery(value[node])

/** @since 0.1.0 */
export const orderKeysOf = (
  keys: ReadonlyArray<OrderKey<QuerysetLike>>,
): ReadonlyArray<OrderKey<AnyQueryset>> => keys as ReadonlyArray<OrderKey<AnyQueryset>>
