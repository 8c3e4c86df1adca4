/** Plans are values, and running one is running that very value. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import { expectTypeOf } from 'expect-type'
import {
  autoId,
  field,
  filter,
  plan,
  retry,
  route,
  run,
  schema,
  slice,
  toArray,
  understands,
  values,
  within,
  type Client,
  type Query,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'

const { pipe } = fn

const models = schema({ genre: { id: autoId, name: field.text() } })
const whole = memory(models, { genre: ['Rock', 'Jazz', 'Metal'].map((name, i) => ({ id: i + 1, name })) })

/** A client that remembers what it was asked. */
const listening = (): { readonly client: Client; readonly asked: Array<Query> } => {
  const asked: Array<Query> = []
  const client: Client = {
    name: 'listening',
    schema: whole.schema,
    support: understands({ lookups: { exact: 'exact' }, maxPerRequest: 2 }),
    list: (query) => {
      asked.push(query)
      return whole.list(query)
    },
  }
  return { client, asked }
}

const names = pipe(
  models.genre,
  filter((g) => g.name.contains('a')),
  values((g) => ({ name: g.name })),
)

describe('run', () => {
  it('does what a plan says, and gives the rows that its queryset means', async () => {
    const { client, asked } = listening()
    const planned = pipe(names, plan(client))
    if (E.isLeft(planned)) throw new Error(planned.left.message)
    expect(asked).to.deep.equal([])
    const rows = await run(client)(planned.right)()
    const first = asked.splice(0)
    expect(rows).to.deep.equal(E.right([{ name: 'Jazz' }, { name: 'Metal' }]))
    // The same value again asks the same.
    expect(await run(client)(planned.right)()).to.deep.equal(rows)
    expect(asked.splice(0)).to.deep.equal(first)
    expect(await toArray(client)(names)()).to.deep.equal(rows)
    expect(asked).to.deep.equal(first)
    expect(first.length).to.be.at.most(planned.right.requests ?? Infinity)
    if (E.isRight(rows)) expectTypeOf(rows.right).toEqualTypeOf<ReadonlyArray<{ readonly name: string }>>()
  })

  it('takes a copy of a plan, which knows its client as the plan does', async () => {
    const { client } = listening()
    const planned = pipe(names, plan(client))
    if (E.isLeft(planned)) throw new Error(planned.left.message)
    expect(planned.right.madeFor).to.equal(client)
    const copy = { ...planned.right }
    expect(await run(client)(copy)()).to.deep.equal(E.right([{ name: 'Jazz' }, { name: 'Metal' }]))
    expect(await run(whole)(copy)()).to.have.nested.property('left._tag', 'InvalidQuery')
  })

  it("refuses another client's plan", async () => {
    const planned = pipe(names, plan(whole))
    if (E.isLeft(planned)) throw new Error(planned.left.message)
    const { client, asked } = listening()
    const refused = await run(client)(planned.right)()
    expect(refused).to.have.nested.property('left._tag', 'InvalidQuery')
    expect(asked).to.deep.equal([])
    // Nor one that only has the same name, and can do something else.
    const hopeful = pipe(names, plan({ ...client, support: understands({ lookups: { contains: 'exact' } }) }))
    if (E.isLeft(hopeful)) throw new Error(hopeful.left.message)
    expect(await run(client)(hopeful.right)()).to.have.nested.property('left._tag', 'InvalidQuery')
    expect(asked).to.deep.equal([])
  })

  it('takes a plan to the same client behind middleware, and through a route', async () => {
    const { client } = listening()
    const planned = pipe(names, plan(client))
    if (E.isLeft(planned)) throw new Error(planned.left.message)
    expect((await run(retry({ times: 2, delay: 1 })(client))(planned.right)())._tag).to.equal('Right')
    const routed = route(models, { genre: whole })
    const through = pipe(names, plan(routed))
    if (E.isLeft(through)) throw new Error(through.left.message)
    expect((await run(routed)(through.right)())._tag).to.equal('Right')
  })

  it('refuses a plan that its budget does not allow, before the first request', async () => {
    const { client, asked } = listening()
    const planned = pipe(models.genre, slice(0, 3), plan(client))
    if (E.isLeft(planned)) throw new Error(planned.left.message)
    const refused = await run(within({ requests: 1 })(client))(planned.right)()
    expect(refused).to.have.nested.property('left._tag', 'OverBudget')
    expect(asked).to.deep.equal([])
  })
})
