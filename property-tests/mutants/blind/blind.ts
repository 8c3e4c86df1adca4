/**
 * Clients with one bug each, that were written blind: on 2026-11-28, without sight of the generator, the laws and the
 * mutants that these were tuned on. They measure what the laws kit finds of what it was not shown. Keep them out of its
 * tuning: a kind of bug that is learnt from here no longer measures anything.
 */
import { groups } from './groups.js'
import { keeping } from './keeping.js'
import { numberMutants } from './numbers.js'
import { orders } from './orders.js'
import { predicates } from './predicates.js'
import { races } from './races.js'
import { relations } from './relations.js'
import { sizes } from './sizes.js'
import { textMutants } from './texts.js'
import { writes } from './writes.js'
import type { BlindMutant } from './support.js'

export const blind: ReadonlyArray<BlindMutant> = [
  ...predicates,
  ...textMutants,
  ...numberMutants,
  ...orders,
  ...groups,
  ...relations,
  ...writes,
  ...keeping,
  ...races,
  ...sizes,
]
