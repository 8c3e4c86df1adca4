/**
 * Querysets by their steps: filters, orders, projections, groups, joins, combinations, subqueries.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Aggregate } from '../../expression/Expression.js'
import { modelOf, modelScope, type Scope } from '../../expression/Scope.js'
import { atom, columnAt, columnOf, constant, type Making, negated, someRelated } from './predicates.js'
import { type QuerysetData, type StepData, then, type TypedColumn } from '../case/QuerysetData.js'
import { chance, pick, pickOf, times } from './Tape.js'
import {
  after,
  aggregateOf,
  columnsFor,
  type Idea,
  kept,
  someKey,
  left,
  manyOf,
  maybe,
  oneOf,
  someOrder,
  sliceOf,
  tail,
  typedOf,
} from './parts.js'

export const filtered: Idea = (making, _, scope, n) => [
  kept(making, scope),
  ...maybe(making.tape, 15, () => kept(making, scope)),
  ...maybe(making.tape, 10, () => left(making, scope)),
  ...tail(making, scope, n, 25),
]

export const orderedIdea: Idea = (making, _, scope, n) => [
  ...maybe(making.tape, 20, () => kept(making, scope)),
  someOrder(making, scope),
  ...maybe(making.tape, 8, () => ({ _tag: 'reverse' })),
  ...maybe(making.tape, 50, () => sliceOf(making.tape, n)),
]

/** A column of the row, and one of a related row with the same name. */
const namesakes = (making: Making, scope: Scope): ReadonlyArray<TypedColumn> => {
  const all = [...(modelOf(scope)?.relations.values() ?? [])].flatMap((relation) => {
    const there = relation.many ? null : modelScope(scope.schema, relation.target)
    return there === null || E.isLeft(there)
      ? []
      : [...there.right.columns].flatMap(
          ([name, { kind }]): ReadonlyArray<readonly [TypedColumn, TypedColumn]> => {
            const own = scope.columns.get(name)
            return own === undefined
              ? []
              : [
                  [
                    { name: 'a', kind: own.kind, expression: columnAt([name]) },
                    { name: 'b', kind, expression: columnAt([relation.name, name]) },
                  ],
                ]
          },
        )
  })
  return pickOf(making.tape, all) ?? []
}

export const projected: Idea = (making, from, scope, n) => {
  const { tape } = making
  const first = [
    ...maybe(tape, 15, () => kept(making, scope)),
    ...maybe(tape, 45, () => someOrder(making, scope)),
  ]
  const plain = columnsFor(making, scope, pick(tape, [1, 2, 2, 3] as const))
  const alike = chance(tape, 20) ? namesakes(making, scope) : []
  const columns = alike.length > 0 ? alike : plain
  if (columns.length === 0) return first
  const form = pick(tape, ['record', 'record', 'tuple', 'flat'] as const)
  const steps: ReadonlyArray<StepData> = [
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

export const annotated: Idea = (making, from, scope, n) => {
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
  const steps: ReadonlyArray<StepData> = [
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

/** Two relations side by side. */
export const tallied: Idea = (making, from, scope, n) => {
  const { tape } = making
  const columns = manyOf(scope)
    .slice(-2)
    .flatMap(({ name, target }, i): ReadonlyArray<TypedColumn> => {
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

export const groupedIdea: Idea = (making, from, scope, n) => {
  const { tape } = making
  const first = [...maybe(tape, 20, () => kept(making, scope)), ...maybe(tape, 15, () => sliceOf(tape, n))]
  const keys = columnsFor(making, scope, pick(tape, [1, 1, 1, 2, 0] as const)).map((each, i) => ({
    ...each,
    name: `k${String(i)}`,
  }))
  const aggregates = times(keys.length === 0 ? 1 : pick(tape, [1, 1, 2, 0] as const), (i) =>
    aggregateOf(making, scope, `g${String(i)}`, { over: 'group', relation: [] }),
  ).flatMap((each) => (each === null ? [] : [each]))
  const steps: ReadonlyArray<StepData> = [...first, { _tag: 'groupBy', keys, aggregates }]
  const there = after(making, from, steps)
  return there === null ? steps : [...steps, ...tail(making, there, n, 25)]
}

export const besides: Idea = (making, from, scope, n) => {
  const { tape } = making
  const first: ReadonlyArray<StepData> = maybe(tape, 30, () => ({
    _tag: 'filter',
    predicate: someRelated(making, scope, 1),
  }))
  const one = pickOf(tape, oneOf(scope))
  const many = pickOf(tape, manyOf(scope))
  const given: ReadonlyArray<StepData> =
    one !== null && (many === null || chance(tape, 50))
      ? [{ _tag: 'selectRelated', path: [one.name] }]
      : many !== null
        ? [{ _tag: 'prefetchRelated', relation: many.name, query: refined(making, many.target) }]
        : []
  return given.length === 0
    ? filtered(making, from, scope, n)
    : [...first, ...given, ...maybe(tape, 30, () => sliceOf(tape, n)), ...tail(making, scope, n, 35)]
}

const refined = (making: Making, model: string): QuerysetData => {
  const there = modelScope(making.world.schema, model)
  const from: QuerysetData = { model, steps: [] }
  if (E.isLeft(there)) return from
  const { tape } = making
  return then(
    from,
    ...maybe(tape, 30, () => kept(making, there.right)),
    ...maybe(tape, 40, () => someOrder(making, there.right)),
    ...maybe(tape, 20, () => sliceOf(tape, 2)),
  )
}

export const combined: Idea = (making, from, scope, n) => {
  const { tape } = making
  const some = (percent: number): ReadonlyArray<StepData> => [
    ...maybe(tape, percent, () => kept(making, scope)),
    ...maybe(tape, 20, () => someOrder(making, scope)),
    ...maybe(tape, 35, () => sliceOf(tape, n)),
  ]
  const side = (): QuerysetData => then(from, ...some(70))
  const plain = some(60)
  if (chance(tape, 15)) {
    const single = (): QuerysetData => then(from, ...keyed(making, from, scope, n))
    return [...keyed(making, from, scope, n), { _tag: 'union', others: times(2 + tape.next(2), single) }]
  }
  const name = pick(tape, ['union', 'intersection', 'difference'] as const)
  const found = chance(tape, 40) ? columnOf(making, scope) : null
  if (found !== null) {
    // Each side has some of its values, as its own order and slice decide.
    const columns: ReadonlyArray<TypedColumn> = [
      { name: 'a', kind: found.kind, expression: columnAt(found.path) },
    ]
    const values: StepData = { _tag: 'values', form: 'record', columns }
    const part = (): ReadonlyArray<StepData> => [...some(40), values]
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

/** Distinct pairs of two text columns. */
export const sideBySide: Idea = (making, from, scope, n) => {
  const texts = [...scope.columns]
    .filter(([, { kind, target }]) => kind === 'text' && target === null)
    .slice(0, 3)
  const pk = modelOf(scope)?.primaryKey
  const plain = texts.filter(([name]) => name !== pk)
  const chosen = plain.length > 1 ? plain.slice(0, 2) : texts.slice(0, 2)
  if (chosen.length < 2) return projected(making, from, scope, n)
  const columns = chosen.map(([name, { kind }], i): TypedColumn => ({
    name: i === 0 ? 'a' : 'b',
    kind,
    expression: columnAt([name]),
  }))
  return pick<ReadonlyArray<StepData>>(making.tape, [
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

/** Combined projections. */
export const joined: Idea = (making, from, scope, n) => {
  const { tape } = making
  const columns = columnsFor(making, scope, pick(tape, [1, 2] as const))
  if (columns.length === 0) return filtered(making, from, scope, n)
  const [form, shown] =
    columns.length === 1 && chance(tape, 50) ? (['flat', columns] as const) : (['record', columns] as const)
  const side = (): QuerysetData =>
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

/** A condition on related rows. */
export const relating: Idea = (making, _, scope) => [
  { _tag: 'filter', predicate: someRelated(making, scope, 1) },
]

export const distinguished: Idea = (making, _, scope, n) => {
  const found = columnOf(making, scope)
  return [
    ...maybe(making.tape, 35, () => kept(making, scope)),
    ...maybe(making.tape, 60, () => someOrder(making, scope)),
    {
      _tag: 'distinctOn',
      keys: [found, chance(making.tape, 40) ? columnOf(making, scope) : null].flatMap((each) =>
        each === null ? [] : [columnAt(each.path)],
      ),
    },
    ...maybe(making.tape, 20, () => sliceOf(making.tape, n)),
  ]
}

export const subqueried: Idea = (making, from, scope, n) => {
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
  const base: QuerysetData = then(
    { model: model.name, steps: [] },
    ...maybe(tape, 60, () => ({ _tag: 'filter', predicate: atom(making, there.right) })),
    ...maybe(tape, 20, () => someOrder(making, there.right)),
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
export const keyed: Idea = (making, _, scope) => {
  const model = modelOf(scope)
  const column = model?.columns.get(model.primaryKey)
  if (model === null || column === undefined) return []
  const predicate: StepData = {
    _tag: 'filter',
    predicate: {
      _tag: 'lookup',
      ...(chance(making.tape, 75)
        ? { name: 'exact', right: [constant(column.kind, someKey(making, model))] }
        : {
            name: 'in',
            right: times(1 + making.tape.next(3), () => constant(column.kind, someKey(making, model))),
          }),
      left: columnAt([column.name]),
    },
  }
  return [predicate]
}

export const counting: Aggregate<QuerysetData> = {
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
