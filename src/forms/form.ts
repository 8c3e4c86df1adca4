import { either as E, taskEither as TE } from 'fp-ts'
import { optionsOf } from '../value/optionsOf.js'
import { noModel } from '../schema/noModel.js'
import { modelOf, type Scope } from '../expression/Scope.js'
import type { OwnRow } from '../expression/Refs.js'
import { asQueryset, type AnyQueryset, type Queryset } from '../queryset/Queryset.js'
import type { Client, WritableClient } from '../client/Client.js'
import type { QueryError } from '../value/QueryError.js'
import { bindForm, showForm, type BindOptions } from './bind/bind.js'
import type { Binding, Bound } from './bind/Bound.js'
import { saveBound, type SaveError } from './bind/save.js'
import { fieldOf } from './fieldOf.js'
import type { AnyForm, FieldName, FormOptions, Values } from './AnyForm.js'
import type { FormField } from './FormField.js'
import type { PostedInput } from './Posted.js'

/**
 * A form for the model `M`, with the field names `F`.
 *
 * @since 0.2.0
 */
export interface Form<A, F extends string, M> extends AnyForm {
  /** Binds posted data. */
  readonly bind: (
    data: PostedInput,
    options?: BindOptions & { readonly row?: OwnRow<M> | null; readonly initial?: Values<A, F> },
  ) => Binding<Values<A, F>>
  /** Shows a row, or the initial values of a new one. */
  readonly show: (
    options?: BindOptions & { readonly row?: OwnRow<M> | null; readonly initial?: Values<A, F> },
  ) => Binding<Values<A, F>>
}

/** Like `FormOptions`, when the types aren't known. */
interface AnyOptions {
  readonly fields?: ReadonlyArray<string>
  readonly labels?: By<string>
  readonly help?: By<string>
  readonly required?: By<boolean>
  readonly disabled?: By<boolean>
  readonly initial?: By<FormField['initial']>
  readonly widgets?: By<FormField['widget']>
  readonly emptyLabels?: By<string>
  readonly choices?: By<AnyQueryset>
  readonly messages?: By<FormField['messages']>
  readonly clean?: By<FormField['clean']>
  readonly cleanAll?: AnyForm['cleanAll']
  readonly fieldsets?: AnyForm['fieldsets']
}

interface By<T> {
  readonly [field: string]: T | undefined
}

/** Any value other than a list names no fields. */
const listOf = (given: ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  given !== undefined && isList(given) ? given : []

const isList = (u: unknown): boolean => Array.isArray(u)

const own = <T>(record: By<T> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined

const configured = (field: FormField, options: AnyOptions): FormField => {
  const { name } = field
  const required = own(options.required, name) ?? field.required
  const widget = own(options.widgets, name) ?? field.widget
  const rows = own(options.choices, name)
  const disabled = own(options.disabled, name) === true
  const [maxlength, attributes] = [field.attributes['maxlength'], widget.attributes]
  return {
    ...field,
    label: own(options.labels, name) ?? field.label,
    help: own(options.help, name) ?? field.help,
    required: required && !disabled,
    disabled,
    initial: own(options.initial, name) ?? field.initial,
    emptyLabel: own(options.emptyLabels, name) ?? field.emptyLabel,
    related: field.related === null || rows === undefined ? field.related : { ...field.related, rows },
    // A text area has no use for a number's step.
    attributes: {
      ...(widget.name === field.widget.name
        ? field.attributes
        : maxlength === undefined
          ? {}
          : { maxlength }),
      ...attributes,
    },
    widget,
    messages: own(options.messages, name) ?? field.messages,
    clean: own(options.clean, name) ?? field.clean,
  }
}

/**
 * Like `form`, when the types aren't known.
 *
 * @since 0.2.0
 */
export const formOf = (given: AnyQueryset, options: AnyOptions): AnyForm => {
  const queryset = asQueryset(given)
  const { schema } = queryset
  const scope = E.map((each: Scope) => modelOf(each))(queryset.scope)
  const model = E.isRight(scope) ? scope.right : null
  const empty = { schema, model: noModel(''), fields: [], fieldsets: [], cleanAll: null }
  if (model === null) return { ...empty, mistakes: ['a form needs the rows of a model'] }
  const names = [...new Set(listOf(options.fields))]
  const found = names.map((name) => ({ name, field: fieldOf(schema, model, name) }))
  const fieldsets = options.fieldsets ?? []
  return {
    schema,
    model,
    fields: found.flatMap(({ field }) => (field === null ? [] : [configured(field, options)])),
    fieldsets,
    cleanAll: options.cleanAll ?? null,
    mistakes: [
      ...found.flatMap(({ name, field }) =>
        field === null ? [`'${name}' is not a field of ${model.name} that people can edit`] : [],
      ),
      ...fieldsets
        .flatMap(({ fields }) => fields)
        .filter((name) => !names.includes(name))
        .map((name) => `'${name}' stands in a fieldset, but is not a field of the form`),
    ],
  }
}

/**
 * A form for a model, with the fields named in `fields`, each as the model describes it. It is a value that you create
 * once. `bind` reads what a browser posted.
 *
 * Only the named fields can be written, and other posted data is ignored. Keys of related rows are looked up among the
 * rows that can be chosen, which `choices` narrows. Files aren't supported.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, field, pipe, schema } from 'queryset-ts'
 * import { form, save } from 'queryset-ts/forms'
 * import { memory } from 'queryset-ts/memory'
 * const music = schema({ artist: { id: autoId, name: field.text({ maxLength: 20 }), genre: field.text({ maxLength: 15 }) } })
 * const client = memory(music, {})
 * const artistForm = form(music.artist, { fields: ['name', 'genre'] })
 * const saved = await pipe(artistForm.bind({ name: ' U2 ', genre: 'Rock' }), save(client))()
 * console.log(saved) // => { _tag: 'Right', right: { id: 1, name: 'U2', genre: 'Rock' } }
 * const bound = await artistForm.bind({ name: 'U2' })(client)()
 * console.log(E.isRight(bound) && bound.right.errors['genre']?.[0]?.message) // => Genre is required.
 *
 * @since 0.2.0
 */
export const form = <R, A, M, const F extends FieldName<R, A>>(
  queryset: Queryset<R, A, M>,
  options: FormOptions<A, F>,
): Form<A, F, M> => {
  // The options are those of the named fields.
  const made = formOf(queryset, optionsOf(options) as unknown as AnyOptions)
  return {
    ...made,
    bind: (data, given) => bindForm(made, data, given) as Binding<Values<A, F>>,
    show: (given) => showForm(made, given) as Binding<Values<A, F>>,
  }
}

/**
 * Saves a bound form: a new row, or the changes of the edited row. Gives the row as it is stored.
 *
 * A form with errors is an `InvalidForm`, and nothing is written. So is a value that another writer has used in the
 * meantime. A row that was changed or deleted after the page was created is a `Conflict`. To-many relations are written
 * together with the row, in one transaction if the client has them.
 *
 * @since 0.2.0
 */
export const save =
  (client: WritableClient) =>
  <V>(
    binding: ((client: Client) => TE.TaskEither<QueryError, Bound<V>>) | Bound<V>,
  ): TE.TaskEither<SaveError, object> =>
    typeof binding === 'function'
      ? TE.flatMap((bound: Bound<V>) => saveBound(client, bound))(
          TE.mapLeft((error: QueryError): SaveError => error)(binding(client)),
        )
      : saveBound(client, binding)
