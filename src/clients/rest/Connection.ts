/**
 * A REST service, how requests are sent to it, and the URLs of its queries.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, unsupported, type QueryError } from '../../value/QueryError.js'
import type { Sender } from '../http/send.js'
import type { Sending } from './Sending.js'
import { searchOf, type Params, type RestStyle } from './RestStyle.js'

/** The URL of a service, its style, and how requests are sent. */
export interface RestConnection {
  readonly url: string | URL
  readonly style: RestStyle
  readonly sender: Sender
  readonly sending: Sending
}

/** The URL of a query, or the reason why it can't be written. */
export const urlOf = (
  { url: base, sender: { client } }: RestConnection,
  path: string,
  params: Params,
): E.Either<QueryError, string> => {
  const search = searchOf(params)
  if (search === null) return E.left(unsupported(client, 'text that is not Unicode'))
  return E.flatMap(
    E.tryCatch(
      () => new URL(base),
      () =>
        clientFailed(client, 'request', null, { message: 'its URL is none', hint: 'Give an absolute URL.' }),
    ),
    (url: URL): E.Either<QueryError, string> => {
      if (url.username !== '' || url.password !== '')
        return E.left(
          clientFailed(client, 'request', null, {
            message: 'its URL has a user in it, whom no request would tell of',
            hint: "Give the 'authorization' header instead.",
          }),
        )
      const all = [url.search.slice(1), search].filter((part) => part !== '').join('&')
      return E.right(`${url.origin}${url.pathname.replace(/\/$/u, '')}/${path}${all === '' ? '' : `?${all}`}`)
    },
  )
}
