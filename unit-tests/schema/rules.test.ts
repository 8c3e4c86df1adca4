/** Rules that a schema has for whole rows, and the clock: over a client that writes at once, and over one that doesn't. */
import { expect } from 'chai'
import { either as E, function as fn, type taskEither as TE } from 'fp-ts'
import {
  autoId,
  create,
  createBulk,
  edit,
  field,
  filter,
  getOrCreate,
  messages,
  schema,
  toArray,
  update,
  updateBulk,
  updateOrCreate,
  type QueryError,
  type WritableClient,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const { pipe } = fn

const clock = { now: new Date('2024-01-02T03:04:05.678Z') }

const definitions = {
  gig: {
    id: autoId,
    title: field.text({ maxLength: 10 }),
    from: field.int({ default: 0 }),
    to: field.int({ default: 1 }),
    on: field.nullable(field.date()),
    made: field.datetime({ auto: 'created' }),
    changed: field.datetime({ auto: 'updated' }),
    day: field.date({ auto: 'created' }),
    hour: field.time({ auto: 'updated' }),
  },
}

const models = schema(definitions, {
  uniqueFor: { gig: [{ field: 'title', per: 'month', of: 'on' }] },
  validate: {
    gig: ({ from, to }) => {
      if (from > 99) throw new Error('boom')
      return from > to ? [{ field: 'to', code: 'order', message: 'is before from' }] : []
    },
  },
  messages: { ...messages, max_length: ({ limit }) => `hat mehr als ${JSON.stringify(limit)} Zeichen` },
  clock: () => clock.now,
})

const stamp = {
  made: '2024-01-01T00:00:00.000Z',
  changed: '2024-01-01T00:00:00.000Z',
  day: '2024-01-01',
  hour: '00:00:00.000',
}

const data = {
  gig: [
    { id: 1, title: 'a', from: 0, to: 1, on: '2024-03-01', ...stamp },
    { id: 2, title: 'b', from: 0, to: 5, on: '2024-03-31', ...stamp },
    { id: 3, title: 'c', from: 0, to: 5, on: null, ...stamp },
  ],
}

/** Without the rules, which whoever asks has to keep. */
const unruled = schema(definitions)

const clients: ReadonlyArray<readonly [string, () => WritableClient]> = [
  ['a client that writes at once', () => memory(models, data)],
  [
    'a client that knows no rules',
    () => {
      const { name, list, create: one, update: change, delete: remove, schema: of } = memory(models, data)
      const bare = memory(unruled, data)
      expect(of.models.get('gig')?.uniqueFor).to.have.length(1)
      expect([list, one, change, remove].every((each) => typeof each === 'function')).to.equal(true)
      return {
        name,
        schema: of,
        list: bare.list,
        create: bare.create,
        update: bare.update,
        delete: bare.delete,
      }
    },
  ],
]

const left = async (
  task: TE.TaskEither<QueryError, unknown>,
): Promise<ReadonlyArray<object> | QueryError> => {
  const told = await task()
  if (E.isRight(told)) return [{ right: told.right }]
  const error = told.left
  return error._tag === 'Invalid' || error._tag === 'Conflict'
    ? error.errors.map(({ item, field: name, code, message }) => ({ item, field: name, code, message }))
    : error
}

clients.forEach(([title, make]) => {
  describe(`rules of rows, over ${title}`, () => {
    it('keep a field apart within a part of a date', async () => {
      const client = make()
      const taken = { item: 0, field: 'title', code: 'unique_for_date' }
      const message = 'another row has this title for the same month of on already'
      expect(
        await left(pipe(models.gig, create(client, { title: 'a', on: '2024-03-15' } as const))),
      ).to.deep.equal([{ ...taken, message }])
      const both = [
        { title: 'n', on: '2025-01-01' as const },
        { title: 'n', on: '2025-01-31' as const },
      ]
      expect(await left(pipe(models.gig, createBulk(client, both)))).to.deep.equal([
        { ...taken, item: 1, message },
      ])
      // Another month, another year, and none at all are free.
      const free = [
        { title: 'a', on: '2024-04-01' as const },
        { title: 'a', on: '2025-03-01' as const },
        { title: 'a', on: null },
        { title: 'a', on: null },
      ]
      expect(E.isRight(await pipe(models.gig, createBulk(client, free))())).to.equal(true)
      const second = pipe(
        models.gig,
        filter((g) => g.id.eq(2)),
      )
      const renamed = await pipe(
        second,
        update(client, () => ({ title: 'a' })),
      )()
      expect(E.isLeft(renamed) && renamed.left._tag).to.equal('Conflict')
      // What is stored stays its own.
      expect(
        await pipe(
          second,
          update(client, () => ({ on: '2024-03-30' as const })),
        )(),
      ).to.deep.equal(E.right(1))
    })

    it('are asked of a row that is made', async () => {
      const wrong = { item: 0, field: 'to', code: 'order', message: 'is before from' }
      expect(await left(pipe(models.gig, create(make(), { title: 'x', from: 9, to: 2 })))).to.deep.equal([
        wrong,
      ])
      const bulk = [{ title: 'x' }, { title: 'y', from: 3, to: 2 }]
      expect(await left(pipe(models.gig, createBulk(make(), bulk)))).to.deep.equal([{ ...wrong, item: 1 }])
    })

    it('are asked of a row that is changed, as it would be', async () => {
      const client = make()
      const wrong = { field: 'to', code: 'order', message: 'is before from' }
      expect(
        await left(
          pipe(
            models.gig,
            update(client, (g) => ({ from: g.from.plus(3) })),
          ),
        ),
      ).to.deep.equal([{ item: 0, ...wrong }])
      expect(
        await left(
          pipe(
            models.gig,
            updateBulk(client, [
              [2, { to: 4 }],
              [1, { to: -1 }],
            ]),
          ),
        ),
      ).to.deep.equal([{ item: 1, ...wrong }])
      const edited = pipe(
        models.gig,
        edit(client, (g: { id: number; from: number }) => {
          if (g.id === 2) g.from = 7
        }),
      )
      expect(await left(edited)).to.deep.equal([{ item: 0, ...wrong }])
      const rows = await toArray(client)(models.gig)()
      expect(E.isRight(rows) && rows.right).to.deep.equal(data.gig)
    })

    it('that throw refuse the row', async () => {
      const told = await left(pipe(models.gig, create(make(), { title: 'x', from: 100, to: 101 })))
      expect(told).to.deep.equal([
        { item: 0, field: null, code: 'failed', message: "couldn't be checked: validate threw: boom" },
      ])
    })

    it('set the fields of the clock, unless they are given', async () => {
      const client = make()
      clock.now = new Date('2024-05-06T07:08:09.010Z')
      const made = await pipe(models.gig, create(client, { title: 'x' }))()
      const now = { made: '2024-05-06T07:08:09.010Z', changed: '2024-05-06T07:08:09.010Z' }
      expect(E.isRight(made) && made.right).to.deep.include({
        ...now,
        day: '2024-05-06',
        hour: '07:08:09.010',
      })
      const given = await pipe(
        models.gig,
        create(client, { title: 'y', made: '1999-01-01T00:00:00Z' } as const),
      )()
      expect(E.isRight(given) && given.right.made).to.equal('1999-01-01T00:00:00.000Z')
      const changedOf = async (id: number) => {
        const rows = await pipe(
          models.gig,
          filter((g) => g.id.eq(id)),
          toArray(client),
        )()
        return E.isRight(rows) ? rows.right.map(({ made: m, changed }) => [m, changed]) : rows
      }
      const one = (id: number) =>
        pipe(
          models.gig,
          filter((g) => g.id.eq(id)),
        )
      await pipe(
        one(1),
        update(client, (g) => ({ to: g.to.plus(1) })),
      )()
      expect(await changedOf(1)).to.deep.equal([[stamp.made, now.changed]])
      await pipe(models.gig, updateBulk(client, [[2, { to: 6 }]]))()
      expect(await changedOf(2)).to.deep.equal([[stamp.made, now.changed]])
      await pipe(
        one(3),
        edit(client, (g: { to: number }) => {
          g.to = 6
        }),
      )()
      expect(await changedOf(3)).to.deep.equal([[stamp.made, now.changed]])
      clock.now = new Date('2024-06-01T00:00:00Z')
      await pipe(models.gig, updateOrCreate(client, { id: 3 }, { to: 7 }))()
      expect(await changedOf(3)).to.deep.equal([[stamp.made, '2024-06-01T00:00:00.000Z']])
      clock.now = new Date('2024-07-01T00:00:00Z')
      await pipe(models.gig, getOrCreate(client, { id: 3 }, { title: 'z' }))()
      expect(await changedOf(3)).to.deep.equal([[stamp.made, '2024-06-01T00:00:00.000Z']])
      const conflicts = { updateConflicts: { uniqueFields: ['id'], updateFields: ['to'] } } as const
      await pipe(models.gig, createBulk(client, [{ id: 3, title: 'c', to: 8 }], conflicts))()
      expect(await changedOf(3)).to.deep.equal([[stamp.made, '2024-07-01T00:00:00.000Z']])
      // A change of nothing is none.
      clock.now = new Date('2024-08-01T00:00:00Z')
      await pipe(
        one(3),
        update(client, () => ({})),
      )()
      expect(await changedOf(3)).to.deep.equal([[stamp.made, '2024-07-01T00:00:00.000Z']])
    })

    it('speak the words of the schema', async () => {
      const told = await left(pipe(models.gig, create(make(), { title: 'far too long' })))
      expect(told).to.deep.equal([
        { item: 0, field: 'title', code: 'max_length', message: 'hat mehr als 10 Zeichen' },
      ])
    })
  })
})
