/** Caches that remember the wrong thing, and what callers share with a client. Written on 2026-11-28, without sight of the generator. */
import { either as E, taskEither as TE } from 'fp-ts'
import { type Page, type Query, type QueryError } from '../../../src/index.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import { allOf } from '../../../src/query/Query.js'
import type { Store } from '../../../src/engine/Store.js'
import { copyJson } from '../../../src/value/copyJson.js'
import type { Json, Row } from '../../../src/value/Value.js'
import type { Bug, World } from '../support/client.js'
import { asked, column, constant, type BlindMutant } from '../blind/support.js'
import { book, keyOf, of, rowsOf, two } from './support.js'

const cache = of('caching', 'cache-errors')
const alias = of('aliasing', 'cache-errors')

const all = allOf({ _tag: 'model', model: 'book' })

const where = (name: 'gt' | 'exact', left: string, kind: 'int' | 'text', value: Json): Query => ({
  ...all,
  where: { _tag: 'lookup', name, left: column(left), right: [constant(kind, value)] },
})

const by = (...names: ReadonlyArray<string>): Query => ({
  ...all,
  order: names.map((name) => ({ expression: column(name), direction: 'asc', nulls: 'last' })),
})

const byNDown: Query = {
  ...all,
  order: [{ expression: column('n'), direction: 'desc', nulls: 'first' }],
}

/** Something kept for a question, until something is written. */
interface Kept<A> {
  readonly store: Store
  readonly value: A
}

const keptIn = <A>(world: World, name: string): Map<string, Kept<A>> => {
  const known = world.memory.get(name) as Map<string, Kept<A>> | undefined
  const made = known ?? new Map<string, Kept<A>>()
  world.memory.set(name, made)
  return made
}

/** Answers that are kept by a key for as long as the store is the one that they are about. */
const keeping =
  <A>(
    world: World,
    name: string,
    key: (query: Query) => string,
    copy: (value: A) => A,
    ask: (query: Query) => TE.TaskEither<QueryError, A>,
  ) =>
  (query: Query): TE.TaskEither<QueryError, A> =>
  async () => {
    const kept = keptIn<A>(world, name)
    const own = key(query)
    const known = kept.get(own)
    const { store } = world.state
    if (known !== undefined && known.store === store) return E.right(copy(known.value))
    const answer = await ask(query)()
    if (E.isRight(answer) && store === world.state.store) kept.set(own, { store, value: copy(answer.right) })
    return answer
  }

const copyPage = (page: Page): Page => ({ ...page, rows: page.rows.map((row) => copyJson(row as Row)) })

const pagesBy = (key: (query: Query) => string): Bug => ({
  around: (right, world) => ({ list: keeping(world, 'pages', key, copyPage, right.list) }),
})

/** JSON with its lists sorted. */
const sortedThroughout = (u: unknown): unknown =>
  Array.isArray(u)
    ? u.map(sortedThroughout).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : typeof u === 'object' && u !== null
      ? Object.fromEntries(Object.entries(u).map(([key, each]) => [key, sortedThroughout(each)]))
      : u

const isPlain = (query: Query): boolean =>
  query.from._tag === 'model' &&
  query.columns === null &&
  query.group === null &&
  query.related.length === 0 &&
  query.annotations.length === 0

const modelOf = ({ from }: Query): string | null => (from._tag === 'model' ? from.model : null)

interface Patched {
  readonly query: Query
  readonly page: Page
}

/** Pages are kept, and an update is made in those that have the row; everything else forgets them. */
const patching: Bug = {
  around: (right, world) => {
    const { memory, state } = world
    if (!memory.has('root')) memory.set('root', state)
    const known = memory.get('patched') as Map<string, Patched> | undefined
    const pages = known ?? new Map<string, Patched>()
    memory.set('patched', pages)
    const isRoot = memory.get('root') === state
    const writes = { count: 0 }
    const forgetting =
      <A>(write: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
      async () => {
        writes.count += 1
        const done = await write()
        writes.count += 1
        if (isRoot) pages.clear()
        return done
      }
    const patch = (model: string, key: Json, set: Row): void => {
      pages.forEach(({ query, page }, own) => {
        const pk = keyOf(state.store, model)
        const has = page.rows.some((row) => (row as Row)[pk] === key)
        if (!isPlain(query) || query.fields !== null || modelOf(query) !== model || !has) pages.delete(own)
        else
          pages.set(own, {
            query,
            page: {
              ...page,
              rows: page.rows.map((row) =>
                (row as Row)[pk] === key ? { ...(row as Row), ...copyJson(set) } : row,
              ),
            },
          })
      })
    }
    return {
      list: (query) => async () => {
        const own = JSON.stringify(query)
        const found = isRoot ? pages.get(own) : undefined
        if (found !== undefined) return E.right(copyPage(found.page))
        const before = writes.count
        const page = await right.list(query)()
        if (isRoot && E.isRight(page) && before === writes.count)
          pages.set(own, { query, page: copyPage(page.right) })
        return page
      },
      update: (model, key, set) => async () => {
        writes.count += 1
        const done = await right.update(model, key, set)()
        writes.count += 1
        if (isRoot && E.isRight(done)) patch(model, key, set)
        else if (isRoot) pages.clear()
        return done
      },
      create: (model, row) => forgetting(right.create(model, row)),
      createBulk: (model, rows) => forgetting(right.createBulk(model, rows)),
      updateBulk: (model, changes) => forgetting(right.updateBulk(model, changes)),
      delete: (model, key) => forgetting(right.delete(model, key)),
      deleteBulk: (model, keys) => forgetting(right.deleteBulk(model, keys)),
      transaction: (program) => forgetting(right.transaction(program)),
    }
  },
}

/** Rows are kept by their key, as they were first read, until something is written. */
const identities: Bug = {
  around: (right, world) => ({
    list: (query) => async () => {
      const { store } = world.state
      const page = await right.list(query)()
      const model = modelOf(query)
      if (E.isLeft(page) || model === null || !isPlain(query) || store !== world.state.store) return page
      const kept = keptIn<Row>(world, 'identities')
      const pk = keyOf(store, model)
      return E.right({
        ...page.right,
        rows: page.right.rows.map((given) => {
          const row = given as Row
          const own = JSON.stringify([model, row[pk]])
          const known = kept.get(own)
          if (row[pk] === undefined) return row
          if (known !== undefined && known.store === store)
            return query.fields === null ? copyJson(known.value) : row
          kept.set(own, { store, value: copyJson(row) })
          return row
        }),
      })
    },
  }),
}

/** What was kept before a transaction is given in it, whatever it wrote. */
const keptInside: Bug = {
  around: (right, world) => {
    const { memory, state } = world
    if (!memory.has('root')) memory.set('root', state)
    const root = memory.get('root') as World['state']
    const kept = keptIn<Page>(world, 'inside')
    return {
      list: (query) => async () => {
        const own = JSON.stringify(query)
        const known = kept.get(own)
        const { store } = root
        if (known !== undefined && known.store === store) return E.right(copyPage(known.value))
        const page = await right.list(query)()
        if (root === state && E.isRight(page) && store === root.store)
          kept.set(own, { store, value: copyPage(page.right) })
        return page
      },
    }
  },
}

const listed = async (client: StoreClient, ...queries: ReadonlyArray<Query>): Promise<unknown> => {
  const told: Array<unknown> = []
  for (const query of queries) told.push(await client.list(query)())
  return told
}

/** A row of what was listed, to be written to as JavaScript lets one. */
const rowAt = (page: E.Either<QueryError, Page>, at: number): { [column: string]: unknown } =>
  E.isLeft(page) ? {} : (page.right.rows[at] as { [column: string]: unknown })

const isText = (u: unknown): u is { value: string } =>
  typeof u === 'object' && u !== null && 'value' in u && typeof u.value === 'string'

/** Texts that are looked for without case are put in lower case where they lie. */
const lowered = (u: unknown): void => {
  if (typeof u !== 'object' || u === null) return
  if ('_tag' in u && u._tag === 'lookup' && 'name' in u && 'right' in u && Array.isArray(u.right))
    if (['iexact', 'icontains', 'istartswith', 'iendswith'].includes(String(u.name)))
      u.right.filter(isText).forEach((each) => {
        each.value = each.value.toLowerCase()
      })
  Object.values(u).forEach(lowered)
}

const withBooks: Query = {
  ...allOf({ _tag: 'model', model: 'book' }),
  related: [{ relation: 'author', many: false, query: allOf({ _tag: 'model', model: 'author' }) }],
}

export const keepings: ReadonlyArray<BlindMutant> = [
  cache(
    'kept by the question in lower case',
    'the key of the cache is in lower case, so that questions that differ in case are one',
    null,
    pagesBy((query) => JSON.stringify(query).toLowerCase()),
    asked({ book: [{ title: 'a' }, { title: 'A' }] }, (client) =>
      listed(client, where('exact', 'title', 'text', 'a'), where('exact', 'title', 'text', 'A')),
    ),
  ),
  cache(
    'kept by the question with its lists sorted',
    'the key of the cache has all lists sorted, also those whose order means something',
    null,
    pagesBy((query) => JSON.stringify(sortedThroughout(query))),
    asked(
      {
        book: [
          { n: 1, rank: 2 },
          { n: 2, rank: 1 },
        ],
      },
      (client) => listed(client, by('n', 'rank'), by('rank', 'n')),
    ),
  ),
  cache(
    'counts are kept for all slices',
    'how many rows a query has is kept without its slice, until something is written',
    null,
    {
      around: (right, world) => ({
        count: keeping(
          world,
          'counts',
          (query) => JSON.stringify({ ...query, slice: null }),
          (n: number) => n,
          (query) => right.count!(query),
        ),
      }),
    },
    asked(two, async (client) => [
      await client.count!({ ...all, slice: { offset: 0, limit: 1 } })(),
      await client.count!(all)(),
    ]),
  ),
  cache(
    'what is kept is changed, not asked for anew',
    'an update is made in the pages that have the row, which stays there if it meets the condition no longer',
    'https://github.com/psteinroe/supabase-cache-helpers/issues/24',
    patching,
    asked(two, async (client) => [
      await client.list(where('gt', 'n', 'int', 1))(),
      await client.update('book', 2, { n: 0 })(),
      await client.list(where('gt', 'n', 'int', 1))(),
    ]),
  ),
  cache(
    'a row that was read in part stays so',
    'a row is kept by its key as it was first read, with some of its columns',
    'https://github.com/mikro-orm/mikro-orm/issues/4464',
    identities,
    asked(two, (client) => listed(client, { ...all, fields: ['id', 'n'] }, all)),
  ),
  cache(
    'a transaction reads what was kept before it',
    'a page that was kept before a transaction began is given in it, without what it wrote',
    null,
    keptInside,
    asked(two, async (client) => [
      await client.list(all)(),
      await client.transaction((own) => async () => {
        const inner = own as unknown as StoreClient
        await inner.create('book', book({ n: 3 }))()
        return inner.list(all)()
      })(),
    ]),
  ),

  alias(
    'rows share what they are related to',
    'rows of a page that have the same related row have one object for it',
    null,
    {
      around: (right) => ({
        list: (query) =>
          TE.map((page: Page): Page => {
            const known = new Map<string, Json>()
            const ones = query.related.filter(({ many }) => !many).map(({ relation }) => relation)
            const shared = (name: string, value: Json): Json => {
              const own = `${name} ${JSON.stringify(value)}`
              const found = known.get(own) ?? value
              known.set(own, found)
              return found
            }
            return {
              ...page,
              rows: page.rows.map((row) => ({
                ...(row as Row),
                ...Object.fromEntries(ones.map((name) => [name, shared(name, (row as Row)[name] ?? null)])),
              })),
            }
          })(right.list(query)),
      }),
    },
    asked(
      {
        author: [{ id: 1, name: 'a' }],
        book: [
          { id: 1, author: 1 },
          { id: 2, author: 1 },
        ],
      },
      async (client) => {
        const page = await client.list(withBooks)()
        const { author: first } = rowAt(page, 0)
        if (typeof first === 'object' && first !== null) Object.assign(first, { name: 'changed' })
        return rowAt(page, 1)
      },
    ),
  ),
  alias(
    'what is kept was given to the first',
    'the page that is kept is the object that the first caller got; later ones get copies',
    'https://github.com/yegor256/factbase/issues/1091',
    {
      around: (right, world) => ({
        list: (query) => async () => {
          const kept = keptIn<Page>(world, 'given')
          const own = JSON.stringify(query)
          const known = kept.get(own)
          const { store } = world.state
          if (known !== undefined && known.store === store) return E.right(copyPage(known.value))
          const page = await right.list(query)()
          if (E.isRight(page) && store === world.state.store) kept.set(own, { store, value: page.right })
          return page
        },
      }),
    },
    asked(two, async (client) => {
      const first = await client.list(all)()
      rowAt(first, 0)['n'] = 99
      return client.list(all)()
    }),
  ),
  alias(
    'what was made is what is stored',
    'the row that create gives is the very one that is stored',
    null,
    {
      around: (right, { state }) => ({
        create: (model, row) => async () => {
          const made = await right.create(model, row)()
          if (E.isLeft(made)) return made
          const { store } = state
          const pk = keyOf(store, model)
          state.store = {
            ...store,
            rows: new Map([
              ...store.rows,
              [model, rowsOf(store, model).map((each) => (each[pk] === made.right[pk] ? made.right : each))],
            ]),
          }
          return made
        },
      }),
    },
    asked(two, async (client) => {
      const made = await client.create('book', book({ n: 3 }))()
      if (E.isRight(made)) Object.assign(made.right, { n: 99 })
      return client.list(all)()
    }),
  ),
  alias(
    'what is looked for is put in lower case where it lies',
    'texts that are looked for without case are put in lower case in the question that was given',
    'https://github.com/Automattic/mongoose/pull/14614',
    {
      around: (right) => ({
        list: (query) => async () => {
          const page = await right.list(query)()
          lowered(query.where)
          return page
        },
      }),
    },
    asked({ book: [{ title: 'A' }] }, async (client) => {
      const query: Query = {
        ...all,
        where: {
          _tag: 'lookup',
          name: 'icontains',
          left: column('title'),
          right: [constant('text', 'A')],
        },
      }
      return [await client.list(query)(), query]
    }),
  ),
  alias(
    'counting takes the order away',
    'the order of a question that is counted is taken off the one that was given',
    null,
    {
      around: (right) => ({
        count: (query) => async () => {
          const n = await right.count!(query)()
          ;(query.order as Array<unknown>).splice(0)
          return n
        },
      }),
    },
    asked(two, async (client) => {
      const query: Query = { ...byNDown, order: [...byNDown.order] }
      return [await client.count!(query)(), query.order]
    }),
  ),
  alias(
    'changes are filled up where they lie',
    'the columns that an update leaves as they are are put into the change that was given',
    null,
    {
      around: (right, { state }) => ({
        update: (model, key, set) => async () => {
          const done = await right.update(model, key, set)()
          const pk = keyOf(state.store, model)
          const row = rowsOf(state.store, model).find((each) => each[pk] === key)
          if (E.isRight(done) && row !== undefined)
            Object.assign(
              set,
              Object.fromEntries(Object.entries(copyJson(row)).filter(([name]) => name !== pk)),
            )
          return done
        },
      }),
    },
    asked(two, async (client) => {
      const set: Row = { n: 9 }
      return [await client.update('book', 1, set)(), await client.update('book', 2, set)(), set]
    }),
  ),
]
