import { clientWith, type Bug } from './client.js'
import type { Mutant, MutantKind, Witness } from './Mutant.js'

/** A function that makes mutants of a kind. */
export const mutantsOf =
  (kind: MutantKind) =>
  (name: string, about: string, bug: Bug, witness: Witness): Mutant => ({
    name,
    kind,
    about,
    client: clientWith(bug),
    witness,
  })
