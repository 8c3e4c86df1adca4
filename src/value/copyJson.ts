import type { Json } from './Value.js'

/**
 * A copy of JSON that shares nothing mutable with the original.
 *
 * @since 0.1.0
 */
export const copyJson = <A extends Json>(json: A): A =>
  // A copy has the same type.
  copy(json) as A

const copy = (json: Json): Json => {
  if (typeof json !== 'object' || json === null) return json
  if (isList(json)) return json.map(copy)
  const made: { [name: string]: Json } = {}
  Object.keys(json).forEach((name) => {
    // A plain assignment to `__proto__` would set the prototype.
    if (name === '__proto__')
      Object.defineProperty(made, name, { value: copy(json[name] ?? null), enumerable: true })
    else made[name] = copy(json[name] ?? null)
  })
  return made
}

const isList = (json: Json): json is ReadonlyArray<Json> => Array.isArray(json)
