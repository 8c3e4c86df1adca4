/** The time that was told last. Spelling it out takes longer than most questions take between two of them. */
const told = { at: NaN, text: '' }

/**
 * The current time as text, in UTC, to the millisecond.
 *
 * @since 0.2.0
 */
export const nowText = (): string => {
  const at = Date.now()
  if (at !== told.at) {
    told.at = at
    told.text = new Date(at).toISOString()
  }
  return told.text
}
