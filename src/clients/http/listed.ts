/**
 * Answering with rows: a stream of lines that is fetched from the client as it is read.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { meterFor } from '../../value/Meter.js'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Query } from '../../query/Query.js'
import type { Client } from '../../client/Client.js'
import { budgetOf } from '../../client/within.js'
import { planQuery } from '../../plan/planQuery.js'
import type { Plan } from '../../plan/Plan.js'
import { encodeError } from './wireError.js'
import { listening, type HttpCaller } from './HttpCaller.js'
import { failed, jsonHeaders } from './respond.js'
import { hasLists } from './rowsWithin.js'
import { lineOf, linesFor } from './lines.js'

/** So many rows are fetched at a time where others come in lists with them: how many those are isn't known before. */
const step = 1000

/** What is planned of a list: no more rows than an answer may have; where others come with them, some at a time. */
const plannedFor = (client: Client, query: Query, most: number): E.Either<QueryError, Plan> => {
  const { offset, limit } = query.slice ?? { offset: 0, limit: null }
  const asked: Query = { ...query, slice: { offset, limit: Math.min(limit ?? most, most) } }
  const inSteps = hasLists(query) ? planQuery(client, asked, undefined, step) : null
  return inSteps !== null && E.isRight(inSteps) ? inSteps : planQuery(client, asked)
}

/**
 * Rows, as lines: first the total, then lists of rows, and at last how many there were, so that an answer that breaks
 * off is told from one that ends; and whether there may be more, where a limit ended it. They are fetched from the client
 * as they are read.
 */
export const listed = async (client: Client, query: Query, asking: HttpCaller): Promise<Response> => {
  const { id, rows } = asking
  const heard: { total: number | null; first: boolean } = { total: null, first: true }
  const waiting = listening(client, asking)
  const hearing: Client = {
    ...waiting,
    list: (each, meter) => async () => {
      const page = await waiting.list(each, meter)()
      if (E.isRight(page) && heard.first) heard.total = page.right.total
      heard.first = false
      return page
    },
  }
  const planned = plannedFor(hearing, query, rows)
  if (E.isLeft(planned)) return failed(planned.left)
  // The total of what is fetched, where something is left to do here, is another.
  const isTold = planned.right.residual === null && planned.right.total === 'exact'
  const limit = query.slice?.limit ?? Infinity
  const meter = meterFor(client.name, budgetOf(client, query))
  const opening = () => ({ total: isTold ? heard.total : null, ...id })
  const lines = linesFor(hearing, planned.right, { rows, limit, meter }, opening)
  const first = await lines.next()
  if (first.done === true) return failed(clientFailed(client.name, 'list', null))
  if (E.isLeft(first.value)) return failed(first.value.left)
  const head = first.value.right
  const encoder = new TextEncoder()
  const rest: { head: string | null } = { head }
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (rest.head !== null) {
        controller.enqueue(encoder.encode(rest.head))
        rest.head = null
        return
      }
      const next = await lines.next()
      if (next.done === true) controller.close()
      else
        controller.enqueue(
          encoder.encode(
            E.isLeft(next.value) ? lineOf({ error: encodeError(next.value.left) }) : next.value.right,
          ),
        )
    },
    cancel: async () => {
      await lines.return(undefined)
    },
  })
  return new Response(stream, {
    status: 200,
    headers: { ...jsonHeaders, 'content-type': 'application/x-ndjson' },
  })
}
