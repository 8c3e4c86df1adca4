import * as Decimal from '../value/Decimal.js'
import type { Decimal as DecimalText } from '../value/Value.js'
import { foldTyped, type Typed, type TypedExpression } from './Typed.js'

/** A predicate has no scale, and says nothing about that of what it stands in. */
type Scale = number | null | 'predicate'

/** Nobody wants to see more places than these, which a product of many factors would have. */
const most = 30

/**
 * How many places the decimals of an expression are shown with; `null` where that isn't known. A field says it by its
 * `decimalPlaces`. Sums, the least and the greatest keep it, products add it up, and `round` sets it; what divides has
 * as many places as it needs.
 *
 * @since 0.2.0
 */
export const scaleOf = <T>(expression: TypedExpression<T>): number | null => {
  const scale = foldTyped<T, null, Scale>(expression, null, {
    enter: () => null,
    combine: (node, operands) => scaleIn(node, operands),
  })
  return scale === 'predicate' ? null : scale
}

const scaleIn = <T>(node: Typed<T>, operands: ReadonlyArray<Scale>): Scale => {
  const scales = operands.filter((scale) => scale !== 'predicate')
  switch (node._tag) {
    case 'const':
      return node.type.kind === 'decimal' && typeof node.value === 'string'
        ? Decimal.places(node.value as DecimalText) // a decimal is text
        : wholes(node.type.kind)
    case 'column':
      return node.scale ?? wholes(node.type.kind)
    case 'subquery':
      return node.column.type.scale ?? wholes(node.type.kind)
    case 'case':
      return greatest(scales)
    case 'aggregate':
      return ['sum', 'min', 'max'].includes(node.name) ? greatest(scales) : wholes(node.type.kind)
    case 'call':
      return ofCall(node.name, node.args, scales)
    case 'cast':
      return wholes(node.type.kind)
    case 'test':
      return null
    default:
      return 'predicate'
  }
}

/** Whole numbers have no places. */
const wholes = (kind: string): number | null => (kind === 'int' ? 0 : null)

/** Known only where all are. */
const greatest = (scales: ReadonlyArray<number | null>): number | null =>
  scales.reduce(
    (all: number | null, scale) => (all === null || scale === null ? null : Math.max(all, scale)),
    0,
  )

const ofCall = <T>(
  name: string,
  args: ReadonlyArray<TypedExpression<T>>,
  scales: ReadonlyArray<number | null>,
): number | null => {
  switch (name) {
    case 'add':
    case 'sub':
    case 'mod':
    case 'coalesce':
    case 'greatest':
    case 'least':
      return greatest(scales)
    case 'mul': {
      const all = scales.reduce(
        (sum: number | null, scale) => (sum === null || scale === null ? null : sum + scale),
        0,
      )
      return all === null || all > most ? null : all
    }
    case 'neg':
    case 'abs':
    case 'nullif':
      return scales[0] ?? null
    case 'ceil':
    case 'floor':
    case 'sign':
      return 0
    case 'round':
      return rounded(args[1])
    default:
      return null
  }
}

/** `round` without places is to whole numbers. */
const rounded = <T>(places: TypedExpression<T> | undefined): number | null =>
  places === undefined
    ? 0
    : places._tag === 'const' && typeof places.value === 'number' && places.value <= most
      ? Math.max(0, places.value)
      : null
