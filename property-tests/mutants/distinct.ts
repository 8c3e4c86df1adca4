/** Rows told apart, counted or given in a wrong way. */
import { either as E, function as fn } from 'fp-ts'
import {
  annotate,
  difference,
  distinct,
  distinctOn,
  exclude,
  filter,
  groupBy,
  intersection,
  only,
  orderBy,
  slice,
  union,
  value,
  values,
  valuesList,
  type Query,
} from '../../src/index.js'
import { layersOf } from '../../src/query/Query.js'
import * as Text from '../../src/value/Text.js'
import type { Json, Row } from '../../src/value/Value.js'
import type { Ask, Bug, Rows } from './support/client.js'
import { m } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { reads, type Book } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('distinct-count-projection')

const given = (result: ReturnType<Ask>, otherwise: Rows): Rows =>
  E.isRight(result) ? result.right : otherwise

const cut = (rows: Rows, { slice: part }: Query): Rows =>
  part === null ? rows : rows.slice(part.offset, part.limit === null ? undefined : part.offset + part.limit)

/** Rows are told apart in a way of one's own. */
const toldApart = (apart: (rows: Rows) => Rows): Bug => ({
  pass: (rows, query, ask) =>
    query.distinct ? cut(apart(given(ask({ ...query, distinct: false, slice: null }), rows)), query) : rows,
})

const firsts = (rows: Rows, key: (row: Row) => string): Rows => {
  const seen = new Set<string>()
  return rows.filter((row) => !seen.has(key(row)) && seen.add(key(row)))
}

const byKey = (key: (row: Row) => string): Bug => toldApart((rows) => firsts(rows, key))

const text = (json: Json): string => JSON.stringify(json)

/** A filter without those of its conditions that are of a sort. */
const without = (query: Query, drop: (predicate: R.Pred) => boolean): Query => ({
  ...query,
  where:
    query.where === null
      ? null
      : query.where._tag === 'and'
        ? R.and(...query.where.all.filter((each) => !drop(each)))
        : drop(query.where)
          ? null
          : query.where,
})

const counted = (change: (query: Query) => Query): Bug => ({
  count: (_count, query, ask) => {
    const changed = R.rewritten(query, (same) => same, change)
    return given(ask(changed), []).length
  },
})

const twins = [{ n: 1 }, { n: 1 }]

export const distincts: ReadonlyArray<Mutant> = [
  mutant(
    'distinct-ignored',
    'rows of columns that were sorted by are not made distinct',
    R.passes((query) => (query.order.length > 0 ? { ...query, distinct: false } : query)),
    reads(
      { book: twins },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        valuesList((b) => b.n),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-keys-glued',
    "values are glued together to tell rows apart: 'ab' and 'c', 'a' and 'bc'",
    byKey((row) => Object.values(row).map(String).join('')),
    reads(
      {
        book: [
          { title: 'ab', note: 'c' },
          { title: 'a', note: 'bc' },
        ],
      },
      pipe(
        m.book,
        values((b) => ({ title: b.title, note: b.note })),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-keys-comma',
    'values are put together with a comma to tell rows apart',
    byKey((row) => Object.values(row).map(String).join(',')),
    reads(
      {
        book: [
          { title: 'a,b', note: 'c' },
          { title: 'a', note: 'b,c' },
        ],
      },
      pipe(
        m.book,
        values((b) => ({ title: b.title, note: b.note })),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-key-by-string',
    "a missing value is the text 'null'",
    byKey((row) => text(Object.values(row).map(String))),
    reads(
      { book: [{ note: null }, { note: 'null' }] },
      pipe(
        m.book,
        valuesList((b) => b.note),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-loses-nulls',
    'rows with something missing are not among the distinct ones',
    toldApart((rows) =>
      firsts(
        rows.filter((row) => !Object.values(row).includes(null)),
        text,
      ),
    ),
    reads(
      { book: [{ rank: null }] },
      pipe(
        m.book,
        valuesList((b) => b.rank),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-nulls-differ',
    'missing values differ from each other',
    toldApart((rows) => {
      const all = new Set(firsts(rows, text))
      return rows.filter((row) => all.has(row) || Object.values(row).includes(null))
    }),
    reads(
      { book: [{ rank: null }, { rank: null }] },
      pipe(
        m.book,
        valuesList((b) => b.rank),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-keeps-last',
    'of equal rows the last is kept',
    toldApart((rows) => [...firsts([...rows].reverse(), text)].reverse()),
    reads(
      {
        book: [
          { n: 1, title: 'a' },
          { n: 2, title: 'b' },
          { n: 3, title: 'a' },
        ],
      },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        valuesList((b) => b.title),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-folds-case',
    'text is told apart without its case',
    byKey((row) => Text.upper(text(row))),
    reads(
      { book: [{ title: 'a' }, { title: 'A' }] },
      pipe(
        m.book,
        valuesList((b) => b.title),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-first-column',
    'rows are told apart by their first column',
    byKey((row) => text(Object.values(row)[0] ?? null)),
    reads(
      {
        book: [
          { title: 'a', n: 1 },
          { title: 'a', n: 2 },
        ],
      },
      pipe(
        m.book,
        values((b) => ({ title: b.title, n: b.n })),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-neighbours-only',
    'a row is left out only if the one before equals it',
    toldApart((rows) => rows.filter((row, i) => i === 0 || text(row) !== text(rows[i - 1] ?? null))),
    reads(
      { book: [{ n: 1 }, { n: 2 }, { n: 1 }] },
      pipe(
        m.book,
        valuesList((b) => b.n),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-falsy-alike',
    "0, '', false and missing values are the same",
    byKey((row) => text(Object.values(row).map((each) => each || null))),
    reads(
      { book: [{ rank: 0 }, { rank: null }] },
      pipe(
        m.book,
        valuesList((b) => b.rank),
        distinct,
      ),
    ),
  ),
  mutant(
    'distinct-on-ignored',
    '`distinctOn` keeps all rows',
    R.passes((query) => ({ ...query, distinctOn: null })),
    reads(
      { book: twins },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        distinctOn((b) => [b.n]),
      ),
    ),
  ),
  mutant(
    'distinct-on-first-key',
    '`distinctOn` looks at its first key only',
    R.passes((query) => ({ ...query, distinctOn: query.distinctOn?.slice(0, 1) ?? null })),
    reads(
      {
        book: [
          { n: 1, title: 'a' },
          { n: 1, title: 'b' },
        ],
      },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc(), b.title.asc()]),
        distinctOn((b) => [b.n, b.title]),
      ),
    ),
  ),
  mutant(
    'union-keeps-twins',
    'a union gives a row that is on both sides twice',
    {
      rows: (rows, query, ask) => {
        const { from } = query
        const bare = { ...query, from: { _tag: 'model' as const, model: '' } }
        return from._tag !== 'combine' || from.operation !== 'union' || !isPlain(bare)
          ? rows
          : [from.left, ...from.right].flatMap((each) => given(ask(each), []))
      },
    },
    reads(
      { book: [{ n: 1 }] },
      pipe(
        m.book,
        valuesList((b) => b.n),
        union(
          pipe(
            m.book,
            valuesList((b) => b.n),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'union-of-three-loses-one',
    'of several querysets in a union, two count',
    R.passes((query) =>
      query.from._tag === 'combine' && query.from.operation === 'union'
        ? {
            ...query,
            from:
              query.from.left.from._tag === 'combine'
                ? query.from.left.from
                : { ...query.from, right: query.from.right.slice(0, 1) },
          }
        : query,
    ),
    reads(
      { book: [{ n: 1, title: 'a', note: 'b' }] },
      pipe(
        valuesList((b: Book) => b.title)(m.book),
        union(
          valuesList((b: Book) => b.title.lower())(m.book),
          valuesList((b: Book) => b.title.upper())(m.book),
        ),
      ),
    ),
  ),
  mutant(
    'difference-swapped',
    'a difference is that of the second from the first',
    R.passes((query) => {
      const { from } = query
      const [other] = from._tag === 'combine' ? from.right : []
      return from._tag === 'combine' && from.operation === 'difference' && other !== undefined
        ? { ...query, from: { ...from, left: other, right: [from.left] } }
        : query
    }),
    reads(
      { book: [{ n: 1 }, { n: 2 }] },
      pipe(
        valuesList((b: Book) => b.n)(m.book),
        difference(
          pipe(
            m.book,
            filter((b: Book) => b.n.eq(2)),
            valuesList((b) => b.n),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'intersection-as-union',
    'an intersection of projections is a union',
    R.passes((query) =>
      query.from._tag === 'combine' && query.from.operation === 'intersection'
        ? { ...query, from: { ...query.from, operation: 'union' } }
        : query,
    ),
    reads(
      { book: [{ n: 1 }] },
      pipe(
        pipe(
          m.book,
          valuesList((b) => b.n),
        ),
        intersection(
          pipe(
            m.book,
            filter((b) => b.n.eq(2)),
            valuesList((b) => b.n),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'total-ignores-filter',
    'the total is that of all rows',
    {
      page: (page, query, ask) => ({
        ...page,
        total:
          query.slice === null
            ? page.total
            : given(ask({ ...query, where: null, slice: null, related: [] }), []).length,
      }),
    },
    reads(
      { book: [{ n: 1 }] },
      pipe(
        m.book,
        filter((b) => b.n.eq(2)),
        slice(0, 1),
      ),
    ),
  ),
  mutant(
    'total-is-page-length',
    'the total is how many rows the page has',
    { page: (page) => ({ ...page, total: page.rows.length }) },
    reads({ book: twins }, slice(0, 1)(m.book)),
  ),
  mutant(
    'total-without-offset',
    'the total is how many rows there are from the offset on',
    {
      page: (page, { slice: part }) => ({
        ...page,
        total: Math.max(0, (page.total ?? 0) - (part?.offset ?? 0)),
      }),
    },
    reads({ book: twins }, slice(1, 2)(m.book)),
  ),
  mutant(
    'count-ignores-filter',
    'the count of a filtered queryset is that of all rows',
    counted((query) => ({ ...query, where: null })),
    reads({ book: [{ n: 1 }] }, filter((b: Book) => b.n.eq(2))(m.book)),
  ),
  mutant(
    'count-ignores-exclude',
    'what is excluded is counted',
    counted((query) => without(query, ({ _tag }) => _tag === 'not')),
    reads({ book: [{ n: 1 }] }, exclude((b: Book) => b.n.eq(1))(m.book)),
  ),
  mutant(
    'count-ignores-slice',
    'a slice is counted as if it were not one',
    counted((query) => (query.slice === null ? query : { ...query, slice: null })),
    reads({ book: twins }, slice(0, 1)(m.book)),
  ),
  mutant(
    'count-ignores-distinct',
    'equal rows are counted though they are given once',
    counted((query) => (query.distinct ? { ...query, distinct: false } : query)),
    reads(
      { book: twins },
      pipe(
        m.book,
        valuesList((b) => b.n),
        distinct,
      ),
    ),
  ),
  mutant(
    'count-of-groups-counts-rows',
    'the count of groups is that of their rows',
    {
      count: (count, query, ask) => {
        const grouped = layersOf(query).find(({ group }) => group !== null)
        return grouped === undefined ? count : given(ask({ ...grouped, group: null, slice: null }), []).length
      },
    },
    reads(
      { book: twins },
      pipe(
        m.book,
        groupBy(
          (b) => ({ n: b.n }),
          (g) => ({ many: g.count() }),
        ),
      ),
    ),
  ),
  mutant(
    'count-skips-nulls',
    'the count of a column counts what is not missing',
    {
      count: (count, query, ask) =>
        query.columns?.length === 1
          ? given(ask(query), []).filter((row) => Object.values(row)[0] !== null).length
          : count,
    },
    reads(
      { book: [{ rank: null }] },
      pipe(
        m.book,
        valuesList((b) => b.rank),
      ),
    ),
  ),
  mutant(
    'keys-ignore-slice',
    'the keys of a slice are those of all rows',
    {
      getPks: (keys, query, ask) =>
        query.slice === null
          ? keys
          : given(ask({ ...query, slice: null, related: [], fields: null }), []).flatMap((row) =>
              row['id'] === undefined ? [] : [row['id']],
            ),
    },
    reads({ book: twins }, slice(0, 1)(m.book)),
  ),
  mutant(
    'keys-in-own-order',
    'keys are given in their own order',
    { getPks: (keys) => [...keys].sort((a, b) => (a! < b! ? -1 : a === b ? 0 : 1)) },
    reads({ book: [{ n: 1 }, { n: 2 }] }, orderBy((b: Book) => [b.n.desc()])(m.book)),
  ),
  mutant(
    'keys-lose-zero',
    'a key of 0 is taken for none',
    { getPks: (keys) => keys.filter((key) => Boolean(key)) },
    reads({ book: [{ id: 0 }] }, m.book),
  ),
  mutant(
    'falsy-fields-left-out',
    "columns with 0, '' or false are left out of the row",
    {
      rows: (rows) =>
        rows.map((row) =>
          Object.fromEntries(Object.entries(row).filter(([, each]) => each === null || Boolean(each))),
        ),
    },
    reads({ book: [{ n: 0 }] }, m.book),
  ),
  mutant(
    'falsy-fields-as-null',
    "projected columns with 0, '' or false are missing",
    {
      rows: (rows, query) =>
        query.columns === null
          ? rows
          : rows.map((row) =>
              Object.fromEntries(Object.entries(row).map(([name, each]) => [name, each || null])),
            ),
    },
    reads(
      { book: [{ n: 0 }] },
      pipe(
        m.book,
        valuesList((b) => b.n),
      ),
    ),
  ),
  mutant(
    'columns-by-last-name',
    'of two columns whose paths end alike, the later is given for both',
    R.passes((query) => {
      const { columns } = query
      const last = ({ expression }: NonNullable<Query['columns']>[number]): string | null =>
        expression._tag === 'column' ? (expression.path.at(-1) ?? null) : null
      return columns === null
        ? query
        : {
            ...query,
            columns: columns.map((each) => ({
              ...each,
              expression:
                columns.findLast((other) => last(other) !== null && last(other) === last(each))?.expression ??
                each.expression,
            })),
          }
    }),
    reads(
      { author: [{}, {}], book: [{ author: 2 }] },
      pipe(
        m.book,
        values((b) => ({ id: b.id, author: b.author.id })),
      ),
    ),
  ),
  mutant(
    'constants-not-given',
    'a column that is a constant is missing',
    R.columns((each) =>
      each.expression._tag === 'const' ? { ...each, expression: { ...each.expression, value: null } } : each,
    ),
    reads(
      { book: [{}] },
      pipe(
        m.book,
        values(() => ({ one: value(1, 'int') })),
      ),
    ),
  ),
  mutant(
    'annotation-overwritten',
    'of several added columns only the first is computed, the others are the same',
    R.passes((query) => {
      const [first] = query.annotations
      return first === undefined
        ? query
        : {
            ...query,
            annotations: query.annotations.map((each) =>
              each.expression._tag === first.expression._tag
                ? { ...each, expression: first.expression }
                : each,
            ),
          }
    }),
    reads(
      { book: [{ n: 1 }] },
      pipe(
        m.book,
        annotate((b) => ({ more: b.n.plus(1), less: b.n.minus(1) })),
      ),
    ),
  ),
  mutant(
    'only-loses-key',
    'where some fields are asked for, rows come without their key',
    { rows: (rows, query) => (query.fields === null ? rows : rows.map(({ id: _id, ...row }) => row)) },
    reads({ book: [{}] }, only('title')(m.book)),
  ),
]

function isPlain(query: Query): boolean {
  return (
    query.where === null &&
    query.annotations.length === 0 &&
    query.order.length === 0 &&
    !query.reverse &&
    query.distinctOn === null &&
    query.columns === null &&
    query.group === null &&
    !query.distinct &&
    query.slice === null
  )
}
