/**
 * Shortens text for error messages.
 *
 * @since 0.2.0
 */

/**
 * The start of a given text, as an error message includes it.
 *
 * @since 0.2.0
 */
export const shortened = (text: string): string =>
  text.length > longestTold ? `${text.slice(0, longestTold)}…` : text

const longestTold = 500
