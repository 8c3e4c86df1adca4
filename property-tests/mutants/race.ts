/** Calls that overlap: something is read, and acted upon when it is no longer so. */
import { either as E, taskEither as TE } from 'fp-ts'
import { conflict, type Page, type QueryError } from '../../src/index.js'
import { allOf, type Query } from '../../src/query/Query.js'
import type { Write } from '../../src/query/Write.js'
import { apply } from '../../src/engine/apply.js'
import type { Store } from '../../src/engine/Store.js'
import type { WritableClient } from '../../src/client/Client.js'
import type { StoreClient } from '../../src/clients/reference/storeClient.js'
import { compare } from '../../src/value/Order.js'
import { copyJson } from '../../src/value/copyJson.js'
import type { Json, Row } from '../../src/value/Value.js'
import { askOf, clientIn, stepping, type World } from './support/client.js'
import { type Rows } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Call, Mutant } from './support/Mutant.js'
import { fresh, overlap, told } from './support/witness.js'

const make = mutantsOf('race')

const mutant = (
  name: string,
  about: string,
  around: (right: StoreClient, world: World) => Partial<StoreClient>,
  witness: Mutant['witness'],
): Mutant => make(name, about, { around }, witness)

const rowsOf = (store: Store, model: string): ReadonlyArray<Row> => store.rows.get(model) ?? []
const keyIn = (store: Store, model: string): string => store.schema.models.get(model)!.primaryKey
const rowAt = (store: Store, model: string, key: Json): Row | undefined =>
  rowsOf(store, model).find((row) => row[keyIn(store, model)] === key)

const withRows = (store: Store, model: string, rows: ReadonlyArray<Row>): Store => {
  const key = keyIn(store, model)
  const order = compare(store.schema.models.get(model)!.columns.get(key)!.kind)
  return {
    ...store,
    rows: new Map([...store.rows, [model, [...rows].sort((a, b) => order(a[key] ?? null, b[key] ?? null))]]),
  }
}

/** A row is put in its place, whatever is there. */
const put = (store: Store, model: string, row: Row): Store => {
  const key = keyIn(store, model)
  const own = row[key] ?? null
  const after = withRows(store, model, [...rowsOf(store, model).filter((each) => each[key] !== own), row])
  return typeof own !== 'number'
    ? after
    : {
        ...after,
        greatest: new Map([...after.greatest, [model, Math.max(own, after.greatest.get(model) ?? 0)]]),
      }
}

/** A write is done on the store as it was before waiting. */
const lost = <A>(
  world: World,
  write: Write,
  read: (count: number, rows: ReadonlyArray<Row>) => A,
): TE.TaskEither<QueryError, A> =>
  stepping(world.io, 'write', async () => {
    const before = world.state.store
    await world.io()
    const done = apply(write)(before)
    if (E.isLeft(done)) return done
    world.state.store = done.right.store
    await world.io()
    return E.right(read(done.right.count, done.right.rows.map(copyJson)))
  })

/** A write as it should be, after something that waited. */
const write = (
  world: World,
  asked: Write,
): E.Either<QueryError, { readonly count: number; readonly rows: ReadonlyArray<Row> }> =>
  E.map((applied: { readonly store: Store; readonly count: number; readonly rows: ReadonlyArray<Row> }) => {
    world.state.store = applied.store
    return { count: applied.count, rows: applied.rows.map(copyJson) }
  })(apply(asked)(world.state.store))

/** The key that the next row would get. */
const nextKey = (store: Store, model: string): number =>
  Math.max(
    store.greatest.get(model) ?? 0,
    ...rowsOf(store, model).map((row) => Number(row[keyIn(store, model)] ?? 0)),
  ) + 1

const isAuto = (store: Store, model: string, row: Row): boolean => {
  const key = keyIn(store, model)
  return store.schema.models.get(model)!.columns.get(key)!.auto && (row[key] ?? null) === null
}

const update =
  (key: Json, set: Row): Call =>
  (client) =>
    told(client.update('book', key, set))
const create =
  (row: Row): Call =>
  (client) =>
    told(client.create('book', fresh('book', row)))
const remove =
  (key: Json): Call =>
  (client) =>
    told(client.delete('book', key))
const list: Call = (client) => told(client.list(allOf({ _tag: 'model', model: 'book' })))
const paged: Call = (client) =>
  told(
    client.list({ ...allOf({ _tag: 'model', model: 'book' }), order: byId, slice: { offset: 0, limit: 1 } }),
  )

const byId: Query['order'] = [
  { expression: { _tag: 'column', path: ['id'], level: 0 }, direction: 'asc', nulls: 'last' },
]

const one: Rows = { book: [{ n: 1, rank: 1 }] }
const two: Rows = { book: [{ n: 1 }, { n: 2 }] }

/** A transaction that changes a book, and then goes on or fails. */
const transaction =
  (set: Row, fails: boolean): Call =>
  (client) =>
    told(
      client.transaction((inside: WritableClient) =>
        TE.chain(() =>
          fails
            ? TE.left<QueryError>(conflict('book', [], 'it is to fail'))
            : (inside as StoreClient).update('book', 1, { title: 'b' }),
        )((inside as StoreClient).update('book', 1, set)),
      ),
    )

export const races: ReadonlyArray<Mutant> = [
  mutant(
    'update-of-old-state',
    'an update reads everything, waits, and writes everything back',
    (_, world) => ({
      update: (model, key, set) =>
        lost(world, { _tag: 'update', model, changes: [{ key, set }] }, (count) => count > 0),
    }),
    overlap(two, [[update(1, { n: 8 })], [update(2, { n: 9 })]], []),
  ),
  mutant(
    'update-bulk-of-old-state',
    'a bulk update reads everything, waits, and writes everything back',
    (_, world) => ({
      updateBulk: (model, changes) => lost(world, { _tag: 'update', model, changes }, (count) => count),
    }),
    overlap(
      two,
      [[(client) => told(client.updateBulk('book', [{ key: 1, set: { n: 8 } }]))], [update(2, { n: 9 })]],
      [],
    ),
  ),
  mutant(
    'delete-of-old-state',
    'a delete reads everything, waits, and writes everything back but the row',
    (_, world) => ({
      delete: (model, key) => lost(world, { _tag: 'delete', model, keys: [key] }, (count) => count > 0),
    }),
    overlap(two, [[remove(1)], [remove(2)]], []),
  ),
  mutant(
    'create-on-old-state',
    'a row is added to what was there before waiting',
    (_, world) => ({
      createBulk: (model, rows) => lost(world, { _tag: 'create', model, rows }, (_count, made) => made),
    }),
    overlap(
      {},
      [
        [(client) => told(client.createBulk('book', [fresh('book', { n: 1 })]))],
        [(client) => told(client.createBulk('book', [fresh('book', { n: 2 })]))],
      ],
      [],
    ),
  ),
  mutant(
    'row-written-back',
    'an update reads the row, waits, and writes back all of its columns',
    (_, world) => ({
      update: (model, key, set) =>
        stepping(world.io, 'update', async () => {
          const row = rowAt(world.state.store, model, key)
          await world.io()
          const done = write(world, { _tag: 'update', model, changes: [{ key, set: { ...row, ...set } }] })
          await world.io()
          return E.map(({ count }: { readonly count: number }) => count > 0)(done)
        }),
    }),
    overlap(one, [[update(1, { n: 8 })], [update(1, { rank: 9 })]], []),
  ),
  mutant(
    'deleted-row-comes-back',
    'an update reads the row, waits, and stores it, even if it was deleted meanwhile',
    (right, world) => ({
      update: (model, key, set) =>
        stepping(world.io, 'update', async () => {
          const row = rowAt(world.state.store, model, key)
          await world.io()
          if (row !== undefined && rowAt(world.state.store, model, key) === undefined)
            world.state.store = put(world.state.store, model, row)
          return right.update(model, key, set)()
        }),
    }),
    overlap(one, [[update(1, { n: 8 })], [remove(1)]], []),
  ),
  mutant(
    'keys-collide',
    'the next key is read, and given to a row after waiting, which replaces the one that has it by then',
    (right, world) => ({
      create: (model, row) =>
        stepping(world.io, 'create', async () => {
          const { store } = world.state
          if (!isAuto(store, model, row)) return right.create(model, row)()
          const key = nextKey(store, model)
          await world.io()
          const taken = rowAt(world.state.store, model, key)
          if (taken !== undefined)
            world.state.store = withRows(
              world.state.store,
              model,
              rowsOf(world.state.store, model).filter((each) => each !== taken),
            )
          return right.create(model, { ...row, [keyIn(store, model)]: key })()
        }),
    }),
    overlap({}, [[create({ n: 1 })], [create({ n: 2 })]], []),
  ),
  mutant(
    'keys-collide-refused',
    'the next key is read, and given to a row after waiting; if it is taken by then, the row is refused',
    (right, world) => ({
      create: (model, row) =>
        stepping(world.io, 'create', async () => {
          const { store } = world.state
          const key = nextKey(store, model)
          if (!isAuto(store, model, row)) return right.create(model, row)()
          await world.io()
          return right.create(model, { ...row, [keyIn(store, model)]: key })()
        }),
    }),
    overlap({}, [[create({ n: 1 })], [create({ n: 2 })]], []),
  ),
  mutant(
    'unique-checked-too-early',
    'a unique value is looked for, and the row made after waiting, whoever has it by then',
    (right, world) => ({
      create: (model, row) =>
        stepping(world.io, 'create', async () => {
          const { store } = world.state
          const checked = apply({ _tag: 'create', model, rows: [row] })(store)
          await world.io()
          const made = await right.create(model, row)()
          if (E.isRight(made) || E.isLeft(checked) || made.left._tag !== 'Conflict') return made
          const key = isAuto(store, model, row)
            ? nextKey(world.state.store, model)
            : (row[keyIn(store, model)] ?? null)
          if (rowAt(world.state.store, model, key) !== undefined) return made
          const forced = { ...row, [keyIn(store, model)]: key }
          world.state.store = put(world.state.store, model, forced)
          return E.right(copyJson(forced))
        }),
    }),
    overlap(
      {},
      ['a', 'b'].map((name) => [
        (client) => told(client.create('author', fresh('author', { name, email: 'x' }))),
      ]),
      [],
    ),
  ),
  mutant(
    'bulk-seen-half',
    'a bulk update is done row by row, and seen half done',
    (right, world) => ({
      updateBulk: (model, changes) =>
        stepping(world.io, 'updateBulk', async () => {
          const checked = apply({ _tag: 'update', model, changes })(world.state.store)
          if (E.isLeft(checked)) return right.updateBulk(model, changes)()
          const counts: Array<number> = []
          for (const { key, set } of changes) {
            const row = rowAt(world.state.store, model, key)
            if (row !== undefined) world.state.store = put(world.state.store, model, { ...row, ...set })
            counts.push(row === undefined ? 0 : 1)
            // What fails meanwhile isn't what it is about.
            await world.io().catch(() => undefined)
          }
          return E.right(counts.reduce((a, b) => a + b, 0))
        }),
    }),
    overlap(
      two,
      [
        [
          (client) =>
            told(
              client.updateBulk('book', [
                { key: 1, set: { n: 8 } },
                { key: 2, set: { n: 9 } },
              ]),
            ),
        ],
        [list],
      ],
      [],
    ),
  ),
  mutant(
    'delete-by-position',
    'a delete finds out where its rows stand, waits, and deletes what stands there',
    (right, world) => ({
      deleteBulk: (model, keys) =>
        stepping(world.io, 'deleteBulk', async () => {
          const key = keyIn(world.state.store, model)
          const places = rowsOf(world.state.store, model).flatMap((row, i) =>
            keys.includes(row[key] ?? null) ? [i] : [],
          )
          await world.io()
          const rows = rowsOf(world.state.store, model)
          return right.deleteBulk(
            model,
            places.flatMap((i) => (rows[i] === undefined ? [] : [rows[i][key] ?? null])),
          )()
        }),
    }),
    overlap(two, [[(client) => told(client.deleteBulk('book', [1]))], [remove(1)]], []),
  ),
  mutant(
    'deleted-twice',
    'a delete looks whether the row is there, waits, and says so even if another one deleted it meanwhile',
    (right, world) => ({
      delete: (model, key) =>
        stepping(world.io, 'delete', async () => {
          const there = rowAt(world.state.store, model, key) !== undefined
          await world.io()
          return E.map(() => there)(await right.delete(model, key)())
        }),
    }),
    overlap(one, [[remove(1)], [remove(1)]], []),
  ),
  mutant(
    'total-of-later',
    'the rows of a list are read before waiting, its total afterwards',
    (_, world) => ({
      list: (query) =>
        stepping(world.io, 'list', async () => {
          const rows = askOf(world)(query)
          await world.io()
          const all = askOf(world)({ ...query, slice: null, related: [] })
          return E.isLeft(rows)
            ? rows
            : E.map((every: ReadonlyArray<Row>): Page => ({
                rows: rows.right.map(copyJson),
                total: every.length,
              }))(all)
        }),
    }),
    overlap(two, [[paged], [remove(1)]], []),
  ),
  mutant(
    'list-in-two-halves',
    'a list is read in two parts, by position, with a wait between them',
    (_, world) => ({
      list: (query) =>
        stepping(world.io, 'list', async () => {
          const before = askOf(world)(query)
          if (E.isLeft(before)) return before
          const half = Math.ceil(before.right.length / 2)
          await world.io()
          const after = askOf(world)(query)
          const all = askOf(world)({ ...query, slice: null, related: [] })
          if (E.isLeft(after) || E.isLeft(all)) return E.isLeft(after) ? after : (all as never)
          const rows = [...before.right.slice(0, half), ...after.right.slice(half)]
          return E.right({
            rows: rows.map(copyJson),
            total: query.slice === null ? rows.length : all.right.length,
          })
        }),
    }),
    overlap(two, [[list], [remove(1)]], []),
  ),
  mutant(
    'cache-filled-too-late',
    'a list that was read before a write is kept after it',
    (right, world) => {
      const key = (query: Query) => `list ${JSON.stringify(query)}`
      const forgetting =
        <A>(task: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
        async () => {
          const result = await task()
          world.memory.clear()
          return result
        }
      return {
        list: (query) =>
          stepping(world.io, 'list', async () => {
            const known = world.memory.get(key(query)) as Page | undefined
            if (known !== undefined) return E.right(structuredClone(known))
            const page = await right.list(query)()
            await world.io()
            if (E.isRight(page)) world.memory.set(key(query), structuredClone(page.right))
            return page
          }),
        create: (model, row) => forgetting(right.create(model, row)),
        update: (model, at, set) => forgetting(right.update(model, at, set)),
        delete: (model, at) => forgetting(right.delete(model, at)),
        createBulk: (model, rows) => forgetting(right.createBulk(model, rows)),
        updateBulk: (model, changes) => forgetting(right.updateBulk(model, changes)),
        deleteBulk: (model, keys) => forgetting(right.deleteBulk(model, keys)),
      }
    },
    overlap(one, [[list], [update(1, { n: 9 }), list]], [0, 1]),
  ),
  mutant(
    'reads-in-flight-shared',
    'a list that is being read is given to who asks for it later, though there was a write meanwhile',
    (right, world) => ({
      list: (query) => {
        const key = `flying ${JSON.stringify(query)}`
        return stepping(world.io, 'list', async () => {
          const flying = world.memory.get(key) as Promise<E.Either<QueryError, Page>> | undefined
          if (flying !== undefined) return structuredClone(await flying)
          const mine = right.list(query)()
          world.memory.set(key, mine)
          const page = await mine
          world.memory.delete(key)
          return structuredClone(page)
        })
      },
    }),
    overlap(one, [[list], [update(1, { n: 9 }), list]], [0, 1, 0, 1, 1]),
  ),
  mutant(
    'equal-creates-merged',
    'two equal rows that are made at once are one',
    (right, world) => ({
      create: (model, row) => {
        const key = `making ${model} ${JSON.stringify(row)}`
        return stepping(world.io, 'create', async () => {
          const flying = world.memory.get(key) as Promise<E.Either<QueryError, Row>> | undefined
          if (flying !== undefined) return flying
          const mine = right.create(model, row)()
          world.memory.set(key, mine)
          const made = await mine
          world.memory.delete(key)
          return made
        })
      },
    }),
    overlap({}, [[create({ n: 1 })], [create({ n: 1 })]], []),
  ),
  mutant(
    'updates-of-one-row-merged',
    'of two updates of a row that wait at once, both write what the later one says',
    (right, world) => ({
      update: (model, key, set) =>
        stepping(world.io, 'update', async () => {
          const name = `setting ${model} ${JSON.stringify(key)}`
          world.memory.set(name, set)
          await world.io()
          const latest = (world.memory.get(name) as Row | undefined) ?? set
          return right.update(model, key, latest)()
        }),
    }),
    overlap(one, [[update(1, { n: 8 })], [update(1, { rank: 9 })]], []),
  ),
  mutant(
    'written-later',
    'an update is told as done before it is',
    (right, world) => ({
      update: (model, key, set) =>
        stepping(world.io, 'update', async () => {
          const there = rowAt(world.state.store, model, key) !== undefined
          const checked = apply({ _tag: 'update', model, changes: [{ key, set }] })(world.state.store)
          if (E.isLeft(checked)) return right.update(model, key, set)()
          const later = () => write(world, { _tag: 'update', model, changes: [{ key, set }] })
          void world.io().then(later, later)
          return E.right(there)
        }),
    }),
    overlap(one, [[update(1, { n: 9 }), list], [list]], [0, 0, 1]),
  ),
  mutant(
    'transaction-overwrites',
    'a transaction puts its own state in the place of what others have written meanwhile',
    (_, world) => ({
      transaction: (program) =>
        stepping(world.io, 'transaction', async () => {
          const draft: World = { ...world, state: { store: world.state.store } }
          const result = await program(clientIn({}, draft))()
          if (E.isRight(result)) world.state.store = draft.state.store
          return result
        }),
    }),
    overlap(two, [[transaction({ n: 8 }, false)], [update(2, { n: 9 })]], []),
  ),
  mutant(
    'transaction-seen-before-its-end',
    'what a transaction writes is seen by others before it ends, and taken back if it fails',
    (_, world) => ({
      transaction: (program) =>
        stepping(world.io, 'transaction', async () => {
          const before = world.state.store
          const result = await program(clientIn({}, world))()
          if (E.isLeft(result)) world.state.store = before
          return result
        }),
    }),
    overlap(one, [[transaction({ n: 8 }, true)], [list]], [0, 1]),
  ),
]
