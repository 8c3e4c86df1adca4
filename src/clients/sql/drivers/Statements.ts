/**
 * Statements that a connection keeps prepared, the last ones that were used.
 *
 * @since 0.2.0
 */

/**
 * Gives what was made of a text before, or makes it.
 *
 * @since 0.2.0
 */
export const keeping = <S>(make: (text: string) => S, most = 500): ((text: string) => S) => {
  const kept = new Map<string, S>()
  return (text) => {
    const known = kept.get(text)
    const statement = known ?? make(text)
    // What was used last comes last, so that the first is the one to go.
    if (known !== undefined) kept.delete(text)
    kept.set(text, statement)
    const [oldest] = kept.keys()
    if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    return statement
  }
}
