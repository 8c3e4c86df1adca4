/** Clients with a bug in them, over any schema. */
import { either as E, taskEither as TE } from 'fp-ts'
import type { Factory, Io } from '../../src/laws.js'
import {
  autoId,
  clientFailed,
  field,
  schema,
  understands,
  unsupported,
  type Abilities,
  type Json,
  type Page,
  type Support,
  type Client,
  type Query,
  type QueryError,
  type Schema,
  type WritableClient,
} from '../../src/index.js'
import { inMemory, storeClient, type StoreClient } from '../../src/clients/reference/storeClient.js'
import { conjunction, conjunctsOf } from '../../src/query/parts.js'
import { isExact } from '../../src/client/Support.js'
import { rebuild, fold } from '../../src/expression/fold.js'
import type { Node, Predicate } from '../../src/expression/Expression.js'
import { mapQuery } from '../../src/query/mapQuery.js'
import type { Store } from '../../src/engine/Store.js'

export const right = (schema: Schema, rows: Store): StoreClient =>
  storeClient('right', schema, inMemory(rows))

/** The right client, but for some functions. */
export const planted =
  (bug: (right: StoreClient, io: Io) => Partial<StoreClient>): Factory =>
  (schema, rows, io) => {
    const client = right(schema, rows)
    return { ...client, ...bug(client, io) }
  }

/** Conditions changed, wherever they stand. */
const changed = (query: Query, change: (at: Predicate<Query>) => Predicate<Query>): Query =>
  mapQuery(
    query,
    <N extends Node<Query>>(node: N): N =>
      fold<Query, null, Node<Query>>(node, null, {
        enter: () => null,
        combine: (at, operands) => {
          const rebuilt = rebuild(at, operands)
          return 'predicate' in rebuilt || rebuilt._tag === 'lookup'
            ? change(rebuilt as Predicate<Query>)
            : rebuilt
        },
      }) as N,
  )

const asking = (client: StoreClient, change: (query: Query) => Query): Partial<StoreClient> => ({
  list: (query) => client.list(change(query)),
  count: (query) => client.count!(change(query)),
  getPks: (query) => client.getPks!(change(query)),
})

/** `not` of a comparison loses the rows in which the value is missing, as in SQL. */
export const excludeLosesNulls = planted((client) =>
  asking(client, (query) =>
    changed(query, (at) =>
      at._tag === 'not' && at.predicate._tag === 'lookup' && at.predicate.name !== 'isnull'
        ? {
            _tag: 'and',
            all: [
              at,
              {
                _tag: 'not',
                predicate: { _tag: 'lookup', name: 'isnull', left: at.predicate.left, right: [] },
              },
            ],
          }
        : at,
    ),
  ),
)

/** A row at the upper bound is left out. */
export const lteAsLt = planted((client) =>
  asking(client, (query) =>
    changed(query, (at) => (at._tag === 'lookup' && at.name === 'lte' ? { ...at, name: 'lt' } : at)),
  ),
)

/** A count is kept, whatever is written. */
export const staleCount = planted((client) => {
  const known = new Map<string, number>()
  return {
    count: (query) => {
      const key = JSON.stringify(query)
      const before = known.get(key)
      return before === undefined
        ? TE.map((count: number) => (known.set(key, count), count))(client.count!(query))
        : TE.right(before)
    },
  }
})

/** A bulk update leaves out its last change. */
export const losesLast = planted((client) => ({
  updateBulk: (model, changes) =>
    TE.map(() => changes.length)(client.updateBulk(model, changes.slice(0, Math.max(1, changes.length - 1)))),
}))

/** What a list gives are the stored rows themselves. */
export const aliasing: Factory = (schema, rows) => {
  const client = right(schema, rows)
  return {
    ...client,
    list: (query) =>
      query.where === null &&
      query.order.length === 0 &&
      query.slice === null &&
      query.columns === null &&
      query.group === null &&
      query.from._tag === 'model' &&
      query.related.length === 0 &&
      query.fields === null &&
      query.annotations.length === 0 &&
      !query.distinct &&
      query.distinctOn === null
        ? TE.right({ rows: rows.rows.get(query.from.model) ?? [], total: null })
        : client.list(query),
  }
}

/** An update reads the row, waits, and writes all of it back. */
export const lostUpdate = planted((client, io) => ({
  update: (model, key, set) => async () => {
    const pk = client.schema.models.get(model)!.primaryKey
    const page = await client.list(everything(model))()
    await io()
    const row = page._tag === 'Right' ? page.right.rows.find((each) => (each as Row)[pk] === key) : undefined
    return client.update(model, key, { ...(row as Row | undefined), ...set })()
  },
}))

/** A create whose answer is lost is made once more. */
export const madeTwice = planted((client, io) => ({
  create: (model, row) => async () => {
    const made = await client.create(model, row)()
    try {
      await io()
      return made
    } catch {
      return client.create(model, row)()
    }
  },
}))

/** What was made is read again after waiting, and given as it is by then. */
export const madeLater = planted((client, io) => ({
  create: (model, row) => async () => {
    const made = await client.create(model, row)()
    await io()
    if (made._tag === 'Left') return made
    const pk = client.schema.models.get(model)!.primaryKey
    const page = await client.list(everything(model))()
    const now =
      page._tag === 'Right' ? page.right.rows.find((each) => (each as Row)[pk] === made.right[pk]) : undefined
    return E.right((now as Row | undefined) ?? made.right)
  },
}))

/** The third row of a list takes two more waits; where the second of them fails, it is left out. */
export const thirdLost = planted((client, io) => ({
  list: (query) => async () => {
    const page = await client.list(query)()
    if (page._tag === 'Left' || page.right.rows.length < 3) return page
    try {
      await io()
    } catch (cause) {
      return E.left(clientFailed('planted', 'list', cause, { retryable: true }))
    }
    try {
      await io()
      return page
    } catch {
      return E.right({ rows: page.right.rows.filter((_, i) => i !== 2), total: null })
    }
  },
}))

/** What waits before and after each thing that it does, and says so when the backend fails meanwhile. */
export const waiting: Factory = (schema, rows, io) => {
  const client = right(schema, rows)
  const { list, count, getPks, create, update, delete: remove, createBulk, updateBulk, deleteBulk } = client
  const around =
    <Args extends ReadonlyArray<unknown>, A>(run: (...args: Args) => TE.TaskEither<QueryError, A>) =>
    (...args: Args): TE.TaskEither<QueryError, A> =>
    async () => {
      try {
        await io()
        const result = await run(...args)()
        await io()
        return result
      } catch (cause) {
        return E.left(clientFailed('waiting', 'any', cause, { retryable: true }))
      }
    }
  return {
    ...client,
    list: around(list),
    count: around(count!),
    getPks: around(getPks!),
    create: around(create),
    update: around(update),
    delete: around(remove),
    createBulk: around(createBulk),
    updateBulk: around(updateBulk),
    deleteBulk: around(deleteBulk),
  }
}

type Row = Readonly<Record<string, Json>>

const everything = (model: string): Query => ({
  from: { _tag: 'model', model },
  annotations: [],
  where: null,
  order: [],
  reverse: false,
  distinctOn: null,
  columns: null,
  group: null,
  distinct: false,
  slice: null,
  fields: null,
  related: [],
})

/** What only lists, a few rows at a time. */
export const little =
  (size: number, total: boolean): Factory =>
  (schema, rows) => {
    const client: Client = right(schema, rows)
    return {
      name: 'little',
      schema,
      maxPerRequest: size,
      list: (query) =>
        TE.map(
          ({
            rows: found,
            total: all,
          }: {
            readonly rows: ReadonlyArray<unknown>
            readonly total: number | null
          }) => ({
            rows: found,
            total: total ? all : null,
          }),
        )(client.list(query)),
    }
  }

/** What has a stream besides, which gives the batches that `kept` leaves. */
export const streamed =
  (
    kept: (batches: ReadonlyArray<ReadonlyArray<unknown>>) => ReadonlyArray<ReadonlyArray<unknown>> = (all) =>
      all,
  ): Factory =>
  (schema, rows) => {
    const client: Client = right(schema, rows)
    return {
      ...client,
      name: 'streamed',
      stream: async function* (query, size, meter) {
        const page = await client.list(query, meter)()
        if (E.isLeft(page)) {
          yield page
          return
        }
        const { rows: all } = page.right
        const batches = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
          all.slice(i * size, (i + 1) * size),
        )
        for (const batch of kept(batches)) yield E.right(batch)
      },
    }
  }

/** What writes a row at a time, without transactions. */
export const single: Factory = (schema, rows): WritableClient => {
  const { list, create, update, delete: remove } = right(schema, rows)
  return { name: 'single', schema, list, create, update, delete: remove }
}

/** What writes many rows at once, without transactions. */
export const bulk: Factory = (schema, rows): WritableClient => {
  const { list, createBulk, updateBulk, deleteBulk } = right(schema, rows)
  return { name: 'bulk', schema, list, createBulk, updateBulk, deleteBulk, maxPerRequest: 3 }
}

/** What understands a little, and refuses the rest, but for a bug. */
const limited =
  (
    abilities: Abilities,
    bug: (list: Client['list'], support: Support) => Client['list'] = (list) => list,
    refuses = true,
  ): Factory =>
  (schema, rows) => {
    const support = understands(abilities)
    const wrong = bug(right(schema, rows).list, support)
    return {
      name: 'limited',
      schema,
      support,
      list: (query) =>
        refuses && !isExact({ support }, query) ? TE.left(unsupported('limited', 'that')) : wrong(query),
    }
  }

/** It says that it finds text by `exact`, and doesn't tell upper case from lower case. */
export const foldsCase = limited(
  { lookups: { exact: 'exact' } },
  (list) => (query) =>
    list(
      changed(query, (at) =>
        at._tag === 'lookup' &&
        at.name === 'exact' &&
        at.right[0]?._tag === 'const' &&
        at.right[0].kind === 'text'
          ? { ...at, name: 'iexact' }
          : at,
      ),
    ),
)

/** It says that it orders, and has missing values come first, whatever is asked. */
export const nullsFirst = limited(
  { order: true },
  (list) => (query) => list({ ...query, order: query.order.map((key) => ({ ...key, nulls: 'first' })) }),
)

/** It says that it tells the total, and tells how many rows the page has. */
export const totalOfPage = limited(
  { total: 'exact' },
  (list) => (query) => TE.map(({ rows }: Page) => ({ rows, total: rows.length }))(list(query)),
)

/** It says that it finds by `exact` only, and passes over every other condition instead of refusing it. */
export const passesOver = limited(
  { lookups: { exact: 'exact' } },
  (list, support) => (query) =>
    list({
      ...query,
      where: conjunction(conjunctsOf(query).filter((where) => isExact({ support }, { ...query, where }))),
    }),
  false,
)

/** It says that it can do little, and can do all. */
export const modest = limited({ lookups: { exact: 'superset' } }, (list) => list, false)

/** It says what is so, and refuses the rest. */
export const honest = (abilities: Abilities): Factory => limited(abilities)

/** The models of somebody's own. */
export const shopModels = schema({
  genre: { id: autoId, name: field.nullable(field.text()), rank: field.int() },
})

/** It counts without regard to the slice, as in the docs. */
export const ownCount = planted((client) => ({
  count: (query) => client.count!({ ...query, slice: null }),
}))

/** It fails where it is asked by the name. */
export const failsByName = planted((client) => ({
  list: (query) =>
    query.where?._tag === 'lookup' &&
    query.where.left._tag === 'column' &&
    query.where.left.path[0] === 'name'
      ? TE.left(clientFailed('planted', 'list', null, { message: 'the name is no good' }))
      : client.list(query),
}))

/** The keys that a query is sorted by are sorted by their names, in the query itself. */
export const reordersQuery = planted((client) => ({
  list: (query) => async () => {
    const page = await client.list(query)()
    ;(query.order as Array<unknown>).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? 1 : -1))
    return page
  },
}))

/** It says that it understands little, answers all else wrongly instead of refusing it, and loses the last of many changes. */
export const unwrapped: Factory = (schema, rows) => {
  const client = right(schema, rows)
  return {
    ...client,
    support: understands({ lookups: { exact: 'exact' }, total: 'exact' }),
    list: (query) =>
      client.list({
        ...query,
        order: [],
        where: query.where?._tag === 'lookup' && query.where.name === 'exact' ? query.where : null,
      }),
    updateBulk: (model, changes) =>
      TE.map(() => changes.length)(
        client.updateBulk(model, changes.slice(0, Math.max(1, changes.length - 1))),
      ),
  }
}
