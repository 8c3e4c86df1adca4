/**
 * Folds a queryset into a query.
 *
 * Steps are added to one pass (see `Query`) as long as they fit its order. A step that doesn't fit closes the pass and
 * starts another one around it. A projection is delayed: later steps are expressed in terms of the columns that it was
 * made from, so rows keep their key for as long as possible.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { invalidStep, type QueryError } from '../value/QueryError.js'
import type { Column, Expression, Named, Node, OrderKey, Predicate } from '../expression/Expression.js'
import { fold as foldNode, rebuild } from '../expression/fold.js'
import { modelOf, type Scope } from '../expression/Scope.js'
import { type AnyQueryset, asQueryset, type Step } from '../queryset/Queryset.js'
import { check } from './check.js'
import { normalise } from './normalise.js'
import { allOf, type Query, type Related } from './Query.js'
import {
  addAnnotation,
  type Base,
  close,
  cut,
  flip,
  mostNested,
  nestIf,
  open,
  plain,
  resolver,
  seal,
  settle,
  type FoldState,
  ties,
  tooDeep,
  type FoldView,
} from './fold/State.js'
import { belonging, combine, merge } from './fold/combine.js'

/**
 * Folds a queryset into the query with the same meaning. An invalid step is a `Left`, which names the step.
 *
 * @example
 * import { autoId, field, filter, fold, pipe, schema, slice } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(fold(pipe(genre, filter((g) => g.name.eq('Rock'))))._tag) // => Right
 * console.log(fold(pipe(genre, slice(-1)))._tag) // => Left
 *
 * @since 0.1.0
 */
export const fold = (given: AnyQueryset): E.Either<QueryError, Query> => {
  const queryset = asQueryset(given)
  const known = folded.get(queryset)
  if (known !== undefined) return known
  const made = E.flatMap(translate(queryset), (query: Query) =>
    E.map(() => normalise(queryset.schema, query))(check(queryset.schema, query)),
  )
  folded.set(queryset, made)
  return made
}

/** A queryset never changes, and is often folded more than once: for a page, and for the number of rows. */
const folded = new WeakMap<AnyQueryset, E.Either<QueryError, Query>>()

/**
 * The fold before its result is checked and the rules are applied. It is used to test the rules.
 *
 * @since 0.1.0
 */
export const translate = (queryset: AnyQueryset): E.Either<QueryError, Query> =>
  queryset.open && E.isRight(queryset.scope)
    ? E.left(
        invalidStep(
          queryset.step?._tag ?? 'filter',
          queryset.length,
          "it speaks of a row that isn't around it",
          'A reference is valid inside the callback that it was given to, and in what is built there.',
        ),
      )
    : E.map((state: FoldState) => close(state))(take(queryset, null))

/** Folds the querysets that are combined first, and then the one that combines them, so that nothing recurses. */
const take = (
  given: AnyQueryset,
  around: FoldView | null,
  base: Base | null = null,
): E.Either<QueryError, FoldState> => {
  const queryset = asQueryset(given)
  const taken = new Map<AnyQueryset, E.Either<QueryError, FoldState>>()
  const operand = (other: AnyQueryset) => taken.get(other) ?? E.left(tooDeep(other))
  const pending = operandsOf(queryset).map((each) => ({ queryset: each, ready: false }))
  /* eslint-disable-next-line functional/no-loop-statements -- an explicit stack instead of recursion */
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    const { queryset: next, ready } = top
    if (taken.has(next)) continue
    const within = ready ? [] : operandsOf(next).filter((each) => !taken.has(each))
    if (within.length === 0) taken.set(next, takeSteps(next, around, null, operand))
    else {
      pending.push({ queryset: next, ready: true })
      within.forEach((each) => pending.push({ queryset: each, ready: false }))
    }
  }
  return takeSteps(queryset, around, base, operand)
}

/** The querysets that are combined with a queryset's rows. */
const operandsOf = (queryset: AnyQueryset): ReadonlyArray<AnyQueryset> => {
  const found: Array<AnyQueryset> = []
  /* eslint-disable-next-line functional/no-loop-statements -- a queryset can have any number of steps */
  for (let at: AnyQueryset | null = queryset; at !== null; at = at.source)
    switch (at.step?._tag) {
      case 'union':
      case 'intersection':
      case 'difference':
        at.step.others.forEach((each) => found.push(each))
        break
      case 'and':
      case 'or':
      case 'xor':
        found.push(at.step.other)
        break
      default:
    }
  return found
}

const takeSteps = (
  queryset: AnyQueryset,
  around: FoldView | null,
  base: Base | null,
  operand: FoldView['operand'],
): E.Either<QueryError, FoldState> => {
  if (E.isLeft(queryset.scope)) return queryset.scope
  if (around !== null && around.depth > mostNested) return E.left(tooDeep(queryset))
  const cells: Array<AnyQueryset> = []
  /* eslint-disable-next-line functional/no-loop-statements -- a queryset can have any number of steps */
  for (let at: AnyQueryset | null = queryset; at !== null; at = at.source) cells.push(at)
  const model = cells.pop()
  if (model === undefined) return E.left(invalidStep('filter', 0, 'there is no model', 'Begin with a model.'))
  if (E.isLeft(model.scope)) return model.scope
  const state: FoldState = {
    level: { ...open({ _tag: 'model', model: model.model }), all: base === null },
    projection: null,
    key: modelOf(model.scope.right)?.primaryKey ?? null,
    names: [...model.scope.right.columns.keys()],
    ordered: false,
    inherited: null,
    all: [],
    annotated: false,
    hidden: 0,
    fields: null,
    related: [],
    inside: around !== null,
    refining: base !== null,
    base,
    nested: 0,
  }
  const view: FoldView = {
    resolve: resolver(state),
    parent: around,
    depth: (around?.depth ?? 0) + 1,
    operand,
    noteNested: (nested) => {
      state.nested = Math.max(state.nested, nested)
    },
  }
  /* eslint-disable functional/no-loop-statements -- as above; and the state is this function's own */
  for (let cell = cells.pop(); cell !== undefined; cell = cells.pop()) {
    if (cell.step === null || E.isLeft(cell.scope)) continue
    const failed = takeStep(state, view, cell, cell.step, cell.scope.right)
    if (failed !== null) return E.left(failed)
    if (state.nested > mostNested) return E.left(tooDeep(cell))
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(state)
}

/** The same expression in terms of the level's rows, with its subqueries folded. */
const tell = <T extends Node<Query>>(view: FoldView, node: Node<AnyQueryset>): E.Either<QueryError, T> => {
  const failures: Array<QueryError> = []
  const translated = foldNode<AnyQueryset, FoldView, Node<Query>>(node, view, {
    enter: (outside, at) =>
      at.relation.length === 0
        ? outside
        : { ...outside, resolve: plain, parent: outside, depth: outside.depth + 1 },
    combine: (at, operands, here) => {
      if (at._tag === 'column') return columnIn(here, at)
      if (at._tag === 'subquery' || at._tag === 'exists' || at._tag === 'inQuery') {
        const query = E.map((inside: FoldState) => {
          // Only its first row counts.
          if (at._tag === 'subquery') settle(inside)
          view.noteNested(inside.nested + 1)
          return subquery(inside, at._tag !== 'exists')
        })(take(at.query, here))
        if (E.isLeft(query)) {
          failures.push(query.left)
          return { _tag: 'or', any: [] }
        }
        return at._tag === 'inQuery'
          ? { _tag: 'inQuery', left: operands[0] as Expression<Query>, query: query.right }
          : { _tag: at._tag, query: query.right }
      }
      // The operands have been translated already, and nothing else in the node depends on the type of subqueries.
      return rebuild(at as unknown as Node<Query>, operands)
    },
  })
  const [failed] = failures
  // Translation keeps the type of the node.
  return failed === undefined ? E.right(translated as T) : E.left(failed)
}

const columnIn = (view: FoldView, column: Column): Expression<Query> => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at: FoldView | null = view
  /* eslint-disable-next-line functional/no-loop-statements -- levels are few, but not bounded */
  for (let i = 0; i < column.level && at !== null; i++) at = at.parent
  // A reference to a row that doesn't exist is left for the check to reject.
  const found = at === null ? plain(column.path) : at.resolve(column.path)
  return found._tag === 'column' ? { ...found, level: found.level + column.level } : found
}

/** A queryset in a subquery: its projection, or the key of its rows. */
const subquery = (state: FoldState, single: boolean): Query => {
  const closed = close({ ...state, fields: null, related: [] })
  return single && state.projection === null && state.key !== null
    ? { ...closed, columns: [{ name: state.key, expression: plain([state.key]) }] }
    : closed
}

const named = (
  view: FoldView,
  columns: ReadonlyArray<Named<AnyQueryset>>,
): E.Either<QueryError, ReadonlyArray<Named<Query>>> =>
  E.traverseArray(({ name, expression }: Named<AnyQueryset>) =>
    E.map((translated: Expression<Query>): Named<Query> => ({ name, expression: translated }))(
      tell(view, expression),
    ),
  )(columns)

const takeStep = (
  state: FoldState,
  view: FoldView,
  cell: AnyQueryset,
  step: Step,
  scope: Scope,
): QueryError | null => {
  const done = <T>(result: E.Either<QueryError, T>, then: (translated: T) => void): QueryError | null => {
    if (E.isLeft(result)) return result.left
    then(result.right)
    return null
  }
  const { level } = state
  switch (step._tag) {
    case 'filter':
      nestIf(state, cut(state))
      return done(tell<Predicate<Query>>(view, step.predicate), (predicate) => {
        state.level.where.push(predicate)
      })
    case 'orderBy':
      nestIf(state, cut(state))
      return done(
        E.traverseArray((each: OrderKey<AnyQueryset>) =>
          E.map((expression: Expression<Query>): OrderKey<Query> => ({ ...each, expression }))(
            tell(view, each.expression),
          ),
        )(step.keys),
        (keys) => {
          state.level.order = [...keys, ...ties(state)]
          state.level.reverse = false
          state.ordered = true
        },
      )
    case 'reverse':
      nestIf(state, cut(state))
      if (state.level.order.length > 0) state.level.order = flip(state.level.order)
      else if (!state.ordered) state.level.order = flip(ties(state))
      else if (state.inherited !== null) state.level.order = flip(state.inherited)
      else state.level.reverse = !state.level.reverse
      state.ordered = true
      return null
    case 'slice': {
      settle(state)
      const before = level.slice ?? { offset: 0, limit: null }
      const limit = step.stop === null ? null : Math.max(0, step.stop - step.start)
      const rest = before.limit === null ? null : Math.max(0, before.limit - step.start)
      level.slice = {
        offset: Math.min(before.offset + step.start, Number.MAX_SAFE_INTEGER),
        limit: limit === null ? rest : rest === null ? limit : Math.min(limit, rest),
      }
      state.ordered = true
      return null
    }
    case 'distinct':
      // Rows with their key are distinct already.
      if (state.projection === null && state.key !== null) return null
      nestIf(state, cut(state))
      seal(state, { distinct: true }, [...scope.columns.keys()])
      return null
    case 'distinctOn':
      nestIf(state, cut(state))
      return done(
        E.traverseArray((each: Expression<AnyQueryset>) => tell<Expression<Query>>(view, each))(step.keys),
        (keys) => {
          settle(state)
          state.level.distinctOn = keys
        },
      )
    case 'values':
      return done(named(view, step.columns), (columns) => {
        state.projection = new Map(columns.map(({ name, expression }) => [name, expression]))
        state.fields = null
        state.related = []
      })
    case 'annotate':
      return done(named(view, step.columns), (columns) => {
        state.annotated = true
        columns.forEach((column) => {
          if (state.projection === null) addAnnotation(state, column)
          else state.projection.set(column.name, column.expression)
        })
      })
    case 'groupBy': {
      nestIf(state, cut(state))
      const keys = named(view, step.keys)
      if (E.isLeft(keys)) return keys.left
      const aggregates = named(view, step.aggregates)
      if (E.isLeft(aggregates)) return aggregates.left
      // The order of the rows in a group doesn't matter.
      state.level.order = []
      state.level.reverse = false
      state.projection = null
      seal(state, { group: { keys: keys.right, aggregates: aggregates.right } }, [...scope.columns.keys()])
      state.ordered = false
      state.fields = null
      state.related = []
      return null
    }
    case 'union':
    case 'intersection':
    case 'difference':
      return done(E.traverseArray(view.operand)(step.others), (others) => {
        combine(state, step._tag, others, scope)
      })
    case 'and':
    case 'or':
    case 'xor':
      return merge(state, view, cell, step)
    case 'selectRelated':
      state.related = withRelated(scope, state.related, step.path)
      return null
    case 'prefetchRelated':
      return done(
        take(
          step.query,
          { ...view, resolve: resolver(state), depth: view.depth + 1 },
          belonging(scope, step.relation),
        ),
        (inside) => {
          settle(inside)
          view.noteNested(inside.nested + 1)
          state.related = [
            ...state.related.filter(({ relation }) => relation !== step.relation),
            { relation: step.relation, many: true, query: close(inside) },
          ]
        },
      )
    case 'only':
      state.fields = step.fields
      return null
  }
}

const withRelated = (
  scope: Scope,
  related: ReadonlyArray<Related>,
  path: ReadonlyArray<string>,
): ReadonlyArray<Related> => {
  const [relation, ...rest] = path
  const target = relation === undefined ? undefined : modelOf(scope)?.relations.get(relation)?.target
  if (relation === undefined || target === undefined) return related
  const before = related.find((each) => each.relation === relation && !each.many)
  const query = before?.query ?? allOf({ _tag: 'model', model: target })
  const inside: Related = {
    relation,
    many: false,
    query: {
      ...query,
      related: withRelated({ ...scope, model: target }, query.related, rest),
    },
  }
  return before === undefined
    ? [...related, inside]
    : related.map((each) => (each === before ? inside : each))
}
