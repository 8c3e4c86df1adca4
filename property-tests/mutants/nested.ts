/** What is right by itself, and wrong within another: related rows of related rows, relations of two steps, querysets in querysets. */
import { function as fn } from 'fp-ts'
import { filter, orderBy, prefetchRelated, selectRelated, slice, type Query } from '../../src/index.js'
import type { Bug } from './support/client.js'
import { m } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { reads, type Author, type Book } from './support/witness.js'
import type { Rows } from './support/models.js'

const { pipe } = fn
const mutant = mutantsOf('nested')

type Related = Query['related'][number]

/** Related rows changed; `depth` counts from 0. */
const related = (change: (each: Related, depth: number) => Related): Bug => {
  const at = (query: Query, depth: number): Query => ({
    ...query,
    related: query.related.map((each) => change({ ...each, query: at(each.query, depth + 1) }, depth)),
  })
  return { query: (query) => at(query, 0) }
}

const library: Rows = {
  author: [{ name: 'a' }, { name: 'b' }],
  book: [
    { author: 1, n: 2 },
    { author: 1, n: 1 },
    { author: 2, n: 3 },
    { author: 2, n: 0 },
  ],
  review: [
    { book: 1, stars: 2 },
    { book: 1, stars: 1 },
    { book: 3, stars: 5 },
    { book: 3, stars: 4 },
  ],
}

const deep = pipe(
  m.author,
  prefetchRelated(
    (a: Author) => a.books,
    prefetchRelated((b: Book) => b.reviews),
  ),
)

export const nesteds: ReadonlyArray<Mutant> = [
  mutant(
    'inner-related-forgotten',
    'related rows come without related rows of their own',
    related((each, depth) => (depth === 0 ? { ...each, query: { ...each.query, related: [] } } : each)),
    reads(library, deep),
  ),
  mutant(
    'inner-order-forgotten',
    'related rows of related rows come by their keys',
    related((each, depth) => (depth === 1 ? { ...each, query: { ...each.query, order: [] } } : each)),
    reads(
      library,
      pipe(
        m.author,
        prefetchRelated(
          (a: Author) => a.books,
          prefetchRelated(
            (b: Book) => b.reviews,
            orderBy((r) => [r.stars.asc()]),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'inner-filter-forgotten',
    'what refines related rows of related rows does not filter',
    related((each, depth) => (depth === 1 ? { ...each, query: { ...each.query, where: null } } : each)),
    reads(
      library,
      pipe(
        m.author,
        prefetchRelated(
          (a: Author) => a.books,
          prefetchRelated(
            (b: Book) => b.reviews,
            filter((r) => r.stars.gt(1)),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'inner-slice-forgotten',
    'a slice of related rows of related rows does not count',
    related((each, depth) => (depth === 1 ? { ...each, query: { ...each.query, slice: null } } : each)),
    reads(
      library,
      pipe(
        m.author,
        prefetchRelated(
          (a: Author) => a.books,
          prefetchRelated((b: Book) => b.reviews, slice(0, 1)),
        ),
      ),
    ),
  ),
  mutant(
    'children-offset-forgotten',
    'a slice of related rows begins with the first',
    related((each) => ({
      ...each,
      query: { ...each.query, slice: each.query.slice === null ? null : { ...each.query.slice, offset: 0 } },
    })),
    reads(
      library,
      pipe(
        m.author,
        prefetchRelated((a: Author) => a.books, slice(1, 2)),
      ),
    ),
  ),
  mutant(
    'children-sliced-together',
    'a slice of related rows is one of all that belong to some row',
    {
      rows: (rows, query) =>
        query.related.reduce((so, each) => {
          if (!each.many || each.query.slice?.limit == null) return so
          const left = { n: each.query.slice.limit }
          return so.map((row) => {
            const own = (row[each.relation] as unknown as ReadonlyArray<unknown>).slice(
              0,
              Math.max(0, left.n),
            )
            left.n -= own.length
            return { ...row, [each.relation]: own as never }
          })
        }, rows),
    },
    reads(
      library,
      pipe(
        m.author,
        prefetchRelated((a: Author) => a.books, slice(0, 1)),
      ),
    ),
  ),
  mutant(
    'children-of-first',
    'the related rows of the first row are given with each',
    {
      rows: (rows, query) =>
        rows.map((row) => ({
          ...row,
          ...Object.fromEntries(
            query.related
              .filter(({ many }) => many)
              .map(({ relation }) => [relation, rows[0]?.[relation] ?? ([] as never)]),
          ),
        })),
    },
    reads(
      library,
      pipe(
        m.author,
        prefetchRelated((a: Author) => a.books),
      ),
    ),
  ),
  mutant(
    'second-step-not-selected',
    'of a row that is given with a row, what it is given with itself is left out',
    related((each) => (each.many ? each : { ...each, query: { ...each.query, related: [] } })),
    reads(
      { author: [{}], book: [{ author: 1 }], review: [{ book: 1 }] },
      pipe(
        m.review,
        selectRelated((r) => r.book.author),
      ),
    ),
  ),
  mutant(
    'path-of-three-cut',
    'of a column behind two relations, the one of the same name behind the first is taken, or the key',
    R.nodes((node) =>
      node._tag === 'column' && node.path.length > 2
        ? { ...node, path: [node.path[0] ?? '', 'id'].slice(0, 2) }
        : node,
    ),
    reads(
      { author: [{ id: 1 }, { id: 2 }], book: [{ id: 1, author: 2 }], review: [{ book: 1 }] },
      pipe(
        m.review,
        filter((r) => r.book.author.id.eq(2)),
      ),
    ),
  ),
  mutant(
    'some-within-some-forgotten',
    'of rows whose related rows have related rows, any rows are taken',
    R.nodes((node) => (node._tag === 'some' ? { ...node, predicate: withoutSome(node.predicate) } : node)),
    reads(
      library,
      pipe(
        m.author,
        filter((a: Author) => a.books.some((b) => b.reviews.some((r) => r.stars.eq(9)))),
      ),
    ),
  ),
  mutant(
    'not-within-some-outside',
    'a `not` within a condition on related rows is put before it',
    R.nodes((node) =>
      node._tag === 'some' && node.predicate._tag === 'not'
        ? R.not({ ...node, predicate: node.predicate.predicate })
        : node,
    ),
    reads(
      library,
      pipe(
        m.author,
        filter((a: Author) => a.books.some((b) => b.n.eq(1))),
      ),
      pipe(
        m.author,
        filter((a: Author) => a.books.every((b) => b.n.gt(0))),
      ),
    ),
  ),
  mutant(
    'slice-of-slice-outer',
    'of a slice of a slice, the outer one counts alone',
    R.passes((query) =>
      query.slice !== null && query.from._tag === 'query' && query.from.query.slice !== null
        ? { ...query, from: { ...query.from, query: { ...query.from.query, slice: null } } }
        : query,
    ),
    reads(
      { book: [{}, {}, {}] },
      pipe(
        m.book,
        slice(0, 2),
        filter((b: Book) => b.n.eq(0)),
        slice(1, 3),
      ),
    ),
  ),
  mutant(
    'related-by-null',
    'rows that lead nowhere are given with the rows that nobody leads to',
    {
      rows: (rows, query, ask) =>
        rows.map((row) => ({
          ...row,
          ...Object.fromEntries(
            query.related
              .filter(({ many, relation }) => !many && row[relation] === null)
              .map(({ relation, query: inner }) => {
                const all = ask({ ...inner, related: [] })
                return [relation, all._tag === 'Right' ? ((all.right[0] ?? null) as never) : null]
              }),
          ),
        })),
    },
    reads(
      { author: [{}], book: [{}] },
      pipe(
        m.book,
        selectRelated((b: Book) => b.author),
      ),
    ),
  ),
]

function withoutSome(predicate: R.Pred): R.Pred {
  return predicate._tag === 'some' ? { ...predicate, predicate: { _tag: 'and', all: [] } } : predicate
}
