/**
 * A law that a client is held to.
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
 * What a law has to say of a queryset: what is expected and what came, if these differ. `sizes` are a few small
 * numbers, for whatever it has to choose.
 *
 * @since 0.1.0
 */
export type Check = (
  asking: CheckContext,
  of: QuerysetData,
  sizes: ReadonlyArray<number>,
) => Promise<Pick<Violation, 'expected' | 'actual'> | null>

/**
 * What compares calls with the reference: the kinds of calls, and what is wrong with one, if anything is. It tells apart
 * all laws about such calls.
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
 * - `about` says the law in a sentence, as it is told when it is broken.
 * - `of` brings a queryset into the form that `check` is about.
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
 * Asks the client; what it refuses or can't answer has nothing to do with these laws.
 *
 * @since 0.1.0
 */
export interface CheckContext {
  readonly subject: Subject
  readonly rows: (of: QuerysetData) => Promise<ReadonlyArray<Row> | null>
  readonly one: (of: QuerysetData, terminal: Terminal) => Promise<unknown>
}
