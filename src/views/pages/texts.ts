/**
 * Values as people read them.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import { choiceLabel } from '../../schema/choices.js'
import { textOf } from '../../schema/rowErrors.js'
import type { Model, ModelColumn } from '../../schema/Schema.js'
import { allRows } from '../../queryset/Queryset.js'
import type { Client } from '../../client/Client.js'
import { fetchedRows } from '../../run/run.js'
import { rowsWith } from '../../run/write/writing.js'
import { storedRow } from '../../forms/bind/shown.js'
import { spelled, withPlaces } from '../../forms/widgets/reading.js'
import { keyText } from '../../forms/keyText.js'

/**
 * A value for people: its text, and the address of its link, if it has one.
 *
 * @since 0.2.0
 */
export interface Cell {
  readonly name: string
  readonly label: string
  readonly text: string
  readonly link: string | null
}

const webSchemes = /^https?:\/\//iu

const cellOf = (column: ModelColumn, value: Json, related: ReadonlyMap<unknown, string>): Cell => {
  const { name, label, kind, field, target } = column
  const choice = field.choiceGroups === null || value === null ? null : choiceLabel(field.choiceGroups, value)
  const text =
    value === null
      ? ''
      : target !== null
        ? (related.get(hash(kind)(value)) ?? keyText(value))
        : kind === 'boolean'
          ? value === true
            ? 'Yes'
            : 'No'
          : (choice ?? withPlaces(spelled(kind, value), kind === 'decimal' ? field.decimalPlaces : null))
  const link = field.format === 'url' && webSchemes.test(text) ? text : null
  return { name, label, text, link }
}

/**
 * The columns of some rows for people. Rows that they point to are asked for at once, for each relation.
 *
 * @since 0.2.0
 */
export const cellsOf =
  (
    client: Client,
    model: Model,
    names: ReadonlyArray<string>,
    rows: ReadonlyArray<object>,
  ): TE.TaskEither<QueryError, ReadonlyArray<ReadonlyArray<Cell>>> =>
  async () => {
    const columns = names.flatMap((name) => model.columns.get(name) ?? [])
    const stored = rows.map((row) => storedRow(model, row))
    const related = new Map<string, ReadonlyMap<unknown, string>>()
    /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
    for (const column of columns) {
      if (column.target === null) continue
      const found = await textsOf(client, column, column.target, stored)
      if (E.isLeft(found)) return found
      related.set(column.name, found.right)
    }
    return E.right(
      stored.map((row) =>
        columns.map((column) =>
          cellOf(column, row[column.name] ?? null, related.get(column.name) ?? new Map()),
        ),
      ),
    )
  }

/** The texts of the rows that a column points to, by key. */
const textsOf = async (
  client: Client,
  { name, kind }: ModelColumn,
  target: string,
  rows: ReadonlyArray<Row>,
): Promise<E.Either<QueryError, ReadonlyMap<unknown, string>>> => {
  const model = client.schema.models.get(target)
  const key = hash(kind)
  const keys = new Map(
    rows.flatMap((row) => {
      const value = row[name] ?? null
      return value === null ? [] : [[key(value), value] as const]
    }),
  )
  if (model === undefined || keys.size === 0) return E.right(new Map())
  const wanted = rowsWith(allRows(client.schema, target), model, model.primaryKey, [...keys.values()])
  return E.map(
    (found: ReadonlyArray<unknown>) =>
      new Map(
        found.flatMap((row) =>
          typeof row === 'object' && row !== null
            ? [[key(storedRow(model, row)[model.primaryKey] ?? null), textOf(model, row)] as const]
            : [],
        ),
      ),
  )(await fetchedRows(client)(wanted)())
}
