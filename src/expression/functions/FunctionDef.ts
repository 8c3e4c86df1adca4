import { either as E } from 'fp-ts'
import type { Json, Kind, Type } from '../../value/Value.js'

/**
 * A function that expressions can call.
 *
 * It gives the result's type for arguments of given types (or why they don't fit), and the result. A `strict` function
 * gives a missing value if an argument is missing, and isn't called then. `size` is the largest number of UTF-16 units
 * of the resulting text, if that must be known in advance. `effort` is the number of steps, if that is more than one
 * pass over its arguments.
 *
 * @since 0.1.0
 */
export interface FunctionDef {
  readonly name: string
  /** The smallest and the largest number of arguments. */
  readonly arity: readonly [number, number]
  readonly type: (args: ReadonlyArray<Type>) => E.Either<string, Type>
  readonly strict: boolean
  readonly size?: (args: ReadonlyArray<Json>) => number
  readonly effort?: (args: ReadonlyArray<Json>) => number
  readonly apply: (args: ReadonlyArray<Json>, types: ReadonlyArray<Type>, now: string) => Json
}

/**
 * Whether at least one of some types may be missing.
 *
 * @since 0.1.0
 */
export const anyNullable = (types: ReadonlyArray<Type>): boolean => types.some(({ nullable }) => nullable)

/**
 * The type of a strict function that takes arguments of these kinds, in order.
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
