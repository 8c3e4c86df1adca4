import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'

/**
 * The queryset before its last slice, where that is its last step. A slice of a slice keeps the first one, which says
 * what it is a slice of.
 *
 * @since 0.1.0
 */
export const unsliced = <R, A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> => {
  const { step, source }: AnyQueryset = queryset
  // A slice keeps the type of the rows.
  return step?._tag === 'slice' && source !== null ? (source as Queryset<R, A, M>) : queryset
}
