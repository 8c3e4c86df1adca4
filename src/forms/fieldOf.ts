/**
 * What a model says of a field, as a field of a form.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import * as Duration from '../value/Duration.js'
import type { Json, Kind } from '../value/Value.js'
import type { TextFormat } from '../schema/formats.js'
import type { Model, ModelColumn, ModelRelation, Schema } from '../schema/Schema.js'
import { allRows } from '../queryset/Queryset.js'
import type { FormField } from './FormField.js'
import { problem, type Problem } from './Problem.js'
import { limitedTo } from './rows.js'
import { canonicalAddress } from '../serializers/addresses.js'
import { asciiDigits } from '../serializers/digits.js'
import type { FieldProblem } from '../serializers/FieldErrors.js'
import { readDecimal, readFloat, readInt, readKeyInt } from '../serializers/numbers.js'
import { readUuid } from '../serializers/read.js'
import { spelledDate, spelledDateTime, spelledTime } from '../serializers/spelled.js'
import { stripped } from '../serializers/stripped.js'
import { webAddress } from './webAddress.js'
import type { Attributes, Widget } from './Widget.js'
import * as W from './widgets/widgets.js'
import { keyText } from './keyText.js'

type Parsed = E.Either<Problem, Json>

/** What the choice of nothing is called. */
const dashes = '---------'

/**
 * The field of a form for a column or a to-many relation of a model; `null` where people can't edit it.
 *
 * @since 0.2.0
 */
export const fieldOf = (schema: Schema, model: Model, name: string): FormField | null => {
  const column = model.columns.get(name)
  if (column !== undefined) return column.auto || !column.editable ? null : ofColumn(schema, column)
  const relation = model.relations.get(name)
  return relation?.via._tag === 'through' && relation.editable ? ofMany(schema, relation) : null
}

const ofColumn = (schema: Schema, column: ModelColumn): FormField => {
  const { field, kind, target } = column
  const groups = target === null ? field.choiceGroups : null
  const hasDefault = column.default !== null
  // A box that isn't ticked says no, which is an answer.
  const required = !(column.blank || column.nullable || (kind === 'boolean' && groups === null))
  const listed = groups !== null || target !== null
  return {
    name: column.name,
    label: column.label,
    help: column.help,
    required,
    disabled: false,
    initial: column.default,
    comesBack: hasDefault && typeof column.default === 'object',
    empty: emptyOf(column),
    attributes: listed ? {} : attributesOf(column),
    choices: groups,
    emptyLabel: listed && (!required || !hasDefault) ? dashes : null,
    related:
      target === null
        ? null
        : { model: target, many: false, rows: limitedTo(allRows(schema, target), column.limitTo) },
    column,
    widget: listed ? W.select() : widgetOf(column),
    parse: groups === null ? parserOf(column) : chosen(column),
    messages: {},
    clean: null,
  }
}

const ofMany = (schema: Schema, relation: ModelRelation): FormField => ({
  name: relation.name,
  label: relation.label,
  help: relation.help,
  required: !relation.blank,
  disabled: false,
  initial: null,
  comesBack: false,
  empty: [],
  attributes: {},
  choices: null,
  emptyLabel: null,
  related: {
    model: relation.target,
    many: true,
    rows: limitedTo(allRows(schema, relation.target), relation.limitTo),
  },
  column: null,
  widget: W.selectMany(),
  parse: E.right,
  messages: {},
  clean: null,
})

/** Text that is left empty is missing where it can be; an address that isn't given is no text at all. */
const emptyOf = ({ kind, nullable, field, target }: ModelColumn): Json =>
  kind === 'text' && target === null && (field.format === 'ip' || !nullable) ? '' : null

const longestIp = 39

const attributesOf = ({ kind, field }: ModelColumn): Attributes => {
  const length = field.format === 'ip' ? longestIp : kind === 'text' ? field.maxLength : null
  const step =
    kind === 'float'
      ? 'any'
      : kind === 'decimal' && field.decimalPlaces !== null
        ? stepOf(field.decimalPlaces)
        : null
  return { ...(length === null ? {} : { maxlength: length }), ...(step === null ? {} : { step }) }
}

const stepOf = (places: number): string => (places === 0 ? '1' : `0.${'0'.repeat(places - 1)}1`)

const widgetOf = ({ kind, nullable, field }: ModelColumn): Widget => {
  switch (kind) {
    case 'boolean':
      return nullable ? W.nullBooleanSelect() : W.checkbox()
    case 'int':
    case 'float':
      return W.numberInput()
    case 'decimal':
      return W.numberInput({ places: field.decimalPlaces })
    case 'date':
      return W.dateInput()
    case 'time':
      return W.timeInput()
    case 'datetime':
      return W.datetimeInput()
    case 'json':
      return W.jsonArea()
    case 'text':
      return field.format === 'email'
        ? W.emailInput()
        : field.format === 'url'
          ? W.urlInput()
          : field.maxLength === null && field.format === null
            ? W.textarea()
            : W.textInput()
    default:
      return W.textInput({ kind })
  }
}

const invalidOf = (kind: Kind): Parsed => E.left(problem('invalid', { kind }))

/** A reader that programs' values have too. The form has its own words for what is wrong. */
const by =
  (read: (text: string) => E.Either<FieldProblem, Json>) =>
  (text: string): Parsed =>
    E.mapLeft(({ code, params }: FieldProblem) => problem(code, params))(read(text))

const parserOf = ({ kind, target, field }: ModelColumn): ((text: string) => Parsed) => {
  if (target !== null) return parseKey(kind)
  switch (kind) {
    case 'text':
      return (text) => E.right(kept(field.format, text))
    case 'int':
      return by(readInt)
    case 'float':
      return by(readFloat)
    case 'decimal':
      return by((text) => readDecimal(field, text))
    case 'boolean':
      return (text) => (text === 'true' ? E.right(true) : text === 'false' ? E.right(false) : E.right(null))
    case 'date':
      return by(spelledDate)
    case 'time':
      return by(spelledTime)
    case 'datetime':
      return by(spelledDateTime)
    case 'duration':
      return (text) => parseDuration(asciiDigits(text))
    case 'uuid':
      return parseUuid
    case 'json':
      return parseJson
  }
}

const kept = (format: TextFormat | null, text: string): string =>
  format === 'url' ? webAddress(text) : format === 'ip' ? ipAddress(stripped(text)) : stripped(text)

/** An address in its one spelling. Whether it is an address is for the field to say. */
const ipAddress = (text: string): string => canonicalAddress(text, true) ?? text

/** A duration that is spelled well, but has more days than there are, is out of range. */
const parseDuration = (text: string): Parsed =>
  E.fromOption(() =>
    O.isSome(Duration.parse(text.slice(0, 500).replace(/\d{9,}/gu, '1')))
      ? problem('overflow', {})
      : problem('invalid', { kind: 'duration' }),
  )(Duration.parse(text))

const parseUuid = by((text) => readUuid(stripped(text)))

const parseJson = (text: string): Parsed => {
  try {
    return E.right(JSON.parse(text) as Json)
  } catch {
    return invalidOf('json')
  }
}

/**
 * A primary key of a kind as it is posted.
 *
 * @since 0.2.0
 */
export const parseKey =
  (kind: Kind) =>
  (text: string): Parsed => {
    switch (kind) {
      case 'int': {
        const n = readKeyInt(text)
        return n === null ? invalidOf(kind) : E.right(n)
      }
      case 'uuid':
        return parseUuid(text)
      case 'date':
        return by(spelledDate)(text)
      case 'datetime':
        return by(spelledDateTime)(text)
      case 'decimal':
        return by((given) => readDecimal({ maxDigits: null, decimalPlaces: null }, given))(text)
      case 'text':
        return E.right(text)
      default:
        return invalidOf(kind)
    }
  }

/** A choice is told by its exact spelling. */
const chosen =
  ({ field }: ModelColumn) =>
  (text: string): Parsed => {
    const found = (field.choices ?? []).find((value) => keyText(value) === text)
    return found === undefined
      ? E.left(problem('invalid_choice', { choices: field.choices ?? [], value: text.slice(0, 100) }))
      : E.right(found)
  }
