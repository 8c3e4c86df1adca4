import { either as E, taskEither as TE } from 'fp-ts'
import { type QueryError, type WriteError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import { validateNew } from '../../schema/validate.js'
import type { OwnRow } from '../../expression/Refs.js'
import type { QuerysetLike } from '../../expression/Ref.js'
import type { Given, Late, NewRow } from '../../expression/Written.js'
import { writtenModel } from '../../query/foldMutation.js'
import type { Insert, Mutated, OnConflict } from '../../query/Mutation.js'
import { allOf } from '../../query/Query.js'
import { decodeRows, isCoded, readRow, shapeOf, type Misfit } from '../../query/shape.js'
import { wrongRow } from '../../query/wrongRow.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import type { WritableClient } from '../../client/Client.js'
import type { BulkOptions } from '../../client/write.js'
import { mutateOne } from './mutate.js'
import { total } from '../../value/total.js'

const typedCreate =
  <M, const N>(client: WritableClient, values: Given<M, N, NewRow<M>>) =>
  <R, A, T>(
    queryset: Queryset<R, A, T> & QuerysetLike<unknown, M> & Late<M, N, NewRow<T>>,
  ): TE.TaskEither<WriteError, OwnRow<T>> =>
    TE.map((rows: ReadonlyArray<OwnRow<T>>) => rows[0] as OwnRow<T>)(
      // one was made
      createRows<OwnRow<T>>(client, [values], queryset),
    )

/**
 * Creates a row of the queryset's model, and gives it as it is stored, with its key. The model's rules for its fields
 * are checked first. Their violations are an `Invalid`. A key or unique value that is already used is a `Conflict`.
 *
 * @example
 * import { autoId, create, field, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 10 }) } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rock' }] })
 * console.log(await pipe(models.genre, create(client, { name: 'Jazz' }))()) // => { _tag: 'Right', right: { id: 2, name: 'Jazz' } }
 * const long = await pipe(models.genre, create(client, { name: 'Alternative & Punk' }))()
 * console.log(long._tag === 'Left' && long.left._tag) // => Invalid
 *
 * @since 0.1.0
 */
export const create = total('create', 2, 'program', typedCreate)

/**
 * Like `create`, for several rows, and for values whose types aren't known.
 *
 * @since 0.1.0
 */
export const createRows = <A>(
  client: WritableClient,
  items: ReadonlyArray<unknown>,
  queryset: AnyQueryset,
  options: BulkOptions = {},
  onConflict: OnConflict = { _tag: 'refuse' },
): TE.TaskEither<WriteError, ReadonlyArray<A>> => {
  const found = writtenModel('create', queryset)
  if (E.isLeft(found)) return TE.left(found.left)
  const model = found.right
  const onTaken = withClock(model, onConflict)
  const insert = () =>
    E.map((rows: ReadonlyArray<Row>): Insert => insertOf(model, rows, onTaken))(validateNew(model, items))
  return TE.flatMapEither(mutateOne(client, insert, options), ({ rows }: Mutated) =>
    readRows<A>(client, model, rows),
  )
}

/** A row that is updated instead also gets the current time in columns with `auto`. */
const withClock = (model: Model, onConflict: OnConflict): OnConflict =>
  onConflict._tag !== 'update' || onConflict.set.length === 0
    ? onConflict
    : {
        ...onConflict,
        set: [
          ...new Set([
            ...onConflict.set,
            ...[...model.columns.values()].flatMap(({ name, field }) =>
              field.autoTime === 'updated' && !onConflict.by.includes(name) ? [name] : [],
            ),
          ]),
        ],
      }

/**
 * An insert of rows that have been validated.
 *
 * @since 0.2.0
 */
export const insertOf = (model: Model, rows: ReadonlyArray<Row>, onConflict: OnConflict): Insert => ({
  _tag: 'insert',
  model: model.name,
  rows,
  onConflict,
  expect: null,
})

/**
 * Decodes the rows of a model from a client, and converts them to what readers see.
 *
 * @since 0.1.0
 */
export const readRows = <A>(
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
): E.Either<QueryError, ReadonlyArray<A>> => {
  const shape = shapeOf(client.schema, allOf({ _tag: 'model', model: model.name }))
  if (E.isLeft(shape)) return shape
  const wrong = (row: number, misfit: Misfit): E.Either<QueryError, never> =>
    E.left(
      wrongRow({ client: client.name, schema: client.schema, model: model.name, row }, rows[row], misfit),
    )
  const decoded = decodeRows(shape.right, rows)
  if (E.isLeft(decoded)) return wrong(decoded.left.row, decoded.left)
  // New rows already, as readers see them: the shape is that of the model's rows.
  if (!isCoded(shape.right)) return E.right(decoded.right as ReadonlyArray<A>)
  const read: Array<A> = []
  /* eslint-disable-next-line functional/no-loop-statements -- no `Either` for each row */
  for (const [i, row] of decoded.right.entries()) {
    const one = readRow(shape.right, row)
    if (E.isLeft(one)) return wrong(i, one.left)
    // The shape is that of the model's rows.
    read.push(one.right as A)
  }
  return E.right(read)
}
