/**
 * A client for a REST service that is described.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import {
  clientFailed,
  conflict,
  invalid,
  unsupported,
  type FieldError,
  type QueryError,
} from '../../value/QueryError.js'
import type { Json, JsonObject, Row } from '../../value/Value.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import type { Model } from '../../schema/Schema.js'
import type { Predicate } from '../../expression/Expression.js'
import type { Query } from '../../query/Query.js'
import type { Client, Page, SingleWrites } from '../../client/Client.js'
import { conjunctsOf } from '../../query/parts.js'
import { type Answer, type Fidelity, type Support } from '../../client/Support.js'
import type { Handler } from '../http/httpHandler.js'
import { isJson } from '../http/isJson.js'
import { failedWith, garbled, jsonOf, send, type Sender, type Sent } from '../http/send.js'
import { areAsked } from './areAsked.js'
import { ownField } from '../../expression/ownField.js'
import {
  searchOf,
  type Params,
  type RestFilter,
  type RestItem,
  type RestOrderKey,
  type RestRefusal,
  type RestResponse,
  type RestStyle,
} from './RestStyle.js'

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

/** A model, and where and how it is found at the service. */
interface Place {
  readonly model: Model
  readonly path: string
  readonly fieldOf: (field: string) => string
}

interface Got {
  readonly status: number
  readonly error: QueryError | null
  readonly rows: ReadonlyArray<unknown>
  readonly response: RestResponse
}

/** What a service says against values of a row, by the names of the model. */
const refusedBy = ({ model, fieldOf }: Place, refusals: ReadonlyArray<RestRefusal>): QueryError => {
  const errors = refusals.map(({ field: theirs, code, message }): FieldError => {
    const field = [...model.columns.keys()].find((name) => fieldOf(name) === theirs) ?? null
    return {
      item: 0,
      field,
      code,
      params: {},
      // Of a field that the model doesn't have, the name is all there is.
      message: field === null && theirs !== null ? `${theirs}: ${message}` : message,
    }
  })
  const fields = [...new Set(errors.flatMap(({ field }) => (field === null ? [] : [field])))]
  return errors.every(({ code }) => code === 'unique')
    ? conflict(model.name, fields, 'the service says that it contradicts what is there', errors)
    : invalid(model.name, errors)
}

/** A row by the names of the model. Whether it is one is for whoever decodes it. */
const read = ({ model, fieldOf }: Place, row: unknown): unknown =>
  isJson(row)
    ? Object.fromEntries(
        [...model.columns.keys()].flatMap((field) => {
          const name = fieldOf(field)
          return Object.hasOwn(row, name) ? [[field, row[name]] as const] : []
        }),
      )
    : row

/** Whether a decimal of a row came as a number that may have been another one before it was parsed. */
const isRounded = ({ model }: Place, row: unknown): boolean =>
  isJson(row) &&
  [...model.columns.values()].some(({ name, kind }) => {
    const value = row[name]
    return (
      kind === 'decimal' &&
      typeof value === 'number' &&
      String(value)
        .replace(/e[^]*$|\D/gu, '')
        .replace(/^0+/u, '').length > exactDigits
    )
  })

/** Every number of so many digits is told apart from its neighbours. */
const exactDigits = 15

interface Spelled {
  readonly fidelity: Fidelity
  readonly params: Params
}

const not: Spelled = { fidelity: 'unsupported', params: [] }

interface Filters {
  readonly spelled: ReadonlyArray<Spelled>
  /** Whether no row can meet all of them. */
  readonly nothing: boolean
}

/**
 * What can be sent of conditions that have to be met together. Where a parameter that comes twice doesn't mean both,
 * it comes once: values that a field has to be among are those that all conditions on it allow, and another condition
 * isn't sent.
 */
const filtersOf = (
  style: RestStyle,
  reserved: ReadonlySet<string>,
  place: Place,
  where: ReadonlyArray<Predicate<Query>>,
): Filters => {
  const used = new Set<string>()
  const among = new Map<string, { at: number; lookup: Lookup }>()
  const all: Array<Spelled> = []
  const told = { nothing: false }
  where.forEach((predicate, i) => {
    const spelled = filterOf(style, place, predicate)
    const names = spelled.params.map(([name]) => name)
    const lookup = membershipOf(predicate)
    const field = lookup === null ? null : ownField(lookup.left)
    const earlier = style.repeats || field === null ? undefined : among.get(field)
    if (names.some((name) => reserved.has(name))) all.push(not)
    else if (earlier !== undefined && lookup !== null && spelled !== not) {
      const both = common(earlier.lookup, lookup)
      told.nothing = told.nothing || both.right.length === 0
      if (both.right.length > 0) all[earlier.at] = filterOf(style, place, both)
      earlier.lookup = both
      all.push({ ...spelled, params: [] })
    } else if (!style.repeats && names.some((name) => used.has(name))) all.push(not)
    else {
      names.forEach((name) => used.add(name))
      if (lookup !== null && field !== null && spelled !== not) among.set(field, { at: i, lookup })
      all.push(spelled)
    }
  })
  return { spelled: all, nothing: told.nothing }
}

type Lookup = Extract<Predicate<Query>, { readonly _tag: 'lookup' }>

const membershipOf = (predicate: Predicate<Query>): Lookup | null =>
  predicate._tag === 'lookup' && (predicate.name === 'exact' || predicate.name === 'in') ? predicate : null

/** What both allow: values of a field, which are plain. */
const common = (a: Lookup, b: Lookup): Lookup => {
  const valuesOf = ({ right }: Lookup) => right.map((each) => (each._tag === 'const' ? each.value : null))
  const others = new Set(valuesOf(b))
  const right = a.right.filter((_, i) => others.has(valuesOf(a)[i] ?? null))
  return { ...a, name: right.length === 1 ? 'exact' : 'in', right }
}

/** A list of values has at most so many characters in a URL: few proxies take more than 8,000 for all of it. */
const longestList = 6000

const filterOf = (style: RestStyle, { model, fieldOf }: Place, predicate: Predicate<Query>): Spelled => {
  const negated = predicate._tag === 'not'
  const lookup = negated ? predicate.predicate : predicate
  // Of what may be negated, services know whether a value is missing.
  if (lookup._tag !== 'lookup' || (negated && lookup.name !== 'isnull')) return not
  const { name, left, right } = lookup
  const column = model.columns.get(ownField(left) ?? '')
  const values =
    name === 'isnull' ? [!negated] : right.map((each) => (each._tag === 'const' ? each.value : null))
  const filter: RestFilter | undefined = style.filters[name]?.find(
    ({ kinds }) => column !== undefined && kinds.includes(column.kind),
  )
  const counts = name === 'in' ? values.length > 0 && values.length <= style.maxMembers : values.length === 1
  if (column === undefined || filter === undefined || !counts || values.includes(null)) return not
  const params = filter.spell(fieldOf(column.name), values, column.kind)
  const search = params === null ? null : searchOf(params)
  const isLong = values.length > 1 && (search ?? '').length > longestList
  // Nothing to send would be a filter that is dropped.
  return params === null || params.length === 0 || search === null || isLong
    ? not
    : { fidelity: filter.fidelity, params }
}

const orderOf = (style: RestStyle, { model, fieldOf }: Place, { order }: Query): Params | null => {
  if (order.length === 0) return []
  // After the key there are no ties.
  const end = order.findIndex(({ expression }) => ownField(expression) === model.primaryKey)
  const keys = (end === -1 ? order : order.slice(0, end + 1)).map(
    ({ expression, direction, nulls }): RestOrderKey | null => {
      const column = model.columns.get(ownField(expression) ?? '')
      return column === undefined
        ? null
        : { field: fieldOf(column.name), kind: column.kind, nullable: column.nullable, direction, nulls }
    },
  )
  return keys.includes(null) ? null : style.order(keys.flatMap((key) => key ?? []))
}

/** What is sent of a query, and the conditions that all rows meet then. */
interface Spoken {
  readonly params: Params
  readonly sure: ReadonlyArray<Predicate<Query>>
}

/** What is sent of a query, but for its page; or what can't be. `null` where no row can be meant. */
const paramsOf = (
  client: string,
  style: RestStyle,
  reserved: ReadonlySet<string>,
  place: Place,
  query: Query,
): E.Either<QueryError, Spoken | null> => {
  const { from: _, where: __, order: ___, slice: ____, fields, ...rest } = query
  const bare =
    rest.annotations.length === 0 &&
    !rest.reverse &&
    rest.distinctOn === null &&
    rest.columns === null &&
    rest.group === null &&
    !rest.distinct &&
    rest.related.length === 0
  if (!bare || (fields !== null && style.select === null))
    return E.left(unsupported(client, 'anything but filters, an order and a slice'))
  const conjuncts = conjunctsOf(query)
  const { spelled: filters, nothing } = filtersOf(style, reserved, place, conjuncts)
  if (nothing) return E.right(null)
  // One that gives more is for the planner to look through, which knows of it.
  if (filters.some(({ fidelity }) => fidelity === 'unsupported'))
    return E.left(unsupported(client, 'this filter'))
  const order = orderOf(style, place, query)
  if (order === null) return E.left(unsupported(client, 'this order'))
  const sent = filters.flatMap(({ params }) => params)
  const { joined } = style
  const where: Params =
    joined === null || sent.length === 0
      ? sent
      : [[joined.name, sent.map(([, text]) => text).join(joined.by)]]
  return E.right({
    params: [
      ...where,
      ...order,
      ...(fields === null || style.select === null ? [] : style.select(fields.map(place.fieldOf))),
    ],
    sure: conjuncts.filter((_, i) => filters[i]?.fidelity === 'exact'),
  })
}

/** So many pages are followed for one list, unless said otherwise. */
const usualPages = 1000

/**
 * How many requests the rows of a query take at most, and how many rows they bring, where it isn't one for just these.
 *
 * - By number, the pages that a slice lies in are fetched whole; and beyond the last one, the first of all is asked for,
 *   since only its total tells that from a place where there is nothing.
 * - What each page says is next is followed until there are enough rows, or no more.
 */
const sendsFor = (
  { pages, next }: RestStyle,
  maxPages: number,
  { slice }: Query,
): Required<Answer>['sends'] | null => {
  const { size } = pages
  const { offset, limit } = slice ?? { offset: 0, limit: null }
  if (pages.by === 'page') {
    const first = Math.floor(offset / size)
    const count = Math.floor((offset + Math.max(1, limit ?? size) - 1) / size) - first + 1
    const requests = Math.max(count, first > 0 ? 2 : 1)
    return { requests, rows: requests * size }
  }
  if (next === null || (pages.by === 'offset' && pages.full === true)) return null
  const most =
    pages.full === true && limit !== null
      ? Math.min(maxPages, Math.max(1, Math.ceil(limit / size)))
      : maxPages
  return { requests: most, rows: most * size }
}

/** So many pages without a row are followed to a next one, one after the other. */
const mostEmpty = 100

/** The rows of a slice, from as many pages as it takes, and the total that the first of them tells. */
const pageOf = async (
  client: string,
  style: RestStyle,
  maxPages: number,
  place: Place,
  { slice }: Query,
  urlOf: (params: Params) => E.Either<QueryError, string>,
  get: (url: string) => Promise<E.Either<QueryError, Got>>,
): Promise<E.Either<QueryError, Page>> => {
  const { pages } = style
  const { offset, limit } = slice ?? { offset: 0, limit: null }
  const failed = (message: string, retryable = false) =>
    E.left(
      clientFailed(client, 'list', null, { message, hint: 'See how the service is described.', retryable }),
    )
  if (limit === 0) return E.right({ rows: [], total: null })
  if (pages.by === 'next' ? offset > 0 : limit === null) return E.left(unsupported(client, 'this slice'))
  const wanted = limit ?? Infinity
  // Pages of one size may begin before what is wanted.
  const start = pages.by === 'page' ? Math.floor(offset / pages.size) : 0
  const skip = pages.by === 'page' ? offset - start * pages.size : 0
  const paramsFor = (number: number): Params =>
    pages.by === 'offset'
      ? pages.params(offset, wanted)
      : pages.by === 'page'
        ? pages.params(start + number, pages.size)
        : pages.params(Math.min(pages.size, wanted))
  const first = urlOf(paramsFor(0))
  if (E.isLeft(first)) return first
  const rows: Array<unknown> = []
  const asked = new Set<string>()
  const { primaryKey } = place.model
  const keys = new Set<unknown>()
  const told: { url: string | null; number: number; total: number | null; empty: number } = {
    url: first.right,
    number: 0,
    total: null,
    empty: 0,
  }
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, and no more of them than are wanted */
  while (told.url !== null) {
    const url: string = told.url
    if (asked.has(url)) return failed('its pages lead in a circle')
    if (told.number >= maxPages)
      return failed(
        `it has more than ${String(maxPages)} pages: ask for fewer rows, or give a larger 'maxPages'`,
      )
    asked.add(url)
    const got = await get(url)
    if (E.isLeft(got)) return got
    const { error, status, response } = got.right
    if (error !== null) {
      // Beyond the last row there is no range.
      const all = status === 416 && pages.by === 'offset' ? (style.total?.(response) ?? null) : null
      if (all !== null && all <= offset) return E.right({ rows: [], total: all })
      if (status !== 404 || pages.by !== 'page' || start + told.number === 0) return E.left(error)
      return told.number > 0
        ? E.right({ rows: rows.slice(skip), total: told.total })
        : beyond(style, offset, error, urlOf(pages.params(0, pages.size)), get)
    }
    const total = style.total?.(response) ?? null
    if (told.number === 0) told.total = total
    // The pages that another one leads to needn't tell it again.
    else if (total !== null && told.total !== null && total !== told.total)
      return failed('it tells another total on each page: rows came or went meanwhile', true)
    const own = got.right.rows.map((row) => read(place, row))
    if (own.some((row) => isRounded(place, row)))
      return failed('a decimal came as a number, of more digits than numbers hold: some may be lost')
    const known = own.flatMap((row) => (isJson(row) && primaryKey in row ? [row[primaryKey]] : []))
    // At once: pages that come again and again might never end.
    if (known.some((key) => keys.has(key) || (keys.add(key), false)))
      return failed(
        'a row came twice: rows came or went meanwhile, or it passes over what page is asked for',
        true,
      )
    own.forEach((row) => rows.push(row))
    told.number += 1
    told.empty = own.length === 0 ? told.empty + 1 : 0
    const due = told.total === null ? 0 : told.total - (start + told.number - 1) * pages.size
    if (
      pages.by === 'page' &&
      (got.right.rows.length > pages.size ||
        (got.right.rows.length < pages.size &&
          (style.next?.(response) ?? (due > got.right.rows.length ? url : null)) !== null))
    )
      return failed(`its pages have ${String(got.right.rows.length)} rows, and not ${String(pages.size)}`)
    const next = nextOf(style, response, url)
    if (E.isLeft(next)) return failed(next.left)
    if (next.right !== null && told.empty >= mostEmpty)
      return failed('its pages lead on and on without a row')
    const reached = (pages.by === 'page' ? start * pages.size : offset) + rows.length
    // Pages that have numbers, and say which is next, say which is the last.
    const isLast = pages.by === 'page' && style.next !== null && next.right === null
    if (told.total !== null && (next.right === null ? isLast && reached < told.total : reached >= told.total))
      return failed(
        `it says that there are ${String(told.total)} rows, and that ${String(reached)} are ${isLast ? '' : 'not '}all`,
        true,
      )
    const enough = rows.length - skip >= wanted
    const given = own.length
    if (pages.by === 'next' && given > pages.size)
      return failed(
        `its pages have ${String(given)} rows, and not ${String(pages.size)}: say so as their 'size'`,
      )
    if (
      pages.by !== 'page' &&
      pages.full === true &&
      limit !== null &&
      next.right !== null &&
      !enough &&
      given < pages.size
    )
      return failed(
        `its pages have ${String(given)} rows, and not ${String(pages.size)}: say so as their 'size'`,
      )
    const full = pages.by === 'page' && got.right.rows.length >= pages.size
    if (enough) told.url = null
    else if (next.right !== null) told.url = next.right
    else if (full && style.next === null) {
      const following = urlOf(paramsFor(told.number))
      if (E.isLeft(following)) return following
      told.url = following.right
    } else told.url = null
  }
  // Where pages are of the service's size, there may be more than was asked for.
  const given = pages.by === 'offset' && asked.size === 1 ? rows : rows.slice(skip, skip + wanted)
  return E.right({ rows: given, total: told.total })
}

/** A page that isn't there is beyond the last one, if the service says that there are so few rows. */
const beyond = async (
  style: RestStyle,
  offset: number,
  error: QueryError,
  url: E.Either<QueryError, string>,
  get: (url: string) => Promise<E.Either<QueryError, Got>>,
): Promise<E.Either<QueryError, Page>> => {
  const got = E.isLeft(url) ? url : await get(url.right)
  if (E.isLeft(got)) return got
  const total = got.right.error === null ? (style.total?.(got.right.response) ?? null) : null
  return total !== null && total <= offset ? E.right({ rows: [], total }) : E.left(error)
}

/** The URL of the next page. What is sent to the service isn't sent elsewhere. */
const nextOf = (style: RestStyle, response: RestResponse, url: string): E.Either<string, string | null> => {
  const next = style.next?.(response) ?? null
  if (next === null) return E.right(null)
  const found = E.tryCatch(
    () => new URL(next, url),
    () => 'the next page has no URL',
  )
  return E.flatMap(found, (to: URL): E.Either<string, string> =>
    to.origin === new URL(url).origin ? E.right(to.href) : E.left('the next page is elsewhere'),
  )
}
