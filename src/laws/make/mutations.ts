/**
 * Random mutations: inserts with conflict rules, and updates by expressions, each with the values that a row must still
 * have.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import type { Expression } from '../../expression/Expression.js'
import type { Model, Schema } from '../../schema/Schema.js'
import { fold } from '../../query/fold.js'
import type { Mutation, OnConflict } from '../../query/Mutation.js'
import type { Query } from '../../query/Query.js'
import type { Plain, MutationData } from '../case/Case.js'
import { rowsFor, setFor, someOf } from './changes.js'
import { columnAt, constant, type Making } from './predicates.js'
import { mapInner, querysetOf, type QuerysetData, type TypedColumn } from '../case/QuerysetData.js'
import { chance, pick, pickOf, shuffled, times, weighted } from './Tape.js'

/** Values that a row must still have. They are usually those of a row. */
const expectOf = ({ tape, world }: Making, model: Model): Row | null => {
  const row = chance(tape, 30) ? pickOf(tape, world.rows[model.name] ?? []) : null
  const column = pickOf(
    tape,
    [...model.columns.keys()].filter((name) => name !== model.primaryKey),
  )
  return row === null || column === null ? null : { [column]: row[column] ?? null }
}

const onConflictOf = ({ tape }: Making, model: Model): OnConflict => {
  const by = pickOf(tape, model.unique)
  const set = shuffled(
    tape,
    [...model.columns.keys()].filter((name) => name !== model.primaryKey && by?.includes(name) !== true),
  ).slice(0, 1 + tape.next(2))
  return weighted<() => OnConflict>(tape, [
    [3, () => ({ _tag: 'refuse' })],
    [4, () => ({ _tag: 'ignore' })],
    [by === null || set.length === 0 ? 0 : 4, () => ({ _tag: 'update', by: by ?? [], set })],
  ])()
}

const insertOf = (making: Making, model: Model): MutationData => {
  const { tape, world } = making
  const there = world.rows[model.name] ?? []
  const rows = rowsFor(making, model, pick(tape, [1, 2, 3, 2] as const), false).map((row): Row => {
    const like = chance(tape, 45) ? pickOf(tape, there) : null
    const columns = like === null ? null : pickOf(tape, model.unique)
    return columns === null
      ? row
      : { ...row, ...Object.fromEntries(columns.map((name) => [name, like?.[name] ?? null])) }
  })
  return { _tag: 'insert', model: model.name, rows, onConflict: onConflictOf(making, model), expect: null }
}

/** Columns that are set to a constant, to another column, or to their value plus one. */
const settingsOf = (making: Making, model: Model): ReadonlyArray<TypedColumn> => {
  const { tape } = making
  return Object.entries(setFor(making, model)).flatMap(([name, value]): ReadonlyArray<TypedColumn> => {
    const column = model.columns.get(name)
    if (column === undefined) return []
    const { kind, target, nullable, unique } = column
    const like = pickOf(
      tape,
      [...model.columns.values()].filter(
        (each) => each.kind === kind && each.target === null && (nullable || !each.nullable),
      ),
    )
    const counted = kind === 'int' && target === null && !unique && chance(tape, 40)
    return [
      {
        name,
        kind,
        expression: counted
          ? {
              _tag: 'call',
              name: 'coalesce',
              args: [
                { _tag: 'call', name: 'add', args: [columnAt([name]), constant('int', 1)] },
                constant('int', 0),
              ],
            }
          : like !== null && target === null && !unique && chance(tape, 25)
            ? columnAt([like.name])
            : constant(kind, value),
      },
    ]
  })
}

const mutationOf = (making: Making, model: Model): MutationData =>
  weighted<() => MutationData>(making.tape, [
    [5, () => insertOf(making, model)],
    [
      4,
      () => ({
        _tag: 'update',
        of: someOf(making, model).of,
        set: settingsOf(making, model),
        expect: expectOf(making, model),
      }),
    ],
    [2, () => ({ _tag: 'delete', of: someOf(making, model).of, expect: expectOf(making, model) })],
  ])()

/** One or two mutations, to be carried out together. @since 0.2.0 */
export const mutateOf = (making: Making, model: Model): Plain => ({
  _tag: 'mutate',
  mutations: times(pick(making.tape, [1, 1, 2] as const), () => mutationOf(making, model)),
})

/** The mutations as the client gets them, if they are valid. @since 0.2.0 */
export const mutationsIn = (
  schema: Schema,
  mutations: ReadonlyArray<MutationData>,
): E.Either<QueryError, ReadonlyArray<Mutation>> =>
  E.traverseArray((each: MutationData): E.Either<QueryError, Mutation> => {
    if (each._tag === 'insert') return E.right(each)
    const query = fold(querysetOf(schema, each.of))
    if (E.isLeft(query)) return query
    if (each._tag === 'delete') return E.right({ _tag: 'delete', query: query.right, expect: each.expect })
    // New values consist of columns and constants.
    const set = each.set.map(({ name, expression }) => ({
      name,
      expression: mapInner<QuerysetData, Query>(expression, () => query.right) as Expression<Query>,
    }))
    return E.right({ _tag: 'update', query: query.right, set, expect: each.expect })
  })(mutations)

/** The model of a mutation. @since 0.2.0 */
export const modelOfMutation = (mutation: MutationData): string =>
  mutation._tag === 'insert' ? mutation.model : mutation.of.model
