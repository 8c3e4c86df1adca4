/**
 * The lookups, by name. The names are Django's.
 *
 * @since 0.2.0
 */
import { kinds, type Kind } from '../value/Value.js'
import { equalityLookups } from './lookups/equality.js'
import type { LookupDef } from './lookups/LookupDef.js'
import { orderingLookups } from './lookups/ordering.js'
import { textLookups } from './lookups/text.js'

/** @since 0.2.0 */
export const lookups: ReadonlyMap<string, LookupDef> = new Map(
  [...equalityLookups, ...orderingLookups, ...textLookups].map((each) => [each.name, each]),
)

const byKind = new Map(
  kinds.map((kind) => [kind, [...lookups.values()].filter((each) => each.kinds.includes(kind))]),
)

/**
 * The lookups that values of a kind have.
 *
 * @since 0.2.0
 */
export const lookupsOf = (kind: Kind): ReadonlyArray<LookupDef> => byKind.get(kind) ?? []
