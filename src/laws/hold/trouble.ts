/**
 * The laws of trouble. What a client reports about a failing backend is true. Calls that overlap have the same effect
 * as in some order.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Schema } from '../../schema/Schema.js'
import type { Client } from '../../client/Client.js'
import { guardOf } from '../../client/together.js'
import { planOf } from '../../plan/planQuery.js'
import type { Store } from '../../engine/Store.js'
import { answerText } from '../case/answers.js'
import { ask, askedOf, questionOf, snapshot, type CallResult } from './ask.js'
import type { Call, Plain } from '../case/Case.js'
import type { Rows } from '../case/Rows.js'
import { problem } from '../case/problem.js'
import { mostOf } from '../discover/promise.js'
import { querysetOf } from '../case/QuerysetData.js'
import type { LawName } from './LawName.js'
import { referenceOver, rowsIn, type Subject, type Violation } from './Subject.js'
import type { Moment } from '../report/timeLine.js'
import { isSound } from '../make/World.js'
import { adopt, differs } from './differs.js'
import { atomically } from './transactions.js'
import { canWrite, copyOf, isAtOnce, isOnce, perform, writableOf } from './perform.js'
import { leadsNowhere, meansNewRows } from './given.js'
import { strays } from './strays.js'

/** Makes a plain call. */
const make = (client: Client, schema: Schema, call: Plain): Promise<CallResult> =>
  call._tag === 'read'
    ? ask(client, questionOf(schema, call.of, call.terminal, client.maxPerRequest ?? null))
    : call._tag === 'atomic'
      ? makeWhole(client, schema, call)
      : perform(client, schema, copyOf(call))()

/** Runs a transaction and gives what it has read. A transaction that isn't allowed to read has done nothing. */
const makeWhole = async (
  client: Client,
  schema: Schema,
  call: Extract<Call, { readonly _tag: 'atomic' }>,
): Promise<CallResult> => {
  const seen: Array<CallResult> = []
  const done = await atomically(client, schema, call, seen)()
  const refused = seen.find((each) => E.isLeft(each) && each.left._tag === 'Unsupported')
  return E.isLeft(done) ? done : (refused ?? E.right(seen.length === 0 ? null : seen.map(shown)))
}

const shown = (answer: CallResult): unknown => (E.isLeft(answer) ? problem(answer.left) : answer.right)

/** Whether a write says that it may have been done: all of it, or nothing. */
const isLost = (answer: CallResult): boolean =>
  E.isLeft(answer) &&
  (answer.left.retryable ||
    (answer.left._tag === 'Incomplete' && answer.left.items.every(({ _tag }) => _tag === 'unknown')))

const named =
  (law: LawName, area: Violation['area']) =>
  (expected: unknown, actual: unknown): Violation => ({ law, area, expected, actual })

/**
 * Makes a call during which the backend fails at one waiting point.
 *
 * @since 0.1.0
 */
export const checkFaulty = async (
  subject: Subject,
  { call, at }: Extract<Call, { readonly _tag: 'faulty' }>,
): Promise<Violation | null> => {
  const { schema, client, known, tally, stage } = subject
  if (call._tag !== 'read' && !canDo(subject, call)) return null
  if (meansNewRows(subject, [call]) || leadsNowhere(subject, [call]) || isCut(client, schema, call))
    return null
  const violation = named('a failure is told as it is', 'faults')
  const before = known.store
  const reference = referenceOver(schema, before)
  const expected = await make(reference.client, schema, call)
  const after = await reference.after()
  if (E.isLeft(after) || !isSound(schema, rowsIn(after.right))) return null
  tally.count('laws', 'a failure is told as it is')
  stage.failing(at)
  const actual = await make(client, schema, call)
  const failed = stage.failing(null) > at
  const listed = await snapshot(client, schema)()
  if (E.isLeft(listed)) return violation(rowsIn(after.right), problem(listed.left))
  const rows = listed.right
  const same =
    answerText(client, schema, before, call, expected, actual) ===
    answerText(client, schema, before, call, actual)
  const isAfter = differs(schema, subject.used, before, after.right, rows)
  const isBefore = differs(schema, subject.used, before, before, rows)
  if (E.isLeft(actual) && failed && !(same && isAfter === null)) {
    // A write with an unknown outcome is complete or absent. A write that is reported as failed is absent.
    if (isBefore === null || ((isLost(actual) || isPartial(client, call, actual)) && isAfter === null))
      return adopt(subject, isBefore === null ? before : after.right, rows)
    return isPartial(client, call, actual)
      ? adopt(subject, before, rows)
      : {
          ...violation(
            isLost(actual) ? changedRows(after.right, before) : changedRows(before, before),
            changedOf(before, rows),
          ),
          told: shown(actual),
        }
  }
  if (E.isLeft(actual) && (actual.left._tag === 'Unsupported' || isPartial(client, call, actual)))
    return adopt(subject, before, rows)
  if (!same)
    return isBefore === null && (await strays(schema, before, call, actual))
      ? adopt(subject, before, rows)
      : violation(shown(expected), shown(actual))
  return isAfter === null
    ? adopt(subject, after.right, rows)
    : { ...violation(isAfter.expected, isAfter.actual), told: shown(actual) }
}

const changedRows = (store: Store, before: Store): Rows =>
  Object.fromEntries(
    [...store.rows].filter(([name, rows]) => rows.length > 0 || (before.rows.get(name)?.length ?? 0) > 0),
  )

const changedOf = (before: Store, rows: Rows): Rows =>
  Object.fromEntries(
    Object.entries(rows).filter(
      ([name, list]) => list.length > 0 || (before.rows.get(name)?.length ?? 0) > 0,
    ),
  )

/** Without transactions, a terminal with several writes may have done some of them, and says which. */
const isPartial = (client: Client, call: Plain, actual: CallResult): boolean =>
  call._tag !== 'write' &&
  call._tag !== 'mutate' &&
  call._tag !== 'read' &&
  E.isLeft(actual) &&
  !hasTransaction(client)

const hasTransaction = (client: Client): boolean =>
  canWrite(client) && writableOf(client).transaction !== undefined

/** Whether a client itself is called for more rows than it gives at once. It may then give fewer. */
const isCut = (client: Client, schema: Schema, call: Plain): boolean => {
  if (call._tag !== 'read' || call.terminal._tag !== 'page') return false
  const { query } = questionOf(schema, call.of, call.terminal, null)
  return (
    E.isRight(query) &&
    (mostOf(client, call.of.model, query.right) ?? Infinity) < (query.right.slice?.limit ?? Infinity)
  )
}

const canDo = ({ writes, client, schema }: Subject, call: Plain): boolean =>
  writes &&
  isOnce(call) &&
  (call._tag !== 'atomic' || hasTransaction(client)) &&
  (call._tag !== 'mutate' || isAtOnce({ client, schema }, call))

/** All orders of calls that keep the order within each thread, as lists of thread numbers. */
const orders = (left: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  left.every((n) => n === 0)
    ? [[]]
    : left.flatMap((n, i) =>
        n === 0
          ? []
          : orders(left.map((other, j) => (i === j ? other - 1 : other))).map((rest) => [i, ...rest]),
      )

/** The result of calls in one order: the answers, and the store afterwards. */
interface Outcome {
  readonly answers: ReadonlyArray<ReadonlyArray<CallResult>>
  readonly after: Store
}

/** The results of the calls on the reference in one order. Calls whose answer was lost may be left out. */
const inOrder = async (
  schema: Schema,
  before: Store,
  threads: ReadonlyArray<ReadonlyArray<Plain>>,
  order: ReadonlyArray<number>,
  leftOut: ReadonlySet<Plain>,
): Promise<Outcome | null> => {
  const reference = referenceOver(schema, before)
  const answers = threads.map((): Array<CallResult> => [])
  /* eslint-disable-next-line functional/no-loop-statements -- one call after the other */
  for (const i of order) {
    const call = threads[i]?.[answers[i]?.length ?? 0]
    if (call === undefined) continue
    answers[i]?.push(leftOut.has(call) ? E.right(null) : await make(reference.client, schema, call))
    // A key that leads nowhere for a moment may be refused or accepted.
    const so = call._tag === 'read' ? null : await reference.after()
    if (so !== null && (E.isLeft(so) || !isSound(schema, rowsIn(so.right)))) return null
  }
  const after = await reference.after()
  return E.isLeft(after) || !isSound(schema, rowsIn(after.right)) ? null : { answers, after: after.right }
}

const subsets = (calls: ReadonlyArray<Plain>): ReadonlyArray<ReadonlySet<Plain>> =>
  calls.reduce<ReadonlyArray<ReadonlySet<Plain>>>(
    (so, call) => [...so, ...so.map((set) => new Set([...set, call]))],
    [new Set()],
  )

/**
 * Whether the client gets a call as one request, or in one transaction. Calls of several requests may see other writes
 * in between.
 */
const isOneQuestion = (client: Client, schema: Schema, call: Plain): boolean =>
  call._tag === 'read'
    ? client.maxPerRequest === undefined &&
      (client.support === undefined || isOneRequest(client, schema, call))
    : call._tag === 'write' || call._tag === 'mutate' || hasTransaction(client)

/** Calls that read first and then write. They take turns if nothing else guards them. */
const guarded: ReadonlySet<Plain['_tag']> = new Set(['update', 'obtain', 'relate'])

/** Whether overlapping calls take turns: those of a client that has no transactions and doesn't check rows itself. */
const takeTurns = (client: Client, calls: ReadonlyArray<Plain>): boolean =>
  canWrite(client) &&
  guardOf(writableOf(client)) === 'by turns' &&
  calls.every(({ _tag }) => guarded.has(_tag))

/** Whether a client with `support` gets a call as one request. The library composes what the client doesn't support. */
const isOneRequest = (
  client: Client,
  schema: Schema,
  { of, terminal }: Extract<Plain, { readonly _tag: 'read' }>,
): boolean => {
  const planned = planOf(client, querysetOf(schema, askedOf(of, terminal, null)))
  return E.isRight(planned) && planned.right.requests === 1 && planned.right.residual === null
}

/** The law that overlapping calls break: the most specific one, or `null`. */
const lawOf = (calls: ReadonlyArray<Plain>): LawName =>
  calls.every(
    (call) =>
      call._tag === 'update' ||
      (call._tag === 'write' && call.write._tag === 'update') ||
      (call._tag === 'mutate' && call.mutations.every(({ _tag }) => _tag === 'update')),
  )
    ? 'no update is lost'
    : calls.every(({ _tag }) => _tag === 'obtain')
      ? 'what is looked for at once is made once'
      : calls.every(({ _tag }) => _tag === 'relate')
        ? 'what is linked at once is linked once'
        : calls.some(({ _tag }) => _tag === 'atomic')
          ? 'a transaction is by itself'
          : 'calls that overlap are as in some order'

/** The calls that may have been carried out or not: whose answer was lost, or that were refused for a stray foreign key. */
const openEnded = async (
  schema: Schema,
  before: Store,
  threads: ReadonlyArray<ReadonlyArray<Plain>>,
  actual: ReadonlyArray<ReadonlyArray<CallResult>>,
): Promise<ReadonlyArray<Plain>> => {
  const each = threads.flatMap((thread, i) => thread.map((call, j) => [call, actual[i]?.[j]] as const))
  const open = await Promise.all(
    each.map(
      async ([call, answer]) =>
        (answer !== undefined && isLost(answer)) || (await strays(schema, before, call, answer)),
    ),
  )
  return each.flatMap(([call], i) => (open[i] === true ? [call] : []))
}

/**
 * The writes that were refused for a value which a transaction at the same time gives up, or takes. A database may find such
 * a conflict in an order that doesn't explain the rest: PostgreSQL doesn't count it as a read, not even if all transactions
 * are serializable. In some order each must be refused.
 */
const refusedBeside = async (
  schema: Schema,
  before: Store,
  threads: ReadonlyArray<ReadonlyArray<Plain>>,
  actual: ReadonlyArray<ReadonlyArray<CallResult>>,
): Promise<ReadonlyArray<Plain>> => {
  const each = threads.flatMap((thread, i) => thread.map((call, j) => ({ call, i, j })))
  const refused = each.filter(({ call, i, j }) => call._tag !== 'read' && isConflict(actual[i]?.[j]))
  if (refused.length === 0 || !each.some(({ call }) => call._tag === 'atomic')) return []
  const outcomes = await Promise.all(
    orders(threads.map(({ length }) => length)).map((order) =>
      inOrder(schema, before, threads, order, new Set()),
    ),
  )
  return refused.flatMap(({ call, i, j }) =>
    outcomes.some((outcome) => isConflict(outcome?.answers[i]?.[j])) ? [call] : [],
  )
}

const isConflict = (answer: CallResult | undefined): boolean =>
  answer !== undefined && E.isLeft(answer) && answer.left._tag === 'Conflict'

/**
 * Makes calls that overlap.
 *
 * @since 0.1.0
 */
export const checkOverlap = async (
  subject: Subject,
  { threads, picks }: Extract<Call, { readonly _tag: 'overlap' }>,
): Promise<Violation | null> => {
  const { schema, client, known, tally, stage } = subject
  const calls = threads.flat()
  // A client that gives few rows at once may give any of them.
  if (calls.some((call) => isCut(client, schema, call))) return null
  if (calls.length > 5 || calls.some((call) => call._tag !== 'read' && !canDo(subject, call))) return null
  if (
    (!takeTurns(client, calls) && calls.some((call) => !isOneQuestion(client, schema, call))) ||
    meansNewRows(subject, calls) ||
    leadsNowhere(subject, calls)
  )
    return null
  const before = known.store
  const all = orders(threads.map(({ length }) => length))
  const first = await inOrder(schema, before, threads, all[0] ?? [], new Set())
  if (first === null) return null
  const law = lawOf(calls)
  tally.count('laws', law)
  const actual = threads.map((): Array<CallResult> => [])
  const moments: Array<Moment> = []
  const ended = await stage.directed(
    threads.map((calls, thread) => async () => {
      /* eslint-disable-next-line functional/no-loop-statements -- one call after the other */
      for (const call of calls) {
        moments.push({ _tag: 'begins', thread, call })
        const answer = await make(client, schema, call)
        actual[thread]?.push(answer)
        moments.push({ _tag: 'ends', thread, call, answer: shown(answer) })
      }
    }),
    picks,
    (thread, _tag) => {
      moments.push({ _tag, thread })
    },
  )
  const violation = (expected: unknown, there: unknown): Violation => ({
    ...named(law, 'concurrency')(expected, there),
    moments,
  })
  if (!ended) return violation('an end', 'some of the calls never end')
  const listed = await snapshot(client, schema)()
  if (E.isLeft(listed)) return violation('all rows', problem(listed.left))
  const rows = listed.right
  const text = (call: Plain, answer: CallResult | undefined, beside = answer) =>
    answerText(client, schema, before, call, answer ?? E.right(null), beside ?? E.right(null))
  const lost = await openEnded(schema, before, threads, actual)
  const without = [...lost, ...(await refusedBeside(schema, before, threads, actual))]
  // A call that reports a partial write is compatible with no order.
  const refused = actual
    .flat()
    .some(
      (answer) =>
        E.isLeft(answer) && (answer.left._tag === 'Unsupported' || answer.left._tag === 'Incomplete'),
    )
  /* eslint-disable functional/no-loop-statements -- to the first order that explains it */
  for (const order of all)
    for (const leftOut of subsets(without)) {
      const outcome = await inOrder(schema, before, threads, order, leftOut)
      if (outcome === null) return adopt(subject, before, rows)
      const same = threads.every((thread, i) =>
        thread.every(
          (call, j) =>
            lost.includes(call) ||
            leftOut.has(call) ||
            text(call, outcome.answers[i]?.[j], actual[i]?.[j]) === text(call, actual[i]?.[j]),
        ),
      )
      if (same && differs(schema, subject.used, before, outcome.after, rows) === null)
        return adopt(subject, outcome.after, rows)
    }
  /* eslint-enable functional/no-loop-statements */
  return refused
    ? adopt(subject, before, rows)
    : violation(
        { answers: first.answers.map((each) => each.map(shown)), rows: changedRows(first.after, before) },
        { answers: actual.map((each) => each.map(shown)), rows: changedOf(before, rows) },
      )
}
