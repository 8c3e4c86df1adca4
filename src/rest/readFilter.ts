/**
 * Reads the values of filters in a URL.
 *
 * @since 0.2.0
 */
import { either as E, option as O, type taskEither as TE } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import type { Json, Kind } from '../value/Value.js'
import { allRows } from '../queryset/Queryset.js'
import { asciiDigits } from '../serializers/digits.js'
import type { FieldProblem } from '../serializers/FieldErrors.js'
import { readFloat } from '../serializers/numbers.js'
import { notOf, problem } from '../serializers/problem.js'
import { readUuid } from '../serializers/read.js'
import { relatedKeys } from '../serializers/relatedKeys.js'
import { namedDate, spelledTime } from '../serializers/spelled.js'
import { spelled } from '../serializers/write.js'
import { readDateTime, readDuration } from '../serializers/times.js'
import * as Decimal from '../value/Decimal.js'
import type { Context } from './Context.js'
import type { Failure } from './Failure.js'
import type { Filter, FilterValue } from './Filters.js'
import type { RestLimits } from './RestLimits.js'

type Read = E.Either<FieldProblem, Json>

/** The meaning of a filter: a value for its lookup, no condition, or no row at all. */
export type FilterOperand =
  { readonly _tag: 'value'; readonly value: Json } | { readonly _tag: 'nothing' } | { readonly _tag: 'noRow' }

const nothing: FilterOperand = { _tag: 'nothing' }

/** The greatest number that a filter accepts. */
const greatest = 1e50

const readNumber = (kind: Kind, text: string): Read =>
  E.flatMap(readFloat(text), (float: Json): Read => {
    const value = O.toNullable<Json>(Decimal.parse(asciiDigits(text).trim().replaceAll('_', '')))
    if (value === null || typeof float !== 'number') return E.left(notOf('decimal'))
    if (float > greatest) return E.left(problem('max_value', { limit: greatest }))
    switch (kind) {
      case 'decimal':
        return E.right(value)
      case 'float':
        return E.right(float)
      default: {
        // The fraction of a number is cut off, as for a key in a body.
        const whole = Math.trunc(float)
        return E.fromOption(() =>
          problem(whole > 0 ? 'max_value' : 'min_value', { limit: Number.MAX_SAFE_INTEGER }),
        )(canonical('int', whole))
      }
    }
  })

const readKind = (kind: Kind, text: string): Read => {
  switch (kind) {
    case 'int':
    case 'float':
    case 'decimal':
      return readNumber(kind, text)
    case 'date':
      return namedDate(text)
    case 'time':
      return spelledTime(text)
    case 'datetime':
      return readDateTime(text.trim())
    case 'duration':
      return readDuration(text)
    case 'uuid':
      return readUuid(text.trim())
    case 'text':
      return text.includes('\0')
        ? E.left(problem('null_characters_not_allowed'))
        : /\p{Cs}/u.test(text)
          ? E.left(problem('surrogate_characters_not_allowed'))
          : E.right(text.trim())
    default:
      return E.left(notOf(kind))
  }
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
])

const asked = (read: Read): E.Either<FieldProblem, FilterOperand> =>
  E.map((value: Json): FilterOperand => ({ _tag: 'value', value }))(read)

const readOne = (value: FilterValue, text: string): E.Either<FieldProblem, FilterOperand> => {
  switch (value._tag) {
    case 'boolean': {
      // Any other text is neither true nor false, and doesn't filter.
      const read = booleans.get(text.toLowerCase())
      return E.right(read === undefined ? nothing : { _tag: 'value', value: read })
    }
    case 'choice': {
      const found = (value.column.field.choices ?? []).find((choice) => spelled(choice) === text)
      return found === undefined
        ? E.left(problem('invalid_choice', { choices: value.column.field.choices }))
        : asked(E.right(found))
    }
    default:
      return asked(readKind(value._tag === 'kind' ? value.kind : 'text', text))
  }
}

/** The members of a list with commas. An empty member is a missing value. */
const members = (value: FilterValue, text: string): E.Either<FieldProblem, ReadonlyArray<Json>> =>
  E.traverseArray((each: string): Read => (each.trim() === '' ? E.right(null) : memberOf(value, each)))(
    text.split(','),
  )

const memberOf = (value: FilterValue, text: string): Read =>
  value._tag === 'kind' ? readKind(value.kind, text) : E.right(text.trim())

/**
 * The meaning of a filter with at least one given text. Keys of related rows are looked up among the rows that the
 * caller may see. A hidden row gets the same answer as a missing row.
 *
 * @since 0.2.0
 */
export const readFilter =
  (
    context: Context,
    limits: RestLimits,
    filter: Filter,
    texts: ReadonlyArray<string>,
  ): TE.TaskEither<Failure, E.Either<FieldProblem, FilterOperand>> =>
  async () => {
    const { value, form, lookup } = filter
    const last = texts.at(-1) ?? ''
    const given = form === 'any' ? texts.filter((text) => text !== '') : last === '' ? [] : [last]
    if (given.length === 0) return E.right(E.right(nothing))
    const count = form === 'any' ? given.length : last.split(',').length
    if (form !== 'one' && count > limits.values)
      return E.right(E.left(problem('max_items', { limit: limits.values })))
    if (value._tag === 'key' && lookup !== 'isnull') return keysOf(context, filter, value, given)
    if (form === 'list') return E.right(listOf(members(value, last)))
    if (form === 'range') return E.right(rangeOf(members(value, last)))
    if (lookup === 'regex' || lookup === 'iregex') return E.right(regexOf(limits, last.trim()))
    return E.right(readOne(value, last))
  }

const listOf = (read: E.Either<FieldProblem, ReadonlyArray<Json>>): E.Either<FieldProblem, FilterOperand> =>
  E.map((all: ReadonlyArray<Json>): FilterOperand => ({
    _tag: 'value',
    value: all.filter((each) => each !== null),
  }))(read)

const rangeOf = (read: E.Either<FieldProblem, ReadonlyArray<Json>>): E.Either<FieldProblem, FilterOperand> =>
  E.flatMap(read, (all: ReadonlyArray<Json>): E.Either<FieldProblem, FilterOperand> =>
    all.length !== 2
      ? E.left(problem('invalid', {}, 'Give two values, with a comma between.'))
      : E.right(all.includes(null) ? { _tag: 'noRow' } : { _tag: 'value', value: all }),
  )

const regexOf = ({ regex }: RestLimits, text: string): E.Either<FieldProblem, FilterOperand> =>
  text.length > regex
    ? E.left(problem('max_length', { limit: regex, length: text.length }))
    : E.map((): FilterOperand => ({ _tag: 'value', value: text }))(
        E.tryCatch(
          () => new RegExp(text, 'u'),
          () => problem('invalid', {}, 'This is not a regular expression.'),
        ),
      )

const keysOf = async (
  context: Context,
  { form, lookup }: Filter,
  { target, within }: Extract<FilterValue, { readonly _tag: 'key' }>,
  given: ReadonlyArray<string>,
): Promise<E.Either<Failure, E.Either<FieldProblem, FilterOperand>>> => {
  const { client } = context
  const model = client.schema.models.get(target)
  const column = model?.columns.get(model.primaryKey)
  if (column === undefined) return E.right(E.right(nothing))
  const queryset = within === null ? allRows(client.schema, target) : within(context as Context<never>) // of the author's own type
  const texts =
    form === 'one' || form === 'any'
      ? given
      : (given[0] ?? '').split(',').filter((each) => each.trim() !== '')
  const found = await relatedKeys(
    client,
    { queryset, column },
    texts.map((each) => each.trim()),
  )()
  if (E.isLeft(found)) return found
  const wrong = found.right.find(E.isLeft)
  if (wrong !== undefined) {
    const { code } = wrong.left
    return E.right(
      E.left(problem(form === 'any' && code === 'incorrect_type' ? 'invalid_pk_value' : 'invalid_choice')),
    )
  }
  const keys = found.right.flatMap((each) => (E.isRight(each) ? [each.right] : []))
  return E.right(
    E.right({
      _tag: 'value',
      value: form === 'one' || (form === 'range' && lookup !== 'range') ? (keys[0] ?? null) : keys,
    }),
  )
}
