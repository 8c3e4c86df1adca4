import { optionsOf } from '../../value/optionsOf.js'
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, invalidField, undecodable, type QueryError } from '../../value/QueryError.js'
import { describeCause } from '../../value/describeCause.js'
import { sortOf } from '../../value/describe.js'
import type { Row } from '../../value/Value.js'
import type { Evaluator } from '../../query/Evaluator.js'
import { allOf } from '../../query/Query.js'
import { decodeRow, shapeOf, type Misfit, type Shape } from '../../query/shape.js'
import type { StoredRowOf } from '../../expression/Refs.js'
import { wrongRow } from '../../query/wrongRow.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import { linked, stillLinked } from '../../engine/Links.js'
import { store, type Store } from '../../engine/Store.js'
import type { Model, Schema } from '../../schema/Schema.js'
import { inMemory, storeClient, type Keeper, type StoreClient } from '../reference/storeClient.js'

/**
 * Rows by model, each with a value for each column. A foreign key is the key of its target row. Models that are left
 * out have no rows. If the types of the models are known, the rows are type-checked.
 *
 * @since 0.1.0
 */
export type MemoryData<M = AnyModels> = [Extract<keyof M, string>] extends [never]
  ? AnyRows
  : string extends keyof M
    ? AnyRows
    : {
        readonly [K in keyof M]?: M[K] extends Queryset<never, unknown, infer T>
          ? ReadonlyArray<StoredRowOf<T>>
          : never
      }

interface AnyRows {
  readonly [model: string]: ReadonlyArray<object>
}

/**
 * Options of the memory client. `evaluator` evaluates its queries. The default is `engine`.
 *
 * @since 0.2.0
 */
export interface MemoryOptions {
  readonly evaluator?: Evaluator
}

/**
 * A client over rows in memory. It answers every query exactly as the reference does.
 *
 * The rows are first checked against the models. If one is wrong, every query returns that error. An unknown model or
 * column is an `InvalidField`. A value that its column can't hold is an `Undecodable`. A foreign key that leads to no
 * row is a `ClientFailed`, with a `Conflict` as its `cause`. Writes are checked in the same way. At the end of a write,
 * or of a transaction, a foreign key that leads nowhere is a `Conflict`. So is deleting a row that others still refer
 * to.
 *
 * @example
 * import { autoId, field, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rock' }] })
 * console.log(await toArray(client)(models.genre)()) // => { _tag: 'Right', right: [ { id: 1, name: 'Rock' } ] }
 *
 * @since 0.1.0
 */
export const memory = <M extends AnyModels>(
  models: M,
  data: MemoryData<M>,
  options: MemoryOptions = {},
): StoreClient => {
  const schema = schemaOf(models)
  const elsewhere = new Set<string>()
  // A value of the caller may throw.
  const loaded = E.flatten(E.tryCatch(() => load('memory', schema, data), unreadable))
  const keeper = E.foldW(broken, (first: Store) => linkedIn(first, elsewhere))(loaded)
  return {
    ...storeClient('memory', schema, keeper, optionsOf(options).evaluator),
    elsewhere: (names) => {
      names.forEach((name) => elsewhere.add(name))
    },
  }
}

/** A store in memory that checks its foreign keys, including those of its initial rows. */
const linkedIn = (first: Store, elsewhere: ReadonlySet<string>): Keeper => {
  const { read, change } = inMemory(first)
  const kept = { first: linked(first, elsewhere), elsewhere: elsewhere.size }
  const sound = (): E.Either<QueryError, Store> => {
    if (E.isLeft(kept.first) && kept.elsewhere !== elsewhere.size) {
      kept.elsewhere = elsewhere.size
      kept.first = linked(first, elsewhere)
    }
    return kept.first
  }
  return {
    read: () => (E.isLeft(sound()) ? Promise.resolve(sound()) : read()),
    change: (program) => async () => {
      const first = sound()
      return E.isLeft(first)
        ? first
        : change(
            (before) => async () =>
              E.flatMap(await program(before)(), ([value, after]) =>
                E.map((store: Store) => [value, store] as const)(stillLinked(before, after, elsewhere)),
              ),
          )()
    },
  }
}

const unreadable = (cause: unknown): QueryError =>
  clientFailed('memory', 'memory', cause, {
    message: `its data can't be read: ${describeCause(cause)}`,
    hint: 'Give plain rows, by model.',
  })

const broken = (error: QueryError): Keeper => ({ read: TE.left(error), change: () => TE.left(error) })

/**
 * A store of rows that must still be checked.
 *
 * @since 0.1.0
 */
export const load = (client: string, schema: Schema, data: unknown): E.Either<QueryError, Store> => {
  const [broken] = schema.errors
  if (broken !== undefined) return E.left(broken)
  if (!isObject(data))
    return E.left(
      undecodable({
        client,
        model: null,
        row: 0,
        path: '',
        expected: 'lists of rows by model',
        actual: sortOf(data),
      }),
    )
  const given = new Map<string, unknown>(Object.entries(optionsOf(data)))
  const unknown = [...given.keys()].find((name) => !schema.models.has(name))
  if (unknown !== undefined)
    return E.left(invalidField(null, unknown, 'is not a model', [...schema.models.keys()]))
  const decoded = [...schema.models.values()].map((model) =>
    E.map((rows: ReadonlyArray<Row>): readonly [string, ReadonlyArray<Row>] => [model.name, rows])(
      givenRows(client, schema, model, given.get(model.name)),
    ),
  )
  return E.flatMap(E.sequenceArray(decoded), (lists: ReadonlyArray<readonly [string, ReadonlyArray<Row>]>) =>
    store(schema, Object.fromEntries(lists), client),
  )
}

/** The given rows of a model, if each has a value for each column and no others. */
const givenRows = (
  client: string,
  schema: Schema,
  model: Model,
  given: unknown,
): E.Either<QueryError, ReadonlyArray<Row>> => {
  const misfit = (row: number, wrong: Misfit, each: unknown = null): QueryError =>
    wrongRow({ client, schema, model: model.name, row }, each, wrong)
  if (given === undefined) return E.right([])
  if (!Array.isArray(given))
    return E.left(misfit(0, { path: '', expected: 'a list of rows', actual: sortOf(given) }))
  const rows: ReadonlyArray<unknown> = given
  return E.flatMap(shapeOf(schema, allOf({ _tag: 'model', model: model.name })), (shape: Shape) =>
    E.traverseArrayWithIndex((row: number, each: unknown) => {
      const column = unknownColumn(model, each)
      return column === null
        ? E.mapLeft((wrong: Misfit) => misfit(row, wrong, each))(decodeRow(shape, each))
        : E.left(
            invalidField(model.name, column, `is not a column (row ${String(row)})`, [
              ...model.columns.keys(),
            ]),
          )
    })(rows),
  )
}

const unknownColumn = (model: Model, row: unknown): string | null =>
  isObject(row) ? (Object.keys(row).find((name) => !model.columns.has(name)) ?? null) : null

const isObject = (u: unknown): u is object => typeof u === 'object' && u !== null && !Array.isArray(u)
