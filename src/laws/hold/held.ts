/**
 * Laws that are checked by comparing a call with the reference.
 *
 * @since 0.2.0
 */
import type { Call } from '../case/Case.js'
import type { CallCheck } from './Law.js'
import type { Subject, Violation } from './Subject.js'

type Tag = Call['_tag']

/**
 * A law about some kinds of calls. It is checked by comparing the call with the reference.
 *
 * @since 0.2.0
 */
export const held = <T extends Tag>(
  calls: ReadonlyArray<T>,
  check: (subject: Subject, call: Extract<Call, { readonly _tag: T }>) => Promise<Violation | null>,
): CallCheck => ({
  calls,
  check: (subject, call) => (isOneOf(calls, call) ? check(subject, call) : Promise.resolve(null)),
})

const isOneOf = <T extends Tag>(
  tags: ReadonlyArray<T>,
  call: Call,
): call is Extract<Call, { readonly _tag: T }> => tags.some((tag) => tag === call._tag)

/**
 * A law about the arguments of a client. They are watched during some kinds of calls.
 *
 * @since 0.2.0
 */
export const leftAlone = (...calls: ReadonlyArray<Tag>): CallCheck => ({
  calls,
  check: ({ watch }) => Promise.resolve(watch.changed),
})
