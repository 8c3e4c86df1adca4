import type { Budget, Client } from './Client.js'

/**
 * A client whose queries may cost so much each, at most. What may cost more, or nobody knows how much, is refused as
 * an `OverBudget` before anything is asked.
 *
 * @example
 * import { autoId, schema, slice, toArray, within } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = within({ rows: 10 })(memory(models, { genre: [{ id: 1 }] }))
 * console.log(await toArray(client)(slice(0, 10)(models.genre))()) // => { _tag: 'Right', right: [ { id: 1 } ] }
 * const all = await toArray(client)(models.genre)()
 * console.log(all._tag === 'Left' && all.left._tag) // => OverBudget
 *
 * @since 0.1.0
 */
export const within =
  (budget: Budget) =>
  <C extends Client>(client: C): C => ({ ...client, budget })
