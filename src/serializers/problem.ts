import type { Json, Kind } from '../value/Value.js'
import { messageOf, messages, sentence, type Messages } from '../schema/messages.js'
import type { Model } from '../schema/Schema.js'
import type { FieldErrors, FieldProblem } from './FieldErrors.js'
import { wholeRow } from './FieldErrors.js'

type Params = FieldProblem['params']

const said = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null)

/** The texts of errors that only input from outside can cause. */
const outside: Messages = {
  empty: () => "can't be empty",
  not_a_list: () => 'is not a list',
  incorrect_type: () => 'is not a key',
  invalid_pk_value: () => 'is not a key',
  no_match: () => 'is not a link of this API',
  incorrect_match: () => 'is a link to something else',
  overflow: () => 'is out of range',
  max_whole_digits: ({ limit }) => `has more than ${said(limit)} digits before the point`,
  max_string_length: ({ limit }) => `is longer than ${said(limit)} characters`,
  max_items: ({ limit }) => `has more than ${said(limit)} members`,
  null_characters_not_allowed: () => "can't hold a null character",
  surrogate_characters_not_allowed: () => "can't hold half a character",
}

const table: Messages = { ...outside, ...messages }
const nowhere = { model: '', modelLabel: '', label: null }

/**
 * An error with the library's text, or with a given text.
 *
 * @since 0.2.0
 */
export const problem = (code: string, params: Params = {}, message?: string): FieldProblem => ({
  code,
  params,
  message: message ?? sentence(messageOf(table, code, params, nowhere)),
})

/** The error for a value of the wrong kind. @since 0.2.0 */
export const notOf = (kind: Kind): FieldProblem => problem('invalid', { kind })

/**
 * Errors with the texts of the schema, if it has its own. A text that was given with the error stays.
 *
 * @since 0.2.0
 */
export const worded = (model: Model, errors: FieldErrors): FieldErrors =>
  model.messages === messages
    ? errors
    : Object.fromEntries(
        Object.entries(errors).map(([field, problems]) => [
          field,
          problems.map((each) => {
            const usual = problem(each.code, each.params).message
            const label = model.columns.get(field)?.label ?? model.relations.get(field)?.label ?? null
            const place = {
              model: model.name,
              modelLabel: model.label,
              label: field === wholeRow ? null : label,
            }
            return each.message === usual && Object.hasOwn(model.messages, each.code)
              ? { ...each, message: sentence(messageOf(model.messages, each.code, each.params, place)) }
              : each
          }),
        ]),
      )
