/**
 * A client for a REST service that is described.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, unsupported, type QueryError } from '../../value/QueryError.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import type { Query } from '../../query/Query.js'
import type { Client, Page, SingleWrites } from '../../client/Client.js'
import type { Answer, Support } from '../../client/Support.js'
import type { Handler } from '../http/httpHandler.js'
import type { Sender } from '../http/send.js'
import { areAsked } from './areAsked.js'
import { urlOf, type Connection } from './Connection.js'
import { getRows } from './getRows.js'
import { bodyOf, changeRow, createRow } from './writeRow.js'
import type { Params, RestStyle } from './RestStyle.js'
import { pageOf, sendsFor, usualPages } from './listPages.js'
import type { Place } from './Place.js'
import { filtersOf } from './filters.js'
import { orderOf, paramsOf } from './params.js'

/**
 * A service: where it is, and how it spells things (a preset, perhaps with parts of it replaced).
 *
 * - `models` says what a model is called there, and its fields, where that is something else. Models that the service
 *   doesn't have are `false`: all that is asked of them is `Unsupported`.
 * - `fetch` sends a request; the platform's own, unless it is given. `headers` go with every request. `signal` ends
 *   what is under way, and everything after it.
 * - `maxPages` is how many pages are followed by what each says is next, for one list, at most: 1,000, unless it is
 *   given. More of them are a `ClientFailed`, since whoever counts on without an end can't be told from who has much.
 *
 * @since 0.1.0
 */
export interface RestService {
  readonly url: string | URL
  readonly style: RestStyle
  readonly models?: { readonly [model: string]: RestModel | false }
  readonly fetch?: Handler
  readonly headers?: { readonly [name: string]: string }
  readonly signal?: AbortSignal
  readonly maxPages?: number
}

/**
 * @since 0.1.0
 */
export interface RestModel {
  readonly path?: string
  readonly fields?: { readonly [field: string]: string }
}

/** @since 0.1.0 */
export type RestClient = Client & SingleWrites & Required<Pick<Client, 'support'>>

/**
 * A client for a service of somebody else's: what the service can answer is asked of it, the rest is evaluated here.
 * A filter is sent where the service means by it what it means here, and where it can be spelled; nothing that stands
 * in a value can become a part of the request. It writes a row at a time.
 *
 * A service that isn't reached or is busy is a `ClientFailed` that may be tried again, after `retryAfter` milliseconds
 * where it says so. No URL and no header is in an error.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, filter, schema, toArray } from 'queryset-ts'
 * import { jsonServer, restClient } from 'queryset-ts/http'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * // Stands for the service.
 * const asked: Array<string> = []
 * const fetch = async (request: Request) => {
 *   asked.push(new URL(request.url).search)
 *   return Response.json([{ id: 1, name: 'Rock' }], { headers: { 'x-total-count': '1' } })
 * }
 * const client = restClient(models, { url: 'https://example.org/api', style: jsonServer(), fetch })
 * console.log(await pipe(models.genre, filter((g) => g.name.eq('Rock')), toArray(client))())
 * // => { _tag: 'Right', right: [ { id: 1, name: 'Rock' } ] }
 * console.log(asked) // => [ '?name=Rock&_sort=id&_order=asc&_start=0&_limit=100' ]
 *
 * @since 0.1.0
 */
export const restClient = (models: AnyModels, service: RestService): RestClient => {
  const name = 'rest'
  const schema = schemaOf(models)
  const { style } = service
  const sender: Sender = {
    client: name,
    fetch: service.fetch ?? ((request) => fetch(request)),
    headers: { ...style.headers, ...service.headers },
    signal: service.signal ?? null,
  }
  const connection: Connection = { url: service.url, style, sender }
  const reserved = new Set(
    [
      style.pages.by === 'next' ? style.pages.params(1) : style.pages.params(0, 1),
      style.select?.(['a']) ?? [],
      style.order([{ field: 'a', kind: 'int', nullable: false, direction: 'asc', nulls: 'last' }]) ?? [],
    ].flatMap((params) => params.map(([each]) => each)),
  )
  const placeOf = (model: string): Place | null => {
    const found = schema.models.get(model)
    const own =
      service.models !== undefined && Object.hasOwn(service.models, model) ? service.models[model] : {}
    if (found === undefined || own === false) return null
    const { path = model, fields = {} } = own ?? {}
    return {
      model: found,
      path: style.collection(path),
      fieldOf: (field) => (Object.hasOwn(fields, field) ? (fields[field] ?? field) : field),
    }
  }

  const maxPages = Math.max(1, Math.floor(service.maxPages ?? usualPages))
  const support: Support = ({ model, query, where }): Answer => {
    const place = placeOf(model)
    const { pages } = style
    const sends = sendsFor(style, maxPages, query)
    return {
      where:
        place === null
          ? where.map(() => 'unsupported')
          : filtersOf(style, reserved, place, where).spelled.map(({ fidelity }) => fidelity),
      order: place !== null && !query.reverse && orderOf(style, place, query) !== null,
      slice: pages.by !== 'next' || (query.slice?.offset ?? 0) === 0,
      projection: style.select !== null && query.columns === null,
      aggregate: false,
      distinct: false,
      annotations: false,
      related: false,
      nested: false,
      total: style.total === null ? 'none' : 'exact',
      maxMembers: style.maxMembers,
      ...(pages.by === 'next' ? {} : { maxPerRequest: pages.size }),
      // A page that began within one of the service's would take two of them.
      ...(pages.by === 'page' ? { overlap: false } : {}),
      ...(sends === null ? {} : { sends }),
    }
  }

  const placed = <A>(
    model: string,
    then: (place: Place) => Promise<E.Either<QueryError, A>>,
  ): TE.TaskEither<QueryError, A> => {
    const place = placeOf(model)
    return place === null ? TE.left(unsupported(name, `the model '${model}'`)) : () => then(place)
  }

  const list = async (place: Place, query: Query): Promise<E.Either<QueryError, Page>> => {
    const asked = paramsOf(name, style, reserved, place, query)
    if (E.isLeft(asked)) return asked
    const { right: own } = asked
    if (own === null) return E.right({ rows: [], total: 0 })
    const urlFor = (params: Params) => urlOf(connection, place.path, [...own.params, ...params])
    const page = await pageOf(name, style, maxPages, place, query, urlFor, (url) => getRows(connection, url))
    return E.isLeft(page) || areAsked(schema, place.model, query, own.sure, page.right.rows)
      ? page
      : E.left(
          clientFailed(name, 'list', null, {
            message: 'it gave rows that were not asked for, or in another order',
            hint: 'It may pass over a parameter: see how the service is described.',
            retryable: true,
          }),
        )
  }

  return {
    name,
    schema,
    support,
    list: (query) =>
      query.from._tag === 'model'
        ? placed(query.from.model, (place) => list(place, query))
        : TE.left(unsupported(name, 'queries of queries')),
    create: (model, row) => placed(model, (place) => createRow(connection, place, row)),
    update: (model, key, set) =>
      placed(model, (place) => changeRow(connection, 'update', place, key, bodyOf(place, set))),
    delete: (model, key) => placed(model, (place) => changeRow(connection, 'delete', place, key, null)),
  }
}
