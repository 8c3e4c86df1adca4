/**
 * A read that is another one but for one thing: whoever takes them for the same shows.
 *
 * @since 0.1.0
 */
import type { OrderKey, Predicate } from '../expression/Expression.js'
import type { Call } from './Case.js'
import { negated, type Making } from './predicates.js'
import type { Said, SaidStep } from './Said.js'
import { chance, pick } from './Tape.js'
import { twinOf } from './twin.js'

type Read = Extract<Call, { readonly _tag: 'read' }>

/** Another constant, the opposite, another bound. */
const otherPredicate = (making: Making, predicate: Predicate<Said>): Predicate<Said> => {
  const { tape } = making
  if (predicate._tag === 'lookup' && chance(tape, 65)) {
    const [first, ...more] = predicate.right
    return first?._tag === 'const' && first.kind !== 'json'
      ? { ...predicate, right: [{ ...first, value: twinOf(tape, first.kind, first.value) }, ...more] }
      : negated(predicate)
  }
  return predicate._tag === 'not' ? predicate.predicate : negated(predicate)
}

const otherKey = ({ tape }: Making, key: OrderKey<Said>): OrderKey<Said> =>
  chance(tape, 50)
    ? { ...key, nulls: key.nulls === 'first' ? 'last' : 'first' }
    : { ...key, direction: key.direction === 'asc' ? 'desc' : 'asc' }

const otherStep = (making: Making, step: SaidStep): ReadonlyArray<SaidStep> => {
  const { tape } = making
  switch (step._tag) {
    case 'filter':
      return [{ ...step, predicate: otherPredicate(making, step.predicate) }]
    case 'orderBy':
      return [{ ...step, keys: step.keys.map((key, i) => (i === 0 ? otherKey(making, key) : key)) }]
    case 'slice':
      return pick<ReadonlyArray<SaidStep>>(tape, [
        [],
        [{ ...step, start: step.start + 1, stop: step.stop === null ? null : step.stop + 1 }],
        [{ ...step, stop: step.stop === null ? step.start + 1 : null }],
      ])
    case 'union':
    case 'intersection':
    case 'difference':
      return [{ ...step, _tag: step._tag === 'union' ? 'difference' : 'union' }]
    case 'distinct':
    case 'reverse':
    case 'distinctOn':
      return []
    default:
      return [step]
  }
}

/**
 * The same read with one of its steps changed or left out; without steps, that of the first row.
 *
 * @since 0.1.0
 */
export const nearlyThe = (making: Making, read: Read): Read => {
  const { of } = read
  if (of.steps.length === 0) return { ...read, of: { ...of, steps: [{ _tag: 'slice', start: 0, stop: 1 }] } }
  const at = making.tape.next(of.steps.length)
  return {
    ...read,
    of: { ...of, steps: of.steps.flatMap((step, i) => (i === at ? otherStep(making, step) : [step])) },
  }
}
