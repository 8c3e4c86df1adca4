/** The clients that the recorded web cases can be run on, by name. Each has the rows it is given, and no others. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { understands, type WritableClient } from 'queryset-ts'
import { json } from 'queryset-ts/json'
import { memory } from 'queryset-ts/memory'
import { limited } from '../support/rightClients.js'
import type { webFixtures, webModels } from './models.js'

type WebModels = ReturnType<typeof webModels>
type Rows = ReturnType<typeof webFixtures>['rows']

export interface WebClient {
  readonly client: WritableClient
  readonly close: () => Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()

const inMemory = (models: WebModels, rows: Rows) =>
  memory(models, rows as Parameters<typeof memory<WebModels>>[1])

export const webClients: {
  readonly [name: string]: (models: WebModels, rows: Rows) => Promise<WebClient>
} = {
  memory: (models, rows) => Promise.resolve({ client: inMemory(models, rows), close: nothing }),
  // Pages of 100, and equality.
  weak: (models, rows) =>
    Promise.resolve({
      client: limited(
        'weak',
        understands({ lookups: { exact: 'exact' }, maxPerRequest: 100 }),
        inMemory(models, rows),
      ),
      close: nothing,
    }),
  json: async (models, rows) => {
    const folder = await mkdtemp(join(tmpdir(), 'queryset-web-'))
    await Promise.all(
      Object.entries(rows).map(([model, some]) =>
        writeFile(join(folder, `${model}.json`), JSON.stringify(some, null, 1)),
      ),
    )
    return { client: json(models, folder), close: () => rm(folder, { recursive: true, force: true }) }
  },
}
