import { either as E } from 'fp-ts'
import { optionsOf } from '../../value/optionsOf.js'
import { textOf } from '../../schema/rowErrors.js'
import type { Model } from '../../schema/Schema.js'
import type { Queryset } from '../../queryset/Queryset.js'
import type { DetailContext, DetailLinks } from '../Context.js'
import { detailTemplate } from '../html/detailTemplate.js'
import { rowsFor, type RowsFor, type Template, type View } from '../View.js'
import { findRow } from './find.js'
import { cellsOf, type Cell } from './texts.js'

/**
 * `by` is the unique field in the URL. The default is the primary key. `columns` are the columns that the default
 * template shows. The default is all but a generated key.
 *
 * @since 0.2.0
 */
export interface DetailOptions<A> {
  readonly by?: keyof A & string
  readonly columns?: ReadonlyArray<keyof A & string>
  readonly links?: DetailLinks
  readonly template?: Template<DetailContext<A>>
}

/** A generated key means nothing to people. */
const shownColumns = ({ columns }: Model): ReadonlyArray<string> =>
  [...columns.values()].filter(({ auto }) => !auto).map(({ name }) => name)

/**
 * A page that shows one row of a queryset. A row outside the queryset is a 404.
 *
 * @since 0.2.0
 */
export const detail = <R, A extends object, M, U = unknown>(
  rows: RowsFor<Queryset<R, A, M>, U>,
  options: DetailOptions<A> = {},
): View<DetailContext<A>, U> => {
  const { by, columns, links = {}, template } = optionsOf(options)
  return {
    methods: ['GET'],
    template: template ?? detailTemplate,
    context: (ask, client) => async () => {
      const found = await findRow(client, rowsFor<Queryset<R, A, M>, U>(rows, ask.user), by, ask)
      if (E.isLeft(found)) return found
      const { model, row } = found.right
      const cells = await cellsOf(client, model, columns ?? shownColumns(model), [row])()
      return E.map(([own = []]: ReadonlyArray<ReadonlyArray<Cell>>) => {
        const context: DetailContext<A> = {
          _tag: 'detail',
          model,
          row: row as A, // decoded by the shape that the queryset's type describes
          text: textOf(model, row),
          cells: own,
          url: ask.url,
          links,
        }
        return { _tag: 'page' as const, status: 200, context }
      })(cells)
    },
  }
}
