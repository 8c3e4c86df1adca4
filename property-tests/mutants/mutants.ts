/** All mutants, by kind. None is taken out or changed but to have it die of its own bug: measurements are compared over time. */
import { alikes } from './alike.js'
import { cacheErrors } from './cacheErrors.js'
import { contentions } from './contention.js'
import { distincts } from './distinct.js'
import { facings } from './facing.js'
import { faults } from './fault.js'
import { guards } from './guards.js'
import { ids } from './ids.js'
import { nulls } from './null.js'
import { numbersDates } from './numbersDates.js'
import { order } from './order.js'
import { predicates } from './predicates.js'
import { races } from './race.js'
import { reckonings } from './reckoning.js'
import { relations } from './relations.js'
import { shapes } from './shapes.js'
import { slices } from './slices.js'
import type { Mutant } from './support/Mutant.js'
import { texts } from './text.js'
import { nesteds } from './nested.js'
import { wides } from './wide.js'
import { writes } from './writes.js'

export const mutants: ReadonlyArray<Mutant> = [
  ...predicates,
  ...nulls,
  ...texts,
  ...numbersDates,
  ...order,
  ...slices,
  ...distincts,
  ...relations,
  ...writes,
  ...ids,
  ...cacheErrors,
  ...races,
  ...faults,
  ...wides,
  ...nesteds,
  ...alikes,
  ...guards,
  ...reckonings,
  ...facings,
  ...contentions,
  ...shapes,
]
