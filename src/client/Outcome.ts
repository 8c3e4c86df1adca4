/**
 * What became of each item of a write.
 *
 * @since 0.1.0
 */
import type { Incomplete, ItemFate, QueryError } from '../value/QueryError.js'

/**
 * What became of one item: done, with what it gave; failed, and nothing of it was done; or unknown, because the
 * answer was lost (a time-out is unknown, never failed).
 *
 * @since 0.1.0
 */
export type Item<A> =
  | { readonly _tag: 'done'; readonly value: A }
  | { readonly _tag: 'failed'; readonly error: QueryError }
  | { readonly _tag: 'unknown'; readonly error: QueryError }

/**
 * The items of a write in the caller's order.
 *
 * @since 0.1.0
 */
export type Outcome<A> = ReadonlyArray<Item<A>>

/** @since 0.1.0 */
export const done = <A>(value: A): Item<A> => ({ _tag: 'done', value })

/**
 * An item whose call ended in an error: when trying again may help, it isn't known whether it was done.
 *
 * @since 0.1.0
 */
export const undone = (error: QueryError): Item<never> => ({
  _tag: error.retryable ? 'unknown' : 'failed',
  error,
})

/**
 * An outcome as an error, if anything in it isn't done.
 *
 * @since 0.1.0
 */
export const incomplete = <A>(
  model: string,
  outcome: Outcome<A>,
  keyOf: (value: A) => ItemFate['key'],
): Incomplete | null => {
  const count = (tag: Item<A>['_tag']) => outcome.filter(({ _tag }) => _tag === tag).length
  const failed = count('failed')
  const unknown = count('unknown')
  return failed + unknown === 0
    ? null
    : {
        _tag: 'Incomplete',
        model,
        items: outcome.map((item) =>
          item._tag === 'done'
            ? { _tag: 'done', key: keyOf(item.value), error: null }
            : { _tag: item._tag, key: null, error: item.error },
        ),
        message: `${model}: of ${String(outcome.length)} items ${String(outcome.length - failed - unknown)} were written, ${String(failed)} failed, and of ${String(unknown)} it isn't known`,
        hint: "See 'items', which tells it of each, in the order given.",
        retryable: false,
      }
}
