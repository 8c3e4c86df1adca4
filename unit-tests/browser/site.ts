/** A site of forms and pages that the browser tests drive. */
import { function as F } from 'fp-ts'
import { orderBy, type WritableClient } from '../../src/index.js'
import {
  checkboxes,
  dateInput,
  form,
  formset,
  radio,
  splitDatetime,
  textarea,
  timeInput,
} from '../../src/forms.js'
import { memory } from '../../src/memory.js'
import { crud, pages, type PageHandler, type PagesOptions } from '../../src/views.js'
import { webModels } from '../../property-tests/web/models.js'

export const models = webModels()

export const rows = {
  artist: [
    { id: 1, name: 'U2', type: 1, genre: 'Rock' },
    { id: 2, name: 'Bob Dylan', type: 0, genre: 'Folk' },
    { id: 3, name: 'Metallica', type: 1, genre: 'Heavy Metal' },
    ...Array.from({ length: 12 }, (_, i) => ({
      id: 4 + i,
      name: `Artist ${String(i + 1)}`,
      type: i % 2,
      genre: 'Pop',
    })),
  ],
  track: [
    { id: 1, artist: 1, album: 'The Joshua Tree', name: 'With Or Without You', release_date: '1987-03-09' },
    { id: 2, artist: 1, album: 'Boy', name: 'I Will Follow', release_date: null },
  ],
  playlist: [{ id: 1, name: 'Mix', rating: 7, added: '2020-01-01T00:00:00Z' }],
  playlist_tracks: [{ id: 1, playlist: 1, track: 2 }],
  label: [
    {
      id: 1,
      name: 'Island',
      slug: 'island',
      website: 'https://island.example/',
      email: 'hello@island.example',
      founded: 1959,
      active: true,
      uid: null,
      country: 'GB',
      notes: 'Two\nlines.',
    },
  ],
  release: [
    {
      id: 1,
      label: 1,
      artist: 1,
      catalog_no: 'ISL-001',
      title: 'The Joshua Tree',
      price: '12.50',
      score: 9.5,
      length: '0 00:50:11',
      broadcast: '20:30:00',
      released_at: '1987-03-09T00:00:00Z',
      explicit: false,
      meta: { discs: 1 },
      ip: '192.0.2.1',
      format: 'lp',
      internal: 'x',
    },
  ],
}

const artistForm = form(models.artist, {
  fields: ['name', 'type', 'genre'],
  help: { genre: 'In one or two words.' },
})

const labelForm = form(models.label, {
  fields: ['name', 'slug', 'website', 'email', 'founded', 'active', 'country', 'notes'],
  widgets: { notes: textarea({ rows: 4 }) },
  fieldsets: [
    { legend: 'The label', fields: ['name', 'slug', 'founded', 'active', 'country'] },
    { legend: 'Where to find it', fields: ['website', 'email', 'notes'] },
  ],
})

const releaseForm = form(models.release, {
  fields: [
    'label',
    'artist',
    'catalog_no',
    'title',
    'price',
    'score',
    'length',
    'broadcast',
    'released_at',
    'explicit',
    'meta',
    'ip',
    'format',
  ],
  widgets: {
    broadcast: timeInput({ picker: true }),
    released_at: splitDatetime({ picker: true }),
    format: radio(),
  },
  emptyLabels: { format: 'None' },
})

const playlistForm = form(models.playlist, {
  fields: ['name', 'rating', 'tracks'],
  widgets: { tracks: checkboxes() },
})

const tracks = formset(models.artist, 'tracks', {
  fields: ['name', 'album', 'release_date'],
  widgets: { release_date: dateInput({ picker: true }) },
  extra: 1,
})

const routes = {
  ...crud(
    'artists/',
    F.pipe(
      models.artist,
      orderBy((a) => [a.id.asc()]),
    ),
    {
      form: artistForm,
      sets: [tracks],
      pages: { size: 10 },
    },
  ),
  ...crud('labels/', models.label, { form: labelForm, columns: ['name', 'website', 'founded', 'active'] }),
  ...crud('releases/', models.release, {
    form: releaseForm,
    columns: ['title', 'catalog_no', 'label', 'price', 'format'],
  }),
  ...crud('playlists/', models.playlist, { form: playlistForm }),
}

export const opened = (data: Parameters<typeof memory>[1] = rows): WritableClient => memory(models, data)

/** The site over a client. */
export const siteOver = (client: WritableClient, options: Partial<PagesOptions<null>> = {}): PageHandler =>
  pages(routes, { client, site: 'Music', ...options })
