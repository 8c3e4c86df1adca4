/**
 * Random writes. Most concern existing rows, use values that other rows have, and have conditions on the columns that
 * they change.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Json, Row } from '../../value/Value.js'
import { modelScope } from '../../expression/Scope.js'
import type { Model, ModelColumn } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import type { Plain, Terminal } from '../case/Case.js'
import { oddKeys } from './pools.js'
import { atom, columnAt, constant, predicate, type Making } from './predicates.js'
import { someKey, modelFor, someOrder, sliceOf } from './parts.js'
import { rowsWith } from './searches.js'
import { then, type QuerysetData, type StepData, type TypedColumn } from '../case/QuerysetData.js'
import { chance, pick, pickOf, times, weighted } from './Tape.js'
import { twinOf } from './twin.js'
import { limited } from './limits.js'

/** A value for a column. It is often a value of another row. @since 0.2.0 */
export const valueFor = (making: Making, column: ModelColumn): Json | undefined => {
  const { tape, world } = making
  if (column.nullable && chance(tape, 25)) return null
  if (column.target !== null) {
    const target = world.schema.models.get(column.target)
    const there = (world.rows[column.target] ?? []).map((row) => row[target?.primaryKey ?? ''] ?? null)
    return pickOf(tape, there) ?? (column.nullable ? null : undefined)
  }
  const model =
    column.unique && chance(tape, 30)
      ? [...world.schema.models.values()].find((each) => each.columns.get(column.name) === column)
      : undefined
  const taken =
    model === undefined
      ? null
      : pickOf(
          tape,
          (world.rows[model.name] ?? []).map((row) => row[column.name] ?? null),
        )
  // Values that a careless check takes for taken values, although they are free.
  if (taken !== null && !limited(column) && column.kind !== 'json' && chance(tape, 35))
    return twinOf(tape, column.kind, taken)
  return taken ?? pickOf(tape, world.fitting(column)) ?? (column.nullable ? null : undefined)
}

/** An existing key. */
const thereOf = ({ tape, world }: Making, model: Model): Json =>
  pickOf(
    tape,
    (world.rows[model.name] ?? []).map((row) => row[model.primaryKey] ?? null),
  ) ?? 20

/** A row to create. Its key is new, missing if the backend generates it, or rarely taken. */
const rowFor = (making: Making, model: Model, partial: boolean): Row | null => {
  const { tape } = making
  const row: { [name: string]: Json } = {}
  const whole = [...model.columns.values()].every((column) => {
    if (column.name === model.primaryKey && column.target === null) {
      const value = column.auto
        ? chance(tape, 12)
          ? chance(tape, 50)
            ? thereOf(making, model)
            : pick(tape, [20, 0, 50] as const)
          : null
        : chance(tape, 10)
          ? someKey(making, model)
          : (valueFor(making, column) ?? null)
      if (value !== null || !partial) row[column.name] = value
      return value !== null || column.auto
    }
    const value = valueFor(making, column)
    if (value === undefined) return false
    if (value !== null || !partial || chance(tape, 50)) row[column.name] = value
    return true
  })
  return whole ? row : null
}

/** A whole row to create, if there can be one. @since 0.2.0 */
export const wholeRow = (making: Making, model: Model): Row | null => rowFor(making, model, false)

/** Rows to create. Now and then two of them conflict. @since 0.1.0 */
export const rowsFor = (making: Making, model: Model, n: number, partial: boolean): ReadonlyArray<Row> => {
  const rows = times(n, () => rowFor(making, model, partial)).flatMap((row) => (row === null ? [] : [row]))
  const [first, second] = rows
  const unique = [...model.columns.values()].filter(
    (column) => column.unique && column.name !== model.primaryKey,
  )
  if (first === undefined || second === undefined || unique.length === 0 || !chance(making.tape, 20))
    return rows
  // Gives two rows the same value in a unique column.
  const { name } = unique[0] ?? { name: '' }
  return Object.hasOwn(first, name)
    ? [first, { ...second, [name]: first[name] ?? null }, ...rows.slice(2)]
    : rows
}

/** Columns and their new values: one constant, and perhaps another change. @since 0.1.0 */
export const setFor = (making: Making, model: Model, first: ModelColumn | null = null): Row => {
  // A change to the same value still counts as a change of the row.
  if (first === null && chance(making.tape, 4)) return {}
  const columns = [...model.columns.values()].filter(({ name }) => name !== model.primaryKey)
  const chosen = [
    first,
    pickOf(making.tape, columns),
    chance(making.tape, 35) ? pickOf(making.tape, columns) : null,
  ]
  return Object.fromEntries(
    chosen
      .slice(first === null ? 1 : 0)
      .filter((column, i) => (i === 0 || first === null || chance(making.tape, 50) ? column !== null : false))
      .flatMap((column) => {
        const value = column === null ? undefined : valueFor(making, column)
        return column === null || value === undefined ? [] : [[column.name, value] as const]
      }),
  )
}

/** Rows of a model, by a condition on a column that may be changed. @since 0.2.0 */
export const someOf = (
  making: Making,
  model: Model,
): { readonly of: QuerysetData; readonly on: ModelColumn | null } => {
  const { tape, world } = making
  const from: QuerysetData = { model: model.name, steps: [] }
  const scope = modelScope(world.schema, model.name)
  if (E.isLeft(scope)) return { of: from, on: null }
  const column = pickOf(
    tape,
    [...model.columns.values()].filter(({ target }) => target === null),
  )
  const condition = (): StepData =>
    column !== null && chance(tape, 60)
      ? { _tag: 'filter', predicate: atom(making, scope.right, { path: [column.name], kind: column.kind }) }
      : { _tag: 'filter', predicate: predicate(making, scope.right) }
  const n = world.rows[model.name]?.length ?? 0
  const steps: ReadonlyArray<StepData> = [
    ...(chance(tape, 80) ? [condition()] : []),
    ...(chance(tape, 15) ? [condition()] : []),
    ...(chance(tape, 12) ? [someOrder(making, scope.right)] : []),
    ...(chance(tape, 12) ? [sliceOf(tape, n)] : []),
  ]
  return { of: then(from, ...steps), on: column !== null && column.name !== model.primaryKey ? column : null }
}

/** Some keys, each once. @since 0.1.0 */
export const distinctKeys = (making: Making, model: Model, n: number): ReadonlyArray<Json> => [
  ...new Set(times(n, () => someKey(making, model))),
]

/** A list of changes or keys. Now and then one row occurs twice. */
const repeated = <C>(
  { tape }: Making,
  percent: number,
  changes: ReadonlyArray<C>,
  again: (change: C) => C,
): ReadonlyArray<C> => {
  const twice = chance(tape, percent) ? pickOf(tape, changes) : null
  return twice === null ? changes : [...changes, again(twice)]
}

/** A write by the client's own functions. @since 0.1.0 */
export const writeOf = (making: Making, model: Model): Write => {
  const { tape } = making
  const n = chance(tape, 9) ? 0 : pick(tape, [1, 1, 2, 3, 1, 2] as const)
  return weighted<() => Write>(tape, [
    [4, () => ({ _tag: 'create', model: model.name, rows: rowsFor(making, model, n, false) })],
    [
      4,
      () => ({
        _tag: 'update',
        model: model.name,
        changes: repeated(
          making,
          20,
          distinctKeys(making, model, n).map((key) => ({ key, set: setFor(making, model) })),
          ({ key }) => ({ key, set: setFor(making, model) }),
        ),
      }),
    ],
    [
      2,
      () => ({
        _tag: 'delete',
        model: model.name,
        keys: repeated(
          making,
          40,
          chance(tape, 25) ? strangeKeys(making, model) : distinctKeys(making, model, n),
          (key) => key,
        ),
      }),
    ],
  ])()
}

/** Keys that a client may lose, or find although they don't exist. Several of one model at once. */
const strangeKeys = (making: Making, model: Model): ReadonlyArray<Json> =>
  model.columns.get(model.primaryKey)?.kind === 'text'
    ? [...new Set(times(4 + making.tape.next(4), () => pick(making.tape, oddKeys)))]
    : distinctKeys(making, model, 1)

const computedFor = (making: Making, model: Model): ReadonlyArray<TypedColumn> => {
  const ints = [...model.columns.values()].filter(
    ({ kind, name, target, unique }) =>
      kind === 'int' && name !== model.primaryKey && target === null && !unique,
  )
  const column = chance(making.tape, 25) ? pickOf(making.tape, ints) : null
  return column === null
    ? []
    : [
        {
          name: column.name,
          kind: 'int',
          expression: {
            _tag: 'call',
            name: 'coalesce',
            args: [
              { _tag: 'call', name: 'add', args: [columnAt([column.name]), constant('int', 1)] },
              constant('int', 0),
            ],
          },
        },
      ]
}

/** A write by a terminal, or by the client's own functions. @since 0.1.0 */
export const changeOf = (making: Making, models: ReadonlyArray<string>): Plain => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const some = () => someOf(making, model)
  const created = (): Plain => ({
    _tag: 'create',
    model: model.name,
    rows: rowsFor(making, model, pick(tape, [1, 2, 3, 1] as const), true),
  })
  const relations = [...model.relations.values()].filter(({ many }) => many)
  const relation = pickOf(tape, relations)
  const choices: ReadonlyArray<readonly [number, () => Plain]> = [
    [
      6,
      () => {
        const write = writeOf(making, model)
        return { _tag: 'write', write, bulk: chance(tape, 50) }
      },
    ],
    [4, created],
    [
      6,
      () => {
        const { of, on } = some()
        const computed = computedFor(making, model)
        const set = setFor(making, model, chance(tape, 60) ? on : null)
        return {
          _tag: 'update',
          of,
          computed,
          set: Object.fromEntries(
            Object.entries(set).filter(([name]) => computed.every((each) => each.name !== name)),
          ),
        }
      },
    ],
    [
      2,
      () => ({
        _tag: 'updateBulk',
        of: chance(tape, 70) ? { model: model.name, steps: [] } : some().of,
        changes: repeated(
          making,
          20,
          distinctKeys(making, model, 1 + tape.next(3)).map((key) => [key, setFor(making, model)] as const),
          ([key]) => [key, setFor(making, model)] as const,
        ),
      }),
    ],
    [4, () => ({ _tag: 'delete', of: some().of })],
    [
      2,
      () => {
        const row = rowFor(making, model, true) ?? {}
        const names = Object.keys(row)
        const at = 1 + tape.next(2)
        const { [model.primaryKey]: _key, ...defaults } = Object.fromEntries(
          names.slice(at).map((name) => [name, row[name] ?? null]),
        )
        return {
          _tag: 'obtain',
          of: { model: model.name, steps: [] },
          values: Object.fromEntries(
            names.filter((name) => !Object.hasOwn(defaults, name)).map((name) => [name, row[name] ?? null]),
          ),
          defaults,
          changing: chance(tape, 50),
        }
      },
    ],
    ...(relation === null
      ? []
      : [
          [
            4,
            (): Plain => {
              const target = world.schema.models.get(relation.target)
              return {
                _tag: 'relate',
                of: rowsWith(model, model.primaryKey, someKey(making, model)),
                relation: relation.name,
                how: pick(tape, ['add', 'set', 'remove'] as const),
                keys: target === undefined ? [] : distinctKeys(making, target, tape.next(4)),
              }
            },
          ] as const,
        ]),
    [
      2,
      () => ({
        _tag: 'atomic',
        writes: times(tape.next(3), () => writeOf(making, model)),
        undone: chance(tape, 30) ? [writeOf(making, model)] : [],
        fails: chance(tape, 40),
      }),
    ],
  ]
  return weighted(tape, choices)()
}

/** Reads of rows before and after a write to them. A client may cache the first answer. @since 0.1.0 */
export const watchedOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<Plain> => {
  const { tape } = making
  const model = modelFor(making, models)
  const near = chance(tape, 35) ? touching(making, model) : null
  if (near !== null) return [near.like, near.change, near.like]
  const key = someKey(making, model)
  const own = rowsWith(model, model.primaryKey, key)
  const { of } = weighted<() => { readonly of: QuerysetData }>(tape, [
    [11, () => ({ of: own })],
    [6, () => someOf(making, model)],
    [4, () => ({ of: { model: model.name, steps: [] } })],
  ])()
  const read: Plain = {
    _tag: 'read',
    of,
    terminal: pick<Terminal>(tape, [
      { _tag: 'whole' },
      { _tag: 'toArray' },
      { _tag: 'getPks' },
      { _tag: 'count' },
      { _tag: 'exists' },
    ]),
  }
  const write = weighted<() => Write>(tape, [
    [3, () => ({ _tag: 'update', model: model.name, changes: [{ key, set: setFor(making, model) }] })],
    [3, () => ({ _tag: 'delete', model: model.name, keys: [key] })],
    [2, () => ({ _tag: 'create', model: model.name, rows: rowsFor(making, model, 1, false) })],
    [2, () => writeOf(making, model)],
  ])()
  const written: Plain = chance(tape, 15)
    ? { _tag: 'atomic', writes: [write], undone: [], fails: chance(tape, 70) }
    : { _tag: 'write', write, bulk: chance(tape, 40) }
  return [read, written, read]
}

/**
 * A change of a row, and a read of the rows that are equal to it before the change.
 *
 * @since 0.1.0
 */
export const touching = (
  making: Making,
  model: Model,
  row: Row | null = pickOf(making.tape, making.world.rows[model.name] ?? []),
): { readonly change: Plain; readonly like: Plain } | null => {
  const { tape } = making
  const column = pickOf(
    tape,
    [...model.columns.values()].filter(
      ({ name, target, unique, kind }) =>
        name !== model.primaryKey && target === null && !unique && kind !== 'json',
    ),
  )
  if (row === null || column === null) return null
  const before = row[column.name] ?? null
  const value = times(3, () => valueFor(making, column)).find((each) => each !== undefined && each !== before)
  if (value === undefined) return null
  const of = rowsWith(model, column.name, before)
  return {
    change: {
      _tag: 'write',
      write: {
        _tag: 'update',
        model: model.name,
        changes: [{ key: row[model.primaryKey] ?? null, set: { [column.name]: value } }],
      },
      bulk: chance(tape, 35),
    },
    like: {
      _tag: 'read',
      of,
      terminal: pick<Terminal>(tape, [
        { _tag: 'toArray' },
        { _tag: 'toArray' },
        { _tag: 'count' },
        { _tag: 'getPks' },
      ]),
    },
  }
}
