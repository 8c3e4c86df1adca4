import type { Conflict } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Model } from './Schema.js'
import { staleConflict, staleErrors } from './stale.js'

/**
 * The conflict if rows don't all have the expected values, or `null`. If values are expected and there are no rows,
 * that is a conflict too.
 *
 * @since 0.2.0
 */
export const staleAmong = (model: Model, rows: ReadonlyArray<Row>, expect: Row | null): Conflict | null => {
  if (expect === null) return null
  const errors =
    rows.length === 0
      ? staleErrors(model, undefined, expect, 0)
      : rows.flatMap((row, item) => staleErrors(model, row, expect, item))
  return errors.length === 0 ? null : staleConflict(model, errors)
}
