/** Missing values taken for something else, or lost. */
import { function as fn } from 'fp-ts'
import { and, annotate, coalesce, exclude, not, or, valuesList } from '../../src/index.js'
import { children } from '../../src/expression/Expression.js'
import { allOf } from '../../src/query/Query.js'
import { m } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { does, finds, fresh, reads, told } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('null')

const missing = [{ rank: null }]
const numbers = ['int', 'float', 'decimal'] as const

/** The columns that a predicate speaks of, on its own row. */
const columnsIn = (node: R.Any): ReadonlyArray<R.Expr> =>
  node._tag === 'column'
    ? [node]
    : node._tag === 'lookup' && node.name === 'isnull'
      ? []
      : children(node).flatMap((child) => (child.inside ? [] : columnsIn(child.node)))

/** Only where all that it speaks of is there: what three truth values make of it. */
const known = (predicate: R.Pred, columns: ReadonlyArray<R.Expr> = columnsIn(predicate)): R.Pred =>
  R.and(R.not(predicate), ...columns.map((column) => R.not(R.isNull(column))))

const truthy = R.js('truthy', ([value]) => Boolean(value), 'boolean')

const behind = (expression: R.Expr): boolean => expression._tag === 'column' && expression.path.length > 1

export const nulls: ReadonlyArray<Mutant> = [
  mutant(
    'exclude-loses-nulls',
    'what is excluded by a comparison takes the missing values with it',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'lookup' ? known(node.predicate) : node,
    ),
    reads(
      { book: missing },
      pipe(
        m.book,
        exclude((b) => b.rank.eq(1)),
      ),
    ),
  ),
  mutant(
    'not-of-connective-loses-nulls',
    'not (a and b) and not (a or b) lose missing values',
    R.nodes((node) =>
      node._tag === 'not' && (node.predicate._tag === 'and' || node.predicate._tag === 'or')
        ? known(node.predicate)
        : node,
    ),
    finds(missing, (b) => not(and(b.rank.eq(1), b.n.eq(1)))),
  ),
  mutant(
    'exclude-through-missing-relation',
    'a row that has no related row is lost when something about the related row is excluded',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'lookup' && behind(node.predicate.left)
        ? known(node.predicate)
        : node,
    ),
    finds([{}], (b) => not(b.author.name.eq('x'))),
  ),
  mutant(
    'null-compares-as-zero',
    'a missing number is compared as 0',
    R.lookups(
      ['exact', 'lt', 'lte', 'gt', 'gte', 'range'],
      ({ name, value, others, kind }) =>
        R.looksUp(name, kind, value ?? (kind === 'decimal' ? '0' : 0), others),
      { nulls: true, kinds: numbers },
    ),
    finds(missing, (b) => b.rank.lt(1)),
  ),
  mutant(
    'null-is-least',
    'a missing value is less than all others',
    R.lookups(['lt', 'lte'], ({ value, right }) => value === null || right, { nulls: true }),
    finds(missing, (b) => b.rank.lt(1)),
  ),
  mutant(
    'null-is-greatest',
    'a missing value is greater than all others, as it is when sorted',
    R.lookups(['gt', 'gte'], ({ value, right }) => value === null || right, { nulls: true }),
    finds(missing, (b) => b.rank.gt(1)),
  ),
  mutant(
    'null-equals-null',
    'two missing values are equal',
    R.lookups(['exact'], ({ value, other, right }) => (value === null && other === null) || right, {
      nulls: true,
    }),
    finds(missing, (b) => b.rank.eq(b.rank)),
  ),
  mutant(
    'null-equals-empty-text',
    'a missing text equals the empty one',
    R.lookups(
      ['exact', 'in'],
      ({ name, value, others, kind }) => R.looksUp(name, kind, value ?? '', others),
      {
        nulls: true,
        kinds: ['text'],
      },
    ),
    finds([{ note: null }], (b) => b.note.eq('')),
  ),
  mutant(
    'eq-null-never-matches',
    'nothing is ever found missing',
    R.lookupNodes((node) => (node.name === 'isnull' ? R.or() : node)),
    finds(missing, (b) => b.rank.eq(null)),
  ),
  mutant(
    'isnull-is-falsy',
    "`isNull` is true of 0, '' and false",
    R.lookups(['isnull'], ({ value }) => !value, { nulls: true }),
    finds([{ rank: 0 }], (b) => b.rank.isNull()),
  ),
  mutant(
    'isnull-of-empty-text',
    '`isNull` is true of the empty text',
    R.lookups(['isnull'], ({ value }) => value === null || value === '', { nulls: true }),
    finds([{ note: '' }], (b) => b.note.isNull()),
  ),
  mutant(
    'isnull-needs-relation',
    'what lies behind a missing relation is not missing',
    R.lookupNodes((node) =>
      node.name === 'isnull' && node.left._tag === 'column' && node.left.path.length > 1
        ? R.and(node, R.not(R.isNull({ ...node.left, path: node.left.path.slice(0, -1) })))
        : node,
    ),
    finds([{}], (b) => b.author.name.isNull()),
  ),
  mutant(
    'not-isnull-as-truthy',
    '`isNull` negated is the truth of the value',
    {
      functions: [truthy.def],
      ...R.nodes((node) =>
        node._tag === 'not' && node.predicate._tag === 'lookup' && node.predicate.name === 'isnull'
          ? { _tag: 'holds', expression: truthy.call(node.predicate.left) }
          : node,
      ),
    },
    finds([{ rank: 0 }], (b) => not(b.rank.isNull())),
  ),
  mutant(
    'not-in-query-with-null',
    'not among the values of a query is true of nothing if one of them is missing',
    R.nodes((node) => {
      if (node._tag !== 'not' || node.predicate._tag !== 'inQuery') return node
      const { query } = node.predicate
      const name = query.columns?.[0]?.name
      return name === undefined
        ? node
        : R.and(
            node,
            R.not({
              _tag: 'exists',
              query: { ...allOf({ _tag: 'query', query }), where: R.isNull(R.column(name)) },
            }),
          )
    }),
    finds([{ n: 1 }], (b) =>
      not(
        b.n.in(
          pipe(
            m.book,
            valuesList((other) => other.rank),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'null-as-false',
    'a missing boolean equals false',
    R.lookups(['exact'], ({ value, other }) => (value ?? false) === other, {
      nulls: true,
      kinds: ['boolean'],
    }),
    finds([{ done: null }], (b) => b.done.eq(false)),
  ),
  mutant(
    'null-as-text',
    "a missing text is searched as 'null'",
    R.lookups(
      ['contains', 'icontains', 'startswith', 'istartswith', 'endswith', 'iendswith', 'regex', 'iregex'],
      ({ name, value, others, kind }) => R.looksUp(name, kind, value ?? 'null', others),
      { nulls: true },
    ),
    finds([{ note: null }], (b) => b.note.contains('u')),
  ),
  mutant(
    'null-contains-nothing-but-empty',
    "a missing text is searched as ''",
    R.lookups(
      ['contains', 'icontains', 'startswith', 'istartswith', 'endswith', 'iendswith'],
      ({ name, value, others, kind }) => R.looksUp(name, kind, value ?? '', others),
      { nulls: true },
    ),
    finds([{ note: null }], (b) => b.note.contains('')),
  ),
  mutant(
    'null-breaks-or',
    'an `or` with a comparison of something missing is not true',
    R.nodes((node) =>
      node._tag === 'or' && node.any.length > 0
        ? R.and(node, ...node.any.flatMap((each) => columnsIn(each)).map((column) => R.not(R.isNull(column))))
        : node,
    ),
    finds([{ n: 1, rank: null }], (b) => or(b.n.eq(1), b.rank.eq(1))),
  ),
  mutant(
    'null-left-out',
    'columns without a value are left out of the row',
    {
      rows: (rows) =>
        rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))),
    },
    reads({ book: missing }, m.book),
  ),
  mutant(
    'coalesce-skips-falsy',
    "`coalesce` passes over 0, '' and false",
    R.callsTo('coalesce', 'int', (args) => args.find((arg) => Boolean(arg)) ?? args.at(-1) ?? null, ['int']),
    reads(
      { book: [{ rank: 0 }] },
      pipe(
        m.book,
        valuesList((b) => coalesce(b.rank, 5)),
      ),
    ),
  ),
  mutant(
    'arithmetic-takes-null-for-zero',
    'something missing plus 1 is 1',
    R.nodes((node) =>
      node._tag === 'call' && node.name === 'add'
        ? {
            ...node,
            args: node.args.map((arg) => ({
              _tag: 'call',
              name: 'coalesce',
              args: [arg, R.constant('int', 0)],
            })),
          }
        : node,
    ),
    reads(
      { book: missing },
      pipe(
        m.book,
        annotate((b) => ({ more: b.rank.plus(1) })),
      ),
    ),
  ),
  mutant(
    'null-stored-as-zero',
    'a missing number is stored as 0',
    {
      stored: (row, model, schema) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => {
            const column = schema.models.get(model)?.columns.get(name)
            const zero = column?.kind === 'int' && column.target === null && !column.auto
            return [name, value === null && zero ? 0 : value]
          }),
        ),
    },
    does({}, (client) => told(client.create('book', fresh('book', { rank: null })))),
  ),
]
