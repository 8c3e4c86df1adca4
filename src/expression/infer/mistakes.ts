/**
 * Mistakes that several kinds of nodes share.
 *
 * @since 0.2.0
 */
import { option as O } from 'fp-ts'
import { canonical } from '../../value/canonical.js'
import { aKind, sortOf } from '../../value/describe.js'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Json } from '../../value/Value.js'
import type { Expression, Node } from '../Expression.js'
import { builtIn } from '../lookups.js'
import type { Scopes } from '../Scope.js'

/**
 * A node without an operand that it needs, or with too many.
 *
 * @since 0.2.0
 */
export const malformed = (what: string): QueryError =>
  invalidField(null, what, 'has the wrong number of operands')

/**
 * A subquery whose rows have no single column.
 *
 * @since 0.2.0
 */
export const manyColumns = (what: string): QueryError =>
  invalidField(null, what, 'takes a queryset of one column: say which with valuesList((row) => row.column)')

/**
 * A column, or a path, of a row that isn't around.
 *
 * @since 0.2.0
 */
export const noSuchLevel = (what: string, level: number): QueryError =>
  invalidField(null, what, `speaks of a row that isn't around it (level ${String(level)})`)

/**
 * The sort of a constant's value. References keep the sort of a value that isn't JSON in its place.
 *
 * @since 0.2.0
 */
export const givenSort = (value: Json): string =>
  typeof value === 'object' && value !== null && 'not' in value && typeof value['not'] === 'string'
    ? value['not'].slice(0, 40)
    : sortOf(value)

/**
 * What is wrong with an operand of a lookup or a function, if it is a constant of another kind than it takes. `i` is its
 * place among the node's operands.
 *
 * @since 0.2.0
 */
export const misfit = <S>(scopes: Scopes, node: Node<S>, i: number): QueryError | null => {
  switch (node._tag) {
    case 'lookup':
      return misfitOf(scopes, titleOf(node.name), node.left, node.right[i - 1])
    case 'call':
      return misfitOf(scopes, node.name, node.args[0], node.args[i])
    default:
      return null
  }
}

const misfitOf = <S>(
  scopes: Scopes,
  name: string,
  about: Expression<S> | undefined,
  operand: Expression<S> | undefined,
): QueryError | null => {
  if (operand?._tag !== 'const' || operand.value === null) return null
  if (O.isSome(canonical(operand.kind, operand.value))) return null
  const wrong = `takes ${aKind(operand.kind)}, not ${givenSort(operand.value)}`
  const error =
    about?._tag === 'column'
      ? invalidField(scopes.scope.model, about.path.join('__'), `${name} ${wrong}`)
      : invalidField(null, name, wrong)
  return {
    ...error,
    hint: `Give ${aKind(operand.kind)}, or cast the field to the kind that you compare it with.`,
  }
}

/** A lookup's name, after the method that asks for it where that has another one. */
const titleOf = (name: string): string => {
  const method = builtIn.get(name)?.method ?? name
  return method === name ? name : `${method} (${name})`
}
