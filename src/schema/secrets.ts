/**
 * Which values a message may repeat: none of a field that is `secret`, and none that may have been made of one.
 *
 * @since 0.2.0
 */
import type { Schema } from './Schema.js'

/**
 * Whether a message may repeat a value of a column. Where no field of the schema is secret, it always may. Otherwise
 * it has to be a column of the model itself: what a query computed may have been computed from a secret.
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
