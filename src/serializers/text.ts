import { either as E } from 'fp-ts'
import type { Json } from '../value/Value.js'
import * as Text from '../value/Text.js'
import { hasFormat } from '../schema/formats.js'
import type { ModelColumn } from '../schema/Schema.js'
import { canonicalAddress } from './addresses.js'
import type { FieldProblem } from './FieldErrors.js'
import { notOf, problem } from './problem.js'

/** The rules of a text field, which a serializer can tighten. @since 0.2.0 */
export interface TextLimits {
  readonly maxLength: number | null
  readonly minLength: number | null
  readonly blank: boolean
}

const loneSurrogate = /\p{Cs}/u

/**
 * Text without the spaces around it. Numbers are converted to text.
 *
 * @since 0.2.0
 */
export const readText = (
  { field }: ModelColumn,
  limits: TextLimits,
  given: unknown,
): E.Either<ReadonlyArray<FieldProblem>, Json> => {
  if (typeof given !== 'string' && typeof given !== 'number') return E.left([notOf('text')])
  const text = String(given).trim()
  // An IP address is never empty. Without one, the field is null.
  if (text === '') return limits.blank && field.format !== 'ip' ? E.right('') : E.left([problem('blank')])
  const length = Text.length(text)
  const { maxLength, minLength } = limits
  const address = field.format === 'ip' ? canonicalAddress(text) : text
  const problems = [
    ...(field.pattern !== null && !field.pattern.test(text)
      ? [problem(field.pattern.code, {}, field.pattern.message)]
      : []),
    ...(maxLength !== null && length > maxLength
      ? [problem('max_length', { limit: maxLength, length })]
      : []),
    ...(minLength !== null && length < minLength
      ? [problem('min_length', { limit: minLength, length })]
      : []),
    ...(text.includes('\0') ? [problem('null_characters_not_allowed')] : []),
    ...(loneSurrogate.test(text) ? [problem('surrogate_characters_not_allowed')] : []),
    ...(address === null || (field.format !== null && !hasFormat(field.format, address))
      ? [problem('invalid', { format: field.format ?? 'ip' })]
      : []),
  ]
  return problems.length > 0 ? E.left(problems) : E.right(address ?? text)
}
