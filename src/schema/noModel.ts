import type { Model } from './Schema.js'

/**
 * A model without fields. It stands for a model that a schema doesn't have, until that mistake is reported.
 *
 * @since 0.2.0
 */
export const noModel = (name: string): Model => ({
  name,
  primaryKey: 'id',
  columns: new Map(),
  relations: new Map(),
  unique: [],
  uniqueFor: [],
  keptApart: [],
  implicit: false,
  fields: [],
  label: name,
  plural: name,
  ordering: [],
  display: null,
  validate: null,
  messages: {},
  clock: () => new Date(),
})
