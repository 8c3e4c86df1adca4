/** Numbers, dates and times that are computed or compared wrongly. Written on 2026-11-28, without sight of the generator. */
import { function as fn } from 'fp-ts'
import { cast, filter, groupBy, values } from '../../../src/index.js'
import * as Temporal from '../../../src/value/Temporal.js'
import { m } from '../support/models.js'
import {
  blindOf,
  both,
  call,
  calls,
  constant,
  define,
  gives,
  kindOf,
  lookups,
  nodes,
  type BlindMutant,
  type Hooks,
} from './support.js'

const { pipe } = fn
const number = blindOf('numbers', 'numbers-dates')
const date = blindOf('dates', 'numbers-dates')

const ns = (...list: ReadonlyArray<number>) => ({ book: list.map((n) => ({ n })) })
const ats = (...list: ReadonlyArray<string>) => ({ book: list.map((at) => ({ at })) })
const ons = (...list: ReadonlyArray<string>) => ({ book: list.map((on) => ({ on })) })

const fewer: Hooks['node'] = (node) => {
  if (node._tag !== 'call' || node.name !== 'sub') return node
  const [a, b] = node.args
  return a !== undefined &&
    b?._tag === 'call' &&
    (b.name === 'sub' || b.name === 'add') &&
    b.args.length === 2
    ? call(b.name, call('sub', a, b.args[0]!), b.args[1]!)
    : node
}

const unbracketed: Hooks['node'] = (node) => {
  if (node._tag !== 'call' || node.name !== 'mul') return node
  const [a, b] = node.args
  return a?._tag === 'call' &&
    b !== undefined &&
    (a.name === 'add' || a.name === 'sub') &&
    a.args.length === 2
    ? call(a.name, a.args[0]!, call('mul', a.args[1]!, b))
    : node
}

const day = 86_400_000
const dayOfYear = (text: string): number =>
  Math.floor((Date.parse(text.slice(0, 10)) - Date.parse(`${text.slice(0, 4)}-01-01`)) / day)

export const numberMutants: ReadonlyArray<BlindMutant> = [
  number(
    'a fraction that ints are compared with is cut',
    'the bound of an int column is made an int',
    null,
    lookups(['gt', 'gte', 'lt', 'lte'], ([a, b], types, name) => {
      if (
        types[0]?.kind !== 'int' ||
        types[1]?.kind !== 'float' ||
        typeof a !== 'number' ||
        typeof b !== 'number'
      )
        return null
      const bound = Math.trunc(b)
      return name === 'gt' ? a > bound : name === 'gte' ? a >= bound : name === 'lt' ? a < bound : a <= bound
    }),
    gives(
      {
        book: [
          { n: 1, ratio: 1.5 },
          { n: 2, ratio: 1.5 },
        ],
      },
      pipe(
        m.book,
        filter((b) => b.n.lt(b.ratio)),
      ),
    ),
  ),
  number(
    'decimals are summed as money',
    'each decimal is rounded to two places before it is summed',
    null,
    nodes((node, at) =>
      node._tag === 'aggregate' &&
      (node.name === 'sum' || node.name === 'avg') &&
      node.arg !== null &&
      node.arg._tag === 'column' &&
      (kindOf(node.arg, at) ?? 'decimal') === 'decimal' &&
      kindOf(node.arg, at) !== null
        ? { ...node, arg: call('round', node.arg, constant('int', 2)) }
        : node,
    ),
    gives(
      { book: [{ price: '0.004' }, { price: '0.004' }] },
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ sum: g.sum((b) => b.price) }),
        ),
      ),
    ),
  ),
  number(
    'the sample form is the population form',
    "stddev and variance don't look at whether the sample form was asked for",
    null,
    nodes((node) => (node._tag === 'aggregate' && node.sample ? { ...node, sample: false } : node)),
    gives(
      ns(1, 3),
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ v: g.variance((b) => b.n, { sample: true }) }),
        ),
      ),
    ),
  ),
  number(
    'minus loses its brackets',
    'a - (b - c) is written a - b - c',
    'https://github.com/juanluispaz/ts-sql-query/issues/53',
    nodes(fewer),
    gives(
      ns(7),
      pipe(
        m.book,
        values((b) => ({ x: b.n.minus(b.n.minus(2)) })),
      ),
    ),
  ),
  number(
    'times loses the brackets on its left',
    '(a + b) * c is written a + b * c',
    'https://github.com/genezhang/clickgraph/issues/858',
    nodes(unbracketed),
    gives(
      ns(7),
      pipe(
        m.book,
        values((b) => ({ x: b.n.plus(1).times(3) })),
      ),
    ),
  ),
  number(
    "the rest has the divisor's sign",
    'mod is floored, as in Python',
    null,
    calls('mod', (args, right, types) => {
      const [a, b] = args
      if (
        types.some(({ kind }) => kind === 'decimal') ||
        typeof a !== 'number' ||
        typeof b !== 'number' ||
        b === 0
      )
        return right(args)
      return (((a % b) + b) % b) + 0
    }),
    gives(
      ns(-7),
      pipe(
        m.book,
        values((b) => ({ x: b.n.mod(3) })),
      ),
    ),
  ),
  number(
    'ints are divided downwards',
    'the quotient of ints is floored, not cut',
    null,
    calls('div', (args, right, types) => {
      const [a, b] = args
      return types.every(({ kind }) => kind === 'int') &&
        typeof a === 'number' &&
        typeof b === 'number' &&
        b !== 0
        ? Math.floor(a / b) + 0
        : right(args)
    }),
    gives(
      ns(-7),
      pipe(
        m.book,
        values((b) => ({ x: b.n.dividedBy(2) })),
      ),
    ),
  ),
  number(
    'halves are rounded up',
    "round is JavaScript's, which rounds halves up",
    null,
    calls('round', (args, right, types) =>
      types[0]?.kind === 'float' && (args[1] ?? 0) === 0 ? Math.round(args[0] as number) + 0 : right(args),
    ),
    gives(
      { book: [{ ratio: 2.5 }] },
      pipe(
        m.book,
        values((b) => ({ x: b.ratio.round() })),
      ),
    ),
  ),
  number(
    'floats are kept in four bytes',
    'a float column has single precision',
    null,
    {
      stored: (row, model, schema) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === 'number' && schema.models.get(model)?.columns.get(name)?.kind === 'float'
              ? Math.fround(value)
              : value,
          ]),
        ),
    },
    gives(
      { book: [{ ratio: 0.1 }] },
      pipe(
        m.book,
        filter((b) => b.ratio.eq(0.1)),
      ),
    ),
  ),
  number(
    'an average divides by all rows',
    'avg divides the sum of the values that are there by the number of all',
    null,
    nodes((node, at) =>
      node._tag === 'aggregate' &&
      node.name === 'avg' &&
      !node.distinct &&
      node.default === null &&
      node.arg !== null &&
      node.arg._tag === 'column' &&
      (kindOf(node.arg, at) === 'int' || kindOf(node.arg, at) === 'float')
        ? call(
            'div',
            { _tag: 'cast', to: 'float', arg: { ...node, name: 'sum' } },
            { ...node, name: 'count', arg: null },
          )
        : node,
    ),
    gives(
      { book: [{ rank: 2 }, { rank: null }] },
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ mean: g.avg((b) => b.rank) }),
        ),
      ),
    ),
  ),
  number(
    'made an int by cutting',
    "a cast to int cuts the fraction, it doesn't round",
    null,
    both(
      {
        functions: [
          define(
            '~cut',
            ([type]) => type ?? { kind: 'int', nullable: true },
            ([a], [type]) => (type?.kind === 'float' ? Math.trunc(a as number) + 0 : (a ?? null)),
          ),
        ],
      },
      nodes((node) =>
        node._tag === 'cast' && node.to === 'int' ? { ...node, arg: call('~cut', node.arg) } : node,
      ),
    ),
    gives(
      { book: [{ ratio: 1.7 }] },
      pipe(
        m.book,
        values((b) => ({ x: cast(b.ratio, 'int') })),
      ),
    ),
  ),
  number(
    'booleans as text are 1 and 0',
    'a boolean that is made text is 1 or 0, as it is stored',
    null,
    both(
      {
        functions: [
          define(
            '~bit',
            ([type]) => ({
              kind: type?.kind === 'boolean' ? 'int' : (type?.kind ?? 'text'),
              nullable: type?.nullable ?? true,
            }),
            ([a]) => (typeof a === 'boolean' ? Number(a) : (a ?? null)),
          ),
        ],
      },
      nodes((node) =>
        node._tag === 'cast' && node.to === 'text' ? { ...node, arg: call('~bit', node.arg) } : node,
      ),
    ),
    gives(
      { book: [{ done: true }] },
      pipe(
        m.book,
        values((b) => ({ x: cast(b.done, 'text') })),
      ),
    ),
  ),

  date(
    'weeks are counted from the first of January',
    'the number of a week is that of seven days since the year began',
    'https://github.com/iamkun/dayjs/issues/1586',
    calls('week', ([a]) => Math.floor(dayOfYear(a as string) / 7) + 1),
    gives(
      ons('2021-01-01', '2020-12-31'),
      pipe(
        m.book,
        values((b) => ({ x: b.on.week() })),
      ),
    ),
  ),
  date(
    'the ISO year is the year',
    "the year that a week belongs to is taken for the date's own",
    'https://github.com/ProgressPlanner/progress-planner/pull/738',
    calls('iso_year', ([a]) => Temporal.year(a as string)),
    gives(
      ons('2025-12-29'),
      pipe(
        m.book,
        filter((b) => b.on.isoYear().eq(2026)),
      ),
    ),
  ),
  date(
    'days of the week count from 0',
    "the day of the week is JavaScript's",
    null,
    calls('week_day', (args, right) => (right(args) as number) - 1),
    gives(
      ons('2024-06-02'),
      pipe(
        m.book,
        filter((b) => b.on.weekDay().eq(1)),
      ),
    ),
  ),
  date(
    'the ISO week ends on a Sunday that is 0',
    'Sunday is day 0 of the ISO week',
    null,
    calls('iso_week_day', (args, right) => (right(args) as number) % 7),
    gives(
      ons('2024-06-02'),
      pipe(
        m.book,
        values((b) => ({ x: b.on.isoWeekDay() })),
      ),
    ),
  ),
  date(
    'weeks begin on Sunday',
    'a date is cut to the Sunday before it',
    null,
    calls('trunc_week', (args, right, [type]) => {
      const text = args[0] as string
      if (type?.kind !== 'date') return right(args)
      const at = Date.parse(text.slice(0, 10))
      return new Date(at - new Date(at).getUTCDay() * day).toISOString().slice(0, 10)
    }),
    gives(
      ons('2024-06-05'),
      pipe(
        m.book,
        values((b) => ({ x: b.on.trunc('week') })),
      ),
    ),
  ),
  date(
    'March is in the second quarter',
    'the quarter is a third of the month, which counts from 1',
    null,
    calls('quarter', ([a]) => Math.floor(Temporal.month(a as string) / 3) + 1),
    gives(
      ons('2024-03-05'),
      pipe(
        m.book,
        filter((b) => b.on.quarter().eq(1)),
      ),
    ),
  ),
  date(
    'hours before 1970 are negative',
    'the hour is the rest of the time since 1970',
    null,
    calls('hour', (args, right, [type]) =>
      type?.kind === 'datetime'
        ? Math.trunc((Date.parse(args[0] as string) % day) / 3_600_000) + 0
        : right(args),
    ),
    gives(
      ats('1969-12-31T22:00:00.000Z'),
      pipe(
        m.book,
        values((b) => ({ x: b.at.hour() })),
      ),
    ),
  ),
  date(
    'a range up to midnight takes the day',
    'the upper bound of a range of datetimes that is a midnight is taken for the whole day',
    null,
    nodes((node) => {
      if (node._tag !== 'lookup' || node.name !== 'range') return node
      const [from, to] = node.right
      return from !== undefined &&
        to?._tag === 'const' &&
        to.kind === 'datetime' &&
        typeof to.value === 'string' &&
        to.value.endsWith('T00:00:00.000Z')
        ? { ...node, right: [from, { ...to, value: to.value.replace('00:00:00.000', '23:59:59.999') }] }
        : node
    }),
    gives(
      ats('2024-06-02T12:00:00.000Z'),
      pipe(
        m.book,
        filter((b) => b.at.range('2024-06-01T00:00:00.000Z', '2024-06-02T00:00:00.000Z')),
      ),
    ),
  ),
  date(
    'seconds are rounded',
    'the second of a datetime is rounded, so that it can be 60',
    null,
    calls('second', (args, right, [type]) =>
      type?.kind === 'datetime' ? Math.round(Number((args[0] as string).slice(17, 23))) : right(args),
    ),
    gives(
      ats('2024-06-02T12:00:59.700Z'),
      pipe(
        m.book,
        values((b) => ({ x: b.at.second() })),
      ),
    ),
  ),
  date(
    'grouped by datetimes to the second',
    'datetimes that are grouped by are told apart by a text without milliseconds',
    'https://github.com/kofrasa/mingo/issues/518',
    {
      query: (query, { schema }) =>
        query.group === null || query.from._tag !== 'model'
          ? query
          : {
              ...query,
              group: {
                ...query.group,
                keys: query.group.keys.map((key) =>
                  key.expression._tag === 'column' &&
                  query.from._tag === 'model' &&
                  schema.models.get(query.from.model)?.columns.get(key.expression.path.join('.'))?.kind ===
                    'datetime'
                    ? { ...key, expression: call('trunc_second', key.expression) }
                    : key,
                ),
              },
            },
    },
    gives(
      ats('2024-06-02T12:00:59.700Z', '2024-06-02T12:00:59.800Z'),
      pipe(
        m.book,
        groupBy(
          (b) => ({ at: b.at }),
          (g) => ({ n: g.count() }),
        ),
      ),
    ),
  ),
]
