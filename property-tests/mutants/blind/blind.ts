import { predicates } from './predicates.js'
import { textMutants } from './texts.js'
import { numberMutants } from './numbers.js'
import { orders } from './orders.js'
import { groups } from './groups.js'
import { relations } from './relations.js'
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
]
