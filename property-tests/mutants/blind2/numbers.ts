/** Numbers, dates and times that are computed wrongly. Written on 2026-11-28, without sight of the generator. */
import { function as fn } from 'fp-ts'
import { cast, filter, groupBy, values } from '../../../src/index.js'
import * as Decimal from '../../../src/value/Decimal.js'
import type { Json, Type } from '../../../src/value/Value.js'
import { m } from '../support/models.js'
import {
  both,
  call,
  calls,
  constant,
  define,
  gives,
  kindOf,
  nodes,
  type BlindMutant,
} from '../blind/support.js'
import { ns, of } from './support.js'

const { pipe } = fn
const number = of('numbers', 'numbers-dates')
const date = of('dates', 'numbers-dates')

const ats = (...list: ReadonlyArray<string>) => ({ book: list.map((at) => ({ at })) })
const ons = (...list: ReadonlyArray<string>) => ({ book: list.map((on) => ({ on })) })

/** Decimals are computed as floats. */
const floating = (name: string, compute: (a: number, b: number) => number) =>
  calls(name, (args, right, types) => {
    const kinds = types.map(({ kind }) => kind)
    return kinds.includes('decimal') && !kinds.includes('float')
      ? Decimal.fromNumber(compute(Number(args[0]), Number(args[1])))
      : right(args)
  })

/** What is cast is made something else before, where it is of one kind. */
const before = (
  name: string,
  to: 'int' | 'text',
  from: 'text' | 'datetime',
  change: (text: string) => string,
) =>
  both(
    {
      functions: [
        define(
          name,
          ([type]): Type =>
            type?.kind === from ? { ...type, kind: 'text' } : (type ?? { kind: 'int', nullable: true }),
          ([a = null], [type]): Json => (typeof a === 'string' && type?.kind === from ? change(a) : a),
        ),
      ],
    },
    nodes((node) => (node._tag === 'cast' && node.to === to ? { ...node, arg: call(name, node.arg) } : node)),
  )

const hours = 3_600_000

export const numberMutants: ReadonlyArray<BlindMutant> = [
  number(
    'the minus of a sum is of its first',
    '-(a + b) is written -a + b',
    'https://github.com/constructive-io/pgsql-parser/pull/288',
    nodes((node) => {
      if (node._tag !== 'call' || node.name !== 'neg') return node
      const [arg] = node.args
      const [a, b] = arg?._tag === 'call' && (arg.name === 'add' || arg.name === 'sub') ? arg.args : []
      return arg?._tag === 'call' && a !== undefined && b !== undefined
        ? call(arg.name, call('neg', a), b)
        : node
    }),
    gives(
      ns(7),
      pipe(
        m.book,
        values((b) => ({ x: b.n.plus(2).negated() })),
      ),
    ),
  ),
  number(
    'divided by a product loses the brackets',
    'a / (b * c) is written a / b * c',
    'https://github.com/kayak/pypika/issues/519',
    nodes((node) => {
      if (node._tag !== 'call' || node.name !== 'div') return node
      const [a, arg] = node.args
      const [b, c] = arg?._tag === 'call' && (arg.name === 'mul' || arg.name === 'div') ? arg.args : []
      return a !== undefined && arg?._tag === 'call' && b !== undefined && c !== undefined
        ? call(arg.name, call('div', a, b), c)
        : node
    }),
    gives(
      ns(12),
      pipe(
        m.book,
        values((b) => ({ x: b.n.dividedBy(b.n.times(2)) })),
      ),
    ),
  ),
  number(
    'decimals are computed as floats',
    'sums, differences and products of decimals go through binary floating point',
    null,
    both(
      floating('add', (a, b) => a + b),
      floating('sub', (a, b) => a - b),
      floating('mul', (a, b) => a * b),
    ),
    gives(
      { book: [{ price: '0.1' }] },
      pipe(
        m.book,
        filter((b) => b.price.plus('0.2').eq('0.3')),
      ),
    ),
  ),
  number(
    'one value varies by 0',
    'the sample form of stddev and variance is 0 for a single value, not missing',
    null,
    nodes((node, at) =>
      node._tag === 'aggregate' &&
      node.sample &&
      node.default === null &&
      node.relation.length === 0 &&
      node.arg !== null &&
      (kindOf(node.arg, at) === 'int' || kindOf(node.arg, at) === 'float')
        ? {
            _tag: 'case',
            branches: [
              {
                when: {
                  _tag: 'lookup',
                  name: 'exact',
                  left: { ...node, name: 'count', sample: false },
                  right: [constant('int', 1)],
                },
                then: constant('float', 0),
              },
            ],
            otherwise: node,
          }
        : node,
    ),
    gives(
      ns(3),
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
    'divided by nothing is nothing',
    'a quotient by 0 is 0, not missing',
    null,
    calls('div', (args, right, types) =>
      Number(args[1]) === 0
        ? types.some(({ kind }) => kind === 'decimal') && !types.some(({ kind }) => kind === 'float')
          ? '0'
          : 0
        : right(args),
    ),
    gives(
      { book: [{ n: 4, rank: 0 }] },
      pipe(
        m.book,
        filter((b) => b.n.dividedBy(b.rank).isNull()),
      ),
    ),
  ),
  number(
    'text that begins with a number is one',
    "a cast of text to int is JavaScript's parseInt, which takes what it can",
    null,
    before('~begins', 'int', 'text', (text) => /^\s*[+-]?\d+/u.exec(text)?.[0] ?? text),
    gives(
      { book: [{ title: '12ab' }] },
      pipe(
        m.book,
        values((b) => ({ x: cast(b.title, 'int') })),
      ),
    ),
  ),

  date(
    'the month begins at the same hour',
    'a datetime that is cut to the month keeps its time',
    null,
    calls('trunc_month', (args, right, [type]) => {
      const text = args[0] as string
      return type?.kind === 'datetime' ? `${text.slice(0, 8)}01${text.slice(10)}` : right(args)
    }),
    gives(
      ats('2024-06-02T12:00:00.000Z'),
      pipe(
        m.book,
        values((b) => ({ month: b.at.trunc('month') })),
      ),
    ),
  ),
  date(
    'the date is that of a zone further east',
    'the date of a datetime is taken in a zone two hours ahead',
    null,
    calls('date', (args, right, [type]) =>
      type?.kind === 'datetime'
        ? new Date(Date.parse(args[0] as string) + 2 * hours).toISOString().slice(0, 10)
        : right(args),
    ),
    gives(
      ats('2024-06-02T23:30:00.000Z'),
      pipe(
        m.book,
        filter((b) => b.at.date().eq('2024-06-02')),
      ),
    ),
  ),
  date(
    'a day has twelve hours',
    'the hour is formatted with hh, not HH',
    'https://github.com/CartoDB/Windshaft-cartodb/pull/1054',
    calls('hour', (args, right) => {
      const hour = right(args)
      return typeof hour === 'number' ? ((hour + 11) % 12) + 1 : hour
    }),
    gives(
      ats('2024-06-02T15:00:00.000Z'),
      pipe(
        m.book,
        values((b) => ({ hour: b.at.hour() })),
      ),
    ),
  ),
  date(
    'datetimes as text have a space',
    'a datetime that is made text is spelled as SQL does, without T and Z',
    null,
    before('~spaced', 'text', 'datetime', (text) => text.replace('T', ' ').replace('Z', '')),
    gives(
      ats('2024-06-02T12:00:00.000Z'),
      pipe(
        m.book,
        values((b) => ({ x: cast(b.at, 'text') })),
      ),
    ),
  ),
  date(
    'no year has 53 weeks',
    'the fifty-third week is the first of the next year',
    null,
    calls('week', (args, right) => {
      const week = right(args)
      return week === 53 ? 1 : week
    }),
    gives(
      ons('2021-01-01'),
      pipe(
        m.book,
        values((b) => ({ week: b.on.week() })),
      ),
    ),
  ),
]
