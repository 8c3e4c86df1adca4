/**
 * Numbers as people and programs write them: with spaces around, a plus sign, underscores between digits, and digits of
 * any script.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import * as Decimal from '../value/Decimal.js'
import type { Json, Kind } from '../value/Value.js'
import type { ModelColumn } from '../schema/Schema.js'
import { asciiDigits } from './digits.js'
import type { FieldProblem } from './FieldErrors.js'
import { notOf, problem } from './problem.js'
import { stripped } from './stripped.js'

type Read = E.Either<FieldProblem, Json>

/** The maximum number of characters of a number. */
const longest = 1000

const wholeNumber = /^[+-]?\d+$/u
const anyNumber = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/iu
const groupedDigits = /(?<=\d)_(?=\d)/gu

/** The number in ASCII digits, without spaces around it and underscores between digits. */
const plainOf = (text: string): string => stripped(asciiDigits(text)).replace(groupedDigits, '')

/** The text of a number, or text that may contain one. */
const spellingOf = (given: unknown, kind: Kind): E.Either<FieldProblem, string> => {
  if (typeof given === 'string' && given.length > longest)
    return E.left(problem('max_string_length', { limit: longest }))
  return typeof given === 'string' || typeof given === 'number'
    ? E.right(plainOf(String(given)))
    : E.left(notOf(kind))
}

/** @since 0.2.0 */
export const readInt = (given: unknown): Read =>
  E.flatMap(spellingOf(given, 'int'), (text: string): Read => {
    const whole = text.replace(/\.0*$/u, '')
    if (!wholeNumber.test(whole)) return E.left(notOf('int'))
    const value = Number(whole)
    return Number.isSafeInteger(value)
      ? E.right(value + 0)
      : E.left(
          value > 0
            ? problem('max_value', { limit: Number.MAX_SAFE_INTEGER })
            : problem('min_value', { limit: Number.MIN_SAFE_INTEGER }),
        )
  })

/** A whole number without a point, such as a key or a page number. `null` for any other text. @since 0.2.0 */
export const readKeyInt = (text: string): number | null => {
  const digits = text.length > longest ? '' : plainOf(text)
  const value = wholeNumber.test(digits) ? Number(digits) + 0 : Number.NaN
  return Number.isSafeInteger(value) ? value : null
}

/** @since 0.2.0 */
export const readFloat = (given: unknown): Read =>
  typeof given === 'boolean'
    ? E.right(given ? 1 : 0)
    : E.flatMap(spellingOf(given, 'float'), (text: string): Read => {
        const value = anyNumber.test(text) ? Number(text) : Number.NaN
        return Number.isFinite(value) ? E.right(value + 0) : E.left(notOf('float'))
      })

interface Parts {
  readonly digits: string
  readonly exponent: number
}

/** The digits of a number without leading zeros, and the power of ten of the last digit. */
const partsOf = (text: string): Parts => {
  const [mantissa = '', power = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/u, '').split('.')
  return {
    digits: `${whole}${fraction}`.replace(/^0+(?=.)/u, ''),
    exponent: Number(power) - fraction.length,
  }
}

const precisionOf = ({
  digits,
  exponent,
}: Parts): { readonly all: number; readonly whole: number; readonly places: number } =>
  exponent >= 0
    ? { all: digits.length + exponent, whole: digits.length + exponent, places: 0 }
    : digits.length > -exponent
      ? { all: digits.length, whole: digits.length + exponent, places: -exponent }
      : { all: -exponent, whole: 0, places: -exponent }

/**
 * A decimal with the precision of its field. The given places count: `1.500` has three.
 *
 * @since 0.2.0
 */
export const readDecimal = (
  { maxDigits, decimalPlaces }: Pick<ModelColumn['field'], 'maxDigits' | 'decimalPlaces'>,
  given: unknown,
): Read =>
  E.flatMap(spellingOf(given, 'decimal'), (text: string): Read => {
    const value: O.Option<Json> = anyNumber.test(text) ? Decimal.parse(text) : O.none
    if (O.isNone(value)) return E.left(notOf('decimal'))
    const { all, whole, places } = precisionOf(partsOf(text))
    const before = maxDigits === null || decimalPlaces === null ? null : maxDigits - decimalPlaces
    return maxDigits !== null && all > maxDigits
      ? E.left(problem('max_digits', { limit: maxDigits }))
      : decimalPlaces !== null && places > decimalPlaces
        ? E.left(problem('max_decimal_places', { limit: decimalPlaces }))
        : before !== null && whole > before
          ? E.left(problem('max_whole_digits', { limit: before }))
          : E.right(value.value)
  })
