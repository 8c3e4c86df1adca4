/** The clients that the recorded forms and views are run on, each with the fixtures afresh. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { understands, type Json, type WritableClient } from '../../../src/index.js'
import { json } from '../../../src/json.js'
import { memory } from '../../../src/memory.js'
import type { AnyModels } from '../../../src/queryset/schema.js'
import { limited } from '../../support/rightClients.js'

type Rows = { readonly [model: string]: ReadonlyArray<{ readonly [field: string]: Json }> }

export interface Opened {
  readonly client: WritableClient
  readonly close: () => Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()

/** Equality filters and pages of 100. */
const weak = understands({ lookups: { exact: 'exact' }, maxPerRequest: 100 })

export const openers: { readonly [name: string]: (models: AnyModels, rows: Rows) => Promise<Opened> } = {
  memory: (models, rows) => Promise.resolve({ client: memory(models, rows), close: nothing }),
  weak: (models, rows) =>
    Promise.resolve({ client: limited('weak', weak, memory(models, rows)), close: nothing }),
  json: async (models, rows) => {
    const folder = await mkdtemp(join(tmpdir(), 'queryset-web-'))
    await Promise.all(
      Object.entries(rows).map(([model, own]) =>
        writeFile(
          join(folder, `${model}.json`),
          `[\n${own.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`,
        ),
      ),
    )
    return { client: json(models, folder), close: () => rm(folder, { recursive: true, force: true }) }
  },
}
