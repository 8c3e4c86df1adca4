/**
 * Which values a message may include: no value of a `secret` field, and no value that may have been computed from one.
 *
 * @since 0.2.0
 */
import type { Schema } from './Schema.js'

/**
 * Whether a message may include a value of a column. If no field of the schema is secret, it always may. Otherwise the
 * column must be one of the model itself, since a computed column may depend on a secret.
 *
 * @since 0.2.0
 */
export const maySay = (schema: Schema, model: string | null, column: string): boolean => {
  const secret = secretsOf(schema)
  return (
    secret.size === 0 || (!secret.has(column) && schema.models.get(model ?? '')?.columns.has(column) === true)
  )
}

const known = new WeakMap<Schema, ReadonlySet<string>>()

/** The names of the secret fields of all models, and of the columns that point to a secret key. */
const secretsOf = (schema: Schema): ReadonlySet<string> => {
  const found =
    known.get(schema) ??
    new Set(
      [...schema.models.values()].flatMap(({ columns }) =>
        [...columns.values()].flatMap(({ name, field }) => (field.secret ? [name] : [])),
      ),
    )
  known.set(schema, found)
  return found
}
