/**
 * The foreign keys that point to a model, for deletes.
 *
 * @since 0.2.0
 */
import type { Json } from '../value/Value.js'
import type { OnDelete } from './Relation.js'
import type { Model, Schema } from './Schema.js'

/**
 * A foreign key, what becomes of its row when the row that it points to is deleted, and the key that it gets then if it
 * gets one.
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
 * Whether a model's foreign keys lead to another one, over any number of steps.
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

/** A foreign key of a circle that may be null: it can be set to null first, and so doesn't count for the order. */
const isLoose = (schema: Schema, { model, column }: Pointer, target: string): boolean =>
  model.columns.get(column)?.nullable === true && leadsTo(schema, target, model.name)

/**
 * Some models, each after those that point to it. Where models point to each other in a circle, foreign keys that may be
 * null don't count; without any, these models keep the order given.
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
 * The models whose rows a delete of a model's rows may delete or change, itself included.
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
