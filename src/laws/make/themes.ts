/**
 * Themes: calls of one idea that random calls seldom come to. Each case has the next one of the list.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind, Row } from '../../value/Value.js'
import type { Expression, LookupName, Predicate } from '../../expression/Expression.js'
import { modelScope, type Scope } from '../../expression/Scope.js'
import type { Model, ModelColumn } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import type { Call, Plain } from '../case/Case.js'
import { rowsFor, setFor, touching, valueFor, wholeRow, writeOf } from './changes.js'
import { special } from './conditions.js'
import { correlations, relatedTests, together } from './correlated.js'
import { conversions, plainNumbers, reckonings, spreadsOf } from './figures.js'
import { layersOf, partsOf } from './layers.js'
import { meetingsOf } from './meetings.js'
import { mutateOf } from './mutations.js'
import { nearlyThe } from './nearly.js'
import { nestedOf, selectedOf, slicedOf, talliesOf, throughOf } from './nests.js'
import {
  atom,
  columnAt,
  columnOf,
  constant,
  constantOf,
  contrary,
  lookupOf,
  lookupsOf,
  negated,
  type Found,
  type Making,
} from './predicates.js'
import { familiesOf, notorious, valuesOf } from './pools.js'
import { keyOf, modelFor, readOf, rowsWith, testsOf } from './reads.js'
import { setsOf } from './sets.js'
import type { Area } from '../report/Report.js'
import { all, then, type Said, type SaidStep, type Typed } from '../case/Said.js'
import { chance, pick, pickOf, shuffled, times } from './Tape.js'
import { twinOf } from './twin.js'
import { limited, type Shape, type Wanted } from './World.js'

/**
 * - `areas` are those that it needs, all of them.
 * - `shape` and `rows` are what it needs of the schema and of the rows.
 *
 * @since 0.2.0
 */
export interface Theme {
  readonly name: string
  readonly areas: ReadonlyArray<Area>
  readonly shape: Shape | null
  readonly rows: Wanted
  readonly calls: (making: Making, models: ReadonlyArray<string>) => ReadonlyArray<Call>
}

type P = Predicate<Said>

const scopeOfModel = ({ world }: Making, model: string): Scope | null => {
  const scope = modelScope(world.schema, model)
  return E.isRight(scope) ? scope.right : null
}

const read = (of: Said, tag: 'toArray' | 'whole' | 'count' | 'getPks' | 'page' = 'toArray'): Plain => ({
  _tag: 'read',
  of,
  terminal: { _tag: tag },
})

const write = (made: Write, bulk = false): Plain => ({ _tag: 'write', write: made, bulk })

const plainColumns = (model: Model): ReadonlyArray<ModelColumn> =>
  [...model.columns.values()].filter(
    ({ name, kind, target }) => name !== model.primaryKey && kind !== 'json' && target === null,
  )

/** A row's columns but for its key, which can't be changed. */
const withoutKey = ({ primaryKey }: Model, row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== primaryKey))

/** A comparison that is almost another one: with a column among the members of a list, or a near value. */
const almost = (making: Making, scope: Scope, found: Found): P => {
  const { tape } = making
  const { kind, path } = found
  const one = constantOf(making, kind)
  const like = columnOf(making, scope, (each) => each === kind)
  const other: Expression<Said> = columnAt(like === null ? path : like.path)
  const near = (): Expression<Said> => constant(kind, kind === 'json' ? one : twinOf(tape, kind, one))
  const members = shuffled(tape, [
    constant(kind, one),
    ...(chance(tape, 70) ? [other] : []),
    ...(chance(tape, 35) ? [near()] : []),
  ])
  const list: P = { _tag: 'lookup', name: 'in', left: columnAt(path), right: members }
  return pick<P>(tape, [
    list,
    negated(list),
    { ...list, right: [near()] },
    { ...list, name: 'exact', right: [near()] },
  ])
}

/** Conditions that are almost each other, each by itself and all together. */
const alikes: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const scope = scopeOfModel(making, model.name)
  const found = scope === null ? null : columnOf(making, scope, (kind) => kind !== 'json')
  if (scope === null || found === null) return []
  const conditions = times(4, () => almost(making, scope, found))
  const opposite = times(5, () => contrary(making, scope, chance(tape, 70) ? found : null))
  return [
    read(then(all(model.name), testsOf([...conditions, ...opposite, special(making, scope)]))),
    read(then(all(model.name), { _tag: 'filter', predicate: contrary(making, scope) })),
    read(then(all(model.name), { _tag: 'filter', predicate: almost(making, scope, found) }), 'whole'),
  ]
}

/** A read, then others that are it but for one thing, and the first one again. */
const nearlies: Theme['calls'] = (making, models) => {
  const one = readOf(making, models)
  const others = times(3, () => nearlyThe(making, one))
  return [one, ...others, one]
}

/** The same rows in each of the forms that there are, and in the first again: who keeps rows by their key shows. */
const shapes: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const from = chance(tape, 60) ? rowsWith(model, model.primaryKey, keyOf(making, model)) : all(model.name)
  const columns = [...model.columns.values()]
  const some = (): ReadonlyArray<string> => [
    model.primaryKey,
    ...columns.filter(() => chance(tape, 40)).map(({ name }) => name),
  ]
  const given = (): SaidStep => {
    const column = pickOf(tape, columns)
    const typed: Typed = {
      name: 'a',
      kind: column?.kind ?? 'int',
      expression: columnAt([column?.target === null ? column.name : model.primaryKey]),
    }
    const relation = pickOf(tape, [...model.relations.values()])
    return pick<() => SaidStep>(tape, [
      () => ({ _tag: 'only', fields: [...new Set(some())] }),
      () => ({ _tag: 'values', form: 'record', columns: [typed] }),
      () =>
        relation === null
          ? { _tag: 'only', fields: [model.primaryKey] }
          : relation.many
            ? { _tag: 'prefetchRelated', relation: relation.name, query: all(relation.target) }
            : { _tag: 'selectRelated', path: [relation.name] },
    ])()
  }
  const forms = times(3, () => read(then(from, given())))
  const whole = read(from)
  const beside = pickOf(
    tape,
    [...world.schema.models.keys()].filter((name) => name !== model.name && models.includes(name)),
  )
  const key = world.rows[model.name]?.[0]?.[model.primaryKey] ?? null
  const other = beside === null ? undefined : world.schema.models.get(beside)
  // A row of another model that has the same key.
  const namesake =
    other === undefined ||
    other.columns.get(other.primaryKey)?.kind !== model.columns.get(model.primaryKey)?.kind
      ? []
      : [read(rowsWith(model, model.primaryKey, key)), read(rowsWith(other, other.primaryKey, key))]
  return chance(tape, 50) ? [...forms, whole, ...namesake] : [whole, ...forms, whole, ...namesake]
}

/** A row from its end to its beginning: deleted, made again by the same key, changed, changed back. */
const life: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const row = pickOf(tape, world.rows[model.name] ?? [])
  if (row === null) return []
  const key = row[model.primaryKey] ?? null
  const own = read(
    rowsWith(model, model.primaryKey, key),
    pick(tape, ['toArray', 'count', 'getPks'] as const),
  )
  const remove = write({ _tag: 'delete', model: model.name, keys: [key] }, chance(tape, 40))
  const again = write(
    { _tag: 'create', model: model.name, rows: [{ ...row, ...setFor(making, model) }] },
    chance(tape, 40),
  )
  const touched = touching(making, model, row)
  const change =
    touched?.change ??
    write({ _tag: 'update', model: model.name, changes: [{ key, set: setFor(making, model) }] })
  const back = write(
    { _tag: 'update', model: model.name, changes: [{ key, set: withoutKey(model, row) }] },
    chance(tape, 40),
  )
  return pick<ReadonlyArray<Call>>(tape, [
    [own, remove, own, again, own, ...(touched === null ? [] : [touched.like])],
    [own, change, own, back, own],
    [remove, change, remove, own],
    [again, own, change, again, own],
    [remove, again, change, own],
  ])
}

/** Reads before and after a write that is refused, fails as a whole, or changes nothing. */
const refused: Theme['calls'] = (making, models) => {
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

/** Equal reads around a write of a row that they lead to. */
const besideWatch: Theme['calls'] = (making, models) => {
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
  const condition: P =
    column === null || value === null
      ? { _tag: 'and', all: [] }
      : {
          _tag: 'lookup',
          name: 'exact',
          left: columnAt([column.name]),
          right: [constant(column.kind, value)],
        }
  const along: P =
    column === null || value === null
      ? atom(making, scope)
      : {
          _tag: 'lookup',
          name: 'exact',
          left: columnAt([relation.name, column.name]),
          right: [constant(column.kind, value)],
        }
  const of: Said = pick<Said>(tape, [
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

/** Odd values of a kind, as many as rows are to be made of. */
const oddValues = ({ tape }: Making, kind: Kind, n: number): ReadonlyArray<Json> =>
  shuffled(tape, [...valuesOf(kind), ...(kind === 'text' ? notorious : [])]).slice(0, n)

/** Rows with values of all sorts are made and changed, and each of them is found by its own again. */
const storm: Theme['calls'] = (making, models) => {
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
  const lookup = (name: LookupName, i: number): P => ({
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

/** What there is of values of all sorts: sorted, each once, in groups, each found. */
const medley: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const scope = scopeOfModel(making, model.name)
  const column = pickOf(tape, plainColumns(model))
  if (scope === null || column === null) return []
  const found: Found = { path: [column.name], kind: column.kind }
  const value: Typed = { name: 'a', kind: column.kind, expression: columnAt(found.path) }
  const order: SaidStep = {
    _tag: 'orderBy',
    keys: [
      {
        expression: value.expression,
        direction: pick(tape, ['asc', 'desc'] as const),
        nulls: pick(tape, ['first', 'last'] as const),
      },
    ],
  }
  const lookups = times(14, () =>
    lookupOf(making, scope, found, pickOf(tape, lookupsOf(column.kind)) ?? 'exact'),
  )
  return [
    read(then(all(model.name), order)),
    read(then(all(model.name), { _tag: 'values', form: 'record', columns: [value] }, { _tag: 'distinct' })),
    read(then(all(model.name), testsOf(lookups))),
    read(
      then(
        all(model.name),
        order,
        pick<SaidStep>(tape, [
          { _tag: 'slice', start: 0, stop: 3 },
          { _tag: 'slice', start: 2, stop: 5 },
        ]),
      ),
    ),
  ]
}

/** An order by four to six keys, of rows that are the same in most of them. */
const manyKeys: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const scope = scopeOfModel(making, model.name)
  if (scope === null) return []
  const columns = shuffled(tape, plainColumns(model))
  const order = (n: number): SaidStep => ({
    _tag: 'orderBy',
    keys: columns.slice(0, n).map(({ name }) => ({
      expression: columnAt([name]),
      direction: pick(tape, ['asc', 'desc', 'desc'] as const),
      nulls: pick(tape, ['last', 'first'] as const),
    })),
  })
  const typed = columns
    .slice(0, 5)
    .map(({ name, kind }, i): Typed => ({ name: `a${String(i)}`, kind, expression: columnAt([name]) }))
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

/** What a transaction sees of what it wrote itself, and what is kept of what it saw. */
const within: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const row = pickOf(tape, making.world.rows[model.name] ?? [])
  const touched = touching(making, model, row)
  const of = touched?.like._tag === 'read' && chance(tape, 50) ? touched.like.of : all(model.name)
  const change = touched?.change._tag === 'write' ? touched.change.write : writeOf(making, model)
  const writes = [change, ...(chance(tape, 50) ? [writeOf(making, model)] : [])]
  const undone = chance(tape, 40) ? [writeOf(making, model)] : []
  const reading = read(of)
  return [
    ...(chance(tape, 50) ? [reading] : []),
    {
      _tag: 'atomic',
      writes,
      undone,
      fails: chance(tape, 55),
      reads: [of, ...(chance(tape, 40) ? [all(model.name)] : [])],
    },
    reading,
  ]
}

/** One look-or-make call after the other: the second finds what the first made. */
const obtained: Theme['calls'] = (making, models) => {
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

/** A call that looks for a row by one or two of its values, and makes it if there is none. @since 0.2.0 */
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
  // A key belongs to what is looked for.
  const values = [...by, ...rest.filter((name) => name === model.primaryKey)]
  return {
    _tag: 'obtain',
    of: all(model.name),
    values: entries(values),
    defaults: entries(rest.filter((name) => !values.includes(name))),
    changing: chance(tape, 35),
  }
}

/** The values of some families, each compared with others of its own: what is taken for the same shows, whatever the rows are. */
const families: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const tests = times(6, () => {
    const kind = pick(tape, [
      'text',
      'text',
      'datetime',
      'text',
      'decimal',
      'float',
      'int',
      'date',
      'time',
      'uuid',
    ] as const)
    const values = pickOf(tape, familiesOf(kind)) ?? []
    const names = lookupsOf(kind).filter((name) => name !== 'isnull' && name !== 'regex' && name !== 'iregex')
    const pairs = shuffled(
      tape,
      values.flatMap((a) => values.flatMap((b) => (a === b ? [] : [[a, b] as const]))),
    ).slice(0, 7)
    return pairs.flatMap(([a, b], i): ReadonlyArray<P> => {
      const name = i % 2 === 0 ? 'exact' : (pickOf(tape, names) ?? 'in')
      const right = times(name === 'range' || name === 'in' ? 2 : 1, (j) =>
        constant(kind, j === 0 ? b : (pickOf(tape, values) ?? b)),
      )
      return [{ _tag: 'lookup', name, left: constant(kind, a), right }]
    })
  }).flat()
  return [read(then(all(model.name), testsOf(tests)))]
}

/** Writes as data, one after the other. */
const mutating: Theme['calls'] = (making, models) => {
  const model = modelFor(making, models)
  return times(3, () => mutateOf(making, model))
}

/** A value that is the name of a column, or the mark by which somebody puts one in. */
const namesAsValues: Theme['calls'] = (making, models) => {
  const { tape } = making
  const model = modelFor(making, models)
  const text = pickOf(
    tape,
    plainColumns(model).filter((column) => column.kind === 'text' && !limited(column)),
  )
  if (text === null) return []
  const name = pickOf(tape, [...model.columns.keys()]) ?? 'id'
  const values = [name, `$${name}`, `:${name}`, `${model.name}.${name}`, `{${name}}`, `"${name}"`, `@${name}`]
  const rows = rowsFor(making, model, 2, false).map((row, i): Row => ({
    ...row,
    [text.name]: values[i] ?? name,
    ...(model.columns.get(model.primaryKey)?.auto === true ? { [model.primaryKey]: null } : {}),
  }))
  const tests = values.flatMap((value): ReadonlyArray<P> => [
    { _tag: 'lookup', name: 'exact', left: columnAt([text.name]), right: [constant('text', value)] },
    {
      _tag: 'lookup',
      name: pick(tape, ['contains', 'in', 'gte', 'iexact'] as const),
      left: columnAt([text.name]),
      right: [constant('text', value)],
    },
  ])
  return [
    write({ _tag: 'create', model: model.name, rows }, chance(tape, 50)),
    read(then(all(model.name), testsOf(tests))),
    write(
      {
        _tag: 'update',
        model: model.name,
        changes: (making.world.rows[model.name] ?? [])
          .slice(0, 2)
          .map((row, i) => ({ key: row[model.primaryKey] ?? null, set: { [text.name]: values[i] ?? name } })),
      },
      chance(tape, 50),
    ),
  ]
}

/** Columns that are set to what they are, to nothing, or to what only looks like nothing, together with others. */
const patches: Theme['calls'] = (making, models) => {
  const { tape, world } = making
  const model = modelFor(making, models)
  const rows = shuffled(tape, world.rows[model.name] ?? []).slice(0, 3)
  const falsy: { readonly [K in Kind]?: Json } = { text: '', int: 0, float: 0, decimal: '0', boolean: false }
  const columns = plainColumns(model).filter(({ unique }) => !unique)
  const changes = rows.map((row, i) => ({
    key: row[model.primaryKey] ?? null,
    set: Object.fromEntries(
      shuffled(tape, columns)
        .slice(0, 1 + ((i + tape.next(2)) % 3))
        .map((column) => [
          column.name,
          pick<Json | undefined>(tape, [
            limited(column) ? undefined : falsy[column.kind],
            column.nullable ? null : undefined,
            valueFor(making, column),
            row[column.name] ?? null,
          ]) ??
            row[column.name] ??
            null,
        ]),
    ),
  }))
  return changes.length === 0
    ? []
    : [
        write({ _tag: 'update', model: model.name, changes }, true),
        ...changes
          .slice(0, 1)
          .map((change) => write({ _tag: 'update', model: model.name, changes: [change] })),
      ]
}

const reads: ReadonlyArray<Area> = ['reads']
const writes: ReadonlyArray<Area> = ['writes']
const both: ReadonlyArray<Area> = ['reads', 'writes']

/** @since 0.2.0 */
export const themes: ReadonlyArray<Theme> = [
  { name: 'nested', areas: reads, shape: 'chain', rows: { least: 4 }, calls: nestedOf },
  {
    name: 'arithmetic',
    areas: reads,
    shape: 'numbers',
    rows: { least: 5, pools: plainNumbers },
    calls: reckonings,
  },
  { name: 'life', areas: both, shape: null, rows: {}, calls: life },
  { name: 'alikes', areas: reads, shape: null, rows: {}, calls: alikes },
  { name: 'correlated', areas: reads, shape: 'chain', rows: { least: 4 }, calls: correlations },
  { name: 'storm', areas: writes, shape: null, rows: {}, calls: storm },
  { name: 'sliced', areas: reads, shape: 'pair', rows: { least: 5 }, calls: slicedOf },
  { name: 'layers', areas: reads, shape: 'pair', rows: { least: 4 }, calls: layersOf },
  { name: 'beside', areas: both, shape: 'chain', rows: { least: 2 }, calls: besideWatch },
  { name: 'many keys', areas: reads, shape: 'columns', rows: { least: 12, nearly: true }, calls: manyKeys },
  {
    name: 'spreads',
    areas: reads,
    shape: 'numbers',
    rows: { least: 6, pools: plainNumbers },
    calls: spreadsOf,
  },
  { name: 'within', areas: writes, shape: null, rows: {}, calls: within },
  { name: 'through', areas: reads, shape: 'chain', rows: { least: 4 }, calls: throughOf },
  { name: 'sets', areas: reads, shape: null, rows: { least: 5 }, calls: setsOf },
  { name: 'meetings', areas: reads, shape: 'pair', rows: { least: 5 }, calls: meetingsOf },
  { name: 'refused', areas: both, shape: null, rows: {}, calls: refused },
  { name: 'medley', areas: reads, shape: null, rows: { least: 14, mixed: true }, calls: medley },
  { name: 'apart', areas: reads, shape: 'pair', rows: { least: 5 }, calls: relatedTests },
  { name: 'obtained', areas: writes, shape: null, rows: {}, calls: obtained },
  { name: 'selected', areas: reads, shape: 'chain', rows: { least: 3 }, calls: selectedOf },
  { name: 'conversions', areas: reads, shape: 'numbers', rows: { least: 1 }, calls: conversions },
  { name: 'patches', areas: writes, shape: null, rows: {}, calls: patches },
  { name: 'shapes', areas: reads, shape: 'pair', rows: {}, calls: shapes },
  { name: 'together', areas: reads, shape: 'fork', rows: { least: 4 }, calls: together },
  { name: 'tallies', areas: reads, shape: 'fork', rows: { least: 3 }, calls: talliesOf },
  { name: 'mutations', areas: writes, shape: null, rows: {}, calls: mutating },
  { name: 'families', areas: reads, shape: null, rows: {}, calls: families },
  { name: 'parts', areas: reads, shape: null, rows: { least: 5 }, calls: partsOf },
  { name: 'names', areas: both, shape: null, rows: {}, calls: namesAsValues },
  { name: 'nearlies', areas: reads, shape: null, rows: {}, calls: nearlies },
]

/** Whether a theme's areas are all among some. @since 0.2.0 */
export const isWithin =
  (areas: ReadonlySet<Area>) =>
  (theme: Theme): boolean =>
    theme.areas.every((area) => areas.has(area))
