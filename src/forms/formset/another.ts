/**
 * One more empty form in a formset, for which a person asks by a button.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import { startWith, unbound } from '../bind/bind.js'
import type { Bound } from '../bind/Bound.js'
import { postedOf, type PostedInput } from '../Posted.js'
import { addName, rowPrefix, type AnyFormset, type BoundSet } from './BoundSet.js'

/**
 * Whether data was posted by the button that asks for one more form of a formset. `formsetHtml` makes the button.
 *
 * @since 0.2.0
 */
export const asksForAnother = (formset: AnyFormset, data: PostedInput): boolean =>
  postedOf(data).texts(addName(formset)).length > 0

/**
 * A formset with one more empty form, unless it has `max` forms.
 *
 * @since 0.2.0
 */
export const withAnother =
  (client: Client) =>
  (set: BoundSet): TE.TaskEither<QueryError, BoundSet> =>
  async () => {
    const { formset, forms } = set
    if (forms.length >= formset.max) return E.right(set)
    const start = await startWith(client, formset.form, null, rowPrefix(formset, forms.length))
    return E.map((each: Parameters<typeof unbound>[0]): BoundSet => {
      const added = { isInitial: false, isDeleted: false, isBlank: true, isForeign: false }
      return { ...set, forms: [...forms, { bound: unbound(each), ...added }] }
    })(start)
  }

/**
 * A form with the posted texts, but without its errors: nobody has asked to save it yet.
 *
 * @since 0.2.0
 */
export const unchecked = <V>(bound: Bound<V>): Bound<V> => ({
  ...bound,
  isBound: false,
  errors: {},
  cleaned: E.left({}),
})

/**
 * A formset with the posted texts, but without its errors.
 *
 * @since 0.2.0
 */
export const uncheckedSet = (set: BoundSet): BoundSet => ({
  ...set,
  isBound: false,
  isValid: false,
  whole: [],
  errors: [],
  forms: set.forms.map((each) => ({ ...each, bound: unchecked(each.bound) })),
})
