import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Client } from '../client/Client.js'
import type { WritableClient } from '../client/Client.js'
import type { Insert, Mutation } from '../query/Mutation.js'
import { baseOf } from '../query/parts.js'
import { allOf, around, layersOf, type Query } from '../query/Query.js'
import { printNamed, printQuery } from '../query/print.js'
import type { Queryset } from '../queryset/Queryset.js'
import type { Cost } from './Cost.js'
import type { Fetch } from './Fetch.js'
import { plan, type PlanOptions } from './planRead.js'
import { type Plan, type Residual } from './Plan.js'
import { total } from '../value/total.js'
import { planWrite, type WritePlan } from './planWrite.js'

/**
 * A plan, and its text.
 *
 * @since 0.1.0
 */
export interface Explanation<A = unknown> {
  readonly plan: Plan<A>
  readonly text: string
}

const typedExplain =
  (client: Client, options: PlanOptions = {}) =>
  <R, A, M>(queryset: Queryset<R, A, M>): E.Either<QueryError, Explanation<A>> =>
    E.map((planned: Plan<A>): Explanation<A> => ({ plan: planned, text: describe(planned) }))(
      plan(client, options)(queryset),
    )

/**
 * Explains what a queryset will ask of a client: the query, how its rows are fetched, and the largest number of
 * requests and rows. Nothing is requested. With `size`, it explains what `stream` with that size will ask.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, explain, field, filter, pipe, schema, slice } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const explained = pipe(models.genre, filter((g) => g.name.eq('Rock')), slice(0, 5), explain(memory(models, {})))
 * if (E.isRight(explained)) console.log(explained.right.text)
 * // => ask 'memory' in one request, 5 rows at most:
 * //      from genre
 * //      where name.eq('Rock')
 * //      order by id asc
 * //      rows 0 to 5
 *
 * @since 0.1.0
 */
export const explain = total('explain', 2, 'answer', typedExplain)

const typedExplainWrite =
  (client: WritableClient) =>
  (mutation: Mutation): E.Either<QueryError, WriteExplanation> =>
    E.map((planned: WritePlan): WriteExplanation => ({ plan: planned, text: describeWrite(planned) }))(
      planWrite(client)(mutation),
    )

/**
 * Explains how a mutation will be carried out: whole or by key, and how it is guarded against other writers. Nothing is
 * requested or written.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, explainWrite, field, filter, foldUpdate, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ counter: { id: autoId, n: field.int() } })
 * const increment = pipe(models.counter, filter((c) => c.n.gt(3)), foldUpdate((c) => ({ n: c.n.plus(1) })))
 * const explained = pipe(increment, E.chain(explainWrite(memory(models, {}))))
 * if (E.isRight(explained)) console.log(explained.right.text)
 * // => update on 'memory', whole, guarded: atomic
 * //      from counter
 * //      where n.gt(3)
 * //      set n = n.plus(1)
 *
 * @since 0.2.0
 */
export const explainWrite = total('explainWrite', 2, 'answer', typedExplainWrite)

/**
 * A plan of a write, and its text.
 *
 * @since 0.2.0
 */
export interface WriteExplanation {
  readonly plan: WritePlan
  readonly text: string
}

const describeWrite = ({ client, mutation, guard, whole, find }: WritePlan): string => {
  const head = `${mutation._tag} on '${client}', ${whole ? 'whole' : 'by key'}, guarded: ${guard}`
  const sets = mutation._tag === 'update' ? [`set ${printNamed(mutation.set)}`] : []
  const rows =
    find === null ? [] : ['first find the rows:', ...indented(describe(find).split('\n')), 'then write them']
  const all = [
    ...(mutation._tag === 'insert' ? inserted(mutation) : whole ? printQuery(mutation.query) : []),
    ...(whole ? sets : rows),
    ...(mutation.expect === null ? [] : [`if ${Object.keys(mutation.expect).join(', ')} are as expected`]),
  ]
  return [head, ...indented(all)].join('\n')
}

const inserted = ({ model, rows, onConflict }: Insert): ReadonlyArray<string> => [
  `${number(rows.length, 'row')} into ${model}`,
  ...(onConflict._tag === 'refuse'
    ? []
    : [
        onConflict._tag === 'ignore'
          ? 'leaving out those that conflict'
          : `on a conflict over ${onConflict.by.join(', ')} updating ${onConflict.set.join(', ')}`,
      ]),
]

const describe = (planned: Plan): string => {
  const { residual } = planned
  const cost = residual === null ? planned : residual.fetched
  const asking = [
    `ask '${planned.client}' ${how(planned.walk, cost)}:`,
    ...indented(printQuery(planned.pushed)),
  ]
  return (residual === null ? asking : [...first(residual), ...asking, ...then(planned, residual)]).join('\n')
}

/** How rows are fetched, and the largest cost of that alone. */
const how = (
  { by, size, concurrency, noticed, leavesOut }: Plan['walk'],
  { requests, rows }: Cost,
): string => {
  const once = requests === 1 ? 'in one request' : `in ${bound(requests, 'request')}${atMost(requests)}`
  const paged = [
    `${number(size ?? 1, 'row')} a page`,
    `by ${by}`,
    ...(concurrency === 1 ? [] : [`${String(concurrency)} at the same time`]),
    ...(requests === null ? [] : [`${number(requests, 'request')} at most`]),
    ...unnoticed[noticed],
  ]
  const batches = `by cursor, ${number(size ?? 1, 'row')} at a time`
  return [
    ...(by === 'once' ? [once] : by === 'cursor' ? [once, batches] : paged),
    ...(rows === null ? [] : [`${number(rows, 'row')} at most`]),
    ...(leavesOut ? ["leaving out rows that don't fit, counts too"] : []),
  ].join(', ')
}

const atMost = (n: number | null): string => (n === null ? '' : ' at most')

/** What can change between two pages without being noticed. */
const unnoticed: { readonly [N in Plan['walk']['noticed']]: ReadonlyArray<string> } = {
  all: [],
  total: ['not noticing a row that goes while another comes'],
  repeats: ['not noticing rows that go meanwhile'],
  nothing: ['not noticing rows that come or go meanwhile'],
}

const number = (n: number, what: string): string => `${String(n)} ${what}${n === 1 ? '' : 's'}`

const indented = (lines: ReadonlyArray<string>): ReadonlyArray<string> => lines.map((line) => `  ${line}`)

/** What is requested first. */
const first = ({ before }: Residual): ReadonlyArray<string> =>
  before.flatMap(({ column, plan: inner, values, how: asked, chunk, upTo }) => {
    const parts = `${asked === 'in' ? `${String(chunk)} at a time` : 'one by one'}${
      upTo === Infinity ? '' : `; for more than ${String(upTo)}, all rows are fetched`
    }`
    return inner === null
      ? [`${number(values.length, 'value')} of ${column}, to be asked for ${parts}`]
      : [
          `first find the values that ${column} may have, to be asked for ${parts}:`,
          ...indented(describe(inner).split('\n')),
        ]
  })

/** What is done with the rows. */
const then = (planned: Plan, { query, given, others, hops, sieve }: Residual): ReadonlyArray<string> => {
  const rest = leftOf(query, given)
  const left = printQuery(rest).filter((_, i) => i > 0 || rest.from._tag !== 'model')
  return [
    ...(sieve === null || sieve.until === null
      ? []
      : [
          `until ${number(sieve.until, 'row')} have ${sieve.query === null ? 'come' : 'passed what is left'}`,
        ]),
    ...(others.length === 0 ? [] : ['fetch besides:', ...indented(others.flatMap(fetched))]),
    ...(hops.length === 0 ? [] : ['fetch what the rows lead to:', ...indented(hops.flatMap(fetched))]),
    ...(left.length === 0 ? [] : ['and here:', ...indented(left)]),
    `at most: ${bound(planned.requests, 'request')}, ${bound(planned.rows, 'row')}${
      planned.milliseconds === null ? '' : `, ${String(planned.milliseconds)} ms`
    }`,
  ]
}

/** A query without the passes that are done already. */
const leftOf = (query: Query, given: number): Query => {
  const [first = query, ...outer] = layersOf(query).slice(given)
  const begun = given === 0 ? first : around(allOf({ _tag: 'model', model: baseOf(query) }), first)
  const from = begun.from._tag === 'query' ? begun.from.query.from : begun.from
  return outer.reduce(around, { ...begun, from })
}

const bound = (n: number | null, what: string): string =>
  n === null ? `any number of ${what}s` : number(n, what)

const fetched = (fetch: Fetch): ReadonlyArray<string> => {
  const { client, model, from, to } = fetch
  const where = from === to || from === null || to === null ? String(to) : `${to} = their ${from}`
  const late = fetch.late ? '; all rows where that takes no more requests' : ''
  const more = fetch.upTo === Infinity ? late : `; all rows for more than ${String(fetch.upTo)}`
  const ways: { readonly [H in Fetch['how']]: string } = {
    whole: 'all rows',
    some: printQuery(fetch.query).slice(1).join(' '),
    in: `${where}, ${number(fetch.chunk, 'value')} at a time${more}`,
    each: `${where}, one value at a time${more}`,
  }
  const blind = fetch.unique ? [] : unnoticed[fetch.walk.noticed]
  return [
    `${model} from '${client}': ${[ways[fetch.how], ...blind].join(', ')}`,
    ...indented(fetch.then.flatMap(fetched)),
  ]
}
