/** Types of queries: the columns of their rows, pass by pass. */
import { expect } from 'chai'
import { either as E, function as F } from 'fp-ts'
import {
  annotate,
  autoId,
  belongsTo,
  check,
  difference,
  exists,
  field,
  filter,
  fold,
  groupBy,
  intersection,
  only,
  prefetchRelated,
  schema,
  schemaOf,
  slice,
  union,
  values,
} from '../../src/index.js'
import type { AnyQueryset } from '../../src/queryset/Queryset.js'
import { infer } from '../../src/query/infer.js'
import { layersOf } from '../../src/query/Query.js'
import type { TypedQuery } from '../../src/query/TypedQuery.js'

const { pipe } = F

const models = schema({
  artist: { id: autoId, name: field.text(), born: field.nullable(field.date()) },
  album: {
    id: autoId,
    title: field.text(),
    subtitle: field.nullable(field.text()),
    artist: belongsTo('artist', { relatedName: 'albums' }),
  },
})

const typed = (queryset: AnyQueryset): TypedQuery => {
  const found = E.chain((query: Parameters<typeof infer>[1]) => infer(schemaOf(models), query))(
    fold(queryset),
  )
  if (E.isLeft(found)) throw new Error(JSON.stringify(found.left))
  return found.right
}

const columns = ({ scope }: TypedQuery): ReadonlyArray<string> =>
  [...scope.columns].map(([name, { kind, nullable }]) => `${name} ${kind}${nullable ? '?' : ''}`)

const titles = pipe(
  models.album,
  values((a) => ({ text: a.title })),
)
const subtitles = pipe(
  models.album,
  values((a) => ({ text: a.subtitle })),
)

describe('types of queries', () => {
  it('are those of a model', () => {
    expect(columns(typed(models.album))).to.deep.equal([
      'id int',
      'title text',
      'subtitle text?',
      'artist int',
    ])
  })

  it('have the annotations', () => {
    const query = typed(
      pipe(
        models.artist,
        annotate((a) => ({ records: a.albums.count(), latest: a.albums.max((b) => b.id) })),
      ),
    )
    expect(columns(query).slice(3)).to.deep.equal(['records int', 'latest int?'])
    expect([...query.start.columns.keys()]).to.deep.equal(['id', 'name', 'born'])
  })

  it('are those of groups', () => {
    const query = typed(
      pipe(
        models.album,
        groupBy(
          (a) => ({ by: a.artist.name }),
          (g) => ({ n: g.count(), first: g.min((a) => a.title), all: g.sum((a) => a.id) }),
        ),
      ),
    )
    expect(columns(query)).to.deep.equal(['by text', 'n int', 'first text', 'all int?'])
  })

  it('may be missing in a union where they may be in one', () => {
    expect(columns(typed(pipe(titles, union(subtitles as never))))).to.deep.equal(['text text?'])
    expect(columns(typed(pipe(titles, union(titles))))).to.deep.equal(['text text'])
  })

  it('may be missing in an intersection where they may be in all', () => {
    expect(columns(typed(pipe(subtitles, intersection(titles as never))))).to.deep.equal(['text text'])
    expect(columns(typed(pipe(subtitles, intersection(subtitles))))).to.deep.equal(['text text?'])
  })

  it('may be missing in a difference where they may be in the first', () => {
    expect(columns(typed(pipe(titles, difference(subtitles as never))))).to.deep.equal(['text text'])
    expect(columns(typed(pipe(subtitles, difference(titles as never))))).to.deep.equal(['text text?'])
  })

  it('say how far out a query looks', () => {
    expect(typed(models.artist).reach).to.equal(0)
    const { where, reach } = typed(
      pipe(
        models.artist,
        filter((a) =>
          exists(
            pipe(
              models.album,
              filter((b) => b.title.eq(a.name)),
            ),
          ),
        ),
      ),
    )
    if (where?._tag !== 'exists') throw new Error('not an exists')
    expect([reach, where.reach, where.query.reach]).to.deep.equal([1, 1, 2])
  })

  it('lead on to related rows', () => {
    const [albums] = typed(
      pipe(
        models.artist,
        prefetchRelated((a) => a.albums),
      ),
    ).related
    if (albums === undefined) throw new Error('not related')
    expect(columns(albums.query)[1]).to.equal('title text')
    expect([albums.join.relation.target, albums.join.nearKey]).to.deep.equal(['album', 'id'])
  })

  it('are there for each pass, and found once', () => {
    const query = fold(
      pipe(
        models.album,
        slice(0, 3),
        filter((a) => a.subtitle.isNull()),
        only('title'),
      ),
    )
    if (E.isLeft(query)) throw new Error(JSON.stringify(query.left))
    const once = infer(schemaOf(models), query.right)
    expect(infer(schemaOf(models), query.right)).to.equal(once)
    expect(check(schemaOf(models), query.right)).to.equal(once)
    if (E.isLeft(once)) throw new Error(JSON.stringify(once.left))
    expect(layersOf(once.right).map((pass) => [pass.slice?.limit, pass.where?.type.kind])).to.deep.equal([
      [3, undefined],
      [undefined, 'boolean'],
    ])
  })
})
