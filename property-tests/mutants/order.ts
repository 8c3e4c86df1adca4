/** Rows in another order than was asked for. */
import { function as fn } from 'fp-ts'
import { orderBy, reverse, slice, valuesList } from '../../src/index.js'
import type { OrderKey } from '../../src/expression/Expression.js'
import type { Query } from '../../src/index.js'
import { m, type Rows } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant, Witness } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { reads, type Book } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('order')

type Key = OrderKey<Query>

const sorts = (
  books: Rows[string],
  ...keys: ReadonlyArray<(book: Book) => ReturnType<Book['n']['asc']>>
): Witness => reads({ book: books }, orderBy((b: Book) => keys.map((key) => key(b)))(m.book))

const gap = [{ rank: null }, { rank: 1 }]

const keyed = (change: (key: Key) => Key) => R.orders((keys) => keys.map(change))

const turned = (key: Key): Key => ({
  ...key,
  direction: key.direction === 'asc' ? 'desc' : 'asc',
  nulls: key.nulls === 'first' ? 'last' : 'first',
})

const isColumn = ({ expression }: Key): boolean => expression._tag === 'column'
const own = ({ expression }: Key): boolean => expression._tag !== 'column' || expression.path.length === 1

/** The last key breaks ties, and stays. */
const butLast = (change: (keys: ReadonlyArray<Key>, query: Query) => ReadonlyArray<Key>) =>
  R.orders((keys, query) => [...change(keys.slice(0, -1), query), ...keys.slice(-1)])

const units = (text: string): string =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0')).join('')

export const order: ReadonlyArray<Mutant> = [
  mutant(
    'nulls-last-under-desc',
    'missing values come last descending, too',
    keyed((key) => (key.direction === 'desc' ? { ...key, nulls: 'last' } : key)),
    sorts(gap, (b) => b.rank.desc()),
  ),
  mutant(
    'nulls-first-under-asc',
    'missing values come first ascending',
    keyed((key) => (key.direction === 'asc' ? { ...key, nulls: 'first' } : key)),
    sorts(gap, (b) => b.rank.asc()),
  ),
  mutant(
    'nulls-option-ignored',
    'missing values come where they come by themselves, whatever is asked',
    keyed((key) => ({ ...key, nulls: key.direction === 'asc' ? 'last' : 'first' })),
    sorts([{ rank: 1 }, { rank: null }], (b) => b.rank.asc({ nulls: 'first' })),
  ),
  mutant(
    'desc-nulls-last-as-asc',
    'descending with missing values last is ascending',
    keyed((key) => (key.direction === 'desc' && key.nulls === 'last' ? { ...key, direction: 'asc' } : key)),
    sorts([{ rank: 1 }, { rank: 2 }], (b) => b.rank.desc({ nulls: 'last' })),
  ),
  mutant(
    'desc-as-asc',
    'what lies behind a relation is sorted ascending, always',
    keyed((key) => (own(key) ? key : { ...key, direction: 'asc', nulls: 'last' })),
    reads(
      { author: [{ name: 'a' }, { name: 'b' }], book: [{ author: 1 }, { author: 2 }] },
      orderBy((b: Book) => [b.author.name.desc()])(m.book),
    ),
  ),
  mutant(
    'only-first-key',
    'only the first key counts',
    butLast((keys) => keys.slice(0, 1)),
    sorts(
      [{ title: 'b' }, { title: 'a' }],
      (b) => b.n.asc(),
      (b) => b.title.asc(),
    ),
  ),
  mutant(
    'keys-in-turn',
    'rows are sorted by one key after the other, so that the last one counts most',
    butLast((keys) => [...keys].reverse()),
    sorts(
      [
        { n: 2, title: 'a' },
        { n: 1, title: 'b' },
      ],
      (b) => b.n.asc(),
      (b) => b.title.asc(),
    ),
  ),
  mutant(
    'mixed-directions-lost',
    'all keys take the direction of the first',
    butLast((keys) => keys.map((key) => (key.direction === keys[0]?.direction ? key : turned(key)))),
    sorts(
      [{ title: 'a' }, { title: 'b' }],
      (b) => b.n.asc(),
      (b) => b.title.desc(),
    ),
  ),
  mutant(
    'ties-reversed',
    'ties are broken by the primary key descending',
    R.orders((keys) => (keys.length < 2 ? keys : [...keys.slice(0, -1), ...keys.slice(-1).map(turned)])),
    sorts([{}, {}], (b) => b.n.asc()),
  ),
  mutant(
    'desc-reverses-ties',
    'descending is ascending read backwards, ties too',
    R.orders((keys) =>
      keys.length === 2 && keys[0]?.direction === 'desc'
        ? [...keys.slice(0, -1), ...keys.slice(-1).map(turned)]
        : keys,
    ),
    sorts([{}, {}], (b) => b.n.desc()),
  ),
  mutant(
    'ties-of-nulls-unbroken',
    'among rows whose first key is missing, the others do not count',
    R.orders(([first, ...others]) =>
      first === undefined
        ? []
        : [
            first,
            ...others.map((key): Key => ({
              ...key,
              expression: {
                _tag: 'case',
                branches: [{ when: R.not(R.isNull(first.expression)), then: key.expression }],
                otherwise: R.constant('int', null),
              },
            })),
          ],
    ),
    sorts(
      [{ title: 'b' }, { title: 'a' }],
      (b) => b.rank.asc(),
      (b) => b.title.asc(),
    ),
  ),
  mutant(
    'text-by-locale',
    'text is sorted as in a dictionary',
    R.sortedBy(
      (text) =>
        `${(text as string).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()}\0${text as string}`,
      ['text'],
      'text',
    ),
    sorts([{ title: 'B' }, { title: 'a' }], (b) => b.title.asc()),
  ),
  mutant(
    'text-by-units',
    'text is sorted by UTF-16 units',
    R.sortedBy((text) => units(text as string), ['text'], 'text'),
    sorts([{ title: '\u{1F600}' }, { title: '\ufffd' }], (b) => b.title.asc()),
  ),
  mutant(
    'text-numerically',
    "numbers in text are sorted by size: '10' after '9'",
    R.sortedBy(
      (text) => (text as string).replace(/\d+/gu, (digits) => digits.padStart(20, '0')),
      ['text'],
      'text',
    ),
    sorts([{ title: '10' }, { title: '9' }], (b) => b.title.asc()),
  ),
  mutant(
    'ints-as-text-sorted',
    'whole numbers are sorted as text',
    R.sortedBy(String, ['int'], 'text'),
    sorts([{ n: 10 }, { n: 9 }], (b) => b.n.asc()),
  ),
  mutant(
    'ints-by-size-sorted',
    'whole numbers are sorted without their sign',
    R.sortedBy((n) => Math.abs(n as number), ['int'], 'int'),
    sorts([{ n: 1 }, { n: -2 }], (b) => b.n.asc()),
  ),
  mutant(
    'decimals-as-text-sorted',
    'decimals are sorted as text',
    R.sortedBy((text) => text, ['decimal'], 'text'),
    sorts([{ price: '10' }, { price: '9' }], (b) => b.price.asc()),
  ),
  mutant(
    'floats-by-whole-part',
    'floats are sorted by their whole part, as by a comparator cut to an int',
    R.sortedBy((x) => Math.trunc(x as number), ['float'], 'float'),
    sorts([{ ratio: 0.5 }, { ratio: 0.25 }], (b) => b.ratio.asc()),
  ),
  mutant(
    'true-before-false',
    'true comes before false',
    R.sortedBy((truth) => (truth === true ? 0 : 1), ['boolean'], 'int'),
    sorts([{ done: true }, { done: false }], (b) => b.done.asc()),
  ),
  mutant(
    'datetimes-by-day',
    'datetimes are sorted by day',
    R.sortedBy((at) => (at as string).slice(0, 10), ['datetime'], 'text'),
    sorts([{ at: '2024-01-01T12:00:00.000Z' }, { at: '2024-01-01T11:00:00.000Z' }], (b) => b.at.asc()),
  ),
  mutant(
    'zero-sorted-as-missing',
    "0 and '' are sorted as missing values",
    R.sortedBy((value) => (value === 0 || value === '' ? null : value), ['text', 'int'], null),
    sorts([{ n: 0 }, { n: 1 }], (b) => b.n.asc()),
  ),
  mutant(
    'unselected-key-ignored',
    'what is sorted by and not given does not count',
    butLast((keys, query) =>
      keys.filter(
        ({ expression }) =>
          query.columns === null ||
          query.columns.some((column) => JSON.stringify(column.expression) === JSON.stringify(expression)),
      ),
    ),
    reads(
      { book: [{ n: 2 }, { n: 1 }] },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        valuesList((b) => b.id),
      ),
    ),
  ),
  mutant(
    'computed-key-ignored',
    'what is sorted by must be a column, or does not count',
    butLast((keys) => keys.filter(isColumn)),
    sorts([{ title: 'bb' }, { title: 'a' }], (b) => b.title.length().asc()),
  ),
  mutant(
    'key-behind-relation-ignored',
    'what lies behind a relation is not sorted by',
    butLast((keys) => keys.filter(own)),
    reads(
      { author: [{ name: 'b' }, { name: 'a' }], book: [{ author: 1 }, { author: 2 }] },
      orderBy((b: Book) => [b.author.name.asc()])(m.book),
    ),
  ),
  mutant(
    'order-joins-inner',
    'sorting by what lies behind a relation loses the rows without one',
    R.passes((query) =>
      query.order.every(own)
        ? query
        : {
            ...query,
            where: R.and(
              ...(query.where === null ? [] : [query.where]),
              ...query.order.flatMap(({ expression }) =>
                expression._tag === 'column' && expression.path.length > 1
                  ? [R.not(R.isNull({ ...expression, path: expression.path.slice(0, 1) }))]
                  : [],
              ),
            ),
          },
    ),
    sorts([{}], (b) => b.author.name.asc()),
  ),
  mutant(
    'ties-always-ascending',
    'reversing turns the keys round, but not what breaks ties',
    R.orders((keys) =>
      keys.length > 1 && keys.at(-1)?.direction === 'desc'
        ? [...keys.slice(0, -1), ...keys.slice(-1).map(turned)]
        : keys,
    ),
    reads(
      { book: [{}, {}] },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        reverse,
      ),
    ),
  ),
  mutant(
    'order-lost-under-limit',
    'rows are limited first and sorted afterwards',
    R.passes((query) =>
      query.slice === null || query.order.length === 0 || query.group !== null || query.columns !== null
        ? query
        : {
            ...query,
            slice: null,
            where: null,
            annotations: [],
            from: {
              _tag: 'query',
              query: { ...query, order: [], reverse: false, related: [], fields: null, distinctOn: null },
            },
          },
    ),
    reads(
      { book: [{ n: 2 }, { n: 1 }] },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(0, 1),
      ),
    ),
  ),
]
