/**
 * Shortcuts that save time in the specification: results that can't have changed are computed once.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Row } from '../../value/Value.js'
import { fold } from '../../query/fold.js'
import type { AnyQueryset } from '../../queryset/Queryset.js'
import type { World } from '../meaning.js'

/**
 * Evaluates a queryset once if it means the same from each row: it folds by itself, without an outer row.
 *
 * @since 0.2.0
 */
export const askedOnce = (ask: World['rows']): World['rows'] => {
  const known = new Map<AnyQueryset, ReadonlyArray<Row>>()
  return (queryset, from) => {
    const rows = known.get(queryset) ?? ask(queryset, from)
    if (E.isRight(fold(queryset))) known.set(queryset, rows)
    return rows
  }
}

/**
 * The rows of a model by their value in a column, grouped once.
 *
 * @since 0.2.0
 */
export const withValue = (all: World['all']): World['withValue'] => {
  const known = new Map<string, ReadonlyMap<Json, ReadonlyArray<Row>>>()
  return (model, column, value) => {
    const name = JSON.stringify([model, column])
    const rows = known.get(name) ?? byValue(all(model), column)
    known.set(name, rows)
    return rows.get(value) ?? []
  }
}

const byValue = (rows: ReadonlyArray<Row>, column: string): ReadonlyMap<Json, ReadonlyArray<Row>> => {
  const found = new Map<Json, Array<Row>>()
  rows.forEach((row) => {
    const value = row[column] ?? null
    found.set(value, found.get(value) ?? [])
    found.get(value)?.push(row)
  })
  return found
}
