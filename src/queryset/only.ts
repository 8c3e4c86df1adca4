import { either as E } from 'fp-ts'
import { invalidField, invalidStep } from '../value/QueryError.js'
import type { Only } from '../schema/Types.js'
import type { OwnRow, PkNameOf, WithFields } from '../expression/Refs.js'
import { append } from './append.js'
import { modelOf, type Scope } from '../expression/Scope.js'
import type { AnyQueryset, Queryset } from './Queryset.js'

/**
 * Keeps only these fields of the model, and the primary key. (Django fetches other fields on access. Here the type of
 * the row lacks them.) Callbacks can still refer to all fields. Annotations stay.
 *
 * @example
 * import { autoId, field, only, pipe, print, schema } from 'queryset-ts'
 * const { artist } = schema({ artist: { id: autoId, name: field.text(), biography: field.text() } })
 * console.log(print(pipe(artist, only('name')))) // => pipe(artist, only('id', 'name'))
 *
 * @since 0.1.0
 */
export const only =
  <const F extends string>(...fields: ReadonlyArray<F>) =>
  <R, A, M extends WithFields<F>>(
    queryset: Queryset<R, A, M>,
  ): Queryset<R, Only<A, OwnRow<M>, F | PkNameOf<M>>, M> =>
    // The row keeps these fields, as the type says.
    narrowed(queryset, 'only', fields, (name) => fields.includes(name as F)) as unknown as Queryset<
      R,
      Only<A, OwnRow<M>, F | PkNameOf<M>>,
      M
    >

/**
 * Keeps all of the model's fields except these. The primary key always stays.
 *
 * @example
 * import { autoId, defer, field, pipe, print, schema } from 'queryset-ts'
 * const { artist } = schema({ artist: { id: autoId, name: field.text(), biography: field.text() } })
 * console.log(print(pipe(artist, defer('biography')))) // => pipe(artist, only('id', 'name'))
 *
 * @since 0.1.0
 */
export const defer =
  <const F extends string>(...fields: ReadonlyArray<F>) =>
  <R, A, M extends WithFields<F>>(
    queryset: Queryset<R, A, M>,
  ): Queryset<R, Only<A, OwnRow<M>, Exclude<keyof OwnRow<M>, Exclude<F, PkNameOf<M>>>>, M> =>
    // The row loses these fields, as the type says.
    narrowed(queryset, 'defer', fields, (name) => !fields.includes(name as F)) as unknown as Queryset<
      R,
      Only<A, OwnRow<M>, Exclude<keyof OwnRow<M>, Exclude<F, PkNameOf<M>>>>,
      M
    >

const narrowed = (
  queryset: AnyQueryset,
  name: 'only' | 'defer',
  given: ReadonlyArray<string>,
  stays: (name: string) => boolean,
): AnyQueryset =>
  append(queryset, 'only', (scope: Scope) => {
    const model = modelOf(scope)
    if (model === null)
      return E.left(
        invalidStep(
          name,
          queryset.length,
          'the rows are no longer those of a model',
          "Use 'values' instead.",
        ),
      )
    const unknown = given.find((field) => !model.columns.has(field))
    const before = fieldsSoFar(queryset) ?? [...model.columns.keys()]
    return unknown !== undefined
      ? E.left(invalidField(model.name, unknown, 'is not a field', [...model.columns.keys()]))
      : E.right({
          step: {
            _tag: 'only' as const,
            fields: before.filter((field) => field === model.primaryKey || stays(field)),
          },
        })
  })

/** The fields that an earlier `only` kept, or `null` if there was none. */
const fieldsSoFar = (queryset: AnyQueryset): ReadonlyArray<string> | null => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at: AnyQueryset | null = queryset
  /* eslint-disable-next-line functional/no-loop-statements -- a queryset can have any number of steps */
  while (at !== null && at.step?._tag !== 'only') at = at.source
  return at?.step?._tag === 'only' ? at.step.fields : null
}
