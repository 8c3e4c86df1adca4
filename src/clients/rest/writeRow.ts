/**
 * Creates, updates and deletes one row, with one request each.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { conflict, unsupported, type QueryError } from '../../value/QueryError.js'
import type { Json, JsonObject, Row } from '../../value/Value.js'
import { isJson } from '../http/isJson.js'
import { failedWith, garbled, jsonOf, send, type Sent } from '../http/send.js'
import { urlOf, type RestConnection } from './Connection.js'
import { rowOf as rowOf, roundedIn, refusedBy, type Resource } from './Resource.js'
import type { RestItem } from './RestStyle.js'

/** Creates a row, and returns it as the service stores it. */
export const createRow = (
  connection: RestConnection,
  resource: Resource,
  row: Row,
): Promise<E.Either<QueryError, Row>> =>
  write(
    connection,
    'create',
    'POST',
    resource,
    { path: '', params: [] },
    bodyOf(resource, row),
    async (status, told) => {
      if (status < 200 || status >= 300) return null
      const body = await told()
      if (E.isLeft(body)) return body
      const made = body.right === undefined ? null : rowOf(resource, connection.style.row(body.right))
      return isJson(made) && roundedIn(resource, made) === null ? E.right(made) : null
    },
  )

/** Updates or deletes a row by its key. Returns whether the row existed. */
export const changeRow = (
  connection: RestConnection,
  operation: 'update' | 'delete',
  resource: Resource,
  key: Json,
  body: JsonObject | null,
): Promise<E.Either<QueryError, boolean>> => {
  const { style, sender } = connection
  const { primaryKey, columns } = resource.model
  const item = style.item(key, columns.get(primaryKey)?.kind ?? 'int', resource.fieldOf(primaryKey))
  return item === null
    ? Promise.resolve(E.left(unsupported(sender.client, `a key that can't be a part of a URL`)))
    : write(
        connection,
        operation,
        operation === 'update' ? 'PATCH' : 'DELETE',
        resource,
        item,
        body,
        async (status, told) => {
          const { changed } = style
          // With `changed`, the service reports a missing row in another way. A 404 is then about something else.
          if ((status === 404 || status === 410) && changed === null) return E.right(false)
          if (status === 412 && item.headers?.['if-match'] !== undefined) return E.right(false)
          if (status < 200 || status >= 300) return null
          // Another program may have answered, so the body must be JSON.
          const body = await told()
          return E.isLeft(body)
            ? body
            : changed === null
              ? E.right(true)
              : body.right === undefined
                ? null
                : E.right(changed(body.right))
        },
      )
}

/** A row with the service's names and values. */
export const bodyOf = (resource: Resource, row: Row): JsonObject =>
  Object.fromEntries(
    Object.entries(row).flatMap(([field, value]) =>
      // The service generates such a key.
      field === resource.model.primaryKey && value === null
        ? []
        : [[resource.fieldOf(field), value] as const],
    ),
  )

/** Reads the result of a write from its response. `null` if the service refused the write. */
type AnswerReader<A> = (
  status: number,
  body: () => Promise<E.Either<QueryError, unknown>>,
) => Promise<E.Either<QueryError, A> | null>

/**
 * Sends a write within the limits of the service. After a 429, which means that nothing was done, it may be sent again.
 */
const write = <A>(
  connection: RestConnection,
  operation: string,
  method: string,
  resource: Resource,
  at: RestItem,
  body: JsonObject | null,
  read: AnswerReader<A>,
): Promise<E.Either<QueryError, A>> => {
  const last: { status: number | null } = { status: null }
  return connection.sending<A>({
    operation,
    send: (signal) => {
      last.status = null
      const sender = { ...connection.sender, signal }
      return writeOnce({ ...connection, sender }, operation, method, resource, at, body, (status, told) => {
        last.status = status
        return read(status, told)
      })
    },
    errorOf: () => null,
    isSafe: () => last.status === 429,
  })
}

const writeOnce = async <A>(
  connection: RestConnection,
  operation: string,
  method: string,
  resource: Resource,
  at: RestItem,
  body: JsonObject | null,
  read: AnswerReader<A>,
): Promise<E.Either<QueryError, A>> => {
  const { sender, style } = connection
  const url = urlOf(connection, `${resource.path}${at.path}`, at.params)
  if (E.isLeft(url)) return url
  const sent: Sent = {
    operation,
    writes: true,
    url: url.right,
    method,
    headers: { ...at.headers, ...(body === null ? {} : { 'content-type': 'application/json' }) },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  }
  const response = await send(sender, sent)
  if (E.isLeft(response)) return response
  const told = await read(response.right.status, () => jsonOf(sender, sent, response.right))
  const { status } = response.right
  const said =
    told === null && style.refusals !== undefined && status >= 400 && status < 500
      ? await jsonOf(sender, sent, response.right)
      : null
  const refused = said !== null && E.isRight(said) ? (style.refusals?.(status, said.right) ?? null) : null
  // An unread body keeps the connection busy.
  await response.right.body?.cancel().catch(() => null)
  if (told !== null) return told
  if (refused !== null) return E.left(refusedBy(resource, refused))
  return response.right.ok
    ? E.left(garbled(sender, sent, 'the answer is not what this client understands'))
    : E.left(
        response.right.status === 409
          ? conflict(resource.model.name, [], 'the service says that it contradicts what is there')
          : failedWith(sender, sent, response.right),
      )
}
