/**
 * Conditions beyond one comparison of a column: on computed values, on counts, on booleans, and on subqueries that
 * depend on the outer row.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Kind } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import { modelScope, type Scope } from '../../expression/Scope.js'
import { reckonedCondition } from './arithmetic.js'
import { computedFrom } from './computed.js'
import { apart, correlated, facingSome, part } from './facing.js'
import {
  atom,
  columnAt,
  columnOf,
  constant,
  constantOf,
  lookupsOf,
  negated,
  predicate,
  someRelated,
  toMany,
  type Making,
} from './predicates.js'
import type { PredicateData, ExpressionData, QuerysetData, StepData } from '../case/QuerysetData.js'
import { chance, pick, pickOf, times, weighted } from './Tape.js'

/** The expression with a value in place of the column. */
const of = (expression: ExpressionData, from: ExpressionData, value: ExpressionData): ExpressionData =>
  expression === from
    ? value
    : expression._tag === 'call'
      ? { ...expression, args: expression.args.map((each) => (each === from ? value : each)) }
      : expression._tag === 'cast' && expression.arg === from
        ? { ...expression, arg: value }
        : expression

const comparing: ReadonlyArray<LookupName> = ['exact', 'exact', 'gt', 'lt', 'gte', 'lte', 'isnull', 'in']

/** A condition on a computed text: it begins with a text, ends with it, or contains it. */
const partOfComputed = (making: Making, left: ExpressionData): PredicateData => {
  const { tape } = making
  const value = constantOf(making, 'text')
  const characters = [...(typeof value === 'string' ? value : '')]
  return {
    _tag: 'lookup',
    name: pick(tape, ['contains', 'startswith', 'endswith', 'icontains', 'iexact'] as const),
    left,
    right: [
      constant('text', pick(tape, [characters.slice(0, 1), characters.slice(-1), characters]).join('')),
    ],
  }
}

/** Compares a computed value with the same computation of an existing value. */
const computed = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const found = columnOf(making, scope, (kind) => kind !== 'json')
  if (found === null) return atom(making, scope)
  const { kind, expression } = computedFrom(making, scope, 'x', found)
  const from =
    expression._tag === 'call' ? expression.args[0] : expression._tag === 'cast' ? expression.arg : undefined
  const other = (): ExpressionData =>
    from !== undefined && chance(tape, 70)
      ? of(expression, from, constant(found.kind, constantOf(making, found.kind)))
      : constant(kind, constantOf(making, kind))
  const name = pick(tape, ['exact', ...comparing.filter((each) => lookupsOf(kind).includes(each))] as const)
  // The text to search for is a part of the computed text.
  if (kind === 'text' && chance(tape, 25)) return partOfComputed(making, expression)
  return {
    _tag: 'lookup',
    name,
    left: expression,
    right: name === 'isnull' ? [] : times(name === 'in' ? 1 + tape.next(3) : 1, other),
  }
}

/** Compares a column with a value computed from another column. */
const sideways = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const found = columnOf(making, scope, (kind) => kind !== 'json')
  const like = found === null ? null : columnOf(making, scope, (kind) => kind === found.kind)
  if (found === null || like === null) return atom(making, scope)
  const other = computedFrom(making, scope, 'x', like)
  return {
    _tag: 'lookup',
    name: pick(tape, ['exact', 'lt', 'gte'] as const),
    left: columnAt(found.path),
    right: [other.kind === found.kind ? other.expression : columnAt(like.path)],
  }
}

/** A boolean as a condition: a column, its presence, or a case. */
const asItIs = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const found = columnOf(making, scope, (kind) => kind === 'boolean')
  const value = (): ExpressionData => constant('boolean', pick(tape, [true, false, null] as const))
  const expression: ExpressionData =
    found !== null && chance(tape, 75)
      ? columnAt(found.path)
      : {
          _tag: 'case',
          branches: times(1 + tape.next(2), () => ({ when: atom(making, scope), then: value() })),
          otherwise: value(),
        }
  return { _tag: 'holds', expression }
}

/** A predicate as a value that is compared. */
const asValue = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const left: ExpressionData = { _tag: 'test', predicate: predicate(making, scope) }
  const right = chance(tape, 25)
    ? ({ _tag: 'test', predicate: atom(making, scope) } as const)
    : constant('boolean', pick(tape, [true, false, null] as const))
  return { _tag: 'lookup', name: pick(tape, ['exact', 'exact', 'in'] as const), left, right: [right] }
}

/** An `and` of two `or`s, or an `or` of two `and`s. */
const crossed = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const pair = () => times(2, () => atom(making, scope))
  return chance(tape, 50)
    ? { _tag: 'and', all: times(2, (): PredicateData => ({ _tag: 'or', any: pair() })) }
    : { _tag: 'or', any: times(2, (): PredicateData => ({ _tag: 'and', all: pair() })) }
}

/** Compares the number or the sum of related rows. */
const counted = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const many = pickOf(tape, toMany(scope))
  if (many === null) return crossed(making, scope)
  const numbers = columnOf(making, many.scope, (kind) => kind === 'int' || kind === 'decimal')
  const name = numbers === null ? 'count' : pick(tape, ['count', 'sum', 'min', 'max'] as const)
  const arg = name === 'count' || numbers === null ? null : numbers
  const kind: Kind = arg?.kind ?? 'int'
  const comparison = pick(tape, ['exact', 'gt', 'lt', 'isnull'] as const)
  return {
    _tag: 'lookup',
    name: comparison,
    left: {
      _tag: 'aggregate',
      name,
      over: 'row',
      level: 0,
      relation: many.path,
      arg: arg === null ? null : columnAt(arg.path),
      distinct: false,
      filter: chance(tape, 30) ? atom(making, many.scope) : null,
      default: null,
      sample: false,
    },
    right:
      comparison === 'isnull'
        ? []
        : [name === 'count' ? constant('int', tape.next(3)) : constant(kind, constantOf(making, kind))],
  }
}

/** Related rows that meet two conditions, one of them on their own related rows. */
const nested = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const many = pickOf(tape, toMany(scope))
  if (many === null) return crossed(making, scope)
  const all = [
    atom(making, many.scope),
    chance(tape, 60) ? someRelated(making, many.scope, 0) : atom(making, many.scope),
  ]
  const inside: PredicateData = chance(tape, 60) ? { _tag: 'and', all } : { _tag: 'or', any: all }
  const some: PredicateData = { _tag: 'some', level: 0, relation: many.path, predicate: inside }
  return chance(tape, 30) ? negated(some) : some
}

/** A condition on a subquery that depends on the outer row: it has rows, or it contains a value. */
const around = (making: Making, scope: Scope): PredicateData => {
  const { tape, world } = making
  const model = pickOf(
    tape,
    [...world.schema.models.values()].filter(({ implicit }) => !implicit),
  )
  const there = model === null ? null : modelScope(world.schema, model.name)
  if (model === null || there === null || E.isLeft(there)) return atom(making, scope)
  const inner = columnOf(making, there.right, (kind) => kind !== 'json')
  const outer = inner === null ? null : columnOf(making, scope, (kind) => kind === inner.kind)
  const speaking: PredicateData =
    inner === null || outer === null
      ? atom(making, there.right)
      : {
          _tag: 'lookup',
          name: pick(tape, ['exact', 'exact', 'lt', 'gt'] as const),
          left: columnAt(inner.path),
          right: [{ _tag: 'column', path: outer.path, level: 1 }],
        }
  const filter: StepData = {
    _tag: 'filter',
    predicate: chance(tape, 60) ? speaking : atom(making, there.right),
  }
  const query: QuerysetData = {
    model: model.name,
    steps: part(making, there.right, chance(tape, 80) ? [filter] : []),
  }
  const test: PredicateData =
    inner === null || outer === null || chance(tape, 55)
      ? { _tag: 'exists', query }
      : {
          _tag: 'inQuery',
          left: columnAt(outer.path),
          query: {
            ...query,
            steps: [
              ...query.steps,
              {
                _tag: 'values',
                form: 'flat',
                columns: [{ name: 'a', kind: inner.kind, expression: columnAt(inner.path) }],
              },
            ],
          },
        }
  return chance(tape, 35) ? negated(test) : test
}

/** A condition beyond one comparison. @since 0.1.0 */
export const special = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  const made = weighted<(making: Making, scope: Scope) => PredicateData>(tape, [
    [5, computed],
    [2, sideways],
    [3, asItIs],
    [2, crossed],
    [2, counted],
    [3, nested],
    [2, around],
    [3, correlated],
    [2, apart],
    [2, facingSome],
    [2, reckonedCondition],
    [1, asValue],
  ])(making, scope)
  return chance(tape, 20)
    ? negated(made)
    : chance(tape, 15)
      ? pick<PredicateData>(tape, [
          { _tag: 'and', all: [made, atom(making, scope)] },
          { _tag: 'or', any: [made, atom(making, scope)] },
        ])
      : made
}

/** A condition of any kind. @since 0.1.0 */
export const condition = (making: Making, scope: Scope): PredicateData =>
  chance(making.tape, 25) ? special(making, scope) : predicate(making, scope)
