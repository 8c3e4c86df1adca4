/** Editing rows by a recipe, and the changes of other writers that it finds. */
import { expect } from 'chai'
import { function as fn } from 'fp-ts'
import {
  deleteRows,
  edit,
  filter,
  orderBy,
  toArray,
  update,
  valuesList,
  type WritableClient,
} from 'queryset-ts'
import { left, right } from '../../support/answers.js'
import { fresh, plain, shop } from './support.js'

const { pipe } = fn

describe('edit', () => {
  it('writes the fields that the recipe changed, and no others', async () => {
    const client = fresh()
    const asked: Array<unknown> = []
    const watched: WritableClient = {
      ...plain(),
      list: client.list,
      update: (model, key, set) => {
        asked.push([key, set])
        return client.update(model, key, set)
      },
    }
    const recipe = edit(watched, (album: { title: string; year: number }) => {
      album.title = album.title.trim()
      if (album.year < 1960) album.year += 1
    })
    expect(await right(pipe(shop.album, recipe))).to.equal(1)
    expect(asked).to.deep.equal([[2, { year: 1960 }]])
  })

  ;[fresh, plain].forEach((make) => {
    it(`refuses a row that changed meanwhile: ${make === fresh ? 'with' : 'without'} transactions`, async () => {
      const client = make()
      const recipe = edit(client, async (album: { id: number; year: number; title: string }) => {
        if (album.id === 2)
          await right(
            pipe(
              shop.album,
              filter((a) => a.id.eq(2)),
              update(client, () => ({ year: 1961 })),
            ),
          )
        album.title = 'edited'
      })
      const error = await left(
        pipe(
          shop.album,
          filter((a) => a.artist.eq(2)),
          recipe,
        ),
      )
      expect(error._tag === 'Conflict' && error.fields).to.deep.equal(['year'])
      expect(
        await right(
          pipe(
            shop.album,
            orderBy((a) => [a.id.asc()]),
            valuesList((a) => a.title),
            toArray(client),
          ),
        ),
      ).to.deep.equal(['Powerage', 'Kind of Blue'])
    })
  })

  it('refuses a row that was deleted meanwhile', async () => {
    const client = fresh()
    const recipe = edit(client, async (label: { kind: string }) => {
      await right(
        pipe(
          shop.label,
          filter((l) => l.id.eq(2)),
          deleteRows(client),
        ),
      )
      label.kind = 'major'
    })
    const error = await left(
      pipe(
        shop.label,
        filter((l) => l.id.eq(2)),
        recipe,
      ),
    )
    expect(error._tag === 'Conflict' && error.errors.map(({ code }) => code)).to.deep.equal(['deleted'])
  })

  it('looks at the version only, and counts it up', async () => {
    const client = fresh()
    const first = pipe(
      shop.album,
      filter((a) => a.id.eq(2)),
    )
    const recipe = (meanwhile: (album: { version: number }) => object) =>
      edit(
        client,
        async (album: { year: number; version: number }) => {
          await right(client.update('album', 2, meanwhile(album) as never))
          album.year += 1
        },
        { version: 'version' },
      )
    expect(
      await right(
        pipe(
          first,
          recipe(() => ({ title: 'Another' })),
        ),
      ),
    ).to.equal(1)
    expect(
      (
        await left(
          pipe(
            first,
            recipe(({ version }) => ({ version: version + 1 })),
          ),
        )
      )._tag,
    ).to.equal('Conflict')
    const [album] = await right(pipe(first, toArray(client)))
    expect(album).to.include({ title: 'Another', year: 1960, version: 6 })
  })

  it('answers a recipe that throws, or that changes the key', async () => {
    const client = fresh()
    const error = await left(
      pipe(
        shop.artist,
        edit(client, () => {
          throw new Error('no')
        }),
      ),
    )
    expect(error._tag).to.equal('ClientFailed')
    const moved = await left(
      pipe(
        shop.artist,
        edit(client, (artist: { id: number }) => {
          artist.id += 10
        }),
      ),
    )
    expect(moved._tag === 'Invalid' && moved.errors.map(({ code, item }) => [item, code])).to.deep.equal([
      [0, 'primary_key'],
      [1, 'primary_key'],
    ])
  })
})
