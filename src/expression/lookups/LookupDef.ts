import type { either as E } from 'fp-ts'
import type { Meter } from '../../value/Meter.js'
import { kinds, type Json, type Kind } from '../../value/Value.js'
import type { LookupName } from '../Expression.js'
import { commonKind } from '../commonKind.js'

/**
 * Whether a lookup holds for a value, given the lookup's operands.
 *
 * @since 0.2.0
 */
export type LookupMeaning = (value: Json, ...operands: ReadonlyArray<Json>) => boolean

/**
 * A lookup: a comparison of a value with others.
 *
 * @since 0.2.0
 */
export interface LookupDef {
  readonly name: LookupName
  /** The name of its method on references. */
  readonly method: string
  /** The smallest and the largest number of operands. */
  readonly arity: readonly [number, number]
  /** The kinds of the values that it applies to. */
  readonly kinds: ReadonlyArray<Kind>
  /** The kind of operand number `i`, for a value of a kind. Operands of other kinds may fit too. See `misfit`. */
  readonly operand: (left: Kind, i: number) => Kind
  /** Why a value and operands of these kinds don't fit, or `null` if they do. */
  readonly misfit: (left: Kind, right: ReadonlyArray<Kind>) => string | null
  /** A strict lookup is false if the value or an operand is missing. Its meaning isn't called then. */
  readonly strict: boolean
  /** Whether it holds if it holds for one of its operands. Its meaning then gets one operand at a time. */
  readonly any: boolean
  /** The meaning for a value and operands of kinds that fit. It counts work beyond one look at the text. */
  readonly meaning: (left: Kind, right: ReadonlyArray<Kind>, meter: Meter) => LookupMeaning
  /**
   * For a lookup whose operand has to be written out as text: what is made of the operand once, or why that can't be
   * done.
   */
  readonly pattern: ((operand: string) => E.Either<string, (value: Json) => boolean>) | null
  /** The lookup that holds exactly for the other values, if nothing is missing. */
  readonly negation: LookupName | null
  /** Whether it reads text character by character, instead of in whole blocks. */
  readonly byCharacter: boolean
}

/**
 * The parts of a lookup that most lookups share.
 *
 * @since 0.2.0
 */
export const usual = { arity: [1, 1], strict: true, any: false, pattern: null, negation: null } as const

/* Operands that compare with the value: of its kind, or numbers. */

/** @since 0.2.0 */
export const comparable = (of: ReadonlyArray<Kind>): Pick<LookupDef, 'kinds' | 'operand' | 'misfit'> => ({
  kinds: of,
  operand: (left) => left,
  misfit: (left, right) => {
    const other = right.find((kind) => commonKind([left, kind]) === null)
    return other !== undefined
      ? `compares ${left} with ${other}`
      : of.includes(left)
        ? null
        : `${left} has no order`
  },
})

/* Text with text operands. */

/** @since 0.2.0 */
export const textual: Pick<LookupDef, 'kinds' | 'operand' | 'misfit'> = {
  kinds: ['text'],
  operand: () => 'text',
  misfit: (left, right) => {
    const other = [left, ...right].find((kind) => kind !== 'text')
    return other === undefined ? null : `compares text, not ${other}`
  },
}

/** The kinds whose values have an order. @since 0.2.0 */
export const orderedKinds: ReadonlyArray<Kind> = kinds.filter((kind) => kind !== 'json')
