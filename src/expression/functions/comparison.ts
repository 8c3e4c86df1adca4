import { either as E } from 'fp-ts'
import { compare } from '../../value/Order.js'
import type { Json, Kind, Type } from '../../value/Value.js'
import { commonKind } from '../commonKind.js'
import { castValue } from './cast.js'
import type { FunctionDef } from './FunctionDef.js'

const common = (types: ReadonlyArray<Type>): Kind | null => commonKind(types.map(({ kind }) => kind))

const ofOneKind =
  (
    nullable: (types: ReadonlyArray<Type>) => boolean,
    kind: (types: ReadonlyArray<Type>) => Kind | null = common,
  ) =>
  (types: ReadonlyArray<Type>): E.Either<string, Type> => {
    const together = common(types) === null ? null : kind(types)
    return together === null
      ? E.left(`takes values of one kind, not ${types.map((type) => type.kind).join(' and ')}`)
      : E.right({ kind: together, nullable: nullable(types) || loses(types) })
  }

/** A decimal may be too large for a float. */
const loses = (types: ReadonlyArray<Type>): boolean =>
  common(types) === 'float' && types.some(({ kind }) => kind === 'decimal')

const allNullable = (types: ReadonlyArray<Type>): boolean => types.every(({ nullable }) => nullable)

/** The arguments that are there, and can be, in the kind that they have in common. */
const solid = (args: ReadonlyArray<Json>, types: ReadonlyArray<Type>): ReadonlyArray<Json> => {
  const kind = common(types)
  return args.flatMap((arg, i) => {
    const from = types[i]?.kind
    const value = arg === null || kind === null || from === undefined ? null : castValue(from, kind, arg)
    return value === null ? [] : [value]
  })
}

const extreme = (name: string, better: (order: number) => boolean): FunctionDef => ({
  name,
  arity: [1, Infinity],
  type: ofOneKind(allNullable),
  strict: false,
  apply: (args, types) => {
    const order = compare(common(types) ?? 'text')
    const there = solid(args, types)
    return there.length === 0 ? null : there.reduce((a, b) => (better(order(b, a)) ? b : a))
  },
})

/**
 * Functions of values of any kind.
 *
 * @since 0.1.0
 */
export const comparisonFunctions: ReadonlyArray<FunctionDef> = [
  {
    name: 'coalesce',
    arity: [1, Infinity],
    type: ofOneKind(allNullable),
    strict: false,
    apply: (args, types) => solid(args, types)[0] ?? null,
  },
  extreme('greatest', (order) => order > 0),
  extreme('least', (order) => order < 0),
  {
    name: 'nullif',
    arity: [2, 2],
    type: ofOneKind(
      () => true,
      (types) => types[0]?.kind ?? null,
    ),
    strict: false,
    apply: ([a, b], types) => {
      const [x, y] = solid([a ?? null, b ?? null], types)
      const equal = x !== undefined && y !== undefined && compare(common(types) ?? 'text')(x, y) === 0
      return equal ? null : (a ?? null)
    },
  },
]
