/**
 * What the test cases of django-any-backend assert of tracks and artists, spelled as querysets. Its own rows are a
 * few hundred tracks; these are as many, of another make: names in ASCII, none missing, many on the same day.
 */
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  count,
  create,
  createBulk,
  deleteRows,
  exclude,
  exists,
  field,
  filter,
  first,
  get,
  getOrCreate,
  last,
  none,
  orderBy,
  reverse,
  schema,
  schemaOf,
  selectRelated,
  slice,
  toArray,
  update,
  updateOrCreate,
  values,
  valuesList,
  type Queryset,
} from 'queryset-ts'
import { load } from '../../../src/clients/memory/memory.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import type { Json } from '../../../src/value/Value.js'
import { said, type Assertion, type Peer } from './Peer.js'

const { pipe } = fn

const m = schema({
  artist: {
    id: autoId,
    name: field.nullable(field.text({ maxLength: 20 })),
    type: field.int(),
    genre: field.text({ maxLength: 15 }),
  },
  track: {
    id: autoId,
    artist: belongsTo('artist', { relatedName: 'tracks' }),
    album: field.text({ maxLength: 25 }),
    name: field.text({ maxLength: 200 }),
    released: field.nullable(field.date()),
  },
})

type Track = typeof m.track extends Queryset<infer R, infer _A, infer _M> ? R : never
type Artist = typeof m.artist extends Queryset<infer R, infer _A, infer _M> ? R : never

const artists = Array.from({ length: 12 }, (_, i) => ({
  id: i + 1,
  name: `Artist ${String.fromCharCode(65 + (i % 10))}`,
  type: i % 2,
  genre: ['Rock', 'Folk', 'Punk'][i % 3] ?? 'Rock',
}))

/** Two albums an artist, nine tracks an album; all of an album come out on one day. */
const tracks = Array.from({ length: 216 }, (_, i) => {
  const album = Math.floor(i / 9)
  return {
    id: i + 1,
    artist: Math.floor(album / 2) + 1,
    album: `Album ${String(album + 1)}`,
    name: `Song ${String.fromCharCode(65 + ((i * 7) % 26))}${String(i)}`,
    released: `19${String(65 + ((album * 5) % 30))}-0${String((album % 9) + 1)}-12`,
  }
})

const is = (name: string, ask: (client: StoreClient) => Promise<Json>): Assertion => ({ name, ask })

/** A track shows by its name, wherever tracks are compared. */
const names = async (client: StoreClient, list: typeof m.track): Promise<Json> =>
  said(
    pipe(
      list,
      toArray(client),
      TE.map((rows) => rows.map(({ name }) => name)),
    ),
  )

const ordered = orderBy((t: Track) => [t.released.asc(), t.name.asc()])
const ofFirst = filter((t: Track) => t.artist.id.eq(1))
const notAlbum = exclude((t: Track) => t.album.eq('Album 2'))
const song = tracks[26]?.name ?? ''
const one = filter((t: Track) => t.name.eq(song))
const fresh = (name: string) => ({ album: 'Album new', name, artist: 5, released: '1971-11-08' as const })
const onAlbum = (album: string) => filter((t: Track) => t.album.eq(album))

const assertions: ReadonlyArray<Assertion> = [
  is('count', (c) => said(pipe(m.track, count(c)))),
  is('count of a filter and an exclude', (c) => said(pipe(m.track, ofFirst, notAlbum, count(c)))),
  is('all', (c) => names(c, m.track)),
  is('order', (c) => names(c, ordered(m.track))),
  is('reversed order', (c) => names(c, pipe(m.track, ordered, reverse))),
  is('filter', (c) => names(c, pipe(m.track, ofFirst, ordered))),
  is('exclude', (c) => names(c, pipe(m.track, notAlbum, ordered))),
  is('a page', (c) => names(c, pipe(m.track, ordered, slice(4, 8)))),
  is('all of it', (c) => names(c, pipe(m.track, ofFirst, notAlbum, ordered, reverse, slice(0, 8)))),
  is('the third', (c) => said(pipe(m.track, ordered, slice(2, 3), get(c)))),
  is('get', (c) => said(pipe(m.track, one, slice(0, 1), get(c)))),
  is('first', (c) => said(pipe(m.track, ordered, first(c)))),
  is('last', (c) => said(pipe(m.track, ordered, last(c)))),
  is('exists', async (c) => [
    await said(
      pipe(
        m.track,
        filter((t) => t.name.eq('Sonng')),
        exists(c),
      ),
    ),
    await said(pipe(m.track, one, exists(c))),
  ]),
  is('values', (c) =>
    said(
      pipe(
        m.track,
        ordered,
        values((t) => ({
          id: t.id,
          artist: t.artist.id,
          album: t.album,
          name: t.name,
          released: t.released,
        })),
        toArray(c),
      ),
    ),
  ),
  is('values as a list', (c) =>
    said(
      pipe(
        m.track,
        ordered,
        valuesList((t) => [t.id, t.artist.id, t.album, t.name, t.released]),
        toArray(c),
      ),
    ),
  ),
  is('none', (c) => names(c, pipe(m.track, ordered, none))),
  is('related', (c) =>
    said(
      pipe(
        m.track,
        one,
        slice(0, 1),
        selectRelated((t) => t.artist),
        get(c),
      ),
    ),
  ),
  is('update', async (c) => {
    const before = onAlbum('Album 4')(m.track)
    const after = onAlbum('Album four')(m.track)
    return [
      await said(pipe(before, count(c))),
      await said(pipe(after, count(c))),
      await said(
        pipe(
          before,
          update(c, () => ({ album: 'Album four' })),
        ),
      ),
      await said(pipe(before, count(c))),
      await said(pipe(after, count(c))),
    ]
  }),
  is('delete and create', async (c) => {
    const album = onAlbum('Album 9')(m.track)
    return [
      await said(pipe(album, deleteRows(c))),
      await said(pipe(album, count(c))),
      await said(pipe(m.track, create(c, fresh('Song new')))),
    ]
  }),
  is('create several', async (c) => {
    const album = onAlbum('Album new')(m.track)
    return [
      await names(c, album),
      await said(
        pipe(
          m.track,
          createBulk(c, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(fresh)),
          TE.map((rows) => rows.map(({ name }) => name)),
        ),
      ),
      await names(c, album),
    ]
  }),
  is('get or create', async (c) => {
    const ask = () => said(pipe(m.artist, getOrCreate(c, { name: 'Artist new', type: 1, genre: 'Rock' })))
    return [await ask(), await ask()]
  }),
  is('update or create', async (c) => {
    const ask = () =>
      said(
        pipe(
          m.artist,
          filter((a: Artist) => a.id.lte(10)),
          updateOrCreate(c, { name: 'Artist C', type: 0 }, { genre: 'Metal' }),
        ),
      )
    return [await ask(), await ask()]
  }),
]

const loaded = load('django-any-backend', schemaOf(m), { artist: artists, track: tracks })
if (E.isLeft(loaded)) throw new Error(loaded.left.message)

export const djangoAnyBackend: Peer = {
  name: 'django-any-backend',
  schema: schemaOf(m),
  store: loaded.right,
  assertions,
}
