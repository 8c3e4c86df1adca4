/**
 * The description of a serializer's fields for OPTIONS.
 *
 * @since 0.2.0
 */
import type { Json, JsonObject, Kind } from '../value/Value.js'
import type { ModelColumn } from '../schema/Schema.js'
import type { AnySerializer, SerializerField, FieldShape } from './Serializer.js'

const kindNames: ReadonlyMap<Kind, string> = new Map([
  ['text', 'string'],
  ['int', 'integer'],
  ['uuid', 'string'],
  ['duration', 'field'],
  ['json', 'field'],
])

const ofKind = (kind: Kind): string => kindNames.get(kind) ?? kind

const ofColumn = ({ kind, field }: ModelColumn): string =>
  field.choices !== null
    ? 'choice'
    : field.format !== null && field.format !== 'ip'
      ? field.format
      : ofKind(kind)

const typeOf = (shape: FieldShape): string => {
  switch (shape._tag) {
    case 'value':
      return ofColumn(shape.column)
    case 'computed':
      return shape.kind === null ? 'field' : ofKind(shape.kind)
    case 'expression':
      return ofKind(shape.kind)
    case 'extra':
      return 'string'
    case 'related':
      return shape.as._tag === 'nested' && !shape.many ? 'nested object' : 'field'
    default:
      return 'field'
  }
}

const given = (entries: ReadonlyArray<readonly [string, Json]>): JsonObject =>
  Object.fromEntries(entries.filter(([, value]) => value !== null && value !== ''))

const limitsOf = (shape: FieldShape): JsonObject => {
  if (shape._tag !== 'value' || shape.column.field.choices !== null) return {}
  const { column, limits } = shape
  const isText = column.kind === 'text' && column.field.format !== 'ip'
  return given([
    ['min_length', isText ? limits.minLength : null],
    ['max_length', isText ? limits.maxLength : null],
    ['min_value', limits.min],
    ['max_value', limits.max],
  ])
}

const choicesOf = (shape: FieldShape): JsonObject =>
  shape._tag !== 'value' || shape.column.field.choiceGroups === null
    ? {}
    : {
        choices: shape.column.field.choiceGroups.flatMap(({ choices }) =>
          choices.map(({ value, label }) => ({ value, display_name: label })),
        ),
      }

const childrenOf = ({ shape, required, readOnly }: SerializerField): JsonObject => {
  if (shape._tag !== 'related' || shape.as._tag !== 'nested') return {}
  const children = fieldsInfo(shape.as.serializer)
  return shape.many
    ? { child: { type: 'nested object', required, read_only: readOnly, children } }
    : { children }
}

const fieldInfo = (field: SerializerField): JsonObject => ({
  type: typeOf(field.shape),
  required: field.required && !field.readOnly,
  read_only: field.readOnly,
  ...given([
    ['label', field.label],
    ['help_text', field.help],
  ]),
  ...(field.readOnly ? {} : { ...limitsOf(field.shape), ...choicesOf(field.shape) }),
  ...childrenOf(field),
})

/** @since 0.2.0 */
export const fieldsInfo = ({ fields }: AnySerializer): JsonObject =>
  Object.fromEntries(fields.map((field) => [field.name, fieldInfo(field)]))
