import { either as E } from 'fp-ts'
import { noPage, type ViewError } from '../View.js'

/**
 * An address on the same host: a template with the row's fields in braces, as in `/artists/{id}/`, or a function of the
 * row. A template may be relative to the page. Values are escaped, so that each is only a part of a path or a query.
 *
 * @since 0.2.0
 */
export type Address<A> = string | ((row: A) => string)

/**
 * The path that an address leads to from a page. An address that leads to another host is refused.
 *
 * @since 0.2.0
 */
export const addressOf = (
  address: Address<never>,
  row: object | null,
  page: URL,
): E.Either<ViewError, string> => {
  const values = new Map<string, unknown>(Object.entries(row ?? {}))
  const given = E.tryCatch(
    () =>
      typeof address === 'function'
        ? address(row as never) // the row that the view is about
        : address.replace(/\{(\w{1,100})\}/gu, (whole, name: string) =>
            values.has(name) ? encodeURIComponent(textOf(values.get(name))) : whole,
          ),
    () => noPage('the address of the next page could not be made'),
  )
  return E.flatMap(given, (text) => {
    const next = URL.canParse(text, page.href) ? new URL(text, page.href) : null
    return next === null || next.origin !== page.origin
      ? E.left<ViewError>(noPage('the next page is not on this host'))
      : E.right(`${next.pathname}${next.search}${next.hash}`)
  })
}

const textOf = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
