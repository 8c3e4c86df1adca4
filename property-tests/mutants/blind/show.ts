/** Whether a mutant's witness shows its bug: whether its answers, or what it leaves, can't be right. */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../../src/index.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import { allOf } from '../../../src/query/Query.js'
import { rightClient } from '../support/client.js'
import type { Asked, Failing, Io, MakeClient, Overlapping, Witness } from '../support/Mutant.js'
import { models, storeOf } from '../support/models.js'

interface Seen {
  readonly answers: unknown
  readonly left: unknown
}

/** Errors that say the same are the same, whatever caused them. */
const plain = (u: unknown): string =>
  JSON.stringify(u, (key, value: unknown) => (key === 'cause' ? undefined : value))

/** All rows of all models, by what the client lists. */
const leftBy = async (client: StoreClient): Promise<unknown> => {
  const left: Array<unknown> = []
  for (const model of models.models.keys()) {
    const page = await client.list(allOf({ _tag: 'model', model }))()
    left.push(E.isLeft(page) ? page : sorted(page.right.rows))
  }
  return left
}

const sorted = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => rows.map(plain).sort()

const ask = async (make: MakeClient, { rows, ask: run }: Asked): Promise<Seen> => {
  const client = make(models, storeOf(rows))
  const answers = await run(client)
  return { answers, left: await leftBy(client) }
}

/** Who waits goes on one at a time, as the picks say; those that wait are in the order in which they came. */
const overlap = async (make: MakeClient, { rows, threads, picks }: Overlapping): Promise<Seen> => {
  const waiting: Array<() => void> = []
  const state = { over: false }
  const io: Io = () =>
    state.over
      ? Promise.resolve()
      : new Promise((resolve) =>
          waiting.push(() => {
            resolve()
          }),
        )
  const client = make(models, storeOf(rows), io)
  const answers: Array<Array<unknown>> = threads.map(() => [])
  const all = Promise.all(
    threads.map(async (calls, i) => {
      for (const call of calls) answers[i]?.push(await call(client))
    }),
  ).then(() => {
    state.over = true
  })
  for (let turn = 0; !state.over && turn < 1000; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    const [next] = waiting.splice((picks[turn] ?? 0) % Math.max(1, waiting.length), 1)
    next?.()
  }
  if (!state.over) return { answers: 'hangs', left: null }
  await all
  return { answers, left: await leftBy(client) }
}

/** What the right client answers and leaves, for each order in which the threads' calls can come. */
const serial = async ({ rows, threads }: Overlapping): Promise<ReadonlyArray<Seen>> => {
  const orders = merges(threads.map(({ length }, i) => Array.from({ length }, () => i)))
  const seen: Array<Seen> = []
  for (const order of orders) {
    const client = rightClient(models, storeOf(rows))
    const answers: Array<Array<unknown>> = threads.map(() => [])
    const at = threads.map(() => 0)
    for (const i of order) {
      const call = threads[i]?.[at[i] ?? 0]
      at[i] = (at[i] ?? 0) + 1
      answers[i]?.push(await call?.(client))
    }
    seen.push({ answers, left: await leftBy(client) })
  }
  return seen
}

const merges = (lists: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<ReadonlyArray<number>> =>
  lists.every(({ length }) => length === 0)
    ? [[]]
    : lists.flatMap((list, i) =>
        list.length === 0
          ? []
          : merges(lists.map((other, j) => (i === j ? other.slice(1) : other))).map((rest) => [
              list[0] ?? 0,
              ...rest,
            ]),
      )

const fail = async (make: MakeClient, { rows, calls, failAt }: Failing): Promise<Seen> => {
  const waits = { count: 0, over: false }
  const io: Io = () =>
    !waits.over && waits.count++ === failAt ? Promise.reject(new Error('lost')) : Promise.resolve()
  const client = make(models, storeOf(rows), io)
  const answers: Array<unknown> = []
  for (const call of calls) answers.push(await settled(call(client)))
  waits.over = true
  return { answers, left: await leftBy(client) }
}

/** A call that hangs is told as such. */
const settled = (call: Promise<unknown>): Promise<unknown> =>
  Promise.race([
    call,
    new Promise((resolve) => {
      setTimeout(() => {
        resolve('hangs')
      }, 300)
    }),
  ])

/** A call that failed so that it isn't known what was done, by the right client too, may be done or not. */
const allowed = async (failing: Failing, seen: Seen): Promise<ReadonlyArray<Seen>> => {
  const answers = seen.answers as ReadonlyArray<unknown>
  const run = async (i: number, make: () => Promise<StoreClient>): Promise<ReadonlyArray<Seen>> => {
    const call = failing.calls[i]
    if (call === undefined) return [{ answers: [], left: await leftBy(await make()) }]
    const unknown = isUnknown(answers[i])
    const done = async () => {
      const client = await make()
      return { client, answer: await call(client) }
    }
    const rest = await run(i + 1, async () => (await done()).client)
    const { answer } = await done()
    const whole = rest.map((each) => ({
      ...each,
      answers: [unknown ? answers[i] : answer, ...(each.answers as ReadonlyArray<unknown>)],
    }))
    if (!unknown) return whole
    const without = await run(i + 1, make)
    return [
      ...whole,
      ...without.map((each) => ({
        ...each,
        answers: [answers[i], ...(each.answers as ReadonlyArray<unknown>)],
      })),
    ]
  }
  return run(0, () => Promise.resolve(rightClient(models, storeOf(failing.rows))))
}

const isUnknown = (answer: unknown): boolean => {
  const given = answer as E.Either<QueryError, unknown> | null
  return (
    typeof given === 'object' && given !== null && '_tag' in given && E.isLeft(given) && given.left.retryable
  )
}

/** That there is a backend that fails is no bug: one call that it fails may say so. */
const tellsTheFault = (seen: Seen): boolean =>
  (seen.answers as ReadonlyArray<unknown>).filter(isUnknown).length <= 1

const isAmong = (seen: Seen, others: ReadonlyArray<Seen>): boolean =>
  others.some((other) => plain(other) === plain(seen))

/** `null` where the witness shows the bug, or what is amiss. */
export const shown = async (make: MakeClient, witness: Witness): Promise<string | null> => {
  switch (witness._tag) {
    case 'asked': {
      const [wrong, right] = [await ask(make, witness), await ask(rightClient, witness)]
      return plain(wrong) === plain(right) ? `it answers rightly: ${plain(right.answers)}` : null
    }
    case 'overlapping': {
      const orders = await serial(witness)
      const sound = await overlap(rightClient, witness)
      if (!isAmong(sound, orders)) return `the right client is told to be wrong: ${plain(sound)}`
      const wrong = await overlap(make, witness)
      return isAmong(wrong, orders) ? `some order gives this: ${plain(wrong.answers)}` : null
    }
    case 'failing': {
      const sound = await fail(rightClient, witness)
      if (!tellsTheFault(sound) || !isAmong(sound, await allowed(witness, sound)))
        return `the right client is told to be wrong: ${plain(sound)}`
      const wrong = await fail(make, witness)
      return tellsTheFault(wrong) && isAmong(wrong, await allowed(witness, wrong))
        ? `this may be: ${plain(wrong)}`
        : null
    }
  }
}

/** Whether the right client passes what a witness asks of it. */
export const rightly = async (witness: Witness): Promise<string | null> => shown(rightClient, witness)
