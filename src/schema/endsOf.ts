import type { ModelColumn, Schema } from './Schema.js'

/**
 * The two foreign keys by which a join model links rows. A join model was created for a many-to-many relation, or is
 * its `through`. Any other model has none.
 *
 * @since 0.2.0
 */
export const endsOf = (schema: Schema, name: string): ReadonlyArray<ModelColumn> => {
  const all = known.get(schema) ?? new Map<string, ReadonlyArray<ModelColumn>>()
  known.set(schema, all)
  const ends = all.get(name) ?? found(schema, name)
  all.set(name, ends)
  return ends
}

/** A schema never changes. */
const known = new WeakMap<Schema, Map<string, ReadonlyArray<ModelColumn>>>()

const found = (schema: Schema, name: string): ReadonlyArray<ModelColumn> => {
  const names = new Set(
    [...schema.models.values()].flatMap(({ relations }) =>
      [...relations.values()].flatMap(({ via }) =>
        via._tag === 'through' && via.model === name ? [via.near, via.far] : [],
      ),
    ),
  )
  const columns = [...(schema.models.get(name)?.columns.values() ?? [])]
  return columns.filter((column) => names.has(column.name))
}
