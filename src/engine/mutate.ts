/**
 * What a mutation means: a store without it, and a store with it.
 *
 * @since 0.2.0
 */
import { metered, spend, unmetered, type Meter } from '../value/Meter.js'
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import { staleAmong } from '../schema/staleAmong.js'
import { validateChange } from '../schema/validate.js'
import { checkMutation } from '../query/checkMutation.js'
import {
  keyColumn,
  rowsToWrite,
  type Delete,
  type Mutated,
  type Mutation,
  type Update,
} from '../query/Mutation.js'
import type { Change } from '../query/Write.js'
import { evaluate } from './evaluate.js'
import { insert, written, type AfterMutation } from './insert.js'
import { remove, type Removed } from './remove.js'
import { sourceOf, type Store } from './Store.js'

/**
 * A store after some mutations, and what each of them did.
 *
 * @since 0.2.0
 */
export interface MutatedStore {
  readonly store: Store
  readonly mutated: ReadonlyArray<Mutated>
}

/**
 * Applies mutations one after the other, all of them or none. `now` is what `now()` means, a datetime. Past the budget of
 * the meter it is an `OverBudget`.
 *
 * @since 0.2.0
 */
export const mutate =
  (mutations: ReadonlyArray<Mutation>, now: string, meter: Meter = unmetered) =>
  (store: Store): E.Either<QueryError, MutatedStore> => {
    const mutated: Array<Mutated> = []
    const at = { store }
    const applied = (mutation: Mutation): E.Either<QueryError, AfterMutation> =>
      E.flatMap(checkMutation(store.schema, mutation), (model: Model) => {
        // A store is copied, and its indexes made anew.
        spend(meter, 2 * (at.store.rows.get(model.name)?.length ?? 0))
        return one(at.store, model, mutation, { now, meter })
      })
    /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once one failed */
    for (const mutation of mutations) {
      const done = E.flatten(metered(() => applied(mutation)))
      if (E.isLeft(done)) return done
      at.store = done.right.store
      mutated.push(done.right.mutated)
    }
    return E.right({ store: at.store, mutated })
  }

/** The time that `now()` gives, and what counts the work. */
interface WriteMoment {
  readonly now: string
  readonly meter: Meter
}

const one = (
  store: Store,
  model: Model,
  mutation: Mutation,
  { now, meter }: WriteMoment,
): E.Either<QueryError, AfterMutation> => {
  switch (mutation._tag) {
    case 'insert':
      return insert(store, model, mutation)
    case 'update':
      return update(store, model, mutation, { now, meter })
    case 'delete':
      return E.flatMap(found(store, model, mutation, { now, meter }), (rows: ReadonlyArray<RowToWrite>) =>
        E.map(({ store: after, counts }: Removed): AfterMutation => ({
          store: after,
          mutated: { rows: [], counts },
        }))(
          remove(
            store,
            model,
            rows.map(({ key }) => key),
          ),
        ),
      )
  }
}

/** A row to be written: its key, the new values, and the row as it is. */
interface RowToWrite {
  readonly key: Json
  readonly set: Row
  readonly row: Row
}

/** The rows that an update or a delete is about, each once; those that don't hold what is expected are a `Conflict`. */
const found = (
  store: Store,
  model: Model,
  mutation: Update | Delete,
  { now, meter }: WriteMoment,
): E.Either<QueryError, ReadonlyArray<RowToWrite>> => {
  const set = mutation._tag === 'update' ? mutation.set : []
  const query = rowsToWrite(mutation.query, model.primaryKey, set)
  const kind = model.columns.get(model.primaryKey)?.kind ?? 'int'
  const own = hash(kind)
  const { find } = sourceOf(store)
  return E.flatMap(
    evaluate(store.schema, sourceOf(store), now, meter)(query),
    (rows: ReadonlyArray<Row>): E.Either<QueryError, ReadonlyArray<RowToWrite>> => {
      const once = new Map(rows.map((row) => [own(row[keyColumn] ?? null), row]))
      const all = [...once.values()].map(({ [keyColumn]: key = null, ...values }): RowToWrite => ({
        key,
        set: values,
        row: find(model.name, model.primaryKey, key)[0] ?? {},
      }))
      const changed = staleAmong(
        model,
        all.map(({ row }) => row),
        mutation.expect,
      )
      return changed === null ? E.right(all) : E.left(changed)
    },
  )
}

const update = (
  store: Store,
  model: Model,
  mutation: Update,
  moment: WriteMoment,
): E.Either<QueryError, AfterMutation> =>
  E.flatMap(found(store, model, mutation, moment), (rows: ReadonlyArray<RowToWrite>) =>
    E.flatMap(
      validateChange(
        model,
        rows.map(({ set }) => set),
        true,
      ),
      (sets: ReadonlyArray<Row>) =>
        written(
          store,
          model,
          rows.map(({ key }, i): Change => ({ key, set: sets[i] ?? {} })),
          [],
        ),
    ),
  )
