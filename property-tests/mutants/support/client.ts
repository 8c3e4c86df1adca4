/**
 * A right client made of parts, each of which a bug can change. It reads and writes a store that it keeps, and waits
 * before and after each call.
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import {
  clientFailed,
  unsupported,
  type Page,
  type Query,
  type QueryError,
  type Schema,
} from '../../../src/index.js'
import { keysOnly } from '../../../src/client/derive.js'
import type { WritableClient } from '../../../src/client/Client.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import type { Source } from '../../../src/expression/Source.js'
import { functions } from '../../../src/expression/functions.js'
import type { FunctionDef } from '../../../src/expression/functions/FunctionDef.js'
import { apply, type Applied } from '../../../src/engine/apply.js'
import { evaluate } from '../../../src/engine/evaluate.js'
import { sourceOf, type Store } from '../../../src/engine/Store.js'
import type { Change, Write } from '../../../src/query/Write.js'
import { copyJson } from '../../../src/value/copyJson.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { over } from './inner.js'
import type { Io, MakeClient } from './Mutant.js'

/** What a client is made over: `state` is what it keeps. */
export interface World {
  readonly schema: Schema
  readonly state: { store: Store }
  readonly io: Io
  /** What a client remembers besides, over transactions too. */
  readonly memory: Map<string, unknown>
}

export type Rows = ReadonlyArray<Row>
export type Ask = (query: Query) => E.Either<QueryError, Rows>
export type Written = E.Either<QueryError, Applied>

/** The one thing that is wrong; an empty one makes a right client. */
export interface Bug {
  /** Functions that the changed query calls. */
  readonly functions?: ReadonlyArray<FunctionDef>
  /** The query that is answered instead. */
  readonly query?: (query: Query, world: World) => Query
  /** Where rows and related rows are looked up. */
  readonly source?: (source: Source, world: World) => Source
  /** The rows that a pass gives instead, of the question or of what it asks about; `ask` answers rightly. */
  readonly pass?: (rows: Rows, query: Query, ask: Ask) => Rows
  /** The rows that are given instead, of every question; `ask` answers rightly. */
  readonly rows?: (rows: Rows, query: Query, ask: Ask, world: World) => Rows
  readonly page?: (page: Page, query: Query, ask: Ask, world: World) => Page
  readonly count?: (count: number, query: Query, ask: Ask, world: World) => number
  readonly getPks?: (keys: ReadonlyArray<Json>, query: Query, ask: Ask, world: World) => ReadonlyArray<Json>
  /** How a row is stored. */
  readonly stored?: (row: Row, model: string, schema: Schema) => Row
  /** The write that is done instead. */
  readonly write?: (write: Write, store: Store) => Write
  /** What a write leads to. */
  readonly applied?: (write: Write, store: Store, right: (write: Write, store?: Store) => Written) => Written
  /** What is told of a write. */
  readonly told?: (applied: Applied, write: Write, before: Store) => Applied
  /** Anything else: the client around the right one. */
  readonly around?: (right: StoreClient, world: World) => Partial<StoreClient>
}

/** The functions can be called while `run` runs, which doesn't wait. */
const calling = <A>(defs: ReadonlyArray<FunctionDef>, run: () => A): A => {
  // The library reads this table only; what is added is taken out before anyone else runs.
  const table = functions as Map<string, FunctionDef>
  defs.forEach((def) => table.set(def.name, def))
  try {
    return run()
  } finally {
    defs.forEach(({ name }) => table.delete(name))
  }
}

const sources = new WeakMap<Store, Source>()

const rightSource = (store: Store): Source => {
  const known = sources.get(store) ?? sourceOf(store)
  sources.set(store, known)
  return known
}

/** The rows of a query, rightly, as the world is now. */
export const askOf =
  ({ schema, state }: World): Ask =>
  (query) =>
    evaluate(schema, rightSource(state.store), new Date().toISOString())(query)

const askWith = (bug: Bug, world: World): Ask => {
  const right = askOf(world)
  const evaluated = (schema: Schema, source: Source, query: Query) =>
    calling(bug.functions ?? [], () => evaluate(schema, source, new Date().toISOString())(query))
  /** Passes that project or group are done by themselves, where the bug is about single passes. */
  const passed = (schema: Schema, source: Source, query: Query): E.Either<QueryError, Rows> => {
    const { pass } = bug
    if (pass === undefined) return evaluated(schema, source, query)
    const inner = query.from._tag === 'query' ? query.from.query : null
    const rows =
      inner === null || (inner.columns === null && inner.group === null)
        ? E.right({ schema, source, query })
        : E.chain((given: Rows) =>
            E.map(
              ({
                from,
                ...there
              }: {
                readonly schema: Schema
                readonly source: Source
                readonly from: Query['from']
              }) => ({
                ...there,
                query: { ...query, from },
              }),
            )(over(schema, source, inner, given)),
          )(passed(schema, source, inner))
    return E.chain((at: { readonly schema: Schema; readonly source: Source; readonly query: Query }) =>
      E.map((given: Rows) =>
        pass(given, at.query, (other) => evaluate(at.schema, at.source, new Date().toISOString())(other)),
      )(evaluated(at.schema, at.source, at.query)),
    )(rows)
  }
  return (query) => {
    const { schema, state } = world
    const source = bug.source?.(rightSource(state.store), world) ?? rightSource(state.store)
    const changed = bug.query?.(query, world) ?? query
    return E.map((all: Rows) => bug.rows?.(all, query, right, world) ?? all)(passed(schema, source, changed))
  }
}

/** The write applied, wrongly if the bug is about that. */
export const writeWith = (bug: Bug, world: World, asked: Write): Written => {
  const { state, schema } = world
  const before = state.store
  const storedIn = (row: Row): Row => bug.stored?.(copyJson(row), asked.model, schema) ?? copyJson(row)
  const kept: Write =
    asked._tag === 'create'
      ? { ...asked, rows: asked.rows.map(storedIn) }
      : asked._tag === 'update'
        ? { ...asked, changes: asked.changes.map(({ key, set }): Change => ({ key, set: storedIn(set) })) }
        : asked
  const write = bug.write?.(kept, before) ?? kept
  const right = (other: Write, store = before) => apply(other)(store)
  const done = bug.applied?.(write, before, right) ?? right(write)
  if (E.isLeft(done)) return done
  state.store = done.right.store
  return E.right(bug.told?.(done.right, asked, before) ?? done.right)
}

/** What a call gives, between two waits; where the backend fails there, it isn't known what was done. */
export const waiting =
  <A>(io: Io, operation: string, run: () => E.Either<QueryError, A>): TE.TaskEither<QueryError, A> =>
  async () => {
    try {
      await io()
      const result = run()
      await io()
      return result
    } catch (cause) {
      return E.left(failed(operation, cause))
    }
  }

/** A call in several steps, with a wait before the first. */
export const stepping =
  <A>(io: Io, operation: string, run: () => Promise<E.Either<QueryError, A>>): TE.TaskEither<QueryError, A> =>
  async () => {
    try {
      await io()
      return await run()
    } catch (cause) {
      return E.left(failed(operation, cause))
    }
  }

export const failed = (operation: string, cause: unknown): QueryError =>
  clientFailed('mutant', operation, cause, { retryable: true })

const first = (made: ReadonlyArray<Row>): E.Either<QueryError, Row> => {
  const [row] = made
  return row === undefined ? E.left(unsupported('mutant', 'making no row')) : E.right(copyJson(row))
}

const still: Io = () => Promise.resolve()

/** A client over a world with a bug. */
export const clientIn = (bug: Bug, world: World): StoreClient => {
  const { schema, io } = world
  const ask = askWith(bug, world)
  const right = askOf(world)
  const write = <A>(
    operation: string,
    asked: Write,
    read: (applied: Applied) => E.Either<QueryError, A>,
  ): TE.TaskEither<QueryError, A> => waiting(io, operation, () => E.chain(read)(writeWith(bug, world, asked)))
  const many = ({ count }: Applied) => E.right(count)
  const any = ({ count }: Applied) => E.right(count > 0)
  const client: StoreClient = {
    name: 'mutant',
    schema,
    list: (query) =>
      waiting(io, 'list', () =>
        E.chain((rows: Rows) =>
          E.map((all: Rows): Page => {
            const page = { rows: rows.map(copyJson), total: all.length }
            return bug.page?.(page, query, right, world) ?? page
          })(query.slice === null ? E.right(rows) : ask({ ...query, slice: null, related: [] })),
        )(ask(query)),
      ),
    count: (query) =>
      waiting(io, 'count', () =>
        E.map((rows: Rows) => bug.count?.(rows.length, query, right, world) ?? rows.length)(ask(query)),
      ),
    getPks: (query) =>
      waiting(io, 'getPks', () =>
        E.chain(({ query: keys, pk }: { readonly query: Query; readonly pk: string }) =>
          E.map((rows: Rows): ReadonlyArray<Json> => {
            const all = rows.map((row) => row[pk] ?? null)
            return bug.getPks?.(all, query, right, world) ?? all
          })(ask(keys)),
        )(keysOnly(schema, query)),
      ),
    create: (model, row) =>
      write('create', { _tag: 'create', model, rows: [row] }, ({ rows }) => first(rows)),
    update: (model, key, set) => write('update', { _tag: 'update', model, changes: [{ key, set }] }, any),
    delete: (model, key) => write('delete', { _tag: 'delete', model, keys: [key] }, any),
    createBulk: (model, rows) =>
      write('createBulk', { _tag: 'create', model, rows }, (made) => E.right(made.rows.map(copyJson))),
    updateBulk: (model, changes) => write('updateBulk', { _tag: 'update', model, changes }, many),
    deleteBulk: (model, keys) => write('deleteBulk', { _tag: 'delete', model, keys }, many),
    transaction: (program) => transaction(bug, world, program),
  }
  return { ...client, ...bug.around?.(client, world) }
}

/**
 * A program on a draft, which is kept if it succeeds. If somebody else wrote meanwhile, it is done again: so nothing
 * is lost, though a program may run several times.
 */
const transaction =
  <A>(
    bug: Bug,
    world: World,
    program: (client: WritableClient) => TE.TaskEither<QueryError, A>,
  ): TE.TaskEither<QueryError, A> =>
  async () => {
    for (;;) {
      const before = world.state.store
      const draft: World = { ...world, state: { store: before } }
      const result = await program(clientIn(bug, draft))()
      if (E.isLeft(result)) return result
      if (world.state.store === before) {
        world.state.store = draft.state.store
        return result
      }
    }
  }

/** Makes clients with a bug. */
export const clientWith =
  (bug: Bug): MakeClient =>
  (schema, store, io = still) => {
    const { stored } = bug
    const kept: Store =
      stored === undefined
        ? store
        : {
            ...store,
            rows: new Map(
              [...store.rows].map(([model, rows]) => [model, rows.map((row) => stored(row, model, schema))]),
            ),
          }
    return clientIn(bug, { schema, state: { store: kept }, io, memory: new Map() })
  }

/** The client without a bug. */
export const rightClient: MakeClient = clientWith({})
