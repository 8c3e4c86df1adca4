/**
 * What asking may cost.
 *
 * @since 0.1.0
 */
import { overBudget, type OverBudget } from '../value/QueryError.js'

/**
 * What a query may cost at most: requests, rows fetched, and milliseconds, of which each that isn't said doesn't
 * matter.
 *
 * @since 0.1.0
 */
export interface Budget {
  readonly requests?: number
  readonly rows?: number
  readonly milliseconds?: number
}

const limits = ['requests', 'rows', 'milliseconds'] as const

/**
 * What keeps within all of some budgets; `undefined` where there is none.
 *
 * @since 0.1.0
 */
export const strictest = (budgets: ReadonlyArray<Budget | undefined>): Budget | undefined => {
  const [first, ...others] = budgets.filter((each) => each !== undefined)
  return others.reduce<Budget | undefined>(
    (so, each) =>
      Object.fromEntries(
        limits.flatMap((what) => {
          const least = Math.min(so?.[what] ?? Infinity, each[what] ?? Infinity)
          return least === Infinity ? [] : [[what, least]]
        }),
      ),
    first,
  )
}

/**
 * Why something may cost more than a client's budget, if it may: `null` is what nobody knows.
 *
 * @since 0.1.0
 */
export const exceeding = (
  client: string,
  budget: Budget | undefined,
  cost: { readonly [W in (typeof limits)[number]]: number | null },
): OverBudget | null => {
  const over = limits.find((what) => {
    const allowed = budget?.[what]
    return allowed !== undefined && (cost[what] ?? Infinity) > allowed
  })
  return over === undefined ? null : overBudget(client, over, cost[over], budget?.[over] ?? 0)
}
