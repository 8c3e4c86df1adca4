import { either as E, type taskEither as TE } from 'fp-ts'
import { unsupported, type QueryError } from '../../value/QueryError.js'
import { schemaOf } from '../../queryset/schema.js'
import type { BulkWrites, SingleWrites, WritableClient } from '../../client/Client.js'
import type { Options } from '../Options.js'
import type { Rows } from '../case/Rows.js'
import { isFactory, preparedFor } from './prepare.js'

/**
 * A client with all functions, by type. A test calls only the functions that exist.
 *
 * @since 0.2.0
 */
export type OpenClient = WritableClient & SingleWrites & BulkWrites

/**
 * Gives the client under test with these rows. `checkClient` uses it to create clients, by the function that it was
 * given or by `reset`. The tests that it prints call it too.
 *
 * It fails if the client can't be created or filled. It fails with `Unsupported` if the client needs a schema and there
 * is none.
 *
 * @example
 * import { autoId, count, field, pipe, schema } from 'queryset-ts'
 * import { openClient, type CheckOptions } from 'queryset-ts/laws'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const options: CheckOptions = { schema: models, client: (_, { rows }) => memory(models, Object.fromEntries(rows)) }
 * const opened = await openClient(options, { genre: [{ id: 1, name: 'Rock' }] })()
 * console.log(opened._tag === 'Right' && (await pipe(models.genre, count(opened.right))())) // => { _tag: 'Right', right: 1 }
 *
 * @since 0.2.0
 */
export const openClient =
  (
    options: Pick<Options, 'client' | 'schema' | 'reset'>,
    rows: Rows,
  ): TE.TaskEither<QueryError, OpenClient> =>
  async () => {
    const { client, schema } = options
    const resolved = schema === undefined ? (isFactory(client) ? null : client.schema) : schemaOf(schema)
    if (resolved === null)
      return E.left(unsupported('client', 'being made without a `schema`: give `openClient` one besides'))
    const made = await preparedFor(options).make(resolved, rows, () => Promise.resolve())()
    // A test calls only functions that exist.
    return E.map((opened) => opened as OpenClient)(made)
  }
