/**
 * Reads by every form of a condition: alone, negated, negated twice, and combined. They show how a client treats
 * missing values.
 *
 * @since 0.2.0
 */
import type { Kind } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import type { Scope } from '../../expression/Scope.js'
import type { ReadCall } from '../case/Case.js'
import {
  all,
  then,
  type PredicateData,
  type ExpressionData,
  type QuerysetData,
} from '../case/QuerysetData.js'
import { special } from './conditions.js'
import { apart, correlated, facingSome } from './facing.js'
import { modelFor } from './parts.js'
import {
  atom,
  columnAt,
  columnOf,
  constant,
  constantOf,
  lookupOf,
  lookupsOf,
  negated,
  someRelated,
  type ScopedColumn,
  type Making,
} from './predicates.js'
import { testsOf } from './searches.js'
import { scopeOfModel } from './Theme.js'
import { chance, pick, pickOf, shuffled, times } from './Tape.js'

/** A comparison with a column, a missing value or nothing. */
const bare = (
  left: ExpressionData,
  name: LookupName,
  ...right: ReadonlyArray<ExpressionData>
): PredicateData => ({
  _tag: 'lookup',
  name,
  left,
  right,
})

/** All conditions on a boolean column. */
const ofBoolean = (making: Making, scope: Scope, { path }: ScopedColumn): ReadonlyArray<PredicateData> => {
  const at = columnAt(path)
  const is = (value: boolean | null): ExpressionData => constant('boolean', value)
  const holds: PredicateData = { _tag: 'holds', expression: at }
  return [
    holds,
    holds,
    bare(at, 'exact', is(true)),
    bare(at, 'exact', is(false)),
    bare(at, 'in', is(true), is(false)),
    bare(at, 'lt', is(true)),
    bare({ _tag: 'test', predicate: holds }, 'exact', is(false)),
    { _tag: 'holds', expression: { _tag: 'test', predicate: negated(holds) } },
    { _tag: 'holds', expression: { _tag: 'call', name: 'coalesce', args: [at, is(false)] } },
    {
      _tag: 'holds',
      expression: { _tag: 'case', branches: [{ when: atom(making, scope), then: at }], otherwise: is(null) },
    },
  ]
}

/** All conditions on another column, including those on missing values. */
const ofValue = (making: Making, scope: Scope, found: ScopedColumn): ReadonlyArray<PredicateData> => {
  const { tape } = making
  const { kind, path } = found
  const at = columnAt(path)
  const none = constant(kind, null)
  const one = (): ExpressionData => constant(kind, constantOf(making, kind))
  const other = columnOf(making, scope, (each: Kind) => each === kind)
  const like = columnAt(other?.path ?? path)
  const bounds = [one(), one()] as const
  return [
    bare(at, 'isnull'),
    bare(at, 'exact', one()),
    bare(at, 'exact', none),
    bare(at, 'exact', like),
    bare(at, pick(tape, ['gt', 'lt', 'gte', 'lte'] as const), like),
    bare(at, pick(tape, ['gt', 'lt', 'gte', 'lte'] as const), none),
    bare(at, 'in'),
    bare(at, 'in', one(), none),
    bare(at, 'in', none),
    bare(at, 'in', like, one()),
    bare(at, 'range', ...bounds),
    bare(at, 'range', bounds[1], bounds[0]),
    bare(at, 'range', one(), none),
    bare(at, 'range', like, one()),
    bare(one(), 'range', at, like),
    bare(one(), 'in', at, like),
    bare({ _tag: 'call', name: 'coalesce', args: [at, one()] }, 'exact', one()),
    bare({ _tag: 'call', name: 'nullif', args: [at, one()] }, 'isnull'),
    lookupOf(making, scope, found, pickOf(tape, lookupsOf(kind)) ?? 'exact'),
    lookupOf(making, scope, found, pickOf(tape, lookupsOf(kind)) ?? 'exact'),
  ]
}

/** Conditions on other rows, and conditions that hold for every row or for none. */
const ofOthers = (making: Making, scope: Scope): ReadonlyArray<PredicateData> => [
  someRelated(making, scope, 1),
  apart(making, scope),
  facingSome(making, scope),
  correlated(making, scope),
  special(making, scope),
  { _tag: 'and', all: [] },
  { _tag: 'or', any: [] },
  { _tag: 'xor', odd: [] },
]

/** The forms of a condition in which missing values may count differently. */
const turned = (making: Making, one: PredicateData, other: PredicateData): PredicateData => {
  const { tape } = making
  return pick<PredicateData>(tape, [
    negated(one),
    one,
    negated(negated(one)),
    { _tag: 'and', all: [negated(one), other] },
    { _tag: 'or', any: [negated(one), other] },
    negated({ _tag: 'and', all: [one, other] }),
    negated({ _tag: 'or', any: [one, other] }),
    { _tag: 'xor', odd: [one, other] },
    negated({ _tag: 'xor', odd: [one, negated(other)] }),
    { _tag: 'and', all: [{ _tag: 'or', any: [one, other] }, negated({ _tag: 'and', all: [one, other] })] },
    { _tag: 'holds', expression: { _tag: 'test', predicate: negated(one) } },
    {
      _tag: 'holds',
      expression: {
        _tag: 'case',
        branches: [{ when: one, then: constant('boolean', chance(tape, 50)) }],
        otherwise: { _tag: 'test', predicate: other },
      },
    },
  ])
}

/** Every form of a condition. @since 0.2.0 */
export const logicOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape } = making
  const model = modelFor(making, models).name
  const scope = scopeOfModel(making, model)
  if (scope === null) return []
  const found = columnOf(making, scope, (kind) => kind !== 'json')
  const truth = columnOf(making, scope, (kind) => kind === 'boolean')
  const forms = [
    ...(found === null ? [] : ofValue(making, scope, found)),
    ...(truth === null ? [] : ofBoolean(making, scope, truth)),
    ...ofOthers(making, scope),
  ]
  const any = (): PredicateData => pickOf(tape, forms) ?? { _tag: 'and', all: [] }
  const from = all(model)
  const read = (of: QuerysetData, tag: 'toArray' | 'whole' | 'count'): ReadCall => ({
    _tag: 'read',
    of,
    terminal: { _tag: tag },
  })
  return [
    read(then(from, testsOf(shuffled(tape, forms.map(negated)).slice(0, 18))), 'toArray'),
    read(then(from, testsOf(times(14, () => turned(making, any(), any())))), 'toArray'),
    ...times(2, () =>
      read(
        then(from, { _tag: 'filter', predicate: turned(making, any(), any()) }),
        pick(tape, ['whole', 'count', 'toArray'] as const),
      ),
    ),
    ...(truth === null
      ? []
      : [
          read(
            then(from, {
              _tag: 'filter',
              predicate: negated({ _tag: 'holds', expression: columnAt(truth.path) }),
            }),
            'toArray',
          ),
        ]),
  ]
}
