/** Combinators: which rows come out, and of which columns the next callback speaks. */
import { function as fn } from 'fp-ts'
import { expectTypeOf } from 'expect-type'
import {
  and,
  annotate,
  dates,
  datetimes,
  defer,
  difference,
  distinct,
  distinctOn,
  exclude,
  filter,
  fold,
  groupBy,
  intersection,
  none,
  only,
  or,
  orderBy,
  prefetchRelated,
  reverse,
  selectRelated,
  slice,
  union,
  values,
  valuesList,
  xor,
  type AnyQueryset,
  type DateText,
  type DateTime,
  type Decimal,
  type Uuid,
} from 'queryset-ts'
import { music, type Row } from './models.js'

const { pipe, flow } = fn
type Track = Row<typeof music.track>
type Album = Row<typeof music.album>
type Artist = Row<typeof music.artist>

// Those that keep the rows
const kept = pipe(
  music.track,
  filter((t) => t.milliseconds.gt(1000)),
  exclude((t) => t.composer.isNull()),
  orderBy((t) => [t.milliseconds.desc(), t.album.artist.name.asc({ nulls: 'first' })]),
  slice(0, 10),
  reverse,
  distinct,
  distinctOn((t) => [t.genre.name, t.album]),
  none,
)
expectTypeOf(kept).toEqualTypeOf(music.track)
pipe(
  music.track,
  // @ts-expect-error orderBy takes keys, with a direction
  orderBy((t) => [t.milliseconds]),
)
// values: the next callback sees exactly its columns
const projected = pipe(
  music.track,
  values((t) => ({ title: t.name, artist: t.album.artist.name, n: t.playlists.count() })),
)
expectTypeOf<Row<typeof projected>>().toEqualTypeOf<{
  readonly title: string
  readonly artist: string | null
  readonly n: number
}>()
pipe(
  projected,
  filter((r) => and(r.title.startswith('x'), r.artist.isNull(), r.n.gt(2))),
  orderBy((r) => [r.n.desc()]),
  values((r) => ({ only: r.title.upper() })),
  filter((r) => r.only.eq('X')),
)
pipe(
  projected,
  // @ts-expect-error projected away
  filter((r) => r.milliseconds.gt(1)),
)
pipe(
  projected,
  // @ts-expect-error its name is title now
  filter((r) => r.name.eq('x')),
)
pipe(
  music.track,
  // @ts-expect-error a column is an expression, not a constant: value('x') is
  values(() => ({ x: 'x' })),
)

// valuesList: one value, or a tuple
const flat = pipe(
  music.track,
  valuesList((t) => t.composer),
)
expectTypeOf<Row<typeof flat>>().toEqualTypeOf<string | null>()
pipe(
  flat,
  filter((r) => r.value.icontains('x')),
)
const tuples = pipe(
  music.track,
  valuesList((t) => [t.id, t.name, t.price, t.album]),
)
expectTypeOf<Row<typeof tuples>>().toEqualTypeOf<readonly [number, string, Decimal, number | null]>()
pipe(
  tuples,
  filter((r) => and(r[0].gt(1), r[1].eq('x'), r[3].isNull())),
)
pipe(
  tuples,
  // @ts-expect-error there are four columns
  filter((r) => r[4].isNull()),
)
const countries = pipe(
  music.artist,
  valuesList((a) => a.home),
)
expectTypeOf<Row<typeof countries>>().toEqualTypeOf<string>()
pipe(
  countries,
  filter((r) => r.value.startswith('D')),
)

// dates and datetimes
expectTypeOf<Row<ReturnType<typeof years>>>().toEqualTypeOf<DateText>()
const years = () =>
  pipe(
    music.album,
    dates((a) => a.released, 'year'),
  )
const hours = pipe(
  music.track,
  datetimes((t) => t.added, 'hour', 'desc'),
)
expectTypeOf<Row<typeof hours>>().toEqualTypeOf<DateTime>()
pipe(
  music.album,
  // @ts-expect-error a title is not a date
  dates((a) => a.title, 'year'),
)
pipe(
  music.album,
  // @ts-expect-error dates have no hours
  dates((a) => a.released, 'hour'),
)

// annotate: more columns
const annotated = pipe(
  music.artist,
  annotate((a) => ({ albums_n: a.albums.count(), loud: a.name.upper() })),
  filter((a) =>
    and(
      a.albums_n.gt(3),
      a.loud.eq('X'),
      a.albums.some((al) => al.title.eq('x')),
      a.name.eq('x'),
    ),
  ),
)
expectTypeOf<Row<typeof annotated>>().toEqualTypeOf<{
  readonly id: number
  readonly name: string | null
  readonly born: DateText | null
  readonly label: Uuid | null
  readonly home: string
  readonly favourite: number | null
  readonly albums_n: number
  readonly loud: string | null
}>()
pipe(
  music.artist,
  // @ts-expect-error the name of a field is taken
  annotate((a) => ({ name: a.id })),
)
pipe(
  music.artist,
  // @ts-expect-error the name of a relation is taken
  annotate((a) => ({ albums: a.albums.count() })),
)
pipe(
  music.artist,
  annotate((a) => ({ n: a.albums.count() })),
  // @ts-expect-error the name of an annotation is taken
  annotate((a) => ({ n: a.id })),
)
pipe(
  projected,
  annotate((r) => ({ twice: r.n.times(2) })),
  filter((r) => and(r.twice.gt(2), r.n.gt(1))),
)
pipe(
  music.artist,
  annotate((a) => ({ n: a.albums.count() })),
  // @ts-expect-error an annotation has the lookups of its kind
  filter((a) => a.n.contains('1')),
)

// groupBy: the keys and the aggregates
const grouped = pipe(
  music.track,
  groupBy(
    (t) => ({ genre: t.genre.name, artist: t.album.artist }),
    (g) => ({
      n: g.count(),
      composers: g.countOf((t) => t.composer, { distinct: true }),
      price: g.sum((t) => t.price),
      length: g.sum((t) => t.milliseconds, { default: 0 }),
      mean: g.avg((t) => t.milliseconds),
      meanPrice: g.avg((t) => t.price, { default: '0.00' }),
      first: g.min((t) => t.name),
      last: g.max((t) => t.album.released),
      rating: g.max((t) => t.rating, { default: 0 }),
      spread: g.stddev((t) => t.rating, { sample: true }),
      rock: g.count({ filter: (t) => t.genre.name.eq('Rock') }),
    }),
  ),
)
expectTypeOf<Row<typeof grouped>>().toEqualTypeOf<{
  readonly genre: string
  readonly artist: number | null
  readonly n: number
  readonly composers: number
  readonly price: Decimal | null
  readonly length: number
  readonly mean: number | null
  readonly meanPrice: Decimal
  readonly first: string | null
  readonly last: DateText | null
  readonly rating: number
  readonly spread: number | null
  readonly rock: number
}>()
pipe(
  grouped,
  filter((g) => and(g.n.gt(1), g.genre.eq('Rock'), g.price.gt('9.99'), g.last.isNull(), g.artist.eq(1))),
  orderBy((g) => [g.n.desc()]),
)
pipe(
  grouped,
  // @ts-expect-error the rows of the group are gone
  filter((g) => g.milliseconds.gt(1)),
)
pipe(
  music.track,
  groupBy(
    (t) => ({ genre: t.genre }),
    // @ts-expect-error text can't be summed up
    (g) => ({ n: g.sum((t) => t.name) }),
  ),
)
pipe(
  music.track,
  groupBy(
    (t) => ({ genre: t.genre }),
    // @ts-expect-error a key has this name
    (g) => ({ genre: g.count() }),
  ),
)
pipe(
  music.track,
  groupBy(
    (t) => ({ genre: t.genre }),
    // @ts-expect-error a default is of the aggregate's type
    (g) => ({ n: g.sum((t) => t.milliseconds, { default: 'x' }) }),
  ),
)

// Aggregates of a relation
const perArtist = pipe(
  music.artist,
  values((a) => ({
    n: a.albums.count(),
    last: a.albums.max((al) => al.released),
    price: a.albums.count({ filter: (al) => al.tracks.some((t) => t.price.gt(1)) }),
  })),
)
expectTypeOf<Row<typeof perArtist>>().toEqualTypeOf<{
  readonly n: number
  readonly last: DateText | null
  readonly price: number
}>()

// selectRelated: the related row in the place of its key
const selected = pipe(
  music.track,
  selectRelated((t) => t.genre),
)
expectTypeOf<Row<typeof selected>['genre']>().toEqualTypeOf<{ readonly id: number; readonly name: string }>()
expectTypeOf<Row<typeof selected>['album']>().toEqualTypeOf<number | null>()
const nullable = pipe(
  music.track,
  selectRelated((t) => t.album),
)
expectTypeOf<Row<typeof nullable>['album']>().toEqualTypeOf<Album | null>()
const twice = pipe(
  music.track,
  selectRelated((t) => t.genre),
  selectRelated((t) => t.album),
  filter((t) => and(t.genre.name.eq('x'), t.album.eq(1))),
)
expectTypeOf<Row<typeof twice>['genre']['name']>().toEqualTypeOf<string>()
expectTypeOf<Row<typeof twice>['album']>().toEqualTypeOf<Album | null>()
const nested = pipe(
  music.track,
  selectRelated((t) => t.album.artist),
)
expectTypeOf<NonNullable<Row<typeof nested>['album']>['artist']>().toEqualTypeOf<Artist>()
expectTypeOf<null>().toExtend<Row<typeof nested>['album']>()
const nestedTwice = pipe(
  music.track,
  selectRelated((t) => t.album.artist.home),
  selectRelated((t) => t.album.artist.label),
)
type NestedArtist = NonNullable<Row<typeof nestedTwice>['album']>['artist']
expectTypeOf<NestedArtist['home']>().toEqualTypeOf<{ readonly code: string; readonly name: string }>()
expectTypeOf<NestedArtist['label']>().toEqualTypeOf<Row<typeof music.label> | null>()
const byUuid = pipe(
  music.artist,
  selectRelated((a) => a.label.country),
)
expectTypeOf<NonNullable<Row<typeof byUuid>['label']>>().toEqualTypeOf<{
  readonly id: Uuid
  readonly name: string
  readonly country: { readonly code: string; readonly name: string } | null
}>()
const reversed = pipe(
  music.employee,
  selectRelated((e) => e.profile),
)
expectTypeOf<Row<typeof reversed>['profile']>().toEqualTypeOf<Row<typeof music.profile> | null>()
pipe(
  music.artist,
  // @ts-expect-error a to-many relation is prefetched
  selectRelated((a) => a.albums),
)
pipe(
  music.track,
  // @ts-expect-error a column is not a relation
  selectRelated((t) => t.name),
)

// prefetchRelated: the related rows besides
const prefetched = pipe(
  music.artist,
  prefetchRelated((a) => a.albums),
)
expectTypeOf<Row<typeof prefetched>['albums']>().toEqualTypeOf<ReadonlyArray<Album>>()
expectTypeOf<Row<typeof prefetched>['name']>().toEqualTypeOf<string | null>()
const refined = pipe(
  music.artist,
  prefetchRelated(
    (a) => a.albums,
    flow(
      filter((al) => al.title.contains('Live')),
      orderBy((al) => [al.released.desc()]),
      slice(0, 3),
    ),
  ),
)
expectTypeOf<Row<typeof refined>['albums']>().toEqualTypeOf<ReadonlyArray<Album>>()
const deep = pipe(
  music.artist,
  prefetchRelated(
    (a) => a.albums,
    (albums) =>
      pipe(
        albums,
        prefetchRelated(
          (al) => al.tracks,
          (tracks) =>
            pipe(
              tracks,
              selectRelated((t) => t.genre),
            ),
        ),
      ),
  ),
)
expectTypeOf<Row<typeof deep>['albums'][number]['tracks'][number]['genre']>().toEqualTypeOf<{
  readonly id: number
  readonly name: string
}>()
const listed = pipe(
  music.playlist,
  prefetchRelated((p) => p.tracks),
)
expectTypeOf<Row<typeof listed>['tracks']>().toEqualTypeOf<ReadonlyArray<Track>>()
pipe(
  music.artist,
  prefetchRelated(
    (a) => a.albums,
    // @ts-expect-error albums have no milliseconds
    filter((al) => al.milliseconds.gt(1)),
  ),
)
pipe(
  music.track,
  // @ts-expect-error a to-one relation is selected
  prefetchRelated((t) => t.album),
)

// only and defer
const some = pipe(music.track, only('name', 'price'))
expectTypeOf<Row<typeof some>>().toEqualTypeOf<{
  readonly id: number
  readonly name: string
  readonly price: Decimal
}>()
pipe(
  some,
  filter((t) => t.milliseconds.gt(1)),
)
const others = pipe(music.album, defer('released', 'artist'))
expectTypeOf<Row<typeof others>>().toEqualTypeOf<{ readonly id: number; readonly title: string }>()
const keyStays = pipe(music.album, defer('id', 'released', 'artist'))
expectTypeOf<Row<typeof keyStays>>().toEqualTypeOf<{ readonly id: number; readonly title: string }>()
// @ts-expect-error no such field
pipe(music.track, only('title'))
// @ts-expect-error no such field
pipe(music.track, defer('title'))

// Set operations: of rows of the same type
expectTypeOf(pipe(music.track, union(kept, kept))).toEqualTypeOf(music.track)
const names = pipe(
  music.track,
  values((t) => ({ name: t.name })),
  union(
    pipe(
      music.album,
      values((a) => ({ name: a.title })),
    ),
  ),
)
expectTypeOf<Row<typeof names>>().toEqualTypeOf<{ readonly name: string }>()
// @ts-expect-error rows of other models
pipe(music.track, union(music.album))
// @ts-expect-error rows of other columns
pipe(music.track, intersection(projected))
// @ts-expect-error rows of other models
pipe(music.track, difference(music.genre))
const numbered = pipe(
  music.track,
  values((t) => ({ title: t.id, artist: t.album.artist.name, n: t.playlists.count() })),
)
// @ts-expect-error the columns have the same names and other types
pipe(projected, union(numbered))

// and, or and xor of querysets
expectTypeOf(pipe(music.track, and(kept), or(kept), xor(kept))).toEqualTypeOf(music.track)
// @ts-expect-error of one model only
pipe(music.track, and(music.album))
// @ts-expect-error of one model only
pipe(music.track, or(music.album))

// A combinator of one model doesn't fit another
const long = filter((t: Refs<typeof music.track>) => t.milliseconds.gt(1))
pipe(music.track, long)
// @ts-expect-error albums have no milliseconds
pipe(music.album, long)
type Refs<Q> = Q extends import('queryset-ts').Queryset<infer R, unknown> ? R : never

// A queryset passed where any will do: callbacks in the pipe know their rows all the same
export const anyQueryset: AnyQueryset = pipe(
  music.track,
  filter((t) => t.milliseconds.gt(1)),
  orderBy((t) => [t.name.asc()]),
)
export const anyWrong: AnyQueryset = pipe(
  music.track,
  // @ts-expect-error no such field
  filter((t) => t.title.eq('x')),
)
fold(
  pipe(
    music.track,
    filter((t) => t.milliseconds.gt(1)),
  ),
)
