/** How the mutants of the second blind set are made: as those of the first, under a name of their own. */
import type { Store } from '../../../src/engine/Store.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { blindOf, fresh, type Area } from '../blind/support.js'
import type { MutantKind } from '../support/Mutant.js'

/** Makes mutants of an area. */
export const of = (area: Area, kind: MutantKind) => blindOf(area, kind, 'blind2')

export interface Columns {
  readonly [column: string]: Json
}

export const book = (row: Columns): Columns => fresh('book', row)
export const author = (row: Columns): Columns => fresh('author', row)

export const ns = (...list: ReadonlyArray<number>) => ({ book: list.map((n) => ({ n })) })

/** Two books, which differ in all that matters. */
export const two = {
  book: [
    { id: 1, n: 1, note: 'a' },
    { id: 2, n: 2, note: 'b' },
  ],
}

/** Two authors with a unique value each. */
export const people = {
  author: [
    { id: 1, name: 'a', email: 'x' },
    { id: 2, name: 'b', email: 'y' },
  ],
}

/** Authors with books, and books with reviews. */
export const shelves = {
  author: [
    { id: 1, name: 'a' },
    { id: 2, name: 'b' },
    { id: 3, name: 'c' },
  ],
  book: [
    { id: 1, author: 1, n: 3, title: 'x' },
    { id: 2, author: 1, n: 1, title: 'y' },
    { id: 3, author: 2, n: 5, title: 'x' },
    { id: 4, author: 2, n: 2, title: 'z' },
    { id: 5, author: null, n: 4, title: 'w' },
  ],
  review: [
    { id: 11, book: 1, stars: 5 },
    { id: 12, book: 1, stars: 1 },
    { id: 13, book: 3, stars: 4 },
    { id: 14, book: 4, stars: 2 },
  ],
}

export const rowsOf = (store: Store, model: string): ReadonlyArray<Row> => store.rows.get(model) ?? []

export const keyOf = (store: Store, model: string): string => store.schema.models.get(model)?.primaryKey ?? ''

/** The columns that are unique by themselves, without the key. */
export const uniqueOf = (store: Store, model: string): ReadonlyArray<string> =>
  (store.schema.models.get(model)?.unique ?? []).flatMap(([name, more]) =>
    name === undefined || more !== undefined || name === keyOf(store, model) ? [] : [name],
  )
