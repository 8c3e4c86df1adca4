/**
 * The result of a check.
 *
 * @since 0.1.0
 */
import type { LawName } from '../hold/LawName.js'
import type { Case } from '../case/Case.js'
import type { Size } from '../case/Size.js'
import type { Manifest } from '../discover/Manifest.js'

/**
 * A broken law, with the smallest case that breaks it.
 *
 * - `law` is the name of the law, `area` its area.
 * - `firstCase` is the number of the first case that broke it, counted from 1. It is 0 if discovery found it. `seen` is
 *   the number of cases that broke it.
 * - `sentence` says what is wrong, `table` shows the data with the expected and the actual answer, and `test` is a test
 *   to paste. The test fails as long as the client is wrong.
 *
 * @since 0.1.0
 */
export interface Failure {
  readonly law: LawName
  readonly area: Area
  readonly firstCase: number
  readonly seen: number
  readonly size: Size
  readonly example: Case
  readonly sentence: string
  readonly table: string
  readonly test: string
}

/**
 * The areas of laws: reading, writing, failures of the backend, and overlapping calls.
 *
 * @since 0.1.0
 */
export type Area = 'reads' | 'writes' | 'faults' | 'concurrency'

/**
 * The number of times that each thing was exercised, by name.
 *
 * @since 0.1.0
 */
export interface Counts {
  readonly [name: string]: number
}

/**
 * What was exercised, and how often. `reads` is the number of reads, `empty` the number of those with an empty answer,
 * and `refused` the calls that the client declined as unsupported. `never` are the names that could have been exercised
 * and weren't.
 *
 * @since 0.1.0
 */
export interface Coverage {
  readonly laws: Counts
  readonly terminals: Counts
  readonly steps: Counts
  readonly lookups: Counts
  readonly kinds: Counts
  readonly nullness: Counts
  readonly reads: number
  readonly empty: number
  readonly writes: number
  readonly refused: Counts
  readonly never: ReadonlyArray<string>
}

/**
 * The result of a check. If `failures` is empty, no failure was found in `cases` cases. The same `seed` generates the
 * same cases again. `manifest` is what the client can do if the option `discover` is set, otherwise `null`.
 *
 * @since 0.1.0
 */
export interface Report {
  readonly client: string
  readonly seed: number
  readonly cases: number
  readonly milliseconds: number
  readonly failures: ReadonlyArray<Failure>
  readonly coverage: Coverage
  readonly manifest: Manifest | null
}
