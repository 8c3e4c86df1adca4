/**
 * References: the typed names with which callbacks refer to a row's columns and relations.
 *
 * A reference has the kind `K` and the type `A` of its values. It offers the lookups and functions of its kind. If the
 * value may be missing, `A` includes `null`.
 *
 * @since 0.1.0
 */
import type { DateText, DateTime, Decimal, Duration, Kind, TimeText, Uuid, ValueOf } from '../value/Value.js'
import type { Expression, OrderKey as OrderKeyNode, Predicate as PredicateNode } from './Expression.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

declare const typeOf: unique symbol
declare const rowOf: unique symbol
declare const modelOf: unique symbol
declare const relationOf: unique symbol
declare const targetOf: unique symbol

/**
 * Where a reference keeps its expression.
 *
 * @since 0.1.0
 */
export const node: unique symbol = Symbol('expression')

/**
 * Where a reference keeps the kind of its values.
 *
 * @since 0.1.0
 */
export const kindOf: unique symbol = Symbol('kind')

/**
 * What an expression needs to know of a queryset: `A` is the type of its rows, `M` their model.
 *
 * @since 0.1.0
 */
export interface QuerysetLike<out A = unknown, out M = unknown> {
  readonly _tag: 'Queryset'
  readonly [rowOf]?: A
  readonly [modelOf]?: M
}

/** @since 0.1.0 */
export type Predicate = PredicateNode<QuerysetLike>

/** @since 0.1.0 */
export type OrderKey = OrderKeyNode<QuerysetLike>

/**
 * An expression of kind `K` with values of type `A`.
 *
 * @since 0.1.0
 */
export interface Expr<out K extends Kind = Kind, out A = unknown> {
  readonly [node]: Expression<QuerysetLike>
  readonly [kindOf]: K
  readonly [typeOf]?: A
}

/** The kinds that can be compared with, and used in arithmetic with, a kind. @since 0.1.0 */
export type Alike<K extends Kind> = K extends 'int' | 'float' | 'decimal' ? 'int' | 'float' | 'decimal' : K

type Wide<K extends Kind, B> = K extends 'decimal'
  ? B extends Decimal
    ? Decimal | `${number}` | number
    : B
  : K extends 'date'
    ? B extends DateText
      ? DateText | `${number}-${number}-${number}`
      : B
    : K extends 'time'
      ? B extends TimeText
        ? TimeText | `${number}:${number}` | `${number}:${number}:${number}`
        : B
      : K extends 'datetime'
        ? B extends DateTime
          ? DateTime | Date | `${number}-${number}-${number}T${string}`
          : B
        : K extends 'duration'
          ? B extends Duration
            ? | Duration
              | `${number}:${number}`
              | `${number}:${number}:${number}`
              | `${number} ${number}:${number}:${number}`
            : B
          : K extends 'uuid'
            ? B extends Uuid
              ? Uuid | string
              : B
            : B

/**
 * The input for a value of this kind and type: `'0.99'` for a decimal, `'2021-06-15'` for a date, a `Date` for a
 * datetime.
 *
 * @since 0.1.0
 */
export type Input<K extends Kind, A> = Wide<K, Exclude<A, null>>

/** A value, or an expression of a kind that can be compared with this one. @since 0.1.0 */
export type Operand<K extends Kind, A> = Input<K, A> | Expr<Alike<K>, any>

/** @since 0.1.0 */
export interface OrderOptions {
  readonly nulls?: 'first' | 'last'
}

type Null<A> = Extract<A, null>

/** The methods of every reference. @since 0.1.0 */
export interface AnyRef<in out K extends Kind, in out A> extends Expr<K, A> {
  /** Equal to the value. `eq(null)` is `isNull()`. */
  readonly eq: (value: Operand<K, A> | Null<A>) => Predicate
  /**
   * Equal to one of the values, which may include columns of the row, or to a value of a queryset with one column. A
   * missing value never matches.
   */
  readonly in: (values: ReadonlyArray<Operand<K, A>> | QuerysetLike<NonNullable<A> | null>) => Predicate
  /** The value is missing. */
  readonly isNull: () => Predicate
  /** Smallest first. Missing values come last unless `nulls` says otherwise. */
  readonly asc: (options?: OrderOptions) => OrderKey
  /** Greatest first. Missing values come first unless `nulls` says otherwise. */
  readonly desc: (options?: OrderOptions) => OrderKey
}

/** The methods of references to values with an order. @since 0.1.0 */
export interface OrderedRef<in out K extends Kind, in out A> extends AnyRef<K, A> {
  readonly gt: (value: Operand<K, A>) => Predicate
  readonly gte: (value: Operand<K, A>) => Predicate
  readonly lt: (value: Operand<K, A>) => Predicate
  readonly lte: (value: Operand<K, A>) => Predicate
  /** Between the two values, both included. */
  readonly range: (from: Operand<K, A>, to: Operand<K, A>) => Predicate
}

type Str = string | Expr<'text', any>
type Num = number | Expr<'int', any>

/** The methods of references to text. Lookups with a leading `i` ignore case, code point by code point. @since 0.1.0 */
export interface TextRef<in out A> extends OrderedRef<'text', A> {
  readonly iexact: (value: Str) => Predicate
  readonly contains: (value: Str) => Predicate
  readonly icontains: (value: Str) => Predicate
  readonly startswith: (value: Str) => Predicate
  readonly istartswith: (value: Str) => Predicate
  readonly endswith: (value: Str) => Predicate
  readonly iendswith: (value: Str) => Predicate
  /** Matches the regular expression, in JavaScript's syntax with the `u` flag. */
  readonly regex: (pattern: string) => Predicate
  readonly iregex: (pattern: string) => Predicate
  /** The number of code points. */
  readonly length: () => NumberRef<'int', number | Null<A>>
  readonly lower: () => TextRef<string | Null<A>>
  readonly upper: () => TextRef<string | Null<A>>
  readonly trim: () => TextRef<string | Null<A>>
  readonly ltrim: () => TextRef<string | Null<A>>
  readonly rtrim: () => TextRef<string | Null<A>>
  readonly reverse: () => TextRef<string | Null<A>>
  readonly left: (length: Num) => TextRef<string | Null<A>>
  readonly right: (length: Num) => TextRef<string | Null<A>>
  /** The text from position `start`, counted from 1. */
  readonly substr: (start: Num, length?: Num) => TextRef<string | Null<A>>
  readonly replace: (old: Str, by: Str) => TextRef<string | Null<A>>
  readonly repeat: (times: Num) => TextRef<string | null>
  readonly lpad: (length: Num, fill?: Str) => TextRef<string | null>
  readonly rpad: (length: Num, fill?: Str) => TextRef<string | null>
  /** The position of `part`, counted from 1, or 0 if it isn't found. */
  readonly strindex: (part: Str) => NumberRef<'int', number | Null<A>>
  /** The code point of the first character. */
  readonly ord: () => NumberRef<'int', number | null>
}

type Numeric = 'int' | 'float' | 'decimal'
type Widest<K extends Kind, L> = K extends 'float'
  ? 'float'
  : L extends Expr<'float', any>
    ? 'float'
    : K extends 'decimal'
      ? 'decimal'
      : L extends Expr<'decimal', any>
        ? 'decimal'
        : L extends Expr<'int', any>
          ? K
          : L extends number
            ? K
            : K
type NumberOf<K extends Kind, N> = K extends Numeric ? NumberRef<K, ValueOf[K] | N> : never
type Floating<K extends Kind> = K extends 'decimal' ? 'decimal' : 'float'
type AsNumber<K extends Kind> = number | Expr<Numeric, any> | (K extends 'decimal' ? `${number}` : never)

/**
 * The methods of references to numbers. The division of ints rounds towards zero. An operation without a result gives a
 * missing value: a division by zero, the root of a negative number, an int out of the safe range.
 *
 * @since 0.1.0
 */
export interface NumberRef<in out K extends Numeric, in out A> extends OrderedRef<K, A> {
  readonly plus: <L extends AsNumber<K>>(other: L) => NumberOf<Widest<K, L>, null>
  readonly minus: <L extends AsNumber<K>>(other: L) => NumberOf<Widest<K, L>, null>
  readonly times: <L extends AsNumber<K>>(other: L) => NumberOf<Widest<K, L>, null>
  readonly dividedBy: <L extends AsNumber<K>>(other: L) => NumberOf<Widest<K, L>, null>
  /** The remainder, with the sign of the dividend. */
  readonly mod: <L extends AsNumber<K>>(other: L) => NumberOf<Widest<K, L>, null>
  readonly negated: () => NumberRef<K, ValueOf[K] | Null<A>>
  readonly abs: () => NumberRef<K, ValueOf[K] | Null<A>>
  readonly ceil: () => NumberRef<K, ValueOf[K] | Null<A>>
  readonly floor: () => NumberRef<K, ValueOf[K] | Null<A>>
  readonly round: (places?: number) => NumberRef<K, ValueOf[K] | Null<A>>
  readonly sign: () => NumberRef<K, ValueOf[K] | Null<A>>
  readonly power: (exponent: AsNumber<K>) => NumberOf<Floating<K>, null>
  readonly sqrt: () => NumberOf<Floating<K>, null>
  readonly exp: () => NumberOf<Floating<K>, null>
  readonly ln: () => NumberOf<Floating<K>, null>
}

/** The units to which a date can be truncated. @since 0.1.0 */
export type DateUnit = 'year' | 'quarter' | 'month' | 'week' | 'day'
/** The units to which a datetime can be truncated. @since 0.1.0 */
export type DateTimeUnit = DateUnit | 'hour' | 'minute' | 'second'

interface Calendar<in out A> {
  readonly year: () => NumberRef<'int', number | Null<A>>
  readonly isoYear: () => NumberRef<'int', number | Null<A>>
  readonly quarter: () => NumberRef<'int', number | Null<A>>
  readonly month: () => NumberRef<'int', number | Null<A>>
  /** The ISO week, 1 to 53. */
  readonly week: () => NumberRef<'int', number | Null<A>>
  readonly day: () => NumberRef<'int', number | Null<A>>
  /** 1 is Sunday, 7 is Saturday. */
  readonly weekDay: () => NumberRef<'int', number | Null<A>>
  /** 1 is Monday, 7 is Sunday. */
  readonly isoWeekDay: () => NumberRef<'int', number | Null<A>>
}

interface Clock<in out A> {
  readonly hour: () => NumberRef<'int', number | Null<A>>
  readonly minute: () => NumberRef<'int', number | Null<A>>
  /** Whole seconds. */
  readonly second: () => NumberRef<'int', number | Null<A>>
}

/** The methods of references to dates. @since 0.1.0 */
export interface DateRef<in out A> extends OrderedRef<'date', A>, Calendar<A> {
  readonly trunc: (unit: DateUnit) => DateRef<DateText | Null<A>>
}

/** The methods of references to times. @since 0.1.0 */
export interface TimeRef<in out A> extends OrderedRef<'time', A>, Clock<A> {
  readonly trunc: (unit: 'hour' | 'minute' | 'second') => TimeRef<TimeText | Null<A>>
}

/** The methods of references to datetimes, all in UTC. @since 0.1.0 */
export interface DateTimeRef<in out A> extends OrderedRef<'datetime', A>, Calendar<A>, Clock<A> {
  readonly date: () => DateRef<DateText | Null<A>>
  readonly time: () => TimeRef<TimeText | Null<A>>
  readonly trunc: (unit: DateTimeUnit) => DateTimeRef<DateTime | Null<A>>
}

/** The reference to values of a kind and type. @since 0.1.0 */
export type Ref<K extends Kind, A> = K extends 'text'
  ? TextRef<A>
  : K extends Numeric
    ? NumberRef<K, A>
    : K extends 'date'
      ? DateRef<A>
      : K extends 'time'
        ? TimeRef<A>
        : K extends 'datetime'
          ? DateTimeRef<A>
          : K extends 'json'
            ? AnyRef<K, A>
            : OrderedRef<K, A>

/** Aggregates over the rows of a to-many relation, or of a group. @since 0.1.0 */
export interface Aggregates<out R> {
  /** The number of rows. */
  readonly count: (options?: { readonly filter?: (row: R) => Predicate }) => NumberRef<'int', number>
  /** The number of values. Missing values aren't counted. */
  readonly countOf: (
    value: (row: R) => Expr,
    options?: { readonly distinct?: boolean; readonly filter?: (row: R) => Predicate },
  ) => NumberRef<'int', number>
  /**
   * The sum. If a sum of ints is beyond 2^53, it is missing, since no int can hold it. `sum((r) => cast(r.n,
   * 'decimal'))` is exact.
   */
  readonly sum: <K extends Numeric, const O extends AggregateOptions<R, ValueOf[K]>>(
    value: (row: R) => Expr<K, any>,
    options?: O,
  ) => NumberOf<K, Defaulted<O>>
  readonly avg: <K extends Numeric, const O extends AggregateOptions<R, ValueOf[Floating<K>]>>(
    value: (row: R) => Expr<K, any>,
    options?: O,
  ) => NumberOf<Floating<K>, Defaulted<O>>
  readonly min: <K extends Kind, A, const O extends AggregateOptions<R, A>>(
    value: (row: R) => Expr<K, A>,
    options?: O,
  ) => Ref<K, NonNullable<A> | Defaulted<O>>
  readonly max: <K extends Kind, A, const O extends AggregateOptions<R, A>>(
    value: (row: R) => Expr<K, A>,
    options?: O,
  ) => Ref<K, NonNullable<A> | Defaulted<O>>
  /** The population form, unless `sample` is true. */
  readonly stddev: <K extends Numeric, const O extends SampleOptions<R, ValueOf[Floating<K>]>>(
    value: (row: R) => Expr<K, any>,
    options?: O,
  ) => NumberOf<Floating<K>, Defaulted<O>>
  /** The population form, unless `sample` is true. */
  readonly variance: <K extends Numeric, const O extends SampleOptions<R, ValueOf[Floating<K>]>>(
    value: (row: R) => Expr<K, any>,
    options?: O,
  ) => NumberOf<Floating<K>, Defaulted<O>>
}

/**
 * `distinct` uses each value once, `filter` only the rows that meet it. `default` is the result if there are no values.
 *
 * @since 0.1.0
 */
export interface AggregateOptions<in R, out A> {
  readonly distinct?: boolean
  readonly filter?: (row: R) => Predicate
  readonly default?: NonNullable<A> | (A extends Decimal ? `${number}` : never)
}

/** @since 0.1.0 */
export interface SampleOptions<in R, out A> extends AggregateOptions<R, A> {
  readonly sample?: boolean
}

type Defaulted<O> = O extends { readonly default: infer D } ? (undefined extends D ? null : never) : null

/** A to-many relation. @since 0.1.0 */
export interface ManyRef<
  out R,
  out N extends string = string,
  out A = unknown,
  out M = unknown,
> extends Aggregates<R> {
  /** At least one related row meets the predicate. */
  readonly some: (predicate: (row: R) => Predicate) => Predicate
  /** No related row meets the predicate. */
  readonly none: (predicate: (row: R) => Predicate) => Predicate
  /** All related rows meet the predicate. */
  readonly every: (predicate: (row: R) => Predicate) => Predicate
  readonly [relationOf]?: readonly [N, R, A, M]
}

/** The aggregates over the rows of a group. @since 0.1.0 */
export type Group<R> = Aggregates<R>

/**
 * The methods of a to-one relation's key, next to the columns and relations of the related row. `KA` is the type of the
 * key, `M` the target model.
 *
 * @since 0.1.0
 */
export interface OneRef<in out KA, in out M> extends Expr<Kind, KA> {
  readonly eq: (key: NonNullable<KA> | Expr<any, NonNullable<KA> | null> | Null<KA>) => Predicate
  readonly in: (
    keys:
      | ReadonlyArray<NonNullable<KA> | Expr<any, NonNullable<KA> | null>>
      | QuerysetLike<NonNullable<KA> | null>
      | QuerysetLike<object, M>,
  ) => Predicate
  readonly isNull: () => Predicate
  readonly [targetOf]?: M
}

/** @since 0.1.0 */
export interface Exprs {
  readonly [name: string]: Expr
}

/** The row for a record of expressions. @since 0.1.0 */
export type Projected<P> = [P] extends [object]
  ? { readonly [K in keyof P]: P[K] extends Expr<any, infer A> ? A : never }
  : never

/** The references to the columns of a record of expressions. @since 0.1.0 */
export type RefsOf<P> = {
  readonly [K in keyof P]: P[K] extends Expr<infer L, infer A> ? Column<L, A> : never
}

// A value of any kind is the key of a relation.
type Column<K extends Kind, A> = [Kind] extends [K] ? KeyRef<A> : Ref<K, A>

type KeyRef<A> =
  NonNullable<A> extends number
    ? NumberRef<'int', A>
    : NonNullable<A> extends Uuid
      ? OrderedRef<'uuid', A>
      : TextRef<A>
