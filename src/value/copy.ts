import type { Json, Row } from './Value.js'

/**
 * A row of its own, in which nothing is shared with the one given.
 *
 * @since 0.1.0
 */
export const copy = (row: Row): Row => {
  const own: { [column: string]: Json } = { ...row }
  Object.keys(own).forEach((name) => {
    const value = own[name]
    // Most values can't be changed by anyone.
    if (typeof value === 'object' && value !== null) own[name] = copied(value)
  })
  return own
}

const copied = (value: Json): Json =>
  typeof value !== 'object' || value === null
    ? value
    : Array.isArray(value)
      ? (value as ReadonlyArray<Json>).map(copied)
      : copy(value as Row) // an object that is no list
