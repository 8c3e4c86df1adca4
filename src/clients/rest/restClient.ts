/**
 * A client for a REST service that is described.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, conflict, unsupported, type QueryError } from '../../value/QueryError.js'
import type { Json, JsonObject, Row } from '../../value/Value.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import type { Query } from '../../query/Query.js'
import type { Client, Page, SingleWrites } from '../../client/Client.js'
import type { Answer, Support } from '../../client/Support.js'
import type { Handler } from '../http/httpHandler.js'
import { isJson } from '../http/isJson.js'
import { failedWith, garbled, jsonOf, send, type Sender, type Sent } from '../http/send.js'
import { areAsked } from './areAsked.js'
import { searchOf, type Params, type RestItem, type RestStyle } from './RestStyle.js'
import { pageOf, sendsFor, usualPages, type Got } from './listPages.js'
import { isRounded, read, refusedBy, type Place } from './Place.js'
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

  /** The URL for what is asked: `null` where a part of it can't be spelled. */
  const urlOf = (path: string, params: Params): E.Either<QueryError, string> => {
    const search = searchOf(params)
    if (search === null) return E.left(unsupported(name, 'text that is not Unicode'))
    return E.flatMap(
      E.tryCatch(
        () => new URL(service.url),
        () =>
          clientFailed(name, 'request', null, { message: 'its URL is none', hint: 'Give an absolute URL.' }),
      ),
      (url: URL): E.Either<QueryError, string> => {
        if (url.username !== '' || url.password !== '')
          return E.left(
            clientFailed(name, 'request', null, {
              message: 'its URL has a user in it, whom no request would tell of',
              hint: "Give the 'authorization' header instead.",
            }),
          )
        const all = [url.search.slice(1), search].filter((part) => part !== '').join('&')
        return E.right(
          `${url.origin}${url.pathname.replace(/\/$/u, '')}/${path}${all === '' ? '' : `?${all}`}`,
        )
      },
    )
  }

  const get = async (url: string): Promise<E.Either<QueryError, Got>> => {
    const sent: Sent = { operation: 'list', writes: false, url, method: 'GET' }
    const response = await send(sender, sent)
    if (E.isLeft(response)) return response
    const { status, headers, ok } = response.right
    if (!ok) {
      await response.right.body?.cancel().catch(() => null)
      return E.right({
        status,
        error: failedWith(sender, sent, response.right),
        rows: [],
        response: { headers, body: null },
      })
    }
    return E.flatMap(
      await jsonOf(sender, sent, response.right),
      (body: unknown): E.Either<QueryError, Got> => {
        const rows = body === undefined ? null : style.rows(body)
        return Array.isArray(rows)
          ? E.right({
              status,
              error: null,
              rows: rows as ReadonlyArray<unknown>,
              response: { headers, body },
            })
          : E.left(garbled(sender, sent, 'there are no rows in the answer'))
      },
    )
  }

  const list = async (place: Place, query: Query): Promise<E.Either<QueryError, Page>> => {
    const asked = paramsOf(name, style, reserved, place, query)
    if (E.isLeft(asked)) return asked
    const { right: own } = asked
    if (own === null) return E.right({ rows: [], total: 0 })
    const urlFor = (params: Params) => urlOf(place.path, [...own.params, ...params])
    const page = await pageOf(name, style, maxPages, place, query, urlFor, get)
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

  const write = async <A>(
    operation: string,
    method: string,
    place: Place,
    at: RestItem,
    body: JsonObject | null,
    read: (
      status: number,
      body: () => Promise<E.Either<QueryError, unknown>>,
    ) => Promise<E.Either<QueryError, A> | null>,
  ): Promise<E.Either<QueryError, A>> => {
    const url = urlOf(`${place.path}${at.path}`, at.params)
    if (E.isLeft(url)) return url
    const sent: Sent = {
      operation,
      writes: true,
      url: url.right,
      method,
      headers: { ...at.headers, ...(body === null ? {} : { 'content-type': 'application/json' }) },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    }
    const response = await send(sender, sent)
    if (E.isLeft(response)) return response
    const told = await read(response.right.status, () => jsonOf(sender, sent, response.right))
    const { status } = response.right
    const said =
      told === null && style.refusals !== undefined && status >= 400 && status < 500
        ? await jsonOf(sender, sent, response.right)
        : null
    const refused = said !== null && E.isRight(said) ? (style.refusals?.(status, said.right) ?? null) : null
    // What nobody has read keeps the connection busy.
    await response.right.body?.cancel().catch(() => null)
    if (told !== null) return told
    if (refused !== null) return E.left(refusedBy(place, refused))
    return response.right.ok
      ? E.left(garbled(sender, sent, 'the answer is not what this client understands'))
      : E.left(
          response.right.status === 409
            ? conflict(place.model.name, [], 'the service says that it contradicts what is there')
            : failedWith(sender, sent, response.right),
        )
  }

  const bodyOf = (place: Place, row: Row): JsonObject =>
    Object.fromEntries(
      Object.entries(row).flatMap(([field, value]) =>
        // A key that is counted up is for the service to say.
        field === place.model.primaryKey && value === null ? [] : [[place.fieldOf(field), value] as const],
      ),
    )

  /** A write of one row, by its key. Tells whether there was one. */
  const change = (
    operation: 'update' | 'delete',
    place: Place,
    key: Json,
    body: JsonObject | null,
  ): Promise<E.Either<QueryError, boolean>> => {
    const { primaryKey, columns } = place.model
    const item = style.item(key, columns.get(primaryKey)?.kind ?? 'int', place.fieldOf(primaryKey))
    return item === null
      ? Promise.resolve(E.left(unsupported(name, `a key that can't be a part of a URL`)))
      : write(
          operation,
          operation === 'update' ? 'PATCH' : 'DELETE',
          place,
          item,
          body,
          async (status, told) => {
            const { changed } = style
            // Where it would say so otherwise, there is something else that isn't there.
            if ((status === 404 || status === 410) && changed === null) return E.right(false)
            if (status === 412 && item.headers?.['if-match'] !== undefined) return E.right(false)
            if (status < 200 || status >= 300) return null
            // Something else may have answered: what there is has to be JSON.
            const body = await told()
            return E.isLeft(body)
              ? body
              : changed === null
                ? E.right(true)
                : body.right === undefined
                  ? null
                  : E.right(changed(body.right))
          },
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
    create: (model, row) =>
      placed(model, (place) =>
        write('create', 'POST', place, { path: '', params: [] }, bodyOf(place, row), async (status, told) => {
          if (status < 200 || status >= 300) return null
          const body = await told()
          if (E.isLeft(body)) return body
          const made = body.right === undefined ? null : read(place, style.row(body.right))
          return isJson(made) && !isRounded(place, made) ? E.right(made) : null
        }),
      ),
    update: (model, key, set) => placed(model, (place) => change('update', place, key, bodyOf(place, set))),
    delete: (model, key) => placed(model, (place) => change('delete', place, key, null)),
  }
}
