/** Walks over clients that don't do as they are told. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import { autoId, field, orderBy, schema, schemaOf, toArray, type Client, type Query } from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const { pipe } = fn
const models = schema({ word: { id: autoId, text: field.nullable(field.text()) } })
const words = ['Zeppelin', 'apple', null, 'Éclair', 'zebra'].map((text, i) => ({ id: i + 1, text }))

const client = (list: (query: Query, rows: ReadonlyArray<unknown>) => ReadonlyArray<unknown>): Client => {
  const whole = memory(models, { word: words })
  return {
    name: 'odd',
    schema: schemaOf(models),
    maxPerRequest: 2,
    list: (query) =>
      TE.map(({ rows }: { readonly rows: ReadonlyArray<unknown> }) => ({
        rows: list(query, rows),
        total: null,
      }))(whole.list(query)),
  }
}

const byText = pipe(
  models.word,
  orderBy((w) => [w.text.asc()]),
)

describe('a walk by key', () => {
  it('goes through rows with missing values', async () => {
    const rows = await pipe(byText, toArray(client((_, all) => all)))()
    expect(E.isRight(rows) && rows.right.map(({ text }) => text)).to.deep.equal([
      'Zeppelin',
      'apple',
      'zebra',
      'Éclair',
      null,
    ])
  })

  it('ends where a client gives the same page again', async () => {
    let calls = 0
    const rows = await pipe(
      models.word,
      toArray(
        client(() => {
          calls += 1
          return words.slice(0, 2)
        }),
      ),
    )()
    expect(E.isLeft(rows) && rows.left._tag).to.equal('ClientFailed')
    expect(calls).to.equal(2)
  })

  it('refuses rows in an order of their own, which would lose some', async () => {
    const sorted = [...words].sort((a, b) => (a.text ?? '~').localeCompare(b.text ?? '~'))
    const rows = await pipe(byText, toArray(client(() => sorted.slice(0, 2))))()
    expect(E.isLeft(rows) && rows.left.message).to.match(/another order/u)
  })
})
