/**
 * Clients with `stream`: what is made of what they give, and which middleware passes it on.
 *
 * Planted and caught: a `scope` that passes on the `stream` of the client beneath; a client whose `list` was replaced, and
 * whose `stream` is used all the same; a `timeout` that waits for the batch that came too late; batches that aren't decoded.
 */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  autoId,
  belongsTo,
  cache,
  clientFailed,
  concurrency,
  derive,
  explain,
  field,
  filter,
  log,
  manyToMany,
  orderBy,
  plan,
  rateLimit,
  readOnly,
  retry,
  route,
  run,
  schema,
  scope,
  slice,
  stream,
  timeout,
  trace,
  understands,
  validate,
  valuesList,
  within,
  type Client,
  type Query,
  type QueryError,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { owning } from '../../src/client/own.js'
import { everything, type Support } from '../../src/client/Support.js'
import { allRows } from '../../src/queryset/Queryset.js'
import { schemaOf } from '../../src/queryset/schema.js'
import { leftOf, right, rightOf } from '../support/answers.js'

const { pipe } = fn

const models = schema({
  note: { id: autoId, tenant: field.int(), text: field.text() },
  tag: { id: autoId, name: field.text(), notes: manyToMany('note', { relatedName: 'tags' }) },
  link: { id: autoId, note: field.nullable(belongsTo('note')) },
})

const data = {
  note: [1, 2, 3, 4, 5].map((id) => ({ id, tenant: id % 2, text: `note ${String(id)}` })),
  tag: [{ id: 1, name: 'a' }],
  tag_notes: [
    { id: 1, tag: 1, note: 1 },
    { id: 2, tag: 1, note: 2 },
  ],
  link: [{ id: 1, note: null }],
}

/** A client in memory that streams, what it was asked, and how many of its streams are open. */
const streaming = (pace: (batch: number) => Promise<void> = () => Promise.resolve()) => {
  const whole = memory(models, data)
  const seen: { asked: Array<string>; open: number; queries: Array<Query> } = {
    asked: [],
    open: 0,
    queries: [],
  }
  const client = owning({
    ...whole,
    list: (query: Query) => {
      seen.asked.push('list')
      return whole.list(query)
    },
    stream: async function* (query: Query, size: number) {
      seen.asked.push(`stream ${String(size)}`)
      seen.queries.push(query)
      seen.open += 1
      try {
        const page = await whole.list(query)()
        if (E.isLeft(page)) {
          yield page
          return
        }
        for (let i = 0; i < page.right.rows.length; i += size) {
          await pace(i / size)
          yield E.right(page.right.rows.slice(i, i + size))
        }
      } finally {
        seen.open -= 1
      }
    },
  })
  return { client, seen }
}

type Rows = AsyncIterable<E.Either<QueryError, unknown>>

const read = async (
  rows: Rows,
): Promise<{ readonly rows: ReadonlyArray<unknown>; readonly error: QueryError | null }> => {
  const all: Array<unknown> = []
  for await (const row of rows) {
    if (E.isLeft(row)) return { rows: all, error: row.left }
    all.push(row.right)
  }
  return { rows: all, error: null }
}

const texts = pipe(
  models.note,
  orderBy((n) => [n.id.desc()]),
  valuesList((n) => n.text),
)
const expected = ['note 5', 'note 4', 'note 3', 'note 2', 'note 1']

/** All of a query but conditions on other rows than its own. */
const joinless: Support = (question) => ({
  ...everything(question),
  where: question.where.map((each) => (each._tag === 'lookup' ? 'exact' : 'unsupported')),
})

/** A client whose `stream` gives what it is told. */
const giving = (...batches: ReadonlyArray<unknown>): Client => ({
  ...memory(models, data),
  name: 'odd',
  stream: async function* () {
    for (const batch of batches) yield Promise.resolve(batch as E.Either<QueryError, ReadonlyArray<unknown>>)
  },
})

const errorOf = async (client: Client): Promise<string> => {
  const { rows, error } = await read(stream(client, { size: 2 })(models.note))
  return `${String(rows.length)}: ${error?._tag ?? ''} ${error?.message ?? ''}`
}

describe('a client with stream', () => {
  it('is asked once, and its rows are decoded', async () => {
    const { client, seen } = streaming()
    expect(await read(stream(client, { size: 2 })(texts))).to.deep.equal({ rows: expected, error: null })
    expect(seen).to.deep.include({ asked: ['stream 2'], open: 0 })
  })

  it('is told when the loop ends, however it ends', async () => {
    const { client, seen } = streaming()
    for await (const row of stream(client, { size: 1 })(texts)) if (rightOf(row) === 'note 4') break
    expect(seen).to.deep.include({ asked: ['stream 1'], open: 0 })
    const throwing = async (): Promise<void> => {
      for await (const row of stream(client, { size: 1 })(texts)) throw new Error(row._tag)
    }
    await throwing().catch(() => undefined)
    expect(seen.open).to.equal(0)
  })

  it('is asked for a page where one batch is enough', async () => {
    const { client, seen } = streaming()
    await read(stream(client, { size: 3 })(slice(0, 3)(texts)))
    await read(stream(client, { size: 2 })(slice(0, 3)(texts)))
    expect(seen.asked).to.deep.equal(['list', 'stream 2'])
  })

  it('gives no more at a time than its own limit', async () => {
    const { client, seen } = streaming()
    await read(stream({ ...client, maxPerRequest: 2 }, { size: 100 })(texts))
    expect(seen.asked).to.deep.equal(['stream 2'])
  })

  it('is not trusted', async () => {
    const row = (id: unknown) => ({ id, tenant: 1, text: 'x' })
    expect(await errorOf(giving(E.right([row(1), row(2)]), E.right([row('three')])))).to.match(
      /^2: Undecodable .*row 2/u,
    )
    expect(await errorOf(giving(E.right([row(1)]), [row(2)]))).to.match(/^1: ClientFailed .*something else/u)
    expect(await errorOf(giving(E.right([row(1)]), E.left(clientFailed('odd', 'stream', 'lost'))))).to.match(
      /^1: ClientFailed/u,
    )
    const many = giving(E.right([row(1), row(2)]), E.right([row(3), row(4)]))
    const { error } = await read(stream(many, { size: 2 })(slice(0, 3)(models.note)))
    expect(error?.message).to.contain('asked for 1 rows at most, it gave 2')
    const throwing: Client = {
      ...memory(models, data),
      stream: () => {
        throw new Error('no connection')
      },
    }
    expect(await errorOf(throwing)).to.match(/^0: ClientFailed/u)
  })

  it('is planned so, and asked by pages for what it does not answer whole', () => {
    const { client } = streaming()
    const byOf = (own: Client) => rightOf(plan(own, { size: 2 })(texts)).walk.by
    expect(byOf(client)).to.equal('cursor')
    expect(rightOf(plan(client)(texts)).walk.by).to.equal('once')
    expect(byOf({ ...client, support: understands({ order: true }) })).to.equal('offset')
    expect(rightOf(explain(client, { size: 2 })(texts)).text.split('\n')[0]).to.equal(
      "ask 'memory' in one request, by cursor, 2 rows at a time:",
    )
  })

  it('runs a plan of a stream, and one that was made before it lost its stream', async () => {
    const { client } = streaming()
    const planned = rightOf(plan(client, { size: 2 })(texts))
    expect(await right(run(client)(planned))).to.deep.equal(expected)
    const without = memory(models, data)
    expect(await right(run(without)(planned))).to.deep.equal(expected)
  })
})

describe('the stream of a client', () => {
  const byOf = (client: Client): string => rightOf(plan(client, { size: 2 })(texts)).walk.by
  const span = { setAttribute: () => span, setStatus: () => span, end: () => undefined }
  const same = async (client: Client): Promise<void> => {
    expect(await read(stream(client, { size: 2 })(texts))).to.deep.equal({ rows: expected, error: null })
  }

  it('is passed on by what keeps its meaning', async () => {
    const layers: { readonly [name: string]: (client: Client) => Client } = {
      derive: (client) => ({ ...derive(client), maxPerRequest: 1000 }),
      log: log(() => undefined),
      rateLimit: rateLimit({ calls: 100, per: 1 }),
      readOnly,
      route: (client) => route(models, { note: client }),
      scope: scope(models, {}),
      timeout: timeout(1000),
      trace: trace({ startSpan: () => span }),
      validate,
      within: within({ requests: 1 }),
    }
    for (const [name, layer] of Object.entries(layers)) {
      const { client, seen } = streaming()
      const wrapped = layer(client)
      expect(byOf(wrapped), name).to.equal('cursor')
      await same(wrapped)
      expect(seen, name).to.deep.include({ asked: ['stream 2'], open: 0 })
    }
  })

  it('is left out by what repeats calls, keeps answers or counts the calls under way', async () => {
    const layers: { readonly [name: string]: (client: Client) => Client } = {
      cache: cache({ rows: 1000 }),
      concurrency: concurrency(1),
      retry: retry({ times: 1 }),
    }
    for (const [name, layer] of Object.entries(layers)) {
      const { client, seen } = streaming()
      expect(byOf(layer(client)), name).to.equal('key')
      await same(layer(client))
      expect(new Set(seen.asked), name).to.deep.equal(new Set(['list']))
    }
  })

  it('is not used once its list was replaced', async () => {
    const { client, seen } = streaming()
    const replaced = { ...client, list: (query: Query) => client.list(query) }
    for (const each of [replaced, within({})(replaced), log(() => undefined)(replaced)])
      expect(byOf(each)).to.equal('key')
    expect('stream' in derive(replaced)).to.equal(false)
    await same(replaced)
    expect(seen.asked).to.not.include('stream 2')
  })

  it('shows the rows of a scope only', async () => {
    const { client, seen } = streaming()
    const own = scope(models, { note: (n) => n.tenant.eq(1) })(client)
    expect((await read(stream(own, { size: 2 })(texts))).rows).to.deep.equal(['note 5', 'note 3', 'note 1'])
    expect(seen.asked).to.deep.equal(['stream 2'])
    // Join rows are filtered here, by the rows that they lead to.
    const links = allRows(schemaOf(models), 'tag_notes')
    const partial = { ...client, support: joinless }
    const sifted = scope(models, { note: (n) => n.tenant.eq(1) })(owning(partial))
    expect((await read(stream(sifted, { size: 1 })(links as never))).rows).to.deep.equal([data.tag_notes[0]])
    expect(seen.asked.filter((each) => each !== 'list')).to.deep.equal(['stream 2'])
  })

  it('is counted by a budget as one request, with all rows', async () => {
    const rows = pipe(
      models.note,
      filter((n) => n.id.gt(0)),
    )
    const { client, seen } = streaming()
    expect((await read(stream(within({ rows: 3 })(client), { size: 1 })(rows))).error?._tag).to.equal(
      'OverBudget',
    )
    expect(seen.asked).to.deep.equal([])
    expect(
      (await read(stream(within({ rows: 3 })(client), { size: 1 })(slice(0, 3)(rows)))).rows,
    ).to.have.length(3)
  })

  it('is that of the client that has the rows', async () => {
    const { client, seen } = streaming()
    const routed = route(models, { note: client, tag: memory(models, data) })
    expect(byOf(routed)).to.equal('cursor')
    expect(rightOf(plan(routed, { size: 2 })(models.tag)).walk.by).to.equal('key')
    await same(routed)
    expect(seen.asked).to.deep.equal(['stream 2'])
  })

  it('is reported a batch at a time', async () => {
    const { client } = streaming()
    const events: Array<string> = []
    const logged = log(({ operation, model, rows }) => events.push(`${operation} ${model} ${String(rows)}`))(
      client,
    )
    await read(stream(logged, { size: 2 })(texts))
    expect(events).to.deep.equal(['stream note 2', 'stream note 2', 'stream note 1', 'stream note 0'])
  })

  it('may be late by a batch', async () => {
    const { client, seen } = streaming(
      (batch) => new Promise((done) => setTimeout(done, batch === 1 ? 300 : 0)),
    )
    const start = performance.now()
    const { rows, error } = await read(stream(timeout(40)(client), { size: 2 })(texts))
    expect(rows).to.have.length(2)
    expect(error?.message).to.contain('no answer within 40 ms')
    expect(performance.now() - start).to.be.lessThan(250)
    await new Promise((done) => setTimeout(done, 350))
    expect(seen.open).to.equal(0)
  })

  it('is checked by validate', async () => {
    const wrong = validate(giving(E.right([{ id: 'x' }])))
    const batches = wrong.stream?.(rightOf(plan(wrong, { size: 2 })(models.note)).query, 2)
    for await (const batch of batches ?? []) expect(leftOf(batch)._tag).to.equal('Undecodable')
  })
})
