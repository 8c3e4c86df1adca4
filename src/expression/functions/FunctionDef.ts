import { either as E } from 'fp-ts'
import type { Json, Kind, Type } from '../../value/Value.js'

/**
 * A function that expressions can call: the result's type for arguments of given types (or why they don't fit), and
 * the result. A `strict` function is missing where an argument is, and isn't called then. `size` tells of how many UTF-16
 * units the text will be at most, where that is to be known before it is made; `effort` how many steps it takes, where
 * that is more than going through its arguments.
 *
 * @since 0.1.0
 */
export interface FunctionDef {
  readonly name: string
  /** How many arguments, at least and at most. */
  readonly arity: readonly [number, number]
  readonly type: (args: ReadonlyArray<Type>) => E.Either<string, Type>
  readonly strict: boolean
  readonly size?: (args: ReadonlyArray<Json>) => number
  readonly effort?: (args: ReadonlyArray<Json>) => number
  readonly apply: (args: ReadonlyArray<Json>, types: ReadonlyArray<Type>, now: string) => Json
}

/**
 * Whether one of some types may be missing.
 *
 * @since 0.1.0
 */
export const anyNullable = (types: ReadonlyArray<Type>): boolean => types.some(({ nullable }) => nullable)

/**
 * The type of a strict function that takes arguments of these kinds, in turn.
 *
 * @since 0.1.0
 */
export const takes =
  (kinds: ReadonlyArray<ReadonlyArray<Kind>>, result: Kind | ((first: Kind) => Kind), partial = false) =>
  (types: ReadonlyArray<Type>): E.Either<string, Type> => {
    const misfit = types.findIndex(({ kind }, i) => kinds[i]?.includes(kind) !== true)
    const first = types[0]?.kind ?? 'text'
    return misfit === -1
      ? E.right({
          kind: typeof result === 'string' ? result : result(first),
          nullable: partial || anyNullable(types),
        })
      : E.left(
          `takes ${kinds[misfit]?.join(', ') ?? 'no more'} as argument ${String(misfit + 1)}, not ${types[misfit]?.kind ?? ''}`,
        )
  }

/* What `type` lets through is of the kinds that it says: the casts in the tables of functions rest on that. */
