/**
 * References: the typed names by which callbacks speak of a row's columns and relations.
 *
 * A reference knows the kind `K` and the type `A` of its values; the lookups and functions that it offers are
 * those of its kind, and what may be missing shows as `null` in `A`.
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
 * Where a reference keeps the expression that it stands for.
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
 * A queryset, as far as an expression can tell: `A` its rows, `M` the model that they are of.
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
 * An expression of kind `K` whose values are of type `A`.
 *
 * @since 0.1.0
 */
export interface Expr<out K extends Kind = Kind, out A = unknown> {
  readonly [node]: Expression<QuerysetLike>
  readonly [kindOf]: K
  readonly [typeOf]?: A
}

/** Kinds that can be compared and computed with each other. @since 0.1.0 */
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
 * What may be written for a value of this kind and type: `'0.99'` for a decimal, `'2021-06-15'` for a date, a
 * `Date` for a datetime.
 *
 * @since 0.1.0
 */
export type Input<K extends Kind, A> = Wide<K, Exclude<A, null>>

/** A value or an expression of a kind that it can be compared with. @since 0.1.0 */
export type Operand<K extends Kind, A> = Input<K, A> | Expr<Alike<K>, any>

/** @since 0.1.0 */
export interface OrderOptions {
  readonly nulls?: 'first' | 'last'
}

type Null<A> = Extract<A, null>

/** What every reference can. @since 0.1.0 */
export interface AnyRef<in out K extends Kind, in out A> extends Expr<K, A> {
  /** Equal to the value; `eq(null)` is `isNull()`. */
  readonly eq: (value: Operand<K, A> | Null<A>) => Predicate
  /** Among the values, columns of the row among them, or among those of a queryset of one column. Missing values are never among them. */
  readonly in: (values: ReadonlyArray<Operand<K, A>> | QuerysetLike<NonNullable<A> | null>) => Predicate
  /** Missing. */
  readonly isNull: () => Predicate
  /** Smallest first; missing values last unless `nulls` says otherwise. */
  readonly asc: (options?: OrderOptions) => OrderKey
  /** Greatest first; missing values first unless `nulls` says otherwise. */
  readonly desc: (options?: OrderOptions) => OrderKey
}

/** What references to ordered values can. @since 0.1.0 */
export interface OrderedRef<in out K extends Kind, in out A> extends AnyRef<K, A> {
  readonly gt: (value: Operand<K, A>) => Predicate
  readonly gte: (value: Operand<K, A>) => Predicate
  readonly lt: (value: Operand<K, A>) => Predicate
  readonly lte: (value: Operand<K, A>) => Predicate
  /** Between the two, both included. */
  readonly range: (from: Operand<K, A>, to: Operand<K, A>) => Predicate
}

type Str = string | Expr<'text', any>
type Num = number | Expr<'int', any>

/** What references to text can. Lookups with a leading `i` fold case code point by code point. @since 0.1.0 */
export interface TextRef<in out A> extends OrderedRef<'text', A> {
  readonly iexact: (value: Str) => Predicate
  readonly contains: (value: Str) => Predicate
  readonly icontains: (value: Str) => Predicate
  readonly startswith: (value: Str) => Predicate
  readonly istartswith: (value: Str) => Predicate
  readonly endswith: (value: Str) => Predicate
  readonly iendswith: (value: Str) => Predicate
  /** Matches the regular expression (JavaScript's, with the `u` flag). */
  readonly regex: (pattern: string) => Predicate
  readonly iregex: (pattern: string) => Predicate
  /** In code points. */
  readonly length: () => NumberRef<'int', number | Null<A>>
  readonly lower: () => TextRef<string | Null<A>>
  readonly upper: () => TextRef<string | Null<A>>
  readonly trim: () => TextRef<string | Null<A>>
  readonly ltrim: () => TextRef<string | Null<A>>
  readonly rtrim: () => TextRef<string | Null<A>>
  readonly reverse: () => TextRef<string | Null<A>>
  readonly left: (length: Num) => TextRef<string | Null<A>>
  readonly right: (length: Num) => TextRef<string | Null<A>>
  /** From position `start`, counted from 1. */
  readonly substr: (start: Num, length?: Num) => TextRef<string | Null<A>>
  readonly replace: (old: Str, by: Str) => TextRef<string | Null<A>>
  readonly repeat: (times: Num) => TextRef<string | null>
  readonly lpad: (length: Num, fill?: Str) => TextRef<string | null>
  readonly rpad: (length: Num, fill?: Str) => TextRef<string | null>
  /** The position of `part`, counted from 1; 0 where it isn't in. */
  readonly strindex: (part: Str) => NumberRef<'int', number | Null<A>>
  /** The code of the first character. */
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
 * What references to numbers can. Ints divide towards zero; what has no answer (a division by zero, the root of a
 * negative number, an int out of the safe range) is missing.
 *
 * @since 0.1.0
 */
export interface NumberRef<in out K extends Numeric, in out A> extends OrderedRef<K, A> {
  readonly plus: <L extends AsNumber<K>>(other: L) => NumberOf<Widest<K, L>, null>
  readonly minus: <L extends AsNumber<K>>(other: L) => NumberOf<Widest<K, L>, null>
  readonly times: <L extends AsNumber<K>>(other: L) => NumberOf<Widest<K, L>, null>
  readonly dividedBy: <L extends AsNumber<K>>(other: L) => NumberOf<Widest<K, L>, null>
  /** The remainder; it has the sign of the dividend. */
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

/** The units that a date can be cut down to. @since 0.1.0 */
export type DateUnit = 'year' | 'quarter' | 'month' | 'week' | 'day'
/** The units that a datetime can be cut down to. @since 0.1.0 */
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

/** What references to dates can. @since 0.1.0 */
export interface DateRef<in out A> extends OrderedRef<'date', A>, Calendar<A> {
  readonly trunc: (unit: DateUnit) => DateRef<DateText | Null<A>>
}

/** What references to times can. @since 0.1.0 */
export interface TimeRef<in out A> extends OrderedRef<'time', A>, Clock<A> {
  readonly trunc: (unit: 'hour' | 'minute' | 'second') => TimeRef<TimeText | Null<A>>
}

/** What references to datetimes can; all in UTC. @since 0.1.0 */
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

/** The rows that aggregates take together: those of a to-many relation, or of a group. @since 0.1.0 */
export interface Aggregates<out R> {
  /** How many rows. */
  readonly count: (options?: { readonly filter?: (row: R) => Predicate }) => NumberRef<'int', number>
  /** How many values, missing ones left out. */
  readonly countOf: (
    value: (row: R) => Expr,
    options?: { readonly distinct?: boolean; readonly filter?: (row: R) => Predicate },
  ) => NumberRef<'int', number>
  /**
   * The sum. Of ints whose sum is beyond 2^53 it is missing, since no int holds it: `sum((r) => cast(r.n, 'decimal'))` is
   * exact.
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
 * `distinct` takes each value once, `filter` only the rows that meet it, `default` stands for nothing to take.
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
  /** One of the related rows meets it. */
  readonly some: (predicate: (row: R) => Predicate) => Predicate
  /** None of the related rows meets it. */
  readonly none: (predicate: (row: R) => Predicate) => Predicate
  /** All of the related rows meet it. */
  readonly every: (predicate: (row: R) => Predicate) => Predicate
  readonly [relationOf]?: readonly [N, R, A, M]
}

/** The rows of a group, and what can be taken of them together. @since 0.1.0 */
export type Group<R> = Aggregates<R>

/**
 * A to-one relation: what can be said of its key besides the columns and relations of its related row. `KA` is the type
 * of the key, `M` the model that it leads to.
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

/** The row that a record of expressions makes. @since 0.1.0 */
export type Projected<P> = [P] extends [object]
  ? { readonly [K in keyof P]: P[K] extends Expr<any, infer A> ? A : never }
  : never

/** The references to the columns that a record of expressions makes. @since 0.1.0 */
export type RefsOf<P> = {
  readonly [K in keyof P]: P[K] extends Expr<infer L, infer A> ? Column<L, A> : never
}

// What is of any kind is the key of a relation.
type Column<K extends Kind, A> = [Kind] extends [K] ? KeyRef<A> : Ref<K, A>

type KeyRef<A> =
  NonNullable<A> extends number
    ? NumberRef<'int', A>
    : NonNullable<A> extends Uuid
      ? OrderedRef<'uuid', A>
      : TextRef<A>
