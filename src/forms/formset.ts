import { either as E, type taskEither as TE } from 'fp-ts'
import { optionsOf } from '../value/optionsOf.js'
import type { QueryError } from '../value/QueryError.js'
import { modelOf, type Scope } from '../expression/Scope.js'
import type { ManyRef } from '../expression/Ref.js'
import type { OwnRow } from '../expression/Refs.js'
import { allRows, asQueryset, type AnyQueryset, type Queryset } from '../queryset/Queryset.js'
import type { Client } from '../client/Client.js'
import type { FieldName, FormOptions } from './AnyForm.js'
import { formOf } from './form.js'
import { bindSet, showSet } from './formset/bindSet.js'
import type { AnyFormset, BoundSet } from './formset/BoundSet.js'
import type { PostedInput } from './Posted.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/**
 * What a formset is told, besides what a form of the child is.
 *
 * - `extra` is how many spare forms a page shows (3 unless it is said otherwise).
 * - `min` and `max` are how many forms have to be filled in, and how many may be posted (0 and 1,000).
 * - `canDelete` says whether rows can be marked for deletion (`true`).
 * - `prefix` stands before all names (the name of the relation).
 * - `foreign` says what becomes of the key of a row that is another parent's: an error (`'refuse'`), or nothing at all
 *   (`'ignore'`). Such a row is never written, either way.
 *
 * @since 0.2.0
 */
export interface FormsetOptions<A, F extends string> extends FormOptions<A, F> {
  readonly extra?: number
  readonly min?: number
  readonly max?: number
  readonly canDelete?: boolean
  readonly prefix?: string
  readonly foreign?: 'refuse' | 'ignore'
}

/** The relations by which rows of another model point to a model's. */
type ChildName<R> = { [K in keyof R]: R[K] extends ManyRef<any, any, any, any> ? K : never }[keyof R] & string
type ChildRefs<R, N> = N extends keyof R ? (R[N] extends ManyRef<infer C, any, any, any> ? C : never) : never
type ChildRow<R, N> = N extends keyof R ? (R[N] extends ManyRef<any, any, infer A, any> ? A : never) : never

/** @since 0.2.0 */
export interface Formset<M> extends AnyFormset {
  readonly bind: (
    data: PostedInput,
    parent: OwnRow<M> | null,
  ) => (client: Client) => TE.TaskEither<QueryError, BoundSet>
  readonly show: (parent: OwnRow<M> | null) => (client: Client) => TE.TaskEither<QueryError, BoundSet>
}

const wholeNumber = (given: unknown, otherwise: number): number =>
  typeof given === 'number' && Number.isSafeInteger(given) && given >= 0 ? given : otherwise

/**
 * As `formset`, of what the types have forgotten.
 *
 * @since 0.2.0
 */
export const formsetOf = (
  given: AnyQueryset,
  relation: string,
  options: Partial<FormsetOptions<never, never>> & { readonly fields?: ReadonlyArray<string> },
): AnyFormset => {
  const queryset = asQueryset(given)
  const scope = E.map((each: Scope) => modelOf(each))(queryset.scope)
  const parent = E.isRight(scope) ? scope.right : null
  const found = parent?.relations.get(relation)
  const child = found === undefined ? undefined : queryset.schema.models.get(found.target)
  const column = found?.via._tag === 'reverse' ? found.via.column : ''
  const own = formOf(allRows(queryset.schema, child?.name ?? ''), options)
  const max = wholeNumber(options.max, 1000)
  return {
    schema: queryset.schema,
    parent: parent ?? own.model,
    child: child ?? own.model,
    relation,
    column,
    form: own,
    prefix: options.prefix ?? relation,
    extra: wholeNumber(options.extra, 3),
    min: Math.min(wholeNumber(options.min, 0), max),
    max,
    canDelete: options.canDelete !== false,
    foreign: options.foreign === 'ignore' ? 'ignore' : 'refuse',
    mistakes:
      parent === null || child === undefined || column === ''
        ? [`'${relation}' is not a relation by which other rows point to ${parent?.name ?? 'these'}`]
        : own.fields.some(({ name }) => name === column)
          ? [`'${column}' is the key of the parent, which is not for people to choose`]
          : [],
  }
}

/**
 * The rows of a parent, each in a form of its own, with spare ones for new rows and a box to mark what goes.
 *
 * Forms are matched with rows by their key, and only rows of this parent are: one of another parent is an error. How many
 * forms were posted is bounded before any is made. Values that must be unique are so among the forms as well.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, belongsTo, field, schema } from 'queryset-ts'
 * import { formset, saveSet } from 'queryset-ts/forms'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({
 *   artist: { id: autoId, name: field.text() },
 *   track: { id: autoId, name: field.text({ maxLength: 20 }), artist: belongsTo('artist', { relatedName: 'tracks' }) },
 * })
 * const client = memory(music, { artist: [{ id: 1, name: 'U2' }] })
 * const tracks = formset(music.artist, 'tracks', { fields: ['name'], extra: 1 })
 * const posted = { 'tracks-TOTAL_FORMS': '1', 'tracks-INITIAL_FORMS': '0', 'tracks-0-name': 'One' }
 * const bound = await tracks.bind(posted, { id: 1, name: 'U2' })(client)()
 * if (E.isRight(bound)) console.log(await saveSet(client, bound.right, 1)())
 * // => { _tag: 'Right', right: [ { _tag: 'created', model: 'track', key: 1, fields: [] } ] }
 *
 * @since 0.2.0
 */
export const formset = <
  R,
  A,
  M,
  const N extends ChildName<R>,
  const F extends FieldName<ChildRefs<R, N>, ChildRow<R, N>>,
>(
  queryset: Queryset<R, A, M>,
  relation: N,
  options: FormsetOptions<ChildRow<R, N>, F>,
): Formset<M> => {
  // The options are those of the fields that they name.
  const made = formsetOf(queryset, relation, optionsOf(options) as never)
  return {
    ...made,
    bind: (data, parent) => (client) => () => bindSet(client, made, data, parent as object | null),
    show: (parent) => (client) => () => showSet(client, made, parent as object | null),
  }
}
