/**
 * What a client's author leaves out, made of what is there.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, invalidQuery, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import type { Query, Slice } from '../query/Query.js'
import { askPage } from './ask.js'
import type { Client, FullClient, Page } from './Client.js'
import { pages, sizeOf, walkOf, type Walk } from './pages.js'
import { answerOf, isExact } from './Support.js'

/**
 * Completes a client. `count` is the total that `list` tells, or a count of its rows, a chunk at a time; `getPks`
 * lists the keys alone.
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
export const derive = (client: Client): FullClient => ({
  name: client.name,
  schema: client.schema,
  list: client.list,
  count: client.count ?? ((query) => countByList(client, query)),
  getPks: client.getPks ?? ((query) => pksByList(client, query)),
  maxPerRequest: client.maxPerRequest ?? null,
  setup: client.setup ?? TE.right(undefined),
  close: client.close ?? TE.right(undefined),
  ...(client.support === undefined ? {} : { support: client.support }),
  ...(client.budget === undefined ? {} : { budget: client.budget }),
})

const countByList =
  (client: Client, query: Query): TE.TaskEither<QueryError, number> =>
  async () => {
    const answer = answerOf(client, query)
    const size = sizeOf(client, answer)
    const { slice } = query
    const limit = Math.min(slice?.limit ?? Infinity, size ?? Infinity)
    const page: Slice = { offset: slice?.offset ?? 0, limit: limit === Infinity ? null : limit }
    // A page of the query tells the total of all, if anything does.
    if (answer.total === 'none' || !isExact(client, { ...query, related: [], slice: page }))
      return countByRows(client, query, size)
    const first = await askPage(client, { ...query, related: [], slice: page })()
    if (E.isLeft(first)) return first
    const { rows, total }: Page = first.right
    // A total at which it is capped, or beyond, says only that there are so many at least.
    const capped =
      client.support !== undefined && typeof answer.total === 'number' && (total ?? 0) >= answer.total
    if (total !== null && !capped) {
      const beyond = Math.max(0, total - (slice?.offset ?? 0))
      // What the page itself shows to be wrong isn't believed.
      if (rows.length !== Math.min(beyond, page.limit ?? Infinity))
        return E.left(contradicted(client, total, rows.length))
      return E.right(slice?.limit === null || slice === null ? beyond : Math.min(slice.limit, beyond))
    }
    if (page.limit === slice?.limit || page.limit === null || rows.length < page.limit)
      return E.right(rows.length)
    return countByRows(client, query, size)
  }

const contradicted = (client: Client, total: number, rows: number): QueryError =>
  clientFailed(client.name, 'count', null, {
    message: `it says that there are ${String(total)} rows in all, and gave ${String(rows)} of them`,
    hint: "Say how many rows it gives at once, as 'maxPerRequest', or mend its total.",
    retryable: true,
  })

const countByRows = (
  client: Client,
  query: Query,
  size: number | null,
): Promise<E.Either<QueryError, number>> => {
  const walk = walkOf(client, { ...query, related: [] }, size)
  return E.isLeft(walk) ? Promise.resolve(walk) : countRows(client, walk.right)
}

const countRows = async (client: Client, walk: Walk): Promise<E.Either<QueryError, number>> => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let count = 0
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, in bounded memory */
  for await (const page of pages(client, walk)) {
    if (E.isLeft(page)) return page
    count += page.right.length
  }
  return E.right(count)
}

const pksByList =
  (client: Client, query: Query): TE.TaskEither<QueryError, ReadonlyArray<Json>> =>
  async () => {
    const keyed = keysOnly(client.schema, query)
    if (E.isLeft(keyed)) return keyed
    const { pk } = keyed.right
    const walk = walkOf(client, keyed.right.query, client.maxPerRequest ?? null)
    if (E.isLeft(walk)) return walk
    const keys: Array<Json> = []
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
    for await (const page of pages(client, walk.right)) {
      if (E.isLeft(page)) return page
      page.right.forEach((row: Row) => keys.push(row[pk] ?? null))
    }
    return E.right(keys)
  }

/**
 * The query for the primary keys alone of a model's rows, under the key's name.
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
