/**
 * Reads definitions as a caller gave them, perhaps without types. It finds values that are not definitions.
 *
 * @since 0.1.0
 */
import { optionsOf } from '../value/optionsOf.js'
import { invalidSchema, type InvalidSchema } from '../value/QueryError.js'
import type { Definitions } from './Schema.js'

/**
 * Definitions as objects without inherited names. A model or field can have the name of a property that every object
 * has.
 *
 * @since 0.1.0
 */
export const bare = (definitions: Definitions): Definitions =>
  nameless(Object.entries(definitions).map(([model, fields]) => [model, nameless(Object.entries(fields))]))

/**
 * An object of these entries without inherited names.
 *
 * @since 0.1.0
 */
export const nameless = <A>(entries: ReadonlyArray<readonly [string, A]>): { readonly [name: string]: A } => {
  const made = Object.create(null) as { [name: string]: A }
  entries.forEach(([name, value]) => {
    made[name] = value
  })
  return made
}

/**
 * The definitions, without those that throw when they are read.
 *
 * @since 0.1.0
 */
export const readable = (given: Definitions): unknown => {
  const models: unknown = given
  return isRecord(models)
    ? mapped(optionsOf(models), (fields) => (isRecord(fields) ? optionsOf(fields) : fields))
    : models
}

const mapped = (
  record: { readonly [name: string]: unknown },
  change: (value: unknown) => unknown,
): { readonly [name: string]: unknown } =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))

/**
 * The errors for values that are not definitions. The types don't allow them.
 *
 * @since 0.1.0
 */
export const malformedOf = (definitions: unknown): ReadonlyArray<InvalidSchema> => {
  if (!isRecord(definitions)) return [invalidSchema('schema', null, 'is not an object of models', shapeHint)]
  return Object.entries(definitions).flatMap(([model, fields]) =>
    isRecord(fields)
      ? Object.entries(fields).flatMap(([name, definition]) =>
          isDefinition(definition)
            ? []
            : [invalidSchema(model, name, 'is not a field or a relation', shapeHint)],
        )
      : [invalidSchema(model, null, 'is not an object of fields', shapeHint)],
  )
}

const isDefinition = (u: unknown): boolean => {
  const { _tag, target, relatedName = null, through = null } = isRecord(u) ? optionsOf(u) : {}
  const isName = (name: unknown): boolean => name === null || typeof name === 'string'
  return (
    _tag === 'field' ||
    ((_tag === 'toOne' || _tag === 'manyToMany') &&
      typeof target === 'string' &&
      isName(relatedName) &&
      isName(through))
  )
}

const shapeHint =
  'Give an object of models, each an object of fields: { genre: { id: autoId, name: field.text() } }.'

const isRecord = (u: unknown): u is { readonly [name: string]: unknown } =>
  typeof u === 'object' && u !== null && !Array.isArray(u)
