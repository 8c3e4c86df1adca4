/** Terminals: what they give at the edges, and what they make of clients that do wrong. */
import { expect } from 'chai'
import { either as E, function as fn, option as O, taskEither as TE } from 'fp-ts'
import {
  aggregate,
  clientFailed,
  contains,
  count,
  earliest,
  exists,
  filter,
  first,
  get,
  inBulk,
  last,
  latest,
  list,
  none,
  orderBy,
  prefetchRelated,
  reverse,
  schemaOf,
  selectRelated,
  slice,
  stream,
  toArray,
  values,
  valuesList,
  type AnyQueryset,
  type Client,
  type Page,
  type QueryError,
} from 'queryset-ts'
import { client, m } from './models.js'
import { left, right } from '../support/answers.js'

const { pipe } = fn

const byName = pipe(
  m.track,
  orderBy((t) => [t.name.asc()]),
  valuesList((t) => t.name),
)
const nobody = pipe(
  m.track,
  filter((t) => t.name.eq('nobody')),
)

describe('first and last', () => {
  it('are the ends of the order, or none', async () => {
    expect(await right(first(client)(byName))).to.deep.equal(O.some('Bicycle Race'))
    expect(await right(last(client)(byName))).to.deep.equal(O.some('Silence'))
    expect(await right(first(client)(nobody))).to.deep.equal(O.none)
    expect(await right(last(client)(nobody))).to.deep.equal(O.none)
    expect(await right(first(client)(none(m.track)))).to.deep.equal(O.none)
  })

  it('go by the primary key where there is no order', async () => {
    const id = <A extends { readonly id: number }>(row: O.Option<A>) => O.toNullable(row)?.id
    expect(id(await right(first(client)(m.track)))).to.equal(1)
    expect(id(await right(last(client)(m.track)))).to.equal(5)
    expect(id(await right(first(client)(reverse(m.track))))).to.equal(5)
    expect(id(await right(last(client)(reverse(m.track))))).to.equal(1)
  })

  it('are those of a slice', async () => {
    const middle = pipe(byName, slice(1, 3))
    expect(await right(first(client)(middle))).to.deep.equal(O.some('Human Behaviour'))
    expect(await right(last(client)(middle))).to.deep.equal(O.some('Innuendo'))
    expect(await right(last(client)(pipe(byName, slice(4))))).to.deep.equal(O.some('Silence'))
    expect(await right(first(client)(pipe(byName, slice(9))))).to.deep.equal(O.none)
  })

  it('may be a missing value, which is there', async () => {
    const ratings = pipe(
      m.track,
      orderBy((t) => [t.rating.desc()]),
      valuesList((t) => t.rating),
    )
    expect(await right(first(client)(ratings))).to.deep.equal(O.some(null))
  })
})

describe('get', () => {
  it('gives the one row, and tells none from several', async () => {
    const named = (name: string) =>
      pipe(
        m.album,
        get(client, (a) => a.title.eq(name)),
      )
    expect((await right(named('Jazz'))).id).to.equal(1)
    expect(await left(named('nothing'))).to.deep.include({ _tag: 'NotFound', model: 'album' })
    expect(await left(get(client)(m.album))).to.deep.include({ _tag: 'MultipleFound', model: 'album' })
    expect((await right(get(client)(pipe(m.album, slice(2, 3))))).id).to.equal(3)
  })

  it('gives a missing value too', async () => {
    const rating = pipe(
      m.track,
      filter((t) => t.id.eq(4)),
      valuesList((t) => t.rating),
    )
    expect(await right(get(client)(rating))).to.equal(null)
  })

  it('asks for two rows at most', async () => {
    const asked: Array<unknown> = []
    const watched: Client = {
      ...client,
      list: (query) => {
        asked.push(query.slice)
        return client.list(query)
      },
    }
    await left(get(watched)(m.track))
    expect(asked).to.deep.equal([{ offset: 0, limit: 2 }])
  })
})

type RefsOf<Q> = Q extends import('queryset-ts').Queryset<infer R, unknown> ? R : never

describe('latest and earliest', () => {
  const released = (a: RefsOf<typeof m.album>) => [a.released.asc()]
  const there = pipe(
    m.album,
    filter((a) => a.released.gt('1900-01-01')),
  )

  it('are the ends by the keys, whatever the order before', async () => {
    expect((await right(latest(client, released)(there))).title).to.equal('Debut')
    expect((await right(earliest(client, released)(there))).title).to.equal('Jazz')
    expect((await right(latest(client, released)(reverse(there)))).title).to.equal('Debut')
  })

  it('take a missing value for the greatest', async () => {
    expect((await right(latest(client, released)(m.album))).title).to.equal('Untitled')
    expect((await right(earliest(client, released)(m.album))).title).to.equal('Jazz')
  })

  it('tell that there is none', async () => {
    expect((await left(latest(client, released)(pipe(there, slice(0, 0)))))._tag).to.equal('NotFound')
    expect((await left(earliest(client, released)(none(there))))._tag).to.equal('NotFound')
  })

  it('are those of a slice', async () => {
    const one = pipe(there, slice(0, 1))
    expect((await right(latest(client, released)(one))).title).to.equal('Jazz')
  })
})

describe('count, exists, contains, list', () => {
  it('agree with the rows', async () => {
    const queries: ReadonlyArray<AnyQueryset> = [
      m.track,
      nobody,
      pipe(m.track, slice(1, 3)),
      pipe(m.track, slice(4)),
      pipe(m.track, slice(9)),
      pipe(m.track, slice(3, 1)),
      pipe(m.track, slice(0, 0)),
      byName,
      none(m.track),
    ]
    for (const query of queries) {
      const rows = await right(toArray(client)(query))
      expect(await right(count(client)(query))).to.equal(rows.length)
      expect(await right(exists(client)(query))).to.equal(rows.length > 0)
      const { rows: listed, total } = await right(list(client)(query))
      expect(listed).to.deep.equal(rows)
      expect(total).to.be.at.least(rows.length)
    }
    expect((await right(list(client)(pipe(m.track, slice(1, 3))))).total).to.equal(5)
    // Of a slice of a slice, the first is what there is.
    expect((await right(list(client)(pipe(m.track, slice(1, 4), slice(0, 1))))).total).to.equal(3)
  })

  it('contains looks among the rows, of the slice too', async () => {
    expect(await right(pipe(m.track, contains(client, 3)))).to.equal(true)
    expect(await right(pipe(m.track, contains(client, 99)))).to.equal(false)
    expect(await right(pipe(nobody, contains(client, 3)))).to.equal(false)
    expect(await right(pipe(m.track, slice(0, 2), contains(client, 3)))).to.equal(false)
    expect(await right(pipe(m.profile, contains(client, 2)))).to.equal(true)
  })

  it('inBulk gives those that are there, by key', async () => {
    const found = await right(pipe(m.track, inBulk(client, [3, 1, 99, 3])))
    expect([...found.keys()].sort()).to.deep.equal([1, 3])
    expect(found.get(3)?.name).to.equal('Innuendo')
    expect((await right(pipe(m.track, inBulk(client, [])))).size).to.equal(0)
    expect((await right(pipe(m.track, slice(0, 2), inBulk(client, [1, 3])))).size).to.equal(1)
    expect([...(await right(pipe(m.profile, inBulk(client, [2])))).keys()]).to.deep.equal([2])
  })

  it('need a key', async () => {
    const ids = pipe(
      m.track,
      values((t) => ({ id: t.id })),
    )
    expect((await left(contains(client, 1)(ids as never)))._tag).to.equal('InvalidStep')
    expect((await left(inBulk(client, [1])(ids as never)))._tag).to.equal('InvalidStep')
  })

  it('aggregate takes all rows together, even of none', async () => {
    const sums = aggregate(client, (g: Parameters<Sums>[0]) => ({
      n: g.count(),
      total: g.sum((t) => t.price),
      fallback: g.sum((t) => t.milliseconds, { default: 7 }),
    }))
    expect(await right(sums(m.track))).to.deep.equal({ n: 5, total: '5.55', fallback: 1007000 })
    expect(await right(sums(nobody))).to.deep.equal({ n: 0, total: null, fallback: 7 })
    expect(await right(sums(pipe(m.track, slice(0, 1))))).to.deep.equal({
      n: 1,
      total: '0.99',
      fallback: 181000,
    })
  })
})

type Sums = (group: import('queryset-ts').Group<RefsOf<typeof m.track>>) => unknown

describe('stream', () => {
  it('gives each row, or the error and no more', async () => {
    const names: Array<unknown> = []
    for await (const row of stream(client, { size: 2 })(byName)) names.push(E.isRight(row) ? row.right : row)
    expect(names).to.deep.equal(await right(toArray(client)(byName)))
    const wrong: Array<unknown> = []
    for await (const row of stream(client)(pipe(m.track, slice(-1)))) wrong.push(row._tag)
    expect(wrong).to.deep.equal(['Left'])
  })

  it('can be read again, and left early', async () => {
    const rows = stream(client, { size: 1 })(byName)
    for (const _ of [1, 2])
      for await (const row of rows) {
        expect(E.isRight(row) && row.right).to.equal('Bicycle Race')
        break
      }
  })
})

/** A client that answers `list` as told. */
const odd = (answer: () => TE.TaskEither<QueryError, Page>, more: Partial<Client> = {}): Client => ({
  name: 'odd',
  schema: schemaOf(m),
  list: answer,
  ...more,
})

const gives = (rows: ReadonlyArray<unknown>, total: number | null = null): Client =>
  odd(() => TE.right({ rows, total }))

describe('a client that', () => {
  it('throws has failed', async () => {
    const broken = odd(() => {
      throw new Error('no connection')
    })
    for (const task of [
      toArray(broken)(m.track),
      first(broken)(m.track),
      count(broken)(m.track),
      exists(broken)(m.track),
      get(broken)(m.track),
      list(broken)(m.track),
    ] as ReadonlyArray<TE.TaskEither<QueryError, unknown>>) {
      const told = await left(task)
      expect(told).to.deep.include({ _tag: 'ClientFailed', client: 'odd', operation: 'list' })
      expect(told.message).to.contain('no connection')
    }
  })

  it('rejects has failed, whatever it rejects with', async () => {
    for (const cause of [new Error('x'), 'text', undefined, null, Object.create(null) as unknown]) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- JavaScript can
      const told = await left(toArray(odd(() => () => Promise.reject(cause)))(m.track))
      expect(told).to.deep.include({ _tag: 'ClientFailed', cause })
    }
  })

  it('says that it failed is believed', async () => {
    const told = await left(
      toArray(odd(() => TE.left(clientFailed('odd', 'list', 'busy', { retryable: true }))))(m.track),
    )
    expect(told).to.deep.include({ _tag: 'ClientFailed', retryable: true })
  })

  it('answers with something else than a page has failed', async () => {
    for (const page of [undefined, null, {}, { rows: null, total: null }, { rows: 'x', total: 0 }, []])
      expect(
        (await left(toArray(odd(() => TE.right(page as never)))(m.track)))._tag,
        JSON.stringify(page),
      ).to.equal('ClientFailed')
  })

  const artist = { id: 1, name: 'x', born: null, tags: null }

  it('gives wrong rows is told which and where, and only what text stood in place of another value', async () => {
    const wrong: ReadonlyArray<readonly [unknown, string, string?]> = [
      [{ ...artist, id: '12a', name: 'secret' }, 'id', '12a'],
      [{ ...artist, name: 17_171_717 }, 'name'],
      [{ ...artist, name: 'secret', born: '1960?' }, 'born', '1960?'],
      [{ ...artist, id: null }, 'id'],
      [{ name: 'x', born: null, tags: null }, 'id'],
      [{ id: 1, born: null, tags: null }, 'name'],
      ['secret', ''],
      [null, ''],
      [[1], ''],
    ]
    for (const [row, path, text] of wrong) {
      const told = await left(toArray(gives([artist, row]))(m.artist))
      expect(told, JSON.stringify(row)).to.deep.include({
        _tag: 'Undecodable',
        client: 'odd',
        model: 'artist',
        row: 1,
        path,
      })
      expect(JSON.stringify(told)).not.to.match(/secret|17171717/u)
      if (text !== undefined) expect(told.message).to.contain(`got text '${text}'`)
    }
  })

  it('gives wrong related rows is told the path', async () => {
    const selected = pipe(
      m.album,
      selectRelated((a) => a.artist),
    )
    const album = { id: 1, title: 'x', released: null }
    expect(
      await left(toArray(gives([{ ...album, artist: { ...artist, name: 1 } }]))(selected)),
    ).to.deep.include({
      _tag: 'Undecodable',
      path: 'artist.name',
    })
    expect(await left(toArray(gives([{ ...album, artist: null }]))(selected))).to.deep.include({
      _tag: 'Undecodable',
    })
    const prefetched = pipe(
      m.artist,
      prefetchRelated((a) => a.albums),
    )
    const told = await left(
      toArray(
        gives([
          {
            ...artist,
            albums: [
              { ...album, artist: 1 },
              { ...album, artist: 'x' },
            ],
          },
        ]),
      )(prefetched),
    )
    expect(told).to.deep.include({ _tag: 'Undecodable' })
    expect((told as { readonly path: string }).path).to.match(/^albums\.1\.artist$/u)
  })

  it('gives more columns than asked for is forgiven', async () => {
    expect(await right(toArray(gives([{ ...artist, more: 1 }]))(m.artist))).to.deep.equal([artist])
  })

  it('gives more rows than asked for has failed', async () => {
    const two = gives([artist, { ...artist, id: 2 }])
    expect(await left(toArray(two)(pipe(m.artist, slice(0, 1))))).to.deep.include({ _tag: 'ClientFailed' })
    expect(await left(first(two)(m.artist))).to.deep.include({ _tag: 'ClientFailed' })
  })

  it('gives fewer rows than its total says has failed', async () => {
    expect(await left(toArray(gives([artist], 2))(m.artist))).to.deep.include({
      _tag: 'ClientFailed',
      retryable: true,
    })
    expect(await right(toArray(gives([artist], 1))(m.artist))).to.have.lengthOf(1)
    expect(await right(toArray(gives([artist], 9))(pipe(m.artist, slice(0, 1))))).to.have.lengthOf(1)
    expect(await right(toArray(gives([artist], 9))(pipe(m.artist, slice(8, 10))))).to.have.lengthOf(1)
    expect((await left(toArray(gives([artist], 9))(pipe(m.artist, slice(7, 10)))))._tag).to.equal(
      'ClientFailed',
    )
  })

  it('has one row only per request is asked again', async () => {
    const asked = { times: 0 }
    const slow: Client = {
      ...client,
      maxPerRequest: 1,
      list: (query) => {
        asked.times += 1
        return client.list(query)
      },
    }
    expect(await right(toArray(slow)(byName))).to.deep.equal(await right(toArray(client)(byName)))
    expect(asked.times).to.be.within(5, 6)
  })

  it('counts wrongly has failed', async () => {
    for (const n of [-1, 0.5, NaN, '3', null])
      expect(
        (
          await left(
            count(odd(() => TE.right({ rows: [], total: 0 }), { count: () => TE.right(n as number) }))(
              m.artist,
            ),
          )
        )._tag,
        String(n),
      ).to.equal('ClientFailed')
  })
})
