import { fold } from '../../expression/fold.js'
import type { LookupName } from '../../expression/Expression.js'
import { nodesOf, subqueriesOf } from '../../query/parts.js'
import { layersOf, type Query } from '../../query/Query.js'

/**
 * A lookup of a query, or of one within it, that isn't allowed; `null` where there is none.
 *
 * @since 0.1.0
 */
export const refusedLookup = (allowed: (name: LookupName) => boolean, query: Query): LookupName | null => {
  const found: Array<LookupName> = []
  const pending: Array<Query> = [query]
  /* eslint-disable-next-line functional/no-loop-statements -- any depth */
  for (let next = pending.pop(); next !== undefined; next = pending.pop())
    layersOf(next).forEach((layer) => {
      nodesOf(layer).forEach((root) => {
        fold<Query, null, null>(root, null, {
          enter: () => null,
          combine: (node) => {
            if (node._tag === 'lookup' && !allowed(node.name)) found.push(node.name)
            return null
          },
        })
      })
      pending.push(
        ...subqueriesOf(layer),
        ...layer.related.map((each) => each.query),
        ...(layer.from._tag === 'combine' ? layer.from.right : []),
      )
    })
  return found[0] ?? null
}
