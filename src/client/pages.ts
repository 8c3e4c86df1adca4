/**
 * Walking through a query's rows by the pages that a client can give.
 *
 * The walk goes by key: the next page begins after the last row of the one before, so that rows which come or go
 * meanwhile neither repeat nor vanish. Where rows have no order by which they could be found again (groups, distinct
 * projections), or the client can't compare keys, it goes by offset. Each page then begins with the last row of the one
 * before, where it can: if that is another row, rows came or went meanwhile, which is an error; so is a row that comes
 * again, or another total. `noticed` says how much of it is.
 *
 * A client may end a page early, and say so (`more`): the walk goes on from there, with smaller pages until they fit.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Meter } from '../value/Meter.js'
import { clientFailed, undecodable, unsupported, type QueryError } from '../value/QueryError.js'
import { compare, hash } from '../value/Order.js'
import { sampleOf } from '../value/sampleOf.js'
import { compareFinest, finest } from '../value/Temporal.js'
import type { Json, Kind, Row } from '../value/Value.js'
import type { Expression, OrderKey, Predicate } from '../expression/Expression.js'
import { ownField } from '../expression/ownField.js'
import { modelOf, type Scope } from '../expression/Scope.js'
import { check, type Checked } from '../query/check.js'
import { layersOf, type From, type Query } from '../query/Query.js'
import { decodeRow, shapeOf, type Shape, type Shared } from '../query/shape.js'
import { askPage } from './ask.js'
import type { Client, Page } from './Client.js'
import { answerOf, type Answer } from './Support.js'
import { partsOf } from '../query/parts.js'

/**
 * How a query's rows are fetched: at once, or so many at a time, by key or by offset.
 *
 * @since 0.1.0
 */
export interface Walk {
  readonly by: 'once' | 'key' | 'offset'
  /** Rows a request, at most; `null` where there is no limit. */
  readonly size: number | null
  /** Rows that a page has at least where there are as many; `null`: as many as are asked for. */
  readonly least: number | null
  /** The query as it is walked: with a total order, and with the values of its keys as columns. */
  readonly query: Query
  readonly keys: ReadonlyArray<Key>
  readonly shape: Shape
  /** Names that were added for the walk, and are taken from the rows again. */
  readonly added: ReadonlyArray<string>
  /** How many rows there are at most, where that is known: then no more are asked for. */
  readonly most: number | null
  /** What the client says of the totals that it tells; `null` where it differs from page to page. */
  readonly total: Answer['total'] | null
  /** The columns by which a row is known again: none, where two rows may be alike in all of them. */
  readonly known: ReadonlyArray<string>
  /** Whether each page but the first begins with the last row of the one before. */
  readonly overlap: boolean
  /** How many pages are asked for at the same time, at most, once it is known how many there are. */
  readonly concurrency: number
  readonly noticed: Noticed
}

/**
 * What is noticed of rows that come or go between two pages.
 *
 * - `'all'`: either the rows that stay come once each, or it is an error. So it is with everything that comes at once.
 * - `'total'`: it is an error where the number of rows becomes another. A row that goes while another one comes can
 *   hide one.
 * - `'repeats'`: it is an error where a row comes again, as it does when others come before it. A row that goes can hide
 *   one.
 * - `'nothing'`: rows can't be told apart, and are not counted.
 *
 * @since 0.1.0
 */
export type Noticed = 'all' | 'total' | 'repeats' | 'nothing'

/** So many pages are asked for at the same time where the client doesn't say how many. */
const usual = 4

interface Key {
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
  readonly order: OrderKey<Query>
}

/**
 * How many rows a client gives at once of a query, at most; `null` where there is no limit.
 *
 * @since 0.1.0
 */
export const sizeOf = (client: Client, answer: Answer): number | null => {
  // Whoever only says how many come at least isn't asked for more.
  const told = answer.maxPerRequest ?? client.maxPerRequest ?? answer.minPerRequest
  const size = Math.min(told ?? Infinity, client.maxPerRequest ?? Infinity)
  return size === Infinity ? null : Math.max(1, Math.floor(size))
}

/**
 * How many rows come in one page for certain, where there are as many.
 *
 * @since 0.2.0
 */
export const sureOf = ({ size, least: fewest }: Pick<Walk, 'size' | 'least'>): number =>
  Math.min(size ?? Infinity, fewest ?? Infinity)

/**
 * How many rows each page but the first adds.
 *
 * @since 0.1.0
 */
export const stepOf = ({ size, overlap }: Pick<Walk, 'size' | 'overlap'>): number =>
  size === null ? Infinity : size - (overlap ? 1 : 0)

/**
 * How many pages so many rows have.
 *
 * @since 0.1.0
 */
export const pagesFor = (
  rows: number,
  walk: Pick<Walk, 'size' | 'overlap'> & Partial<Pick<Walk, 'least'>>,
): number => {
  const { size, overlap, least = null } = walk
  if (size === null) return 1
  const smallest = Math.min(size, least ?? size)
  // A page that is ended after the row that it begins with is asked for again from the next one on.
  return overlap && smallest === 1
    ? 1 + 2 * Math.max(0, rows - 1)
    : 1 + Math.ceil(Math.max(0, rows - smallest) / stepOf({ size: smallest, overlap }))
}

/**
 * How a query's rows would be fetched, `size` at a time, or fewer where the client doesn't give so many. `most` is
 * how many there are at most, where that is known.
 *
 * @since 0.1.0
 */
export const walkOf = (
  client: Client,
  query: Query,
  size: number | null,
  most: number | null = null,
): E.Either<QueryError, Walk> =>
  E.flatMap(shapeOf(client.schema, query), (shape: Shape): E.Either<QueryError, Walk> => {
    const answer = answerOf(client, query)
    const own = sizeOf(client, answer)
    const asked = own === null ? size : size === null ? own : Math.min(size, own)
    const { minPerRequest = Infinity } = answer
    const sure = Math.max(1, Math.floor(minPerRequest))
    const once: Walk = {
      by: 'once',
      size: asked,
      least: minPerRequest === Infinity ? null : sure,
      query,
      keys: [],
      shape,
      added: [],
      most,
      total: client.support === undefined ? 'none' : answer.total,
      known: [],
      overlap: false,
      concurrency: 1,
      noticed: 'all',
    }
    const wanted = Math.min(query.slice?.limit ?? Infinity, most ?? Infinity)
    if (asked === null) return E.right(once)
    if (wanted <= Math.min(asked, sure)) {
      // Whatever it was sliced to, there are no more than so many.
      const limit = Math.min(query.slice?.limit ?? asked, asked)
      const page = { ...query, slice: { offset: query.slice?.offset ?? 0, limit } }
      return E.right(
        asksTheSame(client, { query, answer }, page)
          ? { ...once, query: query.slice === null && most === null ? query : page }
          : { ...once, size: null },
      )
    }
    return E.flatMap(byKey(client, query), (keyed: Keyed | null): E.Either<QueryError, Walk> => {
      const inOrder = ordered(client, query)
      const sorted = [...keyWays(once, keyed), ...offsetWays(client, once, keyed, inOrder)]
      // In an order of its own only where it can't be asked for one: that is always the same then.
      const unsorted = inOrder === query ? [] : offsetWays(client, once, keyed, query)
      const walk = [sorted, unsorted].reduce<Walk | null>(
        (found, ways) => found ?? firstOf(client, { query, answer }, ways, asked, own),
        null,
      )
      return walk !== null
        ? E.right(walk)
        : own === null
          ? E.right({ ...once, size: null })
          : E.left(unsupported(client.name, `more than ${String(own)} rows of ${String(shape.model)}`))
    })
  })

/**
 * Whether a client answers a page of a query as it said of the query itself: each condition as before, and exactly those
 * that are added; whatever else the page has; and as many rows as it asks for. What a client can do with one thing may
 * depend on the others, and a page may have an order, columns or an offset that it wasn't asked about before.
 */
const asksTheSame = (
  client: Client,
  { query, answer: before }: Asked,
  page: Query,
  answer = answerOf(client, page),
): boolean => {
  if (client.support === undefined) return true
  const had = new Set(partsOf(query))
  return (
    before.where.every((each, i) => answer.where[i] === each) &&
    answer.where.slice(before.where.length).every((each) => each === 'exact') &&
    partsOf(page).every((part) => answer[part] || (had.has(part) && !before[part])) &&
    (page.slice?.limit ?? 0) <= (sizeOf(client, answer) ?? Infinity)
  )
}

/** A query, and what a client says of it. */
interface Asked {
  readonly query: Query
  readonly answer: Answer
}

type Keyed = Pick<Walk, 'query' | 'keys' | 'shape' | 'added'>

/** A way to walk, and the pages to ask about before it is taken: the first, and such as come after it. */
interface Way {
  readonly walk: Walk
  readonly pages: (size: number) => ReadonlyArray<Query>
}

/**
 * The first of some ways that a client can be asked in for so many rows at a time; for as many as it gives; or for as
 * few as it gives where there is an order, an offset or a key.
 */
const firstOf = (
  client: Client,
  whole: Asked,
  ways: ReadonlyArray<Way>,
  asked: number,
  own: number | null,
): Walk | null => {
  const fewest = ({ pages }: Way): number =>
    pages(asked).reduce((size, page) => Math.min(size, sizeOf(client, answerOf(client, page)) ?? size), asked)
  const sizes: ReadonlyArray<(way: Way) => number> = [() => asked, () => own ?? asked, fewest]
  return sizes.reduce<Walk | null>(
    (found, sizeFor) =>
      found ??
      ways.reduce<Walk | null>((taken, way) => taken ?? taking(client, whole, way, sizeFor(way)), null),
    null,
  )
}

/** A way with so many rows at a time, if a client can be asked so. */
const taking = (client: Client, whole: Asked, { walk, pages }: Way, size: number): Walk | null => {
  if (walk.overlap && size < 2) return null
  if (client.support === undefined) return { ...walk, size, noticed: noticedOf(walk) }
  const asked = pages(size)
  const answers = asked.map((page) => answerOf(client, page))
  if (!asked.every((page, i) => asksTheSame(client, whole, page, answers[i]))) return null
  const total = answers.every((each) => each.total === walk.total) ? walk.total : null
  const together = Math.min(
    ...answers.map(({ concurrency }) => Math.max(1, Math.floor(concurrency ?? usual))),
  )
  const taken = { ...walk, size, total }
  return {
    ...taken,
    concurrency: walk.by === 'offset' && total === 'exact' ? together : 1,
    noticed: noticedOf(taken),
  }
}

const noticedOf = ({ by, overlap, total, known }: Walk): Noticed =>
  by === 'key' || overlap ? 'all' : total === 'exact' ? 'total' : known.length > 0 ? 'repeats' : 'nothing'

/** By key: the rows that come after one, whatever its keys are. */
const keyWays = (once: Walk, keyed: Keyed | null): ReadonlyArray<Way> => {
  if (keyed === null) return []
  const { query, keys } = keyed
  const afterwards = [...keys.filter(({ nullable }) => nullable).map(({ name }) => name), null].map(
    (missing) => {
      const row = Object.fromEntries(
        keys.map(({ name, kind }) => [name, name === missing ? null : sampleOf(kind)]),
      )
      return both(query.where, beyond(keys, row))
    },
  )
  const offset = query.slice?.offset ?? 0
  return [
    {
      walk: { ...once, ...keyed, by: 'key' },
      pages: (limit) => [
        { ...query, slice: { offset, limit } },
        ...afterwards.map((where) => ({ ...query, where, slice: { offset: 0, limit } })),
      ],
    },
  ]
}

/**
 * By offset, the best first: with the columns by which rows are known again, each page from the last row of the one
 * before on.
 */
const offsetWays = (client: Client, once: Walk, keyed: Keyed | null, query: Query): ReadonlyArray<Way> => {
  const { shape } = once
  const plain: Walk = { ...once, by: 'offset', query }
  const pk = shape.model === null ? undefined : client.schema.models.get(shape.model)?.primaryKey
  const names = shape.columns.map(({ name }) => name)
  const walks =
    pk !== undefined && names.includes(pk)
      ? [{ ...plain, known: [pk] }]
      : query.distinct || query.group !== null
        ? [{ ...plain, known: names }]
        : keyed === null
          ? [plain]
          : [
              {
                ...plain,
                query: { ...keyed.query, order: query.order },
                shape: keyed.shape,
                added: keyed.added,
                known: keyed.keys.map(({ name }) => name),
              },
              plain,
            ]
  const overlaps = answerOf(client, once.query).overlap !== false
  return walks.flatMap((walk) =>
    (walk.known.length > 0 && overlaps ? [true, false] : [false]).map((overlap): Way => ({
      walk: { ...walk, overlap },
      pages: (limit) =>
        [0, stepOf({ size: limit, overlap })].map((further) => ({
          ...walk.query,
          slice: { offset: (walk.query.slice?.offset ?? 0) + further, limit },
        })),
    })),
  )
}

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

const byKey = (client: Client, query: Query): E.Either<QueryError, Keyed | null> => {
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
  const owns = inOrder.order.map(({ expression }) => ownField(expression))
  const keys = inOrder.order.map((order, i) => {
    const own = owns[i] ?? null
    const there =
      own !== null &&
      query.columns === null &&
      !query.related.some(({ relation }) => relation === own) &&
      (query.fields === null || query.fields.includes(own) || fields?.has(own) !== true)
    // Backends that give some fields only give them by their own names.
    const first = own !== null && owns.indexOf(own) === i
    const named = first && query.columns?.every(({ name }) => name !== own) === true ? own : free(taken, i)
    return { order, name: there ? own : named, added: !there }
  })
  const added = keys
    .filter((key) => key.added)
    .map(({ name, order }) => ({ name, expression: order.expression }))
  const widened: Query =
    query.columns === null
      ? { ...inOrder, annotations: [...inOrder.annotations, ...added] }
      : { ...inOrder, columns: [...query.columns, ...added] }
  return E.map((exact: Shape) => {
    // What is sorted by but not asked for may be missing whatever its type says, since a key can lead nowhere.
    const loose = new Set(
      keys.flatMap(({ name, added }, i) => (added && fields?.has(owns[i] ?? '') !== true ? [name] : [])),
    )
    const shape: Shape = {
      ...exact,
      columns: exact.columns.map((column) =>
        loose.has(column.name) ? { ...column, nullable: true } : column,
      ),
    }
    const typed = keys.map(({ name, order }): Key => {
      const column = shape.columns.find((each) => each.name === name)
      return { name, order, kind: column?.kind ?? 'json', nullable: column?.nullable ?? true }
    })
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
  const names = new Set(query.order.map(({ expression }) => ownField(expression)))
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
 * The rows of a walk, page by page. After a `Left` there are no more. Once it is known how many pages there are, some
 * are asked for ahead, as many at the same time as the walk says; when it ends, none is under way any more.
 *
 * @since 0.1.0
 */
export async function* pages(
  client: Client,
  walk: Walk,
  meter?: Meter,
): AsyncGenerator<E.Either<QueryError, ReadonlyArray<Row>>, void, undefined> {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
  for await (const page of pagesTold(client, walk, meter)) yield E.map(({ rows }: Told) => rows)(page)
}

/**
 * Rows of a page, and the total that the client told with it.
 *
 * @since 0.1.0
 */
export interface Told extends Page {
  readonly rows: ReadonlyArray<Row>
}

/**
 * The same, with the totals that were told.
 *
 * @since 0.1.0
 */
export async function* pagesTold(
  client: Client,
  walk: Walk,
  meter?: Meter,
): AsyncGenerator<E.Either<QueryError, Told>, void, undefined> {
  const { keys, by, most } = walk
  if (most === 0) return
  const start = walk.query.slice?.offset ?? 0
  const wanted = walk.query.slice?.limit ?? null
  const step = stepOf(walk)
  const seen: Seen = { rows: new Set(), total: null, after: null }
  const under: Array<Promise<E.Either<QueryError, Page>>> = []
  /** Rows that have been given, and pages that there are, once that is known. */
  const all: { rows: number; pages: number | null } = { rows: 0, pages: null }
  /** How many rows the first page had, where it isn't known whether it was cut off there. */
  const cut: { after: number | null } = { after: null }
  /** How many rows are asked for at once, and whether the next page begins with the last row: less once a page was ended early. */
  const pace: Pace = { size: walk.size, overlap: walk.overlap, early: false }
  const queryOf = (from: number): Query => {
    const left = wanted === null ? null : wanted - from
    const limit = least(pace.size, left)
    const after = by === 'key' ? seen.after : null
    return {
      ...walk.query,
      where: after === null ? walk.query.where : both(walk.query.where, beyond(keys, after)),
      slice: by === 'once' ? walk.query.slice : { offset: after === null ? start + from : 0, limit },
    }
  }
  /** Where a page begins, counted from the first row: pages that are asked for ahead follow full ones. */
  const fromOf = (ahead: number): number =>
    by === 'offset' ? Math.max(0, all.rows - (pace.overlap ? 1 : 0)) + ahead * step : all.rows
  try {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, in bounded memory */
    for (let number = 0; ; number += 1) {
      const ahead = all.pages === null ? 1 : Math.min(walk.concurrency, all.pages - number)
      /* eslint-disable-next-line functional/no-loop-statements -- as above */
      while (under.length < ahead) under.push(askPage(client, queryOf(fromOf(under.length)), meter)())
      const from = fromOf(0)
      const query = queryOf(from)
      const told = (await under.shift()) as E.Either<QueryError, Page> // one was just asked for
      if (E.isLeft(told)) {
        yield told
        return
      }
      const page: Page = walk.total === null ? { ...told.right, total: null } : told.right
      const early = isEarly(query, page)
      if (early && by === 'once') {
        yield* inSmaller(client, walk, page.rows.length)
        return
      }
      const again = pace.overlap && number > 0
      const checked = E.flatMap(
        decodePage(client, walk, from, query, page, seen.total),
        (decoded: ReadonlyArray<Row>) =>
          inOrder(client, walk, seen.after, decoded, placesOf(walk, page, decoded)),
      )
      const rows = E.flatMap(checked, (decoded: ReadonlyArray<Row>) =>
        by === 'offset' && hasChanged(walk, seen, again, page, decoded)
          ? E.left(restless(client))
          : E.right(decoded),
      )
      yield E.map((decoded: ReadonlyArray<Row>): Told => {
        const fresh = again ? decoded.slice(1) : decoded
        return { rows: stripped(fresh, walk.added), total: told.right.total }
      })(rows)
      if (E.isLeft(rows)) return
      const count = rows.right.length
      const limit = query.slice?.limit ?? null
      all.rows = from + count
      seen.after = placesOf(walk, page, rows.right).at(-1) ?? seen.after
      if (early) {
        // What was asked for ahead begins elsewhere now.
        await Promise.all(under.splice(0))
        all.pages = null
        slowDown(walk, pace, count, again)
        if (all.rows >= Math.min(wanted ?? Infinity, most ?? Infinity)) return
        continue
      }
      speedUp(walk, pace)
      if (all.pages === null) {
        if (by === 'once' || limit === null || walk.size === null) return
        if (number === 1 && count === cut.after) {
          yield E.left(shortened(client, walk.size, count))
          return
        }
        // Where the client vouches for its totals, there is no need to look whether there are more.
        const total = walk.total === 'exact' ? page.total : null
        const beforeThem = query.slice?.offset ?? 0
        const end = Math.min(
          wanted ?? Infinity,
          most ?? Infinity,
          total === null ? Infinity : total - beforeThem + from,
        )
        if (all.rows >= end) return
        if (count < limit) {
          // A page after a full one is the last if it isn't full: it has been seen how many the client gives.
          if (number > 0 || page.total !== null || !isAskedOn(walk, count)) return
          if (by === 'key') cut.after = count
          else {
            // Pages that stand apart can't begin anywhere.
            const more = await askPage(client, queryOf(walk.overlap ? count : step), meter)()
            if (E.isLeft(more)) yield more
            else if (more.right.rows.length > 0) yield E.left(shortened(client, walk.size, count))
            return
          }
        }
        if (by === 'offset' && total !== null && !pace.early)
          all.pages = pagesFor(end, { size: walk.size, overlap: walk.overlap })
      } else if (number + 1 >= all.pages) return
    }
  } finally {
    await Promise.all(under)
  }
}

/** Whether a page was ended before as many rows as were asked for. */
const isEarly = ({ slice }: Query, { rows, more = false }: Page): boolean =>
  more && rows.length < (slice?.limit ?? Infinity)

/** How a walk goes on: how many rows a page, and whether it begins with the last row of the one before. */
interface Pace {
  size: number | null
  overlap: boolean
  /** Whether a page was ended early. */
  early: boolean
}

/**
 * After a page that was ended early: not many more rows are asked for than fitted. One that was ended after the row that
 * it begins with is asked for again from the next one on, since that is as far as it goes.
 */
const slowDown = ({ overlap }: Walk, pace: Pace, count: number, again: boolean): void => {
  pace.early = true
  pace.size = Math.max(overlap ? 2 : 1, least(pace.size, 2 * count) ?? 1)
  pace.overlap = overlap && !(again && count === 1)
}

/** After a page that was not ended early: rows may have become smaller. */
const speedUp = ({ size, overlap }: Walk, pace: Pace): void => {
  pace.size = pace.size === null ? size : least(size, 2 * pace.size)
  pace.overlap = overlap
}

/** Rows that don't come at once, as many at a time as did. */
async function* inSmaller(
  client: Client,
  { query, most }: Walk,
  count: number,
): AsyncGenerator<E.Either<QueryError, Told>, void, undefined> {
  const walk = walkOf(client, query, count, most)
  // A client that can't be asked for pages would say that it doesn't give more rows than it was asked for.
  const isPaged = E.isRight(walk) && walk.right.by !== 'once' && count > 0
  if (isPaged) yield* pagesTold(client, walk.right)
  else yield E.left(E.isLeft(walk) && walk.left._tag !== 'Unsupported' ? walk.left : endedEarly(client))
}

const least = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)

const endedEarly = (client: Client): QueryError =>
  clientFailed(client.name, 'list', null, {
    message: 'it ended a page before its first row, or of rows that can be asked for only at once',
    hint: 'Raise the limit by which it ends pages, or ask for fewer columns or rows.',
  })

/**
 * Whether a first page that isn't full is asked on after, where nothing tells how many rows there are. Either there are no
 * more, or the client gives fewer at once than it says. Asking always would take two requests for each question with few
 * rows; services cut pages off at round numbers, and few answers happen to have so many.
 */
const isAskedOn = ({ size, total }: Pick<Walk, 'size' | 'total'>, count: number): boolean =>
  tellsNone(total) && size !== null && count < size && count > 0 && rounds.some((each) => count % each === 0)

/**
 * Whether nothing is told of how many rows there are, or nothing that is heeded.
 *
 * @since 0.1.0
 */
export const tellsNone = (total: Walk['total']): boolean => total === 'none' || total === null

/** Multiples of these are taken for the sizes of pages; the first is the smallest. */
const rounds: readonly [number, ...ReadonlyArray<number>] = [10, 16, 25]

/**
 * The fewest rows of a page that is asked on after though it isn't full.
 *
 * @since 0.1.0
 */
export const [askedOnFrom] = rounds

const shortened = (client: Client, size: number, count: number): QueryError =>
  clientFailed(client.name, 'list', null, {
    message: `asked for ${String(size)} rows it gave ${String(count)}, although there are more`,
    hint: "Say how many rows it gives at once, as 'maxPerRequest'; or try again, if rows came meanwhile.",
    retryable: true,
  })

/** What was seen so far: the keys of the page before, the total, and the last row. */
interface Seen {
  rows: ReadonlySet<string>
  total: number | null
  after: Row | null
}

/**
 * Whether rows came or went since the page before: it begins with another row than that ended with, a row comes again,
 * or the total is another.
 */
const hasChanged = (
  { known, shape }: Walk,
  seen: Seen,
  again: boolean,
  page: Page,
  rows: ReadonlyArray<Row>,
): boolean => {
  const columns = shape.columns.filter(({ name }) => known.includes(name))
  const keyOf = (row: Row): string =>
    JSON.stringify(columns.map(({ name, kind }) => hash(kind)(row[name] ?? null)))
  const keys = known.length === 0 ? [] : rows.map(keyOf)
  const [first, ...others] = keys
  const moved = again && (seen.after === null || first !== keyOf(seen.after))
  const fresh = again ? others : keys
  const repeated = fresh.some((key) => seen.rows.has(key)) || new Set(keys).size < keys.length
  const other = seen.total !== null && page.total !== null && seen.total !== page.total
  seen.rows = new Set(keys)
  seen.total ??= page.total
  return moved || repeated || other
}

const restless = (client: Client): QueryError =>
  clientFailed(client.name, 'list', null, {
    message: 'rows came or went while they were fetched, page by page',
    hint: 'Try again; or have the client order by key and compare keys, so that pages begin after the last row.',
    retryable: true,
  })

const decodePage = (
  client: Client,
  walk: Walk,
  number: number,
  query: Query,
  page: Page,
  before: number | null,
): E.Either<QueryError, ReadonlyArray<Row>> => {
  const limit = query.slice?.limit ?? null
  const offset = query.slice?.offset ?? 0
  const count = page.rows.length
  const total = page.total ?? before
  const due = total === null ? null : Math.min(Math.max(0, total - offset), limit ?? Infinity)
  if (limit !== null && count > limit)
    return E.left(
      clientFailed(client.name, 'list', null, {
        message: `asked for ${String(limit)} rows at most, it gave ${String(count)}`,
        hint: "Have 'list' obey the query's slice.",
      }),
    )
  if (walk.total === 'exact' && page.total !== null && count > 0 && offset + count > page.total)
    return E.left(
      clientFailed(client.name, 'list', null, {
        message: `it says that there are ${String(page.total)} rows and gave row ${String(offset + count)}`,
        hint: "Mend its total, or don't say that it is exact.",
        retryable: true,
      }),
    )
  const early = isEarly(query, page)
  if (early && count === 0) return E.left(endedEarly(client))
  if (!early && due !== null && count < due)
    return E.left(
      clientFailed(client.name, 'list', null, {
        message: `it says that there are ${String(due)} rows to give and gave ${String(count)}`,
        hint: "Say how many rows it gives at once, as 'maxPerRequest', or fix its total.",
        retryable: true,
      }),
    )
  const known: Shared<Json> = new Map()
  return E.traverseArrayWithIndex((i, each: unknown) =>
    E.mapLeft((misfit: { readonly path: string; readonly expected: string; readonly actual: string }) =>
      undecodable({ client: client.name, model: walk.shape.model, row: number + i, ...misfit }),
    )(decodeRow(walk.shape, each, known)),
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
  places: ReadonlyArray<Row>,
): E.Either<QueryError, ReadonlyArray<Row>> => {
  if (by !== 'key') return E.right(rows)
  const order = comparing(keys)
  return places.every((row, i) => {
    const before = i === 0 ? after : places[i - 1]
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

/**
 * Rows as a walk by key goes on after them. Times that the backend has finer than milliseconds stay as they are there: it
 * sorts by them, and a row would come again after one that was cut.
 */
const placesOf = ({ by, keys, shape }: Walk, page: Page, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const coded = new Set(shape.columns.filter(({ codec }) => codec !== null).map(({ name }) => name))
  const times =
    by === 'key'
      ? keys.flatMap(({ name, kind }) =>
          (kind === 'time' || kind === 'datetime') && !coded.has(name) ? [{ name, kind }] : [],
        )
      : []
  if (times.length === 0) return rows
  return rows.map((row, i) => {
    // It has been decoded, so it is an object.
    const given = page.rows[i] as { readonly [name: string]: unknown }
    const fine = times.map(({ name, kind }) => [name, finest(kind, given[name]) ?? row[name] ?? null])
    return { ...row, ...(Object.fromEntries(fine) as Row) }
  })
}

const comparing = (keys: ReadonlyArray<Key>): ((a: Row, b: Row) => number) => {
  const compares = keys.map(({ name, kind, order: { direction, nulls } }) => {
    const values = kind === 'time' || kind === 'datetime' ? byFinest : compare(kind)
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

// A time is text.
const byFinest = (a: Json, b: Json): -1 | 0 | 1 => compareFinest(a as string, b as string)

const stripped = (rows: ReadonlyArray<Row>, added: ReadonlyArray<string>): ReadonlyArray<Row> => {
  if (added.length === 0) return rows
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !added.includes(name))))
}

const both = (a: Predicate<Query> | null, b: Predicate<Query>): Predicate<Query> =>
  a === null ? b : { _tag: 'and', all: a._tag === 'and' ? [...a.all, b] : [a, b] }

/** The rows that come after a row: greater in the first key, or equal in it and greater in the next, and so on. */
const beyond = (keys: ReadonlyArray<Key>, row: Row): Predicate<Query> => {
  const [only] = keys
  // Said in the simplest way: by the key alone is how most backends can go on.
  if (only !== undefined && keys.length === 1) return greater(only, row[only.name] ?? null)
  return {
    _tag: 'or',
    any: keys.map((key, i) => ({
      _tag: 'and',
      all: [
        ...keys.slice(0, i).map((before) => same(before, row[before.name] ?? null)),
        greater(key, row[key.name] ?? null),
      ],
    })),
  }
}

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
  return nulls === 'last' && key.nullable ? { _tag: 'or', any: [further, missing(key)] } : further
}
