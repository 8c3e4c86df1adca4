import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, invalidField, type QueryError } from '../../../value/QueryError.js'
import type { Row } from '../../../value/Value.js'
import type { Model } from '../../../schema/Schema.js'
import { checkMutation } from '../../../query/checkMutation.js'
import { mutatedModel, type Mutated, type Mutation } from '../../../query/Mutation.js'
import type { BulkWrites, SingleWrites, WritableClient } from '../../../client/Client.js'
import { unfinished } from '../../../client/Outcome.js'
import { holding } from '../../../client/turns.js'
import { mutateByKey } from '../../../run/write/mutateByKey.js'
import type { TransactionOptions } from '../Driver.js'
import { runStatement } from '../schema/runStatements.js'
import { isViolation, type SqlError } from '../SqlError.js'
import { oneStatement } from './oneStatement.js'
import { needsSerial, needsTransaction, stablePlace, type Place } from './Place.js'
import { writeError } from './refused.js'
import { changeRows } from './changeRows.js'
import { createRows, removeRows } from './rowWrites.js'

/**
 * The writing functions of a SQL client.
 *
 * @since 0.2.0
 */
export type SqlWrites = SingleWrites &
  BulkWrites &
  Required<Pick<WritableClient, 'checks' | 'write' | 'transaction'>>

type Result<A> = E.Either<QueryError, A>

/**
 * The writing half of a SQL client. `within` makes the client of a transaction from its driver.
 *
 * A write that can be expressed with the same meaning in one statement is sent as that statement alone. Where it can't be,
 * or where a constraint refuses the statement, the rows are read and then written by key. That is done in a serializable
 * transaction, or with the rows locked if the program is in a transaction already. So no other writer's change is lost,
 * and errors say which item is wrong.
 *
 * @since 0.2.0
 */
export const sqlWrites = (place: Place, within: (inside: Place) => WritableClient): SqlWrites => {
  const about =
    <A>(name: string, run: (model: Model) => Promise<Result<A>>): TE.TaskEither<QueryError, A> =>
    () => {
      const model = place.schema.models.get(name)
      return model === undefined
        ? Promise.resolve(E.left(invalidField(null, name, 'is not a model', [...place.schema.models.keys()])))
        : run(model).catch(() => E.left(misfit(place)))
    }
  const createBulk: BulkWrites['createBulk'] = (name, rows) =>
    about(name, (model) => createRows(place, model, rows))
  const transaction: SqlWrites['transaction'] = (program, { stable = false } = {}) => {
    const at = stable ? stablePlace(place) : place
    const once = TE.mapLeft((error: QueryError | SqlError) => told(place, 'transaction', error))(
      place.driver.transaction(at.transaction, (driver) => program(within({ ...at, driver, inside: true }))),
    )
    return TE.orElse((error: QueryError) =>
      needsSerial(at) && error._tag === 'Conflict' && error.errors.length === 0
        ? // It may be about a row that another transaction has made meanwhile, and that this one couldn't see.
          once
        : TE.left(error),
    )(once)
  }
  const byKey = (mutations: ReadonlyArray<Mutation>): TE.TaskEither<QueryError, ReadonlyArray<Mutated>> =>
    transaction((inside) => () => inTurn(holding(inside), mutations), { stable: true })
  return {
    create: (name, row) =>
      TE.flatMapEither(createBulk(name, [row]), ([made]: ReadonlyArray<Row>): Result<Row> =>
        made === undefined ? E.left(clientFailed(place.name, 'create', null)) : E.right(made),
      ),
    createBulk,
    update: (name, key, set, expect) =>
      TE.map((count: number) => count > 0)(
        about(name, (model) =>
          changeRows(place, model, [{ key, set, ...(expect === undefined ? {} : { expect }) }]),
        ),
      ),
    updateBulk: (name, changes) => about(name, (model) => changeRows(place, model, changes)),
    delete: (name, key, expect) =>
      TE.map((count: number) => count > 0)(
        about(name, (model) => removeRows(place, model, [key], expect === undefined ? undefined : [expect])),
      ),
    deleteBulk: (name, keys) => about(name, (model) => removeRows(place, model, keys)),
    checks: true,
    transaction,
    write: (mutations) => async () => {
      const [only] = mutations
      if (only === undefined) return E.right([])
      if (mutations.length > 1) return byKey(mutations)()
      const checked = checkMutation(place.schema, only)
      if (E.isLeft(checked)) return checked
      const tried = await atOnce(place, checked.right, only)
      if (E.isRight(tried)) return E.right([tried.right])
      return tried.left === null ? byKey([only])() : E.left(tried.left)
    },
  }
}

/** Rows are given as they are stored. What an engine's form can't be made of is none of them, and isn't shown. */
const misfit = ({ name }: Place): QueryError =>
  clientFailed(name, 'write', null, {
    message: 'a value is not of the kind of its column',
    hint: "Give rows as they are stored, or use 'create' and the other writes, which check them.",
  })

const told = (place: Place, operation: string, error: QueryError | SqlError): QueryError =>
  error._tag === 'SqlError' ? writeError(place, operation, error) : error

const inTurn = async (
  client: WritableClient,
  mutations: ReadonlyArray<Mutation>,
): Promise<Result<ReadonlyArray<Mutated>>> => {
  const all: Array<Mutated> = []
  /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once one failed */
  for (const mutation of mutations) {
    const done = await mutateByKey(client, mutation, {})
    if (E.isLeft(done)) return done
    all.push(done.right)
  }
  return E.right(all)
}

/** MySQL refuses a statement that writes a table and reads it in a subquery. Nothing is written then. */
const readsWhatItWrites = '1093'

/** Does a mutation in one statement; the error is `null` where it has to be done otherwise, and nothing was written. */
const atOnce = async (
  place: Place,
  model: Model,
  mutation: Mutation,
): Promise<E.Either<QueryError | null, Mutated>> => {
  if (mutation._tag === 'insert' && mutation.onConflict._tag === 'refuse') {
    const made = await createRows(place, model, mutation.rows)
    if (E.isRight(made)) return E.right({ rows: made.right, counts: { [model.name]: made.right.length } })
    const { left: error } = made
    if (error._tag === 'Conflict' || error._tag === 'Invalid') return E.left(null)
    return E.left(lost(mutation, error))
  }
  const one = oneStatement(place, mutation)
  if (one === null) return E.left(null)
  const run = (at: Place) => runStatement(at.driver, one.statement)()
  const done =
    needsTransaction(place) || needsSerial(place)
      ? await place.driver.transaction(
          often(place.transaction),
          (driver) => () => run({ ...place, driver }),
        )()
      : await run(place)
  if (E.isRight(done)) return E.right(one.read(done.right))
  if (isViolation(done.left) || done.left.code === readsWhatItWrites) return E.left(null)
  return E.left(lost(mutation, writeError(place, 'write', done.left, model)))
}

/** A retry of one statement is quick, so each of many writers of one row gets its turn. */
const often = (options: TransactionOptions): TransactionOptions => ({ retries: 200, ...options })

/** Of rows whose making was cut off it isn't known whether they were made. */
const lost = (mutation: Mutation, error: QueryError): QueryError => {
  const cause: unknown = error._tag === 'ClientFailed' ? error.cause : null
  const unknown = typeof cause === 'object' && cause !== null && 'unknown' in cause && cause.unknown === true
  if (!unknown || mutation._tag !== 'insert') return error
  const { model, rows } = mutation
  const items = rows.map(() => ({ _tag: 'unknown' as const, key: null, error }))
  return unfinished(mutatedModel(mutation), items, { _tag: 'create', model, rows }) ?? error
}
