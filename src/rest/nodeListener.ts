import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { RestHandler } from './rest.js'

/**
 * The used part of a request of Node's own server.
 *
 * @since 0.2.0
 */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: { readonly [name: string]: string | Array<string> | undefined }
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/** The used part of a response of Node's own server. @since 0.2.0 */
export interface NodeResponse {
  readonly writeHead: (status: number, headers: { [name: string]: string }) => unknown
  readonly end: () => unknown
  readonly on: (event: 'close', listener: () => void) => unknown
  readonly destroy: () => unknown
}

const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD'])

const headersOf = ({ headers }: NodeRequest): ReadonlyArray<[string, string]> =>
  Object.entries(headers).flatMap(([name, value]): ReadonlyArray<[string, string]> =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  )

const refused = (outgoing: NodeResponse, status: number): void => {
  outgoing.writeHead(status, { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' })
  outgoing.end()
}

const requestOf = (incoming: NodeRequest, scheme: string, signal: AbortSignal): Request => {
  const method = incoming.method ?? 'GET'
  const host = incoming.headers['host'] ?? 'localhost'
  return new Request(`${scheme}://${String(host)}${incoming.url ?? '/'}`, {
    method,
    headers: headersOf(incoming) as Array<[string, string]>,
    signal,
    // Node's stream and the platform's are the same thing by two types.
    ...(bodiless.has(method) ? {} : { body: Readable.toWeb(incoming as never) as never, duplex: 'half' }),
  })
}

/**
 * A handler as a listener for Node's own server: `createServer(nodeListener(api))`. The caller's network address is
 * that of the connection, unless `address` reads it from a header of your own proxy. The default of `scheme` is `http`.
 *
 * It never throws. A request that can't become a `Request`, such as a `TRACE`, is a 501 or a 400.
 *
 * @since 0.2.0
 */
export const nodeListener =
  (
    handler: RestHandler,
    options: {
      readonly scheme?: 'http' | 'https'
      readonly address?: (incoming: NodeRequest) => string | undefined
    } = {},
  ): ((incoming: NodeRequest, outgoing: NodeResponse) => void) =>
  (incoming, outgoing) => {
    const left = new AbortController()
    outgoing.on('close', () => {
      left.abort()
    })
    const respond = async (): Promise<void> => {
      if (incoming.method === 'TRACE' || incoming.method === 'CONNECT') {
        refused(outgoing, 501)
        return
      }
      const made = attempted(() => requestOf(incoming, options.scheme ?? 'http', left.signal))
      if (made === null) {
        refused(outgoing, 400)
        return
      }
      const address = (options.address ?? ((from: NodeRequest) => from.socket.remoteAddress))(incoming)
      const response = await handler(made, address === undefined ? {} : { address })
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      if (response.body === null) outgoing.end()
      else await pipeline(Readable.fromWeb(response.body as never), outgoing as unknown as Writable) // as above
    }
    // A caller that leaves during an answer is not an error.
    respond().catch(() => {
      outgoing.destroy()
    })
  }

const attempted = <A>(make: () => A): A | null => {
  try {
    return make()
  } catch {
    return null
  }
}
