/**
 * The engine gives what the reference gives, as evaluators: of whole queries, and of what a plan leaves to them.
 *
 * Each of these faults was planted, and found within 100 runs: a total of the rows that are given instead of
 * all, a pass that is done already done again (`done` one too few in `evaluate`), and related rows of which all are given
 * where there is one.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { engine, fold, run, slice, type Evaluator, type Query } from '../../src/index.js'
import { reference } from '../../src/laws.js'
import { memory } from '../../src/memory.js'
import { layersOf, isOrdered } from '../../src/query/Query.js'
import { planOf } from '../../src/plan/planQuery.js'
import { ableClient, abilitiesOf, freshLog, mostAbilitiesOf } from '../support/able.js'
import { cases, crowdedCases, type Case } from '../support/cases.js'
import { right } from '../support/clients.js'
import { expectRows, now } from '../support/compare.js'
import type { Q } from '../support/expressions.js'
import { parameters, tally, titled } from '../support/runs.js'

const memoryBy = ({ world }: Case, evaluator: Evaluator) => memory(world.models, world.rows, { evaluator })

const made = <A>(answer: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(answer)) throw new Error(answer.left.message)
  return answer.right
}

/** The parts that a query has. */
const partsIn = (query: Query): ReadonlyArray<string> =>
  layersOf(query).flatMap((layer) => [
    layer.from._tag,
    ...(layer.group === null ? [] : ['group']),
    ...(layer.distinct ? ['distinct'] : []),
    ...(layer.order.length === 0 ? [] : ['order']),
    ...(layer.slice === null ? [] : ['slice']),
    ...(layer.related.length === 0 ? [] : ['related']),
  ])

describe('reference/evaluator', () => {
  it(titled('page: the engine gives the same rows and the same total', 3), () => {
    const seen = tally()
    const both = fc.oneof(cases(7), crowdedCases())
    fc.assert(
      fc.property(both, ({ world: { schema, source }, queryset }) => {
        const query = fold(queryset)
        if (E.isLeft(query)) return
        const meant = made(reference.page({ schema, source, now }, query.right))
        const given = made(engine.page({ schema, source, now }, query.right))
        expectRows(given.rows, meant.rows, isOrdered(query.right))
        expect(given.total).to.equal(meant.total)
        seen.saw(...new Set(partsIn(query.right)))
      }),
      parameters(3),
    )
    console.log(`      ${seen.toString()}`)
    ;['query', 'combine', 'group', 'distinct', 'order', 'slice', 'related'].forEach((part) => {
      expect(seen.count(part), part).to.be.greaterThan(0)
    })
  })

  it(
    titled('run: a plan gives the same, whichever evaluates what the client does not answer', 3),
    async () => {
      const seen = tally()
      await fc.assert(
        fc.asyncProperty(cases(6), async (one) => {
          const { queryset, more, world } = one
          const start = more.next(3)
          const sliced: Q = more.next(2) === 0 ? queryset : slice(start, start + more.next(4))(queryset)
          const query = fold(sliced)
          if (E.isLeft(query)) return
          const abilities = more.next(2) === 0 ? abilitiesOf(world, more) : mostAbilitiesOf(world, more)
          const answers = async (evaluator: Evaluator) => {
            const client = ableClient(memoryBy(one, evaluator), abilities, freshLog())
            const planned = made(planOf(client, sliced))
            seen.saw(
              ...(planned.residual === null ? ['whole'] : ['parts']),
              ...(planned.residual !== null && planned.residual.given > 0 ? ['passes'] : []),
            )
            return right(run(client, { evaluator })(planned))
          }
          expectRows(await answers(engine), await answers(reference), isOrdered(query.right))
        }),
        parameters(3),
      )
      console.log(`      ${seen.toString()}`)
      ;['whole', 'parts', 'passes'].forEach((way) => {
        expect(seen.count(way), way).to.be.greaterThan(0)
      })
    },
  )
})
