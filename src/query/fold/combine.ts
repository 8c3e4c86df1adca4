/**
 * Combines rows with those of other querysets, and selects the rows that belong to an outer row.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { modelOf, type Scope } from '../../expression/Scope.js'
import {
  type Base,
  close,
  conjunctionOf,
  cut,
  fromOf,
  nestIf,
  open,
  type SetOperation,
  plain,
  type FoldState,
  type Together,
  type FoldView,
} from './State.js'
import type { Column, Predicate } from '../../expression/Expression.js'
import type { ModelRelation } from '../../schema/Schema.js'
import { allOf, type From, layersOf, type Query } from '../Query.js'
import { raise } from '../raise.js'
import type { AnyQueryset, Step } from '../../queryset/Queryset.js'
import { invalidStep, type QueryError } from '../../value/QueryError.js'

/** The rows that a relation of the outer row leads to. */
export const belonging = (scope: Scope, name: string): Base => {
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

/** A row that is linked twice occurs twice. The key of the join row distinguishes the two. */
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

/** Whether the row's key is among those of the rows so far. They are seen from that row, so one row further in. */
const inKeys = (keyName: string, state: FoldState): Predicate<Query> => {
  const keys: Query = {
    ...close({ ...state, projection: null, fields: null, related: [] }),
    columns: [{ name: keyName, expression: plain([keyName]) }],
  }
  const { base } = state
  const own = base === null ? keys : only(keys, base)
  return { _tag: 'inQuery', left: plain([keyName]), query: state.inside ? raise(own) : own }
}

/** The query on the model's rows that belong to the outer row. How often each occurs matters only to a slice. */
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

/** The condition that the rows meet, for any row of the model. `null` if there is no such condition. */
const conditionOf = ({ level }: FoldState): Predicate<Query> | null =>
  level.all && level.slice === null && level.distinctOn === null
    ? (conjunctionOf(level.where) ?? { _tag: 'and', all: [] })
    : null

/**
 * The condition for the rows of another queryset, for rows of the model. It may be that their key is among its keys.
 */
const belongsTo = (keyName: string, state: FoldState, other: FoldState): Predicate<Query> => {
  const condition = other.level.annotations.length === 0 ? conditionOf(other) : null
  state.nested = Math.max(state.nested, other.nested + (condition === null ? 1 : 0))
  return condition ?? inKeys(keyName, other)
}

/** The model's rows that meet a combination of the conditions of the rows so far and of other rows. */
const meet = (
  state: FoldState,
  keyName: string,
  others: ReadonlyArray<FoldState>,
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

export const combine = (
  state: FoldState,
  operation: SetOperation,
  others: ReadonlyArray<FoldState>,
  scope: Scope,
): void => {
  const keyed = state.key
  const whole = (each: FoldState) => each.key !== null && each.projection === null && !each.annotated
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
  const projected = (each: FoldState): Query =>
    close({
      ...each,
      projection: new Map(names.map((name) => [name, each.projection?.get(name) ?? plain([name])])),
    })
  // If the left side was already combined in the same way, the parts are combined instead.
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

/** The parts of the combined rows, if nothing has been done with them since. */
const justTogether = ({ level, projection }: FoldState, operation: SetOperation): Together | null =>
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

/** The model's own rows that meet the predicate, with all earlier annotations. */
const restart = (state: FoldState, predicate: Predicate<Query>): void => {
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

/** All rows of a model, if the model's rows stand for some of them: the union of those and all others. */
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

export const merge = (
  state: FoldState,
  view: FoldView,
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
