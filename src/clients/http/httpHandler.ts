/**
 * A client as a server: it passes the questions of HTTP requests to the client.
 *
 * @since 0.1.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { optionsOf } from '../../value/optionsOf.js'
import { shared, type Work } from '../../value/Meter.js'
import { clientFailed, unsupported, type QueryError } from '../../value/QueryError.js'
import { reachedByDelete } from '../../schema/pointers.js'
import type { Schema } from '../../schema/Schema.js'
import type { LookupName } from '../../expression/Expression.js'
import type { Query } from '../../query/Query.js'
import { mutatedModel, rowsToWrite } from '../../query/Mutation.js'
import type { Client } from '../../client/Client.js'
import { strictest } from '../../client/Budget.js'
import { within } from '../../client/within.js'
import { decodeAsked, type WireRequest } from './WireRequest.js'
import { httpLimits, type HttpLimits } from './HttpLimits.js'
import { limitedTo } from './limitedTo.js'
import { harmless } from './lookupSupport.js'
import { refusedLookup } from './refusedLookup.js'
import { bodyText } from './readBody.js'
import { answered } from './answer.js'
import { apart, parsed } from './readRequest.js'
import { failed, isBeyond, refused, unread } from './respond.js'

/**
 * Why a request isn't answered: a status (401 for an unknown caller, 403 for one without permission, 429 for too many
 * requests), a message for the caller, and further headers (`www-authenticate`, `retry-after`).
 *
 * @since 0.1.0
 */
export interface Denied {
  readonly status: number
  readonly message: string
  readonly headers?: { readonly [name: string]: string }
}

/**
 * The default limit for the work of a request: 10,000,000 steps, and 64 MiB of created and sent data.
 *
 * @since 0.2.0
 */
export const httpWork: { readonly steps: number; readonly bytes: number } = {
  steps: 10_000_000,
  bytes: 64 * 1024 * 1024,
}

/**
 * Options of the handler.
 *
 * - `models` are those that may be queried, also through relations and subqueries. The default is all.
 * - `lookups` says which lookups are allowed. The default is all but `regex` and `iregex`, since a pattern can be
 *   written to run for any length of time.
 * - `work` limits the evaluation of a request, in steps and bytes. Beyond it, the answer is an `OverBudget`. The
 *   default is `httpWork`. The client's own budget (see `within`) also applies.
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
 * Options of a handler that doesn't answer everybody. `authorize` gets the request, without its body, and gives the
 * user, for whom the client is then chosen.
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
 * A client as a fetch handler, for any server that uses `Request` and `Response`. It answers the client of this entry,
 * on any path.
 *
 * No input is trusted. Queries are decoded within limits and checked against the schema. Values of rows are checked
 * against their fields. Only requested columns leave the server. Errors are sent with their tag, but without causes.
 * Rules between rows (unique values, `onDelete`) are left to the client. The caller is responsible for the time between
 * a read and the write that depends on it. Without `authorize`, it answers everybody who can reach it.
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
      // Web pages can send the other types without permission.
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
      const text = await bodyText(request.body, limits.bytes)
      if (E.isLeft(text)) return unread(text.left, limits)
      const json = parsed(text.right)
      // Without `authorize`, the client is not a function.
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
      // The thrown value may contain anything.
      return failed(clientFailed('http', 'answering', null))
    }
  }
}

/** The queries inside a question. */
const queriesIn = (asked: WireRequest): ReadonlyArray<Query> => {
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

/** Why a delete isn't done: it would delete rows of a model that may not be queried. */
const hiddenBy = (client: Client, visible: Schema, asked: WireRequest): QueryError | null => {
  if (asked.operation !== 'mutate') return null
  const deletes = asked.mutations.filter(({ _tag }) => _tag === 'delete')
  const found = deletes
    .map(mutatedModel)
    .find((model) => [...reachedByDelete(client.schema, model)].some((each) => !visible.models.has(each)))
  return found === undefined
    ? null
    : unsupported(client.name, `deleting rows of '${found}', which other rows go with`)
}

/** Limits that are not numbers are ignored. */
const numbersIn = <L extends object>(limits: L): Partial<L> =>
  // Limits may be left out.
  Object.fromEntries(
    Object.entries(limits).filter(([, limit]) => typeof limit === 'number' && !Number.isNaN(limit)),
  ) as Partial<L>
