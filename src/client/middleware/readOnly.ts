import { asClient } from '../asClient.js'
import type { Client } from '../Client.js'

/**
 * Removes the writing functions of a client.
 *
 * @example
 * import { autoId, readOnly, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const client = readOnly(memory(schema({ genre: { id: autoId } }), {}))
 * console.log(Object.keys(client)) // => [ 'name', 'schema', 'list', 'count', 'getPks' ]
 *
 * @since 0.1.0
 */
export const readOnly = (client: Client): Client => readerOf(asClient(client))

const readerOf = ({
  name,
  schema,
  list,
  count,
  getPks,
  stream,
  maxPerRequest,
  support,
  budget,
  setup,
  close,
}: Client): Client => ({
  name,
  schema,
  list,
  ...(count === undefined ? {} : { count }),
  ...(getPks === undefined ? {} : { getPks }),
  ...(stream === undefined ? {} : { stream }),
  ...(maxPerRequest === undefined ? {} : { maxPerRequest }),
  ...(support === undefined ? {} : { support }),
  ...(budget === undefined ? {} : { budget }),
  ...(setup === undefined ? {} : { setup }),
  ...(close === undefined ? {} : { close }),
})
