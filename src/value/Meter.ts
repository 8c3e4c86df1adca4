/**
 * Counts work while it is done.
 *
 * A query of two lines can take more time and memory than a process has. An evaluation therefore gets a meter, and
 * reports each step to it in advance. Once the budget is used up, the meter stops the evaluation.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { overBudget, type QueryError } from './QueryError.js'

const together: unique symbol = Symbol('shared meter')

/**
 * The largest amount of work for the evaluation of a query. A limit that is left out doesn't apply.
 *
 * - `steps`: the evaluation of a column, condition or constant for one row is one step, and of a function about ten. A
 *   row that is read, compared or reached through a relation is one step, and so are 32 characters of a longer text. A
 *   million steps take about 50 ms.
 * - `bytes`: the size of the text, JSON, rows and lists that are created, including intermediate ones. A UTF-16 unit of
 *   text has two bytes.
 *
 * @since 0.2.0
 */
export interface Work {
  readonly steps?: number
  readonly bytes?: number
  /** The meter that all questions share. See `shared`. */
  readonly [together]?: Meter
}

/**
 * The rest of a budget. It belongs to one question, and counts down.
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
 * A meter for one question of a client, or the meter that several questions share.
 *
 * @since 0.2.0
 */
export const meterFor = (client: string, budget: Work = {}): Meter =>
  budget[together] ?? fresh(client, budget)

/**
 * A budget that applies to all questions within it together, instead of to each one.
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
 * The meter for work without a budget. It never stops.
 *
 * @since 0.2.0
 */
export const unmetered: Meter = meterFor('')

/**
 * Whether a meter has any limit. Without one, values that only a limit needs aren't computed.
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
 * Counts bytes, if possible before they are created.
 *
 * @since 0.2.0
 */
export const make = (meter: Meter, bytes: number): void => {
  meter.bytes -= bytes
  if (meter.bytes < 0) stop(meter, 'bytes')
}

const reason: unique symbol = Symbol('why an evaluation ends')

/** The error that is thrown to end an evaluation. `metered` always catches it. */
interface Stop extends Error {
  readonly [reason]: QueryError
}

const isStop = (u: unknown): u is Stop => u instanceof Error && reason in u

const stop = ({ client, budget }: Meter, what: 'steps' | 'bytes'): never =>
  halt(overBudget(client, what, null, budget[what] ?? 0))

/**
 * Ends the current evaluation. The surrounding `metered` gives the error.
 *
 * @since 0.2.0
 */
export const halt = (error: QueryError): never => {
  /* eslint-disable-next-line functional/no-throw-statements -- from any depth of closures; see `metered` */
  throw Object.assign(new Error(error.message), { [reason]: error })
}

/**
 * Runs work that is counted. If it goes beyond the budget, the result is an `OverBudget`. If `halt` ends it, the result
 * is the error given there.
 *
 * @since 0.2.0
 */
export const metered = <A>(run: () => A): E.Either<QueryError, A> => {
  try {
    return E.right(run())
  } catch (cause) {
    if (isStop(cause)) return E.left(cause[reason])
    /* eslint-disable-next-line functional/no-throw-statements -- a fault, which isn't hidden here */
    throw cause
  }
}
