/** Queries of an unusual shape that are answered as if they had the usual one; writes that are given a key twice. */
import type { Aggregate, Named } from '../../src/expression/Expression.js'
import { allOf, type Query } from '../../src/query/Query.js'
import { byBoth, byWrites } from './support/killers.js'
import type { Rows } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant, Witness } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { does, fresh, told } from './support/witness.js'

const mutant = mutantsOf('relations-aggregates')

const named = (name: string, expression: R.Expr): Named<Query> => ({ name, expression })

const of = (model: string, parts: Partial<Query> = {}): Query => ({
  ...allOf({ _tag: 'model', model }),
  ...parts,
})

const asks = (rows: Rows, ...queries: ReadonlyArray<Query>): Witness =>
  does(rows, async (client) => {
    const answers: Array<unknown> = []
    for (const query of queries) answers.push(await told(client.list(query)))
    return answers
  })

const total = (name: Aggregate<Query>['name'], parts: Partial<Aggregate<Query>> = {}): Aggregate<Query> => ({
  _tag: 'aggregate',
  name,
  over: 'group',
  level: 0,
  relation: [],
  arg: null,
  distinct: false,
  filter: null,
  default: null,
  sample: false,
  ...parts,
})

const flat = (query: Query, name: string): Query => ({
  ...allOf({ _tag: 'query', query }),
  columns: [named('a', R.column(name))],
})

/** Books by title, with how many there are of each. */
const byTitle: Query = of('book', {
  group: { keys: [named('k', R.column('title'))], aggregates: [named('n', total('count'))] },
})

const often: R.Pred = {
  _tag: 'lookup',
  name: 'gt',
  left: R.column('n'),
  right: [R.constant('int', 1)],
}

const twoTitles: Rows = { book: [{ title: 'a' }, { title: 'a' }, { title: 'b' }] }

export const shapes: ReadonlyArray<Mutant> = [
  mutant(
    'total-of-group-counts-values-once',
    'what all related rows of a group come to counts equal values once',
    R.aggregates((node) =>
      node.over === 'group' && node.relation.length > 0 && node.arg !== null
        ? { ...node, distinct: true }
        : node,
    ),
    asks(
      {
        book: [{ id: 1 }],
        review: [
          { id: 1, stars: 2, book: 1 },
          { id: 2, stars: 2, book: 1 },
        ],
      },
      of('book', {
        group: {
          keys: [],
          aggregates: [named('g', total('sum', { relation: ['reviews'], arg: R.column('stars') }))],
        },
      }),
    ),
  ),
  mutant(
    'groups-within-unfiltered',
    'a condition on groups is dropped where a value is looked for among them',
    R.nodes((node) =>
      node._tag === 'inQuery' && node.query.from._tag === 'query' && node.query.from.query.group !== null
        ? { ...node, query: { ...node.query, where: null } }
        : node,
    ),
    asks(
      twoTitles,
      of('book', {
        where: {
          _tag: 'inQuery',
          left: R.column('title'),
          query: { ...flat(byTitle, 'k'), where: often },
        },
      }),
    ),
  ),
  mutant(
    'total-within-unfiltered',
    'what some rows come to is computed of all rows, where it is asked for within a query',
    R.nodes((node) =>
      node._tag === 'subquery' && node.query.group !== null && node.query.group.keys.length === 0
        ? { ...node, query: { ...node.query, where: null } }
        : node,
    ),
    asks(
      twoTitles,
      of('author'),
      of('book', {
        columns: [
          named('x', {
            _tag: 'subquery',
            query: of('book', {
              where: {
                _tag: 'lookup',
                name: 'exact',
                left: R.column('title'),
                right: [R.constant('text', 'a')],
              },
              group: { keys: [], aggregates: [named('n', total('count'))] },
            }),
          }),
        ],
      }),
    ),
  ),
  mutant(
    'same-key-again-wins',
    'of a column that rows are sorted by twice, the second key decides',
    R.passes((query) => ({
      ...query,
      order: query.order.filter(
        ({ expression }, i) =>
          !query.order
            .slice(i + 1)
            .some((later) => JSON.stringify(later.expression) === JSON.stringify(expression)),
      ),
    })),
    asks(
      { book: [{ n: 1 }, { n: 2 }] },
      of('book', {
        order: [
          { expression: R.column('n'), direction: 'asc', nulls: 'last' },
          { expression: R.column('n'), direction: 'desc', nulls: 'first' },
        ],
      }),
    ),
  ),
  mutant(
    'changed-twice-counted-twice',
    'a row that a bulk update changes twice is counted twice',
    {
      told: (applied, write) =>
        write._tag === 'update'
          ? {
              ...applied,
              count:
                applied.count +
                write.changes.filter(
                  ({ key }, i) => write.changes.findIndex((other) => other.key === key) < i,
                ).length,
            }
          : applied,
    },
    does({ book: [{ id: 1 }] }, (client) =>
      told(
        client.updateBulk('book', [
          { key: 1, set: { n: 1 } },
          { key: 1, set: { n: 2 } },
        ]),
      ),
    ),
    byWrites,
  ),
  mutant(
    'only-first-of-refused-bulk',
    'of a bulk that is refused for a later row, the first row is made',
    {
      around: (right) => ({
        createBulk: (model, rows) => async () => {
          const done = await right.createBulk(model, rows)()
          if (done._tag === 'Left' && rows.length > 2) await right.createBulk(model, rows.slice(0, 1))()
          return done
        },
      }),
    },
    does({ author: [{ id: 1, email: 'x' }] }, (client) =>
      told(
        client.createBulk('author', [
          fresh('author', { email: 'y' }),
          fresh('author', { email: 'z' }),
          fresh('author', { email: 'x' }),
        ]),
      ),
    ),
    byBoth,
  ),
]
