/**
 * Rows that have changed since they were read.
 *
 * @since 0.2.0
 */
import { hash } from '../value/Order.js'
import { conflict, type Conflict, type FieldError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Model } from './Schema.js'

/**
 * The errors of a row that doesn't have the expected values, one error for each field. An `undefined` row no longer
 * exists. `item` is the position of the row among those that are written.
 *
 * @since 0.2.0
 */
export const staleErrors = (
  model: Model,
  row: Row | undefined,
  expect: Row,
  item: number,
): ReadonlyArray<FieldError> =>
  row === undefined
    ? [{ item, field: null, code: 'deleted', params: {}, message: 'was deleted since it was read' }]
    : Object.keys(expect)
        .filter((name) => !holdsSame(model, name, row, expect))
        .map((field) => ({
          item,
          field,
          code: 'changed',
          params: {},
          message: 'was changed since it was read',
        }))

/**
 * Whether two rows have the same value in a column.
 *
 * @since 0.2.0
 */
export const holdsSame = (model: Model, name: string, a: Row, b: Row): boolean => {
  const key = hash(model.columns.get(name)?.kind ?? 'text')
  const [x, y] = [a[name] ?? null, b[name] ?? null]
  return x === null || y === null ? x === y : key(x) === key(y)
}

const codes: ReadonlyArray<string> = ['changed', 'deleted', 'overtaken']

/**
 * The conflict with these errors.
 *
 * @since 0.2.0
 */
export const staleConflict = (model: Model, errors: ReadonlyArray<FieldError>): Conflict => {
  const count = new Set(errors.map(({ item }) => item)).size
  return conflict(
    model.name,
    [...new Set(errors.flatMap(({ field }) => field ?? []))],
    `${String(count)} ${count === 1 ? 'row was' : 'rows were'} changed or deleted since they were read; nothing was written`,
    errors,
  )
}

/**
 * The errors of rows that were changed after a first try with an unknown result: it is unknown whether that try was
 * done.
 *
 * @since 0.2.0
 */
export const overtaken = (errors: ReadonlyArray<FieldError>): ReadonlyArray<FieldError> =>
  errors.map((error) => ({
    ...error,
    code: 'overtaken',
    message: 'was changed by another writer before the write could be tried again',
  }))

/**
 * Whether an error says that rows were changed or deleted since they were read, and that nothing was written. They can
 * then be read and written again.
 *
 * @since 0.2.0
 */
export const isStaleOnly = (error: { readonly _tag: string; readonly errors?: unknown }): boolean =>
  isStale(error) &&
  Array.isArray(error.errors) &&
  error.errors.every(({ code }: FieldError) => code !== 'overtaken')

/**
 * Whether an error says that a row was changed or deleted since it was read.
 *
 * @since 0.2.0
 */
export const isStale = (error: { readonly _tag: string; readonly errors?: unknown }): boolean =>
  error._tag === 'Conflict' &&
  Array.isArray(error.errors) &&
  error.errors.some(({ code }: FieldError) => codes.includes(code))
