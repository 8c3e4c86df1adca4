/** What is told of a row that its model refuses: which row it is, where it is, and what stood there. */
import { expect } from 'chai'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import {
  autoId,
  field,
  filter,
  schema,
  slice,
  toArray,
  understands,
  values,
  type AnyQueryset,
  type Client,
  type QueryError,
} from 'queryset-ts'
import { httpClient, httpHandler } from 'queryset-ts/http'
import { json } from 'queryset-ts/json'
import { memory } from 'queryset-ts/memory'

const m = schema({ track: { id: autoId, name: field.text(), ms: field.int() } })
const secretive = schema({ user: { id: autoId, name: field.text(), pin: field.int({ secret: true }) } })

/** A client that gives rows as they are, so many at a time. */
const giving = (rows: ReadonlyArray<unknown>, at = 2, models: typeof m | typeof secretive = m): Client => ({
  ...memory(models as typeof m, {}),
  name: 'given',
  support: understands({ maxPerRequest: at, total: 'exact' }),
  list: ({ slice: asked }) => {
    const offset = asked?.offset ?? 0
    const end = asked?.limit === null || asked === null ? undefined : offset + asked.limit
    return TE.right({ rows: rows.slice(offset, end), total: rows.length })
  },
})

const good = (id: number) => ({ id, name: `track ${String(id)}`, ms: id })

const errorOf = async (client: Client, queryset: AnyQueryset): Promise<QueryError> => {
  const done = await toArray(client)(queryset as typeof m.track)()
  if (E.isRight(done)) throw new Error('it was answered')
  return done.left
}

describe('a row that its model refuses', () => {
  it('is told by its key, and with what stood there', async () => {
    const client = giving([good(1), good(2), good(3), { ...good(17), ms: '12a' }, good(18)])
    const error = await errorOf(client, m.track)
    expect(error).to.deep.include({
      _tag: 'Undecodable',
      model: 'track',
      key: 17,
      place: null,
      row: 3,
      actual: 'text',
    })
    expect(error.message).to.contain("track 17 (row 3), 'ms': expected int, got text '12a'")
  })

  it('is told by the place that the client gives', async () => {
    const client: Client = {
      ...memory(m, {}),
      support: understands({}),
      list: () =>
        TE.right({
          rows: [good(3), good(4), { ...good(5), ms: 1.5 }],
          total: 3,
          places: [
            { from: 0, row: 7, of: 'page 1' },
            { from: 1, row: 0, of: 'page 2' },
          ],
        }),
    }
    const error = await errorOf(client, m.track)
    expect(error).to.deep.include({ key: 5, place: 'row 1 of page 2' })
    expect(error.message).to.contain(
      "track 5 (row 1 of page 2), 'ms': expected int, got a number with a fraction",
    )
  })

  it('is told shortened, on one line', async () => {
    const error = await errorOf(giving([{ ...good(1), ms: `12a\n${'x'.repeat(100_000)}` }]), m.track)
    expect(error.message).to.contain("got text '12a\uFFFDxxx").and.to.contain('…')
    expect(error.message.length).to.be.lessThan(200)
  })

  it('is told by its number where no key can be read', async () => {
    for (const id of [undefined, null, {}, 'x'.repeat(100), Number.NaN]) {
      const error = await errorOf(giving([{ ...good(1), id }]), m.track)
      expect(error).to.deep.include({ _tag: 'Undecodable', key: null })
      expect(error.message).to.contain('row 0 of track')
    }
  })

  it('keeps a secret, as it is stored and as it is computed', async () => {
    const rows = [{ id: 3, name: 'Ann', pin: 'hunter2' }]
    const error = await errorOf(giving(rows, 2, secretive), secretive.user)
    expect(error).to.deep.include({ _tag: 'Undecodable', key: 3, actual: 'text' })
    expect(error.message)
      .to.contain("user 3 (row 0), 'pin': expected int, got text")
      .and.not.to.contain('hunter2')
    const whole: Client = {
      ...giving([{ p: 'hunter2' }], 2, secretive),
      support: understands({ projection: true }),
    }
    const projected = { ...whole } as { support?: Client['support'] } & Client
    delete projected.support
    const computed = await errorOf(
      projected,
      F.pipe(
        secretive.user,
        values((u) => ({ p: u.pin })),
      ),
    )
    expect(computed.message).to.contain('expected int').and.not.to.contain('hunter2')
    // What is no secret is told beside one.
    const named = await errorOf(giving([{ id: 'four', name: 'x', pin: 1 }], 2, secretive), secretive.user)
    expect(named.message).to.contain("got text 'four'")
  })

  it('is told of memory by its key', async () => {
    const error = await errorOf(memory(m, { track: [good(1), { ...good(9), ms: '12a' }] as never }), m.track)
    expect(error.message).to.contain("track 9 (row 1), 'ms': expected int, got text '12a'")
  })

  it('is told of a file by the file, its place in it, and its key, whatever was asked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rows-'))
    try {
      const rows = [good(1), good(2), { ...good(17), ms: '12a' }]
      await writeFile(join(folder, 'track.json'), JSON.stringify(rows, null, 1))
      const error = await errorOf(
        json(m, folder),
        F.pipe(
          m.track,
          filter((t) => t.ms.gt(1)),
          slice(1, 2),
        ),
      )
      expect(error).to.deep.include({ _tag: 'BadFile', row: 2, key: 17, path: 'ms' })
      expect(error.message)
        .to.contain('track.json')
        .and.to.contain("'ms': expected int, got text '12a' (row 2, track 17)")
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('is told over HTTP by its model only: a stored value is nothing for strangers', async () => {
    const fetch = httpHandler(giving([{ ...good(17), ms: '12a' }]))
    const error = await errorOf(httpClient(m, { url: 'http://localhost/', fetch }), m.track)
    expect(error).to.deep.include({ _tag: 'Undecodable', model: 'track', key: null, place: null })
    expect(error.message)
      .to.contain('expected int, got text')
      .and.not.to.match(/12a|17/u)
  })
})
