/**
 * Relations between models, each named by the key of the model that it leads to.
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
 * `relatedName` names the reverse side, on the model pointed to; without it there is none. `default` is a key of that
 * model, as it is stored: new rows have it where none is given, and `onDelete: 'setDefault'` sets it.
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
 * What people see of a relation. `limitTo` says which rows people may choose, as lookups:
 * `{ active: true, name__startswith: 'A' }`. Forms, REST and the admin hold to it; writes from a program don't.
 *
 * @since 0.2.0
 */
export interface RelatedOptions extends SeenOptions {
  readonly limitTo?: JsonObject
}

interface Seen {
  /** `null` where the label is made of the name. */
  readonly label: string | null
  readonly help: string
  readonly blank: boolean
  readonly editable: boolean
  readonly limitTo: JsonObject | null
}

/**
 * A foreign key to the model `M`, whose reverse side is called `R`; `N` tells whether a row may have none, `U`
 * whether it is one-to-one, `P` whether it is the primary key. `D` is the default, `null` if there is none.
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
> extends Seen {
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
 * A many-to-many relation to the model `M`. Its rows are those of the model `through`, which is made where it
 * isn't given.
 *
 * @since 0.1.0
 */
export interface ManyToMany<M extends string, R extends string, T extends string | null> extends Seen {
  readonly _tag: 'manyToMany'
  readonly target: M
  readonly relatedName: R | null
  readonly through: T
}

/** @since 0.1.0 */
export type AnyToOne = ToOne<string, boolean, string, boolean, boolean, Json>
/** @since 0.1.0 */
export type AnyManyToMany = ManyToMany<string, string, string | null>

// What isn't given must not be inferred from where the relation stands, such as among a schema's definitions:
// hence `NoInfer` in what the constructors return.

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

const relatedSeen = (options: RelatedOptions): Seen => ({
  ...seenOf(options),
  limitTo: options.limitTo ?? null,
})

type Defaulted<D> = [D] extends [never] ? null : D

/**
 * A foreign key: many rows of this model belong to one of `target`, which may be this model itself. Rows hold the
 * key of the row pointed to. `onDelete` is `'cascade'` unless said otherwise.
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
 * A foreign key that no two rows share, so that its reverse side is one row at most.
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
 * A many-to-many relation. Without `through`, the model of its rows is called `MODEL_FIELD` and has an `id` and
 * two foreign keys, named after the two models (`from_MODEL` and `to_MODEL` when both are the same). A model given
 * as `through` has a foreign key to either; of several to the same, the first counts.
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
  // An absent `through` is `null`, which is what `T` then is.
  return { _tag: 'manyToMany', target, relatedName, through, ...relatedSeen(given) } as ManyToMany<M, R, T>
}
