/**
 * Checks a page that a client gave: its size, its total, its rows and their order, and what has changed since the page
 * before.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Row } from '../../value/Value.js'
import type { Query } from '../../query/Query.js'
import { decodeRows } from '../../query/shape.js'
import { wrongRow } from '../../query/wrongRow.js'
import type { Client, Page } from '../Client.js'
import type { Walk } from './Walk.js'
import { comparing } from './afterKey.js'

/** Where a row of a page is stored, if the page says so. */
const placeIn = ({ places = [] }: Page, row: number): string | undefined => {
  const found = places.findLast(({ from }) => from <= row)
  return found === undefined ? undefined : `row ${String(found.row + row - found.from)} of ${found.of}`
}

/** Whether a page ended with fewer rows than requested. */
export const isEarly = ({ slice }: Query, { rows, more = false }: Page): boolean =>
  more && rows.length < (slice?.limit ?? Infinity)

/** The rows of a page, if it has as many as it says, and each has the shape of the query. */
export const decodePage = (
  client: Client,
  walk: Walk,
  number: number,
  query: Query,
  page: Page,
  before: number | null,
): E.Either<QueryError, ReadonlyArray<Row>> => {
  const limit = query.slice?.limit ?? null
  const offset = query.slice?.offset ?? 0
  const count = page.rows.length
  const total = page.total ?? before
  const due = total === null ? null : Math.min(Math.max(0, total - offset), limit ?? Infinity)
  if (limit !== null && count > limit)
    return E.left(
      clientFailed(client.name, 'list', null, {
        message: `asked for ${String(limit)} rows at most, it gave ${String(count)}`,
        hint: "Have 'list' obey the query's slice.",
      }),
    )
  if (walk.total === 'exact' && page.total !== null && count > 0 && offset + count > page.total)
    return E.left(
      clientFailed(client.name, 'list', null, {
        message: `it says that there are ${String(page.total)} rows and gave row ${String(offset + count)}`,
        hint: "Fix its total, or don't say that it is exact.",
        retryable: true,
      }),
    )
  const early = isEarly(query, page)
  if (early && count === 0) return E.left(endedEarly(client))
  if (!early && due !== null && count < due)
    return E.left(
      clientFailed(client.name, 'list', null, {
        message: `it says that there are ${String(due)} rows to give and gave ${String(count)}`,
        hint: "Say how many rows it gives at once, as 'maxPerRequest', or fix its total.",
        retryable: true,
      }),
    )
  const rows = decodeRows(walk.shape, page.rows)
  if (E.isRight(rows)) return rows
  const { row, ...misfit } = rows.left
  return E.left(
    wrongRow(
      {
        client: client.name,
        schema: client.schema,
        model: walk.shape.model,
        row: number + row,
        place: placeIn(page, row),
      },
      page.rows[row],
      misfit,
    ),
  )
}

/**
 * The rows of a page by key, if each comes after the one before. A backend with another order would lose rows between
 * pages. A backend that ignores where a page starts would be asked forever.
 */
export const inOrder = (
  client: Client,
  { by, keys }: Walk,
  after: Row | null,
  rows: ReadonlyArray<Row>,
  places: ReadonlyArray<Row>,
): E.Either<QueryError, ReadonlyArray<Row>> => {
  if (by !== 'key') return E.right(rows)
  const order = comparing(keys)
  return places.every((row, i) => {
    const before = i === 0 ? after : places[i - 1]
    return before === null || before === undefined || order(before, row) < 0
  })
    ? E.right(rows)
    : E.left(
        clientFailed(client.name, 'list', null, {
          message: 'it gave rows in another order than it was asked for, or rows that were not asked for',
          hint: `Sort by ${keys.map(({ name }) => name).join(', ')} as the query says: text by code point, missing values where it says.`,
        }),
      )
}

/** What was seen so far: the keys of the page before, the total, and the last row. */
export interface SeenPages {
  rows: ReadonlySet<string>
  total: number | null
  after: Row | null
}

/**
 * Whether rows came or went since the page before: the overlapping row differs, a row comes twice, or the total has
 * changed.
 */
export const hasChanged = (
  { known, shape }: Walk,
  seen: SeenPages,
  again: boolean,
  page: Page,
  rows: ReadonlyArray<Row>,
): boolean => {
  const columns = shape.columns.filter(({ name }) => known.includes(name))
  const keyOf = (row: Row): string =>
    JSON.stringify(columns.map(({ name, kind }) => hash(kind)(row[name] ?? null)))
  const keys = known.length === 0 ? [] : rows.map(keyOf)
  const [first, ...others] = keys
  const moved = again && (seen.after === null || first !== keyOf(seen.after))
  const fresh = again ? others : keys
  const repeated = fresh.some((key) => seen.rows.has(key)) || new Set(keys).size < keys.length
  const other = seen.total !== null && page.total !== null && seen.total !== page.total
  seen.rows = new Set(keys)
  seen.total ??= page.total
  return moved || repeated || other
}

/** The error for rows that came or went while pages were fetched. */
export const restless = (client: Client): QueryError =>
  clientFailed(client.name, 'list', null, {
    message: 'rows came or went while they were fetched, page by page',
    hint: 'Try again; or have the client order by key and compare keys, so that pages begin after the last row.',
    retryable: true,
  })

/** The error for a page that ended early when the rest of it can't be requested. */
export const endedEarly = (client: Client): QueryError =>
  clientFailed(client.name, 'list', null, {
    message: 'it ended a page before its first row, or of rows that can be asked for only at once',
    hint: 'Raise the limit by which it ends pages, or ask for fewer columns or rows.',
  })

/** The error for a client that gives fewer rows at once than it says. */
export const shortened = (client: Client, size: number, count: number): QueryError =>
  clientFailed(client.name, 'list', null, {
    message: `asked for ${String(size)} rows it gave ${String(count)}, although there are more`,
    hint: "Say how many rows it gives at once, as 'maxPerRequest'; or try again, if rows came meanwhile.",
    retryable: true,
  })
