/**
 * Serializers as JSON Schema 2020-12, which OpenAPI 3.1 uses.
 *
 * @since 0.2.0
 */
import type { Json, JsonObject, Kind } from '../value/Value.js'
import type { ModelColumn } from '../schema/Schema.js'
import type { Limits } from '../serializers/read.js'
import type { AnySerializer, SerializerField, FieldShape } from './Serializer.js'

/** The side of a serializer: its output, its input for a new row, or its input for a partial update. */
export type Side = 'output' | 'input' | 'patch'

const kindSchemas: { readonly [K in Kind]: JsonObject } = {
  text: { type: 'string' },
  int: { type: 'integer' },
  float: { type: 'number' },
  decimal: { type: 'string', format: 'decimal' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  time: { type: 'string', format: 'time' },
  datetime: { type: 'string', format: 'date-time' },
  duration: { type: 'string' },
  uuid: { type: 'string', format: 'uuid' },
  json: {},
}

/** Other accepted forms of a value. */
const inputKinds: { readonly [K in Kind]?: JsonObject } = {
  decimal: { type: ['string', 'number'] },
  time: { type: 'string' },
  datetime: { type: 'string' },
}

const formats: { readonly [format: string]: JsonObject } = {
  email: { format: 'email' },
  url: { format: 'uri' },
  slug: { pattern: '^[-a-zA-Z0-9_]*$' },
}

const given = (entries: ReadonlyArray<readonly [string, Json]>): JsonObject =>
  Object.fromEntries(entries.filter(([, value]) => value !== null && value !== ''))

/** The schema, with `null` allowed. */
const orNull = (schema: JsonObject, nullable: boolean): JsonObject => {
  if (!nullable) return schema
  const { type, ...rest } = schema
  if (Array.isArray(schema['enum']))
    return { ...schema, enum: [...(schema['enum'] as ReadonlyArray<Json>), null] }
  if (type === undefined) return Object.keys(rest).length === 0 ? {} : { anyOf: [schema, { type: 'null' }] }
  return { ...rest, type: [...(Array.isArray(type) ? (type as ReadonlyArray<Json>) : [type]), 'null'] }
}

const choicesOf = ({ field, blank }: ModelColumn): JsonObject | null =>
  field.choices === null
    ? null
    : {
        enum: [
          ...field.choices,
          ...(blank && !field.choices.includes('') && typeof field.choices[0] === 'string' ? [''] : []),
        ],
      }

/** The values of a column as output or as input. */
const columnSchema = (column: ModelColumn, limits: Limits, side: Side): JsonObject => {
  const choices = choicesOf(column)
  if (choices !== null) return choices
  const { kind, field } = column
  const isText = kind === 'text'
  const input = side !== 'output'
  // An empty text has no format.
  const format = input && field.format !== null && !limits.blank ? (formats[field.format] ?? {}) : {}
  const number = kind === 'int' || kind === 'float'
  return {
    ...((input ? inputKinds[kind] : undefined) ?? kindSchemas[kind]),
    ...format,
    ...(input
      ? given([
          ['maxLength', isText ? limits.maxLength : null],
          ['minLength', isText ? (limits.minLength ?? (limits.blank ? null : 1)) : null],
          ['minimum', number ? limits.min : null],
          ['maximum', number ? limits.max : null],
        ])
      : {}),
  }
}

const noLimits: Limits = { blank: true, maxLength: null, minLength: null, min: null, max: null }

const keySchema = (
  shape: Extract<FieldShape, { readonly _tag: 'related' }>,
  keys: (model: string) => ModelColumn | null,
  side: Side,
): JsonObject => {
  const { as, relation } = shape
  switch (as._tag) {
    case 'nested':
      return schemaOf(as.serializer, keys, side)
    case 'link':
      return { type: 'string', format: side === 'output' ? 'uri' : 'uri-reference' }
    case 'text':
      return { type: 'string' }
    case 'slug':
      return { type: 'string' }
    case 'key': {
      const key = keys(relation.target)
      return key === null ? {} : columnSchema(key, noLimits, 'output')
    }
  }
}

const fieldSchema = (
  { shape, nullable, label, help }: SerializerField,
  keys: (model: string) => ModelColumn | null,
  side: Side,
): JsonObject => {
  const annotations = given([
    ['title', label],
    ['description', help],
  ])
  switch (shape._tag) {
    case 'value':
      return { ...orNull(columnSchema(shape.column, shape.limits, side), nullable), ...annotations }
    case 'related': {
      const one = keySchema(shape, keys, side)
      // A row that is hidden or doesn't exist is null in the output.
      const missing = nullable || (side === 'output' && (shape.as._tag !== 'key' || shape.column === null))
      return { ...(shape.many ? { type: 'array', items: one } : orNull(one, missing)), ...annotations }
    }
    case 'computed':
      return { ...(shape.kind === null ? {} : orNull(kindSchemas[shape.kind], true)), ...annotations }
    case 'expression':
      return { ...orNull(kindSchemas[shape.kind], true), ...annotations }
    case 'self':
      return { type: 'string', format: 'uri', ...annotations }
    case 'extra':
      return annotations
  }
}

/**
 * The JSON Schema of a serializer: for its output, its input for a new row (`input`), or its input for a partial update
 * (`patch`).
 *
 * @since 0.2.0
 */
export const schemaOf = (
  serializer: AnySerializer,
  keys: (model: string) => ModelColumn | null,
  side: Side,
): JsonObject => {
  const fields = serializer.fields.filter(({ readOnly, writeOnly }) =>
    side === 'output' ? !writeOnly : !readOnly,
  )
  const required = fields
    .filter((field) => (side === 'output' ? true : side === 'input' && field.required))
    .map(({ name }) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field, keys, side)])),
    ...(required.length === 0 ? {} : { required }),
  }
}

/**
 * The complete JSON Schema of a serializer.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { serializer, serializerSchema } from 'queryset-ts/rest'
 * const { genre } = schema({ genre: { id: autoId, name: field.text({ maxLength: 10 }) } })
 * console.log(serializerSchema(serializer(genre, { fields: ['name'] }), 'input'))
 * // => { type: 'object', properties: { name: { type: 'string', maxLength: 10, minLength: 1, title: 'Name' } }, required: [ 'name' ] }
 *
 * @since 0.2.0
 */
export const serializerSchema = (serializer: AnySerializer, side: Side): JsonObject =>
  schemaOf(serializer, keysIn(serializer), side)

/** The primary keys of the models that a serializer refers to. @since 0.2.0 */
export const keysIn =
  ({ queryset }: AnySerializer) =>
  (model: string): ModelColumn | null => {
    const found = queryset.schema.models.get(model)
    return found?.columns.get(found.primaryKey) ?? null
  }
