/** Writes that do more, less or something else, or tell something else than they did. */
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import type { Model, QueryError, Schema } from '../../src/index.js'
import { allOf } from '../../src/query/Query.js'
import { apply, type Applied } from '../../src/engine/apply.js'
import type { Store } from '../../src/engine/Store.js'
import type { Change, Write } from '../../src/query/Write.js'
import type { StoreClient } from '../../src/clients/reference/storeClient.js'
import type { Json, Row } from '../../src/value/Value.js'
import { clientIn, type Bug, type World } from './support/client.js'
import type { Rows } from './support/models.js'
import { byBoth } from './support/killers.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant, Witness } from './support/Mutant.js'
import { does, fresh, told } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('writes')

type Update = Extract<Write, { readonly _tag: 'update' }>
type Delete = Extract<Write, { readonly _tag: 'delete' }>
type Create = Extract<Write, { readonly _tag: 'create' }>

const modelOf = (schema: Schema, name: string): Model => schema.models.get(name)!
const rowsOf = (store: Store, model: string): ReadonlyArray<Row> => store.rows.get(model) ?? []
const rowAt = (store: Store, model: string, key: Json): Row | undefined =>
  rowsOf(store, model).find((row) => row[modelOf(store.schema, model).primaryKey] === key)

const withRows = (store: Store, model: string, rows: ReadonlyArray<Row>): Store => ({
  ...store,
  rows: new Map([...store.rows, [model, rows]]),
})

/** Bugs in what is written. */
const updates = (change: (write: Update, store: Store) => Write): Bug => ({
  write: (write, store) => (write._tag === 'update' ? change(write, store) : write),
})
const deletes = (change: (write: Delete, store: Store) => Write): Bug => ({
  write: (write, store) => (write._tag === 'delete' ? change(write, store) : write),
})
const creates = (change: (write: Create, store: Store) => Write): Bug => ({
  write: (write, store) => (write._tag === 'create' ? change(write, store) : write),
})
const sets = (change: (change: Change, row: Row | undefined, model: Model) => Change): Bug =>
  updates((write, store) => ({
    ...write,
    changes: write.changes.map((each) =>
      change(each, rowAt(store, write.model, each.key), modelOf(store.schema, write.model)),
    ),
  }))

/** A write, one item at a time. */
const piecesOf = (write: Write): ReadonlyArray<Write> =>
  write._tag === 'create'
    ? write.rows.map((row) => ({ ...write, rows: [row] }))
    : write._tag === 'update'
      ? write.changes.map((change) => ({ ...write, changes: [change] }))
      : write.keys.map((key) => ({ ...write, keys: [key] }))

const two: Rows = { book: [{ n: 1 }, { n: 2 }] }
const four: Rows = { book: [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }] }
const people: Rows = { author: [{ email: 'a' }, { email: 'b' }] }

const updating = (rows: Rows, ...changes: ReadonlyArray<Change>): Witness =>
  does(rows, (client) => told(client.updateBulk('book', changes)))

const creating = (...books: ReadonlyArray<Row>): Witness =>
  does({}, (client) =>
    told(
      client.createBulk(
        'book',
        books.map((book) => fresh('book', book)),
      ),
    ),
  )

const deleting = (rows: Rows, ...keys: ReadonlyArray<Json>): Witness =>
  does(rows, (client) => told(client.deleteBulk('book', keys)))

const sameRow = (a: Row | undefined, b: Row | undefined): boolean => JSON.stringify(a) === JSON.stringify(b)

const booksQuery = allOf({ _tag: 'model', model: 'book' })

const readsOf = ({ list, count, getPks }: StoreClient) => ({
  list,
  ...(count === undefined ? {} : { count }),
  ...(getPks === undefined ? {} : { getPks }),
})

/** A write that fails is done as far as it goes; what it answers stays. */
const kept =
  <A>(world: World, right: TE.TaskEither<QueryError, A>, write: Write): TE.TaskEither<QueryError, A> =>
  async () => {
    const before = world.state.store
    const result = await right()
    if (E.isRight(result) || world.state.store !== before || result.left.retryable) return result
    piecesOf(write).every((piece) => {
      const done = apply(piece)(world.state.store)
      if (E.isRight(done)) world.state.store = done.right.store
      return E.isRight(done)
    })
    return result
  }

export const writes: ReadonlyArray<Mutant> = [
  mutant(
    'update-tells-changed',
    'an update tells how many rows are different now, not how many there were',
    {
      told: (applied, write, before) =>
        write._tag === 'update'
          ? {
              ...applied,
              count: write.changes.filter(
                ({ key }) =>
                  !sameRow(rowAt(before, write.model, key), rowAt(applied.store, write.model, key)),
              ).length,
            }
          : applied,
    },
    updating(two, { key: 1, set: { n: 1 } }),
  ),
  mutant(
    'update-tells-asked',
    'an update tells how many rows it was asked to change, whether they are there or not',
    {
      told: (applied, write) =>
        write._tag === 'update' ? { ...applied, count: write.changes.length } : applied,
    },
    updating({}, { key: 7, set: { n: 1 } }),
  ),
  mutant(
    'delete-tells-asked',
    'a delete tells how many rows it was asked to delete, whether they are there or not',
    {
      told: (applied, write) =>
        write._tag === 'delete' ? { ...applied, count: write.keys.length } : applied,
    },
    deleting({}, 7),
  ),
  mutant(
    'update-first-page-only',
    'a bulk update changes two rows, and says that it changed all',
    {
      ...updates((write) => ({ ...write, changes: write.changes.slice(0, 2) })),
      told: (applied, write) =>
        write._tag === 'update' ? { ...applied, count: write.changes.length } : applied,
    },
    updating(four, { key: 1, set: { n: 9 } }, { key: 2, set: { n: 9 } }, { key: 3, set: { n: 9 } }),
  ),
  mutant(
    'delete-splices-while-iterating',
    'of two neighbours that are to be deleted the second stays',
    deletes((write, store) => {
      const key = modelOf(store.schema, write.model).primaryKey
      const skip = { next: false }
      return {
        ...write,
        keys: rowsOf(store, write.model).flatMap((row) => {
          const own = row[key] ?? null
          const goes = write.keys.includes(own) && !skip.next
          skip.next = goes
          return goes ? [own] : []
        }),
      }
    }),
    deleting(two, 1, 2),
  ),
  mutant(
    'delete-of-none-deletes-all',
    'a delete of no keys deletes everything',
    deletes((write, store) =>
      write.keys.length > 0
        ? write
        : {
            ...write,
            keys: rowsOf(store, write.model).map(
              (row) => row[modelOf(store.schema, write.model).primaryKey] ?? null,
            ),
          },
    ),
    deleting(two),
  ),
  mutant(
    'delete-cascades',
    'a delete takes along the rows that point to it, unasked',
    {
      applied: (write, _, right) =>
        E.map((applied: Applied) =>
          write._tag !== 'delete'
            ? applied
            : {
                ...applied,
                store: [...applied.store.schema.models.values()].reduce(
                  (store, model) =>
                    [...model.columns.values()].reduce(
                      (so, column) =>
                        column.target === write.model
                          ? withRows(
                              so,
                              model.name,
                              rowsOf(so, model.name).filter(
                                (row) => !write.keys.includes(row[column.name] ?? null),
                              ),
                            )
                          : so,
                      store,
                    ),
                  applied.store,
                ),
              },
        )(right(write)),
    },
    does({ author: [{}], book: [{ author: 1 }] }, (client) => told(client.delete('author', 1))),
  ),
  mutant(
    'null-in-patch-ignored',
    'what an update sets to nothing stays',
    sets((change) => ({
      ...change,
      set: Object.fromEntries(Object.entries(change.set).filter(([, value]) => value !== null)),
    })),
    updating({ book: [{ rank: 1 }] }, { key: 1, set: { rank: null } }),
  ),
  mutant(
    'falsy-in-patch-ignored',
    "what an update sets to 0, '' or false stays",
    sets((change) => ({
      ...change,
      set: Object.fromEntries(
        Object.entries(change.set).filter(([, value]) => value === null || Boolean(value)),
      ),
    })),
    updating(two, { key: 1, set: { n: 0 } }),
  ),
  mutant(
    'patch-replaces-row',
    'what an update does not speak of is missing afterwards',
    sets((change, _, model) => ({
      ...change,
      set: {
        ...Object.fromEntries(
          [...model.columns.values()].filter(({ nullable }) => nullable).map(({ name }) => [name, null]),
        ),
        ...change.set,
      },
    })),
    updating({ book: [{ rank: 1 }] }, { key: 1, set: { n: 2 } }),
  ),
  mutant(
    'patch-touches-twins',
    'an update changes the rows that are equal to the one that it is about, too',
    updates((write, store) => {
      const { primaryKey, columns } = modelOf(store.schema, write.model)
      const bare = (row: Row): string =>
        JSON.stringify([...columns.keys()].map((name) => (name === primaryKey ? null : (row[name] ?? null))))
      return {
        ...write,
        changes: write.changes.flatMap(({ key, set }) => {
          const own = rowAt(store, write.model, key)
          return own === undefined
            ? [{ key, set }]
            : rowsOf(store, write.model)
                .filter((row) => bare(row) === bare(own))
                .map((row) => ({ key: row[primaryKey] ?? null, set }))
        }),
      }
    }),
    updating({ book: [{}, {}] }, { key: 1, set: { n: 2 } }),
  ),
  mutant(
    'one-set-for-all',
    'a bulk update sets all rows to what the first one is set to',
    updates((write) => ({
      ...write,
      changes: write.changes.map(({ key }) => ({ key, set: write.changes[0]!.set })),
    })),
    updating(two, { key: 1, set: { n: 8 } }, { key: 2, set: { n: 9 } }),
  ),
  mutant(
    'set-of-neighbour',
    'in a bulk update of rows that are not in the order of their keys, each gets what the next one should',
    updates((write) => {
      const keys = write.changes.map(({ key }) => key).sort((a, b) => (a! < b! ? -1 : 1))
      return { ...write, changes: write.changes.map(({ set }, i) => ({ key: keys[i] ?? null, set })) }
    }),
    updating(two, { key: 2, set: { n: 8 } }, { key: 1, set: { n: 9 } }),
  ),
  mutant(
    'update-inserts',
    'an update of a row that is not there makes it',
    {
      applied: (write, store, right) => {
        const done = right(write)
        if (write._tag !== 'update' || E.isLeft(done)) return done
        const { primaryKey, columns } = modelOf(store.schema, write.model)
        const blank = (kind: string): Json =>
          kind === 'text' ? '' : kind === 'boolean' ? false : kind === 'decimal' ? '0' : 0
        const plain = [...columns.values()].every(
          ({ kind, nullable, name }) =>
            nullable || name === primaryKey || ['text', 'int', 'float', 'boolean', 'decimal'].includes(kind),
        )
        const made = write.changes.flatMap(({ key, set }) =>
          !plain || rowAt(store, write.model, key) !== undefined
            ? []
            : [
                {
                  ...Object.fromEntries(
                    [...columns.values()].map(({ name, kind, nullable }) => [
                      name,
                      nullable ? null : blank(kind),
                    ]),
                  ),
                  ...set,
                  [primaryKey]: key,
                },
              ],
        )
        return made.length === 0
          ? done
          : E.map((applied: Applied) => ({ ...applied, rows: [], count: done.right.count + made.length }))(
              right({ _tag: 'create', model: write.model, rows: made }, done.right.store),
            )
      },
    },
    updating({}, { key: 7, set: { n: 1 } }),
  ),
  mutant(
    'create-bulk-not-atomic',
    'of rows that are made together, those before one that cannot be stay',
    {
      around: (right, world) => ({
        createBulk: (model, rows) =>
          kept(world, right.createBulk(model, rows), { _tag: 'create', model, rows }),
      }),
    },
    does({}, (client) =>
      told(client.createBulk('author', [fresh('author', { email: 'a' }), fresh('author', { email: 'a' })])),
    ),
  ),
  mutant(
    'update-bulk-not-atomic',
    'of rows that are changed together, those before one that cannot be stay changed',
    {
      around: (right, world) => ({
        updateBulk: (model, changes) =>
          kept(world, right.updateBulk(model, changes), { _tag: 'update', model, changes }),
      }),
    },
    does(people, (client) =>
      told(
        client.updateBulk('author', [
          { key: 1, set: { name: 'x' } },
          { key: 2, set: { email: 'a' } },
        ]),
      ),
    ),
  ),
  mutant(
    'conflicting-rows-skipped',
    'of rows that are made together, one that cannot be is left out without a word',
    {
      applied: (write, store, right) => {
        const done = right(write)
        if (write._tag !== 'create' || E.isRight(done) || write.rows.length < 2) return done
        return write.rows.reduce<ReturnType<typeof right>>(
          (before, row) =>
            E.map((so: Applied): Applied => {
              const next = right({ ...write, rows: [row] }, so.store)
              return E.isLeft(next)
                ? { ...so, rows: [...so.rows, row] }
                : { ...next.right, rows: [...so.rows, ...next.right.rows], count: so.count + 1 }
            })(before),
          E.right({ store, rows: [], count: 0 }),
        )
      },
    },
    does(people, (client) =>
      told(client.createBulk('author', [fresh('author', { email: 'c' }), fresh('author', { email: 'a' })])),
    ),
  ),
  mutant(
    'create-bulk-loses-third',
    'of three rows that are made together the last is not stored',
    {
      applied: (write, _, right) =>
        write._tag === 'create' && write.rows.length >= 3
          ? E.chain((all: Applied) =>
              E.map((fewer: Applied) => ({ ...all, store: fewer.store }))(
                right({ ...write, rows: write.rows.slice(0, -1) }),
              ),
            )(right(write))
          : right(write),
    },
    creating({ n: 1 }, { n: 2 }, { n: 3 }),
  ),
  mutant(
    'create-bulk-reversed',
    'rows that are made together are given back in another order',
    {
      told: (applied, write) =>
        write._tag === 'create' ? { ...applied, rows: [...applied.rows].reverse() } : applied,
    },
    creating({ n: 1 }, { n: 2 }),
  ),
  mutant(
    'create-bulk-stored-backwards',
    'rows that are made together get their keys from the last to the first',
    creates((write) => ({ ...write, rows: [...write.rows].reverse() })),
    creating({ n: 1 }, { n: 2 }),
  ),
  mutant(
    'create-echoes-input',
    'a row that was made is given back as it was given, without its key',
    {
      told: (applied, write) => (write._tag === 'create' ? { ...applied, rows: write.rows } : applied),
    },
    creating({ n: 1 }),
  ),
  mutant(
    'keys-guessed',
    'the keys of rows that were made are taken for the first and those after it',
    {
      told: (applied, write) => {
        if (write._tag !== 'create') return applied
        const { primaryKey } = modelOf(applied.store.schema, write.model)
        const first = applied.rows[0]?.[primaryKey]
        return typeof first !== 'number'
          ? applied
          : { ...applied, rows: applied.rows.map((row, i) => ({ ...row, [primaryKey]: first + i })) }
      },
    },
    creating({ id: 5 }, { id: 3 }),
  ),
  mutant(
    'null-created-as-blank',
    'a missing text is made as the empty one',
    creates((write, store) => ({
      ...write,
      rows: write.rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => {
            const column = modelOf(store.schema, write.model).columns.get(name)
            return [
              name,
              value === null && column?.kind === 'text' && column.target === null && !column.unique
                ? ''
                : value,
            ]
          }),
        ),
      ),
    })),
    creating({ note: null }),
  ),
  mutant(
    'booleans-given-as-ints',
    'booleans come back as 0 and 1',
    {
      rows: (rows, query, _, { schema }) =>
        query.from._tag === 'model' && query.columns === null && query.group === null
          ? rows.map((row) =>
              Object.fromEntries(
                Object.entries(row).map(([name, value]) => [
                  name,
                  typeof value === 'boolean' &&
                  query.from._tag === 'model' &&
                  schema.models.get(query.from.model)?.columns.get(name)?.kind === 'boolean'
                    ? Number(value)
                    : value,
                ]),
              ),
            )
          : rows,
    },
    does({}, async (client) => [await told(client.create('book', fresh('book', { done: true })))]),
    byBoth,
  ),
  mutant(
    'second-write-lost',
    'a row that was just made cannot be changed: the update goes to the one before',
    updates((write, store) => {
      const { primaryKey } = modelOf(store.schema, write.model)
      const newest = store.greatest.get(write.model)
      const before = rowsOf(store, write.model).at(-2)?.[primaryKey]
      return {
        ...write,
        changes: write.changes.map((each) =>
          each.key === newest && before !== undefined ? { ...each, key: before } : each,
        ),
      }
    }),
    does(two, async (client) => [
      await told(client.create('book', fresh('book', {}))),
      await told(client.update('book', 3, { n: 9 })),
    ]),
  ),
  mutant(
    'transaction-keeps-failures',
    'what was written in a transaction that fails stays',
    {
      around: (_, world) => ({
        transaction: (program) => program(clientIn({}, world)),
      }),
    },
    does(two, (client) =>
      told(
        client.transaction((inside) =>
          pipe(
            (inside as StoreClient).create('book', fresh('book', {})),
            TE.chain(() => (inside as StoreClient).create('book', fresh('book', { id: 1 }))),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'transaction-reads-outside',
    'within a transaction, what it has written is not seen',
    {
      around: (right, world) => ({
        transaction: (program) =>
          right.transaction((inside) => program({ ...inside, ...readsOf(clientIn({}, world)) })),
      }),
    },
    does(two, (client) =>
      told(
        client.transaction((inside) =>
          pipe(
            (inside as StoreClient).delete('book', 1),
            TE.chain(() => inside.getPks!(booksQuery)),
          ),
        ),
      ),
    ),
  ),
  mutant(
    'transaction-within-leaks',
    'what a transaction within another wrote before it failed stays',
    {
      around: (right) => ({
        transaction: (program) =>
          right.transaction((inside) => program({ ...inside, transaction: (nested) => nested(inside) })),
      }),
    },
    does(two, (client) =>
      told(
        client.transaction((inside) =>
          pipe(
            inside.transaction!((nested) =>
              pipe(
                (nested as StoreClient).delete('book', 1),
                TE.chain(() => (nested as StoreClient).create('book', fresh('book', { id: 2 }))),
              ),
            ),
            TE.orElse(() => TE.right(fresh('book', {}))),
            TE.map(() => null),
          ),
        ),
      ),
    ),
  ),
]
