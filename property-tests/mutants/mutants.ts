/** All mutants, by kind. The list is frozen: measurements are compared over time. */
import { cacheErrors } from './cacheErrors.js'
import { distincts } from './distinct.js'
import { faults } from './fault.js'
import { ids } from './ids.js'
import { nulls } from './null.js'
import { numbersDates } from './numbersDates.js'
import { order } from './order.js'
import { predicates } from './predicates.js'
import { races } from './race.js'
import { relations } from './relations.js'
import { slices } from './slices.js'
import type { Mutant } from './support/Mutant.js'
import { texts } from './text.js'
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
]
