/** The models of Chinook, a music shop whose rows are in the JSON files beside this one. */
import { autoId, belongsTo, field, manyToMany, schema } from 'queryset-ts'

const text = (maxLength: number) => field.text({ maxLength })
const perhaps = (maxLength: number) => field.nullable(field.text({ maxLength }))
const money = field.decimal({ maxDigits: 10, decimalPlaces: 2 })

export const music = schema({
  genre: { id: autoId, name: perhaps(120) },
  media_type: { id: autoId, name: perhaps(120) },
  artist: { id: autoId, name: perhaps(120) },
  album: { id: autoId, title: text(160), artist: belongsTo('artist', { relatedName: 'albums' }) },
  track: {
    id: autoId,
    name: text(200),
    album: field.nullable(belongsTo('album', { relatedName: 'tracks' })),
    media_type: belongsTo('media_type', { relatedName: 'tracks' }),
    genre: field.nullable(belongsTo('genre', { relatedName: 'tracks', onDelete: 'setNull' })),
    composer: perhaps(220),
    milliseconds: field.int(),
    bytes: field.nullable(field.int()),
    unit_price: money,
  },
  employee: {
    id: autoId,
    last_name: text(20),
    first_name: text(20),
    title: perhaps(30),
    reports_to: field.nullable(belongsTo('employee', { relatedName: 'reports', onDelete: 'setNull' })),
    birth_date: field.nullable(field.date()),
    hire_date: field.nullable(field.date()),
    city: perhaps(40),
    country: perhaps(40),
    email: field.nullable(field.text({ maxLength: 60, unique: true })),
  },
  customer: {
    id: autoId,
    first_name: text(40),
    last_name: text(20),
    company: perhaps(80),
    city: perhaps(40),
    state: perhaps(40),
    country: perhaps(40),
    phone: perhaps(24),
    email: field.text({ maxLength: 60, unique: true }),
    support_rep: field.nullable(belongsTo('employee', { relatedName: 'customers', onDelete: 'setNull' })),
  },
  invoice: {
    id: autoId,
    customer: belongsTo('customer', { relatedName: 'invoices' }),
    invoice_date: field.datetime(),
    billing_city: perhaps(40),
    billing_state: perhaps(40),
    billing_country: perhaps(40),
    total: money,
  },
  invoice_line: {
    id: autoId,
    invoice: belongsTo('invoice', { relatedName: 'lines' }),
    track: belongsTo('track', { relatedName: 'lines', onDelete: 'protect' }),
    unit_price: money,
    quantity: field.int(),
  },
  playlist: {
    id: autoId,
    name: perhaps(120),
    tracks: manyToMany('track', { relatedName: 'playlists' }),
  },
})
