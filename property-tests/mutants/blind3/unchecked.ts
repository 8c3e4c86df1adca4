/** Writing without a look at unique values, other than keys. */
import { either as E } from 'fp-ts'
import type { Applied } from '../../../src/engine/apply.js'
import type { Store } from '../../../src/engine/Store.js'
import type { Write } from '../../../src/query/Write.js'
import type { Json, Row } from '../../../src/value/Value.js'
import type { Written } from '../support/client.js'
import { keyOf, rowsOf, uniqueOf } from '../blind2/support.js'

/** The write with nothing in the columns that are unique, and what is in them, by key. */
const without = (
  write: Write,
  names: ReadonlyArray<string>,
): { readonly bare: Write; readonly left: ReadonlyArray<readonly [Json, Row]> } => {
  const only = (row: Row): Row =>
    Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)))
  const rest = (row: Row): Row =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
  switch (write._tag) {
    case 'create':
      return {
        bare: {
          ...write,
          rows: write.rows.map((row) => ({
            ...row,
            ...Object.fromEntries(names.map((name) => [name, null])),
          })),
        },
        left: write.rows.map((row) => [null, only(row)]),
      }
    case 'update':
      return {
        bare: { ...write, changes: write.changes.map(({ key, set }) => ({ key, set: rest(set) })) },
        left: write.changes.map(({ key, set }) => [key, only(set)]),
      }
    case 'delete':
      return { bare: write, left: [] }
  }
}

/** What a write leads to where unique values aren't compared. */
export const unchecked = (
  write: Write,
  store: Store,
  right: (write: Write, store?: Store) => Written,
): Written => {
  const { bare, left } = without(write, uniqueOf(store, write.model))
  const name = keyOf(store, write.model)
  return E.map((applied: Applied): Applied => {
    const sets = new Map<Json, Row>()
    left.forEach(([key, set], i) => {
      const own = key ?? applied.rows[i]?.[name] ?? null
      sets.set(own, { ...sets.get(own), ...set })
    })
    const filled = (row: Row): Row => ({ ...row, ...sets.get(row[name] ?? null) })
    return {
      ...applied,
      rows: applied.rows.map(filled),
      store: {
        ...applied.store,
        rows: new Map([...applied.store.rows, [write.model, rowsOf(applied.store, write.model).map(filled)]]),
      },
    }
  })(right(bare, store))
}
