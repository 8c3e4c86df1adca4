/** Counting changes no answer: it is the whole one or an `OverBudget`, and more is never less. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { fold } from '../../src/index.js'
import { evaluatePage } from '../../src/engine/evaluate.js'
import { meterFor } from '../../src/value/Meter.js'
import { cases } from '../support/cases.js'
import { now } from '../support/compare.js'
import { parameters, tally, titled } from '../support/runs.js'

describe('reference/work', () => {
  const seen = tally()

  // Planted: a meter that stops at 0 instead of below it.
  it(titled('is the whole answer or an `OverBudget`, just as there is enough for it', 2), () => {
    fc.assert(
      fc.property(cases(), fc.double({ min: 0, max: 2, noNaN: true }), ({ world, queryset }, share) => {
        const query = fold(queryset)
        if (E.isLeft(query)) return
        const asked = (budget: { readonly steps?: number; readonly bytes?: number }) => {
          const meter = meterFor('test', budget)
          return { meter, told: evaluatePage(world.schema, world.source, now, meter)(query.right) }
        }
        const { meter, told } = asked({ steps: 1e12, bytes: 1e12 })
        expect(told).to.deep.equal(evaluatePage(world.schema, world.source, now)(query.right))
        if (E.isLeft(told)) return
        const [steps, bytes] = [1e12 - meter.steps, 1e12 - meter.bytes]
        expect(asked({ steps, bytes }).told).to.deep.equal(told)
        const fewer = asked({ steps: Math.floor(steps * share) }).told
        seen.saw(fewer._tag, ...(steps > 0 ? ['some'] : []))
        if (Math.floor(steps * share) >= steps) expect(fewer).to.deep.equal(told)
        else expect(fewer).to.deep.include({ _tag: 'Left' }).and.have.nested.property('left.what', 'steps')
        if (bytes > 0) expect(asked({ bytes: bytes - 1 }).told).to.have.nested.property('left.what', 'bytes')
      }),
      parameters(2),
    )
  })

  it('does so for both', () => {
    console.log(`      ${seen.toString()}`)
    expect(seen.share('Left'), seen.toString()).to.be.greaterThan(0.2)
    expect(seen.share('Right'), seen.toString()).to.be.greaterThan(0.1)
  })
})
