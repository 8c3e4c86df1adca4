/** How the blind mutants are made: queries rewritten at every depth, functions that answer wrongly, and witnesses. */
import { either as E, function as fn } from 'fp-ts'
import { toArray, type AnyQueryset, type Query, type Queryset, type Schema } from '../../../src/index.js'
import type { FunctionDef } from '../../../src/expression/functions/FunctionDef.js'
import { functions } from '../../../src/expression/functions.js'
import { fold, rebuild } from '../../../src/expression/fold.js'
import type {
  Call,
  Column,
  Const,
  Expression,
  LookupName,
  Node,
  Predicate,
} from '../../../src/expression/Expression.js'
import { mapQuery } from '../../../src/query/mapQuery.js'
import { allOf, type From } from '../../../src/query/Query.js'
import type { Json, Kind, Type } from '../../../src/value/Value.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import { clientWith, type Bug } from '../support/client.js'
import type {
  Asked,
  Call as ClientCall,
  Failing,
  Mutant,
  MutantKind,
  Overlapping,
} from '../support/Mutant.js'
import { models, type Rows } from '../support/models.js'

export type Area =
  | 'predicates'
  | 'null'
  | 'text'
  | 'numbers'
  | 'dates'
  | 'ordering'
  | 'slicing'
  | 'grouping'
  | 'projection'
  | 'relations'
  | 'subqueries'
  | 'set operations'
  | 'writes'
  | 'transactions'
  | 'aliasing'
  | 'caching'
  | 'concurrency'
  | 'size'
  | 'errors'

export interface BlindMutant extends Omit<Mutant, 'by'> {
  readonly area: Area
  /** Where such a bug was seen; `null` where it is only likely. */
  readonly source: string | null
}

export type P = Predicate<Query>
export type X = Expression<Query>
export type N = Node<Query>

type Witness = Mutant['witness']

/** Makes mutants of an area; `kind` is what the other mutants call it, `set` the set that they are in. */
export const blindOf =
  (area: Area, kind: MutantKind, set = 'blind') =>
  (name: string, about: string, source: string | null, bug: Bug, witness: Witness): BlindMutant => ({
    name: `${set}: ${name}`,
    kind,
    area,
    about,
    source,
    client: clientWith(bug),
    witness,
  })

// Rewriting.

/** What is around a query or a node: the model whose columns level 0 has, if it has any, and what is further out. */
export interface At {
  readonly schema: Schema
  readonly model: string | null
  readonly outer: At | null
  /** What its rows are gone through for. */
  readonly by: 'query' | 'some' | 'aggregate'
}

export interface Hooks {
  readonly node?: (node: N, at: At) => N
  /** A query whose parts have been changed already; `at.outer` is `null` for the question itself. */
  readonly query?: (query: Query, at: At) => Query
}

export const modelOf = (query: Query): string | null => {
  if (query.columns !== null || query.group !== null) return null
  return ownModel(query.from)
}

export const ownModel = (from: From): string | null =>
  from._tag === 'query' ? modelOf(from.query) : from.model

export const target = (
  schema: Schema,
  model: string | null,
  relation: ReadonlyArray<string>,
): string | null =>
  relation.reduce<string | null>(
    (at, name) => (at === null ? null : (schema.models.get(at)?.relations.get(name)?.target ?? null)),
    model,
  )

/** A query with every node and query in it changed, from the inside out. */
export const deep = (schema: Schema, query: Query, hooks: Hooks, outer: At | null = null): Query => {
  const from: From =
    query.from._tag === 'query'
      ? { ...query.from, query: deep(schema, query.from.query, hooks, outer) }
      : query.from._tag === 'combine'
        ? {
            ...query.from,
            left: deep(schema, query.from.left, hooks, outer),
            right: query.from.right.map((each) => deep(schema, each, hooks, outer)),
          }
        : query.from
  const at: At = { schema, model: ownModel(from), outer, by: 'query' }
  const nested = (node: N, around: At): N =>
    node._tag === 'subquery' || node._tag === 'exists' || node._tag === 'inQuery'
      ? { ...node, query: deep(schema, node.query, hooks, around) }
      : node
  const change = <T extends N>(root: T): T =>
    // Hooks keep expressions expressions and predicates predicates.
    fold<Query, At, N>(root, at, {
      enter: (around, node) => ({
        schema,
        model: target(schema, around.model, node.relation),
        outer: around,
        by: node._tag,
      }),
      combine: (node, operands, around) => {
        const made = nested(rebuild(node, operands), around)
        return hooks.node?.(made, around) ?? made
      },
    }) as T
  const changed = mapQuery({ ...query, from }, change)
  const related = query.related.map((each) => ({ ...each, query: deep(schema, each.query, hooks, at) }))
  const made = { ...changed, related }
  return hooks.query?.(made, at) ?? made
}

export const rewriting = (hooks: Hooks): Bug => ({
  query: (query, { schema }) => deep(schema, query, hooks),
})

export const nodes = (node: (node: N, at: At) => N): Bug => rewriting({ node })

export const queries = (query: (query: Query, at: At) => Query): Bug => rewriting({ query })

// Nodes.

export const isPredicate = (node: N): node is P =>
  ['lookup', 'inQuery', 'and', 'or', 'xor', 'not', 'some', 'exists', 'holds'].includes(node._tag)

export const and = (...all: ReadonlyArray<P>): P => ({ _tag: 'and', all })
export const or = (...any: ReadonlyArray<P>): P => ({ _tag: 'or', any })
export const not = (predicate: P): P => ({ _tag: 'not', predicate })
export const missing = (left: X): P => ({ _tag: 'lookup', name: 'isnull', left, right: [] })
export const call = (name: string, ...args: ReadonlyArray<X>): Call<Query> => ({ _tag: 'call', name, args })
export const column = (...path: ReadonlyArray<string>): Column => ({ _tag: 'column', path, level: 0 })
export const constant = (kind: Kind, value: Json): Const => ({ _tag: 'const', kind, value })
export const holds = (expression: X): P => ({ _tag: 'holds', expression })
export const always: P = and()
export const never: P = or()
export const within = (query: Query): Query => allOf({ _tag: 'query', query })
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The kind of a column, where the path leads to one. */
export const kindAt = ({ schema, model }: At, path: ReadonlyArray<string>): Kind | null => {
  const at = target(schema, model, path.slice(0, -1))
  return at === null ? null : (schema.models.get(at)?.columns.get(path.at(-1) ?? '')?.kind ?? null)
}

/** The kind of a column of level 0. */
export const kindOf = (node: X, at: At): Kind | null =>
  node._tag === 'column' && node.level === 0 ? kindAt(at, node.path) : null

export const isColumn = (node: N | undefined): node is Column => node?._tag === 'column' && node.level === 0

const truth: Type = { kind: 'boolean', nullable: false }

const definition = (
  name: string,
  type: (args: ReadonlyArray<Type>) => Type,
  apply: (args: ReadonlyArray<Json>, types: ReadonlyArray<Type>) => Json,
): FunctionDef => ({
  name,
  arity: [0, Infinity],
  strict: false,
  type: (types) => E.right(type(types)),
  apply: (args, types) => apply(args, types),
})

export const define = definition

/**
 * Lookups answered wrongly: `decide` says what is answered of the values, the left one first, or `null` where the
 * right thing is.
 */
export const lookups = (
  names: ReadonlyArray<LookupName>,
  decide: (args: ReadonlyArray<Json>, types: ReadonlyArray<Type>, name: LookupName) => boolean | null,
): Bug => {
  const told = new Map<LookupName, boolean>()
  return {
    functions: names.flatMap((name) => [
      definition(
        `~whether_${name}`,
        () => truth,
        (args, types) => {
          const said = decide(args, types, name)
          if (said !== null) told.set(name, said)
          return said !== null
        },
      ),
      definition(
        `~says_${name}`,
        () => truth,
        () => told.get(name) ?? false,
      ),
    ]),
    ...nodes((node) =>
      node._tag === 'lookup' && names.includes(node.name)
        ? holds({
            _tag: 'case',
            branches: [
              {
                when: holds(call(`~whether_${node.name}`, node.left, ...node.right)),
                then: call(`~says_${node.name}`),
              },
            ],
            otherwise: { _tag: 'test', predicate: node },
          })
        : node,
    ),
  }
}

type Apply = (args: ReadonlyArray<Json>) => Json

/** A function answered wrongly; `right` is the right one. */
export const calls = (
  name: string,
  wrong: (args: ReadonlyArray<Json>, right: Apply, types: ReadonlyArray<Type>) => Json,
  type?: (right: Type) => Type,
): Bug => {
  const right = functions.get(name)
  if (right === undefined) throw new Error(`no function ${name}`)
  return {
    functions: [
      {
        ...right,
        name: `~${name}`,
        type: (types) => E.map((own: Type) => type?.(own) ?? own)(right.type(types)),
        apply: (args, types, now) => wrong(args, (others) => right.apply(others, types, now), types),
      },
    ],
    ...nodes((node) => (node._tag === 'call' && node.name === name ? { ...node, name: `~${name}` } : node)),
  }
}

/** Several bugs of this file that belong together, each of which changes the query. */
export const both = (...bugs: ReadonlyArray<Bug>): Bug => ({
  functions: bugs.flatMap(({ functions: some = [] }) => some),
  query: (query, world) => bugs.reduce((so, { query: change }) => change?.(so, world) ?? so, query),
})

/** Conditions that hold together, flattened. */
export const conjuncts = (predicate: P): ReadonlyArray<P> =>
  predicate._tag === 'and' ? predicate.all.flatMap(conjuncts) : [predicate]

export const onlyOn = (from: Query['from']): boolean => from._tag === 'model'

// Witnesses.

export type Told = ReadonlyArray<unknown>

/** A queryset of any type. */
export type Any = AnyQueryset

export const asked = (rows: Rows, ask: (client: StoreClient) => Promise<unknown>): Asked => ({
  _tag: 'asked',
  rows,
  ask,
})

/** What querysets give, one after the other. */
export const gives = (rows: Rows, ...querysets: ReadonlyArray<Any>): Asked =>
  asked(rows, async (client) => {
    const told: Array<unknown> = []
    for (const queryset of querysets) told.push(await read(client, queryset))
    return told
  })

export const read = (client: StoreClient, queryset: Any): Promise<unknown> =>
  // The type says nothing of the rows, and nobody asks.
  toArray(client)(queryset as Queryset<never, unknown>)()

export const overlapping = (
  rows: Rows,
  threads: ReadonlyArray<ReadonlyArray<ClientCall>>,
  picks: ReadonlyArray<number>,
): Overlapping => ({ _tag: 'overlapping', rows, threads, picks })

export const failing = (rows: Rows, calls_: ReadonlyArray<ClientCall>, failAt: number): Failing => ({
  _tag: 'failing',
  rows,
  calls: calls_,
  failAt,
})

/** A whole row to be made: what isn't given is null, or as good as nothing. */
export const fresh = (
  model: string,
  row: { readonly [column: string]: Json },
): { readonly [column: string]: Json } =>
  fn.pipe(models.models.get(model)!, ({ columns }) =>
    Object.fromEntries(
      [...columns.values()].map(({ name, nullable, kind, auto }) => [
        name,
        row[name] !== undefined ? row[name] : nullable || auto ? null : kind === 'int' ? 0 : '',
      ]),
    ),
  )
