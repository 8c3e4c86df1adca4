/**
 * Limits for the cost of questions.
 *
 * @since 0.1.0
 */
import { sharedBy, type Work } from '../value/Meter.js'
import { overBudget, type OverBudget } from '../value/QueryError.js'

/**
 * How a write that depends on stored rows is guarded against other writers:
 *
 * - `atomic`: the client does it at once, or in a transaction.
 * - `checked`: the client refuses to write a row that has changed since it was read. The row is then read and tried
 *   again.
 * - `by turns`: writes through one client wait for each other within this process. What other processes write between
 *   the read and the write may be lost.
 *
 * @since 0.2.0
 */
export type Guard = 'atomic' | 'checked' | 'by turns'

/**
 * The guards in order. A greater number is a stronger guard.
 *
 * @since 0.2.0
 */
export const guardRank: { readonly [G in Guard]: number } = { atomic: 2, checked: 1, 'by turns': 0 }

/**
 * The largest cost that a query may have. A limit that is left out doesn't apply.
 *
 * Requests, fetched rows and milliseconds are estimated before anything is requested. Steps and bytes are counted while
 * this process evaluates something, whether for the client or for the residual. `guarded` is the weakest guard that a
 * write may have.
 *
 * @since 0.1.0
 */
export interface Budget extends Work {
  readonly guarded?: Guard
  readonly requests?: number
  readonly rows?: number
  readonly milliseconds?: number
}

/** The costs that are known in advance. */
const planned = ['requests', 'rows', 'milliseconds'] as const

const limits = [...planned, 'steps', 'bytes'] as const

/**
 * The budget that satisfies all the given budgets, or `undefined` if none is given.
 *
 * @since 0.1.0
 */
export const strictest = (budgets: ReadonlyArray<Budget | undefined>): Budget | undefined => {
  const [first, ...others] = budgets.filter((each) => each !== undefined)
  return others.reduce<Budget | undefined>((so, each) => {
    const guarded = stricter(so?.guarded, each.guarded)
    return {
      ...Object.fromEntries(
        limits.flatMap((what) => {
          const least = Math.min(so?.[what] ?? Infinity, each[what] ?? Infinity)
          return least === Infinity ? [] : [[what, least]]
        }),
      ),
      ...(guarded === undefined ? {} : { guarded }),
      ...sharedBy([so, each]),
    }
  }, first)
}

const stricter = (a: Guard | undefined, b: Guard | undefined): Guard | undefined =>
  a === undefined || (b !== undefined && guardRank[b] > guardRank[a]) ? b : a

/**
 * Why something may cost more than a client's budget allows, or `null` if it can't. A cost of `null` is unknown.
 *
 * @since 0.1.0
 */
export const exceeding = (
  client: string,
  budget: Budget | undefined,
  cost: { readonly [W in (typeof planned)[number]]: number | null },
): OverBudget | null => {
  const over = planned.find((what) => {
    const allowed = budget?.[what]
    return allowed !== undefined && (cost[what] ?? Infinity) > allowed
  })
  return over === undefined ? null : overBudget(client, over, cost[over], budget?.[over] ?? 0)
}
