/** The recorded requests, as requests of the platform. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memory } from '../../src/memory.js'
import type { RestHandler } from '../../src/rest.js'
import { webApi } from '../web/api.js'
import { webCases, webFixtures, webModels } from '../web/models.js'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string | null
}

interface Recorded {
  readonly method: string
  readonly path: string
  readonly headers?: { readonly [name: string]: string }
  readonly json?: unknown
  readonly raw?: string
}

export const areThere = existsSync(join(webCases(), 'rest', 'cases.json'))

/** All requests of the cases, those before and after included. */
export const recordedRequests = (): ReadonlyArray<Asked> => {
  const { cases } = JSON.parse(readFileSync(join(webCases(), 'rest', 'cases.json'), 'utf8')) as {
    readonly cases: ReadonlyArray<{
      readonly request: Recorded
      readonly before?: ReadonlyArray<Recorded>
      readonly after?: ReadonlyArray<{ readonly request: Recorded }>
    }>
  }
  return cases
    .flatMap(({ request, before = [], after = [] }) => [
      ...before,
      request,
      ...after.map((each) => each.request),
    ])
    .map(({ method, path, headers = {}, json, raw }) => ({
      method,
      path,
      headers: json === undefined ? headers : { 'content-type': 'application/json', ...headers },
      body: raw ?? (json === undefined ? null : JSON.stringify(json)),
    }))
}

/** The API over rows in memory. */
export const recordedApi = (): RestHandler => {
  const { rows, users, now } = webFixtures()
  const models = webModels(() => new Date(now))
  return webApi(models, users, memory(models, rows as Parameters<typeof memory<typeof models>>[1]))
}

/** A request that the platform can make; `null` where it can't. */
export const requestOf = ({ method, path, headers, body }: Asked): Request | null => {
  try {
    const bodiless = method === 'GET' || method === 'HEAD' || body === null
    return new Request(`http://testserver${path}`, { method, headers, ...(bodiless ? {} : { body }) })
  } catch {
    return null
  }
}
