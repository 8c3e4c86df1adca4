/**
 * What is asked over HTTP: the body of a request.
 *
 * @since 0.1.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../../value/canonical.js'
import {
  invalid,
  invalidField,
  invalidQuery,
  mostErrors,
  type FieldError,
  type QueryError,
} from '../../value/QueryError.js'
import type { Json, JsonObject, Row } from '../../value/Value.js'
import type { Model, Schema } from '../../schema/Schema.js'
import { checkedRows, validateChange } from '../../schema/validate.js'
import { check } from '../../query/check.js'
import { checkMutation } from '../../query/checkMutation.js'
import type { Mutation } from '../../query/Mutation.js'
import type { Query } from '../../query/Query.js'
import { decode, decodeMutation, type WireLimits } from '../../query/wire.js'
import type { Change, Write } from '../../query/Write.js'
import { isJson } from './isJson.js'

/**
 * The rows of a query, how many there are, a write by key that is done whole or not at all, or mutations.
 *
 * @since 0.1.0
 */
export type WireRequest =
  | { readonly operation: 'list'; readonly query: Query }
  | { readonly operation: 'count'; readonly query: Query }
  | { readonly operation: 'write'; readonly write: Write }
  | { readonly operation: 'mutate'; readonly mutations: ReadonlyArray<Mutation> }

type Decoded<A> = E.Either<QueryError, A>

/**
 * What is asked, if it is in every part what it has to be, within the limits, and about nothing that isn't in the
 * schema. `rows` is how many rows may be written at once.
 *
 * @since 0.1.0
 */
export const decodeAsked =
  (schema: Schema, limits: WireLimits & { readonly rows: number }) =>
  (json: unknown): Decoded<WireRequest> => {
    if (!isJson(json)) return E.left(bad('', 'is not an object'))
    const { operation } = json
    switch (operation) {
      case 'list':
        return E.map((query: Query): WireRequest => ({ operation, query }))(decodeQuery(schema, limits, json))
      case 'count':
        return E.map((query: Query): WireRequest => ({ operation, query }))(decodeQuery(schema, limits, json))
      case 'write':
        return E.flatMap(exactly(['operation', 'write'], json, 'write'), (write: JsonObject) =>
          E.map((decoded: Write): WireRequest => ({ operation, write: decoded }))(
            decodeWrite(schema, limits.rows, write),
          ),
        )
      case 'mutate':
        return E.map((mutations: ReadonlyArray<Mutation>): WireRequest => ({ operation, mutations }))(
          decodeMutations(schema, limits, json),
        )
      default:
        return E.left(bad('operation', 'is none of list, count, write, mutate'))
    }
  }

const bad = (path: string, message: string): QueryError =>
  invalidQuery(path, message, "Ask with the client of 'queryset-ts/http', of the same version.")

const tooMany = (path: string, rows: number, what: string): QueryError =>
  invalidQuery(
    path,
    `more than ${String(rows)} rows ${what} at once`,
    `Give the client a 'maxPerRequest' of ${String(rows)} or less.`,
  )

/** An object of just these parts, of which one is an object again: that one. */
const exactly = (names: ReadonlyArray<string>, json: JsonObject, part: string): Decoded<JsonObject> => {
  const unknown = Object.keys(json).find((name) => !names.includes(name))
  if (unknown !== undefined) return E.left(bad(unknown, 'is not known'))
  const found = Object.hasOwn(json, part) ? json[part] : undefined
  return isJson(found) ? E.right(found) : E.left(bad(part, 'is not an object'))
}

const decodeQuery = (schema: Schema, limits: WireLimits, json: JsonObject): Decoded<Query> =>
  E.flatMap(E.flatMap(exactly(['operation', 'query'], json, 'query'), decode(limits)), (query: Query) =>
    E.map(() => query)(check(schema, query)),
  )

const decodeMutations = (
  schema: Schema,
  limits: WireLimits & { readonly rows: number },
  json: JsonObject,
): Decoded<ReadonlyArray<Mutation>> => {
  const unknown = Object.keys(json).find((name) => name !== 'operation' && name !== 'mutations')
  if (unknown !== undefined) return E.left(bad(unknown, 'is not known'))
  const items = json['mutations']
  if (!isList(items)) return E.left(bad('mutations', 'is not a list'))
  const mutations: Array<Mutation> = []
  /* eslint-disable-next-line functional/no-let -- counted by the loop below */
  let rows = 0
  /* eslint-disable-next-line functional/no-loop-statements -- no further than the limit, or the first mistake */
  for (const item of items) {
    const decoded = E.flatMap(decodeMutation(limits)(item), (mutation: Mutation) =>
      storedIn(schema, mutation),
    )
    if (E.isLeft(decoded)) return decoded
    rows += decoded.right._tag === 'insert' ? decoded.right.rows.length : 1
    if (rows > limits.rows) return E.left(tooMany('mutations', limits.rows, 'are written'))
    mutations.push(decoded.right)
  }
  return E.right(mutations)
}

/** A mutation whose values are those that are stored. */
const storedIn = (schema: Schema, mutation: Mutation): Decoded<Mutation> =>
  E.flatMap(checkMutation(schema, mutation), (model: Model) =>
    E.flatMap(expected(model, mutation.expect), (expect: Row | null): Decoded<Mutation> =>
      mutation._tag === 'insert'
        ? E.map((rows: ReadonlyArray<Row>): Mutation => ({ ...mutation, rows, expect }))(
            storedRows(model, mutation.rows),
          )
        : E.right({ ...mutation, expect }),
    ),
  )

/** What a row is expected to hold, as it is stored. */
const expected = (model: Model, expect: Row | null): Decoded<Row | null> => {
  if (expect === null) return E.right(null)
  const { [model.primaryKey]: key, ...rest } = expect
  return E.flatMap(setsOf(model, [rest]), ([stored = {}]: ReadonlyArray<Row>) =>
    key === undefined
      ? E.right(stored)
      : E.map(([own = null]: ReadonlyArray<Json>): Row => ({ ...stored, [model.primaryKey]: own }))(
          keysOf(model, [key]),
        ),
  )
}

const expectedOfAll = (model: Model, items: ReadonlyArray<Json>): Decoded<ReadonlyArray<Row>> =>
  E.traverseArray((item: Json): Decoded<Row> =>
    isJson(item)
      ? E.map((expect: Row | null) => expect ?? {})(expected(model, item))
      : E.left(bad('write.expect', 'has something in it that is not a row')),
  )(items)

const decodeWrite = (schema: Schema, rows: number, json: JsonObject): Decoded<Write> => {
  const { _tag, model: name } = json
  const [items, part] =
    _tag === 'create'
      ? [json['rows'], 'rows']
      : _tag === 'update'
        ? [json['changes'], 'changes']
        : [json['keys'], 'keys']
  if (_tag !== 'create' && _tag !== 'update' && _tag !== 'delete')
    return E.left(bad('write._tag', 'is none of create, update, delete'))
  if (typeof name !== 'string') return E.left(bad('write.model', 'is not text'))
  const model = schema.models.get(name)
  if (model === undefined)
    return E.left(invalidField(null, name, 'is not a model', [...schema.models.keys()]))
  if (!isList(items)) return E.left(bad(`write.${part}`, 'is not a list'))
  if (items.length > rows) return E.left(tooMany(`write.${part}`, rows, 'are written'))
  switch (_tag) {
    case 'create':
      return E.map((stored: ReadonlyArray<Row>): Write => ({ _tag, model: name, rows: stored }))(
        storedRows(model, items),
      )
    case 'update':
      return E.map((changes: ReadonlyArray<Change>): Write => ({ _tag, model: name, changes }))(
        storedChanges(model, items),
      )
    case 'delete':
      return E.flatMap(keysOf(model, items), (keys: ReadonlyArray<Json>): Decoded<Write> => {
        const { expect } = json
        if (expect === undefined) return E.right({ _tag, model: name, keys })
        return isList(expect) && expect.length === keys.length
          ? E.map((rows: ReadonlyArray<Row>): Write => ({ _tag, model: name, keys, expect: rows }))(
              expectedOfAll(model, expect),
            )
          : E.left(bad('write.expect', 'is not a list with a row for each key'))
      })
  }
}

const isList = (u: unknown): u is ReadonlyArray<Json> => Array.isArray(u)

const keysOf = (model: Model, keys: ReadonlyArray<Json>): Decoded<ReadonlyArray<Json>> => {
  const kind = model.columns.get(model.primaryKey)?.kind ?? 'int'
  const stored = keys.map((key) => canonical(kind, key))
  const wrong = stored.flatMap((key, item) => (O.isSome(key) ? [] : [item]))
  return wrong.length > 0
    ? E.left(
        invalid(
          model.name,
          wrong.slice(0, mostErrors).map((item): FieldError => ({
            item,
            field: model.primaryKey,
            code: 'invalid',
            params: { kind },
            message: `is not ${kind === 'int' ? 'an' : 'a'} ${kind}`,
          })),
          Math.max(0, wrong.length - mostErrors),
        ),
      )
    : E.right(stored.flatMap((key) => (O.isSome(key) ? [key.value] : [])))
}

const setsOf = (model: Model, sets: ReadonlyArray<Row>): Decoded<ReadonlyArray<Row>> =>
  validateChange(model, sets, true)

/** Whole rows, of values as they are stored; the key may be missing where the backend counts it up. */
const storedRows = (model: Model, items: ReadonlyArray<Json>): Decoded<ReadonlyArray<Row>> => {
  const objects = items.filter(isJson)
  if (objects.length < items.length) return E.left(bad('write.rows', 'has something in it that is not a row'))
  const { primaryKey } = model
  const auto = model.columns.get(primaryKey)?.auto === true
  const names = [...model.columns.keys()]
  const missing = objects.flatMap((row, item) =>
    names.flatMap((field) => (Object.hasOwn(row, field) ? [] : [{ item, field }])),
  )
  if (missing.length > 0)
    return E.left(
      invalid(
        model.name,
        missing
          .slice(0, mostErrors)
          .map((each): FieldError => ({ ...each, code: 'required', params: {}, message: 'is required' })),
        Math.max(0, missing.length - mostErrors),
      ),
    )
  const rest = objects.map(({ [primaryKey]: _, ...row }) => row)
  const given = objects.filter((row) => !auto || row[primaryKey] !== null)
  return E.flatMap(setsOf(model, rest), (stored: ReadonlyArray<Row>) =>
    E.flatMap(
      keysOf(
        model,
        given.map((row) => row[primaryKey] ?? null),
      ),
      (keys: ReadonlyArray<Json>) => {
        const byRow = new Map(given.map((row, i) => [row, keys[i] ?? null]))
        const rows = stored.map((row, i) => {
          const object = objects[i]
          return { ...row, [primaryKey]: object === undefined ? null : (byRow.get(object) ?? null) }
        })
        return checkedRows(model, rows)
      },
    ),
  )
}

const storedChanges = (model: Model, items: ReadonlyArray<Json>): Decoded<ReadonlyArray<Change>> => {
  const changes = items.flatMap((item) => {
    const set = isJson(item) && Object.hasOwn(item, 'key') ? item['set'] : undefined
    return isJson(item) && isJson(set) ? [{ key: item['key'] ?? null, set, expect: item['expect'] }] : []
  })
  if (changes.length < items.length)
    return E.left(bad('write.changes', 'has something in it that is not a change'))
  const keys = keysOf(
    model,
    changes.map(({ key }) => key),
  )
  if (E.isLeft(keys)) return keys
  const sets = setsOf(
    model,
    changes.map(({ set }) => set),
  )
  if (E.isLeft(sets)) return sets
  // What nothing is expected of holds nothing.
  const expects = expectedOfAll(
    model,
    changes.map(({ expect }) => expect ?? {}),
  )
  return E.map((rows: ReadonlyArray<Row>) =>
    changes.map(({ expect }, i): Change => ({
      key: keys.right[i] ?? null,
      set: sets.right[i] ?? {},
      ...(expect === undefined ? {} : { expect: rows[i] ?? {} }),
    })),
  )(expects)
}
