import { either as E, type taskEither as TE } from 'fp-ts'
import { multipleFound, notFound, type ReadError } from '../../value/QueryError.js'
import type { Predicate } from '../../expression/Ref.js'
import type { Client } from '../../client/Client.js'
import { filter } from '../../queryset/filter.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import { slice } from '../../queryset/slice.js'
import { finishedRows } from '../run.js'
import { readError } from './reading.js'
import { total } from '../../value/total.js'

/**
 * The only row of a queryset, or the only one that meets `predicate`. No row is a `NotFound`. Several rows are a
 * `MultipleFound`.
 *
 * @example
 * import { autoId, get, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }, { id: 2 }] })
 * console.log(await pipe(models.genre, get(client, (g) => g.id.eq(2)))()) // => { _tag: 'Right', right: { id: 2 } }
 * const none = await pipe(models.genre, get(client, (g) => g.id.eq(3)))()
 * console.log(none._tag === 'Left' && none.left._tag) // => NotFound
 *
 * @since 0.1.0
 */
export function get(client: Client): <R, A, M>(queryset: Queryset<R, A, M>) => TE.TaskEither<ReadError, A>
export function get<R>(
  client: Client,
  predicate: (row: R) => Predicate,
): <A, M>(queryset: Queryset<R, A, M>) => TE.TaskEither<ReadError, A>
export function get(
  client: Client,
  predicate?: (row: never) => Predicate,
): <A, M>(queryset: Queryset<never, A, M>) => TE.TaskEither<ReadError, A> {
  return total('get', 1, 'program', <A, M>(queryset: Queryset<never, A, M>) =>
    onlyOne<A>(client, onlyTwo(predicate === undefined ? queryset : filter(predicate)(queryset))),
  )
}

/** The rows that tell whether there is one only. */
const onlyTwo = slice(0, 2)

const onlyOne =
  <A>(client: Client, queryset: AnyQueryset): TE.TaskEither<ReadError, A> =>
  () =>
    finishedRows(client, queryset, (rows): E.Either<ReadError, A> => {
      if (E.isLeft(rows)) return E.left(readError(client, 'list')(rows.left))
      const [only, another] = rows.right
      if (only === undefined) return E.left(notFound(queryset.model))
      // The row has been decoded by the shape that the queryset's type describes.
      return another === undefined ? E.right(only as A) : E.left(multipleFound(queryset.model))
    })
