/**
 * Folds a queryset and the values to write into a mutation. Nothing is read or written.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { invalidStep, type QueryError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import { stamped } from '../schema/autoTimes.js'
import { validateChange, validateNew } from '../schema/validate.js'
import type { Named } from '../expression/Expression.js'
import type { ChangedRow, NewRow } from '../expression/Written.js'
import { modelOf, type Scope } from '../expression/Scope.js'
import { isExpr } from '../expression/toRef.js'
import { append } from '../queryset/append.js'
import { bind, expressionOf } from '../queryset/bind.js'
import { calling } from '../queryset/calling.js'
import { returnedBy } from '../queryset/CallbackTrace.js'
import { asQueryset, type AnyQueryset, type Queryset, type Step } from '../queryset/Queryset.js'
import { fold } from './fold.js'
import { keyColumn, type Delete, type Insert, type OnConflict, type Update } from './Mutation.js'
import type { Query } from './Query.js'

/**
 * The model of a queryset's rows. `name` is the function that needs it, for the error.
 *
 * @since 0.1.0
 */
export const writtenModel = (name: string, queryset: AnyQueryset): E.Either<QueryError, Model> =>
  E.flatMap(asQueryset(queryset).scope, (scope: Scope) => {
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
  })

/**
 * Projects a queryset's rows to these columns.
 *
 * @since 0.1.0
 */
export const projected = (queryset: AnyQueryset, columns: ReadonlyArray<Named<AnyQueryset>>): AnyQueryset => {
  const values = append(queryset, 'values', () =>
    E.right({ step: { _tag: 'values', columns, form: 'record' } }),
  )
  return {
    ...values,
    scope: E.map((scope: Scope) => ({ ...scope, model: null, columns: new Map() }))(values.scope),
  }
}

/**
 * The primary key of a model's rows, under the name that it has in a write.
 *
 * @since 0.2.0
 */
export const writeKey = (model: Model): Named<AnyQueryset> => ({
  name: keyColumn,
  expression: { _tag: 'column', path: [model.primaryKey], level: 0 },
})

/**
 * What an update sets: `fixed` values, which are checked and in stored form, and columns that are `computed` for each
 * row.
 *
 * @since 0.2.0
 */
interface Assignments {
  readonly fixed: Row
  readonly computed: ReadonlyArray<Named<AnyQueryset>>
}

/**
 * Reads the callback of an update. A callback that throws is an `InvalidStep`. A fixed value that its field can't hold
 * is `Invalid`.
 *
 * @since 0.2.0
 */
const assignmentsOf = (
  queryset: AnyQueryset,
  model: Model,
  changes: (row: never) => unknown,
): E.Either<QueryError, Assignments> =>
  E.flatMap(queryset.scope, (scope: Scope) => {
    const asked = calling(scope, changes, {
      step: 'values',
      index: queryset.length,
      title: 'update: its callback',
      hint: 'Return the fields that change.',
    })
    if (E.isLeft(asked)) return asked
    const { returned: said, by, trace } = asked.right
    const given: ReadonlyArray<readonly [string, unknown]> = Object.entries(
      typeof said === 'object' && said !== null ? said : {},
    )
    const misspelled = given.some(([, value]) => value === undefined) ? returnedBy(trace, said) : null
    if (misspelled !== null) return E.left(misspelled)
    const computed = given.flatMap(([name, value]: readonly [string, unknown]) =>
      isExpr(value) ? [{ name, expression: expressionOf(value) }] : [],
    )
    // Binds the expressions to the row.
    const step: Step = bind(by, { _tag: 'values', columns: computed, form: 'record' }).step
    return E.map(([fixed = {}]: ReadonlyArray<Row>): Assignments => ({
      fixed: stampedBeside(model, fixed, computed),
      computed: step._tag === 'values' ? step.columns : [],
    }))(validateChange(model, [Object.fromEntries(given.filter(([, value]) => !isExpr(value)))]))
  })

/** The fixed values and those of the clock, except for columns that are computed. */
const stampedBeside = (model: Model, fixed: Row, computed: ReadonlyArray<Named<AnyQueryset>>): Row => {
  const names = new Set(computed.map(({ name }) => name))
  const all = stamped(model, fixed, names.size > 0 || Object.keys(fixed).length > 0)
  return names.size === 0 ? all : Object.fromEntries(Object.entries(all).filter(([name]) => !names.has(name)))
}

/** The query of a queryset's rows, and the expressions to project from them. */
const split = (
  queryset: AnyQueryset,
  model: Model,
  columns: ReadonlyArray<Named<AnyQueryset>>,
): E.Either<QueryError, { readonly query: Query; readonly set: ReadonlyArray<Named<Query>> }> =>
  E.map((folded: Query) => ({
    query: { ...folded, columns: null },
    set: (folded.columns ?? []).filter(({ name }) => name !== keyColumn),
  }))(fold(projected(queryset, [writeKey(model), ...columns])))

/**
 * An update as data: the mutation that `update` carries out.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, explain, field, foldUpdate, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ counter: { id: autoId, n: field.int() } })
 * const increment = pipe(models.counter, foldUpdate((c) => ({ n: c.n.plus(1) })))
 * if (E.isRight(increment)) console.log(increment.right.set.map(({ name }) => name)) // => [ 'n' ]
 *
 * @since 0.2.0
 */
export const foldUpdate =
  <R, P>(changes: (row: R) => P) =>
  <A, M>(
    queryset: Queryset<R, A, M> & ([P] extends [ChangedRow<M>] ? unknown : never),
  ): E.Either<QueryError, Update> =>
    updateOf(queryset, changes)

/**
 * Like `foldUpdate`, for values whose types aren't known.
 *
 * @since 0.2.0
 */
export const updateOf = (
  queryset: AnyQueryset,
  changes: (row: never) => unknown,
): E.Either<QueryError, Update> =>
  E.flatMap(writtenModel('update', queryset), (model: Model) =>
    E.flatMap(assignmentsOf(queryset, model, changes), (assignments: Assignments) =>
      updateWith(queryset, model, assignments),
    ),
  )

/**
 * An update whose callback has been read already.
 *
 * @since 0.2.0
 */
const updateWith = (
  queryset: AnyQueryset,
  model: Model,
  { fixed, computed }: Assignments,
): E.Either<QueryError, Update> =>
  E.map(({ query, set }: { readonly query: Query; readonly set: ReadonlyArray<Named<Query>> }): Update => ({
    _tag: 'update',
    query,
    set: [
      ...Object.entries(fixed).map(([name, value]): Named<Query> => ({
        name,
        expression: { _tag: 'const', kind: model.columns.get(name)?.kind ?? 'text', value },
      })),
      ...set,
    ],
    expect: null,
  }))(split(queryset, model, computed))

/**
 * A delete as data: the mutation that `deleteRows` carries out.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, foldDelete, schema } from 'queryset-ts'
 * const models = schema({ genre: { id: autoId } })
 * console.log(E.isRight(foldDelete(models.genre))) // => true
 *
 * @since 0.2.0
 */
export const foldDelete = (queryset: AnyQueryset): E.Either<QueryError, Delete> =>
  E.flatMap(writtenModel('delete', queryset), (model: Model) =>
    E.map(({ query }: { readonly query: Query }): Delete => ({ _tag: 'delete', query, expect: null }))(
      split(queryset, model, []),
    ),
  )

/**
 * An insert as data: the mutation that `createBulk` carries out. Values are checked here. A value that can't be written
 * is `Invalid`.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, field, foldInsert, pipe, schema } from 'queryset-ts'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const insert = pipe(models.genre, foldInsert([{ name: 'Rock' }]))
 * if (E.isRight(insert)) console.log(insert.right.rows) // => [ { id: null, name: 'Rock' } ]
 *
 * @since 0.2.0
 */
export const foldInsert =
  <N>(rows: ReadonlyArray<N>, onConflict: OnConflict = { _tag: 'refuse' }) =>
  <R, A, M>(
    queryset: Queryset<R, A, M> & ([N] extends [NewRow<M>] ? unknown : never),
  ): E.Either<QueryError, Insert> =>
    E.flatMap(writtenModel('createBulk', queryset), (model: Model) =>
      E.map((stored: ReadonlyArray<Row>): Insert => ({
        _tag: 'insert',
        model: model.name,
        rows: stored,
        onConflict,
        expect: null,
      }))(validateNew(model, rows)),
    )
