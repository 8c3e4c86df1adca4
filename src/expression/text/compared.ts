import { either as E, function as F, option as O } from 'fp-ts'
import { canonical } from '../../value/canonical.js'
import { aKind, sortOf } from '../../value/describe.js'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Json, Kind } from '../../value/Value.js'
import type { Expression, Predicate } from '../Expression.js'
import type { LookupDef } from '../lookups/LookupDef.js'
import { shift } from '../shift.js'
import type { Scope } from '../Scope.js'
import { isOperand, isSubquery, operandOf, unwrapped } from './Operand.js'
import type { LookupSide } from './Side.js'
import { isTextual, lookupsBehind, suffixesOf } from './suffixes.js'
import { wrong } from './Target.js'

const operand = <S>(kind: Kind, value: unknown, text: string): E.Either<QueryError, Expression<S>> =>
  isOperand<S>(value)
    ? E.right(unwrapped(value))
    : O.fold(
        () => E.left(invalidField(null, text, `takes ${aKind(kind)}, not ${sortOf(value)}`)),
        (json: Json): E.Either<QueryError, Expression<S>> => E.right({ _tag: 'const', kind, value: json }),
      )(canonical(kind, value))

/** An int may be compared with a fraction. */
const fitting = <S>(kind: Kind, value: unknown, text: string): E.Either<QueryError, Expression<S>> =>
  operand<S>(
    kind === 'int' && typeof value === 'number' && !Number.isSafeInteger(value) ? 'float' : kind,
    value,
    text,
  )

/** The values that a lookup is given: a list for those that take several. */
const valuesOf = (
  { name, any, arity }: LookupDef,
  value: unknown,
): E.Either<string, ReadonlyArray<unknown>> => {
  const [least, most] = arity
  if (!any && most < 2) return E.right([value])
  if (!Array.isArray(value)) return E.left(`${name} takes a list`)
  const list: ReadonlyArray<unknown> = value
  if (any) return E.right(list.filter((each) => each !== null))
  return list.length >= least && list.length <= most
    ? E.right(list)
    : E.left(`${name} takes a list of ${least === most ? countOf(least) : 'another length'}`)
}

const countOf = (n: number): string => (n === 2 ? 'two' : String(n))

/** A lookup about text, of a value that is none: it is about the value's text. */
const asText = <S>(side: LookupSide<S>): LookupSide<S> => ({
  expression: { _tag: 'cast', to: 'text', arg: side.expression },
  kind: 'text',
})

/**
 * The predicate that the rest of a path, a lookup, spells about a side and a value.
 *
 * @since 0.2.0
 */
export const compared = <S>(
  given: LookupSide<S>,
  rest: ReadonlyArray<string>,
  value: unknown,
  scope: Scope,
  text: string,
): E.Either<QueryError, Predicate<S>> => {
  const [name = 'exact', extra] = rest
  const definition = lookupsBehind(scope.schema, given.kind).find((each) => each.name === name)
  if (definition === undefined) return E.left(wrong(scope, text, name, suffixesOf(scope.schema, given.kind)))
  if (extra !== undefined) return E.left(invalidField(scope.model, text, `nothing can follow '${name}'`))
  const casts = isTextual(definition) && given.kind !== 'text'
  const side = casts ? asText(given) : given
  const made = (right: ReadonlyArray<Expression<S>>, as = definition.name): Predicate<S> => ({
    _tag: 'lookup',
    name: as,
    left: side.expression,
    right,
  })
  if (definition.arity[1] === 0)
    return typeof value === 'boolean'
      ? E.right(value ? made([]) : { _tag: 'not', predicate: made([]) })
      : E.left(invalidField(scope.model, text, `${name} takes true or false`))
  if ((name === 'exact' || name === 'iexact') && value === null)
    return E.right({ _tag: 'lookup', name: 'isnull', left: given.expression, right: [] })
  if (name === 'in' && isSubquery<S>(value))
    return E.right({ _tag: 'inQuery', left: side.expression, query: unwrapped(value).query })
  const values = valuesOf(definition, value)
  if (E.isLeft(values)) return E.left(invalidField(scope.model, text, values.left))
  return F.pipe(
    values.right,
    E.traverseArrayWithIndex((i, each) => {
      const kind = definition.operand(side.kind, i)
      // A number is looked for by its digits.
      const digits = casts && kind === 'text' && typeof each === 'number'
      return fitting<S>(kind, digits ? String(each) : each, text)
    }),
    E.map((right) => made(right)),
  )
}

/**
 * Expressions are about the row where the path begins, which is so many rows further out behind to-many relations.
 *
 * @since 0.2.0
 */
export const outwards = (
  value: unknown,
  by: number,
  text: string,
  inList = false,
): E.Either<QueryError, unknown> => {
  // The members of a list may be expressions; a list in a list is JSON.
  if (Array.isArray(value) && !inList)
    return E.traverseArray((each: unknown) => outwards(each, by, text, true))(value as ReadonlyArray<unknown>)
  if (!isOperand<unknown>(value)) return E.right(value)
  const moved = shift<unknown, Expression<unknown>>(unwrapped(value), by)
  return moved === null
    ? E.left(
        invalidField(null, text, "can't be compared with a subquery behind a to-many relation: use 'some'"),
      )
    : E.right(operandOf(moved))
}
