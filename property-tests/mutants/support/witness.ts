/** Small worlds in which mutants show, and what they show there. */
import { either as E, type taskEither as TE } from 'fp-ts'
import {
  filter,
  fold,
  type Page,
  type Predicate,
  type Queryset,
  type QueryError,
} from '../../../src/index.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import { allOf, isOrdered } from '../../../src/query/Query.js'
import type { AnyQueryset } from '../../../src/queryset/Queryset.js'
import { canonicalJson } from '../../../src/value/Order.js'
import type { Json } from '../../../src/value/Value.js'
import { m, models, storeOf, whole, type Rows } from './models.js'
import type { Asked, Call, Failing, Io, MakeClient, Overlapping, Witness } from './Mutant.js'

/** What a call gave, as JSON: of an error only which one it is, and whether it is sure. */
export const told = async <A>(task: TE.TaskEither<QueryError, A>): Promise<Json> => {
  const result = await task()
  return E.isLeft(result)
    ? { error: result.left._tag, retryable: result.left.retryable }
    : // What clients answer is JSON, but for what isn't there.
      (JSON.parse(JSON.stringify(result.right)) as Json)
}

const bag = (list: Json): Json =>
  Array.isArray(list) ? list.map((each: Json) => canonicalJson(each)).sort() : list

/** The rows, total, count and keys that a client gives for a queryset; a bag where it has no order. */
export const read = async (client: StoreClient, queryset: AnyQueryset): Promise<Json> => {
  const query = fold(queryset)
  if (E.isLeft(query)) throw new Error(query.left.message)
  const page = await client.list(query.right)()
  const ordered = isOrdered(query.right)
  const list = (rows: Json): Json => (ordered ? rows : bag(rows))
  return {
    list: E.isLeft(page)
      ? page.left._tag
      : { rows: list(JSON.parse(JSON.stringify(page.right.rows)) as Json), total: page.right.total },
    count: await told(client.count!(query.right)),
    keys: list(await told(client.getPks!(query.right))),
  }
}

/** Querysets, asked one after the other. */
export const reads = (rows: Rows, ...querysets: ReadonlyArray<AnyQueryset>): Asked =>
  does(rows, async (client) => {
    const answers: Array<Json> = []
    for (const queryset of querysets) answers.push(await read(client, queryset))
    return answers
  })

export type Book = typeof m.book extends Queryset<infer R, infer _A, infer _M> ? R : never
export type Author = typeof m.author extends Queryset<infer R, infer _A, infer _M> ? R : never

/** Books, filtered in some ways. */
export const finds = (books: Rows[string], ...predicates: ReadonlyArray<(book: Book) => Predicate>): Asked =>
  reads({ book: books }, ...predicates.map((predicate): AnyQueryset => filter(predicate)(m.book)))

export const does = (rows: Rows, ask: (client: StoreClient) => Promise<unknown>): Asked => ({
  _tag: 'asked',
  rows,
  ask,
})

export const overlap = (
  rows: Rows,
  threads: Overlapping['threads'],
  picks: ReadonlyArray<number>,
): Overlapping => ({ _tag: 'overlapping', rows, threads, picks })

export const fails = (rows: Rows, failAt: number, ...calls: ReadonlyArray<Call>): Failing => ({
  _tag: 'failing',
  rows,
  calls,
  failAt,
})

/** A row to be made, whole; its key is to be counted up, if it can be. */
export const fresh = (model: string, row: { readonly [column: string]: Json }) => {
  const { primaryKey, columns } = models.models.get(model)!
  return whole(model, columns.get(primaryKey)!.auto ? { [primaryKey]: null, ...row } : row, 0)
}

/** What is there, as the client itself says. */
export const state = async (client: StoreClient): Promise<Json> => {
  const all: { [model: string]: Json } = {}
  for (const model of models.models.keys()) {
    const page = await client.list(allOf({ _tag: 'model', model }))()
    all[model] = E.isLeft(page)
      ? page.left._tag
      : bag(JSON.parse(JSON.stringify((page.right satisfies Page).rows)) as Json)
  }
  return all
}

/** What comes of asking. */
const asked = async (make: MakeClient, { rows, ask }: Asked): Promise<string> => {
  const client = make(models, storeOf(rows))
  const answer = await ask(client)
  return canonicalJson({ answer: (answer ?? null) as Json, state: await state(client) })
}

/** Runs calls that overlap: they go on, one at a time, as the picks say, and then in turn. */
const interleaved = async (make: MakeClient, { rows, threads, picks }: Overlapping): Promise<string> => {
  const waiting: Array<() => void> = []
  const flags = { free: false }
  const io: Io = () =>
    flags.free
      ? Promise.resolve()
      : new Promise((resolve) => {
          waiting.push(resolve)
        })
  const client = make(models, storeOf(rows), io)
  const results = threads.map(async (calls) => {
    const given: Array<Json> = []
    for (const call of calls) given.push((await call(client)) as Json)
    return given
  })
  const settled = new Promise<void>((resolve) => {
    void Promise.allSettled(results).then(() => {
      flags.free = true
      resolve()
    })
  })
  const idle = () => new Promise((resolve) => setImmediate(resolve))
  for (let turn = 0; turn < 200 && !flags.free; turn++) {
    await idle()
    const pick = picks[turn] ?? 0
    const [next] = waiting.splice(Math.min(pick, waiting.length - 1), 1)
    next?.()
  }
  if (!flags.free) return 'some calls never end'
  await settled
  // Whoever still waits goes on.
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next()
  await idle()
  return canonicalJson({ results: (await Promise.all(results)) as Json, state: await state(client) })
}

/** All orders of calls in which each thread's own stay in turn: a list of threads' numbers. */
const orders = (left: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  left.every((n) => n === 0)
    ? [[]]
    : left.flatMap((n, i) =>
        n === 0 ? [] : orders(left.map((m, j) => (i === j ? m - 1 : m))).map((rest) => [i, ...rest]),
      )

/** What comes of the calls one after the other, in each order. */
const serial = async (make: MakeClient, { rows, threads }: Overlapping): Promise<ReadonlySet<string>> => {
  const outcomes = new Set<string>()
  for (const order of orders(threads.map(({ length }) => length))) {
    const client = make(models, storeOf(rows))
    const results: ReadonlyArray<Array<Json>> = threads.map(() => [])
    for (const i of order) results[i]!.push((await threads[i]![results[i]!.length]!(client)) as Json)
    outcomes.add(canonicalJson({ results, state: await state(client) }))
  }
  return outcomes
}

/** What is wrong in how a client takes a failing backend: `null` if nothing is. */
const wronged = async (
  make: MakeClient,
  right: MakeClient,
  { rows, calls, failAt }: Failing,
): Promise<string | null> => {
  const flags = { count: 0, failed: 0 }
  const io: Io = () => {
    const now = flags.count++
    if (now !== failAt) return Promise.resolve()
    flags.failed += 1
    return Promise.reject(new Error('the backend failed'))
  }
  const client = make(models, storeOf(rows), io)
  // For each state that there may be, the calls that lead to it.
  const possible: Array<ReadonlyArray<Call>> = [[]]
  for (const [i, call] of calls.entries()) {
    const failures = flags.failed
    const result = canonicalJson((await call(client)) as Json)
    const struck = flags.failed > failures
    const lost = result.includes('"retryable":true')
    if (lost && !struck) return `call ${String(i)} failed though the backend didn't`
    const after: Array<ReadonlyArray<Call>> = []
    for (const done of possible) {
      const again = right(models, storeOf(rows))
      for (const each of done) await each(again)
      const expected = canonicalJson((await call(again)) as Json)
      if (lost) after.push(done, [...done, call])
      else if (struck && result.includes('"error":"ClientFailed"')) after.push(done)
      else if (expected === result) after.push([...done, call])
    }
    if (after.length === 0) return `call ${String(i)} gave ${result}`
    possible.splice(0, possible.length, ...after)
  }
  const states: Array<string> = []
  for (const done of possible) {
    const again = right(models, storeOf(rows))
    for (const each of done) await each(again)
    states.push(canonicalJson(await state(again)))
  }
  const found = canonicalJson(await state(client))
  return states.includes(found) ? null : `in the end there is ${found}`
}

/** How a client shows that it isn't right: `null` if it doesn't. */
export const shows = async (
  make: MakeClient,
  right: MakeClient,
  witness: Witness,
): Promise<string | null> => {
  switch (witness._tag) {
    case 'asked': {
      const [actual, expected] = [await asked(make, witness), await asked(right, witness)]
      return actual === expected ? null : `expected ${expected}, got ${actual}`
    }
    case 'overlapping': {
      const outcomes = await serial(right, witness)
      const actual = await interleaved(make, witness)
      return outcomes.has(actual) ? null : `expected one of ${[...outcomes].join(' or ')}, got ${actual}`
    }
    case 'failing':
      return wronged(make, right, witness)
  }
}
