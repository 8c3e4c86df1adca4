/**
 * Relations between models. Each names its target by the model's key in the schema.
 *
 * @since 0.1.0
 */
import { optionsOf } from '../value/optionsOf.js'
import type { Json, JsonObject } from '../value/Value.js'
import { seenOf, type SeenOptions } from './seen.js'

/**
 * What happens to a row when the row that it points to is deleted. The names are Django's.
 *
 * @since 0.1.0
 */
export type OnDelete = 'cascade' | 'protect' | 'restrict' | 'setNull' | 'setDefault' | 'doNothing'

/**
 * `relatedName` names the reverse side, on the target model. Without it there is no reverse side. `default` is a key of
 * the target model, in stored form. New rows get it if no key is given, and `onDelete: 'setDefault'` sets it.
 *
 * @since 0.1.0
 */
export interface RelationOptions<
  R extends string,
  P extends boolean = boolean,
  D extends string | number = string | number,
> extends RelatedOptions {
  readonly relatedName?: R
  readonly onDelete?: OnDelete
  readonly default?: D
  readonly primaryKey?: P
}

/**
 * How people see a relation. `limitTo` says which rows people can choose, as lookups: `{ active: true,
 * name__startswith: 'A' }`. Forms and REST obey it. Writes from a program don't.
 *
 * @since 0.2.0
 */
export interface RelatedOptions extends SeenOptions {
  readonly limitTo?: JsonObject
}

interface LabelledRelation {
  /** `null` if the label is derived from the name. */
  readonly label: string | null
  readonly help: string
  readonly blank: boolean
  readonly editable: boolean
  readonly limitTo: JsonObject | null
}

/**
 * A foreign key to the model `M`, with the reverse side `R`. `N` says whether the key may be missing, `U` whether the
 * relation is one-to-one, `P` whether the key is the primary key. `D` is the default, or `null` if there is none.
 *
 * @since 0.1.0
 */
export interface ToOne<
  M extends string,
  N extends boolean,
  R extends string,
  U extends boolean,
  P extends boolean = boolean,
  D = unknown,
> extends LabelledRelation {
  readonly _tag: 'toOne'
  readonly target: M
  readonly nullable: N
  readonly oneToOne: U
  readonly relatedName: R | null
  readonly onDelete: OnDelete
  readonly default: D
  readonly primaryKey: P
}

/**
 * A many-to-many relation to the model `M`. Its join rows are those of the model `through`, which is created if it
 * isn't given.
 *
 * @since 0.1.0
 */
export interface ManyToMany<
  M extends string,
  R extends string,
  T extends string | null,
> extends LabelledRelation {
  readonly _tag: 'manyToMany'
  readonly target: M
  readonly relatedName: R | null
  readonly through: T
}

/** @since 0.1.0 */
export type AnyToOne = ToOne<string, boolean, string, boolean, boolean, Json>
/** @since 0.1.0 */
export type AnyManyToMany = ManyToMany<string, string, string | null>

// An option that isn't given must not be inferred from the context of the relation, such as a schema's definitions.
// That is why the constructors use `NoInfer` in their return types.

const toOne = (target: string, oneToOne: boolean, given: RelationOptions<string>): AnyToOne =>
  toOneOf(target, oneToOne, optionsOf(given))

const toOneOf = (target: string, oneToOne: boolean, options: RelationOptions<string>): AnyToOne => ({
  _tag: 'toOne',
  target,
  nullable: false,
  oneToOne,
  relatedName: options.relatedName ?? null,
  onDelete: options.onDelete ?? 'cascade',
  default: options.default ?? null,
  primaryKey: options.primaryKey === true,
  ...relatedSeen(options),
})

const relatedSeen = (options: RelatedOptions): LabelledRelation => ({
  ...seenOf(options),
  limitTo: options.limitTo ?? null,
})

type Defaulted<D> = [D] extends [never] ? null : D

/**
 * A foreign key: many rows of this model belong to one row of `target`, which can be the same model. Rows hold the key
 * of the target row. The default of `onDelete` is `'cascade'`.
 *
 * @example
 * import { belongsTo, field } from 'queryset-ts'
 * const artist = belongsTo('artist', { relatedName: 'albums' })
 * const boss = field.nullable(belongsTo('employee', { relatedName: 'reports', onDelete: 'setNull' }))
 * console.log(artist.onDelete, boss.nullable) // => cascade true
 *
 * @since 0.1.0
 */
export const belongsTo = <
  const M extends string,
  const R extends string = never,
  const P extends boolean = false,
  const D extends string | number = never,
>(
  target: M,
  options: RelationOptions<R, P, D> = {},
): ToOne<M, false, NoInfer<R>, false, NoInfer<P>, NoInfer<Defaulted<D>>> =>
  toOne(target, false, options) as ToOne<M, false, R, false, P, Defaulted<D>>

/**
 * A foreign key that no two rows share, so the reverse side has at most one row.
 *
 * @example
 * import { oneToOne } from 'queryset-ts'
 * console.log(oneToOne('user', { relatedName: 'profile' }).oneToOne) // => true
 *
 * @since 0.1.0
 */
export const oneToOne = <
  const M extends string,
  const R extends string = never,
  const P extends boolean = false,
  const D extends string | number = never,
>(
  target: M,
  options: RelationOptions<R, P, D> = {},
): ToOne<M, false, NoInfer<R>, true, NoInfer<P>, NoInfer<Defaulted<D>>> =>
  toOne(target, true, options) as ToOne<M, false, R, true, P, Defaulted<D>>

/**
 * A many-to-many relation. Without `through`, a join model with the name `MODEL_FIELD` is created. It has an `id` and
 * two foreign keys, named after the two models, or `from_MODEL` and `to_MODEL` if both models are the same. A model
 * given as `through` must have a foreign key to each of the two models. If it has several to the same model, the first
 * one is used.
 *
 * @example
 * import { manyToMany } from 'queryset-ts'
 * console.log(manyToMany('track', { relatedName: 'playlists' }).through) // => null
 *
 * @since 0.1.0
 */
export const manyToMany = <
  const M extends string,
  const R extends string = never,
  const T extends string | null = null,
>(
  target: M,
  options: RelatedOptions & {
    readonly relatedName?: R
    readonly through?: T
  } = {},
): ManyToMany<M, NoInfer<R>, NoInfer<T>> => {
  const given = optionsOf<typeof options>(options)
  const { relatedName = null, through = null } = given
  // If `through` is absent, it is `null`, and so is `T`.
  return { _tag: 'manyToMany', target, relatedName, through, ...relatedSeen(given) } as ManyToMany<M, R, T>
}
