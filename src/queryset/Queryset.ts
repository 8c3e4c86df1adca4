/**
 * Querysets: a model and the steps applied to it, as an immutable value.
 *
 * A queryset holds its last step and the queryset before it. Adding a step therefore costs the same however long the
 * queryset is. Nothing runs here: `reference/denote` defines what a step means. A mistake is kept as a value until the
 * fold reports it.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { invalidStep, type QueryError } from '../value/QueryError.js'
import type { Schema } from '../schema/Schema.js'
import type { Expression, Named, OrderKey, Predicate } from '../expression/Expression.js'
import type { QuerysetLike } from '../expression/Ref.js'
import { modelScope, type Scope } from '../expression/Scope.js'

declare const refsOf: unique symbol
declare const instead: unique symbol

/**
 * A step, with its expressions as plain data.
 *
 * - `filter`: the rows that meet the predicate.
 * - `orderBy`: the rows sorted by the keys. Ties are broken by the primary key, or by all columns if there is none.
 * - `reverse`: the rows in the opposite order.
 * - `slice`: the rows from `start` up to but not including `stop`. `null` means the end.
 * - `distinct`: each row once. `distinctOn`: the first row for each value of the keys.
 * - `values`: replaces each row by the given expressions. `annotate`: adds columns to each row.
 * - `groupBy`: one row for each value of the keys, with aggregates of the group.
 * - `union`, `intersection`, `difference`: combine rows. `and`, `or`, `xor`: combine the model's rows by key.
 * - `selectRelated`: puts the related row in the place of its key. `prefetchRelated`: adds the related rows to the row.
 * - `only`: keeps only these fields of the model.
 *
 * @since 0.1.0
 */
export type Step = StepOf<AnyQueryset, Named<AnyQueryset>>

/**
 * Like `Step`, with querysets of type `Q` and columns of type `C`.
 *
 * @since 0.1.0
 */
export type StepOf<Q, C> =
  | { readonly _tag: 'filter'; readonly predicate: Predicate<Q> }
  | { readonly _tag: 'orderBy'; readonly keys: ReadonlyArray<OrderKey<Q>> }
  | { readonly _tag: 'reverse' }
  | { readonly _tag: 'slice'; readonly start: number; readonly stop: number | null }
  | { readonly _tag: 'distinct' }
  | { readonly _tag: 'distinctOn'; readonly keys: ReadonlyArray<Expression<Q>> }
  | { readonly _tag: 'values'; readonly columns: ReadonlyArray<C>; readonly form: Form }
  | { readonly _tag: 'annotate'; readonly columns: ReadonlyArray<C> }
  | { readonly _tag: 'groupBy'; readonly keys: ReadonlyArray<C>; readonly aggregates: ReadonlyArray<C> }
  | { readonly _tag: 'union' | 'intersection' | 'difference'; readonly others: ReadonlyArray<Q> }
  | { readonly _tag: 'and' | 'or' | 'xor'; readonly other: Q }
  | { readonly _tag: 'selectRelated'; readonly path: ReadonlyArray<string> }
  | { readonly _tag: 'prefetchRelated'; readonly relation: string; readonly query: Q }
  | { readonly _tag: 'only'; readonly fields: ReadonlyArray<string> }

/** @since 0.1.0 */
export type StepName = Step['_tag']

/**
 * The form of a projected row: an object, a tuple of its columns, or the value of its only column.
 *
 * @since 0.1.0
 */
export type Form = 'record' | 'tuple' | 'flat'

interface Steps {
  readonly schema: Schema
  readonly model: string
  /** The queryset before the last step. `null` stands for all rows of the model. */
  readonly source: AnyQueryset | null
  readonly step: Step | null
  /** The number of steps. */
  readonly length: number
  /** What the next callback can refer to, or the first mistake so far. */
  readonly scope: E.Either<QueryError, Scope>
  /** Whether the queryset refers to rows of a callback around it and is not yet bound to them. */
  readonly open: boolean
}

/**
 * A queryset with rows of type `A`. Its callbacks receive references of type `R`. `M` is the model of the rows.
 *
 * @since 0.1.0
 */
export interface Queryset<in R, out A, out M = unknown> extends Steps, QuerysetLike<A, M>, NoMethods {
  readonly [refsOf]?: (refs: R) => void
}

// Step functions are not methods of a queryset. These members exist only for the compiler: its error says what to write
// instead of such a call.
type NoMethods = { readonly [N in StepFunction]: UsePipe<`pipe(queryset, ${N}(...))`> }

/** The code to write instead. @since 0.2.0 */
export interface UsePipe<out Instead> {
  readonly [instead]: Instead
}

type StepFunction =
  | 'and'
  | 'annotate'
  | 'count'
  | 'create'
  | 'createBulk'
  | 'dates'
  | 'datetimes'
  | 'defer'
  | 'deleteRows'
  | 'difference'
  | 'distinct'
  | 'distinctOn'
  | 'edit'
  | 'exclude'
  | 'exists'
  | 'filter'
  | 'first'
  | 'get'
  | 'groupBy'
  | 'intersection'
  | 'last'
  | 'list'
  | 'none'
  | 'only'
  | 'or'
  | 'orderBy'
  | 'prefetchRelated'
  | 'reverse'
  | 'selectRelated'
  | 'slice'
  | 'toArray'
  | 'union'
  | 'update'
  | 'values'
  | 'valuesList'
  | 'xor'

/**
 * A queryset of any rows and any references.
 *
 * It is not the same as `Queryset<never, unknown>`: where that type is expected, `pipe` infers `never` for the
 * parameters of callbacks.
 *
 * @since 0.1.0
 */
export interface AnyQueryset extends Steps, QuerysetLike, NoMethods {}

// The members that exist only for the compiler have no values at run time.
const made = (steps: Steps & QuerysetLike): AnyQueryset => steps as AnyQueryset

/**
 * All rows of a model.
 *
 * @since 0.1.0
 */
export const allRows = (schema: Schema, model: string): AnyQueryset =>
  made({
    _tag: 'Queryset',
    schema,
    model,
    source: null,
    step: null,
    length: 0,
    scope: modelScope(schema, model),
    open: false,
  })

/**
 * A queryset with one more step. `scope` is what the next callback can refer to, or the mistake of the step.
 *
 * @since 0.2.0
 */
export const stepAfter = (
  source: AnyQueryset,
  step: Step | null,
  scope: E.Either<QueryError, Scope>,
  open: boolean,
): AnyQueryset =>
  made({
    _tag: 'Queryset',
    schema: source.schema,
    model: source.model,
    source,
    step,
    length: source.length + 1,
    scope,
    open,
  })

/**
 * Returns the given queryset. For any other value, returns a queryset that holds the mistake.
 *
 * @since 0.2.0
 */
export const asQueryset = (given: AnyQueryset): AnyQueryset => (isMade(given) ? given : noQueryset)

const isMade = (u: unknown): boolean => {
  try {
    return (
      typeof u === 'object' && u !== null && 'scope' in u && 'schema' in u && 'model' in u && 'length' in u
    )
  } catch {
    // A property access can throw.
    return false
  }
}

const noQueryset = made({
  _tag: 'Queryset',
  schema: { models: new Map(), lookups: new Map(), errors: [] },
  model: '',
  source: null,
  step: null,
  length: 0,
  scope: E.left(
    invalidStep('filter', 0, 'something else than a queryset was given', 'Begin with a model of the schema.'),
  ),
  open: false,
})

/**
 * The queryset after each of its steps, first to last.
 *
 * @since 0.2.0
 */
export const cellsOf = (queryset: AnyQueryset): ReadonlyArray<AnyQueryset> => {
  const cells: Array<AnyQueryset> = []
  /* eslint-disable-next-line functional/no-loop-statements -- a queryset can have any number of steps */
  for (let at = asQueryset(queryset); at.source !== null; at = at.source) cells.push(at)
  return cells.reverse()
}

/**
 * The steps of a queryset, first to last.
 *
 * @example
 * import { autoId, pipe, reverse, schema, slice, stepsOf } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId } })
 * console.log(stepsOf(pipe(genre, reverse, slice(0, 5))).map(({ _tag }) => _tag)) // => [ 'reverse', 'slice' ]
 *
 * @since 0.1.0
 */
export const stepsOf = (queryset: AnyQueryset): ReadonlyArray<Step> =>
  cellsOf(queryset).flatMap(({ step }) => (step === null ? [] : [step]))
