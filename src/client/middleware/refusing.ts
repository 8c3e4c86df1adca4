import { taskEither as TE } from 'fp-ts'
import { invalidStep } from '../../value/QueryError.js'
import { around } from './around.js'

/**
 * The first of some numbers that is none, by its name; `null` where all are. `undefined` is left to its default.
 *
 * @since 0.2.0
 */
export const noNumber = (numbers: { readonly [name: string]: unknown }): string | null =>
  Object.keys(numbers).find((name) => typeof numbers[name] !== 'number' || Number.isNaN(numbers[name])) ??
  null

/**
 * A middleware that was given an option that can't be: no call goes through.
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
