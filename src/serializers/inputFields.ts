import type { Json } from '../value/Value.js'
import type { Model, ModelColumn, ModelRelation } from '../schema/Schema.js'

/**
 * A field of a model as an input, for REST and forms. `column` is set if the row stores a value, and `relation` if the
 * field leads to other rows. A foreign key has both.
 *
 * @since 0.2.0
 */
export interface InputField {
  readonly name: string
  readonly column: ModelColumn | null
  readonly relation: ModelRelation | null
  readonly label: string
  readonly help: string
  /** Whether a new row needs a value. */
  readonly required: boolean
  readonly nullable: boolean
  readonly blank: boolean
  readonly editable: boolean
  /** The stored default of a new row. `null` if there is none. */
  readonly default: Json
}

/**
 * The fields that a model defines, in order. Reverse sides of relations aren't included, since they are written on the
 * other side.
 *
 * A field is required unless it is nullable, may be blank, or has a default. Fields that are unique together are
 * required, and so is the date of a `uniqueFor`, since the check needs all of them.
 *
 * @since 0.2.0
 */
export const inputFields = (model: Model): ReadonlyArray<InputField> => {
  const needed = new Set([
    ...model.unique.filter((set) => set.length > 1).flat(),
    ...model.uniqueFor.map(({ of }) => of),
  ])
  return model.fields.flatMap((name): ReadonlyArray<InputField> => {
    const field = inputField(model, name)
    return field === null
      ? []
      : [
          {
            ...field,
            required: field.required || (needed.has(name) && field.default === null && field.editable),
          },
        ]
  })
}

/**
 * The facts about a name: a field that the model defines, or the reverse side of a relation, which can't be edited.
 *
 * @since 0.2.0
 */
export const inputField = (model: Model, name: string): InputField | null => {
  const column = model.columns.get(name) ?? null
  const relation = model.relations.get(name) ?? null
  const seen = column ?? relation
  if (seen === null) return null
  const { label, help, blank } = seen
  const editable =
    seen.editable && column?.auto !== true && (column !== null || relation?.via._tag === 'through')
  return {
    name,
    column,
    relation,
    label,
    help,
    nullable: column?.nullable ?? false,
    blank,
    editable,
    required: editable && !blank && (column === null || (!column.nullable && column.default === null)),
    default: column?.default ?? null,
  }
}
