/** Arguments that are changed, and caches that remember too much. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import { conflict, filter, prefetchRelated, toArray, type Page, type Query } from '../../../src/index.js'
import type { QueryError } from '../../../src/index.js'
import { allOf } from '../../../src/query/Query.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import type { Change } from '../../../src/query/Write.js'
import { copyJson } from '../../../src/value/copyJson.js'
import type { Json, Row } from '../../../src/value/Value.js'
import type { Bug, World } from '../support/client.js'
import { m } from '../support/models.js'
import { asked, blindOf, column, constant, deep, fresh, type BlindMutant } from './support.js'

const { pipe } = fn
const alias = blindOf('aliasing', 'cache-errors')
const cache = blindOf('caching', 'cache-errors')

type Loose<T> = { -readonly [K in keyof T]: T[K] }

/** What is given may be written to, in JavaScript. */
const loose = <T extends object>(given: T): Loose<T> => given

const all = allOf({ _tag: 'model', model: 'book' })
const where = (name: 'gt' | 'exact', n: number): Query => ({
  ...all,
  where: { _tag: 'lookup', name, left: column('n'), right: [constant('int', n)] },
})
const byN = (direction: 'asc' | 'desc'): Query => ({
  ...all,
  order: [{ expression: column('n'), direction, nulls: direction === 'asc' ? 'last' : 'first' }],
})
const paged = (query: Query, offset: number, limit: number): Query => ({ ...query, slice: { offset, limit } })

const two = {
  book: [
    { id: 1, n: 1 },
    { id: 2, n: 2 },
  ],
}
const book = (row: { readonly [column: string]: Json }) => fresh('book', row)

interface Kept {
  readonly page: Page
  readonly query: Query
  stale: boolean
}

type Cache = Map<string, Kept>

const pageIn = (kept: Kept): Page => ({
  ...kept.page,
  rows: kept.page.rows.map((row) => copyJson(row as Row)),
})

interface Policy {
  readonly key?: (query: Query) => string
  /** Whether a page is kept. */
  readonly fills?: (page: Page, query: Query) => boolean
  /** What is forgotten after a write of a model's rows with these keys. */
  readonly forgets?: (
    cache: Cache,
    did: 'create' | 'update' | 'delete',
    model: string,
    keys: ReadonlyArray<Json>,
  ) => void
  /** Whether what a transaction reads is kept. */
  readonly drafts?: boolean
  /** Whether a transaction forgets what was kept. */
  readonly commits?: boolean
  /** Whether what is stale is given once more. */
  readonly revalidates?: boolean
}

const whole = (query: Query): string => JSON.stringify(query)

/** A cache of pages. What was read before a write isn't kept after it. */
const caching = ({
  key = whole,
  fills = () => true,
  forgets = (kept) => {
    kept.clear()
  },
  drafts = false,
  commits = true,
  revalidates = false,
}: Policy): Bug => ({
  around: (right, world) => {
    const { memory } = world
    if (!memory.has('root')) memory.set('root', world.state)
    if (!memory.has('cache')) memory.set('cache', new Map())
    if (!memory.has('writes')) memory.set('writes', 0)
    const kept = memory.get('cache') as Cache
    const written = (): number => memory.get('writes') as number
    if (memory.get('root') !== world.state && !drafts) return {}
    const writing =
      <A>(
        did: 'create' | 'update' | 'delete',
        model: string,
        keys: ReadonlyArray<Json>,
        write: TE.TaskEither<QueryError, A>,
      ): TE.TaskEither<QueryError, A> =>
      async () => {
        memory.set('writes', written() + 1)
        const result = await write()
        memory.set('writes', written() + 1)
        forgets(kept, did, model, keys)
        return result
      }
    return {
      list: (query) => async () => {
        const own = key(query)
        const known = kept.get(own)
        if (known !== undefined && !known.stale) return E.right(pageIn(known))
        if (known !== undefined && revalidates) {
          const again = await right.list(query)()
          if (E.isRight(again)) kept.set(own, { page: again.right, query, stale: false })
          return E.right(pageIn(known))
        }
        const before = written()
        const page = await right.list(query)()
        if (E.isRight(page) && before === written() && fills(page.right, query))
          kept.set(own, { page: copyJson(page.right as never), query, stale: false })
        return page
      },
      create: (model, row) => writing('create', model, [], right.create(model, row)),
      createBulk: (model, rows) => writing('create', model, [], right.createBulk(model, rows)),
      update: (model, one, set) => writing('update', model, [one], right.update(model, one, set)),
      updateBulk: (model, changes) =>
        writing(
          'update',
          model,
          changes.map((each) => each.key),
          right.updateBulk(model, changes),
        ),
      delete: (model, one) => writing('delete', model, [one], right.delete(model, one)),
      deleteBulk: (model, keys) => writing('delete', model, keys, right.deleteBulk(model, keys)),
      transaction: (program) => async () => {
        memory.set('writes', written() + 1)
        const result = await right.transaction(program)()
        memory.set('writes', written() + 1)
        if (commits) kept.clear()
        return result
      },
    }
  },
})

const holdsKey = ({ page }: Kept, world: ReadonlyArray<Json>): boolean =>
  page.rows.some((row) => Object.values(row as Row).some((value) => world.includes(value)))

const modelOf = ({ query }: Kept): string | null => (query.from._tag === 'model' ? query.from.model : null)

const listed = async (client: StoreClient, ...queries: ReadonlyArray<Query>): Promise<unknown> => {
  const told: Array<unknown> = []
  for (const query of queries) told.push(await client.list(query)())
  return told
}

const onlyList = (
  list: (right: StoreClient, query: Query, world: World) => TE.TaskEither<QueryError, Page>,
): Bug => ({
  around: (right, world) => ({ list: (query) => list(right, query, world) }),
})

export const keeping: ReadonlyArray<BlindMutant> = [
  alias(
    'the slice is taken off the question',
    'to count the total, the slice is taken off the query that was given',
    'https://github.com/luckyframework/avram/issues/194',
    onlyList((right, query) => async () => {
      const page = await right.list(query)()
      loose(query).slice = null
      return page
    }),
    asked(two, (client) => {
      const query = paged(byN('asc'), 0, 1)
      return listed(client, query, query)
    }),
  ),
  alias(
    'lists are emptied while they are sent',
    'the members of a list are taken out of the query that was given, some at a time',
    null,
    onlyList((right, query, world) => async () => {
      const page = await right.list(copyJson(query as never))()
      deep(world.schema, query, {
        node: (node) => {
          if (node._tag === 'lookup' && node.name === 'in') (node.right as Array<unknown>).splice(0)
          return node
        },
      })
      return page
    }),
    asked(two, (client) => {
      const query: Query = {
        ...all,
        where: {
          _tag: 'lookup',
          name: 'in',
          left: column('n'),
          right: [constant('int', 1), constant('int', 2)],
        },
      }
      return listed(client, query, query)
    }),
  ),
  alias(
    'related rows are asked for once',
    'what is related is taken off the query that was given, to be asked for by itself',
    null,
    onlyList((right, query) => async () => {
      const page = await right.list({ ...query, related: [...query.related] })()
      ;(query.related as Array<unknown>).splice(0)
      return page
    }),
    asked({ author: [{ id: 1 }], book: [{ id: 1, author: 1 }] }, (client) => {
      const query: Query = {
        ...allOf({ _tag: 'model', model: 'author' }),
        related: [{ relation: 'books', many: true, query: all }],
      }
      return listed(client, query, query)
    }),
  ),
  alias(
    'the key of the order is added to the question',
    'the primary key is pushed onto the order that was given, each time',
    'https://github.com/coleifer/peewee/issues/2200',
    onlyList((right, query) => async () => {
      if (query.order.length > 0)
        (query.order as Array<unknown>).unshift({
          expression: column('id'),
          direction: 'desc',
          nulls: 'first',
        })
      return right.list({ ...query, order: query.order.slice(query.order.length > 0 ? 1 : 0) })()
    }),
    asked(two, (client) => {
      const query = byN('asc')
      return listed(client, query, query)
    }),
  ),
  alias(
    'keys are taken out of the list',
    'the keys to be deleted are taken out of the list that was given, some at a time',
    null,
    {
      around: (right) => ({
        deleteBulk: (model, keys) => async () => {
          const result = await right.deleteBulk(model, [...keys])()
          ;(keys as Array<Json>).splice(0)
          return result
        },
      }),
    },
    asked(two, async (client) => {
      const keys: ReadonlyArray<Json> = [1, 2]
      return [await client.deleteBulk('book', keys)(), keys]
    }),
  ),
  alias(
    'given rows get their keys',
    'the keys of new rows are written into the rows that were given',
    null,
    {
      around: (right) => ({
        createBulk: (model, rows) => async () => {
          const made = await right.createBulk(model, rows.map(copyJson))()
          if (E.isRight(made))
            rows.forEach((row, i) => {
              Object.assign(row, made.right[i])
            })
          return made
        },
      }),
    },
    asked(two, async (client) => {
      const rows = [book({ n: 3 })]
      return [await client.createBulk('book', rows)(), await client.createBulk('book', rows)()]
    }),
  ),
  alias(
    'changes are sorted where they lie',
    'the changes that were given are sorted by key',
    null,
    {
      around: (right) => ({
        updateBulk: (model, changes) => {
          ;(changes as Array<Change>).sort((a, b) => Number(a.key) - Number(b.key))
          return right.updateBulk(model, changes)
        },
      }),
    },
    asked(two, async (client) => {
      const changes = [
        { key: 2, set: { n: 5 } },
        { key: 1, set: { n: 6 } },
      ]
      return [await client.updateBulk('book', changes)(), changes]
    }),
  ),

  cache(
    'kept by the question without directions',
    'the key of the cache leaves out in which direction is sorted',
    null,
    caching({
      key: (query) =>
        whole({ ...query, order: query.order.map((each) => ({ ...each, direction: 'asc', nulls: 'last' })) }),
    }),
    asked(two, (client) => listed(client, byN('asc'), byN('desc'))),
  ),
  cache(
    'kept by the question without what is related',
    'the key of the cache leaves out fields and related rows',
    null,
    caching({ key: (query) => whole({ ...query, related: [], fields: null }) }),
    asked({ author: [{ id: 1 }], book: [{ id: 1, author: 1 }] }, async (client) => [
      await toArray(client)(m.author)(),
      await pipe(
        m.author,
        prefetchRelated((a) => a.books),
        toArray(client),
      )(),
    ]),
  ),
  cache(
    'kept by the first 250 characters',
    'the key of the cache is cut',
    null,
    caching({ key: (query) => whole(query).slice(0, 250) }),
    asked(two, (client) => listed(client, paged(where('gt', 0), 0, 1), paged(where('gt', 0), 1, 1))),
  ),
  cache(
    "a write forgets its own model's pages",
    'what is related, or asked about by a relation, is kept while its rows change',
    null,
    caching({
      forgets: (kept, _, model) => {
        kept.forEach((each, key) => {
          if (modelOf(each) === model || modelOf(each) === null) kept.delete(key)
        })
      },
    }),
    asked({ author: [{ id: 1 }], book: [{ id: 1, author: 1 }] }, async (client) => {
      const books = pipe(
        m.author,
        prefetchRelated((a) => a.books),
      )
      return [
        await toArray(client)(books)(),
        await client.update('book', 1, { n: 9 })(),
        await toArray(client)(books)(),
      ]
    }),
  ),
  cache(
    'nothing is remembered for ever',
    'that there is nothing is kept, and not forgotten when something is made',
    null,
    caching({
      fills: ({ rows }) => rows.length === 0,
      forgets: (kept, did) => {
        if (did !== 'create') kept.clear()
      },
    }),
    asked(two, async (client) => [
      await client.list(where('exact', 7))(),
      await client.create('book', book({ n: 7 }))(),
      await client.list(where('exact', 7))(),
    ]),
  ),
  cache(
    'what was taken back is remembered',
    'what a transaction reads is kept, and not forgotten when it fails',
    'https://github.com/ardanlabs/service/issues/653',
    caching({ drafts: true, commits: false }),
    asked(two, async (client) => [
      await client.transaction((own) => async () => {
        await (own as unknown as StoreClient).update('book', 1, { n: 9 })()
        await own.list(all)()
        return E.left(conflict('book', [], 'no'))
      })(),
      await client.list(all)(),
    ]),
  ),
  cache(
    'transactions forget nothing',
    "what a transaction writes doesn't touch what is kept",
    null,
    caching({ commits: false }),
    asked(two, async (client) => [
      await client.list(all)(),
      await client.transaction((own) => (own as unknown as StoreClient).update('book', 1, { n: 9 }))(),
      await client.list(all)(),
    ]),
  ),
  cache(
    'once more what it was',
    'the first read after a write gives what is kept, and reads anew for the next',
    'https://github.com/Stellar-VaultLink/invofi/pull/236',
    caching({
      revalidates: true,
      forgets: (kept) => {
        kept.forEach((each) => {
          each.stale = true
        })
      },
    }),
    asked(two, async (client) => [
      await client.list(all)(),
      await client.update('book', 1, { n: 9 })(),
      await client.list(all)(),
    ]),
  ),
  cache(
    'only pages with the row are forgotten',
    'an update forgets the pages that have the row, not those that it comes into',
    null,
    caching({
      forgets: (kept, did, model, keys) => {
        kept.forEach((each, key) => {
          if (modelOf(each) !== model || did !== 'update' || holdsKey(each, keys)) kept.delete(key)
        })
      },
    }),
    asked(two, async (client) => [
      await client.list(where('gt', 5))(),
      await client.update('book', 1, { n: 9 })(),
      await client.list(where('gt', 5))(),
    ]),
  ),
  cache(
    'the total of the first page',
    'the total is counted with the first page, and given with the others',
    null,
    onlyList((right, query, { memory }) => async () => {
      const page = await right.list(query)()
      if (E.isLeft(page) || query.slice === null) return page
      const key = `total ${whole({ ...query, slice: null })}`
      const known = memory.get(key)
      if (query.slice.offset === 0 || typeof known !== 'number') memory.set(key, page.right.total)
      return query.slice.offset === 0 || typeof known !== 'number'
        ? page
        : E.right({ ...page.right, total: known })
    }),
    asked(two, async (client) => [
      await client.list(paged(all, 0, 1))(),
      await client.create('book', book({ n: 7 }))(),
      await client.list(paged(all, 1, 1))(),
    ]),
  ),
  cache(
    'keys are kept for all slices',
    'the keys of a query are kept without its order and slice, until something is written',
    null,
    {
      around: (right, { memory, state }) => ({
        getPks: (query) => async () => {
          const key = `keys ${whole({ ...query, slice: null, order: [] })}`
          const known = memory.get(key) as
            { readonly store: unknown; readonly keys: ReadonlyArray<Json> } | undefined
          if (known?.store === state.store) return E.right(known.keys)
          const keys = await right.getPks!(query)()
          if (E.isRight(keys)) memory.set(key, { store: state.store, keys: keys.right })
          return keys
        },
      }),
    },
    asked(two, async (client) => [
      await client.getPks!(paged(byN('asc'), 0, 1))(),
      await client.getPks!(paged(byN('asc'), 1, 1))(),
    ]),
  ),
  cache(
    'a deleted row is found by its key',
    'rows found by their key are kept until they are changed, also when they are deleted',
    'https://github.com/pubkey/rxdb/pull/4773',
    caching({
      fills: ({ rows }, { where: asks }) =>
        rows.length === 1 && asks?._tag === 'lookup' && asks.name === 'exact',
      forgets: (kept, did) => {
        if (did !== 'delete') kept.clear()
      },
    }),
    asked(two, async (client) => {
      const one = pipe(
        m.book,
        filter((b) => b.id.eq(1)),
        toArray(client),
      )
      return [await one(), await client.delete('book', 1)(), await one()]
    }),
  ),
]
