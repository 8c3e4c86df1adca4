/**
 * Random writes: mostly of rows that are there, with values that other rows have, and with conditions on the very
 * columns that they change.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Json, Row } from '../value/Value.js'
import { modelScope } from '../expression/Scope.js'
import type { Model, ModelColumn, ModelRelation } from '../schema/Schema.js'
import type { Write } from '../query/Write.js'
import type { Call, Plain, Terminal } from './Case.js'
import { oddKeys } from './pools.js'
import { atom, columnAt, constant, predicate, type Making } from './predicates.js'
import { keyOf, modelFor, orderOf, sliceOf } from './reads.js'
import { then, type Said, type SaidStep, type Typed } from './Said.js'
import { chance, pick, pickOf, shuffled, times, weighted } from './Tape.js'
import { twinOf } from './twin.js'
import { limited } from './World.js'

/** A value for a column: of those that other rows have, more often than not. */
const valueFor = (making: Making, column: ModelColumn): Json | undefined => {
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
  // What is taken if somebody doesn't look closely, and may be had.
  if (taken !== null && !limited(column) && column.kind !== 'json' && chance(tape, 35))
    return twinOf(tape, column.kind, taken)
  return taken ?? pickOf(tape, world.fitting(column)) ?? (column.nullable ? null : undefined)
}

/** A key that is there. */
const thereOf = ({ tape, world }: Making, model: Model): Json =>
  pickOf(
    tape,
    (world.rows[model.name] ?? []).map((row) => row[model.primaryKey] ?? null),
  ) ?? 20

/** A row to be made. Its key is new, missing where the backend counts it up, or, seldom, taken. */
const rowFor = (making: Making, model: Model, partial: boolean): Row | null => {
  const { tape } = making
  const row: { [name: string]: Json } = {}
  const whole = [...model.columns.values()].every((column) => {
    if (column.name === model.primaryKey && column.target === null) {
      const value = column.auto
        ? chance(tape, 12)
          ? chance(tape, 50) ? thereOf(making, model) : pick(tape, [20, 0, 50] as const)
          : null
        : chance(tape, 10) ? keyOf(making, model) : (valueFor(making, column) ?? null)
      if (value !== null || !partial) row[column.name] = value
      return value !== null || column.auto
    }
    const value = valueFor(making, column)
    if (value === undefined) return false
    if (value !== null || !partial || chance(tape, 50)) row[column.name] = value
    return true
  })
  return whole ? row : null
} // prettier-ignore

const rowsFor = (making: Making, model: Model, n: number, partial: boolean): ReadonlyArray<Row> => {
  const rows = times(n, () => rowFor(making, model, partial)).flatMap((row) => (row === null ? [] : [row]))
  const [first, second] = rows
  const unique = [...model.columns.values()].filter((column) => column.unique && column.name !== model.primaryKey)
  if (first === undefined || second === undefined || unique.length === 0 || !chance(making.tape, 20)) return rows
  // Two of those that are made at once have the same value where each should have its own.
  const { name } = unique[0] ?? { name: '' }
  return name in first ? [first, { ...second, [name]: first[name] ?? null }, ...rows.slice(2)] : rows
} // prettier-ignore

/** Some columns and what they become: one that is given, and perhaps another. */
const setFor = (making: Making, model: Model, first: ModelColumn | null = null): Row => {
  // What changes nothing is a change all the same, of so many rows.
  if (first === null && chance(making.tape, 4)) return {}
  const columns = [...model.columns.values()].filter(({ name }) => name !== model.primaryKey)
  const chosen = [first, pickOf(making.tape, columns), chance(making.tape, 35) ? pickOf(making.tape, columns) : null]
  return Object.fromEntries(
    chosen
      .slice(first === null ? 1 : 0)
      .filter((column, i) => i === 0 || first === null || chance(making.tape, 50) ? column !== null : false)
      .flatMap((column) => {
        const value = column === null ? undefined : valueFor(making, column)
        return column === null || value === undefined ? [] : [[column.name, value] as const]
      }),
  )
} // prettier-ignore

/** Rows of a model, by a condition on a column that may be changed. */
const someOf = (making: Making, model: Model): { readonly of: Said; readonly on: ModelColumn | null } => {
  const { tape, world } = making
  const from: Said = { model: model.name, steps: [] }
  const scope = modelScope(world.schema, model.name)
  if (E.isLeft(scope)) return { of: from, on: null }
  const column = pickOf(
    tape,
    [...model.columns.values()].filter(({ target }) => target === null),
  )
  const condition = (): SaidStep =>
    column !== null && chance(tape, 60)
      ? { _tag: 'filter', predicate: atom(making, scope.right, { path: [column.name], kind: column.kind }) }
      : { _tag: 'filter', predicate: predicate(making, scope.right) }
  const n = world.rows[model.name]?.length ?? 0
  const steps: ReadonlyArray<SaidStep> = [
    ...(chance(tape, 80) ? [condition()] : []),
    ...(chance(tape, 15) ? [condition()] : []),
    ...(chance(tape, 12) ? [orderOf(making, scope.right)] : []),
    ...(chance(tape, 12) ? [sliceOf(tape, n)] : []),
  ]
  return { of: then(from, ...steps), on: column !== null && column.name !== model.primaryKey ? column : null }
}

/** The row with a key. */
const oneOf = (making: Making, model: Model): Said => {
  const column = model.columns.get(model.primaryKey)
  const kind = column?.kind ?? 'int'
  return then(
    { model: model.name, steps: [] },
    {
      _tag: 'filter',
      predicate: { _tag: 'lookup', name: 'exact', left: columnAt([model.primaryKey]), right: [constant(kind, keyOf(making, model))] },
    },
  )
} // prettier-ignore

const distinctKeys = (making: Making, model: Model, n: number): ReadonlyArray<Json> => [
  ...new Set(times(n, () => keyOf(making, model))),
]

/** What a client itself is asked to write. @since 0.1.0 */
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
        changes: distinctKeys(making, model, n).map((key) => ({ key, set: setFor(making, model) })),
      }),
    ],
    [2, () => ({ _tag: 'delete', model: model.name, keys: chance(tape, 25) ? strangeKeys(making, model) : distinctKeys(making, model, n) })],
  ])()
} // prettier-ignore

/** Keys that somebody loses on the way, or finds although they aren't there: several at once, of a model that has such. */
const strangeKeys = (making: Making, model: Model): ReadonlyArray<Json> =>
  model.columns.get(model.primaryKey)?.kind === 'text'
    ? [...new Set(times(4 + making.tape.next(4), () => pick(making.tape, oddKeys)))]
    : distinctKeys(making, model, 1)

const computedFor = (making: Making, model: Model): ReadonlyArray<Typed> => {
  const ints = [...model.columns.values()].filter(({ kind, name, target, unique }) => kind === 'int' && name !== model.primaryKey && target === null && !unique) // prettier-ignore
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
            args: [{ _tag: 'call', name: 'add', args: [columnAt([column.name]), constant('int', 1)] }, constant('int', 0)],
          },
        },
      ]
} // prettier-ignore

/** A write by one of the terminals, or of the client itself. @since 0.1.0 */
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
    [6, () => { const write = writeOf(making, model); return { _tag: 'write', write, bulk: chance(tape, 50) } }],
    [4, created],
    [6, () => {
      const { of, on } = some()
      const computed = computedFor(making, model)
      const set = setFor(making, model, chance(tape, 60) ? on : null)
      return { _tag: 'update', of, computed, set: Object.fromEntries(Object.entries(set).filter(([name]) => computed.every((each) => each.name !== name))) }
    }],
    [2, () => ({
      _tag: 'updateBulk',
      of: chance(tape, 70) ? { model: model.name, steps: [] } : some().of,
      changes: distinctKeys(making, model, 1 + tape.next(3)).map((key) => [key, setFor(making, model)] as const),
    })],
    [4, () => ({ _tag: 'delete', of: some().of })],
    [2, () => {
      const row = rowFor(making, model, true) ?? {}
      const names = Object.keys(row)
      const at = 1 + tape.next(2)
      const { [model.primaryKey]: _key, ...defaults } = Object.fromEntries(names.slice(at).map((name) => [name, row[name] ?? null]))
      return {
        _tag: 'obtain',
        of: { model: model.name, steps: [] },
        values: Object.fromEntries(names.filter((name) => !(name in defaults)).map((name) => [name, row[name] ?? null])),
        defaults,
        changing: chance(tape, 50),
      }
    }],
    ...(relation === null
      ? []
      : [[4, (): Plain => {
          const target = world.schema.models.get(relation.target)
          return {
            _tag: 'relate',
            of: oneOf(making, model),
            relation: relation.name,
            how: pick(tape, ['add', 'set', 'remove'] as const),
            keys: target === undefined ? [] : distinctKeys(making, target, tape.next(4)),
          }
        }] as const]),
    [2, () => ({
      _tag: 'atomic',
      writes: times(tape.next(3), () => writeOf(making, model)),
      undone: chance(tape, 30) ? [writeOf(making, model)] : [],
      fails: chance(tape, 40),
    })],
  ]
  return weighted(tape, choices)()
} // prettier-ignore

/** A row or some, before and after it is written to: what was read may be kept, and given again. @since 0.1.0 */
export const watchedOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<Plain> => {
  const { tape } = making
  const model = modelFor(making, models)
  const near = chance(tape, 35) ? touching(making, model) : null
  if (near !== null) return [near.like, near.change, near.like]
  const key = keyOf(making, model)
  const column = model.columns.get(model.primaryKey)
  const own: Said = {
    model: model.name,
    steps: [
      {
        _tag: 'filter',
        predicate: { _tag: 'lookup', name: 'exact', left: columnAt([model.primaryKey]), right: [constant(column?.kind ?? 'int', key)] },
      },
    ],
  }
  const { of } = weighted<() => { readonly of: Said }>(tape, [
    [11, () => ({ of: own })],
    [6, () => someOf(making, model)],
    [4, () => ({ of: { model: model.name, steps: [] } })],
  ])()
  const read: Plain = {
    _tag: 'read',
    of,
    terminal: pick<Terminal>(tape, [{ _tag: 'whole' }, { _tag: 'toArray' }, { _tag: 'getPks' }, { _tag: 'count' }, { _tag: 'exists' }]),
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
} // prettier-ignore

/** A call of the client itself: a write, or a read that is one question. */
const ownCall = (making: Making, model: Model, keys: ReadonlyArray<Json>): Plain => {
  const { tape } = making
  const key = () => pickOf(tape, keys) ?? keyOf(making, model)
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
    [3, () => write({ _tag: 'delete', model: model.name, keys: distinctKeys(making, model, 2 + tape.next(2)) })],
    [3, () => write({ _tag: 'create', model: model.name, rows: rowsFor(making, model, 1, false) })],
    [2, () => write({ _tag: 'create', model: model.name, rows: rowsFor(making, model, 2, false) })],
    [6, () => listing(making, model)],
    [1, () => changeOf(making, [model.name])],
    [3, () => ({
      _tag: 'atomic',
      writes: times(1 + tape.next(2), () => writeOf(making, model)),
      undone: [],
      fails: chance(tape, 30),
    })],
  ])()
} // prettier-ignore

const listings = (model: Model): readonly [Plain, Plain] => {
  const of: Said = { model: model.name, steps: [] }
  return [
    { _tag: 'read', of, terminal: { _tag: 'toArray' } },
    { _tag: 'read', of: then(of, { _tag: 'slice', start: 0, stop: 1 }), terminal: { _tag: 'page' } },
  ]
}

/** A model's rows, with the total or without, their number, their keys, or the first of them. */
const listing = (making: Making, model: Model): Plain => {
  const of: Said = { model: model.name, steps: [] }
  const [all, page] = listings(model)
  return pick(making.tape, [
    all,
    all,
    page,
    { _tag: 'read', of, terminal: { _tag: 'page' } },
    { _tag: 'read', of, terminal: { _tag: 'count' } },
    { _tag: 'read', of, terminal: { _tag: 'getPks' } },
  ] as const)
}

/** A change of a row that is there, or of one that is given, and a read of the rows that are like it as yet. */
const touching = (
  making: Making,
  model: Model,
  row: Row | null = pickOf(making.tape, making.world.rows[model.name] ?? []),
): { readonly change: Plain; readonly like: Plain } | null => {
  const { tape } = making
  const column = pickOf(
    tape,
    [...model.columns.values()].filter(({ name, target, unique, kind }) => name !== model.primaryKey && target === null && !unique && kind !== 'json'),
  )
  if (row === null || column === null) return null
  const before = row[column.name] ?? null
  const value = times(3, () => valueFor(making, column)).find((each) => each !== undefined && each !== before)
  if (value === undefined) return null
  const left = columnAt([column.name])
  const of: Said = {
    model: model.name,
    steps: [
      {
        _tag: 'filter',
        predicate: before === null ? { _tag: 'lookup', name: 'isnull', left, right: [] } : { _tag: 'lookup', name: 'exact', left, right: [constant(column.kind, before)] },
      },
    ],
  }
  return {
    change: { _tag: 'write', write: { _tag: 'update', model: model.name, changes: [{ key: row[model.primaryKey] ?? null, set: { [column.name]: value } }] }, bulk: chance(tape, 35) },
    like: { _tag: 'read', of, terminal: pick<Terminal>(tape, [{ _tag: 'toArray' }, { _tag: 'toArray' }, { _tag: 'count' }, { _tag: 'getPks' }]) },
  }
} // prettier-ignore

/** A row, one that it leads to, and the relation between; where there is none, two models. */
const pairOf = ({ tape, world }: Making, model: Model) => {
  const relation = pickOf(tape, [...model.relations.values()])
  const beside = world.schema.models.get(relation?.target ?? '') ?? model
  const [there, own] = [world.rows[beside.name] ?? [], world.rows[model.name] ?? []]
  const via = relation?.via
  const leads = (row: Row, other: Row): boolean =>
    via?._tag === 'forward'
      ? row[via.column] === other[beside.primaryKey]
      : via?._tag === 'reverse' && other[via.column] === row[model.primaryKey]
  const pairs = own.flatMap((row) => there.filter((other) => leads(row, other)).map((other) => ({ row, other })))
  const { row, other } = pickOf(tape, pairs) ?? { row: pickOf(tape, own), other: pickOf(tape, there) }
  return { relation, beside, row, other }
} // prettier-ignore

/** A model's rows, and those that a relation of theirs leads to. */
const withRelated = (model: Model, relation: ModelRelation | null): Plain => {
  const of: Said = { model: model.name, steps: [] }
  const step: SaidStep | null =
    relation === null
      ? null
      : relation.many
        ? { _tag: 'prefetchRelated', relation: relation.name, query: { model: relation.target, steps: [] } }
        : { _tag: 'selectRelated', path: [relation.name] }
  return { _tag: 'read', of: step === null ? of : then(of, step), terminal: { _tag: 'toArray' } }
}

/** A call during which the backend fails. @since 0.1.0 */
export const faultyOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<Call> => {
  const { tape } = making
  const model = modelFor(making, models)
  const relation = pickOf(tape, [...model.relations.values()])
  const read = chance(tape, 40) ? withRelated(model, relation) : listing(making, model)
  // A read changes nothing: it may fail at one point after the other.
  const failing = times(5, (at): Call => ({ _tag: 'faulty', call: read, at }))
  return weighted<() => ReadonlyArray<Call>>(tape, [
    [2, () => failing],
    // What was read before may be taken for what is read now.
    [2, () => [read, { _tag: 'write', write: writeOf(making, model), bulk: false }, ...failing.slice(0, 2)]],
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

/** Two rows that are each to have a value that nobody has yet, and only one may. */
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
            column.unique && column.name !== model.primaryKey && column.target === null ? [{ model, column, rows: shuffled(tape, rows) }] : [],
          )
    }),
  )
  if (found === null) return []
  const { model, column, rows } = found
  const value = pickOf(tape, world.fitting(column).filter((each) => rows.every((row) => row[column.name] !== each)))
  const bulk = chance(tape, 30)
  return value === null
    ? []
    : rows.slice(0, 2).map((row) => [
        { _tag: 'write', bulk, write: { _tag: 'update', model: model.name, changes: [{ key: row[model.primaryKey] ?? null, set: { [column.name]: value } }] } },
      ])
} // prettier-ignore

/** Calls that overlap, mostly about the same rows. @since 0.1.0 */
export const overlapOf = (making: Making, models: ReadonlyArray<string>, hooked: boolean): Call => {
  const { tape } = making
  const model = modelFor(making, models)
  const keys = times(1 + tape.next(2), () => keyOf(making, model))
  const key = (): Json => pickOf(tape, keys) ?? keyOf(making, model)
  const written = (write: Write): Plain => ({ _tag: 'write', write, bulk: chance(tape, write._tag === 'create' ? 10 : 40) })
  const updated = (n: number): Plain =>
    written({ _tag: 'update', model: model.name, changes: [...new Set(times(n, key))].map((each) => ({ key: each, set: setFor(making, model) })) })
  const deleted = (): Plain => written({ _tag: 'delete', model: model.name, keys: [key()] })
  const made = (n: number): Plain => written({ _tag: 'create', model: model.name, rows: rowsFor(making, model, n, false) })
  const read = listing(making, model)
  const [all, paged] = listings(model)
  const any = (): Plain => ownCall(making, model, chance(tape, 80) ? keys : [])
  const writing = (): Plain => weighted<() => Plain>(tape, [[3, () => updated(1)], [2, () => updated(2)], [2, deleted], [2, () => made(1)]])()
  const whole = (): Plain => ({ _tag: 'atomic', writes: times(1 + tape.next(2), () => writeOf(making, model)), undone: [], fails: chance(tape, 30) })
  const column = model.columns.get(model.primaryKey)
  const made1 = made(1)
  const given = pick(tape, [20, 50, 21] as const)
  // Only of a key that is given is it known beforehand which row it will be.
  const created: Plain =
    column?.auto === true && chance(tape, 40) && made1._tag === 'write' && made1.write._tag === 'create'
      ? { ...made1, write: { ...made1.write, rows: made1.write.rows.map((each) => ({ ...each, [model.primaryKey]: given })) } }
      : made1
  const counted: Plain = { _tag: 'read', of: { model: model.name, steps: [] }, terminal: { _tag: 'count' } }
  const { relation, beside, row, other } = pairOf(making, model)
  const [allBeside] = listings(beside)
  const along = withRelated(model, relation)
  const here = touching(making, model, row)
  const there = touching(making, beside, other)
  const change = here?.change ?? updated(1)
  const changeBeside = there?.change ?? written(writeOf(making, beside))
  const writesIn = [change, changeBeside].flatMap((each) => (each._tag === 'write' ? [each.write] : []))
  const both: Plain = { _tag: 'atomic', writes: writesIn, undone: [], fails: chance(tape, 20) }
  const newKey = created._tag === 'write' && created.write._tag === 'create' ? created.write.rows[0]?.[model.primaryKey] : undefined
  const changedToo = written({
    _tag: 'update',
    model: model.name,
    changes: [...new Set([newKey ?? key(), ...(chance(tape, 40) ? [key()] : [])])].map((each) => ({ key: each, set: setFor(making, model) })),
  })
  const rivals = rivalsOf(making, models)
  const threads: ReadonlyArray<ReadonlyArray<Plain>> = weighted<() => ReadonlyArray<ReadonlyArray<Plain>>>(tape, [
    [4, () => [[updated(1)], [updated(1)]]],
    [4, () => [[updated(1)], [deleted()]]],
    [4, () => [[created], [chance(tape, 50) ? created : similar(making, model, created)]]],
    [2, () => [[deleted()], [deleted()]]],
    [3, () => [[writing()], [read]]],
    [4, () => [[pick(tape, [paged, all, all] as const)], [chance(tape, 50) ? deleted() : made(1)]]],
    [2, () => [[written({ _tag: 'update', model: model.name, changes: distinctKeys(making, model, 3).map((each) => ({ key: each, set: setFor(making, model) })) })], [read]]],
    [3, () => [[read], [writing(), read]]],
    [2, () => [[made(2)], [made(2)]]],
    [2, () => [[whole()], [chance(tape, 50) ? writing() : chance(tape, 50) ? read : whole()]]],
    [2, () => [[writing()], [writing(), writing()]]],
    // What is read in two goes is neither what was there before both writes nor after one or both.
    [2, () => [[read], [change, writing()]]],
    [4, () => [[here?.like ?? read], [change]]],
    [4, () => [[along], chance(tape, 50) ? [change, changeBeside] : [changeBeside, change]]],
    [2, () => [[both], [along]]],
    [3, () => [[both], chance(tape, 50) ? [all, allBeside] : [allBeside, all]]],
    [3, () => [[written({ _tag: 'delete', model: model.name, keys: distinctKeys(making, model, 4) })], [pick(tape, [counted, all] as const)]]],
    // What is being made is changed meanwhile.
    [3, () => [[created], [changedToo]]],
    [rivals.length === 0 ? 0 : 4, () => rivals],
    [2, () => [[any()], [any()], [any()]]],
    [3, () => [[any()], [any()]]],
  ])()
  return { _tag: 'overlap', threads, picks: times(16, () => (hooked ? tape.next(2) : tape.next(64))) }
} // prettier-ignore

/** The same call again, with other values. */
const similar = (making: Making, model: Model, call: Plain): Plain =>
  call._tag !== 'write'
    ? call
    : call.write._tag === 'create'
      ? { ...call, write: { ...call.write, rows: chance(making.tape, 50) ? call.write.rows : rowsFor(making, model, call.write.rows.length, false) } }
      : call.write._tag === 'update'
        ? { ...call, write: { ...call.write, changes: call.write.changes.map(({ key }) => ({ key, set: setFor(making, model) })) } }
        : call // prettier-ignore
