/**
 * Callbacks: giving them references, and binding what they say to the rows that they were given.
 *
 * A reference remembers the callback that it was given to. When the callback returns, its own references become
 * levels (0 for the row itself, 1 from inside a `some`, an aggregate or a subquery, and so on), and those of the
 * callbacks around it stay as they are, until these return. So a callback may speak of any row around it.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Kind } from '../value/Value.js'
import type {
  Aggregate,
  AggregateName,
  Column,
  Expression,
  Named,
  Node,
  OrderKey,
  Predicate,
  Some,
} from '../expression/Expression.js'
import { fold, rebuild } from '../expression/fold.js'
import { kindOf, node, type Expr, type QuerysetLike } from '../expression/Ref.js'
import { columnType, follow, isNamed, modelOf, namesOf, type Scope } from '../expression/Scope.js'
import { codecOf, constant, isExpr, keyMethods, toRef } from '../expression/toRef.js'
import { aggregateType } from '../expression/aggregate.js'
import { allRows, cellsOf, type AnyQueryset, type Step } from './Queryset.js'

/** What tells the references of one callback from those of another. */
interface Owner {
  readonly owner: symbol
}

const owner = (): symbol => Symbol('row')

const owned = <N extends Column | Aggregate<QuerysetLike> | Some<QuerysetLike>>(bare: N, by: symbol): N => ({
  ...bare,
  owner: by,
})

const ownerOf = (at: Node<QuerysetLike>): symbol | null =>
  // Only references that are not bound yet have an owner; it is not a part of the union.
  (at as Node<QuerysetLike> & Partial<Owner>).owner ?? null

type Bound<N> = { readonly bound: N; readonly open: boolean }

/** Binds what belongs to an owner, `depth` rows further in. Says whether anything unbound is left. */
const bindNode = <N extends Node<AnyQueryset>>(by: symbol | null, depth: number, root: N): Bound<N> => {
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
  // Binding changes levels and nothing else, so the node is of the sort that it was.
  return result as Bound<N>
}

const disowned = <N extends object>(at: N): N => {
  const { owner: _, ...bare } = at as N & Partial<Owner>
  // What is taken away is not a part of `N`.
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

/**
 * Calls a callback with references to the rows of a scope, and says by which symbol they are owned.
 *
 * @since 0.1.0
 */
export const withRefs = <T>(
  scope: Scope,
  callback: (refs: never) => T,
): { readonly said: T; readonly by: symbol } => {
  const by = owner()
  // The references have the columns and relations of the scope, which is what the queryset's type says.
  return { said: callback(refs(scope, by, []) as never), by }
}

/**
 * References to the columns and relations at a path from the owner's row, made as they are asked for: a row may have any
 * number of them. `besides` is what else they have, under names that no field has.
 */
const refs = (scope: Scope, by: symbol, path: ReadonlyArray<string>, besides: object = {}): object => {
  const made = new Map<string, unknown>()
  const relations = modelOf(scope)?.relations
  const make = (name: string): unknown => {
    const relation = relations?.get(name)
    const column = scope.columns.get(name)
    // A foreign key that has been projected away leads nowhere.
    if (relation !== undefined && (relation.via._tag !== 'forward' || column !== undefined))
      return relation.many ? many(scope, by, path, name) : one(scope, by, path, name)
    return column === undefined ? undefined : toRef(columnAt([...path, name], by), column.kind, column.codec)
  }
  const refTo = (name: string): unknown => {
    if (!made.has(name)) made.set(name, make(name))
    return made.get(name)
  }
  const isRef = (target: object, name: string | symbol): name is string =>
    typeof name === 'string' && !Object.hasOwn(target, name) && isNamed(scope, name)
  return new Proxy(Object.assign(Object.create(null) as object, besides), {
    get: (target, name) => (isRef(target, name) ? refTo(name) : (Reflect.get(target, name) as unknown)),
    has: (target, name) => isRef(target, name) || Reflect.has(target, name),
    ownKeys: (target) => [...new Set([...Reflect.ownKeys(target), ...namesOf(scope)])],
    getOwnPropertyDescriptor: (target, name) =>
      isRef(target, name)
        ? { value: refTo(name), enumerable: true, configurable: true, writable: false }
        : Reflect.getOwnPropertyDescriptor(target, name),
  })
}

const columnAt = (path: ReadonlyArray<string>, by: symbol): Column =>
  owned({ _tag: 'column', path, level: 0 }, by)

/** The reference to a to-one relation: the related row's references, and the key's methods. */
const one = (scope: Scope, by: symbol, path: ReadonlyArray<string>, name: string): unknown => {
  const followed = follow(scope, name)
  const typed = columnType(scope, [name])
  if (E.isLeft(followed) || E.isLeft(typed)) return undefined
  const full = [...path, name]
  const expression = columnAt(full, by)
  const methods = keyMethods(expression, typed.right.type.kind, typed.right.type.codec)
  return refs(followed.right.scope, by, full, { ...methods, [relationPath]: full })
}

/** Where the references to relations keep the path of the relation. */
const relationPath = Symbol('relation')

/**
 * The path of the relation that a reference stands for.
 *
 * @since 0.1.0
 */
export const pathOf = (u: unknown): ReadonlyArray<string> | null =>
  typeof u === 'object' && u !== null && relationPath in u
    ? // Only `one` and `many` set it.
      (u as { readonly [relationPath]: ReadonlyArray<string> })[relationPath]
    : null

const many = (scope: Scope, by: symbol, path: ReadonlyArray<string>, name: string): unknown => {
  const full = [...path, name]
  return E.fold(
    () => undefined,
    ({ scope: target }: { readonly scope: Scope }) => {
      const some = (callback: (row: never) => Predicate<AnyQueryset>): Predicate<AnyQueryset> => {
        const inside = withRefs(target, callback)
        return owned(
          { _tag: 'some', level: 0, relation: full, predicate: bindNode(inside.by, 0, inside.said).bound },
          by,
        )
      }
      const negated = (predicate: Predicate<AnyQueryset>): Predicate<AnyQueryset> => ({
        _tag: 'not',
        predicate,
      })
      return {
        some,
        none: (callback: (row: never) => Predicate<AnyQueryset>) => negated(some(callback)),
        every: (callback: (row: never) => Predicate<AnyQueryset>) =>
          negated(some((row) => negated(callback(row)))),
        ...aggregates(target, 'row', full, by),
        [relationPath]: full,
      }
    },
  )(follow(scope, name))
}

interface AggregateInput {
  readonly distinct?: boolean
  readonly filter?: (row: never) => Predicate<AnyQueryset>
  readonly default?: unknown
  readonly sample?: boolean
}

const aggregates = (scope: Scope, over: 'row' | 'group', relation: ReadonlyArray<string>, by: symbol) => {
  const make = (
    name: AggregateName,
    value: ((row: never) => Expr) | null,
    options: AggregateInput = {},
  ): unknown => {
    const inside = owner()
    // As in `withRefs`.
    const row = refs(scope, inside, []) as never
    const arg = value?.(row)
    const kind: Kind = arg?.[kindOf] ?? 'int'
    const type = aggregateType(name, kind)?.kind ?? kind
    const filter = options.filter?.(row)
    const bound = <N extends Node<AnyQueryset>>(at: N): N => bindNode(inside, 0, at).bound
    const aggregate: Aggregate<AnyQueryset> = {
      _tag: 'aggregate',
      name,
      over,
      level: 0,
      relation,
      arg: arg === undefined ? null : bound(toQuery(arg[node])),
      distinct: options.distinct === true,
      filter: filter === undefined ? null : bound(filter),
      default: options.default === undefined ? null : toQuery(constant(type, options.default)),
      sample: options.sample === true,
    }
    // The least and the greatest of values with a codec of their own are such values.
    const codec = arg !== undefined && (name === 'min' || name === 'max') ? codecOf(arg) : null
    return toRef(over === 'row' ? owned(aggregate, by) : aggregate, type, codec)
  }
  return {
    count: (options?: AggregateInput) => make('count', null, options),
    countOf: (value: (row: never) => Expr, options?: AggregateInput) => make('count', value, options),
    sum: (value: (row: never) => Expr, options?: AggregateInput) => make('sum', value, options),
    avg: (value: (row: never) => Expr, options?: AggregateInput) => make('avg', value, options),
    min: (value: (row: never) => Expr, options?: AggregateInput) => make('min', value, options),
    max: (value: (row: never) => Expr, options?: AggregateInput) => make('max', value, options),
    stddev: (value: (row: never) => Expr, options?: AggregateInput) => make('stddev', value, options),
    variance: (value: (row: never) => Expr, options?: AggregateInput) => make('variance', value, options),
  }
}

/** The querysets inside an expression are querysets: the types of references only say so much of them. */
const toQuery = (expression: Expression<QuerysetLike>): Expression<AnyQueryset> =>
  expression as Expression<AnyQueryset>

/**
 * The reference to a group of rows of a scope.
 *
 * @since 0.1.0
 */
export const groupRef = (scope: Scope, by: symbol): object => aggregates(scope, 'group', [], by)

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
