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
import { implicitModels, keyField, primaryKeys } from './links.js'
import { keyErrors, nameErrors, relationErrors, reverseErrors, togetherErrors } from './mistakes.js'
import { relationsOf } from './relationsOf.js'
import type { AnySchemaOptions, Definitions, Model, ModelColumn, Schema } from './Schema.js'

const empty: Schema = { models: new Map(), lookups: new Map(), errors: [] }

/**
 * Resolves definitions into a schema: targets, keys, reverse sides and the models of many-to-many rows. What
 * contradicts itself is listed in `errors`, each naming its culprit.
 *
 * @since 0.1.0
 */
export const resolve = (readFrom: Definitions, asked: AnySchemaOptions = {}): Schema => {
  const asGiven: unknown = readable(readFrom)
  const options: AnySchemaOptions = { uniqueTogether: optionsOf(optionsOf(asked).uniqueTogether) }
  const together = nameless(Object.entries(options.uniqueTogether ?? {}))
  const malformed = malformedOf(asGiven)
  if (malformed.length > 0) return { ...empty, errors: malformed }
  // It is of the right form, which has just been looked at.
  const given = bare(asGiven as Definitions)
  const definitions = bare({ ...implicitModels(given), ...given })
  const errors = [
    ...nameErrors(definitions),
    ...keyErrors(definitions),
    ...relationErrors(definitions, given),
    ...togetherErrors(definitions, options),
  ]
  // With contradictions in it, nothing can be resolved safely: every use of the schema answers with the errors.
  if (errors.length > 0) return { ...empty, errors }
  const models = new Map(
    Object.keys(definitions).map((name): [string, Model] => [
      name,
      {
        name,
        primaryKey: primaryKeys(definitions[name] ?? {})[0] ?? 'id',
        columns: columnsOf(definitions, name),
        relations: relationsOf(definitions, name),
        unique: [
          ...[...columnsOf(definitions, name).values()].flatMap((column) =>
            column.unique ? [[column.name]] : [],
          ),
          ...togetherOf(given, definitions, name),
          ...(together[name] ?? []),
        ],
        implicit: !(name in given),
      },
    ]),
  )
  return { ...empty, models, errors: reverseErrors(models, definitions) }
}

/** A generated model links the same two rows once, as Django's do: its two foreign keys are unique together. */
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
