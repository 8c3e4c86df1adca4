/**
 * Views as a fetch handler.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { optionsOf } from '../../value/optionsOf.js'
import type { WritableClient } from '../../client/Client.js'
import type { Html } from '../../forms/Widget.js'
import { clientFailed } from '../../value/QueryError.js'
import { layout as ownLayout, type Layout } from '../html/layout.js'
import { stylesheet } from '../html/stylesheet.js'
import { noPage, type Ask, type Reply, type ViewError } from '../View.js'
import { isOwnRequest } from './csrf.js'
import { readPosted, viewLimits, type ViewLimits } from './readPosted.js'
import {
  errorPage,
  pageHeaders,
  sentence,
  statusOf,
  strictPolicy,
  toldPage,
  type OnError,
} from './respond.js'
import { indexPage } from '../html/indexPage.js'
import { router, type Matched, type Routes } from './routes.js'

/**
 * Why a request is refused: a status (401 for an unknown user, 403 for one without permission, 303 to a page to sign
 * in), a text, and further headers.
 *
 * @since 0.2.0
 */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers?: { readonly [name: string]: string }
}

/** @since 0.2.0 */
export type PageHandler = (request: Request) => Promise<Response>

/**
 * Options of pages.
 *
 * - `client` answers the questions of pages. It can be a function of the user.
 * - `authorize` gives the user, or a refusal. Without it, everybody is answered. It is responsible for cookies and
 *   sessions.
 * - `prefix` is put before the paths of all routes. The default is `/`.
 * - `site` is the name of the site, `lang` the language of its pages, and `layout` the layout around each page.
 * - `styles` is the URL of a stylesheet that replaces the default one.
 * - `origins` are other origins whose pages may send forms here, or this origin if a proxy hides it.
 * - `policy` is the Content-Security-Policy. With `null`, none is sent.
 * - `onError` gets the errors that visitors don't see, such as a failure of the client.
 *
 * @since 0.2.0
 */
export interface PagesOptions<U> {
  readonly client: WritableClient | ((user: U) => WritableClient)
  readonly authorize?: (request: Request) => TE.TaskEither<Refusal, U>
  readonly prefix?: string
  readonly site?: string
  readonly lang?: string
  readonly layout?: Layout
  readonly styles?: string
  readonly origins?: ReadonlyArray<string>
  readonly policy?: string | null
  readonly limits?: Partial<ViewLimits>
  readonly onError?: OnError
}

type Page = { readonly title: string; readonly body: Html }

const sheetName = 'queryset.css'

/**
 * Pages as a fetch handler, for any server that uses `Request` and `Response`. It never rejects.
 *
 * No posted data is trusted. Forms read only their own fields, and rows and keys are looked up in the querysets of the
 * views. A request that writes and comes from another site is a 403.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * import { detail, pages } from 'queryset-ts/views'
 * const music = schema({ genre: { id: autoId, name: field.text() } }, { display: { genre: (g) => g.name } })
 * const client = memory(music, { genre: [{ id: 1, name: 'Rock & Roll' }] })
 * const handler = pages({ 'genres/{id}/': detail(music.genre) }, { client })
 * const page = await (await handler(new Request('http://localhost/genres/1/'))).text()
 * console.log(page.includes('<h1>Rock &amp; Roll</h1>')) // => true
 *
 * @since 0.2.0
 */
export const pages = <U = null>(routes: Routes<U>, options: PagesOptions<U>): PageHandler => {
  const given = optionsOf(options)
  const prefix = given.prefix ?? '/'
  const find = router(routes)
  const respond = responder(given, prefix)
  return async (request) => {
    try {
      const url = new URL(request.url)
      if (!url.pathname.startsWith(prefix)) return await respond(404, toldPage(404, ''))
      const path = url.pathname.slice(prefix.length)
      if (path === sheetName) return sheet()
      const matched = find(path)
      if (matched === null && path === '') return await respond(200, indexPage(routes, given.site ?? 'Pages'))
      if (matched === null) return await lost(url, path, find, respond)
      const answer = await answered(request, url, matched, given)
      if (answer instanceof Response) return answer
      const response = await respond(answer.status, answer.page, answer.headers)
      return request.method === 'HEAD' ? new Response(null, response) : response
    } catch {
      // The thrown value may contain anything.
      return failed(given)
    }
  }
}

const failed = async <U>(given: Partial<PagesOptions<U>>): Promise<Response> => {
  report(given, clientFailed('views', 'answering', null))
  return responder({}, given.prefix ?? '/')(500, toldPage(500, 'Try again later.'))
}

/** The given function may throw. The request must still be answered. */
const report = <U>({ onError }: Partial<PagesOptions<U>>, error: ViewError): void => {
  if (error._tag !== 'NoPage' && statusOf(error) === 500)
    E.tryCatch(
      () => onError?.(error),
      () => null,
    )
}

const sheet = (): Response =>
  new Response(stylesheet, {
    headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=3600' },
  })

type Respond = (
  status: number,
  page: Page,
  headers?: { readonly [name: string]: string },
) => Promise<Response>

const responder =
  <U>(given: Partial<PagesOptions<U>>, prefix: string): Respond =>
  async (status, { title, body }, headers = {}) => {
    const { site = 'Pages', lang = 'en', layout = ownLayout, styles, policy = strictPolicy } = given
    const text = await layout(body, {
      title,
      site,
      lang,
      stylesheet: styles ?? `${prefix}${sheetName}`,
      home: prefix,
    })
    return new Response(String(text), { status, headers: { ...pageHeaders(policy), ...headers } })
  }

/** Redirects a path without its last slash to the one with it. */
const lost = <U>(
  url: URL,
  path: string,
  find: (path: string) => Matched<U> | null,
  respond: Respond,
): Promise<Response> | Response =>
  path !== '' && !path.endsWith('/') && find(`${path}/`) !== null
    ? new Response(null, { status: 301, headers: { location: `${url.pathname}/${url.search}` } })
    : respond(404, toldPage(404, ''))

interface Answer {
  readonly status: number
  readonly page: Page
  readonly headers?: { readonly [name: string]: string }
}

/** The methods that a view answers, as `Allow` has them. @since 0.2.0 */
export const allowed = (methods: ReadonlyArray<string>): string => [...methods, 'HEAD', 'OPTIONS'].join(', ')

const answered = async <U>(
  request: Request,
  url: URL,
  { view, params }: Matched<U>,
  given: Partial<PagesOptions<U>>,
): Promise<Answer | Response> => {
  if (!isOwnRequest(request, given.origins ?? []))
    return { status: 403, page: toldPage(403, 'The form was sent by a page of another site.') }
  const user: E.Either<Refusal, U | null> =
    given.authorize === undefined ? E.right(null) : await given.authorize(request)()
  if (E.isLeft(user)) {
    const { status, message, headers = {} } = user.left
    return { status, page: toldPage(status, sentence(message)), headers }
  }
  if (request.method === 'OPTIONS')
    return new Response(null, { status: 200, headers: { allow: allowed(view.methods) } })
  const method = request.method === 'HEAD' ? 'GET' : request.method
  if (!view.methods.includes(method))
    return { status: 405, page: toldPage(405, ''), headers: { allow: allowed(view.methods) } }
  const posted =
    method === 'GET' ? E.right(new FormData()) : await readPosted(request, { ...viewLimits, ...given.limits })
  if (E.isLeft(posted))
    return { status: posted.left.status, page: toldPage(posted.left.status, sentence(posted.left.message)) }
  // Without `authorize`, nothing uses the user.
  const ask: Ask<U> = { method, url, params, posted: posted.right, user: user.right as U }
  const client = typeof given.client === 'function' ? given.client(ask.user) : given.client
  const reply: E.Either<ViewError, Reply<unknown>> = client === undefined
    ? E.left(noPage('no client is given'))
    : await view.context(ask, client)()
  if (E.isLeft(reply)) {
    report(given, reply.left)
    return { status: statusOf(reply.left), page: errorPage(reply.left) }
  }
  return reply.right._tag === 'redirect'
    ? new Response(null, { status: 303, headers: { location: reply.right.to } })
    : // The context is the view's own.
      { status: reply.right.status, page: view.template(reply.right.context as never) }
}
