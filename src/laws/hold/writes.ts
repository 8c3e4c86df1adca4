/**
 * The laws of writing: the rows are as written, nothing else has changed, and a failed write left nothing behind.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import type { Schema } from '../../schema/Schema.js'
import type { Store } from '../../engine/Store.js'
import { type CallResult, snapshot, spoil } from './ask.js'
import { columnAt, constant } from '../make/predicates.js'
import { problem } from '../case/problem.js'
import type { Rows } from '../case/Rows.js'
import type { QuerysetData } from '../case/QuerysetData.js'
import { noKeys, referenceOver, rowsIn, type Subject, type Violation } from './Subject.js'
import { isSound } from '../make/World.js'
import { copyOf, isAtOnce, perform, writableOf, type WriteCall } from './perform.js'
import { givesNull, leadsNowhere } from './given.js'
import { adopt, differs, rowText, violation } from './differs.js'
import { astray, hasOtherKeys, isAbout, result } from './result.js'

/**
 * Makes a call that writes, and compares its result and the rows afterwards with the reference.
 *
 * @since 0.1.0
 */
export const checkWrite = async (subject: Subject, call: WriteCall): Promise<Violation | null> => {
  const { schema, client, known, tally } = subject
  if (!subject.writes || leadsNowhere(subject, [call])) return null
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
  const queryset = E.isRight(actual) ? result(schema, call, actual.right) : ''
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
  if (hasOtherKeys(schema, call, expected.right, kept.right)) return adopt(subject, after.right, rows)
  const wrong = differs(schema, subject.used, before, after.right, rows)
  if (wrong !== null) return wrong
  if (result(schema, call, expected.right) !== queryset)
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
 * A client that deletes a row alone, without the rows that point to it, has three choices: it may refuse, leave keys
 * that lead nowhere, or do what `onDelete` says. It must not delete or change anything else.
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
  // A key that leads nowhere may be a key that no row can have.
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
  const rows: QuerysetData = {
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

/**
 * Whether each model has the rows of one of two stores. Rows that point to a deleted row may have been changed or not.
 */
const isBetween = (schema: Schema, stores: ReadonlyArray<Store>, actual: Rows): boolean =>
  [...schema.models.values()].every((model) => {
    const texts = (rows: ReadonlyArray<Row>) => new Set(rows.map((row) => rowText(model, row)))
    const [one = new Set<string>(), two = new Set<string>()] = stores.map((store) =>
      texts(store.rows.get(model.name) ?? []),
    )
    const there = texts(actual[model.name] ?? [])
    return (
      [...there].every((text) => one.has(text) || two.has(text)) &&
      [...one].every((text) => there.has(text) || !two.has(text))
    )
  })

/** Rows can't swap unique values one row at a time. */
const isCrossing = (error: QueryError): boolean =>
  error._tag === 'Conflict' ||
  (error._tag === 'Incomplete' && error.items.some((item) => item.error?._tag === 'Conflict'))

const failed = (
  subject: Subject,
  call: WriteCall,
  expected: CallResult,
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
  // A call that will never succeed must not be tried again forever.
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
