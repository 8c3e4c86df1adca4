import type { AnyForm, Values } from '../../forms/AnyForm.js'
import type { Form } from '../../forms/form.js'
import type { AnyFormset } from '../../forms/formset/BoundSet.js'
import { formTemplate } from '../html/formTemplate.js'
import type { Template, View } from '../View.js'
import type { Address } from './address.js'
import type { FormContext } from '../Context.js'
import { shownForm, submitted, type Submission } from './submit.js'

/**
 * - `success` is the address of the next page: a template with the row's fields in braces, or a function of the row.
 * - `initial` has the values that the form begins with.
 * - `sets` are formsets of rows that belong to the row. They are saved with it.
 *
 * @since 0.2.0
 */
export interface CreateOptions<A, F extends string> {
  readonly success: Address<A>
  readonly initial?: Values<A, F>
  readonly sets?: ReadonlyArray<AnyFormset>
  readonly cancel?: string
  readonly template?: Template<FormContext<A>>
}

/** The submission of a view with a form. @since 0.2.0 */
export const submissionOf = (
  form: AnyForm,
  options: {
    readonly success: Address<never>
    readonly initial?: { readonly [field: string]: unknown }
    readonly sets?: ReadonlyArray<AnyFormset>
    readonly cancel?: string
  },
): Submission => ({
  model: form.model,
  form,
  sets: options.sets ?? [],
  initial: options.initial ?? {},
  success: options.success,
  cancel: options.cancel ?? null,
})

/**
 * A page with an empty form, which creates a row. A POST that succeeds returns 303 and the address of the next page. A
 * POST with errors returns 422 and the form.
 *
 * @since 0.2.0
 */
export const create = <A extends object, F extends string, M, U = unknown>(
  form: Form<A, F, M>,
  options: CreateOptions<A, F>,
): View<FormContext<A>, U> => {
  const submission = submissionOf(form, options)
  return {
    methods: ['GET', 'POST', 'PUT'],
    template: options.template ?? formTemplate,
    context: (ask, client) => () =>
      ask.method === 'GET'
        ? shownForm<A>(client, submission, ask, null)
        : submitted<A>(client, submission, ask, null),
  }
}
