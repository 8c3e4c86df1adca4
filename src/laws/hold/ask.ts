/**
 * Runs a queryset on a client by each terminal.
 *
 * @since 0.1.0
 */
import { either as E, option as O, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import { askPage } from '../../client/ask.js'
import type { Client, Page } from '../../client/Client.js'
import { derive, keysOnly } from '../../client/derive.js'
import { pages } from '../../client/pages/pages.js'
import { walkOf } from '../../client/pages/walkOf.js'
import { fold } from '../../query/fold.js'
import { allOf, isOrdered, type Query } from '../../query/Query.js'
import { decodeRow, shapeOf, type Shape } from '../../query/shape.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import { contains } from '../../run/read/contains.js'
import { count } from '../../run/read/count.js'
import { exists } from '../../run/read/exists.js'
import { first } from '../../run/read/first.js'
import { get } from '../../run/read/get.js'
import { inBulk } from '../../run/read/inBulk.js'
import { last } from '../../run/read/last.js'
import { list } from '../../run/read/list.js'
import { fetchedRows } from '../../run/run.js'
import { stream } from '../../run/read/stream.js'
import type { Schema } from '../../schema/Schema.js'
import type { Terminal } from '../case/Case.js'
import type { Rows } from '../case/Rows.js'
import { querysetOf, then, type QuerysetData } from '../case/QuerysetData.js'

/**
 * The result of a call.
 *
 * @since 0.1.0
 */
export type CallResult = E.Either<QueryError, unknown>

// Cases have no static types. Their scopes are checked at run time.
const typeless = (queryset: AnyQueryset) =>
  queryset as unknown as Queryset<never, unknown, Readonly<Record<string, never>>>

/**
 * The queryset that a terminal runs. A page has at most as many rows as the client gives at once.
 *
 * @since 0.1.0
 */
export const askedOf = (data: QuerysetData, terminal: Terminal, max: number | null): QuerysetData =>
  terminal._tag === 'aggregate'
    ? then(data, { _tag: 'groupBy', keys: [], aggregates: terminal.aggregates })
    : (terminal._tag === 'page' || terminal._tag === 'whole') && max !== null
      ? then(data, { _tag: 'slice', start: 0, stop: max })
      : data

/**
 * A read that is prepared to be run several times.
 *
 * @since 0.1.0
 */
export interface PreparedRead {
  readonly schema: Schema
  readonly terminal: Terminal
  readonly queryset: AnyQueryset
  readonly query: E.Either<QueryError, Query>
}

/** @since 0.1.0 */
export const questionOf = (
  schema: Schema,
  data: QuerysetData,
  terminal: Terminal,
  max: number | null,
): PreparedRead => {
  const queryset = querysetOf(schema, askedOf(data, terminal, max))
  const query = fold(queryset)
  const slice = terminal._tag === 'page' ? (terminal.slice ?? null) : null
  return {
    schema,
    terminal,
    queryset,
    query: slice === null ? query : E.map((whole: Query) => ({ ...whole, slice }))(query),
  }
}

/**
 * Runs a terminal on a client.
 *
 * @since 0.1.0
 */
export const ask = async (
  client: Client,
  { schema, terminal, queryset, query }: PreparedRead,
): Promise<CallResult> => {
  const q = typeless(queryset)
  switch (terminal._tag) {
    case 'toArray':
      return fetchedRows(client)(queryset)()
    case 'page':
      return E.isLeft(query) ? query : pageOf(client, schema, query.right)
    case 'whole':
      return E.isLeft(query) ? query : wholeOf(client, schema, query.right)
    case 'list':
      return list(client)(q)()
    case 'count':
      return count(client)(q)()
    case 'exists':
      return exists(client)(q)()
    case 'first':
      return option(first(client)(q))
    case 'last':
      return option(last(client)(q))
    case 'get':
    case 'aggregate':
      return get(client)(q)()
    case 'getPks':
      return E.isLeft(query) ? query : safely(() => derive(client).getPks(query.right)())
    case 'stream':
      return streamed(stream(client, { size: terminal.size })(q))
    case 'inBulk':
      return E.map((found: ReadonlyMap<unknown, unknown>) => [...found])(
        await inBulk(client, terminal.keys)(q as never)(),
      )
    case 'contains':
      return contains(client, terminal.key)(q as never)()
  }
}

const option = async (program: TE.TaskEither<QueryError, O.Option<unknown>>): Promise<CallResult> =>
  E.map((found: O.Option<unknown>) => O.toNullable(found))(await program())

/** A client should never throw or reject. If it does, that becomes an answer that nothing expects. */
const safely = async (question: () => Promise<CallResult>): Promise<CallResult> => {
  try {
    return await question()
  } catch {
    return E.right({ threw: true })
  }
}

const streamed = async (rows: AsyncIterable<E.Either<QueryError, unknown>>): Promise<CallResult> => {
  const all: Array<unknown> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a row */
  for await (const row of rows) {
    if (E.isLeft(row)) return row
    all.push(row.right)
  }
  return E.right(all)
}

/** Rows, total, count and keys. Parts that the client doesn't support, or that the rows don't have, are `null`. */
const wholeOf = async (client: Client, schema: Schema, query: Query): Promise<CallResult> => {
  const page = await pageOf(client, schema, query)
  if (E.isLeft(page)) return page
  const full = derive(client)
  const count = await safely(() => full.count({ ...query, related: [], fields: null })())
  if (E.isLeft(count) && count.left._tag !== 'Unsupported') return count
  const keys = E.isLeft(keysOnly(schema, query)) ? E.right(null) : await safely(() => full.getPks(query)())
  if (E.isLeft(keys) && keys.left._tag !== 'Unsupported') return keys
  const given = valueOr(keys)
  const kept: unknown = Array.isArray(given) ? [...(given as ReadonlyArray<unknown>)] : given
  // The caller may change a list that it was given.
  spoil(given)
  // A page is a record.
  return E.right({ ...(page.right as object), count: valueOr(count), keys: kept })
}

const valueOr = (answer: CallResult): unknown => (E.isLeft(answer) ? null : answer.right)

const pageOf = async (client: Client, schema: Schema, query: Query): Promise<CallResult> => {
  const page = await askPage(client, query)()
  const shape = shapeOf(schema, query)
  if (E.isLeft(page)) return page
  if (E.isLeft(shape)) return shape
  const decoded = readPage(client.name, shape.right, page.right)
  spoil(page.right.rows)
  return decoded
}

/**
 * The rows of a page, read by their shape.
 *
 * @since 0.1.0
 */
export const readPage = (
  client: string,
  shape: Shape,
  page: Page,
): E.Either<QueryError, { readonly rows: ReadonlyArray<Row>; readonly total: number | null }> => {
  const rows: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- to the first that doesn't fit */
  for (const each of page.rows) {
    const row = decodeRow(shape, each)
    if (E.isLeft(row))
      return E.left({
        _tag: 'Undecodable',
        client,
        model: shape.model,
        key: null,
        place: null,
        row: rows.length,
        ...row.left,
        message: `${row.left.path} is ${row.left.actual}`,
        hint: '',
        retryable: false,
      })
    rows.push(row.right)
  }
  return E.right({ rows, total: page.total })
}

/**
 * Changes what a client gave or was given, as any caller could. A client that kept a reference instead of a copy then
 * answers wrongly.
 *
 * @since 0.1.0
 */
export const spoil = (given: unknown): void => {
  if (typeof given !== 'object' || given === null || Object.isFrozen(given)) return
  Object.entries(given).forEach(([name, value]: readonly [string, unknown]) => {
    if (typeof value === 'object' && value !== null) spoil(value)
    else Reflect.set(given, name, spoilt(value))
  })
  if (Array.isArray(given)) given.reverse()
}

const spoilt = (value: unknown): unknown =>
  typeof value === 'string'
    ? 'spoilt'
    : typeof value === 'number'
      ? -77
      : typeof value === 'boolean'
        ? !value
        : 'spoilt'

const shapes = new WeakMap<Schema, Map<string, Shape>>()

const shapeOfModel = (schema: Schema, model: string): E.Either<QueryError, Shape> => {
  const byModel = shapes.get(schema) ?? new Map<string, Shape>()
  shapes.set(schema, byModel)
  const known = byModel.get(model)
  if (known !== undefined) return E.right(known)
  const made = shapeOf(schema, allOf({ _tag: 'model', model }))
  if (E.isRight(made)) byModel.set(model, made.right)
  return made
}

/**
 * All rows of all models, as the client lists them.
 *
 * @since 0.1.0
 */
export const snapshot =
  (client: Client, schema: Schema): TE.TaskEither<QueryError, Rows> =>
  async () => {
    const all: { [model: string]: ReadonlyArray<Row> } = {}
    /* eslint-disable-next-line functional/no-loop-statements -- one model after the other */
    for (const model of schema.models.keys()) {
      const rows = await (
        client.maxPerRequest === undefined && client.support === undefined ? atOnce : byPages
      )(client, schema, model)
      if (E.isLeft(rows)) return rows
      all[model] = rows.right
    }
    return E.right(all)
  }

type Listed = Promise<E.Either<QueryError, ReadonlyArray<Row>>>

const atOnce = async (client: Client, schema: Schema, model: string): Listed => {
  const shape = shapeOfModel(schema, model)
  if (E.isLeft(shape)) return shape
  const page = await askPage(client, allOf({ _tag: 'model', model }))()
  return E.flatMap(page, (given: Page) =>
    E.map(({ rows }: { readonly rows: ReadonlyArray<Row> }) => rows)(
      readPage(client.name, shape.right, given),
    ),
  )
}

const byPages = async (client: Client, _: Schema, model: string): Listed => {
  const walk = walkOf(client, allOf({ _tag: 'model', model }), client.maxPerRequest ?? null)
  if (E.isLeft(walk)) return walk
  const rows: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
  for await (const page of pages(client, walk.right)) {
    if (E.isLeft(page)) return page
    page.right.forEach((row) => rows.push(row))
  }
  return E.right(rows)
}

/**
 * Prints an answer with only the differences that matter: rows without an order are sorted, related rows too.
 *
 * @since 0.1.0
 */
export const asText = (answer: unknown, query: Query | null, bag: boolean): string => {
  const settled = query === null || query.related.length === 0 ? answer : settle(answer, query)
  if (!bag) return spelled(settled)
  if (Array.isArray(settled)) return `[${sortedTexts(settled).join(',')}]`
  // A row may have a column called `rows`.
  if (!hasRows(settled)) return spelled(settled)
  const { rows, keys, ...rest } = settled
  const own = keys === undefined || keys === null ? '' : sortedTexts(keys).join(',')
  return `${spelled(rest)}[${sortedTexts(rows).join(',')}][${own}]`
}

interface WithRows {
  readonly rows: ReadonlyArray<unknown>
  readonly keys?: ReadonlyArray<unknown> | null
}

const hasRows = (answer: unknown): answer is WithRows =>
  typeof answer === 'object' && answer !== null && 'rows' in answer && Array.isArray(answer.rows)

const spelled = (value: unknown): string => {
  try {
    return JSON.stringify(value)
  } catch {
    // A codec may create big integers, which JSON doesn't have.
    return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${String(each)}n` : each))
  }
}

const sortedTexts = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => rows.map(spelled).sort()

const settle = (answer: unknown, query: Query): unknown => {
  if (Array.isArray(answer)) return answer.map((each) => settle(each, query))
  if (typeof answer !== 'object' || answer === null) return answer
  if ('rows' in answer && Array.isArray(answer.rows)) return { ...answer, rows: settle(answer.rows, query) }
  return query.related.reduce<object>((row, { relation, many, query: inner }) => {
    // A row holds its related rows under the name of the relation.
    const value = (row as { readonly [name: string]: unknown })[relation]
    if (value === undefined) return row
    const own = settle(value, inner)
    // The position in the row doesn't matter: some clients replace the key, others add the related row at the end.
    const rest = Object.fromEntries(Object.entries(row).filter(([name]) => name !== relation))
    return {
      ...rest,
      [relation]:
        many && Array.isArray(own) && !isOrdered(inner)
          ? [...(own as ReadonlyArray<unknown>)].sort((a, b) =>
              JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
            )
          : own,
    }
  }, answer)
}

/** Whether two numbers are equal up to rounding. */
const close = (a: number, b: number): boolean =>
  a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b))

/**
 * Whether two answers are equal up to the rounding of numbers.
 *
 * @since 0.1.0
 */
export const isClose = (a: unknown, b: unknown): boolean => {
  if (typeof a === 'number' && typeof b === 'number') return close(a, b)
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, i) => isClose(each, b[i]))
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => isClose((a as JsonLike)[name], (b as JsonLike)[name]))
  )
}

interface JsonLike {
  readonly [name: string]: Json | undefined
}

/**
 * The expected answer, without the parts that the client left out. A client whose totals are exact only below `cap` may
 * give any total from there on.
 *
 * @since 0.1.0
 */
export const told = (expected: unknown, actual: unknown, cap: number | null = null): unknown => {
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null)
    return expected
  if (!('total' in actual) || !('total' in expected)) return expected
  return {
    ...expected,
    ...(actual.total === null ||
    (cap !== null && Number(actual.total) >= cap && Number(expected.total) >= cap)
      ? { total: actual.total }
      : {}),
    ...('count' in actual && actual.count === null ? { count: null } : {}),
    ...('keys' in actual && actual.keys === null ? { keys: null } : {}),
  }
}
