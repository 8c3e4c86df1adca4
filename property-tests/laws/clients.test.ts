/** The kit raises no alarm over clients that are right, and finds what is planted in others. */
import { expect } from 'chai'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { autoId, belongsTo, field, lookupOf, manyToMany, schema, type Abilities } from '../../src/index.js'
import { httpClient, httpHandler } from '../../src/http.js'
import { json } from '../../src/json.js'
import { checkClient, printReport, type CheckOptions } from '../../src/laws.js'
import { honest, right, streamed } from '../../unit-tests/laws/planted.js'
import { clients } from '../corpus/clients.js'
import { models as music } from '../corpus/schema.js'
import { cleared, modelsOf, rightClients } from '../support/rightClients.js'
import { parameters, seed, titled } from '../support/runs.js'

const models = schema({
  tag: { code: field.text({ primaryKey: true }), rank: field.int() },
  item: {
    id: autoId,
    name: field.nullable(field.text({ unique: true })),
    price: field.decimal(),
    made: field.nullable(field.datetime()),
    parent: field.nullable(belongsTo('item', { relatedName: 'children', onDelete: 'setNull' })),
    tags: manyToMany('tag', { relatedName: 'items' }),
  },
})

/** Models with lookups that no other schema has. */
const custom = schema(
  {
    tag: { id: autoId, name: field.nullable(field.text()), weight: field.decimal() },
    item: { id: autoId, name: field.text(), n: field.int(), tag: belongsTo('tag', { relatedName: 'items' }) },
  },
  {
    lookups: [
      lookupOf({
        name: 'longer_than',
        kinds: ['text'],
        operands: ['text', 'int'],
        meaning: (value, other, by) => value.length > other.length + by,
        samples: [['a', 0]],
      }),
      lookupOf({
        name: 'odd',
        kinds: ['int', 'decimal'],
        operands: [],
        meaning: (value) => Math.abs(Number(value) % 2) === 1,
      }),
    ],
  },
)

/** Clients that evaluate nothing, something, and all of a query; that send it on; and that have parts of the rows. */
const withCustom = ['reference', 'pages of three and nothing else', 'abilities at random', 'http', 'route']

/** A server that is told to answer what its schema has, and a caller that sends it. */
const sending: CheckOptions['client'] = (resolved, rows) =>
  httpClient(modelsOf(resolved), {
    url: 'http://127.0.0.1/',
    fetch: httpHandler(right(resolved, rows)),
    lookups: (name) => name !== 'regex' && name !== 'iregex',
  })

/** A little of each ability. */
const able: Abilities = {
  lookups: { exact: 'exact', in: 'exact', lt: 'exact' },
  connectives: true,
  order: true,
  projection: true,
  total: 'exact',
}

const folders: Array<string> = []

/** A folder for each case. */
const onDisk: CheckOptions['client'] = async (_, { rows }) => {
  const folder = await mkdtemp(join(tmpdir(), 'laws-'))
  folders.push(folder)
  for (const [model, list] of rows) await writeFile(join(folder, `${model}.json`), JSON.stringify(list))
  return json(models, folder)
}

/** No failures in so many cases. */
const keeps = (title: string, options: CheckOptions, share = 0.2): void => {
  it(titled(title, share), async () => {
    const report = await checkClient({ ...options, seed, cases: parameters(share).numRuns })()
    expect(report.failures.length, printReport(report)).to.equal(0)
  }).timeout(0)
}

/** Nothing of what a client says of itself is a lie, and all that it declares is found to be so. */
const says = (
  title: string,
  options: CheckOptions,
  declared: string,
  more: ReadonlyArray<string> = [],
): void => {
  it(`${title} can do what it says [seed ${String(seed)}]`, async () => {
    const report = await checkClient({ ...options, seed, discover: true, cases: 0 })()
    expect(report.failures, printReport(report)).to.deep.equal([])
    expect(report.manifest?.lies).to.deep.equal([])
    expect(report.manifest?.declaration).to.equal(declared)
    expect(report.manifest?.more).to.deep.equal(more)
  }).timeout(0)
}

/** One of those that the corpus is run on. */
const ofCorpus =
  (name: string): CheckOptions['client'] =>
  async (_, { rows }) => {
    const opened = await clients[name]?.(Object.fromEntries(rows))
    return opened?.writable ?? Promise.reject(new Error(name))
  }

const corpus = { schema: music, models: ['genre', 'employee'] }

describe('right clients', () => {
  // A few cases can have little in them; so many have not.
  it(titled('fewer than half of all reads have an empty answer', 0.6), async () => {
    const { reads, empty } = (await checkClient({ client: right, seed, cases: parameters(0.6).numRuns })())
      .coverage
    expect(empty / reads).to.be.lessThan(0.5)
  }).timeout(0)

  // With schemas of the kit's own; those after that have one of their author's.
  Object.entries(rightClients).forEach(([name, options]) => {
    keeps(name, options, 0.05)
  })
  withCustom.forEach((name) => {
    keeps(`${name}, with custom lookups`, { ...rightClients[name]!, schema: custom }, 0.05)
  })
  keeps('http that sends custom lookups', { client: sending, schema: custom }, 0.05)
  keeps('JSON files, over models of ours', { schema: models, client: onDisk }, 0.05)
  keeps('equality filters and pages, the rest evaluated here', { ...corpus, client: ofCorpus('weak') }, 0.1)
  keeps('pages, and all else evaluated here', { ...corpus, client: ofCorpus('pages') }, 0.1)
  keeps('what it understands itself', { client: honest(able) }, 0.1)

  says('the reference', { client: right }, 'everything')
  says('JSON files', { schema: models, client: onDisk, models: ['tag', 'item'] }, 'everything')
  says(
    'with equality filters and pages, a client',
    { ...corpus, client: ofCorpus('weak') },
    "understands({ lookups: { exact: 'exact' }, total: 'exact', maxPerRequest: 100 })",
    ['it tells the total'],
  )
  says(
    'with pages, a client',
    { ...corpus, client: ofCorpus('pages') },
    "understands({ total: 'exact', maxPerRequest: 100 })",
    ['it tells the total'],
  )
  says(
    'with something of everything, a client',
    { client: honest(able) },
    "understands({ lookups: { exact: 'exact', in: 'exact', lt: 'exact' }, connectives: true, order: true, projection: true, total: 'exact' })",
  )

  it('a stream without its last batch is found', async () => {
    const report = await checkClient({ client: streamed((all) => all.slice(0, -1)), seed: 1, cases: 300 })()
    expect(report.failures.map(({ law }) => law)).to.include('stream')
  }).timeout(0)

  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true })
    await cleared()
  })
})
