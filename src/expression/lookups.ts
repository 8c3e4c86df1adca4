/**
 * The lookups, by name: those of every schema, whose names are Django's, and a schema's custom lookups.
 *
 * @since 0.2.0
 */
import type { CustomLookup } from '../schema/CustomLookup.js'
import type { Schema } from '../schema/Schema.js'
import { kinds, type Kind } from '../value/Value.js'
import { customLookup } from './lookups/custom.js'
import { equalityLookups } from './lookups/equality.js'
import type { LookupDef } from './lookups/LookupDef.js'
import { orderingLookups } from './lookups/ordering.js'
import { textLookups } from './lookups/text.js'

/**
 * The lookups that every schema has.
 *
 * @since 0.2.0
 */
export const builtIn: ReadonlyMap<string, LookupDef> = new Map(
  [...equalityLookups, ...orderingLookups, ...textLookups].map((each) => [each.name, each]),
)

const byKind = new Map(
  kinds.map((kind) => [kind, [...builtIn.values()].filter((each) => each.kinds.includes(kind))]),
)

const known = new WeakMap<CustomLookup, LookupDef>()

const definitionOf = (custom: CustomLookup): LookupDef => {
  const found = known.get(custom) ?? customLookup(custom)
  known.set(custom, found)
  return found
}

/** The custom lookups of a schema. */
const customOf = ({ lookups }: Schema): ReadonlyArray<LookupDef> =>
  lookups.size === 0 ? [] : [...lookups.values()].map(definitionOf)

/**
 * The lookup with a name, or `null` if the schema lacks it.
 *
 * @since 0.2.0
 */
export const lookupNamed = (schema: Schema, name: string): LookupDef | null => {
  const found = builtIn.get(name)
  if (found !== undefined) return found
  const custom = schema.lookups.get(name)
  return custom === undefined ? null : definitionOf(custom)
}

/**
 * All lookups of a schema.
 *
 * @since 0.2.0
 */
export const lookupsIn = (schema: Schema): ReadonlyArray<LookupDef> => [
  ...builtIn.values(),
  ...customOf(schema),
]

/**
 * The lookups for values of a kind. Without a schema, those that every schema has.
 *
 * @since 0.2.0
 */
export const lookupsOf = (kind: Kind, schema: Schema | null = null): ReadonlyArray<LookupDef> => {
  const own = schema === null ? [] : customOf(schema).filter((each) => each.kinds.includes(kind))
  const common = byKind.get(kind) ?? []
  return own.length === 0 ? common : [...common, ...own]
}
