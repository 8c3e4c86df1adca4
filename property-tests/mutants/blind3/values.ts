/** Texts, numbers and dates that are wrong. Written on 2026-11-28, without sight of the generator. */
import { function as fn } from 'fp-ts'
import { filter, groupBy, valuesList } from '../../../src/index.js'
import type { LookupName } from '../../../src/expression/Expression.js'
import { functions } from '../../../src/expression/functions.js'
import type { Schema } from '../../../src/index.js'
import type { Json, Kind, Row } from '../../../src/value/Value.js'
import type { Bug } from '../support/client.js'
import { m } from '../support/models.js'
import { both, calls, gives, lookups, nodes, type BlindMutant } from '../blind/support.js'
import { of } from './support.js'

const { pipe } = fn
const text = of('text', 'text')
const number = of('numbers', 'numbers-dates')
const date = of('dates', 'numbers-dates')

const unpadded = (arg: Json | undefined): string | null =>
  typeof arg === 'string' ? arg.replace(/ +$/u, '') : null

const folded: { readonly [name: string]: (a: string, b: string) => boolean } = {
  iexact: (a, b) => a === b,
  icontains: (a, b) => a.includes(b),
  istartswith: (a, b) => a.startsWith(b),
  iendswith: (a, b) => a.endsWith(b),
}

const foldedNames: ReadonlyArray<LookupName> = ['iexact', 'icontains', 'istartswith', 'iendswith']

/** A row with some of its plain columns, which are neither unique nor lead anywhere, stored otherwise. */
const storing =
  (kind: Kind, change: (value: string) => string): NonNullable<Bug['stored']> =>
  (row: Row, model: string, schema: Schema): Row => {
    const { columns, relations, primaryKey } = schema.models.get(model) ?? {}
    return Object.fromEntries(
      Object.entries(row).map(([name, own]) => {
        const column = columns?.get(name)
        const plain =
          column?.kind === kind && !column.unique && name !== primaryKey && relations?.has(name) !== true
        return [name, plain && typeof own === 'string' ? change(own) : own]
      }),
    )
  }

const plainNumber = (n: number): string | null => (String(n).includes('e') ? null : String(n + 0))

const rounded = (decimal: string, places: number): string => {
  const near = functions.get('round')?.apply(
    [decimal, places],
    [
      { kind: 'decimal', nullable: false },
      { kind: 'int', nullable: false },
    ],
    '',
  )
  return typeof near === 'string' ? near : decimal
}

const millisecondsOf = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1000 }

const timeOf = (instant: Json | undefined): number =>
  typeof instant === 'string' ? Date.parse(instant) : NaN

/** A datetime is cut towards 1970. */
const cutTowardsZero = (unit: keyof typeof millisecondsOf): Bug =>
  calls(`trunc_${unit}`, (args, right, [type]) => {
    const time = timeOf(args[0])
    const size = millisecondsOf[unit]
    return type?.kind === 'datetime' && time < 0
      ? new Date(Math.trunc(time / size) * size + 0).toISOString()
      : right(args)
  })

const dayOf = (value: Json | undefined): Date =>
  new Date(`${typeof value === 'string' ? value.slice(0, 10) : ''}T00:00:00.000Z`)

const dayOfYear = (day: Date): number => {
  const first = new Date(day)
  first.setUTCMonth(0, 1)
  return Math.round((day.getTime() - first.getTime()) / millisecondsOf.day) + 1
}

export const values: ReadonlyArray<BlindMutant> = [
  text(
    'a length is of code units',
    'the length of a text counts what is outside the basic plane twice',
    'https://github.com/apache/spark/pull/47712',
    calls('length', ([x], right) => (typeof x === 'string' ? x.length : right([x ?? null]))),
    gives(
      { book: [{ title: '\u{1F600}' }, { title: 'a' }] },
      pipe(
        m.book,
        filter((b) => b.title.length().eq(1)),
      ),
    ),
  ),
  text(
    'the last none are all',
    'the last 0 characters of a text are all of it, since there is no -0th place',
    'https://github.com/brianc/node-sql/pull/261',
    calls('right', (args, right) => (args[1] === 0 ? (args[0] ?? null) : right(args))),
    gives(
      { book: [{ title: 'ab', n: 0 }] },
      pipe(
        m.book,
        valuesList((b) => b.title.right(b.n)),
      ),
    ),
  ),
  text(
    'a dollar in a replacement stands for something',
    'what replaces a part of a text is a pattern, in which $& and $$ mean something else',
    'https://github.com/i18next/i18next/pull/243',
    calls('replace', (args, right) => {
      const [x, part, by] = args
      return typeof x === 'string' && typeof part === 'string' && typeof by === 'string' && part !== ''
        ? x.replaceAll(part, by)
        : right(args)
    }),
    gives(
      { book: [{ title: 'costs 5', note: '$$' }] },
      pipe(
        m.book,
        valuesList((b) => b.title.replace('costs ', b.note)),
      ),
    ),
  ),
  text(
    'texts are padded before they are compared',
    'texts that differ only in the spaces at their ends are equal',
    'https://github.com/pingcap/tidb/issues/7085',
    lookups(['exact', 'in'], ([left, ...others]) => {
      const own = unpadded(left)
      return own === null ? null : others.some((other) => unpadded(other) === own)
    }),
    gives(
      { book: [{ title: 'a' }, { title: 'a ' }] },
      pipe(
        m.book,
        filter((b) => b.title.eq('a')),
      ),
    ),
  ),
  text(
    'case is folded downwards',
    'lookups without regard to case compare the small letters, of which one large one may have several',
    null,
    lookups(foldedNames, ([left, right], _, name) =>
      typeof left === 'string' && typeof right === 'string'
        ? (folded[name]?.(left.toLowerCase(), right.toLowerCase()) ?? null)
        : null,
    ),
    gives(
      { book: [{ title: 'ς' }, { title: 'σ' }] },
      pipe(
        m.book,
        filter((b) => b.title.iexact('Σ')),
      ),
    ),
  ),
  text(
    'zeros in front are dropped',
    'a text of digits is stored as a number is written',
    'https://github.com/google/hyou/issues/4',
    { stored: storing('text', (own) => (/^0+[0-9]/u.test(own) ? own.replace(/^0+(?=[0-9])/u, '') : own)) },
    gives(
      { book: [{ title: '007' }] },
      pipe(
        m.book,
        filter((b) => b.title.startswith('0')),
      ),
    ),
  ),

  number(
    'decimals are added as floats',
    'the sum of two decimals is that of the nearest floats',
    'https://github.com/schibsted/jslt/issues/333',
    calls('add', (args, right, types) => {
      const exact =
        types.every(({ kind }) => kind !== 'float') && types.some(({ kind }) => kind === 'decimal')
      const [a, b] = args
      return exact && a !== null && b !== null
        ? (plainNumber(Number(a) + Number(b)) ?? right(args))
        : right(args)
    }),
    gives(
      { book: [{ price: '0.1' }] },
      pipe(
        m.book,
        filter((b) => b.price.plus('0.2').eq('0.3')),
      ),
    ),
  ),
  number(
    'halves go up',
    'a float half way between two whole numbers is rounded to the greater one',
    'https://github.com/rubentalstra/FerroEHR/pull/2932',
    calls('round', (args, right, [type]) => {
      const [x, places = 0] = args
      return type?.kind === 'float' && typeof x === 'number' && places === 0 ? Math.round(x) + 0 : right(args)
    }),
    gives(
      { book: [{ ratio: 0.5 }, { ratio: 2.5 }] },
      pipe(
        m.book,
        valuesList((b) => b.ratio.round()),
      ),
    ),
  ),
  number(
    'all rows are a sample',
    'deviations and variances are those of a sample, also where those of the population are asked for',
    'https://github.com/brycebaril/node-stats-lite/issues/8',
    nodes((node) =>
      node._tag === 'aggregate' && (node.name === 'stddev' || node.name === 'variance')
        ? { ...node, sample: true }
        : node,
    ),
    gives(
      { book: [{ n: 1 }, { n: 3 }] },
      pipe(
        m.book,
        groupBy(
          () => ({}),
          (g) => ({ spread: g.variance((b) => b.n) }),
        ),
      ),
    ),
  ),
  number(
    'two places are kept',
    'a decimal is stored with two places, whatever it was',
    'https://github.com/dotnet/efcore/issues/30858',
    { stored: storing('decimal', (own) => rounded(own, 2)) },
    gives({ book: [{ price: '1.005' }, { price: '1.5' }] }, m.book),
  ),

  date(
    'weeks are counted from New Year',
    'the week of a date is the seventh of the day of the year, rounded up',
    'https://github.com/ArcadeData/arcadedb/issues/4554',
    calls('week', ([x]) => Math.ceil(dayOfYear(dayOf(x)) / 7)),
    gives(
      { book: [{ on: '2023-01-01' }, { on: '2023-01-10' }] },
      pipe(
        m.book,
        valuesList((b) => b.on.week()),
      ),
    ),
  ),
  date(
    'a week starts on Sunday',
    'dates are cut to the Sunday before them',
    'https://github.com/querydsl/querydsl/pull/2776',
    calls('trunc_week', (args, right, [type]) => {
      const day = dayOf(args[0])
      day.setUTCDate(day.getUTCDate() - day.getUTCDay())
      const start = day.toISOString()
      return !/^[0-9]{4}-/u.test(start) || start < '0001'
        ? right(args)
        : type?.kind === 'date'
          ? start.slice(0, 10)
          : start
    }),
    gives(
      { book: [{ on: '2024-05-01' }] },
      pipe(
        m.book,
        valuesList((b) => b.on.trunc('week')),
      ),
    ),
  ),
  date(
    'the day of an instant is that of New York',
    'the date of an instant is that of a place five hours behind',
    'https://github.com/nextcloud/tables/pull/2882',
    calls('date', (args, right, [type]) => {
      const there = type?.kind === 'datetime' ? new Date(timeOf(args[0]) - 5 * millisecondsOf.hour) : null
      const day = there?.toISOString().slice(0, 10) ?? ''
      return /^[0-9]{4}-/u.test(day) && day > '0001' ? day : right(args)
    }),
    gives(
      { book: [{ at: '2024-05-01T03:00:00.000Z' }, { at: '2024-05-01T06:00:00.000Z' }] },
      pipe(
        m.book,
        filter((b) => b.at.date().eq('2024-05-01')),
      ),
    ),
  ),
  date(
    'what was before 1970 is cut upwards',
    'instants before 1970 are cut towards it, since their numbers are negative',
    null,
    both(cutTowardsZero('day'), cutTowardsZero('hour'), cutTowardsZero('minute'), cutTowardsZero('second')),
    gives(
      { book: [{ at: '1969-12-31T10:20:30.400Z' }] },
      pipe(
        m.book,
        valuesList((b) => b.at.trunc('hour')),
      ),
    ),
  ),
]
