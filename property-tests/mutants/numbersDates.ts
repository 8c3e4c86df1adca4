/** Numbers, decimals, dates and booleans that go through something too small for them. */
import { function as fn } from 'fp-ts'
import { annotate, filter, valuesList } from '../../src/index.js'
import { canonical } from '../../src/value/canonical.js'
import { option as O } from 'fp-ts'
import type { LookupName } from '../../src/expression/Expression.js'
import type { Json, Kind } from '../../src/value/Value.js'
import type { Bug } from './support/client.js'
import { m } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant, Witness } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { does, finds, fresh, read, reads, told } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('numbers-dates')

const comparing: ReadonlyArray<LookupName> = ['exact', 'in', 'lt', 'lte', 'gt', 'gte', 'range']
const ordering: ReadonlyArray<LookupName> = ['lt', 'lte', 'gt', 'gte', 'range']

/** Values are compared as something else. */
const compared = (
  names: ReadonlyArray<LookupName>,
  kinds: ReadonlyArray<Kind>,
  as: (value: Json) => Json,
  kind: Kind,
): Bug =>
  R.lookups(names, ({ name, value, others }) => R.looksUp(name, kind, as(value), others.map(as)), { kinds })

const storedAs = (kinds: ReadonlyArray<Kind>, change: (value: never) => Json): Bug => ({
  stored: (row, model, schema) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        const column = schema.models.get(model)?.columns.get(name)
        const plain =
          column !== undefined &&
          kinds.includes(column.kind) &&
          column.target === null &&
          !column.unique &&
          column.field.choices === null &&
          column.field.codec === null
        return [
          name,
          plain && value !== null
            ? O.getOrElse((): Json => value)(canonical(column.kind, change(value as never)))
            : value,
        ]
      }),
    ),
})

const kept = (row: { readonly [column: string]: Json }): Witness =>
  does({}, async (client) => [
    await told(client.create('book', fresh('book', row))),
    await read(client, m.book),
  ])

const shifted = (text: string, milliseconds: number): string =>
  new Date(Date.parse(text) + milliseconds).toISOString()

const day = 86_400_000

export const numbersDates: ReadonlyArray<Mutant> = [
  mutant(
    'ints-as-text',
    'whole numbers are compared as text: 10 is less than 9',
    compared(ordering, ['int'], String, 'text'),
    finds([{ n: 10 }], (b) => b.n.lt(9)),
  ),
  mutant(
    'ints-of-32-bits-compared',
    'whole numbers are compared in 32 bits',
    compared(comparing, ['int'], (value) => (value as number) | 0, 'int'),
    finds([{ n: 2 ** 32 }], (b) => b.n.eq(0)),
  ),
  mutant(
    'ints-of-32-bits-stored',
    'whole numbers are stored in 32 bits',
    storedAs(['int'], (value: number) => value | 0),
    kept({ n: 2 ** 31 }),
  ),
  mutant(
    'ints-clamped',
    'whole numbers beyond 32 bits are stored as the greatest there is',
    storedAs(['int'], (value: number) => Math.min(value, 2 ** 31 - 1)),
    kept({ n: 2 ** 31 }),
  ),
  mutant(
    'ints-unsigned',
    'negative numbers are compared as large ones',
    compared(
      ordering,
      ['int'],
      (value) => ((value as number) < 0 ? 2 ** 52 + (value as number) : value),
      'int',
    ),
    finds([{ n: -1 }], (b) => b.n.lt(0)),
  ),
  mutant(
    'ints-through-float32',
    'whole numbers go through a float of 32 bits: 16777217 is 16777216',
    compared(comparing, ['int'], (value) => Math.fround(value as number), 'int'),
    finds([{ n: 16777217 }], (b) => b.n.eq(16777216)),
  ),
  mutant(
    'float-by-epsilon',
    'floats are equal if they differ by little',
    R.lookups(
      ['exact', 'in'],
      ({ value, others }) => others.some((other) => Math.abs((value as number) - (other as number)) < 0.01),
      { kinds: ['float'] },
    ),
    finds([{ ratio: 0.001 }], (b) => b.ratio.eq(0)),
  ),
  mutant(
    'float-truncated-in-filter',
    'floats are compared without what is behind the point',
    compared(comparing, ['float'], (value) => Math.trunc(value as number), 'float'),
    finds([{ ratio: 0.5 }], (b) => b.ratio.eq(0)),
  ),
  mutant(
    'float-of-32-bits',
    'floats are stored in 32 bits',
    storedAs(['float'], (value: number) => Math.fround(value)),
    kept({ ratio: 0.1 }),
  ),
  mutant(
    'int-and-float-as-ints',
    'where a whole number is compared with a fraction, the fraction is cut',
    R.lookups(
      comparing,
      ({ name, value, others, kind }) =>
        R.looksUp(
          name,
          kind,
          value,
          others.map((other) => Math.trunc(Number(other))),
        ),
      { kinds: ['int'] },
    ),
    finds([{ n: 1, ratio: 1.5 }], (b) => b.n.eq(b.ratio)),
  ),
  mutant(
    'decimal-as-text',
    "decimals are compared as text: '10' is less than '9'",
    compared(ordering, ['decimal'], String, 'text'),
    finds([{ price: '10' }], (b) => b.price.lt('9')),
  ),
  mutant(
    'decimal-through-float',
    'decimals are compared as floats',
    compared(comparing, ['decimal'], Number, 'float'),
    finds([{ price: '9007199254740993' }], (b) => b.price.eq('9007199254740992')),
  ),
  mutant(
    'decimal-rounded',
    'decimals are stored with two places',
    storedAs(['decimal'], (value: string) => Number(value).toFixed(2)),
    kept({ price: '0.001' }),
  ),
  mutant(
    'decimal-sum-of-floats',
    'decimals are added as floats',
    R.callsTo(
      'add',
      'decimal',
      ([a, b]) => O.getOrElse((): Json => null)(canonical('decimal', String(Number(a) + Number(b)))),
      ['decimal'],
    ),
    reads(
      { book: [{ price: '0.1' }] },
      pipe(
        m.book,
        valuesList((b) => b.price.plus('0.2')),
      ),
    ),
  ),
  mutant(
    'division-rounds-down',
    'the quotient of whole numbers is rounded down, not towards 0',
    R.callsTo('div', 'int', ([a, b]) => (b === 0 ? null : Math.floor((a as number) / (b as number))), [
      'int',
    ]),
    reads(
      { book: [{ n: -1 }] },
      pipe(
        m.book,
        valuesList((b) => b.n.dividedBy(2)),
      ),
    ),
  ),
  mutant(
    'round-half-up',
    'halves are rounded up, not to the even neighbour',
    R.callsTo('round', 'float', ([x]) => Math.round(x as number), ['float']),
    reads(
      { book: [{ ratio: 0.5 }] },
      pipe(
        m.book,
        valuesList((b) => b.ratio.round()),
      ),
    ),
  ),
  mutant(
    'boolean-as-one',
    'false equals what is missing or nothing, true whatever is there',
    R.lookups(['exact'], ({ value, other }) => (other === true ? value !== null : value !== true), {
      nulls: true,
      kinds: ['boolean'],
    }),
    finds([{ done: false }], (b) => b.done.eq(true)),
  ),
  mutant(
    'milliseconds-compared-away',
    'datetimes are compared by the second',
    compared(comparing, ['datetime'], (value) => (value as string).slice(0, 19), 'text'),
    finds([{ at: '2024-01-01T00:00:00.001Z' }], (b) => b.at.eq('2024-01-01T00:00:00.000Z')),
  ),
  mutant(
    'milliseconds-dropped',
    'datetimes are stored without milliseconds',
    storedAs(['datetime'], (value: string) => value.replace(/\.\d+Z/u, '.000Z')),
    kept({ at: '2024-01-01T00:00:00.001Z' }),
  ),
  mutant(
    'datetime-equals-its-day',
    'two datetimes of one day are equal',
    compared(['exact', 'in'], ['datetime'], (value) => (value as string).slice(0, 10), 'text'),
    finds([{ at: '2024-01-01T12:00:00.000Z' }], (b) => b.at.eq('2024-01-01T00:00:00.000Z')),
  ),
  mutant(
    'datetime-shifted-by-zone',
    'datetimes are stored as if they were of another zone',
    storedAs(['datetime'], (value: string) => shifted(value, 2 * 3_600_000)),
    kept({ at: '2024-01-01T00:00:00.000Z' }),
  ),
  mutant(
    'date-by-identity',
    'no date equals another, as if they were objects',
    R.lookups(['exact', 'in'], () => false, { kinds: ['date', 'datetime'] }),
    finds([{ on: '2024-01-01' }], (b) => b.on.eq('2024-01-01')),
  ),
  mutant(
    'local-midnight',
    'a date is stored as the midnight of a zone in the east, and read as the day before',
    storedAs(['date'], (value: string) => (value > '0001-01-01' ? shifted(value, -day).slice(0, 10) : value)),
    kept({ on: '2024-01-01' }),
  ),
  mutant(
    'date-of-local-day',
    'the date of a datetime is that of a zone in the east',
    R.callsTo('date', 'date', ([at]) => shifted(at as string, 2 * 3_600_000).slice(0, 10), ['datetime']),
    reads(
      { book: [{ at: '2024-01-01T23:00:00.000Z' }] },
      pipe(
        m.book,
        valuesList((b) => b.at.date()),
      ),
    ),
  ),
  mutant(
    'month-from-zero',
    'months are counted from 0',
    R.callsTo('month', 'int', ([on]) => Number((on as string).slice(5, 7)) - 1),
    reads(
      { book: [{ on: '2024-03-01' }] },
      pipe(
        m.book,
        valuesList((b) => b.on.month()),
      ),
    ),
  ),
  mutant(
    'week-day-from-monday',
    'the days of the week are counted from Monday, not from Sunday',
    R.nodes((node) =>
      node._tag === 'call' && node.name === 'week_day' ? { ...node, name: 'iso_week_day' } : node,
    ),
    reads(
      { book: [{ on: '2024-01-01' }] },
      pipe(
        m.book,
        filter((b) => b.on.weekDay().eq(1)),
      ),
    ),
  ),
  mutant(
    'year-of-the-week',
    'the year is that of the week',
    R.nodes((node) => (node._tag === 'call' && node.name === 'year' ? { ...node, name: 'iso_year' } : node)),
    reads(
      { book: [{ on: '2023-01-01' }] },
      pipe(
        m.book,
        annotate((b) => ({ year: b.on.year() })),
      ),
    ),
  ),
]
