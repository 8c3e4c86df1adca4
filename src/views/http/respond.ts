/**
 * Responses of views.
 *
 * @since 0.2.0
 */
import { html } from 'hono/html'
import type { QueryError } from '../../value/QueryError.js'
import type { Html } from '../../forms/Widget.js'
import type { ViewError } from '../View.js'

/**
 * The default Content-Security-Policy: pages load from this host only, and send forms to it only.
 *
 * @since 0.2.0
 */
export const strictPolicy =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

/** @since 0.2.0 */
export const pageHeaders = (policy: string | null): { readonly [name: string]: string } => ({
  'content-type': 'text/html; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'private, no-cache',
  ...(policy === null ? {} : { 'content-security-policy': policy }),
})

/**
 * The status of what a view fails at.
 *
 * @since 0.2.0
 */
export const statusOf = (error: ViewError): number => {
  switch (error._tag) {
    case 'NoPage':
    case 'NotFound':
      return 404
    case 'Conflict':
    case 'Protected':
    case 'Incomplete':
      return 409
    case 'Invalid':
    case 'OverBudget':
    case 'Unsupported':
      return 422
    default:
      return 500
  }
}

const titles: { readonly [status: number]: string } = {
  400: 'This can’t be read',
  401: 'Who are you?',
  403: 'This isn’t allowed',
  404: 'There is no such page',
  405: 'This can’t be done here',
  409: 'This has changed meanwhile',
  413: 'This is too large',
  415: 'This can’t be read',
  422: 'This can’t be done',
  429: 'Too many requests',
  500: 'Something went wrong',
}

/** What is told of an error: nothing of what is inside. */
const wordsOf = (error: ViewError): string => {
  switch (error._tag) {
    case 'NoPage':
      return sentence(error.message)
    case 'Protected':
      return 'Other rows point to this one.'
    case 'OverBudget':
    case 'Unsupported':
      return 'The server doesn’t do this.'
    case 'Conflict':
      return 'Load the page again.'
    default:
      return statusOf(error) === 500 ? 'Try again later.' : ''
  }
}

/** @since 0.2.0 */
export const sentence = (text: string): string =>
  text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/u.test(text) ? '' : '.'}`

/** A page that only tells something. @since 0.2.0 */
export const toldPage = (status: number, text: string): { readonly title: string; readonly body: Html } => {
  const title = titles[status] ?? 'Something went wrong'
  return {
    title,
    body: html`<h1>${title}</h1>
      ${text === '' ? '' : html`<p>${text}</p>`}`,
  }
}

/** @since 0.2.0 */
export const errorPage = (error: ViewError): ReturnType<typeof toldPage> =>
  toldPage(statusOf(error), wordsOf(error))

/** What users of the library see of an error that visitors don't. @since 0.2.0 */
export type OnError = (error: QueryError) => void
