/** What a client was given, and what it gave, is nobody's but the caller's. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import {
  autoId,
  exists,
  field,
  filter,
  fold,
  pipe,
  retry,
  schema,
  toArray,
  type Client,
  type PageNeeds,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const models = schema({ note: { id: autoId, data: field.json() } })

const fresh = () => memory(models, { note: [{ id: 1, data: { tags: ['a'] } }] })
type Note = { id: number; data: { tags: Array<string> } }

const rowsOf = async (client: ReturnType<typeof fresh>): Promise<ReadonlyArray<Note>> => {
  const query = fold(models.note)
  if (E.isLeft(query)) throw new Error(query.left.message)
  const page = await client.list(query.right)()
  if (E.isLeft(page)) throw new Error(page.left.message)
  return page.right.rows as ReadonlyArray<Note>
}

describe('the memory client', () => {
  it('gives rows of which a change is not seen', async () => {
    const client = fresh()
    for (const row of await rowsOf(client)) {
      row.id = 7
      row.data.tags.push('b')
    }
    expect(await rowsOf(client)).to.deep.equal([{ id: 1, data: { tags: ['a'] } }])
  })

  // Planted: rows that aren't copied for whoever says nothing; decoding that keeps JSON as it is.
  it('gives rows as they are stored only to those who copy them', async () => {
    const client = fresh()
    const asked: Array<PageNeeds | undefined> = []
    const watched: Client = {
      ...client,
      list: (query, meter, needs) => {
        asked.push(needs)
        return client.list(query, meter, needs)
      },
    }
    const rows = await toArray(watched)(models.note)()
    if (E.isRight(rows)) (rows.right[0] as unknown as Note).data.tags.push('b')
    expect(await rowsOf(client)).to.deep.equal([{ id: 1, data: { tags: ['a'] } }])
    await pipe(
      models.note,
      filter((n) => n.id.gt(0)),
      exists(watched),
    )()
    expect(asked).to.deep.equal([
      { total: false, copies: false },
      { total: false, copies: false },
    ])
  })

  // Planted: `around` that passes on what isn't needed.
  it('gives whole answers to middleware, which may keep them', async () => {
    const client = fresh()
    const query = fold(models.note)
    if (E.isLeft(query)) throw new Error(query.left.message)
    const wrapped = retry({ times: 1 })({
      ...client,
      list: (each, meter, needs) => client.list(each, meter, needs),
    })
    const page = await wrapped.list(query.right, undefined, { total: false, copies: false })()
    if (E.isLeft(page)) throw new Error(page.left.message)
    expect(page.right.total).to.equal(1)
    ;(page.right.rows as ReadonlyArray<Note>)[0]?.data.tags.push('b')
    expect(await rowsOf(client)).to.deep.equal([{ id: 1, data: { tags: ['a'] } }])
  })

  it('keeps no row that it was given, and gives away none that it made', async () => {
    const client = fresh()
    const given = { id: 2, data: { tags: ['x'] } }
    const made = await client.createBulk('note', [given])()
    given.data.tags.push('y')
    if (E.isRight(made)) (made.right as unknown as ReadonlyArray<Note>)[0]?.data.tags.push('z')
    const set = { data: { tags: ['s'] } }
    await client.update('note', 1, set)()
    set.data.tags.push('t')
    expect(await rowsOf(client)).to.deep.equal([
      { id: 1, data: { tags: ['s'] } },
      { id: 2, data: { tags: ['x'] } },
    ])
  })
})
