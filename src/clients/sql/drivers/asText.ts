import type { SqlValue } from '../Driver.js'

/**
 * A parameter as PostgreSQL reads it.
 *
 * @since 0.2.0
 */
export const asText = (value: SqlValue): string | null => {
  if (value === null || typeof value === 'string') return value
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (isList(value)) return `{${value.map(asMember).join(',')}}`
  return String(value)
}

const isList = (value: SqlValue): value is ReadonlyArray<SqlValue> => Array.isArray(value)

/** Within a list, text is quoted: else commas and braces would end it. */
const asMember = (value: SqlValue): string => {
  if (value === null) return 'null'
  if (isList(value)) return asText(value) ?? 'null'
  return `"${(asText(value) ?? '').replace(/[\\"]/gu, '\\$&')}"`
}
