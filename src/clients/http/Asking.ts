/**
 * What is known of a request besides what it asks, and a client that stops when its caller leaves.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import type { Id } from './readRequest.js'

/** What else is known of a question: its `id`, how many rows its answer may have, and whether somebody waits for it. */
export interface Asking {
  readonly id: Id
  readonly rows: number
  readonly signal: AbortSignal
}

/** The same client, which isn't asked any more once nobody waits for the answer. */
export const listening = (client: Client, { signal }: Asking): Client => ({
  ...client,
  list: (query, meter) => async () => (signal.aborted ? E.left(left(client)) : client.list(query, meter)()),
})

const left = ({ name }: Client): QueryError =>
  clientFailed(name, 'list', null, { message: 'whoever asked has left', hint: 'Nothing more was asked.' })
