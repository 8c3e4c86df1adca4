import { hash } from '../../../value/Order.js'
import type { Json, Row } from '../../../value/Value.js'
import type { Model } from '../../../schema/Schema.js'
import type { Change } from '../../../query/Write.js'

/**
 * The values that a row gets.
 *
 * @since 0.2.0
 */
export interface Merged {
  readonly key: Json
  readonly set: Row
}

/**
 * Changes in which no key occurs twice. The last value of each column counts. Earlier values aren't written, and
 * conflict with nothing.
 *
 * @since 0.2.0
 */
export const mergedChanges = (model: Model, changes: ReadonlyArray<Change>): ReadonlyArray<Merged> => {
  const own = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const merged = new Map<unknown, Merged>()
  changes.forEach(({ key, set }) => {
    const before = merged.get(own(key))
    merged.set(own(key), { key, set: before === undefined ? set : { ...before.set, ...set } })
  })
  return [...merged.values()]
}
