/**
 * Lists of values in chunks, as long as a client takes them.
 *
 * @since 0.2.0
 */

/**
 * Values, so many in a chunk at most: one that isn't taken is halved until it is. A single value is a chunk whether it is
 * taken or not.
 *
 * @since 0.2.0
 */
export const chunksOf = <T>(
  values: ReadonlyArray<T>,
  size: number,
  isTaken: (chunk: ReadonlyArray<T>) => boolean = () => true,
): ReadonlyArray<ReadonlyArray<T>> => {
  const found: Array<ReadonlyArray<T>> = []
  const pending = Array.from({ length: Math.ceil(values.length / size) }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  ).reverse()
  /* eslint-disable-next-line functional/no-loop-statements -- halves of halves, in order */
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.length <= 1 || isTaken(next)) found.push(next)
    else {
      const middle = Math.ceil(next.length / 2)
      pending.push(next.slice(middle), next.slice(0, middle))
    }
  }
  return found
}

/**
 * How many of some values are taken at once, whichever these are: as many as there may be, or fewer where they are long.
 * `null` where one of them isn't taken even alone.
 *
 * @since 0.2.0
 */
export const sizeFor = <T>(
  values: ReadonlyArray<T>,
  most: number,
  isTaken: (chunk: ReadonlyArray<T>) => boolean,
): number | null => {
  /* eslint-disable-next-line functional/no-loop-statements -- halved each turn */
  for (let size = most; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    if (chunksOf(values, size).every(isTaken)) return size
  return null
}
