/**
 * Fixtures: rows as Django's `dumpdata` writes them.
 *
 * @since 0.1.0
 */
import type { Json, Row } from '../value/Value.js'
import type { Model, ModelColumn, Schema, Via } from '../schema/Schema.js'

/**
 * A row of a fixture, as Django writes it: the model's name, perhaps behind that of an app; the primary key; and the
 * fields, to-one relations as keys and many-to-many relations as lists of keys.
 *
 * @since 0.1.0
 */
export interface FixtureRecord {
  readonly model: string
  readonly pk: Json
  readonly fields: { readonly [name: string]: Json }
}

/**
 * A many-to-many relation whose rows are written with the model that declares it: nobody can ask for these rows
 * otherwise, since their model has nothing but the two keys.
 *
 * @since 0.1.0
 */
export interface Inlined {
  readonly name: string
  readonly via: Extract<Via, { readonly _tag: 'through' }>
}

/**
 * The many-to-many relations that are written with a model's rows.
 *
 * @since 0.1.0
 */
export const inlinedOf = (schema: Schema, model: Model): ReadonlyArray<Inlined> =>
  [...model.relations.values()].flatMap(({ name, via }) => {
    const between = via._tag === 'through' ? schema.models.get(via.model) : undefined
    if (via._tag !== 'through' || between?.implicit !== true) return []
    // The other side has the same rows; the first of the two keys is that of the side that declares it.
    const [first] = foreignKeys(between)
    return first?.name === via.near ? [{ name, via }] : []
  })

/**
 * Models so that each comes after those that it points to. Where they point to each other in a circle, it is broken
 * where a foreign key may be missing, or else as they were given.
 *
 * @since 0.1.0
 */
export const inDependence = (schema: Schema, names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const left = new Set(names)
  const done: Array<string> = []
  const free = (name: string, targets: ReadonlyArray<string>) =>
    targets.every((target) => target === name || !left.has(target))
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a model */
  while (left.size > 0) {
    const all = [...left]
    const next =
      all.find((name) => free(name, targetsOf(schema, name, true))) ??
      all.find((name) => free(name, targetsOf(schema, name, false))) ??
      all[0]
    if (next === undefined) break
    left.delete(next)
    done.push(next)
  }
  return done
}

const targetsOf = (schema: Schema, name: string, loose: boolean): ReadonlyArray<string> => {
  const model = schema.models.get(name)
  return model === undefined
    ? []
    : [
        ...foreignKeys(model).flatMap(({ target, nullable }) => (loose || !nullable ? [target] : [])),
        ...inlinedOf(schema, model).flatMap((each) =>
          loose ? (model.relations.get(each.name)?.target ?? []) : [],
        ),
      ]
}

/**
 * The foreign keys of a model.
 *
 * @since 0.1.0
 */
export const foreignKeys = (model: Model): ReadonlyArray<ModelColumn & { readonly target: string }> =>
  [...model.columns.values()].flatMap((column) =>
    column.target === null ? [] : [{ ...column, target: column.target }],
  )

/**
 * The model that a name in a fixture means: without the app, and without regard to case and underscores, which
 * Django's names haven't.
 *
 * @since 0.1.0
 */
export const modelNamed = (schema: Schema, name: string): Model | null => {
  const plain = (text: string) => text.replaceAll('_', '').toLowerCase()
  const wanted = name.slice(name.lastIndexOf('.') + 1)
  const exact = schema.models.get(wanted)
  if (exact !== undefined) return exact
  const [only, ...more] = [...schema.models.values()].filter(
    (model) => !model.implicit && plain(model.name) === plain(wanted),
  )
  return only !== undefined && more.length === 0 ? only : null
}

/**
 * A row without its key.
 *
 * @since 0.1.0
 */
export const fieldsOf = (model: Model, row: Row): { readonly [name: string]: Json } =>
  Object.fromEntries(
    [...model.columns.keys()]
      .filter((name) => name !== model.primaryKey)
      .map((name) => [name, row[name] ?? null]),
  )
