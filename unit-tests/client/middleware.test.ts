/** What stands around a client: when it waits, what it tries again, what it tells. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  cache,
  clientFailed,
  concurrency,
  count,
  create,
  deleteRows,
  field,
  filter,
  fold,
  log,
  orderBy,
  rateLimit,
  readOnly,
  retry,
  schema,
  scope,
  selectRelated,
  timeout,
  toArray,
  trace,
  transaction,
  understands,
  update,
  validate,
  valuesList,
  type Client,
  type LogEvent,
  type Query,
  type QueryError,
  type Queryset,
  type Span,
  type WritableClient,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { sleep } from '../../src/client/middleware/sleep.js'
import { right } from '../support/answers.js'

const { pipe } = fn
const models = schema({
  owner: { id: autoId, tenant: field.int() },
  note: {
    id: autoId,
    tenant: field.int(),
    text: field.text(),
    gone: field.boolean({ default: false }),
    owner: field.nullable(belongsTo('owner', { relatedName: 'notes' })),
  },
})
const data = {
  owner: [
    { id: 1, tenant: 7 },
    { id: 2, tenant: 8 },
  ],
  note: [
    { id: 1, tenant: 7, text: 'a', gone: false, owner: 1 },
    { id: 2, tenant: 7, text: 'b', gone: false, owner: 2 },
    { id: 3, tenant: 8, text: 'c', gone: false, owner: 2 },
  ],
}
const fresh = () => memory(models, data)
const lost = clientFailed('test', 'list', 'lost', { retryable: true })

type NoteRefs = (typeof models)['note'] extends Queryset<infer R, infer _A, infer _M> ? R : never

const tagOf = async (task: TE.TaskEither<QueryError, unknown>): Promise<string> => {
  const answer = await task()
  return E.isLeft(answer) ? answer.left._tag : 'Right'
}

/** A client whose first so many calls fail, after they were carried out. */
const flaky = (failures: number, error: QueryError = lost) => {
  const whole = fresh()
  const calls: Array<string> = []
  const failing =
    <A extends ReadonlyArray<unknown>, B>(name: string, call: (...args: A) => TE.TaskEither<QueryError, B>) =>
    (...args: A): TE.TaskEither<QueryError, B> =>
    async () => {
      calls.push(name)
      const answer = await call(...args)()
      return calls.filter((each) => each === name).length <= failures ? E.left(error) : answer
    }
  const client = {
    ...whole,
    list: failing('list', whole.list),
    create: failing('create', whole.create),
    createBulk: failing('createBulk', whole.createBulk),
    update: failing('update', whole.update),
  }
  return { client, calls }
}

describe('retry', () => {
  const waits: Array<number> = []
  const sleep = (ms: number) => {
    waits.push(ms)
    return Promise.resolve()
  }
  beforeEach(() => waits.splice(0))

  it('multiplies where one is around another', async () => {
    const { client, calls } = flaky(99)
    const three = retry({ times: 3, delay: 1, sleep })
    expect(await tagOf(toArray(three(three(client)))(models.note))).to.equal('ClientFailed')
    expect(calls.length).to.equal(16)
  })

  it('waits twice as long each time, up to a limit, and gives up', async () => {
    const { client, calls } = flaky(9)
    const tried = retry({ times: 4, delay: 100, maxDelay: 300, sleep, random: () => 1 })(client)
    expect(await tagOf(toArray(tried)(models.note))).to.equal('ClientFailed')
    expect(calls.length).to.equal(5)
    expect(waits).to.deep.equal([100, 200, 300, 300])
  })

  it('never makes rows again, and changes them again', async () => {
    const { client, calls } = flaky(1)
    const tried = retry({ times: 3, sleep })(client)
    expect(
      await tagOf(tried.create('note', { id: null, tenant: 7, text: 'x', gone: false, owner: null })),
    ).to.equal('ClientFailed')
    expect(await tagOf(tried.update('note', 1, { text: 'y' }))).to.equal('Right')
    expect(calls).to.deep.equal(['create', 'update', 'update'])
  })

  it('does nothing again within a transaction, nor what may not be', async () => {
    const { client, calls } = flaky(1)
    const inTransaction: WritableClient = { ...client, transaction: (program) => program(client) }
    const tried = retry({ times: 3, sleep })(inTransaction)
    expect(await tagOf(transaction(tried, (inside) => toArray(inside)(models.note)))).to.equal('ClientFailed')
    expect(calls).to.deep.equal(['list'])
    const solid = flaky(1, clientFailed('test', 'list', 'no'))
    expect(await tagOf(toArray(retry({ times: 3, sleep })(solid.client))(models.note))).to.equal(
      'ClientFailed',
    )
    expect(solid.calls.length).to.equal(1)
  })

  it('leaves a backend alone for as long as that asks, unless it is too long', async () => {
    const busy = (retryAfter: number) =>
      flaky(1, clientFailed('test', 'list', null, { retryable: true, retryAfter })).client
    await right(toArray(retry({ times: 1, delay: 1, sleep })(busy(700)))(models.note))
    expect(waits).to.deep.equal([700])
    expect(await tagOf(toArray(retry({ times: 1, maxDelay: 500, sleep })(busy(700)))(models.note))).to.equal(
      'ClientFailed',
    )
  })
})

describe('retry of a write', () => {
  const now = { sleep: () => Promise.resolve() }
  const expired = clientFailed('test', 'update', null, { message: '401: the token has expired' })
  /** A client whose writes answer so, one after the other, each after it was carried out or not. */
  const answering = (answers: ReadonlyArray<{ readonly done: boolean; readonly error: QueryError }>) => {
    const whole = fresh()
    const calls = { n: 0 }
    const so =
      <A extends ReadonlyArray<unknown>, B>(call: (...args: A) => TE.TaskEither<QueryError, B>) =>
      (...args: A): TE.TaskEither<QueryError, B> =>
      async () => {
        const answer = answers[calls.n]
        calls.n += 1
        if (answer === undefined) return call(...args)()
        if (answer.done) await call(...args)()
        return E.left(answer.error)
      }
    const { name, schema: known, list, create: made } = whole
    const client: WritableClient = {
      name,
      schema: known,
      list,
      create: made,
      update: so(whole.update),
      delete: so(whole.delete),
    }
    return { client, calls, whole }
  }
  const some = filter((n: NoteRefs) => n.tenant.eq(7))(models.note)

  it('that may have been done and then failed for good is unknown', async () => {
    for (const error of [
      expired,
      clientFailed('test', 'update', null, { message: 'aborted before it was sent' }),
    ]) {
      const { client, whole } = answering([
        { done: true, error: lost },
        { done: false, error: lost },
        { done: false, error },
      ])
      const told = await pipe(
        some,
        update(retry({ times: 3, ...now })(client), () => ({ text: 'x' })),
      )()
      expect(
        E.isLeft(told) && told.left._tag === 'Incomplete' && told.left.items.map(({ _tag }) => _tag),
      ).to.deep.equal(['unknown', 'done'])
      expect(
        await right(
          pipe(
            models.note,
            filter((n) => n.text.eq('x')),
            count(whole),
          ),
        ),
      ).to.equal(2)
    }
    const { client } = answering([
      { done: true, error: lost },
      { done: false, error: expired },
    ])
    const told = await retry({ times: 3, ...now })(client).delete('note', 1)()
    expect(E.isLeft(told) && told.left).to.equal(lost)
  })

  it('that failed for good at once has failed, and a read tells what it ended with', async () => {
    const { client } = answering([{ done: false, error: expired }])
    const told = await retry({ times: 3, ...now })(client).update('note', 1, { text: 'x' })()
    expect(E.isLeft(told) && told.left).to.equal(expired)
    const calls = { n: 0 }
    const list = (): TE.TaskEither<QueryError, never> => {
      calls.n += 1
      return TE.left(calls.n === 1 ? lost : expired)
    }
    const read = await toArray(retry({ times: 3, ...now })({ ...client, list }))(models.note)()
    expect(E.isLeft(read) && read.left).to.equal(expired)
  })
})

describe('retry with a signal', () => {
  it('waits no longer than to its end, and then tries nothing', async () => {
    const { client, calls } = flaky(9)
    const abort = new AbortController()
    const running = toArray(
      retry({ times: 5, delay: 60_000, maxDelay: 60_000, signal: abort.signal })(client),
    )(models.note)()
    setTimeout(() => {
      abort.abort()
    }, 5)
    const began = performance.now()
    const told = await running
    expect(performance.now() - began).to.be.lessThan(5000)
    expect(E.isLeft(told) && told.left).to.equal(lost)
    expect(calls.length).to.equal(1)
    const after = await toArray(retry({ times: 5, signal: abort.signal })(client))(models.note)()
    expect(E.isLeft(after) && after.left).to.equal(lost)
    expect(calls.length).to.equal(2)
  })
})

describe('timeout', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

  it('leaves no timer behind a call that throws', async () => {
    // A test has a timer of its own, from its first turn on.
    await Promise.resolve()
    const before = timers()
    const throwing: Client = {
      ...fresh(),
      list: () => {
        throw new Error('no')
      },
    }
    expect(await tagOf(toArray(timeout(60_000)(throwing))(models.note))).to.equal('ClientFailed')
    expect(timers()).to.equal(before)
  })

  it('that is longer than a timer can wait is none', async () => {
    const whole = fresh()
    const slow: Client = {
      ...whole,
      list: (query) => async () => {
        await new Promise((done) => setTimeout(done, 20))
        return whole.list(query)()
      },
    }
    for (const milliseconds of [2 ** 31, 3e9, Infinity])
      expect(await tagOf(toArray(timeout(milliseconds)(slow))(models.note))).to.equal('Right')
  })

  it('nor does who waits for longer than that go on at once', async () => {
    const abort = new AbortController()
    const woken = { at: 0 }
    const waiting = sleep(Infinity, abort.signal).then(() => (woken.at = performance.now()))
    await new Promise((done) => setTimeout(done, 20))
    expect(woken.at).to.equal(0)
    abort.abort()
    await waiting
    expect(woken.at).to.be.greaterThan(0)
  })

  it('answers in time, in a way that says that nothing is known', async () => {
    const slow: Client = { ...fresh(), list: () => () => new Promise(() => undefined) }
    const answer = await toArray(timeout(10)(slow))(models.note)()
    expect(E.isLeft(answer) && answer.left).to.include({ _tag: 'ClientFailed', retryable: true })
  })
})

describe('cache', () => {
  it('asks once for what is asked at once, and again when time has run out', async () => {
    const events: Array<LogEvent> = []
    const clock = { now: 0 }
    const client = pipe(
      fresh(),
      log((event) => events.push(event)),
      cache({ rows: 100, counts: 10, now: () => clock.now }),
    )
    const ask = () => right(toArray(client)(models.note))
    await Promise.all([ask(), ask(), ask()])
    expect(events.length).to.equal(1)
    clock.now = 99
    await ask()
    await right(count(client)(models.note))
    expect(events.map(({ operation }) => operation)).to.deep.equal(['list', 'count'])
    clock.now = 110
    await ask()
    await right(count(client)(models.note))
    expect(events.length).to.equal(4)
  })

  it('keeps tenants apart, errors not at all, and no more than it may', async () => {
    const calls = { n: 0 }
    const tenant = { name: 'a' }
    const whole = fresh()
    const counting: Client = {
      ...whole,
      list: (query) => {
        calls.n += 1
        return calls.n === 1 ? TE.left(lost) : whole.list(query)
      },
    }
    const client = cache({ rows: 1000, max: 1, tenant: () => tenant.name })(counting)
    const ask = toArray(client)(models.note)
    expect([await tagOf(ask), await tagOf(ask), await tagOf(ask), calls.n]).to.deep.equal([
      'ClientFailed',
      'Right',
      'Right',
      2,
    ])
    tenant.name = 'b'
    await ask()
    tenant.name = 'a'
    await ask()
    expect(calls.n).to.equal(4)
  })

  it('gives copies', async () => {
    const client = cache({ rows: 1000 })(fresh())
    const query = {
      from: { _tag: 'model', model: 'owner' },
      annotations: [],
      where: null,
      order: [],
      reverse: false,
      distinctOn: null,
      columns: null,
      group: null,
      distinct: false,
      slice: null,
      fields: null,
      related: [],
    } as const
    for (const _ of [1, 2]) {
      const { rows } = await right(client.list(query))
      expect(rows).to.deep.equal(data.owner)
      ;(rows as Array<{ tenant: number }>).forEach((row) => (row.tenant = 0))
    }
  })
})

describe('a cache of several clients', () => {
  const named = (id: number) => memory(models, { owner: [{ id, tenant: id }] })

  it("gives nobody another one's answers, and forgets for all what is written through one", async () => {
    const cached = cache({ rows: 60_000 })
    const [a, b] = [named(1), named(2)]
    const ids = async (client: Client) => (await right(toArray(client)(models.owner))).map(({ id }) => id)
    expect([await ids(cached(a)), await ids(cached(b))]).to.deep.equal([[1], [2]])
    const both = await Promise.all([ids(cached(a)), ids(cached(b))])
    expect(both).to.deep.equal([[1], [2]])
    // Two views of the same rows: what one writes, the other one sees.
    const seven = scope(models, { owner: (o) => o.tenant.lt(7) })(a)
    const view = cached(seven)
    expect(await ids(view)).to.deep.equal([1])
    await right(cached(a).create('owner', { id: 5, tenant: 5 }))
    expect([await ids(view), await ids(cached(a))]).to.deep.equal([
      [1, 5],
      [1, 5],
    ])
  })

  it('is one for a client that is given to it again', async () => {
    const events: Array<LogEvent> = []
    const cached = cache({ rows: 60_000 })
    const whole = log((event) => events.push(event))(named(1))
    await Promise.all([toArray(cached(whole))(models.owner)(), toArray(cached(whole))(models.owner)()])
    await toArray(cached(whole))(models.owner)()
    expect(events.length).to.equal(1)
  })
})

describe('concurrency and rateLimit', () => {
  it('hold several clients to one limit', async () => {
    const running = { now: 0, most: 0 }
    const slow = () => {
      const whole = fresh()
      const list: Client['list'] = (query) => async () => {
        running.now += 1
        running.most = Math.max(running.most, running.now)
        await new Promise((done) => setTimeout(done, 2))
        running.now -= 1
        return whole.list(query)()
      }
      return { ...whole, list }
    }
    const two = concurrency(2)
    await Promise.all([two(slow()), two(slow()), two(slow())].map((each) => toArray(each)(models.note)()))
    expect(running.most).to.equal(2)
    const waits: Array<number> = []
    const sleepFor = (ms: number) => {
      waits.push(ms)
      return Promise.resolve()
    }
    const limited = rateLimit({ calls: 1, per: 100, now: () => 0, sleep: sleepFor })
    await right(count(limited(fresh()))(models.note))
    await right(count(limited(fresh()))(models.note))
    expect(waits).to.deep.equal([100])
  })

  it('take no notice of a clock that is put back', async () => {
    const { now } = Date
    const back = { by: 0 }
    const waits: Array<number> = []
    try {
      Date.now = () => now() - back.by
      const sleepFor = (ms: number) => {
        waits.push(ms)
        return Promise.resolve()
      }
      const client = rateLimit({ calls: 1, per: 100, sleep: sleepFor })(fresh())
      await right(count(client)(models.note))
      back.by = 3_600_000
      await right(count(client)(models.note))
    } finally {
      Date.now = now
    }
    expect(Math.max(...waits)).to.be.at.most(100)
  })

  it('let so many calls run at once, also after failures, and transactions through', async () => {
    const running = { now: 0, most: 0 }
    const whole = fresh()
    const slow = {
      ...whole,
      list: (query: Parameters<typeof whole.list>[0]) => async () => {
        running.now += 1
        running.most = Math.max(running.most, running.now)
        await new Promise((done) => setTimeout(done, 2))
        running.now -= 1
        return running.most % 2 === 0 ? E.left(lost) : whole.list(query)()
      },
    }
    const client = concurrency(2)(slow)
    await Promise.all(Array.from({ length: 9 }, () => toArray(client)(models.note)()))
    expect(running.most).to.equal(2)
    const one = concurrency(1)(fresh())
    expect(await right(transaction(one, (inside) => count(inside)(models.note)))).to.equal(3)
    expect(await right(count(one)(models.note))).to.equal(3)
  })

  it('let so many calls begin in a span', async () => {
    const clock = { now: 0 }
    const waits: Array<number> = []
    const client = rateLimit({
      calls: 2,
      per: 100,
      now: () => clock.now,
      sleep: (ms) => {
        waits.push(ms)
        return Promise.resolve()
      },
    })(fresh())
    for (let i = 0; i < 5; i += 1) await right(count(client)(models.note))
    expect(waits).to.deep.equal([100, 100, 200])
    clock.now = 1000
    await right(count(client)(models.note))
    expect(waits.length).to.equal(3)
  })
})

describe('log and trace', () => {
  it('tell what was done, and no value', async () => {
    const events: Array<LogEvent> = []
    const attributes: Array<readonly [string, unknown]> = []
    const span: Span = {
      setAttribute: (name, value) => attributes.push([name, value]),
      setStatus: ({ code }) => attributes.push(['status', code]),
      end: () => attributes.push(['end', true]),
    }
    const client = pipe(
      fresh(),
      log((event) => {
        events.push(event)
        throw new Error('a listener that throws')
      }),
      trace({
        startSpan: (name, options) => {
          attributes.push([name, options.attributes['db.system.name']])
          return span
        },
      }),
    )
    await right(
      pipe(
        models.note,
        filter((n) => n.text.eq('secret')),
        toArray(client),
      ),
    )
    await pipe(models.note, create(client, { id: 1, tenant: 7, text: 'secret' }))()
    expect(JSON.stringify([events, attributes])).not.to.include('secret')
    expect(events[0]).to.include({ client: 'memory', operation: 'list', model: 'note', rows: 0, error: null })
    expect(attributes.slice(0, 3)).to.deep.equal([
      ['list note', 'memory'],
      ['db.response.returned_rows', 0],
      ['end', true],
    ])
    expect(attributes.some(([name, value]) => name === 'error.type' && value === 'Conflict')).to.equal(true)
  })
})

describe('validate', () => {
  it('finds what is wrong', async () => {
    const whole = fresh()
    const wrong = validate({
      ...whole,
      count: () => TE.right(1.5),
      getPks: () => TE.right(['x']),
      create: (_: string, row: object) => TE.right({ ...row, tenant: 'seven' } as never),
    })
    expect(await tagOf(count(wrong)(models.note))).to.equal('ClientFailed')
    expect(
      await tagOf(wrong.create('note', { id: 9, tenant: 7, text: 'x', gone: false, owner: null })),
    ).to.equal('Undecodable')
  })

  it('refuses what it says that it can not answer, and nothing else', async () => {
    const all = fresh()
    const weak = validate({
      ...all,
      support: understands({ lookups: { exact: 'exact', contains: 'superset' }, total: 'exact' }),
    })
    const asked = async (folded: E.Either<QueryError, Query>): Promise<string> => {
      const query = E.getOrElse((error: QueryError): Query => {
        throw new Error(error.message)
      })(folded)
      const [listed, counted] = [await weak.list(query)(), await (weak.count?.(query) ?? weak.list(query))()]
      return [listed, counted].map((each) => (E.isLeft(each) ? each.left._tag : 'Right')).join()
    }
    const { note } = models
    expect(
      await asked(
        pipe(
          note,
          filter((n) => n.tenant.eq(7)),
          fold,
        ),
      ),
    ).to.equal('Right,Right')
    // More than those that meet it may come: whoever asks looks through them again.
    expect(
      await asked(
        pipe(
          note,
          filter((n) => n.text.contains('a')),
          fold,
        ),
      ),
    ).to.equal('Right,Right')
    const beyond = [
      pipe(
        note,
        filter((n) => n.tenant.gt(7)),
        fold,
      ),
      pipe(
        note,
        orderBy((n) => [n.text.asc()]),
        fold,
      ),
      pipe(
        note,
        valuesList((n) => n.text),
        fold,
      ),
      pipe(
        note,
        selectRelated((n) => n.owner),
        fold,
      ),
    ]
    for (const each of beyond) expect(await asked(each)).to.equal('Unsupported,Unsupported')
  })
})

describe('readOnly', () => {
  it('has nothing that writes', () => {
    const client = readOnly(fresh())
    // @ts-expect-error -- it doesn't write
    const asked = () => create(client, { tenant: 1, text: 'x' })
    expect(asked).to.be.a('function')
    expect(
      Object.keys(client).filter((name) => /create|update|delete|transaction/u.test(name)),
    ).to.deep.equal([])
  })
})

describe('scope', () => {
  const ours = scope(models, { note: (n) => n.tenant.eq(7), owner: (o) => o.tenant.eq(7) })

  it('hides rows, and what leads to them', async () => {
    const client = ours(fresh())
    const rows = await right(
      pipe(
        models.note,
        selectRelated((n) => n.owner),
        toArray(client),
      ),
    )
    expect(rows.map(({ id, owner }) => [id, owner === null ? null : owner.id])).to.deep.equal([
      [1, 1],
      [2, null],
    ])
    expect(
      await right(
        pipe(
          models.note,
          filter((n) => n.owner.tenant.eq(8)),
          count(client),
        ),
      ),
    ).to.equal(0)
    expect(
      await right(
        pipe(
          models.owner,
          filter((o) => o.notes.some((n) => n.tenant.eq(8))),
          count(client),
        ),
      ),
    ).to.equal(0)
  })

  it('holds writes to its rows', async () => {
    const whole = fresh()
    const client = ours(whole)
    expect(await tagOf(pipe(models.note, create(client, { tenant: 8, text: 'x' })))).to.equal('Invalid')
    expect(
      await tagOf(
        pipe(
          models.note,
          update(client, () => ({ tenant: 8 })),
        ),
      ),
    ).to.equal('Invalid')
    expect(await right(client.update('note', 3, { text: 'stolen' }))).to.equal(false)
    expect(await right(client.delete('note', 3))).to.equal(false)
    expect(await right(client.deleteBulk('note', [1, 3]))).to.equal(1)
    expect(
      await tagOf(
        transaction(client, (inside) => pipe(models.note, create(inside, { tenant: 8, text: 'x' }))),
      ),
    ).to.equal('Invalid')
    expect(
      await right(
        pipe(
          models.note,
          valuesList((n) => n.text),
          toArray(whole),
        ),
      ),
    ).to.deep.equal(['b', 'c'])
  })

  it('deletes softly', async () => {
    const whole = fresh()
    const soft = scope(
      models,
      { note: (n) => n.gone.eq(false) },
      { softDelete: { note: () => ({ gone: true }) } },
    )
    const client = soft(whole)
    expect(
      await right(
        pipe(
          models.note,
          filter((n) => n.id.eq(1)),
          deleteRows(client),
        ),
      ),
    ).to.deep.equal({ note: 1 })
    expect(await right(count(client)(models.note))).to.equal(2)
    expect(await right(count(whole)(models.note))).to.equal(3)
  })

  it('refuses a backend that would show more, and predicates that lead elsewhere', async () => {
    const weak = ours({ ...readOnly(fresh()), support: understands({}) })
    expect(await tagOf(toArray(weak)(models.note))).to.equal('Unsupported')
    const far = scope(models, { note: (n) => n.owner.tenant.eq(7) })(fresh())
    expect(await tagOf(toArray(far)(models.note))).to.equal('InvalidQuery')
  })
})
