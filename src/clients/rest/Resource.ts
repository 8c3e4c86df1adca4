/**
 * Where a model is found at a REST service, and its rows by the names of the model.
 *
 * @since 0.2.0
 */
import { conflict, invalid, type FieldError, type QueryError } from '../../value/QueryError.js'
import type { Model } from '../../schema/Schema.js'
import { isJson } from '../http/isJson.js'
import type { RestRefusal } from './RestStyle.js'

/** A model, and where and how it is found at the service. */
export interface Resource {
  readonly model: Model
  readonly path: string
  readonly fieldOf: (field: string) => string
  /** The order in which rows come if nothing is asked for: of a field that no two rows share. */
  readonly natural: Natural | null
}

/** An order by one field. */
export interface Natural {
  readonly field: string
  readonly direction: 'asc' | 'desc'
}

/** What a service says against values of a row, by the names of the model. */
export const refusedBy = ({ model, fieldOf }: Resource, refusals: ReadonlyArray<RestRefusal>): QueryError => {
  const errors = refusals.map(({ field: theirs, code, message }): FieldError => {
    const field = [...model.columns.keys()].find((name) => fieldOf(name) === theirs) ?? null
    return {
      item: 0,
      field,
      code,
      params: {},
      // Of a field that the model doesn't have, the name is all there is.
      message: field === null && theirs !== null ? `${theirs}: ${message}` : message,
    }
  })
  const fields = [...new Set(errors.flatMap(({ field }) => (field === null ? [] : [field])))]
  return errors.every(({ code }) => code === 'unique')
    ? conflict(model.name, fields, 'the service says that it contradicts what is there', errors)
    : invalid(model.name, errors)
}

/** A row by the names of the model. Whether it is one is for whoever decodes it. */
export const rowOf = ({ model, fieldOf }: Resource, row: unknown): unknown =>
  isJson(row)
    ? Object.fromEntries(
        [...model.columns.keys()].flatMap((field) => {
          const name = fieldOf(field)
          return Object.hasOwn(row, name) ? [[field, row[name]] as const] : []
        }),
      )
    : row

/** A decimal of a row that came as a number which may have been another one before it was parsed; `null` if there is none. */
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

/** Every number of so many digits is told apart from its neighbours. */
const exactDigits = 15
