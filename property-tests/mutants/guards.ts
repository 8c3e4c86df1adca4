/** What should hold against others: locks that are passed by, increments that are lost, joins made twice, what is kept of what was taken back. */
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  conflict,
  filter,
  fold,
  getOrCreate,
  update,
  type Page,
  type Query,
  type QueryError,
} from '../../src/index.js'
import { allOf } from '../../src/query/Query.js'
import type { Write } from '../../src/query/Write.js'
import { apply } from '../../src/engine/apply.js'
import type { Store } from '../../src/engine/Store.js'
import type { WritableClient } from '../../src/client/Client.js'
import type { StoreClient } from '../../src/clients/reference/storeClient.js'
import { copyJson } from '../../src/value/copyJson.js'
import type { Json, Row } from '../../src/value/Value.js'
import { askOf, clientIn, stepping, type World } from './support/client.js'
import { by, byBoth, byFaults, byOverlap, byReads, byWrites } from './support/killers.js'
import { m, models } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Call, Killers, Mutant } from './support/Mutant.js'
import { does, fails, fresh, overlap, told } from './support/witness.js'

const { pipe } = fn
type Around = (right: StoreClient, world: World) => Partial<StoreClient>

const race = (
  name: string,
  about: string,
  around: Around,
  witness: Mutant['witness'],
  killers: Killers = byOverlap,
): Mutant => mutantsOf('race')(name, about, { around }, witness, killers)
const cache = (
  name: string,
  about: string,
  around: Around,
  witness: Mutant['witness'],
  killers: Killers = byBoth,
): Mutant => mutantsOf('cache-errors')(name, about, { around }, witness, killers)
const written = (
  name: string,
  about: string,
  around: Around,
  witness: Mutant['witness'],
  killers: Killers = byWrites,
): Mutant => mutantsOf('writes')(name, about, { around }, witness, killers)

/** What a client writes within a transaction, to be written again. */
const logging = (inside: StoreClient, log: Array<Write>): StoreClient => ({
  ...inside,
  create: (model, row) => (log.push({ _tag: 'create', model, rows: [row] }), inside.create(model, row)),
  update: (model, key, set) => (
    log.push({ _tag: 'update', model, changes: [{ key, set }] }),
    inside.update(model, key, set)
  ),
  delete: (model, key) => (log.push({ _tag: 'delete', model, keys: [key] }), inside.delete(model, key)),
  createBulk: (model, rows) => (log.push({ _tag: 'create', model, rows }), inside.createBulk(model, rows)),
  updateBulk: (model, changes) => (
    log.push({ _tag: 'update', model, changes }),
    inside.updateBulk(model, changes)
  ),
  deleteBulk: (model, keys) => (log.push({ _tag: 'delete', model, keys }), inside.deleteBulk(model, keys)),
})

/** A transaction on a draft; what it wrote is written again on what is there by then. */
const unchecked =
  (world: World): StoreClient['transaction'] =>
  (program) =>
    stepping(world.io, 'transaction', async () => {
      const draft: World = { ...world, state: { store: world.state.store } }
      const log: Array<Write> = []
      const result = await program(logging(clientIn({}, draft), log))()
      if (E.isLeft(result)) return result
      const after = log.reduce<E.Either<QueryError, Store>>(
        (so, each) =>
          E.chain((store: Store) =>
            E.map((done: { readonly store: Store }) => done.store)(apply(each)(store)),
          )(so),
        E.right(world.state.store),
      )
      if (E.isLeft(after)) return after
      world.state.store = after.right
      return result
    })

/** Who waits for whom, by name. */
const locks = (world: World) => {
  const last = (name: string): Promise<unknown> =>
    (world.memory.get(`lock ${name}`) as Promise<unknown> | undefined) ?? Promise.resolve()
  return <A>(name: string, task: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
    () => {
      const mine = last(name).then(() => task())
      world.memory.set(
        `lock ${name}`,
        mine.catch(() => null),
      )
      return mine
    }
}

const isOutermost = (world: World): boolean => {
  if (!world.memory.has('outermost')) world.memory.set('outermost', world.state)
  return world.memory.get('outermost') === world.state
}

const one = { book: [{ n: 1, rank: 1 }] }
const two = { book: [{ n: 1 }, { n: 2 }] }
const list: Call = (client) => told(client.list(allOf({ _tag: 'model', model: 'book' })))
const increment: Call = (client) =>
  told(
    pipe(
      m.book,
      update(client, (b) => ({ n: b.n.plus(1) })),
    ),
  )
const byId = (id: number): Query => {
  const query = fold(
    filter((b: never) => (b as { id: { eq: (n: number) => never } }).id.eq(id))(m.book as never),
  )
  if (E.isLeft(query)) throw new Error(query.left.message)
  return query.right
}
const setBook =
  (key: Json, set: Row): Call =>
  (client) =>
    told(client.update('book', key, set))

const transfer =
  (first: Json, second: Json): Call =>
  (client) =>
    told(
      client.transaction((inside: WritableClient) =>
        pipe(
          (inside as StoreClient).update('book', first, { n: 7 }),
          TE.chain(() => (inside as StoreClient).update('book', second, { n: 7 })),
        ),
      ),
    )

export const guards: ReadonlyArray<Mutant> = [
  race(
    'increments-lost',
    'a transaction writes what it reckoned, whatever was written meanwhile',
    (_, world) => ({ transaction: unchecked(world) }),
    overlap(one, [[increment], [increment]], []),
    by('concurrency')(...byOverlap.laws, 'what is written is there'),
  ),
  race(
    'looked-for-made-twice',
    "what is looked for within a transaction isn't looked for again when it ends",
    (_, world) => ({ transaction: unchecked(world) }),
    overlap(
      {},
      [0, 1].map((): ReadonlyArray<Call> => [
        (client) => told(pipe(m.author, getOrCreate(client, { name: 'a' }, {}))),
      ]),
      [],
    ),
    by('concurrency')(
      'what is looked for at once is made once',
      ...byOverlap.laws,
      'what is written is there',
    ),
  ),
  race(
    'bulk-passes-lock-by',
    'a transaction holds a lock, which a bulk update passes by: what it wrote is lost',
    (right, world) => {
      const locked = locks(world)
      return isOutermost(world)
        ? {
            update: (model, key, set) => locked('all', right.update(model, key, set)),
            create: (model, row) => locked('all', right.create(model, row)),
            delete: (model, key) => locked('all', right.delete(model, key)),
            createBulk: (model, rows) => locked('all', right.createBulk(model, rows)),
            deleteBulk: (model, keys) => locked('all', right.deleteBulk(model, keys)),
            transaction: (program) =>
              locked(
                'all',
                stepping(world.io, 'transaction', async () => {
                  const draft: World = { ...world, state: { store: world.state.store } }
                  const result = await program(clientIn({}, draft))()
                  if (E.isRight(result)) world.state.store = draft.state.store
                  return result
                }),
              ),
          }
        : {}
    },
    overlap(
      two,
      [
        [
          (client) =>
            told(
              client.transaction((inside: WritableClient) =>
                (inside as StoreClient).update('book', 1, { n: 8 }),
              ),
            ),
        ],
        [(client) => told(client.updateBulk('book', [{ key: 2, set: { n: 9 } }]))],
      ],
      [1],
    ),
  ),
  race(
    'locks-in-turn',
    'each row that a transaction writes is locked until it ends: two that go the other way round wait for each other for ever',
    (right, world) => ({
      transaction: (program) => () => {
        const held: Array<string> = []
        const free: Array<() => void> = []
        const hold = async (name: string): Promise<void> => {
          if (held.includes(name)) return
          const before =
            (world.memory.get(`row ${name}`) as Promise<unknown> | undefined) ?? Promise.resolve()
          const mine = new Promise<void>((resolve) => free.push(resolve))
          world.memory.set(`row ${name}`, mine)
          held.push(name)
          await before
        }
        const holding =
          <A>(
            names: ReadonlyArray<string>,
            task: TE.TaskEither<QueryError, A>,
          ): TE.TaskEither<QueryError, A> =>
          async () => {
            for (const name of names) await hold(name)
            return task()
          }
        const run = right.transaction((given) => {
          const inside = given as StoreClient
          return program({
            ...inside,
            update: (model, key, set) =>
              holding([`${model} ${JSON.stringify(key)}`], inside.update(model, key, set)),
            updateBulk: (model, changes) =>
              holding(
                changes.map(({ key }) => `${model} ${JSON.stringify(key)}`),
                inside.updateBulk(model, changes),
              ),
          })
        })
        return run().finally(() => {
          free.forEach((go) => {
            go()
          })
        })
      },
    }),
    overlap(two, [[transfer(1, 2)], [transfer(2, 1)]], []),
  ),
  race(
    'batched-reads-mixed-up',
    'of rows that are asked for by their keys at once, the one that was asked for last is given to all',
    (right, world) => ({
      list: (query) =>
        stepping(world.io, 'list', async () => {
          const model = query.from._tag === 'model' ? query.from.model : ''
          const isKeyed =
            query.where?._tag === 'lookup' &&
            query.where.name === 'exact' &&
            query.where.left._tag === 'column' &&
            query.where.left.path[0] === models.models.get(model)?.primaryKey
          if (!isKeyed) return right.list(query)()
          const key = `asked ${JSON.stringify({ ...query, where: null })}`
          world.memory.set(key, query)
          await world.io()
          return right.list((world.memory.get(key) as Query | undefined) ?? query)()
        }),
    }),
    overlap(two, [[(client) => told(client.list(byId(1)))], [(client) => told(client.list(byId(2)))]], []),
  ),
  race(
    'counts-in-flight-shared',
    'a count that is being made is given to who asks for it later, though there was a write meanwhile',
    (right, world) => ({
      count: (query) =>
        stepping(world.io, 'count', async () => {
          const key = `counting ${JSON.stringify(query)}`
          const flying = world.memory.get(key) as Promise<E.Either<QueryError, number>> | undefined
          if (flying !== undefined) return flying
          const mine = right.count!(query)()
          world.memory.set(key, mine)
          const count = await mine
          world.memory.delete(key)
          return count
        }),
    }),
    overlap(
      one,
      [
        [(client) => told(client.count!(allOf({ _tag: 'model', model: 'book' })))],
        [
          (client) => told(client.delete('book', 1)),
          (client) => told(client.count!(allOf({ _tag: 'model', model: 'book' }))),
        ],
      ],
      [0, 1, 0, 1, 1],
    ),
  ),
  race(
    'related-read-later',
    'rows are read, and those that they lead to after waiting',
    (_, world) => ({
      list: (query) =>
        stepping(world.io, 'list', async () => {
          const rows = askOf(world)({ ...query, related: [] })
          if (query.related.length > 0) await world.io()
          const [all, after] = [askOf(world)({ ...query, slice: null, related: [] }), askOf(world)(query)]
          if (E.isLeft(rows) || E.isLeft(all) || E.isLeft(after))
            return (E.isLeft(rows) ? rows : E.isLeft(all) ? all : after) as never
          // Rows that changed themselves are those of before.
          const given =
            query.related.length === 0
              ? after.right
              : after.right.map((row, i) => ({
                  ...row,
                  ...Object.fromEntries(
                    Object.entries(rows.right[i] ?? {}).filter(
                      ([name]) => !query.related.some(({ relation }) => relation === name),
                    ),
                  ),
                }))
          return E.right({ rows: structuredClone(given), total: all.right.length } satisfies Page)
        }),
    }),
    overlap(
      { author: [{ name: 'a' }], book: [{ n: 1, author: 1 }] },
      [
        [
          (client) =>
            told(
              client.list({
                ...allOf({ _tag: 'model', model: 'book' }),
                related: [
                  { relation: 'author', many: false, query: allOf({ _tag: 'model', model: 'author' }) },
                ],
              }),
            ),
        ],
        [setBook(1, { n: 2 }), (client) => told(client.update('author', 1, { name: 'b' }))],
      ],
      [0, 0, 1, 1],
    ),
  ),
  race(
    'queue-of-last',
    'of writes to a row that wait in a queue the last one is done, and told to all',
    (right, world) => ({
      updateBulk: (model, changes) =>
        stepping(world.io, 'updateBulk', async () => {
          const key = `queue ${model} ${JSON.stringify(changes.map((each) => each.key))}`
          world.memory.set(key, changes)
          await world.io().catch(() => undefined)
          return right.updateBulk(model, (world.memory.get(key) as typeof changes | undefined) ?? changes)()
        }),
    }),
    overlap(
      one,
      [
        [(client) => told(client.updateBulk('book', [{ key: 1, set: { n: 8 } }]))],
        [(client) => told(client.updateBulk('book', [{ key: 1, set: { rank: 9 } }]))],
      ],
      [],
    ),
  ),
  mutantsOf('writes')(
    'joined-twice',
    'a pair that is linked already is linked again',
    {
      applied: (write, store, right) => {
        const done = right(write)
        if (E.isRight(done) || write._tag !== 'create' || !write.model.includes('_')) return done
        const there = store.rows.get(write.model) ?? []
        const made = write.rows.map((row, i) => ({ ...row, id: there.length + 1000 + i }))
        return E.right({
          store: { ...store, rows: new Map([...store.rows, [write.model, [...there, ...made]]]) },
          rows: made,
          count: made.length,
        })
      },
    },
    does({ book: [{}], tag: [{ slug: 'a' }], book_tags: [{ book: 1, tag: 'a' }] }, (client) =>
      told(client.createBulk('book_tags', [fresh('book_tags', { book: 1, tag: 'a' })])),
    ),
  ),
  written(
    'patch-of-nothing-deletes',
    'an update of no columns deletes the row',
    (right) => ({
      update: (model, key, set) =>
        Object.keys(set).length === 0 ? right.delete(model, key) : right.update(model, key, set),
    }),
    does(one, (client) => told(client.update('book', 1, {}))),
  ),
  written(
    'changed-back-skipped',
    'an update that sets what the row was made with is passed over',
    (right, world) => {
      if (!world.memory.has('first')) world.memory.set('first', world.state.store)
      const first = world.memory.get('first') as Store
      return {
        update: (model, key, set) => {
          const pk = world.schema.models.get(model)!.primaryKey
          const row = first.rows.get(model)?.find((each) => each[pk] === key)
          return row !== undefined &&
            Object.entries(set).length > 0 &&
            Object.entries(set).every(([name, value]) => row[name] === value)
            ? TE.map(() => true)(right.update(model, key, {}))
            : right.update(model, key, set)
        },
      }
    },
    does(one, async (client) => [
      await setBook(1, { n: 5 })(client),
      await setBook(1, { n: 1 })(client),
      await list(client),
    ]),
  ),
  written(
    'deleted-key-refused',
    "a key that was deleted can't be made again",
    (right, world) => {
      const gone = (model: string, key: Json): string => `gone ${model} ${JSON.stringify(key)}`
      return {
        delete: (model, key) => (world.memory.set(gone(model, key), true), right.delete(model, key)),
        create: (model, row) => {
          const key = row[world.schema.models.get(model)!.primaryKey] ?? null
          return world.memory.has(gone(model, key))
            ? right.create(model, { ...row, ...(world.state.store.rows.get(model)?.[0] ?? row) })
            : right.create(model, row)
        },
      }
    },
    does(two, async (client) => [
      await told(client.delete('book', 1)),
      await told(client.create('book', fresh('book', { id: 1 }))),
    ]),
  ),
  written(
    'made-again-with-old',
    'a row that is made by a key that was deleted has what the old one had where it has nothing',
    (right, world) => {
      const gone = (model: string, key: Json): string => `old ${model} ${JSON.stringify(key)}`
      const rowAt = (model: string, key: Json) =>
        world.state.store.rows
          .get(model)
          ?.find((row) => row[world.schema.models.get(model)!.primaryKey] === key)
      return {
        delete: (model, key) => async () => {
          const row = rowAt(model, key)
          if (row !== undefined) world.memory.set(gone(model, key), row)
          return right.delete(model, key)()
        },
        create: (model, row) => async () => {
          const old = world.memory.get(
            gone(model, row[world.schema.models.get(model)!.primaryKey] ?? null),
          ) as Row | undefined
          return right.create(
            model,
            old === undefined
              ? row
              : {
                  ...row,
                  ...Object.fromEntries(
                    Object.entries(old).filter(([name, value]) => value !== null && row[name] === null),
                  ),
                },
          )()
        },
      }
    },
    does({ book: [{ note: 'a' }] }, async (client) => [
      await told(client.delete('book', 1)),
      await told(client.create('book', fresh('book', { id: 1 }))),
    ]),
    byWrites,
  ),
  written(
    'transaction-done-twice',
    'a program that was run again has its writes there twice',
    (right) => ({
      transaction: (program) =>
        right.transaction((inside) => {
          const made = program(inside)
          return async () => {
            const first = await made()
            return E.isLeft(first) ? first : program(inside)()
          }
        }),
    }),
    does({}, (client) =>
      told(client.transaction((inside) => (inside as StoreClient).create('book', fresh('book', {})))),
    ),
    byWrites,
  ),
  cache(
    'row-cache-by-key',
    "a row that is kept by its key is given for another model's",
    (right, world) => ({
      list: (query) => async () => {
        const { where, from } = query
        const key =
          isOutermost(world) &&
          from._tag === 'model' &&
          where?._tag === 'lookup' &&
          where.name === 'exact' &&
          where.left._tag === 'column' &&
          where.left.path.length === 1 &&
          where.left.path[0] === world.schema.models.get(from.model)?.primaryKey &&
          JSON.stringify({ ...query, from: null, where: null }) ===
            JSON.stringify({ ...allOf(from), from: null, where: null })
            ? `row ${JSON.stringify(where.right)}`
            : null
        const known =
          key === null
            ? undefined
            : (world.memory.get(key) as { readonly store: Store; readonly page: Page } | undefined)
        if (known?.store === world.state.store) return E.right(structuredClone(known.page))
        const { store } = world.state
        const page = await right.list(query)()
        if (key !== null && E.isRight(page) && store === world.state.store)
          world.memory.set(key, { store, page: structuredClone(page.right) })
        return page
      },
    }),
    does({ book: [{ title: 'b' }], author: [{ name: 'a' }] }, async (client) => [
      await told(client.list(byId(1))),
      await told(client.list({ ...byId(1), from: { _tag: 'model', model: 'author' } })),
    ]),
    byReads,
  ),
  ...(['columns', 'distinct', 'related', 'fields', 'annotations', 'group', 'reverse'] as const).map((part) =>
    cache(
      `list-cache-ignores-${part}`,
      `lists are kept without regard to their ${part}`,
      (right, world) => ({
        list: (query) => async () => {
          const key = isOutermost(world) ? `list ${JSON.stringify({ ...query, [part]: null })}` : null
          const known =
            key === null
              ? undefined
              : (world.memory.get(key) as { readonly store: Store; readonly page: Page } | undefined)
          if (known?.store === world.state.store) return E.right(structuredClone(known.page))
          const { store } = world.state
          const page = await right.list(query)()
          if (key !== null && E.isRight(page) && store === world.state.store)
            world.memory.set(key, { store, page: structuredClone(page.right) })
          return page
        },
      }),
      does(
        {
          author: [{ name: 'a' }],
          book: [
            { n: 1, author: 1 },
            { n: 1, author: 1 },
          ],
        },
        async (client) => {
          const base = allOf({ _tag: 'model', model: 'book' })
          const column = { name: 'x', expression: { _tag: 'column', path: ['n'], level: 0 } } as const
          const other: Partial<Query> =
            part === 'columns'
              ? { columns: [column] }
              : part === 'distinct'
                ? { distinct: true }
                : part === 'related'
                  ? {
                      related: [
                        { relation: 'author', many: false, query: allOf({ _tag: 'model', model: 'author' }) },
                      ],
                    }
                  : part === 'fields'
                    ? { fields: ['id'] }
                    : part === 'annotations'
                      ? { annotations: [column] }
                      : part === 'group'
                        ? { group: { keys: [column], aggregates: [] } }
                        : { reverse: true }
          const first: Query =
            part === 'distinct'
              ? { ...base, columns: [column] }
              : part === 'reverse'
                ? { ...base, order: [{ expression: column.expression, direction: 'asc', nulls: 'last' }] }
                : base
          return [await told(client.list(first)), await told(client.list({ ...first, ...other }))]
        },
      ),
      byReads,
    ),
  ),
  cache(
    'change-kept-though-refused',
    'what an update was to set is given, though it was refused',
    (right, world) => ({
      update: (model, key, set) => async () => {
        const done = await right.update(model, key, set)()
        if (E.isLeft(done) && done.left._tag === 'Conflict')
          world.memory.set(`set ${model} ${JSON.stringify(key)}`, copyJson(set))
        return done
      },
      list: (query) => async () => {
        const page = await right.list(query)()
        const model = query.from._tag === 'model' ? query.from.model : ''
        const pk = world.schema.models.get(model)?.primaryKey ?? ''
        return E.map((found: Page) => ({
          ...found,
          rows: found.rows.map((row) =>
            copyJson({
              ...(row as Row),
              ...(query.columns === null && query.group === null
                ? (world.memory.get(`set ${model} ${JSON.stringify((row as Row)[pk])}`) as Row | undefined)
                : {}),
            }),
          ),
        }))(page)
      },
    }),
    does({ author: [{ email: 'a' }, { email: 'b' }] }, async (client) => [
      await told(client.update('author', 2, { email: 'a' })),
      await told(client.list(allOf({ _tag: 'model', model: 'author' }))),
    ]),
  ),
  cache(
    'rolled-back-kept',
    'what was read within a transaction is kept though it was taken back',
    (right, world) => (
      isOutermost(world),
      {
        list: (query) => async () => {
          const key = `within ${JSON.stringify(query)}`
          if (!isOutermost(world)) {
            const page = await right.list(query)()
            if (E.isRight(page)) world.memory.set(key, structuredClone(page.right))
            return page
          }
          const known = world.memory.get(key) as Page | undefined
          world.memory.delete(key)
          return known === undefined ? right.list(query)() : E.right(known)
        },
      }
    ),
    does(one, async (client) => [
      await told(
        client.transaction((inside) =>
          pipe(
            (inside as StoreClient).update('book', 1, { n: 9 }),
            TE.chain(() => inside.list(allOf({ _tag: 'model', model: 'book' }))),
            TE.chain(() => TE.left<QueryError, null>(conflict('book', [], 'it is to fail'))),
          ),
        ),
      ),
      await list(client),
    ]),
  ),
  mutantsOf('fault')(
    'change-kept-though-failed',
    'what an update was to set is given, though it failed',
    {
      around: (right, world) => ({
        update: (model, key, set) => async () => {
          const done = await right.update(model, key, set)()
          if (E.isLeft(done) && done.left.retryable)
            world.memory.set(`set ${model} ${JSON.stringify(key)}`, copyJson(set))
          else world.memory.delete(`set ${model} ${JSON.stringify(key)}`)
          return done
        },
        list: (query) => async () => {
          const page = await right.list(query)()
          const model = query.from._tag === 'model' ? query.from.model : ''
          const pk = world.schema.models.get(model)?.primaryKey ?? ''
          return query.where === null || query.columns !== null || query.group !== null
            ? page
            : E.map((found: Page) => ({
                ...found,
                rows: found.rows.map((row) =>
                  copyJson({
                    ...(row as Row),
                    ...(world.memory.get(`set ${model} ${JSON.stringify((row as Row)[pk])}`) as
                      Row | undefined),
                  }),
                ),
              }))(page)
        },
      }),
    },
    fails(one, 0, setBook(1, { n: 9 }), (client) => told(client.list(byId(1)))),
    by('faults')('answer', 'page', ...byFaults.laws),
  ),
]
