/**
 * Overlapping calls.
 *
 * @since 0.2.0
 */
import type { Json } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import type { Call, Plain, Terminal } from '../case/Case.js'
import { distinctKeys, rowsFor, setFor, touching, writeOf } from './changes.js'
import { contentionOf } from './contention.js'
import { mutateOf } from './mutations.js'
import { obtainOf } from './watching.js'
import { columnAt, constant, type Making } from './predicates.js'
import { someKey, modelFor } from './parts.js'
import { rowsWith } from './searches.js'
import { chance, pick, pickOf, shuffled, type Tape, times, weighted } from './Tape.js'
import { everyRow, firstPage, listing, ownCall, pairOf, readOfAll, withRelated } from './disturbances.js'

/** Two rows that are each to get the same new unique value. Only one may get it. */
const rivalsOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<Plain>> => {
  const { tape, world } = making
  const found = pickOf(
    tape,
    models.flatMap((name) => {
      const model = world.schema.models.get(name)
      const rows = world.rows[name] ?? []
      return model === undefined || rows.length < 2
        ? []
        : [...model.columns.values()].flatMap((column) =>
            column.unique && column.name !== model.primaryKey && column.target === null
              ? [{ model, column, rows: shuffled(tape, rows) }]
              : [],
          )
    }),
  )
  if (found === null) return []
  const { model, column, rows } = found
  const value = pickOf(
    tape,
    world.fitting(column).filter((each) => rows.every((row) => row[column.name] !== each)),
  )
  const bulk = chance(tape, 30)
  return value === null
    ? []
    : rows.slice(0, 2).map((row) => [
        {
          _tag: 'write',
          bulk,
          write: {
            _tag: 'update',
            model: model.name,
            changes: [{ key: row[model.primaryKey] ?? null, set: { [column.name]: value } }],
          },
        },
      ])
}

/** Rows to create that can't both exist: they have the same new key or unique value. */
const rivalsToBe = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<Plain>> => {
  const { tape, world } = making
  const found = pickOf(
    tape,
    models.flatMap((name) => {
      const model = world.schema.models.get(name)
      return model === undefined
        ? []
        : [...model.columns.values()].flatMap((column) =>
            column.unique && column.target === null && !column.auto ? [{ model, column }] : [],
          )
    }),
  )
  if (found === null) return []
  const { model, column } = found
  const rows = world.rows[model.name] ?? []
  const value = pickOf(
    tape,
    world.fitting(column).filter((each) => rows.every((row) => row[column.name] !== each)),
  )
  const made = rowsFor(making, model, 2, false)
  const others = [...model.columns.values()].filter(
    (each) => each.unique && each !== column && each.target === null && !each.auto,
  )
  // Other unique values of the row are free.
  const free = (i: number) =>
    Object.fromEntries(
      others.map((each) => [
        each.name,
        world.fitting(each).filter((own) => rows.every((row) => row[each.name] !== own))[i] ?? null,
      ]),
    )
  const isFree = others.every(({ name, nullable }) => nullable || [0, 1].every((i) => free(i)[name] !== null))
  return value === null || made.length < 2 || !isFree
    ? []
    : made.map((row, i) => [
        {
          _tag: 'write',
          bulk: chance(tape, 25),
          write: {
            _tag: 'create',
            model: model.name,
            rows: [
              {
                ...row,
                ...free(i),
                [column.name]: value,
                ...(model.columns.get(model.primaryKey)?.auto === true ? { [model.primaryKey]: null } : {}),
              },
            ],
          },
        },
      ])
}

/** An increment of a number of a row. */
const incrementOf = (making: Making, models: ReadonlyArray<string>): Plain | null => {
  const { tape, world } = making
  const found = pickOf(
    tape,
    models.flatMap((name) => {
      const model = world.schema.models.get(name)
      const row = pickOf(tape, world.rows[name] ?? [])
      return model === undefined || row === null
        ? []
        : [...model.columns.values()]
            .filter(
              ({ kind, target, unique, name: own }) =>
                kind === 'int' && target === null && !unique && own !== model.primaryKey,
            )
            .map((column) => ({ model, row, column }))
    }),
  )
  if (found === null) return null
  const { model, row, column } = found
  const key = row[model.primaryKey] ?? null
  const value = row[column.name]
  // The result stays within the exact numbers.
  if (typeof value === 'number' && Math.abs(value) > 2 ** 52) return null
  return {
    _tag: 'update',
    of: rowsWith(model, model.primaryKey, key),
    set: {},
    computed: [
      {
        name: column.name,
        kind: 'int',
        expression: {
          _tag: 'call',
          name: 'add',
          args: [
            { _tag: 'call', name: 'coalesce', args: [columnAt([column.name]), constant('int', 0)] },
            constant('int', 1),
          ],
        },
      },
    ],
  }
}

/** Rows to link with a row. */
const linkOf = (making: Making, models: ReadonlyArray<string>): Plain | null => {
  const { tape, world } = making
  const found = pickOf(
    tape,
    models.flatMap((name) => {
      const model = world.schema.models.get(name)
      const row = pickOf(tape, world.rows[name] ?? [])
      return model === undefined || row === null
        ? []
        : [...model.relations.values()].flatMap((relation) => {
            const target = world.schema.models.get(relation.target)
            const there = world.rows[relation.target] ?? []
            return relation.many &&
              target !== undefined &&
              there.length > 0 &&
              (relation.via._tag === 'through' || chance(tape, 30))
              ? [{ model, row, relation, target, there }]
              : []
          })
    }),
  )
  if (found === null) return null
  const { model, row, relation, target, there } = found
  const keys = shuffled(tape, there)
    .slice(0, 1 + tape.next(2))
    .map((each) => each[target.primaryKey] ?? null)
  return {
    _tag: 'relate',
    of: rowsWith(model, model.primaryKey, row[model.primaryKey] ?? null),
    relation: relation.name,
    how: pick(tape, ['add', 'add', 'set'] as const),
    keys,
  }
}

/** Rows of one or two models, each read by its key. The same row may occur twice, and one may not exist. */
const keyedReads = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<Plain> => {
  const { tape } = making
  const [one, two] = [modelFor(making, models), modelFor(making, models)]
  const first = someKey(making, one)
  const by = (model: Model, key: Json): Plain => ({
    _tag: 'read',
    of: rowsWith(model, model.primaryKey, key),
    terminal: pick<Terminal>(tape, [{ _tag: 'toArray' }, { _tag: 'toArray' }, { _tag: 'count' }]),
  })
  return shuffled(tape, [
    by(one, first),
    by(one, someKey(making, one)),
    by(two, someKey(making, two)),
    ...(chance(tape, 40) ? [by(one, first)] : [by(two, first)]),
  ])
}

/** Overlapping calls that usually concern the same rows. @since 0.1.0 */
export const overlapOf = (making: Making, models: ReadonlyArray<string>, hooked: boolean): Call => {
  const { tape } = making
  const model = modelFor(making, models)
  const keys = times(1 + tape.next(2), () => someKey(making, model))
  const key = (): Json => pickOf(tape, keys) ?? someKey(making, model)
  const written = (write: Write): Plain => ({
    _tag: 'write',
    write,
    bulk: chance(tape, write._tag === 'create' ? 10 : 40),
  })
  const updated = (n: number): Plain =>
    written({
      _tag: 'update',
      model: model.name,
      changes: [...new Set(times(n, key))].map((each) => ({ key: each, set: setFor(making, model) })),
    })
  const deleted = (): Plain => written({ _tag: 'delete', model: model.name, keys: [key()] })
  const made = (n: number): Plain =>
    written({ _tag: 'create', model: model.name, rows: rowsFor(making, model, n, false) })
  const read = listing(making, model)
  const [all, paged] = [everyRow(model), firstPage(model)]
  const any = (): Plain => ownCall(making, model, chance(tape, 80) ? keys : [])
  const writing = (): Plain =>
    weighted<() => Plain>(tape, [
      [3, () => updated(1)],
      [2, () => updated(2)],
      [2, deleted],
      [2, () => made(1)],
    ])()
  const whole = (): Plain => ({
    _tag: 'atomic',
    writes: times(1 + tape.next(2), () => writeOf(making, model)),
    undone: [],
    fails: chance(tape, 30),
  })
  const column = model.columns.get(model.primaryKey)
  const one = made(1)
  const given = pick(tape, [20, 50, 21] as const)
  // Only an explicit key tells beforehand which row it will be.
  const created: Plain =
    column?.auto === true && chance(tape, 40) && one._tag === 'write' && one.write._tag === 'create'
      ? {
          ...one,
          write: {
            ...one.write,
            rows: one.write.rows.map((each) => ({ ...each, [model.primaryKey]: given })),
          },
        }
      : one
  const counted = readOfAll(model, { _tag: 'count' })
  const { relation, beside, row, other } = pairOf(making, model)
  const allBeside = everyRow(beside)
  const along = withRelated(model, relation)
  const here = touching(making, model, row)
  const there = touching(making, beside, other)
  const change = here?.change ?? updated(1)
  const changeBeside = there?.change ?? written(writeOf(making, beside))
  const writesIn = [change, changeBeside].flatMap((each) => (each._tag === 'write' ? [each.write] : []))
  const both: Plain = { _tag: 'atomic', writes: writesIn, undone: [], fails: chance(tape, 20) }
  const newKey =
    created._tag === 'write' && created.write._tag === 'create'
      ? created.write.rows[0]?.[model.primaryKey]
      : undefined
  const changedToo = written({
    _tag: 'update',
    model: model.name,
    changes: [...new Set([newKey ?? key(), ...(chance(tape, 40) ? [key()] : [])])].map((each) => ({
      key: each,
      set: setFor(making, model),
    })),
  })
  const rivals = rivalsOf(making, models)
  const toBe = rivalsToBe(making, models)
  const obtain = obtainOf(making, model)
  const counting = incrementOf(making, models)
  const link = linkOf(making, models)
  const reads = keyedReads(making, models)
  const mutation = mutateOf(making, model)
  const turned: Plain = { _tag: 'atomic', writes: [...writesIn].reverse(), undone: [], fails: false }
  const direct = (): Plain => (chance(tape, 50) ? change : written(writeOf(making, model)))
  const contention = contentionOf(making, model, models)
  const threads: ReadonlyArray<ReadonlyArray<Plain>> = weighted<() => ReadonlyArray<ReadonlyArray<Plain>>>(
    tape,
    [
      [4, () => [[updated(1)], [updated(1)]]],
      [4, () => [[updated(1)], [deleted()]]],
      [4, () => [[created], [chance(tape, 50) ? created : similar(making, model, created)]]],
      [2, () => [[deleted()], [deleted()]]],
      [3, () => [[writing()], [read]]],
      [4, () => [[pick(tape, [paged, all, all] as const)], [chance(tape, 50) ? deleted() : made(1)]]],
      [
        2,
        () => [
          [
            written({
              _tag: 'update',
              model: model.name,
              changes: distinctKeys(making, model, 3).map((each) => ({
                key: each,
                set: setFor(making, model),
              })),
            }),
          ],
          [read],
        ],
      ],
      [3, () => [[read], [writing(), read]]],
      [2, () => [[made(2)], [made(2)]]],
      [2, () => [[whole()], [chance(tape, 50) ? writing() : chance(tape, 50) ? read : whole()]]],
      [2, () => [[writing()], [writing(), writing()]]],
      // A read of several requests can be a state that never existed.
      [2, () => [[read], [change, writing()]]],
      [4, () => [[here?.like ?? read], [change]]],
      [4, () => [[along], chance(tape, 50) ? [change, changeBeside] : [changeBeside, change]]],
      [2, () => [[both], [along]]],
      [3, () => [[both], chance(tape, 50) ? [all, allBeside] : [allBeside, all]]],
      [
        3,
        () => [
          [written({ _tag: 'delete', model: model.name, keys: distinctKeys(making, model, 4) })],
          [pick(tape, [counted, all] as const)],
        ],
      ],
      // A row is changed while it is created.
      [3, () => [[created], [changedToo]]],
      [rivals.length === 0 ? 0 : 4, () => rivals],
      [toBe.length === 0 ? 0 : 5, () => toBe],
      // The same look-or-make call, link or increment twice at the same time.
      ...(obtain === null
        ? []
        : [[4, () => [[obtain], [chance(tape, 80) ? obtain : { ...obtain, changing: true }]]] as const]),
      ...(link === null ? [] : [[4, () => [[link], [link]]] as const]),
      ...(counting === null
        ? []
        : [[4, () => [[counting], [counting], ...(chance(tape, 30) ? [[counting]] : [])]] as const]),
      [3, () => [[mutation], [chance(tape, 50) ? mutation : mutateOf(making, model)]]],
      [2, () => [[mutation], [chance(tape, 50) ? updated(1) : read]]],
      // Equal reads around a write of a related row.
      [3, () => [[along], [changeBeside, along]]],
      [2, () => [[along], [chance(tape, 50) ? change : changeBeside], [along]]],
      // Rows of several keys are read at the same time.
      [4, () => reads.slice(0, 3).map((each) => [each])],
      [2, () => [reads.slice(0, 2), reads.slice(2)]],
      // Two orders in opposite directions, and one call that may bypass the other's lock.
      [2, () => [[both], [turned]]],
      [3, () => [[both], [direct()]]],
      [2, () => [[whole()], [direct(), all]]],
      [2, () => [[any()], [any()], [any()]]],
      [3, () => [[any()], [any()]]],
      [contention.length === 0 ? 0 : 24, () => contention],
    ],
  )()
  return { _tag: 'overlap', threads, picks: picksOf(tape, hooked) }
}

/** Continues with the thread that went on last, among two or three. */
const same = 5

/** The threads that go on: any, or one for a while and then another, a few times. @since 0.2.0 */
export const picksOf = (tape: Tape, hooked: boolean): ReadonlyArray<number> => {
  if (!hooked) return times(16, () => tape.next(64))
  if (chance(tape, 50)) return times(16, () => tape.next(2))
  const turn = (): ReadonlyArray<number> => [0, ...times(tape.next(6), () => same)]
  return [tape.next(2), ...turn().slice(1), ...turn(), ...turn(), ...times(8, () => same)]
}

/** The same call with other values. */
const similar = (making: Making, model: Model, call: Plain): Plain =>
  call._tag !== 'write'
    ? call
    : call.write._tag === 'create'
      ? {
          ...call,
          write: {
            ...call.write,
            rows: chance(making.tape, 50)
              ? call.write.rows
              : rowsFor(making, model, call.write.rows.length, false),
          },
        }
      : call.write._tag === 'update'
        ? {
            ...call,
            write: {
              ...call.write,
              changes: call.write.changes.map(({ key }) => ({ key, set: setFor(making, model) })),
            },
          }
        : call
