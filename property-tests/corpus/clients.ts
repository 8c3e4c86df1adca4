/** The clients that the corpus can be run on, by name. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from 'queryset-ts'
import { json } from 'queryset-ts/json'
import { memory } from 'queryset-ts/memory'
import type { Fixtures } from './fixtures.js'
import { models } from './schema.js'

export interface Opened {
  readonly client: Client
  readonly close: () => Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()

export const clients: { readonly [name: string]: (fixtures: Fixtures) => Promise<Opened> } = {
  reference: (fixtures) => Promise.resolve({ client: memory(models, fixtures), close: nothing }),
  json: async (fixtures) => {
    const folder = await mkdtemp(join(tmpdir(), 'queryset-corpus-'))
    await Promise.all(
      Object.entries(fixtures).map(([model, rows]) =>
        writeFile(
          join(folder, `${model}.json`),
          `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`,
        ),
      ),
    )
    return { client: json(models, folder), close: () => rm(folder, { recursive: true, force: true }) }
  },
}
