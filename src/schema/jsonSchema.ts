/**
 * Models as JSON Schema, draft 2020-12, for OpenAPI 3.1, form builders and other validators.
 *
 * @since 0.2.0
 */
import type { Json, JsonObject, Kind } from '../value/Value.js'
import type { Choice, ChoiceGroup } from './choices.js'
import type { TextFormat } from './formats.js'
import type { Model, ModelColumn, Schema } from './Schema.js'

/**
 * What a JSON Schema describes: a row as it is stored, the values of a new row, or those of a change.
 *
 * @since 0.2.0
 */
export type SchemaOf = 'row' | 'new' | 'change'

const duration = '^-?\\d{1,9} \\d{2}:\\d{2}:\\d{2}(?:\\.\\d{6})?$'
const decimal = '^-?\\d+(?:\\.\\d+)?$'
const time = '^\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,12})?)?$'

const ofKind: { readonly [K in Kind]: JsonObject } = {
  text: { type: 'string' },
  int: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  float: { type: 'number' },
  decimal: { type: 'string', pattern: decimal },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  // The format `time` requires an offset.
  time: { type: 'string', pattern: time },
  datetime: { type: 'string', format: 'date-time' },
  // The format `duration` is that of ISO 8601.
  duration: { type: 'string', pattern: duration },
  uuid: { type: 'string', format: 'uuid' },
  json: {},
}

const ofFormat: { readonly [F in TextFormat]: JsonObject } = {
  email: { format: 'email' },
  url: { format: 'uri' },
  slug: { pattern: '^[A-Za-z0-9_-]+$' },
  ip: { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
}

/**
 * The values of a column as JSON Schema. Its label is the title, its help text the description. Its choices have their
 * labels.
 *
 * @since 0.2.0
 */
export const columnSchema = (column: ModelColumn): JsonObject => {
  const { label, help, editable, field, nullable } = column
  return {
    title: label,
    ...(help === '' ? {} : { description: help }),
    ...nulled(nullable, blanked(column, valueSchema(column))),
    ...(column.default === null ? {} : { default: column.default }),
    ...(editable && !column.auto && field.autoTime === null ? {} : { readOnly: true }),
  }
}

const valueSchema = ({ kind, field, target }: ModelColumn): JsonObject => {
  // The limits of a key belong to the model that defines the key.
  if (target !== null) return ofKind[kind]
  if (field.choiceGroups !== null) return { ...typeOf(kind), oneOf: field.choiceGroups.flatMap(choicesOf) }
  const { format, pattern, maxLength, minLength, min, max, decimalPlaces } = field
  const places = kind === 'decimal' && decimalPlaces !== null ? decimalPlaces : null
  return {
    ...ofKind[kind],
    ...(format === null ? {} : ofFormat[format]),
    ...(pattern === null ? {} : { pattern: pattern.source }),
    ...(places === null
      ? {}
      : { pattern: places === 0 ? '^-?\\d+$' : `^-?\\d+(?:\\.\\d{1,${String(places)}})?$` }),
    ...(maxLength === null ? {} : { maxLength }),
    ...(minLength === null ? {} : { minLength }),
    ...(typeof min === 'number' ? { minimum: min } : {}),
    ...(typeof max === 'number' ? { maximum: max } : {}),
  }
}

const typeOf = (kind: Kind): JsonObject => {
  const { type } = ofKind[kind]
  return type === undefined ? {} : { type }
}

const choicesOf = ({ label, choices }: ChoiceGroup): ReadonlyArray<JsonObject> => {
  const each = choices.map((choice: Choice): JsonObject => ({ const: choice.value, title: choice.label }))
  return label === null ? each : [{ title: label, oneOf: each }]
}

/** An empty text doesn't need the format. */
const blanked = ({ kind, blank, target }: ModelColumn, schema: JsonObject): JsonObject => {
  const plain = Object.keys(schema).every((name) => ['type', 'maxLength'].includes(name))
  return kind === 'text' && blank && target === null && !plain ? { anyOf: [{ const: '' }, schema] } : schema
}

/** A schema without members allows everything already. */
const nulled = (nullable: boolean, schema: JsonObject): JsonObject => {
  const { type, oneOf, anyOf, ...rest } = schema
  if (!nullable || Object.keys(schema).length === 0) return schema
  return typeof type === 'string' && oneOf === undefined && anyOf === undefined
    ? { ...rest, type: [type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] }
}

/**
 * A model as JSON Schema. A `row` has all columns. In a `new` row, the columns without a default that can't be missing
 * are required. In a `change`, none is.
 *
 * @example
 * import { autoId, field, modelSchema, schema, schemaOf } from 'queryset-ts'
 * const music = schema({ genre: { id: autoId, name: field.text({ maxLength: 10, help: 'In English.' }) } })
 * const genre = schemaOf(music).models.get('genre')
 * if (genre !== undefined) console.log(modelSchema(genre, 'new')['required']) // => [ 'name' ]
 *
 * @since 0.2.0
 */
export const modelSchema = (model: Model, of: SchemaOf = 'row'): JsonObject => {
  const columns = [...model.columns.values()].filter(
    ({ name }) => of !== 'change' || name !== model.primaryKey,
  )
  const required = columns.filter((column) => of === 'row' || (of === 'new' && isRequired(column)))
  return {
    title: model.label,
    type: 'object',
    properties: Object.fromEntries(columns.map((column) => [column.name, columnSchema(column)])),
    ...(required.length === 0 ? {} : { required: required.map(({ name }) => name) }),
    additionalProperties: false,
  }
}

const isRequired = (column: ModelColumn): boolean =>
  !column.nullable && !column.auto && column.default === null && column.field.autoTime === null

/**
 * All models of a schema as one JSON Schema. Its `$defs` are the rows of each model.
 *
 * @example
 * import { autoId, jsonSchema, schema, schemaOf } from 'queryset-ts'
 * const document = jsonSchema(schemaOf(schema({ genre: { id: autoId } })))
 * console.log(document['$schema']) // => https://json-schema.org/draft/2020-12/schema
 *
 * @since 0.2.0
 */
export const jsonSchema = ({ models }: Schema): JsonObject => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $defs: Object.fromEntries([...models].map(([name, model]): [string, Json] => [name, modelSchema(model)])),
})
