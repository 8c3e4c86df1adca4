/**
 * Fetches the rows of a query in one request, a batch at a time, by the client's `stream`.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Meter } from '../../value/Meter.js'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import { layersOf, type Query } from '../../query/Query.js'
import type { Shape } from '../../query/shape.js'
import type { Client } from '../Client.js'
import { streamOf } from '../own.js'
import { answerOf, isExact } from '../Support.js'
import { decodePage } from './checkPage.js'
import { sizeOf, type Walk } from './Walk.js'

/**
 * How a query's rows would be fetched by the client's `stream`, with `size` rows at a time. `null` if they can't be:
 * the client has no `stream`, or doesn't answer the whole query. It is also `null` if all rows fit in one batch anyway.
 *
 * @since 0.2.0
 */
export const cursorOf = (client: Client, query: Query, shape: Shape, size: number): Walk | null => {
  const answer = answerOf(client, layersOf(query)[0] ?? query)
  const few = query.slice?.limit !== undefined && query.slice.limit !== null && query.slice.limit <= size
  return few || streamOf(client) === undefined || answer.streams === false || !isExact(client, query)
    ? null
    : {
        by: 'cursor',
        size: Math.min(size, sizeOf(client, answer) ?? Infinity),
        least: null,
        query,
        keys: [],
        shape,
        added: [],
        most: null,
        total: 'none',
        known: [],
        overlap: false,
        concurrency: 1,
        noticed: 'all',
        leavesOut: answer.leavesOut === true,
      }
}

type Batch = E.Either<QueryError, ReadonlyArray<Row>>

/**
 * The rows of a walk by cursor, a batch at a time. A `Left` is the last item.
 *
 * @since 0.2.0
 */
export async function* batchesOf(
  client: Client,
  walk: Walk,
  stream: NonNullable<Client['stream']>,
  meter?: Meter,
): AsyncGenerator<Batch, void, undefined> {
  const { query, size } = walk
  const given = { rows: 0 }
  try {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a batch, in bounded memory */
    for await (const batch of stream(query, size ?? 1, meter)) {
      const rows = checked(client, walk, given.rows, batch)
      yield rows
      if (E.isLeft(rows)) return
      given.rows += rows.right.length
    }
  } catch (cause) {
    yield E.left(clientFailed(client.name, 'stream', cause))
  }
}

/** The rows of a batch, if it is one, has no more rows than were asked for, and each has the shape of the query. */
const checked = (client: Client, walk: Walk, number: number, batch: unknown): Batch => {
  if (!isBatch(batch))
    return E.left(
      clientFailed(client.name, 'stream', null, {
        message: 'it answered with something else than it should',
        hint: "See what the type 'Client' says of 'stream'.",
      }),
    )
  if (E.isLeft(batch)) return batch
  const { slice } = walk.query
  const left = slice === null || slice.limit === null ? null : slice.limit - number
  const query = { ...walk.query, slice: { offset: 0, limit: left } }
  return decodePage(client, walk, number, query, { rows: batch.right, total: null }, null)
}

const isBatch = (u: unknown): u is E.Either<QueryError, ReadonlyArray<unknown>> =>
  typeof u === 'object' &&
  u !== null &&
  '_tag' in u &&
  (u._tag === 'Left' || (u._tag === 'Right' && 'right' in u && Array.isArray(u.right)))
