/**
 * The laws of writing: what was to be written is there, nothing else has changed, what failed has left no trace.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import { toRef } from '../../expression/toRef.js'
import type { Expression } from '../../expression/Expression.js'
import type { QuerysetLike } from '../../expression/Ref.js'
import { valuesOf, type Model, type Schema } from '../../schema/Schema.js'
import type { Mutated } from '../../query/Mutation.js'
import type { Write } from '../../query/Write.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import type { BulkWrites, Client, SingleWrites, WritableClient } from '../../client/Client.js'
import { ask } from '../../client/ask.js'
import { doesAtOnce, writeAtOnce } from '../../client/atOnce.js'
import { createRows } from '../../run/write/create.js'
import { deleteRows } from '../../run/write/delete.js'
import { obtained } from '../../run/write/getOrCreate.js'
import { changeRelated } from '../../run/write/related.js'
import { updateRows } from '../../run/write/update.js'
import { updateRowsBulk } from '../../run/write/updateBulk.js'
import type { Store } from '../../engine/Store.js'
import { textOf as answerText } from '../case/answers.js'
import { ask as askOf, questionOf, snapshot, spoil, type Answer } from './ask.js'
import { readsWithin, type Call, type Plain } from '../case/Case.js'
import { modelOfMutation, mutationsIn } from '../make/mutations.js'
import { columnAt, constant } from '../make/predicates.js'
import { problem } from '../case/problem.js'
import type { Rows } from '../case/Rows.js'
import { mapInner, querysetOf, type Said, type Typed } from '../case/Said.js'
import { noKeys, referenceOver, remember, rowsIn, storeOf, type Subject, type Violation } from './Subject.js'
import { isSound } from '../make/World.js'

/** A call that writes. @since 0.1.0 */
export type WriteCall = Extract<
  Call,
  { readonly _tag: 'write' | 'create' | 'update' | 'updateBulk' | 'delete' | 'obtain' | 'relate' | 'mutate' }
>

type Parts = Partial<SingleWrites & BulkWrites>

/** What a client can do, whatever it is. @since 0.1.0 */
export const writableOf = (client: Client): WritableClient & Parts =>
  // Whether it writes has been found out before.
  client as WritableClient & Parts

/** @since 0.1.0 */
export const canWrite = (client: Client): boolean => {
  const { create, createBulk } = client as Parts
  return create !== undefined || createBulk !== undefined
}

/** A row as its writers give it: with the values that fields' own codecs make. */
const given = (model: Model | undefined, row: Row): { readonly [name: string]: unknown } =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const codec = model?.columns.get(name)?.field.codec ?? null
      return [name, codec === null || value === null ? value : E.getOrElseW(() => value)(codec.decode(value))]
    }),
  )

const computedBy = (schema: Schema, computed: ReadonlyArray<Typed>): { readonly [name: string]: unknown } =>
  Object.fromEntries(
    computed.map(({ name, kind, expression }) => [
      name,
      toRef(mapInner(expression, (said) => querysetOf(schema, said)) as Expression<QuerysetLike>, kind),
    ]),
  )

/** A client's own functions: that for many, or that for one if there is one item and it is there. */
const direct = (client: Client, write: Write, bulk: boolean): TE.TaskEither<QueryError, unknown> => {
  const { create, update, delete: remove, createBulk, updateBulk, deleteBulk } = writableOf(client)
  switch (write._tag) {
    case 'create': {
      const [row] = write.rows
      return create !== undefined &&
        row !== undefined &&
        write.rows.length === 1 &&
        (!bulk || createBulk === undefined)
        ? TE.map((made: Row) => [made])(create(write.model, row))
        : createBulk === undefined
          ? TE.left(nothing)
          : createBulk(write.model, write.rows)
    }
    case 'update': {
      const [change] = write.changes
      return update !== undefined &&
        change !== undefined &&
        write.changes.length === 1 &&
        (!bulk || updateBulk === undefined)
        ? TE.map(Number)(update(write.model, change.key, change.set))
        : updateBulk === undefined
          ? TE.left(nothing)
          : updateBulk(write.model, write.changes)
    }
    case 'delete': {
      const [key] = write.keys
      return remove !== undefined &&
        key !== undefined &&
        write.keys.length === 1 &&
        (!bulk || deleteBulk === undefined)
        ? TE.map(Number)(remove(write.model, key))
        : deleteBulk === undefined
          ? TE.left(nothing)
          : deleteBulk(write.model, write.keys)
    }
  }
}

/** What isn't asked, since the client has no function for it. */
const nothing: QueryError = {
  _tag: 'Unsupported',
  client: 'laws',
  feature: 'this function',
  message: 'there is no such function',
  hint: '',
  retryable: false,
}

/** Whether a client says that it does all of some mutations at once. @since 0.2.0 */
export const isAtOnce = (
  { client, schema }: Pick<Subject, 'client' | 'schema'>,
  { mutations }: Extract<Call, { readonly _tag: 'mutate' }>,
): boolean => {
  const meant = mutationsIn(schema, mutations)
  return E.isRight(meant) && meant.right.every((mutation) => doesAtOnce(writableOf(client), mutation))
}

/** Does a write. @since 0.1.0 */
export const perform = (
  client: Client,
  schema: Schema,
  call: WriteCall,
): TE.TaskEither<QueryError, unknown> => {
  const writable = writableOf(client)
  const over = (said: Parameters<typeof querysetOf>[1]): AnyQueryset => querysetOf(schema, said)
  switch (call._tag) {
    case 'write':
      return ask(client.name, call.write._tag, () => direct(client, call.write, call.bulk))
    case 'create':
      return createRows<unknown>(
        writable,
        call.rows.map((row) => given(schema.models.get(call.model), row)),
        over({ model: call.model, steps: [] }),
      )
    case 'update': {
      const model = schema.models.get(call.of.model)
      return updateRows(writable, over(call.of), () => ({
        ...given(model, call.set),
        ...computedBy(schema, call.computed),
      }))
    }
    case 'updateBulk': {
      const model = schema.models.get(call.of.model)
      return updateRowsBulk(
        writable,
        over(call.of),
        call.changes.map(([key, set]) => [key, given(model, set)] as const),
      )
    }
    case 'delete':
      return deleteRows(writable)(over(call.of) as Queryset<never, unknown>)
    case 'obtain': {
      const model = schema.models.get(call.of.model)
      return obtained(
        writable,
        over(call.of),
        given(model, call.values),
        given(model, call.defaults),
        call.changing,
      )
    }
    case 'relate':
      return changeRelated(writable, over(call.of), call.relation, call.how, call.keys)
    case 'mutate': {
      const mutations = mutationsIn(schema, call.mutations)
      return E.isLeft(mutations) ? TE.left(mutations.left) : writeAtOnce(writable, mutations.right)
    }
  }
}

/** @since 0.1.0 */
export const textOf = (model: Model, row: Row): string =>
  JSON.stringify([...model.columns.keys()].map((name) => row[name] ?? null))

const textWithoutKey = (model: Model, row: Row): string => textOf(model, { ...row, [model.primaryKey]: null })

const keyIn = (model: Model, row: Row): Json => row[model.primaryKey] ?? null

const violation = (law: string, expected: unknown, actual: unknown): Violation => ({
  law,
  area: 'writes',
  expected,
  actual,
})

/** Whether some value was put there by the check itself, in what it had given or been given before. */
const isSpoilt = (rows: ReadonlyArray<Row>): boolean => /"spoilt"|:-77[,}]/u.test(JSON.stringify(rows))

/**
 * What is wrong with the rows that are there after a write. Keys that the backend counts up may be any that there
 * were never before.
 *
 * @since 0.1.0
 */
export const differs = (
  schema: Schema,
  used: ReadonlyMap<string, ReadonlySet<Json>>,
  before: Store,
  after: Store,
  actual: Rows,
): Violation | null => {
  /* eslint-disable-next-line functional/no-loop-statements -- to the first model that differs */
  for (const model of schema.models.values()) {
    const found = differsIn(
      model,
      used.get(model.name) ?? new Set(),
      [before, after].map((store) => store.rows.get(model.name) ?? []),
      actual[model.name] ?? [],
    )
    if (found !== null) return found
  }
  return null
}

const byKey = (model: Model, rows: ReadonlyArray<Row>): ReadonlyMap<Json, Row> =>
  new Map(rows.map((row) => [keyIn(model, row), row]))

const differsIn = (
  model: Model,
  used: ReadonlySet<Json>,
  [before = [], expected = []]: ReadonlyArray<ReadonlyArray<Row>>,
  actual: ReadonlyArray<Row>,
): Violation | null => {
  const state = (law: string): Violation => ({ ...violation(law, expected, actual), model: model.name })
  const texts = (rows: ReadonlyArray<Row>) => rows.map((row) => textOf(model, row)).sort()
  const [wanted, got] = [texts(expected), texts(actual)]
  if (wanted.length === got.length && wanted.every((text, i) => text === got[i])) return null
  if (isSpoilt(actual)) return state('arguments and results are copies')
  const was = byKey(model, before)
  const should = byKey(model, expected)
  const is = byKey(model, actual)
  const same = (a: Row | undefined, b: Row | undefined) =>
    a === undefined || b === undefined ? a === b : textOf(model, a) === textOf(model, b)
  const untouched = [...was].find(([key, row]) => same(row, should.get(key)) && !same(row, is.get(key)))
  if (untouched !== undefined) return state('nothing else changes')
  const old = [...was.keys()].some((key) => !same(should.get(key), is.get(key)))
  if (old || is.size < actual.length) return state('what is written is there')
  const auto = model.columns.get(model.primaryKey)?.auto === true
  const fresh = (rows: ReadonlyArray<Row>) => rows.filter((row) => !was.has(keyIn(model, row)))
  const plain = (rows: ReadonlyArray<Row>) =>
    fresh(rows)
      .map((row) => textWithoutKey(model, row))
      .sort()
  const [more, there] = [plain(expected), plain(actual)]
  if (!auto || more.length !== there.length || more.some((text, i) => text !== there[i]))
    return state('what is written is there')
  // A key that is given may be one that was there before.
  const again = fresh(actual).find(
    (row) => (used.has(keyIn(model, row)) && !should.has(keyIn(model, row))) || keyIn(model, row) === null,
  )
  return again === undefined ? null : state('a new key is new')
}

/** Keys that rows to be made were given. */
const hasOwnKeys = (call: Call, schema: Schema): boolean => {
  const rows =
    call._tag === 'create'
      ? call.rows
      : call._tag === 'write' && call.write._tag === 'create'
        ? call.write.rows
        : []
  const name = call._tag === 'create' ? call.model : call._tag === 'write' ? call.write.model : ''
  const pk = schema.models.get(name)?.primaryKey ?? ''
  return rows.some((row) => (row[pk] ?? null) !== null)
}

/** What a write gave, without the keys that were counted up. */
const result = (schema: Schema, call: WriteCall, answer: unknown): string => {
  if (call._tag === 'mutate') return mutatedText(schema, call, answer)
  const name = 'model' in call ? call.model : call._tag === 'write' ? call.write.model : call.of.model
  const model = schema.models.get(name)
  const auto = model?.columns.get(model.primaryKey)?.auto === true && !hasOwnKeys(call, schema)
  const bare = (row: unknown): unknown =>
    auto && typeof row === 'object' && row !== null ? { ...row, [model.primaryKey]: null } : row
  if (
    (call._tag === 'create' || (call._tag === 'write' && call.write._tag === 'create')) &&
    Array.isArray(answer)
  )
    return JSON.stringify(answer.map(bare).map((row) => ordered(model, row)))
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

/** What mutations did, without keys that may be any. */
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

const ordered = (model: Model | undefined, row: unknown): unknown =>
  model === undefined || typeof row !== 'object' || row === null
    ? row
    : // A row's columns in the model's order.
      [...model.columns.keys()].map((name) => (row as Row)[name] ?? null)

/** A row that was given as made, and isn't there like that. */
const astray = (schema: Schema, call: WriteCall, answer: unknown, actual: Rows): boolean => {
  if (call._tag !== 'write' || call.write._tag !== 'create' || !Array.isArray(answer)) return false
  const model = schema.models.get(call.write.model)
  if (model === undefined) return false
  const there = new Set((actual[model.name] ?? []).map((row) => textOf(model, row)))
  return answer.some(
    (row: unknown) => typeof row !== 'object' || row === null || !there.has(textOf(model, row as Row)),
  )
}

/** Whether a client is asked about each row once, as it may expect. @since 0.1.0 */
export const isOnce = (call: Plain): boolean => {
  if (call._tag !== 'write' || call.write._tag === 'create') return true
  const keys = call.write._tag === 'delete' ? call.write.keys : call.write.changes.map(({ key }) => key)
  return new Set(keys).size === keys.length
}

const writesIn = (call: Plain): ReadonlyArray<Write> =>
  call._tag === 'write' ? [call.write] : call._tag === 'atomic' ? [...call.writes, ...call.undone] : []

/**
 * Whether calls may mean, by a key that isn't there, a row that they make themselves: keys that are counted up may be
 * any, so that nobody knows which row that is.
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

/** A call that nobody else has. @since 0.1.0 */
export const copyOf = (call: WriteCall): WriteCall => JSON.parse(JSON.stringify(call)) as WriteCall // calls are plain JSON

/** Whether a conflict names columns, if it names any, whose values are there twice after the write. */
const isAbout = (schema: Schema, write: Write, before: Store, fields: ReadonlyArray<string>): boolean => {
  const model = schema.models.get(write.model)
  if (model === undefined || write._tag === 'delete' || fields.length === 0) return true
  const there = before.rows.get(model.name) ?? []
  const rows =
    write._tag === 'create'
      ? [...there, ...write.rows]
      : there.map((row) => ({ ...row, ...write.changes.find(({ key }) => key === keyIn(model, row))?.set }))
  return model.unique.some((names) => {
    const values = rows.map(valuesOf(model, names)).filter((value) => value !== null)
    return (
      names.length === fields.length &&
      names.every((name) => fields.includes(name)) &&
      new Set(values).size < values.length
    )
  })
}

/**
 * Does a write, and holds what it gave and what is there afterwards against what the reference makes of it.
 *
 * @since 0.1.0
 */
export const checkWrite = async (subject: Subject, call: WriteCall): Promise<Violation | null> => {
  const { schema, client, known, tally } = subject
  if (!subject.writes || !isOnce(call) || leadsNowhere(subject, [call])) return null
  if (call._tag === 'mutate' && !isAtOnce(subject, call)) return null
  const before = known.store
  const reference = referenceOver(schema, before)
  const expected = await perform(reference.client, schema, call)()
  const after = await reference.after()
  if (E.isLeft(after)) return null
  if (!isSound(schema, rowsIn(after.right))) return checkDangling(subject, call, after.right)
  tally.wrote()
  tally.count('laws', 'what is written is there')
  tally.count(
    'terminals',
    call._tag === 'write' ? `client.${call.write._tag}${call.bulk ? 'Bulk' : ''}` : call._tag,
  )
  const copy = copyOf(call)
  const actual = await perform(client, schema, copy)()
  if (call._tag === 'write' && JSON.stringify(copy) !== JSON.stringify(call))
    return violation(
      'arguments and results are copies',
      call.write,
      copy._tag === 'write' ? copy.write : null,
    )
  const said = E.isRight(actual) ? result(schema, call, actual.right) : ''
  const kept =
    E.isRight(actual) && call._tag === 'write'
      ? E.right(JSON.parse(JSON.stringify(actual.right)) as unknown)
      : actual
  if (call._tag === 'write') {
    spoil(copy)
    if (E.isRight(actual)) spoil(actual.right)
  }
  const listed = await snapshot(client, schema)()
  if (E.isLeft(listed))
    return violation('what is written is there', rowsIn(after.right), problem(listed.left))
  const rows = listed.right
  if (E.isLeft(kept)) return failed(subject, call, expected, kept.left, before, rows)
  if (E.isLeft(expected)) return violation('what is wrong is refused', problem(expected.left), kept.right)
  const wrong = differs(schema, subject.used, before, after.right, rows)
  if (wrong !== null) return wrong
  if (result(schema, call, expected.right) !== said)
    return violation('a write tells what it did', expected.right, kept.right)
  if (astray(schema, call, kept.right, rows))
    return violation(
      'a write tells what it did',
      rows[call._tag === 'write' ? call.write.model : ''],
      kept.right,
    )
  return adopt(subject, after.right, rows)
}

/**
 * A client that is told to delete a row, but not what points to it, may refuse, or leave keys that lead nowhere, or do
 * what `onDelete` says; it may not delete or change anything else.
 */
const checkDangling = async (subject: Subject, call: WriteCall, after: Store): Promise<Violation | null> => {
  if (call._tag !== 'write' || call.write._tag !== 'delete') return null
  const { schema, client, known, tally } = subject
  const before = known.store
  const { model, keys } = call.write
  tally.wrote()
  tally.count('laws', 'nothing else changes')
  const actual = await perform(client, schema, copyOf(call))()
  known.ended = true
  const listed = await snapshot(client, schema)()
  // A key that leads nowhere may be one that no row can have.
  if (E.isLeft(listed)) return null
  const from = (store: Store): Violation | null =>
    differs(schema, noKeys(schema), before, store, listed.right)
  if (E.isLeft(actual)) {
    const trace = from(before)
    return trace === null ? null : { ...trace, law: 'what fails leaves no trace' }
  }
  const wrong = from(after)
  if (wrong === null) return null
  const reference = referenceOver(schema, before)
  const pk = schema.models.get(model)
  const rows: Said = {
    model,
    steps: [
      {
        _tag: 'filter',
        predicate: {
          _tag: 'lookup',
          name: 'in',
          left: columnAt([pk?.primaryKey ?? '']),
          right: keys.map((key) => constant(pk?.columns.get(pk.primaryKey)?.kind ?? 'int', key)),
        },
      },
    ],
  }
  await perform(reference.client, schema, { _tag: 'delete', of: rows })()
  const honoured = await reference.after()
  return E.isRight(honoured) && isBetween(schema, [after, honoured.right], listed.right) ? null : wrong
}

/** Whether each row is as in one of two stores: what points to a deleted row may be seen to, or not, model by model. */
const isBetween = (schema: Schema, stores: ReadonlyArray<Store>, actual: Rows): boolean =>
  [...schema.models.values()].every((model) => {
    const texts = (rows: ReadonlyArray<Row>) => new Set(rows.map((row) => textOf(model, row)))
    const [one = new Set<string>(), two = new Set<string>()] = stores.map((store) =>
      texts(store.rows.get(model.name) ?? []),
    )
    const there = texts(actual[model.name] ?? [])
    return (
      [...there].every((text) => one.has(text) || two.has(text)) &&
      [...one].every((text) => there.has(text) || !two.has(text))
    )
  })

/** The values by column that a call writes, with their models. */
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
 * Whether calls write foreign keys that lead nowhere, as far as that is known before: who sees both sides refuses that, of
 * a row that isn't there too.
 *
 * @since 0.2.0
 */
export const leadsNowhere = (
  { schema, known }: Pick<Subject, 'schema' | 'known'>,
  calls: ReadonlyArray<Plain>,
): boolean => {
  const given = calls.flatMap(givenIn)
  return given.some(([name, row]) =>
    [...(schema.models.get(name)?.columns.values() ?? [])].some(({ name: column, target }) => {
      const value = row[column] ?? null
      const pk = schema.models.get(target ?? '')?.primaryKey ?? ''
      const there = [
        ...(known.store.rows.get(target ?? '') ?? []),
        ...given.flatMap(([model, made]) => (model === target ? [made] : [])),
      ]
      return target !== null && value !== null && !there.some((each) => each[pk] === value)
    }),
  )
}

/** What is there now is what the calls to come are held against. @since 0.1.0 */
export const adopt = (subject: Subject, after: Store, rows: Rows): Violation | null => {
  const { schema, known, used } = subject
  remember(subject, rows)
  const now = storeOf(schema, rows, used)
  if (E.isLeft(now)) return violation('a new key is new', rowsIn(after), rows)
  known.store = now.right
  return null
}

/** Rows that are to swap unique values can't, a row at a time. */
const isCrossing = (error: QueryError): boolean =>
  error._tag === 'Conflict' ||
  (error._tag === 'Incomplete' && error.items.some((item) => item.error?._tag === 'Conflict'))

/**
 * Whether a call gives null to a column that can't be null. Such a call may repeat a unique value as well. A client
 * may report either of the two faults, since nothing says which it looks for first.
 */
const givesNull = (schema: Schema, call: Plain): boolean =>
  givenIn(call).some(([name, row]) =>
    [...(schema.models.get(name)?.columns.values() ?? [])].some(
      (column) => row[column.name] === null && !column.nullable && !column.auto,
    ),
  )

const failed = (
  subject: Subject,
  call: WriteCall,
  expected: Answer,
  error: QueryError,
  before: Store,
  rows: Rows,
): Violation | null => {
  const { schema, client, tally } = subject
  const whole =
    call._tag === 'write' || call._tag === 'mutate' || writableOf(client).transaction !== undefined
  if (error._tag === 'Unsupported') tally.count('refused', call._tag)
  else if (E.isRight(expected) && (whole || !isCrossing(error)))
    return violation('a write is done', expected.right, problem(error))
  else if (E.isRight(expected)) return adopt(subject, before, rows)
  else if (
    expected.left._tag !== error._tag &&
    (whole || error._tag !== 'Incomplete') &&
    !(error._tag === 'Invalid' && givesNull(schema, call))
  )
    return violation('an error says what it is', problem(expected.left), problem(error))
  // Trying again what will never do would never end.
  else if (error._tag === 'Conflict' && error.retryable)
    return violation(
      'an error says what it is',
      { error: 'Conflict', retryable: false },
      { error: 'Conflict', retryable: true },
    )
  if (
    call._tag === 'write' &&
    E.isLeft(expected) &&
    error._tag === 'Conflict' &&
    !isAbout(schema, call.write, before, error.fields)
  )
    return violation(
      'an error says what it is',
      expected.left._tag === 'Conflict'
        ? { error: 'Conflict', fields: expected.left.fields }
        : problem(expected.left),
      { error: 'Conflict', fields: error.fields },
    )
  const trace =
    whole || error._tag !== 'Incomplete' ? differs(schema, noKeys(schema), before, before, rows) : null
  if (trace !== null)
    return {
      ...trace,
      law: trace.law === 'arguments and results are copies' ? trace.law : 'what fails leaves no trace',
    }
  return adopt(subject, before, rows)
}

/**
 * Does some writes in a transaction, in which it fails at the end if that is to be; what it reads then is put into
 * `seen`.
 *
 * @since 0.1.0
 */
export const atomically = (
  client: Client,
  schema: Schema,
  call: Extract<Call, { readonly _tag: 'atomic' }>,
  seen: Array<Answer> = [],
): TE.TaskEither<QueryError, null> => {
  const { transaction } = writableOf(client)
  const program =
    (inside: Client): TE.TaskEither<QueryError, null> =>
    async () => {
      // A program may be run again.
      seen.splice(0)
      const look = async (all: ReadonlyArray<Said>): Promise<void> => {
        /* eslint-disable-next-line functional/no-loop-statements -- one read after the other */
        for (const of of all)
          seen.push(await askOf(inside, questionOf(schema, of, { _tag: 'toArray' }, null)))
      }
      await look(call.first ?? [])
      const done = await inTurn(inside, schema, call.writes)
      if (E.isLeft(done)) return done
      const within = writableOf(inside).transaction
      if (call.undone.length > 0 && within !== undefined)
        await within((inner) => async () => {
          const written = await inTurn(inner, schema, call.undone)
          return E.isLeft(written) ? written : E.left<QueryError, null>(onPurpose)
        })()
      await look(call.reads ?? [])
      return call.fails ? E.left(onPurpose) : E.right(null)
    }
  return transaction === undefined
    ? TE.left(nothing)
    : ask(client.name, 'transaction', () => transaction(program))
}

/** One write after the other, to the first that fails. */
const inTurn = async (
  client: Client,
  schema: Schema,
  writes: ReadonlyArray<Write>,
): Promise<E.Either<QueryError, null>> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one write after the other */
  for (const write of writes) {
    const done = await perform(client, schema, copyOf({ _tag: 'write', write, bulk: true }))()
    if (E.isLeft(done)) return done
  }
  return E.right(null)
}

const onPurpose = clientFailed('laws', 'transaction', null, { message: 'it ends on purpose' })

/**
 * Does some writes in a transaction: all of them are there afterwards, or none.
 *
 * @since 0.1.0
 */
export const checkAtomic = async (
  subject: Subject,
  call: Extract<Call, { readonly _tag: 'atomic' }>,
): Promise<Violation | null> => {
  const { schema, client, known, tally } = subject
  if (
    !subject.writes ||
    writableOf(client).transaction === undefined ||
    meansNewRows(subject, [call]) ||
    leadsNowhere(subject, [call])
  )
    return null
  const before = known.store
  const reference = referenceOver(schema, before)
  const [right, given]: readonly [Array<Answer>, Array<Answer>] = [[], []]
  const expected = await atomically(reference.client, schema, call, right)()
  const after = await reference.after()
  if (E.isLeft(after) || !isSound(schema, rowsIn(after.right))) return null
  tally.wrote()
  tally.count('laws', 'a transaction is all or nothing')
  const actual = await atomically(client, schema, call, given)()
  const listed = await snapshot(client, schema)()
  if (E.isLeft(listed))
    return violation('a transaction is all or nothing', rowsIn(after.right), problem(listed.left))
  if (expected._tag !== actual._tag) {
    if (E.isLeft(actual) && actual.left._tag === 'Unsupported') return null
    return violation('a transaction is all or nothing', tagOf(expected), tagOf(actual))
  }
  const unseen = unseenIn(subject, call, before, right, given)
  if (unseen !== null) return unseen
  const wrong = differs(schema, subject.used, before, after.right, listed.right)
  return wrong === null
    ? adopt(subject, after.right, listed.right)
    : { ...wrong, law: 'a transaction is all or nothing' }
}

/** What a transaction read of what it wrote, and isn't so. */
const unseenIn = (
  { client, schema, tally }: Subject,
  call: Extract<Call, { readonly _tag: 'atomic' }>,
  before: Store,
  right: ReadonlyArray<Answer>,
  given: ReadonlyArray<Answer>,
): Violation | null => {
  const law = 'a transaction sees what it wrote'
  const reads = readsWithin(call)
  if (reads.length > 0) tally.count('laws', law)
  const wrong = reads.findIndex((of, i) => {
    const [expected, actual] = [right[i], given[i]]
    if (expected === undefined || actual === undefined || E.isLeft(expected)) return false
    if (E.isLeft(actual) && actual.left._tag === 'Unsupported') return false
    const text = (answer: Answer): string =>
      answerText(client, schema, before, { _tag: 'read', of, terminal: { _tag: 'toArray' } }, answer)
    return text(expected) !== text(actual)
  })
  const [expected, actual] = [right[wrong], given[wrong]]
  return expected === undefined || actual === undefined
    ? null
    : violation(law, shownOf(expected), shownOf(actual))
}

const shownOf = (answer: Answer): unknown => (E.isLeft(answer) ? problem(answer.left) : answer.right)

const tagOf = (answer: E.Either<QueryError, unknown>): unknown =>
  E.isLeft(answer) ? problem(answer.left) : 'done'
