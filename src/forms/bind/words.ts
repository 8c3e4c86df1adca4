/**
 * Problems in words.
 *
 * @since 0.2.0
 */
import type { Json } from '../../value/Value.js'
import { messageOf, sentence } from '../../schema/messages.js'
import type { Model } from '../../schema/Schema.js'
import type { FormError } from '../AnyForm.js'
import type { CleanProblem, FormField } from '../FormField.js'
import { problem, type Problem } from '../Problem.js'

/**
 * A problem of a field, or of the form as a whole. The form's own words for the code come first, then those that came
 * with the problem, then the schema's table.
 *
 * @since 0.2.0
 */
export const inWords = (model: Model, field: FormField | null, found: Problem): FormError => {
  const { code, params, message } = found
  const own = field !== null && Object.hasOwn(field.messages, code) ? field.messages[code] : undefined
  const place = { model: model.name, modelLabel: model.label, label: field?.label ?? null }
  const words =
    own !== undefined
      ? filled(own, params)
      : (message ?? sentence(messageOf(model.messages, code, params, place), field?.label ?? model.label))
  return { code, params, message: words }
}

/** The text with the params in the place of their names in braces. */
const filled = (text: string, params: Problem['params']): string =>
  text.replace(/\{(\w{1,40})\}/gu, (whole, name: string) =>
    Object.hasOwn(params, name) ? shown(params[name] ?? null) : whole,
  )

const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

/**
 * What a rule of the form's author said.
 *
 * @since 0.2.0
 */
export const saidBy = (said: string | CleanProblem): Problem =>
  typeof said === 'string' ? problem('invalid', {}, said) : problem(said.code ?? 'invalid', {}, said.message)
