/**
 * Random reads: querysets that are small and mostly of one idea, and how they are asked.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind } from '../../value/Value.js'
import { aggregateType } from '../../expression/aggregate.js'
import type {
  Aggregate,
  AggregateName,
  LookupName,
  OrderKey,
  Predicate,
} from '../../expression/Expression.js'
import { modelOf, modelScope, type Scope } from '../../expression/Scope.js'
import type { Model } from '../../schema/Schema.js'
import type { Call, Terminal } from '../case/Case.js'
import { isNumber, numberOf } from './arithmetic.js'
import { computedFrom, manyComputed } from './computed.js'
import { condition, special } from './conditions.js'
import {
  atom,
  lookupOf,
  lookupsOf,
  columnAt,
  columnOf,
  constant,
  constantOf,
  negated,
  predicate,
  related,
  window,
  type Found,
  type Making,
} from './predicates.js'
import { kin, mixedOf, oddKeys } from './pools.js'
import { nodesOf, querysetOf, then, type Said, type SaidStep, type Typed } from '../case/Said.js'
import { chance, pick, pickOf, times, weighted, type Tape } from './Tape.js'
import { caseTwinOf, twinOf } from './twin.js'

/** @since 0.1.0 */
export const scopeOf = (
  making: { readonly world: Pick<Making['world'], 'schema'> },
  said: Said,
): Scope | null => {
  const { scope } = querysetOf(making.world.schema, said)
  return E.isRight(scope) ? scope.right : null
}

/** The models that are asked about; those that hold many-to-many rows seldom. @since 0.1.0 */
export const modelFor = ({ tape, world }: Making, names: ReadonlyArray<string>): Model => {
  const models = [...world.schema.models.values()].filter(({ name }) => names.includes(name))
  const named = models.filter(({ implicit }) => !implicit)
  // The last one is that from which relations lead on.
  const [main] = named.slice(-1)
  const chosen =
    main !== undefined && chance(tape, 50) ? main : pickOf(tape, chance(tape, 8) ? models : named)
  return chosen ?? (models[0] as Model)
}

/** A slice from the start, the end, or beside where the rows end. @since 0.1.0 */
export const sliceOf = (tape: Tape, n: number): SaidStep => {
  const bound = (): number => Math.max(0, pick(tape, [1, 0, 2, n - 1, n, n + 1] as const))
  const start = chance(tape, 45) ? 0 : bound()
  const length = chance(tape, 25) ? null : chance(tape, 3) ? pick(tape, far) : bound()
  return { _tag: 'slice', start, stop: length === null ? null : start + length }
}

/** Bounds that are farther than there are rows, or than somebody counts. */
const far = [1000, 1_000_000, 2 ** 31, 2 ** 32 + 1] as const

/** A slice that mostly leaves some. @since 0.2.0 */
export const someOf = (tape: Tape, n: number): SaidStep => {
  if (chance(tape, 15)) return sliceOf(tape, n)
  const start = pick(tape, [0, 1, 0, 2, 0, 1] as const)
  const length = pick(tape, [2, 3, n - 1, null, 1, 4] as const)
  return { _tag: 'slice', start, stop: length === null ? null : start + Math.max(1, length) }
}

/** @since 0.1.0 */
export const orderKeyOf = (making: Making, found: Found): OrderKey<Said> => {
  const { tape } = making
  const direction = pick(tape, ['desc', 'asc'] as const)
  const usual = direction === 'asc' ? 'last' : 'first'
  return {
    expression: columnAt(found.path),
    direction,
    nulls: chance(tape, 40) ? pick(tape, ['first', 'last'] as const) : usual,
  }
}

/** One key, or two; each column once. @since 0.1.0 */
export const orderOf = (making: Making, scope: Scope): SaidStep => {
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

/** A column as it stands, or something made of it. */
const typedOf = (making: Making, scope: Scope, name: string): Typed | null => {
  const found = columnOf(making, scope)
  return found === null
    ? null
    : chance(making.tape, 6)
      ? { name, kind: found.kind, expression: constant(found.kind, constantOf(making, found.kind)) }
      : chance(making.tape, 20)
        ? computedFrom(making, scope, name, found)
        : { name, kind: found.kind, expression: columnAt(found.path) }
}

const columnsFor = (making: Making, scope: Scope, n: number): ReadonlyArray<Typed> =>
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
  over: Pick<Aggregate<Said>, 'over' | 'relation'>,
): Typed | null => {
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

const manyOf = (scope: Scope): ReadonlyArray<{ readonly name: string; readonly target: string }> =>
  [...(modelOf(scope)?.relations.values() ?? [])].filter(({ many }) => many)

const oneOf = (scope: Scope): ReadonlyArray<{ readonly name: string }> =>
  [...(modelOf(scope)?.relations.values() ?? [])].filter(({ many }) => !many)

/** Steps of one idea on all rows of a model. */
type Idea = (making: Making, from: Said, scope: Scope, n: number) => ReadonlyArray<SaidStep>

const kept = (making: Making, scope: Scope): SaidStep => ({
  _tag: 'filter',
  predicate: condition(making, scope),
})

/** What a condition leaves out. */
const left = (making: Making, scope: Scope): SaidStep => ({
  _tag: 'filter',
  predicate: negated(atom(making, scope)),
})

const maybe = (tape: Tape, percent: number, step: () => SaidStep): ReadonlyArray<SaidStep> =>
  chance(tape, percent) ? [step()] : []

/** What may follow any of them. */
const tail = (making: Making, scope: Scope, n: number, percent: number): ReadonlyArray<SaidStep> => {
  const { tape } = making
  return [
    ...maybe(tape, percent, () => orderOf(making, scope)),
    ...maybe(tape, 5, () => ({ _tag: 'reverse' })),
    ...maybe(tape, percent / 2, () => sliceOf(tape, n)),
    ...maybe(tape, 4, () => sliceOf(tape, n)),
    ...maybe(tape, 6, () => kept(making, scope)),
  ]
}

const after = (making: Making, from: Said, steps: ReadonlyArray<SaidStep>): Scope | null =>
  scopeOf(making, then(from, ...steps))

const filtered: Idea = (making, _, scope, n) => [
  kept(making, scope),
  ...maybe(making.tape, 15, () => kept(making, scope)),
  ...maybe(making.tape, 10, () => left(making, scope)),
  ...tail(making, scope, n, 25),
]

const ordered: Idea = (making, _, scope, n) => [
  ...maybe(making.tape, 20, () => kept(making, scope)),
  orderOf(making, scope),
  ...maybe(making.tape, 8, () => ({ _tag: 'reverse' })),
  ...maybe(making.tape, 50, () => sliceOf(making.tape, n)),
]

/** A column of the row, and one of a related row that has the same name. */
const namesakes = (making: Making, scope: Scope): ReadonlyArray<Typed> => {
  const all = [...(modelOf(scope)?.relations.values() ?? [])].flatMap((relation) => {
    const there = relation.many ? null : modelScope(scope.schema, relation.target)
    return there === null || E.isLeft(there)
      ? []
      : [...there.right.columns].flatMap(([name, { kind }]): ReadonlyArray<readonly [Typed, Typed]> => {
          const own = scope.columns.get(name)
          return own === undefined
            ? []
            : [
                [
                  { name: 'a', kind: own.kind, expression: columnAt([name]) },
                  { name: 'b', kind, expression: columnAt([relation.name, name]) },
                ],
              ]
        })
  })
  return pickOf(making.tape, all) ?? []
}

const projected: Idea = (making, from, scope, n) => {
  const { tape } = making
  const first = [
    ...maybe(tape, 15, () => kept(making, scope)),
    ...maybe(tape, 45, () => orderOf(making, scope)),
  ]
  const plain = columnsFor(making, scope, pick(tape, [1, 2, 2, 3] as const))
  const alike = chance(tape, 20) ? namesakes(making, scope) : []
  const columns = alike.length > 0 ? alike : plain
  if (columns.length === 0) return first
  const form = pick(tape, ['record', 'record', 'tuple', 'flat'] as const)
  const steps: ReadonlyArray<SaidStep> = [
    ...first,
    {
      _tag: 'values',
      columns: form === 'flat' ? columns.slice(0, 1) : columns,
      form,
    },
    ...maybe(tape, 60, () => ({ _tag: 'distinct' })),
  ]
  const there = after(making, from, steps)
  return there === null ? steps : [...steps, ...tail(making, there, n, 30)]
}

const annotated: Idea = (making, from, scope, n) => {
  const { tape } = making
  const many = pickOf(tape, manyOf(scope))
  const target = many === null ? null : modelScope(scope.schema, many.target)
  const one =
    many !== null && target !== null && E.isRight(target) && chance(tape, 70)
      ? aggregateOf(making, target.right, 'x', { over: 'row', relation: [many.name] })
      : typedOf(making, scope, 'x')
  if (one === null || scope.columns.has('x')) return filtered(making, from, scope, n)
  const others = manyOf(scope).filter(({ name }) => name !== many?.name)
  const other = pickOf(tape, others.length > 0 ? others : manyOf(scope))
  const second = other === null ? null : modelScope(scope.schema, other.target)
  const two =
    other !== null && second !== null && E.isRight(second) && chance(tape, 65)
      ? aggregateOf(making, second.right, 'y', { over: 'row', relation: [other.name] })
      : null
  const steps: ReadonlyArray<SaidStep> = [
    { _tag: 'annotate', columns: two === null || scope.columns.has('y') ? [one] : [one, two] },
  ]
  const there = after(making, from, steps)
  return there === null
    ? steps
    : [
        ...steps,
        ...maybe(tape, 40, () => ({
          _tag: 'filter',
          predicate: atom(making, there, { path: ['x'], kind: one.kind }),
        })),
        ...tail(making, there, n, 30),
      ]
}

/** What two relations lead to, side by side. */
const tallied: Idea = (making, from, scope, n) => {
  const { tape } = making
  const columns = manyOf(scope)
    .slice(-2)
    .flatMap(({ name, target }, i): ReadonlyArray<Typed> => {
      const there = modelScope(scope.schema, target)
      const column = i === 0 ? 'x' : 'y'
      const over = { over: 'row', relation: [name] } as const
      const made =
        chance(tape, 60) || E.isLeft(there)
          ? { name: column, kind: 'int' as const, expression: { ...counting, ...over } }
          : aggregateOf(making, there.right, column, over)
      return made === null || scope.columns.has(column) ? [] : [made]
    })
  return columns.length < 2
    ? annotated(making, from, scope, n)
    : [chance(tape, 50) ? { _tag: 'annotate', columns } : { _tag: 'values', form: 'record', columns }]
}

const grouped: Idea = (making, from, scope, n) => {
  const { tape } = making
  const first = [...maybe(tape, 20, () => kept(making, scope)), ...maybe(tape, 15, () => sliceOf(tape, n))]
  const keys = columnsFor(making, scope, pick(tape, [1, 1, 1, 2, 0] as const)).map((each, i) => ({
    ...each,
    name: `k${String(i)}`,
  }))
  const aggregates = times(keys.length === 0 ? 1 : pick(tape, [1, 1, 2, 0] as const), (i) =>
    aggregateOf(making, scope, `g${String(i)}`, { over: 'group', relation: [] }),
  ).flatMap((each) => (each === null ? [] : [each]))
  const steps: ReadonlyArray<SaidStep> = [...first, { _tag: 'groupBy', keys, aggregates }]
  const there = after(making, from, steps)
  return there === null ? steps : [...steps, ...tail(making, there, n, 25)]
}

const besides: Idea = (making, from, scope, n) => {
  const { tape } = making
  const first: ReadonlyArray<SaidStep> = maybe(tape, 30, () => ({
    _tag: 'filter',
    predicate: related(making, scope, 1),
  }))
  const one = pickOf(tape, oneOf(scope))
  const many = pickOf(tape, manyOf(scope))
  const given: ReadonlyArray<SaidStep> =
    one !== null && (many === null || chance(tape, 50))
      ? [{ _tag: 'selectRelated', path: [one.name] }]
      : many !== null
        ? [{ _tag: 'prefetchRelated', relation: many.name, query: refined(making, many.target) }]
        : []
  return given.length === 0
    ? filtered(making, from, scope, n)
    : [...first, ...given, ...maybe(tape, 30, () => sliceOf(tape, n)), ...tail(making, scope, n, 35)]
}

const refined = (making: Making, model: string): Said => {
  const there = modelScope(making.world.schema, model)
  const from: Said = { model, steps: [] }
  if (E.isLeft(there)) return from
  const { tape } = making
  return then(
    from,
    ...maybe(tape, 30, () => kept(making, there.right)),
    ...maybe(tape, 40, () => orderOf(making, there.right)),
    ...maybe(tape, 20, () => sliceOf(tape, 2)),
  )
}

const combined: Idea = (making, from, scope, n) => {
  const { tape } = making
  const some = (percent: number): ReadonlyArray<SaidStep> => [
    ...maybe(tape, percent, () => kept(making, scope)),
    ...maybe(tape, 20, () => orderOf(making, scope)),
    ...maybe(tape, 35, () => sliceOf(tape, n)),
  ]
  const side = (): Said => then(from, ...some(70))
  const plain = some(60)
  if (chance(tape, 15)) {
    const single = (): Said => then(from, ...keyed(making, from, scope, n))
    return [...keyed(making, from, scope, n), { _tag: 'union', others: times(2 + tape.next(2), single) }]
  }
  const name = pick(tape, ['union', 'intersection', 'difference'] as const)
  const found = chance(tape, 40) ? columnOf(making, scope) : null
  if (found !== null) {
    // Each side is a part of its own values, which its own order and slice decide.
    const columns: ReadonlyArray<Typed> = [{ name: 'a', kind: found.kind, expression: columnAt(found.path) }]
    const values: SaidStep = { _tag: 'values', form: 'record', columns }
    const part = (): ReadonlyArray<SaidStep> => [...some(40), values]
    const there = after(making, from, [values])
    const others = times(pick(tape, [1, 1, 2] as const), () => then(from, ...part()))
    return [...part(), { _tag: name, others }, ...(there === null ? [] : tail(making, there, n, 25))]
  }
  if (chance(tape, 60))
    return [
      ...plain,
      { _tag: name, others: chance(tape, 40) ? [side(), side()] : [side()] },
      ...tail(making, scope, n, 25),
    ]
  return [
    ...plain,
    { _tag: pick(tape, ['and', 'or', 'xor'] as const), other: side() },
    ...tail(making, scope, n, 25),
  ]
}

/** Columns of text side by side, each pair of values once. */
const sideBySide: Idea = (making, from, scope, n) => {
  const texts = [...scope.columns]
    .filter(([, { kind, target }]) => kind === 'text' && target === null)
    .slice(0, 3)
  const pk = modelOf(scope)?.primaryKey
  const plain = texts.filter(([name]) => name !== pk)
  const chosen = plain.length > 1 ? plain.slice(0, 2) : texts.slice(0, 2)
  if (chosen.length < 2) return projected(making, from, scope, n)
  const columns = chosen.map(([name, { kind }], i): Typed => ({
    name: i === 0 ? 'a' : 'b',
    kind,
    expression: columnAt([name]),
  }))
  return pick<ReadonlyArray<SaidStep>>(making.tape, [
    [{ _tag: 'values', form: 'record', columns }, { _tag: 'distinct' }],
    [{ _tag: 'values', form: 'record', columns }, { _tag: 'distinct' }],
    [{ _tag: 'groupBy', keys: columns, aggregates: [] }],
    [
      { _tag: 'values', form: 'record', columns },
      { _tag: 'union', others: [then(from, { _tag: 'values', form: 'record', columns })] },
    ],
    [{ _tag: 'distinctOn', keys: columns.map(({ expression }) => expression) }],
  ])
}

/** Projections put together. */
const joined: Idea = (making, from, scope, n) => {
  const { tape } = making
  const columns = columnsFor(making, scope, pick(tape, [1, 2] as const))
  if (columns.length === 0) return filtered(making, from, scope, n)
  const [form, shown] =
    columns.length === 1 && chance(tape, 50) ? (['flat', columns] as const) : (['record', columns] as const)
  const side = (): Said =>
    then(from, ...maybe(tape, 70, () => kept(making, scope)), {
      _tag: 'values',
      form,
      columns: shown.map((column) => {
        const other = chance(tape, 40) ? columnOf(making, scope, (kind) => kind === column.kind) : null
        return other === null ? column : { ...column, expression: columnAt(other.path) }
      }),
    })
  const name = pick(tape, ['union', 'intersection', 'union', 'difference'] as const)
  return [
    ...maybe(tape, 50, () => kept(making, scope)),
    { _tag: 'values', form, columns: shown },
    { _tag: name, others: chance(tape, 50) ? [side(), side()] : [side()] },
  ]
}

/** By what related rows are like. */
const relating: Idea = (making, _, scope) => [{ _tag: 'filter', predicate: related(making, scope, 1) }]

const distinguished: Idea = (making, _, scope, n) => {
  const found = columnOf(making, scope)
  return [
    ...maybe(making.tape, 35, () => kept(making, scope)),
    ...maybe(making.tape, 60, () => orderOf(making, scope)),
    {
      _tag: 'distinctOn',
      keys: [found, chance(making.tape, 40) ? columnOf(making, scope) : null].flatMap((each) =>
        each === null ? [] : [columnAt(each.path)],
      ),
    },
    ...maybe(making.tape, 20, () => sliceOf(making.tape, n)),
  ]
}

const subqueried: Idea = (making, from, scope, n) => {
  const { tape, world } = making
  const model = pickOf(
    tape,
    [...world.schema.models.values()].filter(({ implicit }) => !implicit),
  )
  const there = model === null ? null : modelScope(world.schema, model.name)
  if (model === null || there === null || E.isLeft(there)) return filtered(making, from, scope, n)
  const found = columnOf(making, scope)
  const inner = found === null ? null : columnOf(making, there.right, (kind) => kind === found.kind)
  const size = world.rows[model.name]?.length ?? 0
  const base: Said = then(
    { model: model.name, steps: [] },
    ...maybe(tape, 60, () => ({ _tag: 'filter', predicate: atom(making, there.right) })),
    ...maybe(tape, 20, () => orderOf(making, there.right)),
    ...maybe(tape, 25, () => sliceOf(tape, size)),
  )
  const test =
    found === null || inner === null || chance(tape, 30)
      ? ({ _tag: 'exists', query: base } as const)
      : ({
          _tag: 'inQuery',
          left: columnAt(found.path),
          query: then(base, {
            _tag: 'values',
            columns: [{ name: 'a', kind: inner.kind, expression: columnAt(inner.path) }],
            form: 'flat',
          }),
        } as const)
  return [
    { _tag: 'filter', predicate: chance(tape, 45) ? negated(test) : test },
    ...tail(making, scope, n, 15),
  ]
}

/** By primary key. */
const keyed: Idea = (making, _, scope) => {
  const model = modelOf(scope)
  const column = model?.columns.get(model.primaryKey)
  if (model === null || column === undefined) return []
  const predicate: SaidStep = {
    _tag: 'filter',
    predicate: {
      _tag: 'lookup',
      ...(chance(making.tape, 75)
        ? { name: 'exact', right: [constant(column.kind, keyOf(making, model))] }
        : {
            name: 'in',
            right: times(1 + making.tape.next(3), () => constant(column.kind, keyOf(making, model))),
          }),
      left: columnAt([column.name]),
    },
  }
  return [predicate]
}

/** The rows of a model that have a value in a column, or none. @since 0.1.0 */
export const rowsWith = (model: Model, column: string, value: Json): Said => {
  const left = columnAt([column])
  const kind = model.columns.get(column)?.kind ?? 'int'
  return then(
    { model: model.name, steps: [] },
    {
      _tag: 'filter',
      predicate:
        value === null
          ? { _tag: 'lookup', name: 'isnull', left, right: [] }
          : { _tag: 'lookup', name: 'exact', left, right: [constant(kind, value)] },
    },
  )
}

/** With the first value of another queryset. */
const looked: Idea = (making, from, scope, n) => {
  const { tape, world } = making
  const model = pickOf(
    tape,
    [...world.schema.models.values()].filter(({ implicit }) => !implicit),
  )
  const there = model === null ? null : modelScope(world.schema, model.name)
  const column = there === null || E.isLeft(there) ? null : columnOf(making, there.right)
  if (model === null || there === null || E.isLeft(there) || column === null)
    return filtered(making, from, scope, n)
  const query: Said = then(
    { model: model.name, steps: [] },
    ...maybe(tape, 50, () => kept(making, there.right)),
    orderOf(making, there.right),
    ...maybe(tape, 30, () => sliceOf(tape, n)),
    {
      _tag: 'values',
      form: 'flat',
      columns: [{ name: 'a', kind: column.kind, expression: columnAt(column.path) }],
    },
  )
  return [
    {
      _tag: 'values',
      form: 'record',
      columns: [{ name: 'a', kind: column.kind, expression: { _tag: 'subquery', query } }],
    },
  ]
}

const narrowed: Idea = (making, _, scope, n) => {
  const model = modelOf(scope)
  const fields =
    model === null
      ? []
      : [...model.columns.keys()].filter((name) => name === model.primaryKey || chance(making.tape, 50))
  return [{ _tag: 'only', fields }, ...tail(making, scope, n, 40)]
}

/** Many conditions at once, each by itself: as columns that say whether it holds, or an odd number of them. */
const swept: Idea = (making, _, scope) => {
  const { tape } = making
  if (chance(tape, 24))
    return [
      testsOf(
        times(8 + tape.next(5), () => (chance(tape, 20) ? betweenPatterns(tape) : betweenValues(tape))),
      ),
    ]
  const found = columnOf(making, scope)
  if (found === null) return []
  const names = lookupsOf(found.kind, scope.schema)
  const start = tape.next(names.length)
  const same = chance(tape, 50)
  const all = times(Math.min(names.length, 7 + tape.next(6)), (i) => {
    const name = names[(start + i) % names.length] ?? 'exact'
    return !same
      ? (i % 4 === 3 ? predicate : special)(making, scope)
      : chance(tape, 20)
        ? window(making, scope, found)
        : lookupOf(making, scope, found, name)
  })
  return [chance(tape, 50) ? { _tag: 'filter', predicate: { _tag: 'xor', odd: all } } : testsOf(all)]
}

/** Conditions as columns that say whether they hold. @since 0.1.0 */
export const testsOf = (all: ReadonlyArray<Predicate<Said>>): SaidStep => ({
  _tag: 'values',
  form: 'record',
  columns: all.map((each, i): Typed => ({
    name: `t${String(i)}`,
    kind: 'boolean',
    expression: { _tag: 'test', predicate: each },
  })),
})

const kindsOfValues = [
  'text',
  'datetime',
  'text',
  'float',
  'int',
  'text',
  'decimal',
  'date',
  'uuid',
  'time',
] as const

/** A comparison of values that are in no row, and much alike. @since 0.1.0 */
export const betweenValues = (
  tape: Tape,
  kind: Exclude<Kind, 'json'> = pick(tape, kindsOfValues),
  given: LookupName | null = null,
): Predicate<Said> => {
  const name =
    given ??
    pickOf(
      tape,
      lookupsOf(kind).filter((each) => each !== 'regex' && each !== 'iregex'),
    ) ??
    'exact'
  const text = kind === 'text' ? textsOf(tape, name) : null
  const family = kin(tape, kind, 4)
  const one = text?.one ?? family[0] ?? null
  const other = (): Json =>
    text?.other() ?? (chance(tape, 30) ? twinOf(tape, kind, one) : (pickOf(tape, family) ?? one))
  const three = [other(), other(), other()]
  const listed = kind === 'text' && chance(tape, 20) ? [three.map(String).join(',')] : three
  const right =
    name === 'isnull' ? [] : name === 'range' ? three.slice(1) : name === 'in' ? listed : three.slice(2)
  return {
    _tag: 'lookup',
    name,
    left: constant(kind, one),
    right: right.map((value) => constant(kind, value)),
  }
}

const searched = [
  'a',
  'b',
  'A',
  '\n',
  '\r\n',
  '\u{1F600}',
  'é',
  '.',
  ' ',
  '9',
  '_',
  '-',
  'ab',
  'K',
  '\u212A',
] as const

const lines = [
  'a\nb',
  'a\r\nb',
  'a\n',
  '\nb',
  'ab\n',
  'a\nab',
  'A',
  'aa',
  'a.b',
  'a_b',
  '\u{1F600}',
  '\u{1F600}b',
  '',
] as const

const expressions = [
  '^a$',
  '^.$',
  'a.b',
  '.',
  '^b',
  'a$',
  '^..$',
  '\\d',
  '\\w',
  '\\W',
  '\\s',
  '[ab]',
  '[^a]',
  'a|b',
  '^(a|b)+$',
  'a*b',
  'a+',
  'ab?',
  'a{2}',
  '^.{2}$',
  '\\.',
  '\\bA',
  '\\p{L}',
  '\\p{Lu}',
  '[a-z]',
  '^[^\\n]+$',
  '(a)\\1',
  'k',
  '^$',
  '^.+$',
  '^a.b$',
  '^.*$',
  'a.+',
  '.b$',
  '^.b',
] as const

/** A pattern held to a text of lines, marks and letters. @since 0.1.0 */
export const betweenPatterns = (
  tape: Tape,
  name: LookupName = pick(tape, ['regex', 'iregex', 'regex'] as const),
): Predicate<Said> => ({
  _tag: 'lookup',
  name,
  left: constant(
    'text',
    chance(tape, 50) ? pick(tape, lines) : times(1 + tape.next(4), () => pick(tape, searched)).join(''),
  ),
  right: [constant('text', pick(tape, expressions))],
})

/** A text, and others to compare it with. */
interface Texts {
  readonly one: string
  readonly other: () => Json
}

const folding: ReadonlySet<LookupName> = new Set(['iexact', 'icontains', 'istartswith', 'iendswith'])

const sorting: ReadonlySet<LookupName> = new Set(['gt', 'gte', 'lt', 'lte', 'range'])

/** A mixture of characters and its twins; `null` for those of a family. */
const textsOf = (tape: Tape, name: LookupName): Texts | null => {
  const sort = tape.next(5)
  if (sort < 2 && folding.has(name)) {
    const [one] = kin(tape, 'text', 1)
    return typeof one === 'string' ? { one, other: () => caseTwinOf(tape, one) } : null
  }
  if (sort < 2 && sorting.has(name)) {
    // By UTF-16 units these come in another order than by code points.
    const stem = mixedOf(tape, tape.next(3))
    const ending = () => `${stem}${pick(tape, ['\u{1F600}', '\uFFFD', '\uE000', 'z'] as const)}`
    return { one: ending(), other: ending }
  }
  if (sort < 2) return null
  const one = mixedOf(tape, 3 + tape.next(6))
  return {
    one,
    other: () => (folding.has(name) && chance(tape, 40) ? caseTwinOf(tape, one) : twinOf(tape, 'text', one)),
  }
}

/** One column, each of its values once: in every way that there is. */
const once: Idea = (making, from, scope, n) => {
  const found = columnOf(making, scope)
  return found === null ? filtered(making, from, scope, n) : eachOnce(making, from, scope, found)
}

const eachOnce = (making: Making, from: Said, scope: Scope, found: Found): ReadonlyArray<SaidStep> => {
  const { tape } = making
  const columns: ReadonlyArray<Typed> = [{ name: 'a', kind: found.kind, expression: columnAt(found.path) }]
  const values: SaidStep = { _tag: 'values', form: chance(tape, 50) ? 'flat' : 'record', columns }
  return pick<ReadonlyArray<SaidStep>>(tape, [
    [values, { _tag: 'distinct' }],
    [values, { _tag: 'distinct' }],
    [orderOf(making, scope), values, { _tag: 'distinct' }],
    [{ _tag: 'groupBy', keys: columns, aggregates: [{ name: 'n', kind: 'int', expression: counting }] }],
    [values, { _tag: 'union', others: [then(from, values)] }],
    [values, { _tag: 'intersection', others: [then(from, kept(making, scope), values)] }],
    [values, { _tag: 'difference', others: [then(from, kept(making, scope), values)] }],
    [{ _tag: 'distinctOn', keys: [columnAt(found.path)] }],
  ])
}

const counting: Aggregate<Said> = {
  _tag: 'aggregate',
  name: 'count',
  over: 'group',
  level: 0,
  relation: [],
  arg: null,
  distinct: false,
  filter: null,
  default: null,
  sample: false,
}

/** Many computed columns at once. */
const reckoned: Idea = (making, _, scope) => [
  { _tag: 'values', form: 'record', columns: manyComputed(making, scope, 7 + making.tape.next(8)) },
]

/** Many aggregates at once. */
const summed: Idea = (making, _, scope) => {
  const { tape } = making
  const keys = columnsFor(making, scope, pick(tape, [0, 1] as const)).map((each) => ({ ...each, name: 'k' }))
  const aggregates = times(4 + tape.next(4), (i) =>
    aggregateOf(making, scope, `g${String(i)}`, { over: 'group', relation: [] }),
  ).flatMap((each) => (each === null ? [] : [each]))
  return [...maybe(tape, 30, () => kept(making, scope)), { _tag: 'groupBy', keys, aggregates }]
}

/** One step of any sort. */
const oneStep: Idea = (making, from, scope, n) => {
  const { tape } = making
  return weighted<() => ReadonlyArray<SaidStep>>(tape, [
    [6, () => [kept(making, scope)]],
    [5, () => [orderOf(making, scope)]],
    [5, () => [sliceOf(tape, n)]],
    [1, () => [{ _tag: 'reverse' }]],
    [2, () => [{ _tag: 'distinct' }]],
    [2, () => distinguished(making, from, scope, n)],
    [3, () => projected(making, from, scope, n)],
    [2, () => annotated(making, from, scope, n)],
    [2, () => grouped(making, from, scope, n)],
    [2, () => besides(making, from, scope, n)],
    [
      1,
      () => [
        {
          _tag: pick(tape, ['union', 'intersection', 'difference'] as const),
          others: [then(from, ...maybe(tape, 60, () => sliceOf(tape, n)))],
        },
      ],
    ],
  ])()
}

/** Any step after any other. */
const chained: Idea = (making, from, _, n) =>
  times(2 + making.tape.next(3), (i) => i).reduce<ReadonlyArray<SaidStep>>((steps) => {
    const so = then(from, ...steps)
    const there = scopeOf(making, so)
    return there === null ? steps : [...steps, ...oneStep(making, so, there, n)]
  }, [])

const ideas: ReadonlyArray<readonly [number, Idea]> = [
  [26, filtered],
  [22, swept],
  [13, reckoned],
  [6, summed],
  [18, ordered],
  [12, projected],
  [9, grouped],
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
export const saidFrom = (making: Making, model: Model): Said => {
  const from: Said = { model: model.name, steps: [] }
  const scope = scopeOf(making, from)
  if (scope === null) return from
  const n = making.world.rows[model.name]?.length ?? 0
  const idea = weighted(making.tape, ideas)
  return then(from, ...idea(making, from, scope, n))
}

/** A key of the model's: of a row that is there, or not. @since 0.1.0 */
export const keyOf = (making: Making, model: Model): Json => {
  const { tape, world } = making
  const there = (world.rows[model.name] ?? []).map((row) => row[model.primaryKey] ?? null)
  const column = model.columns.get(model.primaryKey)
  const odd = column?.kind === 'text' && chance(tape, 12) ? pick(tape, oddKeys) : null
  return odd ?? (chance(tape, 85) ? pickOf(tape, there) : null) ?? constantOf(making, column?.kind ?? 'int')
}

/** How a queryset is asked. @since 0.1.0 */
export const terminalOf = (making: Making, said: Said, model: Model): Terminal => {
  const { tape } = making
  const scope = scopeOf(making, said)
  const whole = scope?.model !== null && scope !== null
  // What is large already is asked once.
  if (nodesOf(said) > 6 && chance(tape, 85)) return { _tag: 'toArray' }
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
            (): Terminal => ({ _tag: 'inBulk', keys: times(tape.next(4), () => keyOf(making, model)) }),
          ] as const,
          [2, (): Terminal => ({ _tag: 'contains', key: keyOf(making, model) })] as const,
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
export const readOf = (
  making: Making,
  models: ReadonlyArray<string>,
): Extract<Call, { readonly _tag: 'read' }> => {
  const model = modelFor(making, models)
  const of = saidFrom(making, model)
  return { _tag: 'read', of, terminal: terminalOf(making, of, model) }
}

/**
 * A read of each value of a column once, where two are taken for each other; or of columns of text side by side,
 * where a model has two.
 *
 * @since 0.1.0
 */
export const asideOf = (
  making: Making,
  models: ReadonlyArray<string>,
): Extract<Call, { readonly _tag: 'read' }> | null => {
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
    const from: Said = { model: alike, steps: [] }
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
  const from: Said = { model: model?.name ?? '', steps: [] }
  const scope = model === null ? null : scopeOf(making, from)
  return scope === null
    ? null
    : {
        _tag: 'read',
        of: then(from, ...sideBySide(making, from, scope, 0)),
        terminal: chance(tape, 70) ? { _tag: 'toArray' } : { _tag: 'count' },
      }
}
