/**
 * The functions of fp-ts that combine programs, so that a first program needs no other import.
 *
 * @since 0.2.0
 */
import { function as F } from 'fp-ts'

/**
 * Passes a value through functions, one after the other: `pipe(a, f, g)` is `g(f(a))`. It is the function of fp-ts.
 *
 * @example
 * import { pipe } from 'queryset-ts'
 * console.log(pipe(2, (n) => n + 1, String)) // => 3
 *
 * @since 0.2.0
 */
export const pipe: typeof F.pipe = F.pipe

/**
 * Combines functions into one: `flow(f, g)` is `(a) => g(f(a))`. It is the function of fp-ts.
 *
 * @example
 * import { flow } from 'queryset-ts'
 * console.log(flow((n: number) => n + 1, String)(2)) // => 3
 *
 * @since 0.2.0
 */
export const flow: typeof F.flow = F.flow
