/**
 * What a client can answer by itself. It is asked for each query before the query is sent.
 *
 * @since 0.1.0
 */
import { optionsOf } from '../value/optionsOf.js'
import type { ByLookup, Expression, Named, Node, Predicate } from '../expression/Expression.js'
import { fold } from '../expression/fold.js'
import { ownField } from '../expression/ownField.js'
import type { Mutation } from '../query/Mutation.js'
import { baseOf, conjunction, conjunctsOf, partsOf, subqueriesOf } from '../query/parts.js'
import { layersOf, type Query } from '../query/Query.js'
import type { Budget } from './Budget.js'

/**
 * How a client answers a condition: with exactly the rows that meet it, with these and perhaps more, or not at all.
 *
 * @since 0.1.0
 */
export type Fidelity = 'exact' | 'superset' | 'unsupported'

/**
 * A question about what a client can answer.
 *
 * `query` is a query of one pass over the rows of `model`, with its conditions listed one by one. It is the query as it
 * would be sent: if it is fetched in pages, it has an order and a slice. Queries around it or inside it are asked about
 * separately. `mutation` is set if the question is whether the client can do that mutation at once. The query then
 * selects the rows to write.
 *
 * @since 0.1.0
 */
export interface Question {
  readonly model: string
  readonly query: Query
  readonly where: ReadonlyArray<Predicate<Query>>
  readonly mutation?: Mutation
}

/**
 * A client's answer about a query.
 *
 * `where` says how each condition is answered, given the others. The following members say whether that part, if the
 * query has it, is answered exactly:
 *
 * - `order`: the order of the query. If it is `false`, or if the rest can't be answered together with an order, rows
 *   are requested without one. They must then come in an order that never changes.
 * - `slice`: the offset and the limit.
 * - `projection`: `columns` and `fields`.
 * - `aggregate`: `group`.
 * - `distinct`: `distinct` and `distinctOn`.
 * - `annotations`: computed columns.
 * - `related`: related rows that come with rows.
 * - `nested`: a query over another query, or over several.
 * - `total`: whether the total that `list` gives is right (`'exact'`), absent (`'none'`), or right only below a number,
 *   at which it is capped.
 *
 * The following members describe the cost. All of them are optional:
 *
 * - `maxPerRequest`: the largest number of rows in one request. The default is the client's own limit.
 * - `minPerRequest`: the smallest number of rows in one request, as long as there are that many. The default is the
 *   number requested. It is for clients that may end a page early. See `more` of `Page`.
 * - `maxMembers`: the largest number of members of an `in`. The default is 1,000.
 * - `rows`: the largest number of rows that the model has.
 * - `milliseconds`: the longest time that a request takes.
 * - `concurrency`: how many pages may be requested at the same time. The default is 4; 1 means one after the other.
 *   Pages are requested ahead only if they go by offset, all of them are wanted, and the total is `'exact'`, so that
 *   the first page tells how many follow.
 * - `overlap`: `false` if pages can't start at any row, or not at the same cost. Otherwise each page by offset starts
 *   with the last row of the page before, so that rows that come or go in between are noticed.
 * - `client`: the name of the client that answers, if it is another one. `budget`: what that client allows a question
 *   to cost.
 * - `sends`: for a client whose `list` sends several requests, or fetches more rows than it gives. It is the largest
 *   number of requests and rows that a single page takes, or `null` if that is unknown.
 *
 * `atOnce` says whether the client's `write` does the mutation of the question. The default is that it does not.
 *
 * `streams` is `false` if the client's `stream` isn't for the query. The default is that it is, if the client has it.
 *
 * `leavesOut` says that rows that don't fit the model are left out. Counts then include only rows that fit, and
 * `explain` says so.
 *
 * @since 0.1.0
 */
export interface Answer {
  readonly where: ReadonlyArray<Fidelity>
  readonly order: boolean
  readonly slice: boolean
  readonly projection: boolean
  readonly aggregate: boolean
  readonly distinct: boolean
  readonly annotations: boolean
  readonly related: boolean
  readonly nested: boolean
  readonly total: 'exact' | 'none' | number
  readonly atOnce?: boolean
  readonly maxPerRequest?: number
  readonly minPerRequest?: number
  readonly maxMembers?: number
  readonly rows?: number
  readonly milliseconds?: number
  readonly concurrency?: number
  readonly overlap?: boolean
  readonly client?: string
  readonly budget?: Budget
  readonly sends?: { readonly requests: number | null; readonly rows: number | null }
  readonly streams?: boolean
  readonly leavesOut?: boolean
}

/** @since 0.1.0 */
export type Support = (question: Question) => Answer

/**
 * A client that answers everything. A client without `support` is taken to be one.
 *
 * @example
 * import { autoId, everything, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const client = { ...memory(schema({ genre: { id: autoId } }), {}), support: everything }
 * console.log(client.name) // => memory
 *
 * @since 0.1.0
 */
export const everything: Support = ({ where }) => ({
  where: where.map(() => 'exact'),
  order: true,
  slice: true,
  projection: true,
  aggregate: true,
  distinct: true,
  annotations: true,
  related: true,
  nested: true,
  total: 'exact',
  atOnce: true,
})

/**
 * What a backend understands, for `understands`. Every member is optional.
 *
 * @since 0.1.0
 */
export interface Abilities {
  /** The lookups of a field with constants, and how they are answered. The default is none. */
  readonly lookups?: ByLookup<Fidelity>
  /** The fields of a model on which the lookups work. The default is all. */
  readonly fields?: (model: string, field: string) => boolean
  /** Whether lookups are understood inside `and`, `or`, `xor` and `not`. The default is no. */
  readonly connectives?: boolean
  /** Whether rows can be ordered by fields, or by which of them. The default is no. */
  readonly order?: boolean | ((model: string, field: string) => boolean)
  /** Whether an offset and a limit are understood (`true`), only a limit, or neither. The default is `true`. */
  readonly slice?: boolean | 'limit'
  /** Whether only some of the fields can be requested. The default is no. */
  readonly projection?: boolean
  /** The default is `'none'`. */
  readonly total?: Answer['total']
  /** The mutations that the client's `write` does at once. The default is none. */
  readonly writes?: (mutation: Mutation) => boolean
  readonly maxPerRequest?: number
  readonly maxMembers?: number
  /** The largest number of rows of a model. */
  readonly rows?: { readonly [model: string]: number }
  readonly milliseconds?: number
  /** How many pages may be requested at the same time. The default is 4. */
  readonly concurrency?: number
  /** Whether a page can start at any row (`true`), or only where another page ends. The default is `true`. */
  readonly overlap?: boolean
}

/**
 * The `support` of a client that understands some lookups of its rows' own fields, and perhaps an order and a slice. It
 * supports nothing that is computed, grouped, related or nested.
 *
 * @example
 * import { understands } from 'queryset-ts'
 * // Equality filters, and pages of 100 by offset.
 * const support = understands({ lookups: { exact: 'exact' }, maxPerRequest: 100 })
 * console.log(typeof support) // => function
 *
 * @since 0.1.0
 */
export const understands = (given: Abilities): Support => {
  const abilities = optionsOf(given)
  const { lookups = {}, fields = () => true, connectives = false, order = false, slice = true } = abilities
  const may = typeof order === 'function' ? order : () => order
  const leaf =
    (model: string) =>
    (node: Predicate<Query>): Fidelity => {
      if (node._tag !== 'lookup') return 'unsupported'
      const field = ownField(node.left)
      return field !== null && fields(model, field) && node.right.every(isConstant)
        ? (lookups[node.name] ?? 'unsupported')
        : 'unsupported'
    }
  return ({ model, query, where, mutation }) => ({
    where: where.map((each) => (connectives ? fidelityOf(each, leaf(model)) : leaf(model)(each))),
    order:
      !query.reverse &&
      query.order.every(({ expression }) => {
        const field = ownField(expression)
        return field !== null && may(model, field)
      }),
    slice: slice === 'limit' ? (query.slice?.offset ?? 0) === 0 : slice,
    projection:
      abilities.projection === true &&
      (query.columns ?? []).every(({ name, expression }) => ownField(expression) === name),
    aggregate: false,
    distinct: false,
    annotations: false,
    related: false,
    nested: false,
    total: abilities.total ?? 'none',
    atOnce: mutation !== undefined && abilities.writes?.(mutation) === true,
    ...(abilities.maxPerRequest === undefined ? {} : { maxPerRequest: abilities.maxPerRequest }),
    ...(abilities.maxMembers === undefined ? {} : { maxMembers: abilities.maxMembers }),
    ...rowsIn(abilities, model),
    ...(abilities.milliseconds === undefined ? {} : { milliseconds: abilities.milliseconds }),
    ...(abilities.concurrency === undefined ? {} : { concurrency: abilities.concurrency }),
    ...(abilities.overlap === undefined ? {} : { overlap: abilities.overlap }),
  })
}

const rowsIn = ({ rows = {} }: Abilities, model: string): { readonly rows?: number } => {
  const most = Object.hasOwn(rows, model) ? rows[model] : undefined
  return most === undefined ? {} : { rows: most }
}

/**
 * Passes each model's questions to the `support` of that model.
 *
 * @example
 * import { everything, supportByModel, understands } from 'queryset-ts'
 * const support = supportByModel({ log: understands({ maxPerRequest: 50 }) }, everything)
 * console.log(typeof support) // => function
 *
 * @since 0.1.0
 */
export const supportByModel =
  (models: { readonly [model: string]: Support }, others: Support): Support =>
  (question) =>
    (Object.hasOwn(models, question.model) ? (models[question.model] ?? others) : others)(question)

/**
 * How a condition that is built from others is answered. `leaf` gives the answer for each of those. A superset becomes
 * a subset when it is negated, so only an exact condition can be negated.
 *
 * @since 0.1.0
 */
export const fidelityOf = (
  predicate: Predicate<Query>,
  leaf: (node: Predicate<Query>) => Fidelity,
): Fidelity => {
  type MaybeFidelity = Fidelity | null
  const worst = (all: ReadonlyArray<MaybeFidelity>): Fidelity =>
    all.includes('unsupported') || all.includes(null)
      ? 'unsupported'
      : all.includes('superset')
        ? 'superset'
        : 'exact'
  return (
    fold<Query, null, MaybeFidelity>(predicate, null, {
      enter: () => null,
      combine: (node, operands) => {
        switch (node._tag) {
          case 'and':
          case 'or':
            return worst(operands)
          case 'not':
          case 'xor':
            return worst(operands) === 'exact' ? 'exact' : 'unsupported'
          case 'lookup':
          case 'inQuery':
          case 'some':
          case 'exists':
          case 'holds':
            return leaf(node)
          default:
            return null
        }
      },
    }) ?? 'unsupported'
  )
}

const isConstant = (expression: Expression<Query>): boolean =>
  expression._tag === 'const' && expression.value !== null

/**
 * A client's answer about a query. A client whose `support` throws is taken to understand nothing. A condition that the
 * answer leaves out counts as unsupported.
 *
 * @since 0.1.0
 */
export const answerOf = (
  client: { readonly support?: Support },
  query: Query,
  model = baseOf(query),
  mutation?: Mutation,
): Answer => {
  const where = conjunctsOf(query)
  const question: Question = { model, query, where, ...(mutation === undefined ? {} : { mutation }) }
  try {
    const answer = (client.support ?? everything)(question)
    const { maxMembers = Infinity } = answer
    // A list with too many members is asked for in parts, or checked here. See `plan`.
    const fit = (nodes: ReadonlyArray<Node<Query>>): boolean =>
      maxMembers === Infinity || nodes.every((each) => !hasLongList(each, maxMembers))
    const { annotations, order, distinctOn, columns, group } = query
    const named = (all: ReadonlyArray<Named<Query>>) => all.map(({ expression }) => expression)
    return {
      ...answer,
      where: where.map((each, i) => (fit([each]) ? (answer.where[i] ?? 'unsupported') : 'unsupported')),
      annotations: answer.annotations && fit(named(annotations)),
      order: answer.order && fit(order.map(({ expression }) => expression)),
      distinct: answer.distinct && fit(distinctOn ?? []),
      projection: answer.projection && fit(named(columns ?? [])),
      aggregate: answer.aggregate && fit(named([...(group?.keys ?? []), ...(group?.aggregates ?? [])])),
    }
  } catch {
    return { ...understands({ slice: false })(question) }
  }
}

/** Whether an expression or predicate contains, at any depth, a list with more than `maxMembers` members. */
const hasLongList = (root: Node<Query>, maxMembers: number): boolean =>
  fold<Query, null, boolean>(root, null, {
    enter: () => null,
    combine: (node, operands) =>
      (node._tag === 'lookup' && node.name === 'in' && node.right.length > maxMembers) ||
      operands.some((each) => each),
  })

/**
 * A client's answer if it is asked only the parts of a query that `has` selects, each on its own, with some further
 * conditions. The other parts count as unsupported.
 *
 * @since 0.1.0
 */
export const answerInPart = (
  client: { readonly support?: Support },
  { model, query, where, mutation }: Question,
  has: (part: Partial<Query>) => boolean,
  besides: ReadonlyArray<Predicate<Query>> = [],
): Answer => {
  const asked = where.map((each) => has({ where: each }))
  const { from, annotations, order, distinctOn, columns, group, related } = query
  const parts = {
    from: has({ from }),
    annotations: has({ annotations }),
    order: has({ order }),
    distinct: has({ distinctOn }),
    columns: has({ columns }),
    group: has({ group }),
    related: has({ related }),
  }
  const answer = answerOf(
    client,
    {
      ...query,
      from: parts.from ? from : { _tag: 'model', model },
      where: conjunction([...where.filter((_, i) => asked[i]), ...besides]),
      annotations: parts.annotations ? annotations : [],
      order: parts.order ? order : [],
      distinctOn: parts.distinct ? distinctOn : null,
      columns: parts.columns ? columns : null,
      group: parts.group ? group : null,
      related: parts.related ? related : [],
    },
    model,
    mutation,
  )
  const answers = answer.where[Symbol.iterator]()
  return {
    ...answer,
    where: asked.map((own) => (own ? (answers.next().value ?? 'unsupported') : 'unsupported')),
    // A mutation has to be asked for completely, with nothing else.
    atOnce:
      answer.atOnce === true &&
      besides.length === 0 &&
      asked.every((own) => own) &&
      Object.values(parts).every((own) => own) &&
      (mutation?._tag !== 'update' || has({ columns: mutation.set })),
    annotations: answer.annotations && parts.annotations,
    order: answer.order && parts.order,
    distinct: answer.distinct && parts.distinct,
    projection: answer.projection && parts.columns,
    aggregate: answer.aggregate && parts.group,
    related: answer.related && parts.related,
    nested: answer.nested && parts.from,
  }
}

/**
 * Whether a client answers a whole query exactly: each of its passes, and all queries inside it.
 *
 * @since 0.1.0
 */
export const isExact = (client: { readonly support?: Support }, query: Query): boolean =>
  client.support === undefined || isExactOf(client, query, baseOf(query))

/**
 * Whether a client answers a whole query, perhaps with more rows than those that meet its conditions.
 *
 * @since 0.1.0
 */
export const canAnswer = ({ support }: { readonly support?: Support }, query: Query): boolean =>
  support === undefined ||
  isExact(
    {
      support: (question) => {
        const answer = support(question)
        const where = answer.where.map((each): Fidelity => (each === 'superset' ? 'exact' : each))
        return { ...answer, where }
      },
    },
    query,
  )

const isExactOf = (client: { readonly support?: Support }, query: Query, model: string): boolean =>
  layersOf(query).every((layer) => answersPass(client, layer, model))

/**
 * Whether a client answers a pass of a query exactly, assuming that it answers the passes inside. That covers its
 * conditions, each of its parts, and the queries inside them. `model` is the model that the whole query starts from.
 *
 * @since 0.2.0
 */
export const answersPass = (client: { readonly support?: Support }, layer: Query, model: string): boolean => {
  const answer = answerOf(client, layer, model)
  return (
    answer.where.every((each) => each === 'exact') &&
    partsOf(layer).every((part) => answer[part]) &&
    (layer.from._tag !== 'combine' || layer.from.right.every((each) => isExact(client, each))) &&
    layer.related.every(({ query: inner }) => isExact(client, inner)) &&
    subqueriesOf(layer).every((inner) => isExact(client, inner))
  )
}
