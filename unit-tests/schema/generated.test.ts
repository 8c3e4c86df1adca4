/** The models that many-to-many relations bring: they link the same two rows once. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  addRelated,
  autoId,
  createBulk,
  deriveWrites,
  manyToMany,
  schema,
  toArray,
  type WritableClient,
} from 'queryset-ts'
import { json } from 'queryset-ts/json'
import { memory } from 'queryset-ts/memory'
import { right } from '../support/answers.js'

const { pipe } = fn

const models = schema({
  note: { id: autoId, tags: manyToMany('tag', { relatedName: 'notes' }) },
  tag: { id: autoId },
})
const data = { note: [{ id: 1 }], tag: [{ id: 1 }, { id: 2 }] }

const links = (client: WritableClient) => right(toArray(client)(models.note_tags))

const clientsOf = (folder: string): { readonly [name: string]: () => WritableClient } => ({
  memory: () => memory(models, data),
  json: () => json(models, folder),
})

describe('a generated model', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'queryset-links-'))
    await Promise.all(
      Object.entries(data).map(([name, rows]) =>
        writeFile(join(folder, `${name}.json`), JSON.stringify(rows)),
      ),
    )
  })
  afterEach(() => rm(folder, { recursive: true }))

  Object.keys(clientsOf('')).forEach((name) => {
    const client = () => clientsOf(folder)[name]!()

    it(`refuses a second link between the same two rows: ${name}`, async () => {
      const whole = deriveWrites(client())
      const link = { id: null, note: 1, tag: 2 }
      await right(whole.create('note_tags', link))
      const second = await whole.create('note_tags', link)()
      if (E.isRight(second) || second.left._tag !== 'Conflict') throw new Error(JSON.stringify(second))
      expect(second.left.fields).to.deep.equal(['note', 'tag'])
      const twice = await whole.createBulk('note_tags', [
        { ...link, tag: 1 },
        { ...link, tag: 1 },
      ])()
      expect(E.isLeft(twice) && twice.left._tag).to.equal('Conflict')
      const moved = await whole.create('note_tags', { ...link, tag: 1 })()
      expect(moved._tag).to.equal('Right')
      const onto = await whole.update('note_tags', 2, { tag: 2 })()
      expect(E.isLeft(onto) && onto.left._tag).to.equal('Conflict')
      expect((await links(whole)).map(({ note, tag }) => [note, tag])).to.deep.equal([
        [1, 2],
        [1, 1],
      ])
    })

    it(`has one link when it is added ten times at once: ${name}`, async () => {
      const whole = client()
      const add = pipe(
        models.note,
        addRelated(whole, (n) => n.tags, [1]),
      )
      const added = await Promise.all(Array.from({ length: 10 }, () => right(add)))
      expect(added.reduce((sum, n) => sum + n, 0)).to.equal(1)
      expect((await links(whole)).length).to.equal(1)
    })

    it(`passes over links that are there already: ${name}`, async () => {
      const whole = client()
      const rows = [
        { note: 1, tag: 1 },
        { note: 1, tag: 2 },
      ]
      await right(pipe(models.note_tags, createBulk(whole, rows.slice(0, 1))))
      await right(pipe(models.note_tags, createBulk(whole, rows, { ignoreConflicts: true })))
      expect((await links(whole)).length).to.equal(2)
    })
  })
})
