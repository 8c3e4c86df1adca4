/**
 * What a client can answer by itself, asked for each query before it is sent.
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
 * How a condition is answered: with just the rows that meet it, with these and perhaps more, or not at all.
 *
 * @since 0.1.0
 */
export type Fidelity = 'exact' | 'superset' | 'unsupported'

/**
 * What is asked of a client: a query of one pass over the rows of `model`, with its conditions one by one, as it would
 * be sent: page by page, with an order and a slice, where it is walked through. Whatever is around it or within it is
 * asked about by itself. `mutation` is there where it is asked whether that can be done at once; the query is then that
 * of the rows to be written.
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
 * What a client says of a query. `where` answers for each condition, knowing the others; the rest says whether that
 * part, where the query has it, is answered exactly:
 *
 * - `order`: the order asked for. Where it is `false`, or the rest isn't answered along with one, rows are asked for
 *   without, and come in one that is always the same.
 * - `slice`: the offset and the limit.
 * - `projection`: `columns` and `fields`.
 * - `aggregate`: `group`. `distinct`: `distinct` and `distinctOn`.
 * - `annotations`: computed columns. `related`: rows that come with rows. `nested`: a query of a query, or of several.
 * - `total`: whether the total that `list` tells is right (`'exact'`), isn't told (`'none'`), or is right below a
 *   number, at which it is capped.
 *
 * The rest is about cost, and may be left out: how many rows come in one request (`maxPerRequest`, else the
 * client's own), how many come at least where there are as many (`minPerRequest`, else as many as are asked for: it is for
 * clients that may end a page early, see `more` of a page), how many members an `in` may have (`maxMembers`, else 1,000), how many rows the model has at
 * most (`rows`), and how many milliseconds a request takes at most (`milliseconds`). `concurrency` is how many pages may
 * be asked for at the same time (else 4; 1: one after the other): they are where pages go by offset, all of them are
 * wanted, and the total is `'exact'`, so that the first page tells how many there are. `overlap` is `false` where pages
 * can't begin anywhere, or not at the same cost: else each page by offset begins with the last row of the one before, so
 * that rows which come or go meanwhile are noticed. `client` is the name of who answers, where that is another one,
 * and `budget` what that one allows a question to cost.
 * `atOnce` says whether the client's `write` does the mutation that the question is about; it doesn't, unless it is said.
 * `sends` is for clients whose `list` asks several times, or for more rows than it gives: how many requests and rows
 * this query takes at most, `null` where nobody can tell. It is asked of a single page.
 * `leavesOut` says that rows which don't fit the model are left out: counts are of those that fit, and `explain` says so.
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
  readonly leavesOut?: boolean
}

/** @since 0.1.0 */
export type Support = (question: Question) => Answer

/**
 * A client that answers everything, which is what is taken for granted of one that doesn't say.
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
 * What a backend understands, for `understands`. All of it may be left out.
 *
 * @since 0.1.0
 */
export interface Abilities {
  /** The lookups of a field with constants, and how they are answered. None, unless said otherwise. */
  readonly lookups?: ByLookup<Fidelity>
  /** On which fields of a model they work. All, unless said otherwise. */
  readonly fields?: (model: string, field: string) => boolean
  /** Whether lookups are understood within `and`, `or`, `xor` and `not`. No, unless said otherwise. */
  readonly connectives?: boolean
  /** Whether rows can be ordered by fields, or by which of them. No, unless said otherwise. */
  readonly order?: boolean | ((model: string, field: string) => boolean)
  /** Whether an offset and a limit are understood (`true`), a limit only, or neither. `true`, unless said otherwise. */
  readonly slice?: boolean | 'limit'
  /** Whether only some fields can be asked for. No, unless said otherwise. */
  readonly projection?: boolean
  /** `'none'`, unless said otherwise. */
  readonly total?: Answer['total']
  /** Which mutations the client's `write` does at once. None, unless said otherwise. */
  readonly writes?: (mutation: Mutation) => boolean
  readonly maxPerRequest?: number
  readonly maxMembers?: number
  /** How many rows a model has at most. */
  readonly rows?: { readonly [model: string]: number }
  readonly milliseconds?: number
  /** How many pages may be asked for at the same time. 4, unless said otherwise. */
  readonly concurrency?: number
  /** Whether a page may begin anywhere (`true`), or only where one before ends. `true`, unless said otherwise. */
  readonly overlap?: boolean
}

/**
 * A client that understands some lookups of its rows' own fields, and perhaps an order and a slice; nothing that is
 * computed, grouped, related or nested.
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
 * Each model as it is.
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
 * How a condition is answered that is made of others, of which `leaf` tells. More rows than asked for are fewer
 * when negated, so only what is exact may be negated.
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
 * What a client says of a query. One whose `support` throws, which it shouldn't, is taken to understand nothing; so
 * is a condition that it says nothing of.
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
    // More members than it takes are asked for in parts, or looked at here (see `plan`).
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

/** Whether there is a list of more members in an expression or predicate, wherever in it. */
const hasLongList = (root: Node<Query>, maxMembers: number): boolean =>
  fold<Query, null, boolean>(root, null, {
    enter: () => null,
    combine: (node, operands) =>
      (node._tag === 'lookup' && node.name === 'in' && node.right.length > maxMembers) ||
      operands.some((each) => each),
  })

/**
 * What a client says of a query when it is asked only those parts of it that `has` holds of, each by itself, and some
 * conditions besides: the other parts it doesn't answer.
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
  const told = answer.where[Symbol.iterator]()
  return {
    ...answer,
    where: asked.map((own) => (own ? (told.next().value ?? 'unsupported') : 'unsupported')),
    // Of a mutation everything has to be asked, and nothing besides.
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
 * Whether a client answers a whole query exactly: each of its passes, and all queries within it.
 *
 * @since 0.1.0
 */
export const isExact = (client: { readonly support?: Support }, query: Query): boolean =>
  client.support === undefined || isExactOf(client, query, baseOf(query))

/**
 * Whether a client answers a whole query, if perhaps with more rows than those that meet its conditions.
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
 * Whether a client answers a pass of a query exactly, given that it answers those within: its conditions, each of its
 * parts, and the queries that it has besides. `model` is what the whole query begins with.
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
