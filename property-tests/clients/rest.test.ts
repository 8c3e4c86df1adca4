/** A service of somebody else's, as it is published, with the planner in front of it: it answers as the meaning says. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { count, fold, toArray } from '../../src/index.js'
import { jsonServer, restClient } from '../../src/http.js'
import { isOrdered } from '../../src/query/Query.js'
import { cases } from '../support/cases.js'
import { memoryOf } from '../support/clients.js'
import { expectRows } from '../support/compare.js'
import { jsonServerOver } from '../support/jsonServer.js'
import { parameters, tally, titled } from '../support/runs.js'

describe('rest', () => {
  // Caught, each planted alone: `gt` spelled as `_gte`; texts ordered by the service; a decimal compared as text; a
  // parameter that is sent twice; a value that isn't escaped; `contains` taken for exact; lists longer than it reads.
  it(titled('answers over JSON Server what the querysets mean', 0.5), async () => {
    const seen = tally()
    await fc.assert(
      fc.asyncProperty(cases(4), async ({ world, queryset, more }) => {
        const own = memoryOf(world)
        const service = await jsonServerOver(JSON.parse(JSON.stringify(world.rows)) as object)
        const params: Array<string> = []
        const client = restClient(world.models, {
          url: service.url,
          style: jsonServer({ size: 1 + more.next(4) }),
          fetch: (request) => {
            params.push(new URL(request.url).search)
            return fetch(request)
          },
        })
        try {
          const [expected, actual] = [await toArray(own)(queryset)(), await toArray(client)(queryset)()]
          const why = `${params.join(' ')} ${JSON.stringify([expected, actual])}`
          if (E.isLeft(expected)) {
            seen.saw('Left')
            expect(E.isLeft(actual) && actual.left._tag, why).to.equal(expected.left._tag)
            return
          }
          const query = fold(queryset)
          seen.saw(
            params.some((each) => !/^\?(?:_sort=[^&]*&_order=[^&]*&)?_start/u.test(each))
              ? 'filtered'
              : 'not',
          )
          expect(actual._tag, why).to.equal('Right')
          if (E.isRight(actual))
            expectRows(actual.right, expected.right, E.isRight(query) && isOrdered(query.right), why)
          expect(await count(client)(queryset)(), why).to.deep.equal(E.right(expected.right.length))
        } finally {
          await service.close()
        }
      }),
      parameters(0.5),
    )
    expect(seen.count('filtered'), seen.toString()).to.be.greaterThan(3)
  })
})
