import type { AnyQueryset, Queryset } from '../queryset/Queryset.js'

/**
 * The queryset before its last slices.
 *
 * @since 0.1.0
 */
export const unsliced = <R, A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at: AnyQueryset = queryset
  /* eslint-disable-next-line functional/no-loop-statements -- a queryset can have any number of steps */
  while (at.step?._tag === 'slice' && at.source !== null) at = at.source
  // A slice keeps the type of the rows.
  return at as Queryset<R, A, M>
}
