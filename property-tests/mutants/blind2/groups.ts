/** Rows grouped, aggregated and projected wrongly. Written on 2026-11-28, without sight of the generator. */
import { function as fn } from 'fp-ts'
import {
  caseWhen,
  distinctOn,
  groupBy,
  orderBy,
  test,
  value,
  values,
  type Query,
} from '../../../src/index.js'
import type { Named } from '../../../src/expression/Expression.js'
import type { Kind } from '../../../src/value/Value.js'
import { m } from '../support/models.js'
import {
  and,
  call,
  column,
  constant,
  gives,
  isColumn,
  kindAt,
  nodes,
  queries,
  target,
  within,
  type At,
  type BlindMutant,
  type X,
} from '../blind/support.js'
import { ns, of, shelves } from './support.js'

const { pipe } = fn
const group = of('grouping', 'distinct-count-projection')
const project = of('projection', 'distinct-count-projection')

const zeroOf = (kind: Kind | null): X | null =>
  kind === 'int' || kind === 'float'
    ? constant(kind, 0)
    : kind === 'decimal'
      ? constant('decimal', '0')
      : null

/** Groups by the columns of computed keys, too. */
const byColumns = (query: Query): Query => {
  if (query.group === null || query.slice !== null) return query
  const { keys, aggregates } = query.group
  const more = keys.flatMap(({ expression }, i): ReadonlyArray<Named<Query>> => {
    const arg = expression._tag === 'call' ? expression.args[0] : undefined
    return isColumn(arg) ? [{ name: `xcolumn${String(i)}`, expression: arg }] : []
  })
  return more.length === 0
    ? query
    : {
        ...within({ ...query, group: { keys: [...keys, ...more], aggregates }, distinct: false }),
        columns: [...keys, ...aggregates].map(({ name }) => ({ name, expression: column(name) })),
        distinct: query.distinct,
      }
}

const shape = (expression: X): string =>
  JSON.stringify(expression, (_, part: unknown) =>
    typeof part === 'object' && part !== null && '_tag' in part && part._tag === 'const'
      ? { ...part, value: 0 }
      : part,
  )

/** Expressions that differ in their constants only are the first of them. */
const byShape = (list: ReadonlyArray<Named<Query>>): ReadonlyArray<Named<Query>> =>
  list.map((each) =>
    each.expression._tag === 'const'
      ? each
      : {
          ...each,
          expression: (list.find(({ expression }) => shape(expression) === shape(each.expression)) ?? each)
            .expression,
        },
  )

const farColumn = (at: At, each: Named<Query>): Named<Query> => {
  const { expression } = each
  const kind = isColumn(expression) && expression.path.length > 2 ? kindAt(at, expression.path) : null
  return kind === null ? each : { ...each, expression: constant(kind, null) }
}

export const groups: ReadonlyArray<BlindMutant> = [
  group(
    'what the filter of an aggregate leaves out is 0',
    'the filter of an aggregate becomes a case with else 0',
    'https://github.com/apache/calcite/pull/3400',
    nodes((node, at) => {
      if (node._tag !== 'aggregate' || node.filter === null || !isColumn(node.arg ?? undefined)) return node
      const { arg, filter: when } = node
      const zero =
        isColumn(arg ?? undefined) && arg?._tag === 'column'
          ? zeroOf(kindAt({ ...at, model: target(at.schema, at.model, node.relation) }, arg.path))
          : null
      return arg === null || zero === null || node.name === 'count'
        ? node
        : { ...node, filter: null, arg: { _tag: 'case', branches: [{ when, then: arg }], otherwise: zero } }
    }),
    gives(
      ns(1, 2, 6),
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ mean: g.avg((b) => b.n, { filter: (b) => b.n.gt(1) }) }),
        ),
      ),
    ),
  ),
  group(
    'the default is for each row',
    "an aggregate's default stands for each missing value, not for nothing at all",
    null,
    nodes((node) =>
      node._tag === 'aggregate' && node.default?._tag === 'const' && node.arg?._tag === 'column'
        ? { ...node, arg: call('coalesce', node.arg, node.default) }
        : node,
    ),
    gives(
      { book: [{ rank: 1 }, { rank: null }] },
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ sum: g.sum((b) => b.rank, { default: 10 }) }),
        ),
      ),
    ),
  ),
  group(
    'grouped by the columns of a computed key',
    'a group by what is computed from a column has a group for each value of the column',
    'https://github.com/django/django/pull/5041',
    queries(byColumns),
    gives(
      ns(1, 3, 2),
      pipe(
        m.book,
        groupBy(
          (b) => ({ odd: b.n.mod(2) }),
          (g) => ({ n: g.count() }),
        ),
      ),
    ),
  ),
  group(
    'the first by key is kept',
    'of rows that are alike the one with the least key is kept, not the first of the order',
    null,
    queries((query) =>
      query.distinctOn === null || query.order.length === 0 || query.annotations.length > 0
        ? query
        : {
            ...query,
            from: {
              _tag: 'query',
              query: {
                ...within(query),
                from: query.from,
                where: query.where,
                distinctOn: query.distinctOn,
              },
            },
            where: null,
            distinctOn: null,
          },
    ),
    gives(
      {
        book: [
          { title: 'a', n: 2 },
          { title: 'a', n: 1 },
          { title: 'b', n: 3 },
        ],
      },
      pipe(
        m.book,
        orderBy((b) => [b.title.asc(), b.n.asc()]),
        distinctOn((b) => [b.title]),
      ),
    ),
  ),
  group(
    'groups of which nothing counts are gone',
    "the filter of a group's only aggregate is asked of the rows before they are grouped",
    null,
    queries((query) => {
      const only = query.group?.aggregates[0]?.expression
      return query.group !== null &&
        query.group.keys.length > 0 &&
        query.group.aggregates.length === 1 &&
        only?._tag === 'aggregate' &&
        only.filter !== null &&
        only.relation.length === 0
        ? {
            ...query,
            where: query.where === null ? only.filter : and(query.where, only.filter),
            group: {
              ...query.group,
              aggregates: query.group.aggregates.map((each) => ({
                ...each,
                expression: { ...only, filter: null },
              })),
            },
          }
        : query
    }),
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
          (g) => ({ many: g.count({ filter: (b) => b.n.gt(2) }) }),
        ),
      ),
    ),
  ),

  project(
    'columns of one shape are one',
    'what is computed is kept by its form without constants, so that a later column is the first of its form',
    null,
    queries((query) => ({
      ...query,
      annotations: byShape(query.annotations),
      columns: query.columns === null ? null : byShape(query.columns),
    })),
    gives(
      ns(1),
      pipe(
        m.book,
        values((b) => ({ one: b.n.plus(1), two: b.n.plus(2) })),
      ),
    ),
  ),
  project(
    "an inner case has the outer one's else",
    'a case in a branch of a case is put in its place, without its own else',
    null,
    nodes((node) =>
      node._tag === 'case' && node.branches.some(({ then }) => then._tag === 'case')
        ? {
            ...node,
            branches: node.branches.flatMap(({ when, then }) =>
              then._tag === 'case'
                ? then.branches.map((inner) => ({ ...inner, when: and(when, inner.when) }))
                : [{ when, then }],
            ),
          }
        : node,
    ),
    gives(
      ns(3),
      pipe(
        m.book,
        values((b) => ({
          x: caseWhen([[b.n.gt(1), caseWhen([[b.n.gt(5), value('a')]], value('b'))]], value('c')),
        })),
      ),
    ),
  ),
  project(
    'conditions are given as 1 and 0',
    'a column that is a condition comes as a number, as SQLite has it',
    null,
    {
      rows: (rows, query) => {
        const tests = (query.columns ?? []).filter(({ expression }) => expression._tag === 'test')
        return tests.length === 0
          ? rows
          : rows.map((row) => ({
              ...row,
              ...Object.fromEntries(tests.map(({ name }) => [name, Number(row[name])])),
            }))
      },
    },
    gives(
      ns(1, 3),
      pipe(
        m.book,
        values((b) => ({ n: b.n, high: test(b.n.gt(2)) })),
      ),
    ),
  ),
  project(
    'rows with nothing in them are none',
    'a row all of whose projected columns are missing is left out',
    'https://github.com/typeorm/typeorm/issues/9881',
    {
      rows: (rows, query) =>
        query.columns === null || query.columns.length === 0
          ? rows
          : rows.filter((row) => Object.values(row).some((each) => each !== null)),
    },
    gives(
      { book: [{ rank: 1 }, { rank: null }] },
      pipe(
        m.book,
        values((b) => ({ rank: b.rank })),
      ),
    ),
  ),
  project(
    'two relations away there is nothing',
    'a column behind two relations is missing',
    null,
    queries((query, at) =>
      query.columns === null
        ? query
        : { ...query, columns: query.columns.map((each) => farColumn(at, each)) },
    ),
    gives(
      shelves,
      pipe(
        m.review,
        values((r) => ({ stars: r.stars, name: r.book.author.name })),
      ),
    ),
  ),
]
