import { canonicalJson } from '../../value/Order.js'
import type { Json } from '../../value/Value.js'

// Two sums of 32 bits each, mixed as murmur hashes are.
const mixed = (text: string, seed: number, by: number): number => {
  /* eslint-disable functional/no-let, functional/no-loop-statements -- one step a character */
  let sum = seed
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), by)
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  const folded = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b)
  return (folded ^ (folded >>> 13)) >>> 0
}

/**
 * Tells the values that a page shows of a row from others. It is no secret, and guards against mistakes only: whoever
 * posts may post any version.
 *
 * @since 0.2.0
 */
export const versionOf = (shown: { readonly [field: string]: Json }): string => {
  const text = canonicalJson(shown)
  return [mixed(text, 0xdeadbeef, 0x9e3779b1), mixed(text, 0x41c6ce57, 0x5f356495)]
    .map((n) => n.toString(36))
    .join('-')
}
