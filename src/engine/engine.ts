/**
 * The evaluator in use.
 *
 * @since 0.2.0
 */
import type { Evaluator } from '../query/Evaluator.js'
import { evaluateOn, evaluatePage } from './evaluate.js'

/**
 * Evaluates queries over indexed rows. It gives what `reference` gives, faster.
 *
 * @since 0.2.0
 */
export const engine: Evaluator = {
  name: 'engine',
  page: ({ schema, source, now, meter }, query) => evaluatePage(schema, source, now, meter)(query),
  on: ({ schema, source, now, meter }, query, base, passes) =>
    evaluateOn(schema, source, now, base, meter, passes)(query),
}
