/**
 * A client that gets its answers from a server.
 *
 * @since 0.1.0
 */
import { optionsOf } from '../../value/optionsOf.js'
import { either as E, option as O, taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Json, JsonObject, Row } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import { encode, encodeMutation } from '../../query/wire.js'
import type { Query } from '../../query/Query.js'
import type { Write } from '../../query/Write.js'
import { isCount } from '../../client/ask.js'
import { areMutated } from '../../client/atOnce.js'
import type { BulkWrites, Client, Page, SingleWrites, WritableClient } from '../../client/Client.js'
import { owning } from '../../client/own.js'
import type { Handler } from './httpHandler.js'
import { httpLimits, type HttpLimits } from './HttpLimits.js'
import { isJson } from './isJson.js'
import { fits, limitSupport } from './limitSupport.js'
import { expected, lookupSupport } from './lookupSupport.js'
import { linesOf } from './readBody.js'
import { answerBytes, failedWith, garbled, jsonOf, send, unreadable, type Sender, type Sent } from './send.js'
import { decodeError } from './wireError.js'

/**
 * Where the server is, and how to ask it.
 *
 * - `fetch` sends a request. The default is the platform's own `fetch`.
 * - `headers` are sent with every request.
 * - `signal` ends the current requests, and all later ones.
 * - `maxPerRequest` is the number of rows to request, or to write, at once. The default is 10,000. If the server's
 *   limit is smaller, it applies once the server has sent it.
 * - `lookups` says which lookups the server answers, like the server's own option. The default is all but `regex`,
 *   `iregex` and custom lookups. The others are evaluated here, over rows that are fetched for that.
 *
 * @since 0.1.0
 */
export interface HttpClientOptions {
  readonly url: string | URL
  readonly fetch?: Handler
  readonly headers?: { readonly [name: string]: string }
  readonly signal?: AbortSignal
  readonly maxPerRequest?: number
  readonly lookups?: (name: LookupName) => boolean
}

/** @since 0.1.0 */
export type HttpClient = Client &
  SingleWrites &
  BulkWrites &
  Required<Pick<Client, 'maxPerRequest' | 'support'>> &
  Pick<WritableClient, 'checks' | 'write'>

/**
 * A client for `httpHandler`. It behaves like the client that the handler was created with, with some limits.
 *
 * Each call is one request. There are no transactions. But the write of a single terminal is sent whole, and the server
 * does it at once, in a transaction, or in turns with others, depending on its own client. Several mutations that are
 * sent together (see `mutate`) are done together or not at all, if the server's client can do that.
 *
 * A server that can't be reached, doesn't answer or breaks off is a `ClientFailed` that can be retried. For a write, it
 * is then unknown whether it was done.
 *
 * @example
 * import { httpClient } from 'queryset-ts/http'
 * import { autoId, schema } from 'queryset-ts'
 * const models = schema({ genre: { id: autoId } })
 * const client = httpClient(models, { url: 'https://example.org/query', headers: { authorization: 'Bearer secret' } })
 * console.log(client.name) // => http
 *
 * @since 0.1.0
 */
export const httpClient = (models: AnyModels, given: HttpClientOptions): HttpClient => {
  const options = optionsOf(given)
  const name = 'http'
  const sender: Sender = {
    client: name,
    fetch: options.fetch ?? ((request) => fetch(request)),
    headers: options.headers ?? {},
    signal: options.signal ?? null,
  }
  // The first request reports an invalid URL.
  const url = O.getOrElse(() => '')(O.tryCatch(() => String(options.url)))
  const own = Math.random().toString(36).slice(2)
  const state: { asked: number; limits: HttpLimits } = {
    asked: 0,
    limits: { ...httpLimits, rows: options.maxPerRequest ?? httpLimits.rows },
  }
  const learn = (told: unknown): void => {
    state.limits = strictest(state.limits, told)
  }
  const askedAs = (operation: string, writes: boolean, body: object): ListRequest => {
    state.asked += 1
    const id = `${own}-${String(state.asked)}`
    return {
      id,
      learn,
      operation,
      writes,
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, id }),
    }
  }
  const asking =
    <A>(
      operation: 'list' | 'count',
      query: Query,
      read: (sent: ListRequest, response: Response) => Promise<E.Either<QueryError, A>>,
    ): TE.TaskEither<QueryError, A> =>
    async () => {
      const encoded = encode({ depth: deepest, size: Infinity })(query)
      if (E.isLeft(encoded)) return encoded
      return exchange(sender, askedAs(operation, false, { operation, query: encoded.right }), read)
    }
  const write =
    <A>(
      operation: string,
      asked: Write,
      read: (value: unknown) => O.Option<A>,
    ): TE.TaskEither<QueryError, A> =>
    () =>
      exchange(sender, askedAs(operation, true, { operation: 'write', write: asked }), (sent, response) =>
        valueOf(sender, sent, response, read),
      )
  const schema = schemaOf(models)
  const support = limitSupport(schema, lookupSupport(options.lookups ?? expected), () => state.limits)
  const rowsFor = (query: Query): TE.TaskEither<QueryError, Page> =>
    asking('list', query, (sent, response) => pageOf(sender, sent, response, query.slice?.limit ?? null))
  const countFor = (query: Query): TE.TaskEither<QueryError, number> =>
    asking('count', query, (sent, response) => valueOf(sender, sent, response, count))
  /** Splits a question that is too large for the server into smaller ones. */
  const within =
    <A>(
      asked: (query: Query) => TE.TaskEither<QueryError, A>,
      parts: (client: Client, query: Query) => Promise<E.Either<QueryError, A> | null>,
    ) =>
    (query: Query, depth: number): TE.TaskEither<QueryError, A> =>
    async () => {
      /* eslint-disable-next-line functional/no-loop-statements -- again only where it is known now that the server takes less */
      for (let tries = 0; ; tries += 1) {
        const before = state.limits
        const smaller: Client = { name, schema, support, list: (each) => list(each, depth + 1) }
        const told = fits(before, query) || depth >= deepestParts ? null : await parts(smaller, query)
        const answer = told ?? (await asked(query)())
        if (E.isRight(answer) || state.limits === before || tries >= mostTries) return answer
      }
    }
  const list = within(
    rowsFor,
    withEvaluator(name, ({ answeredInParts }) => answeredInParts),
  )
  const total = within(
    countFor,
    withEvaluator(
      name,
      ({ countRows }) =>
        (client, query) =>
          countRows(client, query)(),
    ),
  )
  const count = (u: unknown): O.Option<number> => (isCount(u) ? O.some(u as number) : O.none)
  const done = (u: unknown): O.Option<boolean> => O.map((rows: number) => rows > 0)(count(u))
  return owning({
    name,
    schema,
    get maxPerRequest() {
      return state.limits.rows
    },
    support,
    list: (query) => list(query, 0),
    count: (query) => total(query, 0),
    create: (model, row) =>
      write('create', { _tag: 'create', model, rows: [row] }, (u) =>
        O.flatMap(rowList(u), (rows: ReadonlyArray<Row>) =>
          rows.length === 1 ? O.fromNullable(rows[0]) : O.none,
        ),
      ),
    checks: true,
    update: (model, key, set, expect) =>
      write(
        'update',
        { _tag: 'update', model, changes: [expect === undefined ? { key, set } : { key, set, expect }] },
        done,
      ),
    delete: (model, key, expect) =>
      write(
        'delete',
        { _tag: 'delete', model, keys: [key], ...(expect === undefined ? {} : { expect: [expect] }) },
        done,
      ),
    write: (mutations) => async () => {
      const encoded = E.traverseArray(encodeMutation({ depth: deepest, size: Infinity }))(mutations)
      if (E.isLeft(encoded)) return encoded
      return exchange(sender, askedAs('write', true, { operation: 'mutate', mutations }), (sent, response) =>
        valueOf(sender, sent, response, (u) => (areMutated(u, mutations.length) ? O.some(u) : O.none)),
      )
    },
    createBulk: (model, rows) => write('createBulk', { _tag: 'create', model, rows }, rowList),
    updateBulk: (model, changes) => write('updateBulk', { _tag: 'update', model, changes }, count),
    deleteBulk: (model, keys) => write('deleteBulk', { _tag: 'delete', model, keys }, count),
  })
}

type Partly = typeof import('./partly.js')

/**
 * Asking in parts evaluates the rest here. That code is loaded when it is first needed, since the server usually does
 * the work. Without it, the client is a fraction of its size.
 */
const withEvaluator =
  <A>(
    name: string,
    chosen: (loaded: Partly) => (client: Client, query: Query) => Promise<E.Either<QueryError, A> | null>,
  ) =>
  async (client: Client, query: Query): Promise<E.Either<QueryError, A> | null> => {
    const loaded = await load(name)
    return E.isLeft(loaded) ? loaded : chosen(loaded.right)(client, query)
  }

const load = async (name: string): Promise<E.Either<QueryError, Partly>> => {
  try {
    return E.right(await import('./partly.js'))
  } catch (cause) {
    return E.left(
      clientFailed(name, 'list', cause, {
        message: 'the part of the library that splits large queries could not be loaded',
        hint: 'Serve all files of the package, or ask for less at once.',
      }),
    )
  }
}

/** A request, and what identifies its answer. */
interface ListRequest extends Sent {
  readonly id: string
  /** Records the limits that the server sends. */
  readonly learn: (told: unknown) => void
}

/** How often a part of a question may be split again. */
const deepestParts = 4
const mostTries = 16

/** The smaller ones of the given limits and those of the server. Values that aren't limits are ignored. */
const strictest = (limits: HttpLimits, told: unknown): HttpLimits => {
  const given = isJson(told) ? told : {}
  const least = (name: keyof HttpLimits): number => {
    const own = given[name]
    return typeof own === 'number' && Number.isSafeInteger(own) && own > 0
      ? Math.min(limits[name], own)
      : limits[name]
  }
  const found: HttpLimits = {
    rows: least('rows'),
    bytes: least('bytes'),
    depth: least('depth'),
    size: least('size'),
  }
  return limitNames.every((name) => found[name] === limits[name]) ? limits : found
}

const limitNames = ['rows', 'bytes', 'depth', 'size'] as const

/** Whether it is the answer to another question. An answer without an `id` is accepted. */
const isAnother = ({ id }: ListRequest, json: JsonObject): boolean =>
  typeof json['id'] === 'string' && json['id'] !== id

/** A deeper value isn't sent: no server accepts it, and turning it into text would exhaust the stack. */
const deepest = 1000

const rowList = (u: unknown): O.Option<ReadonlyArray<Row>> =>
  Array.isArray(u)
    ? O.traverseArray((row: Json) => (isJson(row) ? O.some(row) : O.none))(u as ReadonlyArray<Json>)
    : O.none

/** A request and its answer, if the server says that it succeeded. */
const exchange = async <A>(
  sender: Sender,
  sent: ListRequest,
  read: (sent: ListRequest, response: Response) => Promise<E.Either<QueryError, A>>,
): Promise<E.Either<QueryError, A>> => {
  const response = await send(sender, sent)
  if (E.isLeft(response)) return response
  return response.right.status === 200
    ? read(sent, response.right)
    : E.left(await errorOf(sender, sent, response.right))
}

/**
 * The error that the server sends. If there is none, something else may have answered, and the error is derived from
 * the status.
 */
const errorOf = async (sender: Sender, sent: ListRequest, response: Response): Promise<QueryError> => {
  const json = await jsonOf(sender, sent, response)
  const body = E.isRight(json) && isJson(json.right) ? json.right : {}
  // A proxy may refuse a large request without saying how large it may be.
  const half = response.status === 413 ? { bytes: Math.floor((sent.body?.length ?? 0) / 2) } : null
  sent.learn(body['limits'] ?? half)
  const told = decodeError(body['error'])
  const { refused } = body
  return O.isSome(told)
    ? told.value
    : failedWith(sender, sent, response, typeof refused === 'string' ? refused : null)
}

const valueOf = async <A>(
  sender: Sender,
  sent: ListRequest,
  response: Response,
  read: (value: unknown) => O.Option<A>,
): Promise<E.Either<QueryError, A>> =>
  E.flatMap(await jsonOf(sender, sent, response), (json: unknown): E.Either<QueryError, A> => {
    if (isJson(json) && isAnother(sent, json)) return E.left(another(sender, sent))
    const value = isJson(json) && Object.hasOwn(json, 'value') ? read(json['value']) : O.none
    return O.isSome(value) ? E.right(value.value) : E.left(strange(sender, sent))
  })

const another = (sender: Sender, sent: Sent): QueryError =>
  garbled(sender, sent, 'the answer is to another question', true)

const strange = (sender: Sender, sent: Sent): QueryError =>
  garbled(sender, sent, 'the answer is not what this client understands')

/** The rows in the lines of an answer, and no more than requested. The handler describes the lines. */
const pageOf = async (
  sender: Sender,
  sent: ListRequest,
  { body }: Response,
  limit: number | null,
): Promise<E.Either<QueryError, Page>> => {
  const rows: Array<unknown> = []
  const head: { total: number | null; seen: boolean } = { total: null, seen: false }
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a line */
  for await (const line of linesOf(body, answerBytes)) {
    if (E.isLeft(line)) return E.left(unreadable(sender, sent, line.left))
    const parsed = E.tryCatch(
      () => JSON.parse(line.right) as unknown,
      () => null,
    )
    // An answer that breaks off inside a line is not JSON.
    if (E.isLeft(parsed)) return E.left(garbled(sender, sent, 'the answer broke off, or is not JSON', true))
    const json = parsed.right
    if (!head.seen) {
      if (!isJson(json) || (json['total'] !== null && !isCount(json['total'])))
        return E.left(strange(sender, sent))
      if (isAnother(sent, json)) return E.left(another(sender, sent))
      head.total = typeof json['total'] === 'number' ? json['total'] : null
      head.seen = true
    } else if (Array.isArray(json)) {
      json.forEach((row: unknown) => rows.push(row))
      if (limit !== null && rows.length > limit)
        return E.left(garbled(sender, sent, `asked for ${String(limit)} rows at most, it gave more`))
    } else if (isJson(json) && json['end'] === rows.length) return E.right({ rows, total: head.total })
    else if (isJson(json) && json['more'] === rows.length) {
      sent.learn({ rows: json['limit'] })
      return E.right({ rows, total: head.total, more: true })
    } else {
      const told = isJson(json) ? decodeError(json['error']) : O.none
      return E.left(O.isSome(told) ? told.value : strange(sender, sent))
    }
  }
  return E.left(garbled(sender, sent, 'the answer broke off', true))
}
