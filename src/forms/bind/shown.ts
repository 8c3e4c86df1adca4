/**
 * What a form shows before anything is posted.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import { storedOf } from '../../schema/validate.js'
import type { Model } from '../../schema/Schema.js'
import { allRows } from '../../queryset/Queryset.js'
import type { Client } from '../../client/Client.js'
import { columnNamed, keyedWith } from '../../run/write/writing.js'
import type { AnyForm } from '../AnyForm.js'
import type { FormField } from '../FormField.js'
import { keyText } from '../keyText.js'

/**
 * A row as it is stored, of the row that its readers see.
 *
 * @since 0.2.0
 */
export const storedRow = (model: Model, row: object): Row => {
  const values = new Map<string, unknown>(Object.entries(row))
  return Object.fromEntries(
    [...model.columns.values()].flatMap((column): ReadonlyArray<[string, Json]> => {
      const value = values.get(column.name)
      if (value === undefined) return []
      return [[column.name, value === null ? null : O.toNullable(storedOf(column, value))]]
    }),
  )
}

interface Initial {
  readonly [field: string]: unknown
}

/** What an author gives to be shown, as it would be stored; `undefined` where nothing is given. */
const givenFor = (field: FormField, initial: Initial): Json | undefined => {
  const value = Object.hasOwn(initial, field.name) ? initial[field.name] : undefined
  if (value === undefined || value === null) return value
  // Keys are stored values.
  return field.column === null ? (value as Json) : O.toNullable(storedOf(field.column, value))
}

/**
 * The values that a page shows: what the author gives, else the row's, else the defaults of a new one.
 *
 * @since 0.2.0
 */
export const shownValues = async (
  client: Client,
  form: AnyForm,
  row: Row | null,
  initial: Initial,
): Promise<E.Either<QueryError, { readonly [field: string]: Json }>> => {
  const shown: Array<readonly [string, Json]> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
  for (const field of form.fields) {
    const given = givenFor(field, initial)
    if (given !== undefined) shown.push([field.name, given])
    else if (field.related?.many === true) {
      const keys = row === null ? E.right([]) : await keysOf(client, form.model, field.name, row)
      if (E.isLeft(keys)) return keys
      shown.push([field.name, keys.right])
    } else shown.push([field.name, row === null ? field.initial : (row[field.name] ?? null)])
  }
  return E.right(Object.fromEntries(shown))
}

/** The keys of the rows in a many-to-many relation of a row, in their order. */
const keysOf = async (
  client: Client,
  model: Model,
  name: string,
  row: Row,
): Promise<E.Either<QueryError, ReadonlyArray<Json>>> => {
  const via = model.relations.get(name)?.via
  const through = via?._tag === 'through' ? client.schema.models.get(via.model) : undefined
  if (via?._tag !== 'through' || through === undefined) return E.right([])
  const far = { ...columnNamed(via.far), name: 'far' }
  const own = row[model.primaryKey] ?? null
  const links = await keyedWith(client, allRows(client.schema, via.model), through, via.near, [own], [far])()
  return E.map((rows: ReadonlyArray<Row>) =>
    [...new Set(rows.map((link) => link['far'] ?? null))].sort((a, b) => (before(a, b) ? -1 : 1)),
  )(links)
}

// Keys are numbers or texts; their order only has to be the same each time.
const before = (a: Json, b: Json): boolean =>
  typeof a === 'number' && typeof b === 'number' ? a < b : keyText(a) < keyText(b)
