/**
 * A schema: models whose fields and relations have been resolved against each other.
 *
 * @since 0.1.0
 */
import { option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import { optionsOf } from '../value/optionsOf.js'
import { hash } from '../value/Order.js'
import type { Json, Kind, Row } from '../value/Value.js'
import { invalidSchema, nearest, type InvalidSchema } from '../value/QueryError.js'
import type { AnyField } from './Field.js'
import type { CustomLookup } from './CustomLookup.js'
import type { AnyManyToMany, AnyToOne, OnDelete } from './Relation.js'

/** @since 0.1.0 */
export type Definition = AnyField | AnyToOne | AnyManyToMany

/**
 * What `schema` takes: the definitions of each model's fields, by name.
 *
 * @since 0.1.0
 */
export interface Definitions {
  readonly [model: string]: { readonly [field: string]: Definition }
}

/**
 * A column that rows of a model have: a field, or the key that a to-one relation holds.
 *
 * @since 0.1.0
 */
export interface ModelColumn {
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
  readonly unique: boolean
  readonly auto: boolean
  /** The field that defines the column's values; for a foreign key that of the key pointed to, at the end. */
  readonly field: AnyField
  /** The model that the column points to, for a foreign key. */
  readonly target: string | null
  readonly onDelete: OnDelete | null
  /** What a new row has where nothing is given, and a foreign key that is set to its default; stored form. */
  readonly default: Json
}

/**
 * How the related rows are found: by the key that this row holds (`forward`), by the rows that hold this row's
 * key (`reverse`), or by the rows of a model between (`through`).
 *
 * @since 0.1.0
 */
export type Via =
  | { readonly _tag: 'forward'; readonly column: string }
  | { readonly _tag: 'reverse'; readonly column: string }
  | { readonly _tag: 'through'; readonly model: string; readonly near: string; readonly far: string }

/**
 * A relation as seen from one side.
 *
 * @since 0.1.0
 */
export interface ModelRelation {
  readonly name: string
  readonly target: string
  readonly many: boolean
  readonly nullable: boolean
  readonly via: Via
}

/** @since 0.1.0 */
export interface Model {
  readonly name: string
  readonly primaryKey: string
  readonly columns: ReadonlyMap<string, ModelColumn>
  readonly relations: ReadonlyMap<string, ModelRelation>
  /** The columns whose values no two rows share, alone or together. */
  readonly unique: ReadonlyArray<ReadonlyArray<string>>
  /** Whether the model was made to hold a many-to-many relation's rows. */
  readonly implicit: boolean
}

/**
 * What else can be said of models: `uniqueTogether` names, by model, lists of columns whose values no two rows share
 * all of.
 *
 * @since 0.1.0
 */
export interface AnySchemaOptions {
  readonly uniqueTogether?: {
    readonly [model: string]: ReadonlyArray<ReadonlyArray<string>> | undefined
  }
}

/**
 * What tells the values of some columns of a row apart from those of another; `null` where one of them is missing,
 * which collides with nothing.
 *
 * @since 0.1.0
 */
export const valuesOf = (
  model: Model,
  columns: ReadonlyArray<string>,
): ((row: Row) => string | number | boolean | null) => {
  const keys = columns.map((name) => ({ name, key: hash(model.columns.get(name)?.kind ?? 'text') }))
  const [only, ...more] = keys
  if (only !== undefined && more.length === 0)
    return (row) => {
      const value = row[only.name] ?? null
      return value === null ? null : only.key(value)
    }
  return (row) => {
    const values = keys.map(({ name, key }) => {
      const value = row[name] ?? null
      return value === null ? null : key(value)
    })
    return values.includes(null) ? null : JSON.stringify(values)
  }
}

/** @since 0.1.0 */
export interface Schema {
  readonly models: ReadonlyMap<string, Model>
  /** The custom lookups, by name. */
  readonly lookups: ReadonlyMap<string, CustomLookup>
  readonly errors: ReadonlyArray<InvalidSchema>
}

const empty: Schema = { models: new Map(), lookups: new Map(), errors: [] }

/**
 * Names that a reference has for its own methods, so that no field can have them.
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

/** Definitions that have no names but their own: those of models and fields may be what every object has. */
const bare = (definitions: Definitions): Definitions =>
  nameless(Object.entries(definitions).map(([model, fields]) => [model, nameless(Object.entries(fields))]))

const nameless = <A>(entries: ReadonlyArray<readonly [string, A]>): { readonly [name: string]: A } => {
  const made = Object.create(null) as { [name: string]: A }
  entries.forEach(([name, value]) => {
    made[name] = value
  })
  return made
}

/** Definitions without what throws when it is read, which is none. */
const readable = (given: Definitions): unknown => {
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

/** What is no definition at all, which types refuse. */
const malformedOf = (definitions: unknown): ReadonlyArray<InvalidSchema> => {
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

/**
 * The name of the model that holds a many-to-many relation's rows.
 *
 * @since 0.1.0
 */
export const throughName = (model: string, field: string, relation: AnyManyToMany): string =>
  relation.through ?? `${model}_${field}`

const endNames = (model: string, target: string): readonly [string, string] =>
  model === target ? [`from_${model}`, `to_${model}`] : [model, target]

const implicitModels = (definitions: Definitions): Definitions =>
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
          verboseName: null,
          helpText: '',
        })
        return [
          [`${model}_${name}`, { id: autoKey, [near]: end(model), [far]: end(definition.target) }] as const,
        ]
      }),
    ),
  )

/** A generated model links the same two rows once, as Django's do: its two foreign keys are unique together. */
const togetherOf = (
  given: Definitions,
  definitions: Definitions,
  name: string,
): ReadonlyArray<ReadonlyArray<string>> =>
  Object.hasOwn(given, name)
    ? []
    : [Object.keys(definitions[name] ?? {}).filter((field) => definitions[name]?.[field]?._tag === 'toOne')]

const autoKey: AnyField = {
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
  choices: null,
  verboseName: null,
  helpText: '',
  codec: null,
}

const primaryKeys = (fields: { readonly [field: string]: Definition }): ReadonlyArray<string> =>
  Object.keys(fields).filter((name) => {
    const definition = fields[name]
    return definition !== undefined && definition._tag !== 'manyToMany' && definition.primaryKey
  })

const nameErrors = (definitions: Definitions): ReadonlyArray<InvalidSchema> =>
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

const keyErrors = (definitions: Definitions): ReadonlyArray<InvalidSchema> =>
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

// The relations of implicit models are as good as those that they were made for.
const relationErrors = (definitions: Definitions, given: Definitions): ReadonlyArray<InvalidSchema> =>
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

const isListOfLists = (u: unknown): boolean => Array.isArray(u) && u.every((each) => Array.isArray(each))

const togetherErrors = (
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

const cyclicKey = (definitions: Definitions, model: string, seen: ReadonlyArray<string>): boolean => {
  if (seen.includes(model)) return true
  const fields = definitions[model] ?? {}
  const key = fields[primaryKeys(fields)[0] ?? '']
  return key?._tag === 'toOne' && cyclicKey(definitions, key.target, [...seen, model])
}

const throughEnds = (
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

/** The field whose values a to-one relation's column holds: the target's key, or what that points to in turn. */
const keyField = (definitions: Definitions, model: string): AnyField => {
  const fields = definitions[model] ?? {}
  const key = fields[primaryKeys(fields)[0] ?? '']
  return key?._tag === 'toOne' ? keyField(definitions, key.target) : key?._tag === 'field' ? key : autoKey
}

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

const relationsOf = (definitions: Definitions, model: string): ReadonlyMap<string, ModelRelation> => {
  const forward = Object.entries(definitions[model] ?? {}).flatMap(
    ([name, definition]): ReadonlyArray<ModelRelation> => {
      if (definition._tag === 'field') return []
      if (definition._tag === 'toOne')
        return [
          {
            name,
            target: definition.target,
            many: false,
            nullable: definition.nullable,
            via: { _tag: 'forward', column: name },
          },
        ]
      const through = throughName(model, name, definition)
      const [near, far] = throughEnds(definitions[through] ?? {}, model, definition.target) ?? ['', '']
      return [
        {
          name,
          target: definition.target,
          many: true,
          nullable: false,
          via: { _tag: 'through', model: through, near, far },
        },
      ]
    },
  )
  const reverse = Object.entries(definitions).flatMap(([source, fields]) =>
    Object.entries(fields).flatMap(([name, definition]): ReadonlyArray<ModelRelation> => {
      if (definition._tag === 'field' || definition.target !== model || definition.relatedName === null)
        return []
      if (definition._tag === 'toOne')
        return [
          {
            name: definition.relatedName,
            target: source,
            many: !definition.oneToOne,
            nullable: true,
            via: { _tag: 'reverse', column: name },
          },
        ]
      const through = throughName(source, name, definition)
      const [near, far] = throughEnds(definitions[through] ?? {}, source, model) ?? ['', '']
      return [
        {
          name: definition.relatedName,
          target: source,
          many: true,
          nullable: false,
          via: { _tag: 'through', model: through, near: far, far: near },
        },
      ]
    }),
  )
  return new Map([...forward, ...reverse].map((relation) => [relation.name, relation]))
}

/** Reverse names that clash with a field of the model pointed to, or with each other. */
const reverseErrors = (
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
