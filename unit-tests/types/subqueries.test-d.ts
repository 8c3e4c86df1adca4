/** Subqueries: in, exists and single values, with references to the rows around. */
import { function as fn } from 'fp-ts'
import { expectTypeOf } from 'expect-type'
import {
  and,
  exists,
  filter,
  not,
  orderBy,
  slice,
  subquery,
  values,
  valuesList,
  type AnyQueryset,
  type Kind,
  type Uuid,
} from 'queryset-ts'
import { music, type Row } from './models.js'

const { pipe } = fn
const { artist, album, label, track } = music

const titles = pipe(
  album,
  valuesList((a) => a.title),
)
const pairs = pipe(
  album,
  values((a) => ({ id: a.id, title: a.title })),
)
const documents = pipe(
  music.thing,
  valuesList((t) => t.maybeJson),
)
declare const anything: AnyQueryset
declare const someKind: Kind
const singles = pipe(
  album,
  valuesList((a) => [a.title]),
)
const prices = pipe(
  track,
  valuesList((t) => t.price),
)
const keys = pipe(
  album,
  valuesList((a) => a.id),
)

// in: of one column of that type, or of the rows that the relation leads to
pipe(
  track,
  filter((t) =>
    and(t.name.in(titles), t.composer.in(titles), t.id.in(keys), t.album.in(keys), t.album.in(album)),
  ),
)
pipe(
  track,
  filter((t) =>
    t.album.artist.in(
      pipe(
        artist,
        filter((a) => a.name.eq(t.composer)),
      ),
    ),
  ),
)
pipe(
  track,
  filter((t) =>
    t.album.artist.label.in(
      pipe(
        label,
        valuesList((l) => l.id),
      ),
    ),
  ),
)
pipe(
  track,
  // @ts-expect-error numbers aren't among texts
  filter((t) => t.milliseconds.in(titles)),
)
pipe(
  track,
  // @ts-expect-error texts aren't among numbers
  filter((t) => t.name.in(keys)),
)
pipe(
  track,
  // @ts-expect-error an album isn't among artists
  filter((t) => t.album.in(artist)),
)
pipe(
  track,
  // @ts-expect-error an album's key isn't among texts
  filter((t) => t.album.in(titles)),
)
pipe(
  track,
  // @ts-expect-error rows of two columns are no values
  filter((t) => t.name.in(pairs)),
)
pipe(
  track,
  // @ts-expect-error tuples are no values
  filter((t) => t.name.in(singles)),
)

// exists, with rows around at two levels
pipe(
  artist,
  filter((a) =>
    exists(
      pipe(
        album,
        filter((al) =>
          and(
            al.artist.eq(a.id),
            not(
              exists(
                pipe(
                  track,
                  filter((t) => and(t.album.eq(al.id), t.composer.eq(a.name), t.milliseconds.gt(1))),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  ),
)
pipe(
  artist,
  filter((a) =>
    exists(
      pipe(
        album,
        // @ts-expect-error an artist's name is not a number
        filter((al) => al.id.eq(a.name)),
      ),
    ),
  ),
)

// A single value, which may be missing
const latest = pipe(
  artist,
  values((a) => ({
    name: a.name,
    latest: subquery(
      'text',
      pipe(
        album,
        filter((al) => al.artist.eq(a.id)),
        orderBy((al) => [al.released.desc()]),
        slice(0, 1),
        valuesList((al) => al.title),
      ),
    ),
    label: subquery(
      'uuid',
      pipe(
        label,
        valuesList((l) => l.id),
      ),
    ),
  })),
)
expectTypeOf<Row<typeof latest>>().toEqualTypeOf<{
  readonly name: string | null
  readonly latest: string | null
  readonly label: Uuid | null
}>()
pipe(
  artist,
  filter((a) => a.name.eq(subquery('text', titles))),
)
pipe(
  artist,
  // @ts-expect-error a subquery of ints isn't compared with text
  filter((a) => a.name.eq(subquery('int', keys))),
)
// @ts-expect-error the kind is that of the column
subquery('int', titles)
// @ts-expect-error the kind is that of the column
subquery('text', prices)
subquery('decimal', prices)
// Json holds values of all kinds, and is one of its own
subquery('json', documents)
// @ts-expect-error the kind is that of the column
subquery('text', documents)
// Of rows that nothing is known of, any kind may be said
subquery(someKind, anything)
// @ts-expect-error rows of a model are no single value
subquery('int', album)
