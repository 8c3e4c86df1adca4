/**
 * What became of each item of a write.
 *
 * @since 0.1.0
 */
import type { Incomplete, ItemFate, QueryError, Rest } from '../value/QueryError.js'
import type { Write } from '../value/Write.js'
import { narrowedOrder } from './writeOrder.js'

/**
 * What became of one item. Done: it has a result. Failed: nothing of it was done. Unknown: the answer was lost. A
 * time-out is always unknown, never failed.
 *
 * @since 0.1.0
 */
export type Item<A> =
  | { readonly _tag: 'done'; readonly value: A }
  | { readonly _tag: 'failed'; readonly error: QueryError }
  | { readonly _tag: 'unknown'; readonly error: QueryError }

/**
 * The items of a write, in the caller's order.
 *
 * @since 0.1.0
 */
export type Outcome<A> = ReadonlyArray<Item<A>>

/** @since 0.1.0 */
export const done = <A>(value: A): Item<A> => ({ _tag: 'done', value })

/**
 * An item whose call ended in an error. If a retry may help, it is unknown whether the item was done.
 *
 * @since 0.1.0
 */
export const undone = (error: QueryError): Item<never> => ({
  _tag: error.retryable ? 'unknown' : 'failed',
  error,
})

/**
 * Whether an item that isn't done can be written again. A failed item left nothing behind. An update or a delete has
 * the same effect when it is done twice. A create of unknown fate may have created its row already.
 *
 * @since 0.1.0
 */
export const again = (tag: Write['_tag'], item: { readonly _tag: ItemFate['_tag'] }): boolean =>
  item._tag === 'failed' || (item._tag === 'unknown' && tag !== 'create')

/**
 * The items of an outcome, without their results.
 *
 * @since 0.1.0
 */
export const fatesOf = <A>(
  outcome: Outcome<A>,
  keyOf: (value: A) => ItemFate['key'],
): ReadonlyArray<ItemFate> =>
  outcome.map((item) =>
    item._tag === 'done'
      ? { _tag: 'done', key: keyOf(item.value), error: null }
      : { _tag: item._tag, key: null, error: item.error },
  )

/**
 * Some of the items of a write.
 *
 * @since 0.1.0
 */
export const narrowed = (write: Write, positions: ReadonlyArray<number>): Write => {
  const some = <A>(all: ReadonlyArray<A>): ReadonlyArray<A> => positions.flatMap((i) => all.slice(i, i + 1))
  switch (write._tag) {
    case 'create':
      return { ...write, rows: some(write.rows) }
    case 'update':
      return {
        ...write,
        changes: some(write.changes),
        ...(write.order === undefined ? {} : { order: narrowedOrder(write.order, positions) }),
      }
    case 'delete':
      return {
        ...write,
        keys: some(write.keys),
        ...(write.expect === undefined ? {} : { expect: some(write.expect) }),
      }
  }
}

const nothingLeft: Rest = { positions: [], writes: [] }

/**
 * The error for items of which at least one isn't done, or `null`. `write` is what was asked for, and `later` is what
 * was to follow; without them, nothing can be resumed. `places` are the positions of the write's items among all items,
 * if the write has only some of them.
 *
 * @since 0.1.0
 */
export const unfinished = (
  model: string,
  items: ReadonlyArray<ItemFate>,
  write: Write | null = null,
  later: ReadonlyArray<Write> = [],
  places: ReadonlyArray<number> = items.map((_, i) => i),
): Incomplete | null => {
  const count = (tag: ItemFate['_tag']) => items.filter(({ _tag }) => _tag === tag).length
  const failed = count('failed')
  const unknown = count('unknown')
  return failed + unknown === 0
    ? null
    : {
        _tag: 'Incomplete',
        model,
        items,
        rest: () => {
          if (write === null) return nothingLeft
          const open = places.flatMap((place, i) => {
            const item = items[place]
            return item !== undefined && again(write._tag, item) ? [{ place, i }] : []
          })
          return {
            positions: open.map(({ place }) => place),
            writes: [
              narrowed(
                write,
                open.map(({ i }) => i),
              ),
              ...later,
            ],
          }
        },
        message: `${model}: of ${String(items.length)} items ${String(items.length - failed - unknown)} were written, ${String(failed)} failed, and of ${String(unknown)} it isn't known`,
        hint: "See 'items', which tells it of each, in the order given; 'resume' goes on with what is safe to do again.",
        retryable: false,
      }
}
