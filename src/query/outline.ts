/**
 * The outline of a queryset: its steps without the values of some constants.
 *
 * @since 0.2.0
 */
import type { Const, Expression, Predicate } from '../expression/Expression.js'
import type { AnyQueryset, Step } from '../queryset/Queryset.js'

/**
 * Two querysets of one schema with the same `key` differ only in the values of their `slots`.
 *
 * @since 0.2.0
 */
export interface Outline {
  readonly key: string
  readonly slots: ReadonlyArray<Const>
}

interface Drawing {
  readonly slots: Array<Const>
  /** The number of nodes that may still be added. */
  left: number
}

/** A queryset with more steps or nodes than this has no outline: its key would take longer than its plan. */
const mostSteps = 20
const mostNodes = 200
const mostDepth = 20
const longestText = 1000

/**
 * The outline of a queryset that filters, sorts, slices and reverses rows of a model. `null` for any other queryset.
 *
 * A slot is a whole number, or a text that isn't empty, to which a column of the row is compared: by `exact`, `gt`,
 * `gte`, `lt` or `lte`. All other constants are part of the key.
 *
 * @since 0.2.0
 */
export const outlineOf = (queryset: AnyQueryset): Outline | null => {
  const drawing: Drawing = { slots: [], left: mostNodes }
  if (queryset.open || queryset.length > mostSteps) return null
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let key = ''
  /* eslint-disable-next-line functional/no-loop-statements -- from the last step to the model */
  for (let at: AnyQueryset | null = queryset; at !== null; at = at.source) {
    if (at.scope._tag === 'Left') return null
    if (at.step === null) continue
    const step = stepKey(drawing, at.step)
    if (step === null) return null
    key += step
  }
  return { key: key + named(queryset.model), slots: drawing.slots }
}

const stepKey = (drawing: Drawing, step: Step): string | null => {
  switch (step._tag) {
    case 'filter': {
      const predicate = predicateKey(drawing, step.predicate, 0)
      return predicate === null ? null : `filter ${predicate};`
    }
    case 'orderBy': {
      const keys = step.keys.map(({ expression, direction, nulls }) => {
        const column = operandKey(drawing, expression)
        return column === null ? null : `${column} ${direction} ${nulls}`
      })
      return keys.includes(null) ? null : `order ${keys.join()};`
    }
    case 'slice':
      return `slice ${String(step.start)} ${String(step.stop)};`
    case 'reverse':
      return 'reverse;'
    default:
      return null
  }
}

const predicateKey = (drawing: Drawing, predicate: Predicate<AnyQueryset>, depth: number): string | null => {
  drawing.left -= 1
  if (drawing.left < 0 || depth > mostDepth) return null
  switch (predicate._tag) {
    case 'lookup':
      return lookupKey(drawing, predicate)
    case 'and':
      return listKey(drawing, 'and', predicate.all, depth)
    case 'or':
      return listKey(drawing, 'or', predicate.any, depth)
    case 'not':
      return listKey(drawing, 'not', [predicate.predicate], depth)
    default:
      return null
  }
}

const listKey = (
  drawing: Drawing,
  name: string,
  predicates: ReadonlyArray<Predicate<AnyQueryset>>,
  depth: number,
): string | null => {
  const keys = predicates.map((each) => predicateKey(drawing, each, depth + 1))
  return keys.includes(null) ? null : `${name}(${keys.join()})`
}

const comparisons: ReadonlySet<string> = new Set(['exact', 'gt', 'gte', 'lt', 'lte'])

const lookupKey = (
  drawing: Drawing,
  { name, left, right }: Extract<Predicate<AnyQueryset>, { readonly _tag: 'lookup' }>,
): string | null => {
  drawing.left -= right.length
  if (drawing.left < 0) return null
  const column = operandKey(drawing, left)
  const compared = left._tag === 'column' && comparisons.has(name)
  const operands = right.map((each) => {
    if (!compared || each._tag !== 'const' || !isSlot(each)) return operandKey(drawing, each)
    drawing.slots.push(each)
    return `?${each.kind}`
  })
  return column === null || operands.includes(null)
    ? null
    : `${named(name)}(${column},${operands.join()})`
}

const operandKey = (drawing: Drawing, node: Expression<AnyQueryset>): string | null => {
  drawing.left -= 1
  if (node._tag === 'column') return `${String(node.level)}[${node.path.map(named).join('')}]`
  if (node._tag !== 'const') return null
  const value = literalKey(node.value)
  return value === null ? null : `${node.kind} ${value}`
}

/** A text as a part of the key. Its length says where it ends. */
const named = (text: string): string => `${String(text.length)}'${text}`

/** A constant as a part of the key. Whatever isn't a value is left to the check. */
const literalKey = (value: unknown): string | null => {
  if (value === null || typeof value === 'boolean') return String(value)
  // The text of a negative zero would be that of zero.
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? String(value) : null
  return typeof value === 'string' && value.length <= longestText ? named(value) : null
}

/** Whether a value is one of those that no check, no rule and no spelling treats differently from others of its kind. */
const isSlot = ({ kind, value }: Const): boolean => {
  switch (kind) {
    case 'int':
      return Number.isSafeInteger(value) && !Object.is(value, -0)
    case 'text':
      return typeof value === 'string' && value !== '' && value.length <= longestText && isPlain.test(value)
    default:
      return false
  }
}

/** Neither NUL nor half of a surrogate pair. */
const isPlain = /^[^\0\p{Surrogate}]*$/u
