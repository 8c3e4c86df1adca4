/** Arithmetic that loses its brackets, rounds in another way or converts what it should not; bags of numbers brought to something else. */
import { function as fn } from 'fp-ts'
import { cast, valuesList } from '../../src/index.js'
import type { Aggregate, Call as CallOf, Expression } from '../../src/expression/Expression.js'
import type { Query } from '../../src/query/Query.js'
import { castValue } from '../../src/expression/functions/cast.js'
import type { Json, Kind } from '../../src/value/Value.js'
import type { Bug } from './support/client.js'
import { m, type Rows } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant, Witness } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { finds, reads, type Book } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('numbers-dates')

type Expr = Expression<Query>
type Operation = CallOf<Query>

const isCall = (node: Expr | undefined, ...names: ReadonlyArray<string>): node is Operation =>
  node?._tag === 'call' && names.includes(node.name)

/** Operators understood in another way: the node with its two operands. */
const operations = (change: (node: Operation, left: Expr, right: Expr) => Expr): Bug =>
  R.nodes((node) => {
    if (node._tag !== 'call') return node
    const [left, right, ...more] = node.args
    return left === undefined || right === undefined || more.length > 0 ? node : change(node, left, right)
  })

/** One column of a book. */
const gives = (book: Rows[string][number], of: (book: Book) => unknown): Witness =>
  reads({ book: [book] }, valuesList(of as (b: Book) => Book['n'])(m.book))

/** A value of one kind as one of another, wrongly. */
const castAs = (from: Kind, to: Kind, wrong: (value: Json) => Json): Bug => {
  const made = R.js(
    `cast-${from}-${to}`,
    ([value = null], [kind = 'text']) =>
      value === null ? null : kind === from ? wrong(value) : castValue(kind, to, value),
    to,
  )
  return {
    functions: [made.def],
    ...R.nodes((node) => (node._tag === 'cast' && node.to === to ? made.call(node.arg) : node)),
  }
}

/** An aggregate of all books, in groups of one title. */
const totals = (change: (node: Aggregate<Query>) => Expr): Bug => R.aggregates(change)

const of = (books: Rows[string], make: (g: Totals) => unknown): Witness =>
  reads(
    { author: [{ name: 'a' }], book: books.map((book) => ({ author: 1, ...book })) },
    pipe(
      m.author,
      valuesList((a) => make(a.books as unknown as Totals) as typeof a.id),
    ),
  )

interface Totals {
  readonly [name: string]: (value: (b: Book) => unknown, options?: object) => unknown
}

const numbers: Rows[string] = [{ n: 1 }, { n: 1 }, { n: 4 }]

export const reckonings: ReadonlyArray<Mutant> = [
  mutant(
    'brackets-lost-after-minus',
    'a - (b - c) is understood as (a - b) - c',
    operations((node, a, b) => {
      const [c, d] = isCall(b, 'sub', 'add') ? b.args : []
      return isCall(node, 'sub') && b._tag === 'call' && c !== undefined && d !== undefined
        ? { ...b, args: [{ ...node, args: [a, c] }, d] }
        : node
    }),
    gives({ n: 5 }, (b) => b.n.minus(b.n.minus(2))),
  ),
  mutant(
    'brackets-lost-before-times',
    '(a + b) * c is understood as a + b * c',
    operations((node, a, b) => {
      const [c, d] = isCall(a, 'add', 'sub') ? a.args : []
      return isCall(node, 'mul') && a._tag === 'call' && c !== undefined && d !== undefined
        ? { ...a, args: [c, { ...node, args: [d, b] }] }
        : node
    }),
    gives({ n: 1 }, (b) => b.n.plus(1).times(3)),
  ),
  mutant(
    'brackets-lost-after-divide',
    'a / (b * c) is understood as a / b * c',
    operations((node, a, b) => {
      const [c, d] = isCall(b, 'mul', 'div') ? b.args : []
      return isCall(node, 'div') && b._tag === 'call' && c !== undefined && d !== undefined
        ? { ...b, args: [{ ...node, args: [a, c] }, d] }
        : node
    }),
    gives({ n: 12 }, (b) => b.n.dividedBy(b.n.times(2))),
  ),
  mutant(
    'minus-negative-is-a-comment',
    'where a negative number is taken away, what comes after the minus does not count',
    operations((node, left, right) =>
      isCall(node, 'sub') &&
      right._tag === 'const' &&
      (typeof right.value === 'number'
        ? right.value < 0
        : typeof right.value === 'string' && right.value.startsWith('-'))
        ? left
        : node,
    ),
    gives({ n: 1 }, (b) => b.n.minus(-2)),
  ),
  mutant(
    'remainder-of-divisors-sign',
    'a remainder has the sign of the divisor',
    R.callsTo(
      'mod',
      'int',
      ([a, b]) => (b === 0 ? null : (((a as number) % (b as number)) + (b as number)) % (b as number)),
      ['int'],
    ),
    gives({ n: -7 }, (b) => b.n.mod(3)),
  ),
  mutant(
    'division-by-nothing-is-nothing',
    'what is divided by 0 is 0',
    R.callsTo('div', 'int', ([a, b]) => (b === 0 ? 0 : Math.trunc((a as number) / (b as number))), ['int']),
    gives({ n: 0 }, (b) => b.n.dividedBy(b.n)),
  ),
  mutant(
    'difference-never-negative',
    'a difference is 0 at least, as of numbers without a sign',
    R.callsTo('sub', 'int', ([a, b]) => Math.max(0, (a as number) - (b as number)), ['int']),
    gives({ n: 1 }, (b) => b.n.minus(2)),
  ),
  mutant(
    'arithmetic-compared-by-first',
    'what is computed of two numbers is compared by the first of them',
    R.lookupNodes((node) => {
      const [first] = isCall(node.left, 'add', 'sub', 'mul', 'div', 'mod') ? node.left.args : []
      return first === undefined ? node : { ...node, left: first }
    }),
    finds([{ n: 1 }], (b) => b.n.plus(b.n).eq(2)),
  ),
  mutant(
    'text-to-int-by-its-beginning',
    'text becomes the whole number that it begins with',
    castAs('text', 'int', (text) => {
      const number = parseInt(text as string, 10)
      return Number.isNaN(number) ? null : number
    }),
    gives({ title: '12abc' }, (b) => cast(b.title, 'int')),
  ),
  mutant(
    'text-to-int-of-nothing',
    'text that is no number becomes 0',
    castAs('text', 'int', (text) => castValue('text', 'int', text) ?? 0),
    gives({ title: 'x' }, (b) => cast(b.title, 'int')),
  ),
  mutant(
    'float-to-int-cut',
    'a fraction is cut off, not rounded',
    castAs('float', 'int', (value) => Math.trunc(value as number) + 0),
    gives({ ratio: 1.75 }, (b) => cast(b.ratio, 'int')),
  ),
  mutant(
    'float-to-int-half-up',
    'a half becomes the greater whole number',
    castAs('float', 'int', (value) => Math.round(value as number) + 0),
    gives({ ratio: 2.5 }, (b) => cast(b.ratio, 'int')),
  ),
  mutant(
    'boolean-to-text-as-number',
    'true becomes the text 1',
    castAs('boolean', 'text', (value) => (value === true ? '1' : '0')),
    gives({ done: true }, (b) => cast(b.done, 'text')),
  ),
  mutant(
    'decimal-to-text-of-two-places',
    'a decimal becomes a text with two places',
    castAs('decimal', 'text', (value) => Number(value).toFixed(2)),
    gives({ price: '1.5' }, (b) => cast(b.price, 'text')),
  ),
  mutant(
    'round-without-tens',
    'where it is rounded to tens, it is rounded to whole numbers',
    R.nodes((node) => {
      const [value, places] = isCall(node as Expr, 'round') ? (node as Operation).args : []
      return value !== undefined && places?._tag === 'const' && Number(places.value) < 0
        ? { ...(node as Operation), args: [value] }
        : node
    }),
    gives({ n: 15 }, (b) => b.n.round(-1)),
  ),
  mutant(
    'variance-never-of-sample',
    'the variance of a sample is that of all',
    totals((node) => (node.name === 'variance' ? { ...node, sample: false } : node)),
    of(numbers, (books) => books['variance']?.((b) => b.n, { sample: true })),
  ),
  mutant(
    'deviation-of-one-is-nothing',
    'the deviation of a sample of one is 0',
    totals((node) =>
      node.sample ? { _tag: 'call', name: 'coalesce', args: [node, { ...node, sample: false }] } : node,
    ),
    of([{ n: 1 }], (books) => books['stddev']?.((b) => b.n, { sample: true })),
  ),
  mutant(
    'mean-of-different-of-all',
    'the mean of different values is that of all',
    totals((node) => (node.name === 'avg' ? { ...node, distinct: false } : node)),
    of(numbers, (books) => books['avg']?.((b) => b.n, { distinct: true })),
  ),
  mutant(
    'sum-of-different-of-all',
    'the sum of different values is that of all',
    totals((node) => (node.name === 'sum' ? { ...node, distinct: false } : node)),
    of(numbers, (books) => books['sum']?.((b) => b.n, { distinct: true })),
  ),
  mutant(
    'deviation-as-variance',
    'a deviation is not the root of the variance',
    totals((node) => (node.name === 'stddev' ? { ...node, name: 'variance' } : node)),
    of([{ n: 1 }, { n: 5 }], (books) => books['stddev']?.((b) => b.n)),
  ),
  mutant(
    'sum-of-first-factor',
    'the sum of what is computed is that of the first number in it',
    totals((node) => {
      const [first] =
        node.arg !== null && isCall(node.arg, 'add', 'sub', 'mul', 'div', 'mod') ? node.arg.args : []
      return first === undefined ? node : { ...node, arg: first }
    }),
    of([{ n: 2 }], (books) => books['sum']?.((b) => b.n.times(3))),
  ),
]
