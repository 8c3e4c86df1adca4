/**
 * Runs the recorded REST cases by their own runner, over real HTTP: `npm run web-cases -- FOLDER --kind rest`.
 *
 * `POST /_reset` puts everything back as it was at the beginning.
 */
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodeListener, type RestHandler } from 'queryset-ts/rest'
import { webApi } from './api.js'
import { webClients, type WebClient } from './clients.js'
import { webCases, webFixtures, webModels } from './models.js'

/** The API over one of the clients, which starts anew where it is asked to. */
export const resettable = async (
  name: string,
): Promise<{ readonly handler: RestHandler; readonly close: () => Promise<void> } | null> => {
  const open = webClients[name]
  if (open === undefined) return null
  const { rows, users, now } = webFixtures()
  const models = webModels(() => new Date(now))
  const opened = async (): Promise<{ readonly api: RestHandler; readonly client: WebClient }> => {
    const client = await open(models, rows)
    return { api: webApi(models, users, client.client), client }
  }
  const state = { at: await opened() }
  return {
    handler: async (request, arrival) => {
      if (new URL(request.url).pathname !== '/_reset') return state.at.api(request, arrival)
      await state.at.client.close()
      state.at = await opened()
      return new Response(null, { status: 204 })
    },
    close: () => state.at.client.close(),
  }
}

const runner = (url: string, files: ReadonlyArray<string>, more: ReadonlyArray<string>): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(webCases(), 'rest', 'run.mjs'), url, ...files, ...more], {
      stdio: 'inherit',
    })
    child.on('close', (code) => {
      resolve(code ?? 2)
    })
  })

/** The exit status of the runner. */
export const runRest = async (
  folder: string,
  client: string,
  more: ReadonlyArray<string>,
): Promise<number> => {
  const files = ['cases.json', 'walks.json']
    .map((file) => join(folder, 'rest', file))
    .filter((file) => existsSync(file))
  if (files.length === 0) {
    console.error(`There is no rest/cases.json in ${folder}.`)
    return 2
  }
  const opened = await resettable(client)
  if (opened === null) {
    console.error(`There is no client '${client}'. There are: ${Object.keys(webClients).join(', ')}.`)
    return 2
  }
  const server = createServer(nodeListener(opened.handler))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  const code = await runner(`http://127.0.0.1:${String(port)}`, files, more)
  server.closeAllConnections()
  server.close()
  await opened.close()
  return code
}
