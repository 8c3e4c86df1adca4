/**
 * Counting work while it is done.
 *
 * A query of two lines can ask for more than a process has time and memory for. What evaluates one is given a meter, and
 * tells it what it is about to do; past its budget the meter stops it, wherever it is.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { overBudget, type QueryError } from './QueryError.js'

const together: unique symbol = Symbol('shared meter')

/**
 * What evaluating a query may take at most. What isn't said doesn't matter.
 *
 * - `steps`: a column, condition or constant evaluated for one row is one, a function about ten; so is a row that is
 *   looked at, compared or reached by a relation, and 32 characters of longer text. A million take about 50 ms.
 * - `bytes`: of the text, JSON, rows and lists that are made, on the way too; two for each UTF-16 unit of text.
 *
 * @since 0.2.0
 */
export interface Work {
  readonly steps?: number
  readonly bytes?: number
  /** The meter of all questions together (see `shared`). */
  readonly [together]?: Meter
}

/**
 * How much is left of a budget. It belongs to one question, and counts down.
 *
 * @since 0.2.0
 */
export interface Meter {
  readonly client: string
  readonly budget: Work
  steps: number
  bytes: number
}

const fresh = (client: string, budget: Work): Meter => ({
  client,
  budget,
  steps: budget.steps ?? Infinity,
  bytes: budget.bytes ?? Infinity,
})

/**
 * A meter for one question of a client, or the one that several questions share.
 *
 * @since 0.2.0
 */
export const meterFor = (client: string, budget: Work = {}): Meter =>
  budget[together] ?? fresh(client, budget)

/**
 * A budget that is not for each question, but for all that are asked within it together.
 *
 * @since 0.2.0
 */
export const shared = <B extends Work>(client: string, budget: B): B => ({
  ...budget,
  [together]: fresh(client, budget),
})

/**
 * The meter that the questions within some budgets share, as a part of a budget.
 *
 * @since 0.2.0
 */
export const sharedBy = (budgets: ReadonlyArray<Work | undefined>): Work => {
  const found = budgets.find((each) => each?.[together] !== undefined)?.[together]
  return found === undefined ? {} : { [together]: found }
}

/**
 * The meter of what has no budget: it never stops.
 *
 * @since 0.2.0
 */
export const unmetered: Meter = meterFor('')

/**
 * Whether a meter has any limit. What only a limit needs to know isn't counted without one.
 *
 * @since 0.2.0
 */
export const isLimited = ({ steps, bytes }: Meter): boolean => steps !== Infinity || bytes !== Infinity

/**
 * Counts steps, before they are done.
 *
 * @since 0.2.0
 */
export const spend = (meter: Meter, steps: number): void => {
  meter.steps -= steps
  if (meter.steps < 0) stop(meter, 'steps')
}

/**
 * Counts bytes, before they are made where that can be said.
 *
 * @since 0.2.0
 */
export const make = (meter: Meter, bytes: number): void => {
  meter.bytes -= bytes
  if (meter.bytes < 0) stop(meter, 'bytes')
}

const told: unique symbol = Symbol('why an evaluation ends')

/** What is thrown to end an evaluation. It gets no further than to `metered`. */
interface Stop extends Error {
  readonly [told]: QueryError
}

const isStop = (u: unknown): u is Stop => u instanceof Error && told in u

const stop = ({ client, budget }: Meter, what: 'steps' | 'bytes'): never =>
  halt(overBudget(client, what, null, budget[what] ?? 0))

/**
 * Ends the evaluation that is under way: `metered`, around it, gives the error.
 *
 * @since 0.2.0
 */
export const halt = (error: QueryError): never => {
  /* eslint-disable-next-line functional/no-throw-statements -- from any depth of closures; see `metered` */
  throw Object.assign(new Error(error.message), { [told]: error })
}

/**
 * Runs what counts its work. Past the budget it is an `OverBudget`; where `halt` ended it, the error given there.
 *
 * @since 0.2.0
 */
export const metered = <A>(run: () => A): E.Either<QueryError, A> => {
  try {
    return E.right(run())
  } catch (cause) {
    if (isStop(cause)) return E.left(cause[told])
    /* eslint-disable-next-line functional/no-throw-statements -- a fault, which isn't hidden here */
    throw cause
  }
}
