/**
 * Querysets about text and computed numbers, and querysets of several steps.
 *
 * @since 0.2.0
 */
import type { Json } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import type { Scope } from '../../expression/Scope.js'
import { manyComputed } from './computed.js'
import { columnAt, columnOf, type ScopedColumn, type Making } from './predicates.js'
import { kin, mixedOf } from './pools.js'
import { type QuerysetData, type StepData, then, type TypedColumn } from '../case/QuerysetData.js'
import { chance, pick, type Tape, times, weighted } from './Tape.js'
import { caseTwinOf, twinOf } from './twin.js'
import { aggregateOf, columnsFor, type Idea, kept, maybe, someOrder, scopeOf, sliceOf } from './parts.js'
import { annotated, besides, counting, distinguished, filtered, groupedIdea, projected } from './shapes.js'

/** A text, and others to compare it with. */
interface Texts {
  readonly one: string
  readonly other: () => Json
}

const folding: ReadonlySet<LookupName> = new Set(['iexact', 'icontains', 'istartswith', 'iendswith'])

const sorting: ReadonlySet<LookupName> = new Set(['gt', 'gte', 'lt', 'lte', 'range'])

/** A mixture of characters and its twins. `null` for a family. */
export const textsOf = (tape: Tape, name: LookupName): Texts | null => {
  const sort = tape.next(5)
  if (sort < 2 && folding.has(name)) {
    const [one] = kin(tape, 'text', 1)
    return typeof one === 'string' ? { one, other: () => caseTwinOf(tape, one) } : null
  }
  if (sort < 2 && sorting.has(name)) {
    // UTF-16 units sort these differently than code points.
    const stem = mixedOf(tape, tape.next(3))
    const ending = () => `${stem}${pick(tape, ['\u{1F600}', '\uFFFD', '\uE000', 'z'] as const)}`
    return { one: ending(), other: ending }
  }
  if (sort < 2) return null
  const one = mixedOf(tape, 3 + tape.next(6))
  return {
    one,
    other: () => (folding.has(name) && chance(tape, 40) ? caseTwinOf(tape, one) : twinOf(tape, 'text', one)),
  }
}

/** The distinct values of one column, in every way to ask for them. */
export const once: Idea = (making, from, scope, n) => {
  const found = columnOf(making, scope)
  return found === null ? filtered(making, from, scope, n) : eachOnce(making, from, scope, found)
}

export const eachOnce = (
  making: Making,
  from: QuerysetData,
  scope: Scope,
  found: ScopedColumn,
): ReadonlyArray<StepData> => {
  const { tape } = making
  const columns: ReadonlyArray<TypedColumn> = [
    { name: 'a', kind: found.kind, expression: columnAt(found.path) },
  ]
  const values: StepData = { _tag: 'values', form: chance(tape, 50) ? 'flat' : 'record', columns }
  return pick<ReadonlyArray<StepData>>(tape, [
    [values, { _tag: 'distinct' }],
    [values, { _tag: 'distinct' }],
    [someOrder(making, scope), values, { _tag: 'distinct' }],
    [{ _tag: 'groupBy', keys: columns, aggregates: [{ name: 'n', kind: 'int', expression: counting }] }],
    [values, { _tag: 'union', others: [then(from, values)] }],
    [values, { _tag: 'intersection', others: [then(from, kept(making, scope), values)] }],
    [values, { _tag: 'difference', others: [then(from, kept(making, scope), values)] }],
    [{ _tag: 'distinctOn', keys: [columnAt(found.path)] }],
  ])
}

/** Many computed columns in one query. */
export const reckoned: Idea = (making, _, scope) => [
  { _tag: 'values', form: 'record', columns: manyComputed(making, scope, 7 + making.tape.next(8)) },
]

/** Many aggregates in one query. */
export const summed: Idea = (making, _, scope) => {
  const { tape } = making
  const keys = columnsFor(making, scope, pick(tape, [0, 1] as const)).map((each) => ({ ...each, name: 'k' }))
  const aggregates = times(4 + tape.next(4), (i) =>
    aggregateOf(making, scope, `g${String(i)}`, { over: 'group', relation: [] }),
  ).flatMap((each) => (each === null ? [] : [each]))
  return [...maybe(tape, 30, () => kept(making, scope)), { _tag: 'groupBy', keys, aggregates }]
}

/** One step of any kind. @since 0.2.0 */
export const oneStep: Idea = (making, from, scope, n) => {
  const { tape } = making
  return weighted<() => ReadonlyArray<StepData>>(tape, [
    [6, () => [kept(making, scope)]],
    [5, () => [someOrder(making, scope)]],
    [5, () => [sliceOf(tape, n)]],
    [1, () => [{ _tag: 'reverse' }]],
    [2, () => [{ _tag: 'distinct' }]],
    [2, () => distinguished(making, from, scope, n)],
    [3, () => projected(making, from, scope, n)],
    [2, () => annotated(making, from, scope, n)],
    [2, () => groupedIdea(making, from, scope, n)],
    [2, () => besides(making, from, scope, n)],
    [
      1,
      () => [
        {
          _tag: pick(tape, ['union', 'intersection', 'difference'] as const),
          others: [then(from, ...maybe(tape, 60, () => sliceOf(tape, n)))],
        },
      ],
    ],
  ])()
}

/** Any step after any other step. */
export const chained: Idea = (making, from, _, n) =>
  times(2 + making.tape.next(3), (i) => i).reduce<ReadonlyArray<StepData>>((steps) => {
    const so = then(from, ...steps)
    const there = scopeOf(making, so)
    return there === null ? steps : [...steps, ...oneStep(making, so, there, n)]
  }, [])
