/**
 * Resolves definitions into a schema: from the definitions of each model to its columns, relations and unique lists.
 *
 * @since 0.1.0
 */
import { option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import { optionsOf } from '../value/optionsOf.js'
import type { Json } from '../value/Value.js'
import { bare, malformedOf, nameless, readable } from './given.js'
import { labelOf, pluralOf } from './labelOf.js'
import { implicitModels, keyField, primaryKeys } from './links.js'
import { messages } from './messages.js'
import { keyErrors, nameErrors, relationErrors, reverseErrors, togetherErrors } from './mistakes.js'
import { optionErrors } from './optionErrors.js'
import { relationsOf, seenOn } from './relationsOf.js'
import type { AnySchemaOptions, Definitions, Model, ModelColumn, Ordering, Schema } from './Schema.js'

const empty: Schema = { models: new Map(), lookups: new Map(), errors: [] }

/**
 * Resolves definitions into a schema: targets, keys, reverse sides and join models. Contradictions are listed in
 * `errors`. Each error names what causes it.
 *
 * @since 0.1.0
 */
export const resolve = (readFrom: Definitions, asked: AnySchemaOptions = {}): Schema => {
  const asGiven: unknown = readable(readFrom)
  const options = optionsRead(asked)
  const malformed = malformedOf(asGiven)
  if (malformed.length > 0) return { ...empty, errors: malformed }
  // Its form has just been checked.
  const given = bare(asGiven as Definitions)
  const definitions = bare({ ...implicitModels(given), ...given })
  const errors = [
    ...nameErrors(definitions),
    ...keyErrors(definitions),
    ...relationErrors(definitions, given),
    ...togetherErrors(definitions, options),
    ...optionErrors(definitions, options),
  ]
  // With contradictions, nothing can be resolved safely. Every use of the schema gives the errors.
  if (errors.length > 0) return { ...empty, errors }
  const models = new Map(
    Object.keys(definitions).map((name): [string, Model] => [
      name,
      modelOf(given, definitions, options, name),
    ]),
  )
  return { ...empty, models, errors: reverseErrors(models, definitions) }
}

/** Options as objects without inherited names. A model can have the name of a property that every object has. */
const optionsRead = (asked: AnySchemaOptions): AnySchemaOptions => {
  const given = optionsOf<AnySchemaOptions>(asked)
  const byModel = <A>(option: { readonly [model: string]: A | undefined } | undefined) =>
    nameless(Object.entries(optionsOf(option)))
  return {
    ...given,
    uniqueTogether: byModel(given.uniqueTogether),
    uniqueFor: byModel(given.uniqueFor),
    ordering: byModel(given.ordering),
    labels: byModel(given.labels),
    display: byModel(given.display),
    validate: byModel(given.validate),
  }
}

const modelOf = (
  given: Definitions,
  definitions: Definitions,
  options: AnySchemaOptions,
  name: string,
): Model => {
  const columns = columnsOf(definitions, name)
  const unique = [
    ...[...columns.values()].flatMap((column) => (column.unique ? [[column.name]] : [])),
    ...togetherOf(given, definitions, name),
    ...(options.uniqueTogether?.[name] ?? []),
  ]
  const uniqueFor = options.uniqueFor?.[name] ?? []
  const { label = labelOf(name), plural } = optionsOf(options.labels?.[name])
  return {
    name,
    primaryKey: primaryKeys(definitions[name] ?? {})[0] ?? 'id',
    columns,
    relations: relationsOf(definitions, name),
    unique,
    uniqueFor,
    keptApart: [...unique, ...uniqueFor.map(({ field, per, of }) => [field, `${of}__${per}`])],
    implicit: !(name in given),
    fields: Object.keys(definitions[name] ?? {}),
    label,
    plural: plural ?? pluralOf(label),
    ordering: (options.ordering?.[name] ?? []).map(orderingOf),
    display: options.display?.[name] ?? null,
    validate: options.validate?.[name] ?? null,
    messages: options.messages ?? messages,
    clock: options.clock ?? (() => new Date()),
  }
}

const orderingOf = (name: string): Ordering =>
  name.startsWith('-') ? { column: name.slice(1), descending: true } : { column: name, descending: false }

/** A generated join model links the same two rows only once, as in Django: its two foreign keys are unique together. */
const togetherOf = (
  given: Definitions,
  definitions: Definitions,
  name: string,
): ReadonlyArray<ReadonlyArray<string>> =>
  Object.hasOwn(given, name)
    ? []
    : [Object.keys(definitions[name] ?? {}).filter((field) => definitions[name]?.[field]?._tag === 'toOne')]

const columnsOf = (definitions: Definitions, model: string): ReadonlyMap<string, ModelColumn> =>
  new Map(
    Object.entries(definitions[model] ?? {}).flatMap(
      ([name, definition]): ReadonlyArray<[string, ModelColumn]> => {
        if (definition._tag === 'manyToMany') return []
        const at = definition._tag === 'field' ? definition : keyField(definitions, definition.target)
        return [
          [
            name,
            {
              name,
              ...seenOn(name, definition),
              kind: at.kind,
              nullable: definition.nullable,
              unique:
                definition._tag === 'field'
                  ? definition.unique
                  : definition.oneToOne || definition.primaryKey,
              auto: definition._tag === 'field' && definition.auto,
              field: at,
              target: definition._tag === 'field' ? null : definition.target,
              onDelete: definition._tag === 'field' ? null : definition.onDelete,
              default:
                definition._tag === 'field'
                  ? definition.hasDefault
                    ? definition.default
                    : null
                  : O.getOrElse((): Json => null)(canonical(at.kind, definition.default)),
            },
          ],
        ]
      },
    ),
  )
