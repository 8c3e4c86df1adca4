/**
 * The reference client for writing: every write exactly as the meaning says, over a store that is kept somewhere.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, unsupported, type QueryError } from '../../value/QueryError.js'
import { copyJson } from '../../value/copyJson.js'
import type { Row } from '../../value/Value.js'
import type { Schema } from '../../schema/Schema.js'
import { apply, type Applied } from '../../engine/apply.js'
import { mutate, type MutatedStore } from '../../engine/mutate.js'
import { sourceOf, type Store } from '../../engine/Store.js'
import { engine } from '../../engine/engine.js'
import type { Evaluator } from '../../query/Evaluator.js'
import type { Mutated } from '../../query/Mutation.js'
import type { Write } from '../../query/Write.js'
import type { BulkWrites, Client, SingleWrites, WritableClient } from '../../client/Client.js'
import { owning } from '../../client/own.js'
import { clientOver } from './referenceClient.js'

/**
 * Where a store is kept. `change` runs a program on the store as it is now, alone, and keeps the store that it
 * gives; a program that fails changes nothing.
 *
 * @since 0.1.0
 */
export interface Keeper {
  readonly read: TE.TaskEither<QueryError, Store>
  readonly change: <A>(
    program: (store: Store) => TE.TaskEither<QueryError, readonly [A, Store]>,
  ) => TE.TaskEither<QueryError, A>
}

/** @since 0.1.0 */
export type StoreClient = Client &
  SingleWrites &
  BulkWrites &
  Required<Pick<WritableClient, 'transaction'>> &
  Pick<WritableClient, 'checks' | 'write'>

/**
 * A client over a kept store: it reads the store as it is, and all its writes are whole or not at all.
 *
 * @since 0.1.0
 */
export const storeClient = (
  name: string,
  schema: Schema,
  keeper: Keeper,
  evaluator: Evaluator = engine,
): StoreClient => {
  const write = <A>(asked: Write, read: (applied: Applied) => A): TE.TaskEither<QueryError, A> =>
    keeper.change((store) =>
      TE.fromEither(
        E.map((applied: Applied) => [read(applied), applied.store] as const)(apply(asked)(store)),
      ),
    )
  return owning({
    ...clientOver(name, schema, TE.map(sourceOf)(keeper.read), evaluator),
    create: (model, row) =>
      TE.flatMapEither(
        write({ _tag: 'create', model, rows: [row] }, ({ rows }) => rows.map(copyJson)[0]),
        (made: Row | undefined): E.Either<QueryError, Row> =>
          made === undefined ? E.left(unsupported(name, 'making no row')) : E.right(made),
      ),
    checks: true,
    update: (model, key, set, expect) =>
      write(
        { _tag: 'update', model, changes: [{ key, set, ...(expect === undefined ? {} : { expect }) }] },
        ({ count }) => count > 0,
      ),
    delete: (model, key, expect) =>
      write(
        { _tag: 'delete', model, keys: [key], ...(expect === undefined ? {} : { expect: [expect] }) },
        ({ count }) => count > 0,
      ),
    write: (mutations, meter) =>
      keeper.change((store) =>
        TE.fromEither(
          E.map(
            ({ store: after, mutated }: MutatedStore) =>
              [
                mutated.map(({ rows, counts }): Mutated => ({ rows: rows.map(copyJson), counts })),
                after,
              ] as const,
          )(mutate(mutations, new Date().toISOString(), meter)(store)),
        ),
      ),
    createBulk: (model, rows) =>
      write({ _tag: 'create', model, rows }, (applied) => applied.rows.map(copyJson)),
    updateBulk: (model, changes) => write({ _tag: 'update', model, changes }, ({ count }) => count),
    deleteBulk: (model, keys) => write({ _tag: 'delete', model, keys }, ({ count }) => count),
    transaction: <A>(program: (client: WritableClient) => TE.TaskEither<QueryError, A>) =>
      keeper.change((store) => async () => {
        const draft = inMemory(store)
        const state = { over: false }
        const result = await program(
          storeClient(
            name,
            schema,
            until(name, () => state.over, draft),
            evaluator,
          ),
        )()
        state.over = true
        return E.isLeft(result)
          ? result
          : E.map((after: Store) => [result.right, after] as const)(await draft.read())
      }),
  })
}

/** What is asked of a transaction's client once it is over would be lost. */
const until = (name: string, isOver: () => boolean, keeper: Keeper): Keeper => {
  const over = clientFailed(name, 'transaction', null, {
    message: 'the transaction is over',
    hint: 'Use the client that a transaction gives in its program only, and wait there for what it does.',
  })
  return {
    read: () => (isOver() ? Promise.resolve(E.left(over)) : keeper.read()),
    change: (program) => () => (isOver() ? Promise.resolve(E.left(over)) : keeper.change(program)()),
  }
}

/**
 * A store kept in memory. Changes wait for each other; reads see the store as the last change left it.
 *
 * @since 0.1.0
 */
export const inMemory = (first: Store): Keeper => {
  const kept: { store: Store; last: Promise<unknown> } = { store: first, last: Promise.resolve() }
  return {
    read: () => Promise.resolve(E.right(kept.store)),
    change: (program) => () => {
      const turn = kept.last.then(async () => {
        const result = await program(kept.store)()
        if (E.isLeft(result)) return result
        const [value, after] = result.right
        kept.store = after
        return E.right(value)
      })
      // A program that throws, which it shouldn't, fails by itself and not those after it.
      kept.last = turn.catch(() => null)
      return turn
    },
  }
}
