/** Groups, distinct rows and projections that are wrong. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn } from 'fp-ts'
import {
  caseWhen,
  cast,
  coalesce,
  distinctOn,
  groupBy,
  orderBy,
  slice,
  value,
  values,
  type Query,
} from '../../../src/index.js'
import type { Named } from '../../../src/expression/Expression.js'
import { allOf, type Grouping } from '../../../src/query/Query.js'
import type { Json, Kind } from '../../../src/value/Value.js'
import type { Rows } from '../support/client.js'
import { m } from '../support/models.js'
import {
  and,
  both,
  call,
  column,
  conjuncts,
  constant,
  define,
  gives,
  isColumn,
  kindOf,
  missing,
  nodes,
  not,
  queries,
  same,
  type At,
  type BlindMutant,
  type P,
  type X,
} from '../blind/support.js'
import { shelves } from '../blind2/support.js'
import { answers, counted, of } from './support.js'

const { pipe } = fn
const group = of('grouping', 'relations-aggregates')
const project = of('projection', 'distinct-count-projection')

const nothings: { readonly [K in Kind]?: Json } = { int: 0, float: 0, text: '' }

/** A condition besides those that a query has. */
const also = (query: Query, ...more: ReadonlyArray<P>): Query =>
  more.length === 0
    ? query
    : { ...query, where: and(...(query.where === null ? [] : conjuncts(query.where)), ...more) }

const groupedBy = (query: Query, change: (grouping: Grouping) => Grouping): Query =>
  query.group === null ? query : { ...query, group: change(query.group) }

/** The first aggregate of a group that is over some of the rows only. */
const filteredIn = (grouping: Grouping): number =>
  grouping.aggregates.findIndex(
    ({ expression }) =>
      expression._tag === 'aggregate' && expression.relation.length === 0 && expression.filter !== null,
  )

/** The condition of an aggregate, held against all rows instead. */
const asWhere = (query: Query): Query => {
  const at = query.group === null ? -1 : filteredIn(query.group)
  const chosen = query.group?.aggregates[at]?.expression
  return chosen?._tag !== 'aggregate' || chosen.filter === null
    ? query
    : groupedBy(also(query, chosen.filter), (grouping) => ({
        ...grouping,
        aggregates: grouping.aggregates.map((each, i) =>
          i === at ? { ...each, expression: { ...chosen, filter: null } } : each,
        ),
      }))
}

/** Whether an expression is a function of a column of its own name. */
const shadows = ({ name, expression }: Named<Query>, { schema, model }: At): boolean =>
  model !== null &&
  schema.models.get(model)?.columns.has(name) === true &&
  expression._tag === 'call' &&
  expression.args.some(isColumn) &&
  expression.args.every((arg) => arg._tag === 'const' || (isColumn(arg) && same(arg.path, [name])))

/** Rows are grouped by the columns whose names the keys have, and the keys are computed afterwards. */
const byShadowed = (query: Query, at: At): Query => {
  const { group: grouping } = query
  if (grouping === null || !grouping.keys.some((key) => shadows(key, at))) return query
  const raw = grouping.keys.map((key) => (shadows(key, at) ? { ...key, expression: column(key.name) } : key))
  const inner: Query = { ...query, group: { ...grouping, keys: raw }, distinct: false, slice: null }
  return {
    ...allOf({ _tag: 'query', query: inner }),
    columns: [
      ...grouping.keys.map((key) => (shadows(key, at) ? key : { ...key, expression: column(key.name) })),
      ...grouping.aggregates.map(({ name }) => ({ name, expression: column(name) })),
    ],
    distinct: query.distinct,
    slice: query.slice,
  }
}

/** What a sort key says where a column that is given has its name. */
const aliased = (query: Query, expression: X): X => {
  const named = isColumn(expression)
    ? query.columns?.find(({ name }) => same(expression.path, [name]))
    : undefined
  return named?.expression ?? expression
}

const counting: Named<Query> = {
  name: 'first_count',
  expression: {
    _tag: 'aggregate',
    name: 'count',
    over: 'group',
    level: 0,
    relation: [],
    arg: null,
    distinct: false,
    filter: null,
    default: null,
    sample: false,
  },
}

const firstCount = (rows: Rows): number => {
  const n = rows[0]?.['first_count']
  return typeof n === 'number' ? n : 0
}

const leading = (text: Json | undefined): Json => {
  const n = typeof text === 'string' ? parseInt(text, 10) : NaN
  return Number.isSafeInteger(n) ? n + 0 : null
}

export const groups: ReadonlyArray<BlindMutant> = [
  group(
    'what is missing is with 0',
    'rows are grouped with those that have 0 or the empty text where they have nothing',
    'https://github.com/alibaba/neug/issues/906',
    queries((query, at) =>
      groupedBy(query, (grouping) => ({
        ...grouping,
        keys: grouping.keys.map((key) => {
          const kind = kindOf(key.expression, at)
          const nothing = kind === null ? undefined : nothings[kind]
          return kind === null || nothing === undefined
            ? key
            : { ...key, expression: call('coalesce', key.expression, constant(kind, nothing)) }
        }),
      })),
    ),
    gives(
      { book: [{ rank: 0 }, { rank: null }, { rank: 1 }] },
      pipe(
        m.book,
        groupBy(
          (b) => ({ rank: b.rank }),
          (g) => ({ rows: g.count() }),
        ),
      ),
    ),
  ),
  group(
    'there is no group of those that lead nowhere',
    'rows are grouped by a column of a related row only where there is one',
    'https://github.com/javaee/glassfish/issues/5678',
    queries((query) =>
      also(
        query,
        ...(query.group?.keys ?? []).flatMap(({ expression }) =>
          isColumn(expression) && expression.path.length > 1
            ? [not(missing({ ...expression, path: expression.path.slice(0, -1) }))]
            : [],
        ),
      ),
    ),
    gives(
      shelves,
      pipe(
        m.book,
        groupBy(
          (b) => ({ name: b.author.name }),
          (g) => ({ rows: g.count() }),
        ),
      ),
    ),
  ),
  group(
    'the condition of one aggregate is that of all',
    'the condition of an aggregate is one of the rows that are grouped',
    null,
    queries(asWhere),
    gives(
      shelves,
      pipe(
        m.book,
        groupBy(
          (b) => ({ title: b.title }),
          (g) => ({ all: g.count(), high: g.count({ filter: (b) => b.n.gt(3) }) }),
        ),
      ),
    ),
  ),
  group(
    'equal values are added once',
    'the sum over a relation is of distinct values, so that a join does not multiply them',
    'https://github.com/inventree/InvenTree/pull/965',
    nodes((node) =>
      node._tag === 'aggregate' && node.name === 'sum' && node.over === 'row'
        ? { ...node, distinct: true }
        : node,
    ),
    gives(
      {
        author: [{ id: 1 }],
        book: [
          { author: 1, n: 5 },
          { author: 1, n: 5 },
        ],
      },
      pipe(
        m.author,
        values((a) => ({ sum: a.books.sum((b) => b.n) })),
      ),
    ),
  ),
  group(
    'the first of a kind is the one with the least key',
    'of the rows with the same value the first by key is kept, and these are sorted then',
    'https://github.com/duckdb/duckdb/issues/6524',
    queries((query) =>
      query.distinctOn !== null &&
      query.order.length > 0 &&
      query.annotations.length === 0 &&
      query.from._tag === 'model'
        ? {
            ...query,
            from: {
              _tag: 'query',
              query: { ...allOf(query.from), where: query.where, distinctOn: query.distinctOn },
            },
            where: null,
            distinctOn: null,
          }
        : query,
    ),
    gives(
      shelves,
      pipe(
        m.book,
        orderBy((b) => [b.title.asc(), b.n.desc()]),
        distinctOn((b) => [b.title]),
      ),
    ),
  ),
  group(
    'groups are counted by the first one',
    'how many groups there are is how many rows the first one has',
    'https://github.com/laravel/framework/issues/28931',
    {
      count: (n, query, ask) =>
        query.group === null
          ? n
          : firstCount(
              E.getOrElse((): Rows => [])(
                ask({
                  ...query,
                  group: { keys: query.group.keys, aggregates: [counting] },
                  distinct: false,
                  slice: null,
                }),
              ),
            ),
    },
    answers(shelves, (client) => [
      counted(
        client,
        pipe(
          m.book,
          groupBy(
            (b) => ({ title: b.title }),
            (g) => ({ most: g.max((b) => b.n) }),
          ),
        ),
      ),
    ]),
  ),
  group(
    'a column hides the key of its name',
    'rows are grouped by a column instead of by what is computed of it under the same name',
    'https://github.com/tursodatabase/turso/issues/5759',
    queries(byShadowed),
    gives(
      { book: [{ title: 'a' }, { title: 'A' }, { title: 'b' }] },
      pipe(
        m.book,
        groupBy(
          (b) => ({ title: b.title.upper() }),
          (g) => ({ rows: g.count() }),
        ),
      ),
    ),
  ),

  project(
    'a name that is given hides a column',
    'rows are sorted by what is given under the name of the column that they are to be sorted by',
    'https://github.com/tursodatabase/turso/issues/3684',
    queries((query) =>
      query.columns === null
        ? query
        : {
            ...query,
            order: query.order.map((key) => ({ ...key, expression: aliased(query, key.expression) })),
          },
    ),
    gives(
      {
        book: [
          { n: 1, rank: 9 },
          { n: 2, rank: 3 },
        ],
      },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        values((b) => ({ n: coalesce(b.rank, 0) })),
        slice(0, 1),
      ),
    ),
  ),
  project(
    'a branch that gives nothing is passed over',
    'where a branch holds and its value is missing, the next branch that holds is taken',
    null,
    nodes((node) =>
      node._tag === 'case'
        ? {
            ...node,
            branches: node.branches.map((branch) => ({
              ...branch,
              when: and(branch.when, not(missing(branch.then))),
            })),
          }
        : node,
    ),
    gives(
      {
        book: [
          { n: 1, rank: null },
          { n: 2, rank: 5 },
        ],
      },
      pipe(
        m.book,
        values((b) => ({ shown: caseWhen([[b.n.gt(0), b.rank]], value(-1)) })),
      ),
    ),
  ),
  project(
    'a number is what a text starts with',
    'a text is taken for the whole number that it starts with',
    null,
    both(
      {
        functions: [
          define(
            '~leading',
            () => ({ kind: 'int', nullable: true }),
            ([text]) => leading(text),
          ),
        ],
      },
      nodes((node, at) =>
        node._tag === 'cast' && node.to === 'int' && kindOf(node.arg, at) === 'text'
          ? call('~leading', node.arg)
          : node,
      ),
    ),
    gives(
      { book: [{ title: '12 apples' }, { title: '7' }] },
      pipe(
        m.book,
        values((b) => ({ n: cast(b.title, 'int') })),
      ),
    ),
  ),
]
