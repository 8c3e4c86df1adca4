/**
 * Querysets: a model and the steps applied to it, as an immutable value.
 *
 * A queryset is its last step and the queryset before it, so that a step costs the same however many there are.
 * Nothing runs here: what a step means is said by `reference/denote`, and a mistake waits, as a value, for the fold.
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
 * - `orderBy`: sorted by the keys, ties by the primary key (by all columns where there is none).
 * - `reverse`: the other way round.
 * - `slice`: from `start` up to `stop`, not included; `null` is the end.
 * - `distinct`: each row once. `distinctOn`: the first row for each value of the keys.
 * - `values`: each row made anew from expressions. `annotate`: with more columns.
 * - `groupBy`: one row for each value of the keys, with aggregates of the group.
 * - `union`, `intersection`, `difference`: of rows. `and`, `or`, `xor`: of the model's rows, by key.
 * - `selectRelated`: the related row in the place of its key. `prefetchRelated`: with the related rows besides.
 * - `only`: of the model's fields, these.
 *
 * @since 0.1.0
 */
export type Step = StepOf<AnyQueryset, Named<AnyQueryset>>

/**
 * As `Step`, where querysets are `Q` and columns are `C`.
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
 * How a projected row is given: as an object, as a tuple of its columns, or as the value of its only column.
 *
 * @since 0.1.0
 */
export type Form = 'record' | 'tuple' | 'flat'

interface Steps {
  readonly schema: Schema
  readonly model: string
  /** The queryset before the last step; `null` for all rows of the model. */
  readonly source: AnyQueryset | null
  readonly step: Step | null
  /** How many steps there are. */
  readonly length: number
  /** What the next callback can speak of, or the first mistake so far. */
  readonly scope: E.Either<QueryError, Scope>
  /** Whether it speaks of rows around it that it hasn't been put into yet. */
  readonly open: boolean
}

/**
 * A queryset whose rows are `A`, of which callbacks speak by `R`. `M` remembers the model that the rows are of.
 *
 * @since 0.1.0
 */
export interface Queryset<in R, out A, out M = unknown> extends Steps, QuerysetLike<A, M>, NoMethods {
  readonly [refsOf]?: (refs: R) => void
}

// What is no method of a queryset. These are there for the compiler only, which says what to write instead where one is called.
type NoMethods = { readonly [N in StepFunction]: UsePipe<`pipe(queryset, ${N}(...))`> }

/** What is to be written instead. @since 0.2.0 */
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
 * A queryset, whatever its rows are and whatever callbacks can speak of. (It is no `Queryset<never, unknown>`: where
 * that is expected, a `pipe` takes its callbacks for functions of `never`.)
 *
 * @since 0.1.0
 */
export interface AnyQueryset extends Steps, QuerysetLike, NoMethods {}

// Nobody sees what is there for the compiler only.
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
 * A queryset; where something else was given, one with the mistake that it isn't.
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
    // A property may be a function that throws.
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
 * A queryset as it was after each of its steps, first to last.
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
 * @since 0.1.0
 */
export const stepsOf = (queryset: AnyQueryset): ReadonlyArray<Step> =>
  cellsOf(queryset).flatMap(({ step }) => (step === null ? [] : [step]))
