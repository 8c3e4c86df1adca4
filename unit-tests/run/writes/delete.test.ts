/** Deleting rows, and what points to them. */
import { expect } from 'chai'
import { function as fn } from 'fp-ts'
import { collect, count, deleteRows, filter, toArray, update, valuesList } from 'queryset-ts'
import { left, right } from '../../support/answers.js'
import { fresh, shop } from './support.js'

const { pipe } = fn

describe('delete', () => {
  it('says what stands in its way, and deletes nothing', async () => {
    const client = fresh()
    const error = await left(pipe(shop.artist, deleteRows(client)))
    expect(error._tag === 'Protected' && error.by).to.deep.equal([
      { model: 'album', relation: 'artist', rows: 2 },
    ])
    expect(await right(pipe(shop.artist, count(client)))).to.equal(2)
  })

  it('takes along what points to it, even in circles, and tells it beforehand', async () => {
    const client = fresh()
    await right(
      pipe(
        shop.label,
        filter((l) => l.id.eq(1)),
        update(client, () => ({ parent: 2 })),
      ),
    )
    const one = pipe(
      shop.label,
      filter((l) => l.id.eq(1)),
    )
    const { deleted, changed } = await right(pipe(one, collect(client)))
    expect([...deleted].map(([model, keys]) => [model, [...keys].sort()])).to.deep.equal([['label', [1, 2]]])
    expect(changed).to.deep.equal([{ model: 'album', column: 'label', to: null, keys: [1] }])
    expect(await right(pipe(shop.label, count(client)))).to.equal(2)
    expect(await right(pipe(one, deleteRows(client)))).to.deep.equal({ label: 2 })
    expect(
      await right(
        pipe(
          shop.album,
          valuesList((a) => a.label),
          toArray(client),
        ),
      ),
    ).to.deep.equal([null, null])
  })
})
