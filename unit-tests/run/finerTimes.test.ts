/** Times that are finer than milliseconds, as PostgreSQL, DRF and OData send them, are cut wherever they come in. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import * as t from 'io-ts'
import {
  autoId,
  create,
  createBulk,
  decodeQuery,
  encodeQuery,
  field,
  filter,
  fold,
  loadData,
  lookup,
  orderBy,
  schema,
  toArray,
  update,
  updateBulk,
  type Client,
  type Query,
} from '../../src/index.js'
import { httpClient, httpHandler } from '../../src/http.js'
import { json } from '../../src/json.js'
import { memory } from '../../src/memory.js'
import { right } from '../support/answers.js'

const models = schema({ log: { id: autoId, at: field.datetime(), hour: field.time() } })
const fine = { id: 1, at: '2021-06-15 12:00:00.123456+02:00', hour: '12:30:05.1234567' }
const cut = { id: 1, at: '2021-06-15T10:00:00.123Z', hour: '12:30:05.123' }

const giving = (rows: ReadonlyArray<object>): Client => ({
  name: 'fine',
  schema: memory(models, {}).schema,
  list: () => TE.right({ rows, total: null }),
})

describe('times finer than milliseconds', () => {
  it('are cut in the rows that a client gives, in memory, and over HTTP', async () => {
    expect(await right(toArray(giving([fine]))(models.log))).to.deep.equal([cut])
    expect(await right(toArray(memory(models, { log: [fine] }))(models.log))).to.deep.equal([cut])
    const client = httpClient(models, { url: 'http://localhost/', fetch: httpHandler(giving([fine])) })
    expect(await right(toArray(client)(models.log))).to.deep.equal([cut])
    const finer = async (request: Request) => {
      const answer = await httpHandler(giving([fine]))(request)
      return new Response((await answer.text()).replace('.123Z', '.123456Z'), answer)
    }
    const raw = httpClient(models, { url: 'http://localhost/', fetch: finer })
    expect(await right(toArray(raw)(models.log))).to.deep.equal([cut])
  })

  it('are cut in files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'queryset-times-'))
    await writeFile(join(folder, 'log.json'), JSON.stringify([fine]))
    expect(await right(toArray(json(models, folder))(models.log))).to.deep.equal([cut])
    await rm(folder, { recursive: true })
  })

  it('are cut in what is written', async () => {
    const { id: _, ...values } = fine
    const client = memory(models, {})
    // Plain text is checked when it is written.
    const given: { readonly at: never; readonly hour: never } = values as never
    expect(await right(fn.pipe(models.log, create(client, given)))).to.deep.equal(cut)
    expect(await right(fn.pipe(models.log, createBulk(client, [given])))).to.deep.equal([{ ...cut, id: 2 }])
    const at = '2021-01-01T00:00:00.9999Z' as never
    await right(
      fn.pipe(
        models.log,
        update(client, () => ({ at })),
      ),
    )
    await right(fn.pipe(models.log, updateBulk(client, [[2, { hour: '00:00:00.0009' as never }]])))
    await right(loadData(client, [{ model: 'log', pk: 3, fields: values }]))
    expect(await right(toArray(client)(models.log))).to.deep.equal([
      { ...cut, at: '2021-01-01T00:00:00.999Z' },
      { id: 2, at: '2021-01-01T00:00:00.999Z', hour: '00:00:00.000' },
      { ...cut, id: 3 },
    ])
  })

  it('are cut in the constants of a query, and of one that comes over the wire', async () => {
    const client = memory(models, { log: [fine] })
    const found = [
      fn.pipe(
        models.log,
        filter((l) => l.at.eq(fine.at as never)),
      ),
      fn.pipe(
        models.log,
        filter((l) => l.hour.eq(fine.hour as never)),
      ),
      ...[{ at: fine.at }, { at__lte: fine.at }, { hour__in: [fine.hour] }].flatMap((each) => {
        const [path = '', value] = Object.entries(each)[0] ?? []
        const condition = fn.pipe(models.log, lookup(path, value))
        return E.isRight(condition)
          ? [
              fn.pipe(
                models.log,
                filter(() => condition.right),
              ),
            ]
          : []
      }),
    ]
    expect(found.length).to.equal(5)
    for (const each of found) expect(await right(toArray(client)(each))).to.deep.equal([cut])
    const folded = fold(
      fn.pipe(
        models.log,
        filter((l) => l.at.eq(cut.at as never)),
      ),
    )
    const wire = E.chain(encodeQuery())(folded)
    const finer: unknown = JSON.parse(JSON.stringify(E.toUnion(wire)).replace('.123Z', '.123456Z'))
    const query = decodeQuery()(finer)
    if (E.isLeft(query)) throw new Error(query.left.message)
    expect((await right(client.list(query.right))).rows).to.deep.equal([cut])
  })

  // Caught, planted: pages that go on after the time that was cut.
  it('are not cut where pages go on after them, so that no row comes again', async () => {
    const texts = schema({ log: { id: autoId, at: field.text(), hour: field.text() } })
    const log = [5, 3, 1, 2, 4, 9, 8, 10, 7, 6].map((n, i) => ({
      id: i + 1,
      at: `2021-01-01T00:00:00.1230${n < 10 ? '0' : ''}${String(n)}Z`,
      hour: '00:00:00.000',
    }))
    const inner = memory(texts, { log })
    const asText = (query: Query): Query =>
      JSON.parse(JSON.stringify(query).replaceAll('"kind":"datetime"', '"kind":"text"')) as Query
    const fineClient: Client = { ...giving([]), maxPerRequest: 3, list: (query) => inner.list(asText(query)) }
    const rows = await right(
      fn.pipe(
        models.log,
        orderBy((l) => [l.at.asc()]),
        toArray(fineClient),
      ),
    )
    expect(rows.map(({ id }) => id)).to.deep.equal([3, 4, 2, 5, 1, 10, 9, 7, 6, 8])
  })

  it("are shown to a field's own codec first", async () => {
    const rounded = new t.Type<string, string, unknown>(
      'Rounded',
      (u): u is string => typeof u === 'string',
      (u, c) =>
        typeof u === 'string'
          ? t.success(u.replace('.1239', '.124'))
          : typeof u === 'number'
            ? t.success(new Date(u).toISOString())
            : t.failure(u, c),
      (s) => s,
    )
    const own = schema({ log: { id: autoId, at: field.of('datetime', rounded) } })
    const client: Client = {
      name: 'fine',
      schema: memory(own, {}).schema,
      list: () =>
        TE.right({
          rows: [
            { id: 1, at: '2021-01-01T00:00:00.1239Z' },
            { id: 2, at: 0 },
          ],
          total: null,
        }),
    }
    expect(await right(toArray(client)(own.log))).to.deep.equal([
      { id: 1, at: '2021-01-01T00:00:00.124Z' },
      { id: 2, at: '1970-01-01T00:00:00.000Z' },
    ])
  })
})
