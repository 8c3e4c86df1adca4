/** Values as the recorded cases spell them. */
import { either as E, option as O } from 'fp-ts'
import type { Json, Kind, Model, Schema, WritableClient } from '../../../src/index.js'
import * as Duration from '../../../src/value/Duration.js'
import { columnNamed, keyedWith, rowsWith } from '../../../src/run/write/writing.js'
import { allRows } from '../../../src/queryset/Queryset.js'
import { fetchedRows } from '../../../src/run/run.js'
import { canonical } from '../../../src/value/canonical.js'

export type Record_ = { readonly [name: string]: unknown }

const seconds = (value: unknown): number => {
  const duration = O.toNullable(Duration.parse(value))
  return duration === null ? Number.NaN : Number(Duration.toMicros(duration)) / 1e6
}

export const spell = (kind: Kind, value: unknown): unknown =>
  value === null || value === undefined
    ? null
    : kind === 'decimal'
      ? { decimal: value }
      : kind === 'duration'
        ? { seconds: seconds(value) }
        : kind === 'time' || kind === 'datetime'
          ? (O.toNullable(canonical(kind, value)) ?? value)
          : value

/** A relation to many is a sorted list of keys. */
export const spelledFields = (model: Model, values: Record_): Record_ =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) && !model.columns.has(name)
        ? [...(value as ReadonlyArray<number>)].sort((a, b) => a - b)
        : spell(model.columns.get(name)?.kind ?? 'text', value),
    ]),
  )

/** A row as it is stored, with the keys of its relations to many; `null` where there is none. */
export const storedAs = async (
  client: WritableClient,
  schema: Schema,
  name: string,
  key: Json,
): Promise<Record_ | null> => {
  const model = schema.models.get(name)
  if (model === undefined) throw new Error(`there is no model ${name}`)
  const found = await fetchedRows(client)(rowsWith(allRows(schema, name), model, model.primaryKey, [key]))()
  if (E.isLeft(found)) throw new Error(found.left.message)
  const [row] = found.right as ReadonlyArray<Record_>
  if (row === undefined) return null
  const many: Array<readonly [string, ReadonlyArray<Json>]> = []
  for (const relation of model.relations.values())
    if (relation.via._tag === 'through' && model.fields.includes(relation.name)) {
      const through = schema.models.get(relation.via.model)
      if (through === undefined) continue
      const links = await keyedWith(
        client,
        allRows(schema, through.name),
        through,
        relation.via.near,
        [key],
        [{ ...columnNamed(relation.via.far), name: 'far' }],
      )()
      if (E.isLeft(links)) throw new Error(links.left.message)
      many.push([relation.name, links.right.map((link) => link['far'] ?? null)])
    }
  return spelledFields(model, { ...row, ...Object.fromEntries(many) })
}
