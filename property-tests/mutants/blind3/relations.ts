/** Related rows, subqueries and sets of rows that are wrong. Written on 2026-11-28, without sight of the generator. */
import { function as fn } from 'fp-ts'
import {
  difference,
  exclude,
  exists,
  filter,
  or as anyOf,
  orderBy,
  prefetchRelated,
  selectRelated,
  slice,
  subquery,
  union,
  values,
  valuesList,
  type Query,
  type Schema,
} from '../../../src/index.js'
import { allOf, type Related } from '../../../src/query/Query.js'
import type { Json, Row } from '../../../src/value/Value.js'
import type { Rows } from '../support/client.js'
import { m } from '../support/models.js'
import {
  and,
  column,
  gives,
  isColumn,
  missing,
  modelOf,
  nodes,
  not,
  queries,
  target,
  within,
  type At,
  type BlindMutant,
  type N,
  type P,
} from '../blind/support.js'
import { shelves } from '../blind2/support.js'
import { of } from './support.js'

const { pipe } = fn
const relation = of('relations', 'relations-aggregates')
const sub = of('subqueries', 'relations-aggregates')
const set = of('set operations', 'distinct-count-projection')

const isRow = (value: Json | undefined): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listIn = (value: Json | undefined): ReadonlyArray<Json> =>
  // A list in a row is JSON.
  Array.isArray(value) ? (value as ReadonlyArray<Json>) : []

const ones = (query: Query): ReadonlyArray<Related> => query.related.filter(({ many }) => !many)

/** A row that leads nowhere keeps what the row before it led to. */
const keptFromBefore = (rows: Rows, name: string): Rows => {
  const last: { value: Json } = { value: null }
  return rows.map((row) => {
    last.value = row[name] ?? last.value
    return { ...row, [name]: last.value }
  })
}

/** Rows of lists that together have no more than a number of items. */
const limitedInAll = (rows: Rows, name: string, limit: number): Rows => {
  const left = { items: limit }
  return rows.map((row) => {
    const own = listIn(row[name]).slice(0, Math.max(0, left.items))
    left.items -= own.length
    return { ...row, [name]: own }
  })
}

/** What rows lead to, each once and by key, is given to them in turn. */
const zipped = (rows: Rows, name: string, key: string): Rows => {
  const found = new Map<Json, Json>()
  rows.forEach((row) => {
    const one = row[name]
    if (isRow(one)) found.set(one[key] ?? null, one)
  })
  const loaded = [...found]
    .sort(([a], [b]) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0))
    .map(([, one]) => one)
  const next = { place: 0 }
  return rows.map((row) => (isRow(row[name]) ? { ...row, [name]: loaded[next.place++] ?? null } : row))
}

const keyOfTarget = (schema: Schema, query: Query, name: string): string => {
  const model = target(schema, modelOf(query), [name])
  return model === null ? '' : (schema.models.get(model)?.primaryKey ?? '')
}

/** That there is a row that leads nowhere and meets the condition, where such rows can be. */
const strays = (predicate: P, { schema, model }: At): P | null => {
  if (predicate._tag !== 'some' || model === null) return null
  const [name, more] = predicate.relation
  const found = more === undefined ? schema.models.get(model)?.relations.get(name ?? '') : undefined
  if (found?.via._tag !== 'reverse') return null
  const key = column(found.via.column)
  return schema.models.get(found.target)?.columns.get(found.via.column)?.nullable === true
    ? {
        _tag: 'exists',
        query: {
          ...allOf({ _tag: 'model', model: found.target }),
          where: and(missing(key), predicate.predicate),
        },
      }
    : null
}

/** The relations that the conditions of a list lead through. */
const joinsOf = (all: ReadonlyArray<P>): ReadonlyArray<P> =>
  all.flatMap((each) =>
    each._tag === 'lookup' && isColumn(each.left) && each.left.path.length > 1
      ? [not(missing({ ...each.left, path: each.left.path.slice(0, -1) }))]
      : [],
  )

const isThrough = (schema: Schema, model: string | null, name: string): boolean =>
  model !== null && schema.models.get(model)?.relations.get(name)?.via._tag === 'through'

/** The columns that are looked up for the first row only, though they depend on the row. */
const onceLookedUp = (query: Query): ReadonlyArray<string> =>
  query.from._tag === 'model'
    ? (query.columns ?? []).flatMap(({ name, expression }) =>
        expression._tag === 'subquery' && JSON.stringify(expression).includes('"level":1') ? [name] : [],
      )
    : []

const whole = (query: Query): Query => ({ ...query, slice: null, order: [], reverse: false })

/** The row around, taken for the row itself where both are of one model. */
const captured = (node: N, at: At): N =>
  node._tag === 'column' &&
  node.level === 1 &&
  at.by === 'query' &&
  at.model !== null &&
  at.outer?.model === at.model
    ? { ...node, level: 0 }
    : node

const all = pipe(
  m.book,
  values((b) => ({ n: b.n, title: b.title })),
)
const low = pipe(
  m.book,
  filter((b) => b.n.lte(3)),
  values((b) => ({ n: b.n, title: b.title })),
)
const one = pipe(
  m.book,
  filter((b) => b.n.eq(1)),
  values((b) => ({ n: b.n, title: b.title })),
)

export const relations: ReadonlyArray<BlindMutant> = [
  relation(
    'who leads nowhere leads where the one before led',
    'a row without a related row is given the one of the row before',
    'https://github.com/go-gorm/gorm/issues/5468',
    { rows: (rows, query) => ones(query).reduce((so, each) => keptFromBefore(so, each.relation), rows) },
    gives(
      shelves,
      pipe(
        m.book,
        orderBy((b) => [b.id.asc()]),
        selectRelated((b) => b.author),
      ),
    ),
  ),
  relation(
    'a limit of related rows is one for all',
    'a slice of related rows is one of those of all rows together',
    'https://github.com/sequelize/sequelize/issues/1897',
    {
      rows: (rows, query) =>
        query.related.reduce((so, each) => {
          const limit = each.many ? (each.query.slice?.limit ?? null) : null
          return limit === null ? so : limitedInAll(so, each.relation, limit)
        }, rows),
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
    'one that leads nowhere leads everywhere',
    "that no related row meets a condition fails where a row does that isn't related to any",
    'https://github.com/tokio-rs/toasty/pull/1148',
    nodes((node, at) => {
      const stray = node._tag === 'not' ? strays(node.predicate, at) : null
      return node._tag !== 'not' || stray === null ? node : and(node, not(stray))
    }),
    gives(
      shelves,
      pipe(
        m.author,
        filter((a) => a.books.none((b) => b.n.gte(4))),
      ),
    ),
  ),
  relation(
    'one alternative joins for all',
    'rows without a related row are left out where one of several alternatives is about it',
    null,
    nodes((node) =>
      node._tag === 'or' && joinsOf(node.any).length > 0 ? and(node, ...joinsOf(node.any)) : node,
    ),
    gives(
      shelves,
      pipe(
        m.book,
        filter((b) => anyOf(b.author.name.eq('b'), b.n.eq(4))),
      ),
    ),
  ),
  relation(
    'related rows come as they were found',
    'related rows that were looked up together are given to the rows by position, not by key',
    'https://github.com/graphql/dataloader/issues/66',
    {
      rows: (rows, query, _, { schema }) =>
        ones(query).reduce(
          (so, each) => zipped(so, each.relation, keyOfTarget(schema, query, each.relation)),
          rows,
        ),
    },
    gives(
      shelves,
      pipe(
        m.book,
        orderBy((b) => [b.n.desc()]),
        selectRelated((b) => b.author),
      ),
    ),
  ),
  relation(
    'linked rows are as they were linked',
    'the order of rows that are related over links is dropped',
    'https://github.com/sequelize/sequelize/issues/8457',
    queries((query, { schema, model }) => ({
      ...query,
      related: query.related.map((each) =>
        isThrough(schema, model, each.relation) && each.query.slice === null
          ? { ...each, query: { ...each.query, order: [], reverse: false } }
          : each,
      ),
    })),
    gives(
      {
        book: [{ id: 1 }],
        tag: [{ slug: 'a' }, { slug: 'b' }],
        book_tags: [
          { id: 1, book: 1, tag: 'a' },
          { id: 2, book: 1, tag: 'b' },
        ],
      },
      pipe(
        m.book,
        prefetchRelated(
          (b) => b.tags,
          orderBy((t) => [t.slug.desc()]),
        ),
      ),
    ),
  ),

  sub(
    'nothing is outside of what has a gap',
    'no value is outside of a query that gives a missing one too',
    'https://github.com/django/django/pull/21492',
    nodes((node) => {
      const inner = node._tag === 'not' && node.predicate._tag === 'inQuery' ? node.predicate.query : null
      const name = inner?.columns?.[0]?.name
      return node._tag !== 'not' || inner === null || name === undefined
        ? node
        : and(node, not({ _tag: 'exists', query: { ...within(inner), where: missing(column(name)) } }))
    }),
    gives(
      shelves,
      pipe(
        m.author,
        exclude((a) =>
          a.id.in(
            pipe(
              m.book,
              valuesList((b) => b.author),
            ),
          ),
        ),
      ),
    ),
  ),
  sub(
    'a subquery is asked once',
    'a subquery in a projection is asked for the first row, and its value given with all of them',
    null,
    {
      rows: (rows, query) => {
        const [first] = rows
        return onceLookedUp(query).reduce(
          (so, name) => so.map((row) => ({ ...row, [name]: first?.[name] ?? null })),
          rows,
        )
      },
    },
    gives(
      shelves,
      pipe(
        m.author,
        orderBy((a) => [a.id.asc()]),
        values((a) => ({
          title: subquery(
            'text',
            pipe(
              m.book,
              filter((b) => b.author.eq(a.id)),
              orderBy((b) => [b.n.asc()]),
              valuesList((b) => b.title),
              slice(0, 1),
            ),
          ),
        })),
      ),
    ),
  ),
  sub(
    'whether there is a row is asked of all',
    'that a slice has a row becomes: that the query has one',
    'https://github.com/django/django/pull/161',
    nodes((node) =>
      node._tag === 'exists' && node.query.slice !== null
        ? { ...node, query: { ...node.query, slice: null } }
        : node,
    ),
    gives(
      shelves,
      pipe(
        m.author,
        filter((a) =>
          exists(
            pipe(
              m.review,
              filter((r) => r.stars.gt(a.id)),
              slice(2, 3),
            ),
          ),
        ),
      ),
    ),
  ),
  sub(
    'the same model is the same row',
    'in a query about the model of the row around, the row around is taken for the row itself',
    null,
    nodes(captured),
    gives(
      shelves,
      pipe(
        m.book,
        filter((b) =>
          exists(
            pipe(
              m.book,
              filter((o) => o.n.gt(b.n)),
            ),
          ),
        ),
      ),
    ),
  ),

  set(
    'what is put together is not filtered',
    'a condition on rows of several queries is not heeded',
    'https://github.com/django/django/pull/11591',
    queries((query) => (query.from._tag === 'combine' ? { ...query, where: null } : query)),
    gives(
      shelves,
      pipe(
        low,
        union(one),
        filter((b) => b.n.gt(2)),
      ),
    ),
  ),
  set(
    'what is put together is whole',
    'the slices of queries that are put together are dropped',
    'https://github.com/gluesql/gluesql/pull/1899',
    queries((query) =>
      query.from._tag === 'combine'
        ? {
            ...query,
            from: { ...query.from, left: whole(query.from.left), right: query.from.right.map(whole) },
          }
        : query,
    ),
    gives(
      shelves,
      pipe(
        all,
        orderBy((b) => [b.n.desc()]),
        slice(0, 1),
        union(one),
      ),
    ),
  ),
  set(
    'what is taken away from what is taken away comes back',
    'of several differences the last ones are taken from each other first',
    null,
    queries((query) => {
      const { from } = query
      const [first, ...rest] = from._tag === 'combine' && from.operation === 'difference' ? from.right : []
      return from._tag !== 'combine' || first === undefined || rest.length === 0
        ? query
        : { ...query, from: { ...from, right: [allOf({ ...from, left: first, right: rest })] } }
    }),
    gives(shelves, pipe(all, difference(low, one))),
  ),
]
