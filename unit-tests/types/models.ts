/** The models of the type tests: cycles, keys of several kinds, every sort of relation and every kind of field. */
import * as t from 'io-ts'
import { autoId, belongsTo, field, manyToMany, oneToOne, schema, type Row } from 'queryset-ts'

export type { Row }

/** A codec whose rows hold something else than what is stored: a list, stored as text. */
export const tags = new t.Type<ReadonlyArray<string>, string>(
  'tags',
  (u): u is ReadonlyArray<string> => Array.isArray(u),
  (u, context) => (typeof u === 'string' ? t.success(u.split(',')) : t.failure(u, context)),
  (list) => list.join(','),
)

export const music = schema({
  country: { code: field.text({ primaryKey: true, maxLength: 2 }), name: field.text() },
  label: {
    id: field.uuid({ primaryKey: true }),
    name: field.text(),
    country: field.nullable(belongsTo('country', { relatedName: 'labels', onDelete: 'setNull' })),
  },
  artist: {
    id: autoId,
    name: field.nullable(field.text({ maxLength: 120 })),
    born: field.nullable(field.date()),
    label: field.nullable(belongsTo('label', { relatedName: 'artists' })),
    home: belongsTo('country', { relatedName: 'artists' }),
    favourite: field.nullable(belongsTo('track', { relatedName: 'fans' })),
  },
  album: {
    id: autoId,
    title: field.text({ maxLength: 160 }),
    released: field.nullable(field.date()),
    artist: belongsTo('artist', { relatedName: 'albums' }),
  },
  track: {
    id: autoId,
    name: field.text({ maxLength: 200 }),
    composer: field.nullable(field.text()),
    milliseconds: field.int({ min: 0 }),
    rating: field.nullable(field.float()),
    price: field.decimal({ maxDigits: 10, decimalPlaces: 2 }),
    added: field.datetime(),
    album: field.nullable(belongsTo('album', { relatedName: 'tracks' })),
    genre: belongsTo('genre', { relatedName: 'tracks' }),
  },
  genre: { id: autoId, name: field.text() },
  playlist: { id: autoId, name: field.text(), tracks: manyToMany('track', { relatedName: 'playlists' }) },
  employee: {
    id: autoId,
    name: field.text(),
    boss: field.nullable(belongsTo('employee', { relatedName: 'reports' })),
    friends: manyToMany('employee'),
  },
  // One row for each employee, of which it has the key.
  profile: {
    employee: oneToOne('employee', { relatedName: 'profile', primaryKey: true }),
    motto: field.text(),
  },
  badge: { id: autoId, profile: belongsTo('profile', { relatedName: 'badges' }) },
  thing: {
    id: autoId,
    text: field.text(),
    int: field.int(),
    float: field.float(),
    decimal: field.decimal(),
    boolean: field.boolean(),
    date: field.date(),
    time: field.time(),
    datetime: field.datetime(),
    uuid: field.uuid(),
    json: field.json(),
    status: field.choices(['draft', 'live']),
    stars: field.choices([1, 2, 3]),
    tags: field.of('text', tags),
    maybeText: field.nullable(field.text()),
    maybeDecimal: field.nullable(field.decimal()),
    maybeStatus: field.nullable(field.choices(['a', 'b'])),
    maybeTags: field.nullable(field.of('text', tags)),
    maybeJson: field.nullable(field.json()),
  },
  person: { id: autoId, name: field.text(), groups: manyToMany('group', { through: 'membership' }) },
  group: { id: autoId, name: field.text() },
  membership: {
    id: autoId,
    person: belongsTo('person', { relatedName: 'memberships' }),
    group: belongsTo('group', { relatedName: 'memberships' }),
    since: field.date(),
  },
})
