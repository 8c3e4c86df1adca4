/** Things that are almost the same, taken for each other: columns and values, near values, texts that mean something elsewhere. */
import { function as fn } from 'fp-ts'
import { and, not, or } from '../../src/index.js'
import type { Json, Row } from '../../src/value/Value.js'
import type { Bug } from './support/client.js'
import { byBoth } from './support/killers.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant, Witness } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { does, finds, type Book } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('alike')

/** A value as text. */
const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

const kept = (change: (text: string) => Json): Bug => ({
  stored: (row: Row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'string' && name !== 'slug' && !/^\d{4}-/u.test(value) ? change(value) : value,
      ]),
    ),
})

/** What is kept of a title. */
const keeps = (title: string): Witness =>
  does({ book: [{ title }] }, async (client) =>
    pipe(
      await client.list({
        from: { _tag: 'model', model: 'book' },
        annotations: [],
        where: null,
        order: [],
        reverse: false,
        distinctOn: null,
        columns: null,
        group: null,
        distinct: false,
        slice: null,
        fields: ['id', 'title'],
        related: [],
      })(),
      (page) => (page._tag === 'Right' ? JSON.stringify(page.right.rows) : null),
    ),
  )

/** Two values are the same if what is made of them is. */
const taken = (
  kinds: ReadonlyArray<'text' | 'int' | 'float' | 'decimal' | 'datetime'>,
  as: (value: Json) => unknown,
  names: ReadonlyArray<'exact' | 'in'> = ['exact', 'in'],
): Bug => R.lookups(names, ({ value, others }) => others.some((other) => as(value) === as(other)), { kinds })

const sameField = (a: R.Pred, b: R.Pred): boolean => {
  const [x, y] = [a, b].map((each) => (each._tag === 'not' ? each.predicate : each))
  return (
    a._tag !== b._tag &&
    x?._tag === 'lookup' &&
    y?._tag === 'lookup' &&
    JSON.stringify(x.left) === JSON.stringify(y.left)
  )
}

const title = (
  t: string,
  ...predicates: Parameters<typeof finds> extends readonly [unknown, ...infer P] ? P : never
): Witness => finds([{ title: t }], ...predicates)

export const alikes: ReadonlyArray<Mutant> = [
  mutant(
    'column-in-list-lost',
    'a column among the values of a list is passed over',
    R.lookupNodes((node) =>
      node.name === 'in' ? { ...node, right: node.right.filter(({ _tag }) => _tag === 'const') } : node,
    ),
    finds([{ n: 1, rank: 1 }], (b) => b.n.in([b.rank, 7])),
  ),
  mutant(
    'column-in-list-first-row',
    'a missing column among the values of a list makes it find nothing, and its `not` too',
    R.nodes((node) =>
      node._tag === 'not' &&
      node.predicate._tag === 'lookup' &&
      node.predicate.name === 'in' &&
      node.predicate.right.some(({ _tag }) => _tag === 'column')
        ? R.and(
            node,
            ...node.predicate.right.flatMap((each) =>
              each._tag === 'column' ? [R.not(R.isNull(each))] : [],
            ),
          )
        : node,
    ),
    finds([{ n: 1, rank: null }], (b) => not(b.n.in([b.rank, 7]))),
  ),
  mutant(
    'opposites-hold-always',
    'a comparison or the opposite of another one of the same field holds always',
    R.nodes((node) =>
      node._tag === 'or' && node.any.length === 2 && sameField(node.any[0]!, node.any[1]!)
        ? { _tag: 'and', all: [] }
        : node,
    ),
    finds([{ n: 2 }], (b: Book) => or(b.n.eq(1), not(b.n.eq(2)))),
  ),
  mutant(
    'opposites-never-hold',
    'a comparison and the opposite of another one of the same field never hold',
    R.nodes((node) =>
      node._tag === 'and' && node.all.length === 2 && sameField(node.all[0]!, node.all[1]!)
        ? { _tag: 'or', any: [] }
        : node,
    ),
    finds([{ n: 1 }], (b: Book) => and(b.n.eq(1), not(b.n.eq(2)))),
  ),
  mutant(
    'opposite-of-field-forgotten',
    'of two comparisons of a field, the opposite one is taken as it stands',
    R.nodes((node) =>
      node._tag === 'or' && node.any.length > 1 && node.any.some((each) => each._tag === 'not')
        ? {
            ...node,
            any: node.any.map((each, _, all) =>
              each._tag === 'not' && all.some((other) => sameField(each, other)) ? each.predicate : each,
            ),
          }
        : node,
    ),
    finds([{ n: 3 }], (b: Book) => or(b.n.eq(1), not(b.n.eq(2)))),
  ),
  mutant(
    'value-as-column',
    'a text that is the name of a column is taken for it',
    R.nodes((node) =>
      node._tag === 'const' &&
      node.kind === 'text' &&
      (node.value === 'title' || node.value === 'name' || node.value === 'note')
        ? R.constant('text', '~column')
        : node,
    ),
    title('title', (b) => b.title.eq('title')),
  ),
  mutant(
    'dollar-value-as-field',
    'a text that begins with $ is taken for a field',
    taken(['text'], (value) => (text(value).startsWith('$') ? NaN : value)),
    title('$a', (b) => b.title.eq('$a')),
  ),
  mutant(
    'replacement-pattern',
    'what stands for what was found is put in for it',
    kept((text) => 'x'.replace('x', text.replaceAll('$1', '')).replaceAll('$&', 'x')),
    keeps('$1'),
    byBoth,
  ),
  mutant(
    'compatible-characters-alike',
    'texts are compared by what their characters are compatible with',
    taken(['text'], (value) => text(value).normalize('NFKC')),
    title('ﬁ', (b) => b.title.eq('fi')),
  ),
  mutant(
    'zero-width-ignored',
    'characters without width do not count',
    taken(['text'], (value) => text(value).replaceAll(/[\u200B\uFEFF\u00AD]/gu, '')),
    title('a\u200Bb', (b) => b.title.eq('ab')),
  ),
  mutant(
    'markup-unescaped',
    'what stands for & and < is put back when it is kept',
    kept((text) => text.replaceAll('&amp;', '&').replaceAll('&lt;', '<')),
    keeps('&amp;'),
    byBoth,
  ),
  mutant(
    'tags-taken-out',
    'what looks like markup is taken out when it is kept',
    kept((text) => text.replaceAll(/<[^>]*>/gu, '')),
    keeps('<b>'),
    byBoth,
  ),
  mutant(
    'blanks-become-one',
    'several blanks are kept as one',
    kept((text) => text.replaceAll(/ {2,}/gu, ' ')),
    keeps('a  b'),
    byBoth,
  ),
  mutant(
    'line-separator-as-newline',
    'a line separator is kept as a new line',
    kept((text) => text.replaceAll('\u2028', '\n')),
    keeps('a\u2028'),
    byBoth,
  ),
  mutant(
    'escapes-read-twice',
    'a backslash and an n are kept as a new line',
    kept((text) => text.replaceAll('\\n', '\n')),
    keeps('a\\nb'),
    byBoth,
  ),
  mutant(
    'truth-words-alike',
    'texts that mean yes are the same',
    taken(['text'], (value) =>
      ['yes', 'on', 'true', 'y'].includes(text(value).toLowerCase()) ? true : value,
    ),
    title('yes', (b) => b.title.eq('on')),
  ),
  mutant(
    'texts-as-numbers-with-exponent',
    'texts that are numbers with an exponent are compared as numbers',
    taken(['text'], (value) => (/^\d+e\d+$/iu.test(text(value)) ? String(Number(value)) : value)),
    title('1e3', (b) => b.title.eq('1000')),
  ),
  mutant(
    'texts-as-dates',
    'texts that are the same date are the same',
    taken(['text'], (value) => (/^\d{4}-\d\d?-\d\d?/u.test(text(value)) ? Date.parse(text(value)) : value)),
    title('2020-01-01', (b) => b.title.eq('2020-01-01T00:00:00.000Z')),
  ),
  mutant(
    'umlauts-spelled-out',
    'ü is ue',
    taken(['text'], (value) => text(value).replaceAll('ü', 'ue')),
    title('ü', (b) => b.title.eq('ue')),
  ),
  mutant(
    'leading-zeros-lost',
    'texts of digits lose their leading zeros',
    kept((text) => (/^0\d+$/u.test(text) ? text.replace(/^0+(?=\d)/u, '') : text)),
    keeps('01'),
    byBoth,
  ),
  mutant(
    'ints-of-16-bits',
    'ints are compared by their last 16 bits',
    taken(['int'], (value) => Number(value) << 16),
    finds([{ n: 65536 }], (b) => b.n.eq(0)),
  ),
  mutant(
    'floats-of-15-digits',
    'floats are compared by 15 digits',
    taken(['float'], (value) => Number(value).toPrecision(15)),
    finds([{ ratio: 0.30000000000000004 }], (b) => b.ratio.eq(0.3)),
  ),
  mutant(
    'decimals-of-12-places',
    'decimals are compared by 12 places',
    taken(['decimal'], (value) =>
      text(value).includes('.')
        ? text(value)
            .replace(/(\.\d{12})\d+$/u, '$1')
            .replace(/\.?0*$/u, '')
        : value,
    ),
    finds([{ price: '1.000000000000000000001' }], (b) => b.price.eq('1')),
  ),
  mutant(
    'seconds-compared-in-lists',
    'in a list, datetimes are compared by seconds',
    taken(['datetime'], (value) => text(value).slice(0, 19), ['in']),
    finds([{ at: '2020-01-01T00:00:00.001Z' }], (b) =>
      b.at.in(['2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z']),
    ),
  ),
  mutant(
    'milliseconds-as-a-number',
    'milliseconds lose their leading zeros',
    taken(['datetime'], (value) => text(value).replace(/\.0*(\d*?)0*Z/u, '.$1')),
    finds(
      [{ at: '2020-01-01T00:00:00.010Z' }],
      (b) => b.at.eq('2020-01-01T00:00:00.001Z'),
      (b) => b.at.eq('2020-01-01T00:00:00.010Z'),
      (b) => b.at.in(['2020-01-01T00:00:00.100Z', '2020-01-01T00:00:00.010Z']),
    ),
  ),
  mutant(
    'dates-of-the-old-calendar',
    'dates before 1582 are kept a day later',
    {
      stored: (row: Row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === 'string' &&
            /^(?:0\d{3}|1[0-4]\d\d|15[0-7]\d)-/u.test(value) &&
            value.length === 10
              ? new Date(Date.parse(`${value}T00:00:00.000Z`) + 86_400_000).toISOString().slice(0, 10)
              : value,
          ]),
        ),
    },
    does({ book: [{ on: '0099-01-01' }] }, async (client) => {
      const page = await client.list({
        from: { _tag: 'model', model: 'book' },
        annotations: [],
        where: null,
        order: [],
        reverse: false,
        distinctOn: null,
        columns: null,
        group: null,
        distinct: false,
        slice: null,
        fields: ['id', 'on'],
        related: [],
      })()
      return page._tag === 'Right' ? JSON.stringify(page.right.rows) : null
    }),
    byBoth,
  ),
  mutant(
    'quick-check-of-range',
    'between two near values nothing is found',
    R.lookups(
      ['range'],
      ({ right, others }) =>
        right &&
        !(typeof others[0] === 'number' && typeof others[1] === 'number' && others[1] - others[0] < 1),
    ),
    finds([{ n: 1 }], (b) => b.n.range(1, 1)),
  ),
]
