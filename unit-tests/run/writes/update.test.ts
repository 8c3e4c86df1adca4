/** Updating the rows of a queryset. */
import { expect } from 'chai'
import { function as fn } from 'fp-ts'
import { none, orderBy, slice, toArray, update, valuesList } from 'queryset-ts'
import { left, right } from '../../support/answers.js'
import { fresh, shop } from './support.js'

const { pipe } = fn

describe('update', () => {
  it('changes exactly the rows of a sliced queryset, which the update moves out of it', async () => {
    const client = fresh()
    const newest = pipe(
      shop.album,
      orderBy((a) => [a.year.desc()]),
      slice(0, 1),
    )
    expect(
      await right(
        pipe(
          newest,
          update(client, () => ({ year: 1900 })),
        ),
      ),
    ).to.equal(1)
    expect(
      await right(
        pipe(
          shop.album,
          orderBy((a) => [a.id.asc()]),
          valuesList((a) => a.year),
          toArray(client),
        ),
      ),
    ).to.deep.equal([1900, 1959])
  })

  it('takes expressions of related rows', async () => {
    const client = fresh()
    expect(
      await right(
        pipe(
          shop.album,
          update(client, (a) => ({ title: a.artist.name })),
        ),
      ),
    ).to.equal(2)
    expect(
      await right(
        pipe(
          shop.album,
          valuesList((a) => a.title),
          toArray(client),
        ),
      ),
    ).to.deep.equal(['AC/DC', 'Miles'])
  })

  it('holds what expressions give to the limits of the field', async () => {
    const error = await left(
      pipe(
        shop.album,
        update(fresh(), (a) => ({ year: a.year.plus(1000) })),
      ),
    )
    expect(error._tag).to.equal('Invalid')
  })

  it('of nothing changes nothing, but is checked', async () => {
    const client = fresh()
    expect(
      await right(
        pipe(
          shop.album,
          none,
          update(client, () => ({ year: 1980 })),
        ),
      ),
    ).to.equal(0)
    expect(
      (
        await left(
          pipe(
            shop.album,
            none,
            update(client, () => ({ year: 1 })),
          ),
        )
      )._tag,
    ).to.equal('Invalid')
  })

  it('gives a callback that throws back as an error', async () => {
    const error = await left(
      pipe(
        shop.album,
        update(fresh(), () => {
          throw new Error('secret')
        }),
      ),
    )
    expect(error.retryable).to.equal(false)
  })
})
