/**
 * Applies the rules.
 *
 * @since 0.1.0
 */
import type { Node } from '../expression/Expression.js'
import { fold, rebuild } from '../expression/fold.js'
import type { Schema } from '../schema/Schema.js'
import { mapQuery, same } from './mapQuery.js'
import { layersOf, type From, type Query } from './Query.js'
import { nodeRules, queryRules } from './rules.js'
import type { NodeRule, QueryRule } from './rules/Rule.js'

/**
 * The normal form of a query: no rule changes it any further. Normalising it again changes nothing.
 *
 * @example
 * import { autoId, field, filter, fold, normalise, not, pipe, schema, schemaOf } from 'queryset-ts'
 * import { either as E } from 'fp-ts'
 * const music = schema({ genre: { id: autoId, name: field.text() } })
 * const folded = fold(pipe(music.genre, filter((g) => not(not(g.name.eq('Jazz'))))))
 * if (E.isRight(folded)) console.log(normalise(schemaOf(music), folded.right).where?._tag) // => lookup
 *
 * @since 0.1.0
 */
export const normalise = (schema: Schema, query: Query): Query =>
  applyRules(schema, query, nodeRules, queryRules)

/**
 * Applies some rules until none of them changes anything.
 *
 * @since 0.1.0
 */
export const applyRules = (
  schema: Schema,
  query: Query,
  ofNodes: ReadonlyArray<NodeRule>,
  ofQueries: ReadonlyArray<QueryRule>,
): Query => {
  const whole = (inner: Query): Query => applyRules(schema, inner, ofNodes, ofQueries)
  return layersOf(query).reduce<Query | null>(
    (inside, layer) => settle(schema, insideOut(layer, inside, whole), ofNodes, ofQueries, whole),
    null,
  ) as Query // there is one layer at least
}

/** The pass around the new form of its inner pass. */
const insideOut = (layer: Query, inside: Query | null, whole: (inner: Query) => Query): Query => {
  const related = same(layer.related, (each) => {
    const query = whole(each.query)
    return query === each.query ? each : { ...each, query }
  })
  const from = inside === null ? layer.from : around(layer.from, inside, whole)
  return from === layer.from && related === layer.related ? layer : { ...layer, from, related }
}

const around = (from: From, inside: Query, whole: (inner: Query) => Query): From => {
  switch (from._tag) {
    case 'model':
      return from
    case 'query':
      return from.query === inside ? from : { ...from, query: inside }
    case 'combine': {
      const right = same(from.right, whole)
      return from.left === inside && from.right === right ? from : { ...from, left: inside, right }
    }
  }
}

/** No rule can undo another, so this ends. The bound is for a future rule that can. */
const enough = 50

const settle = (
  schema: Schema,
  query: Query,
  ofNodes: ReadonlyArray<NodeRule>,
  ofQueries: ReadonlyArray<QueryRule>,
  whole: (inner: Query) => Query,
): Query => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let current = query
  /* eslint-disable-next-line functional/no-loop-statements -- a fixed point */
  for (let turn = 0; turn < enough; turn++) {
    const simpler = ofQueries.reduce(
      (before, rule) => rule.apply(before, schema),
      mapQuery(current, (node) => simplify(node, ofNodes, whole)),
    )
    if (simpler === current) return current
    current = simpler
  }
  return current
}

const simplify = <N extends Node<Query>>(
  root: N,
  ofNodes: ReadonlyArray<NodeRule>,
  whole: (inner: Query) => Query,
): N =>
  // Rules keep the type of a node.
  fold<Query, null, Node<Query>>(root, null, {
    enter: () => null,
    combine: (node, operands) => {
      const rebuilt = inner(rebuild(node, operands), whole)
      return again(rebuilt, ofNodes)
    },
  }) as N

/** A rule may make an earlier rule applicable again, on the same node. */
const again = (node: Node<Query>, ofNodes: ReadonlyArray<NodeRule>): Node<Query> => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let current = node
  /* eslint-disable-next-line functional/no-loop-statements -- a fixed point */
  for (let turn = 0; turn < enough; turn++) {
    const simpler = ofNodes.reduce((before, rule) => rule.apply(before), current)
    if (simpler === current) return current
    current = simpler
  }
  return current
}

const inner = (node: Node<Query>, whole: (query: Query) => Query): Node<Query> => {
  if (node._tag !== 'subquery' && node._tag !== 'exists' && node._tag !== 'inQuery') return node
  const query = whole(node.query)
  return query === node.query ? node : { ...node, query }
}
