/**
 * Chooses how the rows of a query are fetched: the first way in which the client can be asked for pages.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { unsupported, type QueryError } from '../../value/QueryError.js'
import { sampleOf } from '../../value/sampleOf.js'
import type { Query } from '../../query/Query.js'
import { shapeOf, type Shape } from '../../query/shape.js'
import type { Client } from '../Client.js'
import { answerOf, type Answer } from '../Support.js'
import { partsOf } from '../../query/parts.js'
import { byKey, orderedByKey, sortedAround, type Keyed } from './keyOrder.js'
import { sizeOf, stepOf, type Noticed, type Walk } from './Walk.js'
import { beyond, both } from './afterKey.js'

/** How many pages are requested at the same time if the client doesn't say. */
const usual = 4

/**
 * How a query's rows would be fetched, with `size` rows at a time, or fewer if the client gives fewer. `most` is the
 * largest number of rows, if it is known.
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
      leavesOut: answer.leavesOut === true,
    }
    const wanted = Math.min(query.slice?.limit ?? Infinity, most ?? Infinity)
    if (asked === null) return E.right(once)
    if (wanted <= Math.min(asked, sure)) {
      // Whatever the slice, there are no more rows than this.
      const limit = Math.min(query.slice?.limit ?? asked, asked)
      const page = { ...query, slice: { offset: query.slice?.offset ?? 0, limit } }
      return E.right(
        asksTheSame(client, { query, answer }, page)
          ? { ...once, query: query.slice === null && most === null ? query : page }
          : { ...once, size: null },
      )
    }
    return E.flatMap(byKey(client, query), (keyed: Keyed | null): E.Either<QueryError, Walk> => {
      const around = sortedAround(query, shape)
      const inOrder = around ?? orderedByKey(client, query)
      const sorted = [
        ...keyWays(once, keyed),
        ...offsetWays(client, once, around === null ? keyed : null, inOrder),
      ]
      // The client's own order is used only if it can't be asked for another one. It never changes then.
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
 * Whether a client answers a page of a query as it answered for the query itself. It must answer each condition as
 * before, each added condition exactly, everything else that the page has, and as many rows as the page asks for. What
 * a client can do with one part may depend on the others, and a page may add an order, columns or an offset.
 */
const asksTheSame = (
  client: Client,
  { query, answer: before }: AnsweredQuery,
  page: Query,
  answer = answerOf(client, page),
): boolean => {
  if (client.support === undefined) return true
  if ((page.slice?.limit ?? 0) > (sizeOf(client, answer) ?? Infinity)) return false
  // A pass around the query needs the whole query.
  if (page.from._tag === 'query' && page.from.query === query)
    return answersAll(before, query) && answersAll(answer, page)
  const had = new Set(partsOf(query))
  return (
    before.where.every((each, i) => answer.where[i] === each) &&
    answer.where.slice(before.where.length).every((each) => each === 'exact') &&
    partsOf(page).every((part) => answer[part] || (had.has(part) && !before[part]))
  )
}

/** Whether a client answers a whole pass exactly. */
const answersAll = (answer: Answer, pass: Query): boolean =>
  answer.where.every((each) => each === 'exact') && partsOf(pass).every((part) => answer[part])

/** A query, and the client's answer about it. */
interface AnsweredQuery {
  readonly query: Query
  readonly answer: Answer
}

/** A way to fetch pages, and the pages to ask the client about first: the first page, and typical later ones. */
interface PageWay {
  readonly walk: Walk
  readonly pages: (size: number) => ReadonlyArray<Query>
}

/**
 * The first of some ways that the client accepts. Each is tried with the requested page size, then with the client's
 * page size, and then with the page size that the client gives together with an order, an offset or a key.
 */
const firstOf = (
  client: Client,
  whole: AnsweredQuery,
  ways: ReadonlyArray<PageWay>,
  asked: number,
  own: number | null,
): Walk | null => {
  const fewest = ({ pages }: PageWay): number =>
    pages(asked).reduce((size, page) => Math.min(size, sizeOf(client, answerOf(client, page)) ?? size), asked)
  const sizes: ReadonlyArray<(way: PageWay) => number> = [() => asked, () => own ?? asked, fewest]
  return sizes.reduce<Walk | null>(
    (found, sizeFor) =>
      found ??
      ways.reduce<Walk | null>((taken, way) => taken ?? taking(client, whole, way, sizeFor(way)), null),
    null,
  )
}

/** A way with a given page size, if the client accepts it. */
const taking = (
  client: Client,
  whole: AnsweredQuery,
  { walk, pages }: PageWay,
  size: number,
): Walk | null => {
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

/** By key: the rows that come after a row, whatever its key values are. */
const keyWays = (once: Walk, keyed: Keyed | null): ReadonlyArray<PageWay> => {
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
 * By offset, the best way first: with the columns that identify rows, and with each page starting at the last row of
 * the page before.
 */
const offsetWays = (
  client: Client,
  once: Walk,
  keyed: Keyed | null,
  query: Query,
): ReadonlyArray<PageWay> => {
  const { shape } = once
  const plain: Walk = { ...once, by: 'offset', query }
  const pk = shape.model === null ? undefined : client.schema.models.get(shape.model)?.primaryKey
  const names = shape.columns.map(({ name }) => name)
  const walks =
    pk !== undefined && names.includes(pk)
      ? [{ ...plain, known: [pk] }]
      : once.query.distinct || once.query.group !== null
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
    (walk.known.length > 0 && overlaps ? [true, false] : [false]).map((overlap): PageWay => ({
      walk: { ...walk, overlap },
      pages: (limit) =>
        [0, stepOf({ size: limit, overlap })].map((further) => ({
          ...walk.query,
          slice: { offset: (walk.query.slice?.offset ?? 0) + further, limit },
        })),
    })),
  )
}
