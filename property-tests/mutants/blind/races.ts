/** Calls that overlap, and backends that fail. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  clientFailed,
  conflict,
  prefetchRelated,
  toArray,
  type Page,
  type Query,
  type QueryError,
} from '../../../src/index.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import { allOf } from '../../../src/query/Query.js'
import { apply, type Applied } from '../../../src/engine/apply.js'
import type { Store } from '../../../src/engine/Store.js'
import { copyJson } from '../../../src/value/copyJson.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { askOf, clientIn, failed, stepping, type Bug, type Rows, type World } from '../support/client.js'
import { m } from '../support/models.js'
import { asked, blindOf, failing, fresh, overlapping, type BlindMutant } from './support.js'

const { pipe } = fn
const race = blindOf('concurrency', 'race')
const fault = blindOf('errors', 'fault')

const all = allOf({ _tag: 'model', model: 'book' })
const two = {
  book: [
    { id: 1, n: 1 },
    { id: 2, n: 2 },
  ],
}
const people = {
  author: [
    { id: 1, email: 'x' },
    { id: 2, email: 'y' },
  ],
}
const book = (row: { readonly [column: string]: Json }) => fresh('book', row)
const author = (row: { readonly [column: string]: Json }) => fresh('author', row)

const rowsOf = (store: Store, model: string): ReadonlyArray<Row> => store.rows.get(model) ?? []
const keyIn = (store: Store, model: string): string => store.schema.models.get(model)?.primaryKey ?? ''
const isAuto = (store: Store, model: string): boolean =>
  store.schema.models.get(model)?.columns.get(keyIn(store, model))?.auto === true
const nextKey = (store: Store, model: string): number =>
  1 +
  Math.max(
    store.greatest.get(model) ?? 0,
    ...rowsOf(store, model).map((row) => Number(row[keyIn(store, model)])),
    0,
  )

type Does<A> = E.Either<QueryError, A>

const given = (made: ReadonlyArray<Row>): Does<Row> =>
  made[0] === undefined ? E.left(failed('create', 'nothing')) : E.right(copyJson(made[0]))

const done = (world: World, applied: Does<Applied>): Does<Applied> => {
  if (E.isRight(applied)) world.state.store = applied.right.store
  return applied
}

const keepIt = (store: Store, model: string, row: Row): Store => {
  const pk = keyIn(store, model)
  const rows = [...rowsOf(store, model).filter((each) => each[pk] !== row[pk]), row]
  return {
    ...store,
    rows: new Map([...store.rows, [model, rows.sort((a, b) => Number((a[pk] ?? 0) > (b[pk] ?? 0)) * 2 - 1)]]),
    greatest: new Map([
      ...store.greatest,
      [model, Math.max(nextKey(store, model) - 1, Number(row[pk]) || 0)],
    ]),
  }
}

const list = (client: StoreClient) => client.list(all)()
const sliced = (client: StoreClient) => client.list({ ...all, slice: { offset: 0, limit: 5 } })()

/** Reads when all is well, and what is said otherwise. */
const instead = <A>(run: TE.TaskEither<QueryError, A>, otherwise: A): TE.TaskEither<QueryError, A> =>
  TE.orElse<QueryError, A, QueryError>((error) => (error.retryable ? TE.right(otherwise) : TE.left(error)))(
    run,
  )

/** The changes one after the other, with a wait between. */
const inSteps =
  (world: World, model: string, changes: ReadonlyArray<{ readonly key: Json; readonly set: Row }>) =>
  async (): Promise<Does<number>> => {
    const whole = apply({ _tag: 'update', model, changes })(world.state.store)
    if (E.isLeft(whole)) return whole
    const count = { all: 0 }
    for (const change of changes) {
      const one = done(world, apply({ _tag: 'update', model, changes: [change] })(world.state.store))
      if (E.isRight(one)) count.all += one.right.count
      await world.io()
    }
    return E.right(count.all)
  }

const relatedLater = (onFailure: 'fails' | 'empty'): Bug => ({
  around: (right, world) => ({
    list: (query) =>
      query.related.every(({ many }) => !many) || query.fields !== null
        ? right.list(query)
        : stepping(world.io, 'list', async (): Promise<Does<Page>> => {
            const ask = askOf(world)
            const first = ask({ ...query, related: query.related.filter(({ many }) => !many) })
            if (E.isLeft(first)) return first
            const pk = query.from._tag === 'model' ? keyIn(world.state.store, query.from.model) : 'id'
            const later = await world.io().then(
              () => askOf(world)({ ...query, where: null, slice: null }),
              (cause: unknown) => (onFailure === 'fails' ? E.left(failed('list', cause)) : E.right([])),
            )
            if (E.isLeft(later)) return later
            const found = (row: Row): Row | undefined => later.right.find((each) => each[pk] === row[pk])
            const rows = first.right.map((row) => ({
              ...row,
              ...Object.fromEntries(
                query.related
                  .filter(({ many }) => many)
                  .map(({ relation }) => [relation, found(row)?.[relation] ?? []]),
              ),
            }))
            return E.right({
              rows: rows.map((row) => copyJson(row)),
              total: query.slice === null ? rows.length : null,
            })
          }),
  }),
})

const writesBack: Bug = {
  around: (_, world) =>
    ({
      transaction: (program: (client: StoreClient) => TE.TaskEither<QueryError, unknown>) => async () => {
        const draft: World = { ...world, state: { store: world.state.store } }
        const result = await program(clientIn(writesBack, draft))()
        if (E.isRight(result)) world.state.store = draft.state.store
        return result
      },
    }) as Partial<StoreClient>,
}

const dirty: Bug = {
  around: (right, world) =>
    ({
      transaction: (program: (client: StoreClient) => TE.TaskEither<QueryError, unknown>) => async () => {
        const before = world.state.store
        const result = await program(right)()
        if (E.isLeft(result)) world.state.store = before
        return result
      },
    }) as Partial<StoreClient>,
}

interface Turns {
  last: Promise<unknown>
  broken: boolean
}

const turnsIn = ({ memory }: World): Turns => {
  const known = (memory.get('turns') as Turns | undefined) ?? { last: Promise.resolve(), broken: false }
  memory.set('turns', known)
  return known
}

/** Writes take turns; one that fails keeps its turn. */
const locking = (world: World) => {
  const turns = turnsIn(world)
  return <A>(write: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
    () => {
      const turn = turns.last.then(async (): Promise<Does<A>> => {
        if (turns.broken) return E.left(clientFailed('mutant', 'write', 'locked', { retryable: true }))
        const result = await write()
        if (E.isLeft(result) && result.left.retryable) turns.broken = true
        return result
      })
      turns.last = turn
      return turn
    }
}

const flights = ({ memory }: World): Map<string, Promise<Does<Page>>> => {
  const known =
    (memory.get('flights') as Map<string, Promise<Does<Page>>> | undefined) ??
    new Map<string, Promise<Does<Page>>>()
  memory.set('flights', known)
  return known
}

export const races: ReadonlyArray<BlindMutant> = [
  race(
    'the next key is read, then taken',
    'create reads the greatest key, waits, and makes the row with the next one',
    null,
    {
      around: (right, world) => ({
        create: (model, row) =>
          !isAuto(world.state.store, model) || row[keyIn(world.state.store, model)] !== null
            ? right.create(model, row)
            : stepping(world.io, 'create', async () => {
                const key = nextKey(world.state.store, model)
                await world.io()
                return E.flatMap(
                  done(
                    world,
                    apply({
                      _tag: 'create',
                      model,
                      rows: [{ ...row, [keyIn(world.state.store, model)]: key }],
                    })(world.state.store),
                  ),
                  ({ rows }) => given(rows),
                )
              }),
      }),
    },
    overlapping(
      two,
      [
        [(client) => client.create('book', book({ n: 3 }))()],
        [(client) => client.create('book', book({ n: 4 }))()],
      ],
      [],
    ),
  ),
  race(
    'unique when it was looked at',
    'create looks whether unique values are taken, waits, and makes the row without looking again',
    null,
    {
      around: (right, world) => ({
        create: (model, row) =>
          !isAuto(world.state.store, model) || row[keyIn(world.state.store, model)] !== null
            ? right.create(model, row)
            : stepping(world.io, 'create', async () => {
                const looked = apply({ _tag: 'create', model, rows: [row] })(world.state.store)
                if (E.isLeft(looked)) return looked
                await world.io()
                const { store } = world.state
                const now = apply({ _tag: 'create', model, rows: [row] })(store)
                const made = E.isRight(now)
                  ? now.right.rows[0]
                  : { ...row, [keyIn(store, model)]: nextKey(store, model) }
                if (made === undefined) return E.left(failed('create', 'nothing'))
                world.state.store = keepIt(store, model, made)
                return E.right(copyJson(made))
              }),
      }),
    },
    overlapping(
      people,
      [
        [(client) => client.create('author', author({ email: 'z' }))()],
        [(client) => client.create('author', author({ email: 'z' }))()],
      ],
      [],
    ),
  ),
  race(
    'a bulk update is seen half done',
    'the changes of a bulk are written one after the other, with waits between',
    null,
    {
      around: (_, world) => ({
        updateBulk: (model, changes) => stepping(world.io, 'updateBulk', inSteps(world, model, changes)),
      }),
    },
    overlapping(
      two,
      [
        [
          (client) =>
            client.updateBulk('book', [
              { key: 1, set: { n: 8 } },
              { key: 2, set: { n: 9 } },
            ])(),
        ],
        [list],
      ],
      [],
    ),
  ),
  race(
    'an update is a deletion and a creation',
    'update takes the row out, waits, and puts it in again',
    null,
    {
      around: (right, world) => ({
        update: (model, key, set) =>
          stepping(world.io, 'update', async () => {
            const { store } = world.state
            const pk = keyIn(store, model)
            const row = rowsOf(store, model).find((each) => each[pk] === key)
            const checked = apply({ _tag: 'update', model, changes: [{ key, set }] })(store)
            if (row === undefined || E.isLeft(checked))
              return E.map(({ count }: Applied) => count > 0)(checked)
            done(world, apply({ _tag: 'delete', model, keys: [key] })(store))
            await world.io()
            world.state.store = keepIt(world.state.store, model, { ...row, ...copyJson(set), [pk]: key })
            return E.right(true)
          }),
        updateBulk: right.updateBulk,
      }),
    },
    overlapping(two, [[(client) => client.update('book', 1, { n: 8 })()], [list]], []),
  ),
  race(
    'a total from another time',
    'the rows of a page are read, and after a wait the total',
    null,
    {
      around: (right, world) => ({
        list: (query) =>
          query.slice === null
            ? right.list(query)
            : stepping(world.io, 'list', async () => {
                const rows = askOf(world)(query)
                await world.io()
                const total = askOf(world)({ ...query, slice: null, related: [] })
                return E.isLeft(rows)
                  ? rows
                  : E.map((many: Rows): Page => ({ rows: rows.right.map(copyJson), total: many.length }))(
                      total,
                    )
              }),
      }),
    },
    overlapping(two, [[sliced], [(client) => client.delete('book', 1)()]], []),
  ),
  race(
    'reads join those under way',
    'a read joins an equal one that began before a write, and gets what that one read',
    'https://github.com/hurttlocker/o8/issues/184',
    {
      around: (right, world) => ({
        list: (query) => () => {
          const key = JSON.stringify(query)
          const flying = flights(world)
          const known = flying.get(key)
          if (known !== undefined) return known
          const own = right
            .list(query)()
            .finally(() => {
              flying.delete(key)
            })
          flying.set(key, own)
          return own
        },
      }),
    },
    overlapping(two, [[list], [(client) => client.update('book', 1, { n: 9 })(), list]], [0, 0, 1]),
  ),
  race(
    'an update brings back what was deleted',
    'update reads the row, waits, and makes it anew where it has been deleted meanwhile',
    null,
    {
      around: (_, world) => ({
        update: (model, key, set) =>
          stepping(world.io, 'update', async () => {
            const pk = keyIn(world.state.store, model)
            const read = rowsOf(world.state.store, model).find((each) => each[pk] === key)
            await world.io()
            const { store } = world.state
            const there = rowsOf(store, model).some((each) => each[pk] === key)
            if (read === undefined || there)
              return E.map(({ count }: Applied) => count > 0)(
                done(world, apply({ _tag: 'update', model, changes: [{ key, set }] })(store)),
              )
            return E.map(() => true)(
              done(
                world,
                apply({ _tag: 'create', model, rows: [{ ...read, ...copyJson(set), [pk]: key }] })(store),
              ),
            )
          }),
      }),
    },
    overlapping(
      two,
      [[(client) => client.update('book', 1, { n: 9 })()], [(client) => client.delete('book', 1)()]],
      [0, 0, 1],
    ),
  ),
  race(
    'related rows from another time',
    'the rows are read, and after a wait what is related to them',
    null,
    relatedLater('fails'),
    overlapping(
      { author: [{ id: 1, name: 'a' }], book: [{ id: 1, author: 1, n: 1 }] },
      [
        [
          (client) =>
            pipe(
              m.author,
              prefetchRelated((a) => a.books),
              toArray(client),
            )(),
        ],
        [
          (client) => client.update('author', 1, { name: 'b' })(),
          (client) => client.update('book', 1, { n: 9 })(),
        ],
      ],
      [0, 0, 1, 1],
    ),
  ),
  race(
    'a transaction writes all back',
    'a transaction keeps its draft, whatever was written beside it',
    null,
    writesBack,
    overlapping(
      two,
      [
        [
          (client) =>
            client.transaction((own) => (own as unknown as StoreClient).update('book', 1, { n: 8 }))(),
        ],
        [(client) => client.update('book', 2, { n: 9 })()],
      ],
      [],
    ),
  ),
  race(
    'a transaction is seen before it ends',
    'a transaction writes where all read, and takes it back when it fails',
    null,
    dirty,
    overlapping(
      two,
      [
        [
          (client) =>
            client.transaction((own) => async () => {
              await (own as unknown as StoreClient).update('book', 1, { n: 8 })()
              return E.left(conflict('book', [], 'no'))
            })(),
        ],
        [list],
      ],
      [],
    ),
  ),
  race(
    'what is deleted is looked up first',
    'a bulk delete reads which rows are there, waits, and keeps all others that it read',
    null,
    {
      around: (_, world) => ({
        deleteBulk: (model, keys) =>
          stepping(world.io, 'deleteBulk', async () => {
            const applied = apply({ _tag: 'delete', model, keys })(world.state.store)
            if (E.isLeft(applied)) return applied
            await world.io()
            world.state.store = {
              ...world.state.store,
              rows: new Map([...world.state.store.rows, [model, applied.right.store.rows.get(model) ?? []]]),
            }
            return E.right(applied.right.count)
          }),
      }),
    },
    overlapping(
      two,
      [[(client) => client.deleteBulk('book', [1])()], [(client) => client.create('book', book({ n: 9 }))()]],
      [],
    ),
  ),

  fault(
    'a failed read is an empty page',
    'where the backend fails, a list is empty',
    null,
    { around: (right) => ({ list: (query) => instead(right.list(query), { rows: [], total: 0 }) }) },
    failing(two, [list], 0),
  ),
  fault(
    'a failed count is 0',
    'where the backend fails, there are none',
    null,
    { around: (right) => ({ count: (query) => instead(right.count!(query), 0) }) },
    failing(two, [(client) => client.count!(all)()], 1),
  ),
  fault(
    'failed keys are none',
    'where the backend fails, no keys are given',
    null,
    { around: (right) => ({ getPks: (query) => instead(right.getPks!(query), []) }) },
    failing(two, [(client) => client.getPks!(all)()], 0),
  ),
  fault(
    'a failed deletion was of nothing',
    "where the backend fails, a deletion or change is told as of a row that isn't there",
    null,
    {
      around: (right) => ({
        delete: (model, key) => instead(right.delete(model, key), false),
        update: (model, key, set) => instead(right.update(model, key, set), false),
      }),
    },
    failing(two, [(client) => client.delete('book', 1)()], 0),
  ),
  fault(
    'a failed write keeps the lock',
    'after a write that failed, all others are locked out',
    null,
    {
      around: (right, world) => {
        const lock = locking(world)
        return {
          create: (model, row) => lock(right.create(model, row)),
          update: (model, key, set) => lock(right.update(model, key, set)),
          delete: (model, key) => lock(right.delete(model, key)),
          createBulk: (model, rows) => lock(right.createBulk(model, rows)),
          updateBulk: (model, changes) => lock(right.updateBulk(model, changes)),
          deleteBulk: (model, keys) => lock(right.deleteBulk(model, keys)),
        }
      },
    },
    failing(
      two,
      [(client) => client.update('book', 1, { n: 9 })(), (client) => client.update('book', 2, { n: 9 })()],
      0,
    ),
  ),
  fault(
    'a bulk update that fails is half done',
    'where the backend fails between two changes of a bulk, the first stays',
    null,
    {
      around: (_, world) => ({
        updateBulk: (model, changes) => stepping(world.io, 'updateBulk', inSteps(world, model, changes)),
      }),
    },
    failing(
      two,
      [
        (client) =>
          client.updateBulk('book', [
            { key: 1, set: { n: 8 } },
            { key: 2, set: { n: 9 } },
          ])(),
      ],
      1,
    ),
  ),
  fault(
    'failed related rows are none',
    'where the backend fails while what is related is read, there is nothing related',
    null,
    relatedLater('empty'),
    failing(
      { author: [{ id: 1, name: 'a' }], book: [{ id: 1, author: 1, n: 1 }] },
      [
        (client) =>
          pipe(
            m.author,
            prefetchRelated((a) => a.books),
            toArray(client),
          )(),
      ],
      1,
    ),
  ),
  fault(
    'a failure is remembered',
    'the failure of a read is kept and given again',
    null,
    {
      around: (right, { memory }) => ({
        list: (query) => async () => {
          const key = `failed ${JSON.stringify(query)}`
          const known = memory.get(key) as E.Left<QueryError> | undefined
          if (known !== undefined) return known
          const page = await right.list(query)()
          if (E.isLeft(page) && page.left.retryable) memory.set(key, page)
          return page
        },
      }),
    },
    failing(two, [list, list], 0),
  ),
  fault(
    'a failed read is what it was',
    'where the backend fails, the last page that the query had is given, however old',
    null,
    {
      around: (right, { memory }) => ({
        list: (query: Query) => async () => {
          const key = `last ${JSON.stringify(query)}`
          const page = await right.list(query)()
          if (E.isRight(page)) {
            memory.set(key, copyJson(page.right as never))
            return page
          }
          const known = memory.get(key) as Page | undefined
          return page.left.retryable && known !== undefined ? E.right(known) : page
        },
      }),
    },
    failing(two, [list, (client) => client.update('book', 1, { n: 9 })(), list], 4),
  ),
  fault(
    'committed, but not told',
    'a transaction whose program fails after its last write is kept',
    null,
    {
      around: (right, world) =>
        ({
          transaction: (program: (client: StoreClient) => TE.TaskEither<QueryError, unknown>) => async () => {
            const draft: World = { ...world, state: { store: world.state.store } }
            const before = world.state.store
            const result = await program(clientIn({}, draft))()
            if ((E.isRight(result) || result.left.retryable) && world.state.store === before)
              world.state.store = draft.state.store
            else if (E.isRight(result)) return right.transaction(program as never)()
            return result
          },
        }) as Partial<StoreClient>,
    },
    asked(two, (client) =>
      client.transaction((own) => async () => {
        await (own as unknown as StoreClient).update('book', 1, { n: 8 })()
        return E.left(clientFailed('other', 'list', 'lost', { retryable: true }))
      })(),
    ),
  ),
]
