/**
 * Rules: each one simplifies a query and keeps its meaning.
 *
 * @since 0.1.0
 */
import type { Node } from '../../expression/Expression.js'
import type { Schema } from '../../schema/Schema.js'
import type { Query } from '../Query.js'

/**
 * A rule for expressions and predicates. Given a node whose operands have been simplified, it gives the node itself or
 * a simpler one of the same type.
 *
 * @since 0.1.0
 */
export interface NodeRule {
  readonly _tag: 'node'
  readonly name: string
  readonly why: string
  readonly apply: (node: Node<Query>) => Node<Query>
}

/**
 * A rule for one pass. Given a query, it gives the query itself or a simpler one.
 *
 * @since 0.1.0
 */
export interface QueryRule {
  readonly _tag: 'query'
  readonly name: string
  readonly why: string
  readonly apply: (query: Query, schema: Schema) => Query
}

/** @since 0.1.0 */
export type Rule = NodeRule | QueryRule
