/**
 * Finds rows by their keys or another unique value.
 *
 * @since 0.2.0
 */
import { either as E, option as O, type taskEither as TE } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import { hash } from '../value/Order.js'
import type { QueryError } from '../value/QueryError.js'
import type { Json } from '../value/Value.js'
import type { ModelColumn } from '../schema/Schema.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import { keyColumn } from '../query/Mutation.js'
import type { Client } from '../client/Client.js'
import { columnNamed, keyedWith } from '../run/write/writing.js'
import type { FieldProblem } from './FieldErrors.js'
import { readInt } from './numbers.js'
import { problem } from './problem.js'

/**
 * The stored form of a given key. A fraction is cut off, and text may contain a number. `null` if the value has the
 * right type but can't be the key of a row.
 *
 * @since 0.2.0
 */
export const readKey = (
  column: ModelColumn,
  given: unknown,
  isPrimary = true,
): E.Either<FieldProblem, Json> => {
  if (given === null) return E.right(null)
  // In another unique column of text, no row has a boolean.
  if (typeof given === 'boolean')
    return isPrimary || column.kind !== 'text' ? E.left(problem('incorrect_type')) : E.right(null)
  switch (column.kind) {
    case 'int': {
      const whole = typeof given === 'number' ? Math.trunc(given) : given
      const read = readInt(whole)
      if (E.isRight(read)) return read
      // A number that is too large isn't a key. A value that isn't a number can't be one.
      return read.left.code === 'invalid' ? E.left(problem('incorrect_type')) : E.right(null)
    }
    case 'text':
      return E.right(typeof given === 'string' || typeof given === 'number' ? String(given) : null)
    default:
      return E.fromOption(() => problem('incorrect_type'))(canonical(column.kind, given))
  }
}

/** How to look up a row: in a queryset, by a unique column. @since 0.2.0 */
export interface KeyPlace {
  readonly queryset: AnyQueryset
  readonly column: ModelColumn
}

/**
 * For each given value, the primary key of its row, or an error. One query looks for all values in the queryset. A row
 * outside the queryset gets the same answer as a missing row, after the same number of requests.
 *
 * @since 0.2.0
 */
export const relatedKeys =
  (
    client: Client,
    { queryset, column }: KeyPlace,
    given: ReadonlyArray<unknown>,
  ): TE.TaskEither<QueryError, ReadonlyArray<E.Either<FieldProblem, Json>>> =>
  async () => {
    const model = queryset.schema.models.get(queryset.model)
    const read = given.map((each) => readKey(column, each, model?.primaryKey === column.name))
    const wanted = read.flatMap((each) => (E.isRight(each) && each.right !== null ? [each.right] : []))
    if (model === undefined || wanted.length === 0) return E.right(read.map(E.flatMap(() => missing)))
    const found = await keyedWith(client, queryset, model, column.name, unique(column, wanted), [
      { ...columnNamed(column.name), name: 'value' },
    ])()
    if (E.isLeft(found)) return found
    const key = hash(column.kind)
    const byValue = new Map(
      found.right.map((row) => [key(row['value'] ?? null), row[keyColumn] ?? null] as const),
    )
    return E.right(
      read.map(
        E.flatMap((value: Json) => {
          const pk = value === null ? undefined : byValue.get(key(value))
          return pk === undefined ? missing : E.right(pk)
        }),
      ),
    )
  }

const missing: E.Either<FieldProblem, never> = E.left(problem('does_not_exist'))

const unique = (column: ModelColumn, values: ReadonlyArray<Json>): ReadonlyArray<Json> => {
  const key = hash(column.kind)
  return [...new Map(values.map((value) => [key(value), value])).values()]
}

/**
 * The stored key in a part of a URL. It must have the usual spelling: `007` and `7.0` aren't keys.
 *
 * @since 0.2.0
 */
export const keyInPath = (column: ModelColumn, text: string): O.Option<Json> => {
  if (text.includes('\0')) return O.none
  if (column.kind !== 'int') return canonical(column.kind, text)
  return /^-?\d{1,16}$/u.test(text) ? canonical('int', Number(text)) : O.none
}
