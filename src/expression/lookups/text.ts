import { either as E } from 'fp-ts'
import * as Text from '../../value/Text.js'
import type { Json } from '../../value/Value.js'
import type { LookupName } from '../Expression.js'
import { textual, usual, type LookupDef } from './LookupDef.js'

const ofText = (
  name: LookupName,
  byCharacter: boolean,
  holds: (text: string, part: string) => boolean,
): LookupDef => ({
  ...usual,
  ...textual,
  name,
  method: name,
  // Both are text: `misfit` refuses other kinds.
  meaning:
    () =>
    (value, other = null) =>
      holds(value as string, other as string),
  byCharacter,
})

/** The same in upper case, code point by code point. */
const folded =
  (holds: (text: string, part: string) => boolean) =>
  (text: string, part: string): boolean =>
    holds(Text.upper(text), Text.upper(part))

const contains = (text: string, part: string): boolean => Text.find(text, part) !== -1
const startsWith = (text: string, part: string): boolean => text.startsWith(part)
const endsWith = (text: string, part: string): boolean => text.endsWith(part)

/** A message of JavaScript's about a pattern, without the pattern: it may come from outside, and errors are logged. */
const withoutSource = (message: string): string =>
  message.replace(/^Invalid regular expression: .*: /su, 'is not a regular expression: ')

const wides = ['', '\u{1f600}']

const regular = (name: LookupName, flags: string): LookupDef => {
  const pattern = (source: string): E.Either<string, (value: Json) => boolean> =>
    E.tryCatch(
      () => {
        const regex = new RegExp(source, flags)
        // A pattern that is too large is refused when it is first used: on text of one byte a character, and of two.
        wides.forEach((text) => regex.test(text))
        return (value: Json) => regex.test(value as string)
      },
      (cause) => (cause instanceof Error ? withoutSource(cause.message) : 'is not a regular expression'),
    )
  return {
    ...usual,
    ...textual,
    name,
    method: name,
    meaning:
      () =>
      (value, source = null) =>
        E.match(
          () => false,
          (matches: (value: Json) => boolean) => matches(value),
        )(pattern(source as string)),
    // Of the pattern more is asked than its kind: see `pattern`.
    misfit: (left) => textual.misfit(left, []),
    pattern,
    byCharacter: true,
  }
}

/**
 * Lookups of text. Those that begin with `i` make no difference between upper and lower case.
 *
 * @since 0.2.0
 */
export const textLookups: ReadonlyArray<LookupDef> = [
  ofText('contains', true, contains),
  ofText('icontains', true, folded(contains)),
  ofText('startswith', false, startsWith),
  ofText('istartswith', true, folded(startsWith)),
  ofText('endswith', false, endsWith),
  ofText('iendswith', true, folded(endsWith)),
  ofText(
    'iexact',
    true,
    folded((text, other) => text === other),
  ),
  regular('regex', 'u'),
  regular('iregex', 'iu'),
]
