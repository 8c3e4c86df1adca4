import { either as E } from 'fp-ts'
import { html } from 'hono/html'
import { textOf } from '../../schema/rowErrors.js'
import type { Html } from '../../forms/Widget.js'
import { addressOf } from '../pages/address.js'
import type { ListContext } from '../Context.js'
import type { Page } from '../pages/Pages.js'
import type { Template } from '../View.js'
import { cellHtml } from './cellHtml.js'

/** The address of another page of the same list. */
const pageAddress = (url: URL, { parameter }: Page, number: number): string => {
  const params = new URLSearchParams(url.searchParams)
  params.set(parameter, String(number))
  return `?${params.toString()}`
}

const pagesHtml = (url: URL, page: Page): Html => {
  const link = (number: number, rel: string, text: string, there: boolean) =>
    there ? html`<a rel="${rel}" href="${pageAddress(url, page, number)}">${text}</a>` : ''
  return html`<nav class="qs-pages" aria-label="Pages">
    ${link(page.number - 1, 'prev', 'Previous', page.hasPrevious)}
    <span>Page ${page.number} of ${page.pages}, ${page.start} to ${page.end} of ${page.count}</span>
    ${link(page.number + 1, 'next', 'Next', page.hasNext)}
  </nav>`
}

const rowHtml = (context: ListContext, row: object, i: number): Html => {
  const { links, url, model } = context
  const [first, ...others] = context.cells[i] ?? []
  const to = links.row === undefined ? null : addressOf(links.row, row, url)
  const text =
    first === undefined || first.text === ''
      ? textOf(model, row) || `(${model.label.toLowerCase()} without a name)`
      : first.text
  const head = to !== null && E.isRight(to) ? html`<a href="${to.right}">${text}</a>` : text
  return html`<tr>
    <th scope="row">${head}</th>
    ${others.map((cell) => html`<td data-label="${cell.label}">${cellHtml(cell)}</td>`)}
  </tr> `
}

const tableHtml = (context: ListContext): Html => {
  const [first, ...others] = context.cells[0] ?? []
  return html`<table class="qs-table">
    <thead>
      <tr>
        <th scope="col">${first?.label ?? context.model.label}</th>
        ${others.map(({ label }) => html`<th scope="col">${label}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${context.rows.map((row, i) => rowHtml(context, row, i))}
    </tbody>
  </table>`
}

/**
 * The template of lists, unless another is given: a table, and links to the other pages.
 *
 * @since 0.2.0
 */
export const listTemplate: Template<ListContext> = (context) => {
  const { model, rows, page, isPaginated, links, url } = context
  const add = links.add === undefined ? null : addressOf(links.add, null, url)
  return {
    title: model.plural,
    body: html`<div class="qs-head">
        <h1>${model.plural}</h1>
        ${add !== null && E.isRight(add) ? html`<a class="qs-button" href="${add.right}">Add ${model.label.toLowerCase()}</a>` : ''}
      </div>
      ${rows.length === 0 ? html`<p class="qs-empty">There are no ${model.plural.toLowerCase()} yet.</p>` : tableHtml(context)}
      ${page !== null && isPaginated ? pagesHtml(url, page) : ''}`,
  }
}
