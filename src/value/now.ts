/** The latest time and its text. Printing a time takes longer than a query of a small table. */
const latest = { at: NaN, text: '' }

/**
 * The current time as text, in UTC, to the millisecond.
 *
 * @since 0.2.0
 */
export const nowText = (): string => {
  const at = Date.now()
  if (at !== latest.at) {
    latest.at = at
    latest.text = new Date(at).toISOString()
  }
  return latest.text
}
