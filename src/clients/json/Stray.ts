import { hash } from '../../value/Order.js'
import type { Row } from '../../value/Value.js'
import type { Model, Schema } from '../../schema/Schema.js'

/**
 * A foreign key to a row that isn't there: its row's place among those looked at, its column, and the model where it
 * leads.
 *
 * @since 0.1.0
 */
export interface Stray {
  readonly row: number
  readonly column: string
  readonly target: string
}

/**
 * The first row of a model one of whose foreign keys leads nowhere. `among` gives, for each model pointed to, the rows
 * to look at.
 *
 * @since 0.1.0
 */
export const strayOf = (
  schema: Schema,
  rows: ReadonlyMap<string, ReadonlyArray<Row>>,
  model: Model,
  among: (target: string) => ReadonlyArray<Row> = () => rows.get(model.name) ?? [],
): Stray | null => {
  const found = [...model.columns.values()].flatMap(({ name, kind, target }): ReadonlyArray<Stray> => {
    const own = target === null ? [] : among(target)
    if (target === null || own.length === 0) return []
    const pk = schema.models.get(target)?.primaryKey ?? ''
    const key = hash(kind)
    const there = new Set((rows.get(target) ?? []).map((row) => key(row[pk] ?? null)))
    const row = own.findIndex((each) => {
      const value = each[name] ?? null
      return value !== null && !there.has(key(value))
    })
    return row === -1 ? [] : [{ row, column: name, target }]
  })
  return found.reduce<Stray | null>(
    (first, each) => (first === null || each.row < first.row ? each : first),
    null,
  )
}
