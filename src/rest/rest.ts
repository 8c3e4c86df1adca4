import { either as E } from 'fp-ts'
import { optionsOf as given } from '../value/optionsOf.js'
import type { Json } from '../value/Value.js'
import type { WritableClient } from '../client/Client.js'
import { answerTo, actionOf, methodsOf } from './answerTo.js'
import { userOf } from './authenticate.js'
import type { Context } from './Context.js'
import { ownSecret } from './cursors.js'
import { plainError, problemJson, toldAs } from './failed.js'
import { notFound, refuse, type Answer, type Failure } from './Failure.js'
import type { Links } from './Links.js'
import { bodyTypes } from './readBody.js'
import { mediaTypes, negotiate, problemType, type Format, type Negotiated } from './negotiate.js'
import { openApi } from './openapi.js'
import { aboutRoute } from './options.js'
import { render } from './render.js'
import { restLimits, type RestLimits } from './RestLimits.js'
import { routed, type Route, type Views } from './routes.js'
import type { Serving } from './Serving.js'
import { throttled } from './throttle.js'
import type { View } from './View.js'

/**
 * Options of an API.
 *
 * - `client`: the client that answers and stores. It can be a function of the caller, for a tenant or a scope.
 * - `prefix`: the start of all URLs, with a slash at both ends.
 * - `root`: the views that the URL of the prefix lists. The default is all.
 * - `formats`: the formats of answers, the default one first. The default is JSON, the plain page, and CSV.
 * - `origin`: the scheme and host of the links in answers, as callers know them. The default is that of the request.
 * - `hosts`: the hosts that a request may name. Another one is a 400. Give it, or `origin`, if anybody can reach the
 *   server, since a `Host` header can be forged.
 * - `limits`: the limits of a request.
 * - `secret`: the key that signs cursors.
 * - `document`: the title and version of the OpenAPI document at `openapi.json`. With `false`, there is none.
 *
 * @since 0.2.0
 */
export interface RestOptions {
  readonly client: WritableClient | ((user: unknown, request: Request) => WritableClient)
  readonly prefix?: string
  readonly root?: ReadonlyArray<string>
  readonly formats?: ReadonlyArray<Format>
  readonly origin?: string
  readonly hosts?: ReadonlyArray<string>
  readonly limits?: Partial<RestLimits>
  readonly secret?: string
  readonly document?: { readonly title: string; readonly version: string } | false
}

/** Further facts that a server knows about a request: the caller's network address. @since 0.2.0 */
export interface Arrival {
  readonly address?: string
}

/** Answers a request. It never rejects. @since 0.2.0 */
export type RestHandler = (request: Request, arrival?: Arrival) => Promise<Response>

interface Api extends Required<Pick<RestOptions, 'prefix' | 'formats' | 'secret'>> {
  readonly views: Views
  readonly options: RestOptions
  readonly limits: RestLimits
  readonly root: ReadonlyArray<string>
}

/**
 * Views as a fetch handler, for any server that uses `Request` and `Response`: Hono, Express, workers, Node's own.
 *
 * The API is compatible with Django REST framework, so its clients need no change. Errors are given by field. With
 * `Accept: application/problem+json`, they have the form of RFC 9457. Errors include no internal details of a failing
 * backend.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * import { rest, serializer, viewset } from 'queryset-ts/rest'
 * const music = schema({ genre: { id: autoId, name: field.text({ maxLength: 10 }) } })
 * const genres = viewset({ queryset: music.genre, serializer: serializer(music.genre, { fields: ['id', 'name'] }) })
 * const api = rest({ genres }, { client: memory(music, {}), prefix: '/api/' })
 * const made = await api(
 *   new Request('http://localhost/api/genres/', {
 *     method: 'POST',
 *     headers: { 'content-type': 'application/json' },
 *     body: JSON.stringify({ name: 'Alternative & Punk' }),
 *   }),
 * )
 * console.log(made.status, await made.json()) // => 400 { name: [ 'This value is longer than 10 characters.' ] }
 *
 * @since 0.2.0
 */
export const rest = (views: { readonly [path: string]: View }, options: RestOptions): RestHandler => {
  const { prefix = '/', formats = ['json', 'html', 'csv'], secret = ownSecret(), limits, root } = options
  const api: Api = {
    views,
    options,
    prefix,
    formats,
    secret,
    limits: { ...restLimits, ...given(limits) },
    root: root ?? Object.keys(views),
  }
  return async (request, arrival = {}) => {
    try {
      return await respond(api, request, arrival)
    } catch {
      // The thrown value may contain anything.
      return new Response(JSON.stringify({ detail: 'Something went wrong on the server.' }), {
        status: 500,
        headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
      })
    }
  }
}

const page = (status: number, title: string, headers: { readonly [name: string]: string } = {}): Response =>
  new Response(
    status === 301
      ? null
      : `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
    {
      status,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'x-content-type-options': 'nosniff',
        ...headers,
      },
    },
  )

const respond = async (api: Api, request: Request, arrival: Arrival): Promise<Response> => {
  const url = new URL(request.url)
  const { hosts } = api.options
  if (hosts !== undefined && !hosts.includes(url.host)) return page(400, 'This host is not served here')
  if (url.search.length > api.limits.query) return page(414, 'The address is too long')
  const found = routed(api.views, api.prefix, url.pathname, api.formats)
  switch (found._tag) {
    case 'none':
      return page(404, 'There is nothing here')
    case 'moved':
      return page(301, 'Moved', { location: `${found.path}${url.search}` })
    case 'found':
      return answerOf(
        api,
        request,
        url,
        arrival,
        found.route,
        found.format ?? url.searchParams.getAll('format').at(-1) ?? null,
      )
  }
}

const rowPath = (api: Api, view: string, key: string): string =>
  `${api.prefix}${view}/${encodeURIComponent(key)}/`

const linksOf = (api: Api, origin: string): Links => ({
  list: (view) => `${origin}${api.prefix}${view}/`,
  row: (view, key) => `${origin}${rowPath(api, view, key)}`,
  match: (path) => {
    const found = routed(api.views, api.prefix, path, api.formats)
    return found._tag === 'found' && found.route._tag === 'row'
      ? { view: found.route.name, key: found.route.key }
      : null
  },
  column: (view) => (Object.hasOwn(api.views, view) ? (api.views[view]?.lookup ?? null) : null),
})

interface Asked {
  readonly api: Api
  readonly request: Request
  readonly url: URL
  readonly arrival: Arrival
  readonly route: Route
  readonly methods: ReadonlyArray<string>
  readonly origin: string
}

const answerOf = async (
  api: Api,
  request: Request,
  url: URL,
  arrival: Arrival,
  route: Route,
  named: string | null,
): Promise<Response> => {
  const methods = route._tag === 'root' || route._tag === 'document' ? ['GET'] : methodsOf(route)
  const origin = api.options.origin ?? url.origin
  const asked: Asked = { api, request, url, arrival, route, methods, origin }
  const negotiated = negotiate(api.formats, named, request.headers.get('accept'))
  const usual: Negotiated = { format: 'json', problem: false, indent: 0 }
  if (negotiated === 'not found') return responseOf(asked, usual, E.left(notFound))
  if (negotiated === null)
    return responseOf(
      asked,
      usual,
      E.left(refuse(406, 'not_acceptable', 'No type that the request accepts is available.')),
    )
  return responseOf(asked, negotiated, await answered(asked))
}

const answered = (asked: Asked): Promise<E.Either<Failure, Answer>> => {
  const { api, route, request, origin } = asked
  if (route._tag !== 'root' && route._tag !== 'document') return viewed(asked, route)
  const { method } = request
  if (method === 'OPTIONS') return Promise.resolve(E.right({ status: 200, body: aboutRoot(api) }))
  if (method !== 'GET' && method !== 'HEAD')
    return Promise.resolve(E.left(refuse(405, 'method_not_allowed', `${method} is not allowed here.`)))
  if (route._tag === 'document') return Promise.resolve(documentOf(api))
  const links = linksOf(api, origin)
  const body: Json = Object.fromEntries(api.root.map((name) => [name, links.list(name)]))
  return Promise.resolve(E.right({ status: 200, body }))
}

const aboutRoot = ({ formats }: Api): Json => ({
  name: 'API',
  description: 'The views that there are.',
  renders: formats.map((format) => mediaTypes[format]),
  parses: [...bodyTypes],
})

const documentOf = ({ views, prefix, formats, options }: Api): E.Either<Failure, Answer> => {
  const { document = { title: 'API', version: '1' } } = options
  return document === false
    ? E.left(notFound)
    : E.right({ status: 200, body: openApi(views, { ...document, prefix, formats }) })
}

type Viewed = Exclude<Route, { readonly _tag: 'root' | 'document' }>

/**
 * Checks in this order: the caller (401), the permission (403), the rate (429), the method (405), and then the rest.
 */
const viewed = async (asked: Asked, route: Viewed): Promise<E.Either<Failure, Answer>> => {
  const { api, request, methods, origin } = asked
  const { view, name } = route
  if (view.mistakes.length > 0) return E.left(refuse(500, 'error', 'The server is set up wrongly.'))
  const user = await userOf(view.authenticate, request)()
  if (E.isLeft(user)) return user
  const links = linksOf(api, origin)
  const context = contextOf(asked, route, user.right, links)
  const allowed = view.permission(context as Context<never>, null) // what the view's own types say
  if (E.isLeft(allowed)) return E.left(denied(view, user.right, allowed.left))
  const counted = await throttled(view.throttle, context as Context<never>, name)()
  if (E.isLeft(counted)) return counted
  const serving: Serving = { context, links, limits: api.limits, origin, secret: api.secret, about: name }
  return answerTo(serving, route, methods, api.formats)()
}

const denied = (view: View, user: unknown, said: string): Failure => {
  const [first] = view.authenticate
  return user === null && first !== undefined
    ? refuse(401, 'not_authenticated', said === '' ? 'Say who you are.' : said, {
        'www-authenticate': first.challenge,
      })
    : refuse(403, 'permission_denied', said === '' ? 'You may not do this.' : said)
}

const contextOf = (
  { api, request, url, arrival }: Asked,
  route: Viewed,
  user: unknown,
  links: Links,
): Context => {
  const { client } = api.options
  const { model } = route.view.serializer('retrieve')
  return {
    request,
    url,
    user,
    client: typeof client === 'function' ? client(user, request) : client,
    action: actionOf(route, request.method),
    method: request.method,
    key: route._tag === 'list' ? null : route.key,
    address: arrival.address ?? null,
    now: model.clock,
    link: (view, key) => (key === undefined ? links.list(view) : links.row(view, key)),
  }
}

const allowOf = (methods: ReadonlyArray<string>): string =>
  [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')

const titleOf = (route: Route): string =>
  route._tag === 'root' || route._tag === 'document' ? 'API' : aboutRoute(route).name

const responseOf = async (
  { route, methods, request }: Asked,
  negotiated: Negotiated,
  answer: E.Either<Failure, Answer>,
): Promise<Response> => {
  const failure = E.isLeft(answer) ? toldAs(answer.left) : null
  const problem = failure !== null && negotiated.problem
  const reply: Answer =
    failure !== null
      ? {
          status: failure._tag === 'Mistaken' ? 400 : failure.status,
          body: problem ? problemJson(failure) : plainError(failure),
          headers: failure._tag === 'Refused' ? (failure.headers ?? {}) : {},
        }
      : E.isRight(answer)
        ? answer.right
        : { status: 500, body: undefined }
  const allow = allowOf(methods)
  const columns =
    failure !== null || route._tag === 'root' || route._tag === 'document' || route._tag === 'action'
      ? []
      : route.view
          .serializer(route._tag === 'list' ? 'list' : 'retrieve')
          .fields.filter(({ writeOnly }) => !writeOnly)
          .map(({ name }) => name)
  const { method } = request
  const { type, text } = await render(
    negotiated,
    { title: titleOf(route), status: reply.status, method, allow, columns },
    reply.body,
  )
  const bare = reply.body === undefined
  return new Response(bare || method === 'HEAD' ? null : text, {
    status: reply.status,
    headers: {
      ...(bare ? {} : { 'content-type': problem ? problemType : type }),
      allow,
      vary: negotiated.format === 'html' ? 'Accept, Cookie' : 'Accept',
      'x-content-type-options': 'nosniff',
      ...(negotiated.format === 'html'
        ? {
            'content-security-policy':
              "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
          }
        : {}),
      ...reply.headers,
    },
  })
}
