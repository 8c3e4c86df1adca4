/**
 * Creates the errors of a write: values that a field can't hold, and conflicts with the stored rows.
 *
 * @since 0.2.0
 */
import type { Json } from '../Value.js'
import type { Conflict, FieldError, Invalid, Protected } from './types.js'

/**
 * The largest number of errors that are reported.
 *
 * @since 0.2.0
 */
export const mostErrors = 100

/**
 * The error of a client for a write that contradicts stored rows. `fields` are the columns with the conflict.
 *
 * @example
 * import { conflict } from 'queryset-ts'
 * console.log(conflict('book', ['title'], 'another row has this title already').message)
 * // => book: another row has this title already
 *
 * @since 0.1.0
 */
export const conflict = (
  model: string,
  fields: ReadonlyArray<string>,
  message: string,
  errors: ReadonlyArray<FieldError> = [],
  more = 0,
): Conflict => ({
  _tag: 'Conflict',
  model,
  fields,
  errors: errors.slice(0, mostErrors),
  more: more + Math.max(0, errors.length - mostErrors),
  message: `${model}: ${message}`,
  hint: 'Read what is there, and decide anew.',
  retryable: false,
})

/**
 * The conflict of a foreign key that leads to no row.
 *
 * @since 0.2.0
 */
export const leadsNowhere = (model: string, column: string, target: string, key: Json): Conflict => ({
  ...conflict(model, [column], ''),
  message: `${model}.${column}: there is no ${target} with the key ${shown(key)}`,
  hint: `Create that ${target} first, or give the key of one that exists.`,
})

/**
 * The conflict of a row that can't be deleted because another row still has its key. `model` and `fields` are those of
 * that other row.
 *
 * @since 0.2.0
 */
export const stillPointedTo = (
  target: string,
  key: Json,
  model: string,
  column: string,
  by: Json,
): Conflict => ({
  ...conflict(model, [column], ''),
  message: `${model}.${column}: ${target} ${shown(key)} can't be deleted, because ${model} ${shown(by)} refers to it`,
  hint: `Delete or change the rows of ${model} first, or let 'onDelete' do it.`,
})

/** A key, shortened if it is long. */
const shown = (key: Json): string => {
  const text = JSON.stringify(key)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** @since 0.1.0 */
export const protectedBy = (model: string, by: Protected['by']): Protected => ({
  _tag: 'Protected',
  model,
  by,
  message: `rows of ${model} are pointed to by ${by.map((each) => `${String(each.rows)} of ${each.model}.${each.relation}`).join(', ')}`,
  hint: 'Delete or repoint those rows first.',
  retryable: false,
})

/** @since 0.1.0 */
export const invalid = (model: string, errors: ReadonlyArray<FieldError>, more = 0): Invalid => {
  const kept = errors.slice(0, mostErrors)
  const rest = more + errors.length - kept.length
  return {
    _tag: 'Invalid',
    model,
    errors: kept,
    more: rest,
    message: `${model}: ${kept.map(({ item, field, message }) => `${item === 0 ? '' : `item ${String(item)}: `}${field === null ? '' : `${field}: `}${message}`).join('; ')}${rest === 0 ? '' : `; and ${String(rest)} more`}`,
    hint: 'Give values that the fields can take; nothing was written.',
    retryable: false,
  }
}
