import { undecodable, type QueryError } from '../value/QueryError.js'
import type { Json } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import { maySay } from '../schema/secrets.js'
import type { Misfit } from './shape.js'

/**
 * Where a row came from.
 *
 * @since 0.2.0
 */
interface Origin {
  readonly client: string
  readonly schema: Schema
  /** The model of the row, if it has one. */
  readonly model: string | null
  /** Its number among the given rows, from 0. */
  readonly row: number
  /** Where the row is stored, if known. */
  readonly place?: string | undefined
}

/**
 * The error for a row that doesn't fit its shape. It identifies the row by its key, if that can be read, and by its
 * place.
 *
 * @since 0.2.0
 */
export const wrongRow = (
  { client, schema, model, row, place }: Origin,
  given: unknown,
  misfit: Misfit,
): QueryError =>
  undecodable({
    client,
    model,
    row,
    key: keyIn(schema, model, given),
    ...(place === undefined ? {} : { place }),
    ...misfit,
  })

/**
 * The primary key of a row. `null` if it can't be read, or must not be shown.
 *
 * @since 0.2.0
 */
export const keyIn = (schema: Schema, model: string | null, given: unknown): Json => {
  const name = model === null ? undefined : schema.models.get(model)?.primaryKey
  if (name === undefined || !maySay(schema, model, name)) return null
  try {
    if (typeof given !== 'object' || given === null || !Object.hasOwn(given, name)) return null
    const key: unknown = Reflect.get(given, name)
    return isKey(key) ? key : null
  } catch {
    // A property access can throw.
    return null
  }
}

const isKey = (u: unknown): u is string | number =>
  (typeof u === 'number' && Number.isFinite(u)) || (typeof u === 'string' && u.length <= longestKey)

const longestKey = 60
