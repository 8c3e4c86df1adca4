/** Each mutant of the second blind set is shown to answer wrongly, and the right client isn't. */
import { expect } from 'chai'
import { blind } from '../blind/blind.js'
import { rightly, shown } from '../blind/show.js'
import { blind2 } from './blind2.js'

describe('the second blind mutants', () => {
  it('have names of their own', () => {
    expect(new Set([...blind, ...blind2].map(({ name }) => name)).size).to.equal(blind.length + blind2.length)
  })
  it('are not those of the first set under another name', () => {
    const first = new Set(blind.map(({ about }) => about))
    expect(blind2.filter(({ about }) => first.has(about))).to.deep.equal([])
  })
  blind2.forEach(({ name, about, client, witness }) => {
    it(`${name}: ${about}`, async () => {
      expect(await shown(client, witness)).to.equal(null)
      expect(await rightly(witness)).to.not.equal(null)
    })
  })
})
