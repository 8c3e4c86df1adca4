/** The kit finds what is planted, makes it small, tells it once, and prints a test that fails. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { function as F, taskEither as TE } from 'fp-ts'
import { autoId, belongsTo, field, schema, schemaOf, type Query, type QueryError } from '../../src/index.js'
import { json } from '../../src/json.js'
import {
  checkClient,
  describeClient,
  printReport,
  tryCase,
  type Case,
  type CheckOptions,
  type Factory,
  type Failure,
  type Plain,
  type Rows,
} from '../../src/laws.js'
import { memory } from '../../src/memory.js'
import type { Mutated } from '../../src/query/Mutation.js'
import { conflict, invalid } from '../../src/value/QueryError.js'
import type { Row } from '../../src/value/Value.js'
import {
  aliasing,
  excludeLosesNulls,
  failsByName,
  foldsCase,
  honest,
  losesLast,
  lostUpdate,
  lteAsLt,
  madeLater,
  madeTwice,
  nullsFirst,
  ownCount,
  planted,
  reordersQuery,
  right,
  shopModels,
  staleCount,
  thirdLost,
  totalOfPage,
  unwrapped,
} from './planted.js'
import { rightClients } from '../../property-tests/support/rightClients.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

const first = async (client: Factory, options: Partial<CheckOptions> = {}): Promise<Failure> => {
  const report = await checkClient({ client, seed: 1, cases: 1000, failures: 1, ...options })()
  const [failure] = report.failures
  if (failure === undefined) throw new Error(printReport(report))
  return failure
}

describe('checkClient', function () {
  this.timeout(60_000)

  describe('finds', () => {
    it('that exclude loses what is missing, and says so', async () => {
      const failure = await first(excludeLosesNulls)
      expect(failure.size.rows).to.equal(1)
      expect(failure.size.total).to.be.at.most(4)
      expect(failure.sentence).to.match(/^`exclude` by `\w+` on `\w+` loses a row whose `\w+` is missing\.$/u)
    })

    it('a boundary', async () => {
      const failure = await first(lteAsLt, { seed: 2 })
      expect(failure.size.total).to.be.at.most(4)
      expect(failure.sentence).to.contain('`lte`')
    })

    it('a boundary, by the laws alone', async () => {
      const failure = await first(lteAsLt, { against: 'laws' })
      expect(failure.size.total).to.be.at.most(5)
    })

    it('a count that outlives a write', async () => {
      const failure = await first(staleCount)
      expect(failure.size.calls).to.be.at.most(3)
    })

    it('the last of many changes that is lost', async () => {
      const failure = await first(losesLast)
      expect(failure.area).to.equal('writes')
      expect(failure.size.rows).to.be.at.most(2)
      expect(failure.size.calls).to.equal(1)
    })

    it('results that are the store', async () => {
      const failure = await first(aliasing)
      expect(failure.size.calls).to.be.at.most(2)
    })

    it('an update that is lost when two overlap', async () => {
      const failure = await first(lostUpdate, { areas: ['concurrency'] })
      expect(failure.area).to.equal('concurrency')
      expect(failure.size.rows).to.be.at.most(1)
    })

    it('a row that is made twice when the answer is lost', async () => {
      const failure = await first(madeTwice, { areas: ['faults'] })
      expect(failure.area).to.equal('faults')
      expect(failure.size.total).to.be.at.most(3)
    })

    // Caught, planted in the kit: no overlap of a row being made with a change of it; reads that fail at the first wait only.
    it('what is changed while it is made', async () => {
      const failure = await first(madeLater, { areas: ['concurrency'], cases: 60 })
      expect(failure.area).to.equal('concurrency')
      expect(failure.size.rows).to.equal(0)
    })

    it('a row that is lost where the second wait of a read fails', async () => {
      const failure = await first(thirdLost, { areas: ['faults'], cases: 60 })
      expect(failure.area).to.equal('faults')
      expect(failure.size.rows).to.equal(3)
      expect(failure.size.calls).to.equal(1)
    })
  })

  it('tells the same fault once, and the same by the same seed', async () => {
    const options: CheckOptions = { client: lteAsLt, seed: 2, cases: 30, areas: ['reads'], failures: 5 }
    const [one, two] = [await checkClient(options)(), await checkClient(options)()]
    expect(one.failures.map(({ test }) => test)).to.deep.equal(two.failures.map(({ test }) => test))
    expect(one.failures.length).to.be.at.most(2)
    expect(one.failures.reduce((sum, { seen }) => sum + seen, 0)).to.be.greaterThan(one.failures.length)
  })

  it('finds nothing in a right client, and tells what was exercised', async () => {
    const report = await checkClient({ client: right, seed: 1, cases: 60 })()
    expect(report.failures, printReport(report)).to.deep.equal([])
    expect(report.coverage.reads).to.be.greaterThan(500)
    expect(report.coverage.empty / report.coverage.reads).to.be.lessThan(0.45)
    expect(Object.keys(report.coverage.lookups)).to.include.members(['exact', 'in', 'isnull', 'iregex'])
    expect(printReport(report)).to.match(/^\w+: no law was seen broken in 60 cases/u)
  })

  // Caught, planted: calls that take several requests, by what a client says of itself, held to be one.
  it('knows that rows may come and go between the pages of a client', async () => {
    const report = await checkClient({ ...rightClients['abilities at random']!, seed: 102, cases: 60 })()
    expect(report.failures, printReport(report)).to.deep.equal([])
    expect(report.coverage.laws['calls that overlap are as in some order']).to.be.greaterThan(0)
  })

  it('ends in time', async () => {
    const start = Date.now()
    const report = await checkClient({ client: right, cases: 1_000_000, timeLimit: 200 })()
    expect(Date.now() - start).to.be.lessThan(3000)
    expect(report.cases).to.be.lessThan(1_000_000)
  })

  it('tries a case again', async () => {
    const failure = await first(excludeLosesNulls)
    expect((await tryCase({ client: excludeLosesNulls }, failure.example)())?.sentence).to.equal(
      failure.sentence,
    )
    expect(await tryCase({ client: right }, failure.example)()).to.equal(null)
  })

  // Caught: such a client, before keys that are counted up otherwise were known to be others' rows.
  it('lets mutations meet other rows where the keys of new ones are counted up otherwise', async () => {
    const ahead: Factory = (schema, rows) => right(schema, { ...rows, greatest: new Map([['owner', 50]]) })
    const id = { _tag: 'column', path: ['id'], level: 0 } as const
    const ten = { _tag: 'const', kind: 'int', value: 10 } as const
    const met = { _tag: 'lookup', name: 'exact', left: id, right: [ten] } as const
    const example: Case = {
      definitions: { owner: { id: autoId, size: field.nullable(field.int()) } },
      rows: { owner: [{ id: 9, size: null }] },
      calls: [
        {
          _tag: 'mutate',
          mutations: [
            {
              _tag: 'insert',
              model: 'owner',
              rows: [{ id: null, size: null }],
              onConflict: { _tag: 'refuse' },
              expect: null,
            },
            {
              _tag: 'update',
              of: { model: 'owner', steps: [{ _tag: 'filter', predicate: met }] },
              set: [{ name: 'size', kind: 'int', expression: { _tag: 'const', kind: 'int', value: 1 } }],
              expect: null,
            },
          ],
        },
      ],
    }
    expect(await tryCase({ client: ahead }, example)()).to.equal(null)
    const rows = [
      { id: null, size: 1 },
      { id: 3, size: 2 },
    ]
    const mixed: Case = {
      ...example,
      calls: [{ _tag: 'write', write: { _tag: 'create', model: 'owner', rows }, bulk: true }],
    }
    expect(await tryCase({ client: ahead }, mixed)()).to.equal(null)
    const forgetful = planted((client) => ({
      write: (mutations) =>
        TE.map((done: ReadonlyArray<Mutated>) => done.map((each) => ({ ...each, counts: {} })))(
          client.write!(mutations),
        ),
    }))
    expect(await tryCase({ client: forgetful }, example)()).to.not.equal(null)
  })

  // Caught: MariaDB, before the keys of related rows were compared with those of their own model.
  it('lets a call meet related rows that a call at the same time made, whatever their keys', async () => {
    const ahead: Factory = (schema, rows) => right(schema, { ...rows, greatest: new Map([['item', 50]]) })
    const example: Case = {
      definitions: {
        owner: { id: autoId },
        item: { id: autoId, rel: field.nullable(belongsTo('owner', { relatedName: 'all' })) },
      },
      rows: { owner: [{ id: 1 }] },
      calls: [
        {
          _tag: 'overlap',
          threads: [
            [
              {
                _tag: 'write',
                write: { _tag: 'create', model: 'item', rows: [{ id: null, rel: 1 }] },
                bulk: true,
              },
            ],
            [
              {
                _tag: 'read',
                of: {
                  model: 'owner',
                  steps: [{ _tag: 'prefetchRelated', relation: 'all', query: { model: 'item', steps: [] } }],
                },
                terminal: { _tag: 'toArray' },
              },
            ],
          ],
          picks: [],
        },
      ],
    }
    expect(await tryCase({ client: ahead }, example)()).to.equal(null)
  })

  // Caught: PostgreSQL, whose unique values are compared with those of transactions that are under way.
  it('lets a write be refused for a value that a transaction at the same time gives up', async () => {
    const refusing = planted((client) => ({
      update: (model, key, set) =>
        set['weight'] === 0 ? TE.left(conflict(model, ['weight'], 'taken')) : client.update(model, key, set),
    }))
    const update = (key: number, set: Row): Plain => ({
      _tag: 'write',
      write: { _tag: 'update', model: 'item', changes: [{ key, set }] },
      bulk: false,
    })
    const example = (weight: number): Case => ({
      definitions: {
        item: { id: autoId, title: field.text(), weight: field.int({ unique: true }) },
      },
      rows: {
        item: [
          { id: 1, title: '', weight },
          { id: 2, title: 'a', weight: 2 },
        ],
      },
      calls: [
        {
          _tag: 'overlap',
          threads: [
            [
              {
                _tag: 'atomic',
                first: [{ model: 'item', steps: [] }],
                writes: [{ _tag: 'update', model: 'item', changes: [{ key: 1, set: { weight: 1 } }] }],
                undone: [],
                fails: false,
                reads: [],
                kept: [],
                later: [],
              },
            ],
            [update(2, { title: 'b' }), update(2, { weight: 0 })],
          ],
          picks: Array.from({ length: 20 }, () => 0),
        },
      ],
    })
    expect(await tryCase({ client: refusing }, example(0))()).to.equal(null)
    // Nobody has the value.
    expect(await tryCase({ client: refusing }, example(7))()).to.not.equal(null)
  })

  it('takes either fault of a write that has two, and no other', async () => {
    const invalidFirst = planted(({ createBulk }) => ({
      createBulk: (model, rows) =>
        F.pipe(
          createBulk(model, rows),
          TE.mapLeft((error): QueryError => (error._tag === 'Conflict' ? invalid(model, []) : error)),
        ),
    }))
    const example = (live: boolean | null): Case => ({
      definitions: { item: { code: field.text({ primaryKey: true }), live: field.boolean() } },
      rows: { item: [{ code: 'a', live: true }] },
      calls: [
        {
          _tag: 'write',
          write: {
            _tag: 'create',
            model: 'item',
            rows: [
              { code: 'a', live: true },
              { code: 'b', live },
            ],
          },
          bulk: true,
        },
      ],
    })
    expect(await tryCase({ client: invalidFirst }, example(null))()).to.equal(null)
    expect((await tryCase({ client: invalidFirst }, example(true))())?.sentence).to.include('Invalid')
  })

  describe('over a schema of its author', () => {
    const models = schema({
      owner: { id: autoId, name: field.text({ maxLength: 12 }) },
      pet: {
        id: autoId,
        name: field.nullable(field.text({ maxLength: 5 })),
        sort: field.choices(['cat', 'dog']),
        age: field.int({ min: 0, max: 30 }),
        owner: field.nullable(belongsTo('owner', { relatedName: 'pets' })),
      },
    })

    it('makes only rows that its fields allow', async () => {
      const report = await checkClient({ schema: models, client: right, seed: 2, cases: 100 })()
      expect(report.failures, printReport(report)).to.deep.equal([])
    })

    it('finds what is planted', async () => {
      const failure = await first(excludeLosesNulls, { schema: models, seed: 3 })
      expect(failure.example.definitions).to.deep.equal({})
      expect(failure.sentence).to.contain('is missing')
      // A row that the fields refuse is in no backend, and can't be pasted.
      const sorts = (failure.example.rows['pet'] ?? []).map(({ sort }) => sort)
      expect(
        sorts.every((sort) => sort === 'cat' || sort === 'dog'),
        failure.table,
      ).to.equal(true)
    })

    it('starts from given rows by reset', async () => {
      const kept = { client: memory(models, {}) }
      const names = [
        'list',
        'count',
        'getPks',
        'create',
        'update',
        'delete',
        'createBulk',
        'updateBulk',
        'deleteBulk',
        'transaction',
      ] as const
      // What it does is what the client of the moment does.
      const client = {
        name: 'shop',
        schema: schemaOf(models),
        ...Object.fromEntries(
          names.map((name) => [
            name,
            (...args: ReadonlyArray<never>) =>
              () =>
                (
                  kept.client[name] as unknown as (
                    ...given: ReadonlyArray<never>
                  ) => TE.TaskEither<never, never>
                )(...args)(),
          ]),
        ),
      } as unknown as CheckOptions['client']
      const reset = (rows: Rows) =>
        TE.rightIO(() => {
          kept.client = memory(models, rows)
        })
      const report = await checkClient({ client, reset, seed: 4, cases: 60 })()
      expect(report.failures, printReport(report)).to.deep.equal([])
      expect(report.coverage.writes).to.be.greaterThan(30)
    })

    // Caught, planted: rows of a client alone that are spoilt as those of a client that the check made.
    it('leaves a client alone the rows that it keeps', async () => {
      const kept = [
        { id: 1, name: 'Ann' },
        { id: 2, name: 'ann' },
      ]
      const whole = memory(models, { owner: kept })
      const client = {
        ...whole,
        list: (query: Query) =>
          query.where === null &&
          query.slice === null &&
          query.from._tag === 'model' &&
          query.from.model === 'owner'
            ? TE.right({ rows: kept, total: kept.length })
            : whole.list(query),
      }
      await checkClient({ client, seed: 5, cases: 60 })()
      await checkClient({ client, seed: 5, cases: 20, discover: true })()
      expect(kept).to.deep.equal([
        { id: 1, name: 'Ann' },
        { id: 2, name: 'ann' },
      ])
    })

    it('reads what can be read only, and holds it against what it lists itself', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'laws-'))
      await writeFile(join(folder, 'owner.json'), '[{ "id": 1, "name": "Ann" }, { "id": 2, "name": "ann" }]')
      await writeFile(
        join(folder, 'pet.json'),
        JSON.stringify([
          { id: 1, name: 'Tom', sort: 'cat', age: 3, owner: 1 },
          { id: 2, name: null, sort: 'dog', age: 0, owner: null },
          { id: 3, name: '', sort: 'dog', age: 3, owner: 2 },
        ]),
      )
      const client = json(models, folder)
      const report = await checkClient({ client, seed: 5, cases: 60 })()
      expect(report.failures, printReport(report)).to.deep.equal([])
      expect(report.coverage.writes).to.equal(0)
      expect(Object.keys(report.coverage.laws)).to.include.members(['filter and exclude', 'sorted', 'pages'])
      const wrong = await checkClient({
        client: { ...client, count: (query) => TE.map((n: number) => n + 1)(client.count!(query)) },
        seed: 5,
        cases: 60,
      })()
      expect(wrong.failures.length).to.be.greaterThan(0)
      await rm(folder, { recursive: true })
    })
  })

  it('prints tests that compile, and fail for as long as the client is wrong', async () => {
    const planted = {
      excludeLosesNulls,
      lteAsLt,
      losesLast,
      totalOfPage,
      lostUpdate,
      thirdLost,
      reordersQuery,
      ownCount,
      failsByName,
    }
    const shop = { ownCount, failsByName }
    const failures = await Promise.all(
      Object.entries(planted).map(([name, client]) =>
        first(client, {
          areas:
            name === 'lostUpdate' ? ['concurrency'] : name === 'thirdLost' ? ['faults'] : ['reads', 'writes'],
          discover: client === totalOfPage,
          ...(name in shop ? { schema: shopModels } : {}),
        }),
      ),
    )
    const abilities = await Promise.all(
      [
        right,
        nullsFirst,
        foldsCase,
        honest({ slice: 'limit', order: true }),
        honest({ connectives: true, lookups: { gt: 'exact' }, maxPerRequest: 3, rows: { sample: 9 } }),
      ].map((client) => checkClient({ client, discover: true, cases: 0, seed: 1 })()),
    )
    const folder = join(root, '.docs-check', `laws-${String(process.pid)}`)
    await mkdir(folder, { recursive: true })
    await Promise.all([
      writeFile(
        join(folder, 'declared.ts'),
        "import { everything, understands, type Support } from 'queryset-ts'\n" +
          abilities
            .map(
              ({ manifest }, i) => `export const one${String(i)}: Support = ${manifest?.declaration ?? ''}\n`,
            )
            .join('') +
          'export const all = [everything, understands]\n',
      ),
      writeFile(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          extends: '../../tsconfig.json',
          compilerOptions: { types: ['node', 'mocha'] },
          include: ['*.ts'],
        }),
      ),
      ...Object.keys(planted).flatMap((name, i) => [
        writeFile(
          join(folder, `${name}.test.ts`),
          failures[i]!.test.replace("'./client.js'", `'./${name}.js'`),
        ),
        // What the author gives to the check, and nothing else: the client is the very one that was found wrong.
        writeFile(
          join(folder, `${name}.ts`),
          `import type { CheckOptions } from 'queryset-ts/laws'
import { right, shopModels, ${name} } from '../../unit-tests/laws/planted.js'
export const models = shopModels
const client: CheckOptions['client'] = process.env['RIGHT'] === 'yes' ? right : ${name}
export const options: CheckOptions = ${name in shop ? '{ schema: models, client }' : '{ client }'}
`,
        ),
      ]),
    ])
    const tsc = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc')
    const checked = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(checked.stdout, failures.map(({ test }) => test).join('\n')).to.equal('')
    const mocha = (isRight: string) =>
      spawnSync(
        process.execPath,
        [
          join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
          '--no-config',
          '--require',
          'tsx',
          '--node-option',
          'conditions=queryset-source',
          '--extension',
          'ts',
          `${folder}/*.test.ts`,
        ],
        { cwd: root, encoding: 'utf8', env: { ...process.env, RIGHT: isRight } },
      )
    const [wrong, well] = [mocha('no'), mocha('yes')]
    expect(wrong.stdout).to.contain(`${String(failures.length)} failing`)
    expect(well.stdout, well.stdout).to.contain(`${String(failures.length)} passing`)
    // Caught, planted: a test that says `false` where the client failed.
    expect(wrong.stdout).to.contain('the name is no good')
    await rm(folder, { recursive: true })
  })

  describe('tells', () => {
    it('what overlaps as a sentence and a time line', async () => {
      const { sentence, table, test } = await first(lostUpdate, { areas: ['concurrency'] })
      expect(sentence).to.match(/ But .+(?:at once|at the same time).+ (?:no order of them|in no order)/u)
      expect(table).to.match(/> at once:\n {2,3}1\. [AB] calls /u)
      expect(test).to.match(/\/\/ +1\. [AB] calls /u)
      expect(sentence + table).not.to.contain('_tag')
    })

    // Caught, planted: each read by itself made smaller, which hides what one leaves for the other.
    it('two reads around a write as small as each of them', async () => {
      const failure = await first(staleCount)
      expect(failure.size.nodes).to.be.at.most(2)
    })

    it('that a client changes its query', async () => {
      expect((await first(reordersQuery)).law).to.equal('queries are left as they are')
    })

    // Caught, planted: three failures that are one, behind which the fault stayed hidden.
    it('once that a client refuses nothing, and goes on', async () => {
      const report = await checkClient({ client: unwrapped, seed: 2, cases: 300, failures: 1 })()
      const laws = report.failures.map(({ law }) => law)
      expect(
        laws.filter((law) => law === 'refuses'),
        printReport(report),
      ).to.have.length(1)
      expect(laws).to.have.length(2)
      expect(report.failures.find(({ law }) => law === 'refuses')?.sentence).to.contain(
        'wrap it in `validate`',
      )
      expect(report.failures.find(({ law }) => law !== 'refuses')?.area).to.equal('writes')
    })
  })
})

describe('describeClient', () => {
  it('makes a test for each area, which fails with the report', async () => {
    const tests = new Map<string, () => Promise<void>>()
    const runner = {
      describe: (_: string, body: () => void) => {
        body()
      },
      it: (title: string, test: () => Promise<void>) => tests.set(title, test),
    }
    describeClient({ client: lteAsLt, seed: 2, cases: 100, failures: 1 }, runner)
    expect(tests.size).to.equal(4)
    const failed = await tests
      .get('answers as the reference does')?.()
      .then(
        () => null,
        (error: unknown) => error,
      )
    expect(String(failed)).to.contain('`lte`')
    await tests.get('tells what failed as it is')?.()
  }).timeout(60_000)
})
