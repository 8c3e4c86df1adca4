/** Where rows as their readers see them are others than those that are stored: what is done goes by the latter. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import * as t from 'io-ts'
import {
  autoId,
  create,
  createBulk,
  deleteRows,
  dumpData,
  edit,
  field,
  inBulk,
  manyToMany,
  oneToOne,
  schema,
  selectRelated,
  setRelated,
  toArray,
  update,
  updateBulk,
  updateOrCreate,
  type WritableClient,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'

const { pipe } = fn

const instant = new t.Type<Date, string, unknown>(
  'Date',
  (u): u is Date => u instanceof Date,
  (u, context) => (typeof u === 'string' ? t.success(new Date(u)) : t.failure(u, context)),
  (date) => date.toISOString(),
)
const models = schema({
  event: { at: field.of('datetime', instant, { primaryKey: true }), n: field.int(), tags: manyToMany('tag') },
  visit: { id: autoId, at: field.of('datetime', instant, { unique: true }), n: field.int() },
  tag: { id: autoId },
})
const at = new Date('2020-01-01T00:00:00.000Z')
const stored = { at: '2020-01-01T00:00:00.000Z', n: 1 }

const fresh = () => memory(models, { event: [stored], visit: [{ id: 1, ...stored }], tag: [{ id: 1 }] })

const events = async (client: WritableClient): Promise<ReadonlyArray<number>> => {
  const rows = await toArray(client)(models.event)()
  return E.isRight(rows) ? rows.right.map(({ n }) => n) : []
}

// Caught, planted: keys as their readers see them taken for those that are stored.
describe('writing over codecs', () => {
  it('finds the rows whose key has one', async () => {
    const client = fresh()
    expect(
      await pipe(
        models.event,
        update(client, (e) => ({ n: e.n.plus(1) })),
      )(),
    ).to.deep.equal(E.right(1))
    expect(await events(client)).to.deep.equal([2])
    expect(await pipe(models.event, updateBulk(client, [[at, { n: 8 }]]))()).to.deep.equal(E.right(1))
    expect(await events(client)).to.deep.equal([8])
    expect(
      await pipe(
        models.event,
        edit(client, (e: { n: number }) => {
          e.n += 1
        }),
      )(),
    ).to.deep.equal(E.right(1))
    expect(await events(client)).to.deep.equal([9])
    expect(await updateOrCreate(client, { at }, { n: 3 })(models.event)()).to.deep.equal(
      E.right({ row: { at, n: 3 }, created: false }),
    )
    expect(
      await pipe(
        models.event,
        setRelated(client, (e) => e.tags, [1]),
      )(),
    ).to.deep.equal(E.right(1))
    const records: Array<unknown> = []
    for await (const record of dumpData(client, { models: ['event'] }))
      records.push(E.isRight(record) ? record.right : record.left)
    expect(records).to.deep.equal([{ model: 'event', pk: stored.at, fields: { n: 3, tags: [1] } }])
    const gone = await pipe(models.event, deleteRows(client))()
    expect(E.isRight(gone) && gone.right['event']).to.equal(1)
    expect(await events(client)).to.deep.equal([])
  })

  it('compares other fields as they are stored', async () => {
    const client = fresh()
    expect(
      await pipe(
        models.visit,
        edit(client, (v: { n: number }) => {
          v.n += 1
        }),
      )(),
    ).to.deep.equal(E.right(1))
    expect(
      await pipe(
        models.visit,
        update(client, (v) => ({ at: v.at })),
      )(),
    ).to.deep.equal(E.right(1))
    const other = new Date(5)
    const made = await createBulk(
      client,
      [
        { at, n: 5 },
        { at: other, n: 6 },
      ],
      { ignoreConflicts: true },
    )(models.visit)()
    expect(made).to.deep.equal(E.right([{ id: 2, at: other, n: 6 }]))
    const upserted = await createBulk(client, [{ at, n: 7 }], {
      updateConflicts: { uniqueFields: ['at'], updateFields: ['n'] },
    })(models.visit)()
    expect(upserted).to.deep.equal(E.right([{ id: 1, at, n: 7 }]))
    expect(E.isLeft(await create(client, { at, n: 1 })(models.visit)())).to.equal(true)
  })

  it('finds rows by a key in whose place the related row was selected', async () => {
    const people = schema({
      user: { id: autoId, name: field.text() },
      profile: { user: oneToOne('user', { primaryKey: true }), text: field.text() },
    })
    const client = memory(people, { user: [{ id: 1, name: 'x' }], profile: [{ user: 1, text: 'y' }] })
    const found = await pipe(
      people.profile,
      selectRelated((p) => p.user),
      inBulk(client, [1]),
    )()
    expect(E.isRight(found) && found.right.get(1)).to.deep.equal({ user: { id: 1, name: 'x' }, text: 'y' })
  })
})
