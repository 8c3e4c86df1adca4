/** Orders and slices that are wrong. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn } from 'fp-ts'
import { filter, orderBy, prefetchRelated, slice, values, type Query } from '../../../src/index.js'
import type { OrderKey } from '../../../src/expression/Expression.js'
import type { Json, Row } from '../../../src/value/Value.js'
import type { Rows } from '../support/client.js'
import { m } from '../support/models.js'
import {
  and,
  both,
  call,
  conjuncts,
  define,
  gives,
  isColumn,
  kindOf,
  missing,
  not,
  queries,
  type BlindMutant,
  type P,
} from '../blind/support.js'
import { ns, shelves } from '../blind2/support.js'
import { answers, counted, of, queryOf } from './support.js'

const { pipe } = fn
const order = of('ordering', 'order')
const sliced = of('slicing', 'slices')

type Key = OrderKey<Query>

const unsaid = ({ direction }: Key): Key['nulls'] => (direction === 'asc' ? 'last' : 'first')

/** A text whose code points come in the order of the code units of another. */
const byUnits = (text: Json | undefined): Json =>
  typeof text === 'string'
    ? Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0')).join('')
    : null

/** The relations that must lead somewhere for the rows to be sorted. */
const joinedFor = (query: Query): ReadonlyArray<P> =>
  query.from._tag === 'model'
    ? query.order.flatMap(({ expression }) =>
        isColumn(expression) && expression.path.length > 1
          ? [not(missing({ ...expression, path: expression.path.slice(0, -1) }))]
          : [],
      )
    : []

const rowsIn = (value: Json | undefined): ReadonlyArray<Json> =>
  // A list in a row is JSON.
  Array.isArray(value) ? (value as ReadonlyArray<Json>) : []

/** The rows whose joined rows fit into a number of lines; a row without any takes a line too. */
const inLines = (rows: Rows, names: ReadonlyArray<string>, lines: number): Rows =>
  rows.reduce<{ readonly rows: ReadonlyArray<Row>; readonly left: number }>(
    (so, row) => {
      const own = names.reduce((most, name) => Math.max(most, rowsIn(row[name]).length), 1)
      return so.left <= 0 ? so : { rows: [...so.rows, row], left: so.left - own }
    },
    { rows: [], left: lines },
  ).rows

const flagged = {
  book: [
    { n: 1, rank: null, ratio: 2 },
    { n: 2, rank: 2, ratio: null },
    { n: 3, rank: 1, ratio: 1 },
  ],
}

export const orders: ReadonlyArray<BlindMutant> = [
  order(
    'decimals come as texts',
    'decimals are sorted as the texts that they come as',
    'https://github.com/ExpeditedProjects/hutchdb/pull/30',
    queries((query, at) => ({
      ...query,
      order: query.order.map((key) =>
        kindOf(key.expression, at) === 'decimal'
          ? { ...key, expression: { _tag: 'cast', to: 'text', arg: key.expression } }
          : key,
      ),
    })),
    gives(
      { book: [{ price: '9.5' }, { price: '10' }] },
      pipe(
        m.book,
        orderBy((b) => [b.price.asc()]),
      ),
    ),
  ),
  order(
    'texts are sorted as JavaScript does',
    'texts are sorted by their code units, not by their code points',
    null,
    both(
      {
        functions: [
          define(
            '~units',
            () => ({ kind: 'text', nullable: true }),
            ([text]) => byUnits(text),
          ),
        ],
      },
      queries((query, at) => ({
        ...query,
        order: query.order.map((key) =>
          kindOf(key.expression, at) === 'text'
            ? { ...key, expression: call('~units', key.expression) }
            : key,
        ),
      })),
    ),
    gives(
      { book: [{ title: '\u{1F600}' }, { title: '\uFFFD' }] },
      pipe(
        m.book,
        orderBy((b) => [b.title.asc()]),
      ),
    ),
  ),
  order(
    'the order of what is inside is dropped',
    'a query inside another is not sorted, though it is sliced',
    null,
    queries((query) =>
      query.from._tag === 'query' && query.from.query.slice !== null && query.from.query.order.length > 0
        ? { ...query, from: { ...query.from, query: { ...query.from.query, order: [], reverse: false } } }
        : query,
    ),
    gives(
      ns(1, 2, 3),
      pipe(
        m.book,
        orderBy((b) => [b.n.desc()]),
        slice(0, 2),
        filter((b) => b.n.gt(1)),
      ),
    ),
  ),
  order(
    'what is missing is put aside in columns only',
    'where the missing come is heeded for columns, not for what is computed',
    'https://github.com/prisma/orm/pull/30152',
    queries((query) => ({
      ...query,
      order: query.order.map((key) => (isColumn(key.expression) ? key : { ...key, nulls: unsaid(key) })),
    })),
    gives(
      flagged,
      pipe(
        m.book,
        orderBy((b) => [b.rank.plus(b.n).asc({ nulls: 'first' })]),
      ),
    ),
  ),
  order(
    'what is sorted by must be there',
    'rows that are sorted by a column of a related row are left out where there is none',
    'https://github.com/cloudify-cosmo/cloudify-manager/pull/1822',
    queries((query) => {
      const joins = joinedFor(query)
      return joins.length === 0
        ? query
        : { ...query, where: and(...(query.where === null ? [] : conjuncts(query.where)), ...joins) }
    }),
    gives(
      shelves,
      pipe(
        m.book,
        orderBy((b) => [b.author.name.desc()]),
      ),
    ),
  ),

  sliced(
    'an empty page has no total',
    'the total comes with the rows, and is 0 where a page has none',
    'https://github.com/miniflux/v2/pull/4465',
    {
      page: (page, query) => (page.rows.length === 0 && query.slice !== null ? { ...page, total: 0 } : page),
    },
    answers(ns(1, 2), (client) => [client.list(queryOf(pipe(m.book, slice(5, 7))))]),
  ),
  sliced(
    'a count is of all pages',
    'a slice is counted as if it were not one',
    'https://github.com/Infinidat/infi.clickhouse_orm/issues/79',
    {
      count: (n, query, ask) =>
        query.slice === null
          ? n
          : E.getOrElse((): Rows => [])(ask({ ...query, slice: null, related: [] })).length,
    },
    answers(ns(1, 2, 3), (client) => [counted(client, pipe(m.book, slice(1, 2)))]),
  ),
  sliced(
    'a limit is one of joined rows',
    'where rows are given with many related ones, the limit is one on these',
    'https://github.com/typeorm/typeorm/issues/4742',
    {
      rows: (rows, query) => {
        const names = query.related.flatMap(({ many, relation }) => (many ? [relation] : []))
        const limit = query.slice?.limit ?? null
        return limit === null || names.length === 0 ? rows : inLines(rows, names, limit)
      },
    },
    gives(
      shelves,
      pipe(
        m.author,
        orderBy((a) => [a.id.asc()]),
        slice(0, 2),
        prefetchRelated((a) => a.books),
      ),
      pipe(
        m.author,
        values((a) => ({ id: a.id })),
      ),
    ),
  ),
]
