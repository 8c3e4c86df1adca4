/**
 * What the writing terminals have in common.
 *
 * @since 0.1.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { invalidStep, unsupported, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import { modelOf } from '../expression/Scope.js'
import { incomplete, type Outcome } from '../client/Outcome.js'
import type { WritableClient } from '../client/Client.js'
import type { Named } from '../expression/Expression.js'
import { append } from '../queryset/append.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import { run } from './run.js'

/**
 * The model whose rows a queryset has.
 *
 * @since 0.1.0
 */
export const writtenModel = (name: string, queryset: AnyQueryset): E.Either<QueryError, Model> =>
  E.chain((scope: Parameters<typeof modelOf>[0]) => {
    const model = modelOf(scope)
    return model === null
      ? E.left<QueryError>(
          invalidStep(
            'values',
            queryset.length,
            `${name}: the rows are no longer those of a model`,
            "Write before 'values' or 'groupBy'.",
          ),
        )
      : E.right(model)
  })(queryset.scope)

/**
 * Runs a program as one, where the client can; as it is, where not.
 *
 * @since 0.1.0
 */
export const together = <A>(
  client: WritableClient,
  program: (client: WritableClient) => Promise<E.Either<QueryError, A>>,
): TE.TaskEither<QueryError, A> => {
  const { transaction } = client
  return transaction === undefined ? () => program(client) : transaction((inside) => () => program(inside))
}

/**
 * The values of an outcome in which all is done, or an error that tells what isn't. Where nothing stays done, since
 * the client does all or nothing or there was only one item, that is the first item's own.
 *
 * @since 0.1.0
 */
export const settled = <A>(
  client: WritableClient,
  model: Model,
  outcome: Outcome<A>,
  keyOf: (value: A) => Json,
): E.Either<QueryError, ReadonlyArray<A>> => {
  const problem = incomplete(model.name, outcome, keyOf)
  if (problem === null) return E.right(outcome.flatMap((item) => (item._tag === 'done' ? [item.value] : [])))
  const failed = outcome.find((item) => item._tag === 'failed')
  const nothing = client.transaction !== undefined || outcome.length === 1
  return E.left(nothing && failed?._tag === 'failed' ? failed.error : problem)
}

/**
 * The key of a row.
 *
 * @since 0.1.0
 */
export const keyIn =
  (model: Model) =>
  (row: Row): Json =>
    row[model.primaryKey] ?? null

/**
 * The primary keys of a queryset's rows, in their order, with further columns beside them.
 *
 * @since 0.1.0
 */
export const keyed = (
  client: WritableClient,
  queryset: AnyQueryset,
  model: Model,
  columns: ReadonlyArray<Named<AnyQueryset>> = [],
): TE.TaskEither<QueryError, ReadonlyArray<Row>> => {
  const pk: Named<AnyQueryset> = {
    name: '_pk',
    expression: { _tag: 'column', path: [model.primaryKey], level: 0 },
  }
  const projected = append(queryset, 'values', () =>
    E.right({ step: { _tag: 'values', columns: [pk, ...columns], form: 'record' } }),
  )
  // Projected as records of canonical values.
  return run(client)({ ...projected, scope: columnsScope(projected) }) as TE.TaskEither<
    QueryError,
    ReadonlyArray<Row>
  >
}

const columnsScope = (queryset: AnyQueryset): AnyQueryset['scope'] =>
  E.map((scope: Parameters<typeof modelOf>[0]) => ({ ...scope, model: null, columns: new Map() }))(
    queryset.scope,
  )

/**
 * A client that doesn't write.
 *
 * @since 0.1.0
 */
export const cantWrite = (client: string): QueryError => unsupported(client, 'writing')
