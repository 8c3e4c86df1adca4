/**
 * How much slower queries over rows in memory are than loops written by hand: `npm run bench:engine [rows]`.
 *
 * Each case is run by a loop, by the evaluator alone, and by the memory client, whose rows are copied and checked on
 * their way. All three must give the same rows. Times are processor time, the least of several runs.
 */
import { deepStrictEqual } from 'node:assert'
import { either as E, function as fn, type taskEither as TE } from 'fp-ts'
import {
  autoId,
  count,
  create,
  createBulk,
  deleteRows,
  distinct,
  exists,
  field,
  filter,
  first,
  fold,
  get,
  groupBy,
  orderBy,
  schema,
  schemaOf,
  slice,
  toArray,
  update,
  values,
  type Client,
  type QueryError,
  type Row,
  type WritableClient,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'
import { engine } from '../../src/engine/engine.js'
import { sourceOf, store } from '../../src/engine/Store.js'
import type { AnyQueryset } from '../../src/queryset/Queryset.js'

const { pipe } = fn
const n = Number(process.argv[2] ?? 100_000)
const models = schema({ reading: { id: autoId, sensor: field.text(), value: field.int(), day: field.int() } })

interface Reading {
  readonly id: number
  readonly sensor: string
  readonly value: number
  readonly day: number
}

const rowsOf = (many: number): ReadonlyArray<Reading> =>
  Array.from({ length: many }, (_, i) => ({
    id: i + 1,
    sensor: `s${String((i * 31) % 100)}`,
    value: (i * 7919) % 99_991,
    day: i % 365,
  }))

const readings = rowsOf(n)

const right = <A>(answer: E.Either<QueryError, A>): A => {
  if (E.isLeft(answer)) throw new Error(answer.left.message)
  return answer.right
}

const done = async <A>(task: TE.TaskEither<QueryError, A>): Promise<A> => right(await task())

/** Processor milliseconds, the least of some runs. */
const least = async (runs: number, program: () => unknown): Promise<number> => {
  const times: Array<number> = []
  for (let i = 0; i < runs; i++) {
    const start = process.cpuUsage()
    await program()
    const { user, system } = process.cpuUsage(start)
    times.push((user + system) / 1000)
  }
  return Math.min(...times)
}

interface Case {
  readonly name: string
  readonly byHand: (rows: ReadonlyArray<Reading>) => unknown
  readonly queryset: AnyQueryset
}

const byValue = (a: Reading, b: Reading): number => a.value - b.value || a.id - b.id

const grouped = (rows: ReadonlyArray<Reading>): ReadonlyArray<object> => {
  const groups = new Map<string, { sensor: string; many: number; sum: number; most: number }>()
  for (const { sensor, value } of rows) {
    const group = groups.get(sensor)
    if (group === undefined) groups.set(sensor, { sensor, many: 1, sum: value, most: value })
    else {
      group.many += 1
      group.sum += value
      group.most = Math.max(group.most, value)
    }
  }
  return [...groups.values()]
}

const inOrder = pipe(
  models.reading,
  orderBy((r) => [r.value.asc(), r.id.asc()]),
)
const among = Array.from({ length: 50 }, (_, i) => i * 1_999 + 1)

const cases: ReadonlyArray<Case> = [
  { name: 'all rows', byHand: (rows) => rows.map((row) => ({ ...row })), queryset: models.reading },
  {
    name: 'filter, half of the rows',
    byHand: (rows) => rows.filter(({ value }) => value < 50_000).map((row) => ({ ...row })),
    queryset: pipe(
      models.reading,
      filter((r) => r.value.lt(50_000)),
    ),
  },
  {
    name: 'group by, 100 groups, three aggregates',
    byHand: grouped,
    queryset: pipe(
      models.reading,
      groupBy(
        (r) => ({ sensor: r.sensor }),
        (g) => ({ many: g.count(), sum: g.sum((r) => r.value), most: g.max((r) => r.value) }),
      ),
    ),
  },
  {
    name: 'distinct, 36,500 pairs',
    byHand: (rows) => {
      const seen = new Set<string>()
      return rows.flatMap(({ sensor, day }) => {
        const key = `${sensor} ${String(day)}`
        return seen.has(key) ? [] : (seen.add(key), [{ sensor, day }])
      })
    },
    queryset: pipe(
      models.reading,
      values((r) => ({ sensor: r.sensor, day: r.day })),
      distinct,
    ),
  },
  {
    name: 'sort of all rows',
    byHand: (rows) => [...rows].sort(byValue).map((row) => ({ ...row })),
    queryset: inOrder,
  },
  {
    name: 'deep page, 20 rows in the middle',
    byHand: (rows) => [...rows].sort(byValue).slice(n / 2, n / 2 + 20),
    queryset: pipe(inOrder, slice(n / 2, n / 2 + 20)),
  },
  {
    name: 'first page, 20 rows of a sort',
    byHand: (rows) => [...rows].sort(byValue).slice(0, 20),
    queryset: pipe(inOrder, slice(0, 20)),
  },
  {
    name: 'in, 50 keys',
    byHand: (rows) => {
      const wanted = new Set(among)
      return rows.filter(({ id }) => wanted.has(id))
    },
    queryset: pipe(
      models.reading,
      filter((r) => r.id.in(among)),
    ),
  },
]

const resolved = schemaOf(models)
const stored = right(store(resolved, { reading: readings as unknown as ReadonlyArray<Row> }))
const now = '2026-01-01T00:00:00.000Z'
const fixed = (time: number): string => time.toFixed(time < 10 ? 2 : 0)

const compare = async (client: Client, { name, byHand, queryset }: Case): Promise<void> => {
  const query = right(fold(queryset))
  const alone = () => right(engine.page({ schema: resolved, source: sourceOf(stored), now }, query)).rows
  const through = () => done(toArray(client)(queryset as typeof models.reading))
  const expected = byHand(readings)
  deepStrictEqual(alone(), expected, name)
  deepStrictEqual(await through(), expected, name)
  const hand = await least(7, () => byHand(readings))
  const [own, whole] = [await least(7, alone), await least(7, through)]
  console.log(
    `| ${name} | ${fixed(hand)} | ${fixed(own)} | ${fixed(own / hand)} × | ${fixed(whole)} | ${fixed(whole / hand)} × |`,
  )
}

/** Milliseconds a call, of several calls each time. */
const each = async (name: string, calls: number, call: (i: number) => Promise<unknown>): Promise<void> => {
  const all = async () => {
    for (let i = 0; i < calls; i++) await call(i)
  }
  await all()
  const time = await least(5, all)
  console.log(`| ${name} | ${(time / calls).toFixed(3)} |`)
}

const withId = (id: number) =>
  pipe(
    models.reading,
    filter((r) => r.id.eq(id)),
  )

const calls = async (client: WritableClient): Promise<void> => {
  const written = (i: number) =>
    pipe(
      withId((i % 1000) + 1),
      update(client, () => ({ value: i })),
    )
  const ofSensor = pipe(
    models.reading,
    filter((r) => r.sensor.eq('s7')),
  )
  await each('get by key', 50, (i) => done(get(client)(withId(i + 1))))
  await each('update by key', 10, (i) => done(written(i)))
  await each('get by key after a write', 10, async (i) => {
    await done(written(i))
    await done(get(client)(withId(500 + i)))
  })
  await each('count by an indexed column after a write', 10, async (i) => {
    await done(written(i))
    await done(count(client)(ofSensor))
  })
  await each('first', 10, () => done(first(client)(models.reading)))
  await each('exists', 10, () =>
    done(
      pipe(
        models.reading,
        filter((r) => r.value.gt(10)),
        exists(client),
      ),
    ),
  )
  const few = memory(models, { reading: rowsOf(10) })
  const positive = pipe(
    models.reading,
    filter((r) => r.value.gt(10)),
  )
  await each('a filter over 10 rows', 3000, () => done(toArray(few)(positive)))
  await each('all of 10 rows', 3000, () => done(toArray(few)(models.reading)))
}

const named = schema({ unit: { id: autoId, name: field.text({ unique: true }), size: field.int() } })

/** Creates, and writes of all rows, one run after the other on one client. */
const bulks = async (): Promise<void> => {
  const unitRows = readings.map(({ id, value }) => ({ id, name: `unit ${String(id)}`, size: value }))
  const units = memory(named, { unit: unitRows })
  const client = memory(models, { reading: readings })
  const count = { made: 0 }
  const names = (many: number) =>
    Array.from({ length: many }, () => ({ name: `new ${String((count.made += 1))}`, size: 1 }))
  const plain = (many: number) => rowsOf(many).map(({ sensor, value, day }) => ({ sensor, value, day }))
  const one = { sensor: 's1', value: 1, day: 1 }
  const row = async (name: string, runs: number, program: () => Promise<unknown>) => {
    console.log(`| ${name} | ${fixed(await least(runs, program))} |`)
  }
  await row('create of a row', 7, () => done(pipe(models.reading, create(client, one))))
  await row('create of 1,000 rows', 5, () => done(pipe(models.reading, createBulk(client, plain(1000)))))
  await row('100 creates with a unique name', 5, async () => {
    for (const unit of names(100)) await done(pipe(named.unit, create(units, unit)))
  })
  await row('create of 1,000 rows with a unique name', 5, () =>
    done(pipe(named.unit, createBulk(units, names(1000)))),
  )
  await row('update of all rows', 5, () =>
    done(
      pipe(
        models.reading,
        update(client, (r) => ({ day: r.day.plus(1) })),
      ),
    ),
  )
  await row('delete of all rows', 1, () => done(pipe(models.reading, deleteRows(client))))
}

const client = memory(models, { reading: readings })
console.log(`${String(n)} rows, Node ${process.versions.node}; milliseconds\n`)
console.log('| | loop | evaluator | ratio | client | ratio |\n|---|---|---|---|---|---|')
for (const one of cases) await compare(client, one)
console.log('\n| | a call |\n|---|---|')
await calls(client)
console.log('\n| | a run |\n|---|---|')
await bulks()
