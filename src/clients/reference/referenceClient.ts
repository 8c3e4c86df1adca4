/**
 * The reference client: answers every query exactly as the meaning says, over an immutable store.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import type { Source } from '../../expression/evaluate.js'
import type { Query } from '../../query/Query.js'
import type { Schema } from '../../schema/Schema.js'
import { evaluate } from '../../reference/evaluate.js'
import type { Client, Page } from '../../client/Client.js'

/**
 * A client over whatever source it is given at each question. `maxPerRequest` makes it give no more rows at once.
 *
 * @since 0.1.0
 */
export const clientOver = (
  name: string,
  schema: Schema,
  source: () => E.Either<QueryError, Source>,
): Client => {
  const answer = (query: Query): E.Either<QueryError, ReadonlyArray<Row>> =>
    E.chain((from: Source) => evaluate(schema, from, new Date().toISOString())(query))(source())
  return {
    name,
    schema,
    list: (query) =>
      TE.fromIOEither(() =>
        E.chain((rows: ReadonlyArray<Row>): E.Either<QueryError, Page> => {
          if (query.slice === null) return E.right({ rows, total: rows.length })
          return E.map((all: ReadonlyArray<Row>): Page => ({ rows, total: all.length }))(
            answer({ ...query, slice: null, related: [] }),
          )
        })(answer(query)),
      ),
    count: (query) => TE.fromIOEither(() => E.map((rows: ReadonlyArray<Row>) => rows.length)(answer(query))),
    getPks: (query) =>
      TE.fromIOEither(() => {
        const pk = query.from._tag === 'model' ? (schema.models.get(query.from.model)?.primaryKey ?? '') : ''
        return E.map((rows: ReadonlyArray<Row>): ReadonlyArray<Json> => rows.map((row) => row[pk] ?? null))(
          answer(query),
        )
      }),
  }
}
