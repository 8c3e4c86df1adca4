/**
 * Reading an input: from what stands in it to a value, or to what is wrong with it. Nothing is asked here.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { hasFormat } from '../../schema/formats.js'
import * as Text from '../../value/Text.js'
import type { Json } from '../../value/Value.js'
import type { FormField } from '../FormField.js'
import { problem, type Problem } from '../Problem.js'
import { stripped } from '../../serializers/stripped.js'
import type { Raw } from '../Widget.js'

/**
 * The value of an input that is no relation to many.
 *
 * @since 0.2.0
 */
export const readField = (field: FormField, raw: Raw): E.Either<ReadonlyArray<Problem>, Json> => {
  if (typeof raw === 'boolean') return given(field, raw)
  const text = textIn(field, raw)
  if (text === '') return given(field, field.empty)
  return E.match(
    (found: Problem): E.Either<ReadonlyArray<Problem>, Json> => E.left([found]),
    (value: Json) => checked(field, value),
  )(field.parse(text))
}

/**
 * Whether an input was left empty.
 *
 * @since 0.2.0
 */
export const isLeftEmpty = (field: FormField, raw: Raw): boolean =>
  typeof raw === 'object' && raw !== null
    ? raw.every((text) => text === '')
    : raw !== true && textIn(field, raw) === ''

/** Blank text is no text; a number or date of spaces is a mistake. */
const textIn = ({ column, choices, related }: FormField, raw: Raw): string => {
  const text =
    raw === null || typeof raw === 'boolean' ? '' : typeof raw === 'string' ? raw : stripped(raw.join(' '))
  const isText = choices === null && related === null && (column?.kind === 'text' || column?.kind === 'uuid')
  return isText && stripped(text) === '' ? '' : text
}

/** What was left empty, or not ticked, is missing where it has to be there. */
const given = (field: FormField, value: Json): E.Either<ReadonlyArray<Problem>, Json> =>
  field.required && (value === null || value === '' || value === false)
    ? E.left([problem('required')])
    : E.right(value)

const checked = (field: FormField, value: Json): E.Either<ReadonlyArray<Problem>, Json> => {
  const { column, choices, related } = field
  if (
    column === null ||
    column.kind !== 'text' ||
    choices !== null ||
    related !== null ||
    typeof value !== 'string'
  )
    return E.right(value)
  const { format, maxLength } = column.field
  const length = Text.length(value)
  const problems = [
    ...(format === null || hasFormat(format, value) ? [] : [problem('invalid', { format })]),
    ...(maxLength === null || length <= maxLength
      ? []
      : [problem('max_length', { limit: maxLength, length })]),
    ...(value.includes('\0') ? [problem('null_characters_not_allowed')] : []),
  ]
  return problems.length === 0 ? E.right(value) : E.left(problems)
}
