/**
 * What asking may cost.
 *
 * @since 0.1.0
 */
import { sharedBy, type Work } from '../value/Meter.js'
import { overBudget, type OverBudget } from '../value/QueryError.js'

/**
 * How a write that depends on what is stored is guarded against other writers:
 *
 * - `atomic`: the client does it at once, or in a transaction.
 * - `checked`: the client refuses to write a row that isn't as it was read; then it is read and tried again.
 * - `by turns`: writes through one client wait for each other within this process. What other processes write between
 *   the reading and the writing may be lost.
 *
 * @since 0.2.0
 */
export type Guard = 'atomic' | 'checked' | 'by turns'

/**
 * The guards in order: a greater number is a better guard.
 *
 * @since 0.2.0
 */
export const guardRank: { readonly [G in Guard]: number } = { atomic: 2, checked: 1, 'by turns': 0 }

/**
 * What a query may cost at most; what isn't said doesn't matter. Requests, rows fetched and milliseconds are known
 * before anything is asked. The steps and bytes of what is evaluated in this process, by the client or of what it
 * leaves to do, are counted meanwhile. `guarded` is how well writes must be guarded, at least.
 *
 * @since 0.1.0
 */
export interface Budget extends Work {
  readonly guarded?: Guard
  readonly requests?: number
  readonly rows?: number
  readonly milliseconds?: number
}

/** What is known before. */
const planned = ['requests', 'rows', 'milliseconds'] as const

const limits = [...planned, 'steps', 'bytes'] as const

/**
 * What keeps within all of some budgets; `undefined` where there is none.
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
 * Why something may cost more than a client's budget, if it may: `null` is what nobody knows.
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
