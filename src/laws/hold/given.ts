/**
 * The values that calls write, and the rows that they refer to.
 *
 * @since 0.2.0
 */
import type { Json, Row } from '../../value/Value.js'
import type { Schema } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import { writesWithin, type Plain } from '../case/Case.js'
import type { Subject } from './Subject.js'
import { keyIn } from './differs.js'

const writesIn = (call: Plain): ReadonlyArray<Write> =>
  call._tag === 'write' ? [call.write] : call._tag === 'atomic' ? writesWithin(call) : []

/**
 * Whether calls may refer by key to a row that they create themselves. Generated keys may have any value, so nobody can
 * tell which row such a key means.
 *
 * @since 0.1.0
 */
export const meansNewRows = ({ schema, known }: Subject, calls: ReadonlyArray<Plain>): boolean => {
  const counted = (model: string, rows: ReadonlyArray<Row>): ReadonlyArray<string> =>
    rows.some((row) => (row[schema.models.get(model)?.primaryKey ?? ''] ?? null) === null) ? [model] : []
  const making = new Set(
    calls.flatMap((call) =>
      call._tag === 'obtain'
        ? [call.of.model]
        : call._tag === 'mutate'
          ? call.mutations.flatMap((each) => (each._tag === 'insert' ? counted(each.model, each.rows) : []))
          : call._tag === 'create'
            ? counted(call.model, call.rows)
            : writesIn(call).flatMap((write) =>
                write._tag === 'create' ? counted(write.model, write.rows) : [],
              ),
    ),
  )
  return calls.flatMap(writesIn).some((write) => {
    const model = schema.models.get(write.model)
    if (model === undefined || write._tag === 'create' || !making.has(model.name)) return false
    if (model.columns.get(model.primaryKey)?.auto !== true) return false
    const there = new Set((known.store.rows.get(model.name) ?? []).map((row) => keyIn(model, row)))
    const keys = write._tag === 'delete' ? write.keys : write.changes.map(({ key }) => key)
    return keys.some((key) => !there.has(key))
  })
}

/** The values that a call writes, by model and column. */
const givenIn = (call: Plain): ReadonlyArray<readonly [string, Row]> => {
  switch (call._tag) {
    case 'write':
    case 'atomic':
      return writesIn(call).flatMap((write): ReadonlyArray<readonly [string, Row]> =>
        write._tag === 'create'
          ? write.rows.map((row) => [write.model, row] as const)
          : write._tag === 'update'
            ? write.changes.map(({ set }) => [write.model, set] as const)
            : [],
      )
    case 'create':
      return call.rows.map((row) => [call.model, row] as const)
    case 'update':
      return [[call.of.model, call.set]]
    case 'updateBulk':
      return call.changes.map(([, set]) => [call.of.model, set] as const)
    case 'obtain':
      return [[call.of.model, { ...call.values, ...call.defaults }]]
    case 'mutate':
      return call.mutations.flatMap((each): ReadonlyArray<readonly [string, Row]> =>
        each._tag === 'insert'
          ? each.rows.map((row) => [each.model, row] as const)
          : each._tag === 'update'
            ? [
                [
                  each.of.model,
                  Object.fromEntries(
                    each.set.flatMap(({ name, expression }) =>
                      expression._tag === 'const' ? [[name, expression.value]] : [],
                    ),
                  ),
                ],
              ]
            : [],
      )
    default:
      return []
  }
}

/**
 * Whether calls write foreign keys that lead nowhere, as far as that can be known before. A client that sees both sides
 * refuses such a key, even for a row that doesn't exist.
 *
 * @since 0.2.0
 */
export const leadsNowhere = (
  { schema, known }: Pick<Subject, 'schema' | 'known'>,
  calls: ReadonlyArray<Plain>,
): boolean => {
  const given = calls.flatMap(givenIn)
  const isThere = (target: string, value: Json): boolean => {
    const pk = schema.models.get(target)?.primaryKey ?? ''
    return (
      (known.store.rows.get(target) ?? []).some((row) => row[pk] === value) ||
      given.some(([model, row]) => model === target && row[pk] === value)
    )
  }
  return given.some(([name, row]) =>
    [...(schema.models.get(name)?.columns.values() ?? [])].some(({ name: column, target }) => {
      const value = row[column] ?? null
      return target !== null && value !== null && !isThere(target, value)
    }),
  )
}

/**
 * Whether a call gives null to a column that can't be null. Such a call may repeat a unique value as well. A client
 * may report either of the two faults, since nothing says which it looks for first.
 */
export const givesNull = (schema: Schema, call: Plain): boolean =>
  givenIn(call).some(([name, row]) =>
    [...(schema.models.get(name)?.columns.values() ?? [])].some(
      (column) => row[column.name] === null && !column.nullable && !column.auto,
    ),
  )
