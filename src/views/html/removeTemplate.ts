import { either as E } from 'fp-ts'
import { html } from 'hono/html'
import { summaryHtml } from '../../forms/html/formHtml.js'
import type { Html } from '../../forms/Widget.js'
import { addressOf } from '../pages/address.js'
import { seenName, type RemoveContext } from '../Context.js'
import type { Template } from '../View.js'

const listHtml = (lead: string, rows: RemoveContext['deleted']): Html | string =>
  rows.length === 0
    ? ''
    : html`<p>${lead}</p>
        <ul>
          ${rows.map(({ label, rows: count }) => html`<li>${count} ${label.toLowerCase()}</li>`)}
        </ul>`

/**
 * The template that asks before a row is deleted, unless another is given.
 *
 * @since 0.2.0
 */
export const removeTemplate: Template<RemoveContext> = (context) => {
  const { model, row, text, notice, url, cancel, seen } = context
  const name = text === '' ? `this ${model.label.toLowerCase()}` : `“${text}”`
  const away = cancel === null ? null : addressOf(cancel, row, url)
  const back = away !== null && E.isRight(away) ? html` <a href="${away.right}">Keep it</a>` : ''
  const notices = notice === null ? [] : [{ code: 'notice', message: notice, params: {}, to: null }]
  return {
    title: `Delete ${text === '' ? model.label.toLowerCase() : text}`,
    body:
      context.protected.length > 0
        ? html`<h1>${name} can’t be deleted</h1>
            ${listHtml('These rows point to it. Delete them first, or point them to another row:', context.protected)}
            <p class="qs-actions">${back}</p>`
        : html`<h1>Delete ${name}?</h1>
            ${summaryHtml(notices)}${listHtml('These go along with it:', context.deleted)}${listHtml('These stay, but no longer point to anything:', context.changed)}
            <form class="qs-form" method="post">
              <input type="hidden" name="${seenName}" value="${seen}" />
              <p class="qs-actions"><button type="submit" class="qs-danger">Delete</button>${back}</p>
            </form>`,
  }
}
