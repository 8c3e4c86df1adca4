/**
 * Fields: an io-ts codec, together with what a database, a form or an admin page needs to know.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { option as O } from 'fp-ts'
import { optionsOf } from '../value/optionsOf.js'
import { canonical } from '../value/canonical.js'
import type { Json, Kind, ValueOf } from '../value/Value.js'
import { choiceGroupsOf, oneOf, type ChoiceGroup, type ChoiceInput, type ChoiceOf } from './choices.js'
import type { TextFormat } from './formats.js'
import { patternOf, type Pattern } from './patterns.js'
import { seenOf, type SeenOptions } from './seen.js'
import type { ToOne } from './Relation.js'

declare const row: unique symbol

/**
 * The options of every field. `default` is written if a new row has no value. `unique` applies to values that aren't
 * missing. The values of a `secret` field never appear in a message.
 *
 * @since 0.1.0
 */
export interface FieldOptions<A> extends SeenOptions {
  readonly primaryKey?: boolean
  readonly unique?: boolean
  readonly default?: A
  readonly secret?: boolean
}

/**
 * `maxLength` and `minLength` count Unicode code points. `format` is the required format of the text. `pattern` is a
 * regular expression that must match somewhere in the text, with the message and the code of its error. If `blank` is
 * true, `''` needs to match neither.
 *
 * @since 0.1.0
 */
export interface TextOptions extends FieldOptions<string> {
  readonly maxLength?: number
  readonly minLength?: number
  readonly format?: TextFormat
  readonly pattern?: readonly [pattern: RegExp, message: string, code: string]
}

/**
 * A date, a time or a datetime can be set by the clock of the schema: when a row is `created`, or whenever it is
 * `updated`, which includes its creation. A value that is given is kept. Such a field is not editable.
 *
 * @since 0.2.0
 */
export interface ClockOptions extends FieldOptions<string> {
  readonly auto?: AutoTime
}

/** @since 0.2.0 */
export type AutoTime = 'created' | 'updated'

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
 * `maxDigits` counts all digits, and `decimalPlaces` those after the point. `min` and `max` are inclusive.
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
 * A field. `K` is the kind of its stored values, `A` their type in rows. `P` says whether it is the primary key, `D`
 * whether a new row can leave it out.
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
  readonly format: TextFormat | null
  readonly pattern: Pattern | null
  readonly choices: ReadonlyArray<Json> | null
  /** The choices with their labels, in groups. */
  readonly choiceGroups: ReadonlyArray<ChoiceGroup> | null
  /** When the clock sets the field. */
  readonly autoTime: AutoTime | null
  /** `null` if the label is derived from the name. */
  readonly label: string | null
  readonly help: string
  readonly blank: boolean
  readonly editable: boolean
  /** Whether the field's values are kept out of messages. */
  readonly secret: boolean
  /** The user's own codec, for a field whose rows hold another type than the stored value. */
  readonly codec: t.Mixed | null
  readonly [row]?: A
}

/**
 * A field of any type.
 *
 * @since 0.1.0
 */
export type AnyField = Field<Kind, unknown>

interface GivenField extends SeenOptions {
  readonly primaryKey?: boolean
  readonly unique?: boolean
  readonly default?: unknown
  readonly secret?: boolean
  readonly auto?: AutoTime
  readonly format?: TextFormat
  readonly pattern?: TextOptions['pattern']
  readonly maxLength?: number
  readonly minLength?: number
  readonly min?: Json
  readonly max?: Json
  readonly maxDigits?: number
  readonly decimalPlaces?: number
}

type IsKey<O> = O extends { readonly primaryKey: true } ? true : false
type HasDefault<O> = O extends { readonly default: infer D }
  ? undefined extends D
    ? false
    : true
  : O extends { readonly auto: AutoTime }
    ? true
    : false

// The only place where the phantom type parameters are set.
const make = <K extends Kind, A, O>(
  kind: K,
  options: O & GivenField,
  more: {
    readonly choiceGroups?: ReadonlyArray<ChoiceGroup>
    readonly codec?: t.Mixed
    readonly auto?: boolean
  } = {},
): Field<K, A, IsKey<O>, HasDefault<O>> => {
  const given = optionsOf<GivenField>(options)
  const { codec, choiceGroups = null } = more
  const autoTime = given.auto === 'created' || given.auto === 'updated' ? given.auto : null
  // A codec that throws has no default.
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
    format: given.format ?? null,
    pattern: patternOf(given.pattern),
    choices: choiceGroups?.flatMap(({ choices: own }) => own.map(({ value: each }) => each)) ?? null,
    choiceGroups,
    autoTime,
    ...seenOf({ editable: autoTime === null, ...given }),
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

const date = <const O extends ClockOptions = object>(options?: O): Made<'date', O> =>
  make('date', options ?? ({} as O))

const time = <const O extends ClockOptions = object>(options?: O): Made<'time', O> =>
  make('time', options ?? ({} as O))

const datetime = <const O extends ClockOptions = object>(options?: O): Made<'datetime', O> =>
  make('datetime', options ?? ({} as O))

const duration = <const O extends FieldOptions<string> = object>(options?: O): Made<'duration', O> =>
  make('duration', options ?? ({} as O))

const uuid = <const O extends FieldOptions<string> = object>(options?: O): Made<'uuid', O> =>
  make('uuid', options ?? ({} as O))

const json = <const O extends FieldOptions<Json> = object>(options?: O): Made<'json', O> =>
  make('json', options ?? ({} as O))

// A text that can be left empty can be `''`.
type Chosen<C, O> = O extends { readonly blank: true }
  ? [ChoiceOf<C>] extends [string]
    ? ChoiceOf<C> | ''
    : ChoiceOf<C>
  : ChoiceOf<C>

const choices = <
  const C extends ChoiceInput,
  const O extends FieldOptions<ChoiceOf<C> | ''> & { readonly maxLength?: number } = object,
>(
  values: C,
  options?: O,
): Field<[ChoiceOf<C>] extends [number] ? 'int' : 'text', Chosen<C, O>, IsKey<O>, HasDefault<O>> => {
  const choiceGroups = choiceGroupsOf(values)
  const all = choiceGroups.flatMap((group) => group.choices.map(({ value }) => value))
  // If the first choice is a number, the choices are ints, as the types say.
  const kind = typeof all[0] === 'number' ? 'int' : 'text'
  const empty = kind === 'text' && optionsOf<GivenField>(options).blank === true ? [''] : []
  return make(kind as never, options ?? ({} as O), { choiceGroups, codec: oneOf([...all, ...empty]) })
}

const of = <K extends Kind, A, E, const O extends FieldOptions<A> = object>(
  kind: K,
  codec: t.Type<A, E>,
  options?: O,
): Field<K, A, IsKey<O>, HasDefault<O>> => make(kind, options ?? ({} as O), { codec })

/**
 * A field whose value may be missing: `A | null` in rows. The same applies to a relation.
 */
const nullable = <F extends { readonly nullable: boolean }>(inner: F): Nullable<F> =>
  // The conditional type is resolved once the argument is known.
  ({ ...optionsOf(inner), nullable: true }) as unknown as Nullable<F>

/**
 * The type that `field.nullable` gives for a field or relation.
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
 * The fields that a model can have, each with its constructor: `field.text({ maxLength: 120 })`,
 * `field.nullable(field.date())`, `field.choices({ draft: 'Draft', live: 'Live' })`. `field.of('text', codec)` takes
 * your own io-ts codec, whose encoded values are of that kind.
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
  duration,
  uuid,
  json,
  choices,
  of,
  nullable,
} as const

/**
 * The usual primary key: an int that the backend generates.
 *
 * @since 0.1.0
 */
export const autoId: Field<'int', number, true, true> = {
  ...make<'int', number, { readonly primaryKey: true }>('int', { primaryKey: true }, { auto: true }),
  hasDefault: true,
}
