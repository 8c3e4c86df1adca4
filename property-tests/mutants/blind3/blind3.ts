/**
 * A third set of clients with one bug each, written blind: on 2026-11-28, by somebody who had not seen the generator, the
 * laws and the mutants that these are tuned on, and before anything was measured on them. They measure what the laws kit
 * finds once it was widened by what the second set showed. Keep them out of its tuning.
 */
import type { BlindMutant } from '../blind/support.js'
import { groups } from './groups.js'
import { keepings } from './keeping.js'
import { orders } from './orders.js'
import { predicates } from './predicates.js'
import { races } from './races.js'
import { relations } from './relations.js'
import { transactions } from './transactions.js'
import { values } from './values.js'
import { writes } from './writes.js'

export const blind3: ReadonlyArray<BlindMutant> = [
  ...predicates,
  ...values,
  ...orders,
  ...groups,
  ...relations,
  ...writes,
  ...transactions,
  ...keepings,
  ...races,
]
