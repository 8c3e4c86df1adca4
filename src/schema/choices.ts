/**
 * The values that a field is limited to, with their labels, in groups or not.
 *
 * @since 0.2.0
 */
import { option as O } from 'fp-ts'
import * as t from 'io-ts'
import type { Json } from '../value/Value.js'

/**
 * A value that can be chosen, and its label.
 *
 * @since 0.2.0
 */
export interface Choice {
  readonly value: string | number
  readonly label: string
}

/**
 * Choices under a heading. Choices outside any group have the label `null`.
 *
 * @since 0.2.0
 */
export interface ChoiceGroup {
  readonly label: string | null
  readonly choices: ReadonlyArray<Choice>
}

/**
 * Labels by value. If all values are whole numbers, as in `{ 0: 'Solo', 1: 'Group' }`, they are ints.
 *
 * @since 0.2.0
 */
export interface ChoiceLabels {
  readonly [value: string]: string
}

/**
 * The argument of `field.choices`: a list of values, pairs of a value and its label, labels by value, or named groups
 * of these.
 *
 * @since 0.2.0
 */
export type ChoiceInput =
  | readonly [string, ...ReadonlyArray<string>]
  | readonly [number, ...ReadonlyArray<number>]
  | ReadonlyArray<
      readonly [string | number, string | ChoiceLabels | ReadonlyArray<readonly [string | number, string]>]
    >
  | ChoiceLabels

type LabelledKey<K> = K extends number
  ? K
  : K extends `${bigint}`
    ? K extends `${infer N extends number}`
      ? N
      : K
    : K

// The values are ints only if all keys are numbers.
type LabelledKeys<L> = [LabelledKey<keyof L>] extends [number]
  ? LabelledKey<keyof L>
  : Extract<keyof L, string>

/**
 * The type of the values for an argument of `field.choices`.
 *
 * @since 0.2.0
 */
export type ChoiceOf<C> =
  C extends ReadonlyArray<infer E>
    ? E extends string | number
      ? E
      : E extends readonly [infer V, infer L]
        ? L extends string
          ? V
          : ChoiceOf<L>
        : never
    : LabelledKeys<C>

/**
 * Reads the argument of `field.choices`. Adjacent choices outside any group form one group. Anything that isn't a
 * choice is left out, since the types don't allow it.
 *
 * @since 0.2.0
 */
export const choiceGroupsOf = (given: unknown): ReadonlyArray<ChoiceGroup> =>
  // A value of the caller may throw.
  O.getOrElse((): ReadonlyArray<ChoiceGroup> => [])(O.tryCatch(() => groupsIn(given)))

const groupsIn = (given: unknown): ReadonlyArray<ChoiceGroup> => {
  if (!isList(given)) return [{ label: null, choices: labelled(given) }]
  const groups: Array<ChoiceGroup> = []
  // The group of adjacent choices outside any group, while it grows.
  const open: { choices: Array<Choice> | null } = { choices: null }
  const plain = (choice: Choice): void => {
    if (open.choices === null) {
      open.choices = []
      groups.push({ label: null, choices: open.choices })
    }
    open.choices.push(choice)
  }
  given.forEach((each) => {
    pairOf(each).forEach(plain)
    const [head, tail] = isList(each) ? each : []
    if (isValue(head) && typeof tail === 'object' && tail !== null) {
      open.choices = null
      groups.push({
        label: String(head),
        choices: isList(tail) ? tail.flatMap(pairOf) : labelled(tail),
      })
    }
  })
  return groups
}

const pairOf = (given: unknown): ReadonlyArray<Choice> => {
  if (isValue(given)) return [{ value: given, label: String(given) }]
  const [value, label] = isList(given) ? given : []
  return isValue(value) && typeof label === 'string' ? [{ value, label }] : []
}

const labelled = (given: unknown): ReadonlyArray<Choice> => {
  if (typeof given !== 'object' || given === null) return []
  const entries: ReadonlyArray<readonly [string, unknown]> = Object.entries(given)
  const ints = entries.every(([value]) => wholeNumber.test(value) && Number.isSafeInteger(Number(value)))
  return entries.flatMap(([value, label]) =>
    typeof label === 'string' ? [{ value: ints ? Number(value) : value, label }] : [],
  )
}

const wholeNumber = /^(?:0|-?[1-9]\d{0,15})$/u

const isValue = (u: unknown): u is string | number => typeof u === 'string' || typeof u === 'number'

const isList = (u: unknown): u is ReadonlyArray<unknown> => Array.isArray(u)

/**
 * The label of a value in groups of choices, or `null` if it isn't one of them.
 *
 * @example
 * import { choiceLabel } from 'queryset-ts'
 * const formats = [{ label: null, choices: [{ value: 'lp', label: 'LP' }] }]
 * console.log(choiceLabel(formats, 'lp'), choiceLabel(formats, 'cd')) // => LP null
 *
 * @since 0.2.0
 */
export const choiceLabel = (groups: ReadonlyArray<ChoiceGroup>, value: Json): string | null =>
  groups.flatMap(({ choices }) => choices).find((choice) => choice.value === value)?.label ?? null

/**
 * The codec of values that must be among some, so that a row never holds another value than its type says.
 *
 * @since 0.2.0
 */
export const oneOf = (values: ReadonlyArray<Json>): t.Type<Json> => {
  const is = (u: unknown): u is Json => values.some((value) => value === u)
  return new t.Type(
    `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
    is,
    (u, context) => (is(u) ? t.success(u) : t.failure(u, context)),
    t.identity,
  )
}
