/** Other parts of the list than was asked for. */
import { function as fn } from 'fp-ts'
import { distinct, filter, orderBy, prefetchRelated, slice, valuesList } from '../../src/index.js'
import type { Query } from '../../src/index.js'
import { m } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { reads } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('slices')

const books = (n: number) => ({ book: Array.from({ length: n }, (_, i) => ({ n: i })) })

/** A pass around a sliced one gives something of its own to it. */
const pushed = (
  give: (outer: Query, inner: Query) => { readonly outer: Query; readonly inner: Query } | null,
) =>
  R.passes((query) => {
    if (query.from._tag !== 'query' || query.from.query.slice === null) return query
    const given = give(query, query.from.query)
    return given === null ? query : { ...given.outer, from: { _tag: 'query', query: given.inner } }
  })

export const slices: ReadonlyArray<Mutant> = [
  mutant(
    'limit-zero-is-none',
    'a limit of 0 is no limit',
    R.slices((part) => (part.limit === 0 ? { ...part, limit: null } : part)),
    reads(books(1), slice(0, 0)(m.book)),
  ),
  mutant(
    'offset-without-limit-ignored',
    'an offset without a limit does not count',
    R.slices((part) => (part.limit === null ? null : part)),
    reads(books(1), slice(1)(m.book)),
  ),
  mutant(
    'limit-as-end',
    'the limit is taken for the position of the end',
    R.slices(({ offset, limit }) => ({ offset, limit: limit === null ? null : Math.max(0, limit - offset) })),
    reads(books(2), slice(1, 2)(m.book)),
  ),
  mutant(
    'end-as-limit',
    'the position of the end is taken for the limit',
    R.slices(({ offset, limit }) => ({ offset, limit: limit === null ? null : limit + offset })),
    reads(books(3), slice(1, 2)(m.book)),
  ),
  mutant(
    'offset-in-pages',
    'the offset is rounded to whole pages',
    R.slices(({ offset, limit }) => ({ offset: limit ? Math.floor(offset / limit) * limit : offset, limit })),
    reads(books(3), slice(1, 3)(m.book)),
  ),
  mutant(
    'offset-from-one',
    'offsets are counted from 1',
    R.slices(({ offset, limit }) => ({ offset: Math.max(0, offset - 1), limit })),
    reads(books(2), slice(1, 2)(m.book)),
  ),
  mutant(
    'limit-includes-end',
    'one row more is given than the limit allows, at most',
    R.slices(({ offset, limit }) => ({ offset, limit: limit === null || limit === 0 ? limit : limit + 1 })),
    reads(books(2), slice(0, 1)(m.book)),
  ),
  mutant(
    'silent-cap',
    'at most 5 rows are given, and are said to be all',
    { rows: (rows) => rows.slice(0, 5) },
    reads(books(6), m.book),
  ),
  mutant(
    'unlimited-capped',
    'where there is no limit, there is one of 10 rows',
    { rows: (rows, query) => (query.slice === null ? rows.slice(0, 10) : rows) },
    reads(books(11), m.book),
  ),
  mutant(
    'limit-clamped',
    'a limit beyond 4 is 4',
    R.slices(({ offset, limit }) => ({ offset, limit: limit === null ? null : Math.min(4, limit) })),
    reads(books(5), slice(0, 5)(m.book)),
  ),
  mutant(
    'page-boundary-lost',
    'rows are read 3 at a time, and the first of the second page is lost',
    { rows: (rows) => rows.filter((_, i) => i !== 3) },
    reads(books(4), m.book),
  ),
  mutant(
    'page-boundary-repeated',
    'rows are read 3 at a time, and the last of a page comes again on the next',
    { rows: (rows) => rows.flatMap((row, i) => (i === 3 ? [rows[2] ?? row, row] : [row])) },
    reads(books(4), m.book),
  ),
  mutant(
    'offset-skips-nulls',
    'beyond the first page, rows without a value to sort by are not found',
    R.passes((query) => {
      const [key] = query.order
      return query.slice === null || query.slice.offset === 0 || key === undefined
        ? query
        : {
            ...query,
            where: R.and(...(query.where === null ? [] : [query.where]), R.not(R.isNull(key.expression))),
          }
    }),
    reads(
      { book: [{ rank: 1 }, { rank: null }] },
      pipe(
        m.book,
        orderBy((b) => [b.rank.asc()]),
        slice(1, 2),
      ),
    ),
  ),
  mutant(
    'offset-beyond-end-wraps',
    'an offset beyond the end gives the first page',
    {
      rows: (rows, query, ask) => {
        const { slice: part } = query
        if (part === null || part.offset === 0 || rows.length > 0 || part.limit === 0) return rows
        const again = ask({ ...query, slice: { ...part, offset: 0 } })
        return again._tag === 'Right' ? again.right : rows
      },
    },
    reads(books(1), slice(1, 2)(m.book)),
  ),
  mutant(
    'filter-pushed-into-slice',
    'what filters a slice filters before slicing',
    pushed((outer, inner) =>
      outer.where === null || inner.group !== null || inner.columns !== null
        ? null
        : {
            outer: { ...outer, where: null },
            inner: { ...inner, where: R.and(...(inner.where === null ? [] : [inner.where]), outer.where) },
          },
    ),
    reads(
      books(2),
      pipe(
        m.book,
        slice(0, 1),
        filter((b) => b.n.eq(1)),
      ),
    ),
  ),
  mutant(
    'order-pushed-into-slice',
    'what sorts a slice sorts before slicing',
    pushed((outer, inner) =>
      outer.order.length === 0 || inner.group !== null || inner.columns !== null || outer.where !== null
        ? null
        : { outer, inner: { ...inner, order: outer.order, reverse: outer.reverse } },
    ),
    reads(
      books(2),
      pipe(
        m.book,
        slice(0, 1),
        orderBy((b) => [b.n.desc()]),
      ),
    ),
  ),
  mutant(
    'slice-before-distinct',
    'rows are sliced first and made distinct afterwards',
    R.passes((query) => {
      const { from } = query
      return from._tag === 'query' && from.query.distinct && from.query.slice === null && query.slice !== null
        ? {
            ...query,
            slice: null,
            distinct: true,
            from: { ...from, query: { ...from.query, distinct: false, slice: query.slice } },
          }
        : query
    }),
    reads(
      { book: [{ n: 1 }, { n: 1 }, { n: 2 }] },
      pipe(
        m.book,
        valuesList((b) => b.n),
        distinct,
        slice(0, 2),
      ),
    ),
  ),
  mutant(
    'limit-one-unordered',
    'a limit of 1 takes any row, whatever the order',
    R.passes((query) =>
      query.slice?.limit === 1 && query.group === null ? { ...query, order: [], reverse: false } : query,
    ),
    reads(
      books(2),
      pipe(
        m.book,
        orderBy((b) => [b.n.desc()]),
        slice(0, 1),
      ),
    ),
  ),
  mutant(
    'related-limit-over-all',
    'a limit on the related rows of each row does not count',
    {
      query: (query) => ({
        ...query,
        related: query.related.map((each) => ({ ...each, query: { ...each.query, slice: null } })),
      }),
    },
    reads(
      { author: [{}], book: [{ author: 1 }, { author: 1 }] },
      pipe(
        m.author,
        prefetchRelated((a) => a.books, slice(0, 1)),
      ),
    ),
  ),
]
