/** Answers from before, things shared that shouldn't be, and errors told as something else. */
import { either as E } from 'fp-ts'
import { clientFailed, filter, fold, orderBy, prefetchRelated, slice, type Query } from '../../src/index.js'
import { allOf } from '../../src/query/Query.js'
import { sourceOf, type Store } from '../../src/engine/Store.js'
import type { StoreClient } from '../../src/clients/reference/storeClient.js'
import { copyJson } from '../../src/value/copyJson.js'
import type { Json, Row } from '../../src/value/Value.js'
import { askOf, type Bug, type World } from './support/client.js'
import { by, byArguments, byCopies, byQueries, byReads, byWrites } from './support/killers.js'
import { m } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Call, Mutant, Witness } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { does, finds, fresh, read, told, type Author, type Book } from './support/witness.js'

const mutant = mutantsOf('cache-errors')

const modelIn = (query: Query): string =>
  query.from._tag === 'model'
    ? query.from.model
    : query.from._tag === 'query'
      ? modelIn(query.from.query)
      : modelIn(query.from.left)

interface Kept {
  readonly model: string
  readonly answer: unknown
}

type Reading = 'list' | 'count' | 'getPks'
type Writing = 'create' | 'update' | 'delete' | 'createBulk' | 'updateBulk' | 'deleteBulk'

const writing: ReadonlyArray<Writing> = [
  'create',
  'update',
  'delete',
  'createBulk',
  'updateBulk',
  'deleteBulk',
]

/**
 * Answers are kept under a key, and forgotten by some of the writes: of the same model, or of any. What is kept and given
 * are copies; what was read while something was written isn't kept, nor what is read within a transaction.
 */
export const cached = (
  reading: Reading,
  key: (query: Query, world: World) => string | null,
  forgets: (operation: Writing, model: string, kept: Kept) => boolean,
): Bug => ({
  around: (right, world) => {
    const { memory, state } = world
    if (!memory.has('outermost')) memory.set('outermost', { state, busy: 0, written: 0 })
    const outermost = memory.get('outermost') as { readonly state: unknown; busy: number; written: number }
    const isOuter = outermost.state === state
    const writes =
      <A>(run: () => Promise<A>, forget: (kept: Kept) => boolean) =>
      async (): Promise<A> => {
        outermost.busy += 1
        try {
          return await run()
        } finally {
          outermost.busy -= 1
          outermost.written += 1
          for (const [own, kept] of memory)
            if (own.startsWith(`${reading} `) && forget(kept as Kept)) memory.delete(own)
        }
      }
    const asking =
      <A>(ask: (query: Query) => () => Promise<E.Either<never, A>>) =>
      (query: Query) =>
      async () => {
        const part = isOuter ? key(query, world) : null
        const own = part === null ? null : `${reading} ${part}`
        const known = own === null ? undefined : (memory.get(own) as Kept | undefined)
        if (known !== undefined) return E.right(structuredClone(known.answer) as A)
        const { busy, written } = outermost
        const answer = await ask(query)()
        const isQuiet = busy === 0 && outermost.busy === 0 && outermost.written === written
        if (E.isRight(answer) && own !== null && isQuiet)
          memory.set(own, { model: modelIn(query), answer: structuredClone(answer.right) })
        return answer
      }
    const changing = Object.fromEntries(
      writing.map((operation) => [
        operation,
        (model: string, ...rest: ReadonlyArray<never>) => {
          const write = right[operation] as (...args: ReadonlyArray<unknown>) => () => Promise<unknown>
          return writes(write(model, ...rest), (kept) => forgets(operation, model, kept))
        },
      ]),
    )
    // The functions are those of a client, each with what it was around it.
    return {
      [reading]: asking(right[reading] as never),
      ...(isOuter ? changing : {}),
      transaction: (program) => writes(right.transaction(program), () => true),
    }
  },
})

const whole = (query: Query): string => JSON.stringify(query)

/** A key's own row, asked for by its key. */
const byKey = (query: Query, { schema }: World): string | null => {
  const { where, from } = query
  return from._tag === 'model' &&
    where?._tag === 'lookup' &&
    where.name === 'exact' &&
    where.left._tag === 'column' &&
    where.left.path.length === 1 &&
    where.left.path[0] === schema.models.get(from.model)?.primaryKey
    ? whole(query)
    : null
}

const rowsOf = (store: Store, model: string): ReadonlyArray<Row> => store.rows.get(model) ?? []

/** Reads before and after something. */
const aroundReads = (
  rows: Parameters<typeof does>[0],
  queryset: Parameters<typeof read>[1],
  ...calls: ReadonlyArray<Call>
): Witness =>
  does(rows, async (client) => {
    const answers: Array<unknown> = [await read(client, queryset)]
    for (const call of calls) answers.push(await call(client))
    answers.push(await read(client, queryset))
    return answers
  })

const books = { book: [{ n: 1 }, { n: 2 }] }
const everything = allOf({ _tag: 'model', model: 'book' })
const ones = filter((b: Book) => b.n.eq(1))(m.book)

/** The first row of all books, to be tampered with. */
const firstOf = async (client: StoreClient): Promise<{ [column: string]: Json }> => {
  const page = await client.list(everything)()
  return E.isRight(page) ? (page.right.rows[0] as { [column: string]: Json }) : {}
}

/** A source that looks rows up in another state of the store. */
const indexed = (stale: (before: Store, now: Store) => boolean, there: 'now' | 'before'): Bug => ({
  source: (source, world) => {
    const { memory, state } = world
    const known = memory.get('index') as Store | undefined
    if (known === undefined || !stale(known, state.store)) {
      memory.set('index', state.store)
      return source
    }
    const old = sourceOf(known)
    return {
      all: source.all,
      find: (model, column, value) => {
        const { primaryKey } = world.schema.models.get(model)!
        const found = old.find(model, column, value)
        return there === 'before' || column === primaryKey
          ? found
          : found.flatMap((row) => source.find(model, primaryKey, row[primaryKey] ?? null))
      },
    }
  },
})

const sizes = (store: Store): string => JSON.stringify([...store.rows].map(([, rows]) => rows.length))

export const cacheErrors: ReadonlyArray<Mutant> = [
  mutant(
    'count-cached-by-model',
    'counts are kept by model, whatever the filter, until something is written',
    cached('count', modelIn, () => true),
    aroundReads(books, m.book, (client) => read(client, ones)),
    byReads,
  ),
  mutant(
    'count-cache-outlives-bulk',
    'a count that is kept outlives bulk writes',
    cached('count', whole, (operation) => !operation.endsWith('Bulk')),
    aroundReads(books, ones, (client) => told(client.updateBulk('book', [{ key: 2, set: { n: 1 } }]))),
  ),
  mutant(
    'list-cache-outlives-delete',
    'a list that is kept outlives deletes',
    cached('list', whole, (operation) => !operation.startsWith('delete')),
    aroundReads(books, m.book, (client) => told(client.delete('book', 1))),
  ),
  mutant(
    'list-cache-outlives-other-model',
    'a list that is kept outlives writes of other models',
    cached('list', whole, (_, model, kept) => kept.model === model),
    aroundReads(
      { author: [{ name: 'a' }], book: [{ author: 1 }] },
      filter((b: Book) => b.author.name.eq('a'))(m.book),
      (client) => told(client.update('author', 1, { name: 'b' })),
    ),
  ),
  mutant(
    'list-cache-ignores-slice',
    'lists are kept without regard to their slice',
    cached(
      'list',
      (query) => whole({ ...query, slice: null }),
      () => true,
    ),
    aroundReads(books, slice(0, 1)(m.book), (client) => read(client, slice(1, 2)(m.book))),
    byReads,
  ),
  mutant(
    'list-cache-ignores-order',
    'lists are kept without regard to their order',
    cached(
      'list',
      (query) =>
        whole({ ...query, order: query.order.map((key) => ({ ...key, direction: 'asc', nulls: 'last' })) }),
      () => true,
    ),
    aroundReads(books, orderBy((b: Book) => [b.n.asc()])(m.book), (client) =>
      read(client, orderBy((b: Book) => [b.n.desc()])(m.book)),
    ),
    byReads,
  ),
  mutant(
    'row-cache-outlives-bulk',
    'a row that is kept by its key outlives bulk writes',
    cached('list', byKey, (operation) => !operation.endsWith('Bulk')),
    aroundReads(books, filter((b: Book) => b.id.eq(1))(m.book), (client) =>
      told(client.updateBulk('book', [{ key: 1, set: { n: 5 } }])),
    ),
  ),
  mutant(
    'missing-row-cached',
    'that a row is not there is kept, even when it is made',
    cached('list', byKey, (operation, _, { answer }) =>
      operation.startsWith('create')
        ? (answer as { readonly rows: ReadonlyArray<unknown> }).rows.length > 0
        : true,
    ),
    aroundReads({}, filter((b: Book) => b.id.eq(1))(m.book), (client) =>
      told(client.create('book', fresh('book', {}))),
    ),
  ),
  mutant(
    'keys-cache-outlives-create',
    'keys that are kept outlive the making of rows',
    cached('getPks', whole, (operation) => !operation.startsWith('create')),
    aroundReads(books, m.book, (client) => told(client.create('book', fresh('book', {})))),
  ),
  mutant(
    'total-cached',
    'the total of a sliced list is that of the first time it was asked for',
    {
      page: (page, query, _, { memory }) => {
        if (query.slice === null) return page
        const key = `total ${whole({ ...query, slice: null })}`
        const total = (memory.get(key) as number | undefined) ?? page.total
        memory.set(key, total)
        return { ...page, total }
      },
    },
    aroundReads(books, slice(0, 1)(m.book), (client) => told(client.delete('book', 2))),
  ),
  mutant(
    'index-stale-after-update',
    'an index is made anew when rows come or go, and not when they change',
    indexed((before, now) => sizes(before) === sizes(now), 'now'),
    aroundReads(books, ones, (client) => told(client.update('book', 2, { n: 1 }))),
  ),
  mutant(
    'index-keeps-deleted',
    'an index keeps the rows that were deleted',
    indexed(
      (before, now) => [...now.rows].every(([model, rows]) => rows.length <= rowsOf(before, model).length),
      'before',
    ),
    aroundReads(
      { author: [{}], book: [{ author: 1 }] },
      prefetchRelated((a: Author) => a.books)(m.author),
      (client) => told(client.delete('book', 1)),
    ),
  ),
  mutant(
    'reads-lag-behind',
    'a list is as it was before the last write',
    {
      around: (right, world) => ({
        list: (query) => async () => {
          const { memory, state } = world
          const seen = memory.get('seen') as { before: Store; now: Store } | undefined
          if (seen === undefined) memory.set('seen', { before: state.store, now: state.store })
          else if (seen.now !== state.store) {
            const { now } = seen
            memory.set('seen', { before: state.store, now: state.store })
            const rows = askOf({ ...world, state: { store: now } })(query)
            const all = askOf({ ...world, state: { store: now } })({ ...query, slice: null, related: [] })
            await world.io()
            if (E.isRight(rows) && E.isRight(all))
              return E.right({ rows: rows.right.map(copyJson), total: all.right.length })
          }
          return right.list(query)()
        },
      }),
    },
    aroundReads(books, m.book, (client) => told(client.update('book', 1, { n: 9 }))),
  ),
  mutant(
    'results-alias-store',
    'rows that are given are those of the store: who changes them changes it',
    {
      around: (right, world) => ({
        list: (query) => async () => {
          const page = await right.list(query)()
          const rows = askOf(world)(query)
          return E.isRight(page) && E.isRight(rows) ? E.right({ ...page.right, rows: rows.right }) : page
        },
      }),
    },
    does(books, async (client) => {
      ;(await firstOf(client))['n'] = 99
      return firstOf(client)
    }),
    byCopies,
  ),
  mutant(
    'arguments-alias-store',
    'a row that was given to be made is kept: who changes it later changes the store',
    {
      around: (right, world) => ({
        create: (model, row) => async () => {
          const made = await right.create(model, row)()
          if (E.isLeft(made)) return made
          const { primaryKey } = world.schema.models.get(model)!
          const { store } = world.state
          world.state.store = {
            ...store,
            rows: new Map([
              ...store.rows,
              [
                model,
                rowsOf(store, model).map((each) => (each[primaryKey] === row[primaryKey] ? row : each)),
              ],
            ]),
          }
          return made
        },
      }),
    },
    does({}, async (client) => {
      const row: { [column: string]: Json } = { ...fresh('book', { id: 1 }) }
      await client.create('book', row)()
      row['n'] = 99
      return firstOf(client)
    }),
    byCopies,
  ),
  mutant(
    'pages-shared',
    'the same list is given to all who ask for it: who shortens it shortens it for the others',
    {
      around: (right, world) => ({
        list: (query) => async () => {
          const key = `page ${whole(query)}`
          const known = world.memory.get(key) as { readonly store: Store; readonly page: never } | undefined
          if (known?.store === world.state.store) return E.right(known.page)
          const page = await right.list(query)()
          if (E.isRight(page)) world.memory.set(key, { store: world.state.store, page: page.right })
          return page
        },
      }),
    },
    does(books, async (client) => {
      const page = await client.list(everything)()
      if (E.isRight(page)) (page.right.rows as Array<unknown>).pop()
      return read(client, m.book)
    }),
    byCopies,
  ),
  mutant(
    'changes-its-question',
    'the keys that a query is sorted by are turned round in it',
    {
      around: (right) => ({
        list: (query) => async () => {
          const page = await right.list(query)()
          ;(query.order as Array<unknown>).reverse()
          return page
        },
      }),
    },
    does(
      {
        book: [
          { n: 2, title: 'a' },
          { n: 1, title: 'b' },
        ],
      },
      async (client) => {
        const query = fold(orderBy((b: Book) => [b.n.asc()])(m.book))
        if (E.isLeft(query)) return null
        await client.list(query.right)()
        return JSON.stringify(query.right.order)
      },
    ),
    byQueries,
  ),
  mutant(
    'changes-rows-given',
    'rows that are given to be made get their keys',
    {
      around: (right) => ({
        createBulk: (model, rows) => async () => {
          const made = await right.createBulk(model, rows)()
          if (E.isRight(made)) rows.forEach((row, i) => Object.assign(row, made.right[i]))
          return made
        },
      }),
    },
    does({}, async (client) => {
      const rows = [{ ...fresh('book', {}) }]
      return [await told(client.createBulk('book', rows)), await told(client.createBulk('book', rows))]
    }),
    byArguments,
  ),
  mutant(
    'conflict-told-generically',
    'that a unique value is taken is told as any failure',
    {
      around: (right) => ({
        create: (model, row) => async () =>
          E.mapLeft((error: { readonly _tag: string }) =>
            error._tag === 'Conflict' ? clientFailed('mutant', 'create', null) : (error as never),
          )(await right.create(model, row)()),
      }),
    },
    does({ book: [{}] }, (client) => told(client.create('book', fresh('book', { id: 1 })))),
    by('writes')('an error says what it is'),
  ),
  mutant(
    'conflict-swallowed',
    'that a key or unique value is taken is not told: the row is given back as if it had been made',
    {
      around: (right) => ({
        create: (model, row) => async () => {
          const made = await right.create(model, row)()
          return E.isLeft(made) && made.left._tag === 'Conflict' ? E.right(row) : made
        },
      }),
    },
    does({ book: [{}] }, (client) => told(client.create('book', fresh('book', { id: 1, n: 5 })))),
    by('writes')('what is wrong is refused'),
  ),
  mutant(
    'conflict-names-wrong-column',
    'a conflict about a unique value is told as one about the key',
    {
      around: (right, world) => ({
        create: (model, row) => async () =>
          E.mapLeft((error: { readonly _tag: string }) =>
            error._tag === 'Conflict'
              ? ({ ...error, fields: [world.schema.models.get(model)!.primaryKey] } as never)
              : (error as never),
          )(await right.create(model, row)()),
      }),
    },
    does({ author: [{ email: 'a' }] }, async (client) => {
      const made = await client.create('author', fresh('author', { email: 'a' }))()
      return E.isLeft(made) && made.left._tag === 'Conflict' ? made.left.fields : null
    }),
    by('writes')('an error says what it is'),
  ),
  mutant(
    'error-sticks',
    'after a write was refused, the next one is refused too',
    {
      around: (right, world) => ({
        create: (model, row) => async () => {
          const before = world.memory.get('error')
          world.memory.delete('error')
          if (before !== undefined) return E.left(before as never)
          const made = await right.create(model, row)()
          if (E.isLeft(made)) world.memory.set('error', made.left)
          return made
        },
      }),
    },
    does({ book: [{}] }, async (client) => [
      await told(client.create('book', fresh('book', { id: 1 }))),
      await told(client.create('book', fresh('book', {}))),
    ]),
    byWrites,
  ),
  mutant(
    'operator-shaped-value',
    'a text that looks like an operator is taken for one, which everything meets',
    R.lookups(
      ['exact', 'in'],
      ({ others, right }) => right || others.some((other) => /^\{"?\$/u.test(other as string)),
      {
        kinds: ['text'],
      },
    ),
    finds([{ title: 'a' }], (b) => b.title.eq('{"$gt":""}')),
    byReads,
  ),
  mutant(
    'quote-breaks-out',
    'what comes after a quote in a text is taken for a condition, which everything meets',
    R.lookups(
      ['exact', 'contains', 'icontains', 'startswith'],
      ({ other, right }) => right || (other as string).includes("'"),
      {
        kinds: ['text'],
      },
    ),
    finds([{ title: 'a' }], (b) => b.title.eq("'")),
    byReads,
  ),
  mutant(
    'quote-doubled',
    'a quote in a text that is looked for is doubled',
    R.lookups(
      ['exact', 'in'],
      ({ name, value, others, kind }) =>
        R.looksUp(
          name,
          kind,
          value,
          others.map((other) => (other as string).replaceAll("'", "''")),
        ),
      { kinds: ['text'] },
    ),
    finds([{ title: "'" }], (b) => b.title.eq("'")),
    byReads,
  ),
  mutant(
    'comma-splits-list',
    'a text with a comma in a list is taken for two',
    R.lookups(
      ['in'],
      ({ name, value, others, kind }) =>
        R.looksUp(
          name,
          kind,
          value,
          others.flatMap((other) => (other as string).split(',')),
        ),
      { kinds: ['text'] },
    ),
    finds([{ title: 'a' }], (b) => b.title.in(['a,b', 'c'])),
    byReads,
  ),
]
