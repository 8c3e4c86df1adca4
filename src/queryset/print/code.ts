/**
 * Writes the pieces of code: lists, variables, callbacks, paths and literals.
 *
 * @since 0.2.0
 */
import type { Json } from '../../value/Value.js'

/**
 * The variables for the visible rows, the current one first.
 *
 * @since 0.2.0
 */
export type Names = ReadonlyArray<string>

/**
 * A list on one line if it fits, or else with one element on each line. A list that is too long to read stays on one
 * line.
 *
 * @since 0.2.0
 */
export const list = (open: string, elements: ReadonlyArray<string>, close: string): string => {
  const length = elements.reduce((sum, element) => sum + element.length + 2, open.length + close.length)
  // With `+`, a long text isn't copied. For a deeply nested predicate, the text of each level would be.
  if (length > 20_000)
    return `${elements.reduce((so, each, i) => `${so}${i === 0 ? '' : ', '}${each}`, open)}${close}`
  const line = `${open}${elements.join(', ')}${close}`
  return line.length <= 100 && !line.includes('\n')
    ? line
    : `${open}\n${elements.map((element) => `  ${element.replaceAll('\n', '\n  ')},`).join('\n')}\n${close}`
}

/**
 * The first letters of a model's words, or more of them if the name is already used.
 *
 * @since 0.2.0
 */
export const variable = (model: string, taken: Names): string => {
  const short = model
    .split('_')
    .map((word) => word.slice(0, 1).toLowerCase())
    .join('')
  const candidates = [
    short,
    model.toLowerCase(),
    ...Array.from({ length: taken.length + 1 }, (_, i) => `${short}${String(i + 2)}`),
  ]
  return candidates.find((name) => !taken.includes(name) && !reserved.has(name)) ?? short
}

const reserved: ReadonlySet<string> = new Set([
  'do',
  'if',
  'in',
  'is',
  'as',
  'of',
  'or',
  'and',
  'not',
  'case',
  'new',
  'group',
])

const identifier = /^[A-Za-z_$][\w$]*$/u

/**
 * A function of a row. It has no parameter if the body doesn't use it, since a compiler may reject that.
 *
 * @since 0.2.0
 */
export const lambda = (name: string, body: string): string =>
  new RegExp(`(?<![\\w$.'])${name}(?![\\w$])`, 'u').test(body.replaceAll(/'(?:[^'\\]|\\.)*'/gu, ''))
    ? `(${name}) => ${body}`
    : `() => ${body}`

/**
 * The member of a variable at a path.
 *
 * @since 0.2.0
 */
export const member = (row: string, path: ReadonlyArray<string>): string =>
  path.reduce(
    (code, name) =>
      identifier.test(name) || code === ''
        ? `${code === '' ? '' : `${code}.`}${name}`
        : `${code}[${/^\d+$/u.test(name) ? name : quoted(name)}]`,
    row,
  )

/**
 * A text literal, in single quotes.
 *
 * @since 0.2.0
 */
export const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

/**
 * A value as a literal.
 *
 * @since 0.2.0
 */
export const literal = (value: Json): string =>
  typeof value === 'string'
    ? quoted(value)
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)
