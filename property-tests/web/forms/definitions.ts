/** The forms and formsets of the recorded cases. */
import { either as E } from 'fp-ts'
import { form, formset, textarea, type AnyForm, type AnyFormset } from '../../../src/forms.js'
import { webModels } from '../models.js'

export const models = webModels()

const releaseFields = [
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
] as const

const titleCase = (text: string): string =>
  text.toLowerCase().replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase())

const artistClean = form(models.artist, {
  fields: ['name', 'type', 'genre'],
  labels: { name: 'Stage name' },
  help: { genre: 'One word.' },
  widgets: { genre: textarea({ rows: 2 }) },
  messages: { genre: { required: 'Which genre?', max_length: 'Too long: {length} of {limit}.' } },
  clean: {
    genre: (genre) =>
      genre?.toLowerCase() === 'polka'
        ? E.left({ message: 'No polka.', code: 'polka' })
        : E.right(genre === null ? null : titleCase(genre)),
  },
  cleanAll: (values) =>
    values.type === 0 && values.name?.includes(' & ') === true
      ? E.left({ '': { message: 'A solo artist is one person.', code: 'solo' } })
      : values.name === 'Various'
        ? E.left({ name: { message: 'Name one.', code: 'various' } })
        : E.right(values),
})

export const forms: { readonly [name: string]: AnyForm } = {
  artist: form(models.artist, { fields: ['name', 'type', 'genre'] }),
  track: form(models.track, { fields: ['artist', 'album', 'name', 'release_date'] }),
  playlist: form(models.playlist, { fields: ['name', 'rating', 'tracks'] }),
  label: form(models.label, {
    fields: ['name', 'slug', 'website', 'email', 'founded', 'active', 'uid', 'country', 'notes'],
  }),
  release: form(models.release, { fields: ['label', ...releaseFields] }),
  profile: form(models.profile, { fields: ['artist', 'bio', 'born', 'checked'] }),
  genre: form(models.genre, { fields: ['code', 'title', 'parent'] }),
  'artist-name-only': form(models.artist, { fields: ['name'] }),
  'release-no-label': form(models.release, { fields: releaseFields }),
  'artist-clean': artistClean,
}

// The README of the cases calls the key of another parent's row an error, and so does a formset here unless it is told
// otherwise (`unit-tests/forms/formset.test.ts` holds that). What Django did is recorded in the case `artist-tracks.009`
// all the same: it passes over such a row, says that the form is valid, and writes nothing. The cases are recordings, so
// the formsets here are told to do as Django did.
const foreign = 'ignore'

export const formsets: { readonly [name: string]: AnyFormset } = {
  'artist-tracks': formset(models.artist, 'tracks', {
    fields: ['name', 'album', 'release_date'],
    extra: 2,
    foreign,
  }),
  'artist-tracks-limited': formset(models.artist, 'tracks', {
    fields: ['name', 'album'],
    extra: 1,
    min: 1,
    max: 2,
    canDelete: false,
    foreign,
  }),
  'label-releases': formset(models.label, 'releases', {
    fields: ['catalog_no', 'title', 'format'],
    extra: 1,
    foreign,
  }),
}
