import { either as E, taskEither as TE } from 'fp-ts'
import { notFound, type ReadError } from '../../value/QueryError.js'
import type { Exprs, Group, Projected } from '../../expression/Ref.js'
import type { Client } from '../../client/Client.js'
import { groupBy } from '../../queryset/groupBy.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { toArray } from './toArray.js'
import { total } from '../../value/total.js'

const typedAggregate =
  <R, P extends Exprs>(client: Client, aggregates: (group: Group<R>) => P) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<ReadError, Projected<P>> =>
    // Without keys there is one group and so one row, which has only the aggregates. All rows of the answer are
    // requested, since more clients can group than limit the number of groups.
    TE.flatMapEither(
      toArray(client)(groupBy((_: R) => ({}), aggregates)(queryset) as Queryset<never, Projected<P>, null>),
      ([only]: ReadonlyArray<Projected<P>>) =>
        only === undefined ? E.left(notFound(queryset.model)) : E.right(only),
    )

/**
 * Computes aggregates of all rows of a queryset.
 *
 * @example
 * import { aggregate, autoId, field, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ track: { id: autoId, bytes: field.nullable(field.int()) } })
 * const client = memory(models, { track: [{ id: 1, bytes: 5 }, { id: 2, bytes: 7 }, { id: 3, bytes: null }] })
 * const program = pipe(models.track, aggregate(client, (g) => ({ n: g.count(), mean: g.avg((t) => t.bytes) })))
 * console.log(await program()) // => { _tag: 'Right', right: { n: 3, mean: 6 } }
 *
 * @since 0.1.0
 */
export const aggregate = total('aggregate', 2, 'program', typedAggregate)
