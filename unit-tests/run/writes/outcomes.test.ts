/** What bulk writes report when some of their calls fail. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  clientFailed,
  count,
  createBulk,
  deleteRows,
  deriveWrites,
  resume,
  schema,
  toArray,
  updateBulk,
  valuesList,
  type Progress,
  type QueryError,
  type WritableClient,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { overSql } from '../../../property-tests/support/sqlFresh.js'
import { right } from '../../support/answers.js'
import { fresh, partly, shop } from './support.js'

const { pipe } = fn

describe('outcomes', () => {
  const rows = Array.from({ length: 10 }, (_, i) => ({ name: `tag ${String(i)}` }))

  /** A client without transactions, of bulk writes, that does something first. */
  const bulk = (
    before: (rows: ReadonlyArray<{ readonly [name: string]: unknown }>) => Promise<QueryError | null>,
    size = 4,
  ) => {
    const { name, schema: of, list, createBulk: many, updateBulk: change, deleteBulk: remove } = fresh()
    const client: WritableClient = {
      name,
      schema: of,
      list,
      maxPerRequest: size,
      createBulk: (model, some) => async () => {
        const error = await before(some)
        return error === null ? many(model, some)() : E.left(error)
      },
      updateBulk: change,
      deleteBulk: remove,
    }
    return client
  }
  const refused = clientFailed('memory', 'createBulk', null, { message: 'no' })
  const lost = clientFailed('memory', 'createBulk', null, { message: 'timed out', retryable: true })

  it('find the culprit by halves', async () => {
    const sizes: Array<number> = []
    const client = bulk((some) => {
      sizes.push(some.length)
      return Promise.resolve(some.some((row) => row['name'] === 'tag 5') ? refused : null)
    })
    const { items } = await partly(pipe(shop.tag, createBulk(client, rows)))
    expect(items.map(({ _tag }) => _tag[0]).join('')).to.equal('dddddfdddd')
    const keys = items.map(({ key }) => key)
    if (overSql) {
      // A database's counter may leave gaps.
      expect(keys[5]).to.equal(null)
      expect(new Set(keys).size).to.equal(10)
    } else expect(keys).to.deep.equal([2, 3, 4, 5, 6, null, 7, 8, 9, 10])
    expect(sizes).to.deep.equal([4, 4, 2, 1, 1, 2, 2])
  })

  it('say nothing of a refusal that the halves did not meet', async () => {
    const models = schema({
      team: { id: autoId },
      member: { id: autoId, team: belongsTo('team', { onDelete: 'setDefault', default: 1 }) },
    })
    const whole = memory(models, {
      team: [{ id: 1 }, { id: 2 }],
      member: [
        { id: 1, team: 1 },
        { id: 2, team: 2 },
      ],
    })
    const { name, schema: of, list, createBulk: many, deleteBulk: remove } = whole
    const sizes: Array<number> = []
    const client: WritableClient = {
      name,
      schema: of,
      list,
      createBulk: many,
      deleteBulk: remove,
      updateBulk: (model, changes) =>
        sizes.push(changes.length) === 1 ? TE.left(refused) : whole.updateBulk(model, changes),
    }
    // The members' default is a team that is deleted too: that one stays, for no other reason.
    const { model, items } = await partly(deleteRows(client)(models.team))
    expect(sizes).to.deep.equal([2, 1, 1])
    expect([model, items.map(({ key, error }) => [key, error?._tag])]).to.deep.equal([
      'team',
      [
        [null, 'Conflict'],
        [2, undefined],
      ],
    ])
    expect(await right(toArray(whole)(models.member))).to.deep.equal([
      { id: 1, team: 1 },
      { id: 2, team: 1 },
    ])
  })

  it('call a lost answer unknown, and resume without making it twice', async () => {
    const calls = { n: 0 }
    const client = bulk(() => Promise.resolve((calls.n += 1) === 2 ? lost : null))
    const error = await partly(pipe(shop.tag, createBulk(client, rows)))
    expect(error.items.map(({ _tag }) => _tag[0]).join('')).to.equal('dddduuuudd')
    const again = await partly(resume(client)(error))
    expect(again.items.map(({ _tag }) => _tag[0]).join('')).to.equal('dddduuuudd')
    expect(await right(pipe(shop.tag, count(client)))).to.equal(1 + 6)
  })

  it('of a bulk write that is made of single ones are believed, and nothing is made twice', async () => {
    const single = (names: { readonly [name: string]: QueryError }) => {
      const whole = fresh()
      const { name, schema: of, list, create: one, update: change, delete: remove } = whole
      const calls: Array<unknown> = []
      const create_: typeof one = (model, row) => {
        calls.push(row['name'])
        return async () => {
          const error = names[row['name'] as string]
          // What is lost was made.
          const made = error?.retryable === false ? null : await one(model, row)()
          return error === undefined && made !== null ? made : E.left(error ?? refused)
        }
      }
      const client = { name, schema: of, list, create: create_, update: change, delete: remove }
      return { calls, client: deriveWrites(client), whole }
    }
    const asked = [rows[0]!, rows[1]!, rows[2]!]
    const fates = async ({ client }: ReturnType<typeof single>) =>
      (await partly(pipe(shop.tag, createBulk(client, asked)))).items.map(({ _tag, key }) => [_tag, key])
    const no = single({ 'tag 1': refused })
    expect(await fates(no)).to.deep.equal([
      ['done', 2],
      ['failed', null],
      ['done', 3],
    ])
    expect(no.calls).to.deep.equal(['tag 0', 'tag 1', 'tag 2'])
    expect(await right(pipe(shop.tag, count(no.whole)))).to.equal(1 + 2)
    const gone = single({ 'tag 1': lost })
    expect(await fates(gone)).to.deep.equal([
      ['done', 2],
      ['unknown', null],
      ['done', 4],
    ])
    expect(gone.calls).to.deep.equal(['tag 0', 'tag 1', 'tag 2'])
    expect(await right(pipe(shop.tag, count(gone.whole)))).to.equal(1 + 3)
  })

  it('of a bulk delete that was done in part tell that what is gone is done, whatever fails later', async () => {
    const { name, schema: of, list, create: one, update: change, delete: remove } = fresh()
    const calls: Array<unknown> = []
    const client = deriveWrites({
      name,
      schema: of,
      list,
      create: one,
      update: change,
      delete: (model, key) => (calls.push(key) > 2 || key === 1 ? TE.left(refused) : remove(model, key)),
    })
    const error = await partly(deleteRows(client)(shop.label))
    expect(error.items.map(({ _tag }) => _tag).sort()).to.deep.equal(['done', 'failed'])
    expect(calls).to.have.length(2)
    expect(
      await right(
        pipe(
          shop.label,
          valuesList((l) => l.id),
          toArray(client),
        ),
      ),
    ).to.deep.equal([1])
  })

  it('are in the order given whatever the concurrency, which is bounded', async () => {
    const running = { now: 0, most: 0 }
    const client = bulk(async (some) => {
      running.now += 1
      running.most = Math.max(running.most, running.now)
      // The first chunk takes longest.
      await new Promise((done) => setTimeout(done, some.some((row) => row['name'] === 'tag 0') ? 20 : 1))
      running.now -= 1
      return null
    }, 2)
    const seen: Array<Progress> = []
    const made = await right(
      pipe(
        shop.tag,
        createBulk(client, rows, { concurrency: 3, onProgress: (progress) => seen.push(progress) }),
      ),
    )
    expect(made.map(({ name }) => name)).to.deep.equal(rows.map(({ name }) => name))
    expect(running.most).to.equal(3)
    expect(seen.map(({ done }) => done)).to.deep.equal([2, 4, 6, 8, 10])
    expect(seen.at(-1)).to.deep.equal({
      model: 'tag',
      operation: 'create',
      done: 10,
      failed: 0,
      unknown: 0,
      total: 10,
    })
  })

  it("don't mind a listener that throws, nor sizes that are none", async () => {
    const client = bulk(() => Promise.resolve(null))
    const options = {
      batchSize: -1,
      concurrency: Number.NaN,
      onProgress: () => {
        throw new Error('no')
      },
    }
    expect(await right(pipe(shop.tag, createBulk(client, rows, options)))).to.have.length(10)
  })

  it('take a client that gives back too few rows for one that fails', async () => {
    const whole = fresh()
    const { name, schema: of, list, updateBulk: change, deleteBulk: remove } = whole
    const client: WritableClient = {
      name,
      schema: of,
      list,
      updateBulk: change,
      deleteBulk: remove,
      createBulk: (model, some) =>
        TE.map((made: ReadonlyArray<object>) => made.slice(1) as never)(whole.createBulk(model, some)),
    }
    const { items } = await partly(pipe(shop.tag, createBulk(client, rows)))
    expect(items.every(({ _tag }) => _tag === 'unknown')).to.equal(true)
  })

  it('keep rows out of what is printed of them', async () => {
    const client = bulk(() => Promise.resolve(refused))
    const error = await partly(pipe(shop.tag, createBulk(client, rows)))
    expect(JSON.stringify(error)).not.to.include('tag 3')
    expect(error.rest().writes[0]).to.deep.include({ _tag: 'create', model: 'tag' })
  })

  it('of updates tell which rows', async () => {
    const { name, schema: of, list, create: one, update: change, delete: remove } = fresh()
    const client: WritableClient = {
      name,
      schema: of,
      list,
      create: one,
      delete: remove,
      update: (model, key, set) => (key === 1 ? TE.left(refused) : change(model, key, set)),
    }
    const error = await partly(
      pipe(
        shop.album,
        updateBulk(client, [
          [1, { year: 1980 }],
          [2, { year: 1981 }],
        ]),
      ),
    )
    expect(error.items.map(({ _tag, key }) => [_tag, key])).to.deep.equal([
      ['failed', null],
      ['done', 2],
    ])
  })
})
