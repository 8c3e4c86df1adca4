/**
 * The meaning of a function, for the specification: the kind of its result, and the result. The result of a strict
 * function is missing if an argument is missing, and `of` isn't called.
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
 * An argument. One that was left out is `undefined`.
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
 * A strict function whose result has a fixed kind, or the kind of its first argument.
 *
 * @since 0.2.0
 */
export const strict = (kind: Kind | 'first', of: Meaning['of']): Meaning => ({
  strict: true,
  kind: ([first = 'int']) => (kind === 'first' ? first : kind),
  of,
})

/**
 * The common kind of several values. Numbers of several kinds are floats if one is a float, and decimals otherwise.
 *
 * @since 0.2.0
 */
export const common = (kinds: ReadonlyArray<Kind>): Kind => {
  const [first = 'text'] = kinds
  return kinds.every((kind) => kind === first) ? first : kinds.includes('float') ? 'float' : 'decimal'
}
