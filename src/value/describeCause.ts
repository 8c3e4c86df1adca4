/**
 * What was thrown, in words. Anything can be thrown, even what has no text.
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
