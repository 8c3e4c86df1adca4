/** What a write refuses before it starts. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  checkSchema,
  count,
  create,
  createBulk,
  filter,
  schema,
  update,
  type QueryError,
} from 'queryset-ts'
import { left, right } from '../../support/answers.js'
import { fresh, plain, shop } from './support.js'

const { pipe } = fn

describe('validation', () => {
  const errorsOf = async (task: TE.TaskEither<QueryError, unknown>) => {
    const error = await left(task)
    return error._tag === 'Invalid' || error._tag === 'Conflict'
      ? error.errors.map(({ item, field: name, code, params }) => ({ item, field: name, code, params }))
      : error
  }

  it('tells all errors of all rows, by field, and writes nothing', async () => {
    const client = fresh()
    const rows = [
      { name: 'x' },
      { name: 'much too long a name' },
      { name: 'fine' },
      { nam: 'x' },
    ] as unknown as ReadonlyArray<{ name: string }>
    expect(await errorsOf(pipe(shop.artist, createBulk(client, rows)))).to.deep.equal([
      { item: 0, field: 'name', code: 'min_length', params: { limit: 2, length: 1 } },
      { item: 1, field: 'name', code: 'max_length', params: { limit: 10, length: 20 } },
      { item: 3, field: 'nam', code: 'unknown_field', params: { fields: ['id', 'name', 'code'] } },
      { item: 3, field: 'name', code: 'required', params: {} },
    ])
    expect(await right(pipe(shop.artist, count(client)))).to.equal(2)
  })

  it('knows null, range and choices', async () => {
    const client = fresh()
    const album = { title: null, year: 1899, artist: 1 } as never
    expect(await errorsOf(pipe(shop.album, create(client, album)))).to.deep.equal([
      { item: 0, field: 'title', code: 'null', params: {} },
      { item: 0, field: 'year', code: 'min_value', params: { limit: 1900 } },
    ])
    expect(await errorsOf(pipe(shop.label, create(client, { kind: 'huge' } as never)))).to.deep.equal([
      { item: 0, field: 'kind', code: 'invalid_choice', params: { choices: ['major', 'indie'] } },
    ])
  })

  ;[fresh, plain].forEach((make) => {
    it(`finds what isn't unique before the first write: ${make === fresh ? 'with' : 'without'} transactions`, async () => {
      const client = make()
      const artists = [
        { name: 'new', code: 'x' },
        { name: 'old', code: 'ac' },
        { name: 'twin', code: 'x' },
        { name: 'none' },
        { name: 'none' },
      ]
      expect(await errorsOf(pipe(shop.artist, createBulk(client, artists)))).to.deep.equal([
        { item: 1, field: 'code', code: 'unique', params: { fields: ['code'] } },
        { item: 2, field: 'code', code: 'unique', params: { fields: ['code'] } },
      ])
      const albums = [
        { title: 'Powerage', artist: 2 },
        { title: 'Powerage', artist: 1 },
      ]
      expect(await errorsOf(pipe(shop.album, createBulk(client, albums)))).to.deep.equal([
        { item: 1, field: null, code: 'unique_together', params: { fields: ['title', 'artist'] } },
      ])
      expect(await errorsOf(pipe(shop.artist, create(client, { id: 1, name: 'taken' })))).to.deep.equal([
        { item: 0, field: 'id', code: 'unique', params: { fields: ['id'] } },
      ])
      expect(await right(pipe(shop.artist, count(client)))).to.equal(2)
      expect(await right(pipe(shop.album, count(client)))).to.equal(2)
    })
  })

  it('checks unique values of changes, but not against the row itself', async () => {
    const client = fresh()
    expect(
      (
        await left(
          pipe(
            shop.artist,
            update(client, () => ({ code: 'same' })),
          ),
        )
      )._tag,
    ).to.equal('Conflict')
    expect(
      await right(
        pipe(
          shop.artist,
          filter((a) => a.id.eq(1)),
          update(client, () => ({ code: 'ac' })),
        ),
      ),
    ).to.equal(1)
  })

  it('keeps contradictions out of schemas', () => {
    const wrong = schema(
      { a: { id: autoId, b: belongsTo('b', { onDelete: 'setDefault' }) }, b: { id: autoId } },
      { uniqueTogether: { a: [['b', 'c']], c: [['x']] } } as never,
    )
    const checked = checkSchema(wrong)
    expect(
      E.isLeft(checked) ? checked.left.map(({ model, field: name }) => [model, name]) : [],
    ).to.deep.equal([
      ['a', 'b'],
      ['a', 'c'],
      ['c', null],
    ])
  })
})
