/** The clients that the corpus can be run on, by name. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { either as E } from 'fp-ts'
import { route, schemaOf, understands, type Client } from 'queryset-ts'
import { djangoRestFramework, httpClient, httpHandler, jsonServer, restClient } from 'queryset-ts/http'
import { json } from 'queryset-ts/json'
import { memory } from 'queryset-ts/memory'
import { pageNumber, rest, viewset } from 'queryset-ts/rest'
import { sqlClient, type Driver } from 'queryset-ts/sql'
import { load } from '../../src/clients/memory/memory.js'
import { sourceOf } from '../../src/engine/Store.js'
import { allRows } from '../../src/queryset/Queryset.js'
import { anyFilters } from '../../src/rest/Filters.js'
import { anySerializer } from '../../src/rest/serializerOf.js'
import type { WritableClient } from '../../src/client/Client.js'
import { denoted, type Terminals } from './answer.js'
import type { Fixtures } from './fixtures.js'
import { jsonServerOver } from '../support/jsonServer.js'
import { odataMock, odataServerOver } from '../support/odataServer.js'
import { onLoopback } from '../support/loopback.js'
import { limited } from '../support/rightClients.js'
import { openDatabase } from '../support/databases.js'
import { openOtherDriver } from '../support/otherDrivers.js'
import { loadRows, countOn, undoing } from '../support/sqlDatabases.js'
import { stacked } from '../support/stacked.js'
import { models } from './schema.js'

export interface Opened {
  readonly client: Client
  /** The client, if it writes. */
  readonly writable?: WritableClient
  /** What has to answer likewise. */
  readonly besides?: Terminals
  /** How many statements a database has been sent, where it is one. */
  readonly statements?: () => number
  readonly close: () => Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()

/** Equality filters and pages of 100. */
const weak = understands({ lookups: { exact: 'exact' }, maxPerRequest: 100 })

/** Pages, and nothing else. */
const paging = understands({ maxPerRequest: 100 })

/** Opens a database that holds nothing, or says why there is none. */
type Open = (purpose: string) => Promise<Driver | string>

const loaded = new Map<Open, Promise<Driver>>()

/** A database that is filled once. What is written is undone when it is closed. */
const database =
  (open: Open) =>
  async (fixtures: Fixtures): Promise<Opened> => {
    const known = loaded.get(open)
    const filling = known ?? filled(open, fixtures)
    loaded.set(open, filling)
    const driver = await filling
    const told = { statements: 0 }
    const over = (at: Driver): Driver => ({
      ...at,
      query: (text, params, options) => {
        told.statements += 1
        return at.query(text, params, options)
      },
    })
    const statements = () => told.statements
    if (known === undefined) {
      const client = sqlClient(models, over(driver))
      return { client, writable: client, statements, close: () => driver.close().then(() => undefined) }
    }
    await countOn(driver, models)
    const { driver: within, close } = await undoing(driver)
    const client = sqlClient(models, over(within))
    return { client, writable: client, statements, close }
  }

const filled = async (open: Open, fixtures: Fixtures): Promise<Driver> => {
  // Each thread has a database of its own.
  const driver = await open(threadId === 0 ? 'corpus' : `corpus_${String(threadId)}`)
  if (typeof driver === 'string') throw new Error(driver)
  await loadRows(driver, models, fixtures)
  return driver
}

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
  weak: (fixtures) => {
    const client = limited('weak', weak, memory(models, fixtures))
    return Promise.resolve({ client, writable: client, close: nothing })
  },
  pages: (fixtures) => {
    const client = limited('pages', paging, memory(models, fixtures))
    return Promise.resolve({ client, writable: client, close: nothing })
  },
  // The corpus's models spread over three such clients: each model's rows are on one of them only.
  route: (fixtures) => {
    const names = [...schemaOf(models).models.keys()]
    const parts = [
      weak,
      paging,
      understands({ lookups: { exact: 'exact', in: 'exact' }, order: true, maxPerRequest: 50 }),
    ]
    const backends = parts.map((support, i) =>
      limited(
        `part ${String(i)}`,
        support,
        memory(
          models,
          Object.fromEntries(Object.entries(fixtures).filter(([name]) => names.indexOf(name) % 3 === i)),
        ),
      ),
    )
    const client = route(
      models,
      Object.fromEntries(
        names.flatMap((name, i) => {
          const backend = backends[i % 3]
          return backend === undefined ? [] : [[name, backend] as const]
        }),
      ),
    )
    return Promise.resolve({ client, writable: client, close: nothing })
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
  // The client over HTTP, against the server over the reference.
  http: async (fixtures) => {
    // Two of the questions compare each of 3,503 tracks with each other one, which is more than a server does by default.
    const handler = httpHandler(memory(models, fixtures), { work: { steps: 200_000_000 } })
    const { url, close } = await onLoopback(handler)
    const client = httpClient(models, { url })
    return { client, writable: client, close }
  },
  // The reference under all that can be put around a client and changes nothing.
  stack: (fixtures) => {
    const client = stacked(models)(memory(models, fixtures))
    return Promise.resolve({ client, writable: client, close: nothing })
  },
  // A service of somebody else's.
  rest: async (fixtures) => {
    // It writes into what it is given.
    const { url, close } = await jsonServerOver(JSON.parse(JSON.stringify(fixtures)) as object)
    const client = restClient(models, { url, style: jsonServer({ size: 5000 }) })
    return { client, writable: client, close }
  },
  // Our own REST API, by the preset for Django REST framework.
  drf: (fixtures) => {
    const schema = schemaOf(models)
    const names = [...schema.models.keys()]
    const views = Object.fromEntries(
      names.map((name) => {
        const queryset = allRows(schema, name)
        const model = schema.models.get(name)
        const columns = [...(model?.columns.values() ?? [])]
        return [
          name,
          viewset({
            queryset,
            serializer: anySerializer(queryset, {
              fields: columns.map((column) => column.name),
              override: {},
              checks: [],
              unknown: 'ignore',
            }),
            filters: anyFilters(
              queryset,
              columns.map((column) => [column.name, ['exact', 'in', 'gt', 'gte', 'lt', 'lte']]),
            ),
            ordering: 'all',
            pages: pageNumber({ size: 1000, max: 1000 }),
          }),
        ]
      }),
    )
    const api = rest(views, { client: memory(models, fixtures) })
    const columns = names.flatMap((name) => [...(schema.models.get(name)?.columns.keys() ?? [])])
    const filters = [...new Set(columns)]
      .filter((name) => /^id$|_?id$/u.test(name))
      .flatMap((name) => [name, `${name}__in`])
    const client = restClient(models, {
      url: 'http://localhost/',
      style: djangoRestFramework({ size: 1000, filters, ordering: ['id'] }),
      fetch: (input: string | URL | Request, init?: RequestInit) => api(new Request(input, init)),
    })
    return Promise.resolve({ client, writable: client, close: nothing })
  },
  // Another one, of another kind.
  odata: async (fixtures) => {
    const { url, close } = await odataServerOver(schemaOf(models), fixtures)
    const client = restClient(models, { url, style: odataMock({ size: 5000 }) })
    return { client, writable: client, close }
  },
  postgres: database((purpose) => openDatabase('postgres', purpose)),
  pglite: database((purpose) => openDatabase('pglite', purpose)),
  sqlite: database((purpose) => openDatabase('sqlite', purpose)),
  mariadb: database((purpose) => openDatabase('mariadb', purpose)),
  mysql: database((purpose) => openDatabase('mysql', purpose)),
  mysql2: database((purpose) => openOtherDriver('mysql2', `${purpose}_mysql2`)),
  'kysely-postgres': database((purpose) => openOtherDriver('kysely-postgres', `${purpose}_kysely`)),
  'kysely-mysql': database((purpose) => openOtherDriver('kysely-mysql', `${purpose}_kysely`)),
  'better-sqlite3': database((purpose) => openOtherDriver('better-sqlite3', purpose)),
  'kysely-sqlite': database((purpose) => openOtherDriver('kysely-sqlite', purpose)),
}
