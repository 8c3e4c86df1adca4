/**
 * What finds the answer of a query among rows that are at hand.
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
 * Where the rows come from, the datetime that `now()` gives, and the meter that counts the work; without one the work is
 * not limited.
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
 * The rows that a query gives, and how many there would be without its slice.
 *
 * @since 0.2.0
 */
export interface Evaluated {
  readonly rows: ReadonlyArray<Row>
  readonly total: number
}

/**
 * A way to evaluate queries. All evaluators give the same answers; they differ in speed. A query that doesn't fit the
 * schema is a `Left`, and so is one that takes more than the meter allows (`OverBudget`), where the evaluator counts its
 * work.
 *
 * @since 0.2.0
 */
export interface Evaluator {
  readonly name: string
  /** The rows of a query, and how many there would be without its slice. */
  readonly page: (over: EvaluatedOver, query: Query) => E.Either<QueryError, Evaluated>
  /**
   * The rows of a query whose first rows are given as `base`: in place of all rows of its model, or in place of what its
   * `passes` innermost passes give.
   */
  readonly on: (
    over: EvaluatedOver,
    query: Query,
    base: ReadonlyArray<Row>,
    passes: number,
  ) => E.Either<QueryError, ReadonlyArray<Row>>
}
