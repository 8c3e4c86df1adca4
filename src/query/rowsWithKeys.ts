import type { Kind, Json } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import { allOf, type From, type Query } from './Query.js'

/**
 * The kind of a model's primary key.
 *
 * @since 0.2.0
 */
export const kindOfKey = (model: Model): Kind => model.columns.get(model.primaryKey)?.kind ?? 'int'

/**
 * The query for the rows of a model that have one of some primary keys, out of all rows or out of those that `from`
 * gives.
 *
 * @since 0.2.0
 */
export const rowsWithKeys = (
  model: Model,
  keys: ReadonlyArray<Json>,
  from: From = { _tag: 'model', model: model.name },
): Query => ({
  ...allOf(from),
  where: {
    _tag: 'lookup',
    name: keys.length === 1 ? 'exact' : 'in',
    left: { _tag: 'column', path: [model.primaryKey], level: 0 },
    right: keys.map((value) => ({ _tag: 'const', kind: kindOfKey(model), value })),
  },
})
