/**
 * Folding a queryset into a query.
 *
 * The steps are taken in turn into one pass (see `Query`) for as long as they fit its order; a step that doesn't
 * fit closes the pass and begins one around it. A projection waits: what comes after is told in terms of what the
 * projection was made of, so that rows keep their key for as long as they have one.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { invalidStep, type QueryError } from '../value/QueryError.js'
import type { Column, Expression, Named, Node, OrderKey, Predicate } from '../expression/Expression.js'
import { fold as foldNode, rebuild } from '../expression/fold.js'
import { modelOf, type Scope } from '../expression/Scope.js'
import type { ModelRelation } from '../schema/Schema.js'
import { asQueryset, type AnyQueryset, type Step } from '../queryset/Queryset.js'
import { check } from './check.js'
import { normalise } from './normalise.js'
import { allOf, layersOf, type From, type Query, type Related, type Slice } from './Query.js'
import { raise } from './raise.js'

/** Rows put together, as a tree: to put more to them costs the same however many there are. */
interface Together {
  readonly _tag: 'together'
  readonly operation: Operation
  readonly model: string | null
  readonly parts: ReadonlyArray<Query | Together>
}

type Operation = 'union' | 'intersection' | 'difference'

/** The pass being filled. Its lists grow in place: nobody else sees them before it is closed. */
interface Level {
  readonly from: From | Together
  /** Whether it begins with all rows of a model, so that what its own rows meet can be told of any of these. */
  readonly all: boolean
  readonly annotations: Array<Named<Query>>
  readonly where: Array<Predicate<Query>>
  order: ReadonlyArray<OrderKey<Query>>
  reverse: boolean
  distinctOn: ReadonlyArray<Expression<Query>> | null
  slice: Slice | null
}

/** What is known of the rows so far. */
interface State {
  level: Level
  /** Columns to be projected at the end, in terms of the level's rows; `null` when these are given as they are. */
  projection: Map<string, Expression<Query>> | null
  /** The model whose key the rows still have. */
  key: string | null
  /** The names of the columns of the level's rows. */
  names: Array<string>
  ordered: boolean
  /** The keys by which the level's source is ordered, where they can still be told in terms of its rows. */
  inherited: ReadonlyArray<OrderKey<Query>> | null
  /** All annotations since the model's own rows. */
  all: Array<Named<Query>>
  annotated: boolean
  hidden: number
  fields: ReadonlyArray<string> | null
  related: ReadonlyArray<Related>
  /** Whether there are rows around these. */
  readonly inside: boolean
  /** Whether the model's rows stand for those that belong to the row around. */
  readonly refining: boolean
  /** Which ones belong to it, for as long as the rows are those. */
  base: Base | null
  /** How deep queries are nested in it, in subqueries and in what rows are put together with. */
  nested: number
}

/** Whoever takes a query later on does so by recursion, but for the query that a pass begins with. */
const mostNested = 100

/** The rows of a model that a relation of the row around leads to. */
interface Base {
  readonly belongs: Predicate<Query>
  /** The same, each as often as rows between lead to it; `null` where that is once. */
  readonly linked: From | null
}

/** How the columns of one of the rows in view are told, and those of the rows around it. */
interface View {
  readonly resolve: (path: ReadonlyArray<string>) => Expression<Query>
  readonly parent: View | null
  readonly depth: number
  /** A queryset that the rows in view are put together with. */
  readonly operand: (other: AnyQueryset) => E.Either<QueryError, State>
  /** What is told has queries in it that are nested so deep. */
  readonly noteNested: (nested: number) => void
}

const plain = (path: ReadonlyArray<string>): Expression<Query> => ({ _tag: 'column', path, level: 0 })

/**
 * Folds a queryset into the query that means the same. A step that can't be taken is a `Left`, which names it.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, filter, fold, schema, slice } from 'queryset-ts'
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

/** A queryset never changes, and is often asked more than once: for a page, and for how many rows there are. */
const folded = new WeakMap<AnyQueryset, E.Either<QueryError, Query>>()

/**
 * The fold before its result is checked and the rules are applied, for testing the rules.
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
    : E.map((state: State) => close(state))(take(queryset, null))

const tooDeep = (queryset: AnyQueryset): QueryError =>
  invalidStep(
    queryset.step?._tag ?? 'filter',
    queryset.length,
    'queries are nested too deep in it',
    `Nest at most ${String(mostNested)}.`,
  )

/** Takes the querysets that it is put together with first, and those that they are, so that nothing recurses. */
const take = (
  given: AnyQueryset,
  around: View | null,
  base: Base | null = null,
): E.Either<QueryError, State> => {
  const queryset = asQueryset(given)
  const taken = new Map<AnyQueryset, E.Either<QueryError, State>>()
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

/** The querysets that a queryset's rows are put together with. */
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
  around: View | null,
  base: Base | null,
  operand: View['operand'],
): E.Either<QueryError, State> => {
  if (E.isLeft(queryset.scope)) return queryset.scope
  if (around !== null && around.depth > mostNested) return E.left(tooDeep(queryset))
  const cells: Array<AnyQueryset> = []
  /* eslint-disable-next-line functional/no-loop-statements -- a queryset can have any number of steps */
  for (let at: AnyQueryset | null = queryset; at !== null; at = at.source) cells.push(at)
  const model = cells.pop()
  if (model === undefined) return E.left(invalidStep('filter', 0, 'there is no model', 'Begin with a model.'))
  if (E.isLeft(model.scope)) return model.scope
  const state: State = {
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
  const view: View = {
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

const open = (from: From | Together): Level => ({
  from,
  all: false,
  annotations: [],
  where: [],
  order: [],
  reverse: false,
  distinctOn: null,
  slice: null,
})

/** Several conditions as one, if there are any. */
const conjunctionOf = (where: ReadonlyArray<Predicate<Query>>): Predicate<Query> | null =>
  where.length === 0
    ? null
    : where.length === 1 && where[0] !== undefined
      ? where[0]
      : { _tag: 'and', all: where }

const close = (state: State): Query => {
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

/** The tree of what is put together as a list. */
const fromOf = (from: From | Together): From => {
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
  // What is put together is two at least.
  return left === undefined
    ? { _tag: 'model', model: '' }
    : { _tag: 'combine', operation: from.operation, model: from.model, left, right }
}

const isTogether = (part: Query | Together): part is Together => '_tag' in part

/** A column as the projection that waits has it; what is computed there is computed once, under a name. */
const resolver =
  (state: State) =>
  (path: ReadonlyArray<string>): Expression<Query> => {
    const { projection } = state
    const [name] = path
    if (projection === null || name === undefined) return plain(path)
    const found = projection.get(name)
    // A column that isn't there is left for the check to refuse.
    if (found === undefined || path.length > 1) return plain(['~missing', ...path])
    if (found._tag === 'column' || found._tag === 'const') return found
    const hidden: Named<Query> = { name: `~${String(state.hidden)}`, expression: found }
    state.hidden += 1
    addAnnotation(state, hidden)
    projection.set(name, plain([hidden.name]))
    return plain([hidden.name])
  }

const addAnnotation = (state: State, annotation: Named<Query>): void => {
  state.level.annotations.push(annotation)
  state.all.push(annotation)
  state.names.push(annotation.name)
}

/** The same expression in terms of the level's rows, with its subqueries folded. */
const tell = <T extends Node<Query>>(view: View, node: Node<AnyQueryset>): E.Either<QueryError, T> => {
  const failures: Array<QueryError> = []
  const told = foldNode<AnyQueryset, View, Node<Query>>(node, view, {
    enter: (outside, at) =>
      at.relation.length === 0
        ? outside
        : { ...outside, resolve: plain, parent: outside, depth: outside.depth + 1 },
    combine: (at, operands, here) => {
      if (at._tag === 'column') return columnIn(here, at)
      if (at._tag === 'subquery' || at._tag === 'exists' || at._tag === 'inQuery') {
        const query = E.map((inside: State) => {
          // The first of its rows counts.
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
      // The operands have been told already, and nothing else in the node depends on what subqueries are.
      return rebuild(at as unknown as Node<Query>, operands)
    },
  })
  const [failed] = failures
  // Telling keeps the sort of the node.
  return failed === undefined ? E.right(told as T) : E.left(failed)
}

const columnIn = (view: View, column: Column): Expression<Query> => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at: View | null = view
  /* eslint-disable-next-line functional/no-loop-statements -- levels are few, but not bounded */
  for (let i = 0; i < column.level && at !== null; i++) at = at.parent
  // A row that isn't around it is left for the check to refuse.
  const found = at === null ? plain(column.path) : at.resolve(column.path)
  return found._tag === 'column' ? { ...found, level: found.level + column.level } : found
}

/** A queryset in a subquery: its projection, or the key of its rows. */
const subquery = (state: State, single: boolean): Query => {
  const closed = close({ ...state, fields: null, related: [] })
  return single && state.projection === null && state.key !== null
    ? { ...closed, columns: [{ name: state.key, expression: plain([state.key]) }] }
    : closed
}

const named = (
  view: View,
  columns: ReadonlyArray<Named<AnyQueryset>>,
): E.Either<QueryError, ReadonlyArray<Named<Query>>> =>
  E.traverseArray(({ name, expression }: Named<AnyQueryset>) =>
    E.map((told: Expression<Query>): Named<Query> => ({ name, expression: told }))(tell(view, expression)),
  )(columns)

const key = (column: string): OrderKey<Query> => ({
  expression: plain([column]),
  direction: 'asc',
  nulls: 'last',
})

/** The keys that order rows totally: their primary key, or all their columns. */
const ties = (state: State): ReadonlyArray<OrderKey<Query>> =>
  state.key !== null
    ? [key(state.key)]
    : visible(state).map((expression) => ({ expression, direction: 'asc', nulls: 'last' }))

/** Sorts the rows, where they don't come in an order yet. */
const settle = (state: State): void => {
  if (!state.ordered && state.level.order.length === 0) state.level.order = ties(state)
}

const visible = (state: State): ReadonlyArray<Expression<Query>> => {
  const resolve = resolver(state)
  return state.projection === null
    ? state.names.filter((name) => !name.startsWith('~')).map((name) => plain([name]))
    : [...state.projection.keys()].map((name) => resolve([name]))
}

const flip = (keys: ReadonlyArray<OrderKey<Query>>): ReadonlyArray<OrderKey<Query>> =>
  keys.map(({ expression, direction, nulls }) => ({
    expression,
    direction: direction === 'asc' ? 'desc' : 'asc',
    nulls: nulls === 'first' ? 'last' : 'first',
  }))

/** Closes the pass, and begins one around it that gives the same rows. */
const nest = (state: State): void => {
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

const nestIf = (state: State, needed: boolean): void => {
  if (needed) nest(state)
}

/** Filters and sorting come before these. */
const cut = (state: State): boolean => state.level.slice !== null || state.level.distinctOn !== null

/** Closes the pass with its projection; the rows have these columns now, and no key. */
const seal = (state: State, more: Partial<Query>, names: Array<string>): void => {
  const closed: Query = { ...close({ ...state, fields: null, related: [] }), ...more }
  state.level = open({ _tag: 'query', query: closed })
  state.projection = null
  state.key = null
  state.names = names
  state.inherited = null
  state.all = []
  state.annotated = false
}

const takeStep = (
  state: State,
  view: View,
  cell: AnyQueryset,
  step: Step,
  scope: Scope,
): QueryError | null => {
  const done = <T>(result: E.Either<QueryError, T>, then: (told: T) => void): QueryError | null => {
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
      // Rows with their key are different as they are.
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
      // The order of what is grouped doesn't matter.
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

/** The rows that a relation of the row around leads to. */
const belonging = (scope: Scope, name: string): Base => {
  const relation = modelOf(scope)?.relations.get(name)
  const pk = scope.schema.models.get(relation?.target ?? '')?.primaryKey ?? ''
  return {
    belongs: {
      _tag: 'some',
      level: 1,
      relation: [name],
      predicate: { _tag: 'lookup', name: 'exact', left: plain([pk]), right: [around(pk)] },
    },
    linked: relation === undefined ? null : linkedBy(scope, relation),
  }
}

const around = (column: string): Column => ({ _tag: 'column', path: [column], level: 1 })

/** A row that is linked twice is there twice: told apart by the rows between, whose key goes with it. */
const linkedBy = (scope: Scope, { target, via }: ModelRelation): From | null => {
  if (via._tag !== 'through') return null
  const far = scope.schema.models.get(target)
  const link = scope.schema.models.get(via.model)
  const owner = modelOf(scope)?.primaryKey
  if (far === undefined || link === undefined || owner === undefined) return null
  const links: Query = {
    ...allOf({ _tag: 'model', model: via.model }),
    where: {
      _tag: 'and',
      all: [
        { _tag: 'lookup', name: 'exact', left: plain([via.near]), right: [around(owner)] },
        {
          _tag: 'not',
          predicate: { _tag: 'lookup', name: 'isnull', left: plain([via.far, far.primaryKey]), right: [] },
        },
      ],
    },
    columns: [
      ...[...far.columns.keys()].map((name) => ({ name, expression: plain([via.far, name]) })),
      { name: '~link', expression: plain([link.primaryKey]) },
    ],
  }
  return {
    _tag: 'combine',
    operation: 'union',
    model: target,
    left: links,
    right: [{ ...links, where: { _tag: 'or', any: [] } }],
  }
}

/** Whether the row's key is among those of the rows so far, which are seen from that row: one row further in. */
const inKeys = (keyName: string, state: State): Predicate<Query> => {
  const keys: Query = {
    ...close({ ...state, projection: null, fields: null, related: [] }),
    columns: [{ name: keyName, expression: plain([keyName]) }],
  }
  const { base } = state
  const own = base === null ? keys : only(keys, base)
  return { _tag: 'inQuery', left: plain([keyName]), query: state.inside ? raise(own) : own }
}

/** The query on those of the model's rows that belong to the row around. How often matters to a slice only. */
const only = (query: Query, { belongs, linked }: Base): Query => {
  const layers = layersOf(query)
  const from = layers.some(({ slice }) => slice !== null) ? linked : null
  return layers.reduce<Query | null>(
    (within, layer) => ({
      ...layer,
      ...(within === null
        ? from === null
          ? { where: layer.where === null ? belongs : { _tag: 'and', all: [belongs, layer.where] } }
          : { from }
        : {
            from:
              layer.from._tag === 'combine'
                ? { ...layer.from, left: within }
                : { _tag: 'query', query: within },
          }),
    }),
    null,
  ) as Query // there is one layer at least
}

/** What the rows meet among all of the model's, told of these as they are; `null` where it can't be told so. */
const conditionOf = ({ level }: State): Predicate<Query> | null =>
  level.all && level.slice === null && level.distinctOn === null
    ? (conjunctionOf(level.where) ?? { _tag: 'and', all: [] })
    : null

/** What the rows of another queryset meet, told of the model's rows: it may be that their key is among its keys. */
const belongsTo = (keyName: string, state: State, other: State): Predicate<Query> => {
  const condition = other.level.annotations.length === 0 ? conditionOf(other) : null
  state.nested = Math.max(state.nested, other.nested + (condition === null ? 1 : 0))
  return condition ?? inKeys(keyName, other)
}

/** The model's rows that meet a condition made of what the rows so far and those of others meet. */
const meet = (
  state: State,
  keyName: string,
  others: ReadonlyArray<State>,
  condition: (left: Predicate<Query>, right: ReadonlyArray<Predicate<Query>>) => Predicate<Query>,
): void => {
  const right = others.map((other) => belongsTo(keyName, state, other))
  const left = conditionOf(state)
  if (left === null) {
    restart(state, condition(inKeys(keyName, state), right))
    state.nested += 1
    return
  }
  state.level = { ...state.level, where: [condition(left, right)], order: [], reverse: false }
  state.ordered = false
  state.inherited = null
}

const combine = (state: State, operation: Operation, others: ReadonlyArray<State>, scope: Scope): void => {
  const keyed = state.key
  const whole = (each: State) => each.key !== null && each.projection === null && !each.annotated
  if (keyed !== null && [state, ...others].every(whole)) {
    meet(state, keyed, others, (left, right) =>
      operation === 'union'
        ? { _tag: 'or', any: [left, ...right] }
        : operation === 'intersection'
          ? { _tag: 'and', all: [left, ...right] }
          : { _tag: 'and', all: [left, { _tag: 'not', predicate: { _tag: 'or', any: right } }] },
    )
    return
  }
  const names = [...scope.columns.keys()]
  const projected = (each: State): Query =>
    close({
      ...each,
      projection: new Map(names.map((name) => [name, each.projection?.get(name) ?? plain([name])])),
    })
  // Of what is put together in the same way already, the parts are put together instead.
  const left = justTogether(state, operation) ?? projected(state)
  const right = others.map((each): Query | Together => {
    const parts = justTogether(each, operation === 'difference' ? 'union' : operation)
    state.nested = Math.max(state.nested, each.nested + (parts === null ? 1 : 0))
    return parts ?? projected(each)
  })
  state.level = open({ _tag: 'together', operation, model: scope.model, parts: [left, ...right] })
  state.projection = null
  state.key = null
  state.names = names
  state.ordered = false
  state.inherited = null
  state.all = []
  state.annotated = false
}

/** What the rows are put together of, where nothing has been done with them since. */
const justTogether = ({ level, projection }: State, operation: Operation): Together | null =>
  level.from._tag === 'together' &&
  level.from.operation === operation &&
  projection === null &&
  level.annotations.length === 0 &&
  level.where.length === 0 &&
  level.order.length === 0 &&
  !level.reverse &&
  level.distinctOn === null &&
  level.slice === null
    ? level.from
    : null

/** The model's own rows that meet the predicate, with all annotations that there were. */
const restart = (state: State, predicate: Predicate<Query>): void => {
  const model = baseModel(fromOf(state.level.from))
  state.level = {
    ...open(state.refining ? everything(model) : { _tag: 'model', model }),
    all: true,
    annotations: [...state.all],
    where: [predicate],
  }
  state.base = null
  state.ordered = false
  state.inherited = null
}

/** All rows of a model, where the model's rows stand for some of them: none of those, and all. */
const everything = (model: string): From => {
  const all = allOf({ _tag: 'model', model })
  return {
    _tag: 'combine',
    operation: 'union',
    model,
    left: { ...all, where: { _tag: 'or', any: [] } },
    right: [all],
  }
}

const baseModel = (from: From): string => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = from
  /* eslint-disable-next-line functional/no-loop-statements -- nesting can be as deep as a queryset is long */
  while (at._tag !== 'model') at = at._tag === 'query' ? at.query.from : at.left.from
  return at.model
}

const merge = (
  state: State,
  view: View,
  cell: AnyQueryset,
  step: Extract<Step, { readonly _tag: 'and' | 'or' | 'xor' }>,
): QueryError | null => {
  const taken = view.operand(step.other)
  if (E.isLeft(taken)) return taken.left
  const { key: keyName } = state
  const other = taken.right
  if (keyName === null || other.key === null)
    return invalidStep(
      step._tag,
      cell.length - 1,
      'the rows have no key any more',
      "After 'distinct' or 'groupBy' use 'union' or 'intersection', which tell rows apart by their columns.",
    )
  if (step._tag === 'and') {
    nestIf(state, cut(state))
    state.level.where.push(belongsTo(keyName, state, other))
    return null
  }
  const { _tag } = step
  meet(state, keyName, [other], (left, right) =>
    _tag === 'or' ? { _tag, any: [left, ...right] } : { _tag, odd: [left, ...right] },
  )
  return null
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
