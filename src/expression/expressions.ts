/**
 * Expressions that are built from other expressions: functions that aren't methods of a reference.
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
 * A constant as an expression: text, a boolean, or a number. A number is a float unless `kind` is given.
 *
 * @example
 * import { autoId, field, pipe, schema, toArray, value, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, name: field.text(), composer: field.nullable(field.text()) } })
 * const client = memory(music, { track: [{ id: 1, name: 'One', composer: null }] })
 * console.log(await pipe(music.track, valuesList((t) => [t.name, value(5, 'int')]), toArray(client))())
 * // => { _tag: 'Right', right: [ [ 'One', 5 ] ] }
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
 * The first value that isn't missing.
 *
 * @example
 * import { autoId, coalesce, field, pipe, schema, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, name: field.text(), composer: field.nullable(field.text()) } })
 * const client = memory(music, { track: [{ id: 1, name: 'One', composer: null }] })
 * console.log(await pipe(music.track, valuesList((t) => coalesce(t.composer, t.name)), toArray(client))())
 * // => { _tag: 'Right', right: [ 'One' ] }
 *
 * @since 0.1.0
 */
export const coalesce = <K extends Kind, A, const L extends ReadonlyArray<Operand<K, A>>>(
  first: Expr<K, A>,
  ...rest: L
): Ref<K, NonNullable<A> | AllNull<A, L>> =>
  variadic('coalesce', first, rest) as Ref<K, NonNullable<A> | AllNull<A, L>>

/**
 * The greatest value. Missing values are ignored.
 *
 * @example
 * import { autoId, field, greatest, pipe, schema, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, name: field.text(), composer: field.nullable(field.text()) } })
 * const client = memory(music, { track: [{ id: 1, name: 'One', composer: null }] })
 * console.log(await pipe(music.track, valuesList((t) => greatest(t.composer, t.name, 'Can')), toArray(client))())
 * // => { _tag: 'Right', right: [ 'One' ] }
 *
 * @since 0.1.0
 */
export const greatest = <K extends Kind, A, const L extends ReadonlyArray<Operand<K, A>>>(
  first: Expr<K, A>,
  ...rest: L
): Ref<K, NonNullable<A> | AllNull<A, L>> =>
  variadic('greatest', first, rest) as Ref<K, NonNullable<A> | AllNull<A, L>>

/**
 * The smallest value. Missing values are ignored.
 *
 * @example
 * import { autoId, field, least, pipe, schema, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, name: field.text(), composer: field.nullable(field.text()) } })
 * const client = memory(music, { track: [{ id: 1, name: 'One', composer: null }] })
 * console.log(await pipe(music.track, valuesList((t) => least(t.composer, t.name, 'Can')), toArray(client))())
 * // => { _tag: 'Right', right: [ 'Can' ] }
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
 * The first value, or a missing value if both are equal.
 *
 * @example
 * import { autoId, field, nullIf, pipe, schema, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, name: field.text(), composer: field.nullable(field.text()) } })
 * const client = memory(music, { track: [{ id: 1, name: 'One', composer: null }] })
 * console.log(await pipe(music.track, valuesList((t) => nullIf(t.name, 'One')), toArray(client))())
 * // => { _tag: 'Right', right: [ null ] }
 *
 * @since 0.1.0
 */
export const nullIf = <K extends Kind, A>(first: Expr<K, A>, second: Operand<K, A>): Ref<K, A | null> =>
  call('nullif', [part(first[kindOf], first), part(first[kindOf], second)]) as Ref<K, A | null>

/**
 * Joins texts. Missing texts are ignored.
 *
 * @example
 * import { autoId, coalesce, concat, field, pipe, schema, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, name: field.text(), composer: field.nullable(field.text()) } })
 * const client = memory(music, { track: [{ id: 1, name: 'One', composer: null }] })
 * console.log(await pipe(music.track, valuesList((t) => concat(t.name, ' by ', coalesce(t.composer, '?'))), toArray(client))())
 * // => { _tag: 'Right', right: [ 'One by ?' ] }
 *
 * @since 0.1.0
 */
export const concat = (...texts: ReadonlyArray<string | Expr<'text', any>>): TextRef<string> =>
  call(
    'concat',
    texts.map((text) => part('text', text)),
  ) as TextRef<string>

/**
 * Converts the value to another kind. A value that can't be converted becomes missing.
 *
 * @example
 * import { autoId, cast, field, pipe, schema, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, name: field.text(), composer: field.nullable(field.text()) } })
 * const client = memory(music, { track: [{ id: 1, name: 'One', composer: null }] })
 * console.log(await pipe(music.track, valuesList((t) => cast(t.id, 'text')), toArray(client))())
 * // => { _tag: 'Right', right: [ '1' ] }
 *
 * @since 0.1.0
 */
export const cast = <K extends Kind>(expression: Expr, to: K): Ref<K, ValueOf[K] | null> =>
  toRef({ _tag: 'cast', to, arg: expression[node] }, to)

/**
 * The time at which the query runs. It is the same for all rows.
 *
 * @example
 * import { autoId, count, field, filter, now, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, made: field.datetime() } })
 * const client = memory(music, { track: [{ id: 1, made: '2024-03-01T12:00:00Z' }] })
 * console.log(await pipe(music.track, filter((t) => t.made.lt(now())), count(client))()) // => { _tag: 'Right', right: 1 }
 *
 * @since 0.1.0
 */
export const now = (): DateTimeRef<DateTime> => call('now', []) as DateTimeRef<DateTime>

type Branch<K extends Kind> = readonly [Predicate, Expr<Alike<K>, any>]
type BranchValue<B> = B extends readonly [any, Expr<any, infer A>] ? A : never

/**
 * The value of the first branch whose predicate holds, or else `otherwise`, or a missing value if that isn't given. The
 * kind is that of the first branch that is a reference, or else of a constant.
 *
 * @example
 * import { autoId, caseWhen, field, pipe, schema, toArray, value, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, name: field.text(), composer: field.nullable(field.text()) } })
 * const client = memory(music, { track: [{ id: 1, name: 'One', composer: null }] })
 * console.log(await pipe(music.track, valuesList((t) => caseWhen([[t.composer.isNull(), value('unknown')]], t.composer)), toArray(client))())
 * // => { _tag: 'Right', right: [ 'unknown' ] }
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
 * @example
 * import { autoId, field, pipe, schema, test, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, name: field.text(), composer: field.nullable(field.text()) } })
 * const client = memory(music, { track: [{ id: 1, name: 'One', composer: null }] })
 * console.log(await pipe(music.track, valuesList((t) => test(t.composer.isNull())), toArray(client))())
 * // => { _tag: 'Right', right: [ true ] }
 *
 * @since 0.1.0
 */
export const test = (predicate: Predicate): Ref<'boolean', boolean> =>
  toRef({ _tag: 'test', predicate }, 'boolean')

/**
 * A boolean value as a predicate. A missing value is false.
 *
 * @example
 * import { autoId, count, field, filter, holds, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, live: field.nullable(field.boolean()) } })
 * const client = memory(music, { track: [{ id: 1, live: true }, { id: 2, live: null }] })
 * console.log(await pipe(music.track, filter((t) => holds(t.live)), count(client))()) // => { _tag: 'Right', right: 1 }
 *
 * @since 0.1.0
 */
export const holds = (expression: Expr<'boolean', boolean | null>): Predicate => ({
  _tag: 'holds',
  expression: expression[node],
})

/**
 * Calls a function by name, for functions that aren't methods of a reference (`sin`, `degrees`, `chr`, …). `kind` is
 * that of its result. An unknown name, or operands that don't fit, are an `InvalidField`.
 *
 * @example
 * import { autoId, field, func, pipe, schema, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ track: { id: autoId, name: field.text(), composer: field.nullable(field.text()) } })
 * const client = memory(music, { track: [{ id: 1, name: 'One', composer: null }] })
 * console.log(await pipe(music.track, valuesList(() => func('chr', 'text', 65)), toArray(client))())
 * // => { _tag: 'Right', right: [ 'A' ] }
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

/** A value that isn't a name is reported as an unknown function. */
const textOf = (name: unknown): string => (typeof name === 'string' ? name : `a ${typeof name}`)

// The kinds with values of this type, or any kind if the type isn't known.
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
 * The single column of a queryset's first row, or a missing value if it has no row. Rows without an order are sorted by
 * key, as for a slice. `kind` is that of the column. The queryset's callbacks can refer to the row around it.
 *
 * @example
 * import { autoId, belongsTo, field, filter, orderBy, pipe, schema, slice, subquery, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({
 *   album: { id: autoId, title: field.text() },
 *   track: { id: autoId, name: field.text(), album: belongsTo('album') },
 * })
 * const client = memory(music, { album: [{ id: 1, title: 'War' }], track: [{ id: 1, name: 'Drowning Man', album: 1 }] })
 * const last = pipe(
 *   music.album,
 *   valuesList((a) =>
 *     subquery('text', pipe(music.track, filter((t) => t.album.eq(a.id)), orderBy((t) => [t.id.desc()]), slice(0, 1), valuesList((t) => t.name))),
 *   ),
 * )
 * console.log(await toArray(client)(last)()) // => { _tag: 'Right', right: [ 'Drowning Man' ] }
 *
 * @since 0.1.0
 */
export const subquery = <A, const K extends KindsOf<A>>(kind: K, query: QuerysetLike<A>): Ref<K, A | null> =>
  toRef({ _tag: 'subquery', query }, kind)
