import type { Row } from '../../value/Value.js'

/**
 * Rows by model, in canonical form.
 *
 * @since 0.1.0
 */
export interface Rows {
  readonly [model: string]: ReadonlyArray<Row>
}
