/**
 * A second set of clients with one bug each, written blind: on 2026-11-28, by somebody who had not seen the generator, the
 * laws and the mutants that these are tuned on, and before anything was measured on them. They measure what the laws kit
 * finds once its generator knows of the kinds of bugs that the first set showed. Keep them out of its tuning.
 */
import type { BlindMutant } from '../blind/support.js'
import { groups } from './groups.js'
import { keepings } from './keeping.js'
import { numberMutants } from './numbers.js'
import { orders } from './orders.js'
import { predicates } from './predicates.js'
import { races } from './races.js'
import { relations } from './relations.js'
import { textMutants } from './texts.js'
import { writes } from './writes.js'

export const blind2: ReadonlyArray<BlindMutant> = [
  ...predicates,
  ...textMutants,
  ...numberMutants,
  ...orders,
  ...groups,
  ...relations,
  ...writes,
  ...keepings,
  ...races,
]
