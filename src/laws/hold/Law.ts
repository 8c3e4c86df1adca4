/**
 * A law that a client must obey.
 *
 * @since 0.2.0
 */
import type { Row } from '../../value/Value.js'
import type { Call, Terminal } from '../case/Case.js'
import type { Making } from '../make/predicates.js'
import type { Area } from '../report/Report.js'
import type { QuerysetData } from '../case/QuerysetData.js'
import type { Subject, Violation } from './Subject.js'

/**
 * Checks a law for a queryset. Gives the expected and the actual answer if they differ. `sizes` are small numbers for
 * the choices that the law has to make.
 *
 * @since 0.1.0
 */
export type Check = (
  asking: CheckContext,
  of: QuerysetData,
  sizes: ReadonlyArray<number>,
) => Promise<Pick<Violation, 'expected' | 'actual'> | null>

/**
 * Compares calls with the reference. `calls` are the kinds of calls. `check` gives the violation, and decides which of
 * the laws about such calls it breaks.
 *
 * @since 0.2.0
 */
export interface CallCheck {
  readonly calls: ReadonlyArray<Call['_tag']>
  readonly check: (subject: Subject, call: Call) => Promise<Violation | null>
}

/**
 * A law has one of two checks: `check` for a law about a queryset, `held` for a law about a call.
 *
 * - `about` is the law as a sentence. It is shown when the law is broken.
 * - `of` converts a queryset into the form that `check` needs.
 *
 * @since 0.1.0
 */
export interface Law<N extends string = string> {
  readonly name: N
  readonly area: Area
  readonly about: string
  readonly of?: (making: Making, queryset: QuerysetData) => QuerysetData
  readonly check?: Check
  readonly held?: CallCheck
}

/**
 * Runs querysets on the client. A refusal or an error gives `null`, since these laws don't cover it.
 *
 * @since 0.1.0
 */
export interface CheckContext {
  readonly subject: Subject
  readonly rows: (of: QuerysetData) => Promise<ReadonlyArray<Row> | null>
  readonly one: (of: QuerysetData, terminal: Terminal) => Promise<unknown>
}
