/** Related rows that are lost, come twice or count wrongly. */
import { either as E, function as fn } from 'fp-ts'
import {
  and as all,
  annotate,
  exclude,
  exists,
  filter,
  groupBy,
  not,
  or as any,
  orderBy,
  prefetchRelated,
  selectRelated,
  slice,
  subquery,
  values,
  valuesList,
  type Query,
} from '../../src/index.js'
import type { Aggregate, Named } from '../../src/expression/Expression.js'
import { allOf } from '../../src/query/Query.js'
import * as Text from '../../src/value/Text.js'
import type { Json } from '../../src/value/Value.js'
import type { Bug } from './support/client.js'
import { m, type Rows } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant, Witness } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { reads, type Author, type Book } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('relations-aggregates')

type Agg = Aggregate<Query>

/** An author of some books, and one of none. */
const library = (...books: ReadonlyArray<Rows[string][number]>): Rows => ({
  author: [{ name: 'a' }, { name: 'b' }],
  book: books.map((book) => ({ author: 1, ...book })),
})

const groups = (books: Rows[string], make: Parameters<typeof totals>[0]): Witness =>
  reads({ book: books }, totals(make))

const totals = (
  make: (
    g: { [name in 'count']: () => unknown } & {
      [name in 'sum' | 'avg' | 'min' | 'max' | 'stddev']: (f: (b: Book) => unknown) => unknown
    } & {
      countOf: (f: (b: Book) => unknown, options?: object) => unknown
    },
  ) => unknown,
) =>
  groupBy(
    (b: Book) => ({ title: b.title }),
    (g) => ({ is: make(g as never) as ReturnType<typeof g.count> }),
  )(m.book)

/** What an aggregate gives is changed. */
const after = (names: ReadonlyArray<Agg['name']>, change: (value: Json) => Json): Bug => {
  const made = R.js('after', ([value = null]) => change(value))
  return {
    functions: [made.def],
    ...R.aggregates((node) => (names.includes(node.name) ? made.call(node) : node)),
  }
}

/** What an aggregate is of is changed. */
const before = (names: ReadonlyArray<Agg['name']>, change: (value: Json, kind: string) => Json): Bug => {
  const made = R.js('before', ([value = null], [kind = 'int']) => change(value, kind))
  return {
    functions: [made.def],
    ...R.aggregates((node) =>
      names.includes(node.name) && node.arg !== null ? { ...node, arg: made.call(node.arg) } : node,
    ),
  }
}

const zeroed = (value: Json, kind: string): Json =>
  value === null && (kind === 'int' || kind === 'float') ? 0 : value

const always: R.Pred = R.and()

const dictionary = (text: string): string =>
  `${text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()}\0${text}`
const encoded = R.js('encoded', ([value = null], [kind]) =>
  kind === 'text' && value !== null ? dictionary(value as string) : value,
)
const decoded = R.js('decoded', ([value = null], [kind]) =>
  kind === 'text' && value !== null ? (value as string).split('\0').slice(1).join('\0') : value,
)

const upper = R.js('folded', ([value = null], [kind]) =>
  kind === 'text' && value !== null ? Text.upper(value as string) : value,
)

/** Counts over one relation are multiplied by the rows that another one leads to. */
const multiplied = (list: ReadonlyArray<Named<Query>>): ReadonlyArray<Named<Query>> =>
  list.map((each) => {
    const { expression } = each
    if (expression._tag !== 'aggregate' || expression.name !== 'count' || expression.over !== 'row')
      return each
    const other = list.find(
      (some) =>
        some.expression._tag === 'aggregate' &&
        some.expression.over === 'row' &&
        some.expression.relation.join() !== expression.relation.join(),
    )?.expression
    return other?._tag !== 'aggregate'
      ? each
      : {
          ...each,
          expression: {
            _tag: 'call',
            name: 'mul',
            args: [
              expression,
              {
                _tag: 'call',
                name: 'greatest',
                args: [
                  { ...other, name: 'count', arg: null, filter: null, distinct: false, default: null },
                  R.constant('int', 1),
                ],
              },
            ],
          },
        }
  })

const related = (change: (query: Query) => Query): Bug => ({
  query: (query) => ({
    ...query,
    related: query.related.map((each) => (each.many ? { ...each, query: change(each.query) } : each)),
  }),
})

const subqueries = (
  change: (query: Query) => Query,
  ...tags: ReadonlyArray<'subquery' | 'exists' | 'inQuery'>
): Bug =>
  R.nodes((node) =>
    (node._tag === 'subquery' || node._tag === 'exists' || node._tag === 'inQuery') &&
    tags.includes(node._tag)
      ? { ...node, query: change(node.query) }
      : node,
  )

export const relations: ReadonlyArray<Mutant> = [
  mutant(
    'select-related-joins-inner',
    'including a related row loses the rows without one',
    {
      query: (query) => {
        const needed = query.related
          .filter(({ many }) => !many)
          .map(({ relation }) => R.not(R.isNull(R.column(relation))))
        return needed.length === 0 || query.from._tag !== 'model'
          ? query
          : { ...query, where: R.and(...(query.where === null ? [] : [query.where]), ...needed) }
      },
    },
    reads({ book: [{}] }, selectRelated((b: Book) => b.author)(m.book)),
  ),
  mutant(
    'some-multiplies-rows',
    'a row comes as often as its related rows match',
    {
      pass: (rows, query, ask) => {
        const { where } = query
        const some = (where?._tag === 'and' ? where.all : [where]).find((each) => each?._tag === 'some')
        if (some?._tag !== 'some' || query.columns !== null || query.group !== null || query.slice !== null)
          return rows
        const counted = ask({
          ...query,
          related: [],
          annotations: [
            ...query.annotations,
            {
              name: 'times',
              expression: {
                _tag: 'aggregate',
                name: 'count',
                over: 'row',
                level: 0,
                relation: some.relation,
                arg: null,
                distinct: false,
                filter: some.predicate,
                default: null,
                sample: false,
              },
            },
          ],
        })
        return E.isLeft(counted)
          ? rows
          : rows.flatMap((row, i) =>
              Array.from({ length: Number(counted.right[i]?.['times'] ?? 1) }, () => row),
            )
      },
    },
    reads(library({}, {}), filter((a: Author) => a.books.some((b) => b.n.eq(0)))(m.author)),
  ),
  mutant(
    'some-conditions-apart',
    'two conditions about one related row are met by two of them',
    R.nodes((node) =>
      node._tag === 'some' && node.predicate._tag === 'and'
        ? R.and(...node.predicate.all.map((predicate) => ({ ...node, predicate })))
        : node,
    ),
    reads(
      library({ n: 1, rank: 2 }, { n: 2, rank: 1 }),
      pipe(
        m.author,
        filter((a) => a.books.some((b) => all(b.n.eq(1), b.rank.eq(1)))),
      ),
    ),
  ),
  mutant(
    'some-as-every',
    'some related rows are taken for all of them',
    R.nodes((node) =>
      node._tag === 'some' && node.predicate._tag !== 'and' && node.predicate._tag !== 'not'
        ? R.and(node, R.not({ ...node, predicate: R.not(node.predicate) }))
        : node,
    ),
    reads(library({ n: 1 }, { n: 2 }), filter((a: Author) => a.books.some((b) => b.n.eq(1)))(m.author)),
  ),
  mutant(
    'none-needs-one',
    'a row without related rows is not among those none of whose related rows match',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'some' && node.predicate.predicate._tag !== 'not'
        ? R.and(node, { ...node.predicate, predicate: always })
        : node,
    ),
    reads(library(), filter((a: Author) => a.books.none((b) => b.n.eq(1)))(m.author)),
  ),
  mutant(
    'every-needs-one',
    'a row without related rows is not among those all of whose related rows match',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'some' && node.predicate.predicate._tag === 'not'
        ? R.and(node, { ...node.predicate, predicate: always })
        : node,
    ),
    reads(library(), filter((a: Author) => a.books.every((b) => b.n.eq(1)))(m.author)),
  ),
  mutant(
    'exclude-some-as-some-not',
    'no related row matches, is taken for: some do not',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'some' && node.predicate.predicate._tag !== 'not'
        ? { ...node.predicate, predicate: R.not(node.predicate.predicate) }
        : node,
    ),
    reads(
      library({ n: 1 }, { n: 2 }),
      pipe(
        m.author,
        exclude((a) => a.books.some((b) => b.n.eq(1))),
      ),
    ),
  ),
  mutant(
    'many-to-many-first-only',
    'of a many-to-many relation only the first row is found',
    {
      source: (source, { schema }) => ({
        all: source.all,
        find: (model, column, value) =>
          schema.models.get(model)?.implicit === true
            ? source.find(model, column, value).slice(0, 1)
            : source.find(model, column, value),
      }),
    },
    reads(
      {
        book: [{}],
        tag: [{ slug: 'x' }, { slug: 'y' }],
        book_tags: [
          { book: 1, tag: 'x' },
          { book: 1, tag: 'y' },
        ],
      },
      prefetchRelated((b: Book) => b.tags)(m.book),
    ),
  ),
  mutant(
    'many-to-many-both-ways',
    'rows between two models are looked up from the wrong side where only one leads there',
    {
      source: (source, { schema }) => ({
        all: source.all,
        find: (model, column, value) => {
          const found = source.find(model, column, value)
          return schema.models.get(model)?.implicit === true && found.length === 0 ? source.all(model) : found
        },
      }),
    },
    reads(
      { book: [{}, {}], tag: [{ slug: 'x' }], book_tags: [{ book: 1, tag: 'x' }] },
      prefetchRelated((b: Book) => b.tags)(m.book),
    ),
  ),
  mutant(
    'related-rows-capped',
    'of the rows that belong to a row, two are given',
    {
      source: (source, { schema }) => ({
        all: source.all,
        find: (model, column, value) =>
          schema.models.get(model)?.columns.get(column)?.target === null
            ? source.find(model, column, value)
            : source.find(model, column, value).slice(0, 2),
      }),
    },
    reads(library({}, {}, {}), prefetchRelated((a: Author) => a.books)(m.author)),
  ),
  mutant(
    'prefetch-filter-ignored',
    'what refines the rows that come along does not filter',
    related((query) => ({ ...query, where: null })),
    reads(
      library({ n: 1 }),
      pipe(
        m.author,
        prefetchRelated(
          (a) => a.books,
          filter((b) => b.n.eq(2)),
        ),
      ),
    ),
  ),
  mutant(
    'prefetch-order-ignored',
    'what refines the rows that come along does not sort',
    related((query) => ({ ...query, order: [] })),
    reads(
      library({ n: 2 }, { n: 1 }),
      pipe(
        m.author,
        prefetchRelated(
          (a) => a.books,
          orderBy((b) => [b.n.asc()]),
        ),
      ),
    ),
  ),
  mutant(
    'prefetch-of-none-is-null',
    'a row without related rows has no list of them',
    {
      rows: (rows, query) => {
        const names = query.related.filter(({ many }) => many).map(({ relation }) => relation)
        return names.length === 0
          ? rows
          : rows.map((row) => ({
              ...row,
              ...Object.fromEntries(
                names.map((name) => [
                  name,
                  (row[name] as ReadonlyArray<Json>).length === 0 ? null : (row[name] ?? null),
                ]),
              ),
            }))
      },
    },
    reads(library(), prefetchRelated((a: Author) => a.books)(m.author)),
  ),
  mutant(
    'exists-ignores-filter',
    'whether a query has rows is whether its model has any',
    subqueries((query) => ({ ...query, where: null }), 'exists'),
    reads(
      { book: [{ n: 1 }] },
      pipe(
        m.book,
        filter(() =>
          exists(
            pipe(
              m.book,
              filter((b) => b.n.eq(2)),
            ),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'in-query-ignores-slice',
    'the values of a sliced query are those of the whole',
    subqueries((query) => ({ ...query, slice: null }), 'inQuery'),
    reads(
      { book: [{ n: 1 }, { n: 2 }] },
      pipe(
        m.book,
        filter((b) =>
          b.n.in(
            pipe(
              m.book,
              orderBy((o) => [o.n.asc()]),
              slice(0, 1),
              valuesList((o) => o.n),
            ),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'subquery-ignores-order',
    'the first value of a query is any',
    subqueries((query) => ({ ...query, order: [] }), 'subquery'),
    reads(
      { book: [{ n: 1 }, { n: 2 }] },
      pipe(
        m.book,
        annotate(() => ({
          most: subquery(
            'int',
            pipe(
              m.book,
              orderBy((o) => [o.n.desc()]),
              valuesList((o) => o.n),
            ),
          ),
        })),
      ),
    ),
  ),
  mutant(
    'counts-multiply',
    'counts over two relations multiply each other',
    R.passes((query) => ({
      ...query,
      annotations: multiplied(query.annotations),
      columns: query.columns === null ? null : multiplied(query.columns),
    })),
    reads(
      {
        book: [{}],
        tag: [{ slug: 'x' }],
        book_tags: [{ book: 1, tag: 'x' }],
        review: [{ book: 1 }, { book: 1 }],
      },
      pipe(
        m.book,
        annotate((b) => ({ labels: b.tags.count(), voices: b.reviews.count() })),
      ),
    ),
  ),
  mutant(
    'count-of-nothing-null',
    'the count of no rows is missing',
    after(['count'], (value) => (value === 0 ? null : value)),
    reads(
      library(),
      pipe(
        m.author,
        annotate((a) => ({ many: a.books.count() })),
      ),
    ),
  ),
  mutant(
    'count-counts-nulls',
    'the count of a column counts missing values',
    R.aggregates((node) => (node.name === 'count' && !node.distinct ? { ...node, arg: null } : node)),
    groups([{ rank: null }], (g) => g.countOf((b) => b.rank)),
  ),
  mutant(
    'count-distinct-counts-all',
    'the count of different values counts all',
    R.aggregates((node) => (node.name === 'count' ? { ...node, distinct: false } : node)),
    groups([{ n: 1 }, { n: 1 }], (g) => g.countOf((b) => b.n, { distinct: true })),
  ),
  mutant(
    'aggregate-filter-ignored',
    "an aggregate's own filter does not count",
    R.aggregates((node) => ({ ...node, filter: null })),
    reads(
      library({ n: 1 }),
      pipe(
        m.author,
        annotate((a) => ({ two: a.books.count({ filter: (b) => b.n.eq(2) }) })),
      ),
    ),
  ),
  mutant(
    'sum-of-nothing-zero',
    'the sum of nothing is 0',
    R.aggregates((node) =>
      node.name === 'sum' && node.default === null ? { ...node, default: R.constant('int', 0) } : node,
    ),
    groups([{ rank: null }], (g) => g.sum((b) => b.rank)),
  ),
  mutant(
    'min-seeded-with-zero',
    'the least of numbers is 0 at most',
    after(['min'], (value) => (typeof value === 'number' ? Math.min(0, value) : value)),
    groups([{ n: 1 }], (g) => g.min((b) => b.n)),
  ),
  mutant(
    'max-seeded-with-zero',
    'the greatest of numbers is 0 at least',
    after(['max'], (value) => (typeof value === 'number' ? Math.max(0, value) : value)),
    groups([{ n: -1 }], (g) => g.max((b) => b.n)),
  ),
  mutant(
    'min-takes-null-for-zero',
    'the least of numbers and something missing is that of numbers and 0',
    before(['min'], zeroed),
    groups([{ rank: 1 }, { rank: null }], (g) => g.min((b) => b.rank)),
  ),
  mutant(
    'avg-divides-by-all',
    'the mean divides by the missing values, too',
    before(['avg'], zeroed),
    groups([{ rank: 1 }, { rank: null }], (g) => g.avg((b) => b.rank)),
  ),
  mutant(
    'avg-truncated',
    'the mean of whole numbers is a whole number',
    after(['avg'], (value) => (typeof value === 'number' ? Math.trunc(value) : value)),
    groups([{ n: 1 }, { n: 2 }], (g) => g.avg((b) => b.n)),
  ),
  mutant(
    'max-of-text-by-locale',
    'the greatest text is the last one in a dictionary',
    {
      functions: [encoded.def, decoded.def],
      ...R.aggregates((node) =>
        (node.name === 'max' || node.name === 'min') && node.arg !== null
          ? decoded.call({ ...node, arg: encoded.call(node.arg) })
          : node,
      ),
    },
    groups(
      [
        { title: '', note: 'B' },
        { title: '', note: 'a' },
      ],
      (g) => g.max((b) => b.note),
    ),
  ),
  mutant(
    'deviation-of-sample',
    'the deviation of all is that of a sample',
    R.aggregates((node) => ({ ...node, sample: true })),
    groups([{ n: 1 }, { n: 2 }], (g) => g.stddev((b) => b.n)),
  ),
  mutant(
    'group-of-null-lost',
    'what is missing makes no group',
    R.passes((query) =>
      query.group === null
        ? query
        : {
            ...query,
            where: R.and(
              ...(query.where === null ? [] : [query.where]),
              ...query.group.keys.map(({ expression }) => R.not(R.isNull(expression))),
            ),
          },
    ),
    reads(
      { book: [{ rank: null }] },
      pipe(
        m.book,
        groupBy(
          (b) => ({ rank: b.rank }),
          (g) => ({ many: g.count() }),
        ),
      ),
    ),
  ),
  mutant(
    'groups-fold-case',
    'text is grouped without its case',
    {
      functions: [upper.def],
      ...R.passes((query) =>
        query.group === null
          ? query
          : {
              ...query,
              group: {
                ...query.group,
                keys: query.group.keys.map((key) => ({ ...key, expression: upper.call(key.expression) })),
              },
            },
      ),
    },
    reads(
      { book: [{ title: 'a' }, { title: 'A' }] },
      pipe(
        m.book,
        groupBy(
          (b) => ({ title: b.title }),
          (g) => ({ many: g.count() }),
        ),
      ),
    ),
  ),
  mutant(
    'limit-before-grouping',
    'rows are limited, and not their groups',
    R.passes((query) => {
      const { from } = query
      if (from._tag !== 'query' || from.query.group === null || query.slice === null) return query
      const rows: Query = {
        ...allOf(from.query.from),
        where: from.query.where,
        annotations: from.query.annotations,
        slice: query.slice,
      }
      return {
        ...query,
        slice: null,
        from: {
          ...from,
          query: { ...from.query, from: { _tag: 'query', query: rows }, where: null, annotations: [] },
        },
      }
    }),
    reads(
      { book: [{ n: 1 }, { n: 1 }] },
      pipe(
        m.book,
        groupBy(
          (b) => ({ n: b.n }),
          (g) => ({ many: g.count() }),
        ),
        slice(0, 1),
      ),
    ),
  ),
  mutant(
    'having-before-grouping',
    'what filters groups by their number of rows does not count',
    R.passes((query) =>
      query.from._tag === 'query' && query.from.query.group !== null ? { ...query, where: null } : query,
    ),
    reads(
      { book: [{ n: 1 }] },
      pipe(
        m.book,
        groupBy(
          (b) => ({ n: b.n }),
          (g) => ({ many: g.count() }),
        ),
        filter((g) => g.many.gt(1)),
      ),
    ),
  ),
  mutant(
    'related-key-as-own',
    'what is asked about a related key is asked about its own',
    R.nodes((node) =>
      node._tag === 'column' && node.path.length === 2 && node.path[1] === 'id'
        ? { ...node, path: ['id'] }
        : node,
    ),
    reads(
      { author: [{}, {}], book: [{ author: 2 }] },
      pipe(
        m.book,
        values((b) => ({ of: b.author.id })),
      ),
    ),
  ),
  mutant(
    'dangling-reference-drops-row',
    'filtering by what is not behind a relation loses rows without one, however it is asked',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'or'
        ? R.and(
            node,
            ...node.predicate.any.flatMap((each) =>
              each._tag === 'lookup' && each.left._tag === 'column' && each.left.path.length > 1
                ? [R.not(R.isNull({ ...each.left, path: each.left.path.slice(0, 1) }))]
                : [],
            ),
          )
        : node,
    ),
    reads(
      { book: [{}] },
      pipe(
        m.book,
        filter((b) => not(any(b.author.name.eq('x'), b.n.eq(1)))),
      ),
    ),
  ),
]
