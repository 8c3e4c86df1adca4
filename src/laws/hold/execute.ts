/**
 * Makes the calls of a case in order, up to the first that breaks a law.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { describeCause } from '../../value/describeCause.js'
import type { QueryError } from '../../value/QueryError.js'
import type { Call } from '../case/Case.js'
import { checkLaw } from './checkLaw.js'
import { heldBy } from './laws.js'
import { problem } from '../case/problem.js'
import { lookAgain, type Subject, type Violation } from './Subject.js'

/**
 * The first call that breaks a law, counted from 0, and the law. `null` if none does.
 *
 * @since 0.1.0
 */
export interface Broken {
  readonly call: number
  readonly violation: Violation
}

/**
 * Makes the calls of a case.
 *
 * @since 0.1.0
 */
export const execute = async (subject: Subject, calls: ReadonlyArray<Call>): Promise<Broken | null> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one call after the other */
  for (const [i, call] of calls.entries()) {
    if (subject.known.stale) {
      const seen = await lookAgain(subject)
      if (E.isLeft(seen)) return { call: i, violation: unlisted(seen.left) }
    }
    const wrong = await answered(subject.patience, call, () => check(subject, call))
    subject.tally.count(
      'laws',
      call._tag === 'read' ? 'queries are left as they are' : 'arguments are left as they are',
    )
    // Other differences may only be consequences of this one.
    const violation = subject.watch.changed ?? wrong
    if (violation !== null) return { call: i, violation }
    if (subject.known.ended) return null
  }
  return null
}

const nothing = 'nothing within '

/** Whether the violation is a call that took too long. */
export const isHanging = ({ violation: { actual } }: Broken): boolean =>
  typeof actual === 'string' && actual.startsWith(nothing)

/** A client that never answers, or whose answer can't be inspected, has broken a law too. */
const answered = async (
  patience: number,
  call: Call,
  checked: () => Promise<Violation | null>,
): Promise<Violation | null> => {
  const wrong = (actual: string): Violation => ({
    law: 'answer',
    area:
      call._tag === 'faulty'
        ? 'faults'
        : call._tag === 'overlap'
          ? 'concurrency'
          : call._tag === 'read' || call._tag === 'law'
            ? 'reads'
            : 'writes',
    expected: 'an answer',
    actual,
  })
  const timer: { at: NodeJS.Timeout | null } = { at: null }
  const late = new Promise<Violation>((resolve) => {
    timer.at = setTimeout(() => {
      resolve(wrong(`${nothing}${String(patience / 1000)} seconds`))
    }, patience)
  })
  try {
    return await Promise.race([checked(), late])
  } catch (cause) {
    return wrong(`what can't be looked at: ${describeCause(cause)}`)
  } finally {
    clearTimeout(timer.at ?? undefined)
  }
}

/**
 * The violation if the rows of a model can't all be listed.
 *
 * @since 0.1.0
 */
export const unlisted = (error: QueryError): Violation => ({
  law: 'answer',
  area: 'reads',
  expected: 'all rows',
  actual: problem(error),
})

const check = (subject: Subject, call: Call): Promise<Violation | null> =>
  call._tag === 'law'
    ? checkLaw(subject, call)
    : (heldBy.get(call._tag)?.(subject, call) ?? Promise.resolve(null))
