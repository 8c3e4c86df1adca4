/**
 * Calls a model's own functions on rows: to check whether they are valid, and to show them as one line.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import { describeCause } from '../value/describeCause.js'
import type { FieldError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import { messageOf } from './messages.js'
import type { Model, RowError } from './Schema.js'

/**
 * The errors of a whole row, as it would be stored, from the model's `validate`. A function that throws is an error
 * too: a row that can't be checked isn't written.
 *
 * @since 0.2.0
 */
export const rowErrors = (model: Model, row: Row, item: number): ReadonlyArray<FieldError> => {
  const { validate } = model
  if (validate === null) return []
  const answer = E.tryCatch(
    (): unknown => validate(seenRow(model, row) as never), // a row of the model, as its types say
    describeCause,
  )
  if (E.isLeft(answer))
    return [
      {
        item,
        field: null,
        code: 'failed',
        params: {},
        message: `couldn't be checked: validate threw: ${answer.left}`,
      },
    ]
  const errors = Array.isArray(answer.right) ? (answer.right as ReadonlyArray<unknown>) : []
  return errors.filter(isRowError).map(({ field, code, params = {}, message }) => ({
    item,
    field,
    code,
    params,
    message:
      message ??
      messageOf(model.messages, code, params, {
        model: model.name,
        modelLabel: model.label,
        label: field === null ? null : (model.columns.get(field)?.label ?? null),
      }),
  }))
}

const isRowError = (u: unknown): u is RowError =>
  typeof u === 'object' && u !== null && 'code' in u && typeof u.code === 'string' && 'field' in u

/** A row as readers see it. A value that its codec can't read stays in stored form. */
const seenRow = (model: Model, row: Row): object =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const codec = model.columns.get(name)?.field.codec ?? null
      if (codec === null || value === null) return [name, value]
      const read = O.toNullable(O.tryCatch(() => codec.decode(value)))
      return [name, read === null || E.isLeft(read) ? value : read.right]
    }),
  )

/**
 * A row as one line of text for people: the result of the model's `display`, or the model's label and the row's key.
 * The row must be in the form that readers see.
 *
 * @example
 * import { autoId, field, schema, schemaOf, textOf } from 'queryset-ts'
 * const music = schema(
 *   { artist: { id: autoId, name: field.text() }, genre: { id: autoId } },
 *   { display: { artist: (a) => a.name } },
 * )
 * const { models } = schemaOf(music)
 * const [artist, genre] = [models.get('artist'), models.get('genre')]
 * if (artist !== undefined) console.log(textOf(artist, { id: 1, name: 'U2' })) // => U2
 * if (genre !== undefined) console.log(textOf(genre, { id: 7 })) // => Genre 7
 *
 * @since 0.2.0
 */
export const textOf = (model: Model, row: object): string => {
  const { display, label, primaryKey } = model
  const key: unknown = Object.hasOwn(row, primaryKey)
    ? Object.entries(row).find(([name]) => name === primaryKey)?.[1]
    : null
  const plain = key === null || key === undefined ? label : `${label} ${keyText(key as Json)}`
  if (display === null) return plain
  const text: unknown = O.toNullable(O.tryCatch((): unknown => display(row as never))) // a row of the model
  return typeof text === 'string' ? text : plain
}

const keyText = (key: Json): string => (typeof key === 'string' ? key : JSON.stringify(key))
