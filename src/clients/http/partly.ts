/**
 * What the client needs only where a query is too large for its server. It brings the planner and the evaluator, so it is
 * loaded by itself.
 *
 * @since 0.2.0
 */
export { countRows } from '../../run/read/countRows.js'
export { answeredInParts } from './inParts.js'
