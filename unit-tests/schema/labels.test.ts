/** What people see of models, fields and relations. */
import { expect } from 'chai'
import { autoId, belongsTo, checkSchema, field, manyToMany, schema, schemaOf, textOf } from 'queryset-ts'
import { labelOf, pluralOf } from '../../src/schema/labelOf.js'

describe('labels', () => {
  it('are made of names', () => {
    const names = ['first_name', 'firstName', 'id', 'artist_id', 'name', 'released_at', 'a1', 'URL']
    expect(names.map(labelOf)).to.deep.equal([
      'First name',
      'First name',
      'ID',
      'Artist ID',
      'Name',
      'Released at',
      'A1',
      'URL',
    ])
    expect(['artist', 'category', 'box', 'key', 'match'].map(pluralOf)).to.deep.equal([
      'artists',
      'categories',
      'boxes',
      'keys',
      'matches',
    ])
  })

  const music = schema(
    {
      artist: { id: autoId, stage_name: field.text({ label: 'Known as', help: 'As on the sleeve.' }) },
      record_label: { id: autoId, name: field.text({ verboseName: 'Name of it', helpText: 'Any.' }) },
      album: {
        id: autoId,
        artist: belongsTo('artist', {
          relatedName: 'albums',
          help: 'Who made it.',
          blank: true,
          limitTo: { id__gt: 0 },
        }),
        label: field.nullable(belongsTo('record_label', { label: 'Company', editable: false })),
        guests: manyToMany('artist', { relatedName: 'guest_albums', label: 'Guests on it' }),
      },
    },
    {
      labels: { album: { label: 'Record' }, artist: { plural: 'Acts' } },
      ordering: { album: ['-artist', 'id'] },
      display: {
        artist: (a) => a.stage_name,
        record_label: ({ name }) =>
          (name as unknown as { readonly gone: { readonly deep: string } }).gone.deep,
      },
    },
  )
  const { models } = schemaOf(music)

  it('are given, or inferred, of fields', () => {
    const name = models.get('artist')?.columns.get('stage_name')
    expect([name?.label, name?.help]).to.deep.equal(['Known as', 'As on the sleeve.'])
    const earlier = models.get('record_label')?.columns.get('name')
    expect([earlier?.label, earlier?.help]).to.deep.equal(['Name of it', 'Any.'])
  })

  it('are those of the relation, not of the key that its column holds', () => {
    const album = models.get('album')
    expect([...(album?.columns.values() ?? [])].map(({ label }) => label)).to.deep.equal([
      'ID',
      'Artist',
      'Company',
    ])
    expect(album?.columns.get('artist')).to.deep.include({
      help: 'Who made it.',
      blank: true,
      limitTo: { id__gt: 0 },
    })
    expect(album?.relations.get('label')).to.deep.include({ label: 'Company', editable: false })
    expect(album?.relations.get('guests')).to.deep.include({ label: 'Guests on it', many: true })
    expect(models.get('artist')?.relations.get('guest_albums')?.label).to.equal('Guest albums')
  })

  it('are given, or inferred, of models', () => {
    expect([...models.values()].map(({ label, plural }) => [label, plural])).to.deep.equal([
      ['Album guests', 'Album guestses'],
      ['Artist', 'Acts'],
      ['Record label', 'Record labels'],
      ['Record', 'Records'],
    ])
  })

  it('stand beside the order, and the fields in the order of their definition', () => {
    const album = models.get('album')
    expect(album?.ordering).to.deep.equal([
      { column: 'artist', descending: true },
      { column: 'id', descending: false },
    ])
    expect(album?.fields).to.deep.equal(['id', 'artist', 'label', 'guests'])
  })

  it('show a row by its display, else by label and key', () => {
    const [artist, label, album] = ['artist', 'record_label', 'album'].map((name) => models.get(name))
    expect(artist === undefined ? null : textOf(artist, { id: 1, stage_name: 'U2' })).to.equal('U2')
    // A function that throws shows nothing of its own.
    expect(label === undefined ? null : textOf(label, { id: 3, name: 'x' })).to.equal('Record label 3')
    expect(album === undefined ? null : textOf(album, { id: null })).to.equal('Record')
  })

  it('and rules of what is not there are mistakes', () => {
    const wrong = checkSchema(
      schema({ artist: { id: autoId, name: field.text(), born: field.date() } }, {
        ordering: { artist: ['nme', 3] },
        uniqueFor: {
          artist: [
            { field: 'nam', per: 'year', of: 'name' },
            { field: 'name', per: 'week', of: 'born' },
          ],
        },
        labels: { artits: {} },
        display: { artist: 'name' },
        validate: { artist: 7 },
        clock: 'now',
      } as unknown as object),
    )
    expect(wrong._tag === 'Left' && wrong.left.map(({ message }) => message)).to.deep.equal([
      'artits: is named in the options, but is not a model',
      'artist: has an ordering that is not a list of names',
      'artist.nam: is to be unique for a date, but is not a column',
      'artist.name: is what a field is to be unique for, but is neither a date nor a datetime',
      'artist: has fields that are unique for a date, but not as field, per and of',
      'artist: has an option that is not a function',
      'artist: has an option that is not a function',
      'clock: has an option that is not a function',
    ])
  })
})
