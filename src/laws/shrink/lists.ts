/**
 * Lists, made smaller.
 *
 * @since 0.2.0
 */

/** The list without its members from `start` on. */
export const without = <T>(list: ReadonlyArray<T>, start: number, n = 1): ReadonlyArray<T> => [
  ...list.slice(0, start),
  ...list.slice(start + n),
]

export const replaced = <T>(list: ReadonlyArray<T>, at: number, by: T): ReadonlyArray<T> =>
  list.map((each, i) => (i === at ? by : each))

/** The list with each of its members put more simply in turn. */
export const eachSmaller = <T>(
  list: ReadonlyArray<T>,
  smaller: (each: T) => ReadonlyArray<T>,
): ReadonlyArray<ReadonlyArray<T>> =>
  list.flatMap((each, i) => smaller(each).map((by) => replaced(list, i, by)))

export const eachDropped = <T>(list: ReadonlyArray<T>): ReadonlyArray<ReadonlyArray<T>> =>
  list.map((_, i) => without(list, i))

/** The list without halves, quarters and so on of it, down to single members. */
export const portions = <T>(list: ReadonlyArray<T>): ReadonlyArray<ReadonlyArray<T>> => {
  const sizes = Array.from({ length: Math.ceil(Math.log2(list.length + 1)) + 1 }, (_, i) =>
    Math.floor(list.length / 2 ** i),
  ).filter((size, i, all) => size > 0 && all.indexOf(size) === i)
  return sizes.flatMap((size) =>
    Array.from({ length: Math.ceil(list.length / size) }, (_, i) => without(list, i * size, size)),
  )
}

/** Of more than so many, not each is left out by itself. */
export const many = 40

/**
 * The list without parts of it: any part of a short one; of a long one the first or last half and so on, and so many
 * from its end that the fewest that are needed are found soon.
 */
export const fewer = <T>(list: ReadonlyArray<T>): ReadonlyArray<ReadonlyArray<T>> => {
  if (list.length <= many) return portions(list)
  const steps = Array.from({ length: Math.ceil(Math.log2(list.length)) }, (_, i) =>
    Math.floor(list.length / 2 ** (i + 1)),
  ).filter((n) => n > 0)
  return [[], ...steps.flatMap((n) => [list.slice(0, list.length - n), list.slice(n)])]
}
