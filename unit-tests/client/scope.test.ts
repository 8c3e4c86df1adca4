/** Scopes over many-to-many relations, soft deletes, and what moves while a write looks. */
import { expect } from 'chai'
import { function as fn, taskEither as TE } from 'fp-ts'
import {
  addRelated,
  aggregate,
  autoId,
  belongsTo,
  cache,
  clearRelated,
  clientFailed,
  create,
  createBulk,
  createRelated,
  deleteRows,
  deriveWrites,
  exists,
  field,
  filter,
  manyToMany,
  now,
  orderBy,
  prefetchRelated,
  removeRelated,
  schema,
  scope,
  setRelated,
  toArray,
  transaction,
  understands,
  update,
  updateOrCreate,
  valuesList,
  type Client,
  type QueryError,
  type Queryset,
  type WritableClient,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { left, right } from '../support/answers.js'

const { pipe } = fn

const models = schema({
  note: {
    id: autoId,
    tenant: field.int(),
    text: field.text(),
    gone: field.boolean({ default: false }),
    tags: manyToMany('tag', { relatedName: 'notes' }),
    labels: manyToMany('tag', { relatedName: 'labelled', through: 'label' }),
  },
  tag: { id: autoId, tenant: field.int(), name: field.text({ unique: true }) },
  label: {
    id: autoId,
    note: belongsTo('note', { relatedName: 'labelRows' }),
    tag: field.nullable(belongsTo('tag')),
    colour: field.text({ default: 'red' }),
  },
  comment: { id: autoId, note: belongsTo('note', { relatedName: 'comments' }) },
})
const data = {
  note: [
    { id: 1, tenant: 7, text: 'ours', gone: false },
    { id: 2, tenant: 8, text: 'theirs', gone: false },
    { id: 3, tenant: 7, text: 'ours too', gone: false },
  ],
  tag: [
    { id: 1, tenant: 7, name: 'red' },
    { id: 2, tenant: 8, name: 'blue' },
    { id: 3, tenant: 7, name: 'green' },
  ],
  note_tags: [
    { id: 1, note: 1, tag: 1 },
    { id: 2, note: 2, tag: 2 },
    { id: 3, note: 1, tag: 2 },
    { id: 4, note: 2, tag: 1 },
    { id: 5, note: 3, tag: 3 },
  ],
  label: [
    { id: 1, note: 1, tag: 1, colour: 'red' },
    { id: 2, note: 1, tag: 2, colour: 'red' },
    { id: 3, note: 1, tag: null, colour: 'red' },
    { id: 4, note: 2, tag: null, colour: 'red' },
  ],
  comment: [
    { id: 1, note: 1 },
    { id: 2, note: 2 },
  ],
}
type CommentRefs = (typeof models)['comment'] extends Queryset<infer R, infer _A, infer _M> ? R : never
type LinkRefs = (typeof models)['note_tags'] extends Queryset<infer R, infer _A, infer _M> ? R : never

const theirLinks = data.note_tags.filter(({ note, tag }) => note === 2 || tag === 2)

const seven = scope(models, { note: (n) => n.tenant.eq(7), tag: (t) => t.tenant.eq(7) })

const links = (client: Client) =>
  right(
    pipe(
      models.note_tags,
      orderBy((l) => [l.id.asc()]),
      toArray(client),
    ),
  )

const noteOf = (id: number) =>
  pipe(
    models.note,
    filter((n) => n.id.eq(id)),
  )

/** The same, of a backend that follows no relation and gives few rows at once: links are then sifted. */
const weak = (client: WritableClient): WritableClient => ({
  ...client,
  maxPerRequest: 2,
  support: understands({
    lookups: { exact: 'exact', in: 'exact', gt: 'exact', isnull: 'exact' },
    connectives: true,
    order: true,
    maxPerRequest: 2,
  }),
})

const backends: { readonly [name: string]: (client: WritableClient) => WritableClient } = {
  'a backend that answers everything': (client) => client,
  'a backend that follows no relation': weak,
  'a scope within a scope': (client) => scope(models, { comment: (c) => c.id.gt(0) })(client),
}

describe('a scope over links', () => {
  Object.entries(backends).forEach(([name, over]) => {
    const opened = () => {
      const whole = memory(models, data)
      return { whole, client: seven(over(whole)) }
    }

    describe(name, () => {
      it('shows those whose ends are both shown', async () => {
        const { client } = opened()
        expect((await links(client)).map(({ id }) => id)).to.deep.equal([1, 5])
        // A nullable end that is missing hides nothing.
        expect(
          await right(
            pipe(
              models.label,
              orderBy((l) => [l.id.asc()]),
              valuesList((l) => l.id),
              toArray(client),
            ),
          ),
        ).to.deep.equal([1, 3])
      })

      it('shows none in any other way', async () => {
        const { client } = opened()
        const noteIds = (rows: ReadonlyArray<{ readonly id: number }>) => rows.map(({ id }) => id)
        const relation = pipe(
          models.note,
          filter((n) => n.tags.some((t) => t.id.eq(2))),
          toArray(client),
        )
        expect(noteIds(await right(relation))).to.deep.equal([])
        const foreign = filter((l: LinkRefs) => l.tag.id.eq(2))(models.note_tags)
        const subquery = pipe(
          models.note,
          filter(() => exists(foreign)),
          toArray(client),
        )
        expect(noteIds(await right(subquery))).to.deep.equal([])
        const summed = pipe(
          models.note_tags,
          aggregate(client, (l) => ({ n: l.count(), most: l.max((each) => each.id) })),
        )
        expect(await right(summed)).to.deep.equal({ n: 2, most: 5 })
        const counted = pipe(
          models.note,
          orderBy((n) => [n.id.asc()]),
          valuesList((n) => n.tags.count()),
          toArray(client),
        )
        expect(await right(counted)).to.deep.equal([1, 1])
        const fetched = await right(
          pipe(
            models.note,
            orderBy((n) => [n.id.asc()]),
            prefetchRelated((n) => n.tags),
            toArray(client),
          ),
        )
        expect(fetched.map(({ tags }) => noteIds(tags))).to.deep.equal([[1], [3]])
      })

      it('neither changes nor deletes those of others', async () => {
        const { client, whole } = opened()
        await right(
          pipe(
            noteOf(1),
            removeRelated(client, (n) => n.tags, [2]),
          ),
        )
        await right(
          pipe(
            noteOf(2),
            clearRelated(client, (n) => n.tags),
          ),
        )
        await right(
          pipe(
            noteOf(1),
            setRelated(client, (n) => n.tags, [3]),
          ),
        )
        expect(await right(deleteRows(client)(models.note_tags))).to.deep.equal({ note_tags: 2 })
        expect(await links(whole)).to.deep.equal(theirLinks)
        const full = client as ReturnType<typeof memory>
        expect(await right(full.deleteBulk('note_tags', [2, 3, 4]))).to.equal(0)
        expect(await right(full.update('note_tags', 3, { tag: 3 }))).to.equal(false)
        expect(await right(full.delete('note_tags', 2))).to.equal(false)
        expect(await links(whole)).to.deep.equal(theirLinks)
      })

      it('creates none to a row that is hidden', async () => {
        const { client, whole } = opened()
        const add = pipe(
          noteOf(3),
          addRelated(client, (n) => n.tags, [1, 2]),
        )
        expect((await left(add))._tag).to.equal('Conflict')
        expect((await left(pipe(models.note_tags, create(client, { note: 2, tag: 3 }))))._tag).to.equal(
          'Conflict',
        )
        expect((await left(pipe(models.label, create(client, { note: 1, tag: 2 }))))._tag).to.equal(
          'Conflict',
        )
        const full = client as ReturnType<typeof memory>
        expect((await left(full.update('note_tags', 1, { tag: 2 })))._tag).to.equal('Conflict')
        expect((await links(whole)).length).to.equal(5)
        expect(
          await right(
            pipe(
              noteOf(3),
              addRelated(client, (n) => n.tags, [1]),
            ),
          ),
        ).to.equal(1)
        const made = pipe(
          noteOf(3),
          createRelated(client, (n) => n.tags, { tenant: 7, name: 'new' }),
        )
        await right(made)
        expect((await links(client)).map(({ note }) => note)).to.deep.equal([1, 3, 3, 3])
      })

      it('refuses a link to a row that is hidden as one to a row that is not there', async () => {
        const { client } = opened()
        const full = client as ReturnType<typeof memory>
        const told = async (key: number) => {
          const asked = [
            full.create('note_tags', { id: null, note: 1, tag: key }),
            full.update('note_tags', 1, { tag: key }),
            pipe(
              noteOf(3),
              addRelated(client, (n) => n.tags, [key]),
            ),
            pipe(models.note_tags, createBulk(client, [{ note: key, tag: 3 }], { ignoreConflicts: true })),
          ]
          const errors: Array<string> = []
          for (const each of asked) errors.push(JSON.stringify(await left(each)))
          return errors
        }
        const [hidden, missing] = [await told(2), await told(99)]
        expect(hidden.map((error) => error.replace('key 2', 'key 99'))).to.deep.equal(missing)
        expect(missing.every((error) => error.includes('"Conflict"'))).to.equal(true)
      })

      it('tells of a row by its place among those given', async () => {
        const { client } = opened()
        const set = { tenant: 8 }
        const changes = [2, 1, 3].map((key) => ({ key, set: key === 1 ? {} : set }))
        const refused = await left((client as ReturnType<typeof memory>).updateBulk('note', changes))
        expect(refused._tag === 'Invalid' && refused.errors.map(({ item }) => item)).to.deep.equal([2])
      })

      it('sets no foreign key to a row that is hidden', async () => {
        const { client, whole } = opened()
        const made = await left(pipe(models.comment, create(client, { note: 2 })))
        expect([made._tag, made._tag === 'Conflict' && made.fields]).to.deep.equal(['Conflict', ['note']])
        const moved = await left(
          pipe(
            models.comment,
            filter((c) => c.id.eq(1)),
            update(client, () => ({ note: 2 })),
          ),
        )
        expect(moved._tag).to.equal('Conflict')
        // One that leads there already may be written again.
        const second = filter((c: CommentRefs) => c.id.eq(2))(models.comment)
        expect(
          await right(
            pipe(
              second,
              update(client, () => ({ note: 2 })),
            ),
          ),
        ).to.equal(1)
        expect((await right(toArray(whole)(models.comment))).map(({ note }) => note)).to.deep.equal([1, 2])
      })

      it('updates no row of others as one that is there already', async () => {
        const { client, whole } = opened()
        const updateConflicts = { uniqueFields: ['name'], updateFields: ['tenant'] } as const
        const upsert = pipe(
          models.tag,
          createBulk(client, [{ tenant: 7, name: 'blue' }], { updateConflicts }),
        )
        expect((await left(upsert))._tag).to.equal('Conflict')
        const obtained = pipe(models.tag, updateOrCreate(client, { name: 'blue' }, { tenant: 7 }))
        expect((await left(obtained))._tag).to.equal('Conflict')
        expect((await right(toArray(whole)(models.tag))).map(({ tenant }) => tenant)).to.deep.equal([7, 8, 7])
      })
    })
  })

  it('has a predicate of its own besides, which may follow its foreign keys', async () => {
    const whole = memory(models, data)
    const own = scope(models, { note_tags: (l) => l.note.tenant.eq(7) })
    expect((await links(own(whole))).map(({ id }) => id)).to.deep.equal([1, 3, 5])
    expect((await links(own(weak(whole)))).map(({ id }) => id)).to.deep.equal([1, 3, 5])
    const both = scope(models, { tag: (t) => t.tenant.eq(7), note_tags: (l) => l.note.text.eq('ours') })
    expect((await links(both(whole))).map(({ id }) => id)).to.deep.equal([1])
    expect((await left(pipe(models.note_tags, create(both(whole), { note: 3, tag: 1 }))))._tag).to.equal(
      'Invalid',
    )
    const many = scope(models, { note_tags: (l) => l.note.comments.some((c) => c.id.eq(1)) })
    expect((await left(toArray(many(whole))(models.note_tags)))._tag).to.equal('InvalidQuery')
  })

  it("hides links where an end's predicate is refused", async () => {
    const refused = scope(models, { note: (n) => n.comments.some((c) => c.id.eq(1)) })(memory(models, data))
    expect((await left(toArray(refused)(models.note_tags)))._tag).to.equal('InvalidQuery')
  })

  it('is seen anew through a cache when a row at an end has changed', async () => {
    // Transactions, and mutations that are sent whole, have everything forgotten.
    const { transaction: _, write: __, ...whole } = memory(models, data)
    const caching = cache({ rows: 60_000 })
    const own = scope(models, { note_tags: (l) => l.note.text.eq('ours') })(whole)
    expect((await links(caching(own))).map(({ id }) => id)).to.deep.equal([1, 3])
    await right(
      pipe(
        noteOf(1),
        update(caching(own), () => ({ text: 'changed' })),
      ),
    )
    expect(await links(caching(own))).to.deep.equal([])
    const hidden = seven(whole)
    expect((await links(caching(hidden))).length).to.equal(2)
    await right(
      pipe(
        noteOf(3),
        update(caching(whole), () => ({ tenant: 8 })),
      ),
    )
    expect((await links(caching(hidden))).map(({ id }) => id)).to.deep.equal([1])
  })

  it('is one inside a transaction too', async () => {
    const whole = memory(models, data)
    const inside = transaction(seven(whole), (client) =>
      pipe(models.note_tags, create(client, { note: 1, tag: 2 })),
    )
    expect((await left(inside))._tag).to.equal('Conflict')
    expect(
      await right(transaction(seven(whole), (client) => deleteRows(client)(models.note_tags))),
    ).to.deep.equal({ note_tags: 2 })
    expect(await links(whole)).to.deep.equal(theirLinks)
  })
})

describe('a write within a scope that is done in part', () => {
  const refused = clientFailed('memory', 'write', null, { message: 'no' })

  /** Without transactions, a row at a time, and without one of them. */
  const partly = (key: number) => {
    const { name, schema: of, list, create: one, update: change, delete: remove } = memory(models, data)
    const writing = deriveWrites({
      name,
      schema: of,
      list,
      create: one,
      update: (model, own, set) => (own === key ? TE.left(refused) : change(model, own, set)),
      delete: (model, own) => (own === key ? TE.left(refused) : remove(model, own)),
    })
    return seven(writing)
  }

  const fatesOf = (error: QueryError) =>
    error._tag === 'Incomplete'
      ? { fates: error.items.map(({ _tag }) => _tag), positions: error.rest().positions }
      : error

  it('tells of each row by its place among those given, hidden ones included', async () => {
    const changes = [2, 1, 3].map((key) => ({ key, set: { text: 'x' } }))
    expect(fatesOf(await left(partly(3).updateBulk('note', changes)))).to.deep.equal({
      fates: ['done', 'done', 'failed'],
      positions: [2],
    })
    expect(fatesOf(await left(partly(1).deleteBulk('note_tags', [2, 5, 3, 1])))).to.deep.equal({
      fates: ['done', 'done', 'done', 'failed'],
      positions: [3],
    })
  })
})

describe('a scope that hides nothing', () => {
  const shown = scope(models, { note: (n) => n.id.gt(0), tag: (t) => t.id.gt(0) })
  const { note_tags: _, ...others } = data

  it('leaves a link to a row that is not there to the client, which refuses it once a transaction ends', async () => {
    const whole = memory(models, { ...others, note_tags: [] })
    const client = shown(whole)
    const link = (inside: WritableClient) => pipe(models.note_tags, create(inside, { note: 1, tag: 9 }))
    const plain = await left(link(whole))
    expect(plain._tag).to.equal('Conflict')
    expect(await left(link(client))).to.deep.equal(plain)
    expect(await left(transaction(client, link))).to.deep.equal(await left(transaction(whole, link)))
    const later = (inside: WritableClient) =>
      pipe(models.tag, create(inside, { id: 9, tenant: 7, name: 'later' }))
    const both = transaction(client, (inside) => TE.flatMap(link(inside), () => later(inside)))
    expect((await right(both)).id).to.equal(9)
    expect((await links(client)).map(({ tag }) => tag)).to.deep.equal([9])
  })
})

describe('a soft delete', () => {
  const kept = scope(
    models,
    { note: (n) => n.gone.eq(false) },
    { softDelete: { note: () => ({ gone: true }) } },
  )

  it('keeps the links of a row, so that undoing it brings them back', async () => {
    const whole = memory(models, data)
    const client = kept(whole)
    const tagsOf = (id: number) =>
      right(
        pipe(
          models.tag,
          filter((t) => t.notes.some((n) => n.id.eq(id))),
          valuesList((t) => t.id),
          toArray(client),
        ),
      )
    expect(await right(deleteRows(client)(noteOf(1)))).to.deep.equal({ comment: 1, note: 1 })
    expect(await tagsOf(1)).to.deep.equal([])
    expect((await links(client)).map(({ id }) => id)).to.deep.equal([2, 4, 5])
    expect(await links(whole)).to.deep.equal(data.note_tags)
    expect((await right(toArray(whole)(models.label))).length).to.equal(data.label.length)
    await right(
      pipe(
        noteOf(1),
        update(whole, () => ({ gone: false })),
      ),
    )
    expect(await tagsOf(1)).to.deep.equal([1, 2])
  })

  it('keeps them in a transaction too, and takes them along where the row is really deleted', async () => {
    const whole = memory(models, data)
    await right(transaction(kept(whole), (client) => deleteRows(client)(noteOf(1))))
    expect(await links(whole)).to.deep.equal(data.note_tags)
    const hard = pipe(
      models.tag,
      filter((t) => t.id.eq(3)),
      deleteRows(kept(whole)),
    )
    expect(await right(hard)).to.deep.equal({ note_tags: 1, tag: 1 })
    await right(
      pipe(
        noteOf(3),
        removeRelated(kept(whole), (n) => n.tags, [3]),
      ),
    )
    expect((await links(whole)).map(({ id }) => id)).to.deep.equal([1, 2, 3, 4])
  })
})

describe('a predicate with now()', () => {
  const timed = schema({ event: { id: autoId, at: field.datetime() } })

  it('is held to the time of the write', async () => {
    const past = scope(timed, { event: (e) => e.at.lt(now()) })(memory(timed, {}))
    const event = (at: string) => pipe(timed.event, create(past, { at: at as never }))
    expect((await right(event('2001-01-01T00:00:00.000Z'))).id).to.equal(1)
    expect((await left(event('2999-01-01T00:00:00.000Z')))._tag).to.equal('Invalid')
    const future = scope(timed, { event: (e) => e.at.gt(now()) })(memory(timed, {}))
    const later = new Date(Date.now() + 40).toISOString()
    const soon = pipe(timed.event, create(future, { at: later as never }))
    expect((await right(soon)).id).to.equal(1)
    await new Promise((done) => setTimeout(done, 60))
    // The same client, later: what was to come is over.
    expect((await left(pipe(timed.event, create(future, { at: later as never }))))._tag).to.equal('Invalid')
  })
})

describe('a row that leaves the scope between the look and the write', () => {
  /** A client on which others move note 1 to another tenant once a transaction is asked for. */
  const moved = () => {
    const whole = memory(models, data)
    const other = (id: number) => whole.update('note', id, { tenant: 8 })
    const open: typeof whole.transaction = (program) => async () => {
      await other(1)()
      return whole.transaction(program)()
    }
    return { whole, client: seven({ ...whole, transaction: open }) as ReturnType<typeof memory> }
  }

  it('is not changed', async () => {
    const { whole, client } = moved()
    expect(
      await right(
        client.updateBulk(
          'note',
          [1, 3].map((key) => ({ key, set: { text: 'mine' } })),
        ),
      ),
    ).to.equal(1)
    expect(await right(client.update('note', 1, { text: 'mine' }))).to.equal(false)
    expect((await right(toArray(whole)(models.note))).map(({ text }) => text)).to.deep.equal([
      'ours',
      'theirs',
      'mine',
    ])
  })

  it('is not deleted', async () => {
    const { whole, client } = moved()
    await right(
      whole.deleteBulk(
        'note_tags',
        data.note_tags.map(({ id }) => id),
      ),
    )
    expect(await right(client.deleteBulk('note', [1, 3]))).to.equal(1)
    expect(await right(client.delete('note', 1))).to.equal(false)
    expect((await right(toArray(whole)(models.note))).map(({ id }) => id)).to.deep.equal([1, 2])
  })

  it('gets no link', async () => {
    const { whole, client } = moved()
    expect((await left(client.create('note_tags', { id: null, note: 1, tag: 3 })))._tag).to.equal('Conflict')
    expect(await links(whole)).to.deep.equal(data.note_tags)
  })
})

describe('a write that is sent whole', () => {
  it('is not sent past the scope', () => {
    const client = seven({ ...memory(models, data), write: () => TE.right([]) })
    expect('write' in client).to.equal(false)
  })
})
