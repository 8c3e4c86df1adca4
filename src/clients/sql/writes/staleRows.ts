import { either as E } from 'fp-ts'
import type { QueryError } from '../../../value/QueryError.js'
import { hash } from '../../../value/Order.js'
import type { Json, Row } from '../../../value/Value.js'
import type { Model } from '../../../schema/Schema.js'
import { staleConflict, staleErrors } from '../../../schema/stale.js'
import type { Change } from '../../../query/Write.js'
import { canBeKey, type Place } from './Place.js'
import { lockRows } from './rowStatements.js'
import { chunked, keyColumnOf, sent } from './sending.js'

type Result<A> = E.Either<QueryError, A>

/**
 * Some rows as they are stored, which nobody else writes until the transaction is over.
 *
 * @since 0.2.0
 */
export const locked = async (
  place: Place,
  model: Model,
  keys: ReadonlyArray<Json>,
): Promise<Result<ReadonlyArray<Row>>> => {
  const columns = [...model.columns.values()]
  const rows: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- a chunk at a time */
  for (const some of chunked(
    keys.filter((key) => canBeKey(place, model, key)),
    1,
  )) {
    const answer = await sent(
      place,
      'update',
      model,
      lockRows(place, model, keyColumnOf(model), columns, some),
    )
    if (E.isLeft(answer)) return answer
    answer.right.rows.forEach((raw) =>
      rows.push(
        Object.fromEntries(
          columns.map(({ name, kind }, i) => [name, place.dialect.decode(kind, raw[i] ?? null) ?? null]),
        ),
      ),
    )
  }
  return E.right(rows)
}

/**
 * Whether rows are as expected: a row that is changed twice, the second time as the first has left it.
 *
 * @since 0.2.0
 */
export const staleRows = async (
  place: Place,
  model: Model,
  changes: ReadonlyArray<Pick<Change, 'key' | 'expect'> & Partial<Pick<Change, 'set'>>>,
): Promise<Result<null>> => {
  const own = hash(keyColumnOf(model).kind)
  const stored = await locked(
    place,
    model,
    changes.map(({ key }) => key),
  )
  if (E.isLeft(stored)) return stored
  const rows = new Map(stored.right.map((row) => [own(row[model.primaryKey] ?? null), row]))
  const errors = changes.flatMap(({ key, set, expect }, item) => {
    const row = rows.get(own(key))
    if (row !== undefined && set !== undefined) rows.set(own(key), { ...row, ...set })
    return expect === undefined ? [] : staleErrors(model, row, expect, item)
  })
  return errors.length === 0 ? E.right(null) : E.left(staleConflict(model, errors))
}
