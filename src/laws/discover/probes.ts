/**
 * Probes: small querysets over the rows of a client, each of which tests one ability.
 *
 * @since 0.1.0
 */
import type { Json, Kind } from '../../value/Value.js'
import { compare, hash } from '../../value/Order.js'
import type { CustomLookup } from '../../schema/CustomLookup.js'
import type { LookupName, OrderKey } from '../../expression/Expression.js'
import type { Slice } from '../../query/Query.js'
import type { Model, Schema } from '../../schema/Schema.js'
import { operandsFor } from '../make/customOperands.js'
import type { further } from './Manifest.js'
import type { Rows } from '../case/Rows.js'
import { columnAt, constant, negated } from '../make/predicates.js'
import {
  all,
  then,
  type PredicateData,
  type ExpressionData,
  type QuerysetData,
  type StepData,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { tapeOf } from '../make/Tape.js'
import { twinOf } from '../make/twin.js'

/**
 * The ability that a probe tests.
 *
 * @since 0.1.0
 */
export type Ability =
  | { readonly _tag: 'lookup'; readonly model: string; readonly field: string; readonly lookup: LookupName }
  | { readonly _tag: 'order'; readonly model: string; readonly field: string }
  | { readonly _tag: 'connectives' | 'limit' | 'offset' | 'projection' | 'total' | 'everything' }
  | { readonly _tag: (typeof further)[number] }

/** @since 0.1.0 */
export interface Probe {
  readonly ability: Ability
  readonly of: QuerysetData
  /** The slice of the client's own list, in any order. */
  readonly slice?: Slice
}

/** A column that can be filtered and sorted by. @since 0.1.0 */
export const columnsIn = (model: Model): ReadonlyArray<{ readonly name: string; readonly kind: Kind }> =>
  [...model.columns.values()].filter(({ kind }) => kind !== 'json')

const valuesIn = (rows: Rows, model: string, field: string, kind: Kind): ReadonlyArray<Json> => {
  const there = (rows[model] ?? []).flatMap((row) =>
    row[field] === null || row[field] === undefined ? [] : [row[field]],
  )
  const different = new Map(there.map((value) => [hash(kind)(value), value]))
  return [...different.values()].slice(0, 4)
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

/** The largest number of queries about one lookup of a field. */
const mostConstants = 8

/** The operands for a lookup: values of rows, and values that differ from them in one respect. */
const constantsFor = (
  rows: Rows,
  model: string,
  { name, kind }: { readonly name: string; readonly kind: Kind },
  lookup: LookupName,
  custom: CustomLookup | null,
): ReadonlyArray<ReadonlyArray<Json>> => {
  const live = valuesIn(rows, model, name, kind)
  const twins = live.map((value, i) => twinOf(tapeOf([i * 7, i, i % 2, 1]), kind, value))
  const own = live.flatMap((value, i) => [value, twins[i] ?? value])
  if (custom !== null) return operandsFor(custom, kind, own).slice(0, mostConstants)
  const ranked = [...own].sort(compare(kind))
  const last = ranked.at(-1)
  switch (lookup) {
    case 'isnull':
      return [[]]
    case 'in':
      // A list of one value would be a query by `exact`.
      return [live.slice(0, 2), own, twins].filter((each) => new Set(each).size > 1)
    case 'range':
      return ranked
        .flatMap((low) =>
          last === undefined
            ? []
            : [
                [low, last],
                [low, low],
              ],
        )
        .slice(0, mostConstants)
    case 'regex':
    case 'iregex':
      return [['^a'], ['.'], ...live.map((text) => [textOf(text).replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&')])]
    default:
      return [
        ...(kind === 'text' && live.length > 0 ? [[textOf(live[0]).slice(0, 1)], ['']] : []),
        ...own.map((value) => [value]),
      ].slice(0, mostConstants)
  }
}

const lookupFor = (
  field: string,
  kinds: ReadonlyArray<Kind>,
  name: LookupName,
  constants: ReadonlyArray<Json>,
): PredicateData => ({
  _tag: 'lookup',
  name,
  left: columnAt([field]),
  right: constants.map((value, i) => constant(kinds[i] ?? kinds[0] ?? 'text', value)),
})

const keep = (predicate: PredicateData): StepData => ({ _tag: 'filter', predicate })

/** @since 0.1.0 */
export const lookupProbes = (
  rows: Rows,
  model: Model,
  column: { readonly name: string; readonly kind: Kind },
  lookup: LookupName,
  custom: CustomLookup | null = null,
): ReadonlyArray<Probe> =>
  constantsFor(rows, model.name, column, lookup, custom).map((constants) => ({
    ability: { _tag: 'lookup', model: model.name, field: column.name, lookup },
    of: then(
      all(model.name),
      keep(lookupFor(column.name, custom?.operands ?? [column.kind], lookup, constants)),
    ),
  }))

const keyOf = (
  field: string,
  direction: 'asc' | 'desc',
  nulls: 'first' | 'last',
): OrderKey<QuerysetData> => ({
  expression: columnAt([field]),
  direction,
  nulls,
})

/** Both directions, with missing values first and last. @since 0.1.0 */
export const orderProbes = (model: Model, field: string): ReadonlyArray<Probe> =>
  (['asc', 'desc'] as const).flatMap((direction) =>
    (model.columns.get(field)?.nullable === true ? (['last', 'first'] as const) : (['last'] as const)).map(
      (nulls): Probe => ({
        ability: { _tag: 'order', model: model.name, field },
        of: then(all(model.name), { _tag: 'orderBy', keys: [keyOf(field, direction, nulls)] }),
      }),
    ),
  )

/** A condition that the client is known to answer exactly. @since 0.1.0 */
export interface Known {
  readonly model: string
  readonly field: string
  readonly nullable: boolean
  readonly predicate: PredicateData
}

/** One condition for each lookup of each model, on a nullable field if there is one. */
const oneEach = (known: ReadonlyArray<Known>): ReadonlyArray<Known> => {
  const best = new Map<string, Known>()
  known.forEach((each) => {
    const name = `${each.model} ${each.predicate._tag === 'lookup' ? each.predicate.name : ''}`
    if (best.get(name)?.nullable !== true) best.set(name, each)
  })
  return [...best.values()]
}

/** Combined conditions. The last of them need two fields. @since 0.1.0 */
export const connectiveProbes = (known: ReadonlyArray<Known>): ReadonlyArray<Probe> =>
  oneEach(known).flatMap(({ model, predicate, field }) => {
    const other = known.find((each) => each.model === model && each.field !== field)?.predicate
    const shapes: ReadonlyArray<PredicateData> = [
      negated(predicate),
      ...(other === undefined
        ? []
        : ([
            { _tag: 'or', any: [predicate, other] },
            { _tag: 'xor', odd: [predicate, other] },
            negated({ _tag: 'and', all: [predicate, other] }),
          ] as const)),
    ]
    return shapes.map((each): Probe => ({
      ability: { _tag: 'connectives' },
      of: then(all(model), keep(each)),
    }))
  })

const slice = (start: number, stop: number | null): StepData => ({ _tag: 'slice', start, stop })

/** Limits, and pages of one row from the first row on. @since 0.1.0 */
export const sliceProbes = (model: Model, n: number): ReadonlyArray<Probe> => [
  ...[1, Math.max(1, n - 1)].map((limit): Probe => ({
    ability: { _tag: 'limit' },
    of: all(model.name),
    slice: { offset: 0, limit },
  })),
  ...Array.from({ length: Math.min(n, 5) }, (_, i): Probe => ({
    ability: { _tag: 'offset' },
    of: all(model.name),
    slice: { offset: i + 1, limit: 1 },
  })),
]

const typed = (name: string, kind: Kind, expression: ExpressionData): TypedColumn => ({
  name,
  kind,
  expression,
})

const plain = ({ name, kind }: { readonly name: string; readonly kind: Kind }): TypedColumn =>
  typed(name, kind, columnAt([name]))

const aggregate = (name: 'count' | 'min' | 'max', arg: ExpressionData | null): ExpressionData => ({
  _tag: 'aggregate',
  name,
  over: 'group',
  level: 0,
  relation: [],
  arg,
  distinct: false,
  filter: null,
  default: null,
  sample: false,
})

/** The probes about a model as a whole. @since 0.1.0 */
export const wholeProbes = (schema: Schema, model: Model): ReadonlyArray<Probe> => {
  const columns = columnsIn(model).filter(({ name }) => model.columns.get(name)?.target === null)
  const [first] = columns
  const last = columns.at(-1)
  if (first === undefined || last === undefined) return []
  const of = (...steps: ReadonlyArray<StepData>): QuerysetData => then(all(model.name), ...steps)
  const values = (...some: ReadonlyArray<TypedColumn>): StepData => ({
    _tag: 'values',
    form: 'record',
    columns: some,
  })
  const has: PredicateData = { _tag: 'lookup', name: 'isnull', left: columnAt([last.name]), right: [] }
  const counted = typed('n', 'int', aggregate('count', null))
  const relations = [...model.relations.values()].filter(({ target }) => schema.models.has(target))
  const group = (keys: ReadonlyArray<TypedColumn>, aggregates: ReadonlyArray<TypedColumn>): StepData => ({
    _tag: 'groupBy',
    keys,
    aggregates,
  })
  const probe = (name: (typeof further)[number] | 'projection', queryset: QuerysetData): Probe => ({
    ability: { _tag: name },
    of: queryset,
  })
  return [
    ...(columns.length > 1
      ? [
          probe('projection', of(values(plain(first)))),
          probe('projection', of(values(plain(last)))),
          probe('projection', of({ _tag: 'only', fields: [model.primaryKey] })),
        ]
      : []),
    probe('aggregate', of(group([], [counted]))),
    ...columns
      .filter(({ kind }) => kind !== 'boolean' && kind !== 'uuid')
      .slice(0, 5)
      .flatMap((column) => [
        probe(
          'aggregate',
          of(
            group(
              [],
              [
                typed('a', column.kind, aggregate('min', columnAt([column.name]))),
                typed('b', column.kind, aggregate('max', columnAt([column.name]))),
              ],
            ),
          ),
        ),
        probe(
          'aggregate',
          of(
            group(
              [{ ...plain(column), name: 'k' }],
              [counted, typed('c', 'int', aggregate('count', columnAt([last.name])))],
            ),
          ),
        ),
      ]),
    ...columns
      .slice(0, 5)
      .map((column) => probe('distinct', of(values(plain(column)), { _tag: 'distinct' }))),
    probe('distinct', of({ _tag: 'distinctOn', keys: [columnAt([last.name])] })),
    probe(
      'annotations',
      of({
        _tag: 'annotate',
        columns: [typed('itIsThere', 'boolean', { _tag: 'test', predicate: negated(has) })],
      }),
    ),
    probe(
      'annotations',
      of({ _tag: 'annotate', columns: [typed('another', last.kind, columnAt([last.name]))] }),
    ),
    ...relations.map(({ name, many, target }) =>
      probe(
        'related',
        of(
          many
            ? { _tag: 'prefetchRelated', relation: name, query: all(target) }
            : { _tag: 'selectRelated', path: [name] },
        ),
      ),
    ),
    probe('nested', of(slice(0, 2), keep(has))),
    probe('nested', of({ _tag: 'union', others: [of(keep(negated(has)))] })),
    probe('nested', of(slice(1, 3), { _tag: 'orderBy', keys: [keyOf(last.name, 'desc', 'last')] })),
  ]
}
