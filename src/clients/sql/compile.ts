/**
 * Queries compiled to one statement each.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { unsupported, type QueryError } from '../../value/QueryError.js'
import type { Schema } from '../../schema/Schema.js'
import { infer } from '../../query/infer.js'
import type { Query } from '../../query/Query.js'
import type { TypedQuery } from '../../query/TypedQuery.js'
import type { Dialect } from './Dialect.js'
import { compileExpression } from './expression.js'
import type { TableNames } from './schema/tablesOf.js'
import { outputsOf, selectOutputs, type Part } from './outputs.js'
import { compilePredicate } from './predicate.js'
import { compileQuery } from './select.js'
import { numbered, render, sql, type Sql, type Statement } from './Sql.js'
import { newTable, selectFrom, type Compile, type Context } from './Stage.js'

/**
 * The target of a compiler.
 *
 * @since 0.2.0
 */
export interface Target {
  readonly name: string
  readonly dialect: Dialect
  readonly schema: Schema
  readonly names: TableNames
}

/**
 * A statement, and how the values of its rows are read.
 *
 * @since 0.2.0
 */
export interface Compiled extends Statement {
  readonly parts: ReadonlyArray<Part>
}

const compile: Compile = {
  expression: compileExpression,
  predicate: compilePredicate,
  query: compileQuery,
}

/**
 * The shared state of a new statement's parts. `late` says whether values may be computed after the rows are read.
 *
 * @since 0.2.0
 */
export const contextFor = ({ dialect, schema, names }: Target, late = false): Context => ({
  dialect,
  schema,
  names,
  refusals: [],
  numbers: { table: 0, depth: 0 },
  compile,
  late,
})

/**
 * The statement that a fragment says, if nothing in it was refused.
 *
 * @since 0.2.0
 */
export const statementOf = (
  { name, dialect }: Target,
  { refusals }: Context,
  fragment: Sql,
): E.Either<QueryError, Statement> => {
  const [first] = refusals
  const statement = first === undefined ? render(dialect.placeholder, fragment) : null
  return statement?.unspellable === null
    ? E.right(statement)
    : E.left(unsupported(name, `${first ?? statement?.unspellable ?? ''} in ${dialect.name}`))
}

/**
 * The statement that returns the rows of a query. A query that the engine can't spell with the same meaning is
 * `Unsupported`.
 *
 * @since 0.2.0
 */
export const compileRows = (target: Target, query: Query): E.Either<QueryError, Compiled> =>
  E.flatMap(infer(target.schema, query), (typed: TypedQuery) => {
    const context = contextFor(target, true)
    const outputs = outputsOf(compileQuery(context, typed, null), typed, null)
    return E.map((statement: Statement): Compiled => ({ ...statement, parts: outputs.parts }))(
      statementOf(target, context, selectOutputs(outputs)),
    )
  })

/**
 * The statement that counts the rows of a query.
 *
 * @since 0.2.0
 */
export const compileCount = (target: Target, query: Query): E.Either<QueryError, Statement> =>
  E.flatMap(infer(target.schema, query), (typed: TypedQuery) => {
    const context = contextFor(target, true)
    const stage = compileQuery(context, typed, null)
    const plain = stage.group === null && stage.limit === null && !stage.distinct
    const counted = plain
      ? selectFrom(stage, [sql`count(*)`], false)
      : sql`select count(*) from (${selectFrom(
          stage,
          stage.group === null && !stage.distinct
            ? [sql`1 as c0`]
            : [...stage.columns.values()]
                .slice(0, stage.group ?? Infinity)
                .map((x, i) => sql`${x.sql} as ${numbered('c', i)}`),
          stage.limit !== null,
        )}) ${newTable(context)}`
    return statementOf(target, context, counted)
  })
