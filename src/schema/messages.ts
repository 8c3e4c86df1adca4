/**
 * The texts of field errors, by code. A schema can have its own table, for instance in another language.
 *
 * @since 0.2.0
 */
import { aKind } from '../value/describe.js'
import type { FieldError } from '../value/QueryError.js'
import { kinds, type Json } from '../value/Value.js'
import type { TextFormat } from './formats.js'

/**
 * Where an error is: the model, its label, and the label of the field. The field's label is `null` for an error of the
 * whole row.
 *
 * @since 0.2.0
 */
export interface MessagePlace {
  readonly model: string
  readonly modelLabel: string
  readonly label: string | null
}

/**
 * The message for an error code, given its params. Each message continues a sentence that starts with the field's
 * label.
 *
 * @since 0.2.0
 */
export interface Messages {
  readonly [code: string]: (params: FieldError['params'], place: MessagePlace) => string
}

const formats: { readonly [F in TextFormat]: string } = {
  email: 'an email address',
  url: 'a web address',
  slug: 'letters, digits, hyphens and underscores only',
  ip: 'an IP address',
}

const kindNames: ReadonlyMap<Json, string> = new Map(kinds.map((kind) => [kind, aKind(kind)]))
const formatNames: ReadonlyMap<Json, string> = new Map(Object.entries(formats))

const expected = ({ kind = null, format = null, got = null }: FieldError['params']): string => {
  const wanted = kindNames.get(kind)
  const form = formatNames.get(format)
  if (wanted !== undefined) return `expected ${wanted}${got === null ? '' : `, got ${said(got)}`}`
  return form === undefined ? 'is not valid' : `expected ${form}`
}

const said = (json: Json | undefined): string =>
  typeof json === 'string' ? json : json === undefined ? '' : JSON.stringify(json)

const quoted = (json: Json | undefined): string => (json === undefined ? '' : JSON.stringify(json))

const listed = (json: Json | undefined): string =>
  Array.isArray(json) ? json.map((each: Json) => said(each)).join(' and ') : said(json)

const periods: ReadonlyMap<Json, string> = new Map([
  ['day', 'date'],
  ['month', 'month'],
  ['year', 'year'],
])

/**
 * The text for each code. The codes are those of Django, as far as Django has them.
 *
 * @example
 * import { messages } from 'queryset-ts'
 * const place = { model: 'genre', modelLabel: 'Genre', label: 'Name' }
 * console.log(messages['max_length']?.({ limit: 10 }, place)) // => is longer than 10 characters
 *
 * @since 0.2.0
 */
export const messages: Messages = {
  required: () => 'is required',
  null: () => "can't be null",
  blank: () => "can't be empty",
  invalid: expected,
  invalid_choice: () => 'is not one of the choices',
  max_length: ({ limit }) => `is longer than ${said(limit)} characters`,
  min_length: ({ limit }) => `is shorter than ${said(limit)} characters`,
  min_value: ({ limit }) => `is less than ${quoted(limit)}`,
  max_value: ({ limit }) => `is greater than ${quoted(limit)}`,
  max_decimal_places: ({ limit }) => `has more than ${said(limit)} decimal places`,
  max_digits: ({ limit }) => `has more than ${said(limit)} digits`,
  primary_key: () => "a primary key can't be changed",
  unknown_field: (_, { model }) => `is not a field of ${model}`,
  unique: ({ fields }) => `another row has this ${listed(fields)} already`,
  unique_together: ({ fields }) => `another row has this ${listed(fields)} already`,
  unique_for_date: ({ fields, date, per }) =>
    `another row has this ${listed(fields)} for the same ${periods.get(per ?? null) ?? said(per)} of ${said(date)} already`,
  does_not_exist: () => 'leads to no row',
  deleted: () => 'was deleted since it was read',
  changed: () => 'was changed since it was read',
  failed: () => "couldn't be checked",
  overflow: () => 'is out of range',
  invalid_list: () => 'is not a list of keys',
  invalid_pk_value: () => 'is not a key',
  max_whole_digits: ({ limit }) => `has more than ${said(limit)} digits before the point`,
  null_characters_not_allowed: () => "can't hold a null character",
  missing_management_form: () => 'the page was not sent whole; load it again',
  too_few_forms: ({ limit }) => `at least ${said(limit)} must be filled in`,
  too_many_forms: ({ limit }) => `at most ${said(limit)} can be sent`,
  duplicate: () => 'another form has the same values',
  duplicates: ({ fields }) => `two forms have the same ${listed(fields)}`,
}

/**
 * The message of an error. A code that the table lacks gets `fallback`.
 *
 * @since 0.2.0
 */
export const messageOf = (
  table: Messages,
  code: string,
  params: FieldError['params'],
  place: MessagePlace,
  fallback = 'is not valid',
): string => (Object.hasOwn(table, code) ? (table[code]?.(params, place) ?? fallback) : fallback)

/**
 * A message as a complete sentence, for people.
 *
 * @example
 * import { sentence } from 'queryset-ts'
 * console.log(sentence('is required', 'First name')) // => First name is required.
 *
 * @since 0.2.0
 */
export const sentence = (message: string, label = 'This value'): string =>
  `${label}${/^(?:is|has|can't|was|leads|couldn't)\b/u.test(message) ? ' ' : ': '}${message}${/[.!?]$/u.test(message) ? '' : '.'}`
