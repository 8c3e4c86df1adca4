/**
 * Reads that mix kinds of numbers: a decimal compared with a float, an int among fractions, the greatest of several
 * kinds. And reads of dates at the ends of months, quarters, weeks and years.
 *
 * @since 0.2.0
 */
import type { Json, Kind } from '../../value/Value.js'
import { commonKind } from '../../expression/commonKind.js'
import type { ReadCall } from '../case/Case.js'
import {
  all,
  then,
  type PredicateData,
  type ExpressionData,
  type QuerysetData,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { isNumber } from './arithmetic.js'
import { modelFor } from './parts.js'
import { columnAt, columnOf, constant, negated, type Making } from './predicates.js'
import { testsOf } from './searches.js'
import { scopeOfModel } from './Theme.js'
import { chance, pick, pickOf, shuffled, times, type Tape } from './Tape.js'

/** Equal or nearly equal numbers of each kind. */
const near: ReadonlyArray<{ readonly [K in 'int' | 'float' | 'decimal']: ReadonlyArray<Json> }> = [
  { int: [1, 2], float: [1, 1.5, 1.0000000000000002], decimal: ['1', '1.5', '1.0000000000000001'] },
  { int: [0, -1], float: [0, -0.5, 0.5], decimal: ['0', '-0.5', '0.00000001'] },
  { int: [10, 9], float: [10, 9.5, 9.999999], decimal: ['10', '9.5', '9.9999999999999999999'] },
  { int: [3, 0], float: [0.1, 0.3, 0.30000000000000004], decimal: ['0.1', '0.3', '0.30000000000000004'] },
  {
    int: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1],
    float: [9007199254740991, 9007199254740992],
    decimal: ['9007199254740991', '9007199254740992', '9007199254740993'],
  },
  { int: [2 ** 31, 2 ** 31 - 1], float: [2147483648, 2147483647.5], decimal: ['2147483648', '2147483647.5'] },
  { int: [100, 1000], float: [100, 1000.5], decimal: ['100', '1000.5', '1000'] },
]

const kinds = ['int', 'float', 'decimal'] as const

interface Numeric {
  readonly kind: Kind
  readonly expression: ExpressionData
}

/** A number of any kind: a constant that is close to others, or a column. */
const numberIn = (making: Making, model: string, family: (typeof near)[number]): Numeric => {
  const { tape } = making
  const scope = scopeOfModel(making, model)
  const found = scope !== null && chance(tape, 35) ? columnOf(making, scope, isNumber) : null
  if (found !== null) return { kind: found.kind, expression: columnAt(found.path) }
  const kind = pick(tape, kinds)
  return { kind, expression: constant(kind, pickOf(tape, family[kind]) ?? null) }
}

const testOf = (making: Making, model: string): PredicateData => {
  const { tape } = making
  const family = pickOf(tape, near) ?? near[0]
  const one = (): ExpressionData =>
    family === undefined ? constant('int', 1) : numberIn(making, model, family).expression
  const name = pick(tape, ['exact', 'lt', 'gte', 'gt', 'lte', 'in', 'range', 'exact', 'in'] as const)
  const test: PredicateData = {
    _tag: 'lookup',
    name,
    left: one(),
    right: times(name === 'range' ? 2 : name === 'in' ? 3 : 1, one),
  }
  return chance(tape, 15) ? negated(test) : test
}

/** One of several numbers: the greatest, the least, the first that isn't missing, or one by a condition. */
const choiceOf = (making: Making, model: string, name: string): TypedColumn | null => {
  const { tape } = making
  const family = pickOf(tape, near)
  if (family === null) return null
  const all = times(pick(tape, [2, 3] as const), () => numberIn(making, model, family))
  const [first, second] = all
  const kind = commonKind(all.map((each) => each.kind))
  if (kind === null || first === undefined || second === undefined) return null
  const args = all.map(({ expression }) => expression)
  const two = commonKind([first.kind, second.kind])
  return chance(tape, 25) && two !== null
    ? {
        name,
        kind: two,
        expression: {
          _tag: 'case',
          branches: [{ when: testOf(making, model), then: first.expression }],
          otherwise: second.expression,
        },
      }
    : {
        name,
        kind,
        expression: {
          _tag: 'call',
          name: pick(tape, ['greatest', 'least', 'coalesce', 'greatest', 'least'] as const),
          args,
        },
      }
}

/** Numbers of several kinds, compared and chosen from. @since 0.2.0 */
export const mixturesOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const model = modelFor(making, models).name
  const columns = times(10, (i) => choiceOf(making, model, `c${String(i)}`)).flatMap((each) =>
    each === null ? [] : [each],
  )
  const read = (of: QuerysetData): ReadCall => ({ _tag: 'read', of, terminal: { _tag: 'toArray' } })
  return [
    read(then(all(model), testsOf(times(14, () => testOf(making, model))))),
    read(then(all(model), { _tag: 'values', form: 'record', columns })),
    read(then(all(model), { _tag: 'filter', predicate: testOf(making, model) })),
  ]
}

/** The first and last days of years, quarters, months and weeks, including weeks that belong to another year. */
const days = [
  '2020-12-31',
  '2021-01-01',
  '2021-01-03',
  '2021-01-04',
  '2019-12-30',
  '2018-12-31',
  '2016-01-03',
  '2015-12-31',
  '2020-02-29',
  '2021-02-28',
  '2021-03-01',
  '2000-02-29',
  '1900-02-28',
  '1900-03-01',
  '2020-03-31',
  '2020-04-01',
  '2020-06-30',
  '2020-07-01',
  '2020-09-30',
  '2020-10-01',
  '2020-03-29',
  '2020-10-25',
  '1969-12-31',
  '1970-01-01',
  '2023-01-01',
  '2024-12-30',
  '2022-01-02',
  '0099-12-31',
  '9999-12-31',
  '2020-05-31',
] as const

const moments = [
  '00:00:00.000',
  '23:59:59.999',
  '12:00:00.000',
  '23:30:00.000',
  '00:30:00.000',
  '01:59:59.500',
]

const parts = [
  'year',
  'iso_year',
  'quarter',
  'month',
  'week',
  'day',
  'week_day',
  'iso_week_day',
  'trunc_year',
  'trunc_quarter',
  'trunc_month',
  'trunc_week',
  'trunc_day',
] as const

const momentParts = [
  'hour',
  'minute',
  'second',
  'date',
  'time',
  'trunc_hour',
  'trunc_minute',
  'trunc_second',
] as const

const dayOf = (tape: Tape): string => pick(tape, days)

/** A part of a date or of a datetime, with its kind. */
const partOf = (tape: Tape, name: string): TypedColumn => {
  const isMoment = (momentParts as ReadonlyArray<string>).includes(name) || chance(tape, 50)
  const value = isMoment ? `${dayOf(tape)}T${pickOf(tape, moments) ?? '00:00:00.000'}Z` : dayOf(tape)
  const kind = isMoment ? 'datetime' : 'date'
  const result: Kind =
    name === 'date' ? 'date' : name === 'time' ? 'time' : name.startsWith('trunc_') ? kind : 'int'
  return {
    name: '',
    kind: result,
    expression: { _tag: 'call', name, args: [constant(kind, value)] },
  }
}

/** Parts of dates at which one of them ends. @since 0.2.0 */
export const calendarOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape } = making
  const model = modelFor(making, models).name
  const scope = scopeOfModel(making, model)
  const found =
    scope === null ? null : columnOf(making, scope, (kind) => kind === 'date' || kind === 'datetime')
  const columns = shuffled(tape, [...parts, ...parts, ...momentParts]).map((name, i): TypedColumn => ({
    ...partOf(tape, name),
    name: `c${String(i)}`,
  }))
  const own =
    found === null
      ? []
      : parts.map((name, i): TypedColumn => ({
          name: `o${String(i)}`,
          kind: name.startsWith('trunc_') ? found.kind : 'int',
          expression: { _tag: 'call', name, args: [columnAt(found.path)] },
        }))
  const key = pickOf(tape, own)
  const record = (some: ReadonlyArray<TypedColumn>): ReadCall => ({
    _tag: 'read',
    of: then(
      all(model),
      { _tag: 'slice', start: 0, stop: 3 },
      { _tag: 'values', form: 'record', columns: some },
    ),
    terminal: { _tag: 'toArray' },
  })
  return [
    record(columns),
    ...(key === null
      ? []
      : [
          record(own),
          {
            _tag: 'read',
            of: then(all(model), { _tag: 'groupBy', keys: [{ ...key, name: 'k' }], aggregates: [] }),
            terminal: { _tag: 'toArray' },
          } as const,
        ]),
  ]
}

/** Dates for columns. @since 0.2.0 */
export const calendarDays: { readonly [K in Kind]?: ReadonlyArray<Json> } = {
  date: days,
  datetime: days.map((day, i) => `${day}T${moments[i % moments.length] ?? '00:00:00.000'}Z`),
}
