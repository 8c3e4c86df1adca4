/**
 * What a check has found.
 *
 * @since 0.1.0
 */
import type { LawName } from '../hold/LawName.js'
import type { Case } from '../case/Case.js'
import type { Size } from '../case/Size.js'
import type { Manifest } from '../discover/Manifest.js'

/**
 * A law that doesn't hold, with the smallest case in which it doesn't.
 *
 * - `law` is its name in the list of laws, `area` what it is about.
 * - `firstCase` is the number of the first case that showed it, counted from 1 (0 if it was seen before, by finding out
 *   what the client can do); `seen` in how many cases it showed.
 * - `sentence` says what is wrong, `table` shows the data with what was expected and what came, and `test` is a test
 *   to paste, which fails for as long as the client is wrong.
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
 * What laws are about: reading, writing, calls that fail on the way, calls that overlap.
 *
 * @since 0.1.0
 */
export type Area = 'reads' | 'writes' | 'faults' | 'concurrency'

/**
 * How often each thing was exercised, by name.
 *
 * @since 0.1.0
 */
export interface Counts {
  readonly [name: string]: number
}

/**
 * What was exercised, and how often. `reads` counts reads, `empty` those of them whose answer was empty, `refused`
 * the calls that the client said it doesn't support. `never` are the names that could have been there and weren't.
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
 * What a check has found. Where `failures` is empty, none was found in so many `cases`; the same `seed` makes the same
 * cases again. `manifest` is what the client can do, where that was to be found out; else `null`.
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
