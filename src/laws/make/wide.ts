/**
 * Wide cases, which are rare. So many rows exist, are created, changed, deleted or searched for that a client truncates
 * them, splits them into chunks, or gives them in pages. Texts are longer than a client stores, and conditions have
 * many parts.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Row } from '../../value/Value.js'
import type { Aggregate } from '../../expression/Expression.js'
import { modelScope } from '../../expression/Scope.js'
import type { Model, ModelColumn, ModelRelation } from '../../schema/Schema.js'
import { type Call, readCall } from '../case/Case.js'
import { isNumber } from './arithmetic.js'
import { columnAt, constant, negated, type Making } from './predicates.js'
import { longTexts } from './families.js'
import { modelFor } from './parts.js'
import { readOf } from './reads.js'
import type { Area } from '../report/Report.js'
import {
  all,
  then,
  type PredicateData,
  type QuerysetData,
  type StepData,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { chance, pick, pickOf, shuffled, times } from './Tape.js'
import { limited, type Wanted } from './limits.js'
import { numbered } from './rows.js'
import { freshRows, keysOf, wideWrites } from './wideWrites.js'

/** @since 0.2.0 */
export interface Wide {
  /** The number of rows, or the length of texts if the case is about texts. */
  readonly size: number
  readonly about: 'rows' | 'text'
  /** Whether each model has many rows, or only one whose rows belong to few others. */
  readonly each: boolean
}

/** One case in this many is wide. */
const every = 24

/** Sizes at and one above common limits. */
const sizes = [11, 51, 21, 101, 20, 33, 1001, 50, 10, 100, 26, 65, 25, 129, 16, 257] as const

const lengths = [1025, 4097, 1001, 8193, 2049, 65_537] as const

/**
 * The kind and size of a wide case, by the number of the case. `null` for most cases. It has at most `most` rows.
 *
 * @since 0.2.0
 */
export const wideOf = (number: number, most: number): Wide | null => {
  if (number % every !== every - 1) return null
  const n = Math.floor(number / every)
  const [size, length] = [sizes[n % sizes.length] ?? 11, lengths[Math.floor(n / 5) % lengths.length] ?? 1001]
  return n % 5 === 3
    ? { size: length, about: 'text', each: false }
    : { size: Math.min(size, most), about: 'rows', each: n % 3 === 1 && size <= 101 }
}

/** The number of wide cases before a case. @since 0.2.0 */
export const widesBefore = (number: number): number => Math.floor((number + 1) / every)

/** The reads and writes of a wide case. @since 0.2.0 */
export const wideCalls = (
  making: Making,
  models: ReadonlyArray<string>,
  { size, about }: Wide,
  areas: ReadonlySet<Area>,
): ReadonlyArray<Call> => {
  if (about === 'text') return longCalls(making, models, size, areas)
  const named = [...making.world.schema.models.values()].filter(
    ({ name, implicit }) => models.includes(name) && !implicit,
  )
  const model = named.at(-1) ?? modelFor(making, models)
  const [asked, made] = [
    areas.has('reads') ? wideReads(making, model, size) : [],
    areas.has('writes') ? wideWrites(making, model, size) : [],
  ]
  // With very many rows, each case does only a part.
  const few =
    size > 200 ? [...asked.slice(0, 2), ...shuffled(making.tape, asked.slice(2)).slice(0, 5)] : asked
  const kept = areas.has('reads') && size < 60 ? times(12, () => readOf(making, models)) : []
  return [...few, ...(kept.length === 0 ? [] : [...kept, ...kept.slice(0, 2)]), ...made, ...few.slice(0, 2)]
}

/** What the reads of many rows use: a model, its key, a column, and existing keys. */
interface Width {
  readonly model: Model
  readonly size: number
  readonly from: QuerysetData
  readonly pk: ModelColumn
  readonly column: ModelColumn
  readonly keys: ReadonlyArray<Json>
  readonly order: StepData
}

const filtering = (predicate: PredicateData): StepData => ({ _tag: 'filter', predicate })

const slicing = (start: number, stop: number | null): StepData => ({ _tag: 'slice', start, stop })

const memberOf = ({ name, kind }: ModelColumn, values: ReadonlyArray<Json>): PredicateData => ({
  _tag: 'lookup',
  name: 'in',
  left: columnAt([name]),
  right: values.map((value) => constant(kind, value)),
})

const hasKey = ({ name, kind }: ModelColumn, value: Json): PredicateData => ({
  _tag: 'lookup',
  name: 'exact',
  left: columnAt([name]),
  right: [constant(kind, value)],
})

const wideReads = (making: Making, model: Model, size: number): ReadonlyArray<Call> => {
  const { tape, world } = making
  const scope = modelScope(world.schema, model.name)
  const keys = keysOf(making, model)
  const pk = model.columns.get(model.primaryKey)
  if (E.isLeft(scope) || pk === undefined) return []
  const column =
    pickOf(
      tape,
      [...model.columns.values()].filter(
        ({ kind, target, name }) => kind !== 'json' && target === null && name !== pk.name,
      ),
    ) ?? pk
  const members = membersOf(making, model, column, size)
  const order: StepData = {
    _tag: 'orderBy',
    keys: [
      { expression: columnAt([column.name]), direction: pick(tape, ['desc', 'asc'] as const), nulls: 'last' },
    ],
  }
  const width: Width = { model, size, from: all(model.name), pk, column, keys, order }
  const relation = pickOf(tape, [...model.relations.values()])
  const several = pick(tape, [11, 33, 65] as const)
  const tower = towerOf(making, width, several)
  return [
    ...longReads(making, width, members),
    ...shuffled(tape, piecedReads(making, width)).slice(0, 5),
    ...relatedReads(making, width, relation),
    ...(size <= 101 ? deepReads(width, several, tower) : []),
  ]
}

/** Values of which only the last few, or the first, exist. */
const membersOf = (
  { tape, world }: Making,
  model: Model,
  column: ModelColumn,
  size: number,
): ReadonlyArray<Json> => {
  const others = times(size, (i) => numbered(column.kind, 100_000 + i) ?? null).filter(
    (value) => value !== null,
  )
  const live = (world.rows[model.name] ?? [])
    .slice(-3)
    .map((row) => row[column.name] ?? null)
    .filter((value) => value !== null)
  return chance(tape, 50) ? [...others.slice(live.length), ...live] : [...live, ...others.slice(live.length)]
}

/** A condition of so many nested conditions. */
const towerOf = ({ tape }: Making, { pk, keys }: Width, several: number): PredicateData =>
  times(several, () => pick(tape, ['and', 'or', 'not'] as const)).reduce<PredicateData>(
    (inner, sort) =>
      sort === 'not'
        ? negated(inner)
        : sort === 'and'
          ? { _tag: 'and', all: [inner, negated(hasKey(pk, keys[0] ?? null))] }
          : { _tag: 'or', any: [inner, hasKey(pk, keys[1] ?? null)] },
    hasKey(pk, keys[2] ?? null),
  )

/** Reads of many rows, and of rows with one of many values. */
const longReads = (
  { tape }: Making,
  { from, pk, column, keys, order, size }: Width,
  members: ReadonlyArray<Json>,
): ReadonlyArray<Call> => {
  const n = keys.length
  const key = columnAt([pk.name])
  const value: StepData = {
    _tag: 'values',
    form: 'flat',
    columns: [{ name: 'a', kind: column.kind, expression: columnAt([column.name]) }],
  }
  return [
    readCall(from, { _tag: 'whole' }),
    readCall(then(from, filtering(memberOf(pk, shuffled(tape, keys).slice(0, size))))),
    readCall(then(from, order)),
    readCall(then(from, filtering(memberOf(column, members))), { _tag: 'whole' }),
    readCall(then(from, filtering(negated(memberOf(column, members)))), { _tag: 'count' }),
    readCall(from, { _tag: 'inBulk', keys: keys.slice(0, size) }),
    readCall(then(from, order, slicing(Math.max(0, n - 2), n)), { _tag: 'page' }),
    readCall(then(from, order, slicing(0, Math.max(1, n - 1))), { _tag: 'whole' }),
    readCall(from, { _tag: 'getPks' }),
    readCall(from, { _tag: 'stream', size: Math.max(3, Math.ceil(size / 10)) }),
    readCall(then(from, value, { _tag: 'distinct' }), { _tag: 'toArray' }),
    readCall(
      then(from, { _tag: 'groupBy', keys: [{ name: 'k', kind: pk.kind, expression: key }], aggregates: [] }),
    ),
    readCall(from, {
      _tag: 'aggregate',
      aggregates: [{ name: 'g', kind: 'int', expression: countOf(column, chance(tape, 50)) }],
    }),
  ]
}

/** Reads that a client may split into several requests, and must combine. */
const piecedReads = (
  { tape, world }: Making,
  { model, from, pk, keys, order, size }: Width,
): ReadonlyArray<Call> => {
  const n = keys.length
  const middle = Math.floor(n / 2)
  const some = shuffled(tape, keys).slice(0, size)
  // The first value occurs again among the last.
  const twice = memberOf(pk, [...some, ...some.slice(0, 2)])
  const number = pickOf(
    tape,
    [...model.columns.values()].filter(({ kind, target }) => isNumber(kind) && target === null),
  )
  const sum = (name: 'sum' | 'min' | 'max', { name: column, kind }: ModelColumn): TypedColumn => ({
    name,
    kind,
    expression: { ...countOf({ name: column }, false), name },
  })
  const reverse = [...(world.schema.models.get(model.name)?.relations.values() ?? [])].find(
    ({ many }) => many,
  )
  return [
    readCall(then(from, filtering(twice), order)),
    readCall(then(from, filtering(twice)), { _tag: 'count' }),
    readCall(from, { _tag: 'inBulk', keys: [...some, ...some.slice(0, 2)] }),
    readCall(then(from, filtering(memberOf(pk, some)), order, slicing(1, Math.max(2, size - 1)))),
    readCall(then(from, order, slicing(middle, middle + 3))),
    readCall(
      then(from, filtering(memberOf(pk, some.slice(0, middle))), {
        _tag: 'union',
        others: [then(from, filtering(memberOf(pk, some.slice(Math.max(0, middle - 2)))))],
      }),
    ),
    ...(number === null
      ? []
      : [
          readCall(from, {
            _tag: 'aggregate',
            aggregates: [sum('sum', number), sum('min', number), sum('max', number)],
          }),
        ]),
    ...(reverse === undefined
      ? []
      : [
          readCall(
            then(from, order, {
              _tag: 'prefetchRelated',
              relation: reverse.name,
              query: then(all(reverse.target), slicing(0, 2)),
            }),
          ),
        ]),
  ]
}

const countOf = ({ name }: Pick<ModelColumn, 'name'>, distinct: boolean): Aggregate<QuerysetData> => ({
  _tag: 'aggregate',
  name: 'count',
  over: 'group',
  level: 0,
  relation: [],
  arg: columnAt([name]),
  distinct,
  filter: null,
  default: null,
  sample: false,
})

/** Reads of rows with related rows, and of these with the rows that point to them. */
const relatedReads = (
  { world }: Making,
  { model, from }: Width,
  relation: ModelRelation | null,
): ReadonlyArray<Call> => {
  if (relation === null) return []
  const { name, many, target } = relation
  const back = many
    ? undefined
    : [...(world.schema.models.get(target)?.relations.values() ?? [])].find(
        (each) => each.many && each.target === model.name,
      )
  const along: StepData = many
    ? { _tag: 'prefetchRelated', relation: name, query: all(target) }
    : { _tag: 'selectRelated', path: [name] }
  return [
    readCall(then(from, along)),
    ...(back === undefined
      ? []
      : [
          readCall(
            then(all(target), { _tag: 'prefetchRelated', relation: back.name, query: all(model.name) }),
          ),
        ]),
  ]
}

/** Reads with deep conditions, many columns and many combinations. */
const deepReads = (
  { from, pk, keys, order }: Width,
  several: number,
  tower: PredicateData,
): ReadonlyArray<Call> => {
  const n = keys.length
  const key = columnAt([pk.name])
  const repeated = times(several, (i): TypedColumn => ({
    name: `c${String(i)}`,
    kind: pk.kind,
    expression: i % 2 === 0 ? key : constant(pk.kind, keys[i % Math.max(1, n)] ?? null),
  }))
  const parts = Math.min(n, 60)
  const own: StepData = {
    _tag: 'values',
    form: 'flat',
    columns: [{ name: 'a', kind: pk.kind, expression: key }],
  }
  const different = keys.slice(1, parts).map((each) => negated(hasKey(pk, each)))
  return [
    readCall(then(from, filtering(tower))),
    readCall(then(from, slicing(0, 12), { _tag: 'values', form: 'record', columns: repeated })),
    readCall(
      then(from, filtering({ _tag: 'or', any: keys.slice(0, parts).map((each) => hasKey(pk, each)) })),
    ),
    readCall(then(from, filtering({ _tag: 'and', all: different }))),
    readCall(
      then(from, filtering({ _tag: 'inQuery', left: key, query: then(from, order, slicing(0, n - 1), own) })),
    ),
    readCall(
      then(from, slicing(1, null), {
        _tag: 'union',
        others: times(several === 11 ? 11 : 3, (i) => then(from, slicing(i, n - i))),
      }),
    ),
  ]
}

/** Texts that differ only after so many characters. */
const longCalls = (
  making: Making,
  models: ReadonlyArray<string>,
  size: number,
  areas: ReadonlySet<Area>,
): ReadonlyArray<Call> => {
  const { tape, world } = making
  const having = [...world.schema.models.values()].flatMap((model) =>
    models.includes(model.name)
      ? [...model.columns.values()]
          .filter(
            (column) =>
              column.kind === 'text' &&
              column.target === null &&
              !limited(column) &&
              column.name !== model.primaryKey,
          )
          .map((column) => ({ model, column }))
      : [],
  )
  const found = pickOf(tape, having)
  if (found === null) return []
  const { model, column } = found
  const [even, one, other] = longTexts(size)
  const texts = shuffled(tape, [one, other, even])
  const rows = freshRows(making, model, 3, 400_000).map((row, i): Row => ({
    ...row,
    [column.name]: texts[i] ?? one,
  }))
  const key = world.rows[model.name]?.[0]?.[model.primaryKey] ?? null
  const at = columnAt([column.name])
  const lookup = (
    name: 'exact' | 'contains' | 'startswith' | 'endswith' | 'gt' | 'iexact',
    text: string,
  ): PredicateData => ({ _tag: 'lookup', name, left: at, right: [constant('text', text)] })
  const filter = (predicate: PredicateData): Call =>
    readCall(then(all(model.name), { _tag: 'filter', predicate }))
  const typed = { name: 'a', kind: 'text', expression: at } as const
  const made: ReadonlyArray<Call> = areas.has('writes')
    ? [
        { _tag: 'write', write: { _tag: 'create', model: model.name, rows }, bulk: true },
        ...(key === null
          ? []
          : [
              {
                _tag: 'write',
                write: {
                  _tag: 'update',
                  model: model.name,
                  changes: [{ key, set: { [column.name]: column.unique ? `${one}u` : one } }],
                },
                bulk: chance(tape, 50),
              } as const,
            ]),
      ]
    : []
  return [
    ...made,
    ...(areas.has('reads')
      ? [
          filter(lookup('exact', one)),
          filter(lookup('startswith', even)),
          filter(lookup('contains', other)),
          filter(lookup('gt', one)),
          filter({
            _tag: 'lookup',
            name: 'in',
            left: at,
            right: [constant('text', other), constant('text', even)],
          }),
          readCall(
            then(all(model.name), {
              _tag: 'orderBy',
              keys: [{ expression: at, direction: 'desc', nulls: 'last' }],
            }),
          ),
          readCall(
            then(all(model.name), { _tag: 'values', form: 'record', columns: [typed] }, { _tag: 'distinct' }),
          ),
          readCall(then(all(model.name), { _tag: 'groupBy', keys: [typed], aggregates: [] })),
        ]
      : []),
  ]
}

/** Requirements for the rows: how many of which models, or which texts. @since 0.2.0 */
export const wideRows = (names: ReadonlyArray<string>, { size, about, each }: Wide): Wanted => {
  const last = names.at(-1)
  if (about === 'text' || last === undefined) return { texts: [...longTexts(size), 'a'] }
  const others = !each ? [] : names.map((name) => [name, Math.min(size, 60)] as const)
  return { many: new Map([...others, [last, size]]) }
}
