/** Writes, transactions and errors that are wrong. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import { conflict, type Page, type QueryError } from '../../../src/index.js'
import type { WritableClient } from '../../../src/client/Client.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import { allOf } from '../../../src/query/Query.js'
import type { Store } from '../../../src/engine/Store.js'
import { copyJson } from '../../../src/value/copyJson.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { askOf, clientIn, stepping, type Bug, type Rows, type World } from '../support/client.js'
import { asked, failing, type BlindMutant } from '../blind/support.js'
import { author, book, keyOf, of, people, rowsOf, two, uniqueOf } from './support.js'

const { pipe } = fn
const mutant = of('writes', 'writes')
const keyed = of('writes', 'ids-uniqueness')
const transacted = of('transactions', 'writes')
const error = of('errors', 'writes')
const fault = of('errors', 'fault')

const all = allOf({ _tag: 'model', model: 'book' })

/** How many rows have a value of a unique column, but for its case, that a row before them has. */
const twins = (store: Store, model: string): number =>
  uniqueOf(store, model).reduce((sum, name) => {
    const values = rowsOf(store, model).flatMap((row) =>
      typeof row[name] === 'string' ? [row[name].toLowerCase()] : [],
    )
    return sum + values.length - new Set(values).size
  }, 0)

/** Rows whose keys are counted up get them in turn, whatever keys the others have. */
const numberedInTurn = (rows: ReadonlyArray<Row>, store: Store, model: string): ReadonlyArray<Row> => {
  const pk = keyOf(store, model)
  const next = {
    key:
      1 +
      Math.max(0, store.greatest.get(model) ?? 0, ...rowsOf(store, model).map((row) => Number(row[pk]) || 0)),
  }
  return store.schema.models.get(model)?.columns.get(pk)?.auto === true
    ? rows.map((row) => (row[pk] === null ? { ...row, [pk]: next.key++ } : row))
    : rows
}

type Writes = Pick<StoreClient, 'create' | 'createBulk' | 'update' | 'updateBulk' | 'delete' | 'deleteBulk'>

/** All that a client writes goes through something. */
const through = (
  right: StoreClient,
  by: <A>(write: TE.TaskEither<QueryError, A>, model: string) => TE.TaskEither<QueryError, A>,
): Writes => ({
  create: (model, row) => by(right.create(model, row), model),
  createBulk: (model, rows) => by(right.createBulk(model, rows), model),
  update: (model, key, set) => by(right.update(model, key, set), model),
  updateBulk: (model, changes) => by(right.updateBulk(model, changes), model),
  delete: (model, key) => by(right.delete(model, key), model),
  deleteBulk: (model, keys) => by(right.deleteBulk(model, keys), model),
})

/** Errors of writes are told as others. */
const toldAs = (change: (error: QueryError, pk: string) => QueryError): Bug => ({
  around: (right, { state }) =>
    through(right, (write, model) =>
      TE.mapLeft((each: QueryError) => change(each, keyOf(state.store, model)))(write),
    ),
})

/** Values that a unique column has had, by model and column. */
const hadIn = ({ memory }: World): Set<string> => {
  const known = (memory.get('had') as Set<string> | undefined) ?? new Set<string>()
  memory.set('had', known)
  return known
}

const valuesIn = (store: Store, model: string, rows: ReadonlyArray<Row>): ReadonlyArray<string> =>
  uniqueOf(store, model).flatMap((name) =>
    rows.flatMap((row) => (row[name] == null ? [] : [JSON.stringify([model, name, row[name]])])),
  )

/** A value of a unique column, once there, is taken for good. */
const neverFreed: Bug = {
  around: (right, world) => {
    const remember = (model: string): void => {
      const { store } = world.state
      valuesIn(store, model, rowsOf(store, model)).forEach((each) => hadIn(world).add(each))
    }
    const changing =
      <A>(write: TE.TaskEither<QueryError, A>, model: string): TE.TaskEither<QueryError, A> =>
      () => {
        remember(model)
        return write()
      }
    const making =
      <A>(model: string, rows: ReadonlyArray<Row>, write: TE.TaskEither<QueryError, A>) =>
      (): Promise<E.Either<QueryError, A>> => {
        const { store } = world.state
        const taken = uniqueOf(store, model).find((name) =>
          rows.some((row) => row[name] != null && hadIn(world).has(JSON.stringify([model, name, row[name]]))),
        )
        return taken === undefined
          ? write()
          : Promise.resolve(E.left(conflict(model, [taken], `another row has this ${taken} already`)))
      }
    return {
      ...through(right, changing),
      create: (model, row) => making(model, [row], right.create(model, row)),
      createBulk: (model, rows) => making(model, rows, right.createBulk(model, rows)),
    }
  },
}

// Transactions.

interface Ended {
  readonly world: World
  readonly draft: World
  readonly result: E.Either<QueryError, unknown>
}

const drafts = new WeakMap<World['state'], World>()

interface Worlds {
  readonly world: World
  readonly draft: World
  /** What there was when the transaction began. If somebody else wrote since, it is done again. */
  readonly began: { store: Store }
}

/** Transactions on a draft: what the program sees of it, and what comes of it in the end. */
const transactions = (
  seen: (draft: StoreClient, worlds: Worlds) => Partial<StoreClient>,
  end: (ended: Ended) => void = keep,
): Bug => {
  const bug: Bug = {
    around: (_, world) => ({
      transaction:
        <A>(program: (client: WritableClient) => TE.TaskEither<QueryError, A>) =>
        async () => {
          for (;;) {
            const began = { store: world.state.store }
            const draft: World = { ...world, state: { store: world.state.store } }
            drafts.set(draft.state, world)
            const own = clientIn(bug, draft)
            const result = await program({ ...own, ...seen(own, { world, draft, began }) })()
            if (E.isRight(result) && world.state.store !== began.store) continue
            end({ world, draft, result })
            return result
          }
        },
    }),
  }
  return bug
}

function keep({ world, draft, result }: Ended): void {
  if (E.isRight(result)) world.state.store = draft.state.store
}

const outside = (world: World): StoreClient => clientIn({}, world)

const readsOf = ({ list, count, getPks }: StoreClient): Partial<StoreClient> => ({
  list,
  count: count!,
  getPks: getPks!,
})

/** Deletions wait for the end of the transaction. */
const deletesLast = (): Bug => {
  const waiting = new WeakMap<World['state'], Array<{ readonly model: string; readonly key: Json }>>()
  return transactions(
    (_, { draft }) => {
      const own: Array<{ readonly model: string; readonly key: Json }> = []
      waiting.set(draft.state, own)
      const queued = (model: string, keys: ReadonlyArray<Json>): number => {
        const { store } = draft.state
        const pk = keyOf(store, model)
        const there = [...new Set(keys)].filter(
          (key) =>
            rowsOf(store, model).some((row) => row[pk] === key) &&
            !own.some((each) => each.model === model && each.key === key),
        )
        own.push(...there.map((key) => ({ model, key })))
        return there.length
      }
      return {
        delete: (model, key) => () => Promise.resolve(E.right(queued(model, [key]) > 0)),
        deleteBulk: (model, keys) => () => Promise.resolve(E.right(queued(model, keys))),
      }
    },
    (ended) => {
      const gone = waiting.get(ended.draft.state) ?? []
      const { store } = ended.draft.state
      ended.draft.state.store = {
        ...store,
        rows: new Map(
          [...store.rows].map(([model, rows]) => [
            model,
            rows.filter(
              (row) => !gone.some((each) => each.model === model && each.key === row[keyOf(store, model)]),
            ),
          ]),
        ),
      }
      keep(ended)
    },
  )
}

/** A transaction in which something was refused is taken back, though it says that it succeeded. */
const rollbackOnly = (): Bug => {
  const broken = new WeakSet<World['state']>()
  return transactions(
    (own, { draft }) =>
      through(own, (write) =>
        TE.mapLeft((each: QueryError) => {
          broken.add(draft.state)
          return each
        })(write),
      ),
    (ended) => {
      if (!broken.has(ended.draft.state)) keep(ended)
    },
  )
}

/** A program, and the type of client that it is given. */
const program =
  (run: (own: StoreClient) => Promise<E.Either<QueryError, unknown>>) => (client: StoreClient) =>
    client.transaction((own) => () => run(own as unknown as StoreClient))()

const no = E.left(conflict('book', [], 'no'))

export const writes: ReadonlyArray<BlindMutant> = [
  mutant(
    'the last change of a row is the only one',
    'of several changes of a row in a bulk the last is done, and what the others set is lost',
    null,
    {
      write: (write) =>
        write._tag === 'update'
          ? {
              ...write,
              changes: write.changes.filter(
                ({ key }, i) => !write.changes.slice(i + 1).some((later) => later.key === key),
              ),
            }
          : write,
    },
    asked(two, (client) =>
      client.updateBulk('book', [
        { key: 1, set: { n: 5 } },
        { key: 1, set: { note: 'z' } },
      ])(),
    ),
  ),
  mutant(
    'deleted twice, counted twice',
    'a key that is given twice to a bulk deletion is counted twice',
    null,
    {
      told: (applied, write, before) =>
        write._tag === 'delete'
          ? {
              ...applied,
              count: write.keys.filter((key) =>
                rowsOf(before, write.model).some((row) => row[keyOf(before, write.model)] === key),
              ).length,
            }
          : applied,
    },
    asked(two, (client) => client.deleteBulk('book', [1, 1])()),
  ),
  keyed(
    'unique but for case',
    'a unique value is refused where another differs from it in case only',
    null,
    {
      applied: (write, store, right) => {
        const done = right(write)
        if (E.isLeft(done) || write._tag === 'delete') return done
        return twins(done.right.store, write.model) > twins(store, write.model)
          ? E.left(
              conflict(write.model, uniqueOf(store, write.model).slice(0, 1), 'another row has this already'),
            )
          : done
      },
    },
    asked(people, (client) => client.create('author', author({ email: 'X' }))()),
  ),
  keyed(
    'a unique value is never free again',
    'a unique value that a row had before it was changed or deleted stays in the index',
    'https://github.com/techfort/LokiJS/issues/412',
    neverFreed,
    asked(people, async (client) => [
      await client.update('author', 1, { email: 'z' })(),
      await client.create('author', author({ email: 'x' }))(),
    ]),
  ),
  keyed(
    'keys are counted up in turn',
    "rows of a bulk whose keys are counted up don't look at the keys that others of it are given",
    null,
    {
      write: (write, store) =>
        write._tag === 'create' ? { ...write, rows: numberedInTurn(write.rows, store, write.model) } : write,
    },
    asked(two, (client) => client.createBulk('book', [book({ n: 5 }), book({ id: 3 })])()),
  ),

  transacted(
    'an inner transaction reads elsewhere',
    "a transaction within another reads what is there outside of both, without the outer one's writes and its own",
    null,
    transactions((_, { world }) => {
      const around = drafts.get(world.state)
      return around === undefined ? {} : readsOf(outside(around))
    }),
    asked(
      two,
      program(async (own) => {
        await own.create('book', book({ n: 7 }))()
        return own.transaction((inner) => inner.list(all))()
      }),
    ),
  ),
  transacted(
    'what a bulk makes stays',
    'rows that a bulk makes in a transaction are made outside of it too, and stay when it fails',
    null,
    transactions((own, { world, began }) => ({
      createBulk: (model, rows) => async () => {
        const made = await own.createBulk(model, rows)()
        if (E.isLeft(made)) return made
        const alone = world.state.store === began.store
        await outside({ ...world, io: () => Promise.resolve() }).createBulk(model, made.right)()
        if (alone) began.store = world.state.store
        return made
      },
    })),
    asked(
      two,
      program(async (own) => {
        await own.createBulk('book', [book({ n: 7 })])()
        return no
      }),
    ),
  ),
  transacted(
    'counted from outside',
    "a count in a transaction doesn't see what it wrote, while lists do",
    null,
    transactions((_, { world }) => {
      const { count } = readsOf(outside({ ...world, state: { store: world.state.store } }))
      return { count: count! }
    }),
    asked(
      two,
      program(async (own) => {
        await own.create('book', book({ n: 7 }))()
        return own.count!(all)()
      }),
    ),
  ),
  transacted(
    'deletions come last',
    'what a transaction deletes is there until it ends: its unique values are taken',
    'https://github.com/mikro-orm/mikro-orm/issues/4019',
    deletesLast(),
    asked(
      people,
      program(async (own) => {
        await own.delete('author', 1)()
        return own.create('author', author({ email: 'x' }))()
      }),
    ),
  ),
  transacted(
    'one refusal takes all back',
    'a transaction that goes on after something was refused succeeds, but nothing of it stays',
    null,
    rollbackOnly(),
    asked(
      people,
      program(async (own) => {
        await own.create('author', author({ email: 'x' }))()
        return own.create('author', author({ email: 'z' }))()
      }),
    ),
  ),

  error(
    "a conflict is always the key's",
    'a conflict of a unique value says that it is about the primary key',
    null,
    toldAs((each, pk) => (each._tag === 'Conflict' ? { ...each, fields: [pk] } : each)),
    asked(people, (client) => client.create('author', author({ email: 'x' }))()),
  ),
  error(
    'what comes before a refused change stays',
    'a bulk update of which a change is refused leaves what the changes before it did',
    null,
    {
      around: (right) => ({
        updateBulk: (model, changes) => async () => {
          const whole = await right.updateBulk(model, changes)()
          if (E.isRight(whole) || whole.left._tag !== 'Conflict') return whole
          for (const change of changes) if (E.isLeft(await right.updateBulk(model, [change])())) break
          return whole
        },
      }),
    },
    asked(people, (client) =>
      client.updateBulk('author', [
        { key: 1, set: { name: 'c' } },
        { key: 2, set: { email: 'x' } },
      ])(),
    ),
  ),
  fault(
    'a total that fails is that of the page',
    'where the backend fails while the total is counted, the rows of the page are',
    null,
    {
      around: (right, world) => ({
        list: (query) =>
          query.slice === null
            ? right.list(query)
            : stepping(world.io, 'list', async () => {
                const rows = askOf(world)(query)
                if (E.isLeft(rows)) return rows
                const page = { rows: rows.right.map(copyJson), total: rows.right.length }
                const counted = await world.io().then(
                  () => askOf(world)({ ...query, slice: null, related: [] }),
                  () => rows,
                )
                return E.map((each: Rows): Page => ({ ...page, total: each.length }))(counted)
              }),
      }),
    },
    failing(two, [(client) => client.list({ ...all, slice: { offset: 0, limit: 1 } })()], 1),
  ),
  fault(
    'a failed bulk update is told as done',
    'where the backend fails, a bulk update says that it did all changes',
    null,
    {
      around: (right) => ({
        updateBulk: (model, changes) =>
          pipe(
            right.updateBulk(model, changes),
            TE.orElse((each: QueryError) =>
              each.retryable ? TE.right<QueryError, number>(changes.length) : TE.left(each),
            ),
          ),
      }),
    },
    failing(two, [(client) => client.updateBulk('book', [{ key: 1, set: { n: 8 } }])()], 0),
  ),
  fault(
    'a lost answer is a refusal',
    "a write whose answer is lost fails for sure, though it isn't known whether it was done",
    null,
    toldAs((each) => (each._tag === 'ClientFailed' && each.retryable ? { ...each, retryable: false } : each)),
    failing(two, [(client) => client.create('book', book({ n: 9 }))()], 1),
  ),
]
