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
 * Options of a formset, in addition to those of a form for the child.
 *
 * - `extra` is the number of empty forms on a page. The default is 3.
 * - `min` and `max` are the smallest and largest number of forms. The defaults are 0 and 1,000.
 * - `canDelete` says whether rows can be marked for deletion. The default is `true`.
 * - `prefix` is put before all names. The default is the name of the relation.
 * - `foreign` says what happens with the key of another parent's row: an error (`'refuse'`), or nothing (`'ignore'`).
 *   Such a row is never written in either case.
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

/** The relations through which rows of another model point to a model's rows. */
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
 * Like `formset`, when the types aren't known.
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
 * The rows of a parent, each with its own form, with empty forms for new rows, and with a checkbox to mark rows for
 * deletion.
 *
 * Forms are matched with rows by key, among the rows of this parent only. A row of another parent is an error. The
 * number of posted forms is limited before any form is created. Unique values must also be unique among the forms.
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
  // The options are those of the named fields.
  const made = formsetOf(queryset, relation, optionsOf(options) as never)
  return {
    ...made,
    bind: (data, parent) => (client) => () => bindSet(client, made, data, parent as object | null),
    show: (parent) => (client) => () => showSet(client, made, parent as object | null),
  }
}
