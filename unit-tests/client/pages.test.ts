/** Walks over clients that don't do as they are told. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  annotate,
  autoId,
  belongsTo,
  conjunctsOf,
  count,
  distinct,
  everything,
  explain,
  field,
  filter,
  first,
  groupBy,
  orderBy,
  plan,
  schema,
  schemaOf,
  slice,
  stream,
  toArray,
  understands,
  union,
  unsupported,
  values,
  type Abilities,
  type Answer,
  type Client,
  type Page,
  type Query,
  type Question,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { isOrdered as hasOrder } from '../../src/query/Query.js'
import { loose } from '../clients/loose.js'

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
      ...loose(books, {
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
      "ask 'slow' 3 rows a page, by offset:",
    ])
    expect(said({ total: 'exact', concurrency: 1 })).to.deep.equal([
      'total',
      "ask 'slow' 3 rows a page, by offset, not noticing a row that goes while another comes:",
    ])
    expect(said({ total: 'none' })).to.deep.equal([
      'repeats',
      "ask 'slow' 3 rows a page, by offset, not noticing rows that go meanwhile:",
    ])
  })
})

/** A client that answers everything, in another order for each request where the query has none. */
const restlessClient = (support: Client['support']): Client => {
  const word = Array.from({ length: 12 }, (_, i) => ({ id: i + 1, text: `word ${String(i % 6)}` }))
  const whole = memory(models, { word })
  let requests = 0
  return {
    name: 'restless',
    schema: schemaOf(models),
    ...(support === undefined ? {} : { support }),
    maxPerRequest: 4,
    list: (query) => {
      const by = requests++
      const { slice: page } = query
      // A slice makes an order, which the rows that it cuts need not have.
      if (page === null || hasOrder({ ...query, slice: null })) return whole.list(query)
      return TE.map(({ rows, total }: Page) => ({
        rows: [...rows.slice(by % rows.length), ...rows.slice(0, by % rows.length)].slice(
          page.offset,
          page.offset + (page.limit ?? rows.length),
        ),
        total,
      }))(whole.list({ ...query, slice: null }))
    },
  }
}

// Planted, and found here: rows of each kind that aren't sorted (`sortedAround`); groups that are sorted by no key.
describe('pages of rows that have no order', () => {
  const byWord = pipe(
    models.word,
    groupBy(
      (w) => ({ text: w.text }),
      (g) => ({ n: g.count() }),
    ),
  )
  const texts = pipe(
    models.word,
    values((w) => ({ text: w.text })),
  )
  const six = Array.from({ length: 6 }, (_, i) => `word ${String(i)}`)
  const supports = { 'says nothing': undefined, 'answers everything': everything }

  Object.entries(supports).forEach(([title, support]) => {
    it(`are sorted, of a client that ${title}`, async () => {
      const client = restlessClient(support)
      const found = await Promise.all([
        pipe(byWord, toArray(client))(),
        pipe(
          byWord,
          filter((w) => w.n.gt(1)),
          toArray(client),
        )(),
        pipe(texts, distinct, toArray(client))(),
        pipe(texts, union(texts), toArray(client))(),
      ])
      found.forEach((rows) => {
        expect(E.isRight(rows) && rows.right.map(({ text }) => text)).to.deep.equal(six)
      })
    })
  })
})

/** An honest client of 40 words, every other one 'odd': what it says depends on the order and the slice. */
const honest = (
  abilities: Abilities,
  depends: (answer: Answer, question: Question) => Partial<Answer>,
  asked: Array<Query> = [],
): Client => {
  const word = Array.from({ length: 40 }, (_, i) => ({ id: i + 1, text: i % 2 === 0 ? 'odd' : 'even' }))
  const whole = memory(models, { word })
  const support = (question: Question): Answer => {
    const answer = understands({ lookups: { exact: 'exact' }, order: true, maxPerRequest: 8, ...abilities })(
      question,
    )
    return { ...answer, ...depends(answer, question) }
  }
  return {
    name: 'honest',
    schema: schemaOf(models),
    support,
    list: (query) => {
      asked.push(query)
      const answer = support({ model: 'word', query, where: conjunctsOf(query) })
      const refused =
        answer.where.includes('unsupported') ||
        (query.order.length > 0 && !answer.order) ||
        (query.slice !== null && !answer.slice)
      if (refused) return TE.left(unsupported('honest', 'this query'))
      const loose = answer.where.includes('superset')
      return TE.map(
        ({ rows, total }: { readonly rows: ReadonlyArray<unknown>; readonly total: number | null }) => ({
          rows: rows.slice(0, answer.maxPerRequest ?? Infinity),
          total:
            answer.total === 'none' || total === null
              ? null
              : Math.min(total, answer.total === 'exact' ? total : answer.total),
        }),
      )(whole.list(loose ? { ...query, where: null } : query))
    },
  }
}

// Planted, and found here: pages of which nothing, or only this or that, is compared with what was asked about
// (`asksTheSame`); the first page, or the next one, not asked about (`keyWays`, `offsetWays`); no smaller size, or no order
// of its own tried (`firstOf`).
describe('what a client says of a query, and of its pages', () => {
  const odd = pipe(
    models.word,
    filter((w) => w.text.eq('odd')),
  )
  const ids = Array.from({ length: 20 }, (_, i) => 2 * i + 1)
  const found = async (client: Client, queryset: typeof odd = odd) => {
    const rows = await toArray(client)(queryset)()
    return E.isRight(rows) ? rows.right.map(({ id }) => id).sort((a, b) => a - b) : rows.left.message
  }
  const isOrdered = ({ query }: Question) => query.order.length > 0
  const isFurther = ({ query }: Question) => (query.slice?.offset ?? 0) > 0
  const isSliced = ({ query }: Question) => query.slice !== null
  const whens = { 'it is ordered': isOrdered, 'it has an offset': isFurther, 'it is sliced': isSliced }
  Object.entries(whens).forEach(([when, is]) => {
    ;(['superset', 'unsupported'] as const).forEach((fidelity) => {
      it(`conditions that are ${fidelity} once ${when}`, async () => {
        const client = honest({}, (answer, question) => ({
          where: is(question) ? answer.where.map(() => fidelity) : answer.where,
        }))
        expect(await found(client)).to.deep.equal(ids)
      })
    })

    it(`fewer rows at a time once ${when}`, async () => {
      const client = honest({}, (_, question) => (is(question) ? { maxPerRequest: 3 } : {}))
      expect(await found(client)).to.deep.equal(ids)
      expect(await count(client)(odd)()).to.deep.equal(E.right(20))
    })

    it(`no totals, or up to a number, once ${when}`, async () => {
      const none = honest({ total: 'exact' }, (answer, question) => ({
        total: is(question) ? 'none' : answer.total,
      }))
      expect(await found(none)).to.deep.equal(ids)
      expect(await count(none)(odd)()).to.deep.equal(E.right(20))
      const capped = honest({ total: 'exact' }, (answer, question) => ({
        total: is(question) ? 9 : answer.total,
      }))
      expect(await found(capped)).to.deep.equal(ids)
      expect(await count(capped)(odd)()).to.deep.equal(E.right(20))
    })
  })

  it('an order of the first page only', async () => {
    const client = honest({}, (answer, question) => ({ order: answer.order && !isFurther(question) }))
    expect(await found(client)).to.deep.equal(ids)
    const longest = pipe(
      odd,
      orderBy((w) => [w.text.desc(), w.id.desc()]),
    )
    expect(await found(client, longest)).to.deep.equal(ids)
  })

  it('a first page that is answered otherwise than the next', async () => {
    const byOffset = honest({}, (answer, question) => ({
      where:
        isSliced(question) && !isFurther(question)
          ? answer.where.map(() => 'superset' as const)
          : answer.where,
    }))
    expect(await found(byOffset)).to.deep.equal(ids)
    const byKey = honest({ lookups: { exact: 'exact', gt: 'exact' } }, (answer, { where }) => ({
      order: answer.order && where.length > 1,
    }))
    expect(await found(byKey)).to.deep.equal(ids)
  })

  it('a page that is sliced to as many rows as there are at most', async () => {
    const client = honest({ lookups: { in: 'exact' } }, (_, question) => ({
      slice: !isSliced(question),
    }))
    const few = pipe(
      models.word,
      filter((w) => w.id.in([1, 2, 3])),
      filter((w) => w.text.eq('odd')),
    )
    expect(await found(client, few)).to.deep.equal([1, 3])
  })

  it('keys of rows that come in smaller pages, no more requests than planned', async () => {
    const library = schema({
      author: { id: autoId, name: field.text() },
      book: { id: autoId, by: belongsTo('author') },
    })
    const many = Array.from({ length: 12 }, (_, i) => i + 1)
    const whole = memory(library, {
      author: many.map((id) => ({ id, name: `author ${String(id)}` })),
      book: many.map((id) => ({ id, by: id })),
    })
    let requests = 0
    const client: Client = {
      name: 'library',
      schema: schemaOf(library),
      support: (question) => ({
        ...understands({ lookups: { in: 'exact' }, total: 'exact', rows: { author: 12, book: 12 } })(
          question,
        ),
        maxPerRequest: isSliced(question) ? 3 : 100,
      }),
      list: (query) => {
        requests += 1
        return whole.list(query)
      },
    }
    const named = pipe(
      library.book,
      values((b) => ({ name: b.by.name })),
    )
    const planned = plan(client)(named)
    const rows = await toArray(client)(named)()
    expect(E.isRight(rows) && rows.right.length).to.equal(12)
    expect(requests).to.be.at.most(E.isRight(planned) ? (planned.right.requests ?? 0) : 0)
  })

  it('columns that are not given with an order', async () => {
    const client = honest({ projection: true }, (answer, question) => ({
      projection: answer.projection && !isOrdered(question),
    }))
    const texts = pipe(
      odd,
      values((w) => ({ text: w.text })),
    )
    const rows = await toArray(client)(texts)()
    expect(E.isRight(rows) && rows.right.length).to.equal(20)
  })

  it('rather in order, in smaller pages, than in an order of its own', async () => {
    const asked: Array<Query> = []
    await found(honest({}, (_, question) => (isOrdered(question) ? { maxPerRequest: 3 } : {}), asked))
    expect(asked.every(({ order, slice: page }) => order.length > 0 && page?.limit === 3)).to.equal(true)
  })
})

/** So many words, of which a service gives fewer at once than it says, and tells no totals. */
const curt = (many: number, gives: number, abilities: Abilities = {}) => {
  const asked: Array<Query> = []
  let word = Array.from({ length: many }, (_, i) => ({ id: i + 1, text: `word ${String(i)}` }))
  const client: Client = {
    name: 'curt',
    schema: schemaOf(models),
    support: understands({ maxPerRequest: 100, order: true, rows: { word: many }, ...abilities }),
    list: (query) => {
      asked.push(query)
      return TE.map(({ rows }: { readonly rows: ReadonlyArray<unknown> }) => ({
        rows: rows.slice(0, gives),
        total: null,
      }))(memory(models, { word }).list(query))
    },
  }
  const comes = (id: number) => {
    word = [...word, { id, text: 'new' }]
  }
  return { client, asked, comes }
}

// Planted, and found here: a first page that isn't full believed to be the last, whatever its length, or asked on after
// whatever it is (`isAskedOn`); an answer to that which isn't looked at; a plan that doesn't count it (`furtherFor`).
describe('a page that is not full, of a client that tells no totals', () => {
  const given = async ({ client }: ReturnType<typeof curt>) => {
    const rows = await toArray(client)(models.word)()
    return E.isRight(rows) ? rows.right.length : rows.left.message
  }

  const ways: ReadonlyArray<readonly [string, Abilities]> = [
    ['by offset', {}],
    ['by offset, apart', { overlap: false }],
    ['by key', { lookups: { gt: 'exact' } }],
  ]
  ways.forEach(([way, abilities]) => {
    it(`is asked on after where it may have been cut off, ${way}`, async () => {
      const found = await Promise.all([10, 16, 25, 32, 50].map((gives) => given(curt(500, gives, abilities))))
      expect(found).to.deep.equal(
        [10, 16, 25, 32, 50].map(
          (gives) =>
            `list failed on the client 'curt': asked for 100 rows it gave ${String(gives)}, although there are more`,
        ),
      )
    })

    it(`is the last where nothing comes after it, at a request more, which is planned, ${way}`, async () => {
      const costs = await Promise.all(
        [0, 9, 10, 11, 50, 99, 100, 150].map(async (many) => {
          const service = curt(many, 100, abilities)
          expect(await given(service)).to.equal(many)
          const planned = plan(service.client)(models.word)
          if (E.isLeft(planned)) throw new Error(planned.left.message)
          expect(service.asked.length).to.be.at.most(planned.right.requests ?? 0)
          return [many, service.asked.length, planned.right.requests]
        }),
      )
      expect(costs).to.deep.equal([
        [0, 1, 1],
        [9, 1, 1],
        [10, 2, 2],
        [11, 1, 2],
        [50, 2, 2],
        [99, 1, 2],
        [100, 2, 2],
        [150, 2, 2],
      ])
    })
  })

  it('is asked on after only where more rows are wanted', async () => {
    const service = curt(50, 100)
    await pipe(models.word, slice(0, 80), toArray(service.client))()
    await pipe(models.word, first(service.client))()
    for await (const row of stream(service.client)(models.word)) if (E.isRight(row)) break
    expect(service.asked.length).to.equal(3)
  })

  it('is not the last, by key, where rows come meanwhile', async () => {
    const service = curt(50, 100, { lookups: { gt: 'exact' } })
    const { list } = service.client
    const client: Client = {
      ...service.client,
      list: (query) => async () => {
        const page = await list(query)()
        if (service.asked.length === 1) service.comes(51)
        return page
      },
    }
    const rows = await toArray(client)(models.word)()
    expect(E.isRight(rows) && rows.right.map(({ id }) => id)).to.deep.equal(
      Array.from({ length: 51 }, (_, i) => i + 1),
    )
  })
})

describe('a count over totals that are capped', () => {
  it('takes no more than planned, and no more than a page where the first total is below the cap', async () => {
    const counted = async (many: number) => {
      const asked = nothingAsked()
      const client = slow(many, { order: true, total: 9 }, asked, undefined, (n) => Math.min(n, 9))
      const planned = plan({
        ...client,
        support: understands({
          maxPerRequest: 3,
          order: true,
          total: 9,
          overlap: false,
          rows: { word: many },
        }),
      })(models.word)
      if (E.isLeft(planned)) throw new Error(planned.left.message)
      return [await count(client)(models.word)(), asked.offsets.length, planned.right.requests]
    }
    expect(await counted(14)).to.deep.equal([E.right(14), 5, 5])
    expect(await counted(8)).to.deep.equal([E.right(8), 1, 3])
  })
})

describe('a page that is ended early', () => {
  const word = Array.from({ length: 20 }, (_, i) => ({ id: i + 1, text: `word ${String(i)}` }))
  const ending = (
    abilities: Abilities,
    kept: (request: number) => number,
    least?: number,
  ): { readonly client: Client; readonly seen: { requests: number } } => {
    const whole = memory(models, { word })
    const seen = { requests: 0 }
    const support = understands({ maxPerRequest: 8, ...abilities })
    const client: Client = {
      name: 'early',
      schema: schemaOf(models),
      support: (question) => ({
        ...support(question),
        ...(least === undefined ? {} : { minPerRequest: least }),
      }),
      list: (query) => {
        seen.requests += 1
        if (seen.requests > 100) return TE.left(unsupported('early', 'any more'))
        const most = kept(seen.requests)
        return TE.map(
          ({ rows, total }: { readonly rows: ReadonlyArray<unknown>; readonly total: number | null }) => ({
            rows: rows.slice(0, most),
            total: abilities.total === 'exact' ? total : null,
            ...(rows.length > most ? { more: true } : {}),
          }),
        )(whole.list(query))
      },
    }
    return { client, seen }
  }
  const ways: ReadonlyArray<readonly [string, Abilities]> = [
    ['by key', { lookups: { gt: 'exact' }, order: true }],
    ['by offset', { order: true }],
    ['by offset, where the total is known', { order: true, total: 'exact' }],
    ['by offset, without an overlap', { order: true, overlap: false }],
  ]
  for (const [name, abilities] of ways) {
    it(`is gone on after, ${name}`, async () => {
      for (const kept of [1, 2, 3, 7]) {
        const { client, seen } = ending(abilities, () => kept, kept)
        const planned = plan({ ...client, support: withRows(client) })(models.word)
        const found = await toArray(client)(models.word)()
        expect(found, String(kept)).to.deep.equal(E.right(word))
        expect(seen.requests).to.be.at.most(E.isRight(planned) ? (planned.right.requests ?? 0) : 0)
      }
    })

    it(`is so wherever it happens, ${name}`, async () => {
      for (let at = 1; at < 6; at += 1) {
        const { client } = ending(abilities, (request) => (request === at ? 1 : 8))
        expect(await toArray(client)(models.word)(), String(at)).to.deep.equal(E.right(word))
        expect(await count(client)(models.word)(), String(at)).to.deep.equal(E.right(20))
      }
    })
  }

  it('is the first of several where all were expected at once', async () => {
    const { client, seen } = ending({ order: true }, (request) => (request === 1 ? 2 : 8))
    expect(await fn.pipe(models.word, slice(3, 8), toArray(client))()).to.deep.equal(
      E.right(word.slice(3, 8)),
    )
    expect(seen.requests).to.be.at.most(6)
  })

  it('has a row at least', async () => {
    const { client } = ending({ order: true }, () => 0)
    const found = await toArray(client)(models.word)()
    expect(E.isLeft(found) && found.left.message).to.contain('ended a page before its first row')
  })

  it('is told as such where the rest of it has no page of its own', async () => {
    const { client } = ending({ order: true, slice: 'limit' }, () => 2)
    const found = await fn.pipe(models.word, slice(0, 5), toArray(client))()
    expect(E.isLeft(found) && [found.left._tag, found.left.message]).to.deep.equal([
      'ClientFailed',
      "list failed on the client 'early': it ended a page before its first row, or of rows that can be asked for only at once",
    ])
  })
})

const withRows =
  (client: Client) =>
  (question: Question): Answer => ({ ...client.support!(question), rows: 20 })
