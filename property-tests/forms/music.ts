/** Models with a field of each kind, rows for them, and clients that tell what is written. */
import fc from 'fast-check'
import {
  autoId,
  belongsTo,
  field,
  manyToMany,
  schema,
  type Json,
  type Row,
  type WritableClient,
} from '../../src/index.js'
import { checkboxes, form, formset, jsonArea, radio, splitDatetime, textarea } from '../../src/forms.js'
import { memory } from '../../src/memory.js'

export const models = schema(
  {
    thing: {
      id: autoId,
      line: field.text({ maxLength: 40, blank: true }),
      maybe: field.nullable(field.text({ blank: true })),
      slug: field.nullable(field.text({ format: 'slug', unique: true })),
      site: field.text({ format: 'url', blank: true, default: '' }),
      address: field.nullable(field.text({ format: 'ip' })),
      whole: field.nullable(field.int()),
      part: field.nullable(field.float()),
      price: field.nullable(field.decimal({ maxDigits: 8, decimalPlaces: 2 })),
      yes: field.boolean({ default: true }),
      perhaps: field.nullable(field.boolean()),
      day: field.nullable(field.date()),
      hour: field.nullable(field.time()),
      at: field.nullable(field.datetime()),
      length: field.nullable(field.duration()),
      uid: field.nullable(field.uuid()),
      more: field.json({ blank: true, default: {} }),
      size: field.nullable(field.choices({ s: 'Small', l: 'Large' })),
      rank: field.choices({ 1: 'First', 2: 'Second' }),
      owner: field.nullable(belongsTo('owner', { relatedName: 'things', onDelete: 'setNull' })),
      tags: manyToMany('tag', { relatedName: 'things' }),
    },
    owner: { id: autoId, name: field.text() },
    tag: { word: field.text({ primaryKey: true, maxLength: 20 }) },
    part: {
      id: autoId,
      name: field.text({ maxLength: 20 }),
      count: field.nullable(field.int()),
      owner: belongsTo('owner', { relatedName: 'parts' }),
    },
  },
  { uniqueTogether: { part: [['owner', 'name']] } },
)

export const names = [
  'line',
  'maybe',
  'slug',
  'site',
  'address',
  'whole',
  'part',
  'price',
  'yes',
  'perhaps',
  'day',
  'hour',
  'at',
  'length',
  'uid',
  'more',
  'size',
  'rank',
  'owner',
  'tags',
] as const

export const plainForm = form(models.thing, { fields: names })

/** The same fields in other widgets. */
export const otherForm = form(models.thing, {
  fields: names,
  required: { tags: false },
  widgets: {
    line: textarea(),
    at: splitDatetime({ picker: true }),
    more: jsonArea({ rows: 3 }),
    size: radio(),
    tags: checkboxes(),
  },
})

export const parts = formset(models.owner, 'parts', { fields: ['name', 'count'], extra: 1 })

const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 15 }),
  fc.constantFrom(
    '',
    ' ',
    ' padded ',
    'a\nb',
    '\nfirst',
    'a\r\nb',
    '<b>"&\'',
    '"><script>',
    '\t',
    '0',
    'null',
  ),
)

const pad = (n: number, width: number): string => String(n).padStart(width, '0')

const day = fc
  .record({
    y: fc.integer({ min: 1, max: 9999 }),
    m: fc.integer({ min: 1, max: 12 }),
    d: fc.integer({ min: 1, max: 28 }),
  })
  .map(({ y, m, d }) => `${pad(y, 4)}-${pad(m, 2)}-${pad(d, 2)}`)

const hour = fc
  .record({
    h: fc.integer({ min: 0, max: 23 }),
    m: fc.integer({ min: 0, max: 59 }),
    s: fc.integer({ min: 0, max: 59 }),
    f: fc.constantFrom(0, 0, 1, 250, 999),
  })
  .map(({ h, m, s, f }) => `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}.${pad(f, 3)}`)

const orNull = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A | null> => fc.option(arbitrary, { nil: null })

/** A row with little in it. */
export const plainRow: Row = {
  id: 1,
  line: 'x',
  maybe: null,
  slug: 'taken',
  site: '',
  address: null,
  whole: 1,
  part: null,
  price: null,
  yes: true,
  perhaps: null,
  day: null,
  hour: null,
  at: null,
  length: null,
  uid: null,
  more: {},
  size: null,
  rank: 1,
  owner: 1,
}

/** A row with any values that its fields can take. */
export const thing = fc.record({
  id: fc.constant(1),
  line: text.filter((each) => [...each].length <= 40),
  maybe: orNull(text),
  slug: orNull(fc.stringMatching(/^[\w-]{1,10}$/u)),
  site: fc.constantFrom('', 'https://a.example/x?y', 'ftp://b.example'),
  address: orNull(fc.constantFrom('1.2.3.4', '2001:db8::1')),
  whole: orNull(fc.maxSafeInteger()),
  part: orNull(fc.double({ noNaN: true, noDefaultInfinity: true })),
  price: orNull(fc.integer({ min: -99_999_999, max: 99_999_999 }).map((n) => (n / 100).toFixed(2))),
  yes: fc.boolean(),
  perhaps: orNull(fc.boolean()),
  day: orNull(day),
  hour: orNull(hour),
  at: orNull(fc.tuple(day, hour).map(([date, time]) => `${date}T${time}Z`)),
  length: orNull(
    fc
      .tuple(fc.integer({ min: -999, max: 999 }), hour)
      .map(([days, time]) => `${String(days)} ${time.slice(0, 8)}`),
  ),
  uid: orNull(fc.uuid()),
  more: fc.jsonValue({ maxDepth: 3 }).filter((json) => json !== null),
  size: orNull(fc.constantFrom('s', 'l')),
  rank: fc.constantFrom(1, 2),
  owner: orNull(fc.constantFrom(1, 2)),
})

export const tagged = fc.uniqueArray(fc.constantFrom('a', 'b b', '<c>'), { minLength: 1 })

export const opened = (row: Row, tags: ReadonlyArray<string>): WritableClient =>
  memory(models, {
    owner: [
      { id: 1, name: 'One' },
      { id: 2, name: '<Two>' },
    ],
    tag: ['a', 'b b', '<c>'].map((word) => ({ word })),
    thing: [row],
    thing_tags: tags.map((tag, i) => ({ id: i + 1, thing: 1, tag })),
    part: [
      { id: 1, name: 'x', count: 1, owner: 1 },
      { id: 2, name: 'y', count: null, owner: 1 },
      { id: 3, name: 'x', count: 3, owner: 2 },
      { id: 4, name: 'z', count: 4, owner: 2 },
    ],
  } as never)

/** A client that keeps what it is asked to write. */
export const watched = (
  client: WritableClient,
): { readonly client: WritableClient; readonly written: ReadonlyArray<Json> } => {
  const written: Array<Json> = []
  const around = (inner: WritableClient): WritableClient => ({
    ...inner,
    ...(inner.write === undefined
      ? {}
      : {
          write: (mutations, meter) => {
            written.push(...(JSON.parse(JSON.stringify(mutations)) as ReadonlyArray<Json>))
            return inner.write!(mutations, meter)
          },
        }),
    ...('update' in inner
      ? {
          update: (model, key, set, expect, repeatable) => {
            written.push({ model, set })
            return inner.update(model, key, set, expect, repeatable)
          },
        }
      : {}),
    ...('updateBulk' in inner
      ? {
          updateBulk: (model, changes) => {
            written.push({ model, changes: changes.map(({ set }) => set) })
            return inner.updateBulk(model, changes)
          },
        }
      : {}),
    ...(inner.transaction === undefined
      ? {}
      : { transaction: (program) => inner.transaction!((inside) => program(around(inside))) }),
  })
  return { client: around(client), written }
}
