import { fold } from '../../../expression/fold.js'
import type { Expression, Named } from '../../../expression/Expression.js'
import type { Query } from '../../../query/Query.js'

/** The columns that an expression reads. `null` if it may read any. */
const readBy = (expression: Expression<Query>): ReadonlySet<string> | null =>
  fold<Query, null, ReadonlySet<string> | null>(expression, null, {
    enter: () => null,
    combine: (node, operands) => {
      switch (node._tag) {
        case 'column':
          return new Set(node.path.slice(0, 1))
        case 'subquery':
        case 'exists':
        case 'inQuery':
        case 'some':
        case 'aggregate':
          return null
        default:
          return operands.reduce(
            (all, each) => (all === null || each === null ? null : new Set([...all, ...each])),
            new Set(),
          )
      }
    },
  })

/**
 * Assignments in an order in which each comes before those of the columns that it reads. MySQL assigns from left to right,
 * and a later assignment would read the new value of an earlier one. `null` if there is no such order.
 *
 * See "UPDATE Statement" in MySQL's manual.
 *
 * @since 0.2.0
 */
export const beforeTheirColumns = (set: ReadonlyArray<Named<Query>>): ReadonlyArray<Named<Query>> | null => {
  const reads = new Map(set.map((each) => [each, readBy(each.expression)]))
  const left = [...set]
  const ordered: Array<Named<Query>> = []
  /* eslint-disable-next-line functional/no-loop-statements -- takes one assignment after the other */
  while (left.length > 0) {
    const next = left.findIndex((each) =>
      left.every((other) => other === each || reads.get(other)?.has(each.name) === false),
    )
    if (next < 0) return null
    ordered.push(...left.splice(next, 1))
  }
  return ordered
}
