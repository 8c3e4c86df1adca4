/**
 * Checks the result of a write.
 *
 * @since 0.2.0
 */
import type { Json, Row } from '../../value/Value.js'
import { type Model, type Schema, valuesOf } from '../../schema/Schema.js'
import type { Mutated } from '../../query/Mutation.js'
import type { Write } from '../../query/Write.js'
import type { Store } from '../../engine/Store.js'
import type { Call } from '../case/Case.js'
import { modelOfMutation } from '../make/mutations.js'
import type { Rows } from '../case/Rows.js'
import type { WriteCall } from './perform.js'
import { keyIn, rowText } from './differs.js'

/** The rows that a call creates, as they were given. */
const rowsGiven = (call: Call): ReadonlyArray<Row> =>
  call._tag === 'create'
    ? call.rows
    : call._tag === 'write' && call.write._tag === 'create'
      ? call.write.rows
      : []

/** The result of a write, without generated keys. */
export const result = (schema: Schema, call: WriteCall, answer: unknown): string => {
  if (call._tag === 'mutate') return mutatedText(schema, call, answer)
  const name = 'model' in call ? call.model : call._tag === 'write' ? call.write.model : call.of.model
  const model = schema.models.get(name)
  const auto = model?.columns.get(model.primaryKey)?.auto === true
  const bare = (row: unknown): unknown =>
    auto && typeof row === 'object' && row !== null ? { ...row, [model.primaryKey]: null } : row
  if (
    (call._tag === 'create' || (call._tag === 'write' && call.write._tag === 'create')) &&
    Array.isArray(answer)
  ) {
    const given = rowsGiven(call)
    const counted = (at: number): boolean => (given[at]?.[model?.primaryKey ?? ''] ?? null) === null
    return JSON.stringify(
      answer.map((row: unknown, at) => (counted(at) ? bare(row) : row)).map((row) => ordered(model, row)),
    )
  }
  if (
    call._tag === 'obtain' &&
    typeof answer === 'object' &&
    answer !== null &&
    'created' in answer &&
    'row' in answer
  )
    return JSON.stringify({
      created: answer.created,
      row: ordered(model, answer.created === true ? bare(answer.row) : answer.row),
    })
  return JSON.stringify(answer)
}

/** The result of mutations, without keys that may have any value. */
const mutatedText = (
  schema: Schema,
  { mutations }: Extract<Call, { readonly _tag: 'mutate' }>,
  answer: unknown,
): string =>
  JSON.stringify(
    !Array.isArray(answer)
      ? answer
      : (answer as ReadonlyArray<Mutated>).map(({ rows, counts }, i) => {
          const mutation = mutations[i]
          const model = schema.models.get(mutation === undefined ? '' : modelOfMutation(mutation))
          const pk = model?.primaryKey ?? ''
          const any = mutation?._tag === 'insert' && mutation.rows.some((row) => (row[pk] ?? null) === null)
          return [
            rows.map((row) => ordered(model, any ? { ...row, [pk]: null } : row)),
            Object.entries(counts)
              .filter(([, n]) => n > 0)
              .sort(),
          ]
        }),
  )

/**
 * Whether later mutations may have met other rows than expected. That can happen if an earlier mutation created a row:
 * its generated key may have any value.
 *
 * @since 0.2.0
 */
export const hasOtherKeys = (
  schema: Schema,
  call: WriteCall,
  expected: unknown,
  actual: unknown,
): boolean => {
  if (call._tag !== 'mutate' || call.mutations.length < 2) return false
  const [should, are] = [countedKeys(schema, call, expected), countedKeys(schema, call, actual)]
  // A row that is missing from the result is another fault.
  return should.length === are.length && should.some((key, i) => key !== are[i])
}

/** The keys that mutations generated, in order. */
const countedKeys = (
  schema: Schema,
  { mutations }: Extract<Call, { readonly _tag: 'mutate' }>,
  answer: unknown,
): ReadonlyArray<Json> =>
  !Array.isArray(answer)
    ? []
    : (answer as ReadonlyArray<Mutated>).flatMap(({ rows }, i) => {
        const mutation = mutations[i]
        if (mutation?._tag !== 'insert') return []
        const pk = schema.models.get(modelOfMutation(mutation))?.primaryKey ?? ''
        return mutation.rows.some((row) => (row[pk] ?? null) === null)
          ? rows.flatMap((row) => row[pk] ?? [])
          : []
      })

const ordered = (model: Model | undefined, row: unknown): unknown =>
  model === undefined || typeof row !== 'object' || row === null
    ? row
    : // A row's columns in the model's order.
      [...model.columns.keys()].map((name) => (row as Row)[name] ?? null)

/** A row that was reported as created, but doesn't exist in that form. */
export const astray = (schema: Schema, call: WriteCall, answer: unknown, actual: Rows): boolean => {
  if (call._tag !== 'write' || call.write._tag !== 'create' || !Array.isArray(answer)) return false
  const model = schema.models.get(call.write.model)
  if (model === undefined) return false
  const there = new Set((actual[model.name] ?? []).map((row) => rowText(model, row)))
  return answer.some(
    (row: unknown) => typeof row !== 'object' || row === null || !there.has(rowText(model, row as Row)),
  )
}
// Calls are plain JSON.

/** Whether the columns that a conflict names, if it names any, would have repeated values after the write. */
export const isAbout = (
  schema: Schema,
  write: Write,
  before: Store,
  fields: ReadonlyArray<string>,
): boolean => {
  const model = schema.models.get(write.model)
  if (model === undefined || write._tag === 'delete' || fields.length === 0) return true
  const there = before.rows.get(model.name) ?? []
  const rows =
    write._tag === 'create'
      ? [...there, ...write.rows]
      : there.map((row) =>
          write.changes
            .filter(({ key }) => key === keyIn(model, row))
            .reduce<Row>((so, { set }) => ({ ...so, ...set }), row),
        )
  return model.unique.some((names) => {
    const values = rows.map(valuesOf(model, names)).filter((value) => value !== null)
    return (
      names.length === fields.length &&
      names.every((name) => fields.includes(name)) &&
      new Set(values).size < values.length
    )
  })
}
