/** Finding out what a client can do. */
import { expect } from 'chai'
import { either as E, taskEither as TE } from 'fp-ts'
import {
  autoId,
  field,
  schema,
  unsupported,
  understands,
  type Client,
  type Query,
  type Row,
} from 'queryset-ts'
import { discover, type Manifest } from 'queryset-ts/laws'
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

const found = async (client: Client): Promise<Manifest> => {
  const manifest = await discover(client)()
  if (E.isLeft(manifest)) throw new Error(JSON.stringify(manifest.left))
  return manifest.right
}

const fidelity = ({ lookups }: Manifest, name: string, lookup: string) =>
  lookups.find((each) => each.field === name && each.lookup === lookup)?.fidelity

/** A client that refuses what it doesn't understand; it says so itself, unless it is to be silent. */
const limited = (support: ReturnType<typeof understands>, silent = false): Client => {
  const able: Client = {
    name: 'limited',
    schema: whole.schema,
    support,
    list: (query) => {
      const most = answerOf(able, query).maxPerRequest ?? Infinity
      return isExact(able, query) && (query.slice?.limit ?? Infinity) <= most
        ? whole.list(query)
        : TE.left(unsupported('limited', 'that'))
    },
  }
  const { support: _, ...rest } = able
  return silent ? rest : able
}

describe('discover', () => {
  it('finds nothing wrong with a client that can do everything', async () => {
    const manifest = await found(whole)
    expect(manifest.lookups.filter((each) => each.fidelity !== 'exact')).to.deep.equal([])
    expect(manifest.order.filter(({ exact }) => !exact)).to.deep.equal([])
    expect(manifest).to.deep.include({ slice: true, projection: true, total: 'exact', lies: [] })
  })

  it('finds just what a client says that it can, and prints it', async () => {
    const support = understands({
      lookups: { exact: 'exact', gte: 'exact' },
      order: (_, name) => name === 'id',
      total: 'exact',
    })
    for (const silent of [false, true]) {
      const manifest = await found(limited(support, silent))
      if (!silent) expect(manifest.lies).to.deep.equal([])
      expect(manifest.declaration).to.equal(
        "understands({ lookups: { exact: 'exact', gte: 'exact' }, order: (model, field) => ['word.id'].includes(`${model}.${field}`), total: 'exact' })",
      )
    }
  })

  it('says where a client lies, whether it promises too much or too little', async () => {
    // It doesn't tell upper case from lower case, and takes `lte` for `lt`.
    const folding: Client = {
      ...whole,
      support: understands({ lookups: { exact: 'exact', lte: 'exact' }, order: true }),
      list: (query) => whole.list(changed(query)),
    }
    const manifest = await found(folding)
    expect(fidelity(manifest, 'text', 'exact')).to.equal('superset')
    expect(fidelity(manifest, 'rank', 'exact')).to.equal('exact')
    expect(fidelity(manifest, 'rank', 'lte')).to.equal('unsupported')
    expect(manifest.lies).to.include("it says that it finds word.text by 'exact', and gives too many rows")
    expect(manifest.lies).to.include("it says that it finds word.rank by 'lte', and gives too few rows")
    expect(manifest.lies).to.include(
      "it says that it can't find word.rank by 'gt', and answers instead of refusing",
    )
  })

  it('takes a condition that is passed over for none', async () => {
    const deaf: Client = { ...whole, list: (query) => whole.list({ ...query, where: null }) }
    expect(fidelity(await found(deaf), 'text', 'exact')).to.equal('unsupported')
  })

  it('sees orders and pages of their own', async () => {
    const { list } = whole
    const odd: Client = {
      ...whole,
      list: (query) =>
        TE.map(
          ({
            rows: given,
            total,
          }: {
            readonly rows: ReadonlyArray<unknown>
            readonly total: number | null
          }) => ({
            rows:
              query.order.length === 0
                ? given
                : [...given].sort((a, b) => ((a as Row)['id'] as number) - ((b as Row)['id'] as number)),
            total: query.slice === null ? total : given.length,
          }),
        )(list({ ...query, slice: query.slice === null ? null : { ...query.slice, offset: 0 } })),
    }
    const manifest = await found(odd)
    expect(manifest.order.filter(({ exact }) => exact)).to.deep.equal([])
    expect(manifest).to.include({ slice: false, total: 'none' })
  })
})

const changed = (query: Query): Query =>
  query.where?._tag === 'lookup' &&
  query.where.name === 'exact' &&
  query.where.right[0]?._tag === 'const' &&
  query.where.right[0].kind === 'text'
    ? { ...query, where: { ...query.where, name: 'iexact' } }
    : query.where?._tag === 'lookup' && query.where.name === 'lte'
      ? { ...query, where: { ...query.where, name: 'lt' } }
      : query
