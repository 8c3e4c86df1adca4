/**
 * Splits lists of values into chunks that a client takes.
 *
 * @since 0.2.0
 */

/**
 * Splits values into chunks of at most `most` values. A chunk that the client doesn't take is halved until it does. A
 * single value is a chunk whether the client takes it or not.
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
 * The number of values that the client takes at once, whichever values these are. It is the largest possible number, or
 * fewer if the values are long. `null` if the client doesn't take one of them even alone.
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
