/**
 * Describes a thrown value. Any value can be thrown, even one that can't be converted to text.
 *
 * @since 0.1.0
 */
export const describeCause = (cause: unknown): string => {
  if (cause instanceof Error) return cause.message
  try {
    return String(cause)
  } catch {
    return 'an object'
  }
}
