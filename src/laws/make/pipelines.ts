/**
 * Reads of any steps in any order, each by several terminals, whose answers must agree. And reads at the edges: of no
 * row, of one row, and of rows beyond the end.
 *
 * @since 0.2.0
 */
import type { Scope } from '../../expression/Scope.js'
import type { ReadCall, Terminal } from '../case/Case.js'
import { all, then, type QuerysetData, type StepData, type TypedColumn } from '../case/QuerysetData.js'
import { oneStep } from './chains.js'
import { condition } from './conditions.js'
import { aggregateOf, someKey, modelFor, orderKeyOf, someOrder, scopeOf, someOf } from './parts.js'
import { atom, columnAt, columnOf, constant, negated, type ScopedColumn, type Making } from './predicates.js'
import { scopeOfModel } from './Theme.js'
import { chance, pick, pickOf, shuffled, times, weighted } from './Tape.js'

/** A step after which the rows are still those of the model. */
const stepOfRows = (making: Making, from: QuerysetData, scope: Scope, n: number): ReadonlyArray<StepData> => {
  const { tape } = making
  const other = (): QuerysetData =>
    then(
      from,
      ...(chance(tape, 75) ? [{ _tag: 'filter', predicate: atom(making, scope) } as const] : []),
      ...(chance(tape, 30) ? [someOrder(making, scope)] : []),
      ...(chance(tape, 30) ? [someOf(tape, n)] : []),
    )
  return weighted<() => ReadonlyArray<StepData>>(tape, [
    [4, () => [{ _tag: 'filter', predicate: condition(making, scope) }]],
    [2, () => [{ _tag: 'filter', predicate: negated(condition(making, scope)) }]],
    [4, () => [someOrder(making, scope)]],
    [4, () => [someOf(tape, n)]],
    [2, () => [{ _tag: 'reverse' }]],
    [2, () => [{ _tag: 'distinct' }]],
    [
      2,
      () => {
        const found = columnOf(making, scope, (kind) => kind !== 'json')
        return found === null ? [] : [{ _tag: 'distinctOn', keys: [columnAt(found.path)] }]
      },
    ],
    [2, () => [{ _tag: pick(tape, ['union', 'intersection', 'difference'] as const), others: [other()] }]],
    [2, () => [{ _tag: pick(tape, ['and', 'or', 'xor'] as const), other: other() }]],
  ])()
}

/** Steps after which the rows are still those of the model. @since 0.2.0 */
export const rowsBySteps = (making: Making, model: string, n: number): QuerysetData => {
  const from = all(model)
  const size = making.world.rows[model]?.length ?? 0
  return times(n, (i) => i).reduce<QuerysetData>((so) => {
    const scope = scopeOf(making, so)
    return scope === null ? so : then(so, ...stepOfRows(making, from, scope, size))
  }, from)
}

/** Any steps. Most leave the rows those of a model, and some make other rows of them. */
const anySteps = (making: Making, model: string): QuerysetData => {
  const { tape } = making
  const n = making.world.rows[model]?.length ?? 0
  const rows = rowsBySteps(making, model, 1 + tape.next(4))
  return times(tape.next(3), (i) => i).reduce<QuerysetData>((so) => {
    const scope = scopeOf(making, so)
    return scope === null ? so : then(so, ...oneStep(making, so, scope, n))
  }, rows)
}

/** Every terminal. */
const endsOf = (making: Making, model: string, of: QuerysetData): ReadonlyArray<Terminal> => {
  const { tape, world } = making
  const scope = scopeOf(making, of)
  const own = world.schema.models.get(model)
  const ofRows: ReadonlyArray<Terminal> =
    scope === null || scope.model === null || own === undefined
      ? []
      : [
          { _tag: 'getPks' },
          { _tag: 'contains', key: someKey(making, own) },
          { _tag: 'inBulk', keys: times(3, () => someKey(making, own)) },
        ]
  const sums =
    scope === null
      ? []
      : times(2, (i) => aggregateOf(making, scope, `g${String(i)}`, { over: 'group', relation: [] })).flatMap(
          (each) => (each === null ? [] : [each]),
        )
  return [
    { _tag: 'whole' },
    { _tag: 'toArray' },
    { _tag: 'count' },
    { _tag: 'exists' },
    { _tag: 'first' },
    { _tag: 'last' },
    { _tag: 'list' },
    { _tag: 'page' },
    { _tag: 'get' },
    { _tag: 'stream', size: 1 + tape.next(3) },
    ...ofRows,
    ...(sums.length === 0 ? [] : ([{ _tag: 'aggregate', aggregates: sums }] as const)),
  ]
}

/** Any steps, each queryset read by a few terminals. @since 0.2.0 */
export const pipelinesOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const model = modelFor(making, models).name
  return times(3, () => anySteps(making, model)).flatMap((of) =>
    shuffled(making.tape, endsOf(making, model, of))
      .slice(0, 3)
      .map((terminal): ReadCall => ({ _tag: 'read', of, terminal })),
  )
}

/** Slices of no row, of one row, of all rows, or from the end on, by every terminal. @since 0.2.0 */
export const edgesOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const scope = scopeOfModel(making, model.name)
  const n = world.rows[model.name]?.length ?? 0
  const pk = model.columns.get(model.primaryKey)
  if (scope === null || pk === undefined) return []
  const from = all(model.name)
  const key = columnAt([pk.name])
  const having = (value: ReturnType<typeof someKey>): StepData => ({
    _tag: 'filter',
    predicate: { _tag: 'lookup', name: 'exact', left: key, right: [constant(pk.kind, value)] },
  })
  const order = someOrder(making, scope)
  const parts = shuffled<ReadonlyArray<StepData>>(tape, [
    [{ _tag: 'filter', predicate: { _tag: 'or', any: [] } }],
    [having(someKey(making, model))],
    [order, { _tag: 'slice', start: n, stop: null }],
    [order, { _tag: 'slice', start: n, stop: n + 2 }],
    [order, { _tag: 'slice', start: Math.max(0, n - 1), stop: n + 3 }],
    [order, { _tag: 'slice', start: 0, stop: n }],
    [order, { _tag: 'slice', start: 1, stop: 3 }, { _tag: 'slice', start: 1, stop: 9 }],
    [order, { _tag: 'slice', start: 1, stop: 2 }, { _tag: 'slice', start: 2, stop: null }],
    [{ _tag: 'slice', start: 0, stop: 0 }],
    [order, { _tag: 'reverse' }, { _tag: 'slice', start: 0, stop: 1 }],
    [order, { _tag: 'slice', start: 0, stop: 2 }, { _tag: 'reverse' }],
    [order, { _tag: 'slice', start: 0, stop: 2 }, { _tag: 'filter', predicate: atom(making, scope) }],
    [order, { _tag: 'slice', start: 0, stop: 2 }, someOrder(making, scope)],
  ]).slice(0, 4)
  return parts.flatMap((steps) => {
    const of = then(from, ...steps)
    return shuffled(tape, endsOf(making, model.name, of))
      .slice(0, 3)
      .map((terminal): ReadCall => ({ _tag: 'read', of, terminal }))
  })
}

/** A queryset in which something occurs twice: its rows, a column, and the number of its rows. */
interface Repeated {
  readonly making: Making
  readonly from: QuerysetData
  readonly scope: Scope
  readonly found: ScopedColumn
  readonly n: number
}

type Ideas = ReadonlyArray<ReadonlyArray<StepData>>

/** Rows that are sorted or reversed twice. */
const sortedTwice = ({ making, scope, found, n }: Repeated): Ideas => {
  const { tape } = making
  const key = orderKeyOf(making, found)
  const turned = { ...key, direction: key.direction === 'asc' ? 'desc' : 'asc' } as const
  const also = someOrder(making, scope)
  const order = (...keys: ReadonlyArray<typeof key>): StepData => ({ _tag: 'orderBy', keys })
  const part = someOf(tape, n)
  const at = columnAt(found.path)
  const other = columnAt(columnOf(making, scope)?.path ?? found.path)
  return [
    [order(key, turned)],
    [order(key, key), part],
    [also, order(key)],
    [order(key), also, part],
    [order(key), also, { _tag: 'reverse' }],
    [order(key), { _tag: 'reverse' }, { _tag: 'reverse' }, part],
    [{ _tag: 'reverse' }, order(key), part],
    [order({ ...key, expression: constant('int', 1) }, turned)],
    [
      order({
        ...key,
        expression: { _tag: 'test', predicate: atom(making, scope) },
      }),
    ],
    [order(key), { _tag: 'distinctOn', keys: [at] }, { _tag: 'distinctOn', keys: [other] }],
    [order(turned), { _tag: 'distinctOn', keys: [at] }, also],
    [order(key), part, order(turned), someOf(tape, n)],
  ]
}

/** Columns that are selected or grouped by twice, and repeated steps. */
const doneTwice = ({ making, from, scope, found, n }: Repeated): Ideas => {
  const { tape } = making
  const at = columnAt(found.path)
  const typed = (name: string): TypedColumn => ({ name, kind: found.kind, expression: at })
  const filter: StepData = { _tag: 'filter', predicate: atom(making, scope, found) }
  const part = someOf(tape, n)
  return [
    [{ _tag: 'values', form: 'record', columns: [typed('a'), typed('b')] }, { _tag: 'distinct' }],
    [{ _tag: 'groupBy', keys: [typed('a'), typed('b')], aggregates: [] }],
    [{ _tag: 'distinctOn', keys: [at, at] }],
    [filter, filter],
    [filter, { _tag: 'union', others: [then(from, filter), from] }],
    [{ _tag: 'difference', others: [then(from, filter), then(from, filter)] }],
    [filter, { _tag: 'xor', other: then(from, filter) }],
    [{ _tag: 'distinct' }, { _tag: 'distinct' }, part],
    [
      { _tag: 'values', form: 'record', columns: [typed('a'), ...(chance(tape, 50) ? [typed('c')] : [])] },
      {
        _tag: 'values',
        form: 'record',
        columns: [{ name: 'b', kind: found.kind, expression: columnAt(['a']) }],
      },
    ],
  ]
}

/**
 * The same thing twice in one query: a column is selected, sorted, grouped or distinct by twice, or a step is repeated.
 *
 * @since 0.2.0
 */
export const repeatsOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const model = modelFor(making, models).name
  const scope = scopeOfModel(making, model)
  const n = world.rows[model]?.length ?? 0
  const found = scope === null ? null : columnOf(making, scope, (kind) => kind !== 'json')
  if (scope === null || found === null) return []
  const from = all(model)
  const repeated: Repeated = { making, from, scope, found, n }
  return shuffled(tape, [...sortedTwice(repeated), ...doneTwice(repeated)])
    .slice(0, 7)
    .map((steps): ReadCall => {
      const of = then(from, ...steps)
      return {
        _tag: 'read',
        of,
        terminal: chance(tape, 55)
          ? { _tag: 'toArray' }
          : (pickOf(tape, endsOf(making, model, of)) ?? { _tag: 'count' }),
      }
    })
}
