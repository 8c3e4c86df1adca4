/**
 * Queries that differ only in the constants that they compare columns with. One of them serves as a template, and the
 * others are made from it. What was found out about the template then holds for all of them.
 *
 * @since 0.2.0
 */
import { marks } from '../value/marked.js'
import type { Json } from '../value/Value.js'
import type { Const, Expression, Predicate } from '../expression/Expression.js'
import type { From, Query, Related } from './Query.js'

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
  const filler = queryFiller({ slots, found }, query)
  if (found.size !== slots.length) return null
  const template: QueryTemplate = {
    query,
    slots,
    fill: (values) => {
      const filled = filler(values)
      const made = filled === query ? { ...query } : filled
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

/**
 * Gives something with other values in its slots.
 *
 * @since 0.2.0
 */
export type Filler<A> = (values: ReadonlyArray<Json>) => A

/**
 * How slots are filled. Those that are there are added to `found`. `inner` fills a query or queryset in a condition.
 *
 * @since 0.2.0
 */
export interface Filling<S> {
  readonly slots: ReadonlyArray<Const>
  readonly found: Set<Const>
  readonly inner: (inside: S) => Filler<S>
}

/** The members of a list, filled. */
const each =
  <A>(fillers: ReadonlyArray<Filler<A>>): Filler<ReadonlyArray<A>> =>
  (values) =>
    fillers.map((filler) => filler(values))

/**
 * A query with other values in the conditions of its passes, of its related rows, and of the queries that it combines. A
 * part without slots stays the same object.
 */
const queryFiller = (
  { slots, found }: Pick<Filling<Query>, 'slots' | 'found'>,
  query: Query,
): Filler<Query> => {
  const own = new Set<Const>()
  const filling: Filling<Query> = { slots, found: own, inner: (inside) => queryFiller(filling, inside) }
  const from = fromFiller(filling, query.from)
  const where = query.where === null ? null : fillerOf(query.where, filling)
  const related = each(
    query.related.map((one): Filler<Related> => {
      const inside = queryFiller(filling, one.query)
      return (values) => ({ ...one, query: inside(values) })
    }),
  )
  own.forEach((slot) => found.add(slot))
  return own.size === 0
    ? () => query
    : (values) => ({
        ...query,
        from: from(values),
        where: where === null ? null : where(values),
        related: query.related.length === 0 ? query.related : related(values),
      })
}

const fromFiller = (filling: Filling<Query>, from: From): Filler<From> => {
  switch (from._tag) {
    case 'model':
      return () => from
    case 'query': {
      const inside = queryFiller(filling, from.query)
      return (values) => ({ _tag: 'query', query: inside(values) })
    }
    case 'combine': {
      const left = queryFiller(filling, from.left)
      const right = each(from.right.map((other) => queryFiller(filling, other)))
      return (values) => ({ ...from, left: left(values), right: right(values) })
    }
  }
}

/**
 * Gives a condition with other values in its slots. It recurses: the conditions of a template are only a few levels deep.
 * See `outlineOf`.
 *
 * @since 0.2.0
 */
export const fillerOf = <S>(predicate: Predicate<S>, filling: Filling<S>): Filler<Predicate<S>> => {
  const inside = (all: ReadonlyArray<Predicate<S>>) => each(all.map((one) => fillerOf(one, filling)))
  switch (predicate._tag) {
    case 'lookup': {
      const left = operandFiller(predicate.left, filling)
      const right = each(predicate.right.map((operand) => operandFiller(operand, filling)))
      return (values) => ({ ...predicate, left: left(values), right: right(values) })
    }
    case 'and': {
      const all = inside(predicate.all)
      return (values) => ({ _tag: 'and', all: all(values) })
    }
    case 'or': {
      const any = inside(predicate.any)
      return (values) => ({ _tag: 'or', any: any(values) })
    }
    case 'not': {
      const inner = fillerOf(predicate.predicate, filling)
      return (values) => ({ _tag: 'not', predicate: inner(values) })
    }
    case 'xor': {
      const odd = inside(predicate.odd)
      return (values) => ({ _tag: 'xor', odd: odd(values) })
    }
    case 'some': {
      const inner = fillerOf(predicate.predicate, filling)
      return (values) => ({ ...predicate, predicate: inner(values) })
    }
    case 'exists':
    case 'inQuery': {
      const query = filling.inner(predicate.query)
      return (values) => ({ ...predicate, query: query(values) })
    }
    default:
      return () => predicate
  }
}

/** Slots are operands themselves, or within a subquery that is one. */
const operandFiller = <S>(
  operand: Expression<S>,
  { slots, found, inner }: Filling<S>,
): Filler<Expression<S>> => {
  if (operand._tag === 'subquery') {
    const query = inner(operand.query)
    return (values) => ({ ...operand, query: query(values) })
  }
  const at = slots.findIndex((slot) => slot === operand)
  const slot = slots[at]
  if (slot === undefined) return () => operand
  found.add(slot)
  return (values) => ({ _tag: 'const', kind: slot.kind, value: values[at] ?? null })
}
