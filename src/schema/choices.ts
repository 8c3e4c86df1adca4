/**
 * The values that a field is limited to, with what people see of each, in groups or not.
 *
 * @since 0.2.0
 */
import { option as O } from 'fp-ts'
import * as t from 'io-ts'
import type { Json } from '../value/Value.js'

/**
 * A value that may be chosen, and its label.
 *
 * @since 0.2.0
 */
export interface Choice {
  readonly value: string | number
  readonly label: string
}

/**
 * Choices under a heading. Those that stand in no group have the label `null`.
 *
 * @since 0.2.0
 */
export interface ChoiceGroup {
  readonly label: string | null
  readonly choices: ReadonlyArray<Choice>
}

/**
 * Labels by value. Where all values are whole numbers, as in `{ 0: 'Solo', 1: 'Group' }`, they are ints.
 *
 * @since 0.2.0
 */
export interface ChoiceLabels {
  readonly [value: string]: string
}

/**
 * What `field.choices` takes: a list of values, pairs of a value and its label, labels by value, or named groups of these.
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

// Only where all keys are numbers, they are ints.
type LabelledKeys<L> = [LabelledKey<keyof L>] extends [number]
  ? LabelledKey<keyof L>
  : Extract<keyof L, string>

/**
 * The values that `field.choices` makes of what it takes.
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
 * Reads what `field.choices` takes. Neighbours without a group are one group. What is not a choice is left out, since
 * types refuse it.
 *
 * @since 0.2.0
 */
export const choiceGroupsOf = (given: unknown): ReadonlyArray<ChoiceGroup> =>
  // What the caller gives may throw.
  O.getOrElse((): ReadonlyArray<ChoiceGroup> => [])(O.tryCatch(() => groupsIn(given)))

const groupsIn = (given: unknown): ReadonlyArray<ChoiceGroup> => {
  if (!isList(given)) return [{ label: null, choices: labelled(given) }]
  const groups: Array<ChoiceGroup> = []
  // The group of the neighbours that stand in none, while there are any.
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
 * The label of a value among groups of choices; `null` where it is not among them.
 *
 * @since 0.2.0
 */
export const choiceLabel = (groups: ReadonlyArray<ChoiceGroup>, value: Json): string | null =>
  groups.flatMap(({ choices }) => choices).find((choice) => choice.value === value)?.label ?? null

/**
 * Values that are among some, so that a row never holds another than its type says.
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
