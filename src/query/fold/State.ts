/**
 * The state while the steps of a queryset are folded.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { allOf, type From, type Query, type Related, type Slice } from '../Query.js'
import type { Expression, Named, OrderKey, Predicate } from '../../expression/Expression.js'
import type { AnyQueryset } from '../../queryset/Queryset.js'
import { invalidStep, type QueryError } from '../../value/QueryError.js'

/** Combined rows, as a tree. Adding another query costs the same however many there are. */
export interface Together {
  readonly _tag: 'together'
  readonly operation: SetOperation
  readonly model: string | null
  readonly parts: ReadonlyArray<Query | Together>
}

export type SetOperation = 'union' | 'intersection' | 'difference'

/** The pass that is being filled. Its lists grow in place, and nobody else sees them before the pass is closed. */
interface FoldLevel {
  readonly from: From | Together
  /** Whether it starts from all rows of a model, so that conditions on its rows apply to any row of the model. */
  readonly all: boolean
  readonly annotations: Array<Named<Query>>
  readonly where: Array<Predicate<Query>>
  order: ReadonlyArray<OrderKey<Query>>
  reverse: boolean
  distinctOn: ReadonlyArray<Expression<Query>> | null
  slice: Slice | null
}

/** The state so far. */
export interface FoldState {
  level: FoldLevel
  /** The columns to project at the end, in terms of the level's rows. `null` if the rows are given unchanged. */
  projection: Map<string, Expression<Query>> | null
  /** The model whose key the rows still have. */
  key: string | null
  /** The names of the columns of the level's rows. */
  names: Array<string>
  ordered: boolean
  /** The keys that order the level's source, if they can still be expressed in terms of its rows. */
  inherited: ReadonlyArray<OrderKey<Query>> | null
  /** All annotations since the model's own rows. */
  all: Array<Named<Query>>
  annotated: boolean
  hidden: number
  fields: ReadonlyArray<string> | null
  related: ReadonlyArray<Related>
  /** Whether there are rows around these. */
  readonly inside: boolean
  /** Whether the model's rows stand for those that belong to the outer row. */
  readonly refining: boolean
  /** The rows that belong to it, as long as the rows are those. */
  base: Base | null
  /** How deeply queries are nested in it, in subqueries and in combined queries. */
  nested: number
}

/** Later code recurses over nested queries, except over the query that a pass starts from. */
export const mostNested = 100

/** The rows of a model that a relation of the outer row leads to. */
export interface Base {
  readonly belongs: Predicate<Query>
  /** The same rows, each as often as join rows lead to it. `null` if that is once. */
  readonly linked: From | null
}

/** How the columns of one of the visible rows are translated, and those of the rows around it. */
export interface FoldView {
  readonly resolve: (path: ReadonlyArray<string>) => Expression<Query>
  readonly parent: FoldView | null
  readonly depth: number
  /** A queryset that is combined with the visible rows. */
  readonly operand: (other: AnyQueryset) => E.Either<QueryError, FoldState>
  /** Records how deeply the translated node contains nested queries. */
  readonly noteNested: (nested: number) => void
}

export const plain = (path: ReadonlyArray<string>): Expression<Query> => ({ _tag: 'column', path, level: 0 })

export const tooDeep = (queryset: AnyQueryset): QueryError =>
  invalidStep(
    queryset.step?._tag ?? 'filter',
    queryset.length,
    'queries are nested too deep in it',
    `Nest at most ${String(mostNested)}.`,
  )

export const open = (from: From | Together): FoldLevel => ({
  from,
  all: false,
  annotations: [],
  where: [],
  order: [],
  reverse: false,
  distinctOn: null,
  slice: null,
})

/** The conjunction of several conditions, or `null` if there are none. */
export const conjunctionOf = (where: ReadonlyArray<Predicate<Query>>): Predicate<Query> | null =>
  where.length === 0
    ? null
    : where.length === 1 && where[0] !== undefined
      ? where[0]
      : { _tag: 'and', all: where }

export const close = (state: FoldState): Query => {
  const { level } = state
  return {
    ...allOf(fromOf(level.from)),
    annotations: level.annotations,
    where: conjunctionOf(level.where),
    order: level.order,
    reverse: level.reverse,
    distinctOn: level.distinctOn,
    columns: state.projection === null ? null : namedIn(state.projection),
    slice: level.slice,
    fields: state.projection === null ? state.fields : null,
    related: state.projection === null ? state.related : [],
  }
}

const namedIn = (projection: ReadonlyMap<string, Expression<Query>>): ReadonlyArray<Named<Query>> =>
  [...projection].map(([name, expression]) => ({ name, expression }))

/** The tree of combined queries as a list. */
export const fromOf = (from: From | Together): From => {
  if (from._tag !== 'together') return from
  const queries: Array<Query> = []
  const pending = [...from.parts].reverse()
  /* eslint-disable-next-line functional/no-loop-statements -- an explicit stack instead of recursion */
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!isTogether(next)) queries.push(next)
    /* eslint-disable-next-line functional/no-loop-statements -- backwards, so that the first is taken first */ else
      for (let i = next.parts.length - 1; i >= 0; i -= 1) {
        const part = next.parts[i]
        if (part !== undefined) pending.push(part)
      }
  }
  const [left, ...right] = queries
  // At least two queries are combined.
  return left === undefined
    ? { _tag: 'model', model: '' }
    : { _tag: 'combine', operation: from.operation, model: from.model, left, right }
}

const isTogether = (part: Query | Together): part is Together => '_tag' in part

/** A column as the delayed projection defines it. A computed column is computed once, under a name. */
export const resolver =
  (state: FoldState) =>
  (path: ReadonlyArray<string>): Expression<Query> => {
    const { projection } = state
    const [name] = path
    if (projection === null || name === undefined) return plain(path)
    const found = projection.get(name)
    // The check rejects a column that doesn't exist.
    if (found === undefined || path.length > 1) return plain(['~missing', ...path])
    if (found._tag === 'column' || found._tag === 'const') return found
    const hidden: Named<Query> = { name: `~${String(state.hidden)}`, expression: found }
    state.hidden += 1
    addAnnotation(state, hidden)
    projection.set(name, plain([hidden.name]))
    return plain([hidden.name])
  }

export const addAnnotation = (state: FoldState, annotation: Named<Query>): void => {
  state.level.annotations.push(annotation)
  state.all.push(annotation)
  state.names.push(annotation.name)
}

const key = (column: string): OrderKey<Query> => ({
  expression: plain([column]),
  direction: 'asc',
  nulls: 'last',
})

/** The keys that order rows totally: their primary key, or all their columns. */
export const ties = (state: FoldState): ReadonlyArray<OrderKey<Query>> =>
  state.key !== null
    ? [key(state.key)]
    : visible(state).map((expression) => ({ expression, direction: 'asc', nulls: 'last' }))

/** Sorts the rows, if they have no order yet. */
export const settle = (state: FoldState): void => {
  if (!state.ordered && state.level.order.length === 0) state.level.order = ties(state)
}

const visible = (state: FoldState): ReadonlyArray<Expression<Query>> => {
  const resolve = resolver(state)
  return state.projection === null
    ? state.names.filter((name) => !name.startsWith('~')).map((name) => plain([name]))
    : [...state.projection.keys()].map((name) => resolve([name]))
}

export const flip = (keys: ReadonlyArray<OrderKey<Query>>): ReadonlyArray<OrderKey<Query>> =>
  keys.map(({ expression, direction, nulls }) => ({
    expression,
    direction: direction === 'asc' ? 'desc' : 'asc',
    nulls: nulls === 'first' ? 'last' : 'first',
  }))

/** Closes the pass, and starts another one around it that gives the same rows. */
const nest = (state: FoldState): void => {
  const { level } = state
  const closed = close({ ...state, projection: null, fields: null, related: [] })
  state.inherited =
    level.order.length > 0
      ? level.reverse
        ? flip(level.order)
        : level.order
      : level.reverse
        ? null
        : state.inherited
  state.level = open({ _tag: 'query', query: closed })
}

export const nestIf = (state: FoldState, needed: boolean): void => {
  if (needed) nest(state)
}

/** Whether filtering and sorting would come too late in this pass. */
export const cut = (state: FoldState): boolean =>
  state.level.slice !== null || state.level.distinctOn !== null

/** Closes the pass with its projection. The rows then have these columns and no key. */
export const seal = (state: FoldState, more: Partial<Query>, names: Array<string>): void => {
  const closed: Query = { ...close({ ...state, fields: null, related: [] }), ...more }
  state.level = open({ _tag: 'query', query: closed })
  state.projection = null
  state.key = null
  state.names = names
  state.inherited = null
  state.all = []
  state.annotated = false
}
