/**
 * Reads with aggregates in every place: over the related rows of a group, over other aggregates, in a condition on
 * groups, as a sort key.
 *
 * @since 0.2.0
 */
import type { Scope } from '../../expression/Scope.js'
import { type ReadCall, type Terminal, readCall } from '../case/Case.js'
import { all, then, type QuerysetData, type StepData, type TypedColumn } from '../case/QuerysetData.js'
import { computedFrom } from './computed.js'
import { aggregateOf, modelFor, orderKeyOf, scopeOf, someOf } from './parts.js'
import { atom, columnAt, columnOf, toMany, type ScopedColumn, type Making } from './predicates.js'
import { counting } from './shapes.js'
import { scopeOfModel } from './Theme.js'
import { chance, pick, pickOf, times } from './Tape.js'

const present = <T>(list: ReadonlyArray<T | null>): ReadonlyArray<T> =>
  list.flatMap((each) => (each === null ? [] : [each]))

const ofGroup = { over: 'group', relation: [] } as const

/** An aggregate over all related rows of the rows of a group. */
const overRelation = (making: Making, scope: Scope, name: string): TypedColumn | null => {
  const way = pickOf(making.tape, toMany(scope))
  return way === null ? null : aggregateOf(making, way.scope, name, { over: 'group', relation: way.path })
}

/** Aggregates of a group: of its rows, and of their related rows. */
const severalOf = (making: Making, scope: Scope, n: number): ReadonlyArray<TypedColumn> =>
  present(
    times(n, (i) => {
      const name = `g${String(i)}`
      return (
        (chance(making.tape, 45) ? overRelation(making, scope, name) : null) ??
        aggregateOf(making, scope, name, ofGroup)
      )
    }),
  )

/** A group key: a column, usually with few values, or an expression of one. */
const keyFor = (making: Making, scope: Scope, name: string): TypedColumn | null => {
  const { tape } = making
  const found = columnOf(making, scope, (kind) => kind !== 'json')
  if (found === null) return null
  return chance(tape, 35)
    ? computedFrom(making, scope, name, found)
    : { name, kind: found.kind, expression: columnAt(found.path) }
}

const foundOf = ({ name, kind }: TypedColumn): ScopedColumn => ({ path: [name], kind })

/** Steps after grouping: a condition on an aggregate, an order by it, a slice. */
const havingOf = (
  making: Making,
  of: QuerysetData,
  made: ReadonlyArray<TypedColumn>,
  n: number,
): QuerysetData => {
  const { tape } = making
  const scope = scopeOf(making, of)
  const one = pickOf(
    tape,
    made.filter(({ kind }) => kind !== 'json'),
  )
  if (scope === null || one === null) return of
  return then(
    of,
    ...(chance(tape, 50) ? [{ _tag: 'filter', predicate: atom(making, scope, foundOf(one)) } as const] : []),
    ...(chance(tape, 50) ? [{ _tag: 'orderBy', keys: [orderKeyOf(making, foundOf(one))] } as const] : []),
    ...(chance(tape, 35) ? [someOf(tape, n)] : []),
  )
}

/** Steps before grouping: a condition, a slice, `distinct`, a combination of querysets. */
const beforeGroups = (making: Making, model: string, scope: Scope, n: number): ReadonlyArray<StepData> => {
  const { tape } = making
  const filter = (): StepData => ({ _tag: 'filter', predicate: atom(making, scope) })
  return pick<() => ReadonlyArray<StepData>>(tape, [
    () => [],
    () => [filter()],
    () => [someOf(tape, n)],
    () => {
      const found = columnOf(making, scope, (kind) => kind !== 'json')
      return found === null ? [] : [{ _tag: 'orderBy', keys: [orderKeyOf(making, found)] }, someOf(tape, n)]
    },
    () => [
      filter(),
      { _tag: pick(tape, ['union', 'difference'] as const), others: [then(all(model), filter())] },
    ],
    () => {
      const found = columnOf(making, scope, (kind) => kind !== 'json')
      return found === null ? [] : [{ _tag: 'distinctOn', keys: [columnAt(found.path)] }]
    },
  ])()
}

const ends: ReadonlyArray<Terminal> = [
  { _tag: 'toArray' },
  { _tag: 'whole' },
  { _tag: 'count' },
  { _tag: 'exists' },
  { _tag: 'first' },
  { _tag: 'last' },
  { _tag: 'page' },
]

/** Groups, and groups of groups. */
const groupsOf = (making: Making, model: string, scope: Scope, n: number): ReadCall => {
  const { tape } = making
  const keys = present(times(pick(tape, [1, 1, 2] as const), (i) => keyFor(making, scope, `k${String(i)}`)))
  const aggregates = severalOf(making, scope, pick(tape, [1, 2] as const))
  const groups = then(all(model), ...beforeGroups(making, model, scope, n), {
    _tag: 'groupBy',
    keys,
    aggregates,
  })
  const kept = havingOf(making, groups, aggregates, n)
  const there = scopeOf(making, kept)
  if (there === null) return readCall(kept)
  const over = (): ReadonlyArray<TypedColumn> =>
    present([
      { name: 'n', kind: 'int', expression: counting },
      ...times(2, (i) => aggregateOf(making, there, `h${String(i)}`, ofGroup)),
    ])
  return pick<() => ReadCall>(tape, [
    () => readCall(kept, pickOf(tape, ends) ?? { _tag: 'toArray' }),
    () => readCall(kept),
    () => readCall(kept, { _tag: 'aggregate', aggregates: over() }),
    () => {
      const again = keyFor(making, there, 'again')
      return readCall(
        again === null ? kept : then(kept, { _tag: 'groupBy', keys: [again], aggregates: over() }),
      )
    },
    () => {
      const shown = columnOf(making, there)
      return shown === null
        ? readCall(kept)
        : readCall(
            then(
              kept,
              {
                _tag: 'values',
                form: 'record',
                columns: [{ name: 'a', kind: shown.kind, expression: columnAt(shown.path) }],
              },
              { _tag: 'distinct' },
            ),
          )
    },
  ])()
}

/** Rows with aggregates of their related rows, filtered, sorted, grouped and aggregated by these. */
const tallied = (making: Making, model: string, scope: Scope, n: number): ReadonlyArray<ReadCall> => {
  const { tape } = making
  const way = pickOf(tape, toMany(scope))
  const x =
    way === null || scope.columns.has('x')
      ? null
      : aggregateOf(making, way.scope, 'x', { over: 'row', relation: way.path })
  if (x === null || x.kind === 'json') return []
  const steps: ReadonlyArray<StepData> = [{ _tag: 'annotate', columns: [x] }]
  const of = then(all(model), ...steps)
  const there = scopeOf(making, of)
  if (there === null) return []
  const kept = then(of, { _tag: 'filter', predicate: atom(making, there, foundOf(x)) })
  const sorted = then(of, { _tag: 'orderBy', keys: [orderKeyOf(making, foundOf(x))] }, someOf(tape, n))
  const sum = present([
    aggregateOf(making, there, 'g0', ofGroup),
    ...(['max', 'count'] as const).map((name): TypedColumn | null => ({
      name,
      kind: name === 'count' ? 'int' : x.kind,
      expression: { ...counting, name, arg: columnAt(['x']) },
    })),
  ])
  // The order of these two is undefined.
  const summed = x.kind === 'boolean' || x.kind === 'uuid' ? sum.slice(0, 1) : sum
  return [
    readCall(kept, pickOf(tape, ends) ?? { _tag: 'toArray' }),
    readCall(sorted, pickOf(tape, ends) ?? { _tag: 'toArray' }),
    ...(summed.length === 0
      ? []
      : [readCall(pick(tape, [of, kept, sorted] as const), { _tag: 'aggregate', aggregates: summed })]),
    readCall(
      then(of, {
        _tag: 'groupBy',
        keys: [{ name: 'k', kind: x.kind, expression: columnAt(['x']) }],
        aggregates: severalOf(making, scope, 1),
      }),
    ),
  ]
}

/** Aggregates in every place. @since 0.2.0 */
export const rollupsOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const having = models.filter((name) => {
    const scope = scopeOfModel(making, name)
    return scope !== null && world.schema.models.get(name)?.implicit === false && toMany(scope).length > 0
  })
  const model = (chance(tape, 75) ? pickOf(tape, having) : null) ?? modelFor(making, models).name
  const scope = scopeOfModel(making, model)
  if (scope === null) return []
  const n = world.rows[model]?.length ?? 0
  const aggregates = severalOf(making, scope, 3)
  const total: ReadonlyArray<ReadCall> =
    aggregates.length === 0
      ? []
      : [
          readCall(then(all(model), ...beforeGroups(making, model, scope, n)), {
            _tag: 'aggregate',
            aggregates,
          }),
        ]
  return [...total, ...times(3, () => groupsOf(making, model, scope, n)), ...tallied(making, model, scope, n)]
}
