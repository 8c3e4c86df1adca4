/**
 * What it costs to write 100,000 rows in chunks:
 * `node --expose-gc --import tsx --conditions=queryset-source docs/benchmarks/bulk.ts`.
 *
 * Makes, changes and deletes the rows through `createBulk`, `updateBulk` and `deleteRows`, over clients that take so
 * many rows at a time, and over one with transactions; and compares with a plain loop over the same client's own
 * functions. All of them must leave the same rows, in the order given.
 */
import { function as fn, either as E, type taskEither as TE } from 'fp-ts'
import {
  autoId,
  createBulk,
  deleteRows,
  field,
  schema,
  toArray,
  updateBulk,
  type QueryError,
  type Row,
  type WritableClient,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const { pipe } = fn
const n = Number(process.argv[2] ?? 100_000)
const models = schema({ reading: { id: autoId, sensor: field.text(), value: field.int() } })
const given = Array.from({ length: n }, (_, i) => ({ sensor: `s${String(i % 100)}`, value: (i * 7919) % n }))

const value = async <A>(task: TE.TaskEither<QueryError, A>): Promise<A> => {
  const answer = await task()
  if (E.isLeft(answer)) throw new Error(answer.left.message)
  return answer.right
}

type Times = Array<readonly [step: string, own: number, client: number]>
type Reading = { readonly id: number; readonly sensor: string; readonly value: number }

interface Contender {
  readonly name: string
  readonly go: (
    times: Times,
  ) => Promise<readonly [made: ReadonlyArray<Reading>, changed: ReadonlyArray<Reading>, left: number]>
}

const timed = async <A>(times: Times, step: string, program: () => Promise<A>): Promise<A> => {
  inside.ms = 0
  const start = performance.now()
  const result = await program()
  times.push([step, performance.now() - start - inside.ms, inside.ms])
  return result
}

/** Milliseconds spent in a client's own functions, which aren't the library's. */
const inside = { ms: 0 }

const watched =
  <A extends ReadonlyArray<unknown>, B>(call: (...args: A) => TE.TaskEither<QueryError, B>) =>
  (...args: A): TE.TaskEither<QueryError, B> =>
  async () => {
    const start = performance.now()
    const answer = await call(...args)()
    inside.ms += performance.now() - start
    return answer
  }

/**
 * The memory client without its transactions: so many rows a call. It goes through all its rows for each page and each
 * write, which takes longer than what is measured here, and is told apart.
 */
const chunked = (size: number): WritableClient => {
  const {
    name,
    schema: of,
    list,
    createBulk: create,
    updateBulk: update,
    deleteBulk: remove,
  } = memory(models, {})
  return {
    name,
    schema: of,
    maxPerRequest: size,
    list: watched(list),
    createBulk: watched(create),
    updateBulk: watched(update),
    deleteBulk: watched(remove),
  }
}

const all = (client: WritableClient) => value(pipe(models.reading, toArray(client)))

const library = (name: string, client: WritableClient): Contender => ({
  name,
  go: async (times) => {
    const made = await timed(times, 'create', () => value(pipe(models.reading, createBulk(client, given))))
    const changes = made.map((row) => [row.id, { value: row.value + 1 }] as const)
    await timed(times, 'update', () => value(pipe(models.reading, updateBulk(client, changes))))
    const changed = await all(client)
    await timed(times, 'delete', () => value(pipe(models.reading, deleteRows(client))))
    return [made, changed, (await all(client)).length]
  },
})

const chunks = <A>(list: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))

/** What one would write by hand, for this client and these rows: nothing is checked, and nothing told. */
const byHand = (size: number): Contender => ({
  name: `by hand, ${size.toLocaleString('en')} rows a call`,
  go: async (times) => {
    const made: Array<Reading> = []
    const { transaction: _, ...client } = memory(models, {})
    await timed(times, 'create', async () => {
      const rows = given.map((row): Row => ({ id: null, ...row }))
      for (const some of chunks(rows, size))
        (await value(client.createBulk('reading', some))).forEach((row) =>
          made.push(row as unknown as Reading),
        )
    })
    await timed(times, 'update', async () => {
      for (const some of chunks(made, size))
        await value(
          client.updateBulk(
            'reading',
            some.map((row) => ({ key: row.id, set: { value: row.value + 1 } })),
          ),
        )
    })
    const changed = await all(client)
    await timed(times, 'delete', async () => {
      for (const some of chunks(made, size))
        await value(
          client.deleteBulk(
            'reading',
            some.map(({ id }) => id),
          ),
        )
    })
    return [made, changed, (await all(client)).length]
  },
})

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const told = (rows: ReadonlyArray<Reading>): string =>
  rows.map(({ id, sensor, value: v }) => `${String(id)} ${sensor} ${String(v)}`).join()

const contenders: ReadonlyArray<() => Contender> = [
  () => byHand(1000),
  () => library('1,000 rows a call', chunked(1000)),
  () => library('500 rows a call', chunked(500)),
  () => library('in a transaction', memory(models, {})),
]

const state: { expected: string | null } = { expected: null }
console.log(`${n.toLocaleString('en')} rows: ms of the library + ms of the client; all leave the same rows\n`)
console.log('| | create | update | delete | heap kept |\n|---|---|---|---|---|')
for (const make of contenders) {
  const before = heap()
  const contender = make()
  const times: Times = []
  const [made, changed, left] = await contender.go(times)
  const result = `${told(made)}\n${told(changed)}\n${String(left)}`
  state.expected ??= result
  if (result !== state.expected) throw new Error(`${contender.name}: other rows than by hand`)
  const cells = times.map(([, own, client]) => `${own.toFixed(0)} + ${client.toFixed(0)}`)
  const kept = heap() - before
  console.log(`| ${contender.name} | ${cells.join(' | ')} | ${kept < 1 ? '< 1' : kept.toFixed(0)} MB |`)
}
