/**
 * The reference client: answers every query exactly as the meaning says, over an immutable store.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import type { Meter } from '../../value/Meter.js'
import type { QueryError } from '../../value/QueryError.js'
import type { Json } from '../../value/Value.js'
import type { Source } from '../../expression/Source.js'
import { copyRows, shapeOf, type Shape } from '../../query/shape.js'
import type { Query } from '../../query/Query.js'
import type { Schema } from '../../schema/Schema.js'
import { engine } from '../../engine/engine.js'
import type { Evaluated, Evaluator } from '../../query/Evaluator.js'
import type { Client } from '../../client/Client.js'
import { keysOnly } from '../../client/derive.js'

/**
 * A client over whatever source it is given at each question: what is asked once is answered from one source, and
 * at one instant. Rows are copies, so that whoever changes them changes nothing else. Questions are answered by the
 * evaluator.
 *
 * @since 0.1.0
 */
export const clientOver = (
  name: string,
  schema: Schema,
  source: TE.TaskEither<QueryError, Source>,
  evaluator: Evaluator = engine,
): Client => {
  const answer = <A>(
    query: Query,
    meter: Meter | undefined,
    read: (found: Evaluated) => A,
  ): TE.TaskEither<QueryError, A> =>
    TE.flatMapEither(source, (from: Source) =>
      E.map(read)(
        evaluator.page(
          { schema, source: from, now: new Date().toISOString(), ...(meter === undefined ? {} : { meter }) },
          query,
        ),
      ),
    )
  return {
    name,
    schema,
    list: (query, meter) =>
      TE.flatMapEither(
        answer(query, meter, (found) => found),
        ({ rows, total }: Evaluated) =>
          E.map((shape: Shape) => ({ rows: copyRows(shape, rows), total }))(shapeOf(schema, query)),
      ),
    count: (query, meter) => answer(query, meter, ({ rows }) => rows.length),
    getPks: (query, meter) =>
      TE.flatMap(TE.fromEither(keysOnly(schema, query)), ({ query: keys, pk }) =>
        answer(keys, meter, ({ rows }): ReadonlyArray<Json> => rows.map((row) => row[pk] ?? null)),
      ),
  }
}
