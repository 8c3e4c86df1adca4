/**
 * What is known about a request apart from its question, and a client that stops when the caller leaves.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import type { RequestId } from './readRequest.js'

/**
 * Further facts about a question: its `id`, the largest number of rows of its answer, and whether the caller still
 * waits.
 */
export interface HttpCaller {
  readonly id: RequestId
  readonly rows: number
  readonly signal: AbortSignal
}

/** The same client. It is no longer asked once the caller has left. */
export const listening = (client: Client, { signal }: HttpCaller): Client => ({
  ...client,
  list: (query, meter) => async () => (signal.aborted ? E.left(left(client)) : client.list(query, meter)()),
})

const left = ({ name }: Client): QueryError =>
  clientFailed(name, 'list', null, { message: 'whoever asked has left', hint: 'Nothing more was asked.' })
