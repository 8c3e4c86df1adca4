import { taskEither as TE } from 'fp-ts'
import { invalidStep } from '../../value/QueryError.js'
import { around } from './around.js'

/**
 * The name of the first value that is not a number, or `null` if all are numbers. An `undefined` value stands for its
 * default.
 *
 * @since 0.2.0
 */
export const noNumber = (numbers: { readonly [name: string]: unknown }): string | null =>
  Object.keys(numbers).find((name) => typeof numbers[name] !== 'number' || Number.isNaN(numbers[name])) ??
  null

/**
 * A middleware with an invalid option: every call fails.
 *
 * @since 0.2.0
 */
export const refusing = (middleware: string, option: string, expected = 'a number') =>
  around(() =>
    TE.left(
      invalidStep(
        middleware,
        0,
        `the option '${option}' is not ${expected}`,
        `Give ${expected} for '${option}'.`,
      ),
    ),
  )
