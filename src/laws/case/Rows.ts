import type { Row } from '../../value/Value.js'

/**
 * Rows by model, canonical.
 *
 * @since 0.1.0
 */
export interface Rows {
  readonly [model: string]: ReadonlyArray<Row>
}
