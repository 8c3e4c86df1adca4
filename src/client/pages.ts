/**
 * Walking through a query's rows by the pages that a client can give.
 *
 * The walk goes by key: the next page begins after the last row of the one before, so that rows which come or go
 * meanwhile neither repeat nor vanish. Where rows have no order by which they could be found again (groups, distinct
 * projections), it goes by offset.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, undecodable, type QueryError } from '../value/QueryError.js'
import { compare } from '../value/Order.js'
import type { Json, Kind, Row } from '../value/Value.js'
import type { Expression, OrderKey, Predicate } from '../expression/Expression.js'
import { modelOf, type Scope } from '../expression/Scope.js'
import { check, type Checked } from '../query/check.js'
import { layersOf, type From, type Query } from '../query/Query.js'
import { decodeRow, shapeOf, type Shape } from '../query/shape.js'
import { askPage } from './ask.js'
import type { Client, Page } from './Client.js'

/**
 * How a query's rows are fetched: at once, or so many at a time, by key or by offset.
 *
 * @since 0.1.0
 */
export interface Walk {
  readonly by: 'once' | 'key' | 'offset'
  /** Rows a request, at most; `null` where there is no limit. */
  readonly size: number | null
  /** The query as it is walked: with a total order, and with the values of its keys as columns. */
  readonly query: Query
  readonly keys: ReadonlyArray<Key>
  readonly shape: Shape
  /** Names that were added for the walk, and are taken from the rows again. */
  readonly added: ReadonlyArray<string>
}

interface Key {
  readonly name: string
  readonly kind: Kind
  readonly order: OrderKey<Query>
}

/**
 * How a query's rows would be fetched, `size` at a time.
 *
 * @since 0.1.0
 */
export const walkOf = (client: Client, query: Query, size: number | null): E.Either<QueryError, Walk> =>
  E.chain((shape: Shape): E.Either<QueryError, Walk> => {
    const once: Walk = { by: 'once', size, query, keys: [], shape, added: [] }
    const wanted = query.slice?.limit ?? null
    if (size === null || (wanted !== null && wanted <= size)) return E.right(once)
    return E.map((keyed: Omit<Walk, 'by' | 'size'> | null): Walk =>
      keyed === null
        ? { ...once, by: 'offset', query: ordered(client, query) }
        : { ...keyed, by: 'key', size },
    )(byKey(client, query))
  })(shapeOf(client.schema, query))

/** A bag that is walked by offset needs an order all the same. */
const ordered = (client: Client, query: Query): Query => {
  if (query.order.length > 0 || query.slice !== null || query.from._tag !== 'model') return query
  const pk = client.schema.models.get(query.from.model)?.primaryKey
  return pk === undefined || query.group !== null || query.distinct
    ? query
    : { ...query, order: [ascending([pk])] }
}

const ascending = (path: ReadonlyArray<string>): OrderKey<Query> => ({
  expression: { _tag: 'column', path, level: 0 },
  direction: 'asc',
  nulls: 'last',
})

const byKey = (client: Client, query: Query): E.Either<QueryError, Omit<Walk, 'by' | 'size'> | null> => {
  const movable =
    query.group === null &&
    !query.distinct &&
    query.distinctOn === null &&
    !query.reverse &&
    (query.order.length > 0 || query.from._tag === 'model')
  if (!movable) return E.right(null)
  const inOrder = ordered(client, query)
  if (inOrder.order.length === 0) return E.right(null)
  const bare = E.map(({ scope }: Checked) => scope)(check(client.schema, { ...inOrder, columns: null }))
  if (E.isLeft(bare)) return bare
  const visible = bare.right
  if (!tellsApart(inOrder, visible)) return E.right(null)
  const taken = new Set([...visible.columns.keys(), ...(query.columns ?? []).map(({ name }) => name)])
  const fields = modelOf(visible)?.columns
  const keys = inOrder.order.map((order, i) => {
    const own =
      order.expression._tag === 'column' && order.expression.level === 0 && order.expression.path.length === 1
        ? order.expression.path[0]
        : undefined
    const there =
      own !== undefined &&
      query.columns === null &&
      !query.related.some(({ relation }) => relation === own) &&
      (query.fields === null || query.fields.includes(own) || fields?.has(own) !== true)
    return { order, name: there ? own : free(taken, i), added: !there }
  })
  const added = keys
    .filter((key) => key.added)
    .map(({ name, order }) => ({ name, expression: order.expression }))
  const widened: Query =
    query.columns === null
      ? { ...inOrder, annotations: [...inOrder.annotations, ...added] }
      : { ...inOrder, columns: [...query.columns, ...added] }
  return E.map((shape: Shape) => {
    const typed = keys.map(({ name, order }) => ({
      name,
      order,
      kind: shape.columns.find((column) => column.name === name)?.kind ?? 'json',
    }))
    return typed.some(({ kind }) => kind === 'json')
      ? null
      : { query: widened, keys: typed, shape, added: added.map(({ name }) => name) }
  })(shapeOf(client.schema, widened))
}

/**
 * Whether no two rows have the same order keys: they have the primary key of a model's rows among them, or all
 * columns of rows that are different.
 */
const tellsApart = (query: Query, visible: Scope): boolean => {
  const names = new Set(
    query.order.flatMap(({ expression }) =>
      expression._tag === 'column' && expression.level === 0 && expression.path.length === 1
        ? expression.path
        : [],
    ),
  )
  const pk = modelOf(visible)?.primaryKey
  const ofModel = pk !== undefined && layersOf(query).every(({ from }) => from._tag !== 'combine')
  const annotated = new Set(query.annotations.map(({ name }) => name))
  return ofModel
    ? names.has(pk)
    : areDifferent(query.from) &&
        [...visible.columns.keys()].every((name) => names.has(name) || annotated.has(name))
}

/** Whether what a query begins with are rows that are different as they stand. */
const areDifferent = (from: From): boolean => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = from
  /* eslint-disable-next-line functional/no-loop-statements -- nesting can be as deep as a queryset is long */
  while (at._tag === 'query') {
    const { distinct, group, columns } = at.query
    if (distinct || group !== null) return true
    if (columns !== null) return false
    at = at.query.from
  }
  return true
}

const free = (taken: ReadonlySet<string>, i: number): string => {
  const name = `_key${String(i)}`
  return taken.has(name) ? free(taken, i + 1000) : name
}

/**
 * The rows of a walk, page by page. After a `Left` there are no more.
 *
 * @since 0.1.0
 */
export async function* pages(
  client: Client,
  walk: Walk,
): AsyncGenerator<E.Either<QueryError, ReadonlyArray<Row>>, void, undefined> {
  const { size, keys } = walk
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let offset = walk.query.slice?.offset ?? 0
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let left = walk.query.slice?.limit ?? null
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let after: Row | null = null
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let number = 0
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, in bounded memory */
  for (;;) {
    const limit = size === null ? left : left === null ? size : Math.min(size, left)
    if (limit === 0 && number > 0) return
    const query: Query = {
      ...walk.query,
      where:
        walk.by === 'key' && after !== null ? both(walk.query.where, beyond(keys, after)) : walk.query.where,
      slice:
        walk.by === 'once'
          ? walk.query.slice
          : { offset: walk.by === 'key' && after !== null ? 0 : offset, limit },
    }
    const page: E.Either<QueryError, Page> = await askPage(client, query)()
    if (E.isLeft(page)) {
      yield page
      return
    }
    const rows = E.chain((decoded: ReadonlyArray<Row>) => inOrder(client, walk, after, decoded))(
      decodePage(client, walk, number, query, page.right),
    )
    yield E.map((decoded: ReadonlyArray<Row>) => stripped(decoded, walk.added))(rows)
    if (E.isLeft(rows)) return
    const count = rows.right.length
    number += count
    offset += count
    left = left === null ? null : left - count
    after = rows.right.at(-1) ?? after
    if (walk.by === 'once' || limit === null || count < limit) return
  }
}

const decodePage = (
  client: Client,
  walk: Walk,
  number: number,
  query: Query,
  page: Page,
): E.Either<QueryError, ReadonlyArray<Row>> => {
  const limit = query.slice?.limit ?? null
  const offset = query.slice?.offset ?? 0
  const count = page.rows.length
  const due = page.total === null ? null : Math.min(Math.max(0, page.total - offset), limit ?? Infinity)
  if (limit !== null && count > limit)
    return E.left(
      clientFailed(client.name, 'list', null, {
        message: `asked for ${String(limit)} rows at most, it gave ${String(count)}`,
        hint: "Have 'list' obey the query's slice.",
      }),
    )
  if (due !== null && count < due)
    return E.left(
      clientFailed(client.name, 'list', null, {
        message: `it says that there are ${String(due)} rows to give and gave ${String(count)}`,
        hint: "Say how many rows it gives at once, as 'maxPerRequest', or mend its total.",
        retryable: true,
      }),
    )
  return E.traverseArrayWithIndex((i, each: unknown) =>
    E.mapLeft((misfit: { readonly path: string; readonly expected: string; readonly actual: string }) =>
      undecodable({ client: client.name, model: walk.shape.model, row: number + i, ...misfit }),
    )(decodeRow(walk.shape, each)),
  )(page.rows)
}

/**
 * Rows that were walked to by key, if each comes after the one before. A backend that sorts otherwise would lose rows
 * at the edges of pages, and one that takes no notice of where a page begins would be asked for ever.
 */
const inOrder = (
  client: Client,
  { by, keys }: Walk,
  after: Row | null,
  rows: ReadonlyArray<Row>,
): E.Either<QueryError, ReadonlyArray<Row>> => {
  if (by !== 'key') return E.right(rows)
  const order = comparing(keys)
  return rows.every((row, i) => {
    const before = i === 0 ? after : rows[i - 1]
    return before === null || before === undefined || order(before, row) < 0
  })
    ? E.right(rows)
    : E.left(
        clientFailed(client.name, 'list', null, {
          message: 'it gave rows in another order than it was asked for, or rows that were not asked for',
          hint: `Sort by ${keys.map(({ name }) => name).join(', ')} as the query says: text by code point, missing values where it says.`,
        }),
      )
}

const comparing = (keys: ReadonlyArray<Key>): ((a: Row, b: Row) => number) => {
  const compares = keys.map(({ name, kind, order: { direction, nulls } }) => {
    const values = compare(kind)
    return (a: Row, b: Row): number => {
      const [x, y] = [a[name] ?? null, b[name] ?? null]
      if (x === null || y === null) return x === y ? 0 : (x === null) === (nulls === 'last') ? 1 : -1
      return direction === 'asc' ? values(x, y) : values(y, x)
    }
  })
  return (a, b) => {
    /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
    for (const each of compares) {
      const order = each(a, b)
      if (order !== 0) return order
    }
    return 0
  }
}

const stripped = (rows: ReadonlyArray<Row>, added: ReadonlyArray<string>): ReadonlyArray<Row> => {
  if (added.length === 0) return rows
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !added.includes(name))))
}

const both = (a: Predicate<Query> | null, b: Predicate<Query>): Predicate<Query> =>
  a === null ? b : { _tag: 'and', all: a._tag === 'and' ? [...a.all, b] : [a, b] }

/** The rows that come after a row: greater in the first key, or equal in it and greater in the next, and so on. */
const beyond = (keys: ReadonlyArray<Key>, row: Row): Predicate<Query> => ({
  _tag: 'or',
  any: keys.map((key, i) => ({
    _tag: 'and',
    all: [
      ...keys.slice(0, i).map((before) => same(before, row[before.name] ?? null)),
      greater(key, row[key.name] ?? null),
    ],
  })),
})

const constant = (kind: Kind, value: Json): Expression<Query> => ({ _tag: 'const', kind, value })

const missing = (key: Key): Predicate<Query> => ({
  _tag: 'lookup',
  name: 'isnull',
  left: key.order.expression,
  right: [],
})

const same = (key: Key, value: Json): Predicate<Query> =>
  value === null
    ? missing(key)
    : { _tag: 'lookup', name: 'exact', left: key.order.expression, right: [constant(key.kind, value)] }

const greater = (key: Key, value: Json): Predicate<Query> => {
  const { direction, nulls, expression } = key.order
  if (value === null)
    return nulls === 'last' ? { _tag: 'or', any: [] } : { _tag: 'not', predicate: missing(key) }
  const further: Predicate<Query> = {
    _tag: 'lookup',
    name: direction === 'asc' ? 'gt' : 'lt',
    left: expression,
    right: [constant(key.kind, value)],
  }
  return nulls === 'last' ? { _tag: 'or', any: [further, missing(key)] } : further
}
