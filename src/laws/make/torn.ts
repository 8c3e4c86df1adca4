/**
 * Reads that a write makes outdated: rows that begin to match, pages that shift, and answers that mix before and after.
 * And writes of many rows that fail halfway.
 *
 * @since 0.2.0
 */
import type { Json, Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import type { Call, Plain, Terminal } from '../case/Case.js'
import { all, then, type QuerysetData, type StepData } from '../case/QuerysetData.js'
import { distinctKeys, setFor, touching, wholeRow, writeOf } from './changes.js'
import { picksOf } from './overlapOf.js'
import { modelFor, someOrder } from './parts.js'
import type { Making } from './predicates.js'
import { rowsWith } from './searches.js'
import { chance, pick, pickOf, shuffled, times } from './Tape.js'
import { plainColumns, read, scopeOfModel, type Theme, write } from './Theme.js'

/** A row to create, without a key if keys are generated. */
const newRow = (making: Making, model: Model): Row | null => {
  const row = wholeRow(making, model)
  const auto = model.columns.get(model.primaryKey)?.auto === true
  return row === null ? null : { ...row, ...(auto ? { [model.primaryKey]: null } : {}) }
}

/** Reads of the rows with a value, and a write that gives another row this value. */
const arriving = (making: Making, model: Model): ReadonlyArray<Plain> => {
  const { tape, world } = making
  const rows = shuffled(tape, world.rows[model.name] ?? [])
  const column = pickOf(
    tape,
    plainColumns(model).filter(({ unique }) => !unique),
  )
  const [one, ...others] = rows
  if (column === null || one === undefined) return []
  const value: Json = one[column.name] ?? null
  const other = others.find((row) => row[column.name] !== value)
  const made = newRow(making, model)
  const moved: Plain | null =
    other === undefined
      ? null
      : write(
          {
            _tag: 'update',
            model: model.name,
            changes: [{ key: other[model.primaryKey] ?? null, set: { [column.name]: value } }],
          },
          chance(tape, 35),
        )
  const added: Plain | null =
    made === null
      ? null
      : write(
          { _tag: 'create', model: model.name, rows: [{ ...made, [column.name]: value }] },
          chance(tape, 35),
        )
  const change = (chance(tape, 60) ? moved : added) ?? added ?? moved
  const like = read(
    rowsWith(model, column.name, value),
    pick(tape, ['toArray', 'count', 'page', 'getPks', 'whole'] as const),
  )
  const absent = read(rowsWith(model, column.name, other?.[column.name] ?? null))
  return change === null ? [] : [like, absent, change, like, absent]
}

/** Pages of the same rows in the same order, and a write that moves rows between them. */
const moving = (making: Making, model: Model): ReadonlyArray<Plain> => {
  const { tape, world } = making
  const scope = scopeOfModel(making, model.name)
  if (scope === null) return []
  const order = chance(tape, 70) ? [someOrder(making, scope)] : []
  const terminal = pick<Terminal>(tape, [{ _tag: 'page' }, { _tag: 'toArray' }, { _tag: 'whole' }])
  const page = (start: number, stop: number | null): Plain => ({
    _tag: 'read',
    of: then(all(model.name), ...order, { _tag: 'slice', start, stop }),
    terminal,
  })
  const size = pick(tape, [1, 2] as const)
  const pages = [page(0, size), page(size, 2 * size), page(2 * size, null)]
  const row = pickOf(tape, world.rows[model.name] ?? [])
  const made = newRow(making, model)
  const change =
    made !== null && chance(tape, 50)
      ? write({ _tag: 'create', model: model.name, rows: [made] })
      : write(
          row === null || chance(tape, 40)
            ? writeOf(making, model)
            : { _tag: 'delete', model: model.name, keys: [row[model.primaryKey] ?? null] },
        )
  return [...shuffled(tape, pages), change, ...pages]
}

/** Reads of the rows that a write adds to them. @since 0.2.0 */
export const arrivals: Theme['calls'] = (making, models) => {
  const model = modelFor(making, models)
  return chance(making.tape, 60) ? arriving(making, model) : moving(making, model)
}

const some = (making: Making, model: Model): Plain => {
  const { tape } = making
  const made = newRow(making, model)
  const touched = touching(making, model)?.change
  return pick<Plain>(tape, [
    touched ?? write(writeOf(making, model)),
    made === null
      ? write(writeOf(making, model))
      : write({ _tag: 'create', model: model.name, rows: [made] }),
    write({ _tag: 'delete', model: model.name, keys: distinctKeys(making, model, 1) }, chance(tape, 30)),
    write(
      {
        _tag: 'update',
        model: model.name,
        changes: distinctKeys(making, model, 3).map((key) => ({ key, set: setFor(making, model) })),
      },
      true,
    ),
  ])
}

/** Reads during a write, and reads that begin after it while an older one is still running. @since 0.2.0 */
export const torn: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  return times(2, (): Call => {
    const touched = touching(making, model)
    const part: ReadonlyArray<StepData> = chance(tape, 50) ? [{ _tag: 'slice', start: 0, stop: 1 }] : []
    const of: QuerysetData =
      touched?.like._tag === 'read' && chance(tape, 45)
        ? then(touched.like.of, ...part)
        : then(all(model.name), ...part)
    const reading = read(of, pick(tape, ['page', 'toArray', 'count', 'page', 'getPks'] as const))
    const change = touched !== null && chance(tape, 40) ? touched.change : some(making, model)
    return {
      _tag: 'overlap',
      threads: pick<ReadonlyArray<ReadonlyArray<Plain>>>(tape, [
        [[reading], [change]],
        [[reading], [change, reading]],
        [[reading], [change], [reading]],
        [[reading, reading], [change]],
      ]),
      picks: picksOf(tape, true),
    }
  })
}

/**
 * Writes of several rows during which the backend fails, at one point after the other, between equal reads.
 *
 * @since 0.2.0
 */
export const failing: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const rows = times(3, () => newRow(making, model)).flatMap((row) => (row === null ? [] : [row]))
  const keys = distinctKeys(making, model, 4)
  const call = pick<Plain>(tape, [
    write(
      {
        _tag: 'update',
        model: model.name,
        changes: keys.map((key) => ({ key, set: setFor(making, model) })),
      },
      true,
    ),
    write({ _tag: 'create', model: model.name, rows }, true),
    write({ _tag: 'delete', model: model.name, keys }, true),
    {
      _tag: 'atomic',
      writes: times(2, () => writeOf(making, model)),
      undone: [],
      fails: false,
    },
    write(
      {
        _tag: 'update',
        model: model.name,
        changes: keys.map((key) => ({ key, set: setFor(making, model) })),
      },
      true,
    ),
  ])
  const reading = read(all(model.name), pick(tape, ['toArray', 'count', 'getPks'] as const))
  const at = pick(tape, [1, 2, 1, 0, 3] as const)
  return [
    reading,
    { _tag: 'faulty', call, at },
    reading,
    ...(chance(tape, 50) ? [{ _tag: 'faulty', call, at: at + 1 } as const] : []),
  ]
}
