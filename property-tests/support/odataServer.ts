/**
 * An OData 4 service, as it is published (SAP's mock server), on a port of this machine; and what has to be said of it
 * besides the preset: its texts in filters have no quotes, it doesn't find missing values, sorts
 * them anywhere, and takes them for `false`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { odata, type RestFilter, type RestStyle } from '../../src/http.js'
import type { Model, Schema } from '../../src/schema/Schema.js'
import type { Kind } from '../../src/value/Value.js'
import type { Listening } from './loopback.js'

/** What is used of it. */
interface Mock {
  readonly isReady: Promise<void>
  readonly getRouter: () => (request: IncomingMessage, response: ServerResponse, next: () => void) => void
  readonly dispose: () => Promise<void>
}
type MockServer = new (configuration: object) => Mock

const typeOf: { readonly [K in Kind]?: string } = {
  int: 'Int32',
  boolean: 'Boolean',
  date: 'Date',
  uuid: 'Guid',
}

const entity = ({ name, primaryKey, columns }: Model): string =>
  `<EntityType Name="${name}"><Key><PropertyRef Name="${primaryKey}"/></Key>${[...columns.values()]
    .map((each) => `<Property Name="${each.name}" Type="Edm.${typeOf[each.kind] ?? 'String'}"/>`)
    .join('')}</EntityType>`

const metadata = (models: ReadonlyArray<Model>): string =>
  `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="own" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityContainer Name="all">${models.map(({ name }) => `<EntitySet Name="${name}" EntityType="own.${name}"/>`).join('')}</EntityContainer>
${models.map(entity).join('\n')}
</Schema></edmx:DataServices></edmx:Edmx>`

export const odataServerOver = async (
  schema: Schema,
  data: { readonly [model: string]: ReadonlyArray<object> },
): Promise<Listening> => {
  const { default: Published } = createRequire(import.meta.url)('@sap-ux/fe-mockserver-core') as {
    readonly default: MockServer
  }
  const folder = await mkdtemp(join(tmpdir(), 'queryset-odata-'))
  const models = [...schema.models.values()]
  await writeFile(join(folder, 'metadata.xml'), metadata(models))
  await Promise.all(
    models.map(({ name }) => writeFile(join(folder, `${name}.json`), JSON.stringify(data[name] ?? []))),
  )
  const service = {
    urlPath: '/api',
    metadataPath: join(folder, 'metadata.xml'),
    mockdataPath: folder,
    watch: false,
    noETag: true,
    strictKeyMode: true,
    generateMockData: false,
  }
  const mock = new Published({ services: [service], annotations: [], plugins: [] })
  await mock.isReady
  const router = mock.getRouter()
  const server = createServer((request, response) => {
    router(request, response, () => {
      response.statusCode = 404
      response.end()
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}/api`,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((closed) => {
        server.close(() => {
          closed()
        })
      })
      await mock.dispose()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The preset, without what this server does otherwise than OData says. */
export const odataMock = (options: { readonly size?: number } = {}): RestStyle => {
  const style = odata(options)
  const { isnull: _, ...filters } = style.filters
  const unquoted = ({ spell, ...filter }: RestFilter): RestFilter => ({
    ...filter,
    spell: (field, values, kind) =>
      values.some((value) => typeof value === 'string' && /["'\\\r\n]/u.test(value))
        ? null
        : spell(field, values, kind),
  })
  // A missing value is as good as `false` there.
  const loose = ({ kinds, ...filter }: RestFilter): ReadonlyArray<RestFilter> => [
    { ...filter, kinds: kinds.filter((kind) => kind !== 'boolean') },
    { ...filter, kinds: kinds.filter((kind) => kind === 'boolean'), fidelity: 'superset' },
  ]
  return {
    ...style,
    filters: Object.fromEntries(
      Object.entries(filters).map(([name, all]) => [name, all.map(unquoted).flatMap(loose)]),
    ),
    order: (keys) => (keys.some(({ nullable }) => nullable) ? null : style.order(keys)),
  }
}
