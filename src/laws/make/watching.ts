/**
 * Themes that check the rows beside a write.
 *
 * @since 0.2.0
 */
import type { Json, Kind, Row } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import type { Model } from '../../schema/Schema.js'
import type { Call, Plain } from '../case/Case.js'
import { rowsFor, setFor, touching, wholeRow, writeOf } from './changes.js'
import { atom, columnAt, constant, lookupsOf, type Making, negated } from './predicates.js'
import { notorious, valuesOfKind } from './pools.js'
import { modelFor } from './parts.js'
import { rowsWith, testsOf } from './searches.js'
import {
  all,
  type PredicateData,
  type QuerysetData,
  type StepData,
  then,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { chance, pick, pickOf, shuffled, times } from './Tape.js'
import { limited } from './limits.js'
import { plainColumns, read, scopeOfModel, type Theme, withoutKey, write } from './Theme.js'

/** Reads before and after a write that is refused, fails as a whole, or changes nothing. */
export const refusedWrites: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const rows = shuffled(tape, world.rows[model.name] ?? [])
  const [first, second] = rows
  if (first === undefined) return []
  const key = first[model.primaryKey] ?? null
  const unique = pickOf(
    tape,
    [...model.columns.values()].filter((column) => column.unique && column.name !== model.primaryKey),
  )
  const reading = pick<() => Plain>(tape, [
    () => read(rowsWith(model, model.primaryKey, key)),
    () => read(all(model.name)),
    () => read(all(model.name), 'count'),
    () => read(all(model.name), 'getPks'),
  ])()
  const made = wholeRow(making, model)
  const taken = write(
    {
      _tag: 'create',
      model: model.name,
      rows: [
        ...(chance(tape, 50) && made !== null ? [made] : []),
        { ...first, ...setFor(making, model), [model.primaryKey]: key },
      ],
    },
    chance(tape, 50),
  )
  const crossing =
    unique === null || second === undefined
      ? taken
      : write(
          {
            _tag: 'update',
            model: model.name,
            changes: [{ key, set: { ...setFor(making, model), [unique.name]: second[unique.name] ?? null } }],
          },
          chance(tape, 40),
        )
  const failing: Plain = {
    _tag: 'atomic',
    writes: times(1 + tape.next(2), () => writeOf(making, model)),
    undone: [],
    fails: true,
    reads: [all(model.name)],
  }
  const none = write(
    {
      _tag: 'update',
      model: model.name,
      changes: [{ key, set: pick(tape, [{}, withoutKey(model, first)] as const) }],
    },
    chance(tape, 40),
  )
  const change = pick<Plain>(tape, [taken, crossing, failing, none, taken, crossing])
  const next = touching(making, model, first)
  return [reading, change, reading, ...(next === null ? [] : [next.like, next.change, next.like])]
}

/** Equal reads around a write of a related row. */
export const besideWatch: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const named = [...world.schema.models.values()].filter(
    ({ name, relations }) => models.includes(name) && relations.size > 0,
  )
  const model = pickOf(tape, named)
  const relation = model === null ? null : pickOf(tape, [...model.relations.values()])
  const target = relation === null ? undefined : world.schema.models.get(relation.target)
  const scope = model === null ? null : scopeOfModel(making, model.name)
  if (model === null || relation === null || target === undefined || scope === null) return []
  const row = pickOf(tape, world.rows[target.name] ?? [])
  const touched = touching(making, target, row)
  const change = touched?.change ?? write(writeOf(making, target))
  const column = pickOf(tape, plainColumns(target))
  const value = column === null ? null : (row?.[column.name] ?? null)
  const condition: PredicateData =
    column === null || value === null
      ? { _tag: 'and', all: [] }
      : {
          _tag: 'lookup',
          name: 'exact',
          left: columnAt([column.name]),
          right: [constant(column.kind, value)],
        }
  const along: PredicateData =
    column === null || value === null
      ? atom(making, scope)
      : {
          _tag: 'lookup',
          name: 'exact',
          left: columnAt([relation.name, column.name]),
          right: [constant(column.kind, value)],
        }
  const of: QuerysetData = pick<QuerysetData>(tape, [
    then(
      all(model.name),
      relation.many
        ? { _tag: 'prefetchRelated', relation: relation.name, query: all(target.name) }
        : { _tag: 'selectRelated', path: [relation.name] },
    ),
    then(all(model.name), {
      _tag: 'filter',
      predicate: relation.many
        ? { _tag: 'some', level: 0, relation: [relation.name], predicate: condition }
        : along,
    }),
    ...(column === null || relation.many
      ? []
      : ([
          then(all(model.name), {
            _tag: 'values',
            form: 'record',
            columns: [{ name: 'a', kind: column.kind, expression: columnAt([relation.name, column.name]) }],
          }),
          then(all(model.name), {
            _tag: 'orderBy',
            keys: [{ expression: columnAt([relation.name, column.name]), direction: 'desc', nulls: 'first' }],
          }),
        ] as const)),
  ])
  const reading = read(of, pick(tape, ['toArray', 'toArray', 'count', 'page'] as const))
  const more = chance(tape, 30) ? [write(writeOf(making, target), chance(tape, 40)), reading] : []
  return [reading, change, reading, ...more]
}

/** Unusual values of a kind, one for each row to create. */
const oddValues = ({ tape }: Making, kind: Kind, n: number): ReadonlyArray<Json> =>
  shuffled(tape, [...valuesOfKind(kind), ...(kind === 'text' ? notorious : [])]).slice(0, n)

/** Rows with values of all kinds are created and changed. Each is then searched for by its values. */
export const storm: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const columns = plainColumns(model).filter((column) => !limited(column))
  const column = pickOf(
    tape,
    columns.some(({ kind }) => kind === 'text') && chance(tape, 60)
      ? columns.filter(({ kind }) => kind === 'text')
      : columns,
  )
  if (column === null) return []
  const values = oddValues(making, column.kind, 12)
  const rows = rowsFor(making, model, values.length, false).map((row, i) => ({
    ...row,
    [column.name]: values[i] ?? null,
  }))
  const unique = plainColumns(model).filter((each) => each.unique && each.name !== column.name)
  const spread = rows.map((row, i): Row => ({
    ...row,
    ...Object.fromEntries(unique.map((each) => [each.name, oddValues(making, each.kind, i + 1)[i] ?? null])),
    ...(model.columns.get(model.primaryKey)?.auto === true ? { [model.primaryKey]: null } : {}),
  }))
  const names = lookupsOf(column.kind).filter(
    (name) => name !== 'isnull' && name !== 'regex' && name !== 'iregex',
  )
  const lookup = (name: LookupName, i: number): PredicateData => ({
    _tag: 'lookup',
    name,
    left: columnAt([column.name]),
    right: times(name === 'range' ? 2 : name === 'in' ? 3 : 1, (j) =>
      constant(column.kind, values[(i + j) % Math.max(1, values.length)] ?? null),
    ),
  })
  const found = [
    ...values.map((_, i) => lookup('exact', i)),
    ...times(6, (i) => lookup(pickOf(tape, names) ?? 'exact', i)),
  ]
  const there = making.world.rows[model.name] ?? []
  const changes = there
    .slice(0, 8)
    .map((row, i) => ({ key: row[model.primaryKey] ?? null, set: { [column.name]: values[i] ?? null } }))
  const change = write({ _tag: 'update', model: model.name, changes }, true)
  const made: Plain = chance(tape, 50)
    ? write({ _tag: 'create', model: model.name, rows: spread }, true)
    : { _tag: 'create', model: model.name, rows: spread }
  return [...(chance(tape, 60) ? [made] : [change]), read(then(all(model.name), testsOf(found)))]
}

/** An order by four to six keys, over rows that are equal in most of them. */
export const manyKeys: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const scope = scopeOfModel(making, model.name)
  if (scope === null) return []
  const columns = shuffled(tape, plainColumns(model))
  const order = (n: number): StepData => ({
    _tag: 'orderBy',
    keys: columns.slice(0, n).map(({ name }) => ({
      expression: columnAt([name]),
      direction: pick(tape, ['asc', 'desc', 'desc'] as const),
      nulls: pick(tape, ['last', 'first'] as const),
    })),
  })
  const typed = columns
    .slice(0, 5)
    .map(({ name, kind }, i): TypedColumn => ({ name: `a${String(i)}`, kind, expression: columnAt([name]) }))
  return [
    read(then(all(model.name), order(6)), 'whole'),
    read(then(all(model.name), order(5))),
    read(then(all(model.name), order(4), { _tag: 'slice', start: 1, stop: 6 })),
    read(then(all(model.name), { _tag: 'values', form: 'record', columns: typed }, { _tag: 'distinct' })),
    read(then(all(model.name), { _tag: 'groupBy', keys: typed, aggregates: [] })),
    read(then(all(model.name), { _tag: 'distinctOn', keys: typed.map(({ expression }) => expression) })),
    read(
      then(all(model.name), {
        _tag: 'filter',
        predicate: {
          _tag: 'and',
          all: columns
            .slice(0, 5)
            .map((column) => negated(atom(making, scope, { path: [column.name], kind: column.kind }))),
        },
      }),
    ),
    read(
      then(all(model.name), order(1), {
        _tag: 'orderBy',
        keys: [
          { expression: columnAt([columns[1]?.name ?? model.primaryKey]), direction: 'asc', nulls: 'last' },
        ],
      }),
    ),
  ]
}

/** A transaction's reads of its own writes, and what a client keeps of them. */
export const within: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const row = pickOf(tape, making.world.rows[model.name] ?? [])
  const touched = touching(making, model, row)
  const of = touched?.like._tag === 'read' && chance(tape, 50) ? touched.like.of : all(model.name)
  const change = touched?.change._tag === 'write' ? touched.change.write : writeOf(making, model)
  const writes = [change, ...(chance(tape, 50) ? [writeOf(making, model)] : [])]
  const undone = chance(tape, 40) ? [writeOf(making, model)] : []
  const kept = chance(tape, 30) ? [writeOf(making, model)] : []
  const later = chance(tape, 25) ? [writeOf(making, model)] : []
  const reading = read(of)
  return [
    ...(chance(tape, 50) ? [reading] : []),
    {
      _tag: 'atomic',
      writes,
      undone,
      ...(kept.length > 0 ? { kept } : {}),
      ...(later.length > 0 ? { later } : {}),
      fails: chance(tape, 55),
      reads: [of, ...(chance(tape, 40) ? [all(model.name)] : [])],
      counts: chance(tape, 45) ? [pick(tape, [all(model.name), of] as const)] : [],
    },
    reading,
  ]
}

/** Look-or-make calls in sequence: the second finds what the first created. */
export const obtained: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const made = obtainOf(making, model)
  if (made === null) return []
  const changed: Plain =
    made._tag === 'obtain'
      ? { ...made, changing: true, defaults: { ...made.defaults, ...setFor(making, model) } }
      : made
  return pick<ReadonlyArray<Call>>(tape, [
    [made, made],
    [made, changed, made],
    [changed, changed],
  ])
}

/** A look-or-make call that searches by one or two values of a row. @since 0.2.0 */
export const obtainOf = (making: Making, model: Model): Plain | null => {
  const { tape } = making
  const row = wholeRow(making, model)
  if (row === null) return null
  const names = shuffled(
    tape,
    Object.keys(row).filter((name) => name !== model.primaryKey || row[name] !== null),
  )
  const unique = names.filter((name) => model.columns.get(name)?.unique === true)
  const at = 1 + tape.next(2)
  const by = unique.length > 0 && chance(tape, 60) ? unique.slice(0, 1) : names.slice(0, at)
  const entries = (some: ReadonlyArray<string>): Row =>
    Object.fromEntries(some.map((name) => [name, row[name] ?? null]))
  const rest = names.filter((name) => !by.includes(name))
  // A key is part of what is searched for.
  const values = [...by, ...rest.filter((name) => name === model.primaryKey)]
  return {
    _tag: 'obtain',
    of: all(model.name),
    values: entries(values),
    defaults: entries(rest.filter((name) => !values.includes(name))),
    changing: chance(tape, 35),
  }
}
