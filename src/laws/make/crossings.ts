/**
 * Combined querysets with different sources: several models, sides that differ by a constant, a grouped side, and
 * combinations of combinations.
 *
 * @since 0.2.0
 */
import type { Scope } from '../../expression/Scope.js'
import type { ReadCall, Terminal } from '../case/Case.js'
import { all, then, type QuerysetData, type StepData, type TypedColumn } from '../case/QuerysetData.js'
import { aggregateOf, modelFor, someOrder, scopeOf, someOf } from './parts.js'
import { atom, columnAt, columnOf, constant, type Making } from './predicates.js'
import { scopeOfModel } from './Theme.js'
import { chance, pick, pickOf, times } from './Tape.js'

const sets = ['union', 'difference', 'intersection', 'union', 'difference'] as const

interface Side {
  readonly model: string
  readonly scope: Scope
}

const names = ['a', 'b', 'c'] as const

/** The columns of one side, of the given kinds. */
const columnsOf = (
  making: Making,
  { scope }: Side,
  wanted: ReadonlyArray<TypedColumn>,
  n: number,
): ReadonlyArray<TypedColumn> | null => {
  const { tape } = making
  const made = wanted.map((one): TypedColumn | null => {
    if (one.expression._tag === 'const') {
      // Each side usually has a constant of its own.
      return { ...one, expression: constant('int', chance(tape, 70) ? n : 0) }
    }
    const found = columnOf(making, scope, (kind) => kind === one.kind)
    return found === null ? null : { ...one, expression: columnAt(found.path) }
  })
  const columns = made.flatMap((each) => (each === null ? [] : [each]))
  if (columns.length < wanted.length) return null
  return columns
}

/** One side: some rows of a model, projected or grouped. */
const sideOf = (
  making: Making,
  side: Side,
  wanted: ReadonlyArray<TypedColumn>,
  n: number,
): QuerysetData | null => {
  const { tape, world } = making
  const columns = columnsOf(making, side, wanted, n)
  if (columns === null) return null
  const size = world.rows[side.model]?.length ?? 0
  const before: ReadonlyArray<StepData> = [
    ...(chance(tape, 45) ? [{ _tag: 'filter', predicate: atom(making, side.scope) } as const] : []),
    ...(chance(tape, 25) ? [someOrder(making, side.scope)] : []),
    ...(chance(tape, 25) ? [someOf(tape, size)] : []),
  ]
  const projection: ReadonlyArray<StepData> =
    chance(tape, 20) && columns.every(({ expression }) => expression._tag === 'column')
      ? [{ _tag: 'groupBy', keys: columns, aggregates: [] }]
      : [
          { _tag: 'values', form: 'record', columns },
          ...(chance(tape, 15) ? [{ _tag: 'distinct' } as const] : []),
        ]
  const of = then(all(side.model), ...before, ...projection)
  const there = scopeOf(making, of)
  return there === null || !chance(tape, 25)
    ? of
    : then(of, ...(chance(tape, 50) ? [someOrder(making, there)] : []), someOf(tape, size))
}

/** Combined sides, and combinations of these. The result is filtered, sorted, sliced and aggregated. */
const crossing = (making: Making, sides: ReadonlyArray<Side>): ReadCall | null => {
  const { tape } = making
  const [first, ...others] = sides
  if (first === undefined) return null
  const kinds = times(pick(tape, [1, 2, 2, 3] as const), (i): TypedColumn | null => {
    const found = columnOf(making, first.scope)
    return found === null
      ? null
      : { name: names[i] ?? 'a', kind: found.kind, expression: columnAt(found.path) }
  }).flatMap((each) => (each === null ? [] : [each]))
  const wanted: ReadonlyArray<TypedColumn> = chance(tape, 25)
    ? [...kinds, { name: 'side', kind: 'int', expression: constant('int', 0) }]
    : kinds
  const base = sideOf(making, first, wanted, 0)
  const rest = (n: number): QuerysetData | null => {
    const side = pickOf(tape, others.length > 0 && chance(tape, 75) ? others : [first])
    return side === null ? null : (sideOf(making, side, wanted, n) ?? sideOf(making, first, wanted, n))
  }
  const nested = (n: number): QuerysetData | null => {
    const [one, two] = [rest(n), rest(n + 1)]
    return one === null || two === null ? one : then(one, { _tag: pick(tape, sets), others: [two] })
  }
  const more = times(pick(tape, [1, 1, 2] as const), (i) =>
    chance(tape, 35) ? nested(i + 1) : rest(i + 1),
  ).flatMap((each) => (each === null ? [] : [each]))
  if (base === null || more.length === 0) return null
  const again = chance(tape, 35) ? rest(7) : null
  const of = then(
    base,
    { _tag: pick(tape, sets), others: more },
    ...(again === null ? [] : [{ _tag: pick(tape, sets), others: [again] } as const]),
  )
  const there = scopeOf(making, of)
  if (there === null) return null
  const one = aggregateOf(making, there, 'g', { over: 'group', relation: [] })
  return {
    _tag: 'read',
    of: then(
      of,
      ...(chance(tape, 25) ? [{ _tag: 'filter', predicate: atom(making, there) } as const] : []),
      ...(chance(tape, 35) ? [someOrder(making, there)] : []),
      ...(chance(tape, 30) ? [someOf(tape, 4)] : []),
    ),
    terminal: pick<Terminal>(tape, [
      { _tag: 'toArray' },
      { _tag: 'whole' },
      { _tag: 'toArray' },
      { _tag: 'count' },
      one === null ? { _tag: 'exists' } : { _tag: 'aggregate', aggregates: [one] },
      { _tag: 'first' },
    ]),
  }
}

/** Combined querysets with different sources. @since 0.2.0 */
export const crossingsOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { world } = making
  const first = modelFor(making, models).name
  const sides = [first, ...[...world.schema.models.keys()].filter((name) => name !== first)].flatMap(
    (model): ReadonlyArray<Side> => {
      const scope = scopeOfModel(making, model)
      return scope === null || world.schema.models.get(model)?.implicit === true ? [] : [{ model, scope }]
    },
  )
  return times(5, () => crossing(making, sides)).flatMap((each) => (each === null ? [] : [each]))
}
