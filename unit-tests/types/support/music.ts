/** Schemas as the text of a program: a small one, and one of 33 models, since what types show must not grow with it. */

const filler = Array.from(
  { length: 30 },
  (_, i) => `  other${String(i)}: {
    id: autoId,
    name: field.text({ maxLength: 100 }),
    note: field.nullable(field.text()),
    price: field.decimal({ maxDigits: 10, decimalPlaces: 2 }),
    at: field.datetime(),
    status: field.choices(['draft', 'live', 'gone']),
    near: belongsTo('other${String((i + 1) % 30)}', { relatedName: 'nears' }),
    artist: field.nullable(belongsTo('artist', { relatedName: 'others${String(i)}' })),
    all: manyToMany('other${String((i * 7 + 3) % 30)}', { relatedName: 'allOf${String(i)}' }),
  },`,
)

const withModels = (more: ReadonlyArray<string>): string => `import { function as fn } from 'fp-ts'
import {
  addRelated, annotate, autoId, belongsTo, create, createBulk, createRelated, edit, exclude, exists, field, filter, getOrCreate,
  groupBy, manyToMany, orderBy, prefetchRelated, schema, selectRelated, slice, toArray, update, updateBulk,
  updateOrCreate, values, valuesList, type Row, type WritableClient,
} from 'queryset-ts'
export const { pipe } = fn
export declare const client: WritableClient
export declare const text: string
export const music = schema({
  artist: { id: autoId, name: field.text() },
  album: {
    id: autoId,
    title: field.text(),
    released: field.nullable(field.date()),
    price: field.decimal(),
    kind: field.choices(['live', 'studio']),
    artist: belongsTo('artist', { relatedName: 'albums' }),
  },
  track: {
    id: autoId,
    name: field.text(),
    milliseconds: field.int(),
    album: field.nullable(belongsTo('album', { relatedName: 'tracks' })),
  },
${more.join('\n')}
})
export const { artist, album, track } = music
export type Track = Row<typeof track>
`

export const small = withModels([])

export const music = withModels(filler)
