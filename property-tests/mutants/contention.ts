/** Transactions, and calls beside them, that don't see what the others have done meanwhile. */
import { either as E, taskEither as TE } from 'fp-ts'
import type { Page, QueryError } from '../../src/index.js'
import { allOf } from '../../src/query/Query.js'
import { apply } from '../../src/engine/apply.js'
import type { Store } from '../../src/engine/Store.js'
import type { Write } from '../../src/query/Write.js'
import type { WritableClient } from '../../src/client/Client.js'
import type { StoreClient } from '../../src/clients/reference/storeClient.js'
import { copyJson } from '../../src/value/copyJson.js'
import type { Row } from '../../src/value/Value.js'
import { clientIn, stepping, type World } from './support/client.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Call, Mutant } from './support/Mutant.js'
import type { Rows } from './support/models.js'
import { fresh, overlap, told } from './support/witness.js'

const make = mutantsOf('race')

const mutant = (
  name: string,
  about: string,
  around: (right: StoreClient, world: World) => Partial<StoreClient>,
  witness: Mutant['witness'],
): Mutant => make(name, about, { around }, witness)

const everything = allOf({ _tag: 'model', model: 'book' })

const rowsOf = (store: Store, model: string): ReadonlyArray<Row> => store.rows.get(model) ?? []

/** What a program writes, as writes, in turn. */
const noted = (client: StoreClient, writes: Array<Write>): StoreClient => {
  const note =
    <A>(task: TE.TaskEither<QueryError, A>, write: Write): TE.TaskEither<QueryError, A> =>
    async () => {
      const done = await task()
      if (E.isRight(done)) writes.push(copyJson(write as never))
      return done
    }
  return {
    ...client,
    create: (model, row) => note(client.create(model, row), { _tag: 'create', model, rows: [row] }),
    update: (model, key, set) =>
      note(client.update(model, key, set), { _tag: 'update', model, changes: [{ key, set }] }),
    delete: (model, key) => note(client.delete(model, key), { _tag: 'delete', model, keys: [key] }),
    createBulk: (model, rows) => note(client.createBulk(model, rows), { _tag: 'create', model, rows }),
    updateBulk: (model, changes) =>
      note(client.updateBulk(model, changes), { _tag: 'update', model, changes }),
    deleteBulk: (model, keys) => note(client.deleteBulk(model, keys), { _tag: 'delete', model, keys }),
    transaction: (program) => {
      const mine: Array<Write> = []
      const whole = client.transaction((inner) => {
        mine.splice(0)
        return program(noted(inner as StoreClient, mine))
      })
      return TE.map((result: never) => {
        writes.push(...mine)
        return result
      })(whole as never)
    },
  }
}

const one: Rows = { book: [{ n: 1 }] }

const set = (client: WritableClient, n: number): TE.TaskEither<QueryError, unknown> =>
  (client as StoreClient).update('book', 1, { n })

/** A transaction that sets a number to one more than it reads. */
const countOn: Call = (client) =>
  told(
    client.transaction((inside: WritableClient) =>
      TE.chain((page: Page) => set(inside, Number((page.rows[0] as Row | undefined)?.['n']) + 1))(
        inside.list(everything),
      ),
    ),
  )

const update: Call = (client) => told(client.update('book', 1, { n: 8 }))

export const contentions: ReadonlyArray<Mutant> = [
  mutant(
    'reads-do-not-hold',
    'what a transaction has read is not looked at again when it ends: its writes are done on what is there by then',
    (_, world) => ({
      transaction: (program) =>
        stepping(world.io, 'transaction', async () => {
          const draft: World = { ...world, state: { store: world.state.store } }
          const writes: Array<Write> = []
          const result = await program(noted(clientIn({}, draft), writes))()
          if (E.isLeft(result)) return result
          for (const each of writes) {
            const done = apply(each)(world.state.store)
            if (E.isLeft(done)) return done
            world.state.store = done.right.store
          }
          return result
        }),
    }),
    overlap(one, [[countOn], [countOn]], []),
  ),
  mutant(
    'transaction-reads-from-outside',
    'what a transaction reads is what is there outside, not what was there when it began',
    (right, world) => ({
      transaction: (program) =>
        stepping(world.io, 'transaction', async () => {
          const before = world.state.store
          const draft: World = { ...world, state: { store: before } }
          const inside = clientIn({}, draft)
          const wrote = { any: false }
          const own = noted(inside, {
            push: () => {
              wrote.any = true
              return 0
            },
          } as unknown as Array<Write>)
          const result = await program({
            ...own,
            list: (query) => (wrote.any ? own.list(query) : right.list(query)),
          })()
          if (E.isLeft(result)) return result
          if (wrote.any) world.state.store = draft.state.store
          return result
        }),
    }),
    overlap(
      one,
      [
        [
          (client) =>
            told(
              client.transaction((inside: WritableClient) =>
                TE.chain((first: Page) =>
                  TE.map((second: Page) => [first.rows, second.rows])(inside.list(everything)),
                )(inside.list(everything)),
              ),
            ),
        ],
        [update],
      ],
      [0, 1, 1],
    ),
  ),
  mutant(
    'unique-taken-by-change',
    'whether a unique value is free is looked at before waiting, where a row is changed',
    (right, world) => ({
      update: (model, key, change) =>
        stepping(world.io, 'update', async () => {
          const checked = apply({ _tag: 'update', model, changes: [{ key, set: change }] })(world.state.store)
          await world.io()
          const done = await right.update(model, key, change)()
          if (E.isRight(done) || E.isLeft(checked) || done.left._tag !== 'Conflict') return done
          const { schema } = world.state.store
          const pk = schema.models.get(model)?.primaryKey ?? ''
          world.state.store = {
            ...world.state.store,
            rows: new Map([
              ...world.state.store.rows,
              [
                model,
                rowsOf(world.state.store, model).map((row) =>
                  row[pk] === key ? { ...row, ...change } : row,
                ),
              ],
            ]),
          }
          return E.right(true)
        }),
    }),
    overlap(
      { author: [{ name: 'a' }] },
      [
        [(client) => told(client.update('author', 1, { email: 'x' }))],
        [(client) => told(client.create('author', fresh('author', { name: 'b', email: 'x' })))],
      ],
      [],
    ),
  ),
]
