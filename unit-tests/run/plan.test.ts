import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  aggregate,
  annotate,
  autoId,
  belongsTo,
  count,
  distinct,
  everything,
  exists,
  field,
  filter,
  fold,
  groupBy,
  not,
  orderBy,
  plan,
  reverse,
  route,
  schema,
  slice,
  supportByModel,
  toArray,
  understands,
  values,
  within,
  type Abilities,
  type AnyQueryset,
  type Client,
  type Page,
  type Query,
  type Queryset,
  type Support,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { planCount } from '../../src/plan/planCount.js'

const { pipe } = fn

const models = schema({
  artist: { id: autoId, name: field.text() },
  album: {
    id: autoId,
    title: field.text(),
    live: field.boolean(),
    artist: belongsTo('artist', { relatedName: 'albums' }),
  },
  track: { id: autoId, name: field.text(), album: belongsTo('album', { relatedName: 'tracks' }) },
})

type Track = (typeof models)['track'] extends Queryset<infer R, infer _A, infer _M> ? R : never
type Album = (typeof models)['album'] extends Queryset<infer R, infer _A, infer _M> ? R : never

const many = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

const rows = { artist: 100, album: 500, track: 5000 }

const data = {
  artist: many(rows.artist).map((id) => ({ id, name: `artist ${String(id)}` })),
  album: many(rows.album).map((id) => ({
    id,
    title: `album ${String(id)}`,
    live: id % 2 === 0,
    artist: (id % rows.artist) + 1,
  })),
  track: many(rows.track).map((id) => ({
    id,
    name: id % 2 === 0 ? 'even' : id === 999 ? 'rare' : 'odd',
    album: (id % rows.album) + 1,
  })),
}

interface Log {
  requests: number
  rows: number
  readonly of: { [model: string]: number }
}

/** A backend that gives pages of 100, and counts what is asked of it. */
const backend = (abilities: Abilities | Support): { readonly client: Client; readonly log: Log } => {
  const { schema: known, list } = memory(models, data)
  const log: Log = { requests: 0, rows: 0, of: {} }
  const client: Client = {
    name: 'backend',
    schema: known,
    support:
      typeof abilities === 'function'
        ? abilities
        : understands({ maxPerRequest: 100, total: 'exact', rows, ...abilities }),
    list: (query) =>
      TE.map((page: Page) => {
        const model = query.from._tag === 'model' ? query.from.model : ''
        log.requests += 1
        log.rows += page.rows.length
        log.of[model] = (log.of[model] ?? 0) + 1
        return page
      })(list(query)),
  }
  return { client, log }
}

const whole = memory(models, data)

/** What it takes to get the rows, which are those that there are, at no more than the plan said. */
const takes = async <R, A, M>(abilities: Abilities | Support, queryset: Queryset<R, A, M>): Promise<Log> => {
  const { client, log } = backend(abilities)
  const planned = plan(client)(queryset)
  if (E.isLeft(planned)) throw new Error(planned.left.message)
  expect(await toArray(client)(queryset)()).to.deep.equal(await toArray(whole)(queryset)())
  expect(log.requests).to.be.at.most(planned.right.requests ?? Infinity)
  expect(log.rows).to.be.at.most(planned.right.rows ?? Infinity)
  return log
}

const keyed: Abilities = { lookups: { exact: 'exact', in: 'exact' }, order: true }

describe('plan', () => {
  describe('which side of a relation comes first', () => {
    const odd = filter((a: Album) => a.tracks.some((t) => t.name.eq('odd')))

    it('the rows that are asked for by key, before what leads to them', async () => {
      const log = await takes(
        keyed,
        pipe(
          models.album,
          filter((a) => a.id.eq(5)),
          odd,
        ),
      )
      expect(log).to.include({ requests: 2, rows: 11 })
    })

    it('and those that another condition selects', async () => {
      const log = await takes(
        keyed,
        pipe(
          models.album,
          filter((a) => a.title.eq('album 7')),
          odd,
        ),
      )
      expect(log).to.include({ requests: 2, rows: 11 })
    })

    it('or one on another relation, that leads to fewer', async () => {
      const log = await takes(
        keyed,
        pipe(
          models.album,
          odd,
          filter((a) => a.artist.name.eq('artist 7')),
        ),
      )
      expect(log.requests).to.equal(3)
    })

    it('the other side where nothing else selects, or hardly', async () => {
      const rare = filter((a: Album) => a.tracks.some((t) => t.name.eq('rare')))
      expect(await takes(keyed, rare(models.album))).to.include({ requests: 2, rows: 2 })
      const live = pipe(
        models.album,
        filter((a) => a.live.eq(true)),
        rare,
      )
      expect((await takes(keyed, live)).requests).to.equal(2)
    })

    it('and as before where nobody knows how many rows there are', async () => {
      const log = await takes(
        { ...keyed, rows: {} },
        pipe(
          models.album,
          filter((a) => a.id.eq(5)),
          odd,
        ),
      )
      expect(log.of).to.have.keys('album', 'track')
      expect(log.requests).to.be.greaterThan(2)
    })
  })

  describe('all rows, where the values of a column are too many', () => {
    const few: Abilities = { lookups: { exact: 'exact', in: 'exact' }, maxMembers: 2 }

    it('of what rows lead to', async () => {
      const titles = pipe(
        models.track,
        values((t) => ({ title: t.album.title })),
      )
      expect((await takes(few, titles)).of).to.deep.equal({ track: 51, album: 6 })
    })

    it('of a semi-join', async () => {
      const named = pipe(
        models.album,
        filter((a) => a.tracks.some((t) => t.name.eq('odd'))),
      )
      expect((await takes(few, named)).of).to.deep.equal({ track: 26, album: 6 })
    })

    it('of a list of keys', async () => {
      const given = pipe(
        models.album,
        filter((a) => a.id.in(many(400))),
      )
      expect((await takes(few, given)).of).to.deep.equal({ album: 6 })
    })

    it('not where they are few', async () => {
      const given = pipe(
        models.album,
        filter((a) => a.id.in(many(8))),
      )
      expect((await takes(few, given)).of).to.deep.equal({ album: 4 })
      const titles = pipe(
        models.track,
        filter((t) => t.album.eq(7)),
        values((t) => ({ title: t.album.title })),
      )
      expect((await takes(few, titles)).of).to.deep.equal({ track: 1, album: 1 })
    })

    it('not where nobody knows how many rows there are', async () => {
      const given = pipe(
        models.album,
        filter((a) => a.id.in(many(20))),
      )
      expect((await takes({ ...few, rows: {} }, given)).of).to.deep.equal({ album: 10 })
    })

    it('and what the rows lead to is fetched for all of them, as the plan says', async () => {
      const given = pipe(
        models.album,
        filter((a) => a.id.in(many(400))),
        filter((a) => not(a.artist.name.eq('artist 7'))),
      )
      expect((await takes(few, given)).of).to.deep.equal({ album: 6, artist: 1 })
    })
  })
  it('what all rows lead to is a part of the cost, where they are fetched for want of few values', async () => {
    const own = schema({
      cover: { id: autoId, text: field.text() },
      book: { id: autoId, cover: belongsTo('cover') },
      note: { id: autoId, text: field.text(), book: belongsTo('book', { relatedName: 'notes' }) },
    })
    const all = memory(own, {
      cover: many(500).map((id) => ({ id, text: 'a' })),
      book: many(500).map((id) => ({ id, cover: id })),
      note: many(200).map((id) => ({ id, text: 'a', book: id })),
    })
    const log = { requests: 0, rows: 0 }
    const able = { lookups: { exact: 'exact', in: 'exact' }, total: 'exact', maxPerRequest: 100 } as const
    const client: Client = {
      name: 'books',
      schema: all.schema,
      support: supportByModel(
        { cover: understands({ ...able, maxMembers: 50 }) },
        understands({ ...able, maxMembers: 2, rows: { book: 500, note: 200 } }),
      ),
      list: (query) =>
        TE.map((page: Page) => {
          log.requests += 1
          log.rows += page.rows.length
          return page
        })(all.list(query)),
    }
    const noted = pipe(
      own.book,
      filter((b) => b.notes.some((n) => n.text.eq('a'))),
      values((b) => ({ text: b.cover.text })),
    )
    const planned = plan(client)(noted)
    if (E.isLeft(planned)) throw new Error(planned.left.message)
    expect(await toArray(client)(noted)()).to.deep.equal(await toArray(all)(noted)())
    // The notes, the books, and their covers.
    expect(log.requests).to.equal(3 + 6 + 10)
    expect(planned.right.requests).to.be.at.least(log.requests)
    expect(planned.right.rows).to.be.at.least(log.rows)
  })

  describe('groups go down where the client groups, though it nests nothing', () => {
    const groups: Support = (question) => ({
      ...everything(question),
      nested: false,
      maxPerRequest: 100,
      rows: rows[question.model as keyof typeof rows],
    })

    it('those of groupBy', async () => {
      const names = groupBy(
        (t: Track) => ({ name: t.name }),
        (g) => ({ n: g.count() }),
      )
      expect(await takes(groups, names(models.track))).to.include({ requests: 1, rows: 3 })
    })

    it('those of aggregate', async () => {
      const { client, log } = backend(groups)
      const found = await pipe(
        models.track,
        aggregate(client, (g) => ({ n: g.count() })),
      )()
      expect(found).to.deep.equal(E.right({ n: 5000 }))
      expect(log).to.include({ requests: 1, rows: 1 })
    })

    it('distinct values as well', async () => {
      const names = pipe(
        models.track,
        values((t) => ({ name: t.name })),
        distinct,
      )
      expect(await takes(groups, names)).to.include({ requests: 1, rows: 3 })
    })
  })
  describe('what makes no difference to how many rows there are is not asked for', () => {
    const equality: Abilities = { lookups: { exact: 'exact' } }
    const odd = pipe(
      models.track,
      filter((t) => t.name.eq('odd')),
    )

    const counts = async <R, A, M>(abilities: Abilities | Support, queryset: Queryset<R, A, M>) => {
      const { client, log } = backend(abilities)
      expect(await count(client)(queryset)()).to.deep.equal(await count(whole)(queryset)())
      return log.requests
    }

    const finds = async <R, A, M>(abilities: Abilities | Support, queryset: Queryset<R, A, M>) => {
      const { client, log } = backend(abilities)
      expect(await exists(client)(queryset)()).to.deep.equal(await exists(whole)(queryset)())
      return log.requests
    }

    it('by a count', async () => {
      expect(
        await counts(
          equality,
          pipe(
            odd,
            orderBy((t) => [t.name.desc()]),
          ),
        ),
      ).to.equal(1)
      expect(await counts(equality, reverse(odd))).to.equal(1)
      expect(
        await counts(
          equality,
          pipe(
            odd,
            values((t) => ({ n: t.name })),
          ),
        ),
      ).to.equal(1)
      expect(
        await counts(
          equality,
          pipe(
            odd,
            annotate((t) => ({ n: t.id.plus(1) })),
          ),
        ),
      ).to.equal(1)
    })

    it('though what rows are filtered by is', async () => {
      const next = pipe(
        odd,
        annotate((t) => ({ n: t.id.plus(1) })),
        annotate((t) => ({ m: t.n.plus(1) })),
        filter((t) => t.m.gt(2000)),
      )
      expect(await counts(equality, next)).to.equal(26)
    })

    it('and so are distinct rows, and groups', async () => {
      const names = pipe(
        models.track,
        values((t) => ({ name: t.name })),
        distinct,
      )
      expect(await counts(equality, names)).to.equal(51)
      const groups = pipe(
        models.track,
        groupBy(
          (t) => ({ name: t.name }),
          (g) => ({ n: g.count() }),
        ),
      )
      expect(await counts(equality, groups)).to.equal(51)
    })

    it('by whether there is a row', async () => {
      expect(await finds(equality, odd)).to.equal(1)
      expect(
        await finds(
          equality,
          pipe(
            odd,
            orderBy((t) => [t.name.desc()]),
          ),
        ),
      ).to.equal(1)
      expect(
        await finds(
          equality,
          pipe(
            odd,
            orderBy((t) => [t.name.desc()]),
            slice(5, 20),
          ),
        ),
      ).to.equal(1)
      expect(
        await finds(
          equality,
          pipe(
            odd,
            values((t) => ({ name: t.name })),
            distinct,
          ),
        ),
      ).to.equal(1)
      expect(
        await finds(
          equality,
          pipe(
            odd,
            groupBy(
              (t) => ({ name: t.name }),
              (g) => ({ n: g.count() }),
            ),
          ),
        ),
      ).to.equal(1)
      expect(
        await finds(
          equality,
          pipe(
            models.track,
            filter((t) => t.name.eq('none')),
          ),
        ),
      ).to.equal(1)
    })

    it('of which the first is enough, however it is found', async () => {
      const contained = pipe(
        models.track,
        filter((t) => t.name.contains('are')),
      )
      expect(await finds(equality, contained)).to.equal(11)
      expect(await finds({ ...equality, order: true }, contained)).to.equal(11)
    })
  })

  describe('a count', () => {
    const equality: Abilities = { lookups: { exact: 'exact' } }
    const odd = pipe(
      models.track,
      filter((t) => t.name.eq('odd')),
    )
    const costs = (client: Client, queryset: AnyQueryset): number | null => {
      const counting = E.flatMap(fold(queryset), (query: Query) => planCount(client, query))
      if (E.isLeft(counting)) throw new Error(counting.left.message)
      return counting.right.plan.requests
    }

    it('costs what it takes, not what the rows would', async () => {
      const { client, log } = backend(equality)
      expect(costs(client, odd)).to.equal(1)
      const program = pipe(odd, count(within({ requests: 1 })(client)))
      expect(await program()).to.deep.equal(E.right(2499))
      expect(log.requests).to.equal(1)
      expect(costs({ ...client, count: whole.count! }, odd)).to.equal(1)
    })

    it('that has to go through the rows is held to a budget as they are', async () => {
      const { client, log } = backend({ ...equality, total: 'none' })
      expect(costs(client, odd)).to.equal(51)
      const refused = await pipe(odd, count(within({ requests: 50 })(client)))()
      expect(refused).to.have.nested.property('left._tag', 'OverBudget')
      expect(log.requests).to.equal(0)
    })

    it('passed on to another client is held to what that one does', () => {
      const counted = { ...backend({ ...equality, total: 'none' }).client }
      expect(costs(route(models, { track: counted, album: counted, artist: counted }), odd)).to.equal(51)
    })

    it('of rows that are looked at here goes through them page by page, some at the same time', () => {
      const { client } = backend(equality)
      const contained = pipe(
        models.track,
        filter((t) => t.name.contains('odd')),
        orderBy((t) => [t.name.asc()]),
      )
      const counting = E.flatMap(fold(contained), (query: Query) => planCount(client, query))
      if (E.isLeft(counting)) throw new Error(counting.left.message)
      const { residual, walk } = counting.right.plan
      expect(residual?.streams).to.equal(true)
      expect(walk.concurrency).to.equal(4)
    })
  })
})
