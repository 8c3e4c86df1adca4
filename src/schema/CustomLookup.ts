import type { Json, Kind } from '../value/Value.js'

/** @since 0.2.0 */
export interface CustomLookupBrand {
  readonly CustomLookup: unique symbol
}

/**
 * The name of a custom lookup.
 *
 * @since 0.2.0
 */
export type CustomLookupName = string & CustomLookupBrand

/**
 * A custom lookup, as data. `lookupOf` makes one; a schema carries it in its option `lookups`.
 *
 * @since 0.2.0
 */
export interface CustomLookup {
  readonly name: CustomLookupName
  /** The kinds of the values that have it. */
  readonly kinds: ReadonlyArray<Kind>
  /** The kinds of its operands, in order. */
  readonly operands: ReadonlyArray<Kind>
  /** Whether a value has it. It is asked only where neither the value nor an operand is missing. */
  readonly meaning: (value: Json, ...operands: ReadonlyArray<Json>) => boolean
  /** How many steps the meaning takes, where that is more than going through its text once. */
  readonly effort: ((value: Json, ...operands: ReadonlyArray<Json>) => number) | null
  /** Lists of operands that the laws kit asks with. */
  readonly samples: ReadonlyArray<ReadonlyArray<Json>>
}
