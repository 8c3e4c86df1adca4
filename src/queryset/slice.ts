import { either as E } from 'fp-ts'
import { invalidStep } from '../value/QueryError.js'
import { append } from './append.js'
import type { Queryset } from './Queryset.js'

/**
 * The rows from position `start`, counted from 0, up to but not including `stop`. Without `stop`, the slice runs to the
 * end.
 *
 * A slice of a slice counts positions within the first one. Later steps, such as a `filter`, apply only to the sliced
 * rows. An unordered queryset is sliced in the order of its primary key.
 *
 * A negative or fractional position is an `InvalidStep`.
 *
 * @example
 * import { autoId, pipe, print, schema, slice } from 'queryset-ts'
 * console.log(print(pipe(schema({ genre: { id: autoId } }).genre, slice(10, 20)))) // => pipe(genre, slice(10, 20))
 *
 * @since 0.1.0
 */
export const slice =
  (start: number, stop?: number) =>
  <R, A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
    // The type of the rows stays the same.
    append(queryset, 'slice', () =>
      [start, stop ?? 0].every((position) => Number.isSafeInteger(position) && position >= 0)
        ? E.right({ step: { _tag: 'slice', start: start + 0, stop: stop ?? null } })
        : E.left(
            invalidStep(
              'slice',
              queryset.length,
              `${String(start)} to ${stop === undefined ? 'the end' : String(stop)} are not positions`,
              "Count from 0, in whole numbers; for the last rows, 'reverse' first.",
            ),
          ),
    ) as Queryset<R, A, M>
