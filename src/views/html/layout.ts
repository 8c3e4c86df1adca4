import { html } from 'hono/html'
import type { Html } from '../../forms/Widget.js'

/**
 * The facts that a layout shows around a page.
 *
 * @since 0.2.0
 */
export interface LayoutInfo {
  readonly title: string
  readonly site: string
  readonly lang: string
  /** The address of the stylesheet. */
  readonly stylesheet: string
  /** The address of the link on the site's name. */
  readonly home: string
}

/** @since 0.2.0 */
export type Layout = (body: Html, info: LayoutInfo) => Html

/**
 * The default layout of pages: a header with the site's name, and `<main>`.
 *
 * @since 0.2.0
 */
export const layout: Layout = (body, { title, site, lang, stylesheet, home }) =>
  html`<!DOCTYPE html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title === site ? site : `${title} · ${site}`}</title>
        <link rel="stylesheet" href="${stylesheet}" />
      </head>
      <body class="qs">
        <a class="qs-skip" href="#main">Skip to the content</a>
        <header class="qs-header"><a href="${home}">${site}</a></header>
        <main id="main" class="qs-main">${body}</main>
      </body>
    </html> `
