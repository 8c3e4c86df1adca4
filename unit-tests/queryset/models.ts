/** Models and data of the tests of single steps. */
import * as t from 'io-ts'
import { autoId, belongsTo, field, manyToMany, oneToOne, schema, type Client } from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

/** A list, stored as text. */
export const tags = new t.Type<ReadonlyArray<string>, string>(
  'tags',
  (u): u is ReadonlyArray<string> => Array.isArray(u),
  (u, context) => (typeof u === 'string' && u !== '' ? t.success(u.split(',')) : t.failure(u, context)),
  (list) => list.join(','),
)

export const m = schema({
  artist: {
    id: autoId,
    name: field.nullable(field.text()),
    born: field.nullable(field.date()),
    tags: field.nullable(field.of('text', tags)),
  },
  album: {
    id: autoId,
    title: field.text(),
    released: field.nullable(field.date()),
    artist: belongsTo('artist', { relatedName: 'albums' }),
  },
  track: {
    id: autoId,
    name: field.text(),
    milliseconds: field.int(),
    rating: field.nullable(field.float()),
    price: field.decimal(),
    added: field.datetime(),
    at: field.nullable(field.time()),
    live: field.boolean(),
    status: field.choices(['draft', 'live']),
    code: field.nullable(field.uuid()),
    extra: field.nullable(field.json()),
    album: field.nullable(belongsTo('album', { relatedName: 'tracks', onDelete: 'setNull' })),
  },
  playlist: { id: autoId, name: field.text(), tracks: manyToMany('track', { relatedName: 'playlists' }) },
  employee: {
    id: autoId,
    name: field.text(),
    boss: field.nullable(belongsTo('employee', { relatedName: 'reports' })),
  },
  profile: {
    employee: oneToOne('employee', { primaryKey: true, relatedName: 'profile' }),
    motto: field.text(),
  },
  // Names that arrays, records and references have for themselves.
  odd: {
    id: autoId,
    items: field.int(),
    keys: field.text(),
    length: field.int(),
    desc: field.text(),
    asc: field.nullable(belongsTo('odd', { relatedName: 'some' })),
    toString: field.text(),
    then: field.text(),
  },
})

interface StoredTrack {
  readonly id: number
  readonly name: string
  readonly milliseconds: number
  readonly rating: number | null
  readonly price: string
  readonly added: string
  readonly at: string | null
  readonly live: boolean
  readonly status: string
  readonly code: string | null
  readonly extra: unknown
  readonly album: number | null
}

export const track = (
  id: number,
  name: string,
  milliseconds: number,
  album: number | null,
  more: Partial<StoredTrack> = {},
): StoredTrack => ({
  id,
  name,
  milliseconds,
  rating: null,
  price: '0.99',
  added: '2021-06-15T12:00:00.000Z',
  at: null,
  live: false,
  status: 'draft',
  code: null,
  extra: null,
  album,
  ...more,
})

export const client: Client = memory(m, {
  artist: [
    { id: 1, name: 'Queen', born: '1970-06-27', tags: 'rock,london' },
    { id: 2, name: 'Björk', born: '1965-11-21', tags: 'pop' },
    { id: 3, name: null, born: null, tags: null },
  ],
  album: [
    { id: 1, title: 'Jazz', released: '1978-11-10', artist: 1 },
    { id: 2, title: 'Innuendo', released: '1991-02-05', artist: 1 },
    { id: 3, title: 'Debut', released: '1993-07-05', artist: 2 },
    { id: 4, title: 'Untitled', released: null, artist: 3 },
  ],
  track: [
    track(1, 'Mustapha', 181000, 1, { rating: 4.5, live: true, at: '12:30:00.000' }),
    track(2, 'Bicycle Race', 183000, 1, { price: '1.29', status: 'live', extra: { a: [1, null] } }),
    track(3, 'Innuendo', 391000, 2, {
      rating: 5,
      price: '1.29',
      code: '00000000-0000-4000-8000-000000000000',
    }),
    track(4, 'Human Behaviour', 252000, 3, { added: '1969-12-31T23:59:59.999Z' }),
    track(5, 'Silence', 0, null, { rating: 0 }),
  ],
  playlist: [
    { id: 1, name: 'Long' },
    { id: 2, name: 'All' },
    { id: 3, name: 'Empty' },
  ],
  playlist_tracks: [
    { id: 1, playlist: 1, track: 3 },
    { id: 2, playlist: 2, track: 1 },
    { id: 3, playlist: 2, track: 2 },
    { id: 4, playlist: 2, track: 3 },
  ],
  employee: [
    { id: 1, name: 'Ada', boss: null },
    { id: 2, name: 'Bob', boss: 1 },
    { id: 3, name: 'Cyd', boss: 2 },
  ],
  profile: [{ employee: 2, motto: 'Onwards' }],
  odd: [
    { id: 1, items: 1, keys: 'k', length: 7, desc: 'd', asc: null, toString: 's', then: 't' },
    { id: 2, items: 2, keys: 'l', length: 5, desc: 'e', asc: 1, toString: 'u', then: 'v' },
  ],
})
