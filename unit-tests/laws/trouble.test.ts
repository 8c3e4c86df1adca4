/** The kit and clients, data and options that are odd: it tells what is wrong, and rejects and hangs at nothing. */
import { expect } from 'chai'
import { taskEither as TE } from 'fp-ts'
import * as t from 'io-ts'
import { autoId, belongsTo, field, schema, type Client, type Query } from '../../src/index.js'
import { checkClient, printReport, type Report } from '../../src/laws.js'
import { memory } from '../../src/memory.js'
import { loose } from '../clients/loose.js'

const models = schema({ genre: { id: autoId, name: field.nullable(field.text()) } })
const client = memory(models, {
  genre: [
    { id: 1, name: 'a' },
    { id: 2, name: null },
  ],
})

const failing = (report: Report): string => {
  expect(report.failures.length, printReport(report)).to.be.greaterThan(0)
  return report.failures[0]!.sentence
}

describe('checkClient, of what is odd', function () {
  this.timeout(60_000)

  // Caught, planted: rows that are no store taken for a case that makes no sense.
  it('checks nothing over rows that contradict each other, and says so', async () => {
    const twice: Client = {
      ...client,
      list: (query: Query) =>
        TE.map((page: { readonly rows: ReadonlyArray<unknown>; readonly total: number | null }) => ({
          ...page,
          rows: [...page.rows, page.rows[0]],
        }))(client.list(query)),
    }
    expect(failing(await checkClient({ client: twice, seed: 1, cases: 20 })())).to.contain('Undecodable')
    const far = schema({
      genre: { id: autoId },
      track: { id: autoId, genre: belongsTo('genre', { onDelete: 'doNothing' }) },
    })
    const dangling = loose(far, { track: [{ id: 1, genre: 99 }] })
    expect(failing(await checkClient({ client: dangling, seed: 1, cases: 20 })())).to.contain('point to rows')
  })

  // Caught, planted: values of codecs sorted and counted as those that are stored.
  it('reckons with no values that codecs make', async () => {
    const instant = new t.Type<Date, string, unknown>(
      'Date',
      (u): u is Date => u instanceof Date,
      (u, context) => (typeof u === 'string' ? t.success(new Date(u)) : t.failure(u, context)),
      (date) => date.toISOString(),
    )
    const dated = schema({ visit: { id: autoId, at: field.nullable(field.of('datetime', instant)) } })
    const made = memory(dated, {
      visit: ['2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z', null].map((at, i) => ({
        id: i + 1,
        at,
      })),
    })
    const report = await checkClient({ client: made, seed: 1, cases: 150 })()
    expect(report.failures, printReport(report)).to.deep.equal([])
  })

  it('takes what is no answer for a failure', async () => {
    const { createBulk: _, ...single } = client
    const odd: ReadonlyArray<object> = [
      { ...client, createBulk: () => TE.right(undefined) },
      { ...client, updateBulk: () => TE.right(1n) },
      { ...client, deleteBulk: () => TE.left(undefined) },
      { ...single, list: () => TE.left(undefined) },
    ]
    for (const each of odd)
      failing(await checkClient({ schema: models, client: () => each as never, seed: 1, cases: 300 })())
    const reset = () => {
      throw new Error('x')
    }
    expect(failing(await checkClient({ client, reset, seed: 1, cases: 5 })())).to.contain('ClientFailed')
  })

  it('tells of models that there are none of', async () => {
    const wrong = schema({ album: { id: autoId, artist: belongsTo('artst' as 'album') } })
    expect(
      failing(await checkClient({ schema: wrong, client: () => client, seed: 1, cases: 5 })()),
    ).to.contain('InvalidSchema')
    for (const names of [['gnre'], []])
      expect(failing(await checkClient({ client, models: names, seed: 1, cases: 5 })())).to.contain(
        'InvalidField',
      )
  })

  it('asks nothing where there is nothing to hold a client to', async () => {
    let asked = 0
    const listening: Client = {
      ...client,
      list: (query) => {
        asked += 1
        return client.list(query)
      },
    }
    expect((await checkClient({ client: listening, areas: ['writes'], cases: 20 })()).failures).to.deep.equal(
      [],
    )
    expect(asked).to.equal(0)
  })

  it('leaves a client that hangs, and says so', async () => {
    const hanging: Client = {
      ...client,
      list: (query) => (query.where === null ? client.list(query) : () => new Promise(() => undefined)),
    }
    const report = await checkClient({ client: hanging, seed: 1, timeLimit: 500, failures: 1 })()
    failing(report)
    expect(report.failures[0]!.table + report.failures[0]!.sentence).to.contain('nothing within 2 seconds')
  })
})
