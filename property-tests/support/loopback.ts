/** A fetch handler on a port of this machine, by nothing but Node. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface Listening {
  readonly url: string
  readonly close: () => Promise<void>
}

const requestOf = (incoming: IncomingMessage): Request =>
  new Request(`http://127.0.0.1${incoming.url ?? '/'}`, {
    method: incoming.method ?? 'GET',
    headers: Object.entries(incoming.headers).flatMap(([name, value]): Array<[string, string]> =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
    ...(incoming.method === 'GET' || incoming.method === 'HEAD'
      ? {}
      : // Node's own types don't know that both are streams of bytes.
        { body: Readable.toWeb(incoming) as never, duplex: 'half' }),
  })

export const onLoopback = async (handler: (request: Request) => Promise<Response>): Promise<Listening> => {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const response = await handler(requestOf(incoming))
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      if (response.body === null) outgoing.end()
      // A reader who leaves ends the stream.
      else await pipeline(Readable.fromWeb(response.body), outgoing).catch(() => null)
    })()
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => {
          closed()
        })
        server.closeAllConnections()
      }),
  }
}
