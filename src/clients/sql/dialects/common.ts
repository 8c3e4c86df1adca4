/**
 * Code that several dialects use.
 *
 * @since 0.2.0
 */
import { canonicalJson } from '../../../value/Order.js'
import type { Json, Kind } from '../../../value/Value.js'
import type { Spelled } from '../Dialect.js'
import { sizeOf } from '../Sql.js'

/**
 * The engine's function for a function of the library. `null` if there is none for arguments of these kinds.
 *
 * @since 0.2.0
 */
export type Spelling<A> = (...args: ReadonlyArray<Spelled>) => A | null

/**
 * Whether an expression is short enough to be repeated.
 *
 * @since 0.2.0
 */
export const isShort = ({ sql: text }: Spelled): boolean => sizeOf(text, 13) <= 12

/**
 * Whether text can be sent to a database: it has no NUL and no half of a surrogate pair.
 *
 * @since 0.2.0
 */
export const isSendable = (kind: Kind, value: Json): boolean => {
  if (kind !== 'text' && kind !== 'json') return true
  const text = typeof value === 'string' ? value : kind === 'json' ? canonicalJson(value) : ''
  // Most texts have no surrogates at all, which is found out sooner.
  return (
    (!/[\0\ud800-\udfff]/.test(text) || !/\0|\p{Surrogate}/u.test(text)) &&
    (kind !== 'json' || !/\\u0000|\\ud[89a-f]/iu.test(text))
  )
}

/** The greatest safe integer, and the next one. @since 0.2.0 */
export const greatest = 9007199254740991
