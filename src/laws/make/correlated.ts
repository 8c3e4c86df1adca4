/**
 * Reads that depend on the outer row: subqueries with another answer for each row, conditions on related rows, and
 * several relations at once.
 *
 * @since 0.2.0
 */
import { type Scope } from '../../expression/Scope.js'
import type { Model, ModelRelation } from '../../schema/Schema.js'
import type { ReadCall } from '../case/Case.js'
import { apart, correlated, correlatedColumn, facing, facingSome, outer } from './facing.js'
import { atom, columnAt, toMany, type Making } from './predicates.js'
import { aggregateOf, modelFor, someOrder, sliceOf } from './parts.js'
import { testsOf } from './searches.js'
import { all, then, type PredicateData, type StepData, type TypedColumn } from '../case/QuerysetData.js'
import { read, scopeOfModel } from './Theme.js'
import { chance, pick, pickOf, shuffled, times, weighted } from './Tape.js'

/** A model with relations, if there is one. */
const modelAround = (making: Making, models: ReadonlyArray<string>): Model => {
  const having = [...making.world.schema.models.values()].filter(
    ({ name, relations, implicit }) =>
      models.includes(name) && !implicit && [...relations.values()].some(({ many }) => many),
  )
  return (chance(making.tape, 60) ? pickOf(making.tape, having) : null) ?? modelFor(making, models)
}

/** Subqueries with another answer for each row: as conditions, as columns, as sort keys. @since 0.2.0 */
export const correlations = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape } = making
  const model = modelAround(making, models)
  const scope = scopeOfModel(making, model.name)
  if (scope === null) return []
  const columns = times(4, (i) => correlatedColumn(making, scope, `c${String(i)}`)).flatMap((each) =>
    each === null ? [] : [each],
  )
  const key = correlatedColumn(making, scope, 'x')
  return [
    read(then(all(model.name), testsOf(times(6, () => correlated(making, scope))))),
    ...(columns.length === 0
      ? []
      : [read(then(all(model.name), { _tag: 'values', form: 'record', columns }))]),
    read(
      then(all(model.name), { _tag: 'filter', predicate: correlated(making, scope) }),
      chance(tape, 50) ? 'whole' : 'toArray',
    ),
    ...(key === null
      ? []
      : [
          read(
            then(all(model.name), {
              _tag: 'orderBy',
              keys: [
                {
                  expression: key.expression,
                  direction: pick(tape, ['asc', 'desc'] as const),
                  nulls: pick(tape, ['last', 'first'] as const),
                },
              ],
            }),
          ),
        ]),
  ]
}

/** Conditions on related rows: one or two of them, and comparisons with the outer row. @since 0.2.0 */
export const relatedTests = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape } = making
  const model = modelAround(making, models)
  const scope = scopeOfModel(making, model.name)
  if (scope === null || toMany(scope).length === 0) return []
  const way = pickOf(tape, toMany(scope))
  const pair = way === null ? null : facing(making, way.scope, scope)
  // The number of related rows that resemble the outer row.
  const counted: ReadonlyArray<TypedColumn> =
    way === null
      ? []
      : times(3, (i) => {
          const made = aggregateOf(making, way.scope, `n${String(i)}`, { over: 'row', relation: way.path })
          return made?.expression._tag === 'aggregate' && pair !== null
            ? [
                {
                  ...made,
                  expression: {
                    ...made.expression,
                    filter: {
                      _tag: 'lookup' as const,
                      name: pick(tape, ['exact', 'lt', 'gte'] as const),
                      left: columnAt(pair[0].path),
                      right: [outer(pair[1].path)],
                    },
                  },
                },
              ]
            : []
        }).flat()
  return [
    read(then(all(model.name), testsOf(times(7, (i) => (i % 3 === 2 ? facingSome : apart)(making, scope))))),
    read(then(all(model.name), { _tag: 'filter', predicate: apart(making, scope) }), 'whole'),
    read(
      then(
        all(model.name),
        { _tag: 'filter', predicate: apart(making, scope) },
        { _tag: 'filter', predicate: apart(making, scope) },
      ),
    ),
    ...(counted.length === 0
      ? []
      : [read(then(all(model.name), { _tag: 'values', form: 'record', columns: counted }))]),
  ]
}

/** Some of the related rows, in an order. */
const along = (making: Making, relation: ModelRelation): StepData => {
  const { tape } = making
  if (!relation.many) return { _tag: 'selectRelated', path: [relation.name] }
  const scope = scopeOfModel(making, relation.target)
  const n = making.world.rows[relation.target]?.length ?? 0
  const steps: ReadonlyArray<StepData> =
    scope === null
      ? []
      : [
          ...(chance(tape, 35) ? [{ _tag: 'filter', predicate: atom(making, scope) } as const] : []),
          ...(chance(tape, 50) ? [someOrder(making, scope)] : []),
          ...(chance(tape, 35) ? [sliceOf(tape, Math.min(2, n))] : []),
          ...(chance(tape, 12) ? [{ _tag: 'reverse' } as const] : []),
        ]
  return { _tag: 'prefetchRelated', relation: relation.name, query: then(all(relation.target), ...steps) }
}

/**
 * Several relations at once, with few fields, or sorted by related rows. The rows have several parents.
 *
 * @since 0.2.0
 */
export const together = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const having = [...world.schema.models.values()].filter(
    ({ name, relations, implicit }) => models.includes(name) && !implicit && relations.size > 0,
  )
  const most = Math.max(0, ...having.map(({ relations }) => relations.size))
  const model = pickOf(
    tape,
    chance(tape, 60) ? having.filter(({ relations }) => relations.size === most) : having,
  )
  const scope = model === null ? null : scopeOfModel(making, model.name)
  if (model === null || scope === null) return []
  const n = world.rows[model.name]?.length ?? 0
  const fields = (): StepData => ({
    _tag: 'only',
    fields: [...model.columns.values()]
      .filter(
        ({ name, target }) =>
          name === model.primaryKey || (target !== null ? chance(tape, 80) : chance(tape, 40)),
      )
      .map(({ name }) => name),
  })
  return times(4, () => {
    const relations = shuffled(tape, [...model.relations.values()]).slice(0, pick(tape, [2, 3, 1] as const))
    return read(
      then(
        all(model.name),
        ...(chance(tape, 30)
          ? [
              {
                _tag: 'filter',
                predicate: weighted<(m: Making, s: Scope) => PredicateData>(tape, [
                  [2, atom],
                  [1, apart],
                ])(making, scope),
              } as const,
            ]
          : []),
        ...(chance(tape, 20) ? [fields()] : []),
        ...relations.map((relation) => along(making, relation)),
        ...(chance(tape, 35) ? [someOrder(making, scope)] : []),
        ...(chance(tape, 25) ? [sliceOf(tape, n)] : []),
      ),
    )
  })
}
