/** A backend that fails on the way, and what is made of it. */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, type Page, type QueryError } from '../../src/index.js'
import { allOf, type Query } from '../../src/query/Query.js'
import type { Write } from '../../src/query/Write.js'
import { apply } from '../../src/engine/apply.js'
import type { Store } from '../../src/engine/Store.js'
import type { WritableClient } from '../../src/client/Client.js'
import type { StoreClient } from '../../src/clients/reference/storeClient.js'
import { copyJson } from '../../src/value/copyJson.js'
import type { Json, Row } from '../../src/value/Value.js'
import { clientIn, failed, stepping, type World } from './support/client.js'
import type { Rows } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import { by } from './support/killers.js'
import type { Call, Killers, Mutant } from './support/Mutant.js'
import { fails, fresh, told } from './support/witness.js'

const make = mutantsOf('fault')

const mutant = (
  name: string,
  about: string,
  around: (right: StoreClient, world: World) => Partial<StoreClient>,
  witness: Mutant['witness'],
  killers?: Killers,
): Mutant => make(name, about, { around }, witness, killers)

const lostIn = (result: E.Either<QueryError, unknown>): boolean => E.isLeft(result) && result.left.retryable

/** What a call gives instead when the backend failed. */
const instead =
  <A>(task: TE.TaskEither<QueryError, A>, give: () => A): TE.TaskEither<QueryError, A> =>
  async () => {
    const result = await task()
    return lostIn(result) ? E.right(give()) : result
  }

const sure =
  <A>(task: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
  async () => {
    const result = await task()
    return lostIn(result) ? E.left(clientFailed('mutant', 'write', null)) : result
  }

const again =
  <A>(task: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
  async () => {
    const result = await task()
    return lostIn(result) ? task() : result
  }

/** A bulk write in chunks of one, each with a wait before it; `ended` says what to make of a failure. */
const chunked =
  <A>(
    world: World,
    pieces: ReadonlyArray<Write>,
    all: Write,
    told_: (count: number, rows: ReadonlyArray<Row>) => A,
    ended: (
      before: Store,
      error: QueryError,
      done: { readonly count: number; readonly rows: ReadonlyArray<Row> },
    ) => E.Either<QueryError, A>,
  ): TE.TaskEither<QueryError, A> =>
  async () => {
    const before = world.state.store
    const checked = apply(all)(before)
    if (E.isLeft(checked)) return checked
    const rows: Array<Row> = []
    const counts: Array<number> = []
    const sum = () => counts.reduce((a, b) => a + b, 0)
    // So many of them get through; what others see meanwhile isn't what it is about.
    const through = { n: 0, failure: null as QueryError | null }
    while (through.n < pieces.length && through.failure === null) {
      try {
        await world.io()
        through.n += 1
      } catch (cause) {
        through.failure = failed('write', cause)
      }
    }
    for (const piece of pieces.slice(0, through.n)) {
      const done = apply(piece)(world.state.store)
      if (E.isLeft(done)) return done
      world.state.store = done.right.store
      counts.push(done.right.count)
      rows.push(...done.right.rows.map(copyJson))
    }
    if (through.failure !== null) return ended(before, through.failure, { count: sum(), rows })
    return E.right(told_(sum(), rows))
  }

const creating = (model: string, rows: ReadonlyArray<Row>): readonly [ReadonlyArray<Write>, Write] => [
  rows.map((row) => ({ _tag: 'create', model, rows: [row] })),
  { _tag: 'create', model, rows },
]

const updating = (
  model: string,
  changes: ReadonlyArray<{ readonly key: Json; readonly set: Row }>,
): readonly [ReadonlyArray<Write>, Write] => [
  changes.map((change) => ({ _tag: 'update', model, changes: [change] })),
  { _tag: 'update', model, changes },
]

const deleting = (model: string, keys: ReadonlyArray<Json>): readonly [ReadonlyArray<Write>, Write] => [
  keys.map((key) => ({ _tag: 'delete', model, keys: [key] })),
  { _tag: 'delete', model, keys },
]

const one: Rows = { book: [{ n: 1 }] }
const two: Rows = { book: [{ n: 1 }, { n: 2 }] }

const everything: Query = allOf({ _tag: 'model', model: 'book' })
const list: Call = (client) => told(client.list(everything))
const create: Call = (client) => told(client.create('book', fresh('book', { n: 5 })))
const update: Call = (client) => told(client.update('book', 1, { n: 9 }))
const remove: Call = (client) => told(client.delete('book', 1))
const createTwo: Call = (client) =>
  told(client.createBulk('book', [fresh('book', { n: 1 }), fresh('book', { n: 2 })]))
const updateTwo: Call = (client) =>
  told(
    client.updateBulk('book', [
      { key: 1, set: { n: 8 } },
      { key: 2, set: { n: 9 } },
    ]),
  )
const removeTwo: Call = (client) => told(client.deleteBulk('book', [1, 2]))

export const faults: ReadonlyArray<Mutant> = [
  mutant(
    'failed-update-told-as-done',
    'an update that failed is told as done',
    (right) => ({ update: (model, key, set) => instead(right.update(model, key, set), () => true) }),
    fails(one, 0, update),
  ),
  mutant(
    'failed-delete-told-as-nothing',
    'a delete that failed is told as one of a row that is not there',
    (right) => ({ delete: (model, key) => instead(right.delete(model, key), () => false) }),
    fails(one, 0, remove),
  ),
  mutant(
    'failed-create-told-as-done',
    'a row whose making failed is given back as if it were there',
    (right) => ({ create: (model, row) => instead(right.create(model, row), () => row) }),
    fails({}, 0, (client) => told(client.create('book', fresh('book', { id: 7 })))),
  ),
  mutant(
    'create-done-twice',
    'a row is made once more when the answer was lost',
    (right) => ({ create: (model, row) => again(right.create(model, row)) }),
    fails({}, 1, create),
  ),
  mutant(
    'create-bulk-done-twice',
    'rows are made once more when the answer was lost',
    (right) => ({ createBulk: (model, rows) => again(right.createBulk(model, rows)) }),
    fails({}, 1, createTwo),
  ),
  mutant(
    'delete-done-twice',
    'a delete is tried again when the answer was lost, and tells what the second one did',
    (right) => ({ deleteBulk: (model, keys) => again(right.deleteBulk(model, keys)) }),
    fails(two, 1, removeTwo),
  ),
  mutant(
    'lost-answer-told-as-sure',
    'an update whose answer was lost is told as one that was not done',
    (right) => ({ update: (model, key, set) => sure(right.update(model, key, set)) }),
    fails(one, 1, update),
  ),
  mutant(
    'lost-create-told-as-sure',
    'a row whose making was done and whose answer was lost is told as not made',
    (right) => ({ create: (model, row) => sure(right.create(model, row)) }),
    fails({}, 1, create),
  ),
  mutant(
    'create-bulk-half-done',
    'rows are made one by one, and those before the failure stay',
    (_, world) => ({
      createBulk: (model, rows) =>
        chunked(
          world,
          ...creating(model, rows),
          (_count, made) => made,
          (_before, error) => E.left(error),
        ),
    }),
    fails({}, 1, createTwo),
  ),
  mutant(
    'update-bulk-half-done',
    'rows are changed one by one, and those before the failure stay changed',
    (_, world) => ({
      updateBulk: (model, changes) =>
        chunked(
          world,
          ...updating(model, changes),
          (count) => count,
          (_before, error) => E.left(error),
        ),
    }),
    fails(two, 1, updateTwo),
  ),
  mutant(
    'delete-bulk-half-done',
    'rows are deleted one by one, and those before the failure are gone',
    (_, world) => ({
      deleteBulk: (model, keys) =>
        chunked(
          world,
          ...deleting(model, keys),
          (count) => count,
          (_before, error) => E.left(error),
        ),
    }),
    fails(two, 1, removeTwo),
  ),
  mutant(
    'failed-chunk-counted',
    'a chunk of a bulk update fails, and all rows are told as changed',
    (_, world) => ({
      updateBulk: (model, changes) =>
        chunked(
          world,
          ...updating(model, changes),
          (count) => count,
          () => E.right(changes.length),
        ),
    }),
    fails(two, 1, updateTwo),
  ),
  mutant(
    'failed-chunk-left-out',
    'a chunk of a bulk delete fails, and those before it are told as all',
    (_, world) => ({
      deleteBulk: (model, keys) =>
        chunked(
          world,
          ...deleting(model, keys),
          (count) => count,
          (_before, _error, { count }) => E.right(count),
        ),
    }),
    fails(two, 1, removeTwo),
  ),
  mutant(
    'failed-list-empty',
    'a list that failed is empty',
    (right) => ({ list: (query) => instead(right.list(query), (): Page => ({ rows: [], total: 0 })) }),
    fails(one, 0, list),
  ),
  mutant(
    'failed-count-zero',
    'a count that failed is 0',
    (right) => ({ count: (query) => instead(right.count!(query), () => 0) }),
    fails(one, 0, (client) => told(client.count!(everything))),
  ),
  mutant(
    'failed-keys-empty',
    'keys that could not be read are none',
    (right) => ({ getPks: (query) => instead(right.getPks!(query), (): ReadonlyArray<Json> => []) }),
    fails(one, 0, (client) => told(client.getPks!(everything))),
  ),
  mutant(
    'failed-list-from-before',
    'a list that failed is the one that was read before, whatever was written since',
    (right, { memory }) => ({
      list: (query) => async () => {
        const key = `list ${JSON.stringify(query)}`
        const page = await right.list(query)()
        const known = memory.get(key) as Page | undefined
        if (lostIn(page) && known !== undefined) return E.right(structuredClone(known))
        if (E.isRight(page)) memory.set(key, structuredClone(page.right))
        return page
      },
    }),
    fails(one, 4, list, update, list),
  ),
  mutant(
    'failure-sticks',
    'after a failure all writes fail',
    (right, { memory }) => {
      const sticky =
        <A>(task: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
        async () => {
          const before = memory.get('failed') as QueryError | undefined
          if (before !== undefined) return E.left(before)
          const result = await task()
          if (E.isLeft(result) && result.left.retryable) memory.set('failed', result.left)
          return result
        }
      return {
        create: (model, row) => sticky(right.create(model, row)),
        update: (model, key, set) => sticky(right.update(model, key, set)),
        delete: (model, key) => sticky(right.delete(model, key)),
      }
    },
    fails(one, 0, update, update),
    by('faults')('a failure is told as it is', 'a write is done'),
  ),
  mutant(
    'rolled-back-too-far',
    'after a failure, what was there at first is put back',
    (right, world) => {
      if (!world.memory.has('first')) world.memory.set('first', world.state.store)
      return {
        update: (model, key, set) => async () => {
          const result = await right.update(model, key, set)()
          if (lostIn(result)) world.state.store = world.memory.get('first') as Store
          return result
        },
      }
    },
    fails(two, 2, remove, (client) => told(client.update('book', 2, { n: 7 }))),
  ),
  mutant(
    'transaction-keeps-half',
    'what a transaction wrote before the backend failed stays',
    (_, world) => ({
      transaction: (program) =>
        stepping(world.io, 'transaction', async () => {
          for (;;) {
            const before = world.state.store
            const draft: World = { ...world, state: { store: before } }
            const result = await program(clientIn({}, draft))()
            if (E.isLeft(result) && !result.left.retryable) return result
            if (world.state.store !== before) continue
            world.state.store = draft.state.store
            return result
          }
        }),
    }),
    fails(two, 3, (client) =>
      told(
        client.transaction((inside: WritableClient) =>
          TE.chain(() => (inside as StoreClient).update('book', 2, { n: 9 }))(
            (inside as StoreClient).update('book', 1, { n: 8 }),
          ),
        ),
      ),
    ),
  ),
]
