/** What speaks of the row around and is taken to speak of another one; relations, parts and sets that get into each other's way. */
import { function as fn } from 'fp-ts'
import {
  and as all,
  annotate,
  caseWhen,
  difference,
  exists,
  filter,
  orderBy,
  prefetchRelated,
  slice,
  subquery,
  union,
  value,
  values,
  valuesList,
  type Query,
} from '../../src/index.js'
import type { Bug } from './support/client.js'
import { m, type Rows } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { reads, type Author, type Book } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('relations-aggregates')

/** Within a predicate, a column of the row around that has the name of the one that it is compared with is that one. */
const confused = R.lookupNodes((node) => {
  const { left } = node
  return left._tag !== 'column' || left.level !== 0
    ? node
    : {
        ...node,
        right: node.right.map((each) =>
          each._tag === 'column' && each.level === 1 && each.path.join('.') === left.path.join('.')
            ? { ...each, level: 0 }
            : each,
        ),
      }
})

const two: Rows = {
  author: [{ name: 'a' }, { name: 'b' }],
  book: [
    { author: 1, n: 1, rank: 2 },
    { author: 1, n: 2, rank: 1 },
    { author: 2, n: 1, rank: 1 },
  ],
}

const combined = (
  change: (from: Extract<Query['from'], { readonly _tag: 'combine' }>) => Query['from'],
): Bug =>
  R.passes((query) => (query.from._tag === 'combine' ? { ...query, from: change(query.from) } : query))

export const facings: ReadonlyArray<Mutant> = [
  mutant(
    'namesake-around-as-own',
    'a column of the row around is taken for the column of the same name within',
    confused,
    reads(
      { author: [{ id: 1, name: 'a' }], tag: [], book: [{ id: 2 }] },
      filter((a: Author) => exists(filter((b: Book) => b.id.eq(a.id))(m.book)))(m.author),
    ),
  ),
  mutant(
    'asked-once-for-all-rows',
    'a queryset within that speaks of the row around is asked for the first row only',
    {
      pass: (rows, query) =>
        query.columns === null
          ? rows
          : rows.map((row) => ({
              ...row,
              ...Object.fromEntries(
                query.columns!.flatMap(({ name, expression }) =>
                  expression._tag === 'subquery' ? [[name, rows[0]?.[name] ?? null]] : [],
                ),
              ),
            })),
    },
    reads(
      two,
      values((a: Author) => ({
        x: subquery(
          'int',
          pipe(
            m.book,
            filter((b) => b.author.id.eq(a.id)),
            orderBy((b) => [b.id.asc()]),
            valuesList((b) => b.id),
          ),
        ),
      }))(m.author),
    ),
  ),
  mutant(
    'related-compared-with-themselves',
    'related rows that are compared with the row that they belong to are compared with themselves',
    R.nodes((node) =>
      node._tag === 'some' && node.predicate._tag === 'lookup'
        ? {
            ...node,
            predicate: {
              ...node.predicate,
              right: node.predicate.right.map((each) =>
                each._tag === 'column' && each.level === 1 && each.path.length === 1
                  ? { ...each, level: 0 }
                  : each,
              ),
            },
          }
        : node,
    ),
    reads(
      {
        author: [{ id: 1 }, { id: 2 }],
        book: [
          { id: 1, author: 1 },
          { id: 3, author: 2 },
        ],
      },
      filter((a: Author) => a.books.some((b) => b.id.gt(a.id)))(m.author),
    ),
  ),
  mutant(
    'conditions-on-related-rows-put-together',
    'two conditions, each met by some related row, have to be met by one',
    R.nodes((node) => {
      if (node._tag !== 'and') return node
      const [first, second, ...more] = node.all
      return first?._tag === 'some' &&
        second?._tag === 'some' &&
        more.length === 0 &&
        first.relation.join() === second.relation.join()
        ? { ...first, predicate: R.and(first.predicate, second.predicate) }
        : node
    }),
    reads(
      two,
      filter((a: Author) =>
        all(
          a.books.some((b) => b.n.eq(1)),
          a.books.some((b) => b.rank.eq(1)),
        ),
      )(m.author),
      filter((a: Author) =>
        all(
          a.books.some((b) => b.n.eq(2)),
          a.books.some((b) => b.rank.eq(2)),
        ),
      )(m.author),
    ),
  ),
  mutant(
    'second-relation-empty',
    'where several relations are given at once, all but the first come empty',
    {
      query: (query) => {
        const many = query.related.filter((each) => each.many)
        return {
          ...query,
          related: query.related.map((each) =>
            each.many && each !== many[0]
              ? { ...each, query: { ...each.query, where: { _tag: 'or', any: [] } } }
              : each,
          ),
        }
      },
    },
    reads(
      { book: [{}], review: [{ book: 1 }], tag: [{ slug: 'a' }], book_tags: [{ book: 1, tag: 'a' }] },
      pipe(
        m.book,
        prefetchRelated((b: Book) => b.reviews),
        prefetchRelated((b: Book) => b.tags),
      ),
    ),
  ),
  mutant(
    'missing-branch-passed-by',
    'a branch whose value is missing is passed by',
    R.nodes((node) =>
      node._tag === 'case' ? { _tag: 'call', name: 'coalesce', args: [node, node.otherwise] } : node,
    ),
    reads(
      { book: [{ n: 1, rank: null }] },
      valuesList((b: Book) => caseWhen([[b.n.eq(1), b.rank]], b.n))(m.book),
    ),
  ),
  mutant(
    'added-column-not-sorted-by',
    'rows are not sorted by columns that were added',
    R.passes((query) => ({
      ...query,
      order: query.order.filter(
        ({ expression }) =>
          !(
            expression._tag === 'column' &&
            expression.path.length === 1 &&
            ['x', 'y'].includes(expression.path[0] ?? '')
          ) && expression._tag !== 'case',
      ),
    })),
    reads(
      { book: [{ n: 1 }, { n: 2 }] },
      pipe(
        m.book,
        annotate((b: Book) => ({ x: caseWhen([[b.n.eq(1), value(2)]], value(1)) })),
        orderBy((b) => [b.x.asc()]),
      ),
    ),
  ),
  mutant(
    'sides-lose-their-slices',
    'the others in a union are not sliced',
    combined((from) =>
      from.operation === 'union'
        ? { ...from, right: from.right.map((each) => ({ ...each, slice: null })) }
        : from,
    ),
    reads(
      { book: [{ n: 1 }, { n: 2 }] },
      pipe(
        m.book,
        filter((b: Book) => b.n.eq(9)),
        valuesList((b) => b.n),
        union(
          pipe(
            m.book,
            slice(0, 1),
            valuesList((b: Book) => b.n),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'difference-of-first-only',
    'of several querysets to be left out, only the first is',
    combined((from) => (from.operation === 'difference' ? { ...from, right: from.right.slice(0, 1) } : from)),
    reads(
      { book: [{ n: 1 }, { n: 2 }] },
      pipe(
        m.book,
        valuesList((b: Book) => b.n),
        difference(only(1), only(2)),
      ),
    ),
  ),
  mutant(
    'set-not-filtered',
    'what filters a union, an intersection or a difference of values does not count',
    R.passes((query) =>
      query.from._tag === 'combine' && query.columns === null && query.group === null
        ? { ...query, where: null }
        : query,
    ),
    reads(
      { book: [{ n: 1 }, { n: 2 }] },
      pipe(
        m.book,
        values((b: Book) => ({ a: b.n })),
        union(values((b: Book) => ({ a: b.n }))(m.book)),
        filter((row) => row.a.eq(1)),
      ),
    ),
  ),
]

function only(n: number) {
  return pipe(
    m.book,
    filter((b: Book) => b.n.eq(n)),
    valuesList((b) => b.n),
  )
}
