/** Finding out what a client can do. */
import { expect } from 'chai'
import { taskEither as TE } from 'fp-ts'
import {
  autoId,
  everything,
  field,
  schema,
  unsupported,
  understands,
  type Abilities,
  type Client,
  type Page,
  type Query,
  type Row,
} from 'queryset-ts'
import { checkClient, describeClient, printReport, type Manifest, type Report } from 'queryset-ts/laws'
import { memory } from 'queryset-ts/memory'
import { answerOf, isExact } from '../../src/client/Support.js'

const models = schema({
  word: { id: autoId, text: field.nullable(field.text()), rank: field.int(), on: field.date() },
})
const rows = ['a', 'A', 'á', 'a%', 'ab', '', null, 'b', 'a'].map((text, i) => ({
  id: i + 1,
  text,
  rank: [3, 1, 2, 10, 9, 1, 0, -1, 3][i] ?? 0,
  on: `2020-0${String(1 + (i % 3))}-01`,
}))
const whole = memory(models, { word: rows })

type Told = Report & { readonly manifest: Manifest }

const found = async (client: Client): Promise<Told> => {
  const report = await checkClient({ client, discover: true, cases: 0, seed: 1 })()
  if (report.manifest === null) throw new Error(printReport(report))
  return { ...report, manifest: report.manifest }
}

const about = ({ manifest }: Told) => manifest.lies.map((lie) => lie.about)

const fidelity = ({ manifest }: Told, name: string, lookup: string) =>
  manifest.lookups.find((each) => each.field === name && each.lookup === lookup)?.fidelity

/** A client that refuses what it doesn't understand; it says so itself, unless it is to be silent. */
const limited = (abilities: Abilities, silent = false, list = whole.list): Client => {
  const support = understands(abilities)
  const able: Client = {
    name: 'limited',
    schema: whole.schema,
    support,
    list: (query) => {
      const most = answerOf(able, query).maxPerRequest ?? Infinity
      return isExact(able, query) && (query.slice?.limit ?? Infinity) <= most
        ? list(query)
        : TE.left(unsupported('limited', 'that'))
    },
  }
  const { support: _, ...rest } = able
  return silent ? rest : able
}

/** As `list`, but for its answers. */
const answering =
  (change: (page: Page, query: Query) => Page): Client['list'] =>
  (query) =>
    TE.map((page: Page) => change(page, query))(whole.list(query))

describe('discover', function () {
  this.timeout(20_000)
  it('finds nothing wrong with a client that can do everything', async () => {
    const { manifest, failures } = await found(whole)
    expect(failures).to.deep.equal([])
    expect(manifest.lookups.filter((each) => each.fidelity !== 'exact')).to.deep.equal([])
    expect(manifest.order.filter(({ exact }) => !exact)).to.deep.equal([])
    expect(manifest).to.deep.include({ slice: true, projection: true, total: 'exact', lies: [], more: [] })
    expect(manifest.declaration).to.equal('everything')
  })

  it('finds just what a client says that it can, and prints it', async () => {
    for (const silent of [false, true]) {
      const { manifest } = await found(
        limited(
          {
            lookups: { exact: 'exact', gte: 'exact' },
            order: (_, name) => name === 'id',
            total: 'exact',
          },
          silent,
        ),
      )
      expect(manifest.lies).to.deep.equal([])
      expect(manifest.more).to.deep.equal([])
      expect(manifest.declaration).to.equal(
        "understands({ lookups: { exact: 'exact', gte: 'exact' }, order: (model, field) => ['word.id'].includes(`${model}.${field}`), total: 'exact' })",
      )
    }
  })
})
