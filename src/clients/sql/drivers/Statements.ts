/**
 * Statements that a connection keeps prepared, the last ones that were used.
 *
 * @since 0.2.0
 */
import { recent } from '../../../value/recent.js'

/**
 * Gives what was made of a text, and makes it the first time.
 *
 * @since 0.2.0
 */
export const keeping = <S>(make: (text: string) => S, most = 500): ((text: string) => S) => {
  const kept = recent<{ readonly statement: S }>(most)
  return (text) => {
    const known = kept.get(text)
    if (known !== undefined) return known.statement
    const statement = make(text)
    kept.set(text, { statement })
    return statement
  }
}
