import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { hash } from '../value/Order.js'
import type { Row } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import { validateChange } from '../schema/validate.js'
import type { ChangedRow } from '../expression/Ref.js'
import { assignmentsOf, updateWith, writtenModel, type Assignments } from '../query/foldMutation.js'
import { keyColumn } from '../query/Mutation.js'
import type { Change } from '../query/Write.js'
import type { AnyQueryset, Queryset } from '../queryset/Queryset.js'
import type { WritableClient } from '../client/Client.js'
import type { BulkOptions } from '../client/write.js'
import { together } from '../client/together.js'
import { changeFound, type FindChanges } from './changeFound.js'
import { apart, columnsAsRead, keyed, rowsWith, sentWhole } from './writing.js'

/**
 * Changes all rows of a queryset, whatever steps made it: a sliced, distinct or combined one changes just those
 * rows. Values are given, or expressions of the row as it is when it is written (`t.milliseconds.plus(1000)`). Which
 * rows are changed is fixed before the first is written. Gives how many rows there were.
 *
 * A client that does such a write at once is sent all of it; else the rows are found, and then written by key, as well
 * guarded against other writers as the client can (see `Guard`).
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, orderBy, schema, slice, toArray, update } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ track: { id: autoId, ms: field.int() } })
 * const client = memory(models, { track: [{ id: 1, ms: 10 }, { id: 2, ms: 20 }] })
 * const longest = pipe(models.track, orderBy((t) => [t.ms.desc()]), slice(0, 1))
 * console.log(await pipe(longest, update(client, (t) => ({ ms: t.ms.plus(5) })))()) // => { _tag: 'Right', right: 1 }
 * console.log(await pipe(models.track, toArray(client))()) // => { _tag: 'Right', right: [ { id: 1, ms: 10 }, { id: 2, ms: 25 } ] }
 *
 * @since 0.1.0
 */
export const update =
  <R, P>(client: WritableClient, changes: (row: R) => P, options: BulkOptions = {}) =>
  <A, M>(
    queryset: Queryset<R, A, M> & ([P] extends [ChangedRow<M>] ? unknown : never),
  ): TE.TaskEither<QueryError, number> =>
    updateRows(client, queryset, changes, options)

/**
 * As `update`, of what the types have forgotten.
 *
 * @since 0.1.0
 */
export const updateRows =
  (
    client: WritableClient,
    queryset: AnyQueryset,
    changes: (row: never) => unknown,
    options: BulkOptions = {},
  ): TE.TaskEither<QueryError, number> =>
  async () => {
    const found = writtenModel('update', queryset)
    if (E.isLeft(found)) return found
    const model = found.right
    const assigned = assignmentsOf(queryset, model, changes)
    if (E.isLeft(assigned)) return assigned
    const whole = await sentWhole(client, options, updateWith(queryset, model, assigned.right))
    if (E.isLeft(whole)) return whole
    if (whole.right !== null) return E.right(whole.right.counts[model.name] ?? 0)
    return together(client, (inside) =>
      changeFound(inside, model, finding(inside, queryset, model, assigned.right), options),
    )()
  }

/** Finds the rows of a queryset, and what each becomes; a row that comes twice is changed once. */
const finding =
  (
    client: WritableClient,
    queryset: AnyQueryset,
    model: Model,
    { fixed, computed }: Assignments,
  ): FindChanges =>
  async (keys) => {
    const asked = keys === null ? queryset : rowsWith(queryset, model, model.primaryKey, keys)
    const guarded = client.transaction === undefined ? columnsAsRead(model) : []
    const rows = await keyed(client, asked, model, [...computed, ...guarded])()
    if (E.isLeft(rows)) return rows
    const own = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
    const once = [...new Map(rows.right.map((row) => [own(row[keyColumn] ?? null), row])).values()].map(
      ({ [keyColumn]: key = null, ...row }) => ({ key, ...apart(row) }),
    )
    return E.map((sets: ReadonlyArray<Row>) =>
      once.map(({ key, before }, i): Change => ({
        key,
        set: { ...fixed, ...sets[i] },
        ...(guarded.length === 0 ? {} : { expect: before }),
      })),
    )(
      validateChange(
        model,
        once.map(({ rest }) => rest),
        // What an expression gives is a stored value.
        true,
      ),
    )
  }
