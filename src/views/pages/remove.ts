import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Json } from '../../value/Value.js'
import { textOf } from '../../schema/rowErrors.js'
import type { Queryset } from '../../queryset/Queryset.js'
import type { WritableClient } from '../../client/Client.js'
import { collect, type Collected } from '../../run/write/collect.js'
import { deleteRows } from '../../run/write/delete.js'
import { versionOf } from '../../forms/bind/version.js'
import { lastOf, postedOf } from '../../forms/Posted.js'
import { seenName, type RemoveContext } from '../Context.js'
import { removeTemplate } from '../html/removeTemplate.js'
import { rowsFor, type Reply, type RowsFor, type Template, type View, type ViewError } from '../View.js'
import { addressOf, type Address } from './address.js'
import { findRow, type FoundRow } from './find.js'

/** @since 0.2.0 */
export interface RemoveOptions<A> {
  readonly success: Address<A>
  readonly by?: keyof A & string
  readonly cancel?: string
  readonly template?: Template<RemoveContext<A>>
}

type Cascade = Pick<RemoveContext, 'deleted' | 'changed' | 'protected' | 'seen'>

const cascadeOf = async (
  client: WritableClient,
  { model, only }: FoundRow,
): Promise<E.Either<QueryError, Cascade>> => {
  const label = (name: string, rows: number): { readonly label: string; readonly rows: number } => {
    const found = client.schema.models.get(name)
    const text = rows === 1 ? found?.label : found?.plural
    const links = `${rows === 1 ? 'link' : 'links'} of ${found?.label ?? name}`
    return { label: found?.implicit === true ? links : (text ?? name), rows }
  }
  const found = await collect(client)(only)()
  if (E.isLeft(found))
    return found.left._tag === 'Protected'
      ? E.right({
          deleted: [],
          changed: [],
          protected: found.left.by.map((each) => label(each.model, each.rows)),
          seen: '',
        })
      : found
  const { deleted, changed }: Collected = found.right
  const keys = [...deleted].map(([name, own]): Json => [name, [...own]])
  return E.right({
    deleted: [...deleted]
      .filter(([name, own]) => own.length > (name === model.name ? 1 : 0))
      .map(([name, own]) => label(name, own.length - (name === model.name ? 1 : 0))),
    changed: changed.map((each) => label(each.model, each.keys.length)),
    protected: [],
    seen: versionOf({ deleted: keys, changed: changed.map((each): Json => [each.model, [...each.keys]]) }),
  })
}

/**
 * A page that asks before it deletes a row, and shows which related rows will be deleted. A POST or DELETE deletes the
 * row. If more rows would be deleted than the page showed, it asks again with a 409. A protected row isn't deleted, and
 * is a 409.
 *
 * @since 0.2.0
 */
export const remove = <R, A extends object, M, U = unknown>(
  rows: RowsFor<Queryset<R, A, M>, U>,
  options: RemoveOptions<A>,
): View<RemoveContext<A>, U> => ({
  methods: ['GET', 'POST', 'DELETE'],
  template: options.template ?? removeTemplate,
  context: (ask, client) => async () => {
    const found = await findRow(client, rowsFor<Queryset<R, A, M>, U>(rows, ask.user), options.by, ask)
    if (E.isLeft(found)) return found
    const cascade = await cascadeOf(client, found.right)
    if (E.isLeft(cascade)) return cascade
    const { model, row, only } = found.right
    const page = (
      status: number,
      notice: string | null = null,
    ): E.Either<ViewError, Reply<RemoveContext<A>>> =>
      E.right({
        _tag: 'page',
        status,
        context: {
          _tag: 'remove',
          model,
          row: row as A, // decoded by the shape that the queryset's type describes
          text: textOf(model, row),
          ...cascade.right,
          notice,
          url: ask.url,
          cancel: options.cancel ?? null,
        },
      })
    if (ask.method === 'GET') return page(200)
    if (cascade.right.protected.length > 0) return page(409)
    const seen = lastOf(postedOf(ask.posted), seenName)
    if (seen !== null && seen !== cascade.right.seen)
      return page(
        409,
        'Nothing was deleted, because what would go along has changed since you opened the page.',
      )
    const gone = await deleteRows(client)(only)()
    if (E.isLeft(gone)) return gone
    return E.map((to: string) => ({ _tag: 'redirect' as const, to }))(
      addressOf(options.success, row, ask.url),
    )
  },
})
