/**
 * The OpenAPI document: valid by somebody else's validator, and true: every answer of the recorded requests fits it.
 *
 * Caught, planted: a nullable column whose schema takes no null; a list that promises rows under another name.
 */
import { createRequire } from 'node:module'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect } from 'chai'
import openapiTS, { astToString } from 'openapi-typescript'
import { shopApi, shopClient } from '../../unit-tests/rest/shop.js'
import type { RestHandler } from '../../src/rest.js'
import { areThere, recordedApi, recordedRequests, requestOf } from './recorded.js'

type SpecData = Exclude<Parameters<Validator['validate']>[0], string>
type Json = { readonly [name: string]: unknown }

const documentOf = async (api: RestHandler): Promise<Json> =>
  (await (await api(new Request('http://testserver/api/openapi.json'))).json()) as Json

// It is needed by the validator of documents, and validates answers here.
interface Ajv {
  readonly addSchema: (schema: object, key: string) => Ajv
  readonly compile: (schema: object) => ((value: unknown) => boolean) & { readonly errors?: unknown }
}
const { Ajv2020 } = createRequire(
  createRequire(import.meta.url).resolve('@seriousme/openapi-schema-validator'),
)('ajv/dist/2020.js') as {
  readonly Ajv2020: new (options: object) => Ajv
}

/** The template of a path among those of the document. */
const templateOf = (paths: Json, path: string): string | undefined =>
  Object.keys(paths)
    .filter((template) => new RegExp(`^${template.replace(/\{key\}/gu, '[^/]+')}$`, 'u').test(path))
    .sort((a, b) => a.split('{').length - b.split('{').length)[0]

describe('the OpenAPI document', () => {
  it('is valid', async () => {
    const { valid, errors } = await new Validator().validate(await documentOf(shopApi(shopClient())))
    expect(valid, JSON.stringify(errors)).to.equal(true)
  })

  it('makes types by openapi-typescript, with which a client compiles and runs', async function () {
    this.timeout(60_000)
    const api = shopApi(shopClient())
    const document = await documentOf(api)
    const types = astToString(await openapiTS(document as never))
    const folder = await mkdtemp(join(process.cwd(), '.docs-check-openapi-'))
    try {
      const calls = `${types}
type List = paths['/api/artists/']['get']
export type Query = NonNullable<List['parameters']['query']>
export const query: Query = { page: '2', name__icontains: 'a', ordering: '-name' }
type Page = List['responses'][200]['content']['application/json']
export const names = ({ results }: Page): ReadonlyArray<string> => results.map(({ name }) => name)
export const made: components['schemas']['artists_input'] = { name: 'New' }
// @ts-expect-error -- a name is needed
export const nameless: components['schemas']['artists_input'] = {}
// @ts-expect-error -- nothing is filtered by this
export const wrong: Query = { secret: 'x' }

type Send = (request: Request) => Promise<Response>
const sent = async <T>(send: Send, path: string, method: string, body?: unknown): Promise<T> => {
  const headers = { 'content-type': 'application/json' }
  const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) }
  return (await send(new Request('http://localhost' + path, init))).json() as Promise<T>
}
type Artist = components['schemas']['artists']
export const run = async (send: Send): Promise<ReadonlyArray<string>> => {
  const created: Artist = await sent(send, '/api/artists/', 'POST', made)
  const changes: components['schemas']['artists_input'] = { name: 'Newer' }
  const changed: Artist = await sent(send, '/api/artists/' + String(created.id) + '/', 'PATCH', changes)
  const found: Page = await sent(send, '/api/artists/?name=' + changed.name, 'GET')
  return names(found)
}
`
      const file = join(folder, 'calls.ts')
      await writeFile(file, calls)
      const tsc = join(process.cwd(), 'node_modules/.bin/tsc')
      await promisify(execFile)(tsc, [
        '--noEmit',
        '--strict',
        '--ignoreConfig',
        '--skipLibCheck',
        file,
      ]).catch((error: unknown) => expect.fail(JSON.stringify(error)))
      const { run } = (await import(pathToFileURL(file).href)) as {
        readonly run: (send: RestHandler) => Promise<ReadonlyArray<string>>
      }
      expect(await run(api)).to.deep.equal(['Newer'])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
  ;(areThere ? it : it.skip)(
    'is valid for the recorded API, and every answer of the recorded requests fits it',
    async function () {
      this.timeout(60_000)
      const document = await documentOf(recordedApi())
      const { valid, errors } = await new Validator().validate(structuredClone<SpecData>(document))
      expect(valid, JSON.stringify(errors)).to.equal(true)
      const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, 'document')
      const paths = document['paths'] as Json
      const checks = new Map<string, (value: unknown) => boolean>()
      const seen = { answers: 0 }
      // What only reads leaves the rows as they were.
      const unchanged = recordedApi()
      for (const asked of recordedRequests()) {
        const request = requestOf(asked)
        if (request === null || request.method === 'OPTIONS') continue
        const { pathname } = new URL(request.url)
        const template = templateOf(paths, pathname)
        if (template === undefined) continue
        const response = await (
          request.method === 'GET' && !pathname.includes('throttled') ? unchanged : recordedApi()
        )(request)
        const text = await response.text()
        if (!(response.headers.get('content-type') ?? '').startsWith('application/json') || text === '')
          continue
        const operation = (paths[template] as Json)[request.method.toLowerCase()] as Json | undefined
        if (operation === undefined) continue
        const responses = operation['responses'] as Json
        const status =
          [String(response.status), `${String(response.status).charAt(0)}XX`, 'default'].find((each) =>
            Object.hasOwn(responses, each),
          ) ?? ''
        const pointer = [
          'paths',
          template,
          request.method.toLowerCase(),
          'responses',
          status,
          'content',
          'application/json',
          'schema',
        ]
          .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
          .join('/')
        const check = checks.get(pointer) ?? ajv.compile({ $ref: `document#/${pointer}` })
        checks.set(pointer, check)
        expect(
          check(JSON.parse(text)),
          `${request.method} ${asked.path}: ${text.slice(0, 300)} ${JSON.stringify((check as { errors?: unknown }).errors)}`,
        ).to.equal(true)
        seen.answers += 1
      }
      expect(seen.answers).to.be.greaterThan(400)
    },
  )
})
