/** Each rule on its own keeps what a query means. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { applyRules, normalise } from '../../src/query/normalise.js'
import { translate } from '../../src/query/fold.js'
import { isOrdered, type Query } from '../../src/query/Query.js'
import { nodeRules, queryRules } from '../../src/query/rules.js'
import { evaluate } from '../../src/engine/evaluate.js'
import { cases } from '../support/cases.js'
import { expectRows, now } from '../support/compare.js'
import { loosen } from '../support/loosen.js'
import { chance } from '../../src/laws/make/Tape.js'
import { parameters, tally, titled } from '../support/runs.js'

describe('rules', () => {
  const fired = tally()

  it(titled('each rule on its own, and all together, keep the rows', 4), () => {
    fc.assert(
      fc.property(cases(), ({ queryset, world, more }) => {
        const rows = evaluate(world.schema, world.source, now)
        const folded = translate(queryset)
        if (E.isLeft(folded) || E.isLeft(rows(folded.right))) return
        const query = chance(more, 60) ? loosen(world.schema, folded.right, more) : folded.right
        const before = rows(query)
        if (E.isLeft(before)) throw new Error(JSON.stringify([before.left, query]))
        const keeps = (name: string, simpler: Query) => {
          if (simpler === query) return
          fired.saw(name)
          const after = rows(simpler)
          if (E.isLeft(after)) throw new Error(`${name}: ${JSON.stringify(after.left)}`)
          expect(isOrdered(simpler), `${name}: whether it is ordered`).to.equal(isOrdered(query))
          expectRows(after.right, before.right, isOrdered(query), name)
        }
        nodeRules.forEach((rule) => {
          keeps(rule.name, applyRules(world.schema, query, [rule], []))
        })
        queryRules.forEach((rule) => {
          keeps(rule.name, applyRules(world.schema, query, [], [rule]))
        })
        const normal = normalise(world.schema, query)
        keeps('all together', normal)
        expect(normalise(world.schema, normal), 'normalised twice').to.deep.equal(normal)
      }),
      parameters(4),
    )
  })

  it('each of them did something', () => {
    console.log(`      ${fired.toString()}`)
    ;[...nodeRules, ...queryRules].forEach(({ name }) => {
      expect(fired.count(name), name).to.be.greaterThan(0)
    })
  })
})
