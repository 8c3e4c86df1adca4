/**
 * Shortens text that an error repeats.
 *
 * @since 0.2.0
 */

/**
 * Text that somebody gave, as an error repeats it: no more than its beginning where it is long.
 *
 * @since 0.2.0
 */
export const shortened = (text: string): string =>
  text.length > longestTold ? `${text.slice(0, longestTold)}…` : text

const longestTold = 500
