/**
 * Random arithmetic: nested operators on numbers of several kinds, with rounding functions and conversions. It finds
 * clients that drop brackets, or divide or round differently.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import { functions } from '../../expression/functions.js'
import type { Scope } from '../../expression/Scope.js'
import {
  atom,
  columnAt,
  columnOf,
  constant,
  constantOf,
  type ScopedColumn,
  type Making,
} from './predicates.js'
import type { PredicateData, ExpressionData, TypedColumn } from '../case/QuerysetData.js'
import { chance, pick, times, weighted, type Tape } from './Tape.js'

/** @since 0.2.0 */
export const isNumber = (kind: Kind): boolean => kind === 'int' || kind === 'float' || kind === 'decimal'

/** A number, or an expression that computes one, with its kind. @since 0.2.0 */
export interface Numeric {
  readonly kind: Kind
  readonly expression: ExpressionData
}

/** Small numbers of either sign. Halves distinguish the ways to round. */
const ints = [2, 3, 1, 7, -1, -2, -7, 10, 5, 0, -3] as const
const floats = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.1, 3, -7] as const
const decimals = ['0.5', '1.5', '2.5', '-0.5', '-2.5', '0.1', '3', '-7', '1.25', '0.05'] as const

/** A small number of a kind. @since 0.2.0 */
export const smallNumber = (tape: Tape, kind: Kind): Json =>
  kind === 'decimal' ? pick(tape, decimals) : kind === 'float' ? pick(tape, floats) : pick(tape, ints)

const leafOf = (making: Making, scope: Scope | null): Numeric => {
  const { tape } = making
  const found = scope !== null && chance(tape, 60) ? columnOf(making, scope, isNumber) : null
  if (found !== null) return { kind: found.kind, expression: columnAt(found.path) }
  const kind = pick(tape, ['int', 'int', 'int', 'decimal', 'float'] as const)
  return { kind, expression: constant(kind, smallNumber(tape, kind)) }
}

/** Applies a function of numbers. `null` if the function doesn't take them. */
const called = (name: string, args: ReadonlyArray<Numeric>): Numeric | null => {
  const type = functions.get(name)?.type(args.map(({ kind }) => ({ kind, nullable: true })))
  return type === undefined || E.isLeft(type)
    ? null
    : {
        kind: type.right.kind,
        expression: { _tag: 'call', name, args: args.map(({ expression }) => expression) },
      }
}

const operators = ['sub', 'add', 'mul', 'div', 'mod', 'sub', 'div'] as const

const unary = ['neg', 'abs', 'round', 'ceil', 'floor', 'sign'] as const

const binary = ['coalesce', 'nullif', 'greatest', 'least'] as const

/** Applies an operator to two numbers, which may be expressions too. */
const operation = (making: Making, scope: Scope | null, depth: number): Numeric => {
  const { tape } = making
  const inner = (): Numeric => numberOf(making, scope, depth - 1)
  const leaf = (): Numeric => leafOf(making, scope)
  const [left, right] = pick(tape, [
    () => [leaf(), inner()],
    () => [inner(), leaf()],
    () => [inner(), inner()],
  ] as const)()
  const first = left ?? leaf()
  return called(pick(tape, operators), [first, right ?? leaf()]) ?? first
}

/** A number, or a number computed in at most so many steps. @since 0.2.0 */
export const numberOf = (making: Making, scope: Scope | null, depth: number): Numeric => {
  const { tape } = making
  if (depth <= 0) return leafOf(making, scope)
  const inner = (): Numeric => numberOf(making, scope, depth - 1)
  return weighted<() => Numeric>(tape, [
    [12, () => operation(making, scope, depth)],
    [
      3,
      () => {
        const one = inner()
        return called(pick(tape, unary), [one]) ?? one
      },
    ],
    [
      1,
      () => {
        const one = inner()
        return called(pick(tape, binary), [one, leafOf(making, scope)]) ?? one
      },
    ],
    [
      1,
      () => {
        const to = pick(tape, ['int', 'float', 'decimal'] as const)
        return { kind: to, expression: { _tag: 'cast', to, arg: inner().expression } }
      },
    ],
    [scope === null ? 0 : 1, () => (scope === null ? inner() : branchOf(making, scope, inner()))],
  ])()
}

/** A case: a number if a condition holds, otherwise another one or none. */
const branchOf = (making: Making, scope: Scope, { kind, expression }: Numeric): Numeric => {
  const { tape } = making
  const otherwise = chance(tape, 35) ? null : smallNumber(tape, kind)
  return {
    kind,
    expression: {
      _tag: 'case',
      branches: [{ when: atom(making, scope), then: expression }],
      otherwise: constant(kind, otherwise),
    },
  }
}

/** Arithmetic on a column. @since 0.2.0 */
export const reckonedFrom = (
  making: Making,
  scope: Scope,
  name: string,
  found: ScopedColumn,
): TypedColumn => {
  const { tape } = making
  const own: Numeric = { kind: found.kind, expression: columnAt(found.path) }
  const other = numberOf(making, scope, 1)
  const both = chance(tape, 50) ? [own, other] : [other, own]
  return { name, ...(called(pick(tape, operators), both) ?? own) }
}

/** Columns of nested arithmetic. @since 0.2.0 */
export const manyReckoned = (making: Making, scope: Scope | null, n: number): ReadonlyArray<TypedColumn> =>
  times(n, (i) => ({ name: `c${String(i)}`, ...numberOf(making, scope, 2) }))

/** The same operators and numbers, with other brackets or swapped operands. */
const nearly = (tape: Tape, x: ExpressionData): ExpressionData => {
  if (x._tag !== 'call' || x.args.length !== 2) return x
  const [a, b] = x.args
  if (a === undefined || b === undefined) return x
  if (b._tag === 'call' && b.args.length === 2 && chance(tape, 70)) {
    const [c, d] = b.args
    return c === undefined || d === undefined ? x : { ...b, args: [{ ...x, args: [a, c] }, d] }
  }
  if (a._tag === 'call' && a.args.length === 2 && chance(tape, 70)) {
    const [c, d] = a.args
    return c === undefined || d === undefined ? x : { ...a, args: [c, { ...x, args: [d, b] }] }
  }
  return { ...x, args: [b, a] }
}

const comparing: ReadonlyArray<LookupName> = ['lt', 'gte', 'exact', 'gt', 'lte', 'in', 'range']

/**
 * Compares a computed number with the same numbers in another order, with a column, or with a constant.
 *
 * @since 0.2.0
 */
export const reckonedCondition = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const { kind, expression } = numberOf(making, scope, 2)
  const other = (): ExpressionData =>
    weighted<() => ExpressionData>(tape, [
      [3, () => constant(kind, smallNumber(tape, kind))],
      [2, () => nearly(tape, expression)],
      [1, () => numberOf(making, scope, 1).expression],
      [1, () => constant(kind, constantOf(making, kind))],
      [
        2,
        () => {
          const like = pick(tape, ['float', 'decimal', 'int'] as const)
          return constant(like, smallNumber(tape, like))
        },
      ],
    ])()
  const name = pick(tape, ['gt', ...comparing] as const)
  const test: PredicateData = {
    _tag: 'lookup',
    name,
    left: expression,
    right: times(name === 'range' ? 2 : name === 'in' ? 1 + tape.next(3) : 1, other),
  }
  return chance(tape, 20) ? { _tag: 'not', predicate: test } : test
}
