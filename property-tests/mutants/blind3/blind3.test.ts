/** Each mutant of the third blind set is shown to answer wrongly, and the right client isn't. */
import { expect } from 'chai'
import { blind } from '../blind/blind.js'
import { rightly, shown } from '../blind/show.js'
import { blind2 } from '../blind2/blind2.js'
import { blind3 } from './blind3.js'

describe('the third blind mutants', () => {
  const others = [...blind, ...blind2]
  it('are 80, with names of their own', () => {
    expect(blind3).to.have.length(80)
    expect(new Set([...others, ...blind3].map(({ name }) => name)).size).to.equal(
      others.length + blind3.length,
    )
  })
  it('are not those of the other sets under another name', () => {
    const known = new Set(others.map(({ about }) => about))
    expect(blind3.filter(({ about }) => known.has(about))).to.deep.equal([])
  })
  it('are modelled, 35 or more of them, on bugs in public trackers', () => {
    expect(blind3.filter(({ source }) => source !== null)).to.have.length.at.least(35)
  })
  blind3.forEach(({ name, about, client, witness }) => {
    it(`${name}: ${about}`, async () => {
      expect(await shown(client, witness)).to.equal(null)
      expect(await rightly(witness)).to.not.equal(null)
    })
  })
})
