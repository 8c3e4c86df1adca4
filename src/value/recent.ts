/**
 * A store of at most so many values. The value that was used least recently is removed first.
 *
 * @since 0.2.0
 */
export interface Recent<A> {
  readonly get: (key: string) => A | undefined
  readonly set: (key: string, value: A) => void
}

/**
 * An empty store of at most `most` values.
 *
 * @since 0.2.0
 */
export const recent = <A>(most: number): Recent<A> => {
  const kept = new Map<string, A>()
  const newest: { key: string | null } = { key: null }
  return {
    get: (key) => {
      const value = kept.get(key)
      if (value === undefined || key === newest.key) return value
      // The last one used comes last.
      kept.delete(key)
      kept.set(key, value)
      newest.key = key
      return value
    },
    set: (key, value) => {
      kept.delete(key)
      kept.set(key, value)
      newest.key = key
      const [oldest] = kept.keys()
      if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    },
  }
}
