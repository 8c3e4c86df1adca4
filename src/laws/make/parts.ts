/**
 * The parts of querysets: slices, orders, columns, aggregates.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind } from '../../value/Value.js'
import { aggregateType } from '../../expression/aggregate.js'
import type { Aggregate, AggregateName, OrderKey } from '../../expression/Expression.js'
import { modelOf, type Scope } from '../../expression/Scope.js'
import type { Model } from '../../schema/Schema.js'
import { isNumber, numberOf } from './arithmetic.js'
import { computedFrom } from './computed.js'
import { condition } from './conditions.js'
import {
  atom,
  columnAt,
  columnOf,
  constant,
  constantOf,
  type ScopedColumn,
  type Making,
  negated,
} from './predicates.js'
import { oddKeys } from './pools.js'
import { querysetOf, type QuerysetData, type StepData, then, type TypedColumn } from '../case/QuerysetData.js'
import { chance, pick, pickOf, type Tape, times } from './Tape.js'

/** @since 0.1.0 */
export const scopeOf = (
  making: { readonly world: Pick<Making['world'], 'schema'> },
  queryset: QuerysetData,
): Scope | null => {
  const { scope } = querysetOf(making.world.schema, queryset)
  return E.isRight(scope) ? scope.right : null
}

/** The models to query. Join models are rare. @since 0.1.0 */
export const modelFor = ({ tape, world }: Making, names: ReadonlyArray<string>): Model => {
  const models = [...world.schema.models.values()].filter(({ name }) => names.includes(name))
  const named = models.filter(({ implicit }) => !implicit)
  // The last one is the model with the relations.
  const [main] = named.slice(-1)
  const chosen =
    main !== undefined && chance(tape, 50) ? main : pickOf(tape, chance(tape, 8) ? models : named)
  return chosen ?? (models[0] as Model)
}

/** A slice at the start, at the end, or near the number of rows. @since 0.1.0 */
export const sliceOf = (tape: Tape, n: number): StepData => {
  const bound = (): number => Math.max(0, pick(tape, [1, 0, 2, n - 1, n, n + 1] as const))
  const start = chance(tape, 45) ? 0 : bound()
  const length = chance(tape, 25) ? null : chance(tape, 3) ? pick(tape, far) : bound()
  return { _tag: 'slice', start, stop: length === null ? null : start + length }
}

/** Bounds beyond the number of rows, or beyond what a client can count. */
const far = [1000, 1_000_000, 2 ** 31, 2 ** 32 + 1] as const

/** A slice that usually has some rows. @since 0.2.0 */
export const someOf = (tape: Tape, n: number): StepData => {
  if (chance(tape, 15)) return sliceOf(tape, n)
  const start = pick(tape, [0, 1, 0, 2, 0, 1] as const)
  const length = pick(tape, [2, 3, n - 1, null, 1, 4] as const)
  return { _tag: 'slice', start, stop: length === null ? null : start + Math.max(1, length) }
}

/** @since 0.1.0 */
export const orderKeyOf = (making: Making, found: ScopedColumn): OrderKey<QuerysetData> => {
  const { tape } = making
  const direction = pick(tape, ['desc', 'asc'] as const)
  const usual = direction === 'asc' ? 'last' : 'first'
  return {
    expression: columnAt(found.path),
    direction,
    nulls: chance(tape, 40) ? pick(tape, ['first', 'last'] as const) : usual,
  }
}

/** One or two sort keys. Each column occurs once. @since 0.1.0 */
export const someOrder = (making: Making, scope: Scope): StepData => {
  const found = times(pick(making.tape, [1, 2, 1, 2, 3] as const), () =>
    columnOf(making, scope, (kind) => kind !== 'json'),
  ).flatMap((each) => (each === null ? [] : [each]))
  const keys = [...new Map(found.map((each) => [each.path.join('.'), each])).values()]
  return {
    _tag: 'orderBy',
    keys: keys.map((each) => {
      const key = orderKeyOf(making, each)
      return chance(making.tape, 12)
        ? { ...key, expression: computedFrom(making, scope, 'key', each).expression }
        : key
    }),
  }
}

/** A column, or an expression of it. */
export const typedOf = (making: Making, scope: Scope, name: string): TypedColumn | null => {
  const found = columnOf(making, scope)
  return found === null
    ? null
    : chance(making.tape, 6)
      ? { name, kind: found.kind, expression: constant(found.kind, constantOf(making, found.kind)) }
      : chance(making.tape, 20)
        ? computedFrom(making, scope, name, found)
        : { name, kind: found.kind, expression: columnAt(found.path) }
}

export const columnsFor = (making: Making, scope: Scope, n: number): ReadonlyArray<TypedColumn> =>
  times(n, (i) =>
    typedOf(making, scope, pick(making.tape, ['a', 'b', 'c'].slice(i) as unknown as readonly [string])),
  )
    .flatMap((each) => (each === null ? [] : [each]))
    .filter((each, i, all) => all.findIndex(({ name }) => name === each.name) === i)

/** An aggregate, over a group or over a relation. @since 0.1.0 */
export const aggregateOf = (
  making: Making,
  scope: Scope,
  name: string,
  over: Pick<Aggregate<QuerysetData>, 'over' | 'relation'>,
): TypedColumn | null => {
  const { tape } = making
  const which = pick(tape, [
    'count',
    'sum',
    'min',
    'max',
    'avg',
    'count',
    'min',
    'max',
    'sum',
    'stddev',
    'variance',
    'avg',
  ] as const)
  const bare = which === 'count' && chance(tape, 50)
  const own = bare ? null : columnOf(making, scope, aggregable(which))
  const found =
    own !== null && isNumber(own.kind) && chance(tape, 12)
      ? numberOf(making, scope, 1)
      : own === null
        ? null
        : { kind: own.kind, expression: columnAt(own.path) }
  if (found === null && which !== 'count') return null
  const kind: Kind | null =
    which === 'count' ? 'int' : (aggregateType(which, found?.kind ?? 'int')?.kind ?? null)
  const spread = which === 'stddev' || which === 'variance'
  if (kind === null) return null
  const withDefault = which !== 'count' && chance(tape, 15)
  return {
    name,
    kind,
    expression: {
      _tag: 'aggregate',
      name: which,
      ...over,
      level: 0,
      arg: found === null ? null : found.expression,
      distinct: found !== null && which !== 'min' && which !== 'max' && chance(tape, spread ? 10 : 25),
      filter: chance(tape, 20) ? atom(making, scope) : null,
      default:
        withDefault && isNumber(kind)
          ? constant(kind, kind === 'decimal' ? pick(tape, ['0', '7'] as const) : pick(tape, [0, 7] as const))
          : null,
      sample: spread && chance(tape, 50),
    },
  }
}

const aggregable = (name: AggregateName): ((kind: Kind) => boolean) =>
  name === 'count'
    ? () => true
    : name === 'min' || name === 'max'
      ? (kind) => kind !== 'boolean' && kind !== 'json' && kind !== 'uuid'
      : isNumber

export const manyOf = (scope: Scope): ReadonlyArray<{ readonly name: string; readonly target: string }> =>
  [...(modelOf(scope)?.relations.values() ?? [])].filter(({ many }) => many)

export const oneOf = (scope: Scope): ReadonlyArray<{ readonly name: string }> =>
  [...(modelOf(scope)?.relations.values() ?? [])].filter(({ many }) => !many)

/** Steps of one idea on all rows of a model. */
export type Idea = (making: Making, from: QuerysetData, scope: Scope, n: number) => ReadonlyArray<StepData>

export const kept = (making: Making, scope: Scope): StepData => ({
  _tag: 'filter',
  predicate: condition(making, scope),
})

/** The rows that a condition leaves out. */
export const left = (making: Making, scope: Scope): StepData => ({
  _tag: 'filter',
  predicate: negated(atom(making, scope)),
})

export const maybe = (tape: Tape, percent: number, step: () => StepData): ReadonlyArray<StepData> =>
  chance(tape, percent) ? [step()] : []

/** A step that can follow any of them. */
export const tail = (making: Making, scope: Scope, n: number, percent: number): ReadonlyArray<StepData> => {
  const { tape } = making
  return [
    ...maybe(tape, percent, () => someOrder(making, scope)),
    ...maybe(tape, 5, () => ({ _tag: 'reverse' })),
    ...maybe(tape, percent / 2, () => sliceOf(tape, n)),
    ...maybe(tape, 4, () => sliceOf(tape, n)),
    ...maybe(tape, 6, () => kept(making, scope)),
  ]
}

export const after = (making: Making, from: QuerysetData, steps: ReadonlyArray<StepData>): Scope | null =>
  scopeOf(making, then(from, ...steps))

/** A key of a model: of an existing row, or not. @since 0.1.0 */
export const someKey = (making: Making, model: Model): Json => {
  const { tape, world } = making
  const there = (world.rows[model.name] ?? []).map((row) => row[model.primaryKey] ?? null)
  const column = model.columns.get(model.primaryKey)
  const odd = column?.kind === 'text' && chance(tape, 12) ? pick(tape, oddKeys) : null
  return odd ?? (chance(tape, 85) ? pickOf(tape, there) : null) ?? constantOf(making, column?.kind ?? 'int')
}
