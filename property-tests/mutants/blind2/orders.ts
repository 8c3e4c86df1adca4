/** Rows in the wrong order, or the wrong part of them. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn } from 'fp-ts'
import {
  count,
  exclude,
  filter,
  or,
  orderBy,
  prefetchRelated,
  slice,
  test,
  values,
  type Query,
} from '../../../src/index.js'
import type { OrderKey } from '../../../src/expression/Expression.js'
import { m } from '../support/models.js'
import type { Bug } from '../support/client.js'
import {
  and,
  asked,
  both,
  call,
  conjuncts,
  define,
  gives,
  isColumn,
  kindOf,
  queries,
  same,
  within,
  type At,
  type BlindMutant,
  type P,
  type X,
} from '../blind/support.js'
import { ns, of, shelves } from './support.js'

const { pipe } = fn
const order = of('ordering', 'order')
const slicing = of('slicing', 'slices')

type Key = OrderKey<Query>

const keys = (change: (keys: ReadonlyArray<Key>, query: Query, at: At) => ReadonlyArray<Key>): Bug =>
  queries((query, at) =>
    query.order.length === 0 ? query : { ...query, order: change(query.order, query, at) },
  )

/** Nothing but an order and a slice is done with the rows of a model. */
const plain = (query: Query): boolean =>
  query.columns === null && query.group === null && !query.distinct && query.distinctOn === null

/** What is asked to be equal to a constant, anywhere in a condition. */
const equals = (predicate: P | null): ReadonlyArray<X> => {
  switch (predicate?._tag) {
    case 'and':
      return predicate.all.flatMap(equals)
    case 'or':
      return predicate.any.flatMap(equals)
    case 'lookup':
      return predicate.name === 'exact' && predicate.right[0]?._tag === 'const' ? [predicate.left] : []
    default:
      return []
  }
}

/** Conditions that a simple index can't answer are looked at when the page is there. */
const filteredLater = (query: Query): Query => {
  if (!plain(query) || query.slice === null || query.where === null || query.annotations.length > 0)
    return query
  const all = conjuncts(query.where)
  const later = all.filter((each) => each._tag !== 'lookup')
  const first = all.filter((each) => each._tag === 'lookup')
  return later.length === 0
    ? query
    : {
        ...within({
          ...query,
          where: first.length === 0 ? null : and(...first),
          fields: null,
          related: [],
        }),
        where: and(...later),
        fields: query.fields,
        related: query.related,
      }
}

const five = ns(5, 4, 3, 2, 1)

const lengthOf = (rows: E.Either<unknown, ReadonlyArray<unknown>>, otherwise: number): number =>
  E.getOrElse(() => otherwise)(E.map(({ length }: ReadonlyArray<unknown>) => length)(rows))

export const orders: ReadonlyArray<BlindMutant> = [
  order(
    'what cannot be computed sorts as 0',
    'a number that is computed, and missing, is sorted as 0',
    null,
    both(
      {
        functions: [
          define(
            '~zero',
            ([type]) => type ?? { kind: 'int', nullable: true },
            ([a = null], [type]) =>
              a ??
              (type?.kind === 'decimal' ? '0' : type?.kind === 'int' || type?.kind === 'float' ? 0 : null),
          ),
        ],
      },
      keys((list) =>
        list.map((key) =>
          key.expression._tag === 'call' || key.expression._tag === 'aggregate'
            ? { ...key, expression: call('~zero', key.expression) }
            : key,
        ),
      ),
    ),
    gives(
      shelves,
      pipe(
        m.author,
        orderBy((a) => [a.books.sum((b) => b.n).asc()]),
      ),
    ),
  ),
  order(
    "what is equal isn't sorted by",
    'a column that is compared with a constant is left out of the order, also where that is one of several alternatives',
    null,
    keys((list, query) => {
      const known = equals(query.where)
      return list.filter(({ expression }) => !known.some((each) => same(each, expression)))
    }),
    gives(
      five,
      pipe(
        m.book,
        filter((b) => or(b.n.eq(1), b.n.gt(3))),
        orderBy((b) => [b.n.asc()]),
      ),
    ),
  ),
  order(
    'conditions are not sorted by',
    'keys of an order that are conditions or cases are left out',
    null,
    keys((list) => list.filter(({ expression }) => expression._tag !== 'test' && expression._tag !== 'case')),
    gives(
      ns(1, 3, 2),
      pipe(
        m.book,
        orderBy((b) => [test(b.n.gt(2)).desc()]),
      ),
    ),
  ),
  order(
    'sorted by what is given under the name',
    "a column that is sorted by is the projected one, where one has the column's name",
    null,
    keys((list, query) =>
      list.map((key) => {
        const { expression } = key
        const [name, more] = isColumn(expression) ? expression.path : []
        const given = more === undefined ? query.columns?.find((each) => each.name === name) : undefined
        return given === undefined ? key : { ...key, expression: given.expression }
      }),
    ),
    gives(
      {
        book: [
          { title: 'a', note: 'y' },
          { title: 'b', note: 'x' },
        ],
      },
      pipe(
        m.book,
        orderBy((b) => [b.note.asc()]),
        values((b) => ({ note: b.title })),
      ),
    ),
  ),
  order(
    'sorted by the foreign key',
    'an order by a column behind a relation is by the key that leads there',
    null,
    keys((list) =>
      list.map((key) =>
        isColumn(key.expression) && key.expression.path.length > 1
          ? { ...key, expression: { ...key.expression, path: key.expression.path.slice(0, -1) } }
          : key,
      ),
    ),
    gives(
      {
        author: [
          { id: 1, name: 'z' },
          { id: 2, name: 'a' },
        ],
        book: [{ author: 1 }, { author: 2 }],
      },
      pipe(
        m.book,
        orderBy((b) => [b.author.name.asc()]),
      ),
    ),
  ),
  order(
    'decimals are sorted as text',
    'decimals, which come as text, are sorted as such',
    null,
    both(
      {
        functions: [
          define(
            '~digits',
            ([type]) => ({ kind: 'text', nullable: type?.nullable ?? true }),
            ([a]) => a ?? null,
          ),
        ],
      },
      keys((list, _, at) =>
        list.map((key) =>
          kindOf(key.expression, at) === 'decimal'
            ? { ...key, expression: call('~digits', key.expression) }
            : key,
        ),
      ),
    ),
    gives(
      { book: [{ price: '9' }, { price: '10' }] },
      pipe(
        m.book,
        orderBy((b) => [b.price.asc()]),
      ),
    ),
  ),

  slicing(
    'the page is cut before it is filtered',
    'conditions that no index answers are looked at on the page, which then has too few rows',
    'https://github.com/nolanlawson/pouchdb-find/pull/230',
    {
      ...queries(filteredLater),
      page: (page, query) => (filteredLater(query) === query ? page : { ...page, total: null }),
    },
    gives(
      five,
      pipe(
        m.book,
        exclude((b) => b.n.eq(1)),
        orderBy((b) => [b.n.asc()]),
        slice(0, 2),
      ),
    ),
  ),
  slicing(
    'the total comes with the rows',
    'the total is a column of the rows of a page, so that a page without rows has none',
    'https://github.com/nicolastakashi/prom-analytics-proxy/pull/609',
    {
      page: (page, query) => (query.slice !== null && page.rows.length === 0 ? { ...page, total: 0 } : page),
    },
    asked(five, (client) =>
      client.list({
        from: { _tag: 'model', model: 'book' },
        annotations: [],
        where: null,
        order: [],
        reverse: false,
        distinctOn: null,
        columns: null,
        group: null,
        distinct: false,
        slice: { offset: 6, limit: 2 },
        fields: null,
        related: [],
      })(),
    ),
  ),
  slicing(
    'keys from the first on',
    'the keys of a slice are as many as it has rows at most, but from the first row on',
    null,
    {
      around: (right) => ({
        getPks: (query) =>
          right.getPks!(query.slice === null ? query : { ...query, slice: { ...query.slice, offset: 0 } }),
      }),
    },
    asked(five, (client) =>
      client.getPks!({
        from: { _tag: 'model', model: 'book' },
        annotations: [],
        where: null,
        order: [],
        reverse: false,
        distinctOn: null,
        columns: null,
        group: null,
        distinct: false,
        slice: { offset: 2, limit: 2 },
        fields: null,
        related: [],
      })(),
    ),
  ),
  slicing(
    'fewer than none are left',
    'how many rows a slice has is the total without the offset, which can be negative',
    null,
    {
      count: (n, query, ask) => {
        if (query.slice === null) return n
        const { offset, limit } = query.slice
        const left = lengthOf(ask({ ...query, slice: null, related: [] }), n + offset) - offset
        return limit === null ? left : Math.min(limit, left)
      },
    },
    asked(five, (client) =>
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(7, 9),
        count(client),
      )(),
    ),
  ),
  slicing(
    'related rows from the first on',
    'the offset of a slice of related rows is dropped',
    null,
    queries((query) => ({
      ...query,
      related: query.related.map((each) =>
        each.query.slice === null
          ? each
          : { ...each, query: { ...each.query, slice: { ...each.query.slice, offset: 0 } } },
      ),
    })),
    gives(
      shelves,
      pipe(
        m.author,
        prefetchRelated((a) => a.books, slice(1, 2)),
      ),
    ),
  ),
]
