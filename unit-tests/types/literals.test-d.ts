/** Values that are written out where they are used: dates, decimals and choices as text need no `as const`. */
import { function as fn } from 'fp-ts'
import { expectTypeOf } from 'expect-type'
import {
  autoId,
  belongsTo,
  coalesce,
  create,
  createBulk,
  createRelated,
  edit,
  exclude,
  field,
  filter,
  get,
  getOrCreate,
  schema,
  update,
  updateBulk,
  updateOrCreate,
  type Row,
  type WritableClient,
} from 'queryset-ts'
import { tags } from './models.js'

const { pipe } = fn
declare const client: WritableClient
declare const text: string

const { album, artist } = schema({
  artist: { id: autoId, name: field.text() },
  album: {
    id: autoId,
    title: field.text(),
    length: field.int(),
    released: field.nullable(field.date()),
    at: field.nullable(field.datetime()),
    price: field.decimal(),
    kind: field.choices(['live', 'studio']),
    tags: field.nullable(field.of('text', tags)),
    key: field.nullable(field.uuid()),
    artist: belongsTo('artist', { relatedName: 'albums' }),
  },
})

// As they are written
pipe(
  album,
  create(client, {
    title: 'x',
    length: 1,
    released: '2020-01-01',
    at: '2020-01-01T00:00:00Z',
    price: '1.00',
    kind: 'live',
    tags: ['a', 'b'],
    key: '00000000-0000-0000-0000-000000000000',
    artist: 1,
  }),
)
pipe(
  album,
  createBulk(client, [
    { title: 'x', length: 1, price: '1.00', kind: 'live', artist: 1 },
    { title: 'y', length: 1, price: 2, kind: 'studio', artist: 1, released: '2020-01-01', tags: [] },
  ]),
)
pipe(
  album,
  update(client, () => ({ price: '1.00', kind: 'live', released: '2020-01-01', tags: ['a'] })),
)
pipe(album, updateBulk(client, [[1, { price: '1.00', kind: 'live', released: '2020-01-01' }]]))
pipe(album, getOrCreate(client, { price: '1.00', kind: 'live' }, { released: '2020-01-01' }))
pipe(album, updateOrCreate(client, { price: '1.00', kind: 'live' }, { released: '2020-01-01' }))
pipe(
  artist,
  createRelated(client, (a) => a.albums, { title: 'x', length: 1, price: '1.00', kind: 'live' }),
)
pipe(
  album,
  filter((t) => t.price.eq('1.00')),
  filter((t) => t.price.range('1', '2')),
  exclude((t) => t.kind.in(['live', 'studio'])),
  filter((t) => t.released.in(['2020-01-01'])),
  filter((t) => coalesce(t.released, '2020-01-01').gt('2020-01-01')),
  get(client, (t) => t.at.gt('2020-01-01T00:00:00Z')),
)

// Where the queryset comes last
create(client, { title: 'x', length: 1, price: '1.00', kind: 'live', artist: 1 })(album)
createBulk(client, [{ title: 'x', length: 1, price: '1.00', kind: 'live', artist: 1 }])(album)
edit(client, (t: { title: string }) => {
  t.title = t.title.trim()
})(album)

// A wrong one
pipe(
  album,
  // @ts-expect-error no such choice
  update(client, () => ({ kind: 'single' })),
)
pipe(
  album,
  // @ts-expect-error any text is no date
  update(client, () => ({ released: text })),
)
// @ts-expect-error no such choice
pipe(album, getOrCreate(client, { kind: 'single' }))
pipe(
  album,
  // @ts-expect-error any text is no decimal
  filter((t) => t.price.eq(text)),
)

// Expressions of a field's own kind, or of its own values
pipe(
  album,
  update(client, (t) => ({
    title: t.artist.name,
    length: t.length.plus(1),
    price: t.price.times(2),
    artist: t.artist,
    kind: coalesce(t.kind, 'live'),
  })),
)
pipe(
  album,
  update(client, (t) => ({ price: t.length, artist: t.length, length: t.artist })),
)
pipe(
  album,
  // @ts-expect-error a text is no int
  update(client, (t) => ({ length: t.title })),
)
pipe(
  album,
  // @ts-expect-error an int is no date
  update(client, (t) => ({ released: t.length })),
)

// What a recipe is given
pipe(
  album,
  edit(client, (t) => {
    expectTypeOf(t.title).toEqualTypeOf<string>()
    t.title = t.title.trim()
    t.kind = 'live'
    // @ts-expect-error no such field
    t.titel = 'x'
  }),
)
expectTypeOf<Row<typeof artist>>().toEqualTypeOf<{ readonly id: number; readonly name: string }>()
