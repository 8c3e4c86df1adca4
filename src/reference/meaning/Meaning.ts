/**
 * What a function means, for the spec: the kind of its result, and the result. Of a strict one it is missing where an
 * argument is, and `of` isn't asked.
 *
 * @since 0.2.0
 */
import type { Json, Kind } from '../../value/Value.js'

/** @since 0.2.0 */
export interface Meaning {
  readonly strict: boolean
  readonly kind: (kinds: ReadonlyArray<Kind>) => Kind
  readonly of: (args: ReadonlyArray<Json>, kinds: ReadonlyArray<Kind>, now: string) => Json
}

/** @since 0.2.0 */
export interface Meanings {
  readonly [name: string]: Meaning
}

/**
 * An argument; those that may be left out are `undefined` then.
 *
 * @since 0.2.0
 */
export type Argument = Json | undefined

/**
 * A scalar as it is printed.
 *
 * @since 0.2.0
 */
export const printed = (x: Argument): string => (typeof x === 'object' ? '' : String(x))

/**
 * A strict function whose result is of one kind, or of that of its first argument.
 *
 * @since 0.2.0
 */
export const strict = (kind: Kind | 'first', of: Meaning['of']): Meaning => ({
  strict: true,
  kind: ([first = 'int']) => (kind === 'first' ? first : kind),
  of,
})

/**
 * The kind that values of some kinds have in common: numbers of several kinds are floats if one is, else decimals.
 *
 * @since 0.2.0
 */
export const common = (kinds: ReadonlyArray<Kind>): Kind => {
  const [first = 'text'] = kinds
  return kinds.every((kind) => kind === first) ? first : kinds.includes('float') ? 'float' : 'decimal'
}
