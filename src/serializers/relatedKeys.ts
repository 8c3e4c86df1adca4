/**
 * Finding the rows that somebody names by a key or another unique value.
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
 * The stored form of what somebody gives for a key: a number is cut to a whole one, and text may spell one. `null` where
 * it can't be a key of any row, though it is of the right type.
 *
 * @since 0.2.0
 */
export const readKey = (
  column: ModelColumn,
  given: unknown,
  isPrimary = true,
): E.Either<FieldProblem, Json> => {
  if (given === null) return E.right(null)
  // Of other unique texts, a yes is one that no row has.
  if (typeof given === 'boolean')
    return isPrimary || column.kind !== 'text' ? E.left(problem('incorrect_type')) : E.right(null)
  switch (column.kind) {
    case 'int': {
      const whole = typeof given === 'number' ? Math.trunc(given) : given
      const read = readInt(whole)
      if (E.isRight(read)) return read
      // A number beyond all keys is no key; what is no number can't be one.
      return read.left.code === 'invalid' ? E.left(problem('incorrect_type')) : E.right(null)
    }
    case 'text':
      return E.right(typeof given === 'string' || typeof given === 'number' ? String(given) : null)
    default:
      return E.fromOption(() => problem('incorrect_type'))(canonical(column.kind, given))
  }
}

/** How a row is looked for: in a queryset, by a unique column. @since 0.2.0 */
export interface KeyPlace {
  readonly queryset: AnyQueryset
  readonly column: ModelColumn
}

/**
 * For each value that somebody gave, the primary key of the row that has it, or why there is none. All are looked for in
 * the queryset at once, so that rows outside it are as if they weren't there: the answer is the same, and takes as many
 * requests.
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
 * The stored key that a part of an address spells, which has to be spelled in the usual way: `007` and `7.0` are no keys.
 *
 * @since 0.2.0
 */
export const keyInPath = (column: ModelColumn, text: string): O.Option<Json> => {
  if (text.includes('\0')) return O.none
  if (column.kind !== 'int') return canonical(column.kind, text)
  return /^-?\d{1,16}$/u.test(text) ? canonical('int', Number(text)) : O.none
}
