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
 * A custom lookup, as data. `lookupOf` creates one. A schema has it in its option `lookups`.
 *
 * @since 0.2.0
 */
export interface CustomLookup {
  readonly name: CustomLookupName
  /** The kinds of the values that the lookup applies to. */
  readonly kinds: ReadonlyArray<Kind>
  /** The kinds of its operands, in order. */
  readonly operands: ReadonlyArray<Kind>
  /** Whether the lookup holds for a value. It is called only if neither the value nor an operand is missing. */
  readonly meaning: (value: Json, ...operands: ReadonlyArray<Json>) => boolean
  /** The number of steps that `meaning` takes, if that is more than one pass over its text. */
  readonly effort: ((value: Json, ...operands: ReadonlyArray<Json>) => number) | null
  /** Lists of operands that the laws kit uses. */
  readonly samples: ReadonlyArray<ReadonlyArray<Json>>
}
