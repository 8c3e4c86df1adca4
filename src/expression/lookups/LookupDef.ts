import type { either as E } from 'fp-ts'
import type { Meter } from '../../value/Meter.js'
import { kinds, type Json, type Kind } from '../../value/Value.js'
import type { LookupName } from '../Expression.js'
import { commonKind } from '../commonKind.js'

/**
 * Whether a value has a lookup, given the lookup's operands.
 *
 * @since 0.2.0
 */
export type Meaning = (value: Json, ...operands: ReadonlyArray<Json>) => boolean

/**
 * A lookup: a comparison of a value with others.
 *
 * @since 0.2.0
 */
export interface LookupDef {
  readonly name: LookupName
  /** The method of references that asks for it. */
  readonly method: string
  /** How many operands it has, at least and at most. */
  readonly arity: readonly [number, number]
  /** The kinds of the values that have it. */
  readonly kinds: ReadonlyArray<Kind>
  /** The kind of its operand number `i`, for a value of a kind. Operands of other kinds may fit too: see `misfit`. */
  readonly operand: (left: Kind, i: number) => Kind
  /** Why a value and operands of these kinds don't fit; `null` where they do. */
  readonly misfit: (left: Kind, right: ReadonlyArray<Kind>) => string | null
  /** A strict lookup is false where the value or an operand is missing, and its meaning isn't asked for then. */
  readonly strict: boolean
  /** Whether it holds as soon as it holds for one of its operands; its meaning is then given one at a time. */
  readonly any: boolean
  /** The meaning for a value and operands of kinds that fit. It counts what it does beyond looking at text once. */
  readonly meaning: (left: Kind, right: ReadonlyArray<Kind>, meter: Meter) => Meaning
  /**
   * For a lookup whose operand has to be written out as text: what is made of the operand once, or why that can't be
   * done.
   */
  readonly pattern: ((operand: string) => E.Either<string, (value: Json) => boolean>) | null
  /** The lookup that holds for just the other values, where none is missing. */
  readonly negation: LookupName | null
  /** Whether it goes through text character by character, rather than by whole blocks. */
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
