/**
 * Describes values and kinds in error messages.
 *
 * @since 0.2.0
 */
import type { Kind } from './Value.js'

/**
 * The name of a kind, with its article.
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
 * The type of a value, but not the value itself, which may be secret.
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
 * A value as a message includes it. Text is included, shortened, since it may look like another value (`text '12a'`).
 * Of any other value only the type is given. Don't use it for secret values.
 *
 * @since 0.2.0
 */
export const shownValue = (u: unknown): string =>
  typeof u === 'string' ? `text '${cut(u.replace(/\p{C}/gu, '\uFFFD'))}'` : sortOf(u)

/** At most this many characters of a value are included. */
const longestShown = 40

const cut = (text: string): string => {
  // No character has more than two UTF-16 units.
  const characters = [...text.slice(0, 2 * longestShown + 2)]
  return characters.length > longestShown ? `${characters.slice(0, longestShown).join('')}…` : text
}
