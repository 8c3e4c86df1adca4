/** Calls that overlap, and get in each other's way. Written on 2026-11-28, without sight of the generator. */
import { either as E, taskEither as TE } from 'fp-ts'
import { type Page, type Query, type QueryError } from '../../../src/index.js'
import type { WritableClient } from '../../../src/client/Client.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import { allOf } from '../../../src/query/Query.js'
import { apply, type Applied } from '../../../src/engine/apply.js'
import type { Store } from '../../../src/engine/Store.js'
import type { Write } from '../../../src/query/Write.js'
import { copyJson } from '../../../src/value/copyJson.js'
import type { Row } from '../../../src/value/Value.js'
import { askOf, clientIn, stepping, type Bug, type Rows, type World } from '../support/client.js'
import { column, constant, overlapping, type BlindMutant } from '../blind/support.js'
import { author, book, keyOf, of, people, rowsOf, two } from './support.js'

const race = of('concurrency', 'race')

const all = allOf({ _tag: 'model', model: 'book' })
const ofN = (n: number): Query => ({
  ...all,
  where: { _tag: 'lookup', name: 'exact', left: column('n'), right: [constant('int', n)] },
})

type Logged = Array<Write>

/** A client that writes down what it did; what a transaction within it takes back is crossed out. */
const logging = (client: StoreClient, log: Logged): StoreClient => {
  const noted = <A>(
    write: TE.TaskEither<QueryError, A>,
    of: (done: A) => Write,
  ): TE.TaskEither<QueryError, A> =>
    TE.map((done: A) => {
      log.push(of(done))
      return done
    })(write)
  return {
    ...client,
    create: (model, row) =>
      noted(client.create(model, row), (made) => ({ _tag: 'create', model, rows: [copyJson(made)] })),
    createBulk: (model, rows) =>
      noted(client.createBulk(model, rows), (made) => ({
        _tag: 'create',
        model,
        rows: made.map((each) => copyJson(each)),
      })),
    update: (model, key, set) =>
      noted(client.update(model, key, set), () => ({ _tag: 'update', model, changes: [{ key, set }] })),
    updateBulk: (model, changes) =>
      noted(client.updateBulk(model, changes), () => ({ _tag: 'update', model, changes })),
    delete: (model, key) => noted(client.delete(model, key), () => ({ _tag: 'delete', model, keys: [key] })),
    deleteBulk: (model, keys) =>
      noted(client.deleteBulk(model, keys), () => ({ _tag: 'delete', model, keys })),
    transaction: (program) => async () => {
      const before = log.length
      const result = await client.transaction((inner) =>
        program(logging(inner as unknown as StoreClient, log)),
      )()
      if (E.isLeft(result)) log.splice(before)
      return result
    },
  }
}

const replayed = (log: ReadonlyArray<Write>, store: Store): E.Either<QueryError, Store> =>
  log.reduce<E.Either<QueryError, Store>>(
    (so, write) => E.flatMap(so, (now) => E.map(({ store: after }: Applied) => after)(apply(write)(now))),
    E.right(store),
  )

/** Whether a row that was written has been written by somebody else. */
const overlaps = (log: ReadonlyArray<Write>, before: Store, now: Store): boolean =>
  log.some((write) => {
    const pk = keyOf(before, write.model)
    const keys =
      write._tag === 'create'
        ? write.rows.map((row) => row[pk])
        : write._tag === 'update'
          ? write.changes.map(({ key }) => key)
          : write.keys
    const rowIn = (store: Store, key: unknown) => rowsOf(store, write.model).find((row) => row[pk] === key)
    return keys.some((key) => rowIn(before, key) !== rowIn(now, key))
  })

interface Tried {
  readonly world: World
  readonly before: Store
  readonly draft: World
  readonly log: Logged
}

/** Transactions whose end is decided where somebody else wrote meanwhile: with another beginning, or with what is kept. */
const deciding = (
  decide: (tried: Tried) => { readonly again: Store; readonly carried: Logged } | null,
): Bug => ({
  around: (_, world) => ({
    transaction:
      <A>(program: (client: WritableClient) => TE.TaskEither<QueryError, A>) =>
      async () => {
        const state = { begin: world.state.store, before: world.state.store, carried: [] as Logged }
        for (;;) {
          const draft: World = { ...world, state: { store: state.begin } }
          const log: Logged = [...state.carried]
          const result = await program(logging(clientIn({}, draft), log))()
          if (E.isLeft(result)) return result
          if (world.state.store === state.before) {
            world.state.store = draft.state.store
            return result
          }
          const next = decide({ world, before: state.before, draft, log })
          if (next === null) return result
          state.begin = next.again
          state.before = world.state.store
          state.carried = next.carried
        }
      },
  }),
})

/** Only what was written is compared, not what was read. */
const snapshots = deciding(({ world, before, log }) => {
  const now = world.state.store
  const merged = overlaps(log, before, now) ? null : replayed(log, now)
  if (merged === null || E.isLeft(merged)) return { again: now, carried: [] }
  world.state.store = merged.right
  return null
})

/** A transaction that is tried again goes on from what it did at first. */
const carriedOver = deciding(({ world, log }) => {
  const now = world.state.store
  const begun = replayed(log, now)
  return E.isLeft(begun) ? { again: now, carried: [] } : { again: begun.right, carried: log }
})

const flights = ({ memory }: World): Map<string, Promise<E.Either<QueryError, boolean>>> => {
  const known = memory.get('updates') as Map<string, Promise<E.Either<QueryError, boolean>>> | undefined
  const made = known ?? new Map<string, Promise<E.Either<QueryError, boolean>>>()
  memory.set('updates', made)
  return made
}

/** In a transaction: changes a book, if another has a number still. */
const changesIf = (seen: number, key: number) => (client: StoreClient) =>
  client.transaction((own) => async () => {
    const inner = own as unknown as StoreClient
    const page = await inner.list(ofN(seen))()
    if (E.isLeft(page)) return page
    return page.right.rows.length === 0 ? E.right(false) : inner.update('book', key, { n: 0 })()
  })()

export const races: ReadonlyArray<BlindMutant> = [
  race(
    'deleted by two',
    'delete looks whether there is such a row, waits, and says so, though somebody else deleted it meanwhile',
    null,
    {
      around: (_, world) => ({
        delete: (model, key) =>
          stepping(world.io, 'delete', async () => {
            const pk = keyOf(world.state.store, model)
            const was = rowsOf(world.state.store, model).some((row) => row[pk] === key)
            await world.io()
            const done = apply({ _tag: 'delete', model, keys: [key] })(world.state.store)
            if (E.isLeft(done)) return done
            world.state.store = done.right.store
            return E.right(was)
          }),
      }),
    },
    overlapping(
      two,
      [[(client) => client.delete('book', 1)()], [(client) => client.delete('book', 1)()]],
      [],
    ),
  ),
  race(
    'keys first, rows later',
    'the keys of a page are read, and after a wait its rows by their keys, whether they still meet the condition or not',
    null,
    {
      around: (right, world) => ({
        list: (query) => {
          const model = query.from._tag === 'model' ? query.from.model : null
          return model === null ||
            query.columns !== null ||
            query.group !== null ||
            query.distinctOn !== null ||
            query.fields !== null
            ? right.list(query)
            : stepping(world.io, 'list', async () => {
                const ask = askOf(world)
                const pk = keyOf(world.state.store, model)
                const kind = world.schema.models.get(model)?.columns.get(pk)?.kind ?? 'int'
                const first = ask(query)
                const whole = ask({ ...query, slice: null, related: [] })
                if (E.isLeft(first)) return first
                if (E.isLeft(whole)) return whole
                const { length: total } = whole.right
                await world.io()
                const keys = first.right.map((row) => constant(kind, row[pk] ?? null))
                return E.map((rows: Rows): Page => ({ rows: rows.map((row) => copyJson(row)), total }))(
                  ask({
                    ...query,
                    where: { _tag: 'lookup', name: 'in', left: column(pk), right: keys },
                    slice: null,
                  }),
                )
              })
        },
      }),
    },
    overlapping(
      two,
      [[(client) => client.list(ofN(1))()], [(client) => client.update('book', 1, { n: 9 })()]],
      [],
    ),
  ),
  race(
    'what was read is not looked at again',
    'a transaction is done again where somebody changed what it wrote, but not where somebody changed what it read',
    'https://github.com/dgraph-io/badger/issues/2057',
    snapshots,
    overlapping(two, [[changesIf(2, 1)], [changesIf(1, 2)]], []),
  ),
  race(
    'an update joins the one under way',
    'an update of a row that another update is being made of gets its answer, and is not made',
    null,
    {
      around: (right, world) => ({
        update: (model, key, set) => () => {
          const flying = flights(world)
          const own = JSON.stringify([model, key])
          const known = flying.get(own)
          if (known !== undefined) return known
          const flight = right
            .update(model, key, set)()
            .finally(() => {
              flying.delete(own)
            })
          flying.set(own, flight)
          return flight
        },
      }),
    },
    overlapping(
      two,
      [
        [(client) => client.update('book', 1, { n: 8 })()],
        [(client) => client.update('book', 1, { note: 'z' })()],
      ],
      [],
    ),
  ),
  race(
    'tried again on top',
    'a transaction that is tried again, since somebody wrote meanwhile, goes on from what it did at first',
    null,
    carriedOver,
    overlapping(
      two,
      [
        [
          (client) =>
            client.transaction((own) => (own as unknown as StoreClient).create('book', book({ n: 7 })))(),
        ],
        [(client) => client.update('book', 2, { n: 9 })()],
      ],
      [0, 1],
    ),
  ),
  race(
    'there until it is refused',
    'a row that is made is there while its unique values are looked at, and goes if it is refused',
    null,
    {
      around: (right, world) => ({
        create: (model, row) =>
          stepping(world.io, 'create', async () => {
            const { store } = world.state
            const pk = keyOf(store, model)
            const refused = apply({ _tag: 'create', model, rows: [row] })(store)
            if (E.isRight(refused) || row[pk] !== null) return right.create(model, row)()
            const key = 1 + Math.max(0, ...rowsOf(store, model).map((each) => Number(each[pk]) || 0))
            const put = (rows: ReadonlyArray<Row>): void => {
              const now = world.state.store
              world.state.store = { ...now, rows: new Map([...now.rows, [model, rows]]) }
            }
            const placed: Row = { ...row, [pk]: key }
            put([...rowsOf(store, model), placed])
            await world.io()
            put(rowsOf(world.state.store, model).filter((each) => each !== placed))
            return refused
          }),
      }),
    },
    overlapping(
      people,
      [
        [(client) => client.create('author', author({ email: 'x' }))()],
        [(client) => client.list(allOf({ _tag: 'model', model: 'author' }))()],
      ],
      [],
    ),
  ),
]
