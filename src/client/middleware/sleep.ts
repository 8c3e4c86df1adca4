/**
 * Waits, in milliseconds. Tests give a clock of their own.
 *
 * @since 0.1.0
 */
export type Sleep = (milliseconds: number) => Promise<void>

/** @since 0.1.0 */
export const sleep: Sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))
