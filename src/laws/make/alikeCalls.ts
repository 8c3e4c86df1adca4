import type { Call, Case, Plain } from '../case/Case.js'
import type { QuerysetData, StepData } from '../case/QuerysetData.js'
import { smallerPlain } from '../shrink/smallerCall.js'
import { smallerStep, smallerTerminal } from '../shrink/smallerStep.js'

/** Changes each call that a call consists of. */
const mapPlain = (call: Call, change: (plain: Plain) => Plain): Call =>
  call._tag === 'overlap'
    ? { ...call, threads: call.threads.map((thread) => thread.map(change)) }
    : call._tag === 'faulty'
      ? { ...call, call: change(call.call) }
      : call._tag === 'law'
        ? call
        : change(call)

const plainsIn = (call: Call): ReadonlyArray<Plain> =>
  call._tag === 'overlap'
    ? call.threads.flat()
    : call._tag === 'faulty'
      ? [call.call]
      : call._tag === 'law'
        ? []
        : [call]

const mapSaid = (call: Plain, change: (queryset: QuerysetData) => QuerysetData): Plain =>
  'of' in call ? { ...call, of: change(call.of) } : call

/** The items that occur more than once, by their text. */
const again = <T>(all: ReadonlyArray<T>): ReadonlyArray<readonly [string, T]> => {
  const seen = new Map<string, { readonly item: T; times: number }>()
  all.forEach((item) => {
    const text = JSON.stringify(item)
    const known = seen.get(text)
    if (known === undefined) seen.set(text, { item, times: 1 })
    else known.times += 1
  })
  return [...seen].flatMap(([text, { item, times }]) => (times > 1 ? [[text, item] as const] : []))
}

/**
 * Smaller cases that keep equal calls equal. Two equal reads around a write, or the same call in two threads, are
 * simplified together. Steps that several reads have in common are removed from all of them.
 *
 * @since 0.2.0
 */
export const alikeCalls = (one: Case): ReadonlyArray<Case> => {
  const plains = one.calls.flatMap(plainsIn)
  const mapped = (change: (plain: Plain) => Plain): Case => ({
    ...one,
    calls: one.calls.map((call) => mapPlain(call, change)),
  })
  const whole = again(plains).flatMap(([text, call]) =>
    smallerPlain(call).map((by) => mapped((each) => (JSON.stringify(each) === text ? by : each))),
  )
  const steps = again(plains.flatMap((call) => ('of' in call ? call.of.steps : [])))
  const inSteps = (text: string, by: ReadonlyArray<StepData>): Case =>
    mapped((call) =>
      mapSaid(call, (queryset) => ({
        ...queryset,
        steps: queryset.steps.flatMap((step) => (JSON.stringify(step) === text ? by : [step])),
      })),
    )
  const terminals = again(plains.flatMap((call) => (call._tag === 'read' ? [call.terminal] : [])))
  return [
    ...terminals.flatMap(([text, terminal]) =>
      smallerTerminal(terminal).map((by) =>
        mapped((call) =>
          call._tag === 'read' && JSON.stringify(call.terminal) === text ? { ...call, terminal: by } : call,
        ),
      ),
    ),
    ...steps.flatMap(([text, step]) =>
      [[], ...smallerStep(step).map((by) => [by])].map((by) => inSteps(text, by)),
    ),
    ...whole,
  ]
}
