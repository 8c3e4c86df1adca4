/**
 * How much slower the SQL client is than a database's driver alone, beside kysely, drizzle and Prisma:
 * `bash .config/bench.sh sql`, or `npx -y -p node@22 bash .config/bench.sh sql` for SQLite too.
 *
 * All must give the same rows first. They take many short turns, so that each of them gets its share of what else the
 * machine does. The first third of the turns warms up. Of the others the median counts.
 */
import { deepStrictEqual } from 'node:assert'
import type { Contender, Engine, Track } from './databases/Contender.js'
import { given, size } from './databases/Contender.js'
import { postgres } from './databases/postgres.js'
import { sqlite } from './databases/sqlite.js'

/** What differs between two inserts is the keys alone. */
const unkeyed = (rows: ReadonlyArray<Track>) => rows.map(({ name, milliseconds }) => ({ name, milliseconds }))

const plain = (rows: ReadonlyArray<Track>) => rows.map((row) => ({ ...row }))

const agree = async ({ contenders, undo }: Engine): Promise<void> => {
  const [raw] = contenders
  if (raw === undefined) return
  const first = plain(await raw.insert())
  for (const each of contenders) {
    deepStrictEqual({ ...(await each.get(5)) }, first[4], each.name)
    deepStrictEqual(plain(await each.page(300_000)), plain(await raw.page(300_000)), each.name)
    deepStrictEqual(plain(await each.list()), first, each.name)
    deepStrictEqual(unkeyed(await each.insert()), given, each.name)
    await undo()
  }
}

/** `times` is the number of calls in a turn. */
interface Measured {
  readonly title: string
  readonly turns: number
  readonly times: number
  readonly run: (each: Contender, i: number) => unknown
  readonly isThere?: (each: Contender) => boolean
}

const steps: ReadonlyArray<Measured> = [
  { title: 'get by key', turns: 90, times: 200, run: (each, i) => each.get(1 + (i % size)) },
  { title: 'filter, order, 20 rows', turns: 90, times: 50, run: (each, i) => each.page(390_000 + (i % 100)) },
  { title: 'list of 10,000', turns: 90, times: 5, run: (each) => each.list() },
  { title: 'insert of 10,000', turns: 30, times: 1, run: (each) => each.insert() },
  {
    title: 'build the statement of 20 rows',
    turns: 90,
    times: 1000,
    run: (each, i) => each.build?.(i),
    isThere: ({ build }) => build !== null,
  },
]

const medianOf = (all: ReadonlyArray<number>): number =>
  [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Infinity

/** The milliseconds that a call takes each contender. */
const timesOf = async (
  engine: Engine,
  { turns, times, run, isThere = () => true }: Measured,
): Promise<ReadonlyArray<number>> => {
  const taken = engine.contenders.map((): Array<number> => [])
  for (let turn = 0; turn < turns; turn += 1)
    for (const [at, each] of engine.contenders.entries()) {
      if (!isThere(each)) continue
      const start = performance.now()
      for (let i = 0; i < times; i += 1) await run(each, i)
      if (turn >= turns / 3) taken[at]?.push((performance.now() - start) / times)
      if (times === 1) await engine.undo()
    }
  return taken.map(medianOf)
}

const measure = async (engine: Engine): Promise<void> => {
  await agree(engine)
  console.log(`| ${engine.name}, milliseconds | ${engine.contenders.map(({ name }) => name).join(' | ')} |`)
  console.log(`|---|${engine.contenders.map(() => '---').join('|')}|`)
  for (const step of steps) {
    const taken = await timesOf(engine, step)
    const [base = Infinity] = taken
    const cells = taken.map((ms) => {
      if (ms === Infinity) return '–'
      return base === Infinity ? ms.toFixed(4) : `${ms.toFixed(4)} (${(ms / base).toFixed(2)})`
    })
    console.log(`| ${step.title} | ${cells.join(' | ')} |`)
  }
  console.log()
  await engine.close()
}

await measure(await postgres())
const embedded = await sqlite()
if (embedded === null) console.log('SQLite is left out: this Node has no node:sqlite.')
else await measure(embedded)
