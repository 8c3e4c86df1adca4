/**
 * The rows of one file, each checked against its model.
 *
 * @since 0.1.0
 */
import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { either as E } from 'fp-ts'
import { badFile, clientFailed, nearest, type BadFile, type QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import { decodeRow, type Misfit, type Shape } from '../../query/shape.js'
import { locate, locateMistake, type Parser, type Part, type Position } from './locate.js'

/**
 * A file, what it should hold, and what helps to say where it doesn't.
 *
 * @since 0.1.0
 */
export interface RowsFile {
  readonly client: string
  readonly file: string
  readonly model: Model
  readonly shape: Shape
  readonly parser: () => Promise<Parser | null>
}

/** What is wrong, and with which part of the file. */
interface Fault {
  readonly part: Part
  readonly reason: string
  readonly hint?: string
}

const largest = 256 * 1024 * 1024

/**
 * The rows of a file of `size` bytes.
 *
 * @since 0.1.0
 */
export const readRows = async (
  from: RowsFile,
  size: bigint,
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
  if (size > BigInt(largest))
    return E.left(
      bad(
        from,
        { part: whole, reason: 'is larger than 256 MiB', hint: 'Put so many rows into a database.' },
        null,
      ),
    )
  const content = await readText(from)
  if (E.isLeft(content)) return content
  const text = content.right
  const parsed = parse(text)
  if (parsed === null) return E.left(await unparsable(from, text))
  const rows = rowsOf(from, parsed.json)
  return E.isLeft(rows) ? E.left(await faulty(from, text, rows.left)) : rows
}

/**
 * What is wrong with a part of a file that has been read before: it is read once more, to say where.
 *
 * @since 0.1.0
 */
export const faultOf = async (from: RowsFile, fault: Fault): Promise<QueryError> => {
  const text = await readText(from)
  return E.isLeft(text) ? text.left : faulty(from, text.right, fault)
}

/**
 * A failure of the file system.
 *
 * @since 0.1.0
 */
export const unreadable = (client: string, file: string, cause: unknown): QueryError => {
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown error'
  return clientFailed(client, 'reading', cause, {
    message: `${file} can't be read (${code})`,
    hint: 'Look at the file and who may read it.',
    retryable: ['EMFILE', 'ENFILE', 'EBUSY', 'EAGAIN', 'EINTR', 'EIO'].includes(code),
  })
}

const whole: Part = { row: null, column: null }

const readText = async (from: RowsFile): Promise<E.Either<QueryError, string>> => {
  try {
    const bytes = await readFile(from.file)
    return isUtf8(bytes)
      ? // The decoder takes a byte order mark away.
        E.right(new TextDecoder().decode(bytes))
      : E.left(
          bad(
            from,
            { part: whole, reason: 'is not UTF-8', hint: 'Save the file as UTF-8.' },
            { line: firstOdd(bytes), column: null },
          ),
        )
  } catch (cause) {
    return E.left(unreadable(from.client, from.file, cause))
  }
}

/** The line, counted from 1, that isn't UTF-8: a line break is no part of a longer character. */
const firstOdd = (bytes: Uint8Array): number => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let start = 0
  /* eslint-disable-next-line functional/no-loop-statements -- a file can have any number of lines */
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(10, start)
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line
    start = end + 1
  }
}

const parse = (text: string): { readonly json: unknown } | null => {
  try {
    return { json: JSON.parse(text) }
  } catch {
    // What it says quotes the text, which is nobody's business.
    return null
  }
}

const unparsable = async (from: RowsFile, text: string): Promise<QueryError> => {
  const mistake = locateMistake(await from.parser(), text)
  return bad(
    from,
    {
      part: whole,
      reason: `is no JSON${mistake === null ? '' : `: ${mistake.reason}`}`,
      hint:
        mistake === null
          ? "Install 'jsonc-parser' to be told the line."
          : 'Mend the file: it holds a list of rows, [{ … }, { … }], without comments.',
    },
    mistake === null ? null : mistake.position,
  )
}

const faulty = async (from: RowsFile, text: string, fault: Fault): Promise<QueryError> =>
  bad(from, fault, locate(await from.parser(), text, fault.part))

const bad = (
  { client, file, model }: RowsFile,
  { part, reason, hint }: Fault,
  position: Position | { readonly line: number; readonly column: null } | null,
): BadFile =>
  badFile(
    {
      client,
      file,
      line: position?.line ?? null,
      column: position?.column ?? null,
      model: model.name,
      row: part.row,
      path: part.column !== null && nameable.test(part.column) ? part.column : '',
      reason,
    },
    hint,
  )

/** A column that isn't the model's is named only where it looks like a name: it comes out of the file. */
const nameable = /^\w{1,60}$/u

const rowsOf = (from: RowsFile, json: unknown): E.Either<Fault, ReadonlyArray<Row>> => {
  const { model, shape } = from
  if (!Array.isArray(json))
    return E.left({
      part: whole,
      reason: 'expected a list of rows',
      hint: 'The file holds one list: [{ … }, { … }].',
    })
  const list: ReadonlyArray<unknown> = json
  const rows: Array<Row> = []
  const decimals = shape.columns.filter(({ kind }) => kind === 'decimal').map(({ name }) => name)
  const seen = uniqueOf(model)
  /* eslint-disable functional/no-loop-statements -- called for each row of a file */
  for (const [i, each] of list.entries()) {
    const decoded = decodeRow(shape, each)
    if (E.isLeft(decoded)) return E.left(misfit(i, decoded.left))
    const row = decoded.right
    // It has been decoded, so it is an object that has all columns.
    const given = each as { readonly [name: string]: unknown }
    if (Object.keys(given).length > shape.columns.length) return E.left(unknownColumn(i, given, shape))
    const number = decimals.find((name) => typeof given[name] === 'number')
    if (number !== undefined)
      return E.left({
        part: { row: i, column: number },
        reason: 'expected a decimal as text, got a number',
        hint: 'Write it in quotes: "0.99". As a number of JSON it may have been rounded already.',
      })
    for (const { name, key, taken } of seen) {
      const value = row[name] ?? null
      if (value === null) continue
      const own = key(value)
      const first = taken.get(own)
      if (first !== undefined)
        return E.left({
          part: { row: i, column: name },
          reason: `row ${String(first)}, counted from 0, has the same value already, and it must be unique`,
          hint: 'Give each row a value of its own.',
        })
      taken.set(own, i)
    }
    rows.push(row)
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(rows)
}

const misfit = (row: number, { path, expected, actual }: Misfit): Fault => ({
  part: { row, column: path === '' ? null : path },
  reason: `expected ${expected}, got ${actual}`,
})

const unknownColumn = (row: number, given: object, shape: Shape): Fault => {
  const names = shape.columns.map(({ name }) => name)
  const column = Object.keys(given).find((name) => !names.includes(name)) ?? ''
  const near = nearest(column.slice(0, 60), names)
  return {
    part: { row, column, name: true },
    reason: 'the model has no such column',
    hint: `${near === null ? '' : `Did you mean '${near}'? `}The columns are ${names.join(', ')}.`,
  }
}

/** For each unique column, the values that have been seen, with the row that has them. */
const uniqueOf = (model: Model) =>
  [...model.columns.values()]
    .filter(({ unique }) => unique)
    .map(({ name, kind }) => ({ name, key: hash(kind), taken: new Map<unknown, number>() }))
