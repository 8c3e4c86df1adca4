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
import { copyJson } from '../../value/copyJson.js'
import { evaluate } from '../../reference/evaluate.js'
import type { Client, Page } from '../../client/Client.js'
import { keysOnly } from '../../client/derive.js'

/**
 * A client over whatever source it is given at each question: what is asked once is answered from one source, and
 * at one instant. Rows are copies, so that whoever changes them changes nothing else.
 *
 * @since 0.1.0
 */
export const clientOver = (
  name: string,
  schema: Schema,
  source: TE.TaskEither<QueryError, Source>,
): Client => {
  type Ask = (query: Query) => E.Either<QueryError, ReadonlyArray<Row>>
  const answer = <A>(question: (ask: Ask) => E.Either<QueryError, A>): TE.TaskEither<QueryError, A> =>
    TE.chainEitherK((from: Source) => question(evaluate(schema, from, new Date().toISOString())))(source)
  return {
    name,
    schema,
    list: (query) =>
      answer((ask) =>
        E.chain((rows: ReadonlyArray<Row>): E.Either<QueryError, Page> =>
          query.slice === null
            ? E.right({ rows: rows.map(copyJson), total: rows.length })
            : E.map((all: ReadonlyArray<Row>): Page => ({ rows: rows.map(copyJson), total: all.length }))(
                ask({ ...query, slice: null, related: [] }),
              ),
        )(ask(query)),
      ),
    count: (query) => answer((ask) => E.map((rows: ReadonlyArray<Row>) => rows.length)(ask(query))),
    getPks: (query) =>
      TE.chain(({ query: keys, pk }: { readonly query: Query; readonly pk: string }) =>
        answer((ask) =>
          E.map((rows: ReadonlyArray<Row>): ReadonlyArray<Json> => rows.map((row) => row[pk] ?? null))(
            ask(keys),
          ),
        ),
      )(TE.fromEither(keysOnly(schema, query))),
  }
}
