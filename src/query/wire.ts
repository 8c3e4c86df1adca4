/**
 * Queries as JSON, to send them elsewhere. Received JSON is rejected unless it is a valid query in every part and
 * within limits.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { invalidQuery, type QueryError } from '../value/QueryError.js'
import { kinds, type Json } from '../value/Value.js'
import type { Mutation } from './Mutation.js'
import type { Query } from './Query.js'

/**
 * How deeply a query may be nested, as JSON, and how many values it may have.
 *
 * @since 0.1.0
 */
export interface WireLimits {
  readonly depth: number
  readonly size: number
}

/**
 * The default limits: 200 levels, 20,000 values.
 *
 * @since 0.1.0
 */
export const wireLimits: WireLimits = { depth: 200, size: 20_000 }

/**
 * A query as JSON. A query is JSON already, but one that `decode` would reject as too deep or too large is rejected
 * here.
 *
 * @example
 * import { decodeQuery, encodeQuery, fold, autoId, schema } from 'queryset-ts'
 * import { either as E } from 'fp-ts'
 * const query = fold(schema({ genre: { id: autoId } }).genre)
 * console.log(E.chain(decodeQuery())(E.chain(encodeQuery())(query))._tag) // => Right
 *
 * @since 0.1.0
 */
export const encode =
  (limits: WireLimits = wireLimits) =>
  (query: Query): E.Either<QueryError, Json> =>
    // A query consists only of plain JSON values.
    readable(() => E.map(() => query as unknown as Json)(within(limits, query)))

/**
 * Reads a query from JSON. Anything unknown is an error that gives its place; nothing is ignored. `check` then checks
 * the names.
 *
 * @example
 * import { autoId, decodeQuery, encodeQuery, fold, schema } from 'queryset-ts'
 * import { either as E } from 'fp-ts'
 * const { genre } = schema({ genre: { id: autoId } })
 * const wire = E.flatMap(fold(genre), encodeQuery())
 * console.log(E.isRight(E.flatMap(wire, decodeQuery()))) // => true
 * console.log(E.isLeft(decodeQuery()({ select: 'genre' }))) // => true
 *
 * @since 0.1.0
 */
export const decode =
  (limits: WireLimits = wireLimits) =>
  (json: unknown): E.Either<QueryError, Query> =>
    readable(() =>
      E.flatMap(within(limits, json), (): E.Either<QueryError, Query> => {
        const problem = query(json, [])
        return problem === null
          ? // Each part has just been found to be what the type says.
            E.right(json as Query)
          : E.left(invalidQuery(problem.path.join('.'), problem.message, 'Send what `encode` gives.'))
      }),
    )

/**
 * Reads a mutation from JSON. Anything unknown is an error that gives its place. The rows of an insert are counted
 * separately, by `rows`. The schema checks their values, and `checkMutation` the names.
 *
 * @since 0.2.0
 */
export const decodeMutation =
  (limits: WireLimits & { readonly rows: number }) =>
  (json: unknown): E.Either<QueryError, Mutation> =>
    readable(() => decodedMutation(limits, json))

const decodedMutation = (
  limits: WireLimits & { readonly rows: number },
  json: unknown,
): E.Either<QueryError, Mutation> => {
  const rows = rowsIn(json)
  if (rows.length > limits.rows)
    return E.left(
      invalidQuery(
        'rows',
        `has more than ${String(limits.rows)} rows`,
        'Insert fewer rows at once, or raise the limit.',
      ),
    )
  const rest: unknown = rows.length === 0 ? json : { ...(json as object), rows: [] } // it has rows
  return E.flatMap(within(limits, rest), (): E.Either<QueryError, Mutation> => {
    const found = mutation(json, [])
    return found === null
      ? // Each part has just been found to be what the type says.
        E.right(json as Mutation)
      : E.left(invalidQuery(found.path.join('.'), found.message, 'Send what `encodeMutation` gives.'))
  })
}

const rowsIn = (json: unknown): ReadonlyArray<unknown> =>
  typeof json === 'object' && json !== null && 'rows' in json && Array.isArray(json.rows) ? json.rows : []

/**
 * A mutation as JSON. A mutation is JSON already, but one that `decodeMutation` would reject as too deep or too large
 * is rejected here.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, decodeMutation, encodeMutation, field, foldUpdate, pipe, schema } from 'queryset-ts'
 * const { counter } = schema({ counter: { id: autoId, n: field.int() } })
 * const limits = { depth: 200, size: 20_000, rows: 10_000 }
 * const sent = pipe(counter, foldUpdate((c) => ({ n: c.n.plus(1) })), E.chain(encodeMutation(limits)))
 * console.log(pipe(sent, E.chain(decodeMutation(limits)))._tag) // => Right
 *
 * @since 0.2.0
 */
export const encodeMutation =
  (limits: WireLimits) =>
  (asked: Mutation): E.Either<QueryError, Json> =>
    // A mutation consists only of plain JSON values.
    readable(() =>
      E.map(() => asked as unknown as Json)(
        within(limits, asked._tag === 'insert' ? { ...asked, rows: [] } : asked),
      ),
    )

/** A value isn't JSON if it can't be read because a property throws. Invalid limits are caught here too. */
const readable = <A>(read: () => E.Either<QueryError, A>): E.Either<QueryError, A> =>
  E.flatten(
    E.tryCatch(read, () =>
      invalidQuery(
        '',
        'is not JSON, or a limit is not a number',
        'Give plain JSON, and numbers for the limits.',
      ),
    ),
  )

/**
 * Counts without recursion, so that no input can exhaust the stack. It counts the members of a list or object before
 * any of them is queued, so the queue is never longer than the limit.
 */
const within = (limits: WireLimits, json: unknown): E.Either<QueryError, null> => {
  const pending: Array<{ readonly value: unknown; readonly depth: number }> = [{ value: json, depth: 1 }]
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let size = 1
  /* eslint-disable-next-line functional/no-loop-statements -- an explicit stack instead of recursion */
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    const { value, depth } = top
    if (depth > limits.depth) return E.left(tooDeep(limits))
    if (typeof value !== 'object' || value === null) continue
    size += Array.isArray(value) ? value.length : Object.keys(value).length
    if (size > limits.size) return E.left(tooLarge(limits))
    ;(Object.values(value) as ReadonlyArray<unknown>).forEach((each) =>
      pending.push({ value: each, depth: depth + 1 }),
    )
  }
  return E.right(null)
}

const tooDeep = ({ depth }: WireLimits): QueryError =>
  invalidQuery('', `is nested more than ${String(depth)} deep`, 'Ask something simpler, or raise the limit.')

const tooLarge = ({ size }: WireLimits): QueryError =>
  invalidQuery('', `has more than ${String(size)} values`, 'Ask in several queries, or raise the limit.')

interface Problem {
  readonly path: ReadonlyArray<string>
  readonly message: string
}

type WirePath = ReadonlyArray<string>
type WireParser = (json: unknown, path: WirePath) => Problem | null

const problem = (path: WirePath, message: string): Problem => ({ path, message })

const is =
  (what: string, test: (json: unknown) => boolean): WireParser =>
  (json, path) =>
    test(json) ? null : problem(path, `expected ${what}`)

const string = is('text', (json) => typeof json === 'string')
const flag = is('boolean', (json) => typeof json === 'boolean')
const natural = is('count', (json) => Number.isSafeInteger(json) && (json as number) >= 0)
const oneOf = (...names: ReadonlyArray<unknown>): WireParser =>
  is(`one of ${names.join(', ')}`, (json) => names.includes(json))
const json: WireParser = is(
  'JSON value',
  (value) =>
    value === null ||
    ['boolean', 'string', 'object'].includes(typeof value) ||
    (typeof value === 'number' && Number.isFinite(value)),
)

const listOf =
  (each: WireParser): WireParser =>
  (value, path) => {
    if (!Array.isArray(value)) return problem(path, 'is not a list')
    const list: ReadonlyArray<unknown> = value
    return firstOf(list.map((element, i) => () => each(element, [...path, String(i)])))
  }

const orNull =
  (inner: WireParser): WireParser =>
  (value, path) =>
    value === null ? null : inner(value, path)

const later =
  (parser: () => WireParser): WireParser =>
  (value, path) =>
    parser()(value, path)

const firstOf = (checks: ReadonlyArray<() => Problem | null>): Problem | null => {
  /* eslint-disable-next-line functional/no-loop-statements -- stops at the first */
  for (const each of checks) {
    const found = each()
    if (found !== null) return found
  }
  return null
}

interface WireParts {
  readonly [name: string]: WireParser
}

/** An object with exactly these members. */
const exactly =
  (parts: WireParts): WireParser =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return problem(path, 'is not an object')
    const object = value as { readonly [name: string]: unknown }
    const unknown = Object.keys(object).find((name) => !Object.hasOwn(parts, name))
    if (unknown !== undefined) return problem([...path, unknown], 'is not known')
    const missing = Object.keys(parts).find((name) => !Object.hasOwn(object, name))
    if (missing !== undefined) return problem([...path, missing], 'is missing')
    return firstOf(
      Object.entries(parts).map(
        ([name, parser]) =>
          () =>
            parser(object[name], [...path, name]),
      ),
    )
  }

/** A member of a union, identified by its tag. */
const tagged =
  (what: string, members: { readonly [tag: string]: WireParts }): WireParser =>
  (value, path) => {
    const tag: unknown =
      typeof value === 'object' && value !== null && '_tag' in value ? value._tag : undefined
    const parts = typeof tag === 'string' && Object.hasOwn(members, tag) ? members[tag] : undefined
    return parts === undefined
      ? problem([...path, '_tag'], `expected ${what}`)
      : exactly({ _tag: string, ...parts })(value, path)
  }

const expression: WireParser = later(() => expressions)
const predicate: WireParser = later(() => predicates)
const query: WireParser = later(() => queries)
const path = listOf(string)
// An assignment to this name would set a row's prototype instead of a column.
const columnName = is('name', (json) => typeof json === 'string' && json !== '__proto__')
const named = listOf(exactly({ name: columnName, expression }))

const expressions = tagged('expression', {
  const: { kind: oneOf(...kinds), value: json },
  column: { path, level: natural },
  call: { name: string, args: listOf(expression) },
  cast: { to: oneOf(...kinds), arg: expression },
  case: { branches: listOf(exactly({ when: predicate, then: expression })), otherwise: expression },
  aggregate: {
    name: oneOf('count', 'sum', 'avg', 'min', 'max', 'stddev', 'variance'),
    over: oneOf('row', 'group'),
    level: natural,
    relation: path,
    arg: orNull(expression),
    distinct: flag,
    filter: orNull(predicate),
    default: orNull(expression),
    sample: flag,
  },
  subquery: { query },
  test: { predicate },
})

const predicates = tagged('predicate', {
  lookup: { name: string, left: expression, right: listOf(expression) },
  inQuery: { left: expression, query },
  and: { all: listOf(predicate) },
  or: { any: listOf(predicate) },
  xor: { odd: listOf(predicate) },
  not: { predicate },
  some: { level: natural, relation: path, predicate },
  exists: { query },
  holds: { expression },
})

const from = tagged('source of rows', {
  model: { model: string },
  query: { query },
  combine: {
    operation: oneOf('union', 'intersection', 'difference'),
    model: orNull(string),
    left: query,
    right: listOf(query),
  },
})

const queries = exactly({
  from,
  annotations: named,
  where: orNull(predicate),
  order: listOf(exactly({ expression, direction: oneOf('asc', 'desc'), nulls: oneOf('first', 'last') })),
  reverse: flag,
  distinctOn: orNull(listOf(expression)),
  columns: orNull(named),
  group: orNull(exactly({ keys: named, aggregates: named })),
  distinct: flag,
  slice: orNull(exactly({ offset: natural, limit: orNull(natural) })),
  fields: orNull(listOf(string)),
  related: listOf(exactly({ relation: string, many: flag, query })),
})

const object: WireParser = is(
  'object',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)
const names = listOf(string)

const mutation = tagged('mutation', {
  insert: {
    model: string,
    rows: listOf(object),
    onConflict: tagged('way to deal with conflicts', {
      refuse: {},
      ignore: {},
      update: { by: names, set: names },
    }),
    expect: orNull(object),
  },
  update: { query, set: named, expect: orNull(object) },
  delete: { query, expect: orNull(object) },
})
