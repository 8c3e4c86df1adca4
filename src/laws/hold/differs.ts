/**
 * Compares the rows after a write with the expected rows.
 *
 * @since 0.2.0
 */
import type { LawName } from './LawName.js'
import { either as E } from 'fp-ts'
import type { Json, Row } from '../../value/Value.js'
import type { Model, Schema } from '../../schema/Schema.js'
import type { Store } from '../../engine/Store.js'
import type { Rows } from '../case/Rows.js'
import { remember, rowsIn, storeOf, type Subject, type Violation } from './Subject.js'

/** @since 0.1.0 */
export const rowText = (model: Model, row: Row): string =>
  JSON.stringify([...model.columns.keys()].map((name) => row[name] ?? null))

const textWithoutKey = (model: Model, row: Row): string =>
  rowText(model, { ...row, [model.primaryKey]: null })

export const keyIn = (model: Model, row: Row): Json => row[model.primaryKey] ?? null

export const violation = (law: LawName, expected: unknown, actual: unknown): Violation => ({
  law,
  area: 'writes',
  expected,
  actual,
})

/** Whether the check itself put a value there, by changing what it had given or been given. */
const isSpoilt = (rows: ReadonlyArray<Row>): boolean => /"spoilt"|:-77[,}]/u.test(JSON.stringify(rows))

/**
 * The difference between the rows after a write and the expected rows. Keys that the backend generates may be any keys
 * that never existed.
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
  const state = (law: LawName): Violation => ({ ...violation(law, expected, actual), model: model.name })
  const texts = (rows: ReadonlyArray<Row>) => rows.map((row) => rowText(model, row)).sort()
  const [wanted, got] = [texts(expected), texts(actual)]
  if (wanted.length === got.length && wanted.every((text, i) => text === got[i])) return null
  if (isSpoilt(actual)) return state('arguments and results are copies')
  const was = byKey(model, before)
  const should = byKey(model, expected)
  const is = byKey(model, actual)
  const same = (a: Row | undefined, b: Row | undefined) =>
    a === undefined || b === undefined ? a === b : rowText(model, a) === rowText(model, b)
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
  // A key that is given explicitly may have existed before.
  const again = fresh(actual).find(
    (row) => (used.has(keyIn(model, row)) && !should.has(keyIn(model, row))) || keyIn(model, row) === null,
  )
  return again === undefined ? null : state('a new key is new')
}

/** Later calls are compared with the rows that exist now. @since 0.1.0 */
export const adopt = (subject: Subject, after: Store, rows: Rows): Violation | null => {
  const { schema, known, used } = subject
  remember(subject, rows)
  const now = storeOf(schema, rows, used)
  if (E.isLeft(now)) return violation('a new key is new', rowsIn(after), rows)
  known.store = now.right
  return null
}
