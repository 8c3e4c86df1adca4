/** What `memory` takes, and what it refuses: data that aren't its models', and foreign keys that lead nowhere. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  create,
  createBulk,
  deleteRows,
  field,
  filter,
  getOrCreate,
  manyToMany,
  oneToOne,
  schema,
  toArray,
  transaction,
  update,
  type AnyModels,
  type QueryError,
  type WritableClient,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'
import { writersOf } from '../../src/client/write.js'
import { right } from '../support/answers.js'

const music = schema({
  artist: {
    id: autoId,
    name: field.text(),
    boss: field.nullable(belongsTo('artist', { relatedName: 'band' })),
  },
  album: { id: autoId, title: field.text(), artist: belongsTo('artist', { onDelete: 'doNothing' }) },
  cover: { album: oneToOne('album', { primaryKey: true }) },
  list: { id: autoId, albums: manyToMany('album') },
})
const untyped: AnyModels = music

const artist = [{ id: 1, name: 'AC/DC', boss: null }]
const album = [{ id: 5, title: 'Powerage', artist: 1 }]
const fresh = () => memory(music, { artist, album })

const failure = async (task: TE.TaskEither<QueryError, unknown>): Promise<QueryError | null> => {
  const answer = await task()
  return E.isLeft(answer) ? answer.left : null
}
const whole = (client: WritableClient) =>
  Promise.all([right(toArray(client)(music.artist)), right(toArray(client)(music.album))])

describe('memory', () => {
  describe("refuses data that are not the models'", () => {
    const told = async (data: object) => {
      const error = await failure(toArray(memory(untyped, data as never))(music.artist))
      return error === null ? null : { tag: error._tag, message: error.message, hint: error.hint }
    }

    it('a model that there is not', async () => {
      expect(await told({ albm: [] })).to.deep.include({
        tag: 'InvalidField',
        message: "'albm': is not a model",
      })
      expect((await told({ albm: [] }))?.hint).to.contain("Did you mean 'album'?")
    })

    it('a column that there is not, and one that is missing', async () => {
      expect(await told({ artist: [...artist, { ...artist[0], id: 2, nmae: 'x' }] })).to.deep.include({
        tag: 'InvalidField',
        message: "'nmae' of artist: is not a column (row 1)",
      })
      expect((await told({ album: [{ id: 1 }] }))?.tag).to.equal('Undecodable')
      expect((await told({ album: [{ id: 1 }] }))?.message).to.contain("'title': expected text, got nothing")
    })

    it('what are not rows at all', async () => {
      for (const wrong of [5, 'x', null, { id: 1 }])
        expect((await told({ artist: wrong }))?.tag).to.equal('Undecodable')
      expect((await told({ artist: [7] }))?.tag).to.equal('Undecodable')
      for (const wrong of [null, undefined, 7, []])
        expect(
          await failure(toArray(memory(untyped, wrong as never))(music.artist)),
          String(wrong),
        ).to.include({ _tag: 'Undecodable' })
    })
  })

  describe('has no foreign key that leads nowhere', () => {
    const nowhere = {
      _tag: 'Conflict',
      model: 'album',
      retryable: false,
      message: 'album.artist: there is no artist with the key 77',
    }

    it('to begin with', async () => {
      for (const data of [
        { artist, album: [{ id: 5, title: 'x', artist: 77 }] },
        { album: [{ id: 5, title: 'x', artist: 77 }] },
      ]) {
        const client = memory(music, data)
        // Caught, planted: the error of the client given on as it is, which the type of a read doesn't have.
        const read = await failure(toArray(client)(music.artist))
        expect(read?._tag === 'ClientFailed' && read.cause).to.include(nowhere)
        expect(read?.message).to.equal(`list failed on the client 'memory': ${nowhere.message}`)
        const error = await failure(writersOf(client).create!('artist', { id: null, name: 'x', boss: null }))
        expect(error).to.include(nowhere)
        expect(error?._tag === 'Conflict' && error.fields).to.deep.equal(['artist'])
      }
    })

    it('after a create, an update, or many', async () => {
      const client = fresh()
      const before = await whole(client)
      const { create: one, createBulk: many, update: change, updateBulk: changes } = writersOf(client)
      const row = { id: null, title: 'x', artist: 77 }
      for (const task of [
        create(client, { title: 'x', artist: 77 })(music.album),
        createBulk(client, [
          { title: 'x', artist: 1 },
          { title: 'x', artist: 77 },
        ])(music.album),
        createBulk(client, [{ title: 'x', artist: 77 }], { ignoreConflicts: true })(music.album),
        fn.pipe(
          music.album,
          update(client, () => ({ artist: 77 })),
        ),
        one!('album', row),
        many!('album', [row]),
        change!('album', 5, { artist: 77 }),
        changes!('album', [{ key: 5, set: { artist: 77 } }]),
      ] as ReadonlyArray<TE.TaskEither<QueryError, unknown>>)
        expect(await failure(task)).to.include(nowhere)
      expect(await failure(create(client, { album: 9 })(music.cover))).to.include({
        _tag: 'Conflict',
        model: 'cover',
      })
      expect(await whole(client)).to.deep.equal(before)
    })

    // Caught, planted: every conflict ignored.
    it('also where conflicts are ignored, and the client does one row at a time', async () => {
      const { name, schema: own, list, create: one, update: change, delete: remove } = fresh()
      const client = { name, schema: own, list, create: one, update: change, delete: remove }
      const ignoring = createBulk(client, [{ title: 'x', artist: 77 }], { ignoreConflicts: true })(
        music.album,
      )
      expect(await failure(ignoring)).to.include(nowhere)
      expect(await failure(getOrCreate(client, { title: 'x', artist: 77 })(music.album))).to.include(nowhere)
    })

    it('after a delete, whatever the relation says', async () => {
      const client = fresh()
      const before = await whole(client)
      const { delete: one, deleteBulk: many } = writersOf(client)
      for (const task of [
        fn.pipe(music.artist, deleteRows(client)),
        one!('artist', 1),
        many!('artist', [1]),
      ] as ReadonlyArray<TE.TaskEither<QueryError, unknown>>)
        expect(await failure(task)).to.include({
          _tag: 'Conflict',
          model: 'album',
          message: "album.artist: artist 1 can't be deleted, because album 5 refers to it",
        })
      expect(await whole(client)).to.deep.equal(before)
      await right(fn.pipe(music.album, deleteRows(client)))
      expect(await right(fn.pipe(music.artist, deleteRows(client)))).to.deep.equal({ artist: 1 })
    })

    it('once all is done: rows of one bulk may refer to each other, and so may those of a transaction', async () => {
      const client = fresh()
      const band = [
        { id: 7, name: 'a', boss: 8 },
        { id: 8, name: 'b', boss: 7 },
        { id: 9, name: 'c', boss: 9 },
      ]
      expect((await right(createBulk(client, band)(music.artist))).length).to.equal(3)
      const late = transaction(client, (inside) =>
        fn.pipe(
          create(inside, { title: 'x', artist: 20 })(music.album),
          TE.chain(() => create(inside, { id: 20, name: 'late' })(music.artist)),
        ),
      )
      expect((await right(late)).id).to.equal(20)
      const never = transaction(client, (inside) => create(inside, { title: 'x', artist: 77 })(music.album))
      expect(await failure(never)).to.include(nowhere)
      const circle = fn.pipe(
        music.artist,
        filter((a) => a.id.in([7, 8, 9])),
        deleteRows(client),
      )
      expect(await right(circle)).to.deep.equal({ artist: 3 })
    })

    // Caught, planted: keys in the order in which they were found; circles left as they are.
    it('deletes rows that refer to each other one by one, where there is no transaction', async () => {
      const chain = Array.from({ length: 50 }, (_, i) => ({
        id: i + 1,
        name: 'x',
        boss: i === 0 ? 50 : ((i * 7) % i) + 1,
      }))
      for (const maxPerRequest of [1, 3]) {
        const {
          name,
          schema: own,
          list,
          createBulk,
          updateBulk,
          deleteBulk,
        } = memory(music, { artist: chain })
        const client = { name, schema: own, list, createBulk, updateBulk, deleteBulk, maxPerRequest }
        expect(await right(fn.pipe(music.artist, deleteRows(client)))).to.deep.equal({ artist: 50 })
      }
    })
  })
})
