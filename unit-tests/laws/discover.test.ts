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
} from 'queryset-ts'
import {
  checkClient,
  describeClient,
  printReport,
  type CheckOptions,
  type Manifest,
  type Report,
} from 'queryset-ts/laws'
import { memory } from 'queryset-ts/memory'
import { foldsCase, modest, nullsFirst, passesOver, right, totalOfPage } from './planted.js'
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
  this.timeout(60_000)
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

  describe('says where a client lies', () => {
    it('that takes upper case for lower case', async () => {
      // Planted: `exact` of text folds case.
      const report = await found({
        ...whole,
        support: understands({ lookups: { exact: 'exact', lte: 'exact' }, total: 'exact' }),
        list: onlyExact((query) => whole.list(folding(query)), { exact: 'exact', lte: 'exact' }),
      })
      expect(about(report)).to.deep.equal([
        "it says that it finds word.text by 'exact', and gives too many rows",
      ])
      expect(fidelity(report, 'text', 'exact')).to.equal('superset')
      expect(fidelity(report, 'rank', 'exact')).to.equal('exact')
      expect(report.manifest.declaration).to.contain(
        "understands({ lookups: { exact: 'superset', lte: 'exact' }, fields: (model, field) => ['word.text'].includes(`${model}.${field}`) })",
      )
      const [failure] = report.failures
      expect(failure?.law).to.equal('page')
      expect(failure?.sentence).to.contain('`eq` on `text` gives a row too many')
      expect(failure?.test).to.contain('client.list(query(')
      expect(report.manifest.lies[0]?.failure).to.equal(0)
    })

    it('that takes `lte` for `lt`', async () => {
      // Planted: a row at the bound is left out.
      const report = await found({
        ...limited({ lookups: { lte: 'exact' } }),
        list: onlyExact((query) => whole.list(withoutBound(query)), { lte: 'exact' }),
      })
      expect(about(report)).to.include(
        "it says that it finds word.rank by 'lte', and gives others than it should",
      )
      expect(fidelity(report, 'rank', 'lte')).to.equal('unsupported')
      // Many fields, one fault.
      expect(report.failures.length).to.equal(1)
    })

    it('that orders, and puts what is missing where it likes', async () => {
      // Planted: missing values come first, whatever was asked.
      const list: Client['list'] = (query) =>
        whole.list({ ...query, order: query.order.map((key) => ({ ...key, nulls: 'first' })) })
      const report = await found(limited({ order: true }, false, list))
      expect(about(report)).to.deep.equal([
        'it says that it orders word by text, and gives others than it should',
      ])
      expect(report.manifest.order.filter(({ exact }) => !exact).map((each) => each.field)).to.deep.equal([
        'text',
      ])
      expect(report.manifest.declaration).to.contain("order: (model, field) => ['word.id',")
      expect(report.failures.map(({ law }) => law)).to.deep.equal(['page'])
      expect(report.failures[0]?.size.nodes).to.equal(1)
    })

    it("that takes a page's length for the total", async () => {
      // Planted: the total is how many rows came.
      const list = answering(({ rows: some }) => ({ rows: some, total: some.length }))
      const report = await found(limited({ total: 'exact' }, false, list))
      expect(about(report)).to.deep.equal([
        'it says that it tells the total, and gives others than it should',
      ])
      expect(report.manifest.total).to.equal('none')
      expect(report.failures[0]?.table).to.contain('total 9')
    })

    it('that tells no total, or refuses', async () => {
      // Planted: it says that it can, and doesn't.
      const untold = answering((page) => ({ ...page, total: null }))
      expect(about(await found(limited({ total: 'exact' }, false, untold)))).to.deep.equal([
        "it says that it tells the total, and doesn't",
      ])
      const report = await found({ ...limited({}), support: understands({ lookups: { gt: 'exact' } }) })
      expect(about(report)).to.include("it says that it finds word.id by 'gt', and refuses")
      expect(report.failures.map(({ law }) => law)).to.deep.equal(['keeps its word'])
    })

    it("that tells a wrong total, where it says that it doesn't tell any", async () => {
      // Planted: the total is how many rows came.
      const list = answering(({ rows: some }) => ({ rows: some, total: some.length }))
      const report = await found(limited({}, false, list))
      expect(about(report)).to.deep.equal([
        "it says that it can't tell the total, and answers wrongly instead of refusing",
      ])
      expect(report.failures.map(({ law }) => law)).to.deep.equal(['refuses'])
    })

    it('that loses rows, where it says that it may give more', async () => {
      const by =
        (list: Client['list']): Client['list'] =>
        (query) =>
          query.where?._tag === 'lookup' && query.where.name === 'exact' && query.order.length === 0
            ? list(query)
            : onlyExact(list, {})(query)
      const loose = { lookups: { exact: 'superset' } } as const
      const right = await found({ ...limited(loose), list: by((query) => whole.list(folding(query))) })
      expect(right.failures).to.deep.equal([])
      expect(fidelity(right, 'text', 'exact')).to.equal('superset')
      expect(fidelity(right, 'rank', 'exact')).to.equal('exact')
      // Planted: of what was found, the first row is lost.
      const losing = answering(({ rows: some, total }, { where }) => ({
        rows: where === null ? some : some.slice(1),
        total,
      }))
      const report = await found({ ...limited(loose), list: by(losing) })
      expect(about(report)).to.include(
        "it says that it finds word.text by 'exact', and gives others than it should",
      )
      expect(report.failures.map(({ law }) => law)).to.deep.equal(['page'])
    })

    it('that answers, and wrongly, what it should refuse', async () => {
      // Planted: a parameter that it doesn't know is passed over.
      const report = await found({
        ...whole,
        support: understands({ lookups: { exact: 'exact' } }),
        list: (query) =>
          whole.list(
            query.where?._tag === 'lookup' && query.where.name === 'exact'
              ? query
              : { ...query, where: null },
          ),
      })
      expect(about(report)).to.include(
        "it says that it can't find word.id by 'gt', and answers wrongly instead of refusing",
      )
      expect(new Set(report.failures.map(({ law }) => law))).to.deep.equal(new Set(['refuses']))
      expect(report.failures[0]?.test).to.contain("answer.left._tag : answer.right, 'Unsupported'")
      expect(report.failures[0]?.sentence).to.match(/answers wrongly what it said that it can't/u)
      expect(fidelity(report, 'rank', 'gt')).to.equal('unsupported')
    })
  })

  describe('of what makes clients', () => {
    const over = (client: CheckOptions['client'], options: Partial<CheckOptions> = {}) =>
      checkClient({ client, discover: true, cases: 0, seed: 1, ...options })()

    it('makes what it finds small', async () => {
      // Planted: see each in planted.ts.
      for (const [client, words, rows] of [
        [foldsCase, "finds sample.text by 'exact', and gives too many rows", 1],
        [nullsFirst, 'orders sample by text, and gives others than it should', 2],
        [totalOfPage, 'tells the total, and gives others than it should', 2],
      ] as const) {
        const report = await over(client)
        expect(report.manifest?.lies.map((lie) => lie.about)).to.include(`it says that it ${words}`)
        expect(report.failures.length, printReport(report)).to.equal(1)
        expect(report.failures[0]?.size.rows).to.equal(rows)
        expect(report.failures[0]?.size.total).to.be.at.most(4)
      }
    })

    it('tells once what should be refused, and in every run', async () => {
      const report = await over(passesOver)
      expect(new Set(report.failures.map(({ law }) => law))).to.deep.equal(new Set(['refuses']))
      expect(report.failures.length).to.be.at.most(3)
      expect(report.failures[0]?.size.total).to.equal(3)
      expect(report.manifest?.lies.length).to.be.greaterThan(20)
      const usual = await over(passesOver, { discover: false, cases: 30, areas: ['reads'], failures: 1 })
      expect(usual.failures.map(({ law }) => law)).to.deep.equal(['refuses'])
      expect(usual.failures[0]?.size.total).to.be.at.most(5)
      expect(usual.manifest).to.equal(null)
    })

    it('says what it could say besides', async () => {
      const report = await over(modest, { cases: 20 })
      expect(report.failures, printReport(report)).to.deep.equal([])
      expect(report.manifest?.declaration).to.equal('everything')
      expect(report.manifest?.lies).to.deep.equal([])
      expect(report.manifest?.more.length).to.be.greaterThan(10)
    })
  })

  it('says what a client could say besides', async () => {
    const report = await found({ ...whole, support: understands({ lookups: { iexact: 'superset' } }) })
    expect(report.failures).to.deep.equal([])
    expect(report.manifest.lies).to.deep.equal([])
    expect(report.manifest.declaration).to.equal('everything')
    expect(report.manifest.more).to.include.members([
      "it finds word.id, word.text, word.rank, word.on by 'exact'",
      'it orders by word.id, word.text, word.rank, word.on',
      'it groups and aggregates',
      'it tells the total',
    ])
    expect(printReport(report)).to.contain('what it could say of itself besides:')
  })

  it('takes a condition that is passed over for none', async () => {
    const deaf: Client = { ...whole, list: (query) => whole.list({ ...query, where: null }) }
    expect(fidelity(await found(deaf), 'text', 'exact')).to.equal('unsupported')
  })

  it('sees pages of their own', async () => {
    const { manifest } = await found({
      ...whole,
      list: (query) =>
        whole.list({ ...query, slice: query.slice === null ? null : { ...query.slice, offset: 0 } }),
    })
    expect(manifest).to.include({ slice: 'limit', everything: false })
    expect(manifest.declaration)
      .to.contain("slice: 'limit'")
      .and.to.match(/^\(question\) => \(\{ /u)
  })

  it('asks what makes clients about a schema of its own', async () => {
    const report = await checkClient({
      client: right,
      discover: true,
      cases: 0,
      seed: 1,
    })()
    expect(report.failures).to.deep.equal([])
    expect(report.manifest?.declaration).to.equal('everything')
  })

  it('is a test of its own', async () => {
    const tests = new Map<string, () => Promise<void>>()
    const runner = {
      describe: (_: string, all: () => void) => {
        all()
      },
      it: (title: string, test: () => Promise<void>) => {
        tests.set(title, test)
      },
    }
    const test = async (client: Client) => {
      describeClient({ client, discover: true, seed: 1 }, runner)
      try {
        await tests.get('says of itself what is so')?.()
        return ''
      } catch (error) {
        return String(error)
      }
    }
    expect(await test(whole)).to.equal('')
    expect(await test({ ...limited({}), support: everything })).to.contain(
      'what it says of itself and is not so',
    )
  })
})

/** What answers only what is understood. */
const onlyExact =
  (list: Client['list'], lookups: Abilities['lookups'] & object): Client['list'] =>
  (query) =>
    isExact({ support: understands({ lookups }) }, query) ? list(query) : TE.left(unsupported('it', 'that'))

const folding = (query: Query): Query =>
  query.where?._tag === 'lookup' &&
  query.where.name === 'exact' &&
  query.where.right[0]?._tag === 'const' &&
  query.where.right[0].kind === 'text'
    ? { ...query, where: { ...query.where, name: 'iexact' } }
    : query

const withoutBound = (query: Query): Query =>
  query.where?._tag === 'lookup' && query.where.name === 'lte'
    ? { ...query, where: { ...query.where, name: 'lt' } }
    : query
