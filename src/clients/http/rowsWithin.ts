/**
 * Counting the rows that come in lists with other rows, so that an answer stays within its limit.
 *
 * @since 0.2.0
 */
import type { Row } from '../../value/Value.js'
import { layersOf, type Query } from '../../query/Query.js'
import { isJson } from './isJson.js'

/** The first of some rows, as many as fit in together with those that come with them; and how many these are. */
export const fittingIn = (
  query: Query,
  rows: ReadonlyArray<Row>,
  room: number,
): { readonly rows: ReadonlyArray<Row>; readonly inside: number } => {
  const all = rows.map(rowsWithin(query))
  const sums = { inside: 0, rows: 0 }
  /* eslint-disable-next-line functional/no-loop-statements -- no further than what fits */
  for (const inside of all) {
    if (sums.rows + 1 + sums.inside + inside > room) break
    sums.rows += 1
    sums.inside += inside
  }
  return { rows: sums.rows === rows.length ? rows : rows.slice(0, sums.rows), inside: sums.inside }
}

/** Whether rows come in lists with the rows of a query, or with those that come in the place of their keys. */
export const hasLists = (query: Query): boolean =>
  layersOf(query).some(({ related }) => related.some(({ many, query: inner }) => many || hasLists(inner)))

/**
 * How many rows come with one, in lists: those in the place of a key are as many as the query has relations. A row that
 * several lists share is looked into once, and counted as often as it will be sent.
 */
const rowsWithin = (query: Query): ((row: Row) => number) => {
  const inner = layersOf(query)
    .flatMap(({ related }) => related)
    .map(({ relation, many, query: there }) => ({ relation, many, within: rowsWithin(there) }))
  if (inner.length === 0) return () => 0
  const known = new Map<Row, number>()
  return (row) => {
    const found = known.get(row)
    if (found !== undefined) return found
    const count = inner.reduce((sum, { relation, many, within }) => {
      const rows = [row[relation] ?? null].flat().filter(isJson)
      return rows.reduce((so, each) => so + (many ? 1 : 0) + within(each), sum)
    }, 0)
    known.set(row, count)
    return count
  }
}
