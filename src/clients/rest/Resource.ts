/**
 * The place of a model at a REST service, and its rows by the model's names.
 *
 * @since 0.2.0
 */
import { conflict, invalid, type FieldError, type QueryError } from '../../value/QueryError.js'
import type { Model } from '../../schema/Schema.js'
import { isJson } from '../http/isJson.js'
import type { RestRefusal } from './RestStyle.js'

/** A model, and its place at the service. */
export interface Resource {
  readonly model: Model
  readonly path: string
  readonly fieldOf: (field: string) => string
  /** The order of rows if no order is requested: by a unique field. */
  readonly natural: Natural | null
}

/** An order by one field. */
export interface Natural {
  readonly field: string
  readonly direction: 'asc' | 'desc'
}

/** The service's errors for values of a row, by the model's names. */
export const refusedBy = ({ model, fieldOf }: Resource, refusals: ReadonlyArray<RestRefusal>): QueryError => {
  const errors = refusals.map(({ field: theirs, code, message }): FieldError => {
    const field = [...model.columns.keys()].find((name) => fieldOf(name) === theirs) ?? null
    return {
      item: 0,
      field,
      code,
      params: {},
      // If the model doesn't have the field, the service's name is used.
      message: field === null && theirs !== null ? `${theirs}: ${message}` : message,
    }
  })
  const fields = [...new Set(errors.flatMap(({ field }) => (field === null ? [] : [field])))]
  return errors.every(({ code }) => code === 'unique')
    ? conflict(model.name, fields, 'the service says that it contradicts what is there', errors)
    : invalid(model.name, errors)
}

/** A row by the model's names. The decoder checks it. */
export const rowOf = ({ model, fieldOf }: Resource, row: unknown): unknown =>
  isJson(row)
    ? Object.fromEntries(
        [...model.columns.keys()].flatMap((field) => {
          const name = fieldOf(field)
          return Object.hasOwn(row, name) ? [[field, row[name]] as const] : []
        }),
      )
    : row

/** A decimal that came as a number and may have been rounded by the parser. `null` if there is none. */
export const roundedIn = ({ model }: Resource, row: unknown): string | null =>
  isJson(row)
    ? ([...model.columns.values()].find(({ name, kind }) => {
        const value = row[name]
        return (
          kind === 'decimal' &&
          typeof value === 'number' &&
          String(value)
            .replace(/e[^]*$|\D/gu, '')
            .replace(/^0+/u, '').length > exactDigits
        )
      })?.name ?? null)
    : null

/** The number of digits up to which all numbers are distinct. */
const exactDigits = 15
