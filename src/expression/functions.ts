/**
 * The functions that expressions can call, by name. The names are those of Django's transforms and functions, in lower
 * case.
 *
 * @since 0.1.0
 */
import { comparisonFunctions } from './functions/comparison.js'
import type { FunctionDef } from './functions/FunctionDef.js'
import { numberFunctions } from './functions/number.js'
import { temporalFunctions } from './functions/temporal.js'
import { textFunctions } from './functions/text.js'

/** @since 0.1.0 */
export const functions: ReadonlyMap<string, FunctionDef> = new Map(
  [...textFunctions, ...numberFunctions, ...temporalFunctions, ...comparisonFunctions].map((each) => [
    each.name,
    each,
  ]),
)
