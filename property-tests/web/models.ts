/**
 * The models of the recorded web cases, as their fixtures describe them, and the rows of the fixtures.
 *
 * The recorded clock stands still at one instant, which is the clock of the schema.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { autoId, belongsTo, field, manyToMany, oneToOne, schema, type Json } from '../../src/index.js'

/** The instant at which the recorded clock stands still, unless the fixtures name another. */
export const recordedNow = '2024-01-02T03:04:05.678000Z'

/** The models, with a clock of one's own. */
export const webModels = (clock: () => Date = () => new Date(recordedNow)) =>
  schema(
    {
      artist: {
        id: autoId,
        name: field.nullable(field.text({ maxLength: 20, blank: true })),
        type: field.choices([
          [0, 'Solo'],
          [1, 'Group'],
        ]),
        genre: field.text({ maxLength: 15 }),
      },
      track: {
        id: autoId,
        artist: belongsTo('artist', { relatedName: 'tracks' }),
        album: field.text({ maxLength: 25 }),
        name: field.text({ maxLength: 200 }),
        release_date: field.nullable(field.date({ blank: true })),
      },
      playlist: {
        id: autoId,
        name: field.nullable(field.text({ maxLength: 20, blank: true })),
        rating: field.int(),
        added: field.datetime({ auto: 'created', blank: true }),
        tracks: manyToMany('track', { relatedName: 'playlists' }),
      },
      label: {
        id: autoId,
        name: field.text({ maxLength: 30, unique: true }),
        slug: field.text({ maxLength: 30, unique: true, format: 'slug' }),
        website: field.text({ maxLength: 200, format: 'url', blank: true }),
        email: field.nullable(field.text({ maxLength: 254, format: 'email', blank: true })),
        founded: field.nullable(field.int({ min: 1877, max: 2100, blank: true })),
        active: field.boolean({ default: true }),
        uid: field.nullable(field.uuid({ unique: true, blank: true })),
        country: field.choices(
          [
            ['Americas', { US: 'United States', CA: 'Canada' }],
            ['Europe', { GB: 'United Kingdom', IE: 'Ireland' }],
          ],
          { maxLength: 2, blank: true, default: '' },
        ),
        notes: field.text({ blank: true, default: '', help: 'Free text.' }),
      },
      release: {
        id: autoId,
        label: belongsTo('label', { relatedName: 'releases', onDelete: 'protect' }),
        artist: field.nullable(
          belongsTo('artist', { relatedName: 'releases', onDelete: 'setNull', blank: true }),
        ),
        catalog_no: field.text({
          label: 'Catalogue number',
          maxLength: 10,
          pattern: [/^[A-Z]{3}-\d{3}$/u, 'Use the form ABC-123.', 'catalog'],
        }),
        title: field.text({ maxLength: 50, minLength: 2 }),
        price: field.nullable(field.decimal({ maxDigits: 6, decimalPlaces: 2, blank: true })),
        score: field.nullable(field.float({ min: 0, max: 10, blank: true })),
        length: field.nullable(field.duration({ blank: true })),
        broadcast: field.nullable(field.time({ blank: true })),
        released_at: field.nullable(field.datetime({ blank: true })),
        explicit: field.nullable(field.boolean({ blank: true })),
        meta: field.json({ blank: true, default: {} }),
        ip: field.nullable(field.text({ maxLength: 39, format: 'ip', blank: true })),
        format: field.nullable(
          field.choices({ lp: 'LP', cd: 'CD', ep: 'EP' }, { maxLength: 4, blank: true }),
        ),
        internal: field.text({ maxLength: 10, editable: false, default: 'x' }),
      },
      profile: {
        id: autoId,
        artist: oneToOne('artist', { relatedName: 'profile' }),
        bio: field.text({ blank: true }),
        born: field.nullable(field.date({ blank: true })),
        checked: field.nullable(field.date({ blank: true })),
      },
      genre: {
        code: field.text({ maxLength: 8, primaryKey: true }),
        title: field.text({ maxLength: 20 }),
        parent: field.nullable(belongsTo('genre', { relatedName: 'children', blank: true })),
      },
    },
    {
      uniqueTogether: { release: [['label', 'catalog_no']] },
      uniqueFor: { profile: [{ field: 'born', per: 'year', of: 'checked' }] },
      ordering: { label: ['name'], release: ['-released_at', 'id'] },
      display: {
        artist: ({ name }) => name ?? '',
        track: ({ name }) => name,
        playlist: ({ name }) => name ?? '',
        label: ({ name }) => name,
        release: ({ title }) => title,
        genre: ({ title }) => title,
        profile: ({ id }) => `Profile object (${String(id)})`,
      },
      clock,
    },
  )

/** A user of the recorded cases. */
export interface WebUser {
  readonly id: number
  readonly username: string
  readonly password: string
  readonly token: string
  readonly is_staff: boolean
  readonly is_superuser: boolean
  readonly is_active?: boolean
  readonly permissions: ReadonlyArray<string>
}

type Rows = { readonly [model: string]: ReadonlyArray<{ readonly [field: string]: Json }> }

interface Recorded {
  readonly now: string
  readonly users: ReadonlyArray<WebUser>
  readonly models: { readonly [model: string]: Json }
  readonly rows: Rows
}

/** The folder of the recorded cases: `WEB_CASES`, or the one beside the repository. */
export const webCases = (): string => resolve(process.env['WEB_CASES'] ?? '../shared/web-cases')

/**
 * The fixtures of the recorded cases. The keys of a playlist's `tracks` are rows of `playlist_tracks`, as the models
 * have them.
 */
export const webFixtures = (folder: string = webCases()): Recorded => {
  const recorded = JSON.parse(readFileSync(join(folder, 'rest', 'fixtures.json'), 'utf8')) as Recorded
  const links = (recorded.rows['playlist'] ?? []).flatMap(({ id = null, tracks = [] }) =>
    (Array.isArray(tracks) ? tracks : []).map((track: Json) => ({ playlist: id, track })),
  )
  return {
    ...recorded,
    rows: {
      ...recorded.rows,
      playlist: (recorded.rows['playlist'] ?? []).map(({ tracks: _, ...row }) => row),
      playlist_tracks: links.map((link, i) => ({ id: i + 1, ...link })),
      release: (recorded.rows['release'] ?? []).map((row) => ({ internal: 'x', ...row })),
    },
  }
}
