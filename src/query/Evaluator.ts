/**
 * Finds the answer of a query in rows that are available in this process.
 *
 * @since 0.2.0
 */
import type { either as E } from 'fp-ts'
import type { Meter } from '../value/Meter.js'
import type { QueryError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Source } from '../expression/Source.js'
import type { Schema } from '../schema/Schema.js'
import type { Query } from './Query.js'

/**
 * The source of the rows, the datetime that `now()` gives, and the meter that counts the work. Without a meter, the
 * work isn't limited.
 *
 * @since 0.2.0
 */
export interface EvaluatedOver {
  readonly schema: Schema
  readonly source: Source
  readonly now: string
  readonly meter?: Meter
}

/**
 * The rows of a query, and their number without the query's slice.
 *
 * @since 0.2.0
 */
export interface Evaluated {
  readonly rows: ReadonlyArray<Row>
  readonly total: number
}

/**
 * What is needed of a page besides its rows. Whoever answers may ignore it, and give more.
 *
 * - `total` is `false` if the number of rows without the slice isn't used. The answer may then leave it out, and stop
 *   at the last row of the slice.
 * - `copies` is `false` if whoever asks copies the rows at once, and changes and keeps none of those that it is given.
 *   The answer may then hold rows as they are stored.
 *
 * @since 0.2.0
 */
export interface PageNeeds {
  readonly total: boolean
  readonly copies: boolean
}

/**
 * A way to evaluate queries. All evaluators give the same answers, and differ only in speed. A query that doesn't fit
 * the schema is a `Left`. If the evaluator counts its work, a query that takes more than the meter allows is an
 * `OverBudget`.
 *
 * @since 0.2.0
 */
export interface Evaluator {
  readonly name: string
  /**
   * The rows of a query, and their number without the query's slice. If `total` is not needed, that number may be too
   * small.
   */
  readonly page: (
    over: EvaluatedOver,
    query: Query,
    needs?: Pick<PageNeeds, 'total'>,
  ) => E.Either<QueryError, Evaluated>
  /**
   * The rows of a query that starts from the rows `base`. These replace all rows of its model, or the rows that its
   * `passes` innermost passes give.
   */
  readonly on: (
    over: EvaluatedOver,
    query: Query,
    base: ReadonlyArray<Row>,
    passes: number,
  ) => E.Either<QueryError, ReadonlyArray<Row>>
}
