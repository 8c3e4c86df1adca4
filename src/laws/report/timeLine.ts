/**
 * The time line of overlapping calls.
 *
 * @since 0.2.0
 */
import type { Plain } from '../case/Case.js'
import { inline } from '../case/inline.js'

/**
 * A moment: a call begins, a call ends with an answer, or a thread waits for its backend or goes on. Threads are
 * counted from 0.
 *
 * @since 0.2.0
 */
export type Moment =
  | { readonly _tag: 'begins'; readonly thread: number; readonly call: Plain }
  | { readonly _tag: 'waits' | 'goes on'; readonly thread: number }
  | { readonly _tag: 'ends'; readonly thread: number; readonly call: Plain; readonly answer: unknown }

/** The letter of a thread. @since 0.2.0 */
export const letter = (thread: number): string => String.fromCodePoint(65 + thread)

/** A thread that goes on directly after it has waited needs only one line. */
const isIdle = (moment: Moment, next: Moment | undefined): boolean =>
  moment._tag === 'waits' && next?._tag === 'goes on' && next.thread === moment.thread

/**
 * One line for each moment. `codeOf` prints a call.
 *
 * @since 0.2.0
 */
export const timeLine = (
  moments: ReadonlyArray<Moment>,
  codeOf: (call: Plain) => string,
): ReadonlyArray<string> => {
  const shown = moments.filter(
    (moment, i) =>
      !isIdle(moment, moments[i + 1]) &&
      !(moment._tag === 'goes on' && isIdle(moments[i - 1] ?? moment, moment)),
  )
  const texts = shown.map((moment): string => {
    const who = letter(moment.thread)
    switch (moment._tag) {
      case 'begins':
        return `${who} calls ${codeOf(moment.call)}`
      case 'waits':
        return `${who} waits for its backend`
      case 'goes on':
        return `${who} goes on`
      case 'ends':
        return `${who} is given ${inline(moment.answer)}`
    }
  })
  return texts.map((text, i) => `${String(i + 1).padStart(String(texts.length).length)}. ${text}`)
}
