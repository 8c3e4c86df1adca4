/**
 * Subqueries in every place: as an operand of a comparison or a function, as a member of a list, in a case, as a sort
 * key, and with an aggregate, groups or combined rows inside.
 *
 * @since 0.2.0
 */
import type { Kind } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import type { Scope } from '../../expression/Scope.js'
import type { ReadCall, Terminal } from '../case/Case.js'
import {
  all,
  then,
  type PredicateData,
  type ExpressionData,
  type QuerysetData,
  type StepData,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { flat, modelWithin, outer, facing, rowsWithin } from './facing.js'
import { aggregateOf, modelFor, someOrder, someOf } from './parts.js'
import {
  atom,
  columnAt,
  columnOf,
  constant,
  constantOf,
  negated,
  type ScopedColumn,
  type Making,
} from './predicates.js'
import { testsOf } from './searches.js'
import { counting } from './shapes.js'
import { scopeOfModel } from './Theme.js'
import { chance, pick, pickOf, times } from './Tape.js'

interface Valued {
  readonly kind: Kind
  readonly expression: ExpressionData
}

/** One value of the rows that belong to the outer row: that of the first, or an aggregate. */
const valueWithin = (making: Making, scope: Scope, fits: (kind: Kind) => boolean): Valued | null => {
  const { tape } = making
  const inner = modelWithin(making, scope)
  if (inner === null) return null
  const rows = rowsWithin(making, inner, scope, 45)
  const one = chance(tape, 50) ? aggregateOf(making, inner, 'a', { over: 'group', relation: [] }) : null
  if (one !== null && fits(one.kind))
    return {
      kind: one.kind,
      expression: {
        _tag: 'subquery',
        query: then(rows, { _tag: 'groupBy', keys: [], aggregates: [one] }),
      },
    }
  const column = columnOf(making, inner, (kind) => kind !== 'json' && fits(kind))
  return column === null
    ? null
    : { kind: column.kind, expression: { _tag: 'subquery', query: flat(rows, column) } }
}

const comparing: ReadonlyArray<LookupName> = ['exact', 'gt', 'lt', 'gte', 'lte']

/** A comparison with a subquery on one side, or in its list. */
const compared = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const value = valueWithin(making, scope, () => true)
  if (value === null) return atom(making, scope)
  const { kind, expression } = value
  const found = columnOf(making, scope, (each) => each === kind)
  const other = (): ExpressionData =>
    found !== null && chance(tape, 60) ? columnAt(found.path) : constant(kind, constantOf(making, kind))
  const name = pick(tape, ['exact', ...comparing] as const)
  return pick<PredicateData>(tape, [
    { _tag: 'lookup', name, left: other(), right: [expression] },
    { _tag: 'lookup', name, left: expression, right: [other()] },
    {
      _tag: 'lookup',
      name: 'in',
      left: other(),
      right: [constant(kind, constantOf(making, kind)), expression],
    },
    { _tag: 'lookup', name: 'isnull', left: expression, right: [] },
    {
      _tag: 'lookup',
      name: 'range',
      left: other(),
      right: [expression, constant(kind, constantOf(making, kind))],
    },
    negated({ _tag: 'lookup', name, left: other(), right: [expression] }),
  ])
}

/** A column of rows that are grouped, combined, distinct or sliced. */
const columnWithin = (making: Making, inner: Scope, column: ScopedColumn, n: number): QuerysetData => {
  const { tape } = making
  const from = all(inner.model ?? '')
  const filter = (): StepData => ({ _tag: 'filter', predicate: atom(making, inner) })
  const key: TypedColumn = { name: 'k', kind: column.kind, expression: columnAt(column.path) }
  const groups = then(from, ...(chance(tape, 30) ? [filter()] : []), {
    _tag: 'groupBy',
    keys: [key],
    aggregates: [{ name: 'n', kind: 'int', expression: counting }],
  })
  const kept: StepData = {
    _tag: 'filter',
    predicate: {
      _tag: 'lookup',
      name: pick(tape, ['gt', 'exact', 'gte'] as const),
      left: columnAt(['n']),
      right: [constant('int', 1 + tape.next(2))],
    },
  }
  const k: ScopedColumn = { path: ['k'], kind: column.kind }
  return pick<() => QuerysetData>(tape, [
    () => flat(then(groups, kept), k),
    () =>
      flat(
        then(
          groups,
          { _tag: 'orderBy', keys: [{ expression: columnAt(['n']), direction: 'desc', nulls: 'last' }] },
          { _tag: 'slice', start: 0, stop: 1 + tape.next(2) },
        ),
        k,
      ),
    () =>
      then(flat(then(from, filter()), column), {
        _tag: pick(tape, ['union', 'difference', 'intersection'] as const),
        others: [flat(then(from, filter()), column)],
      }),
    () =>
      flat(
        then(
          from,
          filter(),
          chance(tape, 50)
            ? { _tag: pick(tape, ['union', 'difference'] as const), others: [then(from, filter())] }
            : { _tag: pick(tape, ['or', 'and', 'xor'] as const), other: then(from, filter()) },
        ),
        column,
      ),
    () => then(flat(then(from, someOrder(making, inner), someOf(tape, n)), column), { _tag: 'distinct' }),
    () => flat(then(from, { _tag: 'distinctOn', keys: [columnAt(column.path)] }, someOf(tape, n)), column),
    () => flat(then(from, someOrder(making, inner), { _tag: 'reverse' }, someOf(tape, n)), column),
  ])()
}

/** A column that must be among the values of such rows, or not. */
const among = (making: Making, scope: Scope): PredicateData => {
  const { tape, world } = making
  const found = columnOf(making, scope, (kind) => kind !== 'json')
  const inner = modelWithin(making, scope)
  const like =
    inner === null || found === null ? null : columnOf(making, inner, (kind) => kind === found.kind)
  if (found === null || inner === null || like === null) return compared(making, scope)
  const query = columnWithin(making, inner, like, world.rows[inner.model ?? '']?.length ?? 0)
  const left: ExpressionData = chance(tape, 15)
    ? constant(found.kind, constantOf(making, found.kind))
    : columnAt(found.path)
  const test: PredicateData = chance(tape, 80) ? { _tag: 'inQuery', left, query } : { _tag: 'exists', query }
  return chance(tape, 40) ? negated(test) : test
}

/** A subquery in a subquery. Each refers to the one around it. */
const chainOf = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const first = modelWithin(making, scope)
  const second = first === null ? null : modelWithin(making, first)
  const [one, two] = [
    first === null ? null : facing(making, first, scope),
    first === null || second === null ? null : facing(making, second, first),
  ]
  if (first === null || second === null || one === null || two === null) return compared(making, scope)
  const linked = (pair: readonly [ScopedColumn, ScopedColumn], level: number): StepData => ({
    _tag: 'filter',
    predicate: {
      _tag: 'lookup',
      name: pick(tape, ['exact', 'exact', 'lte', 'gt'] as const),
      left: columnAt(pair[0].path),
      right: [outer(pair[1].path, level)],
    },
  })
  const innermost = then(all(second.model ?? ''), linked(two, 1))
  const has: PredicateData = { _tag: 'exists', query: innermost }
  const test: PredicateData = {
    _tag: 'exists',
    query: then(all(first.model ?? ''), linked(one, 1), {
      _tag: 'filter',
      predicate: chance(tape, 40) ? negated(has) : has,
    }),
  }
  return chance(tape, 40) ? negated(test) : test
}

/** A column with a subquery in a function, in a case, or alone. */
const columnFrom = (making: Making, scope: Scope, name: string): TypedColumn | null => {
  const { tape } = making
  const value = valueWithin(making, scope, () => true)
  if (value === null) return null
  const { kind, expression } = value
  const found = columnOf(making, scope, (each) => each === kind)
  const other: ExpressionData =
    found === null ? constant(kind, constantOf(making, kind)) : columnAt(found.path)
  return {
    name,
    kind,
    expression: pick<ExpressionData>(tape, [
      expression,
      { _tag: 'call', name: 'coalesce', args: [expression, other] },
      { _tag: 'call', name: 'coalesce', args: [other, expression] },
      { _tag: 'case', branches: [{ when: atom(making, scope), then: expression }], otherwise: other },
      { _tag: 'case', branches: [{ when: compared(making, scope), then: other }], otherwise: expression },
    ]),
  }
}

const ends = [
  { _tag: 'toArray' },
  { _tag: 'whole' },
  { _tag: 'count' },
  { _tag: 'exists' },
  { _tag: 'last' },
] as const satisfies ReadonlyArray<Terminal>

/** Subqueries in every place. @since 0.2.0 */
export const subqueriesOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const model = modelFor(making, models).name
  const scope = scopeOfModel(making, model)
  if (scope === null) return []
  const from = all(model)
  const n = world.rows[model]?.length ?? 0
  const read = (of: QuerysetData, terminal: Terminal = { _tag: 'toArray' }): ReadCall => ({
    _tag: 'read',
    of,
    terminal,
  })
  const columns = times(4, (i) => columnFrom(making, scope, `c${String(i)}`)).flatMap((each) =>
    each === null ? [] : [each],
  )
  const key = columnFrom(making, scope, 'x')
  const filter = (predicate: PredicateData): StepData => ({ _tag: 'filter', predicate })
  return [
    read(then(from, testsOf(times(8, (i) => (i % 4 === 0 ? compared : among)(making, scope))))),
    read(then(from, testsOf(times(3, () => chainOf(making, scope))))),
    read(then(from, filter(among(making, scope))), pickOf(tape, ends) ?? { _tag: 'toArray' }),
    read(then(from, filter(compared(making, scope)), ...(chance(tape, 40) ? [someOf(tape, n)] : []))),
    ...(columns.length === 0 ? [] : [read(then(from, { _tag: 'values', form: 'record', columns }))]),
    ...(key === null || key.kind === 'json'
      ? []
      : [
          read(
            then(
              from,
              {
                _tag: 'orderBy',
                keys: [
                  {
                    expression: key.expression,
                    direction: pick(tape, ['desc', 'asc'] as const),
                    nulls: pick(tape, ['last', 'first'] as const),
                  },
                ],
              },
              ...(chance(tape, 50) ? [someOf(tape, n)] : []),
            ),
          ),
          read(
            then(from, {
              _tag: 'groupBy',
              keys: [{ ...key, name: 'k' }],
              aggregates: [{ name: 'n', kind: 'int', expression: counting }],
            }),
          ),
        ]),
  ]
}
