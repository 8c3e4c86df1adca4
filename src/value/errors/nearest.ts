/**
 * Finds the name that a misspelled name may stand for.
 *
 * @since 0.2.0
 */

/**
 * The most similar name, if one is similar enough: the edit distance is at most a third of the name's length plus one.
 *
 * @since 0.1.0
 */
export const nearest = (name: string, names: ReadonlyArray<string>): string | null => {
  const limit = Math.floor(name.length / 3) + 1
  // The distance is at least the difference in length. This check avoids a slow computation for long names.
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
