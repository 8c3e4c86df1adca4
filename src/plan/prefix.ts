/**
 * Finds how much of a query a client answers exactly from its start: whole passes, the innermost first, and as many
 * parts of the next pass as it answers with them.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Client } from '../client/Client.js'
import { answersPass } from '../client/Support.js'
import { check } from '../query/check.js'
import { mentions } from '../query/needs.js'
import { baseOf, conjunction, conjunctsOf, partsOf } from '../query/parts.js'
import { allOf, around, isHidden, isOrdered, layersOf, type From, type Query } from '../query/Query.js'
import { groundOf, plainGround, type BasePass, type Restored } from './ground.js'

/**
 * A prefix of a query.
 *
 * - `pushed` is what the client is asked. It answers all of it exactly.
 * - `left` is the whole query. The rows of `pushed` are those of its innermost `given` passes.
 *
 * @since 0.2.0
 */
export interface Prefix {
  readonly pushed: Query
  readonly left: Query
  readonly given: number
  readonly restored: ReadonlyArray<Restored>
}

/** A pass in two parts: what the client is asked, and what is left. */
interface Divided {
  readonly done: Query
  readonly left: Query
  /** Whether the client is asked to do more than filter, compute and sort. */
  readonly shapes: boolean
}

/**
 * The prefixes of a query that a client answers, longest first. `first` is the innermost pass. A prefix that neither
 * combines rows nor leaves any out isn't worth being one, and isn't included.
 *
 * @since 0.2.0
 */
export const prefixesOf = (client: Client, query: Query, first: Query): ReadonlyArray<Prefix> => {
  if (client.support === undefined) return []
  const passes = layersOf(query).slice(1)
  const chain = [first]
  passes.forEach((pass) => chain.push(around(chain.at(-1) ?? first, pass)))
  const model = baseOf(first)
  const found = chain.findIndex((pass) => !answersPass(client, pass, model))
  // The client answers all of it, but can't page through it.
  const end = found === -1 ? chain.length - 1 : found
  const inner = chain[end - 1] ?? null
  const own = chain[end] ?? first
  const outer = passes.slice(end)
  const divided = found === -1 ? null : dividedBy(client, inner === null ? first.from : own.from, own, model)
  return [
    ...(divided === null || (inner === null && !divided.shapes)
      ? []
      : [prefixOf(client, divided.done, around(divided.done, divided.left), outer)]),
    ...(inner === null ? [] : [prefixOf(client, inner, own, outer)]),
  ].flatMap((each) => (each === null ? [] : [each]))
}

/**
 * The question for a prefix. Columns that aren't given are requested under another name. `null` if the client doesn't
 * answer that, or if the order would be lost.
 */
const prefixOf = (client: Client, done: Query, own: Query, outer: ReadonlyArray<Query>): Prefix | null => {
  const left = outer.reduce(around, own)
  if (!isOrdered(done) && needsOrder([own, ...outer])) return null
  const checked = check(client.schema, done)
  if (E.isLeft(checked)) return null
  const names = [...checked.right.scope.columns.keys()]
  const restored = names.filter(isHidden).map((name, i): Restored => ({ name, as: unused(names, i) }))
  const again = restored.map(({ name, as }) => ({
    name: as,
    expression: { _tag: 'column', path: [name], level: 0 } as const,
  }))
  const pushed: Query =
    restored.length === 0 ? done : { ...done, annotations: [...done.annotations, ...again] }
  return restored.length === 0 || answersPass(client, pushed, baseOf(pushed))
    ? { pushed, left, given: layersOf(done).length, restored }
    : null
}

const unused = (names: ReadonlyArray<string>, i: number): string => {
  const name = `_own${String(i)}`
  return names.includes(name) ? unused(names, i + 1000) : name
}

/** Whether the result of some passes depends on the order of the rows that they start from. */
const needsOrder = (passes: ReadonlyArray<Query>): boolean => {
  const end = passes.findIndex(({ order, group }) => order.length > 0 || group !== null)
  const [ending] = end === -1 ? [] : passes.slice(end)
  const before = end === -1 ? passes : passes.slice(0, end)
  return (
    before.some(({ slice, distinctOn, reverse }) => slice !== null || distinctOn !== null || reverse) ||
    (ending?.group != null && ending.order.length === 0 && ending.slice !== null)
  )
}

/** At most this many conditions are tried one by one, if the client doesn't take all of them. */
const tried = 16

/**
 * The parts of a pass that a client answers exactly, in the order in which they are done. After a part that it doesn't
 * answer, the rest stays here.
 */
const dividedBy = (client: Client, from: From, pass: Query, model: string): Divided | null => {
  const takes = (query: Query): boolean => answersPass(client, query, model)
  const start = allOf(from)
  if (!takes(start)) return null
  const computed = groundOf(client, start, pass.annotations)
  const ground = takes(computed.given) ? computed : plainGround(start, pass.annotations)
  const { where, rest } = filtersOf(ground, pass, takes)
  const filtered: Query = { ...ground.given, where: conjunction(where) }
  const known = (query: Query): boolean =>
    takes(query) && (ground.left.length === 0 || E.isRight(check(client.schema, query)))
  const shaped = rest.length > 0 ? null : shapedBy(filtered, pass, known)
  const done = shaped === null || isAsGood(shaped, filtered, pass) ? filtered : shaped
  return where.length === 0 && partsOf(done).every((part) => part === 'nested')
    ? null
    : {
        done,
        left: leftOf(pass, done, ground, conjunction(rest)),
        shapes: done.columns !== null || done.group !== null || done.distinct || done.distinctOn !== null,
      }
}

/** The conditions of a pass that a client answers exactly, and the others. */
const filtersOf = (ground: BasePass, pass: Query, takes: (query: Query) => boolean) => {
  const computedHere = new Set(ground.left.map(({ name }) => name))
  const conjuncts = conjunctsOf(pass)
  const able = conjuncts.filter((each) => !mentions(each, computedHere))
  const answers = (where: typeof able): boolean => takes({ ...ground.given, where: conjunction(where) })
  const where = answers(able)
    ? able
    : able
        .slice(0, tried)
        .reduce<typeof able>((so, each) => (answers([...so, each]) ? [...so, each] : so), [])
  return { where, rest: conjuncts.filter((each) => !where.includes(each)) }
}

/** As many of the parts after the conditions as the client answers. The first one that it doesn't answer ends them. */
const shapedBy = (filtered: Query, pass: Query, takes: (query: Query) => boolean): Query => {
  const { order, reverse, distinctOn, columns, group, distinct, slice } = pass
  const sorted: Query = { ...filtered, order, reverse }
  if ((order.length > 0 || reverse) && !takes(sorted)) return filtered
  const first: Query = { ...sorted, distinctOn }
  if (distinctOn !== null && (order.length === 0 || !takes(first))) return sorted
  const made: Query = { ...first, columns, group }
  const makes = (columns === null && group === null) || takes(made)
  // Rows are projected one by one, so a slice can be applied before that.
  if (!makes && (group !== null || distinct)) return first
  const once: Query = { ...(makes ? made : first), distinct }
  if (distinct && !takes(once)) return made
  const sliced: Query = { ...once, slice }
  return slice !== null && isOrdered(once) && takes(sliced) ? sliced : once
}

/** Whether only an order was added. It has no use, since rows are sorted here as well. */
const isAsGood = (shaped: Query, filtered: Query, { slice }: Query): boolean =>
  slice === null &&
  shaped.distinctOn === null &&
  shaped.columns === filtered.columns &&
  shaped.group === filtered.group &&
  !shaped.distinct

/** The rest of a pass, without what is done. */
const leftOf = (pass: Query, done: Query, ground: BasePass, where: Query['where']): Query => {
  const sorted = done.order === pass.order && done.reverse === pass.reverse
  const made = done.columns !== null || done.group !== null
  return {
    ...pass,
    // The rest goes around what is done.
    from: { _tag: 'query', query: done },
    annotations: made ? [] : ground.left,
    where,
    order: sorted ? [] : pass.order,
    reverse: sorted ? false : pass.reverse,
    distinctOn: done.distinctOn === null ? pass.distinctOn : null,
    columns: made ? null : pass.columns,
    group: made ? null : pass.group,
    distinct: done.distinct ? false : pass.distinct,
    slice: done.slice === null ? pass.slice : null,
  }
}
