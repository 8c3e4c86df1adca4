/**
 * Shrinks querysets, their expressions and terminals.
 *
 * @since 0.2.0
 */
import type { OrderKey } from '../../expression/Expression.js'
import type { Terminal } from '../case/Case.js'
import type {
  PredicateData,
  ExpressionData,
  QuerysetData,
  StepData,
  TypedColumn,
} from '../case/QuerysetData.js'
import { eachDropped, eachSmaller, fewer, many, portions, replaced } from './lists.js'

const smallerExpression = (x: ExpressionData): ReadonlyArray<ExpressionData> => {
  switch (x._tag) {
    case 'const':
    case 'column':
      return []
    case 'call':
      return [...x.args, ...eachSmaller(x.args, smallerExpression).map((args) => ({ ...x, args }))]
    case 'cast':
      return [x.arg, ...smallerExpression(x.arg).map((arg) => ({ ...x, arg }))]
    case 'case':
      return [
        x.otherwise,
        ...x.branches.map(({ then }) => then),
        ...eachDropped(x.branches)
          .filter((branches) => branches.length > 0)
          .map((branches) => ({ ...x, branches })),
        ...eachSmaller(x.branches, ({ when, then }) => [
          ...smallerPredicate(when).map((each) => ({ when: each, then })),
          ...smallerExpression(then).map((each) => ({ when, then: each })),
        ]).map((branches) => ({ ...x, branches })),
        ...smallerExpression(x.otherwise).map((otherwise) => ({ ...x, otherwise })),
      ]
    case 'aggregate':
      return [
        ...(x.filter === null
          ? []
          : [{ ...x, filter: null }, ...smallerPredicate(x.filter).map((filter) => ({ ...x, filter }))]),
        ...(x.default === null ? [] : [{ ...x, default: null }]),
        ...(x.distinct ? [{ ...x, distinct: false }] : []),
        ...(x.sample ? [{ ...x, sample: false }] : []),
        ...(x.name === 'count' && x.arg !== null ? [{ ...x, arg: null, distinct: false }] : []),
        ...(x.arg === null ? [] : smallerExpression(x.arg).map((arg) => ({ ...x, arg }))),
      ]
    case 'subquery':
      return smallerQuerysets(x.query).map((query) => ({ ...x, query }))
    case 'test':
      return smallerPredicate(x.predicate).map((predicate) => ({ ...x, predicate }))
  }
}

const smallerPredicate = (p: PredicateData): ReadonlyArray<PredicateData> => {
  switch (p._tag) {
    case 'not':
      return [p.predicate, ...smallerPredicate(p.predicate).map((predicate) => ({ ...p, predicate }))]
    case 'and':
      return [
        ...p.all.slice(0, many),
        ...fewer(p.all).map((all) => ({ ...p, all })),
        ...eachSmaller(p.all, smallerPredicate).map((all) => ({ ...p, all })),
      ]
    case 'or':
      return [
        ...p.any.slice(0, many),
        ...fewer(p.any).map((any) => ({ ...p, any })),
        ...eachSmaller(p.any, smallerPredicate).map((any) => ({ ...p, any })),
      ]
    case 'xor':
      return [
        ...p.odd,
        ...portions(p.odd).map((odd) => ({ ...p, odd })),
        ...eachSmaller(p.odd, smallerPredicate).map((odd) => ({ ...p, odd })),
      ]
    case 'some':
      return [
        ...(p.relation.length > 1 ? [{ ...p, relation: p.relation.slice(-1) }] : []),
        ...(p.predicate._tag === 'and' && p.predicate.all.length === 0
          ? []
          : [{ ...p, predicate: { _tag: 'and' as const, all: [] } }]),
        ...smallerPredicate(p.predicate).map((predicate) => ({ ...p, predicate })),
      ]
    case 'lookup':
      return [
        ...(p.name === 'in' ? fewer(p.right).map((right) => ({ ...p, right })) : []),
        // A computed value may have another kind than its operands.
        ...(madeOf(p.left) === p.left ? [] : [{ ...p, left: madeOf(p.left), right: p.right.map(madeOf) }]),
        ...smallerExpression(p.left).map((left) => ({ ...p, left })),
        ...(p.right.length > many
          ? []
          : eachSmaller(p.right, smallerExpression).map((right) => ({ ...p, right }))),
      ]
    case 'exists':
      return smallerQuerysets(p.query).map((query) => ({ ...p, query }))
    case 'inQuery':
      return [
        ...smallerQuerysets(p.query).map((query) => ({ ...p, query })),
        ...smallerExpression(p.left).map((left) => ({ ...p, left })),
      ]
    case 'holds':
      return [
        ...(p.expression._tag === 'case' ? p.expression.branches.map(({ when }) => when) : []),
        ...smallerExpression(p.expression).map((expression) => ({ ...p, expression })),
      ]
  }
}

/** The first operand of an expression, or the expression itself. */
const madeOf = (x: ExpressionData): ExpressionData =>
  x._tag === 'call' ? (x.args[0] ?? x) : x._tag === 'cast' ? x.arg : x

const smallerKey = (key: OrderKey<QuerysetData>): ReadonlyArray<OrderKey<QuerysetData>> => {
  const usual = key.direction === 'asc' ? 'last' : 'first'
  return [
    ...(key.direction === 'asc'
      ? []
      : [{ ...key, direction: 'asc', nulls: key.nulls === 'first' ? 'last' : 'first' } as const]),
    ...(key.nulls === usual ? [] : [{ ...key, nulls: usual } as const]),
    ...smallerExpression(key.expression).map((expression) => ({ ...key, expression })),
  ]
}

export const smallerTyped = (column: TypedColumn): ReadonlyArray<TypedColumn> =>
  smallerExpression(column.expression).map((expression) => ({ ...column, expression }))

/** Simpler forms of a step. @since 0.2.0 */
export const smallerStep = (step: StepData): ReadonlyArray<StepData> => {
  switch (step._tag) {
    case 'filter':
      return smallerPredicate(step.predicate).map((predicate) => ({ ...step, predicate }))
    case 'orderBy':
      return [
        ...eachDropped(step.keys).map((keys) => ({ ...step, keys })),
        ...eachSmaller(step.keys, smallerKey).map((keys) => ({ ...step, keys })),
      ]
    case 'slice': {
      const { start, stop } = step
      return [
        ...(start > 0
          ? [
              { ...step, start: 0 },
              { ...step, start: start - 1, stop: stop === null ? null : stop - 1 },
              { ...step, start: start - 1 },
            ]
          : []),
        ...(stop === null
          ? []
          : [
              { ...step, stop: null },
              ...(stop > start
                ? [
                    { ...step, stop: start },
                    { ...step, stop: stop - 1 },
                  ]
                : []),
            ]),
      ]
    }
    case 'distinctOn':
      return [
        ...eachDropped(step.keys).map((keys) => ({ ...step, keys })),
        ...eachSmaller(step.keys, smallerExpression).map((keys) => ({ ...step, keys })),
      ]
    case 'values':
    case 'annotate':
      return [
        ...(step._tag === 'values' && step.form !== 'record' ? [{ ...step, form: 'record' as const }] : []),
        ...portions(step.columns)
          .filter((columns) => columns.length > 0)
          .map((columns) => ({ ...step, columns })),
        ...eachSmaller(step.columns, smallerTyped).map((columns) => ({ ...step, columns })),
      ]
    case 'groupBy':
      return [
        ...eachDropped(step.keys).map((keys) => ({ ...step, keys })),
        ...portions(step.aggregates).map((aggregates) => ({ ...step, aggregates })),
        ...eachSmaller(step.keys, smallerTyped).map((keys) => ({ ...step, keys })),
        ...eachSmaller(step.aggregates, smallerTyped).map((aggregates) => ({ ...step, aggregates })),
      ]
    case 'union':
    case 'intersection':
    case 'difference':
      return [
        ...eachDropped(step.others).map((others) => ({ ...step, others })),
        ...eachSmaller(step.others, smallerQuerysets).map((others) => ({ ...step, others })),
      ]
    case 'and':
    case 'or':
    case 'xor':
      return smallerQuerysets(step.other).map((other) => ({ ...step, other }))
    case 'prefetchRelated':
      return smallerQuerysets(step.query).map((query) => ({ ...step, query }))
    case 'only':
      return eachDropped(step.fields).map((fields) => ({ ...step, fields }))
    case 'selectRelated':
      return step.path.length > 1 ? [{ ...step, path: step.path.slice(0, -1) }] : []
    default:
      return []
  }
}

const inside = (step: StepData): ReadonlyArray<QuerysetData> => {
  switch (step._tag) {
    case 'union':
    case 'intersection':
    case 'difference':
      return step.others
    case 'and':
    case 'or':
    case 'xor':
      return [step.other]
    case 'prefetchRelated':
      return [step.query]
    default:
      return []
  }
}

/** The conditions that an expression tests. */
const testedIn = (x: ExpressionData): ReadonlyArray<PredicateData> =>
  x._tag === 'test'
    ? [x.predicate]
    : x._tag === 'case'
      ? x.branches.map(({ when }) => when)
      : x._tag === 'aggregate' && x.over === 'group' && x.filter !== null
        ? [x.filter]
        : []

const expressionsIn = (step: StepData): ReadonlyArray<ExpressionData> => {
  switch (step._tag) {
    case 'values':
    case 'annotate':
      return step.columns.map(({ expression }) => expression)
    case 'groupBy':
      return [...step.keys, ...step.aggregates].map(({ expression }) => expression)
    case 'orderBy':
      return step.keys.map(({ expression }) => expression)
    default:
      return []
  }
}

/** A filter by a condition of a step, in place of the step. */
const tested = (queryset: QuerysetData): ReadonlyArray<QuerysetData> =>
  queryset.steps.flatMap((step, i) =>
    expressionsIn(step)
      .flatMap(testedIn)
      .flatMap((predicate) => {
        const filter: StepData = { _tag: 'filter', predicate }
        return [
          { ...queryset, steps: [...queryset.steps.slice(0, i), filter] },
          { ...queryset, steps: replaced(queryset.steps, i, filter) },
        ]
      }),
  )

export const smallerQuerysets = (queryset: QuerysetData): ReadonlyArray<QuerysetData> => [
  ...tested(queryset),
  ...portions(queryset.steps).map((steps) => ({ ...queryset, steps })),
  ...queryset.steps.flatMap(inside),
  ...eachSmaller(queryset.steps, smallerStep).map((steps) => ({ ...queryset, steps })),
]

/** Simpler terminals. @since 0.2.0 */
export const smallerTerminal = (terminal: Terminal): ReadonlyArray<Terminal> => {
  const plain: ReadonlyArray<Terminal> =
    terminal._tag === 'toArray'
      ? []
      : terminal._tag === 'whole'
        ? [{ _tag: 'toArray' }, { _tag: 'count' }, { _tag: 'getPks' }, { _tag: 'page' }]
        : terminal._tag === 'count'
          ? [{ _tag: 'toArray' }]
          : [{ _tag: 'toArray' }, { _tag: 'count' }]
  switch (terminal._tag) {
    case 'inBulk':
      return [...plain, ...fewer(terminal.keys).map((keys) => ({ ...terminal, keys }))]
    case 'aggregate':
      return [
        ...plain,
        ...eachDropped(terminal.aggregates)
          .filter((aggregates) => aggregates.length > 0)
          .map((aggregates) => ({ ...terminal, aggregates })),
        ...eachSmaller(terminal.aggregates, smallerTyped).map((aggregates) => ({ ...terminal, aggregates })),
      ]
    case 'stream':
      return [...plain, ...(terminal.size > 1 ? [{ ...terminal, size: 1 }] : [])]
    default:
      return plain
  }
}
