/** What writes may cost: the calls that one takes are known before the first. */
import { expect } from 'chai'
import { either as E, function as fn, type taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  clientFailed,
  create,
  createBulk,
  deleteRows,
  edit,
  everything,
  field,
  filter,
  resume,
  schema,
  toArray,
  transaction,
  update,
  updateBulk,
  within,
  type QueryError,
  type WritableClient,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'

const { pipe } = fn
const models = schema({
  artist: { id: autoId, name: field.text() },
  album: { id: autoId, artist: belongsTo('artist'), title: field.text() },
})
const artist = Array.from({ length: 20 }, (_, i) => ({ id: i + 1, name: `artist ${String(i + 1)}` }))
const album = Array.from({ length: 20 }, (_, i) => ({ id: i + 1, artist: i + 1, title: 'x' }))

const setUp = (bulk: boolean) => {
  const whole = memory(models, { artist, album })
  const calls: Array<string> = []
  const counting =
    <A extends ReadonlyArray<unknown>, B>(name: string, call: (...args: A) => B) =>
    (...args: A): B => {
      calls.push(name)
      return call(...args)
    }
  const read = { name: whole.name, schema: whole.schema, list: whole.list }
  const client: WritableClient = bulk
    ? {
        ...read,
        createBulk: counting('createBulk', whole.createBulk),
        updateBulk: counting('updateBulk', whole.updateBulk),
        deleteBulk: counting('deleteBulk', whole.deleteBulk),
      }
    : {
        ...read,
        create: counting('create', whole.create),
        update: counting('update', whole.update),
        delete: counting('delete', whole.delete),
      }
  return { client, calls }
}

const first = (n: number) =>
  pipe(
    models.artist,
    filter((a) => a.id.lte(n)),
  )
const names = (n: number) => Array.from({ length: n }, (_, i) => ({ name: `new ${String(i)}` }))

/** Writes of so many rows each, five in a call. */
const options = { batchSize: 5 }
const writes: ReadonlyArray<
  readonly [string, (client: WritableClient, n: number) => TE.TaskEither<QueryError, unknown>]
> = [
  [
    'update',
    (client, n) =>
      pipe(
        first(n),
        update(client, () => ({ name: 'y' }), options),
      ),
  ],
  [
    'updateBulk',
    (client, n) =>
      pipe(
        models.artist,
        updateBulk(
          client,
          names(n).map((set, i) => [i + 1, set] as const),
          options,
        ),
      ),
  ],
  [
    'delete',
    (client, n) =>
      pipe(
        models.album,
        filter((a) => a.id.lte(n)),
        deleteRows(client, options),
      ),
  ],
  [
    'edit',
    (client, n) =>
      pipe(
        first(n),
        edit(
          client,
          (row: { name: string }) => {
            row.name = 'y'
          },
          options,
        ),
      ),
  ],
  ['createBulk', (client, n) => pipe(models.artist, createBulk(client, names(n), options))],
]

describe('within, of writes', () => {
  writes.forEach(([name, write]) => {
    it(`${name} is refused before the first call, if it takes too many`, async () => {
      for (const bulk of [false, true]) {
        const rows = bulk ? 14 : 3
        const enough = setUp(bulk)
        expect((await write(within({ requests: 3 })(enough.client), rows)())._tag).to.equal('Right')
        expect(enough.calls.length).to.equal(3)
        const tight = setUp(bulk)
        const told = await write(within({ requests: 2 })(tight.client), rows)()
        expect(E.isLeft(told) && told.left).to.include({ _tag: 'OverBudget', what: 'requests', cost: 3 })
        expect(tight.calls).to.deep.equal([])
      }
    })
  })

  it('counts the calls of a delete for all models together, and not for what takes none', async () => {
    const { client, calls } = setUp(false)
    const told = await pipe(first(2), deleteRows(within({ requests: 3 })(client)))()
    expect(E.isLeft(told) && told.left).to.include({
      _tag: 'OverBudget',
      what: 'requests',
      cost: 4,
      budget: 3,
      message: "the write may take 4 requests on the client 'memory', and 3 are allowed",
    })
    expect(calls).to.deep.equal([])
    expect(await pipe(first(0), deleteRows(within({ requests: 1 })(client)))()).to.have.property(
      '_tag',
      'Right',
    )
  })

  it('knows how long it takes where the client does', async () => {
    const { client } = setUp(false)
    const timed: WritableClient = {
      ...client,
      support: (question) => ({ ...everything(question), milliseconds: 20 }),
    }
    const told = await pipe(models.artist, createBulk(within({ milliseconds: 59 })(timed), names(3)))()
    expect(E.isLeft(told) && told.left).to.include({ what: 'milliseconds', cost: 60 })
    expect(
      (await pipe(models.artist, createBulk(within({ milliseconds: 60 })(timed), names(3)))())._tag,
    ).to.equal('Right')
    const unknown = await pipe(models.artist, create(within({ milliseconds: 1e9 })(client), { name: 'x' }))()
    expect(E.isLeft(unknown) && unknown.left).to.include({ what: 'milliseconds', cost: null })
  })

  it('holds in a transaction, and for what is resumed', async () => {
    const whole = memory(models, { artist, album })
    const held = within({ rows: 1 })({ ...whole, support: everything })
    const told = await transaction(held, (inside) => toArray(inside)(models.artist))()
    expect(E.isLeft(told) && told.left._tag).to.equal('OverBudget')
    const { client } = setUp(false)
    const full: WritableClient = {
      ...client,
      create: () => async () => Promise.resolve(E.left(clientFailed('full', 'create', null))),
    }
    const failed = await pipe(models.artist, createBulk(full, names(4)))()
    if (E.isRight(failed) || failed.left._tag !== 'Incomplete') throw new Error('it should be in part')
    const resumed = await resume(within({ requests: 3 })(client))(failed.left)()
    expect(E.isLeft(resumed) && resumed.left._tag).to.equal('OverBudget')
    expect((await resume(within({ requests: 4 })(client))(failed.left)())._tag).to.equal('Right')
  })
})
