import { either as E } from 'fp-ts'
import { invalidField, invalidQuery, type QueryError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Model, Schema } from '../schema/Schema.js'
import { check, type CheckedQuery } from './check.js'
import { mutatedModel, rowsToWrite, type Mutation, type OnConflict } from './Mutation.js'

/**
 * Checks a mutation against a schema: every name exists, every operand fits, and the rows are those of a model. Gives
 * the model that is written to.
 *
 * @since 0.2.0
 */
export const checkMutation = (schema: Schema, mutation: Mutation): E.Either<QueryError, Model> => {
  const name = mutatedModel(mutation)
  const model = schema.models.get(name)
  const [broken] = schema.errors
  if (broken !== undefined) return E.left(broken)
  if (model === undefined)
    return E.left(invalidField(null, name, 'is not a model', [...schema.models.keys()]))
  const problem = unknownColumn(model, mutation)
  if (problem !== null) return E.left(problem)
  if (mutation._tag === 'insert') {
    const wrong = wrongConflict(model, mutation.onConflict)
    return wrong === null ? E.right(model) : E.left(wrong)
  }
  const { query } = mutation
  const set = mutation._tag === 'update' ? mutation.set : []
  return E.flatMap(check(schema, query), ({ scope }: CheckedQuery): E.Either<QueryError, Model> =>
    scope.model !== model.name || query.columns !== null || query.group !== null
      ? E.left(
          invalidQuery('query', 'its rows are not those of a model', "Write before 'values' or 'groupBy'."),
        )
      : E.map(() => model)(check(schema, rowsToWrite(query, model.primaryKey, set))),
  )
}

const unknownColumn = (model: Model, mutation: Mutation): QueryError | null => {
  const columns = [...model.columns.keys()]
  const writable = columns.filter((name) => name !== model.primaryKey)
  const set = mutation._tag === 'update' ? mutation.set.map(({ name }) => name) : []
  const wrong = set.find((name) => !writable.includes(name))
  if (wrong !== undefined)
    return invalidField(model.name, wrong, 'is not a column that can be changed', writable)
  const expected = Object.keys(mutation.expect ?? noRow).find((name) => !model.columns.has(name))
  return expected === undefined
    ? null
    : invalidField(model.name, expected, "is not a column, as 'expect' must name", columns)
}

const noRow: Row = {}

/**
 * The error if a model lacks the conflict target or the columns to update, or `null`.
 *
 * @since 0.2.0
 */
export const wrongConflict = (model: Model, onConflict: OnConflict): QueryError | null => {
  if (onConflict._tag !== 'update') return null
  const { by, set } = onConflict
  const same = (columns: ReadonlyArray<string>) =>
    columns.length === by.length && columns.every((name) => by.includes(name))
  if (!model.unique.some(same))
    return invalidField(
      model.name,
      by.join(', '),
      "isn't unique, as 'uniqueFields' must be",
      model.unique.map((columns) => columns.join(', ')),
    )
  const names = [...model.columns.keys()].filter((name) => name !== model.primaryKey)
  const unknown = set.find((name) => !names.includes(name))
  return unknown === undefined
    ? null
    : invalidField(model.name, unknown, "is not a column that 'updateFields' can name", names)
}
