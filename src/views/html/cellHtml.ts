import { html } from 'hono/html'
import type { Html } from '../../forms/Widget.js'
import type { Cell } from '../pages/texts.js'

/**
 * A value as HTML: an address of the web is a link, and a missing value a dash.
 *
 * @since 0.2.0
 */
export const cellHtml = ({ text, link }: Cell): Html | string =>
  text === ''
    ? html`<span class="qs-none">–</span>`
    : link === null
      ? text
      : html`<a href="${link}" rel="noopener noreferrer">${text}</a>`
