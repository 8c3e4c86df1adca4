/** Models as JSON Schema. */
import { expect } from 'chai'
import { Validator } from '@seriousme/openapi-schema-validator'
import {
  autoId,
  belongsTo,
  columnSchema,
  field,
  jsonSchema,
  modelSchema,
  schema,
  schemaOf,
  type Json,
} from 'queryset-ts'

const resolved = schemaOf(
  schema({
    artist: { code: field.text({ primaryKey: true, maxLength: 8 }), since: field.date({ auto: 'created' }) },
    album: {
      id: autoId,
      title: field.text({ maxLength: 160, minLength: 1, help: 'As on the sleeve.' }),
      site: field.text({ format: 'url', blank: true }),
      shelf: field.text({ pattern: [/^[A-Z]\d$/u, 'is not a shelf', 'shelf'], label: 'On shelf' }),
      price: field.nullable(field.decimal({ maxDigits: 6, decimalPlaces: 2 })),
      rank: field.int({ min: 1, max: 5, default: 3 }),
      type: field.nullable(field.choices({ 0: 'Solo', 1: 'Group' })),
      country: field.choices([['Americas', { US: 'United States' }]], { blank: true, default: '' }),
      meta: field.nullable(field.json()),
      secret: field.text({ editable: false, default: 'x' }),
      artist: field.nullable(belongsTo('artist', { help: 'Who made it.' })),
    },
  }),
)

const column = (name: string): Json => {
  const found = resolved.models.get('album')?.columns.get(name)
  return found === undefined ? null : columnSchema(found)
}

describe('JSON Schema', () => {
  it('says what people see, and what values are', () => {
    expect(column('title')).to.deep.equal({
      title: 'Title',
      description: 'As on the sleeve.',
      type: 'string',
      maxLength: 160,
      minLength: 1,
    })
    expect(column('shelf')).to.deep.equal({ title: 'On shelf', type: 'string', pattern: '^[A-Z]\\d$' })
    expect(column('rank')).to.deep.equal({
      title: 'Rank',
      type: 'integer',
      minimum: 1,
      maximum: 5,
      default: 3,
    })
  })

  it('allows null and empty text where the field does', () => {
    expect(column('price')).to.deep.equal({
      title: 'Price',
      type: ['string', 'null'],
      pattern: '^-?\\d+(?:\\.\\d{1,2})?$',
    })
    expect(column('site')).to.deep.equal({
      title: 'Site',
      anyOf: [{ const: '' }, { type: 'string', format: 'uri' }],
    })
    expect(column('meta')).to.deep.equal({ title: 'Meta' })
    expect(column('artist')).to.deep.equal({
      title: 'Artist',
      description: 'Who made it.',
      type: ['string', 'null'],
    })
  })

  it('tells choices with their labels, in their groups', () => {
    const types = {
      type: 'integer',
      oneOf: [
        { const: 0, title: 'Solo' },
        { const: 1, title: 'Group' },
      ],
    }
    expect(column('type')).to.deep.equal({ title: 'Type', anyOf: [types, { type: 'null' }] })
    expect(column('country')).to.deep.equal({
      title: 'Country',
      anyOf: [
        { const: '' },
        { type: 'string', oneOf: [{ title: 'Americas', oneOf: [{ const: 'US', title: 'United States' }] }] },
      ],
      default: '',
    })
  })

  it('marks what nobody is to write', () => {
    expect(column('secret')).to.deep.include({ readOnly: true })
    expect(column('id')).to.deep.include({ readOnly: true })
  })

  it('requires of a new row what has no default, of a change nothing', () => {
    const album = resolved.models.get('album')
    if (album === undefined) return expect.fail('there is no album')
    expect(modelSchema(album, 'new')['required']).to.deep.equal(['title', 'site', 'shelf'])
    const change = modelSchema(album, 'change')
    expect(change['required']).to.equal(undefined)
    expect(Object.keys(change['properties'] ?? {})).not.to.include('id')
    expect(modelSchema(album)['required']).to.have.length(album.columns.size)
    return undefined
  })

  it('stands in an OpenAPI 3.1 document', async () => {
    const { $defs } = jsonSchema(resolved)
    const told = await new Validator().validate({
      openapi: '3.1.0',
      info: { title: 'x', version: '1' },
      paths: {},
      components: { schemas: $defs },
    })
    expect(told).to.deep.include({ valid: true })
  })

  it('has a type for every kind of field but json', () => {
    const { models } = schemaOf(
      schema({
        all: {
          id: autoId,
          text: field.text(),
          float: field.float(),
          decimal: field.decimal({ decimalPlaces: 0 }),
          boolean: field.boolean(),
          date: field.date(),
          time: field.time(),
          datetime: field.datetime(),
          duration: field.duration(),
          uuid: field.uuid(),
          json: field.json(),
        },
      }),
    )
    const types = [...(models.get('all')?.columns.values() ?? [])].map((each) => columnSchema(each)['type'])
    expect(types).to.deep.equal([
      'integer',
      'string',
      'number',
      'string',
      'boolean',
      ...Array.from({ length: 5 }, () => 'string'),
      undefined,
    ])
  })
})
