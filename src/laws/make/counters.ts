/**
 * Writes about unique values: explicit and generated keys by turns, and unique values that move between rows within one
 * write.
 *
 * @since 0.2.0
 */
import type { Json, Row } from '../../value/Value.js'
import type { Model, ModelColumn } from '../../schema/Schema.js'
import type { Call, Plain } from '../case/Case.js'
import { all } from '../case/QuerysetData.js'
import { setFor, wholeRow } from './changes.js'
import { limited } from './limits.js'
import type { Making } from './predicates.js'
import { numbered } from './rows.js'
import { chance, pick, pickOf, shuffled, times } from './Tape.js'
import { plainColumns, type Theme, write } from './Theme.js'

const ownUnique = (model: Model): ReadonlyArray<ModelColumn> =>
  plainColumns(model).filter((column) => column.unique && !limited(column))

/** Rows to create that conflict with no other row. They have no key. */
const freeRows = (making: Making, model: Model, n: number): ReadonlyArray<Row> =>
  times(n, (i): Row | null => {
    const row = wholeRow(making, model)
    return row === null
      ? null
      : {
          ...row,
          ...Object.fromEntries(
            ownUnique(model).map(({ name, kind }) => [
              name,
              numbered(kind, 500 + 10 * making.tape.next(40) + i) ?? null,
            ]),
          ),
          [model.primaryKey]: null,
        }
  }).flatMap((row) => (row === null ? [] : [row]))

/** Explicit keys equal to, before or after the generated ones. The row with the greatest key is deleted in between. */
export const counterCalls: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const counting = [...world.schema.models.values()].filter(
    (model) =>
      models.includes(model.name) && !model.implicit && model.columns.get(model.primaryKey)?.auto === true,
  )
  const model = pickOf(tape, counting)
  if (model === null) return []
  const keys = (world.rows[model.name] ?? []).flatMap((row) => {
    const key = row[model.primaryKey]
    return typeof key === 'number' ? [key] : []
  })
  const greatest = Math.max(0, ...keys)
  const create = (rows: ReadonlyArray<Row>, bulk = chance(tape, 40)): Plain =>
    chance(tape, 30)
      ? { _tag: 'create', model: model.name, rows }
      : write({ _tag: 'create', model: model.name, rows }, bulk)
  const given = (rows: ReadonlyArray<Row>, key: Json): ReadonlyArray<Row> =>
    rows.map((row) => ({ ...row, [model.primaryKey]: key }))
  const rows = freeRows(making, model, 6)
  const [one, two] = [rows.slice(0, 1), rows.slice(1, 2)]
  const key = greatest + pick(tape, [1, 2, 1, 5, 3] as const)
  const remove = (at: number): Plain =>
    write({ _tag: 'delete', model: model.name, keys: [at] }, chance(tape, 40))
  return pick<() => ReadonlyArray<Call>>(tape, [
    () => [create(given(one, key)), create(two), create(rows.slice(2, 4), true)],
    () => [create([...given(one, key), ...two, ...rows.slice(2, 3)], true), create(rows.slice(3, 4))],
    () => [create([...one, ...given(two, key), ...rows.slice(2, 3)], true), create(rows.slice(3, 4))],
    () => [create(one), remove(greatest + 1), create(two)],
    () => [remove(greatest), create(one), create(two)],
    () => [create(given(one, key)), remove(key), create(two)],
    () => [create(given(one, key)), create(given(two, key)), create(rows.slice(2, 3))],
    () => [create(given(one, -1)), create(given(two, 0)), create(rows.slice(2, 3))],
  ])()
}

/** Changes that move unique values between rows, or that would repeat one. */
const handedOn = (
  making: Making,
  model: Model,
  column: ModelColumn,
  [a, b, c]: readonly [Row, Row, Row],
): ReadonlyArray<{ readonly key: Json; readonly set: Row }> => {
  const { tape } = making
  const valueIn = (row: Row): Json => row[column.name] ?? null
  const fresh = numbered(column.kind, 700) ?? null
  const other = numbered(column.kind, 701) ?? null
  const change = (row: Row, value: Json): { readonly key: Json; readonly set: Row } => ({
    key: row[model.primaryKey] ?? null,
    set: { ...(chance(tape, 25) ? setFor(making, model) : {}), [column.name]: value },
  })
  return pick<ReadonlyArray<{ readonly key: Json; readonly set: Row }>>(tape, [
    [change(a, valueIn(b)), change(b, valueIn(a))],
    [change(a, valueIn(b)), change(b, fresh)],
    [change(b, fresh), change(a, valueIn(b))],
    [change(a, valueIn(b)), change(b, valueIn(c)), change(c, valueIn(a))],
    [change(a, fresh), change(b, fresh)],
    [change(a, fresh), change(b, valueIn(c))],
    [change(a, valueIn(a)), change(b, other)],
    [change(a, column.nullable ? null : fresh), change(b, column.nullable ? null : other)],
  ])
}

/**
 * Unique values that move: two rows swap them, three rows rotate them, or one row takes the value that another gives
 * up.
 */
export const exchanged: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const having = [...world.schema.models.values()].flatMap((model) =>
    models.includes(model.name) && !model.implicit && (world.rows[model.name] ?? []).length > 0
      ? ownUnique(model).map((column) => ({ model, column }))
      : [],
  )
  const found = pickOf(tape, having)
  if (found === null) return []
  const { model, column } = found
  const rows = shuffled(tape, world.rows[model.name] ?? [])
  const [a, b = a, c = b] = rows
  if (a === undefined || b === undefined || c === undefined) return []
  const changes = handedOn(making, model, column, [a, b, c])
  const [made] = freeRows(making, model, 1)
  const taken = made === undefined ? [] : [{ ...made, [column.name]: a[column.name] ?? null }]
  const keyed = taken.filter(
    (row) => model.columns.get(model.primaryKey)?.auto === true || row[model.primaryKey] !== null,
  )
  const bulk = write({ _tag: 'update', model: model.name, changes }, true)
  const create: ReadonlyArray<Plain> =
    keyed.length === 0 ? [] : [write({ _tag: 'create', model: model.name, rows: keyed }, chance(tape, 40))]
  return pick<() => ReadonlyArray<Call>>(tape, [
    () => [bulk],
    () => [bulk, ...create],
    () => [
      {
        _tag: 'updateBulk',
        of: all(model.name),
        changes: changes.map(({ key, set }) => [key, set] as const),
      },
    ],
    () => [
      write({ _tag: 'delete', model: model.name, keys: [a[model.primaryKey] ?? null] }, chance(tape, 40)),
      ...create,
    ],
    () => [
      {
        _tag: 'atomic',
        writes: [{ _tag: 'update', model: model.name, changes: changes.slice(0, 1) }],
        undone: [],
        kept: [{ _tag: 'update', model: model.name, changes: changes.slice(1) }],
        fails: chance(tape, 40),
      },
      ...create,
    ],
  ])()
}
