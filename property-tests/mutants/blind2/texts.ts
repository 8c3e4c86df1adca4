/** Text that is searched, compared or cut as something else. Written on 2026-11-28, without sight of the generator. */
import { function as fn } from 'fp-ts'
import { filter, values } from '../../../src/index.js'
import type { LookupName } from '../../../src/expression/Expression.js'
import * as Text from '../../../src/value/Text.js'
import type { Json, Type } from '../../../src/value/Value.js'
import { m } from '../support/models.js'
import { calls, gives, lookups, type BlindMutant } from '../blind/support.js'
import { of } from './support.js'

const { pipe } = fn
const mutant = of('text', 'text')

/** Only where both sides are text that is there. */
const ofText =
  (decide: (left: string, right: ReadonlyArray<string>, name: LookupName) => boolean | null) =>
  (args: ReadonlyArray<Json>, types: ReadonlyArray<Type>, name: LookupName): boolean | null => {
    const texts = args.flatMap((each) => (typeof each === 'string' ? [each] : []))
    return texts.length === args.length && types.every(({ kind }) => kind === 'text')
      ? decide(texts[0] ?? '', texts.slice(1), name)
      : null
  }

const titles = (...list: ReadonlyArray<string>) => ({ book: list.map((title) => ({ title })) })

const byLocale = new Intl.Collator('en')

const matches = (pattern: string, flags: string, text: string): boolean | null => {
  try {
    return new RegExp(pattern, flags).test(text)
  } catch {
    // What is no pattern without the flag is left to who has it.
    return null
  }
}

export const textMutants: ReadonlyArray<BlindMutant> = [
  mutant(
    'starts with, up to the last private character',
    'starts with is a range from the text to the text with U+F8FF behind it',
    null,
    lookups(
      ['startswith'],
      ofText((a, [b = '']) => a.startsWith(b) && Text.compare(a, `${b}\uf8ff`) <= 0),
    ),
    gives(
      titles('a\u{1F600}', 'ab'),
      pipe(
        m.book,
        filter((b) => b.title.startswith('a')),
      ),
    ),
  ),
  mutant(
    'patterns go by UTF-16 units',
    'regular expressions are made without the flag u',
    null,
    lookups(
      ['regex', 'iregex'],
      ofText((a, [b = ''], name) => matches(b, name === 'regex' ? '' : 'i', a)),
    ),
    gives(
      titles('\u{1F600}', 'a'),
      pipe(
        m.book,
        filter((b) => b.title.regex('^.$')),
      ),
    ),
  ),
  mutant(
    'the last none are all',
    'the last n characters are a slice from -n, which for 0 is the whole text',
    null,
    calls('right', ([a, n], right) => (n === 0 ? (a ?? null) : right([a ?? null, n ?? null]))),
    gives(
      titles('ab'),
      pipe(
        m.book,
        values((b) => ({ end: b.title.right(0) })),
      ),
    ),
  ),
  mutant(
    'a dollar in what is put in is special',
    "replace is JavaScript's, for which $$ and $& in the new text stand for something else",
    'https://github.com/salsita/node-pg-migrate/issues/1370',
    calls('replace', (args, right) => {
      const [a, old, by] = args
      return old === '' ? right(args) : (a as string).replaceAll(old as string, by as string)
    }),
    gives(
      titles('ab'),
      pipe(
        m.book,
        values((b) => ({ title: b.title.replace('a', '$&$') })),
      ),
    ),
  ),
  mutant(
    'less and greater by locale',
    'text is compared by less and greater as a dictionary has it',
    null,
    lookups(
      ['gt', 'gte', 'lt', 'lte', 'range'],
      ofText((a, [b = '', c = ''], name) => {
        const order = byLocale.compare(a, b)
        switch (name) {
          case 'gt':
            return order > 0
          case 'gte':
            return order >= 0
          case 'lt':
            return order < 0
          case 'lte':
            return order <= 0
          default:
            return order >= 0 && byLocale.compare(a, c) <= 0
        }
      }),
    ),
    gives(
      titles('a', 'B'),
      pipe(
        m.book,
        filter((b) => b.title.gt('B')),
      ),
    ),
  ),
  mutant(
    'a start before the text counts from its end',
    'a negative start of a part is counted from the end, as in SQLite',
    'https://github.com/duckdb/duckdb/issues/10721',
    calls('substr', ([a, from, n], right) => {
      const start = from as number
      const text = a as string
      const begin = start < 0 ? Math.max(1, Text.length(text) + start + 1) : start
      return right(n === undefined ? [text, begin] : [text, begin, n])
    }),
    gives(
      titles('abcd'),
      pipe(
        m.book,
        values((b) => ({ part: b.title.substr(-2, 2) })),
      ),
    ),
  ),
]
