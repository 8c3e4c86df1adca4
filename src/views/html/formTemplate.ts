import { either as E } from 'fp-ts'
import { html } from 'hono/html'
import { textOf } from '../../schema/rowErrors.js'
import { formHtml } from '../../forms/html/formHtml.js'
import { addressOf } from '../pages/address.js'
import type { FormContext } from '../Context.js'
import type { Template } from '../View.js'

/**
 * The template of forms, unless another is given.
 *
 * @since 0.2.0
 */
export const formTemplate: Template<FormContext> = ({ model, row, bound, sets, notice, url, cancel }) => {
  const what = model.label.toLowerCase()
  const title = row === null ? `Add ${what}` : `Edit ${textOf(model, row) || what}`
  const away = cancel === null ? null : addressOf(cancel, row, url)
  const isWrong =
    Object.keys(bound.errors).length > 0 || notice !== null || sets.some(({ isBound }) => isBound)
  return {
    title: isWrong && bound.isBound ? `Error: ${title}` : title,
    body: html`<h1>${title}</h1>
      ${formHtml(bound, { sets, notice, ...(away !== null && E.isRight(away) ? { cancel: away.right } : {}) })}`,
  }
}
