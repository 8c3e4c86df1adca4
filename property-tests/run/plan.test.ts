/**
 * Plan and residual give what `evaluate` gives, whatever a client can do, and cost no more than the plan said.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { count, exists, fold, stream, toArray } from '../../src/index.js'
import { isOrdered } from '../../src/query/Query.js'
import { evaluate } from '../../src/reference/evaluate.js'
import { plan } from '../../src/run/plan.js'
import { fetchRows } from '../../src/run/fetchRows.js'
import { abilitiesOf, ableClient, freshLog } from '../support/able.js'
import { cases } from '../support/cases.js'
import { asBag, expectRows, now } from '../support/compare.js'
import { parameters, tally, titled } from '../support/runs.js'

describe('plan', () => {
  const seen = tally()

  it(titled('plan and residual = evaluate, at no more than the plan says', 4), async () => {
    await fc.assert(
      fc.asyncProperty(cases(6), async ({ world, queryset, more }) => {
        const query = fold(queryset)
        if (E.isLeft(query)) return
        const expected = evaluate(world.schema, world.source, now)(query.right)
        if (E.isLeft(expected)) return
        const support = abilitiesOf(world, more)
        const log = freshLog()
        const client = ableClient(world, support, log)
        const size = more.next(3) === 0 ? 1 + more.next(4) : null
        const planned = plan(client, queryset, size)
        if (E.isLeft(planned)) throw new Error(planned.left.message)
        const rows: Array<unknown> = []
        for await (const page of fetchRows(client, planned.right)) {
          if (E.isLeft(page)) throw new Error(JSON.stringify(page.left))
          rows.push(...page.right)
        }
        expect(log.wrongs, "asked what it can't do").to.deep.equal([])
        expectRows(
          rows,
          expected.right,
          isOrdered(query.right),
          JSON.stringify(
            {
              ...planned.right,
              query: query.right,
              walk: { ...planned.right.walk, shape: 0 },
              shape: 0,
              log,
              support: support({ model: 'alpha', query: query.right, where: [] }),
            },
            null,
            0,
          ),
        )
        const { requests, rows: atMost, residual } = planned.right
        if (requests !== null) expect(log.requests, 'requests').to.be.at.most(requests)
        if (atMost !== null) expect(log.rows, 'rows').to.be.at.most(atMost)
        seen.saw(
          ...(residual === null ? ['whole'] : ['parts']),
          ...(requests === null ? [] : ['bounded']),
          ...(planned.right.pushed.where === null ? [] : ['where']),
          ...(planned.right.pushed.slice === null ? [] : ['slice']),
          ...(residual?.sieve == null ? [] : ['sieve']),
          ...(residual?.streams === true ? ['streams'] : []),
          ...(residual !== null && residual.before.length > 0 ? ['before'] : []),
          ...(residual !== null && residual.hops.length > 0 ? ['hops'] : []),
          ...(residual !== null && residual.others.length > 0 ? ['others'] : []),
        )
      }),
      parameters(4),
    )
  })

  it('which has looked at all ways', () => {
    console.log(`      ${seen.toString()}`)
    void [count, exists, stream, toArray, asBag]
  })
})
