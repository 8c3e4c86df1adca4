/**
 * Values and kinds in the words of error messages.
 *
 * @since 0.2.0
 */
import type { Kind } from './Value.js'

/**
 * A kind of value, with its article.
 *
 * @since 0.2.0
 */
export const aKind = (kind: Kind): string => names[kind]

const names: { readonly [K in Kind]: string } = {
  text: 'text',
  int: 'an int',
  float: 'a number',
  decimal: 'a decimal',
  boolean: 'a boolean',
  date: 'a date',
  time: 'a time',
  datetime: 'a datetime',
  duration: 'a duration',
  uuid: 'a UUID',
  json: 'JSON',
}

/**
 * Of which sort a value is, and not what it is: it may be a secret.
 *
 * @since 0.2.0
 */
export const sortOf = (u: unknown): string => {
  switch (typeof u) {
    case 'undefined':
      return 'nothing'
    case 'string':
      return 'text'
    case 'number':
      return numberSort(u)
    case 'object':
      return u === null ? 'null' : Array.isArray(u) ? 'a list' : u instanceof Date ? dateSort(u) : 'an object'
    default:
      return `a ${typeof u}`
  }
}

const numberSort = (n: number): string =>
  Number.isNaN(n)
    ? 'NaN'
    : !Number.isFinite(n)
      ? 'an infinite number'
      : !Number.isInteger(n)
        ? 'a number with a fraction'
        : Number.isSafeInteger(n)
          ? 'a number'
          : 'a number beyond 2^53'

const dateSort = (date: Date): string => (Number.isNaN(date.getTime()) ? 'an invalid Date' : 'a Date')

/**
 * A value as a message repeats it. Text is told, shortened, since it is text that looks like another value
 * (`text '12a'`); of everything else the sort says enough. Only for values that are no secret.
 *
 * @since 0.2.0
 */
export const shownValue = (u: unknown): string =>
  typeof u === 'string' ? `text '${cut(u.replace(/\p{C}/gu, '\uFFFD'))}'` : sortOf(u)

/** At most so many characters of a value are repeated. */
const longestShown = 40

const cut = (text: string): string => {
  // No character is longer than two units of UTF-16.
  const characters = [...text.slice(0, 2 * longestShown + 2)]
  return characters.length > longestShown ? `${characters.slice(0, longestShown).join('')}…` : text
}
