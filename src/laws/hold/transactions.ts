/**
 * The laws of transactions: all or nothing, and reads within a transaction see its writes.
 *
 * @since 0.2.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Schema } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import type { Client } from '../../client/Client.js'
import { ask } from '../../client/ask.js'
import type { Store } from '../../engine/Store.js'
import { answerText as answerText } from '../case/answers.js'
import { type CallResult, ask as askOf, questionOf, snapshot } from './ask.js'
import { type Call, readsWithin, type Terminal } from '../case/Case.js'
import { problem } from '../case/problem.js'
import type { QuerysetData } from '../case/QuerysetData.js'
import { referenceOver, rowsIn, type Subject, type Violation } from './Subject.js'
import { isSound } from '../make/World.js'
import { copyOf, nothing, perform, writableOf } from './perform.js'
import { leadsNowhere, meansNewRows } from './given.js'
import { adopt, differs, violation } from './differs.js'
import { strays } from './strays.js'

/**
 * Does some writes in a transaction, and makes it fail at the end if requested. What it reads is put into `seen`.
 *
 * @since 0.1.0
 */
export const atomically = (
  client: Client,
  schema: Schema,
  call: Extract<Call, { readonly _tag: 'atomic' }>,
  seen: Array<CallResult> = [],
): TE.TaskEither<QueryError, null> => {
  const { transaction } = writableOf(client)
  const program =
    (inside: Client): TE.TaskEither<QueryError, null> =>
    async () => {
      // A client may run the program again.
      seen.splice(0)
      const look = async (all: ReadonlyArray<QuerysetData>, terminal: Terminal): Promise<void> => {
        /* eslint-disable-next-line functional/no-loop-statements -- one read after the other */
        for (const of of all) seen.push(await askOf(inside, questionOf(schema, of, terminal, null)))
      }
      await look(call.first ?? [], { _tag: 'toArray' })
      const done = await inTurn(inside, schema, call.writes)
      if (E.isLeft(done)) return done
      const within = writableOf(inside).transaction
      const kept = call.kept ?? []
      if (kept.length > 0 && within !== undefined) {
        const done = await within((inner) => () => inTurn(inner, schema, kept))()
        if (E.isLeft(done)) return done
      }
      if (call.undone.length > 0 && within !== undefined)
        await within((inner) => async () => {
          const written = await inTurn(inner, schema, call.undone)
          return E.isLeft(written) ? written : E.left<QueryError, null>(onPurpose)
        })()
      const after = await inTurn(inside, schema, call.later ?? [])
      if (E.isLeft(after)) return after
      await look(call.reads ?? [], { _tag: 'toArray' })
      await look(call.counts ?? [], { _tag: 'count' })
      return call.fails ? E.left(onPurpose) : E.right(null)
    }
  return transaction === undefined
    ? TE.left(nothing)
    : ask(client.name, 'transaction', () => transaction(program))
}

/** Does writes in order, up to the first that fails. */
const inTurn = async (
  client: Client,
  schema: Schema,
  writes: ReadonlyArray<Write>,
): Promise<E.Either<QueryError, null>> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one write after the other */
  for (const write of writes) {
    const done = await perform(client, schema, copyOf({ _tag: 'write', write, bulk: true }))()
    if (E.isLeft(done)) return done
  }
  return E.right(null)
}

const onPurpose = clientFailed('laws', 'transaction', null, { message: 'it ends on purpose' })

/**
 * Does some writes in a transaction. Afterwards either all of them have an effect, or none.
 *
 * @since 0.1.0
 */
export const checkAtomic = async (
  subject: Subject,
  call: Extract<Call, { readonly _tag: 'atomic' }>,
): Promise<Violation | null> => {
  const { schema, client, known, tally } = subject
  if (
    !subject.writes ||
    writableOf(client).transaction === undefined ||
    meansNewRows(subject, [call]) ||
    leadsNowhere(subject, [call])
  )
    return null
  const before = known.store
  const reference = referenceOver(schema, before)
  const [right, given]: readonly [Array<CallResult>, Array<CallResult>] = [[], []]
  const expected = await atomically(reference.client, schema, call, right)()
  const after = await reference.after()
  if (E.isLeft(after) || !isSound(schema, rowsIn(after.right))) return null
  tally.wrote()
  tally.count('laws', 'a transaction is all or nothing')
  const actual = await atomically(client, schema, call, given)()
  const listed = await snapshot(client, schema)()
  if (E.isLeft(listed))
    return violation('a transaction is all or nothing', rowsIn(after.right), problem(listed.left))
  if (expected._tag !== actual._tag) {
    if (E.isLeft(actual) && actual.left._tag === 'Unsupported') return null
    const trace = differs(schema, subject.used, before, before, listed.right)
    return trace === null && (await strays(schema, before, call, actual))
      ? adopt(subject, before, listed.right)
      : violation('a transaction is all or nothing', tagOf(expected), tagOf(actual))
  }
  const unseen = unseenIn(subject, call, before, right, given)
  if (unseen !== null) return unseen
  const wrong = differs(schema, subject.used, before, after.right, listed.right)
  return wrong === null
    ? adopt(subject, after.right, listed.right)
    : { ...wrong, law: 'a transaction is all or nothing' }
}

/** A read within a transaction that doesn't see the transaction's writes correctly. */
const unseenIn = (
  { client, schema, tally }: Subject,
  call: Extract<Call, { readonly _tag: 'atomic' }>,
  before: Store,
  right: ReadonlyArray<CallResult>,
  given: ReadonlyArray<CallResult>,
): Violation | null => {
  const law = 'a transaction sees what it wrote'
  const reads = readsWithin(call)
  if (reads.length > 0) tally.count('laws', law)
  const wrong = reads.findIndex((read, i) => {
    const [expected, actual] = [right[i], given[i]]
    if (expected === undefined || actual === undefined || E.isLeft(expected)) return false
    if (E.isLeft(actual) && actual.left._tag === 'Unsupported') return false
    const text = (answer: CallResult): string => answerText(client, schema, before, read, answer)
    return text(expected) !== text(actual)
  })
  const [expected, actual] = [right[wrong], given[wrong]]
  return expected === undefined || actual === undefined
    ? null
    : violation(law, shownOf(expected), shownOf(actual))
}

const shownOf = (answer: CallResult): unknown => (E.isLeft(answer) ? problem(answer.left) : answer.right)

const tagOf = (answer: E.Either<QueryError, unknown>): unknown =>
  E.isLeft(answer) ? problem(answer.left) : 'done'
