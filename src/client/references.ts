/**
 * Checks foreign keys between clients, from rows on one client to rows on another.
 *
 * Neither client can check such a key by itself, so the code that writes to both checks it. The check and the write are
 * two separate requests. A row that another writer deletes in between isn't noticed.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { leadsNowhere, stillPointedTo, unsupported, type QueryError } from '../value/QueryError.js'
import { hash } from '../value/Order.js'
import type { Json, Kind, Row } from '../value/Value.js'
import type { Model, Schema } from '../schema/Schema.js'
import type { Predicate } from '../expression/Expression.js'
import { allOf, type Query } from '../query/Query.js'
import type { Client } from './Client.js'
import { answerOf, canAnswer } from './Support.js'
import { pages } from './pages/pages.js'
import { sizeOf, type Walk } from './pages/Walk.js'
import { walkOf } from './pages/walkOf.js'

/** The client that can read the rows of a model, or `null`. */
type Where = (model: string) => Client | null

/** How many keys are requested at once if the client doesn't say how many it takes. */
const usual = 1000

/**
 * Checks that the foreign keys of some rows lead to existing rows. It covers the keys that lead to a client other than
 * the rows' `home`. A key that leads nowhere is a `Conflict`.
 *
 * @since 0.2.0
 */
export const referringToRows =
  (
    schema: Schema,
    where: Where,
    home: Client,
    model: string,
    rows: ReadonlyArray<Row>,
  ): TE.TaskEither<QueryError, null> =>
  async () => {
    /* eslint-disable-next-line functional/no-loop-statements -- one foreign key after the other */
    for (const { name, target } of schema.models.get(model)?.columns.values() ?? []) {
      const to = target === null ? undefined : schema.models.get(target)
      const client = to === undefined ? null : where(to.name)
      if (to === undefined || client === null || client === home) continue
      const keys = distinct(
        to,
        rows.flatMap((row) => row[name] ?? []),
      )
      const left = new Map(keys)
      const looked = await lookUp(client, to, to.primaryKey, [...keys.values()], (key) => {
        left.delete(hashOf(to)(key))
        return left.size === 0
      })
      if (E.isLeft(looked)) return looked
      const [missing] = left.values()
      if (missing !== undefined) return E.left(leadsNowhere(model, name, to.name, missing))
    }
    return E.right(null)
  }

/**
 * Checks that no row on a client other than `home` refers to the rows with these keys. A row that does is a `Conflict`.
 *
 * @since 0.2.0
 */
export const referredToByNone =
  (
    schema: Schema,
    where: Where,
    home: Client,
    model: string,
    keys: ReadonlyArray<Json>,
  ): TE.TaskEither<QueryError, null> =>
  async () => {
    /* eslint-disable functional/no-loop-statements -- one foreign key after the other */
    for (const from of schema.models.values())
      for (const { name, target } of from.columns.values()) {
        const client = target === model ? where(from.name) : null
        if (client === null || client === home) continue
        const found: { by: { readonly key: Json; readonly pk: Json } | null } = { by: null }
        const looked = await lookUp(client, from, name, keys, (key, pk) => {
          found.by = { key, pk }
          return true
        })
        if (E.isLeft(looked)) return looked
        if (found.by !== null)
          return E.left(stillPointedTo(model, found.by.key, from.name, name, found.by.pk))
      }
    /* eslint-enable functional/no-loop-statements */
    return E.right(null)
  }

const hashOf = (model: Model) => hash(model.columns.get(model.primaryKey)?.kind ?? 'int')

const distinct = (model: Model, keys: ReadonlyArray<Json>): ReadonlyMap<unknown, Json> =>
  new Map(keys.map((key) => [hashOf(model)(key), key]))

/** Looks for rows that have one of some values in a column. Stops when `enough` accepts one of them. */
const lookUp = async (
  client: Client,
  model: Model,
  column: string,
  values: ReadonlyArray<Json>,
  enough: (value: Json, pk: Json) => boolean,
): Promise<E.Either<QueryError, null>> => {
  if (values.length === 0) return E.right(null)
  const kind = model.columns.get(column)?.kind ?? 'int'
  const key = hash(kind)
  const wanted = new Set(values.map(key))
  const walks = walksFor(client, model, column, kind, values)
  if (E.isLeft(walks)) return walks
  /* eslint-disable functional/no-loop-statements -- one request after the other */
  for (const walk of walks.right)
    for await (const page of pages(client, walk)) {
      if (E.isLeft(page)) return page
      // A client may give too many rows.
      const rows = page.right.filter((row) => wanted.has(key(row[column] ?? null)))
      if (rows.some((row) => enough(row[column] ?? null, row[model.primaryKey] ?? null))) return E.right(null)
    }
  /* eslint-enable functional/no-loop-statements */
  return E.right(null)
}

/** Looks for many values at once if the client takes that, or else for one at a time, or else through all rows. */
const walksFor = (
  client: Client,
  model: Model,
  column: string,
  kind: Kind,
  values: ReadonlyArray<Json>,
): E.Either<QueryError, ReadonlyArray<Walk>> => {
  const size = Math.max(
    1,
    Math.floor(answerOf(client, allOf({ _tag: 'model', model: model.name })).maxMembers ?? usual),
  )
  const ways = [
    chunked(values, size).map((some) => among(column, kind, some)),
    values.map((value) => equal(column, kind, value)),
    [null],
  ]
  const found = ways.map((conditions) => walksOf(client, model, column, conditions))
  return found.find(E.isRight) ?? found[found.length - 1] ?? E.right([])
}

const walksOf = (
  client: Client,
  model: Model,
  column: string,
  conditions: ReadonlyArray<Predicate<Query> | null>,
): E.Either<QueryError, ReadonlyArray<Walk>> =>
  E.traverseArray((where: Predicate<Query> | null) => {
    const whole: Query = { ...allOf({ _tag: 'model', model: model.name }), where }
    const narrow: Query = { ...whole, columns: [...new Set([model.primaryKey, column])].map(named) }
    const query = canAnswer(client, narrow) ? narrow : whole
    return canAnswer(client, query)
      ? walkOf(client, query, sizeOf(client, answerOf(client, query)))
      : E.left(unsupported(client.name, `reading all rows of '${model.name}', to check foreign keys`))
  })(conditions)

const named = (name: string) => ({
  name,
  expression: { _tag: 'column' as const, path: [name], level: 0 },
})

const chunked = (values: ReadonlyArray<Json>, size: number): ReadonlyArray<ReadonlyArray<Json>> =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size))

const among = (column: string, kind: Kind, values: ReadonlyArray<Json>): Predicate<Query> => ({
  _tag: 'lookup',
  name: 'in',
  left: { _tag: 'column', path: [column], level: 0 },
  right: values.map((value) => ({ _tag: 'const', kind, value })),
})

const equal = (column: string, kind: Kind, value: Json): Predicate<Query> => ({
  _tag: 'lookup',
  name: 'exact',
  left: { _tag: 'column', path: [column], level: 0 },
  right: [{ _tag: 'const', kind, value }],
})
