/**
 * Random reads: small querysets, usually of one idea, and terminals for them.
 *
 * @since 0.1.0
 */
import type { Model } from '../../schema/Schema.js'
import type { ReadCall, Terminal } from '../case/Case.js'
import type { Making } from './predicates.js'
import { nodesOf, type QuerysetData, then } from '../case/QuerysetData.js'
import { chance, pick, pickOf, times, weighted } from './Tape.js'
import { aggregateOf, type Idea, someKey, modelFor, scopeOf, tail } from './parts.js'
import {
  annotated,
  besides,
  combined,
  distinguished,
  filtered,
  groupedIdea,
  joined,
  keyed,
  orderedIdea,
  projected,
  relating,
  sideBySide,
  subqueried,
  tallied,
} from './shapes.js'
import { looked, narrowed, swept } from './searches.js'
import { chained, eachOnce, once, reckoned, summed } from './chains.js'

const ideas: ReadonlyArray<readonly [number, Idea]> = [
  [26, filtered],
  [22, swept],
  [13, reckoned],
  [6, summed],
  [18, orderedIdea],
  [12, projected],
  [9, groupedIdea],
  [7, annotated],
  [6, tallied],
  [14, besides],
  [8, combined],
  [5, distinguished],
  [6, joined],
  [3, sideBySide],
  [9, once],
  [8, relating],
  [6, subqueried],
  [3, looked],
  [7, keyed],
  [3, narrowed],
  [14, chained],
  [4, (making, _, scope, n) => tail(making, scope, n, 60)],
]

/** A queryset over a model. @since 0.1.0 */
export const querysetFrom = (making: Making, model: Model): QuerysetData => {
  const from: QuerysetData = { model: model.name, steps: [] }
  const scope = scopeOf(making, from)
  if (scope === null) return from
  const n = making.world.rows[model.name]?.length ?? 0
  const idea = weighted(making.tape, ideas)
  return then(from, ...idea(making, from, scope, n))
}

/** A terminal. @since 0.1.0 */
export const terminalOf = (making: Making, queryset: QuerysetData, model: Model): Terminal => {
  const { tape } = making
  const scope = scopeOf(making, queryset)
  const whole = scope?.model !== null && scope !== null
  // A large queryset is read once.
  if (nodesOf(queryset) > 6 && chance(tape, 85)) return { _tag: 'toArray' }
  const choices: ReadonlyArray<readonly [number, () => Terminal]> = [
    [45, () => ({ _tag: 'whole' })],
    [20, () => ({ _tag: 'toArray' })],
    [5, () => ({ _tag: 'page' })],
    [4, () => ({ _tag: 'count' })],
    [6, () => ({ _tag: 'list' })],
    [4, () => ({ _tag: 'exists' })],
    [4, () => ({ _tag: 'first' })],
    [4, () => ({ _tag: 'last' })],
    [2, () => ({ _tag: 'get' })],
    [4, () => ({ _tag: 'stream', size: pick(tape, [2, 1, 3] as const) })],
    ...(whole
      ? [
          [2, (): Terminal => ({ _tag: 'getPks' })] as const,
          [
            3,
            (): Terminal => ({ _tag: 'inBulk', keys: times(tape.next(4), () => someKey(making, model)) }),
          ] as const,
          [2, (): Terminal => ({ _tag: 'contains', key: someKey(making, model) })] as const,
        ]
      : []),
    ...(scope === null
      ? []
      : [
          [
            9,
            (): Terminal => ({
              _tag: 'aggregate',
              aggregates: times(pick(tape, [1, 2, 3] as const), (i) =>
                aggregateOf(making, scope, `g${String(i)}`, { over: 'group', relation: [] }),
              ).flatMap((each) => (each === null ? [] : [each])),
            }),
          ] as const,
        ]),
  ]
  const terminal = weighted(tape, choices)()
  return terminal._tag === 'aggregate' && terminal.aggregates.length === 0 ? { _tag: 'count' } : terminal
}

/** A read of a model's rows. @since 0.1.0 */
export const readOf = (making: Making, models: ReadonlyArray<string>): ReadCall => {
  const model = modelFor(making, models)
  const of = querysetFrom(making, model)
  return { _tag: 'read', of, terminal: terminalOf(making, of, model) }
}

/**
 * Distinct values of a column in which two values are easily confused, or distinct pairs of two text columns.
 *
 * @since 0.1.0
 */
export const asideOf = (making: Making, models: ReadonlyArray<string>): ReadCall | null => {
  const { tape, world } = making
  const [alike, column] =
    (chance(tape, 70)
      ? pickOf(
          tape,
          [...world.twins].filter(([name]) => models.includes(name)),
        )
      : null) ?? []
  const kind = world.schema.models.get(alike ?? '')?.columns.get(column ?? '')?.kind
  if (alike !== undefined && column !== undefined && kind !== undefined) {
    const from: QuerysetData = { model: alike, steps: [] }
    const scope = scopeOf(making, from)
    const steps = scope === null ? [] : eachOnce(making, from, scope, { path: [column], kind })
    return {
      _tag: 'read',
      of: then(from, ...steps),
      terminal: chance(tape, 70) ? { _tag: 'toArray' } : { _tag: 'count' },
    }
  }
  const model = pickOf(
    tape,
    [...world.schema.models.values()].filter(
      ({ name, columns }) =>
        models.includes(name) &&
        [...columns.values()].filter(({ kind, target }) => kind === 'text' && target === null).length > 1,
    ),
  )
  const from: QuerysetData = { model: model?.name ?? '', steps: [] }
  const scope = model === null ? null : scopeOf(making, from)
  return scope === null
    ? null
    : {
        _tag: 'read',
        of: then(from, ...sideBySide(making, from, scope, 0)),
        terminal: chance(tape, 70) ? { _tag: 'toArray' } : { _tag: 'count' },
      }
}
