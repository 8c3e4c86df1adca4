/**
 * Reads within a scope.
 *
 * A client that can answer a rule exactly is asked it together with the query. The rule of a join model leads to other
 * rows. If the client can't answer that, the join rows are fetched in the requested order, and filtered here by the
 * rows at their ends.
 *
 * @since 0.2.0
 */
import type { Meter } from '../../value/Meter.js'
import { either as E, taskEither as TE } from 'fp-ts'
import { unsupported, type QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import type { Source } from '../../expression/Source.js'
import type { Model } from '../../schema/Schema.js'
import { allOf, type Query } from '../../query/Query.js'
import type { Client } from '../Client.js'
import { needsOf, type Hop, type Need } from '../../query/needs.js'
import { streamOf } from '../own.js'
import { pages } from '../pages/pages.js'
import { walkOf } from '../pages/walkOf.js'
import { answerInPart, answerOf, type Answer, type Question, type Support } from '../Support.js'
import { conjunction, conjunctsOf, partsOf } from '../../query/parts.js'
import type { Held, ScopeRule } from './ScopeRule.js'

type Answered = E.Either<QueryError, ReadonlyArray<Row>>

/**
 * The reading functions of a client within a scope.
 *
 * @since 0.2.0
 */
export const readsOf = (held: Held, client: Client): Partial<Client> & Pick<Client, 'list'> => {
  const { count, getPks } = client
  const stream = streamOf(client)
  const reading =
    <A>(
      ask: (query: Query, meter?: Meter) => TE.TaskEither<QueryError, A>,
      made: (rows: ReadonlyArray<Row>) => A,
    ) =>
    (query: Query, meter?: Meter): TE.TaskEither<QueryError, A> => {
      const rule = siftedBy(held, client, modelOf(query))
      return rule === null
        ? TE.flatMap(TE.fromEither(within(held, client, query)), (shown: Query) => ask(shown, meter))
        : TE.map(made)(() => sifted(held, client, rule, query))
    }
  const pkOf = (row: Row, model: string): Json => row[held.schema.models.get(model)?.primaryKey ?? ''] ?? null
  return {
    support: supportOf(held, client),
    list: reading(client.list, (rows) => ({ rows, total: null })),
    ...(count === undefined ? {} : { count: reading(count, (rows) => rows.length) }),
    ...(stream === undefined ? {} : { stream: streaming(held, client, stream) }),
    ...(getPks === undefined
      ? {}
      : {
          getPks: (query, meter) =>
            reading(getPks, (rows) => rows.map((row) => pkOf(row, modelOf(query))))(query, meter),
        }),
  }
}

/** Rows that are filtered here aren't streamed, as `siftedAnswer` says. */
const streaming = (
  held: Held,
  client: Client,
  stream: NonNullable<Client['stream']>,
): NonNullable<Client['stream']> =>
  async function* (query, size, meter) {
    const shown =
      siftedBy(held, client, modelOf(query)) === null
        ? within(held, client, query)
        : E.left(unsupported(client.name, 'a stream of these rows within a scope'))
    if (E.isLeft(shown)) yield shown
    else yield* stream(shown.right, size, meter)
  }

const modelOf = (query: Query): string => (query.from._tag === 'model' ? query.from.model : '')

/** Whether a query involves no rows with a rule other than those that it starts from. */
const isLocal = ({ schema, rules }: Held, query: Query): boolean => {
  const { base, others } = needsOf(schema, query)
  const free = (need: Need): boolean => !rules.has(need.model) && need.hops.every((hop) => free(hop.need))
  return base.hops.every((hop) => free(hop.need)) && others.every(free)
}

/** The query limited to the rows that are shown. If the client can't answer it exactly, it would show others. */
const within = (held: Held, client: Client, query: Query): E.Either<QueryError, Query> => {
  if (held.rules.size === 0) return E.right(query)
  if (query.from._tag !== 'model' || !isLocal(held, query))
    return E.left(unsupported(client.name, 'a scope over several queries or models at once'))
  const rule = held.rules.get(query.from.model)
  if (rule === undefined) return E.right(query)
  return E.flatMap(rule, ({ where }: ScopeRule): E.Either<QueryError, Query> => {
    const asked: Query = { ...query, where: conjunction([...conjunctsOf(query), ...where]) }
    return answersExactly(client, asked, where.length)
      ? E.right(asked)
      : E.left(unsupported(client.name, 'the predicate of its scope'))
  })
}

const answersExactly = (client: Client, query: Query, last: number): boolean =>
  last === 0 ||
  answerOf(client, query)
    .where.slice(-last)
    .every((each) => each === 'exact')

/** The rule by which a model's rows must be filtered here, or `null` if the client is asked. */
const siftedBy = ({ rules }: Held, client: Client, model: string): ScopeRule | null => {
  const known = rules.get(model)
  if (known === undefined || E.isLeft(known) || known.right.hops.length === 0) return null
  const { where, askable } = known.right
  const asked: Query = { ...allOf({ _tag: 'model', model }), where: conjunction(where) }
  return askable && answersExactly(client, asked, where.length) ? null : known.right
}

/** What the client can do of it by itself. The planner puts together queries that involve other rows with a rule. */
const supportOf =
  (held: Held, client: Client): Support =>
  (question): Answer => {
    const { model } = question
    if (siftedBy(held, client, model) !== null) return siftedAnswer(held, client, question)
    const rule = held.rules.get(model)
    return answerInPart(
      client,
      question,
      // A query over queries isn't limited to the rule in one place.
      (part) => part.from === undefined && isLocal(held, { ...allOf({ _tag: 'model', model }), ...part }),
      rule !== undefined && E.isRight(rule) ? rule.right.where : [],
    )
  }

/**
 * The answer for conditions, an order and a slice. The slice is applied here, after filtering. It is unknown how many
 * join rows are fetched for a page, since it depends on how many of them are hidden.
 */
const siftedAnswer = (held: Held, client: Client, question: Question): Answer => {
  const { model, query } = question
  const all = allOf({ _tag: 'model', model })
  const has = (part: Partial<Query>): boolean =>
    (part.where !== undefined || part.order !== undefined) && isLocal(held, { ...all, ...part })
  const plain: Query = { ...query, fields: null, slice: null, distinct: false }
  const answer = answerInPart(client, { ...question, query: plain }, has)
  const { order, reverse } = query
  const where = conjunction(question.where.filter((_, i) => answer.where[i] !== 'unsupported'))
  const walk = walkOf(client, { ...all, where, order, reverse }, null)
  return {
    ...answer,
    order: answer.order && E.isRight(walk),
    slice: true,
    projection: false,
    aggregate: false,
    distinct: false,
    annotations: false,
    related: false,
    nested: false,
    total: 'none',
    streams: false,
    sends: { requests: null, rows: null },
  }
}

/** The rows of a query that are shown, as many as its slice asks for. */
const sifted = async (held: Held, client: Client, rule: ScopeRule, query: Query): Promise<Answered> => {
  const { offset, limit } = query.slice ?? { offset: 0, limit: null }
  if (!isSifting(held, query)) return E.left(unsupported(client.name, 'this query within a scope'))
  const end = limit === null ? Infinity : offset + limit
  const taken: Array<Row> = []
  const seen = { rows: 0 }
  /* eslint-disable functional/no-loop-statements -- one turn a page, and no further once there are enough */
  for await (const page of limit === 0 ? [] : siftedPages(held, client, rule, { ...query, slice: null })) {
    if (E.isLeft(page)) return page
    for (const row of page.right) {
      if (seen.rows >= offset && seen.rows < end) taken.push(row)
      seen.rows += 1
    }
    if (seen.rows >= end) break
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(taken)
}

/** Whether a query is one of those that `siftedAnswer` says are answered. */
const isSifting = (held: Held, query: Query): boolean =>
  isLocal(held, query) && partsOf(query).every((part) => part === 'order' || part === 'slice')

async function* siftedPages(
  held: Held,
  client: Client,
  rule: ScopeRule,
  query: Query,
): AsyncGenerator<Answered, void, undefined> {
  const now = new Date().toISOString()
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, in bounded memory */
  for await (const page of pagesOf(client, query)) {
    const source = E.isLeft(page) ? page : await reached(held, client, rule.hops, page.right)
    yield E.flatMap(page, (rows: ReadonlyArray<Row>) =>
      E.map((ends: Source) => rows.filter(rule.holds(ends, now)))(source),
    )
  }
}

/** The rows of a query, page by page. */
async function* pagesOf(client: Client, query: Query): AsyncGenerator<Answered, void, undefined> {
  const walk = walkOf(client, query, null)
  if (E.isLeft(walk)) yield walk
  else yield* pages(client, walk.right)
}

/**
 * The shown rows among those that some rows lead to.
 *
 * @since 0.2.0
 */
export const reached = async (
  held: Held,
  client: Client,
  hops: ReadonlyArray<Hop>,
  rows: ReadonlyArray<Row>,
): Promise<E.Either<QueryError, Source>> => {
  const found = new Map<string, Map<unknown, Row>>()
  const pending = hops.map((hop) => ({ hop, from: rows }))
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a foreign key */
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const { hop, from } = next
    const model = held.schema.models.get(hop.need.model)
    if (model === undefined) continue
    const shown = await visible(held, client, model, keysInColumn(model, from, hop.from))
    if (E.isLeft(shown)) return shown
    const known = found.get(model.name) ?? new Map<unknown, Row>()
    found.set(model.name, known)
    const key = keyHash(model)
    shown.right.forEach((row) => known.set(key(row[model.primaryKey] ?? null), row))
    hop.need.hops.forEach((further) => pending.push({ hop: further, from: shown.right }))
  }
  return E.right({
    all: () => [],
    // The target of a rule is found by its primary key. See `ScopeRule`.
    find: (name, _, value) => {
      const model = held.schema.models.get(name)
      const row = model === undefined ? undefined : found.get(name)?.get(keyHash(model)(value))
      return row === undefined ? [] : [row]
    },
  })
}

/**
 * Tells the keys of a model apart.
 *
 * @since 0.2.0
 */
export const keyHash = (model: Model): ((key: Json) => unknown) =>
  hash(model.columns.get(model.primaryKey)?.kind ?? 'int')

/**
 * The distinct keys of a model that some rows have in a column.
 *
 * @since 0.2.0
 */
export const keysInColumn = (model: Model, rows: ReadonlyArray<Row>, column: string): ReadonlyArray<Json> => {
  const key = keyHash(model)
  const values = rows.flatMap((row): ReadonlyArray<readonly [unknown, Json]> => {
    const value = row[column] ?? null
    return value === null ? [] : [[key(value), value]]
  })
  return [...new Map(values).values()]
}

/**
 * The shown rows among those with some keys, with all their columns.
 *
 * @since 0.2.0
 */
export const visible = async (
  held: Held,
  client: Client,
  model: Model,
  keys: ReadonlyArray<Json>,
): Promise<Answered> => {
  const most = atOnce(client, model, keys)
  const rule = siftedBy(held, client, model.name)
  const rows: Array<Row> = []
  /* eslint-disable functional/no-loop-statements -- one request after the other */
  for (let at = 0; at < keys.length; at += most) {
    const plain = withKeys(model, keys.slice(at, at + most))
    const query = rule === null ? within(held, client, plain) : E.right(plain)
    if (E.isLeft(query)) return query
    if (!answersExactly(client, query.right, conjunctsOf(query.right).length))
      return E.left(unsupported(client.name, 'finding rows by key'))
    const found = rule === null ? pagesOf(client, query.right) : siftedPages(held, client, rule, query.right)
    for await (const page of found) {
      if (E.isLeft(page)) return page
      page.right.forEach((row) => rows.push(row))
    }
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(rows)
}

/** How many keys are requested at once. */
const atOnce = (client: Client, model: Model, keys: ReadonlyArray<Json>): number => {
  const many = answerOf(client, withKeys(model, keys.slice(0, 2)))
  return many.where.every((each) => each === 'exact')
    ? Math.min(client.maxPerRequest ?? 1000, many.maxPerRequest ?? 1000, many.maxMembers ?? 1000)
    : 1
}

const withKeys = (model: Model, keys: ReadonlyArray<Json>): Query => ({
  ...allOf({ _tag: 'model', model: model.name }),
  where: {
    _tag: 'lookup',
    name: keys.length === 1 ? 'exact' : 'in',
    left: { _tag: 'column', path: [model.primaryKey], level: 0 },
    right: keys.map((value) => ({
      _tag: 'const',
      kind: model.columns.get(model.primaryKey)?.kind ?? 'int',
      value,
    })),
  },
})
