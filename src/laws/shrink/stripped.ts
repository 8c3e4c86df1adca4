/**
 * Shrinks schemas: a case without a field or a model.
 *
 * @since 0.2.0
 */
import type { Row } from '../../value/Value.js'
import type { Definition, Definitions } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import type { Call, Case, MutationData } from '../case/Case.js'

const stripped = (row: Row, name: string): Row =>
  Object.fromEntries(Object.entries(row).filter(([each]) => each !== name))

const strippedCall = <C extends Call>(call: C, model: string, name: string): C =>
  // The type stays the same.
  strippedAny(call, model, name) as C

const strippedAny = (call: Call, model: string, name: string): Call => {
  const strip = (row: Row) => stripped(row, name)
  switch (call._tag) {
    case 'create':
      return call.model === model ? { ...call, rows: call.rows.map(strip) } : call
    case 'write':
      return { ...call, write: strippedWrite(call.write, model, name) }
    case 'atomic':
      return {
        ...call,
        writes: call.writes.map((write) => strippedWrite(write, model, name)),
        undone: call.undone.map((write) => strippedWrite(write, model, name)),
        kept: (call.kept ?? []).map((write) => strippedWrite(write, model, name)),
        later: (call.later ?? []).map((write) => strippedWrite(write, model, name)),
      }
    case 'update':
      return call.of.model === model ? { ...call, set: strip(call.set) } : call
    case 'updateBulk':
      return call.of.model === model
        ? { ...call, changes: call.changes.map(([key, set]) => [key, strip(set)] as const) }
        : call
    case 'obtain':
      return call.of.model === model
        ? { ...call, values: strip(call.values), defaults: strip(call.defaults) }
        : call
    case 'mutate':
      return { ...call, mutations: call.mutations.map((each) => strippedMutation(each, model, name)) }
    case 'faulty':
      return { ...call, call: strippedCall(call.call, model, name) }
    case 'overlap':
      return {
        ...call,
        threads: call.threads.map((thread) => thread.map((each) => strippedCall(each, model, name))),
      }
    default:
      return call
  }
}

const strippedMutation = (mutation: MutationData, model: string, name: string): MutationData =>
  mutation._tag === 'insert' && mutation.model === model
    ? { ...mutation, rows: mutation.rows.map((row) => stripped(row, name)) }
    : mutation._tag === 'update' && mutation.of.model === model
      ? { ...mutation, set: mutation.set.filter((each) => each.name !== name) }
      : mutation

const strippedWrite = (write: Write, model: string, name: string): Write =>
  write.model !== model || write._tag === 'delete'
    ? write
    : write._tag === 'create'
      ? { ...write, rows: write.rows.map((row) => stripped(row, name)) }
      : { ...write, changes: write.changes.map(({ key, set }) => ({ key, set: stripped(set, name) })) }

const isKey = (definition: Definition | { readonly _tag: 'manyToMany' }): boolean =>
  definition._tag !== 'manyToMany' && definition.primaryKey

const withoutField = (one: Case, model: string, name: string): Case => {
  const { [name]: _, ...fields } = one.definitions[model] ?? {}
  const { [`${model}_${name}`]: __, ...rows } = one.rows
  return {
    definitions: { ...one.definitions, [model]: fields },
    rows: { ...rows, [model]: (rows[model] ?? []).map((row) => stripped(row, name)) },
    calls: one.calls.map((call) => strippedCall(call, model, name)),
  }
}

const withoutModel = (one: Case, model: string): Case => {
  const pointing = Object.entries(one.definitions).flatMap(([name, fields]) =>
    Object.entries(fields).flatMap(([field, definition]) =>
      definition._tag !== 'field' && (definition.target === model || name === model)
        ? [[name, field] as const]
        : [],
    ),
  )
  const bare = pointing.reduce((so, [name, field]) => withoutField(so, name, field), one)
  const { [model]: _, ...definitions } = bare.definitions
  const { [model]: __, ...rows } = bare.rows
  return { ...bare, definitions, rows }
}

/** Cases with fewer models and fields. @since 0.1.0 */
export const smallerSchema = (one: Case): ReadonlyArray<Case> => {
  const names = Object.keys(one.definitions)
  return [
    ...(names.length > 1 ? names.map((name) => withoutModel(one, name)) : []),
    ...fieldsOf(one.definitions).map(([model, name]) => withoutField(one, model, name)),
    ...plainer(one.definitions).map((definitions) => ({ ...one, definitions })),
  ]
}

const fieldsOf = (definitions: Definitions): ReadonlyArray<readonly [string, string]> =>
  Object.entries(definitions).flatMap(([model, fields]) =>
    Object.entries(fields).flatMap(([name, definition]) =>
      isKey(definition) ? [] : [[model, name] as const],
    ),
  )

/** Cases with a field that is no longer unique or nullable. */
const plainer = (definitions: Definitions): ReadonlyArray<Definitions> =>
  Object.entries(definitions).flatMap(([model, fields]) =>
    Object.entries(fields).flatMap(([name, definition]) =>
      definition._tag !== 'field' || definition.primaryKey
        ? []
        : [
            ...(definition.unique ? [{ ...definition, unique: false }] : []),
            ...(definition.nullable ? [{ ...definition, nullable: false }] : []),
          ].map((by) => ({ ...definitions, [model]: { ...fields, [name]: by } })),
    ),
  )
