/** What stands around a client changes no answer; and a scope is a world of fewer rows. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import {
  cache,
  clientFailed,
  count,
  filter,
  list,
  not,
  retry,
  scope,
  toArray,
  type Client,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'
import type { Expr, Predicate } from '../../src/expression/Ref.js'
import { denote } from '../../src/reference/denote.js'
import type { Model } from '../../src/schema/Schema.js'
import { sourceOf, store } from '../../src/reference/Store.js'
import type { Row } from '../../src/value/Value.js'
import { cases } from '../support/cases.js'
import { memoryOf } from '../support/clients.js'
import { asBag, expectRows, now } from '../support/compare.js'
import type { Refs } from '../support/expressions.js'
import { modelOfWorld } from '../support/querysets.js'
import { parameters, tally, titled } from '../support/runs.js'
import { chance, pick, pickOf, type Tape } from '../../src/laws/Tape.js'
import { layers, noTime, stacked } from '../support/stacked.js'
import type { World } from '../support/worlds.js'

const { pipe } = fn
type Says = (row: { readonly [name: string]: Expr & { readonly isNull: () => Predicate } }) => Predicate

/** A predicate of a model's own fields. */
const own = (world: World, tape: Tape, name: string): Says => {
  const model = world.schema.models.get(name)!
  const column = pick(tape, [...model.columns.keys()] as unknown as readonly [string])
  const { kind } = model.columns.get(column)!
  const value = pickOf(tape, world.live(kind)) ?? pickOf(tape, world.pool(kind))
  const negated = chance(tape, 50)
  const missing = value === null || chance(tape, 30)
  return (row) => {
    const ref = row[column] as unknown as {
      readonly isNull: () => Predicate
      readonly eq: (v: unknown) => Predicate
    }
    const says = missing ? ref.isNull() : ref.eq(value)
    return negated ? not(says) : says
  }
}

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

  // Caught, each planted alone: a scope that forgets related rows (`isLocal` always true); one that forgets counts;
  // one that forgets subqueries.
  it(titled('a scope is a world of fewer rows', 0.5), async () => {
    const seen = tally()
    await fc.assert(
      fc.asyncProperty(cases(4), async ({ world, queryset, more }) => {
        const names = [...world.schema.models.keys()].filter((_, i) => i === 0 || chance(more, 60))
        const says = new Map(names.map((name) => [name, own(world, more, name)]))
        const rows = Object.fromEntries(
          Object.entries(world.rows).map(([name, all]) => {
            const rule = says.get(name)
            return [name, rule === undefined ? all : kept(world, name, rule)]
          }),
        )
        const fewer = memory(world.models, rows)
        const scoped = scope(world.models, Object.fromEntries(says) as never)(memoryOf(world))
        const meant = E.chain((all: ReturnType<typeof sourceOf>) => denote(world.schema, all, now)(queryset))(
          E.map(sourceOf)(store(world.schema, rows)),
        )
        if (E.isLeft(meant)) return
        const expected = await list(fewer)(queryset)()
        const actual = await list(scoped)(queryset)()
        if (E.isLeft(expected)) return
        if (E.isLeft(actual)) throw new Error(JSON.stringify(actual.left))
        seen.saw(expected.right.rows.length > 0 ? 'full' : 'empty')
        expectRows(actual.right.rows, expected.right.rows, meant.right.ordered)
        expect(actual.right.total).to.equal(expected.right.total)
      }),
      parameters(0.5),
    )
    expect(seen.share('full'), seen.toString()).to.be.greaterThan(0.2)
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

const kept = (world: World, name: string, says: Says): ReadonlyArray<Row> => {
  const meant = denote(
    world.schema,
    world.source,
    now,
  )(filter(says as unknown as (row: Refs) => Predicate)(modelOfWorld(world, name)))
  if (E.isLeft(meant)) throw new Error(JSON.stringify(meant.left))
  return meant.right.rows
}
