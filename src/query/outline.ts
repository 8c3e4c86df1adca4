/**
 * The outline of a queryset: its steps without the values of some constants.
 *
 * @since 0.2.0
 */
import type { Aggregate, Const, Expression, Named, Predicate } from '../expression/Expression.js'
import { cellsOf, type AnyQueryset, type Step } from '../queryset/Queryset.js'
import type { Json } from '../value/Value.js'
import { fillerOf, type Filler } from './template.js'

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
  /** The schema of the querysets. One of another schema has no key. */
  readonly schema: AnyQueryset['schema']
  readonly slots: Array<Const>
  /** The number of nodes that may still be added. */
  left: number
  /** How many expressions there are around the current node. Within one, no constant is a slot. */
  within: number
  /** Whether something was found that has no key. */
  failed: boolean
}

/** A queryset with more steps or nodes than this has no outline: its key would take longer than its plan. */
const mostSteps = 20
const mostNodes = 200
const longestText = 1000

/**
 * The outline of a queryset. `null` if it has more steps or nodes than are worth a key.
 *
 * A slot is a whole number, or a text that isn't empty, to which a filter compares a column: by `exact`, `gt`, `gte`, `lt`
 * or `lte`. The filter may be one of a subquery in another filter, of a `prefetchRelated`, or of a queryset that is combined
 * with this one. All other constants are part of the key.
 *
 * @since 0.2.0
 */
export const outlineOf = (queryset: AnyQueryset): Outline | null => {
  const drawing: Drawing = {
    schema: queryset.schema,
    slots: [],
    left: mostNodes,
    within: 0,
    failed: false,
  }
  try {
    const key = querysetKey(drawing, queryset)
    return drawing.failed ? null : { key, slots: drawing.slots }
  } catch {
    // Steps of the wrong form are left to the check.
    return null
  }
}

const querysetKey = (drawing: Drawing, queryset: AnyQueryset): string => {
  if (queryset.open || queryset.length > mostSteps || queryset.schema !== drawing.schema)
    return failed(drawing)
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let key = ''
  /* eslint-disable-next-line functional/no-loop-statements -- from the last step to the model */
  for (let at: AnyQueryset | null = queryset; at !== null; at = at.source) {
    if (at.scope._tag === 'Left' || drawing.failed) return failed(drawing)
    if (at.step !== null) key += stepKey(drawing, at.step)
  }
  return key + named(queryset.model)
}

/** A queryset within another one. */
const innerKey = (drawing: Drawing, queryset: AnyQueryset): string =>
  isOver(drawing) ? failed(drawing) : `{${querysetKey(drawing, queryset)}}`

/**
 * A queryset with other values in the slots of its outline.
 *
 * @since 0.2.0
 */
export const refilled = (
  queryset: AnyQueryset,
  { slots }: Outline,
  values: ReadonlyArray<Json>,
): AnyQueryset => querysetFiller(slots)(queryset)(values)

const querysetFiller =
  (slots: ReadonlyArray<Const>) =>
  (queryset: AnyQueryset): Filler<AnyQueryset> =>
  (values) => {
    const cells = cellsOf(queryset)
    const inner = querysetFiller(slots)
    const filled = (each: AnyQueryset) => inner(each)(values)
    const stepOf = (step: Step | null): Step | null => {
      switch (step?._tag) {
        case 'filter':
          return {
            _tag: 'filter',
            predicate: fillerOf(step.predicate, { slots, found: new Set(), inner })(values),
          }
        case 'union':
        case 'intersection':
        case 'difference':
          return { ...step, others: step.others.map(filled) }
        case 'and':
        case 'or':
        case 'xor':
          return { ...step, other: filled(step.other) }
        case 'prefetchRelated':
          return { ...step, query: filled(step.query) }
        default:
          return step
      }
    }
    return cells.reduce<AnyQueryset>(
      (source, cell) => ({ ...cell, source, step: stepOf(cell.step) }),
      cells[0]?.source ?? queryset,
    )
  }

const failed = (drawing: Drawing): string => {
  drawing.failed = true
  return ''
}

const stepKey = (drawing: Drawing, step: Step): string => {
  const columns = (all: ReadonlyArray<Named<AnyQueryset>>) =>
    all.map(({ name, expression }) => named(name) + outputKey(drawing, expression)).join()
  switch (step._tag) {
    case 'filter':
      return `filter ${predicateKey(drawing, step.predicate)};`
    case 'orderBy':
      return `order ${step.keys.map((key) => `${outputKey(drawing, key.expression)} ${key.direction} ${key.nulls}`).join()};`
    case 'slice':
      return `slice ${String(step.start)} ${String(step.stop)};`
    case 'reverse':
    case 'distinct':
      return `${step._tag};`
    case 'distinctOn':
      return `on ${step.keys.map((key) => outputKey(drawing, key)).join()};`
    case 'values':
      return `values ${step.form} ${columns(step.columns)};`
    case 'annotate':
      return `annotate ${columns(step.columns)};`
    case 'groupBy':
      return `group ${columns(step.keys)} ${columns(step.aggregates)};`
    case 'selectRelated':
      return `related ${step.path.map(named).join('')};`
    case 'only':
      return `only ${step.fields.map(named).join('')};`
    case 'union':
    case 'intersection':
    case 'difference':
      return `${step._tag} ${step.others.map((each) => innerKey(drawing, each)).join()};`
    case 'and':
    case 'or':
    case 'xor':
      return `${step._tag} ${innerKey(drawing, step.other)};`
    case 'prefetchRelated':
      return `prefetch ${named(step.relation)}${innerKey(drawing, step.query)};`
    default:
      return failed(drawing)
  }
}

/** An expression in which no constant is a slot. */
const outputKey = (drawing: Drawing, expression: Expression<AnyQueryset>): string => {
  drawing.within += 1
  const key = expressionKey(drawing, expression)
  drawing.within -= 1
  return key
}

const isOver = (drawing: Drawing): boolean => {
  drawing.left -= 1
  return drawing.left < 0
}

const predicateKey = (drawing: Drawing, predicate: Predicate<AnyQueryset>): string => {
  if (isOver(drawing)) return failed(drawing)
  const list = (all: ReadonlyArray<Predicate<AnyQueryset>>) =>
    `${predicate._tag}(${all.map((each) => predicateKey(drawing, each)).join()})`
  switch (predicate._tag) {
    case 'lookup':
      return lookupKey(drawing, predicate)
    case 'and':
      return list(predicate.all)
    case 'or':
      return list(predicate.any)
    case 'xor':
      return list(predicate.odd)
    case 'not':
      return list([predicate.predicate])
    case 'some':
      return `${String(predicate.level)}${predicate.relation.map(named).join('')}${list([predicate.predicate])}`
    case 'exists':
      return `exists${innerKey(drawing, predicate.query)}`
    case 'inQuery':
      return `in(${outputKey(drawing, predicate.left)},${innerKey(drawing, predicate.query)})`
    default:
      return failed(drawing)
  }
}

const comparisons: ReadonlySet<string> = new Set(['exact', 'gt', 'gte', 'lt', 'lte'])

const lookupKey = (
  drawing: Drawing,
  { name, left, right }: Extract<Predicate<AnyQueryset>, { readonly _tag: 'lookup' }>,
): string => {
  const column = expressionKey(drawing, left)
  const compared = drawing.within === 0 && left._tag === 'column' && comparisons.has(name)
  const operands = right.map((each) => {
    if (!compared || each._tag !== 'const' || !isSlot(each)) return expressionKey(drawing, each)
    const known = drawing.slots.indexOf(each)
    // A queryset that is used twice has its slots once.
    return known === -1 ? (drawing.slots.push(each), `?${each.kind}`) : `=${String(known)}`
  })
  return `${named(name)}(${column},${operands.join()})`
}

const expressionKey = (drawing: Drawing, node: Expression<AnyQueryset>): string => {
  if (isOver(drawing)) return failed(drawing)
  switch (node._tag) {
    case 'column':
      return `${String(node.level)}[${node.path.map(named).join('')}]`
    case 'const':
      return `${node.kind} ${literalKey(node.value) ?? failed(drawing)}`
    case 'call':
      return `${named(node.name)}(${node.args.map((each) => outputKey(drawing, each)).join()})`
    case 'cast':
      return `cast ${node.to}(${outputKey(drawing, node.arg)})`
    case 'case': {
      const branches = node.branches.map(
        ({ when, then }) => `${testKey(drawing, when)}:${outputKey(drawing, then)}`,
      )
      return `case(${branches.join()};${outputKey(drawing, node.otherwise)})`
    }
    case 'test':
      return `test(${testKey(drawing, node.predicate)})`
    case 'aggregate':
      return aggregateKey(drawing, node)
    case 'subquery':
      return `subquery${innerKey(drawing, node.query)}`
    default:
      return failed(drawing)
  }
}

const testKey = (drawing: Drawing, predicate: Predicate<AnyQueryset>): string => {
  drawing.within += 1
  const key = predicateKey(drawing, predicate)
  drawing.within -= 1
  return key
}

const aggregateKey = (
  drawing: Drawing,
  { name, over, level, relation, arg, distinct, filter, default: otherwise, sample }: Aggregate<AnyQueryset>,
): string => {
  const of = arg === null ? '' : outputKey(drawing, arg)
  const where = filter === null ? '' : testKey(drawing, filter)
  const none = otherwise === null ? '' : outputKey(drawing, otherwise)
  const flags = `${String(distinct)} ${String(sample)}`
  return `aggregate ${name} ${over} ${String(level)}[${relation.map(named).join('')}](${of};${where};${none};${flags})`
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
