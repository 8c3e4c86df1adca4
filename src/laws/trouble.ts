import type { Call } from './Case.js'
import type { Subject, Violation } from './Subject.js'
/* @since 0.1.0 */
export const checkFaulty = (
  _: Subject,
  __: Extract<Call, { readonly _tag: 'faulty' }>,
): Promise<Violation | null> => Promise.resolve(null)
/* @since 0.1.0 */
export const checkOverlap = (
  _: Subject,
  __: Extract<Call, { readonly _tag: 'overlap' }>,
): Promise<Violation | null> => Promise.resolve(null)
