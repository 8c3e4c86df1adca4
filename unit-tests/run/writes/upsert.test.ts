/** Getting or updating a row, and creating it if it is missing. */
import { expect } from 'chai'
import { function as fn } from 'fp-ts'
import { create, getOrCreate, updateOrCreate } from 'queryset-ts'
import { left, right } from '../../support/answers.js'
import { fresh, shop } from './support.js'

const { pipe } = fn

describe('getOrCreate and updateOrCreate', () => {
  it('find, make, change, and refuse to choose', async () => {
    const client = fresh()
    const made = await right(pipe(shop.artist, getOrCreate(client, { name: 'Nina' }, { code: 'ni' })))
    expect(made).to.deep.equal({ row: { id: 3, name: 'Nina', code: 'ni' }, created: true })
    const found = await right(pipe(shop.artist, getOrCreate(client, { name: 'Nina' }, { code: 'other' })))
    expect(found).to.deep.equal({ row: { id: 3, name: 'Nina', code: 'ni' }, created: false })
    const changed = await right(pipe(shop.artist, updateOrCreate(client, { code: 'ni' }, { name: 'Simone' })))
    expect(changed).to.deep.equal({ row: { id: 3, name: 'Simone', code: 'ni' }, created: false })
    await right(pipe(shop.tag, create(client, { name: 'rock' })))
    expect((await left(pipe(shop.tag, getOrCreate(client, { name: 'rock' }))))._tag).to.equal('MultipleFound')
  })

  it('take a missing value for one', async () => {
    const client = fresh()
    const found = await right(pipe(shop.artist, getOrCreate(client, { code: null, name: 'Miles' })))
    expect(found.created).to.equal(false)
  })
})
