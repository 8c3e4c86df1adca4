/** Related rows, subqueries and sets of rows that are wrong. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn } from 'fp-ts'
import {
  annotate,
  difference,
  exclude,
  filter,
  intersection,
  orderBy,
  prefetchRelated,
  selectRelated,
  slice,
  subquery,
  union,
  values,
  valuesList,
  type Query,
  type Related,
} from '../../../src/index.js'
import { allOf } from '../../../src/query/Query.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { m } from '../support/models.js'
import {
  always,
  and,
  blindOf,
  both,
  call,
  column,
  constant,
  define,
  gives,
  missing,
  modelOf,
  nodes,
  not,
  queries,
  same,
  within,
  type At,
  type BlindMutant,
  type P,
} from './support.js'

const { pipe } = fn
const relation = blindOf('relations', 'relations-aggregates')
const sub = blindOf('subqueries', 'relations-aggregates')
const set = blindOf('set operations', 'distinct-count-projection')

/** The authors 1 and 2, each with books. */
const shelves = {
  author: [
    { id: 1, name: 'a' },
    { id: 2, name: 'b' },
    { id: 3, name: 'c' },
  ],
  book: [
    { id: 1, author: 1, n: 3, title: 'x' },
    { id: 2, author: 1, n: 1, title: 'y' },
    { id: 3, author: 2, n: 5, title: 'x' },
    { id: 4, author: 2, n: 2, title: 'z' },
  ],
  review: [
    { id: 11, book: 1, stars: 5 },
    { id: 12, book: 1, stars: 1 },
    { id: 13, book: 3, stars: 4 },
    { id: 14, book: 4, stars: 2 },
  ],
}

const rowsIn = (value: Json | undefined): ReadonlyArray<Row> =>
  Array.isArray(value) ? (value as ReadonlyArray<Row>) : []

const someOf = (predicate: P) => (predicate._tag === 'some' ? predicate : null)

/** Somes of the same relation that stand together become one. */
const merged = (all: ReadonlyArray<P>): ReadonlyArray<P> =>
  all.reduce<ReadonlyArray<P>>((so, each) => {
    const own = someOf(each)
    const at =
      own === null
        ? -1
        : so.findIndex(
            (other) => same(someOf(other)?.relation, own.relation) && someOf(other)?.level === own.level,
          )
    return own === null || at === -1
      ? [...so, each]
      : so.map((other, i) =>
          i === at && other._tag === 'some'
            ? { ...other, predicate: and(other.predicate, own.predicate) }
            : other,
        )
  }, [])

const high = pipe(
  m.book,
  filter((b) => b.n.gt(2)),
  values((b) => ({ n: b.n, title: b.title })),
)
const low = pipe(
  m.book,
  filter((b) => b.n.lt(4)),
  values((b) => ({ n: b.n, title: b.title })),
)
const top = pipe(
  m.book,
  filter((b) => b.n.gt(4)),
  values((b) => ({ n: b.n, title: b.title })),
)

/** Columns of the row around that the current row has too are taken for its own. */
const shadowed = (inside: At['by']) =>
  nodes((node, at) =>
    node._tag === 'column' &&
    node.level === 1 &&
    node.path.length === 1 &&
    at.outer !== null &&
    at.by === inside &&
    at.model !== null &&
    at.schema.models.get(at.model)?.columns.has(node.path[0] ?? '') === true
      ? { ...node, level: 0 }
      : node,
  )

/** All columns are there. */
const full = (query: Query, { schema }: At): P | null => {
  const names = query.columns?.map(({ name }) => name) ?? [
    ...(schema.models.get(modelOf(query) ?? '')?.columns.keys() ?? []),
  ]
  return names.length === 0 ? null : and(...names.map((name) => not(missing(column(name)))))
}

const deeper = (list: ReadonlyArray<Related>, change: (each: Related) => Related): ReadonlyArray<Related> =>
  list.map((each) => ({ ...each, query: { ...each.query, related: each.query.related.map(change) } }))

const first = { told: new Map<string, Json>() }

export const relations: ReadonlyArray<BlindMutant> = [
  relation(
    "a slice of related rows is of all parents' together",
    'so many related rows are given for all parents together, not for each',
    'https://github.com/loopbackio/loopback-next/issues/6832',
    {
      rows: (rows, query, ask) => {
        const cut = query.related.find(({ many, query: inner }) => many && inner.slice !== null)
        if (cut?.query.slice == null) return rows
        const { offset, limit } = cut.query.slice
        const all = ask({
          ...query,
          related: query.related.map((each) =>
            each === cut ? { ...each, query: { ...each.query, slice: null } } : each,
          ),
        })
        if (E.isLeft(all)) return rows
        const seen = { count: 0 }
        return all.right.map((row) => ({
          ...row,
          [cut.relation]: rowsIn(row[cut.relation]).filter(() => {
            const at = seen.count++
            return at >= offset && (limit === null || at < offset + limit)
          }),
        }))
      },
    },
    gives(
      shelves,
      pipe(
        m.author,
        prefetchRelated((a) => a.books, slice(0, 1)),
      ),
    ),
  ),
  relation(
    'related rows lose their order',
    "related rows that aren't sliced come by their key",
    null,
    queries((query, at) => ({
      ...query,
      related: query.related.map((each) =>
        each.query.slice === null && at.outer === null
          ? { ...each, query: { ...each.query, order: [], reverse: false } }
          : each,
      ),
    })),
    gives(
      shelves,
      pipe(
        m.author,
        prefetchRelated(
          (a) => a.books,
          orderBy((b) => [b.n.asc()]),
        ),
      ),
    ),
  ),
  relation(
    "rows of related rows are the first parent's",
    'what is related to related rows is filled in for the first parent only',
    'https://github.com/ebean-orm/ebean/issues/293',
    {
      rows: (rows, query) => {
        const nested = query.related.filter(({ many, query: inner }) => many && inner.related.length > 0)
        return rows.map((row, i) =>
          i === 0
            ? row
            : nested.reduce<Row>(
                (so, { relation: name, query: inner }) => ({
                  ...so,
                  [name]: rowsIn(so[name]).map((child) => ({
                    ...child,
                    ...Object.fromEntries(
                      inner.related.filter(({ many }) => many).map((each) => [each.relation, []]),
                    ),
                  })),
                }),
                row,
              ),
        )
      },
    },
    gives(
      shelves,
      pipe(
        m.author,
        prefetchRelated(
          (a) => a.books,
          prefetchRelated((b) => b.reviews),
        ),
      ),
    ),
  ),
  relation(
    'a related row is given once',
    'a related row that several rows lead to is given to the first of them',
    null,
    {
      rows: (rows, query) => {
        const ones = query.related.filter(({ many }) => !many)
        const seen = new Set<string>()
        return rows.map((row) => ({
          ...row,
          ...Object.fromEntries(
            ones.map(({ relation: name }) => {
              const key = `${name} ${JSON.stringify(row[name])}`
              const again = seen.has(key)
              seen.add(key)
              return [name, again ? null : (row[name] ?? null)]
            }),
          ),
        }))
      },
    },
    gives(
      shelves,
      pipe(
        m.book,
        selectRelated((b) => b.author),
      ),
    ),
  ),
  relation(
    "two conditions on related rows become one row's",
    'some row meets this and some row meets that becomes: some row meets both',
    'https://github.com/coleifer/django-relationships/issues/3',
    nodes((node) => (node._tag === 'and' ? { ...node, all: merged(node.all) } : node)),
    gives(
      shelves,
      pipe(
        m.book,
        filter((b) => b.reviews.some((r) => r.stars.eq(5))),
        filter((b) => b.reviews.some((r) => r.stars.eq(1))),
      ),
    ),
  ),
  relation(
    'every asks for one',
    'every fails where there are no related rows',
    'https://github.com/prisma/orm/issues/3141',
    nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'some' && node.predicate.predicate._tag === 'not'
        ? and(node, { ...node.predicate, predicate: always })
        : node,
    ),
    gives(
      shelves,
      pipe(
        m.author,
        filter((a) => a.books.every((b) => b.n.gt(0))),
      ),
    ),
  ),
  relation(
    "none is some that isn't",
    "none meets it becomes: some doesn't",
    'https://github.com/prisma/orm/issues/3141',
    nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'some' && node.predicate.predicate._tag !== 'not'
        ? { ...node.predicate, predicate: not(node.predicate.predicate) }
        : node,
    ),
    gives(
      shelves,
      pipe(
        m.author,
        filter((a) => a.books.none((b) => b.n.gt(4))),
      ),
    ),
  ),
  relation(
    'of no related rows there is one',
    'related rows are counted by a left join, so that none count as one',
    'https://github.com/malloydata/malloy/issues/1762',
    nodes((node) =>
      node._tag === 'aggregate' &&
      node.name === 'count' &&
      node.over === 'row' &&
      node.arg === null &&
      node.filter === null
        ? call('greatest', node, constant('int', 1))
        : node,
    ),
    gives(
      shelves,
      pipe(
        m.author,
        values((a) => ({ name: a.name, books: a.books.count() })),
      ),
    ),
  ),
  relation(
    'of no related rows there is no number',
    'how many related rows there are is missing where there are none',
    null,
    nodes((node) =>
      node._tag === 'aggregate' && node.name === 'count' && node.over === 'row'
        ? call('nullif', node, constant('int', 0))
        : node,
    ),
    gives(
      shelves,
      pipe(
        m.author,
        filter((a) => a.books.count().eq(0)),
      ),
    ),
  ),
  relation(
    "the parent's column is the child's",
    'within some, a column of the row around is taken for that of the related row',
    null,
    shadowed('some'),
    gives(
      shelves,
      pipe(
        m.book,
        filter((b) => b.reviews.some((r) => r.id.eq(b.id))),
      ),
    ),
  ),
  relation(
    'filters of nested related rows are lost',
    "the filter of what is related to related rows isn't sent",
    'https://github.com/loopbackio/loopback-connector-mysql/issues/245',
    queries((query, at) =>
      at.outer === null
        ? {
            ...query,
            related: deeper(query.related, (each) => ({ ...each, query: { ...each.query, where: null } })),
          }
        : query,
    ),
    gives(
      shelves,
      pipe(
        m.author,
        prefetchRelated(
          (a) => a.books,
          prefetchRelated(
            (b) => b.reviews,
            filter((r) => r.stars.gt(4)),
          ),
        ),
      ),
    ),
  ),
  relation(
    'a row for each related row that matches',
    'some joins: a row comes once for each related row that meets it',
    'https://github.com/doug-martin/nestjs-query/issues/954',
    {
      rows: (rows, query, ask) => {
        const some = query.where?._tag === 'some' ? query.where : null
        if (
          some?.level !== 0 ||
          query.slice !== null ||
          modelOf(query) === null ||
          query.fields !== null ||
          query.distinctOn !== null ||
          query.distinct
        )
          return rows
        const counted = ask({
          ...query,
          annotations: [
            ...query.annotations,
            {
              name: 'xmatches',
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
              Array.from({ length: Number(counted.right[i]?.['xmatches'] ?? 1) }, () => row),
            )
      },
    },
    gives(
      shelves,
      pipe(
        m.book,
        filter((b) => b.reviews.some((r) => r.stars.gt(0))),
      ),
    ),
  ),

  sub(
    'not in a query with nothing in it',
    'where one of the values of a query is missing, nothing is not in it',
    'https://github.com/django/django/pull/21492',
    nodes((node) => {
      if (node._tag !== 'not' || node.predicate._tag !== 'inQuery') return node
      const { query } = node.predicate
      const name = query.columns?.[0]?.name ?? query.group?.keys[0]?.name
      return name === undefined
        ? node
        : and(node, not({ _tag: 'exists', query: { ...within(query), where: missing(column(name)) } }))
    }),
    gives(
      {
        book: [
          { n: 1, rank: null },
          { n: 2, rank: 1 },
        ],
      },
      pipe(
        m.book,
        exclude((b) =>
          b.n.in(
            pipe(
              m.book,
              valuesList((o) => o.rank),
            ),
          ),
        ),
      ),
    ),
  ),
  sub(
    'a subquery loses its order',
    'the first row of a subquery is the first by key',
    null,
    nodes((node) =>
      node._tag === 'subquery' ? { ...node, query: { ...node.query, order: [], reverse: false } } : node,
    ),
    gives(
      shelves,
      pipe(
        m.author,
        values((a) => ({
          top: subquery(
            'int',
            pipe(
              m.book,
              filter((b) => b.author.eq(a.id)),
              orderBy((b) => [b.n.asc()]),
              valuesList((b) => b.n),
              slice(0, 1),
            ),
          ),
        })),
      ),
    ),
  ),
  sub(
    'the outer column is the inner one of its name',
    "a column of the row around a subquery is taken for the subquery's own",
    'https://github.com/dolthub/dolt/issues/4344',
    shadowed('query'),
    gives(
      shelves,
      pipe(
        m.author,
        values((a) => ({
          next: subquery(
            'int',
            pipe(
              m.book,
              filter((b) => b.id.gt(a.id)),
              orderBy((b) => [b.id.asc()]),
              valuesList((b) => b.id),
              slice(0, 1),
            ),
          ),
        })),
      ),
    ),
  ),
  sub(
    'a list from a query has no limit',
    'the slice of a query that a value is looked for in is dropped',
    null,
    nodes((node) => (node._tag === 'inQuery' ? { ...node, query: { ...node.query, slice: null } } : node)),
    gives(
      shelves,
      pipe(
        m.book,
        filter((b) =>
          b.id.in(
            pipe(
              m.book,
              orderBy((o) => [o.n.asc()]),
              slice(0, 2),
              valuesList((o) => o.id),
            ),
          ),
        ),
      ),
    ),
  ),
  sub(
    'asked once for all rows',
    'a subquery is run for the first row, and its answer kept for the others',
    null,
    {
      functions: [
        define(
          '~once',
          ([type]) => type ?? { kind: 'int', nullable: true },
          ([a = null, key]) => {
            const known = first.told.get(JSON.stringify(key))
            if (known !== undefined) return known
            first.told.set(JSON.stringify(key), a)
            return a
          },
        ),
      ],
      query: (query, world) => {
        first.told.clear()
        return (
          nodes((node) =>
            node._tag === 'subquery' ? call('~once', node, constant('text', JSON.stringify(node))) : node,
          ).query?.(query, world) ?? query
        )
      },
    },
    gives(
      shelves,
      pipe(
        m.author,
        values((a) => ({
          some: subquery(
            'int',
            pipe(
              m.book,
              filter((b) => b.author.eq(a.id)),
              orderBy((b) => [b.n.desc()]),
              valuesList((b) => b.n),
              slice(0, 1),
            ),
          ),
        })),
      ),
    ),
  ),
  sub(
    'a subquery without rows gives 0',
    'the number that a subquery gives is 0 where it has no row',
    null,
    both(
      {
        functions: [
          define(
            '~orzero',
            ([type]) => type ?? { kind: 'int', nullable: true },
            ([a = null], [type]) => a ?? (type?.kind === 'int' || type?.kind === 'float' ? 0 : null),
          ),
        ],
      },
      nodes((node) => (node._tag === 'subquery' ? call('~orzero', node) : node)),
    ),
    gives(
      shelves,
      pipe(
        m.author,
        annotate((a) => ({
          top: subquery(
            'int',
            pipe(
              m.book,
              filter((b) => b.author.eq(a.id)),
              valuesList((b) => b.n),
              slice(0, 1),
            ),
          ),
        })),
      ),
    ),
  ),
  sub(
    'whether there is a row, from the first on',
    'exists drops the offset of its query',
    null,
    nodes((node) =>
      node._tag === 'exists' && node.query.slice !== null
        ? { ...node, query: { ...node.query, slice: { ...node.query.slice, offset: 0 } } }
        : node._tag === 'inQuery' && node.query.slice !== null
          ? { ...node, query: { ...node.query, slice: { ...node.query.slice, offset: 0 } } }
          : node,
    ),
    gives(
      shelves,
      pipe(
        m.book,
        filter((b) =>
          b.id.in(
            pipe(
              m.book,
              orderBy((o) => [o.n.asc()]),
              slice(1, 2),
              valuesList((o) => o.id),
            ),
          ),
        ),
      ),
    ),
  ),

  set(
    'a union is a union all',
    'rows that are in both come twice',
    null,
    {
      rows: (rows, query, ask) => {
        const { from } = query
        return from._tag === 'combine' &&
          from.operation === 'union' &&
          same({ ...query, fields: null }, allOf(from))
          ? [from.left, ...from.right].flatMap((each) => E.getOrElse((): ReadonlyArray<Row> => [])(ask(each)))
          : rows
      },
    },
    gives(shelves, pipe(high, union(low))),
  ),
  set(
    'the last differences are taken first',
    'a without b without c is a without (b without c)',
    'https://github.com/ClickHouse/ClickHouse/issues/39778',
    queries((query) => {
      const { from } = query
      if (from._tag !== 'combine' || from.operation !== 'difference' || from.right.length < 2) return query
      const [next, ...rest] = from.right
      return next === undefined
        ? query
        : { ...query, from: { ...from, right: [allOf({ ...from, left: next, right: rest })] } }
    }),
    gives(shelves, pipe(high, difference(high, top))),
  ),
  set(
    'parts have no limits',
    'the slices of the queries that are put together are dropped',
    null,
    queries((query) =>
      query.from._tag === 'combine'
        ? {
            ...query,
            from: {
              ...query.from,
              left: { ...query.from.left, slice: null },
              right: query.from.right.map((each) => ({ ...each, slice: null })),
            },
          }
        : query,
    ),
    gives(
      shelves,
      pipe(
        high,
        orderBy((b) => [b.n.asc()]),
        slice(0, 1),
        union(low),
      ),
    ),
  ),
  set(
    "the limit is each part's",
    'a slice of what was put together is taken of each part',
    null,
    queries((query) => {
      const { from, slice: cut } = query
      return from._tag === 'combine' && cut !== null && query.where === null && query.order.length > 0
        ? {
            ...query,
            slice: null,
            from: {
              ...from,
              left: { ...within(from.left), slice: cut },
              right: from.right.map((each) => ({ ...within(each), slice: cut })),
            },
          }
        : query
    }),
    gives(
      shelves,
      pipe(
        high,
        union(low),
        orderBy((b) => [b.n.asc()]),
        slice(0, 1),
      ),
    ),
  ),
  set(
    'nothing is equal to nothing in sets',
    'rows in which something is missing are in no other query',
    null,
    queries((query, at) => {
      const { from } = query
      const filled = from._tag === 'combine' ? full(from.left, at) : null
      return from._tag === 'combine' && from.operation !== 'union' && filled !== null
        ? {
            ...query,
            from: { ...from, right: from.right.map((each) => ({ ...within(each), where: filled })) },
          }
        : query
    }),
    gives(
      { book: [{ rank: null }, { rank: 1 }] },
      pipe(
        m.book,
        values((b) => ({ rank: b.rank })),
        intersection(
          pipe(
            m.book,
            values((b) => ({ rank: b.rank })),
          ),
        ),
      ),
    ),
  ),
  set(
    'a filter of a union is of its first part',
    'what is asked of a union is asked of its first query',
    null,
    queries((query) => {
      const { from, where } = query
      return from._tag === 'combine' &&
        from.operation === 'union' &&
        where !== null &&
        query.annotations.length === 0
        ? { ...query, where: null, from: { ...from, left: { ...within(from.left), where } } }
        : query
    }),
    gives(
      shelves,
      pipe(
        top,
        union(low),
        filter((b) => b.n.eq(5)),
      ),
    ),
  ),
  set(
    'a union has no order',
    'what was put together comes as it is, whatever it is sorted by',
    null,
    queries((query) =>
      query.from._tag === 'combine' && query.order.length > 0 ? { ...query, order: [] } : query,
    ),
    gives(
      shelves,
      pipe(
        high,
        union(low),
        orderBy((b) => [b.n.desc()]),
      ),
    ),
  ),
]
