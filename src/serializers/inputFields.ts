import type { Json } from '../value/Value.js'
import type { Model, ModelColumn, ModelRelation } from '../schema/Schema.js'

/**
 * A field of a model as an input: what REST, forms and an admin need to know of it. `column` is there for what a row stores,
 * `relation` for what leads to other rows; a foreign key has both.
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
  /** The stored form of what a new row has where nothing is given; `null` where there is none. */
  readonly default: Json
}

/**
 * The fields that a model defines, in order. Reverse sides of relations are not among them: they are written on the other
 * side.
 *
 * A field is required unless it may be null or blank, or has a default. Those of a unique set are, and so is the date that
 * another field is unique for: what is unique can't be told without them.
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
 * What is known of a name: a field that the model defines, or the reverse side of a relation, which is not editable.
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
