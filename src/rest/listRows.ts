/**
 * Lists that are filtered, searched, ordered and split into pages, as the caller asks and the view allows.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { Json } from '../value/Value.js'
import { none } from '../queryset/none.js'
import { orderBy } from '../queryset/orderBy.js'
import type { AnyQueryset, Queryset } from '../queryset/Queryset.js'
import { errorsOf, hasErrors, joinErrors, type FieldErrors } from '../serializers/FieldErrors.js'
import { problem } from '../serializers/problem.js'
import { ordered, whereLookup } from '../serializers/where.js'
import { mistaken, refuse, type Failure } from './Failure.js'
import type { Filter } from './Filters.js'
import { askedOrder, orderPaths } from './orders.js'
import { paged } from './paged.js'
import type { Pages } from './Pages.js'
import { peopleOrder, present } from './present.js'
import { readFilter } from './readFilter.js'
import { searched } from './search.js'
import type { AnySerializer } from './Serializer.js'
import type { Serving } from './Serving.js'
import type { View } from './View.js'

const isRegex = ({ lookup }: Filter): boolean => lookup === 'regex' || lookup === 'iregex'

/** The queryset with the requested filters. Filters on a to-many relation may match different related rows. */
const filtered =
  (serving: Serving, view: View, queryset: AnyQueryset): TE.TaskEither<Failure, AnyQueryset> =>
  async () => {
    const { context, limits } = serving
    const { searchParams } = context.url
    const asked = view.filters.all.filter(({ name }) => searchParams.has(name))
    if (asked.length > limits.filters)
      return E.left(refuse(400, 'max_filters', `A URL can have at most ${String(limits.filters)} filters.`))
    const errors: Array<FieldErrors> = []
    const at = { queryset }
    /* eslint-disable-next-line functional/no-loop-statements -- one filter after the other */
    for (const filter of asked) {
      if (isRegex(filter) && !view.regex) {
        errors.push(
          errorsOf(filter.name, [problem('invalid', {}, 'Regular expressions are not allowed here.')]),
        )
        continue
      }
      const read = await readFilter(context, limits, filter, searchParams.getAll(filter.name))()
      if (E.isLeft(read)) return read
      if (E.isLeft(read.right)) {
        errors.push(errorsOf(filter.name, [read.right.left]))
        continue
      }
      const said = read.right.right
      if (said._tag === 'value') at.queryset = whereLookup(at.queryset, filter.path, said.value)
      else if (said._tag === 'noRow') at.queryset = none(at.queryset as Queryset<unknown, unknown>)
    }
    const all = joinErrors(errors)
    return hasErrors(all) ? E.left(mistaken(all)) : E.right(at.queryset)
  }

/** The requested order, or the view's own. */
const inOrder = (
  { context, limits }: Serving,
  view: View,
  serializer: AnySerializer,
  queryset: AnyQueryset,
): AnyQueryset => {
  const text = context.url.searchParams.getAll('ordering').at(-1) ?? ''
  const keys = askedOrder(orderPaths(serializer.queryset, serializer, view.orderings), text, limits.orders)
  if (keys.length > 0) return ordered(queryset, keys)
  return view.order === null
    ? peopleOrder(queryset, serializer.model)
    : orderBy(view.order)(queryset as Queryset<never, unknown>)
}

/** The rows of a view that the caller asks for. @since 0.2.0 */
export const listRows =
  (serving: Serving, view: View): TE.TaskEither<Failure, Json> =>
  async () => {
    const { context, limits } = serving
    const serializer = view.serializer('list')
    const mine = view.queryset(context as never) // what the view's own types say
    const found = await filtered(serving, view, mine)()
    if (E.isLeft(found)) return found
    const text = context.url.searchParams.getAll('search').at(-1) ?? ''
    const names = view.regex ? view.search : view.search.filter((name) => !name.startsWith('$'))
    const hits = searched(found.right, names, text, limits)
    if (E.isLeft(hits)) return hits
    return pageOf(
      serving,
      inOrder(serving, view, serializer, hits.right),
      serializer,
      view.pages,
      serving.about,
    )()
  }

/** A page of a queryset, in the form of a serializer. @since 0.2.0 */
export const pageOf =
  (
    { context, limits, links, origin, secret }: Serving,
    queryset: AnyQueryset,
    serializer: AnySerializer,
    pages: Pages,
    about: string,
  ): TE.TaskEither<Failure, Json> =>
  async () => {
    const page = await paged({ context, limits, origin, serializer, queryset, about, secret }, pages)()
    if (E.isLeft(page)) return page
    const rows = await present({ context, links }, serializer, page.right.rows)()
    if (E.isLeft(rows)) return rows
    return E.right(page.right.beside === null ? rows.right : { ...page.right.beside, results: rows.right })
  }
