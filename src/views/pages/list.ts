import { either as E } from 'fp-ts'
import { optionsOf } from '../../value/optionsOf.js'
import type { Model } from '../../schema/Schema.js'
import { inOrder } from '../../forms/rows.js'
import { sliced } from '../../serializers/where.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import { count } from '../../run/read/count.js'
import { fetchedRows } from '../../run/run.js'
import type { ListContext, ListLinks } from '../Context.js'
import { listTemplate } from '../html/listTemplate.js'
import { rowsFor, type RowsFor, type Template, type View } from '../View.js'
import { modelIn } from './find.js'
import { pageIn, type PageOptions } from './Pages.js'
import { cellsOf } from './texts.js'

/**
 * - `pages` are the options of the pages. Without them, all rows are on one page.
 * - `columns` are the columns that the default template shows. The default is the first five.
 * - `name` is the name of the rows in the context.
 *
 * @since 0.2.0
 */
export interface ListOptions<A> {
  readonly pages?: PageOptions
  readonly columns?: ReadonlyArray<keyof A & string>
  readonly name?: string
  readonly links?: ListLinks
  readonly template?: Template<ListContext<A>>
}

/** The columns of a model that a list shows by default. */
const firstColumns = ({ columns, fields }: Model): ReadonlyArray<string> =>
  fields
    .filter((name) => {
      const column = columns.get(name)
      return column !== undefined && !column.auto && column.kind !== 'json'
    })
    .slice(0, 5)

/**
 * A page of the rows of a queryset, in its order. `?page=2` and `?page=last` are other pages. A page that doesn't exist
 * is a 404.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * import { list, pages } from 'queryset-ts/views'
 * const music = schema({ genre: { id: autoId, name: field.text() } })
 * const handler = pages({ 'genres/': list(music.genre, { pages: { size: 20 } }) }, { client: memory(music, {}) })
 * console.log((await handler(new Request('http://localhost/genres/'))).status) // => 200
 *
 * @since 0.2.0
 */
export const list = <R, A extends object, M, U = unknown>(
  rows: RowsFor<Queryset<R, A, M>, U>,
  options: ListOptions<A> = {},
): View<ListContext<A>, U> => {
  const { pages, columns, name, links = {}, template } = optionsOf(options)
  return {
    methods: ['GET'],
    template: template ?? listTemplate,
    context:
      ({ url, user }, client) =>
      async () => {
        const queryset = rowsFor<Queryset<R, A, M>, U>(rows, user)
        const found = modelIn(queryset)
        if (E.isLeft(found)) return found
        const model = found.right
        const all: AnyQueryset = inOrder(queryset, model)
        const counted = pages === undefined ? E.right(null) : await count(client)(all)()
        if (E.isLeft(counted)) return counted
        const paged =
          pages === undefined || counted.right === null ? E.right(null) : pageIn(url, counted.right, pages)
        if (E.isLeft(paged)) return paged
        const page = paged.right
        const wanted = page === null ? all : sliced(all, Math.max(0, page.start - 1), page.end)
        const read = page?.count === 0 ? E.right([]) : await fetchedRows(client)(wanted)()
        if (E.isLeft(read)) return read
        // The rows have been decoded by the shape that the queryset's type describes.
        const own = read.right as ReadonlyArray<A>
        const cells = await cellsOf(client, model, columns ?? firstColumns(model), own)()
        if (E.isLeft(cells)) return cells
        const context: ListContext<A> = {
          _tag: 'list',
          model,
          name: name ?? `${model.name}_list`,
          rows: own,
          cells: cells.right,
          page,
          isPaginated: page !== null && page.pages > 1,
          url,
          links,
        }
        return E.right({ _tag: 'page', status: 200, context })
      },
  }
}
