/**
 * The lines of an answer with rows: the total, rows, and how the answer ended.
 *
 * A line is counted against the limits before it is written.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { make, metered, type Meter } from '../../value/Meter.js'
import { invalidQuery, type QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import type { Client } from '../../client/Client.js'
import { fetchRows } from '../../run/read/fetchRows.js'
import type { Plan } from '../../plan/Plan.js'
import { fittingIn } from './rowsWithin.js'

/** A line of the answer. */
export const lineOf = (json: Json): string => `${JSON.stringify(json)}\n`

/**
 * What an answer may have: so many rows, those that come with others included, and as many bytes as the meter has left;
 * and how many rows were asked for.
 */
interface Room {
  readonly rows: number
  readonly limit: number
  readonly meter: Meter
}

/** The lines of an answer, or the error that it ends with. `head` gives the first line, once the first page has come. */
export async function* linesFor(
  client: Client,
  planned: Plan,
  most: Room,
  head: () => Json,
): AsyncGenerator<E.Either<QueryError, string>, void, undefined> {
  const { meter } = most
  const told = { rows: 0, inside: 0, begun: false }
  const more = (): string => lineOf({ more: told.rows, limit: most.rows })
  /* eslint-disable functional/no-loop-statements -- one turn a page, and a line */
  for await (const page of fetchRows(client, planned, meter)) {
    if (E.isLeft(page)) {
      // What there was room for is an answer: the rest is asked for next.
      yield told.rows > 0 && isOverWork(page.left) ? E.right(more()) : page
      return
    }
    const fitting = fittingIn(planned.query, page.right, most.rows - told.rows - told.inside)
    if (fitting.rows.length < page.right.length && told.rows + fitting.rows.length === 0) {
      yield E.left(tooManyRows(most.rows))
      return
    }
    const sent = metered(() => inLines(fitting.rows, meter, told.rows === 0))
    if (E.isLeft(sent)) {
      yield sent
      return
    }
    if (!told.begun) yield E.right(lineOf(head()))
    told.begun = true
    for (const line of sent.right) {
      yield E.right(lineOf(line))
      told.rows += line.length
    }
    told.inside += fitting.inside
    if (sent.right.reduce((sum, line) => sum + line.length, 0) < page.right.length) {
      yield E.right(more())
      return
    }
  }
  /* eslint-enable functional/no-loop-statements */
  const isCut = told.rows === most.rows && most.rows < most.limit
  yield E.right(isCut ? more() : lineOf({ end: told.rows }))
}

/** So many rows stand in a line. */
const batch = 100

/** So long is a line, or one row longer. */
const longestLine = 1024 * 1024

/**
 * Rows as they stand in lines, counted before any of them is spelled: as many as there is room for. The first may be too
 * much.
 */
const inLines = (
  rows: ReadonlyArray<Row>,
  meter: Meter,
  first: boolean,
): ReadonlyArray<ReadonlyArray<Row>> => {
  const sizeOf = sizing()
  const lines: Array<Array<Row>> = []
  const open = { size: Infinity }
  /* eslint-disable-next-line functional/no-loop-statements -- no further than what fits */
  for (const row of rows) {
    const size = sizeOf(row)
    if (size > meter.bytes && !(first && lines.length === 0)) return lines
    make(meter, size)
    const line = lines.at(-1)
    if (line === undefined || line.length >= batch || open.size >= longestLine) {
      lines.push([row])
      open.size = size
    } else {
      line.push(row)
      open.size += size
    }
  }
  return lines
}

/** Whether it was evaluating that took too much. */
const isOverWork = (error: QueryError): boolean =>
  error._tag === 'OverBudget' && (error.what === 'steps' || error.what === 'bytes')

const escaped = /[\u0000-\u001f"\\\ud800-\udfff]/u

/** About how long JSON is once it is spelled. What several rows share is looked at once. */
const sizing = (): ((json: Json) => number) => {
  const known = new Map<Json, number>()
  const sizeOf = (json: Json): number => {
    if (typeof json === 'string') return 2 + (escaped.test(json) ? 6 : 1) * json.length
    if (typeof json !== 'object' || json === null) return 8
    const found = known.get(json)
    if (found !== undefined) return found
    const size = Object.entries(json).reduce(
      (sum, [name, each]) => sum + (Array.isArray(json) ? 1 : name.length + 4) + sizeOf(each),
      2,
    )
    known.set(json, size)
    return size
  }
  return sizeOf
}

const tooManyRows = (most: number): QueryError =>
  invalidQuery(
    'query.related',
    `one row comes with more than ${String(most - 1)} others, and an answer has ${String(most)} rows at most`,
    "Slice the rows that come with each row, ask for them by themselves, or raise the server's limit 'rows'.",
  )
