/**
 * Queries that differ only in the constants that they compare columns with. One of them serves as a template, and the
 * others are made from it. What was found out about the template then holds for all of them.
 *
 * @since 0.2.0
 */
import { marks } from '../value/marked.js'
import type { Json } from '../value/Value.js'
import type { Const, Expression, Predicate } from '../expression/Expression.js'
import { around, layersOf, type Query } from './Query.js'

/**
 * A query and the constants in its condition that can be replaced, its slots.
 *
 * @since 0.2.0
 */
export interface QueryTemplate {
  readonly query: Query
  readonly slots: ReadonlyArray<Const>
  /** The query with other values in its slots, in their order. */
  readonly fill: (values: ReadonlyArray<Json>) => Query
}

/**
 * A query as a template. `null` if one of the slots isn't in the condition of one of its passes.
 *
 * @since 0.2.0
 */
export const templateOf = (query: Query, slots: ReadonlyArray<Const>): QueryTemplate | null => {
  const found = new Set<Const>()
  const fillers = layersOf(query).map((layer) => ({
    layer,
    where: layer.where === null ? null : fillerOf(layer.where, slots, found),
  }))
  if (found.size !== slots.length) return null
  const template: QueryTemplate = {
    query,
    slots,
    fill: (values) => {
      const filled = fillers.reduce<Query | null>((inner, { layer, where }) => {
        const own = where === null ? layer : { ...layer, where: where(values) }
        return inner === null ? own : around(inner, own)
      }, null)
      const made = filled === null || filled === query ? { ...query } : filled
      filledFrom.set(made, { template, values })
      return made
    },
  }
  return template
}

/**
 * A query that was made from a template, and the values in its slots.
 *
 * @since 0.2.0
 */
export interface Filled {
  readonly template: QueryTemplate
  readonly values: ReadonlyArray<Json>
}

const filledFrom = marks<Query, Filled>()

/**
 * The template that a query was made from, or `undefined`.
 *
 * @since 0.2.0
 */
export const filledOf = (query: Query): Filled | undefined => filledFrom.get(query)

/**
 * Values for the slots of a template that are unlike each other, and unlike the values that it is likely to hold.
 *
 * @since 0.2.0
 */
export const probesFor = ({ slots }: QueryTemplate): ReadonlyArray<Json> =>
  slots.map(({ kind }, i) => (kind === 'int' ? -1_099_511_627_776 - i : `'"\\\\%_é\u{1F600} ${String(i)}`))

type Filler<A> = (values: ReadonlyArray<Json>) => A

/**
 * Gives a condition with other values in its slots. It adds the slots that it finds to `found`. It recurses: the
 * conditions of a template are only a few levels deep. See `outlineOf`.
 *
 * @since 0.2.0
 */
export const fillerOf = <S>(
  predicate: Predicate<S>,
  slots: ReadonlyArray<Const>,
  found: Set<Const>,
): Filler<Predicate<S>> => {
  const inside = (all: ReadonlyArray<Predicate<S>>) => all.map((each) => fillerOf(each, slots, found))
  switch (predicate._tag) {
    case 'lookup': {
      const right = predicate.right.map((operand): Filler<Expression<S>> => {
        const at = slots.findIndex((slot) => slot === operand)
        const slot = slots[at]
        if (slot === undefined) return () => operand
        found.add(slot)
        return (values) => ({ _tag: 'const', kind: slot.kind, value: values[at] ?? null })
      })
      return (values) => ({ ...predicate, right: right.map((each) => each(values)) })
    }
    case 'and': {
      const all = inside(predicate.all)
      return (values) => ({ _tag: 'and', all: all.map((each) => each(values)) })
    }
    case 'or': {
      const any = inside(predicate.any)
      return (values) => ({ _tag: 'or', any: any.map((each) => each(values)) })
    }
    case 'not': {
      const inner = fillerOf(predicate.predicate, slots, found)
      return (values) => ({ _tag: 'not', predicate: inner(values) })
    }
    case 'xor': {
      const odd = inside(predicate.odd)
      return (values) => ({ _tag: 'xor', odd: odd.map((each) => each(values)) })
    }
    case 'some': {
      const inner = fillerOf(predicate.predicate, slots, found)
      return (values) => ({ ...predicate, predicate: inner(values) })
    }
    default:
      return () => predicate
  }
}
