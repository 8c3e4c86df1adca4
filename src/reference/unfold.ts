/**
 * Converts queries to querysets, so that the meaning of querysets defines the meaning of queries.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Schema } from '../schema/Schema.js'
import type { Expression, Named, Node, OrderKey, Predicate } from '../expression/Expression.js'
import { fold, rebuild } from '../expression/fold.js'
import type { Scope } from '../expression/Scope.js'
import { layersOf } from '../query/Query.js'
import type { TypedNamed, TypedQuery } from '../query/TypedQuery.js'
import { allRows, type AnyQueryset, type Step } from '../queryset/Queryset.js'

/** A step, and the columns of the rows after it. */
type ScopedStep = readonly [Step, Scope]

/**
 * The querysets of converted queries, and those of them that don't refer to an outer row.
 *
 * @since 0.2.0
 */
export interface Unfolded {
  readonly querysets: Map<TypedQuery, AnyQueryset>
  readonly alone: Set<AnyQueryset>
}

/**
 * The queryset with the meaning of a query. `begun` is the result of the passes before `from`, if these aren't
 * converted. With the same `known`, a query and its subqueries become the same querysets each time.
 *
 * @since 0.2.0
 */
export const unfold = (
  schema: Schema,
  query: TypedQuery,
  known: Unfolded,
  from = 0,
  begun: AnyQueryset | null = null,
): AnyQueryset => {
  const before = from === 0 ? known.querysets.get(query) : undefined
  if (before !== undefined) return before
  const queryset = layersOf(query)
    .slice(from)
    .reduce<AnyQueryset | null>((inside, layer) => {
      const start = inside ?? allRows(schema, layer.from._tag === 'model' ? layer.from.model : '')
      return stepsOf(schema, layer, known).reduce(after, start)
    }, begun)
  const made = queryset ?? allRows(schema, '')
  if (from === 0) known.querysets.set(query, made)
  if (from === 0 && query.reach <= 1) known.alone.add(made)
  return made
}

const after = (source: AnyQueryset, [step, scope]: ScopedStep): AnyQueryset => ({
  ...source,
  source,
  step,
  length: source.length + 1,
  scope: E.right(scope),
})

/** The steps of one pass, in the order of its parts. */
const stepsOf = (schema: Schema, query: TypedQuery, known: Unfolded): ReadonlyArray<ScopedStep> => {
  const { from, annotations, where, order, distinctOn, columns, group, slice, start, row, scope } = query
  // Only subqueries change, so each node keeps its sort.
  const said = (expression: Expression<TypedQuery>) =>
    unfolded(schema, expression, known) as Expression<AnyQueryset>
  const asked = (predicate: Predicate<TypedQuery>) =>
    unfolded(schema, predicate, known) as Predicate<AnyQueryset>
  const named = (all: ReadonlyArray<TypedNamed>): ReadonlyArray<Named<AnyQueryset>> =>
    all.map(({ name, expression }) => ({ name, expression: said(expression) }))
  const keys = order.map((key): OrderKey<AnyQueryset> => ({ ...key, expression: said(key.expression) }))
  const on = (distinctOn ?? []).map(said)
  const stop = slice === null || slice.limit === null ? null : slice.offset + slice.limit
  const steps: ReadonlyArray<ScopedStep | false> = [
    from._tag === 'combine' && [
      { _tag: from.operation, others: from.right.map((other) => unfold(schema, other, known)) },
      start,
    ],
    // One annotation at a time, since each sees those before it.
    ...annotations.map((each, i): ScopedStep => [
      { _tag: 'annotate', columns: named([each]) },
      i === annotations.length - 1 ? row : without(row, annotations.slice(i + 1)),
    ]),
    where !== null && [{ _tag: 'filter', predicate: asked(where) }, row],
    keys.length > 0 && [{ _tag: 'orderBy', keys }, row],
    query.reverse && [{ _tag: 'reverse' }, row],
    distinctOn !== null && [{ _tag: 'distinctOn', keys: on }, row],
    columns !== null && [{ _tag: 'values', columns: named(columns), form: 'record' }, scope],
    group !== null && [
      { _tag: 'groupBy', keys: named(group.keys), aggregates: named(group.aggregates) },
      scope,
    ],
    query.distinct && [{ _tag: 'distinct' }, scope],
    slice !== null && [{ _tag: 'slice', start: slice.offset, stop }, scope],
    query.fields !== null && [{ _tag: 'only', fields: query.fields }, scope],
    ...query.related.map(({ relation, query: inner }): ScopedStep => [
      { _tag: 'prefetchRelated', relation, query: unfold(schema, inner, known) },
      scope,
    ]),
  ]
  return steps.flatMap((step) => (step === false ? [] : [step]))
}

const without = (scope: Scope, later: ReadonlyArray<TypedNamed>): Scope => {
  const names = new Set(later.map(({ name }) => name))
  return { ...scope, columns: new Map([...scope.columns].filter(([name]) => !names.has(name))) }
}

/** An expression or a predicate whose subqueries are querysets. */
const unfolded = (schema: Schema, root: Node<TypedQuery>, known: Unfolded): Node<AnyQueryset> =>
  fold<TypedQuery, null, Node<AnyQueryset>>(root, null, {
    enter: () => null,
    combine: (node, operands) =>
      node._tag === 'subquery' || node._tag === 'exists' || node._tag === 'inQuery'
        ? rebuild<AnyQueryset>(
            { ...node, query: unfold(schema, node.query, known) } as Node<AnyQueryset>,
            operands,
          )
        : rebuild<AnyQueryset>(node as Node<AnyQueryset>, operands),
  })
