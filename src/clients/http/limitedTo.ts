import type { Model, Schema } from '../../schema/Schema.js'

/**
 * A schema of some of its models only, with the relations that stay among them: a query that reaches another model, by
 * whatever way, doesn't fit it. The rows of a many-to-many relation belong to it where both its sides do.
 *
 * @since 0.1.0
 */
export const limitedTo = (schema: Schema, names: ReadonlyArray<string>): Schema => {
  const named = new Set(names)
  const isThere = (model: string): boolean => {
    const found = schema.models.get(model)
    return (
      named.has(model) ||
      (found?.implicit === true &&
        [...found.columns.values()].every(({ target }) => target === null || named.has(target)))
    )
  }
  const cut = (model: Model): Model => ({
    ...model,
    columns: new Map(
      [...model.columns].map(([name, column]) => [
        name,
        column.target !== null && !isThere(column.target) ? { ...column, target: null } : column,
      ]),
    ),
    relations: new Map(
      [...model.relations].filter(
        ([, { target, via }]) => isThere(target) && (via._tag !== 'through' || isThere(via.model)),
      ),
    ),
  })
  return {
    ...schema,
    models: new Map(
      [...schema.models].filter(([name]) => isThere(name)).map(([name, model]) => [name, cut(model)]),
    ),
  }
}
