/** The pages of the recorded views. */
import { function as F } from 'fp-ts'
import { filter, orderBy } from '../../../src/index.js'
import { form } from '../../../src/forms.js'
import { create, detail, list, remove, update, type Routes } from '../../../src/views.js'
import { models } from './definitions.js'

const { pipe } = F
const { artist, label, track } = models

const artists = pipe(
  artist,
  orderBy((a) => [a.id.asc()]),
)
const songs = pipe(
  track,
  filter((t) => t.artist.eq(1)),
  orderBy((t) => [t.release_date.desc({ nulls: 'last' }), t.id.asc()]),
)
const none = pipe(
  track,
  filter((t) => t.artist.eq(17)),
)

export const routes: Routes<null> = {
  'artists/': list(artists, { pages: { size: 5, orphans: 2 } }),
  'songs/': list(songs, { name: 'songs', pages: { size: 15, parameter: 'p', allowEmpty: false } }),
  'empty/': list(none, { pages: { size: 5 } }),
  'empty-refused/': list(none, { pages: { size: 5, allowEmpty: false } }),
  'artists/{id}/': detail(artist),
  'labels/{slug}/': detail(label, { by: 'slug' }),
  'artists/add/': create(form(artist, { fields: ['name', 'type', 'genre'] }), {
    initial: { type: 1 },
    success: '/pages/artists/',
  }),
  'artists/{id}/edit/': update(artist, form(artist, { fields: ['name', 'genre'] }), {
    success: '/pages/artists/{id}/?was={name}',
  }),
  'artists/{id}/delete/': remove(artist, { success: '/pages/artists/?gone={id}' }),
}
