/** Creating rows: keys that are counted up, and conflicts that are ignored. */
import { expect } from 'chai'
import { function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  conflict,
  count,
  create,
  createBulk,
  field,
  schema,
  toArray,
  valuesList,
  type WritableClient,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { left, right } from '../../support/answers.js'
import { fresh, shop } from './support.js'

const { pipe } = fn

describe('keys that are counted up', () => {
  it('end with the greatest safe integer', async () => {
    const client = fresh()
    const last = await right(pipe(shop.tag, create(client, { id: Number.MAX_SAFE_INTEGER, name: 'last' })))
    expect(last.id).to.equal(Number.MAX_SAFE_INTEGER)
    expect((await left(pipe(shop.tag, create(client, { name: 'more' }))))._tag).to.equal('Conflict')
    expect(await right(pipe(shop.tag, count(client)))).to.equal(2)
  })
})

describe('conflicts that are passed over', () => {
  const named = schema({ word: { id: autoId, text: field.text() } })

  // Caught, planted: the rows of a call that fail together all passed over.
  it('leave the other rows alone, where the client does all or nothing too', async () => {
    const base = memory(named, { word: [{ id: 1, text: 'b' }] })
    const unique = (inside: WritableClient): WritableClient => {
      const { create: _, ...bulk } = inside as typeof base
      return {
        ...bulk,
        // An index that the schema doesn't name.
        createBulk: (model, rows) =>
          rows.some((row) => row['text'] === 'b')
            ? TE.left(conflict('word', ['text'], 'it is there'))
            : bulk.createBulk(model, rows),
        transaction: (program) => bulk.transaction((within) => program(unique(within))),
      }
    }
    const client = unique(base)
    const rows = ['a', 'b', 'c'].map((text) => ({ text }))
    const made = await right(createBulk(client, rows, { ignoreConflicts: true })(named.word))
    expect(made.map(({ text }) => text)).to.deep.equal(['a', 'c'])
    expect(
      await right(
        pipe(
          named.word,
          valuesList((w) => w.text),
          toArray(client),
        ),
      ),
    ).to.deep.equal(['b', 'a', 'c'])
    expect((await left(createBulk(client, rows)(named.word)))._tag).to.equal('Conflict')
    expect(await right(count(client)(named.word))).to.equal(3)
  })
})
