/**
 * Reads the rows of one file, and checks each against its model.
 *
 * @since 0.1.0
 */
import { isUtf8 } from 'node:buffer'
import { either as E } from 'fp-ts'
import { badFile, clientFailed, nearest, type BadFile, type QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import { valuesOf, type Model, type Schema } from '../../schema/Schema.js'
import { decodeRow, type Misfit, type Shape } from '../../query/shape.js'
import { keyIn } from '../../query/wrongRow.js'
import { codeOf } from './Disk.js'
import { lettersOf, rowTexts, type Letters } from './letters.js'
import { locate, locateMistake, type Parser, type LocatedText } from './locate.js'
import { passing } from './FolderContext.js'

/**
 * A file, what it should contain, and what helps to describe its mistakes.
 *
 * @since 0.1.0
 */
export interface RowsFile {
  readonly client: string
  readonly file: string
  readonly schema: Schema
  readonly model: Model
  readonly shape: Shape
  readonly parser: () => Promise<Parser | null>
  readonly form: FileForm
  readonly read: () => Promise<Uint8Array>
}

/**
 * How a file stores rows. `json`: one list of them. `ndjson`: a log of lines. Each line is a row, which replaces the
 * row with the same key, or `{"$delete": key}`.
 *
 * @since 0.1.0
 */
export type FileForm = 'json' | 'ndjson'

/**
 * The content of a file. `lines` is the number of lines of a log, and `ended` says whether its last line has a line
 * break. `letters` are the texts of rows to keep, or `null` if they haven't been collected yet.
 *
 * @since 0.1.0
 */
export interface Content {
  readonly rows: ReadonlyArray<Row>
  readonly lines: number
  readonly ended: boolean
  readonly letters: Letters | null
}

/**
 * The texts of a file's rows to keep. The file has been read before, and its rows are valid.
 *
 * @since 0.2.0
 */
export const readLetters = async (from: RowsFile): Promise<E.Either<QueryError, Letters>> =>
  E.flatMap(await readText(from), (text: string): E.Either<QueryError, Letters> => {
    try {
      return E.right(
        lettersOf(from.model, from.shape, from.form === 'json' ? rowTexts(text) : lineTexts(text)),
      )
    } catch {
      return E.left(
        clientFailed(from.client, 'writing', null, {
          message: `${from.file} was changed while it was read; nothing was written`,
          hint: 'Try again.',
          retryable: true,
        }),
      )
    }
  })

/** The lines of a log that contain rows. */
function* lineTexts(log: string): Generator<string> {
  /* eslint-disable-next-line functional/no-loop-statements -- called for each line of a file */
  for (const line of log.split('\n')) {
    const text = line.trim()
    if (text !== '' && deletedBy(JSON.parse(text)) === null) yield text
  }
}

/**
 * The name in a log line that deletes a row.
 *
 * @since 0.1.0
 */
export const deletion = '$delete'

/** A mistake, and the part of the file that has it. */
interface RowFault {
  readonly part: LocatedText
  readonly reason: string
  readonly hint?: string
  /** The key of the row, if it can be read. */
  readonly key?: Json
}

/**
 * The largest number of bytes in a file.
 *
 * @since 0.1.0
 */
export const largest = 256 * 1024 * 1024

/**
 * The content of a file with `size` bytes.
 *
 * @since 0.1.0
 */
export const readRows = async (from: RowsFile, size: bigint): Promise<E.Either<QueryError, Content>> => {
  if (size > BigInt(largest))
    return E.left(
      bad(
        from,
        { part: whole, reason: 'is larger than 256 MiB', hint: 'Put so many rows into a database.' },
        null,
      ),
    )
  const text = await readText(from)
  if (E.isLeft(text)) return text
  if (from.form === 'ndjson') {
    const log = readLog(from, text.right)
    return E.isLeft(log)
      ? E.left(await faulty(from, text.right, log.left))
      : E.right({
          rows: log.right.rows,
          lines: log.right.count,
          ended: /(?:^|\n)$/u.test(text.right),
          letters: null,
        })
  }
  const parsed = parse(text.right)
  if (parsed === null) return E.left(await unparsable(from, text.right))
  const rows = parsedRows(from, parsed.json)
  return E.isLeft(rows)
    ? E.left(await faulty(from, text.right, rows.left))
    : E.right({ rows: rows.right, lines: 0, ended: true, letters: null })
}

/**
 * The mistake in a row of a file that has been read before. The file is read again to find the place.
 *
 * @since 0.1.0
 */
export const faultOf = async (from: RowsFile, fault: RowFault): Promise<QueryError> => {
  const text = await readText(from)
  if (E.isLeft(text)) return text.left
  if (from.form === 'json') return faulty(from, text.right, fault)
  const log = readLog(from, text.right)
  const row = E.isRight(log) && fault.part.row !== null ? (log.right.at[fault.part.row] ?? null) : null
  return faulty(from, text.right, { ...fault, part: { ...fault.part, row } })
}

/**
 * The error for a failure of the file system.
 *
 * @since 0.1.0
 */
export const unreadable = (client: string, file: string, cause: unknown): QueryError => {
  const code = codeOf(cause) || 'unknown error'
  return clientFailed(client, 'reading', cause, {
    message: `${file} can't be read (${code})`,
    hint: 'Look at the file and who may read it.',
    retryable: passing.includes(code),
  })
}

const whole: LocatedText = { row: null, column: null }

const readText = async (from: RowsFile): Promise<E.Either<QueryError, string>> => {
  try {
    const bytes = await from.read()
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

/** The first line, counted from 1, that isn't UTF-8. A line break is never a part of a longer character. */
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
    // The error quotes the text, which must not be shown.
    return null
  }
}

const unparsable = async (from: RowsFile, text: string): Promise<QueryError> => {
  const mistake = locateMistake(await from.parser(), text)
  return bad(
    from,
    {
      part: whole,
      reason: `is not JSON${mistake === null ? '' : `: ${mistake.reason}`}`,
      hint:
        mistake === null
          ? "Install 'jsonc-parser' to be told the line."
          : 'Fix the file: it holds a list of rows, [{ … }, { … }], without comments.',
    },
    mistake === null ? null : mistake.position,
  )
}

const faulty = async (from: RowsFile, text: string, fault: RowFault): Promise<QueryError> => {
  const parser = await from.parser()
  const { row, column } = fault.part
  if (from.form === 'json' || row === null) return bad(from, fault, locate(parser, text, fault.part))
  const place =
    column === null ? null : locate(parser, text.split('\n')[row] ?? '', { ...fault.part, row: null })
  return bad(from, fault, { line: row + 1, column: place?.column ?? null })
}

const bad = (
  { client, file, model }: RowsFile,
  { part, reason, hint, key }: RowFault,
  position: { readonly line: number; readonly column: number | null } | null,
): BadFile =>
  badFile(
    {
      client,
      file,
      line: position?.line ?? null,
      column: position?.column ?? null,
      model: model.name,
      row: part.row,
      key: key ?? null,
      path: part.column !== null && nameable.test(part.column) ? part.column : '',
      reason,
    },
    hint,
  )

/** An unknown column is named only if it looks like a name, since it comes from the file. */
const nameable = /^\w{1,60}$/u

const parsedRows = (from: RowsFile, json: unknown): E.Either<RowFault, ReadonlyArray<Row>> => {
  if (!Array.isArray(json))
    return E.left({
      part: whole,
      reason: 'expected a list of rows',
      hint: 'The file holds one list: [{ … }, { … }].',
    })
  const list: ReadonlyArray<unknown> = json
  const rows: Array<Row> = []
  const read = reader(from)
  const seen = uniqueOf(from.model)
  /* eslint-disable functional/no-loop-statements -- called for each row of a file */
  for (const [i, each] of list.entries()) {
    const row = read(i, each)
    if (E.isLeft(row)) return row
    const clash = seen(i, row.right, (first) => `row ${String(first)}, counted from 0,`)
    if (clash !== null) return E.left(clash)
    rows.push(row.right)
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(rows)
}

/** The result of a log: its rows, the position of each one's line, counted from 0, and the number of lines. */
interface Log {
  readonly rows: ReadonlyArray<Row>
  readonly at: ReadonlyArray<number>
  readonly count: number
}

const readLog = (from: RowsFile, text: string): E.Either<RowFault, Log> => {
  const { model } = from
  const read = reader(from)
  const keyOf = valuesOf(model, [model.primaryKey])
  const rows = new Map<unknown, { readonly row: Row; readonly at: number }>()
  const tally = { count: 0 }
  const part = (at: number): LocatedText => ({ row: at, column: null })
  /* eslint-disable functional/no-loop-statements -- called for each line of a file */
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    tally.count += 1
    const parsed = parse(line)
    if (parsed === null)
      return E.left({
        part: part(at),
        reason: 'is not JSON',
        hint: 'Fix the line: each holds one row, { … }.',
      })
    const deleted = deletedBy(parsed.json)
    if (deleted !== null) {
      if (!rows.delete(keyOf({ [model.primaryKey]: deleted })))
        return E.left({
          part: part(at),
          reason: `deletes a ${model.name} that is not there`,
          hint: 'Take the line away, or give the key of a row above.',
        })
      continue
    }
    const row = read(at, parsed.json)
    if (E.isLeft(row)) return row
    rows.set(keyOf(row.right), { row: row.right, at })
  }
  const seen = uniqueOf(model)
  for (const { row, at } of rows.values()) {
    const clash = seen(at, row, (first) => `line ${String(first + 1)}`)
    if (clash !== null) return E.left(clash)
  }
  /* eslint-enable functional/no-loop-statements */
  const last = [...rows.values()]
  return E.right({ rows: last.map(({ row }) => row), at: last.map(({ at }) => at), count: tally.count })
}

/** The key of the row that a line deletes. No column has such a name. */
const deletedBy = (json: unknown): Json | null => {
  const entries: ReadonlyArray<readonly [string, unknown]> =
    typeof json === 'object' && json !== null ? Object.entries(json) : []
  const [name, key] = entries[0] ?? []
  return entries.length === 1 && name === deletion && ['string', 'number', 'boolean'].includes(typeof key)
    ? (key as Json)
    : null
}

/** Reads one row at a time. */
const reader = ({ schema, model, shape }: RowsFile) => {
  const decimals = shape.columns.filter(({ kind }) => kind === 'decimal').map(({ name }) => name)
  return (i: number, each: unknown): E.Either<RowFault, Row> => {
    const decoded = decodeRow(shape, each)
    if (E.isLeft(decoded)) return E.left({ ...misfit(i, decoded.left), key: keyIn(schema, model.name, each) })
    // The row has been decoded, so it is an object with all columns.
    const given = each as { readonly [name: string]: unknown }
    if (Object.keys(given).length > shape.columns.length) return E.left(unknownColumn(i, given, shape))
    const number = decimals.find((name) => typeof given[name] === 'number')
    return number === undefined
      ? decoded
      : E.left({
          part: { row: i, column: number },
          key: keyIn(schema, model.name, each),
          reason: 'expected a decimal as text, got a number',
          hint: 'Write it in quotes: "0.99". As a number of JSON it may have been rounded already.',
        })
  }
}

const misfit = (row: number, { path, expected, actual, got }: Misfit): RowFault => ({
  part: { row, column: path === '' ? null : path },
  reason: `expected ${expected}, got ${got ?? actual}`,
})

const unknownColumn = (row: number, given: object, shape: Shape): RowFault => {
  const names = shape.columns.map(({ name }) => name)
  const column = Object.keys(given).find((name) => !names.includes(name)) ?? ''
  const near = nearest(column.slice(0, 60), names)
  return {
    part: { row, column, name: true },
    reason: 'the model has no such column',
    hint: `${near === null ? '' : `Did you mean '${near}'? `}The columns are ${names.join(', ')}.`,
  }
}

/** Says of each given row whether an earlier one has the same unique values. */
const uniqueOf = (model: Model) => {
  const all = model.unique.map((columns) => ({
    columns,
    values: valuesOf(model, columns),
    taken: new Map<unknown, number>(),
  }))
  return (i: number, row: Row, named: (first: number) => string): RowFault | null => {
    /* eslint-disable-next-line functional/no-loop-statements -- called for each row of a file */
    for (const { columns, values, taken } of all) {
      const own = values(row)
      if (own === null) continue
      const first = taken.get(own)
      if (first === undefined) taken.set(own, i)
      else
        return {
          part: { row: i, column: columns[0] ?? null },
          reason:
            columns.length === 1
              ? `${named(first)} has the same value already, and it must be unique`
              : `${named(first)} has the same ${columns.join(', ')} already, and they must be unique together`,
          hint:
            columns.length === 1 ? 'Give each row a value of its own.' : 'Give each row values of its own.',
        }
    }
    return null
  }
}
