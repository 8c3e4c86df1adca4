/** Writes that leave, count or refuse something else. Written on 2026-11-28, without sight of the generator. */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, conflict, type Model, type Schema } from '../../../src/index.js'
import type { WritableClient } from '../../../src/client/Client.js'
import type { Change, Write } from '../../../src/query/Write.js'
import type { Store } from '../../../src/engine/Store.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { clientIn, type Bug, type World } from '../support/client.js'
import { asked, blindOf, fresh, type BlindMutant } from './support.js'

const mutant = blindOf('writes', 'writes')
const keyed = blindOf('writes', 'ids-uniqueness')
const error = blindOf('errors', 'writes')
const transacted = blindOf('transactions', 'writes')

const modelIn = (schema: Schema, name: string): Model | undefined => schema.models.get(name)

const rowsOf = (store: Store, model: string): ReadonlyArray<Row> => store.rows.get(model) ?? []

const keyOf = (store: Store, model: string): string => store.schema.models.get(model)?.primaryKey ?? ''

const book = (row: { readonly [column: string]: Json }) => fresh('book', row)
const author = (row: { readonly [column: string]: Json }) => fresh('author', row)

const two = {
  book: [
    { id: 1, n: 1, note: 'a' },
    { id: 2, n: 2, note: 'b' },
  ],
}
const people = {
  author: [
    { id: 1, name: 'a', email: 'x' },
    { id: 2, name: 'b', email: 'y' },
  ],
}

const zeros: { readonly [kind: string]: Json } = { int: 0, float: 0, boolean: false, decimal: '0' }

const withUpdates = (
  change: (changes: ReadonlyArray<Change>, write: Write, store: Store) => ReadonlyArray<Change>,
): Bug => ({
  write: (write, store) =>
    write._tag === 'update' ? { ...write, changes: change(write.changes, write, store) } : write,
})

/** The one whose key is the same but for its case. */
const caseless = (store: Store, model: string, key: Json): Json => {
  const pk = keyOf(store, model)
  const found = rowsOf(store, model).find(
    (row) =>
      typeof key === 'string' && JSON.stringify(row[pk]).toLowerCase() === JSON.stringify(key).toLowerCase(),
  )
  return found?.[pk] ?? key
}

/** A row put in without a look at the others. */
const putIn = (store: Store, model: string, row: Row): Store => ({
  ...store,
  rows: new Map([...store.rows, [model, [...rowsOf(store, model), row]]]),
})

// Transactions.

const outermost = new WeakMap<World['state'], { readonly state: World['state']; readonly before: Store }>()

interface Ran<A> {
  readonly result: E.Either<unknown, A>
  readonly draft: World
}

/** Transactions done by `end`, once a program has run on a draft. */
const transactions =
  (
    bug: () => Bug,
    end: (world: World, ran: Ran<unknown>) => void,
    seen: (draft: WritableClient, world: World) => WritableClient = (draft) => draft,
  ): Bug['around'] =>
  (_, world) =>
    ({
      transaction:
        <A>(program: (client: WritableClient) => TE.TaskEither<never, A>) =>
        async () => {
          const draft: World = { ...world, state: { store: world.state.store } }
          outermost.set(
            draft.state,
            outermost.get(world.state) ?? { state: world.state, before: world.state.store },
          )
          const result = await program(seen(clientIn(bug(), draft), world))()
          end(world, { result, draft })
          return result
        },
    }) as never

const keep = (world: World, { draft }: Ran<unknown>): void => {
  world.state.store = draft.state.store
}

const rightEnd = (world: World, ran: Ran<unknown>): void => {
  if (E.isRight(ran.result)) keep(world, ran)
}

const innerDiscards: Bug = {
  around: transactions(
    () => innerDiscards,
    (world, ran) => {
      const outer = outermost.get(world.state)
      if (E.isRight(ran.result)) keep(world, ran)
      else if (outer !== undefined) world.state.store = outer.before
    },
  )!,
}

const innerCommits: Bug = {
  around: transactions(
    () => innerCommits,
    (world, ran) => {
      const outer = outermost.get(world.state)
      rightEnd(world, ran)
      if (outer !== undefined && E.isRight(ran.result)) outer.state.store = ran.draft.state.store
    },
  )!,
}

const leftCommits: Bug = { around: transactions(() => leftCommits, keep)! }

const ownUnseen: Bug = {
  around: transactions(
    () => ownUnseen,
    rightEnd,
    (draft, world) => {
      const outside = clientIn({}, { ...world, state: { store: world.state.store } })
      return { ...draft, list: outside.list, count: outside.count!, getPks: outside.getPks! }
    },
  )!,
}

const innerIgnored: Bug = {
  around: transactions(
    () => innerIgnored,
    (world, ran) => {
      // A transaction within another is none: what it wrote stays.
      if (outermost.has(world.state)) keep(world, ran)
      else rightEnd(world, ran)
    },
  )!,
}

const aborted: Bug = {
  around: transactions(
    () => aborted,
    rightEnd,
    (draft) => {
      const state = { broken: false }
      const guard =
        <Args extends ReadonlyArray<unknown>, A>(call: (...args: Args) => TE.TaskEither<never, A>) =>
        (...args: Args): TE.TaskEither<never, A> =>
        async () => {
          if (state.broken)
            return E.left(clientFailed('mutant', 'transaction', 'the transaction is aborted')) as never
          const result = await call(...args)()
          if (E.isLeft(result)) state.broken = true
          return result
        }
      const all = draft as unknown as {
        readonly [name: string]: (...args: ReadonlyArray<unknown>) => TE.TaskEither<never, unknown>
      }
      return {
        ...draft,
        ...Object.fromEntries(
          ['list', 'create', 'update', 'delete', 'createBulk', 'updateBulk', 'deleteBulk'].map((name) => [
            name,
            guard(all[name]!),
          ]),
        ),
      }
    },
  )!,
}

/** Makes a book, whatever comes of what is tried. */
const outerAndInner =
  (inner: E.Either<never, null> | 'fails', outer: 'fails' | 'ends') =>
  (client: Parameters<Parameters<typeof asked>[1]>[0]) =>
    client.transaction((outside) => async () => {
      const own = outside as unknown as typeof client
      await own.create('book', book({ n: 7 }))()
      const tried = await own.transaction((within) => async () => {
        await (within as unknown as typeof client).create('book', book({ n: 8 }))()
        return inner === 'fails' ? E.left(conflict('book', [], 'no')) : E.right(null)
      })()
      return outer === 'fails' ? E.left(conflict('book', [], 'no')) : E.right(E.isRight(tried))
    })()

const sequence: Bug = {
  around: (right, world) => {
    const next = (model: string): number => {
      const name = `sequence ${model}`
      const known = world.memory.get(name)
      const at = typeof known === 'number' ? known : 0
      world.memory.set(name, at + 1)
      return at + 1
    }
    const begin = (model: string): void => {
      const pk = keyOf(world.state.store, model)
      if (!world.memory.has(`sequence ${model}`))
        world.memory.set(
          `sequence ${model}`,
          Math.max(0, ...rowsOf(world.state.store, model).map((row) => Number(row[pk]))),
        )
    }
    const auto = [...world.schema.models.values()].filter(
      ({ primaryKey, columns }) => columns.get(primaryKey)?.auto === true,
    )
    auto.forEach(({ name }) => {
      begin(name)
    })
    const numbered = (model: string, row: Row): Row => {
      const pk = keyOf(world.state.store, model)
      return auto.some(({ name }) => name === model) && row[pk] === null ? { ...row, [pk]: next(model) } : row
    }
    return {
      create: (model, row) => right.create(model, numbered(model, row)),
      createBulk: (model, rows) =>
        right.createBulk(
          model,
          rows.map((row) => numbered(model, row)),
        ),
    }
  },
}

export const writes: ReadonlyArray<BlindMutant> = [
  keyed(
    'what was made comes backwards',
    'the rows that a bulk made are given in the other order',
    'https://github.com/borisdj/EFCore.BulkExtensions/issues/286',
    {
      around: (right) => ({
        createBulk: (model, rows) =>
          TE.map((made: ReadonlyArray<Row>) => [...made].reverse())(right.createBulk(model, rows)),
      }),
    },
    asked(two, (client) => client.createBulk('book', [book({ n: 5 }), book({ n: 6 })])()),
  ),
  mutant(
    "the columns of a bulk are the first row's",
    "what is missing in the first row isn't written for the others",
    'https://github.com/mikro-orm/mikro-orm/pull/7884',
    {
      write: (write) => {
        if (write._tag !== 'create') return write
        const [head] = write.rows
        return {
          ...write,
          rows: write.rows.map((row) =>
            Object.fromEntries(
              Object.entries(row).map(([name, value]) => [
                name,
                head?.[name] === null && name !== 'id' ? null : value,
              ]),
            ),
          ),
        }
      },
    },
    asked(two, (client) => client.createBulk('book', [book({ note: null }), book({ note: 'c' })])()),
  ),
  mutant(
    'a bulk update without an else',
    "a column that one change sets is emptied in the rows whose changes don't",
    null,
    {
      write: (write, store) => {
        if (write._tag !== 'update') return write
        const names = new Set(write.changes.flatMap(({ set }) => Object.keys(set)))
        const columns = modelIn(store.schema, write.model)?.columns
        return {
          ...write,
          changes: write.changes.map(({ key, set }) => ({
            key,
            set: {
              ...Object.fromEntries(
                [...names]
                  .filter((name) => columns?.get(name)?.nullable === true)
                  .map((name) => [name, null]),
              ),
              ...set,
            },
          })),
        }
      },
    },
    asked(two, (client) =>
      client.updateBulk('book', [
        { key: 1, set: { note: 'c' } },
        { key: 2, set: { n: 9 } },
      ])(),
    ),
  ),
  mutant(
    'deleted as many as were asked for',
    'a bulk delete tells how many keys there were',
    null,
    {
      told: (applied, write) =>
        write._tag === 'delete' ? { ...applied, count: write.keys.length } : applied,
    },
    asked(two, (client) => client.deleteBulk('book', [1, 7])()),
  ),
  mutant(
    "an update makes what isn't there",
    "a change of a row that isn't there makes it, as a PUT does",
    null,
    {
      applied: (write, store, right) => {
        if (write._tag !== 'update') return right(write)
        const pk = keyOf(store, write.model)
        const columns = [...(modelIn(store.schema, write.model)?.columns.values() ?? [])]
        const absent = write.changes.filter(
          ({ key }) => !rowsOf(store, write.model).some((row) => row[pk] === key),
        )
        const made = absent.map(({ key, set }) => ({
          ...Object.fromEntries(
            columns.map(({ name, nullable, kind }) => [name, nullable ? null : (zeros[kind] ?? '')]),
          ),
          ...set,
          [pk]: key,
        }))
        return absent.length === 0
          ? right(write)
          : E.flatMap(right({ _tag: 'create', model: write.model, rows: made }), ({ store: grown }) =>
              right(write, grown),
            )
      },
    },
    asked(two, (client) => client.update('book', 7, { n: 3 })()),
  ),
  keyed(
    "given keys don't move the counter",
    "the counter of keys doesn't see the keys that are given, and runs into them",
    'https://github.com/yiisoft/yii2/issues/14408',
    sequence,
    asked(two, async (client) => [
      await client.create('book', book({ id: 3 }))(),
      await client.create('book', book({ n: 4 }))(),
    ]),
  ),
  keyed(
    'a row is in its own way',
    'a unique value that a row has already is refused when it is written again',
    null,
    {
      applied: (write, store, right) => {
        if (write._tag !== 'update') return right(write)
        const model = modelIn(store.schema, write.model)
        const clash = model?.unique.find(
          ([name, more]) =>
            name !== undefined &&
            more === undefined &&
            name !== model.primaryKey &&
            write.changes.some(
              ({ set }) =>
                set[name] != null && rowsOf(store, write.model).some((row) => row[name] === set[name]),
            ),
        )
        return clash === undefined
          ? right(write)
          : E.left(conflict(write.model, clash, 'another row has this already'))
      },
    },
    asked(people, (client) => client.update('author', 1, { name: 'c', email: 'x' })()),
  ),
  mutant(
    "what is falsy isn't written",
    'an update leaves out 0, false and the empty text',
    'https://github.com/go-gorm/gorm/issues/1642',
    withUpdates((changes) =>
      changes.map(({ key, set }) => ({
        key,
        set: Object.fromEntries(Object.entries(set).filter(([, value]) => value === null || Boolean(value))),
      })),
    ),
    asked(two, (client) => client.update('book', 1, { n: 0 })()),
  ),
  keyed(
    "unique values can't be swapped",
    'the changes of a bulk are checked one after the other',
    null,
    {
      applied: (write, store, right) =>
        write._tag !== 'update' || write.changes.length < 2
          ? right(write)
          : write.changes.reduce(
              (so: ReturnType<typeof right>, each) =>
                E.flatMap(so, (done) =>
                  E.map((next: typeof done) => ({ ...next, count: done.count + next.count }))(
                    right({ ...write, changes: [each] }, done.store),
                  ),
                ),
              E.right({ store, rows: [], count: 0 }),
            ),
    },
    asked(people, (client) =>
      client.updateBulk('author', [
        { key: 1, set: { email: 'y' } },
        { key: 2, set: { email: 'x' } },
      ])(),
    ),
  ),
  mutant(
    'nothing is made zero',
    'a number or boolean that is missing in a new row is stored as 0 or false',
    null,
    {
      write: (write, store) =>
        write._tag !== 'create'
          ? write
          : {
              ...write,
              rows: write.rows.map((row) =>
                Object.fromEntries(
                  Object.entries(row).map(([name, value]) => {
                    const column = modelIn(store.schema, write.model)?.columns.get(name)
                    return [
                      name,
                      value === null && column?.nullable === true && column.target === null
                        ? (zeros[column.kind] ?? null)
                        : value,
                    ]
                  }),
                ),
              ),
            },
    },
    asked(two, (client) => client.create('book', book({ rank: null }))()),
  ),
  keyed(
    'what was made is what was given',
    'create gives back the row that it was given, without its key',
    null,
    { around: (right) => ({ create: (model, row) => TE.map(() => row)(right.create(model, row)) }) },
    asked(two, (client) => client.create('book', book({ n: 3 }))()),
  ),
  keyed(
    'keys without case',
    'text keys are the same but for their case where rows are changed or deleted',
    'https://github.com/cloudwan/gohan/issues/356',
    {
      write: (write, store) =>
        write._tag === 'update'
          ? {
              ...write,
              changes: write.changes.map(({ key, set }) => ({ key: caseless(store, write.model, key), set })),
            }
          : write._tag === 'delete'
            ? { ...write, keys: write.keys.map((key) => caseless(store, write.model, key)) }
            : write,
    },
    asked({ tag: [{ slug: 'A' }, { slug: 'a' }] }, (client) => client.update('tag', 'a', { label: 'x' })()),
  ),
  keyed(
    'given keys are not taken',
    'a key that could be counted up is, even where one is given',
    null,
    {
      write: (write, store) => {
        const pk = keyOf(store, write.model)
        return write._tag === 'create' && modelIn(store.schema, write.model)?.columns.get(pk)?.auto === true
          ? { ...write, rows: write.rows.map((row) => ({ ...row, [pk]: null })) }
          : write
      },
    },
    asked(two, (client) => client.create('book', book({ id: 9 }))()),
  ),
  keyed(
    "rows of a bulk don't see each other",
    'unique values are compared with those stored, but not with each other in a bulk',
    null,
    {
      applied: (write, store, right) => {
        const whole = right(write)
        if (write._tag !== 'create' || E.isRight(whole) || write.rows.length < 2) return whole
        const pk = keyOf(store, write.model)
        return write.rows.reduce(
          (so: ReturnType<typeof right>, row) =>
            E.flatMap(so, (done) => {
              const alone = right({ ...write, rows: [row] })
              const next = right({ ...write, rows: [row] }, done.store)
              const [made] = E.isRight(alone) ? alone.right.rows : []
              if (E.isLeft(alone)) return alone
              if (E.isRight(next))
                return E.right({
                  store: next.right.store,
                  rows: [...done.rows, ...next.right.rows],
                  count: done.count + 1,
                })
              const greatest = Math.max(0, ...rowsOf(done.store, write.model).map((each) => Number(each[pk])))
              const forced: Row = {
                ...made,
                [pk]:
                  typeof made?.[pk] === 'number' && row[pk] === null ? greatest + 1 : (made?.[pk] ?? null),
              }
              return rowsOf(done.store, write.model).some((each) => each[pk] === forced[pk])
                ? next
                : E.right({
                    store: putIn(done.store, write.model, forced),
                    rows: [...done.rows, forced],
                    count: done.count + 1,
                  })
            }),
          E.right({ store, rows: [], count: 0 }),
        )
      },
    },
    asked(people, (client) =>
      client.createBulk('author', [author({ email: 'z' }), author({ email: 'z' })])(),
    ),
  ),
  mutant(
    'of changes without effect none is told',
    'an update that changes nothing of a row is told as none',
    null,
    {
      told: (applied, write) =>
        write._tag === 'update' &&
        write.changes.length === 1 &&
        write.changes[0] !== undefined &&
        Object.keys(write.changes[0].set).length === 0
          ? { ...applied, count: 0 }
          : applied,
    },
    asked(two, (client) => client.update('book', 1, {})()),
  ),

  transacted(
    'an inner failure takes back the outer writes',
    'a transaction within another that fails takes back what the outer one wrote before',
    'https://github.com/AlfaCode-Team/hkm-kernel/issues/53',
    innerDiscards,
    asked(two, outerAndInner('fails', 'ends')),
  ),
  transacted(
    'an inner success is for good',
    'a transaction within another commits all that was written so far',
    'https://github.com/j256/ormlite-core/issues/129',
    innerCommits,
    asked(two, outerAndInner(E.right(null), 'fails')),
  ),
  transacted(
    'a Left commits',
    'a transaction is taken back when its program throws, not when it gives an error',
    null,
    leftCommits,
    asked(two, outerAndInner(E.right(null), 'fails')),
  ),
  transacted(
    'its own writes unseen',
    'reads in a transaction see what was there before it',
    'https://github.com/kbss-cvut/jopa/issues/477',
    ownUnseen,
    asked(two, (client) =>
      client.transaction((own) => async () => {
        const within = own as unknown as typeof client
        await within.update('book', 1, { n: 9 })()
        return within.list({
          from: { _tag: 'model', model: 'book' },
          annotations: [],
          where: null,
          order: [],
          reverse: false,
          distinctOn: null,
          columns: null,
          group: null,
          distinct: false,
          slice: null,
          fields: null,
          related: [],
        })()
      })(),
    ),
  ),
  transacted(
    'an inner transaction is none',
    'a transaction within another that fails leaves what it wrote to the outer one',
    'https://github.com/doctrine/dbal/issues/1758',
    innerIgnored,
    asked(two, outerAndInner('fails', 'ends')),
  ),
  transacted(
    'one refusal ends it',
    'after a write that was refused, all that follows in the transaction is refused',
    null,
    aborted,
    asked(people, (client) =>
      client.transaction((own) => async () => {
        const within = own as unknown as typeof client
        await within.create('author', author({ email: 'x' }))()
        return within.create('author', author({ email: 'z' }))()
      })(),
    ),
  ),

  error(
    "what isn't there can't be deleted",
    "deleting a row that isn't there fails, it isn't told as false",
    null,
    {
      around: (right) => ({
        delete: (model, key) =>
          TE.flatMap((was: boolean) =>
            was ? TE.right(was) : TE.left(clientFailed('mutant', 'delete', '404 Not Found')),
          )(right.delete(model, key)),
      }),
    },
    asked(two, (client) => client.delete('book', 7)()),
  ),
  error(
    "what isn't there can't be changed",
    "changing a row that isn't there fails, it isn't told as false",
    null,
    {
      around: (right) => ({
        update: (model, key, set) =>
          TE.flatMap((was: boolean) =>
            was ? TE.right(was) : TE.left(clientFailed('mutant', 'update', '404 Not Found')),
          )(right.update(model, key, set)),
      }),
    },
    asked(two, (client) => client.update('book', 7, { n: 1 })()),
  ),
  error(
    'no keys are all keys',
    'a bulk delete without keys has no condition, and deletes all',
    'https://github.com/typeorm/typeorm/issues/1226',
    {
      write: (write, store) =>
        write._tag === 'delete' && write.keys.length === 0
          ? {
              ...write,
              keys: rowsOf(store, write.model).map((row) => row[keyOf(store, write.model)] ?? null),
            }
          : write,
    },
    asked(two, (client) => client.deleteBulk('book', [])()),
  ),
  error(
    'no rows are an error',
    "making no rows at all is a mistake in the backend's language",
    'https://github.com/sequelize/sequelize/issues/3132',
    {
      around: (right) => ({
        createBulk: (model, rows) =>
          rows.length === 0
            ? TE.left(clientFailed('mutant', 'createBulk', 'syntax error at VALUES'))
            : right.createBulk(model, rows),
        updateBulk: (model, changes) =>
          changes.length === 0
            ? TE.left(clientFailed('mutant', 'updateBulk', 'syntax error at CASE'))
            : right.updateBulk(model, changes),
      }),
    },
    asked(two, (client) => client.createBulk('book', [])()),
  ),
  error(
    'one absent row and nothing is changed',
    "a bulk update of rows that aren't all there changes none",
    null,
    {
      applied: (write, store, right) =>
        write._tag === 'update' &&
        write.changes.length > 1 &&
        write.changes.some(
          ({ key }) => !rowsOf(store, write.model).some((row) => row[keyOf(store, write.model)] === key),
        )
          ? E.right({ store, rows: [], count: 0 })
          : right(write),
    },
    asked(two, (client) =>
      client.updateBulk('book', [
        { key: 1, set: { n: 9 } },
        { key: 7, set: { n: 9 } },
      ])(),
    ),
  ),
]
