/**
 * A page of a queryset.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Json, Kind } from '../value/Value.js'
import type { OrderKey } from '../expression/Expression.js'
import { columnType, modelScope, type ColumnPath, type Scope } from '../expression/Scope.js'
import { orderBy } from '../queryset/orderBy.js'
import type { AnyQueryset, Queryset } from '../queryset/Queryset.js'
import { count } from '../run/read/count.js'
import { list } from '../run/read/list.js'
import { fetchedRows } from '../run/run.js'
import { errorsOf } from '../serializers/FieldErrors.js'
import { problem } from '../serializers/problem.js'
import { ordered, orderKey, sliced, where } from '../serializers/where.js'
import type { Context } from './Context.js'
import { backwards, behind, readCursor, writeCursor, type CursorPosition } from './cursors.js'
import { mistaken, notFound, refuse, type Failure } from './Failure.js'
import { withParams } from './pageLinks.js'
import type { Pages } from './Pages.js'
import { prepared, type ReadRow } from './present.js'
import type { RestLimits } from './RestLimits.js'
import type { AnySerializer } from './Serializer.js'

/**
 * The rows of a page, and the other members of the response. A list without pages has no others.
 *
 * @since 0.2.0
 */
export interface PageOf {
  readonly rows: ReadonlyArray<ReadRow>
  readonly beside: { readonly [name: string]: Json } | null
}

/** The requested page. @since 0.2.0 */
export interface PageAsked {
  readonly context: Context
  readonly limits: RestLimits
  readonly origin: string
  readonly serializer: AnySerializer
  readonly queryset: AnyQueryset
  /** The name that tells the cursors of this list from those of others. */
  readonly about: string
  readonly secret: string
}

type Paged = TE.TaskEither<Failure, PageOf>

/** @since 0.2.0 */
export const paged = (asked: PageAsked, pages: Pages): Paged => {
  switch (pages._tag) {
    case 'number':
      return byNumber(asked, pages)
    case 'limitOffset':
      return byOffset(asked, pages)
    case 'cursor':
      return byCursor(asked, pages)
    case 'none':
      return whole(asked, pages.max)
  }
}

/** A whole number in a URL. */
const wholeNumber = (text: string | null): number | null => {
  const plain = (text ?? '').trim()
  return /^[+-]?\d{1,15}$/u.test(plain) ? Number(plain) : null
}

/** A requested size, if it is valid. */
const sizeIn = (
  text: string | null,
  { size, max }: { readonly size: number; readonly max: number },
): number => {
  const given = wholeNumber(text)
  return given === null || given < 1 ? size : Math.min(given, max)
}

/** The last value of a repeated parameter. */
const param = ({ url }: Context, name: string): string | null => url.searchParams.getAll(name).at(-1) ?? null

interface Some {
  readonly rows: ReadonlyArray<ReadRow>
  /** `null` if the client can't count the rows, or counting would exceed its budget. */
  readonly total: number | null
  readonly more: boolean
}

const uncounted: ReadonlySet<string> = new Set(['OverBudget', 'Unsupported'])

/** Some rows, and the number of all rows. */
const some = async (
  { context, serializer, queryset }: PageAsked,
  start: number,
  size: number,
): Promise<E.Either<QueryError, Some>> => {
  const whole = prepared(context, queryset, serializer)
  const found = await list(context.client)(sliced(whole, start, start + size))()
  if (E.isRight(found)) {
    const { rows, total } = found.right
    // The rows of a model are objects.
    return E.right({ rows: rows as ReadonlyArray<ReadRow>, total, more: start + rows.length < total })
  }
  if (!uncounted.has(found.left._tag)) return found
  // One more row shows whether there is a next page.
  const rows = await fetchedRows(context.client)(sliced(whole, start, start + size + 1))()
  return E.map((all: ReadonlyArray<unknown>): Some => ({
    rows: all.slice(0, size) as ReadonlyArray<ReadRow>,
    total: null,
    more: all.length > size,
  }))(rows)
}

const tooFar = (name: string, limit: number): Failure =>
  mistaken(
    errorsOf(name, [
      problem(
        'max_value',
        { limit },
        `Rows beyond the ${String(limit)}th are not given: filter, or use a cursor.`,
      ),
    ]),
  )

const byNumber =
  (asked: PageAsked, pages: Extract<Pages, { readonly _tag: 'number' }>): Paged =>
  async () => {
    const { context, limits, origin } = asked
    const size = sizeIn(param(context, 'page_size'), pages)
    const page = await pageAsked(asked, size)
    if (E.isLeft(page)) return page
    const number = page.right
    const start = (number - 1) * size
    if (start > limits.offset) return E.left(tooFar('page', limits.offset))
    const found = await some(asked, start, size)
    if (E.isLeft(found)) return found
    const { rows, total, more } = found.right
    if (rows.length === 0 && number > 1) return E.left(notFound)
    const to = (page: number): string =>
      withParams(origin, context.url, [['page', page === 1 ? null : String(page)]])
    return E.right({
      rows,
      beside: {
        count: total,
        next: more ? to(number + 1) : null,
        previous: number > 1 ? to(number - 1) : null,
      },
    })
  }

/** The requested page number. */
const pageAsked = async (
  { context, queryset }: PageAsked,
  size: number,
): Promise<E.Either<Failure, number>> => {
  const given = param(context, 'page') ?? ''
  const text = given === '' ? '1' : given
  if (text !== 'last') {
    const number = wholeNumber(text)
    return number === null || number < 1 ? E.left(notFound) : E.right(number)
  }
  const total = await count(context.client)(queryset)()
  return E.map((all: number) => Math.max(1, Math.ceil(all / size)))(total)
}

const byOffset =
  (asked: PageAsked, pages: Extract<Pages, { readonly _tag: 'limitOffset' }>): Paged =>
  async () => {
    const { context, limits, origin } = asked
    const limit = sizeIn(param(context, 'limit'), pages)
    const offset = Math.max(0, wholeNumber(param(context, 'offset')) ?? 0)
    if (offset > limits.offset) return E.left(tooFar('offset', limits.offset))
    const found = await some(asked, offset, limit)
    if (E.isLeft(found)) return found
    const { rows, total, more } = found.right
    const to = (at: number): string =>
      withParams(origin, context.url, [
        ['limit', String(limit)],
        ['offset', at <= 0 ? null : String(at)],
      ])
    return E.right({
      rows,
      beside: {
        count: total,
        next: more ? to(offset + limit) : null,
        previous: offset > 0 ? to(offset - limit) : null,
      },
    })
  }

interface Ordering {
  readonly keys: ReadonlyArray<OrderKey<AnyQueryset>>
  readonly kinds: ReadonlyArray<Kind>
  readonly paths: ReadonlyArray<ReadonlyArray<string>>
}

/** The order of a cursor, made total by the key. It can use only the row's own columns, whose values are known. */
const orderingOf = (
  { queryset, serializer }: PageAsked,
  order: Extract<Pages, { readonly _tag: 'cursor' }>['order'],
): E.Either<QueryError, Ordering | null> => {
  const { step } = orderBy(order)(queryset as Queryset<never, unknown>)
  const given = step?._tag === 'orderBy' ? step.keys : []
  const { primaryKey } = serializer.model
  const byKey = given.some(
    ({ expression }) => expression._tag === 'column' && expression.path.join('.') === primaryKey,
  )
  const keys = byKey ? given : [...given, orderKey([primaryKey], false)]
  return E.map((scope: Scope): Ordering | null => {
    const columns = keys.map(({ expression }) =>
      expression._tag === 'column' && expression.path.length === 1
        ? { path: expression.path, type: columnType(scope, expression.path) }
        : null,
    )
    const kinds = columns.map((each) =>
      each === null
        ? null
        : E.getOrElse((): Kind | null => null)(
            E.map(({ type }: ColumnPath): Kind | null => type.kind)(each.type),
          ),
    )
    return kinds.includes(null)
      ? null
      : {
          keys,
          kinds: kinds.flatMap((kind) => (kind === null ? [] : [kind])),
          paths: columns.flatMap((each) => (each === null ? [] : [each.path])),
        }
  })(modelScope(queryset.schema, queryset.model))
}

const byCursor =
  (asked: PageAsked, pages: Extract<Pages, { readonly _tag: 'cursor' }>): Paged =>
  async () => {
    const { context, serializer, queryset } = asked
    const order = orderingOf(asked, pages.order)
    if (E.isLeft(order)) return order
    if (order.right === null) return E.left(refuse(500, 'error', 'The server is set up wrongly.'))
    const { keys, kinds } = order.right
    const secret = pages.secret ?? asked.secret
    const about = `${asked.about} ${JSON.stringify(keys)}`
    const size = sizeIn(param(context, 'page_size'), pages)
    const text = param(context, 'cursor') ?? ''
    const place = text === '' ? null : await readCursor(secret, about, kinds, text)
    if (text !== '' && place === null) return E.left(notFound)
    const back = place?.way === 'back'
    const going = back ? backwards(keys) : keys
    const from = place === null ? queryset : where(queryset, behind(going, kinds, place))
    const read = sliced(prepared(context, ordered(from, going), serializer), 0, size + 1)
    const found = await fetchedRows(context.client)(read)()
    if (E.isLeft(found)) return found
    // The rows of a model are objects.
    const all = found.right as ReadonlyArray<ReadRow>
    const here = all.slice(0, size)
    const rows = back ? [...here].reverse() : here
    const beside = await linksAround(asked, order.right, {
      secret,
      about,
      place,
      rows,
      more: all.length > size,
    })
    return E.right({ rows, beside })
  }

interface Around {
  readonly secret: string
  readonly about: string
  readonly place: CursorPosition | null
  readonly rows: ReadonlyArray<ReadRow>
  readonly more: boolean
}

const linksAround = async (
  { context, origin }: PageAsked,
  { paths }: Ordering,
  { secret, about, place, rows, more }: Around,
): Promise<{ readonly next: string | null; readonly previous: string | null }> => {
  const to = async (at: CursorPosition): Promise<string> =>
    withParams(origin, context.url, [['cursor', await writeCursor(secret, about, at)]])
  const beside = (row: ReadRow | undefined, way: CursorPosition['way']): Promise<string> | null =>
    row === undefined
      ? null
      : to({ way, including: false, values: paths.map(([name = '']) => (row[name] ?? null) as Json) }) // a column's value
  const back = place?.way === 'back'
  // If all rows of a page are gone, its link leads back to the page before.
  const turned =
    place === null || rows.length > 0
      ? null
      : to({ ...place, including: !place.including, way: back ? 'forth' : 'back' })
  return {
    next: await (back
      ? (turned ?? beside(rows.at(-1), 'forth'))
      : more
        ? beside(rows.at(-1), 'forth')
        : null),
    previous: await (back
      ? more
        ? beside(rows[0], 'back')
        : null
      : place === null
        ? null
        : (turned ?? beside(rows[0], 'back'))),
  }
}

const whole =
  ({ context, queryset, serializer }: PageAsked, max: number): Paged =>
  async () => {
    const found = await fetchedRows(context.client)(
      sliced(prepared(context, queryset, serializer), 0, max + 1),
    )()
    if (E.isLeft(found)) return found
    return found.right.length > max
      ? E.left(refuse(422, 'over_budget', `There are more than ${String(max)} rows: filter them.`))
      : // The rows of a model are objects.
        E.right({ rows: found.right as ReadonlyArray<ReadRow>, beside: null })
  }
