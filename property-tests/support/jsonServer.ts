/** JSON Server, as it is published, on a port of this machine. */
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { RequestListener, Server } from 'node:http'
import type { Listening } from './loopback.js'

/** What is used of it: it brings no types. */
interface JsonServer {
  readonly create: () => RequestListener & {
    readonly use: (middleware: unknown) => void
    readonly listen: (port: number, host: string, ready: () => void) => Server
  }
  readonly bodyParser: unknown
  readonly router: (data: object) => unknown
}

export const jsonServerOver = async (data: object): Promise<Listening> => {
  const published = createRequire(import.meta.url)('json-server') as JsonServer
  const app = published.create()
  app.use(published.bodyParser)
  app.use(published.router(data))
  const server = await new Promise<Server>((ready) => {
    const listening = app.listen(0, '127.0.0.1', () => {
      ready(listening)
    })
  })
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
