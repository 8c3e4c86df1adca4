import type { Kind } from '../value/Value.js'

const numeric = (kind: Kind): boolean => kind === 'int' || kind === 'float' || kind === 'decimal'

/**
 * The kind that values of these kinds have in common, if there is one. Numbers of different kinds have the wider one.
 *
 * @since 0.2.0
 */
export const commonKind = (kinds: ReadonlyArray<Kind>): Kind | null => {
  const [first] = kinds
  return first === undefined
    ? null
    : kinds.every((kind) => kind === first)
      ? first
      : kinds.every(numeric)
        ? kinds.includes('float')
          ? 'float'
          : 'decimal'
        : null
}
