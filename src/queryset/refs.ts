/**
 * The references that callbacks receive: to a row's columns and relations, to aggregates of its to-many relations, and
 * to groups.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Kind } from '../value/Value.js'
import type { Aggregate, AggregateName, Predicate } from '../expression/Expression.js'
import { kindOf, type Expr } from '../expression/Ref.js'
import { columnType, follow, isNamed, modelOf, namesOf, type Scope } from '../expression/Scope.js'
import { codecOf, constant, isExpr, keyMethods, toRef } from '../expression/toRef.js'
import { aggregateType } from '../expression/aggregate.js'
import { bindNode, expressionOf, owned, ownedColumn, owner } from './bind.js'
import { noCondition, noExpression, oddIn } from './condition.js'
import type { AnyQueryset } from './Queryset.js'
import { hit, miss, emptyTrace, type FoundRef, type MissedName, type CallbackTrace } from './CallbackTrace.js'

/**
 * Calls a callback with references to the rows of a scope, and gives the symbol that owns them. `trace` records what the
 * callback asks them for.
 *
 * @since 0.1.0
 */
export const withRefs = <T>(
  scope: Scope,
  callback: (refs: never) => T,
  trace: CallbackTrace = emptyTrace(),
): { readonly returned: T; readonly by: symbol } => {
  const by = owner()
  // The references have the columns and relations of the scope, as the queryset's type says.
  return { returned: callback(refs(scope, { by, trace }, []) as never), by }
}

/** The callback that references are for: its owner symbol, and the record of what it asked for. */
interface Callback {
  readonly by: symbol
  readonly trace: CallbackTrace
}

/**
 * References to the columns and relations at a path from the owner's row. Each is created when it is asked for, since a
 * row can have any number of them. `besides` holds further members, under names that no field has.
 */
const refs = (scope: Scope, asking: Callback, path: ReadonlyArray<string>, besides?: object): object => {
  const target = Object.create(null) as object
  // Trap by trap: a spread of them takes several times as long.
  const { get, has, ownKeys, getOwnPropertyDescriptor } = traps
  const handler: Handler = { get, has, ownKeys, getOwnPropertyDescriptor, scope, asking, path, made: null }
  return new Proxy(besides === undefined ? target : Object.assign(target, besides), handler)
}

/** A handler that references share. Each has its own copy with what they are for. */
interface Handler extends ProxyHandler<object> {
  readonly scope: Scope
  readonly asking: Callback
  readonly path: ReadonlyArray<string>
  made: Map<string, FoundRef> | null
}

/* eslint-disable functional/no-this-expressions -- a handler's functions are shared by all references */
const traps: Pick<Required<ProxyHandler<object>>, 'get' | 'has' | 'ownKeys' | 'getOwnPropertyDescriptor'> &
  ThisType<Handler> = {
  get(target, name) {
    if (isRef(this.scope, target, name)) {
      const found = refTo(this, name)
      hit(this.asking.trace, found)
      return found.ref
    }
    if (typeof name === 'string' && !Reflect.has(target, name)) missed(this, name)
    return Reflect.get(target, name) as unknown
  },
  has(target, name) {
    return isRef(this.scope, target, name) || Reflect.has(target, name)
  },
  ownKeys(target) {
    return [...new Set([...Reflect.ownKeys(target), ...namesOf(this.scope)])]
  },
  getOwnPropertyDescriptor(target, name) {
    return isRef(this.scope, target, name)
      ? { value: refTo(this, name).ref, enumerable: true, configurable: true, writable: false }
      : Reflect.getOwnPropertyDescriptor(target, name)
  },
}
/* eslint-enable functional/no-this-expressions */

const isRef = (scope: Scope, target: object, name: string | symbol): name is string =>
  typeof name === 'string' && !Object.hasOwn(target, name) && isNamed(scope, name)

const missed = ({ scope, asking, path }: Handler, name: string): void => {
  miss(asking.trace, { model: scope.model, path, name, names: namesOf(scope), problem: 'is not there' })
}

/** A reference that is asked for several times is the same one. */
const refTo = (of: Handler, name: string): FoundRef => {
  const before = of.made?.get(name)
  if (before !== undefined) return before
  const path = [...of.path, name]
  const found = { model: of.scope.model, path, ref: refOf(of, path, name) }
  of.made ??= new Map()
  of.made.set(name, found)
  return found
}

const refOf = ({ scope, asking, path }: Handler, full: ReadonlyArray<string>, name: string): unknown => {
  const relation = modelOf(scope)?.relations.get(name)
  const column = scope.columns.get(name)
  // A foreign key that was projected away leads nowhere.
  if (relation !== undefined && (relation.via._tag !== 'forward' || column !== undefined))
    return relation.many ? many(scope, asking, path, name) : one(scope, asking, path, name)
  return column === undefined ? undefined : toRef(ownedColumn(full, asking.by), column.kind, column.codec)
}

/** The members of a to-many relation or a group. Any other name that is asked for is recorded. */
const noting = <T extends object>(
  members: T,
  trace: CallbackTrace,
  at: Omit<MissedName, 'name' | 'names'>,
): T =>
  new Proxy(members, {
    get: (target, name) => {
      if (typeof name === 'string' && !Reflect.has(target, name))
        miss(trace, { ...at, name, names: Object.keys(target) })
      return Reflect.get(target, name) as unknown
    },
  })

/** The reference to a to-one relation: the references of the related row, and the methods of the key. */
const one = (scope: Scope, asking: Callback, path: ReadonlyArray<string>, name: string): unknown => {
  const followed = follow(scope, name)
  const typed = columnType(scope, [name])
  if (E.isLeft(followed) || E.isLeft(typed)) return undefined
  const full = [...path, name]
  const expression = ownedColumn(full, asking.by)
  const methods = keyMethods(expression, typed.right.type.kind, typed.right.type.codec)
  return refs(followed.right.scope, asking, full, { ...methods, [relationPath]: full })
}

/** Where a reference to a relation keeps the relation's path. */
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

const many = (scope: Scope, asking: Callback, path: ReadonlyArray<string>, name: string): unknown => {
  const { by, trace } = asking
  const full = [...path, name]
  return E.fold(
    () => undefined,
    ({ scope: target }: { readonly scope: Scope }) => {
      const some = (callback: (row: never) => Predicate<AnyQueryset>): Predicate<AnyQueryset> => {
        const inside = withRefs(target, callback, trace)
        const predicate = conditionOf(trace, inside.by, inside.returned)
        return owned({ _tag: 'some', level: 0, relation: full, predicate }, by)
      }
      const negated = (predicate: Predicate<AnyQueryset>): Predicate<AnyQueryset> => ({
        _tag: 'not',
        predicate,
      })
      const members = {
        some,
        none: (callback: (row: never) => Predicate<AnyQueryset>) => negated(some(callback)),
        every: (callback: (row: never) => Predicate<AnyQueryset>) =>
          negated(some((row) => negated(callback(row)))),
        ...aggregates(target, 'row', full, asking),
        [relationPath]: full,
      }
      const problem =
        'is not there: it leads to many rows, so say which with some, none, every or an aggregate'
      return noting(members, trace, { model: scope.model, path: full, problem })
    },
  )(follow(scope, name))
}

/** A condition that a nested callback returned. Anything else is recorded as a mistake, and no row meets it. */
const conditionOf = (
  trace: CallbackTrace,
  by: symbol,
  returned: Predicate<AnyQueryset>,
): Predicate<AnyQueryset> => {
  const odd = oddIn(returned)
  if (odd === null) return bindNode(by, 0, returned).bound
  trace.mistake ??= noCondition(trace, odd.odd)
  return { _tag: 'or', any: [] }
}

/** An expression that a nested callback returned. Anything else is recorded as a mistake. */
const expressionIn = (trace: CallbackTrace, returned: Expr): Expr | undefined => {
  if (isExpr(returned)) return returned
  trace.mistake ??= noExpression(trace, returned)
  return undefined
}

interface AggregateInput {
  readonly distinct?: boolean
  readonly filter?: (row: never) => Predicate<AnyQueryset>
  readonly default?: unknown
  readonly sample?: boolean
}

const aggregates = (
  scope: Scope,
  over: 'row' | 'group',
  relation: ReadonlyArray<string>,
  { by, trace }: Callback,
) => {
  const make = (
    name: AggregateName,
    value: ((row: never) => Expr) | null,
    options: AggregateInput = {},
  ): unknown => {
    const inside = owner()
    // As in `withRefs`.
    const row = refs(scope, { by: inside, trace }, []) as never
    const arg = value === null ? undefined : expressionIn(trace, value(row))
    const kind: Kind = arg?.[kindOf] ?? 'int'
    const type = aggregateType(name, kind)?.kind ?? kind
    const filter = options.filter?.(row)
    const aggregate: Aggregate<AnyQueryset> = {
      _tag: 'aggregate',
      name,
      over,
      level: 0,
      relation,
      arg: arg === undefined ? null : bindNode(inside, 0, expressionOf(arg)).bound,
      distinct: options.distinct === true,
      filter: filter === undefined ? null : conditionOf(trace, inside, filter),
      default:
        options.default === undefined ? null : expressionOf(toRef(constant(type, options.default), type)),
      sample: options.sample === true,
    }
    // The minimum and the maximum of values with their own codec are values of that codec.
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

/**
 * The reference to a group of rows of a scope.
 *
 * @since 0.1.0
 */
export const groupRef = (scope: Scope, by: symbol, trace: CallbackTrace): object =>
  noting(aggregates(scope, 'group', [], { by, trace }), trace, {
    model: scope.model,
    path: [],
    problem: 'is not there: of a group there are aggregates of its rows',
  })
