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

/** The related rows that a field accepts and shows, as a function of the request. @since 0.2.0 */
export type Within = (context: Context<never>) => AnyQueryset

/**
 * Changes to a field of the model. `source` is its name in the model, if the API uses another name. `validate` gets the
 * value in its stored form, and returns the value, changed or not, or a message. `schema` is any Standard Schema. If
 * the model has the field, the schema is an additional check. If not, the schema defines the field. `within` is the
 * queryset in which related rows are looked up.
 *
 * @since 0.2.0
 */
export interface FieldOverride {
  readonly readOnly?: boolean
  readonly writeOnly?: boolean
  readonly required?: boolean
  /** Whether `null` and an empty text are accepted. */
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
 * Related rows as objects, in the form of another serializer. They are read-only unless `write` says how to write them.
 * `write` gets the sent values, after that serializer has checked them.
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
 * A read-only value that is computed from the row. The codec gives its type.
 *
 * @since 0.2.0
 */
export const computed = <A, B>(codec: t.Type<B, unknown>, of: (row: A) => B): ComputedField<A, B> => ({
  _tag: 'computed',
  codec,
  of,
})

/**
 * A read-only value that the backend computes: `expression((a) => a.tracks.count())`.
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

/** Related rows by another unique column than the key: `slug('code')`. @since 0.2.0 */
export const slug = related('slug')

/** Related rows as links to a view: `link('artists')`. Only the path of a received link matters. @since 0.2.0 */
export const link = related('link')

/** Related rows as the text of the schema's `display`. Read-only. @since 0.2.0 */
export const text = (options: RelatedOptions = {}): RelatedField<'text'> => related('text')('', options)

/** A link to the row itself in a view. Read-only. @since 0.2.0 */
export const selfLink = (view: string): SelfField => ({ _tag: 'self', view })

/** The values of an override, if they aren't the model's own. @since 0.2.0 */
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
