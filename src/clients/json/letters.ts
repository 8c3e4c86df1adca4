/**
 * Keeps the text of rows in files that somebody else wrote, if this client would write a value differently: a number
 * that no double can hold, a time with microseconds, a decimal with trailing zeros, an escaped letter. Such a row keeps
 * its text as long as nobody changes it. After a change, its unchanged values keep theirs.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Row } from '../../value/Value.js'
import { valuesOf, type Model } from '../../schema/Schema.js'
import { decodeRow, type Shape } from '../../query/shape.js'

/**
 * The texts of such rows, by the hash of their keys. All other rows are written by `JSON.stringify`.
 *
 * @since 0.2.0
 */
export type Letters = ReadonlyMap<unknown, string>

/** @since 0.2.0 */
export const noLetters: Letters = new Map()

/**
 * The texts to keep. Of several rows with one key, the last one counts.
 *
 * @since 0.2.0
 */
export const lettersOf = (model: Model, shape: Shape, rows: Iterable<string>): Letters => {
  const keyOf = valuesOf(model, [model.primaryKey])
  const found = new Map<unknown, string>()
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row of a file */
  for (const text of rows) {
    const decoded = decodeRow(shape, JSON.parse(text))
    if (E.isLeft(decoded)) continue
    const key = keyOf(decoded.right)
    if (isPlain(shape, text, decoded.right)) found.delete(key)
    else found.set(key, text)
  }
  return found
}

/** Whether a row's text has each column once, as this client would write it. */
const isPlain = (shape: Shape, text: string, row: Row): boolean => {
  if (text === JSON.stringify(row)) return true
  const members = membersOf(text)
  return (
    members.length === shape.columns.length &&
    members.every(([name, value]) => isSpelled(value, JSON.stringify(row[name])))
  )
}

const isSpelled = (text: string, own: string | undefined): boolean =>
  text === own || ('{['.includes(text.charAt(0)) && compact(text) === own)

/**
 * The text of a changed row, in which unchanged values keep their text.
 *
 * @since 0.2.0
 */
export const respelled = (text: string, before: Row, after: Row): string => {
  const spelled = new Map(membersOf(text))
  const members = Object.entries(after).map(([name, value]) => {
    const own = JSON.stringify(value)
    const kept = own === JSON.stringify(before[name]) ? spelled.get(name) : undefined
    return `${JSON.stringify(name)}:${kept ?? own}`
  })
  return `{${members.join(',')}}`
}

/**
 * The texts of the rows in a file's list.
 *
 * @since 0.2.0
 */
export function* rowTexts(list: string): Generator<string> {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = solid(list, solid(list, 0) + 1)
  /* eslint-disable-next-line functional/no-loop-statements -- a file can have any number of rows */
  while (at < list.length && list[at] !== ']') {
    const end = endOf(list, at)
    yield list.slice(at, end)
    at = next(list, end)
  }
}

/** The members of an object: their names, and the texts of their values. */
const membersOf = (text: string): ReadonlyArray<readonly [string, string]> => {
  const members: Array<readonly [string, string]> = []
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = solid(text, solid(text, 0) + 1)
  /* eslint-disable-next-line functional/no-loop-statements -- a row can have any number of columns */
  while (at < text.length && text[at] !== '}') {
    const named = stringEnd(text, at)
    const start = solid(text, solid(text, named) + 1)
    const end = endOf(text, start)
    members.push([String(JSON.parse(text.slice(at, named))), text.slice(start, end)])
    at = next(text, end)
  }
  return members
}

/* The functions below take a text that is JSON, and places in it. */

const isSpace = (c: string | undefined): boolean => c === ' ' || c === '\n' || c === '\r' || c === '\t'

/** The first position from here on that isn't white space. */
const solid = (text: string, from: number): number => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = from
  /* eslint-disable-next-line functional/no-loop-statements -- any number of them */
  while (isSpace(text[at])) at += 1
  return at
}

/** The start of the next item, or the end of the list or object, after the end of an item. */
const next = (text: string, end: number): number => {
  const at = solid(text, end)
  return text[at] === ',' ? solid(text, at + 1) : at
}

/** The end of the string that starts here. */
const stringEnd = (text: string, start: number): number => {
  /* eslint-disable-next-line functional/no-loop-statements -- a string can have any length */
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

/** The end of the value that starts here. */
const endOf = (text: string, start: number): number => {
  const first = text[start]
  if (first === '"') return stringEnd(text, start)
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = start
  if (first !== '{' && first !== '[') {
    /* eslint-disable-next-line functional/no-loop-statements -- a number can have any length */
    while (at < text.length && !isSpace(text[at]) && !',]}'.includes(text.charAt(at))) at += 1
    return at
  }
  /* eslint-disable-next-line functional/no-let -- counted by the loop below */
  let depth = 0
  /* eslint-disable-next-line functional/no-loop-statements -- any depth */
  for (; at < text.length;) {
    const c = text[at]
    if (c === '"') {
      at = stringEnd(text, at)
      continue
    }
    if (c === '{' || c === '[') depth += 1
    if (c === '}' || c === ']') depth -= 1
    at += 1
    if (depth === 0) return at
  }
  return at
}

/** The text without white space between its parts. */
const compact = (text: string): string => {
  const parts: Array<string> = []
  /* eslint-disable functional/no-let -- moved by the loop below */
  let from = 0
  let at = 0
  /* eslint-enable functional/no-let */
  /* eslint-disable-next-line functional/no-loop-statements -- a text can have any length */
  while (at < text.length) {
    if (text[at] === '"') at = stringEnd(text, at)
    else if (isSpace(text[at])) {
      parts.push(text.slice(from, at))
      at = solid(text, at)
      from = at
    } else at += 1
  }
  return [...parts, text.slice(from)].join('')
}
