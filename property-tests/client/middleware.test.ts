/** What stands around a client changes no answer. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import { cache, clientFailed, count, retry, toArray, type Client } from '../../src/index.js'
import { memory } from '../../src/memory.js'
import { denote } from '../../src/reference/denote.js'
import type { Model } from '../../src/schema/Schema.js'
import { cases } from '../support/cases.js'
import { memoryOf } from '../support/clients.js'
import { asBag, expectRows, now } from '../support/compare.js'
import { parameters, titled } from '../support/runs.js'
import { pick } from '../../src/laws/make/Tape.js'
import { layers, noTime, stacked } from '../support/stacked.js'

const { pipe } = fn
describe('middleware', () => {
  // Caught, each planted alone: a cache whose key forgets the slice; a scope that leaves the order to the backend
  // although it leads through a relation; a validate that takes a limit for an offset.
  Object.entries({ ...layers, 'all of them': stacked }).forEach(([name, layer]) => {
    it(titled(`${name} changes no answer`, 0.2), async () => {
      await fc.assert(
        fc.asyncProperty(cases(4), async ({ world, queryset }) => {
          const whole = memoryOf(world)
          const wrapped = layer(world.models)(whole)
          const meant = denote(world.schema, world.source, now)(queryset)
          if (E.isLeft(meant)) return
          for (const _ of [1, 2]) {
            const rows = await toArray(whole)(queryset)()
            const again = await toArray(wrapped)(queryset)()
            if (E.isLeft(rows)) expect(again._tag).to.equal('Left')
            else if (E.isLeft(again)) throw new Error(JSON.stringify(again.left))
            else expectRows(again.right, rows.right, meant.right.ordered, name)
            expect(E.toUnion(await count(wrapped)(queryset)())).to.deep.equal(
              E.toUnion(await count(whole)(queryset)()),
            )
          }
        }),
        parameters(0.2),
      )
    })
  })

  // Caught, each planted alone: a cache that a write in bulk doesn't empty; one that what was asked before a write
  // fills after it; one that gives its own rows away.
  it(titled('a cache is never older than a write through it, whatever overlaps', 0.5), async () => {
    await fc.assert(
      fc.asyncProperty(cases(2), async ({ world, queryset, more }) => {
        // Each call of the backend waits for its turn, in an order that is drawn.
        const waiting: Array<() => void> = []
        const whole = memoryOf(world) as ReturnType<typeof memory>
        const later =
          <A extends ReadonlyArray<unknown>, B>(call: (...args: A) => TE.TaskEither<never, B>) =>
          (...args: A): TE.TaskEither<never, B> =>
          async () => {
            const answer = await call(...args)()
            await new Promise<void>((turn) => waiting.push(turn))
            return answer
          }
        const slow = {
          ...whole,
          list: later(whole.list as never) as typeof whole.list,
          count: later(whole.count as never) as unknown as typeof whole.count,
          createBulk: later(whole.createBulk as never) as unknown as typeof whole.createBulk,
          deleteBulk: later(whole.deleteBulk as never) as unknown as typeof whole.deleteBulk,
        }
        const cached = cache({ rows: 1_000_000, max: 10 })(slow as unknown as typeof whole)
        const settle = async (): Promise<void> => {
          for (let turns = 0; turns < 200; turns += 1) {
            await new Promise((done) => setImmediate(done))
            if (waiting.length === 0) return
            waiting.splice(more.next(waiting.length), 1)[0]?.()
          }
        }
        const model = pick(more, [...world.schema.models.values()] as unknown as readonly [Model])
        const keys = (world.rows[model.name] ?? []).map((row) => row[model.primaryKey] ?? null)
        const under = [
          toArray(cached)(queryset)(),
          cached.deleteBulk(model.name, keys.slice(0, 1 + more.next(3)))(),
          count(cached)(queryset)(),
          toArray(cached)(queryset)(),
        ]
        await settle()
        await Promise.all(under)
        const again = toArray(cached)(queryset)()
        await settle()
        const fresh = await toArray(whole)(queryset)()
        const rows = await again
        if (E.isRight(fresh) && E.isRight(rows)) expect(asBag(rows.right)).to.deep.equal(asBag(fresh.right))
        else expect(rows._tag).to.equal(fresh._tag)
      }),
      parameters(0.5),
    )
  })

  it(titled('retry gives what there is, if it is given in time', 0.2), async () => {
    await fc.assert(
      fc.asyncProperty(cases(3), async ({ world, queryset, more }) => {
        const whole = memoryOf(world)
        let left = more.next(4)
        const flaky: Client = {
          ...whole,
          list: (query) => {
            left -= 1
            return left >= 0
              ? TE.left(clientFailed('flaky', 'list', null, { retryable: true }))
              : whole.list(query)
          },
        }
        const rows = await toArray(whole)(queryset)()
        const again = await pipe(flaky, retry({ times: 3, ...noTime }), toArray)(queryset)()
        if (E.isRight(rows) && E.isRight(again)) expect(asBag(again.right)).to.deep.equal(asBag(rows.right))
        else expect(again._tag).to.equal(rows._tag)
      }),
      parameters(0.2),
    )
  })
})
