/**
 * Layered reads: columns computed from columns that were computed before, with filters, orders and slices by these; and
 * slices of slices.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Kind } from '../../value/Value.js'
import { modelScope, type Scope } from '../../expression/Scope.js'
import type { ReadCall, Terminal } from '../case/Case.js'
import { isNumber, numberOf, smallNumber } from './arithmetic.js'
import { computedFrom } from './computed.js'
import { condition } from './conditions.js'
import { correlatedColumn } from './facing.js'
import {
  atom,
  columnAt,
  columnOf,
  constant,
  constantOf,
  toMany,
  type ScopedColumn,
  type Making,
} from './predicates.js'
import { aggregateOf, someKey, modelFor, orderKeyOf, someOrder, scopeOf, someOf } from './parts.js'
import { counting } from './shapes.js'
import {
  all,
  then,
  type ExpressionData,
  type QuerysetData,
  type StepData,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { chance, pick, pickOf, times, weighted } from './Tape.js'

/** A case whose branches are numbers of several kinds, or missing. */
const branchesOf = (making: Making, scope: Scope, name: string): TypedColumn => {
  const { tape } = making
  const found = columnOf(making, scope, (kind) => kind !== 'json')
  const kind = found?.kind ?? 'int'
  const mixed = isNumber(kind) && chance(tape, 50)
  const other = (): { readonly kind: Kind; readonly expression: ExpressionData } => {
    const like = pick(tape, ['int', 'float', 'decimal'] as const)
    return { kind: like, expression: constant(like, smallNumber(tape, like)) }
  }
  const value = (): { readonly kind: Kind; readonly expression: ExpressionData } =>
    weighted<() => { readonly kind: Kind; readonly expression: ExpressionData }>(tape, [
      [
        3,
        () => ({
          kind,
          expression: found === null ? constant(kind, constantOf(making, kind)) : columnAt(found.path),
        }),
      ],
      [3, () => ({ kind, expression: constant(kind, chance(tape, 45) ? null : constantOf(making, kind)) })],
      [mixed ? 3 : 0, () => other()],
    ])()
  const branches = times(1 + tape.next(2), () => ({ when: atom(making, scope), then: value() }))
  const otherwise = value()
  const kindsThere = [...branches.map(({ then: each }) => each.kind), otherwise.kind]
  return {
    name,
    kind: kindsThere.includes('float') ? 'float' : kindsThere.includes('decimal') ? 'decimal' : kind,
    expression: {
      _tag: 'case',
      branches: branches.map(({ when, then: each }) => ({ when, then: each.expression })),
      otherwise: otherwise.expression,
    },
  }
}

/** A column of any kind: computed, counted, a subquery, a case, a condition. */
const madeOf = (making: Making, scope: Scope, name: string): TypedColumn | null => {
  const { tape } = making
  const many = pickOf(tape, toMany(scope))
  const found = columnOf(making, scope, (kind) => kind !== 'json')
  return weighted<() => TypedColumn | null>(tape, [
    [3, () => branchesOf(making, scope, name)],
    [found === null ? 0 : 3, () => (found === null ? null : computedFrom(making, scope, name, found))],
    [2, () => ({ name, ...numberOf(making, scope, 1) })],
    [
      many === null ? 0 : 3,
      () =>
        many === null ? null : aggregateOf(making, many.scope, name, { over: 'row', relation: many.path }),
    ],
    [2, () => ({ name, kind: 'boolean', expression: { _tag: 'test', predicate: condition(making, scope) } })],
    [2, () => correlatedColumn(making, scope, name)],
    [
      found === null ? 0 : 1,
      () => (found === null ? null : { name, kind: found.kind, expression: columnAt(found.path) }),
    ],
  ])()
}

/** Another column that is computed from an annotation. */
const madeFurther = (making: Making, scope: Scope, name: string, from: ScopedColumn): TypedColumn => {
  const { tape } = making
  const at = columnAt(from.path)
  return pick<() => TypedColumn>(tape, [
    () => computedFrom(making, scope, name, from),
    () => ({
      name,
      kind: from.kind,
      expression: {
        _tag: 'case',
        branches: [
          {
            when: { _tag: 'lookup', name: 'isnull', left: at, right: [] },
            then: constant(from.kind, constantOf(making, from.kind)),
          },
        ],
        otherwise: at,
      },
    }),
    () => ({
      name,
      kind: 'boolean',
      expression: { _tag: 'test', predicate: atom(making, scope, from) },
    }),
  ])()
}

/** Steps that begin with annotations, and use them. */
const layersFrom = (making: Making, model: string, scope: Scope, n: number): ReadonlyArray<StepData> => {
  const { tape } = making
  const one = scope.columns.has('x') ? null : madeOf(making, scope, 'x')
  if (one === null || one.kind === 'json') return [someOrder(making, scope)]
  const first: ReadonlyArray<StepData> = [
    ...(chance(tape, 25) ? [{ _tag: 'filter', predicate: condition(making, scope) } as const] : []),
    { _tag: 'annotate', columns: [one] },
  ]
  const seen = scopeOf(making, then(all(model), ...first))
  if (seen === null) return first
  const x: ScopedColumn = { path: ['x'], kind: one.kind }
  const two = chance(tape, 45) && !scope.columns.has('y') ? madeFurther(making, seen, 'y', x) : null
  const second: ReadonlyArray<StepData> =
    two === null || two.kind === 'json' ? first : [...first, { _tag: 'annotate', columns: [two] }]
  const y: ScopedColumn | null = two === null || two.kind === 'json' ? null : { path: ['y'], kind: two.kind }
  const made = (): ScopedColumn => (y !== null && chance(tape, 50) ? y : x)
  const there = scopeOf(making, then(all(model), ...second)) ?? seen
  const own = [...(making.world.schema.models.get(model)?.columns.values() ?? [])]
  const plain = columnOf(making, scope, (kind) => kind !== 'json')
  const shown = (): ReadonlyArray<TypedColumn> => [
    ...(plain === null ? [] : [{ name: 'a', kind: plain.kind, expression: columnAt(plain.path) }]),
    ...(chance(tape, 55)
      ? [made()].map(({ path, kind }): TypedColumn => ({ name: 'b', kind, expression: columnAt(path) }))
      : []),
  ]
  const filter = (at: Scope, by: ScopedColumn): StepData => ({
    _tag: 'filter',
    predicate: atom(making, at, by),
  })
  const order = (by: ScopedColumn, also: ScopedColumn | null): StepData => ({
    _tag: 'orderBy',
    keys: [orderKeyOf(making, by), ...(also !== null && chance(tape, 30) ? [orderKeyOf(making, also)] : [])],
  })
  const middle = (at: Scope, by: ScopedColumn, also: ScopedColumn | null): ReadonlyArray<StepData> => [
    ...(chance(tape, 45) ? [filter(at, by)] : []),
    ...(chance(tape, 65) ? [order(by, also)] : []),
  ]
  const narrowing = weighted<() => ReadonlyArray<StepData>>(tape, [
    [
      4,
      () => {
        const columns = shown()
        return columns.length === 0
          ? []
          : [{ _tag: 'values', form: pick(tape, ['record', 'record', 'tuple'] as const), columns }]
      },
    ],
    [
      2,
      () => [
        { _tag: 'values', form: 'flat', columns: [{ name: 'a', kind: x.kind, expression: columnAt(['x']) }] },
      ],
    ],
    [
      4,
      () => [
        {
          _tag: 'only',
          fields: own
            .filter(({ name }) => name === there.schema.models.get(model)?.primaryKey || chance(tape, 40))
            .map(({ name }) => name),
        },
      ],
    ],
    [
      1,
      () => [
        {
          _tag: 'groupBy',
          keys: [{ name: 'k', kind: x.kind, expression: columnAt(['x']) }],
          aggregates: [
            {
              name: 'n',
              kind: 'int',
              expression: counting,
            },
          ],
        },
      ],
    ],
    [3, () => []],
  ])()
  const cut = chance(tape, 35) ? [someOf(tape, n)] : []
  const narrow = then(all(model), ...second, ...narrowing)
  const left = scopeOf(making, narrow)
  const by = left === null || chance(tape, 65) ? null : columnOf(making, left, (kind) => kind !== 'json')
  const steps =
    by === null || left === null
      ? [...second, ...middle(there, made(), plain), ...narrowing]
      : [...narrow.steps, ...middle(left, by, null)]
  return [...steps, ...(chance(tape, 25) ? [{ _tag: 'distinct' } as const] : []), ...cut]
}

const asked = ({ tape }: Making, of: QuerysetData): ReadCall => ({
  _tag: 'read',
  of,
  terminal: pick<Terminal>(tape, [
    { _tag: 'toArray' },
    { _tag: 'whole' },
    { _tag: 'toArray' },
    { _tag: 'page' },
    { _tag: 'first' },
    { _tag: 'last' },
    { _tag: 'count' },
  ]),
})

/** Columns of columns, by which rows are filtered, sorted and narrowed in any order. @since 0.2.0 */
export const layersOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { world } = making
  const model = modelFor(making, models)
  const scope = modelScope(world.schema, model.name)
  const n = world.rows[model.name]?.length ?? 0
  return E.isLeft(scope)
    ? []
    : times(5, () => asked(making, then(all(model.name), ...layersFrom(making, model.name, scope.right, n))))
}

/** Slices of slices, sorted, reversed, filtered in between, and read by each terminal. @since 0.2.0 */
export const slicedSlices = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const found = modelScope(world.schema, model.name)
  if (E.isLeft(found)) return []
  const scope = found.right
  const n = world.rows[model.name]?.length ?? 0
  const order = (): StepData => someOrder(making, scope)
  const filter = (): StepData => ({ _tag: 'filter', predicate: atom(making, scope) })
  const value = columnOf(making, scope)
  const column: ReadonlyArray<TypedColumn> =
    value === null ? [] : [{ name: 'a', kind: value.kind, expression: columnAt(value.path) }]
  const middle = (): StepData =>
    weighted<() => StepData>(tape, [
      [3, () => someOf(tape, n)],
      [3, filter],
      [2, order],
      [2, () => ({ _tag: 'reverse' })],
      [value === null ? 0 : 1, () => ({ _tag: 'distinctOn', keys: [columnAt(value?.path ?? [])] })],
      [
        column.length === 0 ? 0 : 1,
        () => ({ _tag: 'filter', predicate: { _tag: 'not', predicate: atom(making, scope) } }),
      ],
    ])()
  const end = (): ReadonlyArray<StepData> =>
    weighted<() => ReadonlyArray<StepData>>(tape, [
      [5, () => []],
      [
        column.length === 0 ? 0 : 2,
        () => [{ _tag: 'values', form: 'record', columns: column }, { _tag: 'distinct' }],
      ],
      [
        column.length === 0 ? 0 : 1,
        () => [
          { _tag: 'values', form: 'record', columns: column },
          { _tag: 'distinct' },
          { _tag: 'slice', start: pick(tape, [0, 1] as const), stop: pick(tape, [2, 1] as const) },
        ],
      ],
      [column.length === 0 ? 0 : 1, () => [{ _tag: 'groupBy', keys: column, aggregates: [] }]],
    ])()
  const terminal = (): Terminal =>
    weighted<() => Terminal>(tape, [
      [4, () => ({ _tag: 'whole' })],
      [3, () => ({ _tag: 'toArray' })],
      [1, () => ({ _tag: 'first' })],
      [1, () => ({ _tag: 'last' })],
      [1, () => ({ _tag: 'exists' })],
      [1, () => ({ _tag: 'contains', key: someKey(making, model) })],
      [
        1,
        () => {
          const one = aggregateOf(making, scope, 'g', { over: 'group', relation: [] })
          return one === null ? { _tag: 'count' } : { _tag: 'aggregate', aggregates: [one] }
        },
      ],
    ])()
  return times(5, () => {
    const last = end()
    const steps = [
      ...(chance(tape, 70) ? [order()] : []),
      someOf(tape, n),
      ...times(1 + tape.next(2), middle),
      ...last,
    ]
    return {
      _tag: 'read',
      of: then(all(model.name), ...steps),
      terminal: last.length === 0 ? terminal() : { _tag: pick(tape, ['toArray', 'whole'] as const) },
    }
  })
}
