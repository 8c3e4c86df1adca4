/**
 * Finds the name that somebody who misspelled one may have meant.
 *
 * @since 0.2.0
 */

/**
 * The name most like the one given, if any is like it at all (by edit distance, at most a third of its length
 * plus one).
 *
 * @since 0.1.0
 */
export const nearest = (name: string, names: ReadonlyArray<string>): string | null => {
  const limit = Math.floor(name.length / 3) + 1
  // The distance is at least the difference in length, and takes long to tell where a name is long.
  const best = names
    .filter((candidate) => Math.abs(candidate.length - name.length) <= limit)
    .reduce<{ readonly name: string | null; readonly distance: number }>(
      (found, candidate) => {
        const distance = editDistance(name, candidate)
        return distance < found.distance ? { name: candidate, distance } : found
      },
      { name: null, distance: limit + 1 },
    )
  return best.name
}

const editDistance = (a: string, b: string): number => {
  const others = [...b]
  const last = [...a].reduce<ReadonlyArray<number>>(
    (above, ca, i) => {
      const row = [i + 1]
      others.forEach((cb, j) =>
        row.push(Math.min((row[j] ?? 0) + 1, (above[j + 1] ?? 0) + 1, (above[j] ?? 0) + (ca === cb ? 0 : 1))),
      )
      return row
    },
    Array.from({ length: others.length + 1 }, (_, j) => j),
  )
  return last.at(-1) ?? 0
}
