import { either as E, type taskEither as TE } from 'fp-ts'
import { unsupported, type QueryError } from '../../value/QueryError.js'
import { schemaOf } from '../../queryset/schema.js'
import type { BulkWrites, SingleWrites, WritableClient } from '../../client/Client.js'
import type { Options } from '../Options.js'
import type { Rows } from '../case/Rows.js'
import { isFactory, preparedFor } from './prepare.js'

/**
 * A client that is taken for one that can do everything: a test calls what there is.
 *
 * @since 0.2.0
 */
export type OpenClient = WritableClient & SingleWrites & BulkWrites

/**
 * The client under test with these rows, made as `checkClient` makes it: by the very function that it is given, or by
 * `reset`. The tests that it prints call it.
 *
 * It fails where the client can't be made or filled, and with `Unsupported` where it is made for a schema and there is
 * none.
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
    // A test calls only what there is.
    return E.map((opened) => opened as OpenClient)(made)
  }
