/**
 * Runs the recorded REST cases by their own runner, over real HTTP: `npm run web-cases -- FOLDER --kind rest`.
 *
 * `POST /_reset` puts everything back as it was at the beginning.
 */
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeListener, type RestHandler } from 'queryset-ts/rest'
import { webApi } from './api.js'
import { webClients, type WebClient } from './clients.js'
import { webCases, webFixtures, webModels } from './models.js'

/** The API over one of the clients, which starts anew where it is asked to. */
export const resettable = async (
  name: string,
  folder: string = webCases(),
): Promise<{ readonly handler: RestHandler; readonly close: () => Promise<void> } | null> => {
  const open = webClients[name]
  if (open === undefined) return null
  const { rows, users, now } = webFixtures(folder)
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

/** The folder that has what FOLDER lacks besides its cases. */
const besides = (folder: string): string =>
  [
    folder,
    dirname(folder),
    fileURLToPath(new URL('../../../shared/web-cases', import.meta.url)),
    webCases(),
  ].find((each) => existsSync(join(each, 'rest', 'run.mjs'))) ?? webCases()

const running = (runner: string, url: string, files: ReadonlyArray<string>): Promise<number> =>
  new Promise((ended) => {
    const child = spawn(process.execPath, [runner, url, ...files], { stdio: 'inherit' })
    child.on('close', (code) => {
      ended(code ?? 2)
    })
  })

/** The exit status of the runner. */
export const runRest = async (folder: string, client: string): Promise<number> => {
  const files = ['cases.json', 'walks.json'].flatMap(
    (file) => [join(folder, 'rest', file), join(folder, file)].find((each) => existsSync(each)) ?? [],
  )
  const shared = besides(folder)
  const runner = join(shared, 'rest', 'run.mjs')
  if (files.length === 0 || !existsSync(runner)) {
    console.error(`There are no cases in ${folder}, or nothing to run them by.`)
    return 2
  }
  const opened = await resettable(client, shared)
  if (opened === null) {
    console.error(`There is no client '${client}'. There are: ${Object.keys(webClients).join(', ')}.`)
    return 2
  }
  const server = createServer(nodeListener(opened.handler))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  const code = await running(runner, `http://127.0.0.1:${String(port)}`, files)
  server.closeAllConnections()
  server.close()
  await opened.close()
  return code
}
