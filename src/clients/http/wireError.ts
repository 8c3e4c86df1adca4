/**
 * Errors as JSON, for sending them elsewhere. What only concerns the inside of a server (causes, files, what a backend
 * said) stays there: its tag is told, and whether trying again may help.
 *
 * @since 0.1.0
 */
import { option as O } from 'fp-ts'
import { isJson } from './isJson.js'
import { undecodable, type FieldError, type ItemFate, type QueryError } from '../../value/QueryError.js'
import type { Json } from '../../value/Value.js'

type Tag = QueryError['_tag']
type ErrorOf<T extends Tag> = Extract<QueryError, { readonly _tag: T }>
type Own<T extends Tag> = Exclude<keyof ErrorOf<T>, '_tag' | 'message' | 'hint' | 'retryable'>
type Decoder<A> = (u: unknown) => O.Option<A>
type Parts = { readonly [T in Tag]: { readonly [F in Own<T>]: Decoder<ErrorOf<T>[F]> } }

/**
 * An error as JSON, with what may leave a server.
 *
 * @since 0.1.0
 */
export const encodeError = (error: QueryError): Json => {
  const told = safe(error)
  const own = Object.fromEntries(
    Object.keys(parts[told._tag]).map((name) => [
      name,
      (told as unknown as { readonly [name: string]: unknown })[name],
    ]),
  )
  const { _tag, message, hint, retryable } = told
  const json = { ...own, _tag, message, hint, retryable }
  // The functions and causes among the parts are left out; what stays is plain.
  return JSON.parse(
    JSON.stringify(json, (_, each: unknown) => (isError(each) && each !== json ? encodeError(each) : each)),
  ) as Json
}

const isError = (u: unknown): u is QueryError =>
  typeof u === 'object' &&
  u !== null &&
  '_tag' in u &&
  'retryable' in u &&
  typeof u._tag === 'string' &&
  Object.hasOwn(parts, u._tag)

const inside = 'It concerns the inside of the server: see there.'

const safe = (error: QueryError): QueryError => {
  switch (error._tag) {
    case 'ClientFailed':
      return {
        ...error,
        cause: null,
        message: `${error.operation} failed on the server`,
        hint: error.retryable ? 'Try again later.' : inside,
      }
    case 'BadFile':
      return {
        ...error,
        file: '',
        key: null,
        message: `the data of ${error.model} can't be read`,
        hint: inside,
      }
    case 'Undecodable':
      // A stored value, and its key, are nothing for those who may not see the row.
      return undecodable({ ...error, key: null, place: null, got: error.actual })
    case 'InvalidSchema':
      return { ...error, hint: inside }
    default:
      return error
  }
}

/**
 * An error from JSON, if it is one.
 *
 * @since 0.1.0
 */
export const decodeError = (json: unknown, depth = 0): O.Option<QueryError> => {
  if (!isJson(json) || depth > 3) return O.none
  const { _tag, message, hint, retryable } = json
  if (typeof _tag !== 'string' || !Object.hasOwn(parts, _tag)) return O.none
  const found: { [name: string]: unknown } = { _tag }
  const given: ReadonlyArray<readonly [string, O.Option<unknown>]> = [
    ...Object.entries(parts[_tag as Tag] as { readonly [name: string]: Decoder<unknown> }).map(
      ([name, part]) => [name, part(json[name])] as const,
    ),
    ['message', text(message)],
    ['hint', text(hint)],
    ['retryable', typeof retryable === 'boolean' ? O.some(retryable) : O.none],
  ]
  given.forEach(([name, value]) => {
    if (O.isSome(value)) found[name] = value.value
  })
  // Each part has been looked at, by the table that the type asks for.
  return given.every(([, value]) => O.isSome(value)) ? O.some(found as unknown as QueryError) : O.none
}

const text: Decoder<string> = (u) => (typeof u === 'string' ? O.some(u) : O.none)
const number: Decoder<number> = (u) => (typeof u === 'number' ? O.some(u) : O.none)
/** A count that older servers don't tell. */
const orZero: Decoder<number> = (u) => O.some(typeof u === 'number' ? u : 0)
const orNull =
  <A>(part: Decoder<A>): Decoder<A | null> =>
  (u) =>
    u === null || u === undefined ? O.some(null) : part(u)
/** A key, which older servers don't tell. */
const key: Decoder<Json> = (u) => O.some(typeof u === 'string' || typeof u === 'number' ? u : null)
const list =
  <A>(part: Decoder<A>): Decoder<ReadonlyArray<A>> =>
  (u) =>
    Array.isArray(u) ? O.traverseArray(part)(u as ReadonlyArray<unknown>) : O.none
const texts = list(text)

const fieldError: Decoder<FieldError> = (u) =>
  isJson(u) &&
  typeof u['item'] === 'number' &&
  (u['field'] === null || typeof u['field'] === 'string') &&
  typeof u['code'] === 'string' &&
  isJson(u['params']) &&
  typeof u['message'] === 'string'
    ? // Just looked at; its parameters came as JSON.
      O.some(u as unknown as FieldError)
    : O.none

const blocker: Decoder<{ readonly model: string; readonly relation: string; readonly rows: number }> = (u) =>
  isJson(u) &&
  typeof u['model'] === 'string' &&
  typeof u['relation'] === 'string' &&
  typeof u['rows'] === 'number'
    ? O.some({ model: u['model'], relation: u['relation'], rows: u['rows'] })
    : O.none

const fate: Decoder<ItemFate> = (u) => {
  if (!isJson(u)) return O.none
  const { _tag, key, error } = u
  if (_tag !== 'done' && _tag !== 'failed' && _tag !== 'unknown') return O.none
  return O.map((told: QueryError | null): ItemFate => ({ _tag, key: key ?? null, error: told }))(
    // An item's error has no items.
    orNull((each) => decodeError(each, 3))(error),
  )
}

const parts: Parts = {
  InvalidSchema: { model: text, field: orNull(text) },
  InvalidField: { model: orNull(text), path: text, names: texts, nearest: orNull(text) },
  InvalidStep: { step: text, index: number },
  InvalidQuery: { path: text },
  NotFound: { model: orNull(text) },
  MultipleFound: { model: orNull(text) },
  Undecodable: {
    client: text,
    model: orNull(text),
    key,
    place: orNull(text),
    row: number,
    path: text,
    expected: text,
    actual: text,
  },
  BadFile: {
    client: text,
    file: text,
    line: orNull(number),
    column: orNull(number),
    model: text,
    row: orNull(number),
    key,
    path: text,
    reason: text,
  },
  Conflict: { model: text, fields: texts, errors: list(fieldError), more: orZero },
  Protected: { model: text, by: list(blocker) },
  Invalid: { model: text, errors: list(fieldError), more: orZero },
  // What is left to do can't be resumed from elsewhere.
  Incomplete: { model: text, items: list(fate), rest: () => O.some(() => ({ positions: [], writes: [] })) },
  Unsupported: { client: text, feature: text },
  OverBudget: {
    client: text,
    what: (u) =>
      u === 'requests' || u === 'rows' || u === 'milliseconds' || u === 'steps' || u === 'bytes'
        ? O.some(u)
        : O.none,
    cost: orNull(number),
    budget: number,
  },
  ClientFailed: {
    client: text,
    operation: text,
    cause: () => O.some(null),
    retryAfter: orNull(number),
  },
}
