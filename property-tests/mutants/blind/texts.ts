/** Text that is compared, searched or kept as something else. Written on 2026-11-28, without sight of the generator. */
import { function as fn } from 'fp-ts'
import { exclude, filter, values } from '../../../src/index.js'
import type { LookupName } from '../../../src/expression/Expression.js'
import * as Text from '../../../src/value/Text.js'
import type { Json } from '../../../src/value/Value.js'
import type { Bug } from '../support/client.js'
import { m } from '../support/models.js'
import { blindOf, calls, constant, gives, lookups, nodes, both, type BlindMutant, type X } from './support.js'

const { pipe } = fn
const mutant = blindOf('text', 'text')

const texts = (args: ReadonlyArray<Json>): args is ReadonlyArray<string> =>
  args.every((each) => typeof each === 'string')

/** Only where both sides are text that is there. */
const ofText =
  (decide: (left: string, right: ReadonlyArray<string>, name: LookupName) => boolean | null) =>
  (
    args: ReadonlyArray<Json>,
    types: ReadonlyArray<{ readonly kind: string }>,
    name: LookupName,
  ): boolean | null =>
    texts(args) && types.every(({ kind }) => kind === 'text')
      ? decide(args[0] ?? '', args.slice(1), name)
      : null

const padded = (text: string): string => text.replace(/ +$/u, '')
const numeric = /^\d+(?:\.\d+)?$/u
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/gu, '\\$&')

const titles = (...list: ReadonlyArray<string>) => ({ book: list.map((title) => ({ title })) })

/** The patterns of the client that is asked. */
const now = { patterns: new Map<string, RegExp>() }

const remembering = (bug: Bug): Bug => ({
  ...bug,
  query: (query, world) => {
    const known = world.memory.get('patterns')
    now.patterns = known instanceof Map ? (known as Map<string, RegExp>) : new Map<string, RegExp>()
    world.memory.set('patterns', now.patterns)
    return bug.query?.(query, world) ?? query
  },
})

/** A pattern that is kept, with the place where it stopped. */
const kept = (part: string): RegExp => {
  const found = now.patterns.get(part) ?? new RegExp(escaped(part), 'gu')
  now.patterns.set(part, found)
  return found
}

const inTexts = (change: (value: string) => ReadonlyArray<string>, names: ReadonlyArray<LookupName>) =>
  nodes((node) =>
    node._tag === 'lookup' && names.includes(node.name)
      ? {
          ...node,
          right: node.right.flatMap((each): ReadonlyArray<X> =>
            each._tag === 'const' && each.kind === 'text' && typeof each.value === 'string'
              ? change(each.value).map((value) => constant('text', value))
              : [each],
          ),
        }
      : node,
  )

const searches: ReadonlyArray<LookupName> = [
  'contains',
  'icontains',
  'startswith',
  'istartswith',
  'endswith',
  'iendswith',
]

export const textMutants: ReadonlyArray<BlindMutant> = [
  mutant(
    'equal but for spaces at the end',
    "spaces at the end don't count when texts are compared (PAD SPACE)",
    'https://github.com/nextcloud/server/pull/20050',
    lookups(
      ['exact', 'in'],
      ofText((a, others) => others.some((b) => padded(a) === padded(b))),
    ),
    gives(
      titles('a ', 'a'),
      pipe(
        m.book,
        filter((b) => b.title.eq('a')),
      ),
    ),
  ),
  mutant(
    'only what is looked for is folded',
    'a case-insensitive search puts what is looked for in lower case, but not the text',
    null,
    lookups(
      ['icontains', 'istartswith', 'iexact', 'iendswith'],
      ofText((a, [b = ''], name) => {
        const part = b.toLowerCase()
        return name === 'iexact'
          ? a === part
          : name === 'icontains'
            ? a.includes(part)
            : name === 'istartswith'
              ? a.startsWith(part)
              : a.endsWith(part)
      }),
    ),
    gives(
      titles('Ab', 'ab'),
      pipe(
        m.book,
        filter((b) => b.title.icontains('ab')),
      ),
    ),
  ),
  mutant(
    'a pattern that remembers where it stopped',
    'contains is a global pattern that is kept: it goes on where it last matched',
    null,
    remembering(
      lookups(
        ['contains'],
        ofText((a, [b = '']) => kept(b).test(a)),
      ),
    ),
    gives(
      titles('ab', 'ab', 'ab'),
      pipe(
        m.book,
        filter((b) => b.title.contains('ab')),
      ),
    ),
  ),
  mutant(
    'ends with by the last place',
    'ends with compares the last place with the difference of the lengths, which can both be -1',
    null,
    lookups(
      ['endswith'],
      ofText((a, [b = '']) => a.lastIndexOf(b) === a.length - b.length),
    ),
    gives(
      titles('a', 'bc'),
      pipe(
        m.book,
        filter((b) => b.title.endswith('bc')),
      ),
    ),
  ),
  mutant(
    'equal to a line',
    'iexact is a pattern from ^ to $ with the flag m, so that one line of several is enough',
    null,
    lookups(
      ['iexact'],
      ofText((a, [b = '']) => new RegExp(`^${escaped(b)}$`, 'imu').test(a)),
    ),
    gives(
      titles('b\na', 'a'),
      pipe(
        m.book,
        filter((b) => b.title.iexact('A')),
      ),
    ),
  ),
  mutant(
    'plus is a space',
    "values go through a query string that isn't encoded: + arrives as a space",
    null,
    inTexts((value) => [value.replaceAll('+', ' ')], ['exact', 'in', ...searches]),
    gives(
      titles('a+b', 'a b'),
      pipe(
        m.book,
        filter((b) => b.title.eq('a+b')),
      ),
    ),
  ),
  mutant(
    'lists are split at commas',
    'a list is sent as its members with commas between them, unescaped',
    'https://github.com/supabase/supabase-js/issues/2669',
    inTexts((value) => value.split(','), ['in']),
    gives(
      titles('a,b', 'a', 'c'),
      pipe(
        m.book,
        filter((b) => b.title.in(['a,b', 'c'])),
      ),
    ),
  ),
  mutant(
    'texts that look like numbers are numbers',
    'texts are compared by ==, in a language where numeric texts are numbers',
    null,
    lookups(
      ['exact', 'in'],
      ofText((a, others) =>
        others.some((b) => a === b || (numeric.test(a) && numeric.test(b) && Number(a) === Number(b))),
      ),
    ),
    gives(
      titles('1', '01', '1.0'),
      pipe(
        m.book,
        filter((b) => b.title.eq('1')),
      ),
    ),
  ),
  mutant(
    'what is looked for is trimmed',
    'search terms lose the spaces around them',
    'https://github.com/nocodb/nocodb/pull/9542',
    inTexts((value) => [value.trim()], searches),
    gives(
      titles('ab', 'a b'),
      pipe(
        m.book,
        filter((b) => b.title.contains(' b')),
      ),
    ),
  ),
  mutant(
    'patterns match the whole',
    'a regular expression has to match the whole text',
    null,
    lookups(
      ['regex', 'iregex'],
      ofText((a, [b = ''], name) => new RegExp(`^(?:${b})$`, name === 'regex' ? 'u' : 'iu').test(a)),
    ),
    gives(
      titles('ab', 'a'),
      pipe(
        m.book,
        filter((b) => b.title.regex('a')),
      ),
    ),
  ),
  mutant(
    'length in UTF-16 units',
    'a character beyond the basic plane has length 2',
    null,
    calls('length', ([a]) => (a as string).length),
    gives(
      titles('\u{1F600}a'),
      pipe(
        m.book,
        values((b) => ({ n: b.title.length() })),
      ),
    ),
  ),
  mutant(
    'left in UTF-16 units',
    'the first n of a text are UTF-16 units, which can cut a character in two',
    null,
    calls('left', ([a, n]) => (a as string).slice(0, Math.max(0, n as number))),
    gives(
      titles('\u{1F600}a'),
      pipe(
        m.book,
        filter((b) => b.title.left(2).endswith('a')),
      ),
    ),
  ),
  mutant(
    'substring from and to',
    'the third argument of substr is taken for the end, not the length',
    null,
    calls('substr', ([a, from, n], right) =>
      n === undefined
        ? right([a ?? null, from ?? null])
        : Text.slice(a as string, (from as number) - 1, n as number),
    ),
    gives(
      titles('abcdef'),
      pipe(
        m.book,
        values((b) => ({ part: b.title.substr(2, 3) })),
      ),
    ),
  ),
  mutant(
    'replaces only the first',
    "replace is JavaScript's, which stops after the first match",
    null,
    calls('replace', ([a, old, by]) => (a as string).replace(old as string, () => by as string)),
    gives(
      titles('aba'),
      pipe(
        m.book,
        values((b) => ({ title: b.title.replace('a', 'x') })),
      ),
    ),
  ),
  mutant(
    'filled up but never cut',
    'lpad and rpad leave longer text as it is',
    null,
    both(
      calls('lpad', (args, right) =>
        Text.length(args[0] as string) >= (args[1] as number) ? (args[0] ?? null) : right(args),
      ),
      calls('rpad', (args, right) =>
        Text.length(args[0] as string) >= (args[1] as number) ? (args[0] ?? null) : right(args),
      ),
    ),
    gives(
      titles('abcdef', 'a'),
      pipe(
        m.book,
        values((b) => ({ title: b.title.lpad(3, 'x') })),
      ),
    ),
  ),
  mutant(
    'trims all white space',
    'trim takes tabs and line ends too',
    null,
    calls('trim', ([a]) => (a as string).trim()),
    gives(
      titles(' a\n'),
      pipe(
        m.book,
        filter((b) => b.title.trim().eq('a')),
      ),
    ),
  ),
  mutant(
    'part found from 0',
    'the place of a part is counted from 0, and -1 is none',
    null,
    calls('strindex', ([a, part]) => (a as string).indexOf(part as string)),
    gives(
      titles('ab', 'b'),
      pipe(
        m.book,
        filter((b) => b.title.strindex('b').gt(0)),
      ),
    ),
  ),
  mutant(
    'kept without spaces around',
    'text is trimmed when it is stored',
    null,
    {
      stored: (row, model, schema) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === 'string' &&
            schema.models.get(model)?.columns.get(name)?.kind === 'text' &&
            schema.models.get(model)?.primaryKey !== name
              ? value.trim()
              : value,
          ]),
        ),
    },
    gives(
      titles(' a'),
      pipe(
        m.book,
        exclude((b) => b.title.eq('a')),
      ),
    ),
  ),
]
