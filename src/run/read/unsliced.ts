import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'

/**
 * The queryset before its last step, if that step is a slice. Of a slice of a slice, the inner slice stays, since it
 * defines which rows the outer one is taken from.
 *
 * @since 0.1.0
 */
export const unsliced = <R, A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> => {
  const { step, source }: AnyQueryset = queryset
  // A slice keeps the type of the rows.
  return step?._tag === 'slice' && source !== null ? (source as Queryset<R, A, M>) : queryset
}
