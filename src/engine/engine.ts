/**
 * The evaluator in use.
 *
 * @since 0.2.0
 */
import type { Evaluator } from '../query/Evaluator.js'
import { evaluateOn, evaluatePage } from './evaluate.js'

/**
 * Evaluates queries over indexed rows. It is the default everywhere. It gives the same results as `reference` (see
 * `queryset-ts/laws`), and is faster.
 *
 * @example
 * import { autoId, engine, field, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rock' }] }, { evaluator: engine })
 * console.log(await toArray(client)(models.genre)()) // => { _tag: 'Right', right: [ { id: 1, name: 'Rock' } ] }
 *
 * @since 0.2.0
 */
export const engine: Evaluator = {
  name: 'engine',
  page: ({ schema, source, now, meter }, query, needs) =>
    evaluatePage(schema, source, now, meter, needs?.total)(query),
  on: ({ schema, source, now, meter }, query, base, passes) =>
    evaluateOn(schema, source, now, base, meter, passes)(query),
}
