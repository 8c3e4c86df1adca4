import { expect } from 'chai'
import * as Q from '../src/index.js'
import { httpClient, httpHandler } from '../src/http.js'
import { json } from '../src/json.js'
import { memory } from '../src/memory.js'

/**
 * Whatever a public function is given, nothing throws, no promise is rejected, and every program ends. Caught, planted: no
 * `total` around `createBulk`; `concurrency(NaN)` waiting; the options of `cache` taken apart before they are looked at;
 * `append` reading the length of what is not a queryset; properties of a row read where they may throw.
 */

// The arguments are such as types refuse.
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return */
const q: any = { ...Q, httpClient, httpHandler, json, memory }

const fail = (): never => {
  throw new Error('trap')
}

const trap: object = new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail })

const junk: ReadonlyArray<readonly [string, any]> = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', NaN],
  ['7', 7],
  ['-1', -1],
  ['1.5', 1.5],
  ['Infinity', Infinity],
  ['text', 'x'],
  ['empty text', ''],
  ['true', true],
  ['an empty list', []],
  ['a list of null', [null]],
  ['an empty object', {}],
  ['a false queryset', { _tag: 'Queryset' }],
  ['a function of null', () => null],
  ['a function that throws', fail],
  ['a symbol', Symbol('s')],
  ['a bigint', 10n],
  ['no date', new Date(NaN)],
  ['an object without a prototype', Object.create(null)],
  ['an object that throws', trap],
  ['a promise', Promise.resolve(1)],
]

const models: any = Q.schema({
  a: { id: Q.autoId, n: Q.field.int() },
  b: {
    id: Q.autoId,
    a: Q.belongsTo('a', { relatedName: 'bs' }),
    many: Q.manyToMany('a', { relatedName: 'ms' }),
  },
})

const client: any = memory(models, { a: [{ id: 1, n: 1 }] })

/** Each call with one of its arguments, or one more, replaced by junk. */
const spoilt = (good: ReadonlyArray<unknown>): ReadonlyArray<readonly [string, ReadonlyArray<any>]> =>
  junk.flatMap(([name, value]) =>
    Array.from({ length: good.length + 1 }, (_, i) => {
      const args = [...good]
      args[i] = value
      return [`${name} as argument ${String(i + 1)}`, args] as const
    }),
  )

const late = Symbol('late')

/** Runs a program, and says what is wrong with its answer. */
const complaint = async (program: any): Promise<string | null> => {
  const answer = await Promise.race([
    Promise.resolve(program()).catch((cause: unknown) => new Error(`rejected: ${String(cause)}`)),
    new Promise((done) => setTimeout(done, 5000, late)),
  ])
  return answer === late
    ? 'it does not end'
    : answer instanceof Error
      ? answer.message
      : ['Left', 'Right'].includes(answer?._tag)
        ? null
        : 'its answer is no Either'
}

/** What is wrong with some calls: none of them may throw, and what they give is looked at by `look`. */
const complaints = async (
  calls: ReadonlyArray<readonly [string, () => any]>,
  look: (given: any) => Promise<string | null> = () => Promise.resolve(null),
): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (const [name, call] of calls)
    try {
      const wrong = await look(call())
      if (wrong !== null) found.push(`${name}: ${wrong}`)
    } catch (cause) {
      found.push(`${name}: threw ${(cause as Error).message}`)
    }
  return found
}

const relation = (r: any) => r.many
const set = () => ({ n: 1 })

/** The arguments of terminals after the client; those of `b` are about its rows. */
const terminals: { readonly [name: string]: ReadonlyArray<unknown> } = {
  toArray: [],
  first: [],
  last: [],
  get: [],
  count: [],
  exists: [],
  list: [],
  collect: [],
  deleteRows: [],
  contains: [{ id: 1, n: 1 }],
  inBulk: [[1]],
  latest: [(r: any) => [r.n]],
  earliest: [(r: any) => [r.n]],
  aggregate: [(g: any) => ({ k: g.count() })],
  create: [{ n: 1 }],
  createBulk: [[{ n: 1 }], {}],
  update: [set, {}],
  updateBulk: [[{ id: 1, n: 2 }], ['n'], {}],
  edit: [(r: any) => r, {}],
  getOrCreate: [{ n: 1 }, {}],
  updateOrCreate: [{ n: 1 }, {}],
  addRelated: [relation, [1]],
  removeRelated: [relation, [1]],
  setRelated: [relation, [1]],
  clearRelated: [relation],
  createRelated: [(r: any) => r.bs, {}],
}

describe('junk', function () {
  this.timeout(120_000)

  Object.entries(terminals).forEach(([name, good]) => {
    it(`${name} takes anything`, async () => {
      const rows = name.endsWith('Related') && name !== 'createRelated' ? models.b : models.a
      const wrong = await complaints(
        [
          ...spoilt([client, ...good]).map(([as, args]) => [as, () => q[name](...args)(rows)] as const),
          ...junk.map(([as, value]) => [`${as} as rows`, () => q[name](client, ...good)(value)] as const),
          ...junk.map(
            ([as, value]) =>
              [`${as} as an item`, () => q[name](client, [value], ...good.slice(1))(rows)] as const,
          ),
        ].filter(([as]) => !(name === 'exists' && as.startsWith('a false queryset as argument 1'))),
        complaint,
      )
      expect(wrong).to.deep.equal([])
    })
  })

  it('transaction, loadData, run, mutate and resume take anything', async () => {
    const wrong = await complaints(
      junk.flatMap(([as, value]) => [
        [`transaction, ${as}`, () => q.transaction(value, () => q.count(client)(models.a))] as const,
        [`transaction of ${as}`, () => q.transaction(client, value)] as const,
        [`loadData, ${as}`, () => q.loadData(value, [])] as const,
        [`loadData of ${as}`, () => q.loadData(client, value)] as const,
        [`loadData of a record ${as}`, () => q.loadData(client, [value])] as const,
        ...['run', 'mutate', 'resume'].flatMap((name) => [
          [`${name}, ${as}`, () => q[name](value)(null)] as const,
          [`${name} of ${as}`, () => q[name](client)(value)] as const,
          [`${name} of a list of ${as}`, () => q[name](client)([value])] as const,
        ]),
      ]),
      complaint,
    )
    expect(wrong).to.deep.equal([])
  })

  it('stream and dumpData take anything', async () => {
    const drained = async (rows: any): Promise<null> => {
      for await (const row of rows) expect(['Left', 'Right']).to.include(row._tag)
      return null
    }
    const wrong = await complaints(
      junk.flatMap(([as, value]) => [
        [`stream, ${as}`, () => q.stream(value)(models.a)] as const,
        [`stream with ${as}`, () => q.stream(client, value)(models.a)] as const,
        [`stream with size ${as}`, () => q.stream(client, { size: value })(models.a)] as const,
        [`stream of ${as}`, () => q.stream(client)(value)] as const,
        [`dumpData, ${as}`, () => q.dumpData(value)] as const,
      ]),
      drained,
    )
    expect(wrong).to.deep.equal([])
  })

  it('plan, explain and fold answer with a Left', async () => {
    const mutation = q.foldDelete(models.a).right
    const wrong = await complaints(
      junk.flatMap(([as, value]) => [
        ...['plan', 'explain'].flatMap((name) => [
          [`${name}, ${as}`, () => q[name](value)(models.a)] as const,
          [`${name} of ${as}`, () => q[name](client)(value)] as const,
        ]),
        ...['fold', 'decodeQuery', 'encodeQuery'].map(
          (name) => [`${name} of ${as}`, () => (name === 'fold' ? q.fold(value) : q[name]()(value))] as const,
        ),
        [`limits ${as}`, () => q.decodeQuery(value)(null)] as const,
        ...['planWrite', 'explainWrite'].flatMap((name) => [
          [`${name}, ${as}`, () => q[name](value)(mutation)] as const,
          [`${name} of ${as}`, () => q[name](client)(value)] as const,
        ]),
        ...['decodeMutation', 'encodeMutation'].flatMap((name) => [
          [`${name} of ${as}`, () => q[name]({ ...q.wireLimits, rows: 10 })(value)] as const,
          [`${name}, limits ${as}`, () => q[name](value)(mutation)] as const,
        ]),
        ...['foldInsert', 'foldUpdate', 'foldDelete'].map(
          (name) =>
            [
              `${name} of ${as}`,
              () => (name === 'foldDelete' ? q[name](value) : q[name](value)(models.a)),
            ] as const,
        ),
      ]),
      (answer: any) => Promise.resolve(['Left', 'Right'].includes(answer?._tag) ? null : 'it is no Either'),
    )
    expect(wrong).to.deep.equal([])
  })

  const steps: { readonly [name: string]: ReadonlyArray<unknown> } = {
    filter: [(r: any) => r.n.eq(1)],
    exclude: [(r: any) => r.n.eq(1)],
    annotate: [(r: any) => ({ k: r.n })],
    values: [(r: any) => ({ k: r.n })],
    valuesList: [(r: any) => [r.n]],
    orderBy: [(r: any) => [r.n.asc()]],
    distinctOn: [(r: any) => [r.n]],
    groupBy: [(r: any) => ({ n: r.n }), (g: any) => ({ k: g.count() })],
    slice: [0, 1],
    only: ['n'],
    defer: ['n'],
    union: [models.a],
    intersection: [models.a],
    difference: [models.a],
    selectRelated: [(r: any) => r.a],
    prefetchRelated: [(r: any) => r.bs, (rows: any) => rows],
    dates: [(r: any) => r.n, 'year'],
    datetimes: [(r: any) => r.n, 'year', 'asc'],
  }

  Object.entries(steps).forEach(([name, good]) => {
    it(`${name} takes anything, and is printed and run`, async () => {
      const wrong = await complaints(
        [
          ...spoilt(good).map(([as, args]) => [as, () => q[name](...args)(models.a)] as const),
          ...junk.map(([as, value]) => [`${as} as rows`, () => q[name](...good)(value)] as const),
        ],
        (made) => {
          Q.print(made)
          return complaint(q.toArray(client)(made))
        },
      )
      expect(wrong).to.deep.equal([])
    })
  })

  it('sets, lookups and operands take anything', async () => {
    const wrong = await complaints(
      junk.flatMap(([as, value]) => [
        ...['distinct', 'reverse', 'none'].map((name) => [`${name} of ${as}`, () => q[name](value)] as const),
        ...['and', 'or', 'xor'].flatMap((name) => [
          [
            `${name} as a predicate with ${as}`,
            () => q.filter((r: any) => q[name](r.n.eq(1), value))(models.a),
          ] as const,
          [`${name} of ${as}`, () => q[name](models.a)(value)] as const,
        ]),
        ...['eq', 'in', 'gt', 'range', 'plus', 'dividedBy', 'round', 'asc', 'isNull'].map(
          (name) =>
            [`${name} with ${as}`, () => q.filter((r: any) => r.n[name](value, value))(models.a)] as const,
        ),
        ...[
          'caseWhen',
          'cast',
          'coalesce',
          'concat',
          'func',
          'greatest',
          'holds',
          'nullIf',
          'subquery',
          'test',
          'value',
        ].flatMap((name) =>
          [undefined, null, 7, 'int'].map(
            (other) =>
              [
                `${name} with ${as}`,
                () => q.annotate(() => ({ k: q[name](value, other) }))(models.a),
              ] as const,
          ),
        ),
      ]),
      (made) => {
        Q.print(made)
        return complaint(q.toArray(client)(made))
      },
    )
    expect(wrong).to.deep.equal([])
    const looked = await complaints(
      junk.flatMap(([as, value]) => [
        [`lookup ${as}`, () => q.lookup(value, 1)(models.a)] as const,
        [`lookup of ${as}`, () => q.lookup('n', value)(models.a)] as const,
        [`lookup on ${as}`, () => q.lookup('n', 1)(value)] as const,
        [`lookups ${as}`, () => q.lookups(value)(models.a)] as const,
        [`lookups of a list of ${as}`, () => q.lookups({ and: [value] })(models.a)] as const,
      ]),
      (answer: any) => Promise.resolve(['Left', 'Right'].includes(answer?._tag) ? null : 'it is no Either'),
    )
    expect(looked).to.deep.equal([])
  })

  /** Reads and writes by what should be a client. */
  const used = async (made: any): Promise<string | null> => {
    for (const program of [
      q.toArray(made)(models.a),
      q.create(made, { n: 1 })(models.a),
      q.count(made)(models.a),
    ]) {
      const wrong = await complaint(program)
      if (wrong !== null) return wrong
    }
    return null
  }

  const middlewares: { readonly [name: string]: readonly [ReadonlyArray<unknown>, ReadonlyArray<string>] } = {
    concurrency: [[2], []],
    rateLimit: [[{ calls: 2, per: 1 }], ['calls', 'per', 'now', 'sleep']],
    retry: [[{ times: 1, delay: 1 }], ['times', 'delay', 'maxDelay', 'signal', 'sleep', 'random']],
    timeout: [[1000], []],
    cache: [[{ rows: 10 }], ['rows', 'counts', 'max', 'tenant', 'now']],
    log: [[() => 0], []],
    trace: [[{ startSpan: () => ({ setAttribute: set, setStatus: set, end: set }) }], ['startSpan']],
    within: [[{ rows: 100 }], ['rows', 'requests', 'milliseconds', 'guarded']],
    scope: [[models, {}, {}], []],
  }

  Object.entries(middlewares).forEach(([name, [good, options]]) => {
    it(`${name} takes anything`, async () => {
      const wrong = await complaints(
        [
          ...spoilt(good).map(([as, args]) => [as, () => q[name](...args)(client)] as const),
          ...junk.map(([as, value]) => [`${as} as a client`, () => q[name](...good)(value)] as const),
          ...options.flatMap((option) =>
            junk.map(
              ([as, value]) =>
                [
                  `${as} as '${option}'`,
                  () => q[name]({ ...(good[0] as object), [option]: value })(client),
                ] as const,
            ),
          ),
        ],
        used,
      )
      expect(wrong).to.deep.equal([])
    })
  })

  it('readOnly, validate, derive and deriveWrites take anything', async () => {
    const wrong = await complaints(
      ['readOnly', 'validate', 'derive', 'deriveWrites'].flatMap((name) =>
        junk.map(([as, value]) => [`${name} of ${as}`, () => q[name](value)] as const),
      ),
      used,
    )
    expect(wrong).to.deep.equal([])
  })

  it('clients, routes and what a client says of itself take anything', async () => {
    const fetch = () => Promise.resolve(new Response('{}'))
    const makers: { readonly [name: string]: readonly [ReadonlyArray<unknown>, ReadonlyArray<string>] } = {
      memory: [[models, {}], ['a']],
      json: [[models, '/nowhere/at/all', {}], []],
      httpClient: [
        [models, { url: 'http://x/', fetch }],
        ['url', 'fetch', 'headers', 'signal', 'maxPerRequest', 'lookups'],
      ],
      route: [[models, { a: client }], ['a']],
    }
    const wrong = await complaints(
      [
        ...Object.entries(makers).flatMap(([name, [good, options]]) => [
          ...spoilt(good).map(([as, args]) => [`${name}, ${as}`, () => q[name](...args)] as const),
          ...options.flatMap((option) =>
            junk.map(
              ([as, value]) =>
                [
                  `${name}, ${as} as '${option}'`,
                  () => q[name](good[0], { ...(good[1] as object), [option]: value }),
                ] as const,
            ),
          ),
        ]),
        ...junk.flatMap(([as, value]) => [
          [`support ${as}`, () => ({ ...client, support: value })] as const,
          [`support that says ${as}`, () => ({ ...client, support: () => value })] as const,
          [`understands ${as}`, () => ({ ...client, support: q.understands(value) })] as const,
          [`list that gives ${as}`, () => ({ ...client, list: () => value })] as const,
          [`list whose program gives ${as}`, () => ({ ...client, list: () => () => value })] as const,
          [
            `rows ${as}`,
            () => ({
              ...client,
              list: () => () => Promise.resolve({ _tag: 'Right', right: { rows: value, total: null } }),
            }),
          ] as const,
          [
            `a row ${as}`,
            () => ({
              ...client,
              list: () => () => Promise.resolve({ _tag: 'Right', right: { rows: [value], total: null } }),
            }),
          ] as const,
        ]),
      ],
      used,
    )
    expect(wrong).to.deep.equal([])
  })

  it('a server takes anything, and no limit that is none', async () => {
    const asked = () =>
      new Request('http://x/', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"operation":"count"}',
      })
    const wrong = await complaints(
      [
        ...spoilt([client, {}]).map(([as, args]) => [as, () => q.httpHandler(...args)] as const),
        ...['limits', 'models', 'lookups', 'authorize'].flatMap((option) =>
          junk.map(
            ([as, value]) =>
              [`${as} as '${option}'`, () => q.httpHandler(client, { [option]: value })] as const,
          ),
        ),
      ],
      async (handler) => ((await handler(asked())) instanceof Response ? null : 'it gave no response'),
    )
    expect(wrong).to.deep.equal([])
    const large = new Request('http://x/', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'x'.repeat(9 * 1024 * 1024),
    })
    expect((await q.httpHandler(client, { limits: { bytes: NaN } })(large)).status).to.equal(413)
  })

  it('schemas, fields and relations take anything, and tell it', async () => {
    const fields = ['text', 'int', 'decimal', 'date', 'uuid', 'json', 'choices', 'of', 'nullable']
    const wrong = await complaints(
      junk.flatMap(([as, value]) => [
        [`schema ${as}`, () => q.schema(value)] as const,
        [`a model ${as}`, () => q.schema({ a: value })] as const,
        [`a field ${as}`, () => q.schema({ a: { id: Q.autoId, x: value } })] as const,
        [`options ${as}`, () => q.schema({ a: { id: Q.autoId } }, value)] as const,
        [`uniqueTogether ${as}`, () => q.schema({ a: { id: Q.autoId } }, { uniqueTogether: value })] as const,
        [`columns ${as}`, () => q.schema({ a: { id: Q.autoId } }, { uniqueTogether: { a: value } })] as const,
        ...fields.flatMap((name) => [
          [
            `field.${name} of ${as}`,
            () => q.schema({ a: { id: Q.autoId, n: q.field[name](value) } }),
          ] as const,
          [
            `field.${name} with ${as}`,
            () => q.schema({ a: { id: Q.autoId, n: q.field[name]('text', value) } }),
          ] as const,
        ]),
        ...['belongsTo', 'oneToOne', 'manyToMany'].flatMap((name) => [
          [`${name} of ${as}`, () => q.schema({ a: { id: Q.autoId, n: q[name](value) } })] as const,
          [`${name} with ${as}`, () => q.schema({ a: { id: Q.autoId, n: q[name]('a', value) } })] as const,
          ...['relatedName', 'onDelete', 'default', 'through'].map(
            (option) =>
              [
                `${name} with ${option} ${as}`,
                () => q.schema({ a: { id: Q.autoId, n: q[name]('a', { [option]: value }) } }),
              ] as const,
          ),
        ]),
      ]),
      async (made) => {
        Q.checkSchema(made)
        return complaint(q.create(memory(made, {}), { n: 1 })(made?.a))
      },
    )
    expect(wrong).to.deep.equal([])
  })

  it('a row with a property that throws is told', async () => {
    const odd = Object.defineProperty({ id: 1 }, 'n', { get: fail, enumerable: true })
    const rows: any = {
      ...client,
      list: () => () => Promise.resolve({ _tag: 'Right', right: { rows: [odd], total: 1 } }),
    }
    for (const read of [q.toArray, q.first, q.get, q.list]) {
      const answer = await read(rows)(models.a)()
      expect(answer).to.have.nested.property('left._tag', 'Undecodable')
    }
  })

  it('wrong items are told as such, and nothing is written', async () => {
    for (const items of [7, 'x', null, {}, [7], [null], ['x']]) {
      const answer = await q.createBulk(client, items)(models.a)()
      expect(answer._tag).to.equal('Left')
      expect(answer.left.message).not.to.match(/undefined|is not a function/u)
    }
  })
})
