/**
 * Smaller cases: each of them has one part removed or simplified.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Json } from '../../value/Value.js'
import type { Schema } from '../../schema/Schema.js'
import { type Applied, apply } from '../../engine/apply.js'
import type { Store } from '../../engine/Store.js'
import type { Case } from '../case/Case.js'
import { rowsIn, storeOf } from '../hold/Subject.js'
import { fewer, many, replaced, without } from './lists.js'
import { kindOf, simpler } from './smallerValue.js'

/** The rows that the first call leaves, in place of the call. @since 0.1.0 */
export const rowsInstead =
  (schema: Schema) =>
  (one: Case): ReadonlyArray<Case> =>
    one.calls.flatMap((call, i) => {
      const writes =
        call._tag === 'write'
          ? [call.write]
          : call._tag === 'atomic' && !call.fails && call.later === undefined
            ? [...call.writes, ...(call.kept ?? [])]
            : []
      const after = writes.reduce(
        (so, write) =>
          E.flatMap(so, (store: Store) => E.map(({ store: next }: Applied) => next)(apply(write)(store))),
        storeOf(schema, one.rows),
      )
      return writes.length === 0 || E.isLeft(after)
        ? []
        : [{ ...one, rows: rowsIn(after.right), calls: without(one.calls, i) }]
    })

/** Cases with fewer rows. @since 0.1.0 */
export const fewerRows = (one: Case): ReadonlyArray<Case> => {
  const names = Object.keys(one.rows).filter((name) => (one.rows[name]?.length ?? 0) > 0)
  return [
    ...(names.length > 0 ? [{ ...one, rows: Object.fromEntries(names.map((name) => [name, []])) }] : []),
    ...names.map((name) => ({ ...one, rows: { ...one.rows, [name]: [] } })),
    ...names.flatMap((name) =>
      fewer(one.rows[name] ?? []).map((rows) => ({ ...one, rows: { ...one.rows, [name]: rows } })),
    ),
    ...pairsDropped(one, names),
  ]
}

/** Cases without two rows, if there are few rows: one row may exist only because of the other. */
const pairsDropped = (one: Case, names: ReadonlyArray<string>): ReadonlyArray<Case> => {
  const all = names.flatMap((name) => (one.rows[name] ?? []).map((_, i) => ({ name, i })))
  if (all.length > 8) return []
  return all.flatMap((first, n) =>
    all.slice(n + 1).map((second) => ({
      ...one,
      rows: Object.fromEntries(
        Object.entries(one.rows).map(([name, rows]) => [
          name,
          rows.filter((_, i) => ![first, second].some((each) => each.name === name && each.i === i)),
        ]),
      ),
    })),
  )
}

const dataNames = new Set(['rows', 'set', 'values', 'defaults', 'keys', 'key', 'changes'])

/** Data in which each value is replaced. */
const mapped = (node: unknown, change: (value: Json) => Json, isData: boolean): unknown => {
  if (typeof node !== 'object' || node === null) return isData ? change(node as Json) : node
  if (Array.isArray(node)) return node.map((each: unknown) => mapped(each, change, isData))
  const isConst = '_tag' in node && node._tag === 'const'
  return Object.fromEntries(
    Object.entries(node).map(([name, each]: readonly [string, unknown]) => [
      name,
      isConst
        ? name === 'value'
          ? change(each as Json)
          : each
        : mapped(each, change, (isData && !('expression' in node)) || dataNames.has(name)),
    ]),
  )
}

/** A value in a form that is independent of where it stands. */
const isScalar = (value: Json): boolean => typeof value !== 'object' || value === null

const valuesIn = (one: Case): ReadonlyArray<Json> => {
  const found = new Set<Json>()
  const note = (value: Json): Json => {
    if (isScalar(value) && value !== null) found.add(value)
    return value
  }
  mapped(one.rows, note, true)
  mapped(one.calls, note, false)
  return [...found]
}

const renamed = (one: Case, change: (value: Json) => Json): Case => ({
  ...one,
  // Only values are replaced, so the result has the same type.
  rows: mapped(one.rows, change, true) as Case['rows'],
  calls: mapped(one.calls, change, false) as Case['calls'],
})

/** The same case with one value replaced wherever it occurs. @since 0.1.0 */
export const simplerValues = (one: Case): ReadonlyArray<Case> => {
  const values = valuesIn(one)
  return values.length > 5 * many
    ? []
    : values.flatMap((value) =>
        [...simpler(value), ...others(values, value)].map((by) =>
          renamed(one, (each) => (each === value ? by : each)),
        ),
      )
}

/** Other values of the same sort in the case, if there are few. */
const others = (values: ReadonlyArray<Json>, value: Json): ReadonlyArray<Json> => {
  const alike = values.filter((each) => kindOf(each) === kindOf(value))
  // Only smaller values, so two values aren't exchanged for each other forever.
  return alike.length > 8 ? [] : alike.slice(0, alike.indexOf(value))
}

/** Cases in which a single value of a row is missing or the simplest. @since 0.1.0 */
export const simplerCells = (one: Case): ReadonlyArray<Case> =>
  Object.entries(one.rows).flatMap(([model, rows]) =>
    (rows.length > many ? [] : rows).flatMap((row, i) =>
      Object.entries(row).flatMap(([name, value]) =>
        (value === null ? [] : [null, ...simpler(value)]).map((by) => ({
          ...one,
          rows: { ...one.rows, [model]: replaced(rows, i, { ...row, [name]: by }) },
        })),
      ),
    ),
  )
