/**
 * Random expressions computed from a column: every function, conversions and cases.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { kinds, type Kind, type Type } from '../../value/Value.js'
import { functions } from '../../expression/functions.js'
import { castable } from '../../expression/functions/cast.js'
import type { Scope } from '../../expression/Scope.js'
import { isNumber, manyReckoned, reckonedFrom } from './arithmetic.js'
import {
  atom,
  columnAt,
  columnOf,
  constant,
  constantOf,
  type ScopedColumn,
  type Making,
} from './predicates.js'
import { kin, mixedOf } from './pools.js'
import type { ExpressionData, TypedColumn } from '../case/QuerysetData.js'
import { chance, pick, pickOf, times, weighted, type Tape } from './Tape.js'

interface Callable {
  readonly name: string
  readonly args: ReadonlyArray<Kind>
  readonly result: Kind
}

const typeOf = (kind: Kind): Type => ({ kind, nullable: true })

/** The kinds of further arguments to try, by their number. */
const combinations = (kind: Kind, n: number): ReadonlyArray<ReadonlyArray<Kind>> =>
  n === 0
    ? [[]]
    : combinations(kind, n - 1).flatMap((before) =>
        [...new Set<Kind>([kind, 'int', 'text'])].map((each) => [...before, each]),
      )

const known = new Map<Kind, ReadonlyArray<Callable>>()

/** The functions that take a value of a kind first, with each number of arguments. */
const callable = (kind: Kind): ReadonlyArray<Callable> => {
  const before = known.get(kind)
  if (before !== undefined) return before
  const all = [...functions.values()]
    .filter(({ name }) => name !== 'now')
    .flatMap(({ name, arity: [least, most], type }) =>
      times(Math.min(most, 3) - Math.max(1, least) + 1, (i) => Math.max(1, least) + i).flatMap((n) => {
        const args = combinations(kind, n - 1).find((more) => E.isRight(type([kind, ...more].map(typeOf))))
        const result = args === undefined ? null : type([kind, ...args].map(typeOf))
        return args === undefined || result === null || E.isLeft(result)
          ? []
          : [{ name, args, result: result.right.kind }]
      }),
    )
  known.set(kind, all)
  return all
}

// Without durations, so a seed gives the same cases as before there were durations.
const kindsOfCast: ReadonlyArray<Kind> = kinds.filter((kind) => !['uuid', 'json', 'duration'].includes(kind))

const called = (making: Making, name: string, found: ScopedColumn, callable: Callable): TypedColumn =>
  calledOn(making, name, found.kind, columnAt(found.path), callable)

const calledOn = (
  making: Making,
  name: string,
  kindOfFirst: Kind,
  first: ExpressionData,
  { name: method, args, result }: Callable,
): TypedColumn => {
  const { tape } = making
  /** A text to search for usually occurs in the text. */
  const inside =
    first._tag === 'const' && typeof first.value === 'string' && kindOfFirst === 'text'
      ? [...first.value]
      : []
  const argument = (kind: Kind): ExpressionData =>
    kind === 'int' && (kindOfFirst !== 'int' || chance(tape, 60))
      ? constant('int', pick(tape, [1, 2, 0, 3, -1, -2] as const))
      : kind === 'text' && inside.length > 0 && chance(tape, 60)
        ? constant('text', pickOf(tape, inside))
        : constant(kind, constantOf(making, kind))
  return {
    name,
    kind: result,
    expression: { _tag: 'call', name: method, args: [first, ...args.map(argument)] },
  }
}

/** A column with a function applied to it. @since 0.1.0 */
export const computedFrom = (
  making: Making,
  scope: Scope,
  name: string,
  found: ScopedColumn,
): TypedColumn => {
  const { tape } = making
  const at = columnAt(found.path)
  return weighted<() => TypedColumn>(tape, [
    [isNumber(found.kind) ? 3 : 0, () => reckonedFrom(making, scope, name, found)],
    [
      8,
      () => {
        const chosen = pickOf(tape, callable(found.kind))
        return chosen === null
          ? { name, kind: found.kind, expression: at }
          : called(making, name, found, chosen)
      },
    ],
    [
      1,
      () => {
        const to = pick(tape, ['text', ...kindsOfCast.filter((each) => castable(found.kind, each))] as const)
        return { name, kind: to, expression: { _tag: 'cast', to, arg: at } }
      },
    ],
    [
      1,
      () => ({
        name,
        kind: found.kind,
        expression: {
          _tag: 'case',
          branches: [{ when: atom(making, scope), then: at }],
          otherwise: constant(found.kind, constantOf(making, found.kind)),
        },
      }),
    ],
  ])()
}

const kindsOfValues = ['text', 'datetime', 'text', 'date', 'float', 'int', 'decimal', 'time'] as const

/** A function of a constant that occurs in no row. No column of its kind is needed. */
const calledOnValue = (
  making: Making,
  name: string,
  kind: (typeof kindsOfValues)[number] = pick(making.tape, kindsOfValues),
  chosen: Callable | null = pickOf(making.tape, callable(kind)),
): TypedColumn | null => {
  const { tape } = making
  const [value = null] =
    kind === 'text' && chance(tape, 60) ? [twice(tape, mixedOf(tape, 2 + tape.next(8)))] : kin(tape, kind, 1)
  return chosen === null ? null : calledOn(making, name, kind, constant(kind, value), chosen)
}

/** A client may apply a function to the first occurrence only. */
const twice = (tape: Tape, text: string): string => (chance(tape, 40) ? `${text}${text}` : text)

/** One function of many values, another one for each number. @since 0.1.0 */
export const oneComputed = (making: Making, number: number, n: number): ReadonlyArray<TypedColumn> => {
  const all = [...new Set(kindsOfValues)].flatMap((kind) => callable(kind).map((each) => ({ kind, each })))
  const chosen = all[(number * 37) % all.length]
  return times(n, (i) =>
    chosen === undefined ? null : calledOnValue(making, `c${String(i)}`, chosen.kind, chosen.each),
  ).flatMap((each) => (each === null ? [] : [each]))
}

/** A column with several functions applied one after the other, or several columns with one each. @since 0.1.0 */
export const manyComputed = (making: Making, scope: Scope, n: number): ReadonlyArray<TypedColumn> => {
  const { tape } = making
  if (chance(tape, 14)) return manyReckoned(making, chance(tape, 50) ? scope : null, n)
  if (chance(tape, 25))
    return times(2 * n, (i) => calledOnValue(making, `c${String(i)}`)).flatMap((each) =>
      each === null ? [] : [each],
    )
  const same = columnOf(making, scope)
  const all = same === null ? [] : callable(same.kind)
  if (same !== null && all.length > 0 && chance(tape, 65)) {
    const start = tape.next(all.length)
    return times(Math.min(n, all.length), (i) => {
      const chosen = all[(start + i) % all.length]
      return chosen === undefined ? null : called(making, `c${String(i)}`, same, chosen)
    }).flatMap((each) => (each === null ? [] : [each]))
  }
  return times(n, (i) => {
    const found = columnOf(making, scope)
    return found === null ? null : computedFrom(making, scope, `c${String(i)}`, found)
  }).flatMap((each) => (each === null ? [] : [each]))
}
