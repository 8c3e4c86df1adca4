/**
 * Compiles queries to `SELECT`s, pass by pass. A pass is added to the one before, or goes around it as a derived table.
 *
 * @since 0.2.0
 */
import { layersOf } from '../../query/Query.js'
import type { TypedNamed, TypedOrderKey, TypedQuery } from '../../query/TypedQuery.js'
import type { Spelled } from './Dialect.js'
import { converted } from './expression.js'
import { join, nothing, numbered, sizeOf, sql, type Sql } from './Sql.js'
import {
  modelStage,
  newTable,
  opened,
  refuse,
  selectFrom,
  sortedBy,
  stageOf,
  wrapped,
  type Context,
  type Frame,
  type SortKey,
  type Stage,
} from './Stage.js'

/** The maximum nesting depth of queries in one statement. */
const deepest = 40

/**
 * A query, with its outer row if there is one. `base` has the rows that it begins with, if these aren't all rows of its
 * model.
 *
 * @since 0.2.0
 */
export const compileQuery = (
  context: Context,
  query: TypedQuery,
  parent: Frame | null,
  base?: Stage,
): Stage => {
  const layers = layersOf(query)
  if (layers.length > deepest) refuse(context, 'so many passes')
  return layers
    .slice(0, deepest)
    .reduce<Stage | null>(
      (inside, layer) => pass(context, begun(context, layer, inside, parent, base), layer, parent),
      null,
    ) as Stage // there is one pass at least
}

const begun = (
  context: Context,
  { from, start }: TypedQuery,
  inside: Stage | null,
  parent: Frame | null,
  base: Stage | undefined,
): Stage => {
  if (from._tag === 'model' || inside === null)
    return base ?? modelStage(context, from._tag === 'model' ? from.model : '')
  if (from._tag === 'query') return { ...inside, model: start.model }
  const members = [inside, ...from.right.map((each) => compileQuery(context, each, parent))]
  return combined(context, from.operation, start, members)
}

const operators = { union: sql` union `, intersection: sql` intersect `, difference: sql` except ` }

/** The combined rows of several queries, compared by all columns. */
const combined = (
  context: Context,
  operation: 'union' | 'intersection' | 'difference',
  scope: TypedQuery['start'],
  members: ReadonlyArray<Stage>,
): Stage => {
  const { dialect } = context
  const alias = newTable(context)
  const names = [...scope.columns]
  const bodies = members.map((member) => {
    const stage = member.group !== null || member.distinct ? wrapped(member) : member
    const outputs = names.map(([name, { kind }]) => {
      const own = stage.columns.get(name)
      if (own === undefined) return refuse(context, `the column ${name}`)
      const x = converted(context, own, kind)
      return dialect.distinguishable(x) ?? refuse(context, `different values of ${kind}`)
    })
    const body = selectFrom(
      stage,
      outputs.map((text, i) => sql`${text} as ${numbered('c', i)}`),
      stage.limit !== null,
    )
    return stage.limit === null ? body : sql`select * from (${body}) ${newTable(context)}`
  })
  // Rows that are combined with nothing are made distinct, too.
  const [only = nothing] = bodies
  const all =
    bodies.length === 1
      ? sql`select distinct * from (${only}) ${newTable(context)}`
      : join(bodies, operators[operation])
  const escapes = members.some(({ told }) => told.escapes)
  if (escapes && !dialect.abilities.correlatedDerived)
    refuse(context, 'a combination that looks at a row around it')
  const columns = new Map(
    names.map(([name, { kind, nullable }], i): readonly [string, Spelled] => [
      name,
      { sql: sql`${alias}.${numbered('c', i)}`, type: { kind, nullable }, column: false, ofRow: true },
    ]),
  )
  return stageOf(context, sql`(${all}) ${alias}`, columns, scope.model)
}

/** A pass over rows. */
const pass = (context: Context, from: Stage, query: TypedQuery, parent: Frame | null): Stage => {
  const reads =
    query.annotations.length > 0 ||
    query.where !== null ||
    query.order.length > 0 ||
    query.reverse ||
    query.distinctOn !== null ||
    query.columns !== null ||
    query.group !== null ||
    query.distinct ||
    query.slice !== null
  const start = reads ? opened(from) : from
  const annotated = query.annotations.reduce((stage, each) => annotate(stage, each, parent), start)
  if (query.where !== null)
    annotated.where.push(context.compile.predicate({ stage: annotated, parent }, query.where, true))
  const sorted = query.order.length > 0 ? sortedStage(annotated, query.order, parent) : annotated
  const turned: Stage = query.reverse ? { ...sorted, order: sorted.order.map(reversed) } : sorted
  const firsts = query.distinctOn === null ? turned : firstOfEach(turned, query.distinctOn, parent)
  const made =
    query.group !== null
      ? grouped(firsts, query, parent)
      : query.columns !== null
        ? projected(firsts, query.columns, parent)
        : firsts
  const told = query.distinct ? different(made) : made
  const { slice } = query
  return slice === null ? told : { ...opened(told), limit: slice }
}

/** A longer expression isn't repeated. It becomes a column of a derived table. */
const long = 400

const annotate = (stage: Stage, { name, expression }: TypedNamed, parent: Frame | null): Stage => {
  const x = stage.context.compile.expression({ stage, parent }, expression)
  const grown: Stage = { ...stage, columns: new Map([...stage.columns, [name, x]]) }
  return sizeOf(x.sql, long) < long ? grown : wrapped(grown)
}

/** If an ORDER BY can't refer to an outer row, its keys become columns of a derived table. */
const sortedStage = (stage: Stage, order: TypedQuery['order'], parent: Frame | null): Stage => {
  const sorted: Stage = { ...stage, order: order.map((key) => keyOf({ stage, parent }, key)) }
  const isFar = order.some(({ expression }) => expression.reach > 1)
  return isFar && !stage.context.dialect.abilities.correlatedOrder ? wrapped(sorted) : sorted
}

const keyOf = (frame: Frame, { expression, direction, nulls }: TypedOrderKey): SortKey => ({
  x: frame.stage.context.compile.expression(frame, expression),
  descending: direction === 'desc',
  nullsFirst: nulls === 'first',
})

const reversed = ({ x, descending, nullsFirst }: SortKey): SortKey => ({
  x,
  descending: !descending,
  nullsFirst: !nullsFirst,
})

const firstOfEach = (
  stage: Stage,
  keys: NonNullable<TypedQuery['distinctOn']>,
  parent: Frame | null,
): Stage => {
  const { context } = stage
  const told = keys.map((each) => distinguished(context, context.compile.expression({ stage, parent }, each)))
  return numberedOne(stage, told)
}

/** The first of the rows with the same values, in the order of the rows. */
const numberedOne = (stage: Stage, told: ReadonlyArray<Sql>): Stage => {
  const { context } = stage
  const order = stage.order.flatMap((key) => sortedBy(context, key))
  const by = order.length === 0 ? nothing : sql` order by ${join(order)}`
  // Without a key all rows are equal.
  const parts = told.length === 0 ? nothing : sql`partition by ${join(told)}`
  const number: Spelled = {
    sql: sql`row_number() over (${parts}${by})`,
    type: { kind: 'int', nullable: false },
    column: false,
  }
  const outside = wrapped(stage, new Map([[rowNumber, number]]))
  const place = outside.columns.get(rowNumber)
  const columns = new Map([...outside.columns].filter(([name]) => name !== rowNumber))
  if (place !== undefined) outside.where.push(sql`${place.sql} = 1`)
  return { ...outside, columns }
}

/** No column of a query has an empty name. */
const rowNumber = ''

/** A value that is computed here after its row was read can't be compared in the statement. */
const distinguished = (context: Context, x: Spelled): Sql =>
  (x.late === undefined ? context.dialect.distinguishable(x) : null) ??
  refuse(context, `different values of ${x.type.kind}`)

const projected = (stage: Stage, columns: ReadonlyArray<TypedNamed>, parent: Frame | null): Stage => ({
  ...stage,
  model: null,
  columns: spelledAll(stage, columns, parent),
})

const spelledAll = (
  stage: Stage,
  columns: ReadonlyArray<TypedNamed>,
  parent: Frame | null,
): ReadonlyMap<string, Spelled> =>
  new Map(
    columns.map(({ name, expression }) => [
      name,
      stage.context.compile.expression({ stage, parent }, expression),
    ]),
  )

/**
 * The rows of a group. If all their columns are computed, perhaps from nothing but constants and outer rows, the rows
 * become a derived table: an aggregate must refer to a row, or an engine computes it over other rows.
 */
const rowsOfGroup = (stage: Stage): Stage => {
  const columns = [...stage.columns.values()]
  return columns.length === 0 || columns.some(({ ofRow = false }) => ofRow) ? stage : wrapped(stage)
}

const grouped = (rows: Stage, { group }: TypedQuery, parent: Frame | null): Stage => {
  const stage = rowsOfGroup(rows)
  const { context } = stage
  const keys = new Map(
    [...spelledAll(stage, group?.keys ?? [], parent)].map(([name, x]): readonly [string, Spelled] => [
      name,
      // A value that is computed later can't be grouped by.
      {
        ...x,
        sql: x.late === undefined ? distinguished(context, x) : refuse(context, 'such a key of a group'),
      },
    ]),
  )
  const aggregates = spelledAll(stage, group?.aggregates ?? [], parent)
  return {
    ...stage,
    model: null,
    columns: new Map([...keys, ...aggregates]),
    order: [],
    group: keys.size,
  }
}

/** Removes duplicate rows. The first of equal rows stays. */
const different = (given: Stage): Stage => {
  const stage = given.group === null && !given.distinct ? given : wrapped(given)
  const { context, columns, order } = stage
  const told = [...columns.values()].map((x) => distinguished(context, x))
  const known = new Set([...columns.values()].map((x) => x.sql))
  const plain = order.every(({ x }) => known.has(x.sql) || x.constant !== undefined)
  const same = [...columns.values()].every((x, i) => x.sql === told[i])
  if (!plain || !same || columns.size === 0)
    return columns.size === 0 ? refusing(stage, 'rows of no column') : numberedOne(stage, told)
  return wrapped({ ...stage, distinct: true })
}

const refusing = (stage: Stage, what: string): Stage => {
  refuse(stage.context, what)
  return stage
}
