/** All mutants, by kind. The list is frozen: measurements are compared over time. */
import { predicates } from './predicates.js'
import type { Mutant } from './support/Mutant.js'

export const mutants: ReadonlyArray<Mutant> = [...predicates]
