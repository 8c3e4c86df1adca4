/**
 * A client as a server: what is asked over HTTP is asked of it.
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
import { decodeAsked, type Asked } from './Asked.js'
import { httpLimits, type HttpLimits } from './HttpLimits.js'
import { limitedTo } from './limitedTo.js'
import { harmless } from './lookupSupport.js'
import { refusedLookup } from './refusedLookup.js'
import { textOf } from './readBody.js'
import { answered } from './answer.js'
import { apart, parsed } from './readRequest.js'
import { failed, isBeyond, refused, unread } from './respond.js'

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

/** A limit that is not a number is none that was given. */
const numbersIn = <L extends object>(limits: L): Partial<L> =>
  // What is left out may be.
  Object.fromEntries(
    Object.entries(limits).filter(([, limit]) => typeof limit === 'number' && !Number.isNaN(limit)),
  ) as Partial<L>
