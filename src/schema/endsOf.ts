import type { ModelColumn, Schema } from './Schema.js'

/**
 * The two foreign keys by which a model's rows link other rows: the model was generated for a many-to-many relation, or
 * is named by one as `through`. Any other model has none.
 *
 * @since 0.2.0
 */
export const endsOf = (schema: Schema, name: string): ReadonlyArray<ModelColumn> => {
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
