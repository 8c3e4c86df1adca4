/** What is right for a few, and wrong for many: rows, members, keys of order, characters. */
import { either as E, function as fn } from 'fp-ts'
import { groupBy, orderBy, prefetchRelated, values, distinct, or } from '../../src/index.js'
import { allOf } from '../../src/query/Query.js'
import type { Write } from '../../src/query/Write.js'
import type { Row } from '../../src/value/Value.js'
import type { Bug, Rows as Given } from './support/client.js'
import { byReads, byWrites } from './support/killers.js'
import { m } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant, Witness } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { does, finds, fresh, reads, told, type Author, type Book } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('wide')

const list = <T>(n: number, make: (i: number) => T): ReadonlyArray<T> =>
  Array.from({ length: n }, (_, i) => make(i))

const books = (n: number) => ({ book: list(n, (i) => ({ n: i })) })

const all = allOf({ _tag: 'model', model: 'book' })

const listed = (n: number): Witness => does(books(n), (client) => told(client.list(all)))

/** Never more rows than this. */
const capped = (most: number): Bug => ({ rows: (rows: Given) => rows.slice(0, most) })

const members = (
  most: number,
  change: (node: Parameters<Parameters<typeof R.lookupNodes>[0]>[0], most: number) => R.Pred,
): Bug =>
  R.lookupNodes((node) => (node.name === 'in' && node.right.length > most ? change(node, most) : node))

const longIn = (n: number): Witness => finds([{ n: 0 }, { n: n - 1 }], (b) => b.n.in(list(n, (i) => i)))

const bulk = (n: number, ...calls: ReadonlyArray<'create' | 'update' | 'delete'>): Witness =>
  does(calls.includes('create') ? {} : books(n), async (client) => {
    const keys = list(n, (i) => i + 1)
    const answers: Array<unknown> = []
    if (calls.includes('create'))
      answers.push(
        await told(
          client.createBulk(
            'book',
            keys.map((n) => fresh('book', { n })),
          ),
        ),
      )
    if (calls.includes('update'))
      answers.push(
        await told(
          client.updateBulk(
            'book',
            keys.map((key) => ({ key, set: { n: key + 5000 } })),
          ),
        ),
      )
    if (calls.includes('delete')) answers.push(await told(client.deleteBulk('book', keys)))
    return answers
  })

/** A part of a write is done, and all of it is told. */
const partly = (part: (write: Write) => Write): Bug => ({
  applied: (write, _, right) => {
    const [whole, done] = [right(write), right(part(write))]
    return E.isLeft(whole) || E.isLeft(done) ? whole : E.right({ ...whole.right, store: done.right.store })
  },
})

const cut = (most: number): Bug => ({
  stored: (row: Row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'string' && value.length > most ? value.slice(0, most) : value,
      ]),
    ),
})

const long = (n: number): Witness => finds([{ title: `${'x'.repeat(n)}y` }], (b) => b.title.endswith('y'))

export const wides: ReadonlyArray<Mutant> = [
  ...[20, 100, 1000].map((n) =>
    mutant(
      `list-ends-at-${String(n)}`,
      `a list has ${String(n)} rows at most`,
      capped(n),
      listed(n + 1),
      byReads,
    ),
  ),
  mutant(
    'full-page-twice',
    'where exactly twenty rows are left, the last one comes twice',
    { rows: (rows: Given) => (rows.length === 20 ? [...rows.slice(0, 19), ...rows.slice(18, 19)] : rows) },
    listed(20),
    byReads,
  ),
  ...[10, 50, 1000].map((n) =>
    mutant(
      `members-cut-at-${String(n)}`,
      `of the values of a list, ${String(n)} are looked for`,
      members(n, (node, most) => ({ ...node, right: node.right.slice(0, most) })),
      longIn(n + 1),
      byReads,
    ),
  ),
  mutant(
    'many-members-find-nothing',
    'a list of more than a hundred values finds nothing',
    members(100, () => ({ _tag: 'or', any: [] })),
    longIn(101),
    byReads,
  ),
  mutant(
    'members-in-chunks-overlap',
    'a list of more than thirty values loses the thirty-first',
    members(30, (node) => ({ ...node, right: node.right.filter((_, i) => i !== 30) })),
    does({ book: [{ n: 30 }] }, (client) =>
      told(
        client.list({
          ...all,
          where: {
            _tag: 'lookup',
            name: 'in',
            left: R.column('n'),
            right: list(31, (i) => R.constant('int', i)),
          },
        }),
      ),
    ),
    byReads,
  ),
  mutant(
    'bulk-makes-fifty',
    'of many rows, fifty are made, and all are given as made',
    partly((write) => (write._tag === 'create' ? { ...write, rows: write.rows.slice(0, 50) } : write)),
    bulk(51, 'create'),
    byWrites,
  ),
  ...[20, 1000].map((n) =>
    mutant(
      `bulk-changes-${String(n)}`,
      `of many changes, ${String(n)} are done, and all are counted`,
      partly((write) => (write._tag === 'update' ? { ...write, changes: write.changes.slice(0, n) } : write)),
      bulk(n + 1, 'update'),
      byWrites,
    ),
  ),
  ...[10, 100].map((n) =>
    mutant(
      `bulk-deletes-${String(n)}`,
      `of many keys, ${String(n)} are deleted`,
      { write: (write) => (write._tag === 'delete' ? { ...write, keys: write.keys.slice(0, n) } : write) },
      bulk(n + 1, 'delete'),
      byWrites,
    ),
  ),
  mutant(
    'bulk-tells-a-hundred',
    'of a bulk write, a hundred rows are counted at most',
    { told: (applied) => ({ ...applied, count: Math.min(100, applied.count) }) },
    bulk(101, 'update'),
    byWrites,
  ),
  mutant(
    'second-chunk-first',
    'of rows that are made in chunks of twenty-five, those of the second are given first',
    {
      told: (applied, write) =>
        write._tag === 'create' && applied.rows.length > 25
          ? { ...applied, rows: [...applied.rows.slice(25), ...applied.rows.slice(0, 25)] }
          : applied,
    },
    bulk(26, 'create'),
    byWrites,
  ),
  ...[1000, 4000].map((n) =>
    mutant(`text-cut-at-${String(n)}`, `a text is kept up to ${String(n)} characters`, cut(n), long(n)),
  ),
  mutant(
    'text-compared-up-to-1000',
    'of two texts, a thousand characters are compared',
    R.lookups(
      ['exact', 'in'],
      ({ value, others }) =>
        others.some((other) => (other as string).slice(0, 1000) === (value as string).slice(0, 1000)),
      { kinds: ['text'] },
    ),
    finds([{ title: `${'x'.repeat(1000)}y` }], (b) => b.title.eq('x'.repeat(1000))),
    byReads,
  ),
  ...[3, 4].map((n) =>
    mutant(
      `order-by-${String(n)}-keys`,
      `rows are sorted by ${String(n)} keys at most`,
      R.orders((keys) => keys.slice(0, n)),
      reads(
        { book: [{ done: true }, { done: false }] },
        orderBy((b: Book) => [b.n.asc(), b.title.asc(), b.note.asc(), b.rank.asc(), b.done.asc()])(m.book),
      ),
      byReads,
    ),
  ),
  mutant(
    'distinct-by-three-columns',
    'rows that are the same in three columns are given once',
    {
      pass: (rows, query) => {
        if (!query.distinct || (query.columns?.length ?? 0) < 4) return rows
        const columns = query.columns?.slice(0, 3) ?? []
        const seen = new Set<string>()
        return rows.filter((row) => {
          const key = JSON.stringify(columns.map(({ name }) => row[name] ?? null))
          return seen.has(key) ? false : (seen.add(key), true)
        })
      },
    },
    reads(
      { book: [{ rank: 1 }, { rank: 2 }] },
      pipe(
        m.book,
        values((b) => ({ a: b.n, b: b.title, c: b.note, d: b.rank })),
        distinct,
      ),
    ),
    byReads,
  ),
  mutant(
    'group-by-three-keys',
    'of the keys of groups, three are looked at',
    R.passes((query) =>
      query.group === null || query.group.keys.length < 4
        ? query
        : {
            ...query,
            group: {
              ...query.group,
              keys: query.group.keys.map((key, i) =>
                i < 3 ? key : { ...key, expression: R.constant('int', null) },
              ),
            },
          },
    ),
    reads(
      { book: [{ rank: 1 }, { rank: 2 }] },
      pipe(
        m.book,
        groupBy(
          (b) => ({ a: b.n, b: b.title, c: b.note, d: b.rank }),
          (g) => ({ k: g.count() }),
        ),
      ),
    ),
    byReads,
  ),
  mutant(
    'conditions-cut-at-20',
    'of an `or` of many conditions, twenty are looked at',
    R.nodes((node) =>
      node._tag === 'or' && node.any.length > 20 ? { ...node, any: node.any.slice(0, 20) } : node,
    ),
    finds([{ n: 20 }], (b) => or(...list(21, (i) => b.n.eq(i)))),
    byReads,
  ),
  mutant(
    'children-of-twenty-parents',
    'related rows are found for twenty rows',
    {
      rows: (rows, query) =>
        query.related.some(({ many }) => many)
          ? rows.map((row, i) =>
              i < 20
                ? row
                : {
                    ...row,
                    ...Object.fromEntries(
                      query.related.filter(({ many }) => many).map(({ relation }) => [relation, []]),
                    ),
                  },
            )
          : rows,
    },
    reads(
      { author: list(21, () => ({})), book: [{ author: 21 }] },
      prefetchRelated((a: Author) => a.books)(m.author),
    ),
    byReads,
  ),
  mutant(
    'ten-children',
    'of the rows that belong to a row, ten are given',
    {
      rows: (rows, query) =>
        query.related.length === 0
          ? rows
          : rows.map((row) => ({
              ...row,
              ...Object.fromEntries(
                query.related
                  .filter(({ many }) => many)
                  .map(({ relation }) => [
                    relation,
                    (row[relation] as unknown as Given).slice(0, 10) as never,
                  ]),
              ),
            })),
    },
    reads(
      { author: [{}], book: list(11, () => ({ author: 1 })) },
      prefetchRelated((a: Author) => a.books)(m.author),
    ),
    byReads,
  ),
  mutant(
    'counts-to-a-thousand',
    'a count is a thousand at most',
    { count: (count) => Math.min(1000, count) },
    does(books(1001), (client) => told(client.count!(all))),
    byReads,
  ),
  mutant(
    'keys-to-a-hundred',
    'keys are a hundred at most',
    { getPks: (keys) => keys.slice(0, 100) },
    does(books(101), (client) => told(client.getPks!(all))),
    byReads,
  ),
]
