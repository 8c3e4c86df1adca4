/**
 * What the model says of values that were read: the limits of each field, and what must be unique.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { FieldError, QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import { columnOfPart, type Model } from '../../schema/Schema.js'
import { validateNew } from '../../schema/validate.js'
import { keyColumn } from '../../query/Mutation.js'
import type { Client } from '../../client/Client.js'
import { taken } from '../../run/read/unique.js'
import { wholeForm } from '../AnyForm.js'
import { problem, type Problem } from '../Problem.js'

/** Problems by field. @since 0.2.0 */
export type Problems = ReadonlyMap<string, ReadonlyArray<Problem>>

/**
 * What the fields of a model refuse of some values, and the others as they would be stored.
 *
 * @since 0.2.0
 */
export const checkLimits = (
  model: Model,
  values: { readonly [field: string]: unknown },
): { readonly stored: Row; readonly problems: Problems } => {
  const problems = new Map<string, ReadonlyArray<Problem>>()
  const stored: Array<readonly [string, Json]> = []
  Object.keys(values).forEach((name) => {
    const besides = [...model.columns.keys()].filter((each) => each !== name)
    const checked = validateNew(model, [{ [name]: values[name] }], besides)
    if (E.isRight(checked)) stored.push([name, checked.right[0]?.[name] ?? null])
    else problems.set(name, checked.left.errors.map(asProblem(model)))
  })
  return { stored: Object.fromEntries(stored), problems }
}

/** The words for a code that is the model's own, such as that of a pattern, come with the error. */
const asProblem =
  ({ messages }: Model) =>
  ({ code, params, message }: FieldError): Problem =>
    problem(code, params, Object.hasOwn(messages, code) ? null : message)

/** A list of columns that are unique together, or of a column and a part of a date. */
type Kept = ReadonlyArray<string>

const keptProblem = (kept: Kept): { readonly field: string; readonly found: Problem } => {
  const [first = '', second] = kept
  const part = kept.find((name) => name.includes('__'))
  if (part !== undefined) {
    const [date = '', per = ''] = part.split('__')
    const field = kept.find((name) => name !== part) ?? first
    return { field, found: problem('unique_for_date', { fields: [field], date, per }) }
  }
  return second === undefined
    ? { field: first, found: problem('unique', { fields: [first] }) }
    : { field: wholeForm, found: problem('unique_together', { fields: kept }) }
}

/**
 * What other rows have already of what must be unique. Only that is asked of which all columns are among the values, one
 * of which has `changed`.
 *
 * @since 0.2.0
 */
export const checkUnique = async (
  client: Client,
  model: Model,
  values: Row,
  key: Json,
  isChanged: (column: string) => boolean,
): Promise<E.Either<QueryError, Problems>> => {
  const problems = new Map<string, ReadonlyArray<Problem>>()
  const own = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
  for (const kept of model.keptApart) {
    const columns = kept.map(columnOfPart)
    if (!columns.every((name) => Object.hasOwn(values, name)) || !columns.some(isChanged)) continue
    const there = await taken(client, model, kept, [values])
    if (E.isLeft(there)) return there
    const others = [...there.right.values()].map((row) => row[keyColumn] ?? null)
    if (!others.some((other) => key === null || own(other) !== own(key))) continue
    const { field, found } = keptProblem(kept)
    problems.set(field, [...(problems.get(field) ?? []), found])
  }
  return E.right(problems)
}
