/**
 * Creates the errors of a schema or a query, and of a query that found too few or too many rows.
 *
 * @since 0.2.0
 */
import { nearest } from './nearest.js'
import { shortened } from './shortened.js'
import type {
  InvalidField,
  InvalidQuery,
  InvalidSchema,
  InvalidStep,
  MultipleFound,
  NotFound,
} from './types.js'

/** @since 0.1.0 */
export const invalidSchema = (
  model: string,
  field: string | null,
  message: string,
  hint: string,
): InvalidSchema => ({
  _tag: 'InvalidSchema',
  model,
  field,
  message: `${field === null ? model : `${model}.${field}`}: ${message}`,
  hint,
  retryable: false,
})

/** @since 0.1.0 */
export const invalidField = (
  model: string | null,
  given: string,
  text: string,
  names: ReadonlyArray<string> = [],
): InvalidField => {
  const path = shortened(given)
  const message = shortened(text)
  const near = nearest(path.split('__').at(-1) ?? path, names)
  return {
    _tag: 'InvalidField',
    model,
    path,
    names,
    nearest: near,
    message: model === null ? `'${path}': ${message}` : `'${path}' of ${model}: ${message}`,
    hint:
      names.length === 0
        ? 'Give an operand of the kind that the field has.'
        : `${near === null ? '' : `Did you mean '${near}'? `}The valid names are ${names.join(', ')}.`,
    retryable: false,
  }
}

/** @since 0.1.0 */
export const invalidStep = (step: string, index: number, message: string, hint: string): InvalidStep => ({
  _tag: 'InvalidStep',
  step,
  index,
  message: `${step}: ${message}`,
  hint,
  retryable: false,
})

/** @since 0.1.0 */
export const invalidQuery = (given: string, message: string, hint: string): InvalidQuery => {
  const path = shortened(given)
  return {
    _tag: 'InvalidQuery',
    path,
    message: `${path === '' ? 'the query' : path}: ${message}`,
    hint,
    retryable: false,
  }
}

/** @since 0.1.0 */
export const notFound = (model: string | null): NotFound => ({
  _tag: 'NotFound',
  model,
  message: `no ${model ?? 'row'} matches`,
  hint: "Use 'first' where a row may be missing.",
  retryable: false,
})

/** @since 0.1.0 */
export const multipleFound = (model: string | null): MultipleFound => ({
  _tag: 'MultipleFound',
  model,
  message: `more than one ${model ?? 'row'} matches`,
  hint: "Filter by something unique, or use 'first'.",
  retryable: false,
})
