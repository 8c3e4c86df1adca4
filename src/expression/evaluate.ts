/**
 * The meaning of expressions and predicates, as functions of a row.
 *
 * A typed expression is compiled once, and then run on each row.
 *
 * @since 0.1.0
 */
import type { Json } from '../value/Value.js'
import { aggregatePart } from './evaluate/aggregatePart.js'
import { callPart } from './evaluate/callPart.js'
import { casePart } from './evaluate/casePart.js'
import { castPart } from './evaluate/castPart.js'
import { columnPart } from './evaluate/columnPart.js'
import type { Frame } from './evaluate/Frame.js'
import { lookupPart } from './evaluate/lookupPart.js'
import { close, meteredRuns, registered, together, type Env, type Part, type Stand } from './evaluate/Part.js'
import { existsPart, inQueryPart, subqueryPart } from './evaluate/queryParts.js'
import { somePart } from './evaluate/somePart.js'
import {
  foldTyped,
  type Typed,
  type TypedExpression,
  type TypedPredicate,
  type TypedSubquery,
} from './Typed.js'

/**
 * A compiled expression. `weight` is the number of steps of a run, which the caller must count before. The expression
 * itself counts further work, on related rows and long text.
 *
 * @since 0.1.0
 */
export interface Compiled<A> {
  readonly weight: number
  readonly run: (frame: Frame) => A
}

/**
 * Compiles an expression.
 *
 * @since 0.1.0
 */
export const compile = <T extends TypedSubquery>(
  env: Env<T>,
  stand: Stand,
  expression: TypedExpression<T>,
): Compiled<Json> => compileNode(env, stand, expression)

/**
 * Compiles a predicate.
 *
 * @since 0.1.0
 */
export const compilePredicate = <T extends TypedSubquery>(
  env: Env<T>,
  stand: Stand,
  predicate: TypedPredicate<T>,
): Compiled<boolean> => {
  const { weight, run } = compileNode(env, stand, predicate)
  // Predicates compile to functions that give true or false.
  return { weight, run: run as (frame: Frame) => boolean }
}

const compileNode = <T extends TypedSubquery>(env: Env<T>, stand: Stand, node: Typed<T>): Compiled<Json> =>
  close(
    foldTyped<T, Stand, Part>(node, stand, {
      // Over a group, an aggregate's operands are evaluated on its rows. Behind a relation, they are evaluated on rows
      // with a row around them.
      enter: ({ nested }, { joins }) => ({ nested: nested || joins.length > 0, group: false }),
      combine: (at, parts, here, height) => registered(height, partOf(env, here, at, parts)),
    }),
  )

/** Stands for a missing operand. Typed nodes have none. */
const absent: Part = { weight: 0, run: () => null, registers: [] }

/** Some parts of a node are operands in its own frame, and the others are behind a relation. */
const partOf = <T extends TypedSubquery>(
  env: Env<T>,
  stand: Stand,
  node: Typed<T>,
  parts: ReadonlyArray<Part>,
): Part => {
  const [only = absent, ...rest] = parts
  switch (node._tag) {
    case 'const': {
      const { value } = node
      return together([], () => value)
    }
    case 'column':
      return columnPart(env, node)
    case 'call':
      return callPart(env, node, parts)
    case 'cast':
      return castPart(env, node, only)
    case 'case':
      return casePart(env, node, parts)
    case 'aggregate':
      return aggregatePart(env, stand, node, parts)
    case 'subquery':
      return subqueryPart(env, node)
    case 'exists':
      return existsPart(env, node)
    case 'inQuery':
      return inQueryPart(env, node, only)
    case 'test':
    case 'holds':
      return together(parts, (frame) => only.run(frame) === true)
    case 'not':
      return together(parts, (frame) => only.run(frame) !== true)
    case 'and': {
      const holds = meteredRuns(env.meter, parts)
      return together(parts, (frame) => holds.every((each) => each(frame) === true), 1)
    }
    case 'or': {
      const holds = meteredRuns(env.meter, parts)
      return together(parts, (frame) => holds.some((each) => each(frame) === true), 1)
    }
    case 'xor':
      return together(parts, (frame) => parts.filter((each) => each.run(frame) === true).length % 2 === 1)
    case 'some':
      return somePart(env, stand, node, only)
    case 'lookup':
      return lookupPart(env, node, only, rest)
  }
}
