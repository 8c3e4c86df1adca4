import type { Predicate } from '../expression/Expression.js'
import type { AnyQueryset } from './Queryset.js'

const tags: ReadonlySet<unknown> = new Set([
  'lookup',
  'inQuery',
  'and',
  'or',
  'xor',
  'not',
  'some',
  'exists',
  'holds',
])

/**
 * The predicate that a callback returned, or `null` if it returned something else.
 *
 * @since 0.1.0
 */
export const predicateOf = (returned: unknown): Predicate<AnyQueryset> | null =>
  typeof returned === 'object' && returned !== null && '_tag' in returned && tags.has(returned._tag)
    ? // Each of these tags belongs to a predicate, and to nothing else.
      (returned as Predicate<AnyQueryset>)
    : null
