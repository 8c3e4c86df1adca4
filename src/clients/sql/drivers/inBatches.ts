/**
 * Rows that a package gives one at a time, in batches. Packages read from the socket no faster than rows are taken.
 *
 * @since 0.2.0
 */
export async function* inBatches(
  rows: AsyncIterable<unknown>,
  size: number,
): AsyncGenerator<ReadonlyArray<ReadonlyArray<unknown>>> {
  const batch: Array<ReadonlyArray<unknown>> = []
  /* eslint-disable-next-line functional/no-loop-statements -- a batch at a time, in bounded memory */
  for await (const row of rows) {
    // Anything but a row counts as a row without values, which decoding refuses.
    batch.push(isRow(row) ? row : [])
    if (batch.length >= size) yield batch.splice(0)
  }
  if (batch.length > 0) yield batch
}

const isRow = (u: unknown): u is ReadonlyArray<unknown> => Array.isArray(u)
