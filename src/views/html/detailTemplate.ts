import { either as E } from 'fp-ts'
import { html } from 'hono/html'
import type { Html } from '../../forms/Widget.js'
import { addressOf } from '../pages/address.js'
import type { DetailContext } from '../Context.js'
import type { Template } from '../View.js'
import { cellHtml } from './cellHtml.js'

const linkHtml = (
  { row, url }: DetailContext,
  to: string | undefined,
  text: string,
  css: string,
): Html | string => {
  const address = to === undefined ? null : addressOf(to, row, url)
  return address !== null && E.isRight(address)
    ? html`<a class="${css}" href="${address.right}">${text}</a> `
    : ''
}

/**
 * The template of one row, unless another is given: its columns, and links to change and delete it.
 *
 * @since 0.2.0
 */
export const detailTemplate: Template<DetailContext> = (context) => {
  const { model, text, cells, links } = context
  const title = text === '' ? `(${model.label.toLowerCase()} without a name)` : text
  return {
    title,
    body: html`<h1>${title}</h1>
      <dl class="qs-details">
        ${cells.map(
          (cell) =>
            html`<div>
              <dt>${cell.label}</dt>
              <dd>${cellHtml(cell)}</dd>
            </div> `,
        )}
      </dl>
      <p class="qs-actions">
        ${linkHtml(context, links.edit, 'Edit', 'qs-button')}${linkHtml(context, links.remove, 'Delete', 'qs-danger')}${linkHtml(context, links.list, `All ${model.plural.toLowerCase()}`, 'qs-link')}
      </p>`,
  }
}
