/**
 * A client as a server: what is asked over HTTP is asked of it.
 *
 * @since 0.1.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { optionsOf } from '../../value/optionsOf.js'
import { make, metered, meterFor, shared, type Meter, type Work } from '../../value/Meter.js'
import { clientFailed, invalidQuery, unsupported, type QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import { reachedByDelete } from '../../schema/pointers.js'
import type { Schema } from '../../schema/Schema.js'
import type { LookupName } from '../../expression/Expression.js'
import { layersOf, type Query } from '../../query/Query.js'
import { mutatedModel, rowsToWrite } from '../../query/Mutation.js'
import type { Client } from '../../client/Client.js'
import { strictest } from '../../client/Budget.js'
import { budgetOf, within } from '../../client/within.js'
import { fetchRows } from '../../run/read/fetchRows.js'
import { countRows } from '../../run/read/countRows.js'
import { planQuery } from '../../plan/planQuery.js'
import { type Plan } from '../../plan/Plan.js'
import { decodeAsked, type Asked } from './Asked.js'
import { httpLimits, type HttpLimits } from './HttpLimits.js'
import { isJson } from './isJson.js'
import { isWithin } from './limitSupport.js'
import { outgrows } from './outgrows.js'
import { limitedTo } from './limitedTo.js'
import { harmless } from './lookupSupport.js'
import { measure } from './measure.js'
import { refusedLookup } from './refusedLookup.js'
import { textOf, type Unread } from './readBody.js'
import { encodeError } from './wireError.js'
import { mutated, written } from './written.js'

/**
 * Why a request isn't answered: a status (401 for who isn't known, 403 for who may not, 429 for who asks too often),
 * what to tell the caller, and headers besides (`www-authenticate`, `retry-after`).
 *
 * @since 0.1.0
 */
export interface Denied {
  readonly status: number
  readonly message: string
  readonly headers?: { readonly [name: string]: string }
}

/**
 * What answering a request may take unless it is said otherwise: 10,000,000 steps, and 64 MiB of what is made on the way
 * and sent.
 *
 * @since 0.2.0
 */
export const httpWork: { readonly steps: number; readonly bytes: number } = {
  steps: 10_000_000,
  bytes: 64 * 1024 * 1024,
}

/**
 * What a server may be told. `models` are those that may be asked about, reached through relations and subqueries
 * included; all, unless they are given. `lookups` says which lookups may be asked; all but `regex` and `iregex`, unless
 * it is given: a pattern can be made to take as long as its author likes.
 *
 * `work` is what evaluating a request may take, in steps and bytes; past it the answer is an `OverBudget`. Without it, it is
 * `httpWork`. What the client's own budget says (see `within`) holds as well.
 *
 * @since 0.1.0
 */
export interface HttpOptions {
  readonly models?: ReadonlyArray<string>
  readonly limits?: Partial<HttpLimits>
  readonly lookups?: (name: LookupName) => boolean
  readonly work?: Work
}

/**
 * What a server that doesn't answer everybody is told. `authorize` sees the request, but not its body, and says who
 * asks, which the client is then chosen by.
 *
 * @since 0.1.0
 */
export interface AuthorizedOptions<C> extends HttpOptions {
  readonly authorize: (request: Request) => TE.TaskEither<Denied, C>
}

/**
 * Answers a request.
 *
 * @since 0.1.0
 */
export type Handler = (request: Request) => Promise<Response>

/**
 * A client as a fetch handler, for any server that speaks in `Request` and `Response`. It answers what the client of
 * this subpath asks, on whatever path it is mounted.
 *
 * Nothing is believed: queries are decoded within limits and checked against the schema, values of rows against their
 * fields, and only columns that were asked for leave the server. Errors travel as what they are, without causes. What
 * concerns several rows (unique values, `onDelete`) is for the client to keep; reading and deciding are the caller's.
 * Without `authorize` it answers whoever can reach it.
 *
 * @example
 * import { autoId, field, schema, toArray } from 'queryset-ts'
 * import { httpClient, httpHandler } from 'queryset-ts/http'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const handler = httpHandler(memory(models, { genre: [{ id: 1, name: 'Rock' }] }))
 * const client = httpClient(models, { url: 'http://localhost/', fetch: handler })
 * console.log(await toArray(client)(models.genre)()) // => { _tag: 'Right', right: [ { id: 1, name: 'Rock' } ] }
 *
 * @since 0.1.0
 */
export function httpHandler(client: Client, options?: HttpOptions): Handler
export function httpHandler<C>(client: (context: C) => Client, options: AuthorizedOptions<C>): Handler
export function httpHandler<C>(
  client: Client | ((context: C) => Client),
  options: HttpOptions & Partial<AuthorizedOptions<C>> = {},
): Handler {
  const { authorize, models, lookups = harmless, limits: given, work: budget } = optionsOf(options)
  const limits: HttpLimits = { ...httpLimits, ...numbersIn(optionsOf(given)) }
  const work: Work = { ...httpWork, ...numbersIn(optionsOf(budget)) }
  const seen = new WeakMap<Schema, Schema>()
  const visible = (schema: Schema): Schema => {
    if (models === undefined) return schema
    const found = seen.get(schema) ?? limitedTo(schema, models)
    seen.set(schema, found)
    return found
  }
  return async (request) => {
    try {
      if (request.method !== 'POST')
        return refused(405, 'send what is asked in the body of a POST', { allow: 'POST' })
      // Other types are sent by any web page without asking.
      if (!/^application\/json\s*(?:;|$)/iu.test(request.headers.get('content-type') ?? ''))
        return refused(415, 'send JSON, as application/json')
      const allowed: E.Either<Denied, C | null> =
        authorize === undefined ? E.right(null) : await authorize(request)()
      if (E.isLeft(allowed)) {
        const { status, message, headers } = allowed.left
        return refused(status, message, headers)
      }
      if (Number(request.headers.get('content-length') ?? 0) > limits.bytes)
        return unread('too large', limits)
      const text = await textOf(request.body, limits.bytes)
      if (E.isLeft(text)) return unread(text.left, limits)
      const json = parsed(text.right)
      // Where `authorize` isn't given, the client is not a function.
      const own = typeof client === 'function' ? client(allowed.right as C) : client
      const [broken] = own.schema.errors
      if (broken !== undefined) return failed(broken)
      const { id, rest } = E.isRight(json) ? apart(json.right) : { id: {}, rest: null }
      const asked = E.flatMap(json, () => decodeAsked(visible(own.schema), limits)(rest))
      if (E.isLeft(asked)) return failed(asked.left, isBeyond(limits, rest) ? limits : null)
      const { right } = asked
      const refusal = queriesIn(right)
        .map((query) => refusedLookup(lookups, query))
        .find((name) => name !== null)
      if (refusal !== undefined) return failed(unsupported(own.name, `the lookup '${refusal}' over HTTP`))
      const hidden = models === undefined ? null : hiddenBy(own, visible(own.schema), right)
      if (hidden !== null) return failed(hidden)
      return await answered(within(shared(own.name, strictest([own.budget, work]) ?? work))(own), right, {
        id,
        rows: limits.rows,
        signal: request.signal,
      })
    } catch {
      // What was thrown may hold anything.
      return failed(clientFailed('http', 'answering', null))
    }
  }
}

/** The queries that a question has in it. */
const queriesIn = (asked: Asked): ReadonlyArray<Query> => {
  switch (asked.operation) {
    case 'list':
    case 'count':
      return [asked.query]
    case 'write':
      return []
    case 'mutate':
      return asked.mutations.flatMap((mutation) => {
        if (mutation._tag === 'insert') return []
        const set = mutation._tag === 'update' ? mutation.set : []
        return [mutation.query, rowsToWrite(mutation.query, '', set)]
      })
  }
}

/** Why a delete isn't done: it would take along rows of a model that may not be asked about. */
const hiddenBy = (client: Client, visible: Schema, asked: Asked): QueryError | null => {
  if (asked.operation !== 'mutate') return null
  const deletes = asked.mutations.filter(({ _tag }) => _tag === 'delete')
  const found = deletes
    .map(mutatedModel)
    .find((model) => [...reachedByDelete(client.schema, model)].some((each) => !visible.models.has(each)))
  return found === undefined
    ? null
    : unsupported(client.name, `deleting rows of '${found}', which other rows go with`)
}

const parsed = (text: string): E.Either<QueryError, unknown> => {
  const much = outgrows(text)
  return much === null
    ? E.tryCatch(
        () => JSON.parse(text) as unknown,
        () => invalidQuery('', 'is not JSON', 'Send JSON.'),
      )
    : E.left(invalidQuery('', much, 'Ask, or write, in several requests.'))
}

/** A limit that is not a number is none that was given. */
const numbersIn = <L extends object>(limits: L): Partial<L> =>
  // What is left out may be.
  Object.fromEntries(
    Object.entries(limits).filter(([, limit]) => typeof limit === 'number' && !Number.isNaN(limit)),
  ) as Partial<L>

/** What an answer says of its question: the `id` that it came with, if it did. */
type Id = { readonly id?: string }

/** What else is known of a question: its `id`, how many rows its answer may have, and whether somebody waits for it. */
interface Asking {
  readonly id: Id
  readonly rows: number
  readonly signal: AbortSignal
}

/** A question, and its `id` apart. */
const apart = (json: unknown): { readonly id: Id; readonly rest: unknown } => {
  if (!isJson(json) || typeof json['id'] !== 'string' || json['id'].length > longestId)
    return { id: {}, rest: json }
  const { id, ...rest } = json
  return { id: { id }, rest }
}

const longestId = 100

const jsonHeaders = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

const asJson = (status: number, body: Json, headers: { readonly [name: string]: string } = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { ...jsonHeaders, ...headers } })

/** A request that isn't looked into. */
const refused = (
  status: number,
  message: string,
  headers: { readonly [name: string]: string } = {},
): Response => asJson(status, { refused: message }, headers)

const unread = (why: Unread, limits: HttpLimits): Response =>
  why === 'too large'
    ? asJson(413, {
        refused: `send no more than ${String(limits.bytes)} bytes at once`,
        limits: toldOf(limits),
      })
    : refused(400, why === 'no text' ? 'send UTF-8' : 'the body broke off')

/** Whoever asks for too much learns how much there may be, and asks for less. */
const toldOf = ({ bytes, rows, depth, size }: HttpLimits): Json => ({ bytes, rows, depth, size })

/** Whether what is asked is more than the limits allow. */
const isBeyond = (limits: HttpLimits, asked: unknown): boolean => {
  if (!isJson(asked)) return false
  const { query = null, write = null } = asked
  const items = isJson(write) ? [write['rows'], write['changes'], write['keys']] : []
  return (
    !isWithin(limits, measure(query)) ||
    items.some((each) => Array.isArray(each) && each.length > limits.rows)
  )
}

const failed = (error: QueryError, limits: HttpLimits | null = null): Response => {
  const after = error._tag === 'ClientFailed' ? error.retryAfter : null
  return asJson(
    statusOf(error),
    { error: encodeError(error), ...(limits === null ? {} : { limits: toldOf(limits) }) },
    after === null ? {} : { 'retry-after': String(Math.ceil(after / 1000)) },
  )
}

const statusOf = (error: QueryError): number => {
  switch (error._tag) {
    case 'InvalidField':
    case 'InvalidStep':
    case 'InvalidQuery':
      return 400
    case 'NotFound':
      return 404
    case 'Conflict':
    case 'Protected':
    case 'MultipleFound':
    case 'Incomplete':
      return 409
    case 'Invalid':
    case 'Unsupported':
    case 'OverBudget':
      return 422
    case 'ClientFailed':
      return error.retryable ? 503 : 500
    case 'InvalidSchema':
    case 'Undecodable':
    case 'BadFile':
      return 500
  }
}

const answered = async (client: Client, asked: Asked, asking: Asking): Promise<Response> => {
  const { id } = asking
  switch (asked.operation) {
    case 'list':
      return listed(client, asked.query, asking)
    case 'count': {
      const told = await countRows(listening(client, asking), asked.query)()
      return E.isLeft(told) ? failed(told.left) : asJson(200, { value: told.right, ...id })
    }
    case 'write': {
      const told = await written(client, asked.write)()
      return E.isLeft(told) ? failed(told.left) : asJson(200, { value: told.right, ...id })
    }
    case 'mutate': {
      const told = await mutated(client, asked.mutations)()
      return E.isLeft(told) ? failed(told.left) : asJson(200, { value: told.right, ...id })
    }
  }
}

/** The same client, which isn't asked any more once nobody waits for the answer. */
const listening = (client: Client, { signal }: Asking): Client => ({
  ...client,
  list: (query, meter) => async () => (signal.aborted ? E.left(left(client)) : client.list(query, meter)()),
})

const left = ({ name }: Client): QueryError =>
  clientFailed(name, 'list', null, { message: 'whoever asked has left', hint: 'Nothing more was asked.' })

/** So many rows stand in a line. */
const batch = 100

/** So many rows are fetched at a time where others come in lists with them: how many those are isn't known before. */
const step = 1000

/** What is planned of a list: no more rows than an answer may have; where others come with them, some at a time. */
const plannedFor = (client: Client, query: Query, most: number): E.Either<QueryError, Plan> => {
  const { offset, limit } = query.slice ?? { offset: 0, limit: null }
  const asked: Query = { ...query, slice: { offset, limit: Math.min(limit ?? most, most) } }
  const inSteps = hasLists(query) ? planQuery(client, asked, undefined, step) : null
  return inSteps !== null && E.isRight(inSteps) ? inSteps : planQuery(client, asked)
}

/**
 * Rows, as lines: first the total, then lists of rows, and at last how many there were, so that an answer that breaks
 * off is told from one that ends; and whether there may be more, where a limit ended it. They are fetched from the client
 * as they are read.
 */
const listed = async (client: Client, query: Query, asking: Asking): Promise<Response> => {
  const { id, rows } = asking
  const heard: { total: number | null; first: boolean } = { total: null, first: true }
  const waiting = listening(client, asking)
  const hearing: Client = {
    ...waiting,
    list: (each, meter) => async () => {
      const page = await waiting.list(each, meter)()
      if (E.isRight(page) && heard.first) heard.total = page.right.total
      heard.first = false
      return page
    },
  }
  const planned = plannedFor(hearing, query, rows)
  if (E.isLeft(planned)) return failed(planned.left)
  // The total of what is fetched, where something is left to do here, is another.
  const isTold = planned.right.residual === null && planned.right.total === 'exact'
  const limit = query.slice?.limit ?? Infinity
  const meter = meterFor(client.name, budgetOf(client, query))
  const opening = () => ({ total: isTold ? heard.total : null, ...id })
  const lines = linesFor(hearing, planned.right, { rows, limit, meter }, opening)
  const first = await lines.next()
  if (first.done === true) return failed(clientFailed(client.name, 'list', null))
  if (E.isLeft(first.value)) return failed(first.value.left)
  const head = first.value.right
  const encoder = new TextEncoder()
  const rest: { head: string | null } = { head }
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (rest.head !== null) {
        controller.enqueue(encoder.encode(rest.head))
        rest.head = null
        return
      }
      const next = await lines.next()
      if (next.done === true) controller.close()
      else
        controller.enqueue(
          encoder.encode(
            E.isLeft(next.value) ? lineOf({ error: encodeError(next.value.left) }) : next.value.right,
          ),
        )
    },
    cancel: async () => {
      await lines.return(undefined)
    },
  })
  return new Response(stream, {
    status: 200,
    headers: { ...jsonHeaders, 'content-type': 'application/x-ndjson' },
  })
}

const lineOf = (json: Json): string => `${JSON.stringify(json)}\n`

/**
 * What an answer may have: so many rows, those that come with others included, and as many bytes as the meter has left;
 * and how many rows were asked for.
 */
interface Room {
  readonly rows: number
  readonly limit: number
  readonly meter: Meter
}

async function* linesFor(
  client: Client,
  planned: Plan,
  most: Room,
  head: () => Json,
): AsyncGenerator<E.Either<QueryError, string>, void, undefined> {
  const { meter } = most
  const told = { rows: 0, inside: 0, begun: false }
  const more = (): string => lineOf({ more: told.rows, limit: most.rows })
  /* eslint-disable functional/no-loop-statements -- one turn a page, and a line */
  for await (const page of fetchRows(client, planned, meter)) {
    if (E.isLeft(page)) {
      // What there was room for is an answer: the rest is asked for next.
      yield told.rows > 0 && isOverWork(page.left) ? E.right(more()) : page
      return
    }
    const fitting = fittingIn(planned.query, page.right, most.rows - told.rows - told.inside)
    if (fitting.rows.length < page.right.length && told.rows + fitting.rows.length === 0) {
      yield E.left(tooManyRows(most.rows))
      return
    }
    const sent = metered(() => inLines(fitting.rows, meter, told.rows === 0))
    if (E.isLeft(sent)) {
      yield sent
      return
    }
    if (!told.begun) yield E.right(lineOf(head()))
    told.begun = true
    for (const line of sent.right) {
      yield E.right(lineOf(line))
      told.rows += line.length
    }
    told.inside += fitting.inside
    if (sent.right.reduce((sum, line) => sum + line.length, 0) < page.right.length) {
      yield E.right(more())
      return
    }
  }
  /* eslint-enable functional/no-loop-statements */
  const isCut = told.rows === most.rows && most.rows < most.limit
  yield E.right(isCut ? more() : lineOf({ end: told.rows }))
}

/** The first of some rows, as many as fit in together with those that come with them; and how many these are. */
const fittingIn = (
  query: Query,
  rows: ReadonlyArray<Row>,
  room: number,
): { readonly rows: ReadonlyArray<Row>; readonly inside: number } => {
  const all = rows.map(rowsWithin(query))
  const sums = { inside: 0, rows: 0 }
  /* eslint-disable-next-line functional/no-loop-statements -- no further than what fits */
  for (const inside of all) {
    if (sums.rows + 1 + sums.inside + inside > room) break
    sums.rows += 1
    sums.inside += inside
  }
  return { rows: sums.rows === rows.length ? rows : rows.slice(0, sums.rows), inside: sums.inside }
}

/** Whether rows come in lists with the rows of a query, or with those that come in the place of their keys. */
const hasLists = (query: Query): boolean =>
  layersOf(query).some(({ related }) => related.some(({ many, query: inner }) => many || hasLists(inner)))

/** So long is a line, or one row longer. */
const longestLine = 1024 * 1024

/**
 * Rows as they stand in lines, counted before any of them is spelled: as many as there is room for. The first may be too
 * much.
 */
const inLines = (
  rows: ReadonlyArray<Row>,
  meter: Meter,
  first: boolean,
): ReadonlyArray<ReadonlyArray<Row>> => {
  const sizeOf = sizing()
  const lines: Array<Array<Row>> = []
  const open = { size: Infinity }
  /* eslint-disable-next-line functional/no-loop-statements -- no further than what fits */
  for (const row of rows) {
    const size = sizeOf(row)
    if (size > meter.bytes && !(first && lines.length === 0)) return lines
    make(meter, size)
    const line = lines.at(-1)
    if (line === undefined || line.length >= batch || open.size >= longestLine) {
      lines.push([row])
      open.size = size
    } else {
      line.push(row)
      open.size += size
    }
  }
  return lines
}

/** Whether it was evaluating that took too much. */
const isOverWork = (error: QueryError): boolean =>
  error._tag === 'OverBudget' && (error.what === 'steps' || error.what === 'bytes')

const escaped = /[\u0000-\u001f"\\\ud800-\udfff]/u

/** About how long JSON is once it is spelled. What several rows share is looked at once. */
const sizing = (): ((json: Json) => number) => {
  const known = new Map<Json, number>()
  const sizeOf = (json: Json): number => {
    if (typeof json === 'string') return 2 + (escaped.test(json) ? 6 : 1) * json.length
    if (typeof json !== 'object' || json === null) return 8
    const found = known.get(json)
    if (found !== undefined) return found
    const size = Object.entries(json).reduce(
      (sum, [name, each]) => sum + (Array.isArray(json) ? 1 : name.length + 4) + sizeOf(each),
      2,
    )
    known.set(json, size)
    return size
  }
  return sizeOf
}

/**
 * How many rows come with one, in lists: those in the place of a key are as many as the query has relations. A row that
 * several lists share is looked into once, and counted as often as it will be sent.
 */
const rowsWithin = (query: Query): ((row: Row) => number) => {
  const inner = layersOf(query)
    .flatMap(({ related }) => related)
    .map(({ relation, many, query: there }) => ({ relation, many, within: rowsWithin(there) }))
  if (inner.length === 0) return () => 0
  const known = new Map<Row, number>()
  return (row) => {
    const found = known.get(row)
    if (found !== undefined) return found
    const count = inner.reduce((sum, { relation, many, within }) => {
      const rows = [row[relation] ?? null].flat().filter(isJson)
      return rows.reduce((so, each) => so + (many ? 1 : 0) + within(each), sum)
    }, 0)
    known.set(row, count)
    return count
  }
}

const tooManyRows = (most: number): QueryError =>
  invalidQuery(
    'query.related',
    `one row comes with more than ${String(most - 1)} others, and an answer has ${String(most)} rows at most`,
    "Slice the rows that come with each row, ask for them by themselves, or raise the server's limit 'rows'.",
  )
