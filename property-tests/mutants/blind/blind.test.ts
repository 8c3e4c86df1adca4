/** Each blind mutant is shown to answer wrongly, and the right client isn't. */
import { expect } from 'chai'
import { blind } from './blind.js'
import { rightly, shown } from './show.js'

describe('blind mutants', () => {
  it('have names of their own', () => {
    expect(new Set(blind.map(({ name }) => name)).size).to.equal(blind.length)
  })
  blind.forEach(({ name, about, client, witness }) => {
    it(`${name}: ${about}`, async () => {
      expect(await shown(client, witness)).to.equal(null)
      expect(await rightly(witness)).to.not.equal(null)
    })
  })
})
