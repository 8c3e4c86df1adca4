/** References through relations: forward, reverse, to one and to many, through cycles. */
import { function as fn } from 'fp-ts'
import { expectTypeOf } from 'expect-type'
import { and, filter, values, valuesList, type DateText, type Uuid } from 'queryset-ts'
import { music, type Row } from './models.js'

const { pipe } = fn

// Forward
const forward = pipe(
  music.album,
  values((a) => ({ artist: a.artist.name, home: a.artist.home.name, title: a.title })),
)
expectTypeOf<Row<typeof forward>>().toEqualTypeOf<{
  readonly artist: string | null
  readonly home: string
  readonly title: string
}>()

// A relation that may be missing makes what lies behind it so; two hops, too
const behind = pipe(
  music.track,
  values((t) => ({
    genre: t.genre.name,
    title: t.album.title,
    home: t.album.artist.home.name,
    code: t.album.artist.home.code,
    released: t.album.released,
  })),
)
expectTypeOf<Row<typeof behind>>().toEqualTypeOf<{
  readonly genre: string
  readonly title: string | null
  readonly home: string | null
  readonly code: string | null
  readonly released: DateText | null
}>()

// Round a cycle and again
const round = pipe(
  music.artist,
  values((a) => ({
    name: a.favourite.album.artist.favourite.album.artist.favourite.name,
    milliseconds: a.favourite.album.artist.favourite.milliseconds,
  })),
)
expectTypeOf<Row<typeof round>>().toEqualTypeOf<{
  readonly name: string | null
  readonly milliseconds: number | null
}>()

// To itself
const boss = pipe(
  music.employee,
  valuesList((e) => e.boss.boss.name),
)
expectTypeOf<Row<typeof boss>>().toEqualTypeOf<string | null>()

// One-to-one, from either side: the reverse one may be missing
const employees = pipe(
  music.profile,
  valuesList((p) => p.employee.name),
)
expectTypeOf<Row<typeof employees>>().toEqualTypeOf<string>()
const mottos = pipe(
  music.employee,
  valuesList((e) => e.profile.motto),
)
expectTypeOf<Row<typeof mottos>>().toEqualTypeOf<string | null>()
const bosses = pipe(
  music.badge,
  valuesList((b) => b.profile.employee.boss.name),
)
expectTypeOf<Row<typeof bosses>>().toEqualTypeOf<string | null>()

// The key of a relation is of the type of the key pointed to
const keys = pipe(
  music.artist,
  values((a) => ({ id: a.id, label: a.label, home: a.home, country: a.label.country, fan: a.favourite })),
)
expectTypeOf<Row<typeof keys>>().toEqualTypeOf<{
  readonly id: number
  readonly label: Uuid | null
  readonly home: string
  readonly country: string | null
  readonly fan: number | null
}>()
// And has, once projected, the lookups of that type
pipe(
  keys,
  filter((r) => and(r.home.startswith('D'), r.fan.gt(1), r.country.isNull())),
)
pipe(
  keys,
  // @ts-expect-error a projected key of kind uuid has no text lookups
  filter((r) => r.label.startswith('x')),
)

// Keys in lookups
pipe(
  music.artist,
  filter((a) => and(a.home.eq('DE'), a.home.in(['DE', 'FR']), a.favourite.eq(1), a.favourite.isNull())),
)
pipe(
  music.artist,
  filter((a) => a.favourite.eq(null)),
)
pipe(
  music.album,
  // @ts-expect-error the key is a number
  filter((a) => a.artist.eq('1')),
)
pipe(
  music.artist,
  // @ts-expect-error the key is text
  filter((a) => a.home.in([1, 2])),
)
pipe(
  music.artist,
  // @ts-expect-error a relation that is never missing isn't compared with null
  filter((a) => a.home.eq(null)),
)

// Reverse and many-to-many relations are rows, asked by some, none and every
pipe(
  music.artist,
  filter((a) =>
    and(
      a.albums.some((al) => and(al.title.contains('x'), al.artist.home.name.eq('Germany'))),
      a.albums.none((al) => al.tracks.some((t) => t.playlists.every((p) => p.name.eq('x')))),
    ),
  ),
)
pipe(
  music.playlist,
  filter((p) => p.tracks.some((t) => t.album.artist.albums.some((al) => al.title.eq('x')))),
)
pipe(
  music.employee,
  filter((e) =>
    and(
      e.reports.some((r) => r.name.eq('x')),
      e.friends.none((f) => f.boss.isNull()),
    ),
  ),
)

// A relation that wasn't given a reverse name has no reverse side
pipe(
  music.country,
  // @ts-expect-error there is no such relation
  filter((c) => c.nobody.isNull()),
)
pipe(
  music.employee,
  // @ts-expect-error friends has no reverse name
  filter((e) => e.friends_of.some((f) => f.name.eq('x'))),
)

// A to-many relation is no single value
pipe(
  music.artist,
  // @ts-expect-error it has no lookups
  filter((a) => a.albums.eq(1)),
)
pipe(
  music.artist,
  // @ts-expect-error its rows' columns are only to be had inside some, none, every and aggregates
  filter((a) => a.albums.title.eq('x')),
)
pipe(
  music.artist,
  // @ts-expect-error it can't be projected
  values((a) => ({ albums: a.albums })),
)
pipe(
  music.artist,
  // @ts-expect-error it can't be listed
  valuesList((a) => a.albums),
)
pipe(
  music.artist,
  // @ts-expect-error the rows asked about are albums, which have no milliseconds
  filter((a) => a.albums.some((al) => al.milliseconds.gt(1))),
)

// The models of many-to-many rows have relations of their own
pipe(
  music.playlist_tracks,
  filter((pt) => and(pt.playlist.name.eq('x'), pt.track.album.title.isNull(), pt.playlist.eq(1))),
)
pipe(
  music.employee_friends,
  filter((ef) => and(ef.from_employee.name.eq('x'), ef.to_employee.boss.name.eq('y'))),
)
pipe(
  music.person,
  filter((p) =>
    and(
      p.groups.some((g) => g.name.eq('x')),
      p.memberships.some((m) => m.group.name.eq('x')),
    ),
  ),
)
