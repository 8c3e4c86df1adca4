/**
 * The next page of a REST service: at another URL, or at the same URL with other parameters.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import {
  escaped,
  searchOf,
  type Params,
  type RestRequest,
  type RestResponse,
  type RestStyle,
} from './RestStyle.js'

/** A request for a page: its URL, and its own parameters. */
export interface Following {
  readonly url: string
  readonly params: Params
}

/**
 * The request for the next page. `null` if there is none. It never goes to another host, since it contains what is
 * meant for the service.
 */
export const nextOf = (
  style: RestStyle,
  response: RestResponse,
  request: RestRequest,
): E.Either<string, Following | null> => {
  const next = style.next?.(response, request) ?? null
  if (next === null) return E.right(null)
  if (typeof next !== 'string') {
    const url = withParams(request.url, next.params)
    return url === null
      ? E.left('the next page has a token that is not Unicode')
      : E.right({ url, params: replaced(request.params, next.params) })
  }
  return E.flatMap(
    E.tryCatch(
      () => new URL(next, request.url),
      () => 'the next page has no URL',
    ),
    (to: URL): E.Either<string, Following> =>
      to.origin === new URL(request.url).origin
        ? E.right({ url: to.href, params: [...to.searchParams] })
        : E.left('the next page is elsewhere'),
  )
}

const replaced = (params: Params, by: Params): Params => [
  ...params.filter(([name]) => !by.some(([other]) => other === name)),
  ...by,
]

/** A URL in which parameters are replaced by name. The others stay as they are written. */
const withParams = (url: string, params: Params): string | null => {
  const search = searchOf(params)
  if (search === null) return null
  const [path = '', query = ''] = url.split('?')
  const names = params.flatMap(([name]) => [name, escaped(name), escaped(name)?.replace(/%24/gu, '$')])
  const kept = query.split('&').filter((part) => part !== '' && !names.includes(part.split('=')[0] ?? ''))
  return `${path}?${[...kept, search].filter((part) => part !== '').join('&')}`
}
