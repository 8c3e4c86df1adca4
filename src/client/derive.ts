/**
 * Derives the functions that a client's author left out.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import type { Meter } from '../value/Meter.js'
import { clientFailed, invalidQuery, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import type { Query } from '../query/Query.js'
import { askPage } from './ask.js'
import { asClient } from './asClient.js'
import type { Client, FullClient, Page } from './Client.js'
import { streamOf } from './own.js'
import { pages, pagesTold } from './pages/pages.js'
import { sizeOf, type Walk } from './pages/Walk.js'
import { walkOf } from './pages/walkOf.js'
import { answerOf, isExact, type Answer } from './Support.js'

/**
 * Completes a client. `count` uses the total that `list` gives, or counts the rows chunk by chunk. `getPks` lists only
 * the keys.
 *
 * @example
 * import { autoId, derive, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const { name, schema: models, list } = memory(schema({ genre: { id: autoId } }), { genre: [{ id: 1 }] })
 * console.log(Object.keys(derive({ name, schema: models, list })))
 * // => [ 'name', 'schema', 'list', 'count', 'getPks', 'maxPerRequest', 'setup', 'close' ]
 *
 * @since 0.1.0
 */
export const derive = (given: Client): FullClient => derived(asClient(given))

const derived = (client: Client): FullClient => {
  const stream = streamOf(client)
  return {
    name: client.name,
    schema: client.schema,
    list: client.list,
    count: client.count ?? ((query, meter) => countByList(client, query, meter)),
    getPks: client.getPks ?? ((query, meter) => pksByList(client, query, meter)),
    ...(stream === undefined ? {} : { stream }),
    maxPerRequest: client.maxPerRequest ?? null,
    setup: client.setup ?? TE.right(undefined),
    close: client.close ?? TE.right(undefined),
    ...(client.support === undefined ? {} : { support: client.support }),
    ...(client.budget === undefined ? {} : { budget: client.budget }),
  }
}

const countByList =
  (client: Client, asked: Query, meter?: Meter): TE.TaskEither<QueryError, number> =>
  async () => {
    const query: Query = { ...asked, related: [] }
    const page = firstPageOf(client, query)
    // The total of a page is the total of all rows, if the client guarantees that.
    if (client.support === undefined || !isExact(client, page) || answerOf(client, page).total !== 'exact')
      return countByRows(client, query, meter)
    const first = await askPage(client, page, meter)()
    if (E.isLeft(first)) return first
    const { rows, total, more = false }: Page = first.right
    if (more) return total === null ? countByRows(client, query) : E.right(within(total, query))
    const limit = page.slice?.limit ?? null
    if (total === null)
      return limit === null || limit === query.slice?.limit || rows.length < limit
        ? E.right(rows.length)
        : countByRows(client, query, meter)
    // A total that contradicts the page itself is ignored.
    return rows.length === Math.min(further(total, query), limit ?? Infinity)
      ? E.right(within(total, query))
      : E.left(contradicted(client, total, rows.length))
  }

/** The first page of a query, with as many rows as the client gives. @since 0.1.0 */
export const firstPageOf = (client: Client, query: Query): Query => {
  const sized = (limit: number | null): Query => {
    const size = sizeOf(
      client,
      answerOf(client, { ...query, slice: { offset: query.slice?.offset ?? 0, limit } }),
    )
    const least = Math.min(limit ?? Infinity, size ?? Infinity)
    return {
      ...query,
      slice: { offset: query.slice?.offset ?? 0, limit: least === Infinity ? null : least },
    }
  }
  // The client may give fewer rows when it is asked for a page.
  return sized(sized(query.slice?.limit ?? sizeOf(client, answerOf(client, query))).slice?.limit ?? null)
}

/** The number of rows from the start of a query's slice, given the number of all rows. */
const further = (total: number, { slice }: Query): number => Math.max(0, total - (slice?.offset ?? 0))

/** The number of rows of a query, given the number of rows without its slice. */
const within = (total: number, query: Query): number =>
  Math.min(query.slice?.limit ?? Infinity, further(total, query))

const contradicted = (client: Client, total: number, rows: number): QueryError =>
  clientFailed(client.name, 'count', null, {
    message: `it says that there are ${String(total)} rows in all, and gave ${String(rows)} of them`,
    hint: "Say how many rows it gives at once, as 'maxPerRequest', or fix its total.",
    retryable: true,
  })

/** Counts the rows page by page. Stops after the first page if that page tells the total. */
const countByRows = async (
  client: Client,
  query: Query,
  meter?: Meter,
): Promise<E.Either<QueryError, number>> => {
  const walk = walkOf(client, query, sizeOf(client, answerOf(client, query)))
  if (E.isLeft(walk)) return walk
  const total = totalOf(client, walk.right)
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let count: number | null = null
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, in bounded memory */
  for await (const page of pagesTold(client, walk.right, meter)) {
    if (E.isLeft(page)) return page
    const { rows, total: reported } = page.right
    // A total at or above its cap means only that there are at least that many rows.
    if (count === null && reported !== null && (total === 'exact' || (total !== 'none' && reported < total)))
      return rows.length > further(reported, query)
        ? E.left(contradicted(client, reported, rows.length))
        : E.right(within(reported, query))
    count = (count ?? 0) + rows.length
  }
  return E.right(count ?? 0)
}

/** How far the total on the first page of a walk can be trusted. */
const totalOf = (client: Client, { query, by, size }: Walk): Answer['total'] => {
  if (client.support === undefined) return 'exact'
  const { offset, limit } = query.slice ?? { offset: 0, limit: null }
  const least = Math.min(limit ?? Infinity, size ?? Infinity)
  const page: Query =
    by === 'once' ? query : { ...query, slice: { offset, limit: least === Infinity ? null : least } }
  return isExact(client, page) ? answerOf(client, page).total : 'none'
}

const pksByList =
  (client: Client, query: Query, meter?: Meter): TE.TaskEither<QueryError, ReadonlyArray<Json>> =>
  async () => {
    const keyed = keysOnly(client.schema, query)
    if (E.isLeft(keyed)) return keyed
    const { pk } = keyed.right
    const walk = walkOf(client, keyed.right.query, client.maxPerRequest ?? null)
    if (E.isLeft(walk)) return walk
    const keys: Array<Json> = []
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
    for await (const page of pages(client, walk.right, meter)) {
      if (E.isLeft(page)) return page
      page.right.forEach((row: Row) => keys.push(row[pk] ?? null))
    }
    return E.right(keys)
  }

/**
 * The query for the primary keys of a model's rows, in a column of the key's name.
 *
 * @since 0.1.0
 */
export const keysOnly = (
  schema: Schema,
  query: Query,
): E.Either<QueryError, { readonly query: Query; readonly pk: string }> => {
  const { from } = query
  const pk = from._tag === 'model' ? schema.models.get(from.model)?.primaryKey : undefined
  return pk === undefined || query.group !== null || query.distinct
    ? E.left(invalidQuery('from', 'the rows have no primary key', "Ask for the keys of a model's rows."))
    : E.right({
        pk,
        query: {
          ...query,
          fields: null,
          related: [],
          columns: [{ name: pk, expression: { _tag: 'column', path: [pk], level: 0 } }],
        },
      })
}
