/**
 * Calls `each` for every item, for `most` of them at a time. The results have the order of the items.
 *
 * @since 0.1.0
 */
export const bounded = async <A, B>(
  most: number,
  items: ReadonlyArray<A>,
  each: (item: A, index: number) => Promise<B>,
): Promise<ReadonlyArray<B>> => {
  const results = new Array<B>(items.length)
  // The workers share one iterator, so each item is taken once.
  const left = items.entries()
  const work = async (): Promise<void> => {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn an item, until none is left */
    for (const [index, item] of left) results[index] = await each(item, index)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work))
  return results
}
