/**
 * Reads of numbers: nested arithmetic, conversions between kinds, rounding, and all aggregates of numbers.
 *
 * @since 0.2.0
 */
import { kinds, type Json, type Kind } from '../../value/Value.js'
import type { Aggregate, AggregateName } from '../../expression/Expression.js'
import { aggregateType } from '../../expression/aggregate.js'
import { castable } from '../../expression/functions/cast.js'
import { type Scope } from '../../expression/Scope.js'
import type { Model } from '../../schema/Schema.js'
import type { ReadCall } from '../case/Case.js'
import { isNumber, manyReckoned, numberOf, reckonedCondition, smallNumber } from './arithmetic.js'
import { atom, columnAt, columnOf, constant, constantOf, toMany, type Making } from './predicates.js'
import { aggregateOf, modelFor } from './parts.js'
import { testsOf } from './searches.js'
import {
  all,
  then,
  type PredicateData,
  type ExpressionData,
  type QuerysetData,
  type StepData,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { read, scopeOfModel } from './Theme.js'
import { chance, pick, pickOf, shuffled, times } from './Tape.js'

const record = (columns: ReadonlyArray<TypedColumn>): StepData => ({
  _tag: 'values',
  form: 'record',
  columns,
})

const numbersIn = (model: Model): number =>
  [...model.columns.values()].filter(({ kind, target }) => isNumber(kind) && target === null).length

/** Usually the model with the most number columns. */
const modelOfNumbers = (making: Making, models: ReadonlyArray<string>): Model => {
  const having = [...making.world.schema.models.values()].filter(
    ({ name, implicit }) => models.includes(name) && !implicit,
  )
  const most = Math.max(0, ...having.map(numbersIn))
  return (
    (chance(making.tape, 75) ? having.find((model) => numbersIn(model) === most) : undefined) ??
    modelFor(making, models)
  )
}

/** Numbers to aggregate: some twice, of either sign, and halves. @since 0.2.0 */
export const plainNumbers: { readonly [K in Kind]?: ReadonlyArray<Json> } = {
  int: [7, -7, 2, 3, -2, 10, 1, 0, 5],
  float: [0.5, 2.5, -1.5, 7, -2.5, 3, 1.25, 0],
  decimal: ['0.5', '2.5', '-1.5', '7', '1.25', '-2.5', '10', '0.1', '0'],
}

/** Nested arithmetic as columns, in conditions and as sort keys. @since 0.2.0 */
export const reckonings = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape } = making
  const model = modelOfNumbers(making, models)
  const scope = scopeOfModel(making, model.name)
  if (scope === null) return []
  const from = all(model.name)
  const key = numberOf(making, scope, 2)
  return [
    read(then(from, record(manyReckoned(making, scope, 9)))),
    read(then(from, record(manyReckoned(making, null, 12)))),
    read(then(from, testsOf(times(8, () => reckonedCondition(making, scope))))),
    read(then(from, { _tag: 'filter', predicate: reckonedCondition(making, scope) })),
    read(
      then(from, {
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
  ]
}

const texts = [
  '12',
  ' 7',
  '7 ',
  '1.5',
  '-3',
  '+4',
  '007',
  '2.5',
  '-0.5',
  '0',
  '',
  ' ',
  'x',
  '12abc',
  '1e3',
  '0x10',
  '1,000',
  'NaN',
  'Infinity',
  '.5',
  '5.',
  '1.0',
  '-0',
  '9007199254740993',
  '12345678901234567890.5',
  'true',
  'false',
  't',
  'no',
  'on',
  'TRUE',
  '1',
  'yes',
  '2',
  'null',
  '2020-01-02',
  '2020-02-30',
  '2020-1-2',
  '12:00:00.000',
  '23:59',
  '2020-01-02T03:04:05.006Z',
  '2020-01-02T03:04:05Z',
  '2020-01-02 03:04:05',
] as const

const converted: { readonly [K in Kind]?: ReadonlyArray<Json> } = {
  text: texts,
  int: [0, 1, -1, 2, 10, -7, 2 ** 31, Number.MAX_SAFE_INTEGER],
  float: [
    0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.1, 2.4, 2.6, -2.4, -2.6, 3, 1e21, 1e-7, 0, 1e16, 0.30000000000000004,
  ],
  decimal: [
    '0.5',
    '1.5',
    '2.5',
    '-0.5',
    '-1.5',
    '-2.5',
    '2.4',
    '-2.6',
    '1.25',
    '10',
    '100',
    '0.1',
    '0',
    '12345678901234567890',
    '0.30000000000000004',
    '1.005',
  ],
  boolean: [true, false],
  date: ['2020-01-02', '1999-12-31', '0099-01-01'],
  time: ['03:04:05.006', '23:59:59.999', '00:00:00.000'],
  datetime: ['2020-01-02T03:04:05.006Z', '1999-12-31T23:59:59.999Z', '2020-01-02T00:00:00.000Z'],
}

const from = Object.keys(converted) as ReadonlyArray<Kind>

/** Kinds that aren't converted to, so a seed gives the same cases as before there were durations. */
const uncast: ReadonlyArray<Kind> = ['json', 'uuid', 'duration']

const targets = (of: Kind): ReadonlyArray<Kind> =>
  kinds.filter((to) => to !== of && !uncast.includes(to) && castable(of, to))

/** Each kind with the kinds that its values can be converted to. */
const pairs = from.flatMap((of) => targets(of).map((to) => ({ of, to })))

/** A value converted to another kind, and now and then back. */
const conversion = (making: Making, scope: Scope, of: Kind, to: Kind): TypedColumn => {
  const { tape } = making
  const found = chance(tape, 30) ? columnOf(making, scope, (kind) => kind === of) : null
  const arg: ExpressionData =
    found !== null
      ? columnAt(found.path)
      : constant(of, pickOf(tape, converted[of] ?? []) ?? constantOf(making, of))
  const cast: ExpressionData = { _tag: 'cast', to, arg }
  const back = chance(tape, 15) && castable(to, of)
  return { name: '', kind: back ? of : to, expression: back ? { _tag: 'cast', to: of, arg: cast } : cast }
}

/** Functions that round, with values halfway between two results. */
const rounding = ({ tape }: Making): TypedColumn => {
  const kind = pick(tape, ['float', 'decimal', 'int'] as const)
  const halves = {
    float: [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.25, 0.35, 1.005, 2.675, 0.125, 15, 25, -25, 3.7, -3.7],
    decimal: [
      '0.5',
      '1.5',
      '2.5',
      '-0.5',
      '-1.5',
      '-2.5',
      '0.25',
      '0.35',
      '1.005',
      '2.675',
      '0.125',
      '15',
      '25',
      '-25',
      '3.7',
      '-3.7',
    ],
    int: [15, 25, -15, -25, 149, 150, 250, -250, 7, -7],
  } as const
  const value = constant(kind, pickOf<Json>(tape, halves[kind]))
  const places = pick(tape, kind === 'int' ? ([-1, -2, 0, 1] as const) : ([1, 2, 0, -1] as const))
  const expression = pick<ExpressionData>(tape, [
    { _tag: 'call', name: 'round', args: [value, constant('int', places)] },
    { _tag: 'call', name: 'round', args: [value] },
    { _tag: 'call', name: 'ceil', args: [value] },
    { _tag: 'call', name: 'floor', args: [value] },
  ])
  return { name: '', kind, expression }
}

const named = (columns: ReadonlyArray<TypedColumn>): ReadonlyArray<TypedColumn> =>
  columns.map((each, i) => ({ ...each, name: `c${String(i)}` }))

/** Conversions and rounding, in columns and conditions. @since 0.2.0 */
export const conversions = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape } = making
  const model = modelFor(making, models)
  const scope = scopeOfModel(making, model.name)
  if (scope === null) return []
  const made = (n: number): ReadonlyArray<TypedColumn> =>
    shuffled(tape, pairs)
      .slice(0, n)
      .map(({ of, to }) => conversion(making, scope, of, to))
  const tests = made(8).map(({ kind, expression }): PredicateData => {
    const name = pick(tape, ['exact', 'exact', 'lt', 'gt', 'isnull'] as const)
    const value = chance(tape, 60) && isNumber(kind) ? smallNumber(tape, kind) : constantOf(making, kind)
    return { _tag: 'lookup', name, left: expression, right: name === 'isnull' ? [] : [constant(kind, value)] }
  })
  return [
    read(then(all(model.name), record(named(made(24))))),
    read(then(all(model.name), record(named(times(14, () => rounding(making)))))),
    read(then(all(model.name), testsOf(tests))),
  ]
}

const spreads: ReadonlyArray<readonly [AggregateName, boolean, boolean]> = [
  ['avg', false, false],
  ['avg', true, false],
  ['sum', false, false],
  ['sum', true, false],
  ['count', false, false],
  ['count', true, false],
  ['stddev', false, false],
  ['stddev', false, true],
  ['variance', false, false],
  ['variance', false, true],
  ['variance', true, false],
  ['stddev', true, true],
  ['min', false, false],
  ['max', false, false],
]

/** All aggregates of a bag of numbers, side by side. */
const spreadOf = (
  making: Making,
  scope: Scope,
  over: Pick<Aggregate<QuerysetData>, 'over' | 'relation'>,
  n: number,
): ReadonlyArray<TypedColumn> => {
  const { tape } = making
  return shuffled(tape, spreads)
    .slice(0, n)
    .flatMap(([name, distinct, sample], i): ReadonlyArray<TypedColumn> => {
      const own = columnOf(making, scope, isNumber)
      const { kind, expression }: { readonly kind: Kind; readonly expression: ExpressionData } =
        own === null || chance(tape, 30)
          ? numberOf(making, scope, 1)
          : { kind: own.kind, expression: columnAt(own.path) }
      const type = aggregateType(name, kind)
      if (type === null) return []
      const given =
        name !== 'count' && chance(tape, 15) ? constant(type.kind, smallNumber(tape, type.kind)) : null
      return [
        {
          name: `g${String(i)}`,
          kind: type.kind,
          expression: {
            _tag: 'aggregate',
            name,
            ...over,
            level: 0,
            arg: expression,
            distinct,
            filter: chance(tape, 15) ? atom(making, scope) : null,
            default: given,
            sample,
          },
        },
      ]
    })
}

/** An aggregate inside arithmetic, a case or a function. */
const around = (making: Making, { name, kind, expression }: TypedColumn): TypedColumn => {
  const { tape } = making
  const other = constant(kind, smallNumber(tape, kind))
  return !isNumber(kind)
    ? { name, kind, expression }
    : {
        name,
        kind,
        expression: pick<ExpressionData>(tape, [
          {
            _tag: 'call',
            name: pick(tape, ['add', 'sub', 'mul'] as const),
            args: chance(tape, 50) ? [expression, other] : [other, expression],
          },
          { _tag: 'call', name: 'coalesce', args: [expression, other] },
          { _tag: 'call', name: 'neg', args: [expression] },
        ]),
      }
}

/**
 * Averages, standard deviations and sums: of all rows, of groups, of no rows, of one row, of related rows.
 *
 * @since 0.2.0
 */
export const spreadsOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape } = making
  const model = modelOfNumbers(making, models)
  const scope = scopeOfModel(making, model.name)
  if (scope === null) return []
  const from = all(model.name)
  const group = { over: 'group', relation: [] } as const
  const key =
    columnOf(making, scope, (kind) => kind === 'boolean' || kind === 'text') ?? columnOf(making, scope)
  const keys: ReadonlyArray<TypedColumn> =
    key === null ? [] : [{ name: 'k', kind: key.kind, expression: columnAt(key.path) }]
  const some = pick<ReadonlyArray<StepData>>(tape, [
    [{ _tag: 'filter', predicate: { _tag: 'or', any: [] } }],
    [{ _tag: 'slice', start: 0, stop: 1 }],
    [{ _tag: 'slice', start: 0, stop: 2 }],
    [{ _tag: 'filter', predicate: atom(making, scope) }],
  ])
  const behind = [...making.world.schema.models.values()].flatMap(({ name }) => {
    const there = models.includes(name) ? scopeOfModel(making, name) : null
    return there === null ? [] : toMany(there).map((way) => ({ name, way }))
  })
  const related = pickOf(tape, behind)
  const tallied =
    related === null
      ? []
      : spreadOf(making, related.way.scope, { over: 'row', relation: related.way.path }, 5)
  const asked = (
    steps: ReadonlyArray<StepData>,
    aggregates: ReadonlyArray<TypedColumn>,
  ): ReadonlyArray<ReadCall> =>
    aggregates.length === 0
      ? []
      : [{ _tag: 'read', of: then(from, ...steps), terminal: { _tag: 'aggregate', aggregates } }]
  const grouped = spreadOf(making, scope, group, 6)
  const mixed = times(2, (i) => aggregateOf(making, scope, `h${String(i)}`, group)).flatMap((each) =>
    each === null ? [] : [around(making, each)],
  )
  return [
    ...asked([], spreadOf(making, scope, group, 10)),
    ...asked(some, spreadOf(making, scope, group, 8)),
    read(then(from, { _tag: 'groupBy', keys, aggregates: [...grouped, ...mixed] })),
    ...(related === null || tallied.length === 0 ? [] : [read(then(all(related.name), record(tallied)))]),
  ]
}
