/**
 * Conditions and columns that refer to the outer row: subqueries with another answer for each row, columns of the same
 * name inside and outside, related rows that are compared with the outer row, and two conditions on related rows.
 *
 * @since 0.2.0
 */
import type { Json, Row } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import { modelOf, type Scope } from '../../expression/Scope.js'
import type { Model, ModelRelation } from '../../schema/Schema.js'
import {
  atom,
  columnAt,
  columnOf,
  constant,
  negated,
  toMany,
  type ScopedColumn,
  type Making,
} from './predicates.js'
import {
  all,
  then,
  type PredicateData,
  type ExpressionData,
  type QuerysetData,
  type StepData,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { scopeOfModel } from './Theme.js'
import { chance, pick, pickOf, shuffled } from './Tape.js'

/** A column of the outer row. @since 0.2.0 */
export const outer = (path: ReadonlyArray<string>, level = 1): ExpressionData => ({
  _tag: 'column',
  path,
  level,
})

const own = (scope: Scope): ReadonlyArray<ScopedColumn> =>
  [...scope.columns].map(([name, { kind, target }]) => {
    const key = scope.schema.models.get(target ?? '')?.primaryKey
    return { path: scope.model === null || key === undefined ? [name] : [name, key], kind }
  })

/**
 * A column inside and one outside of the same kind. They usually have the same name, if there are such columns.
 *
 * @since 0.2.0
 */
export const facing = (
  making: Making,
  inner: Scope,
  around: Scope,
): readonly [ScopedColumn, ScopedColumn] | null => {
  const { tape } = making
  const both = own(inner).flatMap((a) =>
    own(around).flatMap((b) => (a.kind === b.kind && a.kind !== 'json' ? [[a, b] as const] : [])),
  )
  // A column of a row that the outer row points to.
  const beyond = chance(tape, 15) ? columnOf(making, around, (kind) => kind !== 'json') : null
  const like =
    beyond === null
      ? undefined
      : pickOf(
          tape,
          own(inner).filter(({ kind }) => kind === beyond.kind),
        )
  if (beyond !== null && like !== undefined && like !== null) return [like, beyond]
  const namesakes = both.filter(([a, b]) => a.path[0] === b.path[0])
  return pickOf(tape, namesakes.length > 0 && chance(tape, 45) ? namesakes : both)
}

/** The foreign key between two models, from the side of the first. */
const linkOf = (inner: Scope, around: Scope): PredicateData | null => {
  const [column] = [...inner.columns].filter(([, { target }]) => target !== null && target === around.model)
  const key = modelOf(around)?.primaryKey
  if (column !== undefined && key !== undefined)
    return { _tag: 'lookup', name: 'exact', left: columnAt([column[0], key]), right: [outer([key])] }
  const [back] = [...around.columns].filter(([, { target }]) => target !== null && target === inner.model)
  const innerKey = modelOf(inner)?.primaryKey
  return back === undefined || innerKey === undefined
    ? null
    : { _tag: 'lookup', name: 'exact', left: columnAt([innerKey]), right: [outer([back[0], innerKey])] }
}

const comparing: ReadonlyArray<LookupName> = ['exact', 'lt', 'gt', 'lte', 'gte']

/** A condition of a subquery on the outer row. */
const spoken = (making: Making, inner: Scope, around: Scope): PredicateData => {
  const { tape } = making
  const link = linkOf(inner, around)
  const pair = facing(making, inner, around)
  if (link !== null && (pair === null || chance(tape, 55))) return link
  if (pair === null) return atom(making, inner)
  const [a, b] = pair
  const queryset: PredicateData = {
    _tag: 'lookup',
    name: pick(tape, ['exact', 'exact', ...comparing] as const),
    left: columnAt(a.path),
    right: [outer(b.path)],
  }
  return chance(tape, 15) ? negated(queryset) : queryset
}

/** The model of a subquery. It is usually related to the model of the outer rows. @since 0.2.0 */
export const modelWithin = (making: Making, around: Scope): Scope | null => {
  const { tape, world } = making
  const named = [...world.schema.models.values()].filter(({ implicit }) => !implicit)
  const near = named.filter(({ name }) => {
    const scope = scopeOfModel(making, name)
    return scope !== null && linkOf(scope, around) !== null
  })
  const model = pickOf(tape, near.length > 0 && chance(tape, 60) ? near : named)
  return model === null ? null : scopeOfModel(making, model.name)
}

/** A queryset, sorted and sliced. @since 0.2.0 */
export const part = (
  making: Making,
  scope: Scope,
  steps: ReadonlyArray<StepData>,
  percent = 55,
): ReadonlyArray<StepData> => {
  const { tape } = making
  const found = chance(tape, percent) ? columnOf(making, scope, (kind) => kind !== 'json') : null
  const start = pick(tape, [0, 1, 0, 2] as const)
  return found === null
    ? steps
    : [
        ...steps,
        {
          _tag: 'orderBy',
          keys: [
            {
              expression: columnAt(found.path),
              direction: pick(tape, ['desc', 'asc'] as const),
              nulls: pick(tape, ['first', 'last'] as const),
            },
          ],
        },
        { _tag: 'slice', start, stop: pick(tape, [start + 1, start, start + 2, null] as const) },
      ]
}

/** The rows of another model that belong to the outer row: filtered, sorted and sliced. @since 0.2.0 */
export const rowsWithin = (making: Making, inner: Scope, around: Scope, percent: number): QuerysetData => {
  const { tape } = making
  const queryset = spoken(making, inner, around)
  const predicate: PredicateData = chance(tape, 30)
    ? pick<PredicateData>(tape, [
        { _tag: 'and', all: [queryset, atom(making, inner)] },
        { _tag: 'or', any: [queryset, atom(making, inner)] },
        { _tag: 'and', all: [atom(making, inner), queryset] },
      ])
    : queryset
  const steps = part(making, inner, [{ _tag: 'filter', predicate }], percent)
  const more: ReadonlyArray<StepData> = chance(tape, 88)
    ? []
    : pick<ReadonlyArray<StepData>>(tape, [
        [{ _tag: 'distinct' }],
        [{ _tag: 'filter', predicate: atom(making, inner) }],
        [
          {
            _tag: 'union',
            others: [then(all(inner.model ?? ''), { _tag: 'filter', predicate: atom(making, inner) })],
          },
        ],
        [{ _tag: 'reverse' }],
      ])
  return then(all(inner.model ?? ''), ...steps, ...more)
}

/** The values of one column. @since 0.2.0 */
export const flat = (query: QuerysetData, { path, kind }: ScopedColumn): QuerysetData =>
  then(query, { _tag: 'values', form: 'flat', columns: [{ name: 'a', kind, expression: columnAt(path) }] })

/** The first value of the rows that belong to the outer row. @since 0.2.0 */
export const correlatedColumn = (making: Making, scope: Scope, name: string): TypedColumn | null => {
  const inner = modelWithin(making, scope)
  const column = inner === null ? null : columnOf(making, inner, (kind) => kind !== 'json')
  return inner === null || column === null
    ? null
    : {
        name,
        kind: column.kind,
        expression: { _tag: 'subquery', query: flat(rowsWithin(making, inner, scope, 75), column) },
      }
}

/** Whether the outer row has such rows, or whether a value is among theirs. @since 0.2.0 */
export const correlated = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const inner = modelWithin(making, scope)
  if (inner === null) return atom(making, scope)
  const query = rowsWithin(making, inner, scope, 30)
  const pair = facing(making, inner, scope)
  const deeper = chance(tape, 20) ? modelWithin(making, inner) : null
  // A subquery in a subquery that refers to the outermost row.
  const twice = deeper === null ? null : facing(making, deeper, scope)
  const nested: QuerysetData =
    deeper === null || twice === null
      ? query
      : then(query, {
          _tag: 'filter',
          predicate: {
            _tag: 'exists',
            query: then(all(deeper.model ?? ''), {
              _tag: 'filter',
              predicate: {
                _tag: 'lookup',
                name: pick(tape, ['exact', 'lt', 'gt'] as const),
                left: columnAt(twice[0].path),
                right: [outer(twice[1].path, 2)],
              },
            }),
          },
        })
  const test: PredicateData =
    pair === null || chance(tape, 60)
      ? { _tag: 'exists', query: nested }
      : { _tag: 'inQuery', left: columnAt(pair[1].path), query: flat(nested, pair[0]) }
  return chance(tape, 35) ? negated(test) : test
}

/** Related rows compared with the row that they belong to. @since 0.2.0 */
export const facingSome = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const way = pickOf(tape, toMany(scope))
  const pair = way === null ? null : facing(making, way.scope, scope)
  if (way === null || pair === null) return atom(making, scope)
  const queryset: PredicateData = {
    _tag: 'lookup',
    name: pick(tape, ['exact', ...comparing] as const),
    left: columnAt(pair[0].path),
    right: [outer(pair[1].path)],
  }
  const predicate: PredicateData = chance(tape, 30)
    ? { _tag: 'and', all: [queryset, atom(making, way.scope)] }
    : queryset
  const some: PredicateData = {
    _tag: 'some',
    level: 0,
    relation: way.path,
    predicate: chance(tape, 20) ? negated(predicate) : predicate,
  }
  return chance(tape, 25) ? negated(some) : some
}

/** A to-many relation, and at least two related rows of one row. */
const siblingsOf = (making: Making, model: Model, relation: ModelRelation): readonly [Row, Row] | null => {
  const { world } = making
  const { via, target } = relation
  const there = world.rows[target] ?? []
  const groups = (world.rows[model.name] ?? []).map((row) => {
    const key = row[model.primaryKey]
    if (via._tag === 'reverse') return there.filter((each) => each[via.column] === key)
    if (via._tag !== 'through') return []
    const pk = world.schema.models.get(target)?.primaryKey ?? ''
    const keys = (world.rows[via.model] ?? [])
      .filter((each) => each[via.near] === key)
      .map((each) => each[via.far])
    return there.filter((each) => keys.includes(each[pk]))
  })
  const [one, two] = shuffled(
    making.tape,
    pickOf(
      making.tape,
      groups.filter((rows) => rows.length > 1),
    ) ?? [],
  )
  return one === undefined || two === undefined ? null : [one, two]
}

/** A condition that a row meets by one of its values. */
const metBy = (
  making: Making,
  model: Model,
  row: Row,
  others: ReadonlyArray<string>,
): readonly [string, PredicateData] | null => {
  const { tape } = making
  const column = pickOf(
    tape,
    [...model.columns.values()].filter(
      ({ name, kind, target }) => !others.includes(name) && kind !== 'json' && target === null,
    ),
  )
  if (column === null) return null
  const value: Json = row[column.name] ?? null
  const left = columnAt([column.name])
  return [
    column.name,
    value === null
      ? { _tag: 'lookup', name: 'isnull', left, right: [] }
      : {
          _tag: 'lookup',
          name: pick(tape, ['exact', 'exact', 'gte', 'lte', 'in'] as const),
          left,
          right: [constant(column.kind, value)],
        },
  ]
}

/**
 * Two conditions on related rows: on the same row or on different ones, with or without `not`. If possible, different
 * related rows of a row meet them.
 *
 * @since 0.2.0
 */
export const apart = (making: Making, scope: Scope): PredicateData => {
  const { tape, world } = making
  const model = modelOf(scope)
  const relation = pickOf(
    tape,
    [...(model?.relations.values() ?? [])].filter(({ many }) => many),
  )
  const target = world.schema.models.get(relation?.target ?? '')
  const there = relation === null ? null : scopeOfModel(making, relation.target)
  if (model === null || relation === null || target === undefined || there === null)
    return atom(making, scope)
  const pair = siblingsOf(making, model, relation)
  const first = pair === null ? null : metBy(making, target, pair[0], [])
  const second = pair === null ? null : metBy(making, target, pair[1], first === null ? [] : [first[0]])
  const [one, two] = [first?.[1] ?? atom(making, there), second?.[1] ?? atom(making, there)]
  const some = (predicate: PredicateData): PredicateData => ({
    _tag: 'some',
    level: 0,
    relation: [relation.name],
    predicate,
  })
  return pick<PredicateData>(tape, [
    { _tag: 'and', all: [some(one), some(two)] },
    some({ _tag: 'and', all: [one, two] }),
    { _tag: 'and', all: [some(one), negated(some(two))] },
    some({ _tag: 'and', all: [one, negated(two)] }),
    { _tag: 'or', any: [some(one), some(two)] },
    negated({ _tag: 'and', all: [some(one), some(two)] }),
    negated(some({ _tag: 'and', all: [one, two] })),
    { _tag: 'and', all: [some(one), negated(some(negated(two)))] },
    some({ _tag: 'or', any: [{ _tag: 'and', all: [one, two] }, atom(making, there)] }),
  ])
}
