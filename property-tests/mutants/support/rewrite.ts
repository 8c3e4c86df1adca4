/** Changing queries, and functions of one's own in them. */
import { either as E } from 'fp-ts'
import type { Query } from '../../../src/index.js'
import type {
  Aggregate,
  Expression,
  Lookup,
  LookupName,
  Named,
  Node,
  OrderKey,
  Predicate,
} from '../../../src/expression/Expression.js'
import { functions } from '../../../src/expression/functions.js'
import { fold, rebuild } from '../../../src/expression/fold.js'
import type { FunctionDef } from '../../../src/expression/functions/FunctionDef.js'
import { mapQuery } from '../../../src/query/mapQuery.js'
import type { Slice } from '../../../src/query/Query.js'
import { compare } from '../../../src/value/Order.js'
import * as Text from '../../../src/value/Text.js'
import type { Json, Kind } from '../../../src/value/Value.js'
import type { Bug } from './client.js'

export type Expr = Expression<Query>
export type Pred = Predicate<Query>
export type Any = Node<Query>

/** Each pass changed, and each node in it; passes inside, subqueries and related queries too. */
export const rewritten = (
  query: Query,
  node: (node: Any) => Any,
  pass: (query: Query) => Query = (same) => same,
): Query => {
  const within = (inner: Query): Query => rewritten(inner, node, pass)
  const change = <N extends Any>(root: N): N =>
    // What replaces a node is of its sort.
    fold<Query, null, Any>(root, null, {
      enter: () => null,
      combine: (at, operands) => {
        const again = rebuild(at, operands)
        return node(
          again._tag === 'subquery' || again._tag === 'exists' || again._tag === 'inQuery'
            ? { ...again, query: within(again.query) }
            : again,
        )
      },
    }) as N
  const { from } = query
  return pass(
    mapQuery(
      {
        ...query,
        from:
          from._tag === 'model'
            ? from
            : from._tag === 'query'
              ? { ...from, query: within(from.query) }
              : { ...from, left: within(from.left), right: from.right.map(within) },
        related: query.related.map((each) => ({ ...each, query: within(each.query) })),
      },
      change,
    ),
  )
}

/** A bug in how nodes are understood. */
export const nodes = (change: (node: Any) => Any): Bug => ({ query: (query) => rewritten(query, change) })

/** A bug in how passes are understood. */
export const passes = (change: (query: Query) => Query): Bug => ({
  query: (query) => rewritten(query, (same) => same, change),
})

export const not = (predicate: Pred): Pred => ({ _tag: 'not', predicate })
export const and = (...all: ReadonlyArray<Pred>): Pred => ({ _tag: 'and', all })
export const or = (...any: ReadonlyArray<Pred>): Pred => ({ _tag: 'or', any })
export const isNull = (left: Expr): Pred => ({ _tag: 'lookup', name: 'isnull', left, right: [] })
export const constant = (kind: Kind, value: Json): Expr => ({ _tag: 'const', kind, value })

export const column = (...path: ReadonlyArray<string>): Expr => ({ _tag: 'column', path, level: 0 })

/** A function of JavaScript that queries can call; it sees missing values, and may say of which kind its result is. */
export const js = (
  name: string,
  apply: (args: ReadonlyArray<Json>, kinds: ReadonlyArray<Kind>) => Json,
  kind: Kind | ((kinds: ReadonlyArray<Kind>) => Kind) = ([first = 'int']) => first,
): { readonly def: FunctionDef; readonly call: (...args: ReadonlyArray<Expr>) => Expr } => ({
  def: {
    name: `~${name}`,
    arity: [0, Infinity],
    type: (types) =>
      E.right({
        kind: typeof kind === 'string' ? kind : kind(types.map((type) => type.kind)),
        nullable: true,
      }),
    strict: false,
    apply: (args, types) =>
      apply(
        args,
        types.map((type) => type.kind),
      ),
  },
  call: (...args) => ({ _tag: 'call', name: `~${name}`, args }),
})

/** What a lookup is about. */
export interface Seen {
  readonly name: LookupName
  readonly value: Json
  readonly others: ReadonlyArray<Json>
  /** The first of the others. */
  readonly other: Json
  readonly kind: Kind
  /** What a right client says. */
  readonly right: boolean
}

const textual: { readonly [name: string]: (a: string, b: string) => boolean } = {
  iexact: (a, b) => Text.upper(a) === Text.upper(b),
  contains: (a, b) => a.includes(b),
  icontains: (a, b) => Text.upper(a).includes(Text.upper(b)),
  startswith: (a, b) => a.startsWith(b),
  istartswith: (a, b) => Text.upper(a).startsWith(Text.upper(b)),
  endswith: (a, b) => a.endsWith(b),
  iendswith: (a, b) => Text.upper(a).endsWith(Text.upper(b)),
  regex: (a, b) => new RegExp(b, 'u').test(a),
  iregex: (a, b) => new RegExp(b, 'iu').test(a),
}

/** A lookup on values, as the meaning has it. Numbers of different kinds are compared as numbers. */
export const looksUp = (name: LookupName, kind: Kind, value: Json, others: ReadonlyArray<Json>): boolean => {
  if (name === 'isnull') return value === null
  if (value === null) return false
  const order = (other: Json | undefined): number =>
    other === null || other === undefined
      ? NaN
      : typeof value !== typeof other
        ? Number(value) - Number(other)
        : compare(kind)(value, other)
  const [first, second] = others
  switch (name) {
    case 'exact':
      return order(first) === 0
    case 'in':
      return others.some((other) => order(other) === 0)
    case 'gt':
      return order(first) > 0
    case 'gte':
      return order(first) >= 0
    case 'lt':
      return order(first) < 0
    case 'lte':
      return order(first) <= 0
    case 'range':
      return order(first) >= 0 && order(second) <= 0
    default:
      return first !== null && textual[name]!(value as string, first as string)
  }
}

/**
 * A bug in what a lookup says of two values. It isn't asked about missing ones unless `nulls` says so, nor about
 * other kinds than those in `kinds`.
 */
export const lookups = (
  names: ReadonlyArray<LookupName>,
  wrong: (seen: Seen) => boolean,
  { nulls = false, kinds }: { readonly nulls?: boolean; readonly kinds?: ReadonlyArray<Kind> } = {},
): Bug => {
  const made = names.map((name) => ({
    name,
    ...js(
      name,
      ([value = null, ...others], [kind = 'text']) => {
        const right = looksUp(name, kind, value, others)
        const asked =
          (nulls || (value !== null && !others.includes(null))) &&
          (kinds === undefined || kinds.includes(kind))
        return asked ? wrong({ name, value, others, other: others[0] ?? null, kind, right }) : right
      },
      'boolean',
    ),
  }))
  return {
    functions: made.map(({ def }) => def),
    ...nodes((node) => {
      const mine = node._tag === 'lookup' ? made.find(({ name }) => name === node.name) : undefined
      return node._tag === 'lookup' && mine !== undefined
        ? { _tag: 'holds', expression: mine.call(node.left, ...node.right) }
        : node
    }),
  }
}

/** A bug in a function: what it gives instead, of which kind. */
export const callsTo = (
  name: string,
  kind: Kind,
  wrong: (args: ReadonlyArray<Json>) => Json,
  kinds?: ReadonlyArray<Kind>,
): Bug => {
  const own = functions.get(name)!
  const made = js(
    name,
    (args, given) =>
      kinds !== undefined && !kinds.includes(given[0] ?? 'text')
        ? own.strict && args.includes(null)
          ? null
          : own.apply(
              args,
              given.map((each) => ({ kind: each, nullable: true })),
              '2020-01-01T00:00:00.000Z',
            )
        : args.includes(null) && own.strict
          ? null
          : wrong(args),
    (given) => (kinds !== undefined && !kinds.includes(given[0] ?? 'text') ? (given[0] ?? kind) : kind),
  )
  return {
    functions: [made.def],
    ...nodes((node) => (node._tag === 'call' && node.name === name ? made.call(...node.args) : node)),
  }
}

/** A bug in a lookup's form: the lookup with its operands, rewritten. */
export const lookupNodes = (change: (node: Lookup<Query>) => Pred): Bug =>
  nodes((node) => (node._tag === 'lookup' ? change(node) : node))

/** A bug in how rows are ordered. */
export const orders = (
  change: (keys: ReadonlyArray<OrderKey<Query>>, query: Query) => ReadonlyArray<OrderKey<Query>>,
): Bug =>
  passes((query) => (query.order.length === 0 ? query : { ...query, order: change(query.order, query) }))

/** A bug in what is sorted by: the values of some kinds, and of which kind they are then. */
export const sortedBy = (by: (value: Json) => Json, kinds: ReadonlyArray<Kind>, kind: Kind | null): Bug => {
  const key = js(
    'sort',
    ([value = null], [own = 'text']) => (value !== null && kinds.includes(own) ? by(value) : value),
    ([own = 'text']) => (kinds.includes(own) ? (kind ?? own) : own),
  )
  return {
    functions: [key.def],
    ...orders((keys) => keys.map((each) => ({ ...each, expression: key.call(each.expression) }))),
  }
}

/** A bug in slices. */
export const slices = (change: (slice: Slice) => Slice | null): Bug =>
  passes((query) => (query.slice === null ? query : { ...query, slice: change(query.slice) }))

/** A bug in aggregates. */
export const aggregates = (change: (node: Aggregate<Query>) => Expr): Bug =>
  nodes((node) => (node._tag === 'aggregate' ? change(node) : node))

/** A bug in what is projected: the expression of each column. */
export const columns = (change: (column: Named<Query>) => Named<Query>): Bug =>
  passes((query) => (query.columns === null ? query : { ...query, columns: query.columns.map(change) }))
