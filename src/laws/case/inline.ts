/**
 * Prints a value on one line.
 *
 * @since 0.1.0
 */
export const inline = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))
