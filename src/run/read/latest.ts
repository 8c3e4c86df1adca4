import { either as E, option as O, taskEither as TE } from 'fp-ts'
import { notFound, type ReadError } from '../../value/QueryError.js'
import type { OrderKey } from '../../expression/Ref.js'
import type { Client } from '../../client/Client.js'
import { orderBy } from '../../queryset/orderBy.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { first } from './first.js'
import { last } from './last.js'
import { total } from '../../value/total.js'

const typedLatest =
  <R>(client: Client, keys: (row: R) => ReadonlyArray<OrderKey>) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<ReadError, A> =>
    found(queryset.model, last(client)(orderBy(keys)(queryset)))

/**
 * The last row in the order of these keys. If there is no row, the result is a `NotFound`.
 *
 * @example
 * import { autoId, latest, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }, { id: 2 }] })
 * console.log(await pipe(models.genre, latest(client, (g) => [g.id.asc()]))()) // => { _tag: 'Right', right: { id: 2 } }
 *
 * @since 0.1.0
 */
export const latest = total('latest', 2, 'program', typedLatest)

const typedEarliest =
  <R>(client: Client, keys: (row: R) => ReadonlyArray<OrderKey>) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<ReadError, A> =>
    found(queryset.model, first(client)(orderBy(keys)(queryset)))

/**
 * The first row in the order of these keys. If there is no row, the result is a `NotFound`.
 *
 * @example
 * import { autoId, earliest, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }, { id: 2 }] })
 * console.log(await pipe(models.genre, earliest(client, (g) => [g.id.asc()]))()) // => { _tag: 'Right', right: { id: 1 } }
 *
 * @since 0.1.0
 */
export const earliest = total('earliest', 2, 'program', typedEarliest)

const found = <A>(model: string, row: TE.TaskEither<ReadError, O.Option<A>>): TE.TaskEither<ReadError, A> =>
  TE.flatMapEither(row, (one: O.Option<A>) => E.fromOption((): ReadError => notFound(model))(one))
