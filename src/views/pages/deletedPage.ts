import { either as E } from 'fp-ts'
import type { WritableClient } from '../../client/Client.js'
import { bindForm } from '../../forms/bind/bind.js'
import type { Ask, Reply, ViewError } from '../View.js'
import type { FormContext } from '../Context.js'
import { formPage } from './formPage.js'
import type { Submission } from './submit.js'

/**
 * The form of a row that is gone, with what was posted.
 *
 * @since 0.2.0
 */
export const deletedPage = async <A extends object>(
  client: WritableClient,
  { model, form, cancel }: Submission,
  ask: Ask,
): Promise<E.Either<ViewError, Reply<FormContext<A>>>> => {
  const bound = await bindForm(form, ask.posted)(client)()
  if (E.isLeft(bound)) return bound
  const notice = `Nothing was saved, because this ${model.label.toLowerCase()} was deleted since you opened the page. Your values are below.`
  return formPage<A>(client, 409, {
    _tag: 'form',
    model,
    row: null,
    bound: { ...bound.right, errors: {} },
    sets: [],
    notice,
    url: ask.url,
    cancel,
  })
}
