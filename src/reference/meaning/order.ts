/**
 * How values compare, which are the same, and lists of things by them, for the spec. Everything looks at everything,
 * so that it takes the square of a list's length.
 *
 * @since 0.2.0
 */
import type { Json, Kind } from '../../value/Value.js'
import { difference, exactOf } from './decimals.js'
import { lengthOf } from './durations.js'
import { printed } from './Meaning.js'

/** Text as the code points that it is made of. */
const points = (text: string): ReadonlyArray<number> => [...text].map((c) => c.codePointAt(0) ?? 0)

const numbers = <N extends number | bigint>(a: N, b: N): number => (a < b ? -1 : a > b ? 1 : 0)

/** The first place where lists differ decides; a list that ends before the other is less. */
const lists = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const at = a.findIndex((x, i) => x !== b[i])
  return at === -1 ? numbers(a.length, b.length) : numbers(a[at] ?? 0, b[at] ?? -1)
}

/**
 * JSON in one spelling only: the keys of objects are in order, and nothing stands between.
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
 * Negative, zero or positive, as the first of two values is less than, equal to or greater than the second. Numbers of
 * any kinds compare by size, as the decimals that they are printed as.
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
 * Whether two values of a kind are the same. Values are spelled in one way only, but for JSON; a missing value is the same
 * as a missing value.
 *
 * @since 0.2.0
 */
export const same = (kind: Kind, a: Json, b: Json): boolean =>
  kind === 'json' ? spellJson(a) === spellJson(b) : a === b

/**
 * What to tell things apart and to sort them by: a value of each, and where missing ones go.
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

/** Those of which there is none alike before. */
const first = <T>(
  all: ReadonlyArray<Numbered<T>>,
  keys: ReadonlyArray<MeantKey<T>>,
): ReadonlyArray<Numbered<T>> =>
  all.filter((one, i) => all.findIndex((other) => agree(keys, one, other)) === i)

/**
 * The first of each that have the same values.
 *
 * @since 0.2.0
 */
export const firsts = <T>(items: ReadonlyArray<T>, keys: ReadonlyArray<MeantKey<T>>): ReadonlyArray<T> =>
  first(known(items, keys), keys).map(({ item }) => item)

/**
 * Those that have the same values, together.
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
 * Sorted by keys: the first that tells two items apart decides.
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
