/** Rows told apart, grouped, aggregated and projected wrongly. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn } from 'fp-ts'
import {
  annotate,
  caseWhen,
  coalesce,
  concat,
  count,
  distinct,
  distinctOn,
  filter,
  greatest,
  groupBy,
  only,
  orderBy,
  selectRelated,
  value,
  values,
  type Query,
} from '../../../src/index.js'
import type { Aggregate } from '../../../src/expression/Expression.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { m } from '../support/models.js'
import {
  and,
  asked,
  blindOf,
  call,
  calls,
  constant,
  gives,
  isColumn,
  kindAt,
  kindOf,
  missing,
  nodes,
  not,
  queries,
  same,
  type BlindMutant,
} from './support.js'

const { pipe } = fn
const group = blindOf('grouping', 'distinct-count-projection')
const project = blindOf('projection', 'distinct-count-projection')
const nil = blindOf('null', 'null')

const ns = (...list: ReadonlyArray<number>) => ({ book: list.map((n) => ({ n })) })

const together = (
  a: Aggregate<Query>['filter'],
  b: Aggregate<Query>['filter'],
): Aggregate<Query>['filter'] => (a === null ? b : b === null || same(a, b) ? a : and(a, b))

const lengthOf = (rows: E.Either<unknown, ReadonlyArray<unknown>>, otherwise: number): number =>
  E.getOrElse(() => otherwise)(E.map(({ length }: ReadonlyArray<unknown>) => length)(rows))

const blankOf = (kind: string | null): Json =>
  kind === 'text' ? '' : kind === 'int' || kind === 'float' ? 0 : null

/** A falsy argument is passed over. */
const truthy = (args: ReadonlyArray<Json>): ReadonlyArray<Json> =>
  args.map((arg) => (Boolean(arg) ? arg : null))

export const groups: ReadonlyArray<BlindMutant> = [
  group(
    'rows without a key are in no group',
    'rows whose key is missing are left out when grouped',
    null,
    queries((query) =>
      query.group === null || query.group.keys.length === 0
        ? query
        : {
            ...query,
            where: and(
              ...(query.where === null ? [] : [query.where]),
              ...query.group.keys.map(({ expression }) => not(missing(expression))),
            ),
          },
    ),
    gives(
      { book: [{ rank: 1 }, { rank: null }] },
      pipe(
        m.book,
        groupBy(
          (b) => ({ rank: b.rank }),
          (g) => ({ n: g.count() }),
        ),
      ),
    ),
  ),
  group(
    'distinct on the first key',
    "the keys after the first don't tell rows apart",
    null,
    queries((query) =>
      query.distinctOn === null || query.distinctOn.length < 2
        ? query
        : { ...query, distinctOn: query.distinctOn.slice(0, 1) },
    ),
    gives(
      {
        book: [
          { n: 1, title: 'a' },
          { n: 1, title: 'b' },
        ],
      },
      pipe(
        m.book,
        orderBy((b) => [b.id.asc()]),
        distinctOn((b) => [b.n, b.title]),
      ),
    ),
  ),
  group(
    'distinct is for counts',
    'sums and averages of distinct values take all of them',
    'https://github.com/cockroachdb/cockroach/pull/25264',
    nodes((node) =>
      node._tag === 'aggregate' && node.distinct && node.name !== 'count'
        ? { ...node, distinct: false }
        : node,
    ),
    gives(
      ns(2, 2, 3),
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ sum: g.sum((b) => b.n, { distinct: true }) }),
        ),
      ),
    ),
  ),
  group(
    "one aggregate's filter is the group's",
    'the filter of the first aggregate goes for those beside it',
    null,
    queries((query) => {
      const first = query.group?.aggregates[0]?.expression
      return query.group === null || first?._tag !== 'aggregate' || first.filter === null
        ? query
        : {
            ...query,
            group: {
              ...query.group,
              aggregates: query.group.aggregates.map((each) =>
                each.expression._tag === 'aggregate' && each.expression.relation.length === 0
                  ? {
                      ...each,
                      expression: {
                        ...each.expression,
                        filter: together(first.filter, each.expression.filter),
                      },
                    }
                  : each,
              ),
            },
          }
    }),
    gives(
      ns(1, 2, 3),
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ few: g.count({ filter: (b) => b.n.lt(2) }), all: g.count() }),
        ),
      ),
    ),
  ),
  group(
    'of what groups must meet, the first',
    'a filter after a group by has one condition',
    'https://github.com/d2rq/d2rq/issues/212',
    queries((query) =>
      query.from._tag === 'query' &&
      query.from.query.group !== null &&
      query.where?._tag === 'and' &&
      query.where.all.length > 1
        ? { ...query, where: query.where.all[0] ?? null }
        : query,
    ),
    gives(
      {
        book: [
          { title: 'a', n: 1 },
          { title: 'b', n: 5 },
        ],
      },
      pipe(
        m.book,
        groupBy(
          (b) => ({ title: b.title }),
          (g) => ({ n: g.sum((b) => b.n), many: g.count() }),
        ),
        filter((g) => g.many.gte(1)),
        filter((g) => g.n.gt(2)),
      ),
    ),
  ),
  group(
    'of nothing there is no group',
    'aggregates of all rows, where there are none, give no row',
    null,
    {
      rows: (rows, query, ask) =>
        query.group !== null &&
        query.group.keys.length === 0 &&
        lengthOf(ask({ ...query, group: null, order: [], distinct: false, slice: null }), 1) === 0
          ? []
          : rows,
    },
    gives(
      { book: [] },
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ n: g.count() }),
        ),
      ),
    ),
  ),
  group(
    'a sum of 0 is the default',
    'the default stands for whatever is falsy',
    null,
    nodes((node) =>
      node._tag === 'aggregate' &&
      node.default?._tag === 'const' &&
      (node.default.kind === 'int' || node.default.kind === 'float')
        ? call(
            'coalesce',
            call('nullif', { ...node, default: null }, constant(node.default.kind, 0)),
            node.default,
          )
        : node,
    ),
    gives(
      ns(1, -1),
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ sum: g.sum((b) => b.n, { default: 9 }) }),
        ),
      ),
    ),
  ),
  group(
    'groups of text fold case',
    'text that is grouped by is told apart as the collation does, without case',
    null,
    queries((query, at) =>
      query.group === null
        ? query
        : {
            ...query,
            group: {
              ...query.group,
              keys: query.group.keys.map((key) =>
                kindOf(key.expression, at) === 'text'
                  ? { ...key, expression: call('lower', key.expression) }
                  : key,
              ),
            },
          },
    ),
    gives(
      { book: [{ title: 'a' }, { title: 'A' }] },
      pipe(
        m.book,
        groupBy(
          (b) => ({ title: b.title }),
          (g) => ({ n: g.count() }),
        ),
      ),
    ),
  ),
  group(
    'distinct by the first column',
    'rows are told apart by the first of the columns',
    null,
    queries((query) =>
      query.distinct && query.columns !== null && query.columns.length > 1 && query.columns[0] !== undefined
        ? { ...query, distinct: false, distinctOn: [query.columns[0].expression] }
        : query,
    ),
    gives(
      {
        book: [
          { n: 1, title: 'a' },
          { n: 1, title: 'b' },
        ],
      },
      pipe(
        m.book,
        values((b) => ({ n: b.n, title: b.title })),
        distinct,
      ),
    ),
  ),
  group(
    'groups are counted by their rows',
    'how many groups there are is told by the rows that are in them',
    'https://github.com/ebean-orm/ebean/issues/1810',
    {
      count: (n, query, ask) =>
        query.group === null ? n : lengthOf(ask({ ...query, group: null, order: [], slice: null }), n),
    },
    asked(ns(1, 1, 2), (client) =>
      pipe(
        m.book,
        groupBy(
          (b) => ({ n: b.n }),
          (g) => ({ many: g.count() }),
        ),
        count(client),
      )(),
    ),
  ),
  group(
    'the total of distinct rows is that of all',
    'what is told as the total, and counted, takes equal rows each',
    null,
    {
      count: (n, query, ask) => (query.distinct ? lengthOf(ask({ ...query, distinct: false }), n) : n),
      page: (page, query, ask) =>
        query.distinct
          ? { ...page, total: lengthOf(ask({ ...query, distinct: false, slice: null }), 0) }
          : page,
    },
    asked(ns(1, 1, 2), (client) =>
      pipe(
        m.book,
        values((b) => ({ n: b.n })),
        distinct,
        count(client),
      )(),
    ),
  ),
  nil(
    'what is missing is one more distinct value',
    'a count of distinct values counts the missing as one',
    null,
    nodes((node) =>
      node._tag === 'aggregate' &&
      node.name === 'count' &&
      node.distinct &&
      node.arg !== null &&
      node.arg._tag === 'column'
        ? call(
            'add',
            node,
            call(
              'least',
              { ...node, arg: null, distinct: false, filter: together(node.filter, missing(node.arg)) },
              constant('int', 1),
            ),
          )
        : node,
    ),
    gives(
      { book: [{ rank: 1 }, { rank: null }] },
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ n: g.countOf((b) => b.rank, { distinct: true }) }),
        ),
      ),
    ),
  ),
  nil(
    'coalesce passes over what is falsy',
    'coalesce is ||: 0, false and the empty text are passed over',
    null,
    calls('coalesce', (args, right) => right(truthy(args)) ?? right(args)),
    gives(
      { book: [{ rank: 0 }] },
      pipe(
        m.book,
        values((b) => ({ x: coalesce(b.rank, 5) })),
      ),
    ),
  ),
  nil(
    'the greatest of something and nothing is nothing',
    'greatest and least are missing where one of their arguments is',
    null,
    calls('greatest', (args, right) => (args.includes(null) ? null : right(args))),
    gives(
      { book: [{ n: 1, rank: null }] },
      pipe(
        m.book,
        values((b) => ({ x: greatest(b.rank, b.n) })),
      ),
    ),
  ),
  nil(
    'nothing in a concatenation is all',
    'a concatenation is missing where one of its parts is',
    null,
    calls(
      'concat',
      (args, right) => (args.includes(null) ? null : right(args)),
      (type) => ({ ...type, nullable: true }),
    ),
    gives(
      { book: [{ title: 'a', note: null }] },
      pipe(
        m.book,
        filter((b) => concat(b.title, b.note).eq('a')),
      ),
    ),
  ),

  project(
    'the last branch that holds',
    'of several branches that hold, the last counts',
    null,
    nodes((node) => (node._tag === 'case' ? { ...node, branches: [...node.branches].reverse() } : node)),
    gives(
      ns(3),
      pipe(
        m.book,
        values((b) => ({
          x: caseWhen(
            [
              [b.n.gt(1), value('a')],
              [b.n.gt(2), value('b')],
            ],
            value('c'),
          ),
        })),
      ),
    ),
  ),
  project(
    'a branch that gives nothing is passed over',
    'where the value of a branch is missing, the next one is tried',
    null,
    nodes((node) =>
      node._tag === 'case'
        ? {
            ...node,
            branches: node.branches.map((branch) =>
              isColumn(branch.then)
                ? { ...branch, when: and(branch.when, not(missing(branch.then))) }
                : branch,
            ),
          }
        : node,
    ),
    gives(
      { book: [{ n: 3, rank: null }] },
      pipe(
        m.book,
        values((b) => ({ x: caseWhen([[b.n.gt(1), b.rank]], b.n) })),
      ),
    ),
  ),
  project(
    'the same column twice is given once',
    'columns with the same expression are asked for once, and the others are missing',
    null,
    {
      rows: (rows, query) => {
        const columns = query.columns ?? []
        const again = columns.filter(({ expression }, i) =>
          columns.slice(0, i).some((earlier) => same(earlier.expression, expression)),
        )
        return again.length === 0
          ? rows
          : rows.map((row) => ({ ...row, ...Object.fromEntries(again.map(({ name }) => [name, null])) }))
      },
    },
    gives(
      { book: [{ note: 'a' }] },
      pipe(
        m.book,
        values((b) => ({ one: b.note, two: b.note })),
      ),
    ),
  ),
  project(
    'behind no relation everything is blank',
    'a column behind a relation that leads nowhere is empty or 0, not missing',
    null,
    {
      rows: (rows, query, _, { schema }) => {
        const { from } = query
        if (from._tag !== 'model') return rows
        const blanks = (query.columns ?? []).flatMap(({ name, expression }) =>
          isColumn(expression) && expression.path.length > 1
            ? [
                [
                  name,
                  blankOf(kindAt({ schema, model: from.model, outer: null, by: 'query' }, expression.path)),
                ] as const,
              ]
            : [],
        )
        return rows.map((row: Row) => ({
          ...row,
          ...Object.fromEntries(blanks.filter(([name]) => row[name] === null)),
        }))
      },
    },
    gives(
      { book: [{ author: null }] },
      pipe(
        m.book,
        values((b) => ({ name: b.author.name })),
      ),
    ),
  ),
  project(
    'a related column is the own one of its name',
    "columns are asked for by their last name, so that a related one is taken for the row's own",
    null,
    queries((query, at) =>
      query.columns === null
        ? query
        : {
            ...query,
            columns: query.columns.map((each) => {
              const { expression } = each
              const last = isColumn(expression) ? (expression.path.at(-1) ?? '') : ''
              const kind = kindAt(at, [last])
              return isColumn(expression) &&
                expression.path.length > 1 &&
                kind !== null &&
                kind === kindOf(expression, at)
                ? { ...each, expression: { ...expression, path: [last] } }
                : each
            }),
          },
    ),
    gives(
      { book: [{ id: 7, n: 1 }], author: [], review: [{ id: 2, book: 7 }] },
      pipe(
        m.review,
        filter((r) => r.stars.eq(0)),
        values((r) => ({ author: r.book.author.id })),
      ),
    ),
  ),
  project(
    'only some fields, and no annotations',
    "where fields are chosen, what was annotated isn't given",
    null,
    {
      rows: (rows, query) =>
        query.fields === null || query.annotations.length === 0
          ? rows
          : rows.map((row) =>
              Object.fromEntries(
                Object.entries(row).filter(([name]) => !query.annotations.some((each) => each.name === name)),
              ),
            ),
    },
    gives(
      { book: [{ title: 'a' }] },
      pipe(
        m.book,
        annotate((b) => ({ long: b.title.length() })),
        only('title'),
      ),
    ),
  ),
  project(
    'nobody is somebody with nothing',
    "a related row that isn't there is given as a row of nulls",
    'https://github.com/olivierwilkinson/prisma-nested-middleware/pull/7',
    {
      rows: (rows, query, _, { schema }) => {
        const ones = query.related.filter(({ many }) => !many)
        const { from } = query
        if (ones.length === 0 || from._tag !== 'model') return rows
        return rows.map((row) => ({
          ...row,
          ...Object.fromEntries(
            ones
              .filter(({ relation }) => row[relation] === null)
              .map(({ relation }) => {
                const target = schema.models.get(from.model)?.relations.get(relation)?.target ?? ''
                const names = [...(schema.models.get(target)?.columns.keys() ?? [])]
                return [relation, Object.fromEntries(names.map((name) => [name, null]))]
              }),
          ),
        }))
      },
    },
    gives(
      { book: [{ author: null }] },
      pipe(
        m.book,
        selectRelated((b) => b.author),
      ),
    ),
  ),
]
