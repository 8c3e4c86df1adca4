/**
 * The specification as an evaluator.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Evaluated, EvaluatedOver, Evaluator } from '../query/Evaluator.js'
import { infer } from '../query/infer.js'
import { isHidden, layersOf, type Query } from '../query/Query.js'
import type { TypedQuery } from '../query/TypedQuery.js'
import { allRows, cellsOf, type AnyQueryset } from '../queryset/Queryset.js'
import { after, meantRows } from './denote.js'
import { placeAfter, type World } from './meaning.js'
import { withValue } from './meaning/remembered.js'
import { allRows as rowsOfModel, given, inOrder, type MeantRows } from './meaning/rows.js'
import { unfold, type Unfolded } from './unfold.js'

/**
 * Evaluates queries as the specification says, row by row, without indexes. It is for tests: fast evaluators must give
 * the same answers. It doesn't count work, so a budget of steps or bytes doesn't stop it.
 *
 * @example
 * import { autoId, field, schema, toArray } from 'queryset-ts'
 * import { reference } from 'queryset-ts/laws'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rock' }] }, { evaluator: reference })
 * console.log(await toArray(client)(models.genre)()) // => { _tag: 'Right', right: [ { id: 1, name: 'Rock' } ] }
 *
 * @since 0.2.0
 */
export const reference: Evaluator = {
  name: 'reference',
  page: (over, query) =>
    typed(over, query, (asked): Evaluated => {
      const { world, unfolded } = worldOf(over)
      const rows = (of: TypedQuery): MeantRows => meantRows(world, unfolded(of), null)
      return {
        rows: shown(asked, given(rows(asked), null)),
        total: rows({ ...asked, slice: null }).items.length,
      }
    }),
  on: (over, query, base, passes) =>
    typed(over, query, (asked) => shown(asked, given(onBase(over, asked, base, passes), null))),
}

const typed = <A>(
  { schema }: EvaluatedOver,
  query: Query,
  read: (asked: TypedQuery) => A,
): E.Either<QueryError, A> => E.map(read)(infer(schema, query))

/** The rows of a query, given the rows of its model, or the rows of its inner passes. */
const onBase = (
  over: EvaluatedOver,
  asked: TypedQuery,
  base: ReadonlyArray<Row>,
  passes: number,
): MeantRows => {
  const { world, known, unfolded } = worldOf(over)
  const done = layersOf(asked)[passes - 1]
  if (done === undefined) {
    const queryset = unfolded(asked)
    // The given rows may be sorted already. They stay in their order.
    const start: MeantRows = { ...rowsOfModel(world, queryset.model, base), ordered: true }
    return cellsOf(queryset).reduce((rows, cell) => after(world, rows, cell, null), start)
  }
  const model = done.scope.model ?? ''
  const begun: AnyQueryset = { ...allRows(over.schema, model), scope: E.right(done.scope) }
  const start: MeantRows = { ...rowsOfModel(world, model, base), ...placeAfter(begun), ordered: true }
  const rest = cellsOf(unfold(over.schema, asked, known, passes, begun))
  return rest.reduce((rows, cell) => after(world, rows, cell, null), start)
}

/** The world in which a query is evaluated. A subquery that doesn't refer to an outer row is evaluated once. */
const worldOf = ({ schema, source, now }: EvaluatedOver) => {
  const known: Unfolded = { querysets: new Map(), alone: new Set() }
  const unfolded = (query: TypedQuery): AnyQueryset => unfold(schema, query, known)
  const answers = new Map<AnyQueryset, ReadonlyArray<Row>>()
  const world: World = {
    schema,
    all: source.all,
    withValue: withValue(source.all),
    now,
    rows: (queryset, from) => {
      const rows = answers.get(queryset) ?? inOrder(meantRows(world, queryset, from)).map(({ row }) => row)
      if (known.alone.has(queryset)) answers.set(queryset, rows)
      return rows
    },
  }
  return { world, known, unfolded }
}

/**
 * Rows in the form that a query returns: without its own computed columns, and with one related row for a to-one
 * relation.
 */
const shown = (query: TypedQuery, rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
  rows.map((row) => {
    const own = Object.entries(row).filter(([name]) => !isHidden(name))
    const more = query.related.map(({ relation, many, query: inner }): [string, Json] => {
      const list = shown(inner, row[relation] as unknown as ReadonlyArray<Row>)
      return [relation, many ? list : (list[0] ?? null)]
    })
    return Object.fromEntries([...own, ...more])
  })
