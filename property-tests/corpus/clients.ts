/** The clients that the corpus can be run on, by name. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { either as E } from 'fp-ts'
import { schemaOf, type Client } from 'queryset-ts'
import { json } from 'queryset-ts/json'
import { memory } from 'queryset-ts/memory'
import { load } from '../../src/clients/memory/memory.js'
import { sourceOf } from '../../src/reference/Store.js'
import type { WritableClient } from '../../src/client/Client.js'
import { denoted, type Terminals } from './answer.js'
import type { Fixtures } from './fixtures.js'
import { models } from './schema.js'

export interface Opened {
  readonly client: Client
  /** The client, if it writes. */
  readonly writable?: WritableClient
  /** What has to answer likewise. */
  readonly besides?: Terminals
  readonly close: () => Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()

export const clients: { readonly [name: string]: (fixtures: Fixtures) => Promise<Opened> } = {
  reference: (fixtures) => {
    const client = memory(models, fixtures)
    return Promise.resolve({ client, writable: client, close: nothing })
  },
  // The reference, each of whose answers has to be what the queryset means.
  denote: (fixtures) => {
    const schema = schemaOf(models)
    return Promise.resolve({
      client: memory(models, fixtures),
      besides: denoted(schema, E.map(sourceOf)(load('denote', schema, fixtures))),
      close: nothing,
    })
  },
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
    const client = json(models, folder)
    return { client, writable: client, close: () => rm(folder, { recursive: true, force: true }) }
  },
}
