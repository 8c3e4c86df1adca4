import type { CustomLookup } from '../../schema/CustomLookup.js'
import { invalidSchema, type InvalidSchema } from '../../value/QueryError.js'
import { kinds } from '../../value/Value.js'
import { functions } from '../functions.js'
import { builtIn } from '../lookups.js'

const wellFormed = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/u

const hint = "Make it with 'lookupOf', and give it a name of its own."

/**
 * Why some custom lookups can't be in one schema.
 *
 * @since 0.2.0
 */
export const mistakesIn = (given: unknown): ReadonlyArray<InvalidSchema> => {
  if (!Array.isArray(given)) return [invalidSchema('lookups', null, 'is not a list of lookups', hint)]
  const list: ReadonlyArray<unknown> = given
  return list.flatMap((each, i) => {
    if (!isLookup(each)) return [invalidSchema('lookups', String(i), 'is not a lookup', hint)]
    const { name } = each
    const wrong = mistakeIn(
      each,
      list.slice(0, i).some((other) => isLookup(other) && other.name === name),
    )
    return wrong === null ? [] : [invalidSchema('lookups', name, wrong, hint)]
  })
}

const mistakeIn = ({ name, kinds: of, operands }: CustomLookup, twice: boolean): string | null => {
  if (!wellFormed.test(name)) return "is not a name of lower case words joined by '_'"
  if (builtIn.has(name)) return 'is the name of a lookup that there is already'
  if (functions.has(name)) return 'is the name of a function'
  if (twice) return 'is the name of two lookups'
  if (of.length === 0) return 'is for values of no kind'
  return [...of, ...operands].every((kind) => kinds.includes(kind)) ? null : 'has kinds that are not there'
}

const isLookup = (u: unknown): u is CustomLookup => {
  const {
    name,
    kinds: of,
    operands,
    meaning,
    effort,
    samples,
  } = (typeof u === 'object' && u !== null ? u : {}) as { readonly [part: string]: unknown }
  return (
    typeof name === 'string' &&
    Array.isArray(of) &&
    Array.isArray(operands) &&
    typeof meaning === 'function' &&
    (effort === null || typeof effort === 'function') &&
    Array.isArray(samples)
  )
}
