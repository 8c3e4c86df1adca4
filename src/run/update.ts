import { either as E, type taskEither as TE } from 'fp-ts'
import { describeCause } from '../value/describeCause.js'
import { invalidStep, type QueryError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import { validateChange } from '../schema/validate.js'
import type { ChangedRow } from '../expression/Ref.js'
import type { Scope } from '../expression/Scope.js'
import { isExpr } from '../expression/toRef.js'
import type { Change } from '../query/Write.js'
import { bind, expressionOf, withRefs } from '../queryset/bind.js'
import { writtenModel } from '../query/foldMutation.js'
import type { AnyQueryset, Queryset, Step } from '../queryset/Queryset.js'
import type { WritableClient } from '../client/Client.js'
import type { BulkOptions } from '../client/write.js'
import { together } from '../client/together.js'
import { changeRows } from './unique.js'
import { keyed } from './writing.js'

/**
 * Changes all rows of a queryset, whatever steps made it: a sliced, distinct or combined one changes just those
 * rows. Values are given, or expressions of the row as it is (`t.milliseconds.plus(1000)`). Which rows, and what
 * they become, is fixed before the first is written. Gives how many rows there were.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, orderBy, schema, slice, toArray, update } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ track: { id: autoId, ms: field.int() } })
 * const client = memory(models, { track: [{ id: 1, ms: 10 }, { id: 2, ms: 20 }] })
 * const longest = pipe(models.track, orderBy((t) => [t.ms.desc()]), slice(0, 1))
 * console.log(await pipe(longest, update(client, (t) => ({ ms: t.ms.plus(5) })))()) // => { _tag: 'Right', right: 1 }
 * console.log(await pipe(models.track, toArray(client))()) // => { _tag: 'Right', right: [ { id: 1, ms: 10 }, { id: 2, ms: 25 } ] }
 *
 * @since 0.1.0
 */
export const update =
  <R, P>(client: WritableClient, changes: (row: R) => P, options: BulkOptions = {}) =>
  <A, M>(
    queryset: Queryset<R, A, M> & ([P] extends [ChangedRow<M>] ? unknown : never),
  ): TE.TaskEither<QueryError, number> =>
    updateRows(client, queryset, changes, options)

/**
 * As `update`, of what the types have forgotten.
 *
 * @since 0.1.0
 */
export const updateRows = (
  client: WritableClient,
  queryset: AnyQueryset,
  changes: (row: never) => unknown,
  options: BulkOptions = {},
): TE.TaskEither<QueryError, number> =>
  together(client, async (inside) => {
    const model = writtenModel('update', queryset)
    if (E.isLeft(model)) return model
    const asked = E.flatMap(queryset.scope, (scope: Scope) =>
      E.tryCatch(
        () => {
          const { said, by } = withRefs(scope, changes)
          return { by, given: Object.entries(typeof said === 'object' && said !== null ? said : {}) }
        },
        (cause): QueryError =>
          invalidStep(
            'values',
            queryset.length,
            `update: its callback threw: ${describeCause(cause)}`,
            'Return the fields that change.',
          ),
      ),
    )
    if (E.isLeft(asked)) return asked
    const { by, given } = asked.right
    const computed = given.flatMap(([name, value]: readonly [string, unknown]) =>
      isExpr(value) ? [{ name, expression: expressionOf(value) }] : [],
    )
    const fixed = Object.fromEntries(given.filter(([, value]) => !isExpr(value)))
    // Only to bind the expressions to the row.
    const step: Step = bind(by, { _tag: 'values', columns: computed, form: 'record' }).step
    const rows = await keyed(inside, queryset, model.right, step._tag === 'values' ? step.columns : [])()
    if (E.isLeft(rows)) return rows
    const sets = changesOf(model.right, fixed, rows.right)
    if (E.isLeft(sets)) return sets
    return changeRows(inside, model.right, sets.right, options)
  })

/** What each row becomes; a row that comes twice is changed once. */
const changesOf = (
  model: Model,
  fixed: { readonly [name: string]: unknown },
  rows: ReadonlyArray<Row>,
): E.Either<QueryError, ReadonlyArray<Change>> => {
  const once = [...new Map(rows.map((row) => [row['_pk'] ?? null, row])).values()]
  // What is the same for all is checked, even if there are no rows.
  return E.flatMap(validateChange(model, [fixed]), ([same]: ReadonlyArray<Row>) =>
    E.map((computed: ReadonlyArray<Row>) =>
      once.map((row, i): Change => ({ key: row['_pk'] ?? null, set: { ...same, ...computed[i] } })),
    )(
      validateChange(
        model,
        once.map(({ _pk, ...own }) => own),
        // What an expression gives is a stored value.
        true,
      ),
    ),
  )
}
