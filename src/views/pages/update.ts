import { either as E } from 'fp-ts'
import type { Queryset } from '../../queryset/Queryset.js'
import type { Values } from '../../forms/AnyForm.js'
import { versionName } from '../../forms/bind/Bound.js'
import type { Form } from '../../forms/form.js'
import { formTemplate } from '../html/formTemplate.js'
import { rowsFor, type RowsFor, type View } from '../View.js'
import { submissionOf, type CreateOptions } from './create.js'
import { findRow } from './find.js'
import type { FormContext } from '../Context.js'
import { deletedPage } from './deletedPage.js'
import { shownForm, submitted } from './submit.js'

/**
 * `by` is the unique field in the URL. The default is the primary key.
 *
 * @since 0.2.0
 */
export interface UpdateOptions<A, F extends string> extends Omit<CreateOptions<A, F>, 'initial'> {
  readonly initial?: Values<A, F>
  readonly by?: keyof A & string
}

/**
 * A page with a form that changes one row of a queryset. If the row was changed or deleted since the page was made,
 * nothing is written. The response is a 409 with the form, the posted values and the stored values.
 *
 * @since 0.2.0
 */
export const update = <R, A extends object, F extends string, M, U = unknown>(
  rows: RowsFor<Queryset<R, A, M>, U>,
  form: Form<A, F, M>,
  options: UpdateOptions<A, F>,
): View<FormContext<A>, U> => {
  const submission = submissionOf(form, options)
  return {
    methods: ['GET', 'POST', 'PUT'],
    template: options.template ?? formTemplate,
    context: (ask, client) => async () => {
      const isPost = ask.method !== 'GET'
      const found = await findRow(client, rowsFor<Queryset<R, A, M>, U>(rows, ask.user), options.by, ask)
      if (E.isLeft(found)) {
        // Whoever had the page of a row that is gone keeps what was typed.
        const hadPage = isPost && found.left._tag === 'NoPage' && ask.posted.has(versionName(''))
        return hadPage ? deletedPage<A>(client, submission, ask) : found
      }
      const row = found.right.row as A // decoded by the shape that the queryset's type describes
      return isPost ? submitted(client, submission, ask, row) : shownForm(client, submission, ask, row)
    },
  }
}
