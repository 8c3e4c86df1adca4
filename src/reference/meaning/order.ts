/**
 * Comparison, equality and sorting of values, for the specification. All items are compared with all others, which
 * takes quadratic time.
 *
 * @since 0.2.0
 */
import type { Json, Kind } from '../../value/Value.js'
import { difference, exactOf } from './decimals.js'
import { lengthOf } from './durations.js'
import { printed } from './Meaning.js'

/** The code points of a text. */
const points = (text: string): ReadonlyArray<number> => [...text].map((c) => c.codePointAt(0) ?? 0)

const numbers = <N extends number | bigint>(a: N, b: N): number => (a < b ? -1 : a > b ? 1 : 0)

/** The first difference decides. A list that is the beginning of another list is less. */
const lists = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const at = a.findIndex((x, i) => x !== b[i])
  return at === -1 ? numbers(a.length, b.length) : numbers(a[at] ?? 0, b[at] ?? -1)
}

/**
 * JSON in one spelling: sorted keys and no white space.
 *
 * @since 0.2.0
 */
export const spellJson = (json: Json): string =>
  Array.isArray(json)
    ? `[${json.map(spellJson).join()}]`
    : typeof json === 'object' && json !== null
      ? `{${Object.entries(json)
          .map(([key, value]) => ({ key, text: `${JSON.stringify(key)}:${spellJson(value)}` }))
          .sort((a, b) => (a.key < b.key ? -1 : 1))
          .map(({ text }) => text)
          .join()}}`
      : JSON.stringify(json)

/**
 * Negative, zero or positive, if the first value is less than, equal to or greater than the second. Numbers of all
 * kinds are compared by size, as the decimals that they are printed as.
 *
 * @since 0.2.0
 */
export const compare = (kindA: Kind, kindB: Kind, a: Json, b: Json): number => {
  if (kindA === 'json') return lists(points(spellJson(a)), points(spellJson(b)))
  if (kindA === 'boolean') return numbers(Number(a), Number(b))
  if (kindA === 'duration') return numbers(lengthOf(printed(a)), lengthOf(printed(b)))
  if (kindA === 'decimal' || kindB === 'decimal') return difference(exactOf(a), exactOf(b))
  return typeof a === 'number' ? numbers(a, Number(b)) : lists(points(printed(a)), points(printed(b)))
}

/**
 * Whether two values of a kind are equal. Each value has one spelling, except for JSON. Two missing values are equal.
 *
 * @since 0.2.0
 */
export const same = (kind: Kind, a: Json, b: Json): boolean =>
  kind === 'json' ? spellJson(a) === spellJson(b) : a === b

/**
 * The keys to compare and sort by: a value of each item, and the place of missing values.
 *
 * @since 0.2.0
 */
export interface MeantKey<T> extends Direction {
  readonly kind: Kind
  readonly of: (item: T) => Json
}

/** @since 0.2.0 */
export interface Direction {
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

/** @since 0.2.0 */
export const ascending: Direction = { direction: 'asc', nulls: 'last' }

/** An item with the values of its keys. */
interface Numbered<T> {
  readonly item: T
  readonly values: ReadonlyArray<Json>
}

const known = <T>(items: ReadonlyArray<T>, keys: ReadonlyArray<MeantKey<T>>): ReadonlyArray<Numbered<T>> =>
  items.map((item) => ({ item, values: keys.map(({ of }) => of(item)) }))

const agree = <T>(keys: ReadonlyArray<MeantKey<T>>, a: Numbered<T>, b: Numbered<T>): boolean =>
  keys.every(({ kind }, i) => same(kind, a.values[i] ?? null, b.values[i] ?? null))

/**
 * Whether two items have the same values.
 *
 * @since 0.2.0
 */
export const alike = <T>(keys: ReadonlyArray<MeantKey<T>>, a: T, b: T): boolean =>
  keys.every(({ kind, of }) => same(kind, of(a), of(b)))

/** The items that have no equal item before them. */
const first = <T>(
  all: ReadonlyArray<Numbered<T>>,
  keys: ReadonlyArray<MeantKey<T>>,
): ReadonlyArray<Numbered<T>> =>
  all.filter((one, i) => all.findIndex((other) => agree(keys, one, other)) === i)

/**
 * The first item for each list of values.
 *
 * @since 0.2.0
 */
export const firsts = <T>(items: ReadonlyArray<T>, keys: ReadonlyArray<MeantKey<T>>): ReadonlyArray<T> =>
  first(known(items, keys), keys).map(({ item }) => item)

/**
 * Groups of items with the same values.
 *
 * @since 0.2.0
 */
export const grouped = <T>(
  items: ReadonlyArray<T>,
  keys: ReadonlyArray<MeantKey<T>>,
): ReadonlyArray<ReadonlyArray<T>> => {
  const all = known(items, keys)
  return first(all, keys).map((one) => all.filter((other) => agree(keys, one, other)).map(({ item }) => item))
}

/**
 * Items sorted by keys. The first key that differs decides.
 *
 * @since 0.2.0
 */
export const sorted = <T>(items: ReadonlyArray<T>, keys: ReadonlyArray<MeantKey<T>>): ReadonlyArray<T> =>
  [...known(items, keys)]
    .sort((a, b) =>
      keys.reduce(
        (so_far, key, i) => (so_far !== 0 ? so_far : byKey(key, a.values[i] ?? null, b.values[i] ?? null)),
        0,
      ),
    )
    .map(({ item }) => item)

const byKey = <T>({ kind, direction, nulls }: MeantKey<T>, a: Json, b: Json): number => {
  if (a === null && b === null) return 0
  if (a === null) return nulls === 'first' ? -1 : 1
  if (b === null) return nulls === 'first' ? 1 : -1
  return direction === 'asc' ? compare(kind, kind, a, b) : compare(kind, kind, b, a)
}
