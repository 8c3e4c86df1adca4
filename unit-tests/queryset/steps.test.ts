/** Single steps: rows around, immutability, odd names, values with codecs of their own. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import * as t from 'io-ts'
import {
  and,
  annotate,
  autoId,
  belongsTo,
  dates,
  datetimes,
  defer,
  difference,
  distinct,
  distinctOn,
  exclude,
  exists,
  field,
  filter,
  first,
  fold,
  groupBy,
  intersection,
  not,
  only,
  or,
  orderBy,
  prefetchRelated,
  print,
  reverse,
  schema,
  selectRelated,
  slice,
  stepsOf,
  subquery,
  toArray,
  union,
  values,
  valuesList,
  xor,
  type Queryset,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { loose } from '../clients/loose.js'
import { client, m, track } from './models.js'

const { pipe } = fn
type AlbumRefs = typeof m.album extends Queryset<infer R, unknown> ? R : never

const rows = async <R, A, M>(queryset: Queryset<R, A, M>): Promise<ReadonlyArray<A>> => {
  const answer = await toArray(client)(queryset)()
  if (E.isLeft(answer)) throw new Error(answer.left.message)
  return answer.right
}

describe('rows around', () => {
  it('can be spoken of one and two levels further in', async () => {
    // Artists with an album of which each track is named like the album, and the artist's name is longer.
    const query = pipe(
      m.artist,
      filter((a) =>
        exists(
          pipe(
            m.album,
            filter((al) =>
              and(
                al.artist.eq(a.id),
                exists(
                  pipe(
                    m.track,
                    filter((tr) =>
                      and(tr.album.eq(al.id), tr.name.eq(al.title), a.name.length().lt(tr.name.length())),
                    ),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
      valuesList((a) => a.name),
    )
    expect(await rows(query)).to.deep.equal(['Queen'])
  })

  it('can be spoken of from inside some, none and aggregates', async () => {
    const query = pipe(
      m.artist,
      filter((a) => a.albums.some((al) => al.tracks.none((tr) => tr.name.eq(a.name)))),
      values((a) => ({
        id: a.id,
        n: a.albums.count({ filter: (al) => al.title.length().gt(a.name.length()) }),
        same: a.albums.count({
          filter: (al) =>
            exists(
              pipe(
                m.album,
                filter((other) => and(other.artist.eq(a.id), other.id.lt(al.id))),
              ),
            ),
        }),
      })),
      orderBy((r) => [r.id.asc()]),
    )
    expect(await rows(query)).to.deep.equal([
      { id: 1, n: 1, same: 1 },
      { id: 2, n: 0, same: 0 },
      { id: 3, n: 0, same: 0 },
    ])
  })

  it('can be spoken of in a subquery that is projected, grouped, sliced or united', async () => {
    const query = pipe(
      m.artist,
      values((a) => ({
        last: subquery(
          'text',
          pipe(
            m.album,
            filter((al) => al.artist.eq(a.id)),
            orderBy((al) => [al.released.desc({ nulls: 'last' })]),
            slice(0, 1),
            valuesList((al) => al.title),
          ),
        ),
        n: subquery(
          'int',
          pipe(
            m.album,
            filter((al) => al.artist.eq(a.id)),
            groupBy(
              () => ({}),
              (g) => ({ n: g.count() }),
            ),
            valuesList((r) => r.n),
          ),
        ),
        either: subquery(
          'int',
          pipe(
            m.album,
            filter((al) => al.artist.eq(a.id)),
            union(
              pipe(
                m.album,
                filter((al) => al.id.eq(a.id)),
              ),
            ),
            groupBy(
              () => ({}),
              (g) => ({ n: g.count() }),
            ),
            valuesList((r) => r.n),
          ),
        ),
      })),
    )
    expect(
      await rows(
        pipe(
          query,
          orderBy((r) => [r.last.asc()]),
        ),
      ),
    ).to.deep.equal([
      { last: 'Debut', n: 1, either: 2 },
      { last: 'Innuendo', n: 2, either: 2 },
      { last: 'Untitled', n: 1, either: 2 },
    ])
  })
})

describe('a subquery', () => {
  it('that is in no order is its least row', async () => {
    const ids = pipe(
      m.album,
      values((al) => ({ id: al.id })),
    )
    const united = pipe(
      ids,
      slice(1),
      union(ids),
      valuesList((al) => al.id),
    )
    const answer = await rows(
      pipe(
        m.playlist,
        slice(0, 1),
        valuesList(() => subquery('int', united)),
      ),
    )
    expect(answer).to.deep.equal([1])
  })
})

describe('a queryset', () => {
  const base = pipe(
    m.track,
    filter((tr) => tr.milliseconds.gt(0)),
    orderBy((tr) => [tr.name.asc()]),
  )

  it('is unchanged by the combinators that are applied to it', () => {
    const before = { printed: print(base), folded: fold(base), cell: { ...base } }
    const made: ReadonlyArray<unknown> = [
      pipe(
        base,
        exclude((tr) => tr.id.eq(1)),
        orderBy(() => []),
      ),
      reverse(base),
      slice(0, 1)(base),
      distinct(base),
      pipe(
        base,
        distinctOn((tr) => [tr.album]),
      ),
      pipe(
        base,
        values((tr) => ({ x: tr.name })),
      ),
      pipe(
        base,
        annotate((tr) => ({ x: tr.name })),
      ),
      pipe(
        base,
        selectRelated((tr) => tr.album),
      ),
      pipe(
        base,
        prefetchRelated((tr) => tr.playlists),
      ),
      pipe(base, only('name'), defer('name')),
      pipe(base, union(base), or(base)),
      pipe(base, slice(-1)),
    ]
    expect(made).not.to.contain(base)
    expect(print(base)).to.equal(before.printed)
    expect(fold(base)).to.deep.equal(before.folded)
    expect({ ...base }).to.deep.equal(before.cell)
  })

  it('shares its steps with those made of it', () => {
    const a = pipe(base, slice(0, 1))
    const b = pipe(base, slice(0, 2))
    expect(a.source).to.equal(base)
    expect(b.source).to.equal(base)
    expect(stepsOf(a).slice(0, 2)).to.deep.equal(stepsOf(base))
    expect(stepsOf(base)).to.have.lengthOf(2)
  })

  it('can be filtered by a callback that is used twice', async () => {
    const named = filter((al: AlbumRefs) => al.title.contains('e'))
    expect(
      await rows(
        pipe(
          m.album,
          named,
          named,
          valuesList((al) => al.title),
        ),
      ),
    ).to.have.members(['Innuendo', 'Debut', 'Untitled'])
  })

  it('calls each callback once, when the step is taken', () => {
    const calls = { count: 0 }
    const counted = pipe(
      m.track,
      filter((tr) => {
        calls.count += 1
        return tr.name.eq('x')
      }),
    )
    fold(counted)
    fold(pipe(counted, slice(0, 1)))
    print(counted)
    expect(calls.count).to.equal(1)
  })

  it('can have a great many steps', () => {
    const many = Array.from({ length: 5_000 }).reduce<typeof m.track>(
      (queryset) =>
        pipe(
          queryset,
          filter((tr) => tr.id.gt(0)),
        ),
      m.track,
    )
    expect(E.isRight(fold(many))).to.equal(true)
    expect(stepsOf(many)).to.have.lengthOf(5_000)
  })
})

describe('fields named like methods', () => {
  it('are fields all the same', async () => {
    const query = pipe(
      m.odd,
      filter((o) =>
        and(o.items.gte(1), o.keys.contains('l'), o.length.lt(6), o.desc.eq('e'), o.toString.eq('u')),
      ),
      orderBy((o) => [o.desc.desc(), o.length.asc(), o.then.asc()]),
    )
    expect(await rows(query)).to.deep.equal([
      { id: 2, items: 2, keys: 'l', length: 5, desc: 'e', asc: 1, toString: 'u', then: 'v' },
    ])
  })

  it('lead on as relations, forward and reverse', async () => {
    const query = pipe(
      m.odd,
      filter((o) =>
        or(
          o.asc.desc.eq('d'),
          o.some.some((s) => s.items.eq(2)),
        ),
      ),
      orderBy((o) => [o.items.asc()]),
      values((o) => ({ length: o.length, keys: o.asc.keys, some: o.some.count(), desc: o.desc })),
      filter((r) => r.length.gt(1)),
      orderBy((r) => [r.desc.asc()]),
    )
    expect(await rows(query)).to.deep.equal([
      { length: 7, keys: null, some: 1, desc: 'd' },
      { length: 5, keys: 'k', some: 0, desc: 'e' },
    ])
  })

  it('can be put in, put besides, grouped and taken alone', async () => {
    const selected = await rows(
      pipe(
        m.odd,
        selectRelated((o) => o.asc),
        prefetchRelated((o) => o.some),
        only('items', 'asc'),
        orderBy((o) => [o.id.asc()]),
      ),
    )
    expect(
      selected.map(({ asc, some }) => [asc?.then ?? null, some.map(({ length }) => length)]),
    ).to.deep.equal([
      [null, [5]],
      ['t', []],
    ])
    expect(
      await rows(
        pipe(
          m.odd,
          groupBy(
            (o) => ({ length: o.length }),
            (g) => ({ keys: g.max((o) => o.keys), count: g.count() }),
          ),
          orderBy((r) => [r.length.asc()]),
          valuesList((r) => [r.length, r.keys, r.count]),
        ),
      ),
    ).to.deep.equal([
      [5, 'l', 1],
      [7, 'k', 1],
    ])
  })
})

describe('rows that are linked twice', () => {
  const linked = loose(m, {
    track: [1, 2, 3].map((id) => track(id, `Track ${String(id)}`, 0, null)),
    playlist: [{ id: 1, name: 'Again' }],
    playlist_tracks: [1, 1, 2, 9].map((of, i) => ({ id: i + 1, playlist: 1, track: of })),
  })
  const ids = async (with_: (tracks: typeof m.track) => typeof m.track) => {
    const answer = await pipe(
      m.playlist,
      prefetchRelated((p) => p.tracks, with_),
      toArray(linked),
    )()
    if (E.isLeft(answer)) throw new Error(answer.left.message)
    return answer.right.map(({ tracks }) => tracks.map(({ id }) => id))
  }
  const track3 = pipe(
    m.track,
    filter((t) => t.id.eq(3)),
  )
  const track1 = pipe(
    m.track,
    filter((t) => t.id.eq(1)),
  )

  it('are there twice, and are sliced so', async () => {
    expect(await ids((tracks) => tracks)).to.deep.equal([[1, 1, 2]])
    expect(await ids(slice(1))).to.deep.equal([[1, 2]])
    expect(await ids(slice(0, 2))).to.deep.equal([[1, 1]])
  })

  it('are sliced so before they become a set of keys', async () => {
    expect(await ids(fn.flow(slice(0, 2), or(track3)))).to.deep.equal([[1, 3]])
    expect(await ids(fn.flow(slice(1), xor(track1)))).to.deep.equal([[2]])
    expect(await ids(fn.flow(slice(1, 2), union(track3)))).to.deep.equal([[1, 3]])
    expect(await ids(fn.flow(slice(1), difference(track1)))).to.deep.equal([[2]])
    expect(
      await ids(
        fn.flow(
          orderBy((t) => [t.id.desc()]),
          slice(0, 2),
          intersection(track1),
        ),
      ),
    ).to.deep.equal([[1]])
    expect(
      await ids(
        fn.flow(
          slice(0, 2),
          filter((t) => t.id.lt(3)),
          or(track3),
        ),
      ),
    ).to.deep.equal([[1, 3]])
  })
})

describe('a field with a codec of its own', () => {
  const at = new t.Type<Date, string>(
    'Date',
    (u): u is Date => u instanceof Date,
    (u, context) =>
      typeof u === 'string' && !Number.isNaN(Date.parse(u)) ? t.success(new Date(u)) : t.failure(u, context),
    (date) => date.toISOString(),
  )
  const models = schema({
    event: {
      id: autoId,
      at: field.of('datetime', at),
      until: field.nullable(field.of('datetime', at)),
      after: field.nullable(belongsTo('event', { relatedName: 'next' })),
    },
  })
  const instant = (text: string) => new Date(`${text}T00:00:00Z`)
  const events = memory(models, {
    event: [
      { id: 1, at: '2021-01-01T00:00:00.000Z', until: null, after: null },
      { id: 2, at: '2022-01-01T00:00:00.000Z', until: '2023-01-01T00:00:00.000Z', after: 1 },
    ],
  })
  const listed = async <R, A, M>(queryset: Queryset<R, A, M>): Promise<ReadonlyArray<A>> =>
    E.getOrElse((error: { readonly message: string }): ReadonlyArray<A> => {
      throw new Error(error.message)
    })(await toArray(events)(queryset)())

  it('is decoded in rows', async () => {
    expect(await listed(models.event)).to.deep.equal([
      { id: 1, at: instant('2021-01-01'), until: null, after: null },
      { id: 2, at: instant('2022-01-01'), until: instant('2023-01-01'), after: 1 },
    ])
  })

  it('is encoded in constants', async () => {
    const ids = async <R, M>(query: Queryset<R, { readonly id: number }, M>) =>
      (await listed(query)).map(({ id }) => id)
    expect(
      await ids(
        pipe(
          models.event,
          filter((e) => e.at.eq(instant('2021-01-01'))),
        ),
      ),
    ).to.deep.equal([1])
    expect(
      await ids(
        pipe(
          models.event,
          filter((e) => e.at.in([instant('2022-01-01')])),
        ),
      ),
    ).to.deep.equal([2])
    expect(
      await ids(
        pipe(
          models.event,
          filter((e) => e.at.gt(instant('2021-06-01'))),
        ),
      ),
    ).to.deep.equal([2])
    expect(
      await ids(
        pipe(
          models.event,
          filter((e) => e.at.range(instant('2020-01-01'), instant('2021-06-01'))),
        ),
      ),
    ).to.deep.equal([1])
  })

  it('is decoded behind relations, projections, aggregates and annotations', async () => {
    expect(
      await listed(
        pipe(
          models.event,
          orderBy((e) => [e.id.asc()]),
          annotate((e) => ({ first: e.after.at, lastOfNext: e.next.max((n) => n.at) })),
          values((e) => ({ first: e.first, last: e.lastOfNext, at: e.at })),
        ),
      ),
    ).to.deep.equal([
      { first: null, last: instant('2022-01-01'), at: instant('2021-01-01') },
      { first: instant('2021-01-01'), last: null, at: instant('2022-01-01') },
    ])
    expect(
      await listed(
        pipe(
          models.event,
          groupBy(
            () => ({}),
            (g) => ({ first: g.min((e) => e.at), last: g.max((e) => e.until) }),
          ),
          valuesList((r) => [r.first, r.last]),
        ),
      ),
    ).to.deep.equal([[instant('2021-01-01'), instant('2023-01-01')]])
    const related = await listed(
      pipe(
        models.event,
        filter((e) => e.id.eq(2)),
        selectRelated((e) => e.after),
        prefetchRelated((e) => e.next),
      ),
    )
    expect(related.map(({ after, next }) => [after?.at, next])).to.deep.equal([[instant('2021-01-01'), []]])
    expect(
      await listed(
        pipe(
          models.event,
          valuesList((e) => e.until),
          distinct,
          filter((r) => not(r.value.isNull())),
        ),
      ),
    ).to.deep.equal([instant('2023-01-01')])
  })

  it('is what a later step is told of a projected column', async () => {
    expect(
      await listed(
        pipe(
          models.event,
          values((e) => ({ when: e.at })),
          filter((r) => r.when.gt(instant('2021-06-01'))),
        ),
      ),
    ).to.deep.equal([{ when: instant('2022-01-01') }])
  })

  it('whose codec refuses what is stored is Undecodable, without the value of a secret field', async () => {
    const strict = schema({
      a: { id: autoId, n: field.of('text', t.keyof({ known: null }), { secret: true }) },
    })
    const answer = await first(memory(strict, { a: [{ id: 1, n: 'secret' }] }))(strict.a)()
    if (E.isRight(answer)) expect.fail('decoded')
    expect(answer.left).to.deep.include({ _tag: 'Undecodable', model: 'a', path: 'n', row: 0 })
    expect(JSON.stringify(answer.left)).not.to.contain('secret')
  })
})

describe('dates and datetimes', () => {
  it('give each one once, in order, without missing ones', async () => {
    expect(
      await rows(
        pipe(
          m.album,
          dates((a) => a.released, 'year'),
        ),
      ),
    ).to.deep.equal(['1978-01-01', '1991-01-01', '1993-01-01'])
    expect(
      await rows(
        pipe(
          m.track,
          datetimes((tr) => tr.added, 'day', 'desc'),
        ),
      ),
    ).to.deep.equal(['2021-06-15T00:00:00.000Z', '1969-12-31T00:00:00.000Z'])
    expect(
      await rows(
        pipe(
          m.track,
          dates((tr) => tr.added, 'month', 'desc'),
          slice(0, 1),
        ),
      ),
    ).to.deep.equal(['2021-06-01'])
  })
})
