/** Related rows, subqueries and sets of rows that are wrong. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn } from 'fp-ts'
import {
  and as bothOf,
  count,
  difference,
  distinct,
  filter,
  intersection,
  or,
  orderBy,
  prefetchRelated,
  selectRelated,
  slice,
  subquery,
  union,
  values,
  valuesList,
  type Query,
} from '../../../src/index.js'
import type { Const, LookupName } from '../../../src/expression/Expression.js'
import { allOf } from '../../../src/query/Query.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { m } from '../support/models.js'
import {
  and,
  asked,
  column,
  gives,
  kindAt,
  nodes,
  not,
  queries,
  same,
  within,
  type BlindMutant,
} from '../blind/support.js'
import { of, shelves } from './support.js'

const { pipe } = fn
const relation = of('relations', 'relations-aggregates')
const sub = of('subqueries', 'relations-aggregates')
const set = of('set operations', 'distinct-count-projection')

const rowsIn = (value: Json | undefined): ReadonlyArray<Row> =>
  Array.isArray(value) ? (value as ReadonlyArray<Row>) : []

const isRow = (value: Json | undefined): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const complements = new Map<LookupName, LookupName>([
  ['gt', 'lte'],
  ['gte', 'lt'],
  ['lt', 'gte'],
  ['lte', 'gt'],
])

/** Books with tags that they share. */
const tagged = {
  book: [
    { id: 1, title: 'a' },
    { id: 2, title: 'b' },
  ],
  tag: [{ slug: 'x' }, { slug: 'y' }],
  book_tags: [
    { id: 1, book: 1, tag: 'x' },
    { id: 2, book: 1, tag: 'y' },
    { id: 3, book: 2, tag: 'x' },
  ],
}

/** A row that is related to several is left to the last of them. */
const leftToLast = (rows: ReadonlyArray<Row>, name: string): ReadonlyArray<Row> => {
  const last = new Map<string, number>()
  rows.forEach((row, i) => {
    rowsIn(row[name]).forEach((child) => last.set(JSON.stringify(child), i))
  })
  return rows.map((row, i) => ({
    ...row,
    [name]: rowsIn(row[name]).filter((child) => last.get(JSON.stringify(child)) === i),
  }))
}

/** What to-one relations of related rows lead to is missing. */
const shallow = (value: Json | undefined, names: ReadonlyArray<string>): Json =>
  isRow(value)
    ? { ...value, ...Object.fromEntries(names.map((name) => [name, null])) }
    : Array.isArray(value)
      ? rowsIn(value).map((row) => shallow(row, names))
      : (value ?? null)

const numbered = (query: Query): Query => {
  const plain: Query = { ...query, distinct: false }
  return plain.from._tag === 'query'
    ? { ...plain, from: { ...plain.from, query: numbered(plain.from.query) } }
    : plain
}

const isConst = (u: unknown): u is Const =>
  typeof u === 'object' && u !== null && '_tag' in u && u._tag === 'const'

/** The first constant in a tree that is about something, and the tree with another in its place. */
const firstIn = (tree: unknown): Const | null =>
  isConst(tree)
    ? tree
    : typeof tree === 'object' && tree !== null
      ? Object.values(tree).reduce<Const | null>((so, each) => so ?? firstIn(each), null)
      : null

const putIn = <T>(tree: T, old: Const, by: Const): T => {
  const state = { done: false }
  const put = (u: unknown): unknown => {
    if (u === old && !state.done) {
      state.done = true
      return by
    }
    return Array.isArray(u)
      ? u.map(put)
      : typeof u === 'object' && u !== null
        ? Object.fromEntries(Object.entries(u).map(([key, each]) => [key, put(each)]))
        : u
  }
  // What is put in is of the same form.
  return put(tree) as T
}

/** The first constants of a projected subquery and of the condition change places. */
const rebound = (query: Query): Query => {
  const at = (query.columns ?? []).findIndex(({ expression }) => expression._tag === 'subquery')
  const inner = query.columns?.[at]
  const bound = inner?.expression._tag === 'subquery' ? firstIn(inner.expression.query.where) : null
  const own = firstIn(query.where)
  return bound === null || own === null || bound.kind !== own.kind
    ? query
    : {
        ...query,
        where: putIn(query.where, own, bound),
        columns: (query.columns ?? []).map((each, i) => (i === at ? putIn(each, bound, own) : each)),
      }
}

const booksOf = (low: number, high: number) =>
  pipe(
    m.book,
    filter((b) => b.n.range(low, high)),
    values((b) => ({ n: b.n, title: b.title })),
  )
const high = booksOf(3, 9)
const low = booksOf(0, 3)

const partsOf = (query: Query, operation: 'union' | 'difference'): ReadonlyArray<Query> => {
  const { from } = query
  return from._tag === 'combine' &&
    from.operation === operation &&
    same({ ...query, fields: null }, allOf(from))
    ? [from.left, ...from.right]
    : []
}

/** Only a condition and a projection. */
const projected = (query: Query): boolean =>
  query.from._tag === 'model' &&
  query.columns !== null &&
  query.annotations.length === 0 &&
  query.order.length === 0 &&
  query.distinctOn === null &&
  !query.distinct &&
  query.slice === null

export const relations: ReadonlyArray<BlindMutant> = [
  relation(
    "two conditions of a related row may be two rows'",
    'some row meets both becomes: some row meets this and some row meets that',
    'https://github.com/django/django/pull/11528',
    nodes((node) =>
      node._tag === 'some' && node.predicate._tag === 'and' && node.predicate.all.length > 1
        ? and(...node.predicate.all.map((predicate) => ({ ...node, predicate })))
        : node,
    ),
    gives(
      shelves,
      pipe(
        m.author,
        filter((a) => a.books.some((b) => bothOf(b.n.gt(2), b.title.eq('y')))),
      ),
    ),
  ),
  relation(
    "what several have is the last one's",
    'a related row that several rows have is given to the last of them',
    'https://github.com/duyluonglc/lucid-mongo/issues/51',
    {
      rows: (rows, query) =>
        query.related
          .filter(({ many }) => many)
          .reduce((so, { relation: name }) => leftToLast(so, name), rows),
    },
    gives(
      tagged,
      pipe(
        m.book,
        prefetchRelated((b) => b.tags),
      ),
    ),
  ),
  relation(
    'whom a related row has is not given',
    "a row that a related row leads to isn't given with it",
    null,
    {
      rows: (rows, query) =>
        rows.map((row) => ({
          ...row,
          ...Object.fromEntries(
            query.related.map((each) => [
              each.relation,
              shallow(
                row[each.relation],
                each.query.related.flatMap((inner) => (inner.many ? [] : [inner.relation])),
              ),
            ]),
          ),
        })),
    },
    gives(
      shelves,
      pipe(
        m.book,
        prefetchRelated(
          (b) => b.reviews,
          selectRelated((r) => r.book),
        ),
      ),
    ),
  ),
  relation(
    'every is met by what is missing',
    "every row is greater becomes: none is less or equal, which holds for what isn't there",
    null,
    nodes((node) => {
      if (node._tag !== 'some' || node.predicate._tag !== 'not' || node.predicate.predicate._tag !== 'lookup')
        return node
      const name = complements.get(node.predicate.predicate.name)
      return name === undefined ? node : { ...node, predicate: { ...node.predicate.predicate, name } }
    }),
    gives(
      {
        author: [{ id: 1 }, { id: 2 }],
        book: [
          { author: 1, rank: null },
          { author: 2, rank: 5 },
        ],
      },
      pipe(
        m.author,
        filter((a) => a.books.every((b) => b.rank.gt(2))),
      ),
    ),
  ),
  relation(
    'related rows are cut before they are sorted',
    'a slice of related rows is of the first by key, which are sorted then',
    null,
    queries((query) => ({
      ...query,
      related: query.related.map((each) => {
        const { query: own } = each
        return own.slice === null || own.order.length === 0 || own.annotations.length > 0
          ? each
          : {
              ...each,
              query: {
                ...own,
                from: {
                  _tag: 'query',
                  query: { ...allOf(own.from), where: own.where, slice: own.slice },
                },
                where: null,
                slice: null,
              },
            }
      }),
    })),
    gives(
      shelves,
      pipe(
        m.author,
        prefetchRelated(
          (a) => a.books,
          fn.flow(
            orderBy((b) => [b.n.asc()]),
            slice(0, 1),
          ),
        ),
      ),
    ),
  ),

  sub(
    'two rows out is one row out',
    'a column of the row around the row around is taken for one of the row around, where that has it',
    null,
    nodes((node, at) => {
      if (node._tag !== 'column' || node.level !== 2 || at.outer?.outer == null) return node
      const kind = kindAt(at.outer, node.path)
      return kind !== null && kind === kindAt(at.outer.outer, node.path) ? { ...node, level: 1 } : node
    }),
    gives(
      shelves,
      pipe(
        m.author,
        values((a) => ({
          id: a.id,
          title: subquery(
            'text',
            pipe(
              m.book,
              filter((b) => b.reviews.some((r) => r.stars.gt(a.id))),
              orderBy((b) => [b.id.desc()]),
              valuesList((b) => b.title),
              slice(0, 1),
            ),
          ),
        })),
      ),
    ),
  ),
  sub(
    'of several rows the last',
    'a subquery with several rows gives the value of the last',
    null,
    nodes((node) =>
      node._tag === 'subquery' ? { ...node, query: { ...within(node.query), reverse: true } } : node,
    ),
    gives(
      shelves,
      pipe(
        m.author,
        values((a) => ({
          least: subquery(
            'int',
            pipe(
              m.book,
              filter((b) => b.author.eq(a.id)),
              orderBy((b) => [b.n.asc()]),
              valuesList((b) => b.n),
            ),
          ),
        })),
      ),
    ),
  ),
  sub(
    'a query that is one of several alternatives must be met',
    'what is looked for in a query is joined, so that rows for which another alternative holds vanish',
    null,
    nodes((node) => {
      const joins = node._tag === 'or' ? node.any.filter(({ _tag }) => _tag === 'inQuery') : []
      return node._tag === 'or' && joins.length > 0 ? and(...joins, node) : node
    }),
    gives(
      shelves,
      pipe(
        m.book,
        filter((b) =>
          or(
            b.n.eq(1),
            b.id.in(
              pipe(
                m.review,
                valuesList((r) => r.book),
              ),
            ),
          ),
        ),
      ),
    ),
  ),
  sub(
    'what is bound comes in another order',
    'the constants of a projected subquery are bound after those of the condition',
    'https://github.com/knex/knex/issues/704',
    queries((query, at) => (at.outer === null ? rebound(query) : query)),
    gives(
      shelves,
      pipe(
        m.book,
        filter((b) => b.n.gt(2)),
        values((b) => ({
          id: b.id,
          best: subquery(
            'int',
            pipe(
              m.review,
              filter((r) => r.stars.gt(4)),
              orderBy((r) => [r.id.asc()]),
              valuesList((r) => r.stars),
              slice(0, 1),
            ),
          ),
        })),
      ),
    ),
  ),
  sub(
    "what is looked for in needn't be distinct",
    'distinct is dropped in a query that a value is looked for in, also where that is sliced',
    null,
    nodes((node) => (node._tag === 'inQuery' ? { ...node, query: numbered(node.query) } : node)),
    gives(
      {
        book: [
          { n: 1, title: 'a' },
          { n: 1, title: 'b' },
          { n: 2, title: 'c' },
        ],
      },
      pipe(
        m.book,
        filter((b) =>
          b.n.in(
            pipe(
              m.book,
              valuesList((o) => o.n),
              distinct,
              orderBy((o) => [o.value.asc()]),
              slice(0, 2),
            ),
          ),
        ),
      ),
    ),
  ),

  set(
    'what is left out is told by its first column',
    'a difference takes out the rows whose first column is in the other queries',
    null,
    queries((query) => {
      const { from } = query
      const [first, more] = from._tag === 'combine' ? (from.left.columns ?? []) : []
      if (
        from._tag !== 'combine' ||
        from.operation !== 'difference' ||
        first === undefined ||
        more === undefined
      )
        return query
      const { name } = first
      return {
        ...query,
        from: {
          _tag: 'query',
          query: {
            ...within(from.left),
            where: and(
              ...from.right.map((each) =>
                not({
                  _tag: 'inQuery',
                  left: column(name),
                  query: { ...within(each), columns: [{ name, expression: column(name) }] },
                }),
              ),
            ),
            distinct: true,
          },
        },
      }
    }),
    gives(
      {
        book: [
          { n: 1, title: 'a', rank: 1 },
          { n: 1, title: 'b', rank: 2 },
        ],
      },
      pipe(
        m.book,
        values((b) => ({ n: b.n, title: b.title })),
        difference(
          pipe(
            m.book,
            filter((b) => b.rank.eq(1)),
            values((b) => ({ n: b.n, title: b.title })),
          ),
        ),
      ),
    ),
  ),
  set(
    'of several queries two',
    'of three or more queries that are put together, the first two are',
    null,
    queries((query) =>
      query.from._tag === 'combine'
        ? { ...query, from: { ...query.from, right: query.from.right.slice(0, 1) } }
        : query,
    ),
    gives(shelves, pipe(booksOf(1, 1), union(booksOf(2, 2), booksOf(5, 5)))),
  ),
  set(
    'a union folds case',
    'rows of a union whose texts are the same but for their case are one',
    null,
    {
      rows: (rows, query) => {
        if (partsOf(query, 'union').length === 0) return rows
        const seen = new Set<string>()
        return rows.filter((row) => {
          const key = JSON.stringify(row).toLowerCase()
          const again = seen.has(key)
          seen.add(key)
          return !again
        })
      },
    },
    gives(
      {
        book: [
          { n: 1, title: 'a' },
          { n: 2, title: 'A' },
        ],
      },
      pipe(
        m.book,
        filter((b) => b.n.eq(1)),
        values((b) => ({ title: b.title })),
        union(
          pipe(
            m.book,
            filter((b) => b.n.eq(2)),
            values((b) => ({ title: b.title })),
          ),
        ),
      ),
    ),
  ),
  set(
    'an intersection is of the rows behind it',
    'an intersection of two projections of a model has the rows that meet both conditions',
    null,
    queries((query) => {
      const { from } = query
      const [right, more] = from._tag === 'combine' ? from.right : []
      return from._tag === 'combine' &&
        from.operation === 'intersection' &&
        right !== undefined &&
        more === undefined &&
        projected(from.left) &&
        projected(right) &&
        same({ ...from.left, where: null }, { ...right, where: null })
        ? {
            ...query,
            from: {
              _tag: 'query',
              query: {
                ...from.left,
                where: and(...[from.left.where, right.where].flatMap((each) => each ?? [])),
                distinct: true,
              },
            },
          }
        : query
    }),
    gives(
      {
        book: [
          { n: 1, title: 'a' },
          { n: 2, title: 'a' },
        ],
      },
      pipe(
        m.book,
        filter((b) => b.n.eq(1)),
        values((b) => ({ title: b.title })),
        intersection(
          pipe(
            m.book,
            filter((b) => b.n.eq(2)),
            values((b) => ({ title: b.title })),
          ),
        ),
      ),
    ),
  ),
  set(
    'each row takes one away',
    'a difference takes a row out as often as the others have it, and keeps equal rows',
    null,
    {
      rows: (rows, query, ask) => {
        const [left, ...others] = partsOf(query, 'difference')
        if (left === undefined) return rows
        const told = (each: Query) => E.getOrElse((): ReadonlyArray<Row> => [])(ask(each))
        const gone = others.flatMap(told).map((row) => JSON.stringify(row))
        return told(left).filter((row) => {
          const at = gone.indexOf(JSON.stringify(row))
          if (at !== -1) gone.splice(at, 1)
          return at === -1
        })
      },
    },
    gives(
      {
        book: [
          { n: 1, rank: 1 },
          { n: 1, rank: 2 },
        ],
      },
      pipe(
        m.book,
        values((b) => ({ n: b.n })),
        difference(
          pipe(
            m.book,
            filter((b) => b.rank.eq(1)),
            values((b) => ({ n: b.n })),
          ),
        ),
      ),
    ),
  ),
  set(
    'a union is counted in parts',
    'how many rows a union has is the sum of those of its parts',
    null,
    {
      count: (n, query, ask) => {
        const parts = partsOf(query, 'union')
        return parts.length === 0
          ? n
          : parts.reduce((sum, each) => sum + E.getOrElse((): ReadonlyArray<Row> => [])(ask(each)).length, 0)
      },
    },
    asked(shelves, (client) => pipe(high, union(low), count(client))()),
  ),
]
