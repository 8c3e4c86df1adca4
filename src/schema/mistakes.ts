/**
 * Finds mistakes in well-formed definitions: names, primary keys, relations and unique lists that contradict the rest
 * of the schema.
 *
 * @since 0.1.0
 */
import { option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import { invalidSchema, nearest, type InvalidSchema } from '../value/QueryError.js'
import { autoKey, cyclicKey, keyField, primaryKeys, throughEnds } from './links.js'
import type { AnyToOne } from './Relation.js'
import type { AnySchemaOptions, Definitions, Model } from './Schema.js'

/**
 * Names that a reference uses for its own methods, so no field can have them.
 *
 * @since 0.1.0
 */
export const reservedNames: ReadonlyArray<string> = [
  'eq',
  'in',
  'isNull',
  '__proto__',
  'constructor',
  'prototype',
]

const wellFormed = /^[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*$/u

/**
 * Names that no model, field or reverse side can have.
 *
 * @since 0.1.0
 */
export const nameErrors = (definitions: Definitions): ReadonlyArray<InvalidSchema> =>
  Object.entries(definitions).flatMap(([model, fields]) => [
    ...(wellFormed.test(model) && !reservedNames.includes(model) ? [] : [badName(model, null)]),
    ...Object.entries(fields).flatMap(([name, definition]) => [
      ...(wellFormed.test(name) && !reservedNames.includes(name) ? [] : [badName(model, name)]),
      ...(definition._tag !== 'field' && definition.relatedName !== null
        ? wellFormed.test(definition.relatedName) && !reservedNames.includes(definition.relatedName)
          ? []
          : [
              invalidSchema(
                model,
                name,
                `the relatedName '${definition.relatedName}' can't be a name`,
                nameHint,
              ),
            ]
        : []),
    ]),
  ])

const nameHint = `A name starts with a letter, goes on with letters, digits and single underscores, and is none of ${reservedNames.join(', ')}.`

const badName = (model: string, name: string | null): InvalidSchema =>
  invalidSchema(model, name, `'${name ?? model}' can't be a name`, nameHint)

/**
 * Models without a primary key, with several, or with one that can't be a key.
 *
 * @since 0.1.0
 */
export const keyErrors = (definitions: Definitions): ReadonlyArray<InvalidSchema> =>
  Object.entries(definitions).flatMap(([model, fields]) => {
    const keys = primaryKeys(fields)
    const [first, ...others] = keys
    if (first === undefined)
      return [
        invalidSchema(
          model,
          null,
          'has no primary key',
          "Give it one: 'id: autoId', or a field with primaryKey: true.",
        ),
      ]
    const definition = fields[first]
    return [
      ...others.map((other) =>
        invalidSchema(
          model,
          other,
          `is a second primary key, besides '${first}'`,
          'Leave primaryKey to one of them; say unique for the other.',
        ),
      ),
      ...(definition?._tag !== 'manyToMany' && definition?.nullable === true
        ? [
            invalidSchema(
              model,
              first,
              'is a primary key that may be missing',
              'Take field.nullable away from it.',
            ),
          ]
        : []),
      ...(definition?._tag === 'field' && definition.kind === 'json'
        ? [invalidSchema(model, first, 'is a primary key of kind json', 'Use a text, an int or a UUID.')]
        : []),
    ]
  })

/**
 * Relations that lead nowhere, or contradict their target. The relations of implicit models need no check, since they
 * are valid if the relations that they were created for are.
 *
 * @since 0.1.0
 */
export const relationErrors = (definitions: Definitions, given: Definitions): ReadonlyArray<InvalidSchema> =>
  Object.entries(given).flatMap(([model, fields]) =>
    Object.entries(fields).flatMap(([name, definition]): ReadonlyArray<InvalidSchema> => {
      if (definition._tag === 'field') return []
      if (!(definition.target in definitions))
        return [unknownModel(definitions, model, name, definition.target)]
      if (definition._tag === 'toOne' && defaultError(definitions, definition) !== null)
        return [
          invalidSchema(
            model,
            name,
            defaultError(definitions, definition) ?? '',
            'Say default: KEY, with a key of the other model as it is stored, or choose another onDelete.',
          ),
        ]
      if (definition._tag === 'toOne')
        return definition.onDelete === 'setNull' && !definition.nullable
          ? [
              invalidSchema(
                model,
                name,
                "can't be set to null on delete",
                'Wrap it in field.nullable, or choose another onDelete.',
              ),
            ]
          : cyclicKey(definitions, model, [])
            ? [
                invalidSchema(
                  model,
                  name,
                  'is a primary key that leads back to itself',
                  'Give one of these models a key of its own.',
                ),
              ]
            : []
      if (definition.through === null) return implicitClash(definitions, model, name)
      const through = definitions[definition.through]
      if (through === undefined) return [unknownModel(definitions, model, name, definition.through)]
      return throughEnds(through, model, definition.target) === null
        ? [
            invalidSchema(
              model,
              name,
              `its through model '${definition.through}' doesn't have one foreign key to '${model}' and one to '${definition.target}'`,
              'Give the through model both foreign keys.',
            ),
          ]
        : []
    }),
  )

const defaultError = (definitions: Definitions, relation: AnyToOne): string | null =>
  relation.default === null
    ? relation.onDelete === 'setDefault' && !relation.nullable
      ? "can't be set to its default on delete, since it has none"
      : null
    : // A key that leads back to itself is another mistake.
      cyclicKey(definitions, relation.target, []) ||
        O.isSome(canonical(keyField(definitions, relation.target).kind, relation.default))
      ? null
      : `has a default that is not a key of '${relation.target}'`

/**
 * The `uniqueTogether` values that are not lists, or contain names that are not columns.
 *
 * @since 0.1.0
 */
export const togetherErrors = (
  definitions: Definitions,
  { uniqueTogether = {} }: AnySchemaOptions,
): ReadonlyArray<InvalidSchema> =>
  Object.entries(uniqueTogether).flatMap(([model, lists = []]) => {
    if (!isListOfLists(lists))
      return [
        invalidSchema(
          model,
          null,
          'has columns that are unique together, but not in lists of their names',
          "Give a list of lists: [['title', 'author']].",
        ),
      ]
    const fields = definitions[model]
    if (fields === undefined)
      return [
        invalidSchema(
          model,
          null,
          'has columns that are unique together, but is not a model',
          `The models are ${Object.keys(definitions).join(', ')}.`,
        ),
      ]
    const columns = Object.keys(fields).filter((name) => fields[name]?._tag !== 'manyToMany')
    return lists.flatMap((list) => [
      ...(list.length === 0
        ? [invalidSchema(model, null, 'has no columns that are unique together', 'Name some.')]
        : []),
      ...list
        .filter((name) => !columns.includes(name))
        .map((name) =>
          invalidSchema(
            model,
            name,
            'is to be unique together with others, but is not a column',
            `The columns are ${columns.join(', ')}.`,
          ),
        ),
    ])
  })

const isListOfLists = (u: unknown): boolean => Array.isArray(u) && u.every((each) => Array.isArray(each))

const implicitClash = (
  definitions: Definitions,
  model: string,
  name: string,
): ReadonlyArray<InvalidSchema> => {
  const own = definitions[`${model}_${name}`]
  if (own?.['id'] !== autoKey)
    return [
      invalidSchema(
        model,
        name,
        `the rows of this relation would be called '${model}_${name}', which is a model already`,
        `Say through: '${model}_${name}' if that is the model that you mean.`,
      ),
    ]
  const other = Object.entries(definitions)
    .flatMap(([m, fields]) =>
      Object.entries(fields).flatMap(([f, definition]) =>
        definition._tag === 'manyToMany' && definition.through === null ? [[m, f] as const] : [],
      ),
    )
    .find(([m, f]) => `${m}_${f}` === `${model}_${name}`)
  return other === undefined || (other[0] === model && other[1] === name)
    ? []
    : [
        invalidSchema(
          model,
          name,
          `the rows of this relation would be called '${model}_${name}', as those of ${other.join('.')}`,
          'Give one of the relations another name, or a through model.',
        ),
      ]
}

const unknownModel = (
  definitions: Definitions,
  model: string,
  name: string,
  target: string,
): InvalidSchema => {
  const near = nearest(target, Object.keys(definitions))
  return invalidSchema(
    model,
    name,
    `leads to '${target}', which is not a model`,
    `${near === null ? '' : `Did you mean '${near}'? `}The models are ${Object.keys(definitions).join(', ')}.`,
  )
}

/**
 * Reverse names that clash with a field of the target model, or with each other.
 *
 * @since 0.1.0
 */
export const reverseErrors = (
  models: ReadonlyMap<string, Model>,
  definitions: Definitions,
): ReadonlyArray<InvalidSchema> => {
  const reverse = Object.entries(definitions).flatMap(([source, fields]) =>
    Object.entries(fields).flatMap(([name, definition]) =>
      definition._tag === 'field' || definition.relatedName === null
        ? []
        : [{ source, name, target: definition.target, as: definition.relatedName }],
    ),
  )
  return reverse.flatMap(({ source, name, target, as }, i) => {
    const other = reverse.slice(0, i).find((earlier) => earlier.target === target && earlier.as === as)
    const clash =
      other !== undefined
        ? `that of ${other.source}.${other.name}`
        : (definitions[target] ?? {})[as] !== undefined
          ? `the field ${target}.${as}`
          : null
    return clash === null || models.size === 0
      ? []
      : [
          invalidSchema(
            source,
            name,
            `its relatedName '${as}' clashes with ${clash}`,
            'Give it another relatedName.',
          ),
        ]
  })
}
