/**
 * The meaning of expressions and predicates, as simply as possible: by recursion, over all rows each time.
 *
 * This is the specification that tests compare with. It shares no code with the evaluator, so that a fault in the
 * evaluator shows. It is slow and uses the stack, apart from `meaning/remembered`. Rows are compared with each other,
 * and an expression that is nested some thousands deep overflows the stack. Expressions come from querysets without
 * mistakes, which the fold finds.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind, Row } from '../value/Value.js'
import type { Model, Schema } from '../schema/Schema.js'
import type { Aggregate, Expression, Predicate } from '../expression/Expression.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import { aggregate, aggregateKind } from './meaning/aggregates.js'
import { convert } from './meaning/convert.js'
import { called, calledKind } from './meaning/functions.js'
import { isTrue, type Valued } from './meaning/lookups.js'
import { common } from './meaning/Meaning.js'

/**
 * The columns of rows, and the model whose relations can be followed from them.
 *
 * @since 0.2.0
 */
export interface RowScope {
  readonly model: Model | null
  readonly columns: ReadonlyMap<string, { readonly kind: Kind }>
}

/**
 * A row, and the outer row, if there is one. If the "row" is a group, `group` has its rows.
 *
 * @since 0.2.0
 */
export interface Here extends RowScope {
  readonly row: Row
  readonly around: Here | null
  readonly group: (RowScope & { readonly rows: ReadonlyArray<Row> }) | null
}

/**
 * The world: the rows of each model, the time of `now()`, and the meaning of querysets inside expressions.
 *
 * @since 0.2.0
 */
export interface World {
  readonly schema: Schema
  readonly all: (model: string) => ReadonlyArray<Row>
  /** The rows with a value in a column. */
  readonly withValue: (model: string, column: string, value: Json) => ReadonlyArray<Row>
  readonly now: string
  /** The rows of a queryset in order, evaluated from a row. */
  readonly rows: (queryset: AnyQueryset, from: Here) => ReadonlyArray<Row>
}

/** @since 0.2.0 */
export type MeantExpression = Expression<AnyQueryset>

/** @since 0.2.0 */
export type MeantPredicate = Predicate<AnyQueryset>

/**
 * A row in a place.
 *
 * @since 0.2.0
 */
export const inside = ({ model, columns }: RowScope, row: Row, around: Here | null): Here => ({
  model,
  columns,
  row,
  around,
  group: null,
})

/**
 * The columns of a model's rows.
 *
 * @since 0.2.0
 */
export const placeOf = ({ models }: Schema, name: string): RowScope => {
  const model = models.get(name) ?? null
  return { model, columns: model?.columns ?? new Map<string, never>() }
}

/**
 * The columns of a queryset's rows.
 *
 * @since 0.2.0
 */
export const placeAfter = ({ schema, scope }: AnyQueryset): RowScope =>
  E.isLeft(scope)
    ? placeOf(schema, '')
    : { model: placeOf(schema, scope.right.model ?? '').model, columns: scope.right.columns }

/** The row a number of levels further out. */
const outwards = (here: Here, level: number): Here =>
  level === 0 || here.around === null ? here : outwards(here.around, level - 1)

/**
 * The rows that a relation leads to from a row, with repetitions.
 *
 * @since 0.2.0
 */
export const related = (
  world: World,
  { model, row }: RowScope & { readonly row: Row },
  name: string,
): ReadonlyArray<Row> => {
  const relation = model?.relations.get(name)
  if (model === null || relation === undefined) return []
  const { via, target } = relation
  const own = row[model.primaryKey]
  const far = placeOf(world.schema, target).model?.primaryKey ?? ''
  switch (via._tag) {
    case 'forward':
      return having(world, target, far, row[via.column])
    case 'reverse':
      return having(world, target, via.column, own)
    case 'through':
      return having(world, via.model, via.near, own).flatMap((link) =>
        having(world, target, far, link[via.far]),
      )
  }
}

/** The rows of a model with a value in a column. */
const having = (world: World, model: string, column: string, value: Json | undefined): ReadonlyArray<Row> =>
  value === null || value === undefined ? [] : world.withValue(model, column, value)

/** The rows at the end of a path of relations. */
const placeBehind = (world: World, from: RowScope, path: ReadonlyArray<string>): RowScope =>
  path.reduce((at, name) => placeOf(world.schema, at.model?.relations.get(name)?.target ?? ''), from)

/** The rows at the end of a path of relations, with a given outer row. */
const behind = (world: World, from: Here, path: ReadonlyArray<string>, around: Here): ReadonlyArray<Here> =>
  path.reduce<ReadonlyArray<Here>>(
    (rows, name) =>
      rows.flatMap((each) =>
        related(world, each, name).map((row) => inside(placeBehind(world, each, [name]), row, around)),
      ),
    [from],
  )

/** The kind of a column. A relation stands for the key that it stores. */
const columnKind = (world: World, place: RowScope, path: ReadonlyArray<string>): Kind => {
  const own = path.length === 1 ? place.columns.get(path[0] ?? '') : undefined
  if (own !== undefined) return own.kind
  const next = placeBehind(world, place, path.slice(0, 1))
  return next.model === null ? 'int' : columnKind(world, next, restOf(next, path))
}

/** A column of a row, or of the row at the end of its to-one relations. */
const columnValue = (world: World, here: Here, path: ReadonlyArray<string>): Json => {
  const [name = ''] = path
  if (path.length === 1 && here.columns.has(name)) return here.row[name] ?? null
  const next = placeBehind(world, here, [name])
  const [row] = related(world, here, name)
  return row === undefined ? null : columnValue(world, inside(next, row, here), restOf(next, path))
}

/** The rest of a path after its first relation. If nothing is left, the key. */
const restOf = ({ model }: RowScope, path: ReadonlyArray<string>): ReadonlyArray<string> =>
  path.length === 1 ? [model?.primaryKey ?? ''] : path.slice(1)

/**
 * The row at the end of a path of to-one relations, in the place of its key. The rows on the path are included in the
 * same way. `before` is the row as it was selected before.
 *
 * @since 0.2.0
 */
export const selected = (world: World, here: Here, path: ReadonlyArray<string>, before: Json): Json => {
  const [name = '', next, ...rest] = path
  const [row] = related(world, here, name)
  if (row === undefined) return null
  const shown: Row = isRow(before) ? before : row
  const there = inside(placeBehind(world, here, [name]), row, here)
  return next === undefined
    ? shown
    : { ...shown, [next]: selected(world, there, [next, ...rest], shown[next] ?? null) }
}

const isRow = (json: Json): json is Row => typeof json === 'object' && json !== null && !Array.isArray(json)

/**
 * The only column of a queryset's rows, or the key if they are a model's rows.
 */
const onlyColumn = ({ columns, model }: RowScope): string =>
  columns.size === 1 ? [...columns.keys()].join() : (model?.primaryKey ?? '')

/** The rows of an aggregate: those that a relation leads to from a row, or from each row of a group. */
const aggregated = (
  world: World,
  here: Here,
  { over, level, relation }: Aggregate<AnyQueryset>,
): ReadonlyArray<Here> => {
  if (over === 'row') return behind(world, outwards(here, level), relation, here)
  const { group } = here
  return (group?.rows ?? []).flatMap((row) => {
    const member = inside(group ?? here, row, here.around)
    return behind(world, member, relation, member)
  })
}

/** The place of one of these rows, even if there are none. */
const aggregatedPlace = (
  world: World,
  here: Here,
  { over, level, relation }: Aggregate<AnyQueryset>,
): Here => {
  const start = over === 'row' ? outwards(here, level) : inside(here.group ?? here, {}, here.around)
  const around = relation.length === 0 ? here.around : over === 'row' ? here : start
  return inside(placeBehind(world, start, relation), {}, around)
}

const aggregateOf = (world: World, here: Here, said: Aggregate<AnyQueryset>): Json => {
  const { name, arg, filter, default: otherwise } = said
  const rows = aggregated(world, here, said).filter((each) => filter === null || holds(world, each, filter))
  if (arg === null) return rows.length
  const values = rows.map((each) => valueOf(world, each, arg)).filter((value) => value !== null)
  const made = aggregate(name, kindOf(world, aggregatedPlace(world, here, said), arg), values, said)
  return made === null && otherwise !== null
    ? converted(world, here, otherwise, kindOf(world, here, said))
    : made
}

/**
 * The kind of an expression at a row.
 *
 * @since 0.2.0
 */
export const kindOf = (world: World, here: Here, said: MeantExpression): Kind => {
  switch (said._tag) {
    case 'const':
      return said.kind
    case 'column':
      return columnKind(world, outwards(here, said.level), said.path)
    case 'call':
      return calledKind(said.name, kindsOf(world, here, said.args))
    case 'cast':
      return said.to
    case 'case': {
      const results = [...said.branches.map(({ then }) => then), said.otherwise]
      // A literal missing value has any kind.
      const solid = results.filter((each) => each._tag !== 'const' || each.value !== null)
      return common(kindsOf(world, here, solid.length === 0 ? results : solid))
    }
    case 'aggregate':
      return aggregateKind(
        said.name,
        said.arg === null ? 'int' : kindOf(world, aggregatedPlace(world, here, said), said.arg),
      )
    case 'subquery': {
      const place = placeAfter(said.query)
      return place.columns.get(onlyColumn(place))?.kind ?? 'int'
    }
    case 'test':
      return 'boolean'
  }
}

const kindsOf = (world: World, here: Here, all: ReadonlyArray<MeantExpression>): ReadonlyArray<Kind> =>
  all.map((each) => kindOf(world, here, each))

const valued = (world: World, here: Here, said: MeantExpression): Valued => ({
  kind: kindOf(world, here, said),
  value: valueOf(world, here, said),
})

const converted = (world: World, here: Here, said: MeantExpression, to: Kind): Json =>
  convert(kindOf(world, here, said), to, valueOf(world, here, said))

/**
 * The value of an expression at a row. `null` is a missing value.
 *
 * @since 0.2.0
 */
export const valueOf = (world: World, here: Here, said: MeantExpression): Json => {
  switch (said._tag) {
    case 'const':
      return said.value
    case 'column':
      return columnValue(world, outwards(here, said.level), said.path)
    case 'call':
      return called(
        said.name,
        said.args.map((each) => valueOf(world, here, each)),
        kindsOf(world, here, said.args),
        world.now,
      )
    case 'cast':
      return converted(world, here, said.arg, said.to)
    case 'case': {
      const taken = said.branches.find(({ when }) => holds(world, here, when))?.then ?? said.otherwise
      return converted(world, here, taken, kindOf(world, here, said))
    }
    case 'aggregate':
      return aggregateOf(world, here, said)
    case 'subquery': {
      const [first = {}] = world.rows(said.query, here)
      return first[onlyColumn(placeAfter(said.query))] ?? null
    }
    case 'test':
      return holds(world, here, said.predicate)
  }
}

/**
 * Whether a row meets a predicate.
 *
 * @since 0.2.0
 */
export const holds = (world: World, here: Here, asked: MeantPredicate): boolean => {
  switch (asked._tag) {
    case 'and':
      return asked.all.every((each) => holds(world, here, each))
    case 'or':
      return asked.any.some((each) => holds(world, here, each))
    case 'xor':
      return asked.odd.filter((each) => holds(world, here, each)).length % 2 === 1
    case 'not':
      return !holds(world, here, asked.predicate)
    case 'holds':
      return valueOf(world, here, asked.expression) === true
    case 'lookup':
      return isTrue(
        world.schema,
        asked.name,
        valued(world, here, asked.left),
        asked.right.map((each) => valued(world, here, each)),
      )
    case 'some':
      return behind(world, outwards(here, asked.level), asked.relation, here).some((each) =>
        holds(world, each, asked.predicate),
      )
    case 'exists':
      return world.rows(asked.query, here).length > 0
    case 'inQuery': {
      const place = placeAfter(asked.query)
      const name = onlyColumn(place)
      const kind = place.columns.get(name)?.kind ?? 'int'
      const among = world.rows(asked.query, here).map((row) => ({ kind, value: row[name] ?? null }))
      return isTrue(world.schema, 'in', valued(world, here, asked.left), among)
    }
  }
}
