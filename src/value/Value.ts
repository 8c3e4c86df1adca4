/**
 * The values of the library.
 *
 * Everything that a row holds, a predicate compares or a query carries is a plain JSON value with a {@link Kind}.
 * Decimals, dates, times, datetimes and UUIDs are branded text in one canonical form. Equal values are therefore equal
 * strings, rows survive `JSON.stringify`, and nothing mutable is shared.
 *
 * @since 0.1.0
 */
import type * as t from 'io-ts'

/**
 * Any JSON value.
 *
 * @since 0.1.0
 */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject

/**
 * A JSON object.
 *
 * @since 0.1.0
 */
export interface JsonObject {
  readonly [key: string]: Json
}

/**
 * The kinds of values. Each has its own order, canonical text and lookups.
 *
 * @since 0.1.0
 */
export type Kind =
  | 'text'
  | 'int'
  | 'float'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'time'
  | 'datetime'
  | 'duration'
  | 'uuid'
  | 'json'

/**
 * All kinds, in the order of their definition.
 *
 * @since 0.1.0
 */
export const kinds: ReadonlyArray<Kind> = [
  'text',
  'int',
  'float',
  'decimal',
  'boolean',
  'date',
  'time',
  'datetime',
  'duration',
  'uuid',
  'json',
]

/** @since 0.1.0 */
export interface DecimalBrand {
  readonly Decimal: unique symbol
}
/** @since 0.1.0 */
export interface DateBrand {
  readonly Date: unique symbol
}
/** @since 0.1.0 */
export interface TimeBrand {
  readonly Time: unique symbol
}
/** @since 0.1.0 */
export interface DateTimeBrand {
  readonly DateTime: unique symbol
}
/** @since 0.2.0 */
export interface DurationBrand {
  readonly Duration: unique symbol
}
/** @since 0.1.0 */
export interface UuidBrand {
  readonly Uuid: unique symbol
}

/**
 * An exact decimal number as text, without an exponent, redundant zeros or `-0` (`'19.99'`, `'10'`, `'-0.5'`).
 *
 * @since 0.1.0
 */
export type Decimal = t.Branded<string, DecimalBrand>

/**
 * A calendar date as text, `YYYY-MM-DD`, years 0001 to 9999.
 *
 * @since 0.1.0
 */
export type DateText = t.Branded<string, DateBrand>

/**
 * A time of day as text, `HH:MM:SS.mmm`.
 *
 * @since 0.1.0
 */
export type TimeText = t.Branded<string, TimeBrand>

/**
 * An instant as text in UTC, with milliseconds: `YYYY-MM-DDTHH:MM:SS.mmmZ`, years 0001 to 9999.
 *
 * @since 0.1.0
 */
export type DateTime = t.Branded<string, DateTimeBrand>

/**
 * A duration: days and a time of day, as in `1 02:30:00`. Fractions of a second, if any, have six digits. Only the days
 * have a sign: `-1 23:59:59` is one second less than zero.
 *
 * @since 0.2.0
 */
export type Duration = t.Branded<string, DurationBrand>

/**
 * A UUID as text, lower case with hyphens.
 *
 * @since 0.1.0
 */
export type Uuid = t.Branded<string, UuidBrand>

/**
 * The TypeScript type of a kind's values, in rows and results.
 *
 * @since 0.1.0
 */
export interface ValueOf {
  readonly text: string
  readonly int: number
  readonly float: number
  readonly decimal: Decimal
  readonly boolean: boolean
  readonly date: DateText
  readonly time: TimeText
  readonly datetime: DateTime
  readonly duration: Duration
  readonly uuid: Uuid
  readonly json: Json
}

/**
 * The type of an expression: the kind of its values, and whether they may be missing.
 *
 * @since 0.1.0
 */
export interface Type {
  readonly kind: Kind
  readonly nullable: boolean
}

/**
 * A row as the engine sees it: canonical values by column name.
 *
 * @since 0.1.0
 */
export type Row = { readonly [column: string]: Json }
