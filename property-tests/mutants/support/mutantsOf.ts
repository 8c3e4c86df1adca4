import { clientWith, type Bug } from './client.js'
import { killersOf } from './killers.js'
import type { Killers, Mutant, MutantKind, Witness } from './Mutant.js'

/** A function that makes mutants of a kind. */
export const mutantsOf =
  (kind: MutantKind) =>
  (name: string, about: string, bug: Bug, witness: Witness, by: Killers = killersOf[kind]): Mutant => ({
    name,
    kind,
    by,
    about,
    client: clientWith(bug),
    witness,
  })
