/**
 * Nested reads: related rows of related rows, slices for each parent, relations of two steps, and subqueries of three
 * levels.
 *
 * @since 0.2.0
 */
import { type Scope } from '../../expression/Scope.js'
import type { Model, ModelRelation, Schema } from '../../schema/Schema.js'
import type { ReadCall } from '../case/Case.js'
import { condition } from './conditions.js'
import { atom, columnAt, columnOf, negated, toMany, type Making } from './predicates.js'
import { aggregateOf, someOrder, sliceOf } from './parts.js'
import {
  all,
  then,
  type PredicateData,
  type QuerysetData,
  type StepData,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { scopeOfModel } from './Theme.js'
import { chance, pick, pickOf, times } from './Tape.js'

const relationsOf = (schema: Schema, model: string, many: boolean): ReadonlyArray<ModelRelation> =>
  [...(schema.models.get(model)?.relations.values() ?? [])].filter((relation) => relation.many === many)

/** The slice of each parent's rows. */
const sliced = ({ tape }: Making): StepData =>
  pick<StepData>(tape, [
    { _tag: 'slice', start: 0, stop: 1 },
    { _tag: 'slice', start: 1, stop: null },
    { _tag: 'slice', start: 0, stop: 2 },
    { _tag: 'slice', start: 1, stop: 2 },
  ])

/** Related rows: filtered, sorted, sliced for each parent, and with related rows of their own. */
const prefetched = (making: Making, relation: ModelRelation, depth: number): StepData => {
  const { tape, world } = making
  const scope = scopeOfModel(making, relation.target)
  const query: QuerysetData =
    scope === null
      ? all(relation.target)
      : then(
          all(relation.target),
          ...(chance(tape, 20) ? [{ _tag: 'filter', predicate: condition(making, scope) } as const] : []),
          ...(chance(tape, 60) ? [someOrder(making, scope)] : []),
          ...(chance(tape, 35) ? [sliced(making)] : []),
          ...(depth > 0 ? withRelated(making, world.schema, relation.target, depth - 1) : []),
        )
  return { _tag: 'prefetchRelated', relation: relation.name, query }
}

/** One or two relations of a model, preferably those that lead further. */
const withRelated = (
  making: Making,
  schema: Schema,
  model: string,
  depth: number,
): ReadonlyArray<StepData> => {
  const { tape } = making
  const many = relationsOf(schema, model, true)
  const leading = many.filter(({ target }) => relationsOf(schema, target, true).length > 0)
  const chosen = pickOf(tape, leading.length > 0 && chance(tape, 75) ? leading : many)
  const ways = selections(schema, model)
  const way = pickOf(tape, ways)
  const selected: ReadonlyArray<StepData> =
    way === null || (chosen !== null && chance(tape, 60)) ? [] : [{ _tag: 'selectRelated', path: way }]
  return chosen === null ? selected : [...selected, prefetched(making, chosen, depth)]
}

/** Paths of to-one relations. The longest come first. */
const selections = (schema: Schema, model: string): ReadonlyArray<ReadonlyArray<string>> => {
  const ones = relationsOf(schema, model, false)
  const twos = ones.flatMap(({ name, target }) =>
    relationsOf(schema, target, false).map((next) => [name, next.name]),
  )
  return [...twos, ...ones.map(({ name }) => [name])]
}

/** The models with the most relations that lead further. */
const leadingModels = ({ world }: Making, models: ReadonlyArray<string>): ReadonlyArray<Model> => {
  const { schema } = world
  const named = [...schema.models.values()].filter(({ name, implicit }) => models.includes(name) && !implicit)
  const lengths = named.map(({ name }) =>
    Math.max(
      ...relationsOf(schema, name, true).map(
        ({ target }) => 1 + Math.min(1, relationsOf(schema, target, true).length),
      ),
      ...selections(schema, name).map(({ length }) => length),
      0,
    ),
  )
  const most = Math.max(0, ...lengths)
  return named.filter((_, i) => lengths[i] === most)
}

const asked = (making: Making, of: QuerysetData): ReadCall => ({
  _tag: 'read',
  of,
  terminal: chance(making.tape, 75) ? { _tag: 'toArray' } : { _tag: 'page' },
})

/** Related rows of related rows. @since 0.2.0 */
export const nestedOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const model = pickOf(tape, leadingModels(making, models))
  const scope = model === null ? null : scopeOfModel(making, model.name)
  if (model === null || scope === null) return []
  const n = world.rows[model.name]?.length ?? 0
  return times(2, () =>
    asked(
      making,
      then(
        all(model.name),
        ...(chance(tape, 25) ? [{ _tag: 'filter', predicate: atom(making, scope) } as const] : []),
        ...withRelated(making, world.schema, model.name, 1),
        ...(chance(tape, 30) ? [someOrder(making, scope)] : []),
        ...(chance(tape, 20) ? [sliceOf(tape, n)] : []),
      ),
    ),
  )
}

/** Each relation of a model alone: a slice of the related rows for each parent. @since 0.2.0 */
export const slicedOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const ways = [...world.schema.models.values()]
    .filter(({ name }) => models.includes(name))
    .flatMap(({ name }) => relationsOf(world.schema, name, true).map((relation) => ({ name, relation })))
  const way = pickOf(tape, ways)
  const scope = way === null ? null : scopeOfModel(making, way.relation.target)
  if (way === null || scope === null) return []
  const query = (...steps: ReadonlyArray<StepData>): ReadCall =>
    asked(
      making,
      then(all(way.name), {
        _tag: 'prefetchRelated',
        relation: way.relation.name,
        query: then(all(way.relation.target), ...steps),
      }),
    )
  return [
    query(someOrder(making, scope), sliced(making)),
    query(sliced(making)),
    query(someOrder(making, scope)),
  ]
}

/** Rows with related rows over two to-one relations. They are also filtered and sorted by these. @since 0.2.0 */
export const selectedOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const ways = [...world.schema.models.values()]
    .filter(({ name }) => models.includes(name))
    .flatMap(({ name }) => selections(world.schema, name).map((path) => ({ name, path })))
  const longest = Math.max(0, ...ways.map(({ path }) => path.length))
  const way = pickOf(
    tape,
    ways.filter(({ path }) => path.length === longest),
  )
  const scope = way === null ? null : scopeOfModel(making, way.name)
  if (way === null || scope === null) return []
  const select: StepData = { _tag: 'selectRelated', path: way.path }
  const also = selections(world.schema, way.name).filter((path) => path.join('.') !== way.path.join('.'))
  const second = pickOf(tape, also)
  const found = columnOf(making, scope, (kind) => kind !== 'json')
  return [
    asked(making, then(all(way.name), select, ...(chance(tape, 30) ? [someOrder(making, scope)] : []))),
    asked(
      making,
      then(
        all(way.name),
        ...(chance(tape, 40) ? [{ _tag: 'filter', predicate: condition(making, scope) } as const] : []),
        select,
        ...(second === null ? [] : [{ _tag: 'selectRelated', path: second } as const]),
        ...(found !== null && chance(tape, 40)
          ? [
              {
                _tag: 'orderBy',
                keys: [{ expression: columnAt(found.path), direction: 'desc', nulls: 'first' }],
              } as const,
            ]
          : []),
      ),
    ),
  ]
}

/** Conditions on related rows of related rows, with `not` at every step. @since 0.2.0 */
export const throughOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape } = making
  const model = pickOf(tape, leadingModels(making, models))
  const scope = model === null ? null : scopeOfModel(making, model.name)
  if (model === null || scope === null || toMany(scope).length === 0) return []
  const maybeNot = (p: PredicateData): PredicateData => (chance(tape, 35) ? negated(p) : p)
  const some = (at: Scope, depth: number): PredicateData => {
    const ways = toMany(at)
    const leading = ways.filter((way) => toMany(way.scope, 0).length > 0)
    const way = pickOf(tape, depth > 0 && leading.length > 0 ? leading : ways)
    if (way === null) return maybeNot(atom(making, at))
    const inner = depth > 0 ? some(way.scope, depth - 1) : maybeNot(atom(making, way.scope))
    const predicate: PredicateData = chance(tape, 35)
      ? { _tag: 'and', all: [inner, maybeNot(atom(making, way.scope))] }
      : inner
    return maybeNot({ _tag: 'some', level: 0, relation: way.path, predicate })
  }
  const columns = times(3, (i): TypedColumn => ({
    name: `t${String(i)}`,
    kind: 'boolean',
    expression: { _tag: 'test', predicate: some(scope, 1) },
  }))
  return [
    {
      _tag: 'read',
      of: then(all(model.name), { _tag: 'values', form: 'record', columns }),
      terminal: { _tag: 'toArray' },
    },
    {
      _tag: 'read',
      of: then(all(model.name), { _tag: 'filter', predicate: some(scope, 1) }),
      terminal: { _tag: 'whole' },
    },
  ]
}

/** Aggregates over relations of two steps, and over two relations side by side. @since 0.2.0 */
export const talliesOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const having = [...world.schema.models.values()].flatMap(({ name }) => {
    const scope = models.includes(name) ? scopeOfModel(making, name) : null
    const ways = scope === null ? [] : toMany(scope)
    return scope === null || ways.length === 0 ? [] : [{ name, ways, scope }]
  })
  const most = Math.max(0, ...having.map(({ ways }) => Math.min(2, ways.length)))
  const chosen = pickOf(
    tape,
    having.filter(({ ways }) => Math.min(2, ways.length) === most),
  )
  if (chosen === null) return []
  const names = ['x', 'y', 'z'] as const
  const columns = times(3, (i) => {
    const way = chosen.ways[(i + tape.next(2)) % chosen.ways.length]
    return way === undefined
      ? null
      : aggregateOf(making, way.scope, names[i] ?? 'x', { over: 'row', relation: way.path })
  }).flatMap((each) => (each === null || chosen.scope.columns.has(each.name) ? [] : [each]))
  if (columns.length === 0) return []
  const annotate: StepData = { _tag: 'annotate', columns }
  const [first] = columns
  return [
    { _tag: 'read', of: then(all(chosen.name), annotate), terminal: { _tag: 'toArray' } },
    {
      _tag: 'read',
      of: then(all(chosen.name), annotate, {
        _tag: 'orderBy',
        keys: [{ expression: columnAt([first?.name ?? '']), direction: 'desc', nulls: 'last' }],
      }),
      terminal: { _tag: 'toArray' },
    },
  ]
}
