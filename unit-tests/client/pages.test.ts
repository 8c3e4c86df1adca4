/** Walks over clients that don't do as they are told. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  annotate,
  autoId,
  belongsTo,
  explain,
  field,
  filter,
  first,
  orderBy,
  schema,
  schemaOf,
  slice,
  stream,
  toArray,
  understands,
  values,
  type Abilities,
  type Client,
  type Query,
} from 'queryset-ts'
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

  it('goes by values behind keys that lead nowhere', async () => {
    const books = schema({
      author: { id: autoId, age: field.int() },
      book: { id: autoId, author: belongsTo('author') },
    })
    const small: Client = {
      ...memory(books, {
        author: [{ id: 1, age: 30 }],
        book: [1, 9, 1, 9, 1].map((author, i) => ({ id: i + 1, author })),
      }),
      maxPerRequest: 2,
    }
    const ids = (rows: E.Either<unknown, ReadonlyArray<{ readonly id: number }>>) =>
      E.isRight(rows) ? rows.right.map(({ id }) => id) : rows.left
    const oldest = pipe(
      books.book,
      orderBy((b) => [b.author.age.desc()]),
    )
    expect(ids(await pipe(oldest, toArray(small))())).to.deep.equal([2, 4, 1, 3, 5])
    const annotated = pipe(
      books.book,
      annotate((b) => ({ age: b.author.age })),
      orderBy((b) => [b.age.desc()]),
      values((b) => ({ id: b.id })),
    )
    expect(ids(await pipe(annotated, toArray(small))())).to.deep.equal([2, 4, 1, 3, 5])
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

interface Asked {
  readonly offsets: Array<number>
  under: number
  together: number
}

/** So many words, in pages of 3 by offset, of which later ones are answered sooner. `change` may change the rows. */
const slow = (
  count: number,
  abilities: Abilities,
  asked: Asked,
  change: (
    rows: ReadonlyArray<{ readonly id: number; readonly text: string }>,
    page: number,
  ) => typeof rows = (rows) => rows,
  total: (n: number, page: number) => number | null = (n) => n,
): Client => {
  let word = Array.from({ length: count }, (_, i) => ({ id: i + 1, text: `word ${String(i % 2)}` }))
  return {
    name: 'slow',
    schema: schemaOf(models),
    support: understands({ maxPerRequest: 3, total: 'exact', overlap: false, ...abilities }),
    list: (query) => async () => {
      const page = asked.offsets.length
      asked.offsets.push(query.slice?.offset ?? 0)
      asked.under += 1
      asked.together = Math.max(asked.together, asked.under)
      for (let i = 0; i < 300 - 20 * page; i += 1) await Promise.resolve()
      const answer = await memory(models, { word }).list(query)()
      word = [...change(word, page)]
      asked.under -= 1
      return E.map(
        ({ rows, total: n }: { readonly rows: ReadonlyArray<unknown>; readonly total: number | null }) => ({
          rows,
          total: total(n ?? 0, page),
        }),
      )(answer)
    },
  }
}

const nothingAsked = (): Asked => ({ offsets: [], under: 0, together: 0 })

// Planted, and found here: a page that is empty isn't missed (`hasChanged`); what is under way isn't waited for, or more
// is asked for than the bound (`pages`); fetching ahead where there may be enough (`plan.ts`).
describe('pages at the same time', () => {
  it('come in order, no more of them under way than the client says', async () => {
    const asked = nothingAsked()
    const rows = await toArray(slow(14, { concurrency: 2 }, asked))(models.word)()
    expect(E.isRight(rows) && rows.right.map(({ id }) => id)).to.deep.equal(
      Array.from({ length: 14 }, (_, i) => i + 1),
    )
    expect(asked).to.deep.equal({ offsets: [0, 3, 6, 9, 12], under: 0, together: 2 })
  })

  it('are four unless it says otherwise, and one after the other where it tells no total', async () => {
    const usual = nothingAsked()
    await toArray(slow(30, {}, usual))(models.word)()
    expect(usual.together).to.equal(4)
    const alone = nothingAsked()
    await toArray(slow(30, { total: 'none' }, alone, undefined, () => null))(models.word)()
    expect(alone.together).to.equal(1)
  })

  it('are those that are wanted and no others', async () => {
    const sliced = nothingAsked()
    await pipe(models.word, slice(1, 9), toArray(slow(30, { order: true }, sliced)))()
    expect(sliced.offsets).to.deep.equal([1, 4, 7])
    const one = nothingAsked()
    await pipe(models.word, first(slow(30, { order: true }, one)))()
    expect(one.offsets).to.deep.equal([0])
  })

  it('are not fetched ahead where there may be enough', async () => {
    const sieved = nothingAsked()
    await pipe(
      models.word,
      filter((w) => w.text.eq('word 1')),
      orderBy((w) => [w.id.asc()]),
      slice(0, 3),
      toArray(slow(30, { order: true }, sieved)),
    )()
    expect(sieved).to.deep.equal({ offsets: [0, 3], under: 0, together: 1 })
    const streamed = nothingAsked()
    for await (const row of stream(slow(30, {}, streamed))(models.word))
      if (E.isRight(row) && row.right.id === 4) break
    expect(streamed.offsets).to.deep.equal([0, 3])
  })

  it('end with the first that fails, and leave none under way', async () => {
    const asked = nothingAsked()
    const whole = slow(30, {}, asked)
    const failing: Client = {
      ...whole,
      list: (query) =>
        query.slice?.offset === 6 ? () => Promise.reject(new Error('no')) : whole.list(query),
    }
    const rows = await toArray(failing)(models.word)()
    expect(E.isLeft(rows) && rows.left._tag).to.equal('ClientFailed')
    expect(asked.offsets).to.deep.equal([0, 3, 9, 12, 15])
    expect(asked.under).to.equal(0)
  })

  it('notice another total, and a page that is shorter than it must be', async () => {
    const changed = await toArray(
      slow(14, {}, nothingAsked(), (rows, page) => (page === 4 ? rows.slice(1) : rows)),
    )(models.word)()
    expect(E.isLeft(changed) && changed.left.message).to.match(/came or went/u)
    // It tells a total with the first page only.
    const short = await toArray(
      slow(
        14,
        {},
        nothingAsked(),
        (rows, page) => (page === 0 ? rows.slice(4) : rows),
        (n, page) => (page === 0 ? n : null),
      ),
    )(models.word)()
    expect(E.isLeft(short) && short.left.message).to.match(/it says that there are 3 rows to give and gave/u)
  })
})

describe('a walk by offset', () => {
  const told = { total: 'none', overlap: true } as const
  const none = () => null

  it('notices a row that goes, by the last row of the page before, at a row a page more', async () => {
    const asked = nothingAsked()
    const all = await toArray(slow(14, told, asked, undefined, none))(models.word)()
    expect(E.isRight(all) && all.right.map(({ id }) => id)).to.deep.equal(
      Array.from({ length: 14 }, (_, i) => i + 1),
    )
    expect(asked.offsets).to.deep.equal([0, 2, 4, 6, 8, 10, 12])
    const gone = await toArray(
      slow(14, told, nothingAsked(), (rows, page) => (page === 1 ? rows.slice(1) : rows), none),
    )(models.word)()
    expect(E.isLeft(gone) && gone.left.message).to.match(/came or went/u)
  })

  it('notices that all rows from there on are gone', async () => {
    const gone = await toArray(slow(5, told, nothingAsked(), (rows) => rows.slice(3), none))(models.word)()
    expect(E.isLeft(gone) && gone.left.message).to.match(/came or went/u)
  })

  it('says what it would not notice', () => {
    const said = (abilities: Abilities) => {
      const explained = explain(slow(14, abilities, nothingAsked()))(models.word)
      if (E.isLeft(explained)) throw new Error(explained.left.message)
      return [explained.right.plan.walk.noticed, explained.right.text.split('\n')[0]]
    }
    expect(said({ total: 'none', overlap: true })).to.deep.equal([
      'all',
      "ask 'slow' 3 rows a request, by offset:",
    ])
    expect(said({ total: 'exact', concurrency: 1 })).to.deep.equal([
      'total',
      "ask 'slow' 3 rows a request, by offset, not noticing a row that goes while another comes:",
    ])
    expect(said({ total: 'none' })).to.deep.equal([
      'repeats',
      "ask 'slow' 3 rows a request, by offset, not noticing rows that go meanwhile:",
    ])
  })
})
