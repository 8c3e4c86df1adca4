/**
 * Writes of rows selected by any query, with computed values; writes whose lists repeat a key or have one that doesn't
 * exist; and reads of everything before and after a write.
 *
 * @since 0.2.0
 */
import type { Json } from '../../value/Value.js'
import type { Scope } from '../../expression/Scope.js'
import type { Model, ModelColumn } from '../../schema/Schema.js'
import type { Call, Plain } from '../case/Case.js'
import {
  all,
  then,
  type ExpressionData,
  type QuerysetData,
  type StepData,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { smallNumber } from './arithmetic.js'
import { changeOf, distinctKeys, rowsFor, setFor, writeOf } from './changes.js'
import { condition } from './conditions.js'
import { apart, correlated, facingSome } from './facing.js'
import { limited } from './limits.js'
import { mutateOf } from './mutations.js'
import { aggregateOf, someKey, modelFor, scopeOf, someOf } from './parts.js'
import { rowsBySteps } from './pipelines.js'
import { atom, columnAt, constant, constantOf, toMany, type Making } from './predicates.js'
import { rowsWith } from './searches.js'
import { chance, pick, pickOf, shuffled, times, weighted } from './Tape.js'
import { plainColumns, read, scopeOfModel, type Theme, write } from './Theme.js'

/** Some rows of a model, selected by related rows, subqueries, counts, or any steps. */
const reached = (making: Making, model: Model, scope: Scope): QuerysetData => {
  const { tape, world } = making
  const from = all(model.name)
  const n = world.rows[model.name]?.length ?? 0
  const filter = (predicate: ReturnType<typeof atom>): QuerysetData =>
    then(from, { _tag: 'filter', predicate })
  return weighted<() => QuerysetData>(tape, [
    [2, () => filter(condition(making, scope))],
    [2, () => filter(apart(making, scope))],
    [1, () => filter(facingSome(making, scope))],
    [2, () => filter(correlated(making, scope))],
    [4, () => rowsBySteps(making, model.name, 1 + tape.next(3))],
    [
      2,
      () => {
        const way = pickOf(tape, toMany(scope))
        const x =
          way === null || scope.columns.has('x')
            ? null
            : aggregateOf(making, way.scope, 'x', { over: 'row', relation: way.path })
        if (x === null || x.kind === 'json') return filter(atom(making, scope))
        const made = then(from, { _tag: 'annotate', columns: [x] })
        const there = scopeOf(making, made)
        const kept: ReadonlyArray<StepData> =
          there === null
            ? []
            : [{ _tag: 'filter', predicate: atom(making, there, { path: ['x'], kind: x.kind }) }]
        return then(made, ...kept, ...(chance(tape, 30) ? [someOf(tape, n)] : []))
      },
    ],
  ])()
}

/** Columns that can get any value of their kind. */
const settable = (model: Model): ReadonlyArray<ModelColumn> =>
  plainColumns(model).filter((column) => !column.unique && !limited(column))

/** The new value of a column: another column, an increment, a changed text, or a case. */
const newValue = (making: Making, model: Model, scope: Scope, column: ModelColumn): ExpressionData => {
  const { tape } = making
  const { name, kind } = column
  const own = columnAt([name])
  const given = constant(kind, constantOf(making, kind))
  const like = pickOf(
    tape,
    settable(model).filter((each) => each.kind === kind && each.name !== name),
  )
  const changed = ((): ExpressionData => {
    const call = (of: string, ...args: ReadonlyArray<ExpressionData>): ExpressionData => ({
      _tag: 'call',
      name: of,
      args,
    })
    switch (kind) {
      case 'int':
      case 'decimal':
        return call(pick(tape, ['add', 'sub', 'neg'] as const), own, constant(kind, smallNumber(tape, kind)))
      case 'text':
        return pick<ExpressionData>(tape, [
          call('concat', own, constant('text', 'z')),
          call('upper', own),
          call('concat', constant('text', 'z'), own),
        ])
      case 'boolean':
        return { _tag: 'test', predicate: atom(making, scope) }
      default:
        return own
    }
  })()
  const neg =
    changed._tag === 'call' && changed.name === 'neg'
      ? { ...changed, args: changed.args.slice(0, 1) }
      : changed
  return weighted<ExpressionData>(tape, [
    [3, like === null ? neg : columnAt([like.name])],
    [3, neg],
    [2, { _tag: 'case', branches: [{ when: atom(making, scope), then: given }], otherwise: own }],
    [1, { _tag: 'call', name: 'coalesce', args: [own, given] }],
    [1, given],
  ])
}

/** Columns with their new values. Two columns of one kind may be swapped. */
const computedFor = (making: Making, model: Model, scope: Scope): ReadonlyArray<TypedColumn> => {
  const { tape } = making
  const columns = shuffled(tape, settable(model))
  const typed = (column: ModelColumn, expression: ExpressionData): TypedColumn => ({
    name: column.name,
    kind: column.kind,
    expression: column.nullable
      ? expression
      : {
          _tag: 'call',
          name: 'coalesce',
          args: [expression, constant(column.kind, constantOf(making, column.kind))],
        },
  })
  const [one] = columns
  const two = columns.find((each) => each !== one && each.kind === one?.kind)
  if (one !== undefined && two !== undefined && chance(tape, 40))
    return [typed(one, columnAt([two.name])), typed(two, columnAt([one.name]))]
  return columns
    .slice(0, 1 + tape.next(2))
    .map((column) => typed(column, newValue(making, model, scope, column)))
}

/** An update or a delete of rows selected by any query. @since 0.2.0 */
export const reaching: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const scope = scopeOfModel(making, model.name)
  if (scope === null) return []
  const calls = times(3, (): Plain => {
    const of = reached(making, model, scope)
    const computed = computedFor(making, model, scope)
    const names = new Set(computed.map(({ name }) => name))
    return weighted<() => Plain>(tape, [
      [
        5,
        () => ({
          _tag: 'update',
          of,
          computed,
          set: chance(tape, 30)
            ? Object.fromEntries(Object.entries(setFor(making, model)).filter(([name]) => !names.has(name)))
            : {},
        }),
      ],
      [2, () => ({ _tag: 'update', of, computed: [], set: setFor(making, model) })],
      [3, () => ({ _tag: 'delete', of })],
      [1, () => ({ _tag: 'mutate', mutations: [{ _tag: 'update', of, set: computed, expect: null }] })],
      [1, () => ({ _tag: 'mutate', mutations: [{ _tag: 'delete', of, expect: null }] })],
    ])()
  })
  return calls
}

/** A list with one of its items repeated: at the start, in the middle or at the end. */
const again = <T>({ tape }: Making, list: ReadonlyArray<T>, other: (one: T) => T): ReadonlyArray<T> => {
  const one = pickOf(tape, list)
  return one === null ? list : shuffled(tape, [...list, other(one)])
}

/** Writes with a repeated key, with keys that don't exist, with nothing, or without a change. @since 0.2.0 */
export const repeating: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const keys = (): ReadonlyArray<Json> => distinctKeys(making, model, 1 + tape.next(3))
  const absent = (list: ReadonlyArray<Json>): ReadonlyArray<Json> =>
    chance(tape, 40) ? shuffled(tape, [...list, someKey(making, model)]) : list
  const changes = absent([...new Set(keys())]).map((key) => ({ key, set: setFor(making, model) }))
  const relation = pickOf(
    tape,
    [...model.relations.values()].filter(({ many }) => many),
  )
  const target = world.schema.models.get(relation?.target ?? '')
  const rows = rowsFor(making, model, 2, false)
  const calls: ReadonlyArray<Plain> = [
    write(
      {
        _tag: 'update',
        model: model.name,
        changes: again(making, changes, ({ key }) => ({ key, set: setFor(making, model) })),
      },
      true,
    ),
    {
      _tag: 'updateBulk',
      of: all(model.name),
      changes: again(
        making,
        keys().map((key) => [key, setFor(making, model)] as const),
        ([key]) => [key, setFor(making, model)] as const,
      ),
    },
    write({ _tag: 'create', model: model.name, rows: again(making, rows, (row) => row) }, true),
    ...(relation === null || target === undefined
      ? []
      : [
          {
            _tag: 'relate',
            of: rowsWith(model, model.primaryKey, someKey(making, model)),
            relation: relation.name,
            how: pick(tape, ['add', 'set', 'remove'] as const),
            keys: again(making, distinctKeys(making, target, 1 + tape.next(2)), (key) => key),
          } as const,
        ]),
    write({ _tag: 'delete', model: model.name, keys: again(making, absent(keys()), (key) => key) }, true),
  ]
  return shuffled(tape, calls).slice(0, 4)
}

/** All rows of all models, and some joined rows, before and after a write of any kind. @since 0.2.0 */
export const aftermath: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const relation = pickOf(tape, [...model.relations.values()])
  const along: ReadonlyArray<Call> =
    relation === null
      ? []
      : [
          read(
            then(
              all(model.name),
              relation.many
                ? { _tag: 'prefetchRelated', relation: relation.name, query: all(relation.target) }
                : { _tag: 'selectRelated', path: [relation.name] },
            ),
          ),
        ]
  const kind = pick(tape, ['toArray', 'count', 'getPks', 'whole', 'toArray'] as const)
  const everything = shuffled(
    tape,
    [...world.schema.models.values()].filter(({ name }) => models.includes(name)),
  )
    .slice(0, 3)
    .map(({ name }) => read(all(name), kind))
  const row = pickOf(tape, world.rows[model.name] ?? [])
  const key = row?.[model.primaryKey] ?? null
  const change = weighted<() => Plain>(tape, [
    [5, () => changeOf(making, models)],
    [2, () => mutateOf(making, model)],
    [3, () => ({ _tag: 'delete', of: rowsWith(model, model.primaryKey, key) })],
    [
      3,
      () => ({
        _tag: 'atomic',
        writes: times(1 + tape.next(2), () => writeOf(making, model)),
        undone: chance(tape, 30) ? [writeOf(making, model)] : [],
        fails: chance(tape, 50),
        ...(chance(tape, 40) ? { reads: [all(model.name)] } : {}),
      }),
    ],
  ])()
  return [...along, ...everything, change, ...everything, ...along]
}
