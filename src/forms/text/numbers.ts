/**
 * Numbers as people type them: digits of any script, spaces around, a sign, `_` between digits. A comma is never a
 * part of a number, since it means one thing here and another there.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import * as Decimal from '../../value/Decimal.js'
import type { Json } from '../../value/Value.js'
import { asciiDigits } from '../../serializers/digits.js'
import { stripped } from './stripped.js'
import { problem, type Problem } from '../Problem.js'

/** No number that is taken is longer, however many needless zeros it has. */
const longest = 2000

const intSpelling = /^[+-]?\d+(?:_\d+)*$/u
const numberSpelling = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/iu
const groupedDigits = /(?<=\d)_(?=\d)/gu

const plain = (text: string): string | null =>
  text.length > longest ? null : asciiDigits(stripped(text)).replace(groupedDigits, '')

/**
 * A whole number as a key is spelled: without a point.
 *
 * @since 0.2.0
 */
export const parseKeyInt = (text: string): number | null => {
  const digits = text.length > longest ? '' : asciiDigits(stripped(text))
  if (!intSpelling.test(digits)) return null
  const n = Number(digits.replaceAll('_', '')) + 0
  return Number.isSafeInteger(n) ? n : null
}

/**
 * A whole number; `'7.0'` is one, too.
 *
 * @since 0.2.0
 */
export const parseInt = (text: string): E.Either<Problem, Json> => {
  const n = parseKeyInt(withoutZeros(text))
  return n === null ? E.left(problem('invalid', { kind: 'int' })) : E.right(n)
}

/** Without a point and the zeros behind it. */
const withoutZeros = (text: string): string => {
  const point = text.lastIndexOf('.')
  return point >= 0 && /^0*$/u.test(stripped(text.slice(point + 1))) ? text.slice(0, point) : text
}

/**
 * A number; infinities and NaN are none.
 *
 * @since 0.2.0
 */
export const parseFloat = (text: string): E.Either<Problem, Json> => {
  const spelled = plain(text)
  const n = spelled !== null && numberSpelling.test(spelled) ? Number(spelled) + 0 : Number.NaN
  return Number.isFinite(n) ? E.right(n) : E.left(problem('invalid', { kind: 'float' }))
}

/**
 * How a decimal may be written.
 *
 * @since 0.2.0
 */
export interface DecimalLimits {
  readonly maxDigits: number | null
  readonly decimalPlaces: number | null
}

/**
 * An exact decimal. Digits are counted as they were typed: `'1.500'` has three decimal places.
 *
 * @since 0.2.0
 */
export const parseDecimal =
  ({ maxDigits, decimalPlaces }: DecimalLimits) =>
  (text: string): E.Either<Problem, Json> => {
    const spelled = plain(text)
    if (spelled === null || !numberSpelling.test(spelled))
      return E.left(problem('invalid', { kind: 'decimal' }))
    const { digits, places } = counted(spelled)
    if (maxDigits !== null && digits > maxDigits) return E.left(problem('max_digits', { limit: maxDigits }))
    if (decimalPlaces !== null && places > decimalPlaces)
      return E.left(problem('max_decimal_places', { limit: decimalPlaces }))
    if (maxDigits !== null && decimalPlaces !== null && digits - places > maxDigits - decimalPlaces)
      return E.left(problem('max_whole_digits', { limit: maxDigits - decimalPlaces }))
    return O.match(
      (): E.Either<Problem, Json> => E.left(problem('invalid', { kind: 'decimal' })),
      (decimal: Json): E.Either<Problem, Json> => E.right(decimal),
    )(Decimal.parse(spelled))
  }

/** How many digits a spelling has, all of them and behind the point, as it stands: only zeros in front don't count. */
const counted = (spelled: string): { readonly digits: number; readonly places: number } => {
  const [mantissa = '', power = '0'] = spelled.replace(/^[+-]/u, '').toLowerCase().split('e')
  const [whole = '', part = ''] = mantissa.split('.')
  const significant = `${whole}${part}`.replace(/^0+(?=\d)/u, '')
  const exponent = Number(power) - part.length
  if (exponent >= 0) return { digits: significant.length + exponent, places: 0 }
  const places = -exponent
  return { digits: Math.max(significant.length, places), places }
}
