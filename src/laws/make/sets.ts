/**
 * Combinations of two or three querysets, each with its own filter, order and slice. The result is filtered, sorted and
 * sliced again.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { modelScope, type Scope } from '../../expression/Scope.js'
import type { ReadCall, Terminal } from '../case/Case.js'
import { condition } from './conditions.js'
import { atom, columnAt, columnOf, type Making } from './predicates.js'
import { aggregateOf, someKey, modelFor, someOrder, scopeOf, someOf } from './parts.js'
import { all, then, type QuerysetData, type StepData, type TypedColumn } from '../case/QuerysetData.js'
import { chance, pick, times, weighted } from './Tape.js'

/** One side: some rows with an order and a slice of their own, or all rows. */
const side = (making: Making, scope: Scope, n: number): ReadonlyArray<StepData> => {
  const { tape } = making
  return [
    ...(chance(tape, 60)
      ? [
          {
            _tag: 'filter',
            predicate: chance(tape, 75) ? atom(making, scope) : condition(making, scope),
          } as const,
        ]
      : []),
    ...(chance(tape, 35) ? [someOrder(making, scope)] : []),
    ...(chance(tape, 35) ? [someOf(tape, n)] : []),
    ...(chance(tape, 8) ? [{ _tag: 'reverse' } as const] : []),
  ]
}

const names = ['union', 'difference', 'intersection', 'union'] as const

/** One or two steps that combine sides. A side may be a combination itself. */
const combination = (
  making: Making,
  from: QuerysetData,
  scope: Scope,
  n: number,
  end: ReadonlyArray<StepData>,
): ReadonlyArray<StepData> => {
  const { tape } = making
  const part = (): QuerysetData => then(from, ...side(making, scope, n), ...end)
  const nested = (): QuerysetData => then(part(), { _tag: pick(tape, names), others: [part()] })
  const others = times(pick(tape, [1, 1, 2] as const), () => (chance(tape, 15) ? nested() : part()))
  const again: ReadonlyArray<StepData> = chance(tape, 25)
    ? [{ _tag: pick(tape, names), others: [part()] }]
    : []
  return [...side(making, scope, n), ...end, { _tag: pick(tape, names), others }, ...again]
}

/** Steps after the combination. */
const afterwards = (making: Making, scope: Scope, n: number): ReadonlyArray<StepData> => {
  const { tape } = making
  return [
    ...(chance(tape, 25) ? [{ _tag: 'filter', predicate: atom(making, scope) } as const] : []),
    ...(chance(tape, 45) ? [someOrder(making, scope)] : []),
    ...(chance(tape, 12) ? [{ _tag: 'reverse' } as const] : []),
    ...(chance(tape, 40) ? [someOf(tape, n)] : []),
    ...(chance(tape, 12) ? [{ _tag: 'distinct' } as const] : []),
    ...(chance(tape, 10) ? [{ _tag: 'filter', predicate: atom(making, scope) } as const] : []),
  ]
}

/** Combined rows, or values, of several querysets. @since 0.2.0 */
export const setsOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const found = modelScope(world.schema, model.name)
  if (E.isLeft(found)) return []
  const scope = found.right
  const from = all(model.name)
  const n = world.rows[model.name]?.length ?? 0
  const terminal = (rows: boolean): Terminal =>
    weighted<() => Terminal>(tape, [
      [5, () => ({ _tag: 'whole' })],
      [3, () => ({ _tag: 'toArray' })],
      [1, () => ({ _tag: 'first' })],
      [1, () => ({ _tag: 'exists' })],
      [rows ? 1 : 0, () => ({ _tag: 'contains', key: someKey(making, model) })],
      [rows ? 1 : 0, () => ({ _tag: 'inBulk', keys: times(3, () => someKey(making, model)) })],
      [
        rows ? 1 : 0,
        () => {
          const one = aggregateOf(making, scope, 'g', { over: 'group', relation: [] })
          return one === null ? { _tag: 'count' } : { _tag: 'aggregate', aggregates: [one] }
        },
      ],
    ])()
  const ofRows = (): ReadCall => ({
    _tag: 'read',
    of: then(from, ...combination(making, from, scope, n, []), ...afterwards(making, scope, n)),
    terminal: terminal(true),
  })
  const ofValues = (): ReadCall => {
    const columns = times(pick(tape, [1, 2] as const), (i): TypedColumn | null => {
      const column = columnOf(making, scope)
      return column === null
        ? null
        : { name: i === 0 ? 'a' : 'b', kind: column.kind, expression: columnAt(column.path) }
    }).flatMap((each) => (each === null ? [] : [each]))
    const values: ReadonlyArray<StepData> =
      columns.length === 0
        ? []
        : [
            { _tag: 'values', form: 'record', columns },
            ...(chance(tape, 15) ? [{ _tag: 'distinct' } as const] : []),
          ]
    const there = scopeOf(making, then(from, ...values)) ?? scope
    return {
      _tag: 'read',
      of: then(from, ...combination(making, from, scope, n, values), ...afterwards(making, there, n)),
      terminal: terminal(false),
    }
  }
  const logical = (): ReadCall => ({
    _tag: 'read',
    of: then(
      from,
      ...side(making, scope, n),
      { _tag: pick(tape, ['and', 'or', 'xor'] as const), other: then(from, ...side(making, scope, n)) },
      ...afterwards(making, scope, n),
    ),
    terminal: terminal(true),
  })
  return [ofRows(), ofRows(), ofValues(), ofValues(), logical()]
}
