import { asClient } from './asClient.js'
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Write } from '../query/Write.js'
import { carryOut, type Written } from './carryOut.js'
import type { BulkWrites, FullWritableClient, SingleWrites, WritableClient } from './Client.js'
import { derive } from './derive.js'
import { asOne } from './together.js'
import { writersOf } from './write.js'

/**
 * Completes a client that writes, including its reading functions. Functions for many rows are derived from those for
 * one row, or the other way round, with `maxPerRequest` rows at a time. If only some of the rows are written, the
 * result is an `Incomplete`, which says what became of each.
 *
 * @example
 * import { autoId, deriveWrites, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const { name, schema: models, list, create, update, delete: remove } = memory(schema({ genre: { id: autoId } }), {})
 * const client = deriveWrites({ name, schema: models, list, create, update, delete: remove })
 * console.log(await client.createBulk('genre', [{ id: null }, { id: null }])()) // => { _tag: 'Right', right: [ { id: 1 }, { id: 2 } ] }
 * console.log(await client.deleteBulk('genre', [2, 3])()) // => { _tag: 'Right', right: 1 }
 *
 * @since 0.1.0
 */
export const deriveWrites = (given: WritableClient): FullWritableClient => {
  const client = asClient(given)
  const createBulk: BulkWrites['createBulk'] = (model, rows) =>
    TE.map((written: ReadonlyArray<Written>) => written.flatMap(({ row }) => (row === null ? [] : [row])))(
      carried(client, { _tag: 'create', model, rows }),
    )
  const updateBulk: BulkWrites['updateBulk'] = (model, changes) =>
    counted(client, { _tag: 'update', model, changes })
  const deleteBulk: BulkWrites['deleteBulk'] = (model, keys) =>
    counted(client, { _tag: 'delete', model, keys })
  const single = writersOf(client)
  const { maxPerRequest: _, ...read } = derive(client)
  return {
    ...client,
    ...read,
    create:
      single.create ??
      ((model, row) =>
        TE.flatMapEither(createBulk(model, [row]), ([made]: ReadonlyArray<Row>): E.Either<QueryError, Row> =>
          made === undefined
            ? E.left(clientFailed(client.name, 'create', null, { message: 'it gave no row back' }))
            : E.right(made),
        )),
    update:
      single.update ?? ((model, key, set) => TE.map((n: number) => n > 0)(updateBulk(model, [{ key, set }]))),
    delete: single.delete ?? ((model, key) => TE.map((n: number) => n > 0)(deleteBulk(model, [key]))),
    createBulk,
    updateBulk,
    deleteBulk,
  }
}

const carried = (client: WritableClient, write: Write): TE.TaskEither<QueryError, ReadonlyArray<Written>> =>
  TE.map((written: ReadonlyArray<ReadonlyArray<Written>>) => written.flat())(
    asOne(client, (inside) => carryOut(inside, [write])),
  )

/** The number of rows that existed. */
const counted =
  (client: WritableClient, write: Write): TE.TaskEither<QueryError, number> =>
  async () => {
    const rows = { there: 0 }
    const done = await asOne(client, (inside) => carryOut(watched(inside, rows), [write]))()
    return E.map(() => rows.there)(done)
  }

/** The same client, which also counts how many rows existed. */
const watched = (client: WritableClient, rows: { there: number }): WritableClient => {
  const { update, delete: remove, updateBulk, deleteBulk } = writersOf(client)
  const own: Partial<SingleWrites & BulkWrites> = {
    ...(update === undefined ? {} : { update: (...args) => counting(rows)(update(...args)) }),
    ...(remove === undefined ? {} : { delete: (...args) => counting(rows)(remove(...args)) }),
    ...(updateBulk === undefined ? {} : { updateBulk: (...args) => counting(rows)(updateBulk(...args)) }),
    ...(deleteBulk === undefined ? {} : { deleteBulk: (...args) => counting(rows)(deleteBulk(...args)) }),
  }
  return { ...client, ...own } // it has the same functions
}

const counting =
  (rows: { there: number }) =>
  <A extends number | boolean>(task: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
    TE.map((n: A) => {
      rows.there += Number(n)
      return n
    })(task)
