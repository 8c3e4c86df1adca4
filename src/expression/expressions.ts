/**
 * Expressions made of expressions: the functions that belong to no single reference.
 *
 * @since 0.1.0
 */
import type {
  DateText,
  DateTime,
  Decimal,
  Duration,
  Json,
  Kind,
  TimeText,
  Uuid,
  ValueOf,
} from '../value/Value.js'
import { call, constant, isExpr, toRef } from './toRef.js'
import {
  kindOf,
  node,
  type Alike,
  type DateTimeRef,
  type Expr,
  type Operand,
  type Predicate,
  type QuerysetLike,
  type Ref,
  type TextRef,
} from './Ref.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

const part = (kind: Kind, value: unknown) =>
  isExpr(value)
    ? { expression: value[node], kind: value[kindOf] }
    : { expression: constant(kind, value), kind }

type NullOf<L> = L extends Expr<any, infer A> ? Extract<A, null> : never
type AllNull<A, L extends ReadonlyArray<unknown>> = null extends A
  ? L extends ReadonlyArray<infer B>
    ? [B] extends [never]
      ? null
      : HasSolid<L>
    : null
  : never
type HasSolid<L extends ReadonlyArray<unknown>> = L extends readonly [infer B, ...infer Rest]
  ? [NullOf<B>] extends [never]
    ? never
    : HasSolid<Rest>
  : null

type KindOfValue<X> = X extends string
  ? 'text'
  : X extends boolean
    ? 'boolean'
    : X extends number
      ? 'float'
      : never

/**
 * A constant as an expression: text, a boolean, or a number (a float unless it is told otherwise by `kind`).
 *
 * @since 0.1.0
 */
export const value = <const X extends string | number | boolean, K extends Kind = KindOfValue<X>>(
  constantValue: X,
  kind?: K,
): Ref<NoInfer<K>, ValueOf[NoInfer<K>]> => {
  const own: Kind =
    kind ??
    (typeof constantValue === 'string' ? 'text' : typeof constantValue === 'boolean' ? 'boolean' : 'float')
  // `K` is `kind`, or what the value's own type says.
  return toRef(constant(own, constantValue), own) as unknown as Ref<K, ValueOf[K]>
}

/**
 * The first of them that isn't missing.
 *
 * @since 0.1.0
 */
export const coalesce = <K extends Kind, A, const L extends ReadonlyArray<Operand<K, A>>>(
  first: Expr<K, A>,
  ...rest: L
): Ref<K, NonNullable<A> | AllNull<A, L>> =>
  variadic('coalesce', first, rest) as Ref<K, NonNullable<A> | AllNull<A, L>>

/**
 * The greatest of them; missing values are left out.
 *
 * @since 0.1.0
 */
export const greatest = <K extends Kind, A, const L extends ReadonlyArray<Operand<K, A>>>(
  first: Expr<K, A>,
  ...rest: L
): Ref<K, NonNullable<A> | AllNull<A, L>> =>
  variadic('greatest', first, rest) as Ref<K, NonNullable<A> | AllNull<A, L>>

/**
 * The least of them; missing values are left out.
 *
 * @since 0.1.0
 */
export const least = <K extends Kind, A, const L extends ReadonlyArray<Operand<K, A>>>(
  first: Expr<K, A>,
  ...rest: L
): Ref<K, NonNullable<A> | AllNull<A, L>> =>
  variadic('least', first, rest) as Ref<K, NonNullable<A> | AllNull<A, L>>

const variadic = (name: string, first: Expr, rest: ReadonlyArray<unknown>): unknown =>
  call(name, [part(first[kindOf], first), ...rest.map((other) => part(first[kindOf], other))])

/**
 * Missing where both are equal, else the first.
 *
 * @since 0.1.0
 */
export const nullIf = <K extends Kind, A>(first: Expr<K, A>, second: Operand<K, A>): Ref<K, A | null> =>
  call('nullif', [part(first[kindOf], first), part(first[kindOf], second)]) as Ref<K, A | null>

/**
 * The texts one after the other; missing ones are left out.
 *
 * @since 0.1.0
 */
export const concat = (...texts: ReadonlyArray<string | Expr<'text', any>>): TextRef<string> =>
  call(
    'concat',
    texts.map((text) => part('text', text)),
  ) as TextRef<string>

/**
 * The value as another kind; what can't be converted is missing.
 *
 * @since 0.1.0
 */
export const cast = <K extends Kind>(expression: Expr, to: K): Ref<K, ValueOf[K] | null> =>
  toRef({ _tag: 'cast', to, arg: expression[node] }, to)

/**
 * The instant at which the query is run, the same for all of its rows.
 *
 * @since 0.1.0
 */
export const now = (): DateTimeRef<DateTime> => call('now', []) as DateTimeRef<DateTime>

type Branch<K extends Kind> = readonly [Predicate, Expr<Alike<K>, any>]
type BranchValue<B> = B extends readonly [any, Expr<any, infer A>] ? A : never

/**
 * The value of the first branch whose predicate holds, else `otherwise` (missing when it isn't given). The kind is
 * that of the first branch that is a reference, or of its constant.
 *
 * @since 0.1.0
 */
export const caseWhen = <
  K extends Kind,
  A,
  const B extends ReadonlyArray<Branch<K>>,
  const O extends Expr<Alike<K>, any> | null = null,
>(
  branches: readonly [readonly [Predicate, Expr<K, A>], ...B],
  otherwise?: O,
): Ref<NoInfer<K>, A | BranchValue<B[number]> | (O extends Expr<any, infer C> ? C : null)> => {
  const kind = branches[0][1][kindOf]
  return toRef(
    {
      _tag: 'case',
      branches: branches.map(([when, then]) => ({ when, then: then[node] })),
      otherwise: isExpr(otherwise) ? otherwise[node] : constant(kind, null),
    },
    kind,
  )
}

/**
 * A predicate as a boolean value, to annotate or project.
 *
 * @since 0.1.0
 */
export const test = (predicate: Predicate): Ref<'boolean', boolean> =>
  toRef({ _tag: 'test', predicate }, 'boolean')

/**
 * A boolean value as a predicate: false where it is missing.
 *
 * @since 0.1.0
 */
export const holds = (expression: Expr<'boolean', boolean | null>): Predicate => ({
  _tag: 'holds',
  expression: expression[node],
})

/**
 * A function by its name, for those that no reference has as a method (`sin`, `degrees`, `chr`, …). `kind` is that
 * of its result. An unknown name, or operands that don't fit, are an `InvalidField`.
 *
 * @since 0.1.0
 */
export const func = <K extends Kind>(
  name: string,
  kind: K,
  ...args: ReadonlyArray<Expr | string | number>
): Ref<K, ValueOf[K] | null> =>
  toRef(
    {
      _tag: 'call',
      name: textOf(name),
      args: args.map((arg) =>
        isExpr(arg)
          ? arg[node]
          : constant(typeof arg === 'string' ? 'text' : Number.isSafeInteger(arg) ? 'int' : 'float', arg),
      ),
    },
    kind,
  )

/** What is not a name is told as a function that isn't there. */
const textOf = (name: unknown): string => (typeof name === 'string' ? name : `a ${typeof name}`)

// The kinds whose values are of this type; where nothing is known of the type, any.
type KindsOf<A> = unknown extends A
  ? Kind
  : [Json] extends [A | null]
    ? 'json'
    : A extends Decimal
      ? 'decimal'
      : A extends DateText
        ? 'date'
        : A extends TimeText
          ? 'time'
          : A extends DateTime
            ? 'datetime'
            : A extends Duration
              ? 'duration'
              : A extends Uuid
                ? 'uuid'
                : A extends string
                  ? 'text'
                  : A extends number
                    ? 'int' | 'float'
                    : A extends boolean
                      ? 'boolean'
                      : never

/**
 * The single column of a queryset's first row; missing where it has none. Rows without an order are taken by key, as
 * a slice takes them. `kind` is that of the column. Its callbacks may speak of the row around it.
 *
 * @since 0.1.0
 */
export const subquery = <A, const K extends KindsOf<A>>(kind: K, query: QuerysetLike<A>): Ref<K, A | null> =>
  toRef({ _tag: 'subquery', query }, kind)
