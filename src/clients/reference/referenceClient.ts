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
import type { Evaluated, Evaluator, PageNeeds } from '../../query/Evaluator.js'
import type { Client, Page } from '../../client/Client.js'
import { keysOnly } from '../../client/derive.js'

/**
 * A client over the source that it gets for each question. A question is answered from one source, and at one instant,
 * by the evaluator. Rows are copies, unless the asker needs none. Changing a copy changes nothing else.
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
    needs?: Pick<PageNeeds, 'total'>,
  ): TE.TaskEither<QueryError, A> =>
    TE.flatMapEither(source, (from: Source) =>
      E.map(read)(
        evaluator.page(
          { schema, source: from, now: new Date().toISOString(), ...(meter === undefined ? {} : { meter }) },
          query,
          needs,
        ),
      ),
    )
  return {
    name,
    schema,
    list: (query, meter, needs = all) =>
      TE.flatMapEither(
        answer(query, meter, (found) => found, needs),
        (found: Evaluated): E.Either<QueryError, Page> => {
          const total = needs.total ? found.total : null
          if (!needs.copies) return E.right({ rows: found.rows, total })
          return E.map((shape: Shape) => ({ rows: copyRows(shape, found.rows), total }))(
            shapeOf(schema, query),
          )
        },
      ),
    count: (query, meter) => answer(query, meter, ({ rows }) => rows.length, { total: false }),
    getPks: (query, meter) =>
      TE.flatMap(TE.fromEither(keysOnly(schema, query)), ({ query: keys, pk }) =>
        answer(keys, meter, ({ rows }): ReadonlyArray<Json> => rows.map((row) => row[pk] ?? null), {
          total: false,
        }),
      ),
  }
}

const all: PageNeeds = { total: true, copies: true }
