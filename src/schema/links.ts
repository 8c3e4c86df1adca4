/**
 * How definitions refer to each other: which fields are primary keys, which field's values a foreign key holds, and
 * which models hold the join rows of many-to-many relations.
 *
 * @since 0.1.0
 */
import type { AnyField } from './Field.js'
import type { AnyManyToMany, AnyToOne } from './Relation.js'
import type { Definition, Definitions } from './Schema.js'

/**
 * The names of the primary keys among these fields. A valid model has exactly one.
 *
 * @since 0.1.0
 */
export const primaryKeys = (fields: { readonly [field: string]: Definition }): ReadonlyArray<string> =>
  Object.keys(fields).filter((name) => {
    const definition = fields[name]
    return definition !== undefined && definition._tag !== 'manyToMany' && definition.primaryKey
  })

/**
 * The field whose values a to-one relation's column holds: the target's key, or the key that this one points to in
 * turn.
 *
 * @since 0.1.0
 */
export const keyField = (definitions: Definitions, model: string): AnyField => {
  const fields = definitions[model] ?? {}
  const key = fields[primaryKeys(fields)[0] ?? '']
  return key?._tag === 'toOne' ? keyField(definitions, key.target) : key?._tag === 'field' ? key : autoKey
}

/**
 * Whether the primary key of a model is a foreign key that leads back to itself.
 *
 * @since 0.1.0
 */
export const cyclicKey = (definitions: Definitions, model: string, seen: ReadonlyArray<string>): boolean => {
  if (seen.includes(model)) return true
  const fields = definitions[model] ?? {}
  const key = fields[primaryKeys(fields)[0] ?? '']
  return key?._tag === 'toOne' && cyclicKey(definitions, key.target, [...seen, model])
}

/**
 * The name of the join model of a many-to-many relation.
 *
 * @since 0.1.0
 */
export const throughName = (model: string, field: string, relation: AnyManyToMany): string =>
  relation.through ?? `${model}_${field}`

/**
 * The two foreign keys of a through model, to `model` and to `target`. `null` if it doesn't have both.
 *
 * @since 0.1.0
 */
export const throughEnds = (
  fields: { readonly [field: string]: Definition },
  model: string,
  target: string,
): readonly [string, string] | null => {
  const keys = Object.keys(fields).filter((name) => fields[name]?._tag === 'toOne')
  const to = (wanted: string) =>
    keys.filter((name) => {
      const definition = fields[name]
      return definition?._tag === 'toOne' && definition.target === wanted
    })
  const [near, far] = model === target ? to(model) : [to(model)[0], to(target)[0]]
  return near === undefined || far === undefined ? null : [near, far]
}

/**
 * The join models of the many-to-many relations without `through`.
 *
 * @since 0.1.0
 */
export const implicitModels = (definitions: Definitions): Definitions =>
  Object.fromEntries(
    Object.entries(definitions).flatMap(([model, fields]) =>
      Object.entries(fields).flatMap(([name, definition]) => {
        if (definition._tag !== 'manyToMany' || definition.through !== null) return []
        const [near, far] = endNames(model, definition.target)
        const end = (target: string): AnyToOne => ({
          _tag: 'toOne',
          target,
          nullable: false,
          oneToOne: false,
          relatedName: null,
          onDelete: 'cascade',
          default: null,
          primaryKey: false,
          label: null,
          help: '',
          blank: false,
          editable: true,
          limitTo: null,
        })
        return [
          [`${model}_${name}`, { id: autoKey, [near]: end(model), [far]: end(definition.target) }] as const,
        ]
      }),
    ),
  )

const endNames = (model: string, target: string): readonly [string, string] =>
  model === target ? [`from_${model}`, `to_${model}`] : [model, target]

/**
 * The primary key of an implicit model.
 *
 * @since 0.1.0
 */
export const autoKey: AnyField = {
  _tag: 'field',
  kind: 'int',
  nullable: false,
  primaryKey: true,
  auto: true,
  unique: true,
  hasDefault: true,
  default: null,
  maxLength: null,
  minLength: null,
  min: null,
  max: null,
  maxDigits: null,
  decimalPlaces: null,
  format: null,
  pattern: null,
  choices: null,
  choiceGroups: null,
  autoTime: null,
  label: null,
  help: '',
  blank: false,
  editable: true,
  secret: false,
  codec: null,
}
