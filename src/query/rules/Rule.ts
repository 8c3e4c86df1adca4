/**
 * Rules: each makes a query simpler for whoever has to answer it, and keeps what it means.
 *
 * @since 0.1.0
 */
import type { Node } from '../../expression/Expression.js'
import type { Schema } from '../../schema/Schema.js'
import type { Query } from '../Query.js'

/**
 * A rule about expressions and predicates: given a node whose operands have been simplified, it gives the node
 * itself or a simpler one of the same sort.
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
 * A rule about one pass: given a query, it gives the query itself or a simpler one.
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
