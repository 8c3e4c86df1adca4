import { html } from 'hono/html'
import { labelOf } from '../../schema/labelOf.js'
import type { Html } from '../../forms/Widget.js'
import type { AnyView } from '../View.js'

/**
 * The page at the prefix, where no route is: links to the pages that need nothing to be named and change nothing.
 *
 * @since 0.2.0
 */
export const indexPage = (
  routes: { readonly [path: string]: Pick<AnyView<never>, 'methods'> },
  site: string,
): { readonly title: string; readonly body: Html } => {
  const paths = Object.entries(routes)
    .filter(
      ([path, { methods }]) => path !== '' && !path.includes('{') && methods.every((each) => each === 'GET'),
    )
    .map(([path]) => path)
  return {
    title: site,
    body: html`<h1>${site}</h1>
      <ul class="qs-index">
        ${paths.map((path) => html`<li><a href="${path}">${nameOf(path)}</a></li>`)}
      </ul>`,
  }
}

const nameOf = (path: string): string => labelOf(path.split('/').findLast((part) => part !== '') ?? path)
