/**
 * Calls that get in each other's way. They concern two columns of one row, a value that only one row can have, a row
 * that may be gone, or a value that was read before it was written.
 *
 * @since 0.2.0
 */
import type { Json, Row } from '../../value/Value.js'
import type { Model, ModelColumn } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import type { Plain } from '../case/Case.js'
import { isNumber } from './arithmetic.js'
import { rowsFor, setFor, touching, valueFor, writeOf } from './changes.js'
import { columnAt, constant, type Making } from './predicates.js'
import { rowsWith } from './searches.js'
import { all, then, type QuerysetData, type TypedColumn } from '../case/QuerysetData.js'
import { chance, pick, pickOf, shuffled, weighted } from './Tape.js'

/** The calls of several threads. @since 0.2.0 */
export type Threads = ReadonlyArray<ReadonlyArray<Plain>>

const write = (made: Write, bulk = false): Plain => ({ _tag: 'write', write: made, bulk })

const keyIn = (model: Model, row: Row): Json => row[model.primaryKey] ?? null

/** Columns in which any row can have any value. */
const freeColumns = (model: Model): ReadonlyArray<ModelColumn> =>
  [...model.columns.values()].filter(
    ({ name, target, unique, kind }) =>
      name !== model.primaryKey && target === null && !unique && kind !== 'json',
  )

/** One row with a value of its own, in every way to select it. */
const setting = (making: Making, model: Model, row: Row, set: Row): Plain => {
  const { tape } = making
  const key = keyIn(model, row)
  const typed = Object.entries(set).map(([name, value]): TypedColumn => {
    const kind = model.columns.get(name)?.kind ?? 'int'
    return { name, kind, expression: constant(kind, value) }
  })
  return weighted<() => Plain>(tape, [
    [4, () => write({ _tag: 'update', model: model.name, changes: [{ key, set }] }, chance(tape, 40))],
    [2, () => ({ _tag: 'update', of: rowsWith(model, model.primaryKey, key), set, computed: [] })],
    [1, () => ({ _tag: 'updateBulk', of: all(model.name), changes: [[key, set]] })],
    [
      1,
      () => ({
        _tag: 'mutate',
        mutations: [{ _tag: 'update', of: rowsWith(model, model.primaryKey, key), set: typed, expect: null }],
      }),
    ],
  ])()
}

const other = (making: Making, column: ModelColumn, row: Row): Row | null => {
  const before = row[column.name] ?? null
  const value = [1, 2, 3]
    .map(() => valueFor(making, column))
    .find((each) => each !== undefined && each !== before)
  return value === undefined ? null : { [column.name]: value }
}

/** Two calls that each set another column of one row. */
const columnsApart = (making: Making, model: Model, row: Row): Threads => {
  const [one, two] = shuffled(making.tape, freeColumns(model)).flatMap((column) => {
    const set = other(making, column, row)
    return set === null ? [] : [set]
  })
  return one === undefined || two === undefined
    ? []
    : [[setting(making, model, row, one)], [setting(making, model, row, two)]]
}

/** Increments of a number, of one row or of all rows. */
const counting = (making: Making, of: QuerysetData, column: ModelColumn): Plain => {
  const { tape } = making
  const { name, kind } = column
  const by = constant(kind, kind === 'decimal' ? '1' : 1)
  const own = {
    _tag: 'call',
    name: 'coalesce',
    args: [columnAt([name]), constant(kind, kind === 'decimal' ? '0' : 0)],
  } as const
  return {
    _tag: 'update',
    of,
    set: {},
    computed: [
      {
        name,
        kind,
        expression: { _tag: 'call', name: pick(tape, ['add', 'sub', 'add'] as const), args: [own, by] },
      },
    ],
  }
}

const counted = (making: Making, model: Model, row: Row): Threads => {
  const { tape, world } = making
  const column = pickOf(
    tape,
    freeColumns(model).filter(({ kind }) => isNumber(kind)),
  )
  const there = world.rows[model.name] ?? []
  // The result stays within the exact numbers.
  if (column === null || there.some((each) => Math.abs(Number(each[column.name] ?? 0)) > 1e6)) return []
  const one = rowsWith(model, model.primaryKey, keyIn(model, row))
  const first = counting(making, chance(tape, 35) ? all(model.name) : one, column)
  const beside = pickOf(
    tape,
    freeColumns(model).filter(({ name }) => name !== column.name),
  )
  const set = beside === null ? null : other(making, beside, row)
  return pick<Threads>(tape, [
    [[first], [first]],
    [[first], [counting(making, one, column)]],
    ...(set === null ? [] : [[[first], [setting(making, model, row, set)]]]),
    [
      [first],
      [
        {
          _tag: 'read',
          of: all(model.name),
          terminal: {
            _tag: 'aggregate',
            aggregates: [
              {
                name: 'g',
                kind: column.kind,
                expression: {
                  _tag: 'aggregate',
                  name: 'sum',
                  over: 'group',
                  level: 0,
                  relation: [],
                  arg: columnAt([column.name]),
                  distinct: false,
                  filter: null,
                  default: null,
                  sample: false,
                },
              },
            ],
          },
        },
      ],
    ],
  ] as unknown as readonly [Threads, ...ReadonlyArray<Threads>])
}

/** Two changes of rows with a value that the first change takes away. Only one of them finds a row. */
const found = (making: Making, model: Model, row: Row): Threads => {
  const { tape } = making
  const column = pickOf(tape, freeColumns(model))
  const sets = column === null ? [] : [other(making, column, row), other(making, column, row)]
  const [one, two] = sets
  if (column === null || one === null || two === null || one === undefined || two === undefined) return []
  const of = rowsWith(model, column.name, row[column.name] ?? null)
  const change = (set: Row): Plain => ({ _tag: 'update', of, set, computed: [] })
  const remove: Plain = { _tag: 'delete', of }
  const page: Plain = {
    _tag: 'read',
    of: then(of, { _tag: 'slice', start: 0, stop: 1 }),
    terminal: { _tag: 'page' },
  }
  return pick<Threads>(tape, [
    [[change(one)], [change(two)]],
    [[change(one)], [change(one)]],
    [[change(one)], [remove]],
    [[page], [setting(making, model, row, one)]],
    [[page], [change(one)]],
  ])
}

/** A unique value that one call gives to a new row, and another call to an existing row. */
const taken = (making: Making, models: ReadonlyArray<string>): Threads => {
  const { tape, world } = making
  const all = models.flatMap((name) => {
    const model = world.schema.models.get(name)
    return model === undefined
      ? []
      : [...model.columns.values()].flatMap((column) =>
          column.unique && column.name !== model.primaryKey && column.target === null
            ? [{ model, column }]
            : [],
        )
  })
  const chosen = pickOf(tape, all)
  if (chosen === null) return []
  const { model, column } = chosen
  const rows = world.rows[model.name] ?? []
  const row = pickOf(tape, rows)
  const free = shuffled(
    tape,
    world.fitting(column).filter((value) => rows.every((each) => each[column.name] !== value)),
  )
  const [value, second] = free
  const auto = model.columns.get(model.primaryKey)?.auto === true
  const [made, more] = rowsFor(making, model, 2, false).map((each): Row => ({
    ...each,
    ...(auto ? { [model.primaryKey]: null } : {}),
    [column.name]: value ?? null,
  }))
  if (value === undefined || row === null || made === undefined || more === undefined) return []
  const create = write({ _tag: 'create', model: model.name, rows: [made] }, chance(tape, 25))
  const change = setting(making, model, row, { [column.name]: value })
  const several = write(
    {
      _tag: 'create',
      model: model.name,
      rows: [more, ...(second === undefined ? [] : [{ ...more, [column.name]: second }])],
    },
    true,
  )
  const { [model.primaryKey]: _key, [column.name]: _value, ...defaults } = made
  const obtain: Plain = {
    _tag: 'obtain',
    of: { model: model.name, steps: [] },
    values: { [column.name]: value },
    defaults,
    changing: chance(tape, 30),
  }
  return pick<Threads>(
    tape,
    auto
      ? [
          [[create], [change]],
          [[create], [several]],
          [[obtain], [create]],
          [[obtain], [change]],
        ]
      : [
          [[create], [change]],
          [[change], [create]],
        ],
  )
}

/** A transaction that reads before and after its writes, and another call that changes what it reads. */
const readTwice = (making: Making, model: Model, row: Row): Threads => {
  const { tape } = making
  const touched = touching(making, model, row)
  if (touched === null) return []
  const of = touched.like._tag === 'read' && chance(tape, 60) ? touched.like.of : all(model.name)
  const writes = chance(tape, 60) ? [writeOf(making, model)] : []
  const whole: Plain = {
    _tag: 'atomic',
    first: [of],
    writes,
    undone: [],
    fails: false,
    reads: [chance(tape, 70) ? of : all(model.name)],
  }
  const again: Plain = write({
    _tag: 'update',
    model: model.name,
    changes: [{ key: keyIn(model, row), set: setFor(making, model) }],
  })
  return [[whole], chance(tape, 60) ? [touched.change] : [touched.change, again]]
}

/** Two calls that set the related rows of one row differently. */
const linked = (making: Making, model: Model, row: Row): Threads => {
  const { tape, world } = making
  const relation = pickOf(
    tape,
    [...model.relations.values()].filter(({ via }) => via._tag === 'through'),
  )
  const target = world.schema.models.get(relation?.target ?? '')
  const keys = shuffled(tape, world.rows[target?.name ?? ''] ?? []).map(
    (each) => each[target?.primaryKey ?? ''] ?? null,
  )
  if (relation === null || keys.length === 0) return []
  const relate = (some: ReadonlyArray<Json>): Plain => ({
    _tag: 'relate',
    of: rowsWith(model, model.primaryKey, keyIn(model, row)),
    relation: relation.name,
    how: pick(tape, ['set', 'add', 'set', 'remove'] as const),
    keys: some,
  })
  return [[relate(keys.slice(0, 1))], [relate(keys.slice(0, 1 + tape.next(2)).reverse())]]
}

/** Calls that get in each other's way. Empty if the models don't allow any. @since 0.2.0 */
export const contentionOf = (making: Making, model: Model, models: ReadonlyArray<string>): Threads => {
  const row = pickOf(making.tape, making.world.rows[model.name] ?? [])
  return row === null
    ? taken(making, models)
    : weighted<() => Threads>(making.tape, [
        [4, () => columnsApart(making, model, row)],
        [4, () => counted(making, model, row)],
        [4, () => found(making, model, row)],
        [4, () => taken(making, models)],
        [4, () => readTwice(making, model, row)],
        [2, () => linked(making, model, row)],
      ])()
}
