/**
 * Reads of rows that will be written, in a transaction in which other writers' changes become visible.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError } from '../../../value/QueryError.js'
import { hash } from '../../../value/Order.js'
import type { Json, Row } from '../../../value/Value.js'
import type { Model } from '../../../schema/Schema.js'
import { baseOf } from '../../../query/parts.js'
import type { Query } from '../../../query/Query.js'
import type { Client, Page } from '../../../client/Client.js'
import type { Place } from './Place.js'
import { keyColumnOf } from './sending.js'
import { locked } from './staleRows.js'

/** The most reads of a query. Each one more means that another writer has made a row that belongs to it. */
const mostReads = 100

/**
 * Reads a query's rows and locks them: they are read, locked by key, and read again, until all rows are locked. So the
 * rows stay as they were read until the transaction ends. Rows without their key can't be written, and aren't locked.
 *
 * @since 0.2.0
 */
export const lockingReads = (
  place: Place,
  reader: Required<Pick<Client, 'list' | 'getPks'>>,
): Required<Pick<Client, 'list' | 'getPks'>> => ({
  list: (query, meter) =>
    lockedUntilAll(place, query, reader.list(query, meter), ({ rows }: Page) => {
      const name = nameOfKey(place, query)
      // These are rows of the client's own.
      return name === null ? [] : (rows as ReadonlyArray<Row>).map((row) => row[name] ?? null)
    }),
  getPks: (query, meter) => lockedUntilAll(place, query, reader.getPks(query, meter), (keys) => keys),
})

const lockedUntilAll =
  <A>(
    place: Place,
    query: Query,
    read: TE.TaskEither<QueryError, A>,
    keysIn: (answer: A) => ReadonlyArray<Json>,
  ): TE.TaskEither<QueryError, A> =>
  async () => {
    const model = place.schema.models.get(baseOf(query))
    const held = new Set<unknown>()
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a read */
    for (let reads = 0; reads < mostReads; reads += 1) {
      const answer = await read()
      if (E.isLeft(answer) || model === undefined) return answer
      const open = notHeld(model, keysIn(answer.right), held)
      if (open.length === 0) return answer
      const taken = await locked(place, model, open)
      if (E.isLeft(taken)) return taken
    }
    return E.left(
      clientFailed(place.name, 'list', null, {
        message: 'other writers kept making rows that belong to the query',
        retryable: true,
      }),
    )
  }

/** The keys that aren't held yet. They are from now on. */
const notHeld = (model: Model, keys: ReadonlyArray<Json>, held: Set<unknown>): ReadonlyArray<Json> => {
  const own = hash(keyColumnOf(model).kind)
  return keys.filter((key) => {
    if (key === null || held.has(own(key))) return false
    held.add(own(key))
    return true
  })
}

/** The name under which a query's rows have their primary key, if they have it. */
const nameOfKey = (place: Place, query: Query): string | null => {
  const pk = place.schema.models.get(baseOf(query))?.primaryKey
  if (pk === undefined || query.group !== null) return null
  if (query.columns === null) return query.fields === null || query.fields.includes(pk) ? pk : null
  const found = query.columns.find(
    ({ expression }) =>
      expression._tag === 'column' &&
      expression.level === 0 &&
      expression.path.length === 1 &&
      expression.path[0] === pk,
  )
  return found?.name ?? null
}
