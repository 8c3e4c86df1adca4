/** The words of errors, and the table that has them. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import { autoId, create, field, messageOf, messages, schema, sentence } from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const { pipe } = fn

const place = { model: 'genre', modelLabel: 'Genre', label: 'Name' }

describe('messages', () => {
  it('say for each code what is wrong', () => {
    const told = [
      messageOf(messages, 'invalid', { kind: 'int', got: 'text' }, place),
      messageOf(messages, 'invalid', { format: 'email' }, place),
      messageOf(messages, 'invalid', {}, place),
      messageOf(messages, 'max_length', { limit: 3 }, place),
      messageOf(messages, 'unique_together', { fields: ['a', 'b'] }, place),
      messageOf(messages, 'unique_for_date', { fields: ['a'], date: 'b', per: 'day' }, place),
      messageOf(messages, 'toString', {}, place),
      messageOf(messages, 'own', {}, place, 'is not so'),
    ]
    expect(told).to.deep.equal([
      'expected an int, got text',
      'expected an email address',
      'is not valid',
      'is longer than 3 characters',
      'another row has this a and b already',
      'another row has this a for the same date of b already',
      'is not valid',
      'is not so',
    ])
  })

  it('become sentences', () => {
    expect([
      sentence('is required'),
      sentence('expected an int', 'Age'),
      sentence('Use A1.', 'Shelf'),
    ]).to.deep.equal(['This value is required.', 'Age: expected an int.', 'Shelf: Use A1.'])
  })

  it('have a pattern speak for itself, unless the table knows its code', async () => {
    const shelf = field.text({ pattern: [/^[A-Z]\d$/gu, 'Use A1.', 'shelf'] })
    const tell = async (table: typeof messages) => {
      const models = schema({ book: { id: autoId, shelf } }, { messages: table })
      const told = await pipe(models.book, create(memory(models, {}), { shelf: 'x' }))()
      return E.isLeft(told) && told.left._tag === 'Invalid' ? told.left.errors : told
    }
    const error = { item: 0, field: 'shelf', code: 'shelf', params: {} }
    expect(await tell(messages)).to.deep.equal([{ ...error, message: 'Use A1.' }])
    expect(await tell({ shelf: (_, { label }) => `${String(label)} ist kein Fach` })).to.deep.equal([
      { ...error, message: 'Shelf ist kein Fach' },
    ])
  })

  it('tell text that has not its format, unless people may leave it empty', async () => {
    const models = schema({
      user: {
        id: autoId,
        mail: field.text({ format: 'email', minLength: 3, blank: true }),
        slug: field.text({ format: 'slug' }),
      },
    })
    const told = await pipe(models.user, create(memory(models, {}), { mail: '', slug: '' }))()
    expect(E.isLeft(told) && told.left._tag === 'Invalid' && told.left.errors).to.deep.equal([
      {
        item: 0,
        field: 'slug',
        code: 'invalid',
        params: { format: 'slug' },
        message: 'expected letters, digits, hyphens and underscores only',
      },
    ])
  })
})
