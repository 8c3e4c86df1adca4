import type { Json, Row } from '../value/Value.js'
import { valuesOf, type Model } from '../schema/Schema.js'
import { keyColumn } from './Mutation.js'
import type { Change } from './Write.js'

/**
 * The result of inserting rows that update the rows that they conflict with.
 *
 * - `changes` are the changes of stored rows, `created` the new rows.
 * - `order` says what each result is: a changed row, by its key, or a new one, by its position in `created`.
 * - `items` are the positions, among the given rows, of the first item behind each change, and then behind each new
 *   row.
 *
 * @since 0.2.0
 */
export interface MergedInto {
  readonly changes: ReadonlyArray<Change>
  readonly created: ReadonlyArray<Row>
  readonly order: ReadonlyArray<{ readonly key: Json } | { readonly made: number }>
  readonly items: ReadonlyArray<number>
}

/**
 * Merges new rows into the rows that have the same values in the unique columns `by`, whether these are stored or come
 * earlier in the list. Those rows get the new values of the columns `set`. `there` holds the stored rows by the
 * `valuesOf` of these columns. Each has its primary key as `keyColumn`.
 *
 * @since 0.2.0
 */
export const mergedInto = (
  model: Model,
  by: ReadonlyArray<string>,
  set: ReadonlyArray<string>,
  rows: ReadonlyArray<Row>,
  there: ReadonlyMap<unknown, Row>,
): MergedInto => {
  const values = valuesOf(model, by)
  const changes = new Map<unknown, Change & { readonly item: number }>()
  const created: Array<{ row: Row; readonly item: number }> = []
  const places = new Map<unknown, number>()
  const order: Array<MergedInto['order'][number]> = []
  rows.forEach((row, item) => {
    const value = values(row)
    const old = value === null ? undefined : there.get(value)
    const own = Object.fromEntries(set.map((name) => [name, row[name] ?? null]))
    if (old !== undefined) {
      const before = changes.get(value)
      const key = old[keyColumn] ?? null
      if (before === undefined) order.push({ key })
      changes.set(value, { key, item: before?.item ?? item, set: { ...before?.set, ...own } })
      return
    }
    const earlier = value === null ? undefined : created[places.get(value) ?? -1]
    if (earlier !== undefined) {
      earlier.row = { ...earlier.row, ...own }
      return
    }
    if (value !== null) places.set(value, created.length)
    order.push({ made: created.length })
    created.push({ row, item })
  })
  return {
    changes: [...changes.values()].map(({ key, set: own }) => ({ key, set: own })),
    created: created.map(({ row }) => row),
    order,
    items: [...changes.values(), ...created].map(({ item }) => item),
  }
}
