/**
 * Fields: an io-ts codec with what a database, a form or an admin needs to know besides.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { option as O } from 'fp-ts'
import { optionsOf } from '../value/optionsOf.js'
import { canonical } from '../value/canonical.js'
import type { Json, Kind, ValueOf } from '../value/Value.js'
import type { ToOne } from './Relation.js'

declare const row: unique symbol

/**
 * What every field may be told about itself. `verboseName` and `helpText` are for people, `default` is written
 * where a new row has no value, `unique` holds among non-missing values. A `secret` field's values never stand in a
 * message.
 *
 * @since 0.1.0
 */
export interface FieldOptions<A> {
  readonly primaryKey?: boolean
  readonly unique?: boolean
  readonly default?: A
  readonly verboseName?: string
  readonly helpText?: string
  readonly secret?: boolean
}

/**
 * `maxLength` and `minLength` count Unicode code points.
 *
 * @since 0.1.0
 */
export interface TextOptions extends FieldOptions<string> {
  readonly maxLength?: number
  readonly minLength?: number
}

/**
 * `min` and `max` are inclusive.
 *
 * @since 0.1.0
 */
export interface NumberOptions extends FieldOptions<number> {
  readonly min?: number
  readonly max?: number
}

/**
 * `maxDigits` counts all digits, `decimalPlaces` those after the point; `min` and `max` are inclusive.
 *
 * @since 0.1.0
 */
export interface DecimalOptions extends FieldOptions<`${number}`> {
  readonly maxDigits?: number
  readonly decimalPlaces?: number
  readonly min?: `${number}`
  readonly max?: `${number}`
}

/**
 * A field: `K` the kind of its stored values, `A` their type in rows, `P` whether it is the primary key, `D`
 * whether a new row may leave it out.
 *
 * @since 0.1.0
 */
export interface Field<K extends Kind, A, P extends boolean = boolean, D extends boolean = boolean> {
  readonly _tag: 'field'
  readonly kind: K
  readonly nullable: boolean
  readonly primaryKey: P
  readonly auto: boolean
  readonly unique: boolean
  readonly hasDefault: D
  readonly default: Json
  readonly maxLength: number | null
  readonly minLength: number | null
  readonly min: Json
  readonly max: Json
  readonly maxDigits: number | null
  readonly decimalPlaces: number | null
  readonly choices: ReadonlyArray<Json> | null
  readonly verboseName: string | null
  readonly helpText: string
  /** Whether its values never stand in a message. */
  readonly secret: boolean
  /** The user's own codec, for a field whose rows hold something else than the stored value. */
  readonly codec: t.Mixed | null
  readonly [row]?: A
}

/**
 * A field of any type.
 *
 * @since 0.1.0
 */
export type AnyField = Field<Kind, unknown>

interface Given {
  readonly primaryKey?: boolean
  readonly unique?: boolean
  readonly default?: unknown
  readonly verboseName?: string
  readonly helpText?: string
  readonly secret?: boolean
  readonly maxLength?: number
  readonly minLength?: number
  readonly min?: Json
  readonly max?: Json
  readonly maxDigits?: number
  readonly decimalPlaces?: number
}

type IsKey<O> = O extends { readonly primaryKey: true } ? true : false
type HasDefault<O> = O extends { readonly default: infer D } ? (undefined extends D ? false : true) : false

// The single place where the phantom parameters are set.
const make = <K extends Kind, A, O>(
  kind: K,
  options: O & Given,
  more: { readonly choices?: ReadonlyArray<Json>; readonly codec?: t.Mixed; readonly auto?: boolean } = {},
): Field<K, A, IsKey<O>, HasDefault<O>> => {
  const given = optionsOf<Given>(options)
  const { codec } = more
  // A codec that throws has no default to give.
  const value: unknown =
    codec !== undefined && given.default !== undefined
      ? O.toNullable(O.tryCatch(() => codec.encode(given.default) as unknown))
      : given.default
  const field: AnyField = {
    _tag: 'field',
    kind,
    nullable: false,
    primaryKey: given.primaryKey === true,
    auto: more.auto === true,
    unique: given.unique === true || given.primaryKey === true,
    hasDefault: given.default !== undefined,
    default: given.default === undefined ? null : O.getOrElse((): Json => null)(canonical(kind, value)),
    maxLength: given.maxLength ?? null,
    minLength: given.minLength ?? null,
    min: given.min ?? null,
    max: given.max ?? null,
    maxDigits: given.maxDigits ?? null,
    decimalPlaces: given.decimalPlaces ?? null,
    choices: more.choices ?? null,
    verboseName: given.verboseName ?? null,
    helpText: given.helpText ?? '',
    secret: given.secret === true,
    codec: more.codec ?? null,
  }
  return field as Field<K, A, IsKey<O>, HasDefault<O>>
}

type Made<K extends Kind, O> = Field<K, ValueOf[K], IsKey<O>, HasDefault<O>>

const text = <const O extends TextOptions = object>(options?: O): Made<'text', O> =>
  make('text', options ?? ({} as O))

const int = <const O extends NumberOptions = object>(options?: O): Made<'int', O> =>
  make('int', options ?? ({} as O))

const float = <const O extends NumberOptions = object>(options?: O): Made<'float', O> =>
  make('float', options ?? ({} as O))

const decimal = <const O extends DecimalOptions = object>(options?: O): Made<'decimal', O> =>
  make('decimal', options ?? ({} as O))

const boolean = <const O extends FieldOptions<boolean> = object>(options?: O): Made<'boolean', O> =>
  make('boolean', options ?? ({} as O))

const date = <const O extends FieldOptions<string> = object>(options?: O): Made<'date', O> =>
  make('date', options ?? ({} as O))

const time = <const O extends FieldOptions<string> = object>(options?: O): Made<'time', O> =>
  make('time', options ?? ({} as O))

const datetime = <const O extends FieldOptions<string> = object>(options?: O): Made<'datetime', O> =>
  make('datetime', options ?? ({} as O))

const uuid = <const O extends FieldOptions<string> = object>(options?: O): Made<'uuid', O> =>
  make('uuid', options ?? ({} as O))

const json = <const O extends FieldOptions<Json> = object>(options?: O): Made<'json', O> =>
  make('json', options ?? ({} as O))

const choices = <
  const C extends readonly [string, ...ReadonlyArray<string>] | readonly [number, ...ReadonlyArray<number>],
  const O extends FieldOptions<C[number]> & { readonly maxLength?: number } = object,
>(
  values: C,
  options?: O,
): Field<C[number] extends string ? 'text' : 'int', C[number], IsKey<O>, HasDefault<O>> =>
  // The members of a non-empty list of strings are text, those of one of numbers are ints.
  make((typeof listOf(values)[0] === 'string' ? 'text' : 'int') as never, options ?? ({} as O), {
    choices: listOf(values),
    codec: oneOf(listOf(values)),
  })

/** Something else than a list has no choices. */
const listOf = (values: ReadonlyArray<Json>): ReadonlyArray<Json> => (isList(values) ? values : [])

const isList = (u: unknown): boolean => Array.isArray(u)

/** Values that are among some, so that a row never holds another than its type says. */
const oneOf = (values: ReadonlyArray<Json>): t.Type<Json> => {
  const is = (u: unknown): u is Json => values.some((value) => value === u)
  return new t.Type(
    `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
    is,
    (u, context) => (is(u) ? t.success(u) : t.failure(u, context)),
    t.identity,
  )
}

const of = <K extends Kind, A, E, const O extends FieldOptions<A> = object>(
  kind: K,
  codec: t.Type<A, E>,
  options?: O,
): Field<K, A, IsKey<O>, HasDefault<O>> => make(kind, options ?? ({} as O), { codec })

/**
 * A field of which a row may have none: `A | null` in rows. Of a relation likewise.
 */
const nullable = <F extends { readonly nullable: boolean }>(inner: F): Nullable<F> =>
  // The conditional type is resolved where the argument is known.
  ({ ...optionsOf(inner), nullable: true }) as unknown as Nullable<F>

/**
 * What `field.nullable` makes of a field or relation.
 *
 * @since 0.1.0
 */
export type Nullable<F> =
  F extends Field<infer K, infer A, infer P>
    ? Field<K, A | null, P, true>
    : F extends ToOne<infer M, boolean, infer R, infer U, infer Q, infer D>
      ? ToOne<M, true, R, U, Q, D>
      : never

/**
 * The fields that a model can have, each a constructor: `field.text({ maxLength: 120 })`,
 * `field.nullable(field.date())`, `field.choices(['draft', 'live'])`, and `field.of('text', codec)` for any io-ts
 * codec of your own, whose encoded values are of that kind.
 *
 * @example
 * import { field } from 'queryset-ts'
 * const fields = { title: field.text({ maxLength: 160 }), price: field.decimal({ maxDigits: 10, decimalPlaces: 2 }) }
 * console.log(fields.title.maxLength, fields.price.kind) // => 160 decimal
 *
 * @since 0.1.0
 */
export const field = {
  text,
  int,
  float,
  decimal,
  boolean,
  date,
  time,
  datetime,
  uuid,
  json,
  choices,
  of,
  nullable,
} as const

/**
 * The usual primary key: an int that the backend counts up.
 *
 * @since 0.1.0
 */
export const autoId: Field<'int', number, true, true> = {
  ...make<'int', number, { readonly primaryKey: true }>('int', { primaryKey: true }, { auto: true }),
  hasDefault: true,
}
