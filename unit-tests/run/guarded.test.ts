/** Writes that depend on what is stored, while others write. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  addRelated,
  autoId,
  clientFailed,
  count,
  createBulk,
  deleteRows,
  edit,
  explainWrite,
  field,
  filter,
  foldDelete,
  foldInsert,
  foldUpdate,
  getOrCreate,
  manyToMany,
  mutate,
  planWrite,
  resume,
  retry,
  schema,
  toArray,
  update,
  updateBulk,
  updateOrCreate,
  within,
  type Json,
  type Mutation,
  type QueryError,
  type Row,
  type WritableClient,
} from 'queryset-ts'
import { httpClient, httpHandler } from 'queryset-ts/http'
import { memory } from 'queryset-ts/memory'
import { left, right } from '../support/answers.js'

const { pipe } = fn

const models = schema({
  counter: {
    id: autoId,
    name: field.nullable(field.text({ unique: true })),
    n: field.int({ default: 0 }),
    version: field.int({ default: 1 }),
  },
  place: { id: autoId, pos: field.int({ unique: true }) },
  note: { id: autoId, text: field.text({ default: '' }), tags: manyToMany('tag', { relatedName: 'notes' }) },
  tag: { id: autoId },
})

type Memory = ReturnType<typeof memory>

const store = (): Memory =>
  memory(models, {
    counter: [
      { id: 1, name: null, n: 0, version: 1 },
      { id: 2, name: null, n: 0, version: 1 },
    ],
    place: [1, 2, 3].map((pos) => ({ id: pos, pos })),
    note: [{ id: 1, text: '' }],
    tag: [{ id: 1 }],
  })

/** Each call takes another while. */
const late =
  <A>(task: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
  async () => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2))
    return task()
  }

/** A client that writes one row a call, and has no transactions. */
const single = (whole: Memory): WritableClient => ({
  name: 'single',
  schema: whole.schema,
  list: (query) => late(whole.list(query)),
  create: (model, row) => late(whole.create(model, row)),
  update: (model, key, set) => late(whole.update(model, key, set)),
  delete: (model, key) => late(whole.delete(model, key)),
})

/** The same, which refuses rows that aren't as expected. */
const checking = (whole: Memory): WritableClient => ({
  ...single(whole),
  name: 'checking',
  checks: true,
  update: (model, key, set, expect) => late(whole.update(model, key, set, expect)),
  delete: (model, key, expect) => late(whole.delete(model, key, expect)),
})

const far = (client: WritableClient): WritableClient =>
  httpClient(models, { url: 'http://localhost/', fetch: httpHandler(client) })

/** Clients by name: what gives each writer its client. */
const clients: { readonly [name: string]: (whole: Memory) => () => WritableClient } = {
  memory: (whole) => () => whole,
  single: (whole) => {
    const one = single(whole)
    return () => one
  },
  'single, within a budget': (whole) => {
    const one = single(whole)
    return () => within({ requests: 1000 })(one)
  },
  // Each writer is a process of its own.
  checking: (whole) => () => checking(whole),
  http: (whole) => () => far(whole),
  'http over single': (whole) => {
    const handler = httpHandler(single(whole))
    return () => httpClient(models, { url: 'http://localhost/', fetch: handler })
  },
}

const several = <A>(n: number, program: (i: number) => TE.TaskEither<QueryError, A>) =>
  Promise.all(Array.from({ length: n }, (_, i) => program(i)()))

describe('writes at the same time', () => {
  for (const [name, clientsOf] of Object.entries(clients))
    describe(`over ${name}`, () => {
      // Caught, planted: `together` that runs the program at once where there is no transaction.
      it('lose no increment', async () => {
        const whole = store()
        const client = clientsOf(whole)
        const told = await several(20, () =>
          pipe(
            models.counter,
            update(client(), (c) => ({ n: c.n.plus(1) })),
          ),
        )
        expect(told.filter(E.isRight)).to.have.length(20)
        expect((await right(toArray(whole)(models.counter))).map(({ n }) => n)).to.deep.equal([20, 20])
      })

      // Caught, planted: a conflict of `create` that is told without looking again.
      it('make a row once', async () => {
        const whole = store()
        const client = clientsOf(whole)
        const got = await several(10, () => pipe(models.counter, getOrCreate(client(), { name: 'a' })))
        expect(
          got.map((each) => (E.isRight(each) ? each.right.created : each.left.message)).sort(),
        ).to.deep.equal([...Array.from({ length: 9 }, () => false), true])
        const set = await several(10, (n) =>
          pipe(models.counter, updateOrCreate(client(), { name: 'b' }, { n })),
        )
        expect(set.filter(E.isRight)).to.have.length(10)
        expect(await right(count(whole)(models.counter))).to.equal(4)
      })

      it('link a row once', async () => {
        const whole = store()
        const client = clientsOf(whole)
        const told = await several(10, () =>
          pipe(
            models.note,
            addRelated(client(), (n) => n.tags, [1]),
          ),
        )
        expect(told.filter(E.isRight)).to.have.length(10)
        const linked = await right(
          toArray(whole)(
            pipe(
              models.note,
              filter((n) => n.tags.some((t) => t.id.eq(1))),
            ),
          ),
        )
        expect(linked).to.have.length(1)
        expect(
          await right(
            pipe(
              models.tag,
              filter((t) => t.notes.count().eq(1)),
              count(whole),
            ),
          ),
        ).to.equal(1)
      })

      it('delete each row once', async () => {
        const whole = store()
        const client = clientsOf(whole)
        const told = await several(4, () => pipe(models.counter, deleteRows(client())))
        const counts = told.map((each) => (E.isRight(each) ? (each.right['counter'] ?? 0) : 0))
        expect(await right(count(whole)(models.counter))).to.equal(0)
        if (name !== 'single, within a budget') expect(counts.reduce((a, b) => a + b, 0)).to.be.at.least(2)
      })
    })
})

describe('keys and unique values that move', () => {
  for (const [name, clientsOf] of Object.entries(clients))
    describe(`over ${name}`, () => {
      // Caught, planted: a counter that starts from the rows that are there.
      it('count past keys that are given in the same bulk', async () => {
        const whole = memory(models, { counter: [{ id: 1, name: null, n: 0, version: 1 }] })
        const made = await right(
          pipe(models.counter, createBulk(clientsOf(whole)(), [{ n: 1 }, { id: 2, n: 2 }])),
        )
        expect(made.map(({ id, n }) => [id, n])).to.deep.equal([
          [3, 1],
          [2, 2],
        ])
      })

      const updateConflicts = { uniqueFields: ['id'], updateFields: ['pos'] } as const

      it('tell the item by its place among those given', async () => {
        const taken = await left(
          pipe(
            models.place,
            createBulk(
              clientsOf(store())(),
              [
                { id: 1, pos: 9 },
                { id: 5, pos: 2 },
              ],
              { updateConflicts },
            ),
          ),
        )
        expect(
          taken._tag === 'Conflict' && taken.errors.map(({ item, field }) => [item, field]),
        ).to.deep.equal([[1, 'pos']])
      })

      // Caught, planted: new rows that are compared with the rows as they were.
      it('may be freed by one row and taken by another', async () => {
        const whole = store()
        const upserted = await right(
          pipe(
            models.place,
            createBulk(
              clientsOf(whole)(),
              [
                { id: 1, pos: 9 },
                { id: 5, pos: 1 },
              ],
              { updateConflicts },
            ),
          ),
        )
        expect(upserted).to.deep.equal([
          { id: 1, pos: 9 },
          { id: 5, pos: 1 },
        ])
      })

      // Caught, planted: an order of changes that is that of the rows.
      it('move up by one, in calls of any size', async () => {
        for (const batchSize of [1, 2, 3]) {
          const whole = store()
          expect(
            await right(
              pipe(
                models.place,
                update(clientsOf(whole)(), (p) => ({ pos: p.pos.plus(1) }), { batchSize }),
              ),
            ),
          ).to.equal(3)
          expect((await right(toArray(whole)(models.place))).map(({ pos }) => pos)).to.deep.equal([2, 3, 4])
        }
      })
    })

  // Caught, planted: a circle that is written as if it were a line.
  it('that trade places a row a call are refused before the first write', async () => {
    const whole = store()
    const swap = updateBulk(single(whole), [
      [1, { pos: 2 }],
      [2, { pos: 1 }],
    ])
    expect((await left(swap(models.place)))._tag).to.equal('Unsupported')
    expect((await right(toArray(whole)(models.place))).map(({ pos }) => pos)).to.deep.equal([1, 2, 3])
    const atOnce = updateBulk(whole, [
      [1, { pos: 2 }],
      [2, { pos: 1 }],
    ])
    expect(await right(atOnce(models.place))).to.equal(2)
  })
})

describe('a row that another writer changed', () => {
  const full = clientFailed('single', 'update', 'disk full')
  const lost = clientFailed('single', 'update', 'lost', { retryable: true })
  const theirs = (whole: Memory) =>
    pipe(
      models.counter,
      filter((c) => c.id.eq(2)),
      update(whole, () => ({ n: 50, version: 7 })),
    )

  for (const checks of [false, true])
    for (const error of [full, lost])
      // Caught, planted: `resume` that writes what it was to write, whatever is there.
      it(`is a conflict of resume, after ${error.retryable ? 'an unknown fate' : 'a failure'}${checks ? ', with checks' : ''}`, async () => {
        for (const version of ['version', undefined] as const) {
          const whole = store()
          const base = checks ? checking(whole) : single(whole)
          const broken = { now: true }
          const client: WritableClient = {
            ...base,
            update: (model: string, key: Json, set: Row, expected?: Row) =>
              broken.now && key === 2
                ? TE.left(error)
                : whole.update(model, key, set, checks ? expected : undefined),
          }
          const edited = await left(
            pipe(
              models.counter,
              edit(
                client,
                (row: { n: number }) => void (row.n += 1),
                version === undefined ? {} : { version },
              ),
            ),
          )
          if (edited._tag !== 'Incomplete') return expect.fail(edited.message)
          await right(theirs(whole))
          broken.now = false
          const resumed = await left(resume(client)(edited))
          expect(resumed._tag).to.equal('Conflict')
          expect(resumed._tag === 'Conflict' && resumed.errors.map(({ item }) => item)).to.include(1)
          expect((await right(toArray(whole)(models.counter))).map(({ n }) => n)).to.deep.equal([1, 50])
        }
      })

  // Caught, planted: `retry` that doesn't look before it tries again.
  for (const name of ['edit', 'update', 'updateBulk'] as const)
    it(`is a conflict of ${name} that is tried again`, async () => {
      const whole = store()
      const tries = { n: 0 }
      const flaky: WritableClient = {
        ...single(whole),
        update: (model, key, set) => {
          tries.n += 1
          return tries.n === 1 ? TE.left(lost) : whole.update(model, key, set)
        },
      }
      const client = retry({
        times: 3,
        sleep: async () => {
          await right(theirs(whole))
        },
      })(flaky)
      const second = pipe(
        models.counter,
        filter((c) => c.id.eq(2)),
      )
      const programs = {
        edit: pipe(
          second,
          edit(client, (row: { n: number }) => void (row.n += 1), { version: 'version' }),
        ),
        update: pipe(
          second,
          update(client, (c) => ({ n: c.n.plus(1) })),
        ),
        updateBulk: pipe(second, updateBulk(client, [[2, { n: 3 }]])),
      }
      expect((await left(programs[name]))._tag).to.equal('Conflict')
      expect((await right(toArray(whole)(second))).map(({ n }) => n)).to.deep.equal([50])
    })
})

describe('mutations', () => {
  const increment = pipe(
    models.counter,
    foldUpdate((c) => ({ n: c.n.plus(1) })),
  )
  const all = <M extends Mutation>(each: E.Either<QueryError, M>): M =>
    E.isRight(each) ? each.right : expect.fail(each.left.message)

  it('are done together or not at all where the client can', async () => {
    for (const client of [store(), far(store())]) {
      const twice = [all(increment), all(foldInsert([{ pos: 1 }])(models.place))]
      expect((await left(mutate(client)(twice)))._tag).to.equal('Conflict')
      expect((await right(toArray(client)(models.counter))).map(({ n }) => n)).to.deep.equal([0, 0])
    }
    const whole = store()
    const partly = await left(
      mutate(single(whole))([all(increment), all(foldInsert([{ pos: 1 }])(models.place))]),
    )
    expect(partly._tag === 'Incomplete' && partly.items.map(({ _tag }) => _tag)).to.deep.equal([
      'done',
      'failed',
    ])
  })

  it('hold rows to what is expected of them', async () => {
    for (const client of [store(), single(store()), checking(store()), far(single(store()))]) {
      const first = pipe(
        models.counter,
        filter((c) => c.id.eq(1)),
      )
      const expecting = (n: number): Mutation => ({
        ...all(
          pipe(
            first,
            foldUpdate(() => ({ n: 5 })),
          ),
        ),
        expect: { n },
      })
      expect((await left(mutate(client)([expecting(1)])))._tag).to.equal('Conflict')
      expect((await right(mutate(client)([expecting(0)])))[0]?.counts).to.deep.equal({ counter: 1 })
      const gone: Mutation = { ...all(foldDelete(first)), expect: { n: 0 } }
      expect((await left(mutate(client)([gone])))._tag).to.equal('Conflict')
      expect((await right(mutate(client)([{ ...gone, expect: { n: 5 } }])))[0]?.counts).to.deep.equal({
        counter: 1,
      })
      expect((await left(mutate(client)([{ ...gone, expect: { n: 5 } }])))._tag).to.equal('Conflict')
    }
  })

  it('tell how they are guarded', () => {
    const guards = [store(), far(store()), checking(store()), single(store())].map((client) =>
      pipe(
        increment,
        E.chain(planWrite(client)),
        E.map(({ guard, whole }) => [guard, whole]),
      ),
    )
    expect(guards.map(E.toUnion)).to.deep.equal([
      ['atomic', true],
      ['atomic', true],
      ['checked', false],
      ['by turns', false],
    ])
    const text = pipe(
      increment,
      E.chain(explainWrite(single(store()))),
      E.map((each) => each.text),
    )
    expect(E.isRight(text) && text.right).to.include("update on 'single', by key, guarded: by turns")
  })

  it('that are guarded less than a budget asks for are refused', async () => {
    const whole = store()
    const strict = within({ guarded: 'atomic' })
    expect(
      (
        await left(
          pipe(
            models.counter,
            update(strict(single(whole)), () => ({ n: 1 })),
          ),
        )
      )._tag,
    ).to.equal('Unsupported')
    expect(
      (
        await left(
          pipe(
            models.counter,
            update(strict(checking(whole)), () => ({ n: 1 })),
          ),
        )
      )._tag,
    ).to.equal('Unsupported')
    expect(
      await right(
        pipe(
          models.counter,
          update(strict(whole), () => ({ n: 1 })),
        ),
      ),
    ).to.equal(2)
    expect(
      await right(
        pipe(
          models.counter,
          update(within({ guarded: 'checked' })(checking(whole)), () => ({ n: 2 })),
        ),
      ),
    ).to.equal(2)
  })

  it('go by key where a function was replaced', async () => {
    const whole = store()
    const refused = clientFailed('mine', 'updateBulk', 'read only')
    const { transaction: _, ...rest } = whole
    const mine = { ...rest, update: () => TE.left(refused) }
    expect(
      await left(
        pipe(
          models.counter,
          filter((c) => c.id.eq(1)),
          update(mine, () => ({ n: 1 })),
        ),
      ),
    ).to.equal(refused)
  })
})

describe('getOrCreate', () => {
  // Caught, planted: rows looked for that have the values of all constraints at once, of which there are none.
  it('ends where two rows have one of the unique values each', async () => {
    const pairs = schema({
      pair: { id: autoId, one: field.text({ unique: true }), two: field.text({ unique: true }) },
    })
    const whole = memory(pairs, {
      pair: [
        { id: 1, one: 'a', two: 'b' },
        { id: 2, one: 'c', two: 'd' },
      ],
    })
    const asked = { lists: 0 }
    const client: WritableClient = {
      name: 'single',
      schema: whole.schema,
      list: (query) => {
        asked.lists += 1
        return whole.list(query)
      },
      create: whole.create,
      update: whole.update,
      delete: whole.delete,
    }
    const got = await pipe(pairs.pair, getOrCreate(client, { one: 'a', two: 'd' }))()
    expect(E.isLeft(got) && got.left._tag).to.equal('Conflict')
    expect(asked.lists).to.be.at.most(6)
  })
})
