import { either as E } from 'fp-ts'
import { compare } from '../../value/Order.js'
import type { Json, Kind, Type } from '../../value/Value.js'
import { commonKind } from '../commonKind.js'
import { castType, castValue } from './cast.js'
import type { FunctionDef } from './FunctionDef.js'

const common = (types: ReadonlyArray<Type>): Kind | null => commonKind(types.map(({ kind }) => kind))

/** Of values of one kind: missing where all are, or can't be brought to the kind that they have in common. */
const ofOneKind = (types: ReadonlyArray<Type>): E.Either<string, Type> => {
  const kind = common(types)
  return kind === null
    ? E.left(`takes values of one kind, not ${types.map((type) => type.kind).join(' and ')}`)
    : E.right({ kind, nullable: types.every((type) => castType(type, kind).nullable) })
}

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
  type: ofOneKind,
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
    type: ofOneKind,
    strict: false,
    apply: (args, types) => solid(args, types)[0] ?? null,
  },
  extreme('greatest', (order) => order > 0),
  extreme('least', (order) => order < 0),
  {
    name: 'nullif',
    arity: [2, 2],
    type: (types) =>
      E.map(({ kind }: Type): Type => ({ kind: types[0]?.kind ?? kind, nullable: true }))(ofOneKind(types)),
    strict: false,
    apply: ([a, b], types) => {
      const [x, y] = solid([a ?? null, b ?? null], types)
      const equal = x !== undefined && y !== undefined && compare(common(types) ?? 'text')(x, y) === 0
      return equal ? null : (a ?? null)
    },
  },
]
