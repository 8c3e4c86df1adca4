/**
 * Querysets as plain data: a model and its steps. Any part can be removed or replaced, so cases are built of them and
 * shrunk in them.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Kind } from '../../value/Value.js'
import type { Expression, Named, Node, Predicate } from '../../expression/Expression.js'
import { fold, rebuild } from '../../expression/fold.js'
import { columnType, type Scope, type ScopeColumn } from '../../expression/Scope.js'
import type { Schema } from '../../schema/Schema.js'
import { append } from '../../queryset/append.js'
import { allRows, type AnyQueryset, type Step, type StepOf } from '../../queryset/Queryset.js'

/** @since 0.1.0 */
export interface QuerysetData {
  readonly model: string
  readonly steps: ReadonlyArray<StepData>
}

/** An expression whose subqueries are data. @since 0.2.0 */
export type ExpressionData = Expression<QuerysetData>

/** A condition whose subqueries are data. @since 0.2.0 */
export type PredicateData = Predicate<QuerysetData>

/** A column with the kind of its values. @since 0.1.0 */
export interface TypedColumn extends Named<QuerysetData> {
  readonly kind: Kind
}

/** Like `Step`, for querysets as data. @since 0.1.0 */
export type StepData = StepOf<QuerysetData, TypedColumn>

/** @since 0.1.0 */
export const all = (model: string): QuerysetData => ({ model, steps: [] })

/** @since 0.1.0 */
export const then = (data: QuerysetData, ...steps: ReadonlyArray<StepData>): QuerysetData => ({
  model: data.model,
  steps: [...data.steps, ...steps],
})

/**
 * Converts the querysets inside a node.
 *
 * @since 0.1.0
 */
export const mapInner = <S, T>(node: Node<S>, change: (query: S) => T): Node<T> =>
  fold<S, null, Node<T>>(node, null, {
    enter: () => null,
    combine: (at, operands) =>
      // The operands have been converted already, and keep their places.
      at._tag === 'subquery' || at._tag === 'exists'
        ? { ...at, query: change(at.query) }
        : at._tag === 'inQuery'
          ? { ...at, left: operands[0] as Expression<T>, query: change(at.query) }
          : rebuild(at as unknown as Node<T>, operands),
  })

const asExpression = <S, T>(node: Expression<S>, change: (query: S) => T): Expression<T> =>
  // The conversion keeps the tag of the node.
  mapInner(node, change) as Expression<T>

const asPredicate = <S, T>(node: Predicate<S>, change: (query: S) => T): Predicate<T> =>
  mapInner(node, change) as Predicate<T>

/** Converts the querysets and columns inside a step. */
const mapStep = <Q, C, R, D>(
  step: StepOf<Q, C>,
  change: (query: Q) => R,
  columns: (columns: ReadonlyArray<C>) => ReadonlyArray<D>,
): StepOf<R, D> => {
  switch (step._tag) {
    case 'filter':
      return { _tag: 'filter', predicate: asPredicate(step.predicate, change) }
    case 'orderBy':
      return {
        _tag: 'orderBy',
        keys: step.keys.map((key) => ({ ...key, expression: asExpression(key.expression, change) })),
      }
    case 'distinctOn':
      return { _tag: 'distinctOn', keys: step.keys.map((key) => asExpression(key, change)) }
    case 'values':
      return { _tag: 'values', columns: columns(step.columns), form: step.form }
    case 'annotate':
      return { _tag: 'annotate', columns: columns(step.columns) }
    case 'groupBy':
      return { _tag: 'groupBy', keys: columns(step.keys), aggregates: columns(step.aggregates) }
    case 'union':
    case 'intersection':
    case 'difference':
      return { _tag: step._tag, others: step.others.map(change) }
    case 'and':
    case 'or':
    case 'xor':
      return { _tag: step._tag, other: change(step.other) }
    case 'prefetchRelated':
      return { ...step, query: change(step.query) }
    default:
      return step
  }
}

/** The scope after new columns. A column that is only renamed keeps its codec. */
const columnsFrom = (
  before: Scope,
  columns: ReadonlyArray<TypedColumn>,
): ReadonlyArray<[string, ScopeColumn]> =>
  columns.map(({ name, kind, expression }) => {
    const own =
      expression._tag === 'column' && expression.level === 0 ? columnType(before, expression.path) : null
    const codec = own !== null && E.isRight(own) ? own.right.type.codec : null
    return [name, { kind, nullable: true, target: null, codec }]
  })

/**
 * Builds the queryset that the data describes.
 *
 * @since 0.1.0
 */
export const querysetOf = (schema: Schema, { model, steps }: QuerysetData): AnyQueryset => {
  const inner = (data: QuerysetData) => querysetOf(schema, data)
  const named = (columns: ReadonlyArray<TypedColumn>): ReadonlyArray<Named<AnyQueryset>> =>
    columns.map(({ name, expression }) => ({ name, expression: asExpression(expression, inner) }))
  const stepOf = (step: StepData): Step => mapStep(step, inner, named)
  const scopeAfter = (scope: Scope, step: StepData): { readonly scope?: Scope } => {
    switch (step._tag) {
      case 'values':
        return { scope: { ...scope, model: null, columns: new Map(columnsFrom(scope, step.columns)) } }
      case 'annotate':
        return {
          scope: { ...scope, columns: new Map([...scope.columns, ...columnsFrom(scope, step.columns)]) },
        }
      case 'groupBy':
        return {
          scope: {
            ...scope,
            model: null,
            columns: new Map(columnsFrom(scope, [...step.keys, ...step.aggregates])),
          },
        }
      default:
        return {}
    }
  }
  return steps.reduce<AnyQueryset>(
    (queryset, step) =>
      append(queryset, step._tag, (scope) => E.right({ step: stepOf(step), ...scopeAfter(scope, step) })),
    allRows(schema, model),
  )
}

/**
 * The number of parts of a queryset: conditions, sort keys, computed columns and other steps.
 *
 * @since 0.1.0
 */
export const nodesOf = ({ steps }: QuerysetData): number =>
  steps.reduce((sum, step) => {
    switch (step._tag) {
      case 'filter':
        return sum + nodesIn(step.predicate)
      case 'orderBy':
        return sum + step.keys.reduce((n, { expression }) => n + 1 + nodesIn(expression), 0)
      case 'distinctOn':
        return sum + 1 + step.keys.reduce((n, key) => n + nodesIn(key), 0)
      case 'values':
      case 'annotate':
        return sum + 1 + step.columns.reduce((n, { expression }) => n + nodesIn(expression), 0)
      case 'groupBy':
        return (
          sum +
          1 +
          [...step.keys, ...step.aggregates].reduce((n, { expression }) => n + nodesIn(expression), 0)
        )
      case 'union':
      case 'intersection':
      case 'difference':
        return sum + 1 + step.others.reduce((n, other) => n + nodesOf(other), 0)
      case 'and':
      case 'or':
      case 'xor':
        return sum + 1 + nodesOf(step.other)
      case 'prefetchRelated':
        return sum + 1 + nodesOf(step.query)
      default:
        return sum + 1
    }
  }, 0)

/**
 * The number of parts of an expression or a predicate. Columns and constants don't count.
 *
 * @since 0.1.0
 */
export const nodesIn = (node: Node<QuerysetData>): number =>
  fold<QuerysetData, null, number>(node, null, {
    enter: () => null,
    combine: (at, operands) =>
      operands.reduce((a, b) => a + b, 0) +
      (at._tag === 'const' || at._tag === 'column'
        ? 0
        : at._tag === 'subquery' || at._tag === 'exists' || at._tag === 'inQuery'
          ? 1 + nodesOf(at.query)
          : 1),
  })
