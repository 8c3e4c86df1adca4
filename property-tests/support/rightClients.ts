/** Every client that there is, over any schema, for the kit to find nothing in. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { taskEither as TE } from 'fp-ts'
import { autoId, readOnly, route, schema, understands, unsupported } from '../../src/index.js'
import type { Client, Query, Schema, Support, WritableClient } from '../../src/index.js'
import { httpClient, httpHandler } from '../../src/http.js'
import { json } from '../../src/json.js'
import type { CheckOptions, Factory } from '../../src/laws.js'
import { answerOf, isExact } from '../../src/client/Support.js'
import type { SingleWrites } from '../../src/client/Client.js'
import { inMemory, storeClient, type StoreClient } from '../../src/clients/reference/storeClient.js'
import { promisedOf } from '../../src/laws/discover/promise.js'
import { random } from '../../src/laws/make/random.js'
import { allRows } from '../../src/queryset/Queryset.js'
import type { AnyModels } from '../../src/queryset/schema.js'
import type { Store } from '../../src/engine/Store.js'
import { bulk, little, single, streamed, waiting } from '../../unit-tests/laws/planted.js'
import { abilitiesOf, ableClient, freshLog } from './able.js'
import { layers, stacked } from './stacked.js'

/** What a schema's models are known by. */
const [key] = Object.getOwnPropertySymbols(schema({ any: { id: autoId } }))

/** Models of a schema that there are no types for. */
export const modelsOf = (resolved: Schema): AnyModels =>
  ({
    ...Object.fromEntries([...resolved.models.keys()].map((name) => [name, allRows(resolved, name)])),
    [key!]: resolved,
  }) as unknown as AnyModels

const reference = (resolved: Schema, rows: Store): StoreClient =>
  storeClient('reference', resolved, inMemory(rows))

/** A client that understands only what it says, and writes a row at a time. */
export const limited = (name: string, support: Support, whole: Client & SingleWrites): WritableClient => {
  const { schema: own, list, create, update, delete: remove, elsewhere } = whole
  const client: WritableClient = {
    name,
    schema: own,
    support,
    create,
    update,
    delete: remove,
    ...(elsewhere === undefined ? {} : { elsewhere }),
    list: (query: Query) => {
      const limit = query.slice?.limit ?? Infinity
      return isExact(client, query) && limit <= (answerOf(client, query).maxPerRequest ?? Infinity)
        ? list(query)
        : TE.left(unsupported(name, `being asked ${JSON.stringify(query)}`))
    },
  }
  return client
}

const limitedTo =
  (support: Support): Factory =>
  (resolved, rows) =>
    limited('limited', support, reference(resolved, rows))

/** A number that goes with the rows, and nothing else. */
const numberOf = (rows: Store): number =>
  [...JSON.stringify([...rows.rows])].reduce((so, c) => (Math.imul(so, 31) + (c.codePointAt(0) ?? 0)) | 0, 7)

/** Abilities at random, others for each case. */
const able: Factory = (resolved, rows) => {
  const whole = reference(resolved, rows)
  const { create, update, delete: remove } = whole
  // Nothing but the rows of a world is looked at.
  const world = { rows: Object.fromEntries(rows.rows) } as never
  const reading = ableClient(whole, abilitiesOf(world, random(numberOf(rows))), freshLog())
  return {
    ...reading,
    list: (query) =>
      promisedOf(reading, query) === 'nothing'
        ? TE.left(unsupported('able', 'what it was asked'))
        : reading.list(query),
    create,
    update,
    delete: remove,
  }
}

/** Each model on one of two clients. */
const routed: Factory = (resolved, rows) => {
  const names = [...resolved.models.keys()]
  const parts = [0, 1].map((n) =>
    reference(resolved, {
      ...rows,
      rows: new Map(
        [...rows.rows].map(([name, list]) => [name, names.indexOf(name) % 2 === n ? list : []] as const),
      ),
    }),
  )
  return route(modelsOf(resolved), Object.fromEntries(names.map((name, i) => [name, parts[i % 2]!] as const)))
}

const overHttp: Factory = (resolved, rows) =>
  httpClient(modelsOf(resolved), {
    url: 'http://127.0.0.1/',
    fetch: httpHandler(reference(resolved, rows)),
  })

const folders: Array<string> = []

const onDisk: Factory = async (resolved, { rows }) => {
  const folder = await mkdtemp(join(tmpdir(), 'laws-'))
  folders.push(folder)
  for (const [model, list] of rows) await writeFile(join(folder, `${model}.json`), JSON.stringify(list))
  return json(modelsOf(resolved), folder)
}

/** Takes away what the clients have written to. */
export const cleared = async (): Promise<void> => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
}

export type Checked = Pick<CheckOptions, 'client' | 'against' | 'readOnly'>

export const rightClients: { readonly [name: string]: Checked } = {
  reference: { client: reference },
  'reference, by the laws alone': { client: reference, against: 'laws' },
  'one that waits': { client: waiting },
  'pages of three, all else derived': { client: little(3, true) },
  'pages of two without a total, all else derived': { client: little(2, false) },
  'single writes, all else derived': { client: single },
  'bulk writes, all else derived': { client: bulk },
  'equality filters and pages of three': {
    client: limitedTo(understands({ lookups: { exact: 'exact' }, maxPerRequest: 3 })),
  },
  'pages of three and nothing else': { client: limitedTo(understands({ maxPerRequest: 3 })) },
  'abilities at random': { client: able },
  'a stream': { client: streamed() },
  route: { client: routed },
  http: { client: overHttp },
  'JSON files': { client: onDisk },
  ...Object.fromEntries(
    Object.entries({ ...layers, 'all middleware': stacked }).map(([name, layer]): [string, Checked] => [
      name,
      {
        client: async (resolved, rows, io) => layer(modelsOf(resolved))(await waiting(resolved, rows, io)),
      },
    ]),
  ),
  readOnly: { client: (resolved, rows) => readOnly(reference(resolved, rows)), readOnly: true },
}
