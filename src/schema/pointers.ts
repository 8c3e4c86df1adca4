/**
 * The foreign keys that point to a model. Deletes use them.
 *
 * @since 0.2.0
 */
import type { Json } from '../value/Value.js'
import type { OnDelete } from './Relation.js'
import type { Model, Schema } from './Schema.js'

/**
 * A foreign key, what happens to its row when the target row is deleted, and the key that it is then set to, if any.
 *
 * @since 0.2.0
 */
export interface Pointer {
  readonly model: Model
  readonly column: string
  readonly onDelete: OnDelete
  readonly fallback: Json
}

/**
 * The foreign keys that point to a model.
 *
 * @since 0.2.0
 */
export const pointersTo = (schema: Schema, target: string): ReadonlyArray<Pointer> =>
  [...schema.models.values()].flatMap((model) =>
    [...model.columns.values()].flatMap((column) =>
      column.target === target && column.onDelete !== null
        ? [
            {
              model,
              column: column.name,
              onDelete: column.onDelete,
              fallback: column.onDelete === 'setDefault' ? column.default : null,
            },
          ]
        : [],
    ),
  )

/**
 * Whether a model's foreign keys lead to another model, over any number of steps.
 *
 * @since 0.2.0
 */
export const leadsTo = (schema: Schema, from: string, to: string): boolean => {
  const seen = new Set([from])
  /* eslint-disable-next-line functional/no-loop-statements -- a set that grows while it is gone through */
  for (const name of seen) {
    if (name === to) return true
    schema.models.get(name)?.columns.forEach(({ target }) => target !== null && seen.add(target))
  }
  return false
}

/** A foreign key in a circle that may be null. It can be set to null first, so it doesn't count for the order. */
const isLoose = (schema: Schema, { model, column }: Pointer, target: string): boolean =>
  model.columns.get(column)?.nullable === true && leadsTo(schema, target, model.name)

/**
 * Orders models so that each comes after those that point to it. If models point to each other in a circle, foreign
 * keys that may be null don't count. If there are none, these models keep the given order.
 *
 * @since 0.2.0
 */
export const sortedByDependence = (schema: Schema, names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const visit = (
    done: ReadonlyArray<string>,
    name: string,
    path: ReadonlyArray<string>,
  ): ReadonlyArray<string> => {
    if (done.includes(name) || path.includes(name)) return done
    const before = pointersTo(schema, name)
      .filter((pointer) => !isLoose(schema, pointer, name))
      .map(({ model }) => model.name)
      .filter((other) => names.includes(other))
    return [...before.reduce((sorted, other) => visit(sorted, other, [...path, name]), done), name]
  }
  return names.reduce<ReadonlyArray<string>>((sorted, name) => visit(sorted, name, []), [])
}

/**
 * The models whose rows a delete of a model's rows may delete or change, including the model itself.
 *
 * @since 0.2.0
 */
export const reachedByDelete = (schema: Schema, name: string): ReadonlySet<string> => {
  const reached = new Set([name])
  /* eslint-disable-next-line functional/no-loop-statements -- a set that grows while it is gone through */
  for (const each of reached)
    pointersTo(schema, each).forEach(({ model, onDelete }) => {
      if (onDelete !== 'doNothing') reached.add(model.name)
    })
  return reached
}
