/**
 * Shrinks lists.
 *
 * @since 0.2.0
 */

/** The list without the items from `start` on. */
export const without = <T>(list: ReadonlyArray<T>, start: number, n = 1): ReadonlyArray<T> => [
  ...list.slice(0, start),
  ...list.slice(start + n),
]

export const replaced = <T>(list: ReadonlyArray<T>, at: number, by: T): ReadonlyArray<T> =>
  list.map((each, i) => (i === at ? by : each))

/** The list with one of its items simplified, for each item. */
export const eachSmaller = <T>(
  list: ReadonlyArray<T>,
  smaller: (each: T) => ReadonlyArray<T>,
): ReadonlyArray<ReadonlyArray<T>> =>
  list.flatMap((each, i) => smaller(each).map((by) => replaced(list, i, by)))

export const eachDropped = <T>(list: ReadonlyArray<T>): ReadonlyArray<ReadonlyArray<T>> =>
  list.map((_, i) => without(list, i))

/** The list without a half, a quarter and so on, down to single items. */
export const portions = <T>(list: ReadonlyArray<T>): ReadonlyArray<ReadonlyArray<T>> => {
  const sizes = Array.from({ length: Math.ceil(Math.log2(list.length + 1)) + 1 }, (_, i) =>
    Math.floor(list.length / 2 ** i),
  ).filter((size, i, all) => size > 0 && all.indexOf(size) === i)
  return sizes.flatMap((size) =>
    Array.from({ length: Math.ceil(list.length / size) }, (_, i) => without(list, i * size, size)),
  )
}

/** In lists longer than this, single items aren't left out. */
export const many = 40

/**
 * The list without parts of it. A short list loses any part. A long list loses its first or last half, quarter and so
 * on, and then a few items at its end, so the fewest necessary items are found quickly.
 */
export const fewer = <T>(list: ReadonlyArray<T>): ReadonlyArray<ReadonlyArray<T>> => {
  if (list.length <= many) return portions(list)
  const steps = Array.from({ length: Math.ceil(Math.log2(list.length)) }, (_, i) =>
    Math.floor(list.length / 2 ** (i + 1)),
  ).filter((n) => n > 0)
  return [[], ...steps.flatMap((n) => [list.slice(0, list.length - n), list.slice(n)])]
}
