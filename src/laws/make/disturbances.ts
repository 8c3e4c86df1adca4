/**
 * Random trouble: a call during which the backend fails, and overlapping calls. Most concern the same rows.
 *
 * @since 0.1.0
 */
import type { Json, Row } from '../../value/Value.js'
import type { Model, ModelRelation } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import type { Call, Plain, Terminal } from '../case/Case.js'
import { changeOf, distinctKeys, rowsFor, setFor, touching, writeOf } from './changes.js'
import { mutateOf } from './mutations.js'
import type { Making } from './predicates.js'
import { someKey, modelFor } from './parts.js'
import type { StepData } from '../case/QuerysetData.js'
import { chance, pick, pickOf, times, weighted } from './Tape.js'

/** A call of the client itself: a write, or a read of one request. */
export const ownCall = (making: Making, model: Model, keys: ReadonlyArray<Json>): Plain => {
  const { tape } = making
  const key = () => pickOf(tape, keys) ?? someKey(making, model)
  const write = (made: Write): Plain => ({ _tag: 'write', write: made, bulk: chance(tape, 35) })
  const changed = (n: number): Plain =>
    write({
      _tag: 'update',
      model: model.name,
      changes: [...new Set(times(n, key))].map((each) => ({ key: each, set: setFor(making, model) })),
    })
  return weighted<() => Plain>(tape, [
    [6, () => changed(1)],
    [3, () => changed(2)],
    [4, () => write({ _tag: 'delete', model: model.name, keys: [key()] })],
    [
      3,
      () => write({ _tag: 'delete', model: model.name, keys: distinctKeys(making, model, 2 + tape.next(2)) }),
    ],
    [3, () => write({ _tag: 'create', model: model.name, rows: rowsFor(making, model, 1, false) })],
    [2, () => write({ _tag: 'create', model: model.name, rows: rowsFor(making, model, 2, false) })],
    [6, () => listing(making, model)],
    [1, () => changeOf(making, [model.name])],
    [2, () => mutateOf(making, model)],
    [
      3,
      () => ({
        _tag: 'atomic',
        writes: times(1 + tape.next(2), () => writeOf(making, model)),
        undone: [],
        fails: chance(tape, 30),
      }),
    ],
  ])()
}

export const readOfAll = ({ name }: Model, terminal: Terminal, ...steps: ReadonlyArray<StepData>): Plain => ({
  _tag: 'read',
  of: { model: name, steps },
  terminal,
})

export const everyRow = (model: Model): Plain => readOfAll(model, { _tag: 'toArray' })

export const firstPage = (model: Model): Plain =>
  readOfAll(model, { _tag: 'page' }, { _tag: 'slice', start: 0, stop: 1 })

/** The rows of a model with or without their total, their number, their keys, or the first row. */
export const listing = (making: Making, model: Model): Plain =>
  pick(making.tape, [
    everyRow(model),
    everyRow(model),
    firstPage(model),
    readOfAll(model, { _tag: 'page' }),
    readOfAll(model, { _tag: 'count' }),
    readOfAll(model, { _tag: 'getPks' }),
    readOfAll(model, { _tag: pick(making.tape, ['exists', 'first', 'last'] as const) }),
  ])

/** A row, a related row and the relation between them. Two models if there is no relation. */
export const pairOf = ({ tape, world }: Making, model: Model) => {
  const relation = pickOf(tape, [...model.relations.values()])
  const beside = world.schema.models.get(relation?.target ?? '') ?? model
  const [there, own] = [world.rows[beside.name] ?? [], world.rows[model.name] ?? []]
  const via = relation?.via
  const leads = (row: Row, other: Row): boolean =>
    via?._tag === 'forward'
      ? row[via.column] === other[beside.primaryKey]
      : via?._tag === 'reverse' && other[via.column] === row[model.primaryKey]
  const pairs = own.flatMap((row) =>
    there.filter((other) => leads(row, other)).map((other) => ({ row, other })),
  )
  const { row, other } = pickOf(tape, pairs) ?? { row: pickOf(tape, own), other: pickOf(tape, there) }
  return { relation, beside, row, other }
}

/** The rows of a model, with related rows. */
export const withRelated = (model: Model, relation: ModelRelation | null): Plain =>
  relation === null
    ? everyRow(model)
    : readOfAll(
        model,
        { _tag: 'toArray' },
        relation.many
          ? { _tag: 'prefetchRelated', relation: relation.name, query: { model: relation.target, steps: [] } }
          : { _tag: 'selectRelated', path: [relation.name] },
      )

/** Calls during which the backend fails, and the calls before them. @since 0.1.0 */
export const faultyOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<Call> => {
  const { tape } = making
  const model = modelFor(making, models)
  const relation = pickOf(tape, [...model.relations.values()])
  const read = chance(tape, 40) ? withRelated(model, relation) : listing(making, model)
  // A read changes nothing, so it can fail at one point after the other.
  const failing = times(5, (at): Call => ({ _tag: 'faulty', call: read, at }))
  return weighted<() => ReadonlyArray<Call>>(tape, [
    [2, () => failing],
    // A client may answer with what it read before.
    [2, () => [read, { _tag: 'write', write: writeOf(making, model), bulk: false }, ...failing.slice(0, 2)]],
    // A client may answer with what it failed to write.
    [
      2,
      () => {
        const touched = touching(making, model)
        const call = touched?.change ?? ownCall(making, model, [])
        const like = touched !== null && chance(tape, 60) ? touched.like : read
        return [like, { _tag: 'faulty', call, at: tape.next(2) }, like, { _tag: 'faulty', call, at: 1 }, like]
      },
    ],
    // A client may never release what a failed call has acquired.
    [1, () => [...times(12, (): Call => ({ _tag: 'faulty', call: read, at: 0 })), read]],
    [
      7,
      () => {
        const call = chance(tape, 75) ? ownCall(making, model, []) : changeOf(making, [model.name])
        return [
          {
            _tag: 'faulty',
            call,
            at: pick(
              tape,
              call._tag === 'atomic'
                ? ([2, 3, 4, 5, 1, 0] as const)
                : ([1, 0, 1, 0, 2, 3, 1, 0, 2, 4] as const),
            ),
          },
        ]
      },
    ],
  ])()
}
