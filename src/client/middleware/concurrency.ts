import { around } from './around.js'
import { gate } from './gate.js'
import { noNumber, refusing } from './refusing.js'

/**
 * Limits how many calls of a client run at the same time. The others wait for their turn, in the order of their
 * arrival. A transaction takes one turn, and its calls take none. Clients that are given to the same `concurrency`
 * share its turns.
 *
 * @example
 * import { autoId, concurrency, pipe, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = pipe(memory(models, { genre: [{ id: 1 }] }), concurrency(4))
 * console.log(await toArray(client)(models.genre)()) // => { _tag: 'Right', right: [ { id: 1 } ] }
 *
 * @since 0.1.0
 */
export const concurrency = (most: number) => {
  if (noNumber({ most }) !== null) return refusing('concurrency', 'most')
  const turn = gate(most)
  return around((call, run) => (call.inside ? run : () => turn(run)))
}
