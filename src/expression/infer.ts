/**
 * The types of expressions and predicates: kinds, whether values may be missing, how far out they look, and what their
 * names lead to; or what is wrong with them. Nothing is run for it.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../value/QueryError.js'
import type { Aggregate, Expression, Node, Predicate, Some } from './Expression.js'
import { fold, rebuild } from './fold.js'
import { inferAggregate } from './infer/inferAggregate.js'
import { inferCall } from './infer/inferCall.js'
import { inferCase } from './infer/inferCase.js'
import { inferCast } from './infer/inferCast.js'
import { inferColumn } from './infer/inferColumn.js'
import { inferConst } from './infer/inferConst.js'
import { inferLookup } from './infer/inferLookup.js'
import { inferSome } from './infer/inferSome.js'
import { inferExists, inferInQuery, inferSubquery, type InferQuery } from './infer/inferSubquery.js'
import { malformed, misfit, noSuchLevel } from './infer/mistakes.js'
import { reachOf } from './infer/reachOf.js'
import { followAll, ofRows, scopesAt, type Scopes } from './Scope.js'
import type { Typed, TypedExpression, TypedPredicate, TypedSubquery, Typing } from './Typed.js'

/**
 * Types an expression that stands in some scopes; `inferQuery` types its subqueries. Its operands are typed first, in
 * turn, and the first mistake is the error: an `InvalidField`.
 *
 * @since 0.2.0
 */
export const infer = <S, T extends TypedSubquery>(
  inferQuery: InferQuery<S, T>,
  scopes: Scopes,
  expression: Expression<S>,
): E.Either<QueryError, TypedExpression<T>> =>
  // Typing keeps the sort of a node.
  inferNode(inferQuery, scopes, expression) as E.Either<QueryError, TypedExpression<T>>

/**
 * Types a predicate, as `infer` does an expression.
 *
 * @since 0.2.0
 */
export const inferPredicate = <S, T extends TypedSubquery>(
  inferQuery: InferQuery<S, T>,
  scopes: Scopes,
  predicate: Predicate<S>,
): E.Either<QueryError, TypedPredicate<T>> =>
  // As above.
  inferNode(inferQuery, scopes, predicate) as E.Either<QueryError, TypedPredicate<T>>

type Context = E.Either<QueryError, Scopes>
type Inferred<T> = E.Either<QueryError, Typed<T>>

const inferNode = <S, T extends TypedSubquery>(
  inferQuery: InferQuery<S, T>,
  scopes: Scopes,
  node: Node<S>,
): Inferred<T> =>
  fold<S, Context, Inferred<T>>(node, E.right(scopes), {
    enter: (context, at) => (E.isLeft(context) ? context : insideOf(context.right, at)),
    // Once for each node: without `E.flatMap` and `E.sequenceArray`, which would take longer than the rest together.
    combine: (at, results, context) => {
      if (E.isLeft(context)) return context
      const operands: Array<Typed<T>> = []
      /* eslint-disable-next-line functional/no-loop-statements -- as above */
      for (const [i, each] of results.entries()) {
        if (E.isLeft(each)) return E.left(misfit(context.right, at, i) ?? each.left)
        operands.push(each.right)
      }
      const typing = typingOf(inferQuery, context.right, at, operands)
      return E.isLeft(typing) ? typing : E.right(typed(at, operands, typing.right))
    },
  })

/** The node with its operands typed, and with what has been found out about it. */
const typed = <S, T>(node: Node<S>, operands: ReadonlyArray<Typed<T>>, typing: Typing): Typed<T> =>
  // `typing` has the typed subquery, where the node has one, and what else its sort of node asks for.
  ({ ...rebuild(node as unknown as Node<T>, operands), ...typing }) as Typed<T>

/** The scopes on the rows that an aggregate or a `some` goes through. */
const insideOf = <S>(scopes: Scopes, node: Aggregate<S> | Some<S>): Context => {
  const around = ofRows(scopes)
  if (node.relation.length === 0) return E.right(around)
  const start = node._tag === 'aggregate' && node.over === 'group' ? around : scopesAt(scopes, node.level)
  if (start === null) return E.left(noSuchLevel(node.relation.join('__'), node.level))
  const followed = followAll(start.scope, node.relation)
  return E.isLeft(followed) ? followed : E.right({ scope: followed.right.scope, group: null, parent: around })
}

const typingOf = <S, T extends TypedSubquery>(
  inferQuery: InferQuery<S, T>,
  scopes: Scopes,
  node: Node<S>,
  operands: ReadonlyArray<Typed<T>>,
): E.Either<QueryError, Typing> => {
  switch (node._tag) {
    case 'const':
      return inferConst(node)
    case 'column':
      return inferColumn(scopes, node)
    case 'call':
      return inferCall(node, operands)
    case 'cast':
      return inferCast(node, operands)
    case 'case':
      return inferCase(node, operands)
    case 'aggregate':
      return inferAggregate(scopes, node, operands)
    case 'subquery':
      return inferSubquery(inferQuery, scopes, node)
    case 'exists':
      return inferExists(inferQuery, scopes, node)
    case 'inQuery':
      return inferInQuery(inferQuery, scopes, node, operands)
    case 'test':
    case 'holds':
      return inferHolds(node._tag, operands)
    case 'not':
      return operands.length === 0 ? E.left(malformed('not')) : inferConnective(operands)
    case 'and':
    case 'or':
    case 'xor':
      return inferConnective(operands)
    case 'some':
      return inferSome(scopes, node, operands)
    case 'lookup':
      return inferLookup(scopes, node, operands)
  }
}

const inferConnective = <T>(operands: ReadonlyArray<Typed<T>>): E.Either<QueryError, Typing> =>
  E.right({ type: { kind: 'boolean', nullable: false }, reach: reachOf(operands) })

/** A boolean in the place of a predicate, or a predicate in the place of a boolean. */
const inferHolds = <T>(
  tag: 'test' | 'holds',
  operands: ReadonlyArray<Typed<T>>,
): E.Either<QueryError, Typing> => {
  const [only] = operands
  if (only === undefined) return E.left(malformed(tag))
  return only.type.kind === 'boolean'
    ? inferConnective(operands)
    : E.left(invalidField(null, tag, `takes a boolean, not ${only.type.kind}`))
}
