/**
 * A client for a REST service with a description.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, invalidField, unsupported, type QueryError } from '../../value/QueryError.js'
import type { Schema } from '../../schema/Schema.js'
import type { Predicate } from '../../expression/Expression.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import { conjunctsOf } from '../../query/parts.js'
import type { Query } from '../../query/Query.js'
import type { Client, Page, SingleWrites } from '../../client/Client.js'
import { refusing } from '../../client/middleware/refusing.js'
import type { Handler } from '../http/httpHandler.js'
import { areAsked } from './areAsked.js'
import { keepingGood, type BadRow } from './BadRow.js'
import { isInOrder, rowsByKey } from './byKey.js'
import { urlOf, type RestConnection } from './Connection.js'
import { getRows } from './getRows.js'
import { followPages, type Listing } from './listPages.js'
import { isBare, paramsOf } from './params.js'
import type { Resource } from './Resource.js'
import type { RestStyle } from './RestStyle.js'
import { sendingWithin, wrongLimit, type RequestLimits } from './Sending.js'
import { restPagesFor, usualPages } from './sendsFor.js'
import { keyCondition, supportOf, type Described } from './supportOf.js'
import { bodyOf, changeRow, createRow } from './writeRow.js'

/**
 * A service: where it is, and how it writes requests and answers (a preset, perhaps with some parts replaced).
 *
 * - `models` gives the service's names of a model and its fields, if they differ. A model that the service lacks is
 *   `false`. All questions about it are then `Unsupported`.
 * - `fetch` sends a request. The default is the platform's own `fetch`.
 * - `headers` are sent with every request.
 * - `signal` ends the current requests, and all later ones.
 * - `maxPages` is the largest number of pages in one list that are followed by next links. The default is 1,000. More
 *   pages are a `ClientFailed`, since a service with endless pages looks like one with many.
 * - `retry`, `rateLimit`, `timeout` and `concurrency` are limits for single HTTP requests.
 * - `onBadRow` says what happens to a row that doesn't fit its model. With `'refuse'`, the default, the whole answer is
 *   an `Undecodable`. With `'skip'`, the row is left out and `report` is called. Counts then include only the rows that
 *   fit, and `explain` says so. A row that is fetched twice is reported twice.
 * - `rows` is the largest number of rows of a model, and `milliseconds` the longest time of a request. Plans and
 *   budgets use both.
 *
 * @since 0.1.0
 */
export interface RestService extends RequestLimits {
  readonly url: string | URL
  readonly style: RestStyle
  readonly models?: { readonly [model: string]: RestModel | false }
  readonly fetch?: Handler
  readonly headers?: { readonly [name: string]: string }
  readonly signal?: AbortSignal
  readonly maxPages?: number
  readonly onBadRow?: 'refuse' | 'skip'
  readonly report?: (row: BadRow) => void
  readonly rows?: { readonly [model: string]: number }
  readonly milliseconds?: number
}

/**
 * Where a model is: its `path`, and the service's names of its `fields`. `order` is the field by which rows are sorted
 * if no order is requested, with a `-` before it if the greatest comes first. It must be a field that all rows have and
 * no two rows share, such as the key.
 *
 * @since 0.1.0
 */
export interface RestModel {
  readonly path?: string
  readonly fields?: { readonly [field: string]: string }
  readonly order?: string
}

/** @since 0.1.0 */
export type RestClient = Client & SingleWrites & Required<Pick<Client, 'support'>>

/**
 * A client for a REST service of another party. The service is asked what it can answer, and the rest is evaluated
 * here.
 *
 * A filter is sent if it means the same for the service, and if it can be written as parameters. Nothing in a value can
 * become a part of the request. Rows are written one at a time.
 *
 * A service that can't be reached or is busy is a `ClientFailed` that can be retried, after `retryAfter` milliseconds
 * if the service gives that. No error contains a URL or a header.
 *
 * @example
 * import { autoId, field, filter, pipe, schema, toArray } from 'queryset-ts'
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
  const wrong = wrongLimit(service)
  const client = clientOf(schemaOf(models), service)
  return wrong === null ? client : refusing('restClient', wrong)(client)
}

const name = 'rest'

const clientOf = (schema: Schema, service: RestService): RestClient => {
  const { style, onBadRow = 'refuse', report = () => undefined } = service
  const signal = service.signal ?? null
  const connection: RestConnection = {
    url: service.url,
    style,
    sender: {
      client: name,
      fetch: service.fetch ?? ((request) => fetch(request)),
      headers: { ...style.headers, ...service.headers },
      signal,
    },
    sending: sendingWithin(name, service, signal),
  }
  const resourceOf = (model: string): Resource | null => resourceIn(schema, service, model)
  const described: Described = {
    style,
    reserved: reservedBy(style),
    resourceOf,
    maxPages: Math.max(1, Math.floor(service.maxPages ?? usualPages)),
    skips: onBadRow === 'skip',
    rows: service.rows ?? {},
    milliseconds: service.milliseconds ?? null,
  }
  const placed = <A>(
    model: string,
    then: (resource: Resource) => Promise<E.Either<QueryError, A>>,
  ): TE.TaskEither<QueryError, A> => {
    const resource = resourceOf(model)
    if (resource === null) return TE.left(unsupported(name, `the model '${model}'`))
    const wrong = wrongOrder(resource)
    return wrong === null ? () => then(resource) : TE.left(wrong)
  }
  return {
    name,
    schema,
    support: supportOf(described),
    list: (query) =>
      query.from._tag === 'model'
        ? placed(query.from.model, (resource) =>
            listIn(connection, described, schema, resource, query, described.skips ? report : null),
          )
        : TE.left(unsupported(name, 'queries of queries')),
    create: (model, row) => placed(model, (resource) => createRow(connection, resource, row)),
    update: (model, key, set) =>
      placed(model, (resource) => changeRow(connection, 'update', resource, key, bodyOf(resource, set))),
    delete: (model, key) => placed(model, (resource) => changeRow(connection, 'delete', resource, key, null)),
  }
}

/** The names of parameters that aren't filters. */
const reservedBy = (style: RestStyle): ReadonlySet<string> =>
  new Set(
    [
      style.pages.by === 'next' ? style.pages.params(1) : style.pages.params(0, 1),
      style.select?.(['a']) ?? [],
      style.order([{ field: 'a', kind: 'int', nullable: false, direction: 'asc', nulls: 'last' }]) ?? [],
    ].flatMap((params) => params.map(([each]) => each)),
  )

/** Where a model is at the service, or `null` if the service lacks it. */
const resourceIn = (schema: Schema, { style, models = {} }: RestService, model: string): Resource | null => {
  const found = schema.models.get(model)
  const own = Object.hasOwn(models, model) ? models[model] : {}
  if (found === undefined || own === false) return null
  const { path = model, fields = {}, order } = own ?? {}
  return {
    model: found,
    path: style.collection(path),
    fieldOf: (field) => (Object.hasOwn(fields, field) ? (fields[field] ?? field) : field),
    natural:
      order === undefined
        ? null
        : { field: order.replace(/^-/u, ''), direction: order.startsWith('-') ? 'desc' : 'asc' },
  }
}

/** The mistake if the natural order uses a field that several rows may share, or an unknown field. */
const wrongOrder = ({ model, natural }: Resource): QueryError | null => {
  if (natural === null) return null
  const sole = [...model.columns.values()].filter(({ unique, nullable }) => unique && !nullable)
  return sole.some(({ name: field }) => field === natural.field)
    ? null
    : invalidField(
        model.name,
        natural.field,
        'is no field that orders rows without ties: no two rows may share it, and no row may lack it',
        sole.map(({ name: field }) => field),
      )
}

/** The rows of a query that the service can answer. If `report` is given, rows that don't fit are left out. */
const listIn = async (
  connection: RestConnection,
  described: Described,
  schema: Schema,
  resource: Resource,
  query: Query,
  report: ((row: BadRow) => void) | null,
): Promise<E.Either<QueryError, Page>> => {
  const { style, reserved, maxPages, skips } = described
  const keep = report === null ? null : keepingGood(schema, resource, report)
  const asked = async (): Promise<E.Either<QueryError, FetchedPage | null>> => {
    const conjuncts = conjunctsOf(query)
    const byKey =
      conjuncts.length === 1 && isBare(query) ? keyCondition(described, resource, conjuncts) : null
    if (byKey !== null && isInOrder(resource, byKey.keys, query))
      return E.map((page: Page): FetchedPage => ({ page, sure: conjuncts }))(
        await rowsByKey(connection, resource, byKey.keys, keep, query),
      )
    const spoken = paramsOf(name, style, reserved, resource, query)
    if (E.isLeft(spoken)) return spoken
    const { right: own } = spoken
    if (own === null) return E.right(null)
    const listing: Listing = {
      client: name,
      style,
      pages: restPagesFor(style, skips),
      maxPages,
      resource,
      keep,
      urlOf: (params) => urlOf(connection, resource.path, [...own.params, ...params]),
      get: (url) => getRows(connection, url),
    }
    return E.map((page: Page): FetchedPage => ({ page, sure: own.sure }))(await followPages(listing, query))
  }
  return E.flatMap(await asked(), (fetched: FetchedPage | null): E.Either<QueryError, Page> =>
    fetched === null
      ? E.right({ rows: [], total: 0 })
      : areAsked(schema, resource.model, query, fetched.sure, fetched.page.rows)
        ? E.right(skips ? { ...fetched.page, total: null } : fetched.page)
        : E.left(
            clientFailed(name, 'list', null, {
              message: 'it gave rows that were not asked for, or in another order',
              hint: 'It may pass over a parameter: see how the service is described.',
              retryable: true,
            }),
          ),
  )
}

/** The rows of an answer, and the conditions that all of them must meet. */
interface FetchedPage {
  readonly page: Page
  readonly sure: ReadonlyArray<Predicate<Query>>
}
