/**
 * Finds mistakes in the options of models: orders, labels, functions of rows.
 *
 * @since 0.2.0
 */
import { invalidSchema, type InvalidSchema } from '../value/QueryError.js'
import { keyField } from './links.js'
import type { AnySchemaOptions, Definition, Definitions } from './Schema.js'

/**
 * The mistakes in a schema's options, except those in `uniqueTogether`.
 *
 * @since 0.2.0
 */
export const optionErrors = (
  definitions: Definitions,
  options: AnySchemaOptions,
): ReadonlyArray<InvalidSchema> => [
  ...[options.uniqueFor, options.ordering, options.labels, options.display, options.validate].flatMap(
    (option) => unknownModels(definitions, option ?? {}),
  ),
  ...Object.entries(options.ordering ?? {}).flatMap(([model, names]) =>
    orderingErrors(definitions, model, names),
  ),
  ...Object.entries(options.uniqueFor ?? {}).flatMap(([model, lists]) =>
    uniqueForErrors(definitions, model, lists),
  ),
  ...[options.display, options.validate].flatMap((option) =>
    Object.entries(option ?? {}).flatMap(([model, f]) => functionErrors(model, f)),
  ),
  ...functionErrors('clock', options.clock),
  ...Object.values(options.messages ?? {}).flatMap((f) => functionErrors('messages', f)),
]

const unknownModels = (definitions: Definitions, option: object): ReadonlyArray<InvalidSchema> =>
  Object.keys(option)
    .filter((model) => definitions[model] === undefined)
    .map((model) =>
      invalidSchema(
        model,
        null,
        'is named in the options, but is not a model',
        `The models are ${Object.keys(definitions).join(', ')}.`,
      ),
    )

const columnsOf = (definitions: Definitions, model: string): ReadonlyMap<string, Definition> =>
  new Map(Object.entries(definitions[model] ?? {}).filter(([, { _tag }]) => _tag !== 'manyToMany'))

const notColumn = (
  columns: ReadonlyMap<string, Definition>,
  model: string,
  name: string,
  what: string,
): InvalidSchema =>
  invalidSchema(
    model,
    name,
    `${what}, but is not a column`,
    `The columns are ${[...columns.keys()].join(', ')}.`,
  )

const orderingErrors = (
  definitions: Definitions,
  model: string,
  names: unknown,
): ReadonlyArray<InvalidSchema> => {
  if (!isList(names) || !names.every((name) => typeof name === 'string'))
    return [
      invalidSchema(
        model,
        null,
        'has an ordering that is not a list of names',
        "Give a list of columns: ['-released', 'id'].",
      ),
    ]
  const columns = columnsOf(definitions, model)
  return names
    .map((name) => name.replace(/^-/u, ''))
    .filter((name) => !columns.has(name))
    .map((name) => notColumn(columns, model, name, 'is in the ordering'))
}

const uniqueForErrors = (
  definitions: Definitions,
  model: string,
  lists: unknown,
): ReadonlyArray<InvalidSchema> => {
  const columns = columnsOf(definitions, model)
  if (!isList(lists)) return [badUniqueFor(model)]
  return lists.flatMap((each): ReadonlyArray<InvalidSchema> => {
    const { field, per, of } = isRecord(each) ? each : {}
    if (typeof field !== 'string' || typeof of !== 'string' || !periods.includes(String(per)))
      return [badUniqueFor(model)]
    const date = columns.get(of)
    return [
      ...(columns.has(field) ? [] : [notColumn(columns, model, field, 'is to be unique for a date')]),
      ...(date === undefined
        ? [notColumn(columns, model, of, 'is what a field is to be unique for')]
        : ['date', 'datetime'].includes(kindOf(definitions, date))
          ? []
          : [
              invalidSchema(
                model,
                of,
                'is what a field is to be unique for, but is neither a date nor a datetime',
                'Name a field of one of these kinds.',
              ),
            ]),
    ]
  })
}

const kindOf = (definitions: Definitions, definition: Definition): string =>
  definition._tag === 'field' ? definition.kind : keyField(definitions, definition.target).kind

const periods: ReadonlyArray<string> = ['day', 'month', 'year']

const badUniqueFor = (model: string): InvalidSchema =>
  invalidSchema(
    model,
    null,
    'has fields that are unique for a date, but not as field, per and of',
    "Give a list: [{ field: 'title', per: 'year', of: 'released' }].",
  )

const functionErrors = (model: string, given: unknown): ReadonlyArray<InvalidSchema> =>
  given === undefined || typeof given === 'function'
    ? []
    : [invalidSchema(model, null, 'has an option that is not a function', 'Give a function.')]

const isList = (u: unknown): u is ReadonlyArray<unknown> => Array.isArray(u)

const isRecord = (u: unknown): u is { readonly [name: string]: unknown } =>
  typeof u === 'object' && u !== null && !Array.isArray(u)
