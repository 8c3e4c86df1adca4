/**
 * What a serializer's field may be instead of the model's own.
 *
 * @since 0.2.0
 */
import type { either as E } from 'fp-ts'
import type * as t from 'io-ts'
import type { Expr } from '../expression/Ref.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import type { Context } from './Context.js'
import type { AnySerializer, NestedWrite, OutputOf, Refusal } from './Serializer.js'
import type { StandardSchema } from './standard.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/** Which related rows a field may name and show, by request. @since 0.2.0 */
export type Within = (context: Context<never>) => AnyQueryset

/**
 * A field of the model with something changed. `source` is its name in the model, where it has another over the wire.
 * `validate` is given the value as rows hold it, and gives it back, changed or not, or a sentence against it. `schema` is
 * any validator that speaks Standard Schema: of a field that the model has it is asked besides, and of one that it hasn't
 * it is what the field takes. `within` is where related rows are looked for.
 *
 * @since 0.2.0
 */
export interface FieldOverride {
  readonly readOnly?: boolean
  readonly writeOnly?: boolean
  readonly required?: boolean
  /** Whether `null` may be sent, and an empty text. */
  readonly nullable?: boolean
  readonly blank?: boolean
  readonly source?: string
  readonly label?: string
  readonly help?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly min?: number
  readonly max?: number
  readonly validate?: (value: never) => E.Either<Refusal, unknown>
  readonly schema?: StandardSchema
  readonly codec?: t.Mixed
  readonly within?: Within
}

/** @since 0.2.0 */
export interface NestedField<S extends AnySerializer, Many extends boolean> {
  readonly _tag: 'nested'
  readonly serializer: S
  readonly many: Many
  readonly source: string | null
  readonly within: Within | null
  readonly write: NestedWrite | null
}

/** @since 0.2.0 */
export interface ComputedField<in A, out B> {
  readonly _tag: 'computed'
  readonly codec: t.Mixed
  readonly of: (row: A) => B
}

/** @since 0.2.0 */
export interface ExpressionField<in R, out B> {
  readonly _tag: 'expression'
  readonly of: (row: R) => Expr<any, B>
}

/** @since 0.2.0 */
export interface RelatedField<T extends 'slug' | 'link' | 'text'> {
  readonly _tag: T
  readonly name: string
  readonly source: string | null
  readonly within: Within | null
}

/** @since 0.2.0 */
export interface SelfField {
  readonly _tag: 'self'
  readonly view: string
}

/** @since 0.2.0 */
export type Override<R, A> =
  | FieldOverride
  | NestedField<any, boolean>
  | ComputedField<A, unknown>
  | ExpressionField<R, unknown>
  | RelatedField<'slug' | 'link' | 'text'>
  | SelfField

interface RelatedOptions {
  readonly source?: string
  readonly within?: Within
}

/**
 * Related rows as objects, in the form of another serializer. They are read only, unless `write` says how they are written:
 * it is given what was sent, checked by that serializer.
 *
 * @example
 * import { autoId, belongsTo, field, schema } from 'queryset-ts'
 * import { nested, serializer } from 'queryset-ts/rest'
 * const music = schema({
 *   artist: { id: autoId, name: field.text() },
 *   album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
 * })
 * const album = serializer(music.album, { fields: ['id', 'title'] })
 * const artist = serializer(music.artist, { fields: ['id', 'name', 'albums'], override: { albums: nested(album, { many: true }) } })
 * console.log(artist.fields.map(({ name }) => name)) // => [ 'id', 'name', 'albums' ]
 *
 * @since 0.2.0
 */
export const nested = <S extends AnySerializer, const Many extends boolean = false>(
  serializer: S,
  options: RelatedOptions & { readonly many?: Many; readonly write?: NestedWrite } = {},
): NestedField<S, Many> => ({
  _tag: 'nested',
  serializer,
  // Without the option, `Many` is false.
  many: (options.many ?? false) as Many,
  source: options.source ?? null,
  within: options.within ?? null,
  write: options.write ?? null,
})

/**
 * A value made of the row, read only. The codec says of which type it is.
 *
 * @since 0.2.0
 */
export const computed = <A, B>(codec: t.Type<B, unknown>, of: (row: A) => B): ComputedField<A, B> => ({
  _tag: 'computed',
  codec,
  of,
})

/**
 * A value that the backend computes, read only: `expression((a) => a.tracks.count())`.
 *
 * @since 0.2.0
 */
export const expression = <R, B>(of: (row: R) => Expr<any, B>): ExpressionField<R, B> => ({
  _tag: 'expression',
  of,
})

const related =
  <T extends 'slug' | 'link' | 'text'>(tag: T) =>
  (name: string, { source, within }: RelatedOptions = {}): RelatedField<T> => ({
    _tag: tag,
    name,
    source: source ?? null,
    within: within ?? null,
  })

/** Related rows by a unique column of theirs: `slug('code')`. @since 0.2.0 */
export const slug = related('slug')

/** Related rows by links to a view: `link('artists')`. A link that comes in is taken by its path. @since 0.2.0 */
export const link = related('link')

/** Related rows as text, as `display` of the schema tells them. Read only. @since 0.2.0 */
export const text = (options: RelatedOptions = {}): RelatedField<'text'> => related('text')('', options)

/** A link to the row itself, in a view. Read only. @since 0.2.0 */
export const selfLink = (view: string): SelfField => ({ _tag: 'self', view })

/** What an override gives, where it isn't the model's own value. @since 0.2.0 */
export type OutputOfOverride<V> =
  V extends NestedField<infer S, infer Many>
    ? Many extends true
      ? ReadonlyArray<OutputOf<S>>
      : OutputOf<S> | null
    : V extends ComputedField<never, infer B>
      ? B
      : V extends ExpressionField<never, infer B>
        ? B
        : V extends SelfField
          ? string
          : unknown
