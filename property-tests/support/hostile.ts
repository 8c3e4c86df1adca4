/** Texts that are meant to break out of a statement. */
import fc from 'fast-check'

const pieces = ["'", '"', '`', '\\', '\0', '--', '/*', '*/', '#', ';', '$1', '?', ':name', ' or 1=1 ']
  .concat(['__proto__', 'constructor', '%', '_', 'é', '\u{1f600}', '\ud800', '\u2028', '$$', '{', '['])
  .concat(["\\'", "')", '@@x', '\n', '\r\n', '\t', '\x1a', '${', 'x'])

export const hostile: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...pieces), { maxLength: 8 })
  .map((all) => all.join(''))
