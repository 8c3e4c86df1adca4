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
 * @example
 * import { autoId, belongsTo, field, schema } from 'queryset-ts'
 * import { asksForAnother, formset } from 'queryset-ts/forms'
 * const music = schema({
 *   artist: { id: autoId, name: field.text() },
 *   track: { id: autoId, name: field.text(), artist: belongsTo('artist', { relatedName: 'tracks' }) },
 * })
 * const tracks = formset(music.artist, 'tracks', { fields: ['name'] })
 * console.log(asksForAnother(tracks, { 'tracks-ADD': '1' }), asksForAnother(tracks, {})) // => true false
 *
 * @since 0.2.0
 */
export const asksForAnother = (formset: AnyFormset, data: PostedInput): boolean =>
  postedOf(data).texts(addName(formset)).length > 0

/**
 * A formset with one more empty form. A formset that has `max` forms stays as it is. If the rows for the choices of a
 * field can't be read, the result is the client's error.
 *
 * @example
 * import { taskEither as TE } from 'fp-ts'
 * import { autoId, belongsTo, field, pipe, schema } from 'queryset-ts'
 * import { formset, withAnother } from 'queryset-ts/forms'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({
 *   artist: { id: autoId, name: field.text() },
 *   track: { id: autoId, name: field.text(), artist: belongsTo('artist', { relatedName: 'tracks' }) },
 * })
 * const client = memory(music, { artist: [{ id: 1, name: 'U2' }] })
 * const tracks = formset(music.artist, 'tracks', { fields: ['name'], extra: 1 })
 * const shown = pipe(tracks.show({ id: 1, name: 'U2' })(client), TE.flatMap(withAnother(client)))
 * console.log(await pipe(shown, TE.map(({ forms }) => forms.length))()) // => { _tag: 'Right', right: 2 }
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
 * A form with the posted texts, but without its errors. Use it to show a form again that nobody has asked to save, such
 * as after a press of the button that adds a row. The result can't be saved.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, field, schema } from 'queryset-ts'
 * import { form, unchecked } from 'queryset-ts/forms'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ artist: { id: autoId, name: field.text({ maxLength: 5 }) } })
 * const artists = form(music.artist, { fields: ['name'] })
 * const bound = await artists.bind({ name: 'Metallica' })(memory(music, {}))()
 * if (E.isRight(bound)) {
 *   const again = unchecked(bound.right)
 *   console.log(again.raws, again.errors) // => { name: 'Metallica' } {}
 * }
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
 * A formset with the posted texts, but without its errors, like `unchecked` for each of its forms. The result can't be
 * saved.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, belongsTo, field, schema } from 'queryset-ts'
 * import { formset, uncheckedSet } from 'queryset-ts/forms'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({
 *   artist: { id: autoId, name: field.text() },
 *   track: { id: autoId, name: field.text(), artist: belongsTo('artist', { relatedName: 'tracks' }) },
 * })
 * const client = memory(music, { artist: [{ id: 1, name: 'U2' }] })
 * const tracks = formset(music.artist, 'tracks', { fields: ['name'], extra: 1 })
 * const posted = { 'tracks-TOTAL_FORMS': '1', 'tracks-INITIAL_FORMS': '1', 'tracks-0-name': 'One' }
 * const bound = await tracks.bind(posted, { id: 1, name: 'U2' })(client)()
 * if (E.isRight(bound)) {
 *   console.log(bound.right.errors.map(Object.keys)) // => [ [ 'id' ] ]
 *   const again = uncheckedSet(bound.right)
 *   console.log(again.errors, again.forms.map((each) => each.bound.raws)) // => [] [ { name: 'One' } ]
 * }
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
