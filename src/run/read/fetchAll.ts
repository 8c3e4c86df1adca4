/**
 * Fetches the rows that other rows lead to.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Meter } from '../../value/Meter.js'
import type { QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import type { Predicate } from '../../expression/Expression.js'
import type { Client } from '../../client/Client.js'
import { pages, pagesTold, type DecodedPage } from '../../client/pages/pages.js'
import { pagesFor, sureOf, type Walk } from '../../client/pages/Walk.js'
import { answerOf } from '../../client/Support.js'
import type { Query } from '../../query/Query.js'
import { chunksOf } from '../../plan/chunks.js'
import { among, equal, type Fetch } from '../../plan/Fetch.js'
import type { Pool } from '../Pool.js'

type Answered = E.Either<QueryError, ReadonlyArray<Row>>

/**
 * Whether a client takes all conditions of a query as they are. A list may have too many members, or be too large.
 *
 * @since 0.1.0
 */
export const takes = (client: Client, query: Query): boolean =>
  client.support === undefined || !answerOf(client, query).where.includes('unsupported')

/**
 * Fetches the rows that rows lead to, level by level, with one request for each relation and chunk.
 *
 * @since 0.1.0
 */
export const fetchAll = async (
  client: Client,
  at: Pool,
  fetches: ReadonlyArray<Fetch>,
  before: ReadonlyArray<Row>,
  meter: Meter,
): Promise<E.Either<QueryError, null>> => {
  const pending: Array<{ readonly fetch: Fetch; readonly before: ReadonlyArray<Row> }> = fetches.map(
    (fetch) => ({ fetch, before }),
  )
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a relation */
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const rows = await fetchOne(client, at, next.fetch, next.before, meter)
    if (E.isLeft(rows)) return rows
    next.fetch.then.forEach((fetch) => pending.push({ fetch, before: rows.right }))
  }
  return E.right(null)
}

const fetchOne = async (
  client: Client,
  at: Pool,
  fetch: Fetch,
  before: ReadonlyArray<Row>,
  meter: Meter,
): Promise<Answered> => {
  const { model, from, to } = fetch
  if (from === null || to === null) {
    const rows =
      fetch.how === 'whole'
        ? await whole(client, at, fetch, meter)
        : await walked(client, at, fetch, [null], meter)
    return rows
  }
  const values = before.flatMap((row) => {
    const value = row[from] ?? null
    return value === null ? [] : [value]
  })
  const missing = at.missing(model, to, values)
  const failed = await fetchMissing(client, at, fetch, to, missing, meter)
  if (E.isLeft(failed)) return failed
  const kind = client.schema.models.get(model)?.columns.get(to)?.kind ?? 'int'
  const own = hash(kind)
  const once = new Map(values.map((value) => [own(value), value]))
  return E.right([...once.values()].flatMap((value) => at.find(model, to, value)))
}

/** Fetches the rows with some values: by these values, or by fetching all rows. */
const fetchMissing = async (
  client: Client,
  at: Pool,
  fetch: Fetch,
  to: string,
  missing: ReadonlyArray<Json>,
  meter: Meter,
): Promise<Answered> => {
  if (missing.length === 0) return E.right([])
  if (isLate(fetch, missing.length)) return bySize(client, at, fetch, to, missing, meter)
  return fetch.how === 'whole' || missing.length > fetch.upTo
    ? whole(client, at, fetch, meter)
    : byValue(client, at, fetch, to, missing, meter)
}

const byValue = async (
  client: Client,
  at: Pool,
  fetch: Fetch,
  to: string,
  missing: ReadonlyArray<Json>,
  meter: Meter,
): Promise<Answered> => {
  const kind = client.schema.models.get(fetch.model)?.columns.get(to)?.kind ?? 'int'
  const asked =
    fetch.how === 'in'
      ? chunksOf(missing, fetch.chunk, (chunk) =>
          takes(client, { ...fetch.walk.query, where: among(to, kind, chunk) }),
        ).map((chunk) => ({ where: among(to, kind, chunk), many: chunk.length }))
      : missing.map((value) => ({ where: equal(to, kind, value), many: 1 }))
  const rows = await walked(client, at, fetch, asked, meter)
  if (E.isRight(rows)) at.setAsked(fetch.model, to, missing)
  return rows
}

/** The number of requests that justify one extra request, which may reveal how many rows there are. */
const worthOne = 4

const partsOf = ({ how, chunk }: Fetch, values: number): number =>
  how === 'in' ? Math.ceil(values / chunk) : values

/** Whether the first page of all rows is requested before choosing how to fetch the rows with some values. */
const isLate = (fetch: Fetch, values: number): boolean => {
  const { late, how, upTo, unique, listing, bound } = fetch
  const parts = partsOf(fetch, values)
  const matters = how === 'each' ? values > upTo : parts >= worthOne
  const rows = unique ? values + (listing.size ?? Infinity) : Infinity
  return late && matters && isWithin(bound, { requests: parts + 1, rows })
}

const isWithin = (
  bound: Fetch['bound'],
  { requests, rows }: { readonly requests: number; readonly rows: number },
): boolean => requests <= (bound?.requests ?? Infinity) && rows <= (bound?.rows ?? Infinity)

/**
 * Fetches all rows page by page, as long as that is likely to take no more requests than asking for the values. Then asks
 * for the values.
 */
const bySize = async (
  client: Client,
  at: Pool,
  fetch: Fetch,
  to: string,
  missing: ReadonlyArray<Json>,
  meter: Meter,
): Promise<Answered> => {
  const { model, listing } = fetch
  const all: Array<Row> = []
  const read = { pages: 0, decided: false }
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
  for await (const page of pagesTold(client, listing, meter)) {
    if (E.isLeft(page)) return page
    page.right.rows.forEach((row) => all.push(row))
    read.pages += 1
    read.decided ||= read.pages === 1 && isShorter(fetch, missing.length, page.right)
    if (read.decided || isAffordable(fetch, missing.length, page.right, read.pages, all.length)) continue
    at.add(model, all)
    return byValue(client, at, fetch, to, at.missing(model, to, missing), meter)
  }
  at.add(model, all)
  at.setWhole(model)
  return E.right(all)
}

/** Whether the remaining pages take no more requests than asking for some values. */
const isShorter = (fetch: Fetch, values: number, { rows, total }: DecodedPage): boolean => {
  const { listing, bound } = fetch
  const known = listing.total === 'exact' ? total : null
  const isLast = rows.length < (listing.size ?? Infinity)
  const all = known ?? (isLast ? rows.length : Infinity)
  const further = all === Infinity ? Infinity : pagesFor(all, listing) - 1 + (known === null ? 1 : 0)
  return further <= partsOf(fetch, values) && isWithin(bound, { requests: further + 1, rows: all + further })
}

/**
 * Whether to read a page more although it is unknown how many there are. Of four requests that asking for the values
 * takes, one is spent on pages.
 */
const isAffordable = (
  fetch: Fetch,
  values: number,
  { total }: DecodedPage,
  pagesRead: number,
  rowsRead: number,
): boolean => {
  const { listing, bound, unique } = fetch
  const parts = partsOf(fetch, values)
  const size = listing.size ?? Infinity
  if (listing.total === 'exact' && total !== null) return false
  return (
    pagesRead < Math.floor(parts / worthOne) &&
    isWithin(bound, {
      requests: pagesRead + 1 + parts,
      rows: unique ? rowsRead + size + values : Infinity,
    })
  )
}

const whole = async (client: Client, at: Pool, fetch: Fetch, meter: Meter): Promise<Answered> => {
  if (at.isWhole(fetch.model)) return E.right(at.all(fetch.model))
  const rows = await walked(client, at, { ...fetch, walk: fetch.listing }, [null], meter)
  if (E.isRight(rows)) at.setWhole(fetch.model)
  return rows
}

type Chunk = { readonly where: Predicate<Query>; readonly many: number } | null

const walked = async (
  client: Client,
  at: Pool,
  fetch: Fetch,
  parts: ReadonlyArray<Chunk>,
  meter: Meter,
): Promise<Answered> => {
  const all: Array<Row> = []
  /* eslint-disable functional/no-loop-statements -- one turn a page */
  for (const part of parts) {
    const walk: Walk =
      part === null
        ? fetch.walk
        : withMost(
            { ...fetch.walk, query: { ...fetch.walk.query, where: part.where } },
            fetch.unique ? part.many : null,
          )
    for await (const page of pages(client, walk, meter)) {
      if (E.isLeft(page)) return page
      page.right.forEach((row) => all.push(row))
    }
  }
  /* eslint-enable functional/no-loop-statements */
  at.add(fetch.model, all)
  return E.right(all)
}

/**
 * The same walk if there are at most that many rows.
 *
 * @since 0.1.0
 */
export const withMost = (walk: Walk, most: number | null): Walk => {
  const { size, query } = walk
  if (most === null) return walk
  return size === null || most > sureOf(walk)
    ? { ...walk, most }
    : { ...walk, most, by: 'once', query: { ...query, slice: { offset: 0, limit: size } } }
}
