/**
 * The rules, in the order in which they are tried.
 *
 * @since 0.1.0
 */
import { bareSubquery } from './rules/bareSubquery.js'
import { constants } from './rules/constants.js'
import { deadOrder } from './rules/deadOrder.js'
import { doubleNegation } from './rules/doubleNegation.js'
import { emptyPass } from './rules/emptyPass.js'
import { flatten } from './rules/flatten.js'
import { keyedDistinct } from './rules/keyedDistinct.js'
import { mergePasses } from './rules/mergePasses.js'
import { mergeSlices } from './rules/mergeSlices.js'
import { ownKeys } from './rules/ownKeys.js'
import { shortIn } from './rules/shortIn.js'
import { single } from './rules/single.js'
import { trueWhere } from './rules/trueWhere.js'
import type { NodeRule, QueryRule } from './rules/Rule.js'

/**
 * Rules for expressions and predicates, from the leaves upwards. `shortIn` creates constants, and `constants` uses them
 * to shorten connectives. `doubleNegation` and `single` make connectives adjacent, and `flatten` joins those.
 *
 * @since 0.1.0
 */
export const nodeRules: ReadonlyArray<NodeRule> = [shortIn, bareSubquery, doubleNegation, constants, single]

/**
 * Rules for passes, from the innermost outwards. The first rules join passes, so that the others see more at once. The
 * last rules remove passes that have nothing left to do.
 *
 * @since 0.1.0
 */
export const queryRules: ReadonlyArray<QueryRule> = [
  mergePasses,
  mergeSlices,
  ownKeys,
  flatten,
  trueWhere,
  deadOrder,
  keyedDistinct,
  emptyPass,
]
