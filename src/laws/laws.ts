import type { Call } from './Case.js'
import type { Subject, Violation } from './Subject.js'
/* @since 0.1.0 */
export const checkLaw = (
  _: Subject,
  __: Extract<Call, { readonly _tag: 'law' }>,
): Promise<Violation | null> => Promise.resolve(null)

/* @since 0.1.0 */
export const lawNames = (_: unknown): ReadonlyArray<string> => []
/* @since 0.1.0 */
export const terminalNames: ReadonlyArray<string> = []
