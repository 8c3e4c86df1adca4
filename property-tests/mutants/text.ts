/** Text that is compared, searched or kept as something else than its code points. */
import { function as fn } from 'fp-ts'
import { annotate } from '../../src/index.js'
import * as Text from '../../src/value/Text.js'
import type { Json, Row } from '../../src/value/Value.js'
import type { Schema } from '../../src/index.js'
import type { Bug } from './support/client.js'
import { m } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant, Witness } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { does, finds, fresh, read, reads, told, type Book } from './support/witness.js'
import type { LookupName } from '../../src/expression/Expression.js'
import type { Predicate } from '../../src/index.js'

const { pipe } = fn
const mutant = mutantsOf('text')

/** A book by title. */
const titled = (title: string, ...predicates: ReadonlyArray<(book: Book) => Predicate>): Witness =>
  finds([{ title }], ...predicates)

const parts: ReadonlyArray<LookupName> = ['contains', 'startswith', 'endswith']
const iparts: ReadonlyArray<LookupName> = ['icontains', 'istartswith', 'iendswith']
const folding: ReadonlyArray<LookupName> = ['iexact', ...iparts]

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/gu, '\\$&')

/** How two texts match where each of the lookups is one of equality, part, beginning or end. */
const matches = (name: LookupName, text: string, part: string): boolean => {
  const how = name.startsWith('i') && name !== 'in' ? name.slice(1) : name
  return how === 'contains'
    ? text.includes(part)
    : how === 'startswith'
      ? text.startsWith(part)
      : how === 'endswith'
        ? text.endsWith(part)
        : text === part
}

const pattern = (name: LookupName, part: string, flags: string): RegExp => {
  const how = name.startsWith('i') && name !== 'in' ? name.slice(1) : name
  const start = how === 'contains' || how === 'endswith' ? '' : '^'
  const end = how === 'contains' || how === 'startswith' ? '' : '$'
  return new RegExp(`${start}(?:${part})${end}`, flags)
}

/** Both texts are changed before they are compared. */
const folded = (names: ReadonlyArray<LookupName>, fold: (text: string) => string): Bug =>
  R.lookups(
    names,
    ({ name, value, others }) =>
      others.some((other) => matches(name, fold(value as string), fold(other as string))),
    { kinds: ['text'] },
  )

const storedAs = (change: (text: string, nullable: boolean) => Json): Bug => ({
  stored: (row: Row, model: string, schema: Schema) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        const column = schema.models.get(model)?.columns.get(name)
        const plain =
          column?.kind === 'text' &&
          column.target === null &&
          !column.unique &&
          column.field.choices === null &&
          column.field.codec === null
        return [name, plain && typeof value === 'string' ? change(value, column.nullable) : value]
      }),
    ),
})

const kept = (title: string): Witness =>
  does({}, async (client) => [
    await told(client.create('book', fresh('book', { title, note: title }))),
    await read(client, m.book),
  ])

const like = (part: string, wild: string, by: string): string =>
  [...part].map((c) => (c === wild ? by : escaped(c))).join('')

export const texts: ReadonlyArray<Mutant> = [
  mutant(
    'percent-is-wild',
    '`%` stands for any text',
    R.lookups([...parts, ...folding], ({ name, value, other }) =>
      pattern(name, like(other as string, '%', '[^]*'), name.startsWith('i') ? 'iu' : 'u').test(
        value as string,
      ),
    ),
    titled('ab', (b) => b.title.contains('%')),
  ),
  mutant(
    'underscore-is-wild',
    '`_` stands for any character',
    R.lookups([...parts, ...folding], ({ name, value, other }) =>
      pattern(name, like(other as string, '_', '[^]'), name.startsWith('i') ? 'iu' : 'u').test(
        value as string,
      ),
    ),
    titled('a', (b) => b.title.contains('_')),
  ),
  mutant(
    'backslash-escapes',
    'a backslash in what is searched is taken away',
    R.lookups([...parts, ...folding], ({ name, value, other, kind }) =>
      R.looksUp(name, kind, value, [(other as string).replaceAll('\\', '')]),
    ),
    titled('a', (b) => b.title.contains('\\a')),
  ),
  mutant(
    'regex-characters-unescaped',
    'what is searched is taken for a regular expression',
    R.lookups(parts, ({ name, value, other, right }) => {
      try {
        return pattern(name, other as string, '').test(value as string)
      } catch {
        return right
      }
    }),
    titled('a', (b) => b.title.contains('.')),
  ),
  mutant(
    'iexact-by-pattern',
    '`iexact` is a regular expression, with what is special in it unescaped',
    R.lookups(['iexact'], ({ value, other, right }) => {
      try {
        return new RegExp(`^${other as string}$`, 'iu').test(value as string)
      } catch {
        return right
      }
    }),
    titled('ab', (b) => b.title.iexact('A.')),
  ),
  mutant(
    'ascii-folding',
    'case is folded in ASCII only',
    folded(folding, (text) => text.replace(/[a-z]/gu, (c) => c.toUpperCase())),
    titled('é', (b) => b.title.icontains('É')),
  ),
  mutant(
    'full-upper',
    'case is folded by the full upper case, which makes SS of ß',
    folded(folding, (text) => text.toUpperCase()),
    titled('ß', (b) => b.title.iexact('ss')),
  ),
  mutant(
    'full-lower',
    'case is folded by lower case: ς is not Σ',
    folded(folding, (text) => text.toLowerCase()),
    titled('ς', (b) => b.title.iexact('Σ')),
  ),
  mutant(
    'regex-folding',
    'case is folded as regular expressions fold it: the Kelvin sign is a k',
    R.lookups(folding, ({ name, value, other }) =>
      pattern(name, escaped(other as string), 'iu').test(value as string),
    ),
    titled('\u212a', (b) => b.title.iexact('k')),
  ),
  mutant(
    'icontains-folds-value-only',
    'what is searched for is not folded, only what is searched in',
    R.lookups(iparts, ({ name, value, other }) =>
      matches(name, Text.upper(value as string), other as string),
    ),
    titled('a', (b) => b.title.icontains('a')),
  ),
  mutant(
    'contains-folds',
    '`contains`, `startswith` and `endswith` fold case',
    folded(parts, Text.upper),
    titled('a', (b) => b.title.contains('A')),
  ),
  mutant(
    'istartswith-exact',
    '`istartswith` and `iendswith` do not fold case',
    folded(['istartswith', 'iendswith'], (text) => text),
    titled('a', (b) => b.title.istartswith('A')),
  ),
  mutant(
    'exact-folds-case',
    'plain equality folds case',
    folded(['exact', 'in'], Text.upper),
    titled('a', (b) => b.title.eq('A')),
  ),
  mutant(
    'exact-normalises',
    'é is e with an accent',
    folded(['exact', 'in'], (text) => text.normalize('NFC')),
    titled('\u00e9', (b) => b.title.eq('e\u0301')),
  ),
  mutant(
    'contains-ignores-accents',
    'letters are found without their accents',
    folded([...parts, ...folding], (text) => Text.upper(text.normalize('NFD').replace(/\p{M}/gu, ''))),
    titled('é', (b) => b.title.contains('e')),
  ),
  mutant(
    'exact-ignores-trailing-space',
    'spaces at the end do not count in a comparison',
    folded(['exact', 'in'], (text) => text.replace(/ +$/u, '')),
    titled('a', (b) => b.title.eq('a ')),
  ),
  mutant(
    'exact-trims-constant',
    'what is compared with is trimmed',
    R.lookups(['exact'], ({ value, other }) => value === (other as string).trim(), { kinds: ['text'] }),
    titled(' a', (b) => b.title.eq(' a')),
  ),
  mutant(
    'numeric-text-coerced',
    "texts that look like numbers are compared as numbers: '1' is '01'",
    R.lookups(
      ['exact', 'in'],
      ({ value, others, right }) =>
        right || others.some((other) => other !== '' && value !== '' && Number(other) === Number(value)),
      { kinds: ['text'] },
    ),
    titled('1', (b) => b.title.eq('01')),
  ),
  mutant(
    'iexact-unanchored',
    '`iexact` is `icontains`',
    R.lookupNodes((node) => (node.name === 'iexact' ? { ...node, name: 'icontains' } : node)),
    titled('ab', (b) => b.title.iexact('a')),
  ),
  mutant(
    'contains-empty-false',
    'the empty text is in no other',
    R.lookups([...parts, ...iparts], ({ other, right }) => right && other !== ''),
    titled('a', (b) => b.title.contains('')),
  ),
  mutant(
    'startswith-as-contains',
    '`startswith` finds what is anywhere',
    R.lookupNodes((node) => (node.name === 'startswith' ? { ...node, name: 'contains' } : node)),
    titled('ba', (b) => b.title.startswith('a')),
  ),
  mutant(
    'endswith-first-occurrence',
    '`endswith` looks at the first place where the end is found',
    R.lookups(['endswith', 'iendswith'], ({ value, other, right }) => {
      const [text, part] = [Text.upper(value as string), Text.upper(other as string)]
      return right && text.indexOf(part) === text.length - part.length
    }),
    titled('aa', (b) => b.title.endswith('a')),
  ),
  mutant(
    'newline-breaks-search',
    'nothing is found in text of several lines, but in the first',
    R.lookups([...parts, ...iparts], ({ name, value, others, kind }) =>
      R.looksUp(name, kind, (value as string).split('\n')[0] ?? '', others),
    ),
    titled('a\nb', (b) => b.title.contains('b')),
  ),
  mutant(
    'regex-anchored',
    'a regular expression must fit the whole text',
    R.lookups(['regex', 'iregex'], ({ name, value, other }) =>
      new RegExp(`^(?:${other as string})$`, name === 'regex' ? 'u' : 'iu').test(value as string),
    ),
    titled('ab', (b) => b.title.regex('a')),
  ),
  mutant(
    'regex-folds',
    'a regular expression does not look at case',
    R.lookupNodes((node) => (node.name === 'regex' ? { ...node, name: 'iregex' } : node)),
    titled('a', (b) => b.title.regex('A')),
  ),
  mutant(
    'text-compared-folded',
    'less and greater fold case',
    R.lookups(
      ['lt', 'lte', 'gt', 'gte', 'range'],
      ({ name, value, others, kind }) =>
        R.looksUp(
          name,
          kind,
          Text.lower(value as string),
          others.map((other) => Text.lower(other as string)),
        ),
      { kinds: ['text'] },
    ),
    titled('B', (b) => b.title.lt('a')),
  ),
  mutant(
    'text-compared-by-units',
    'text is compared by UTF-16 units',
    R.lookups(
      ['lt', 'gt'],
      ({ name, value, other }) =>
        name === 'lt' ? (value as string) < (other as string) : (value as string) > (other as string),
      { kinds: ['text'] },
    ),
    titled('\u{1F600}', (b) => b.title.gt('\ufffd')),
  ),
  mutant(
    'length-in-units',
    'the length of text is counted in UTF-16 units',
    R.callsTo('length', 'int', ([text]) => (text as string).length),
    reads(
      { book: [{ title: '\u{1F600}' }] },
      pipe(
        m.book,
        annotate((b) => ({ long: b.title.length() })),
      ),
    ),
  ),
  mutant(
    'upper-full',
    '`upper` makes SS of ß',
    R.callsTo('upper', 'text', ([text]) => (text as string).toUpperCase()),
    reads(
      { book: [{ title: 'ß' }] },
      pipe(
        m.book,
        annotate((b) => ({ up: b.title.upper() })),
      ),
    ),
  ),
  mutant(
    'trim-takes-all-white-space',
    '`trim` takes line breaks and tabs too',
    R.callsTo('trim', 'text', ([text]) => (text as string).trim()),
    reads(
      { book: [{ title: '\n' }] },
      pipe(
        m.book,
        annotate((b) => ({ bare: b.title.trim() })),
      ),
    ),
  ),
  mutant(
    'empty-stored-as-null',
    'the empty text is stored as a missing one',
    storedAs((text, nullable) => (text === '' && nullable ? null : text)),
    kept(''),
  ),
  mutant(
    'text-cut',
    'text is cut after 20 units',
    storedAs((text) => text.slice(0, 20)),
    kept('123456789012345678901'),
  ),
  mutant(
    'text-trimmed',
    'text is trimmed when it is stored',
    storedAs((text) => text.trim()),
    kept(' a'),
  ),
  mutant(
    'text-normalised',
    'text is normalised when it is stored',
    storedAs((text) => text.normalize('NFC')),
    kept('e\u0301'),
  ),
  mutant(
    'astral-lost',
    'characters beyond the first plane are stored as question marks',
    storedAs((text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '?')),
    kept('\u{1F600}'),
  ),
  mutant(
    'line-breaks-changed',
    'line breaks are stored as spaces',
    storedAs((text) => text.replace(/\r?\n/gu, ' ')),
    kept('a\nb'),
  ),
]
