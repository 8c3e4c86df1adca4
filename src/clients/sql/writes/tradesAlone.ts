import { either as E } from 'fp-ts'
import { hash } from '../../../value/Order.js'
import type { Json } from '../../../value/Value.js'
import { valuesOf, type Model, type ModelColumn } from '../../../schema/Schema.js'
import { runStatement } from '../schema/runStatements.js'
import { join, sql } from '../Sql.js'
import type { Merged } from './mergedChanges.js'
import { columnIn, columnsNamed, tableIn, type Place } from './Place.js'
import { keyColumnOf } from './sending.js'

/**
 * Whether rows were refused only because they trade the values of unique booleans: of these there is no third one that a
 * row could have in between. There are few such rows, so that all are read.
 *
 * @since 0.2.0
 */
export const tradesAlone = async (
  place: Place,
  model: Model,
  changes: ReadonlyArray<Merged>,
): Promise<boolean> => {
  const changed = new Set(changes.flatMap(({ set }) => Object.keys(set)))
  const sets = model.unique.filter(
    (names) => names.some((name) => changed.has(name)) && columnsNamed(model, names).every(isTwoValued),
  )
  if (sets.length === 0) return false
  const key = keyColumnOf(model)
  const columns = [key, ...columnsNamed(model, [...new Set(sets.flat())])]
  const listed = join(columns.map(({ name }) => columnIn(place, model, name)))
  const answer = await runStatement(place.driver, sql`select ${listed} from ${tableIn(place, model)}`)()
  if (E.isLeft(answer)) return false
  const own = hash(key.kind)
  const becomes = new Map(changes.map((each) => [own(each.key), each.set]))
  const rows = answer.right.rows.map((raw) => {
    const row: { readonly [name: string]: Json } = Object.fromEntries(
      columns.map(({ name, kind }, i) => [name, place.dialect.decode(kind, raw[i] ?? null) ?? null]),
    )
    return { ...row, ...becomes.get(own(row[key.name] ?? null)) }
  })
  return sets.every((names) => new Set(rows.map(valuesOf(model, names))).size === rows.length)
}

const isTwoValued = ({ kind, nullable }: ModelColumn): boolean => kind === 'boolean' && !nullable
