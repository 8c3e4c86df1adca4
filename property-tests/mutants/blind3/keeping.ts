/** Caches, errors, copies and limits that are wrong. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn, type taskEither as TE } from 'fp-ts'
import {
  clientFailed,
  filter,
  groupBy,
  prefetchRelated,
  selectRelated,
  slice,
  type Page,
  type Query,
  type QueryError,
} from '../../../src/index.js'
import { baseOf } from '../../../src/query/parts.js'
import { allOf } from '../../../src/query/Query.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { stepping, writeWith, type Bug, type World } from '../support/client.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import { m } from '../support/models.js'
import { asked, failing, gives, nodes, queries, read, type BlindMutant } from '../blind/support.js'
import { book, ns, shelves, two } from '../blind2/support.js'
import { answers, of, queryOf } from './support.js'

const { pipe } = fn
const cached = of('caching', 'cache-errors')
const error = of('errors', 'fault')
const alias = of('aliasing', 'cache-errors')
const size = of('size', 'wide')

/** What a client remembers: the pages that it gave, and how many writes are under way. */
interface Memory {
  readonly pages: Map<string, { readonly query: Query; readonly page: Page }>
  readonly root: World['state']
  writing: number
  version: number
}

interface Written {
  readonly model: string
  /** The keys of the rows that are changed or deleted; `null` where rows are made. */
  readonly keys: ReadonlyArray<Json> | null
}

interface Caching {
  readonly keyOf: (query: Query) => string
  /** Whether transactions share what is remembered; else they do without. */
  readonly shared: boolean
  readonly forgets: (written: Written, query: Query, page: Page, world: World) => boolean
}

const memories = new WeakMap<World['memory'], Memory>()

const memoryOf = ({ memory, state }: World): Memory => {
  const own = memories.get(memory) ?? { pages: new Map(), root: state, writing: 0, version: 0 }
  memories.set(memory, own)
  return own
}

const listing =
  ({ keyOf, shared }: Caching, memory: Memory, world: World, { list }: StoreClient): StoreClient['list'] =>
  (query, meter) =>
  async () => {
    const key = keyOf(query)
    const known = memory.pages.get(key)
    const outside = !shared && world.state !== memory.root
    if (known !== undefined && !outside && memory.writing === 0) return E.right(structuredClone(known.page))
    const { version, writing } = memory
    const given = await list(query, meter)()
    if (E.isRight(given) && !outside && writing === 0 && memory.version === version)
      memory.pages.set(key, { query, page: structuredClone(given.right) })
    return given
  }

const remembering = (caching: Caching): Bug => ({
  around: (right, world) => {
    const memory = memoryOf(world)
    const writing =
      (written: Written) =>
      <A>(task: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
      async () => {
        memory.writing += 1
        memory.version += 1
        const given = await task()
        memory.writing -= 1
        memory.pages.forEach(({ query, page }, key) => {
          if (caching.forgets(written, query, page, world)) memory.pages.delete(key)
        })
        return given
      }
    return {
      list: listing(caching, memory, world, right),
      create: (model, row) => writing({ model, keys: null })(right.create(model, row)),
      createBulk: (model, rows) => writing({ model, keys: null })(right.createBulk(model, rows)),
      update: (model, key, set) => writing({ model, keys: [key] })(right.update(model, key, set)),
      updateBulk: (model, changes) =>
        writing({ model, keys: changes.map(({ key }) => key) })(right.updateBulk(model, changes)),
      delete: (model, key) => writing({ model, keys: [key] })(right.delete(model, key)),
      deleteBulk: (model, keys) => writing({ model, keys })(right.deleteBulk(model, keys)),
      transaction: (program) => async () => {
        const given = await right.transaction(program)()
        memory.version += 1
        if (!caching.shared || E.isRight(given)) memory.pages.clear()
        return given
      },
    }
  },
})

/** A query without the conditions of its related rows. */
const unrelated = (query: Query): Query => ({
  ...query,
  related: query.related.map((each) => ({ ...each, query: { ...unrelated(each.query), where: null } })),
})

const isRow = (u: unknown): u is Row => typeof u === 'object' && u !== null && !Array.isArray(u)

const hasKey = (page: Page, key: string, keys: ReadonlyArray<Json>): boolean =>
  page.rows.some((row) => isRow(row) && (!Object.hasOwn(row, key) || keys.includes(row[key] ?? null)))

/** A failure of the backend told otherwise. */
const failed =
  (change: (error: QueryError) => QueryError) =>
  <A>(task: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
  async () =>
    E.mapLeft(change)(await task())

const sure = failed((left) => (left.retryable ? { ...left, retryable: false } : left))

/** Deletes rows one after the other, with a wait between. */
const rowByRow =
  ({ io, ...world }: World): StoreClient['deleteBulk'] =>
  (model, keys) =>
    stepping(io, 'deleteBulk', async () => {
      const done = { count: 0 }
      for (const key of new Set(keys)) {
        const applied = writeWith({}, { ...world, io }, { _tag: 'delete', model, keys: [key] })
        if (E.isLeft(applied)) return applied
        done.count += applied.right.count
        await io()
      }
      return E.right(done.count)
    })

const authored = pipe(
  m.book,
  selectRelated((b) => b.author),
)

export const keepings: ReadonlyArray<BlindMutant> = [
  cached(
    'which related rows is not in the name',
    'what was given is known by its query without the conditions of its related rows',
    'https://github.com/Suor/django-cacheops/issues/169',
    remembering({ keyOf: (query) => JSON.stringify(unrelated(query)), shared: false, forgets: () => true }),
    gives(
      shelves,
      pipe(
        m.author,
        prefetchRelated((a) => a.books),
      ),
      pipe(
        m.author,
        prefetchRelated(
          (a) => a.books,
          filter((b) => b.n.gt(2)),
        ),
      ),
    ),
  ),
  cached(
    'only rows of the model itself grow old',
    'what was given is forgotten when rows of its model are written, not when rows that it leads to are',
    null,
    remembering({
      keyOf: (query) => JSON.stringify(query),
      shared: false,
      forgets: ({ model }, query) => baseOf(query) === model,
    }),
    asked(shelves, async (client) => [
      await read(client, authored),
      await client.update('author', 1, { name: 'z' })(),
      await read(client, authored),
    ]),
  ),
  cached(
    'what was undone is remembered',
    'what a transaction that failed had read of its own writes is given afterwards',
    'https://github.com/yegor256/factbase/issues/717',
    remembering({ keyOf: (query) => JSON.stringify(query), shared: true, forgets: () => true }),
    answers(two, (client) => [
      client.transaction((inner) => async () => {
        if ('create' in inner) await inner.create('book', book({ title: 'c' }))()
        await inner.list(queryOf(m.book))()
        return E.left(clientFailed('mutant', 'transaction', null))
      }),
      client.list(queryOf(m.book)),
    ]),
  ),
  cached(
    'only those that had the row forget it',
    'what was given is forgotten when a row in it is written, not when a row comes into it',
    null,
    remembering({
      keyOf: (query) => JSON.stringify(query),
      shared: false,
      forgets: ({ model, keys }, query, page, { schema }) =>
        baseOf(query) !== model ||
        (keys !== null && hasKey(page, schema.models.get(model)?.primaryKey ?? '', keys)),
    }),
    asked(two, async (client) => [
      await read(client, m.book),
      await client.create('book', book({ title: 'c' }))(),
      await read(client, m.book),
    ]),
  ),

  error(
    'a failure is an empty page',
    'a list that fails is told to have no rows',
    null,
    {
      around: ({ list }) => ({
        list: (query, meter) => async () => {
          const given = await list(query, meter)()
          return E.isLeft(given) && given.left.retryable ? E.right({ rows: [], total: 0 }) : given
        },
      }),
    },
    failing(two, [(client) => client.list(queryOf(m.book))()], 0),
  ),
  error(
    'a time-out is a refusal',
    "a write of which it isn't known whether it was done is told not to have been",
    null,
    {
      around: ({ create, createBulk, update, updateBulk, ...right }) => ({
        create: (model, row) => sure(create(model, row)),
        createBulk: (model, rows) => sure(createBulk(model, rows)),
        update: (model, key, set) => sure(update(model, key, set)),
        updateBulk: (model, changes) => sure(updateBulk(model, changes)),
        delete: (model, key) => sure(right.delete(model, key)),
        deleteBulk: (model, keys) => sure(right.deleteBulk(model, keys)),
      }),
    },
    failing(two, [(client) => client.create('book', book({ title: 'c' }))()], 1),
  ),
  error(
    'a delete of many is many deletes',
    'rows are deleted one after the other, and stay deleted where one fails',
    null,
    { around: (_, world) => ({ deleteBulk: rowByRow(world) }) },
    failing(two, [(client) => client.deleteBulk('book', [1, 2])()], 1),
  ),

  alias(
    'keys are written into what is given',
    'rows that are to be made are given their keys in place',
    null,
    {
      around: ({ create, createBulk }, { schema }) => {
        const fill = (model: string, row: Row, made: Row | undefined): void => {
          const name = schema.models.get(model)?.primaryKey ?? ''
          Reflect.set(row, name, made?.[name] ?? null)
        }
        return {
          create: (model, row) => async () =>
            E.map((made: Row) => {
              fill(model, row, made)
              return made
            })(await create(model, row)()),
          createBulk: (model, rows) => async () =>
            E.map((made: ReadonlyArray<Row>) => {
              rows.forEach((row, i) => {
                fill(model, row, made[i])
              })
              return made
            })(await createBulk(model, rows)()),
        }
      },
    },
    asked(two, async (client) => {
      const rows = [book({ title: 'c' }), book({ title: 'd' })]
      await client.createBulk('book', rows)()
      return rows
    }),
  ),
  alias(
    'a query loses its slice',
    'the slice of a query is taken off it for its total, and not put on again',
    null,
    {
      around: ({ list }) => ({
        list: (query, meter) => async () => {
          const given = await list(query, meter)()
          Reflect.set(query, 'slice', null)
          return given
        },
      }),
    },
    asked(ns(1, 2, 3), async (client) => {
      const query = { ...queryOf(pipe(m.book, slice(0, 1))) }
      return [await client.list(query)(), await client.list(query)()]
    }),
  ),

  size(
    'ten values and no more',
    'a value is looked for among the first ten of a list',
    null,
    nodes((node) =>
      node._tag === 'lookup' && node.name === 'in' && node.right.length > 10
        ? { ...node, right: node.right.slice(0, 10) }
        : node,
    ),
    gives(
      ns(1, 11),
      pipe(
        m.book,
        filter((b) => b.n.in([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])),
      ),
    ),
  ),
  size(
    'ten groups and no more',
    'of the groups of rows the first ten are given',
    'https://github.com/10up/ElasticPress/issues/210',
    queries((query) =>
      query.group === null
        ? query
        : {
            ...allOf({
              _tag: 'query',
              query: { ...query, distinct: false, slice: { offset: 0, limit: 10 } },
            }),
            distinct: query.distinct,
            slice: query.slice,
          },
    ),
    gives(
      ns(...Array.from({ length: 11 }, (_, i) => i)),
      pipe(
        m.book,
        groupBy(
          (b) => ({ n: b.n }),
          (g) => ({ rows: g.count() }),
        ),
      ),
    ),
  ),
]
