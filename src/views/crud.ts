import type { Queryset } from '../queryset/Queryset.js'
import type { Values } from '../forms/AnyForm.js'
import type { Form } from '../forms/form.js'
import type { AnyFormset } from '../forms/formset/BoundSet.js'
import type { Routes } from './http/routes.js'
import { create } from './pages/create.js'
import { detail } from './pages/detail.js'
import { list } from './pages/list.js'
import type { PageOptions } from './pages/Pages.js'
import { remove } from './pages/remove.js'
import { update } from './pages/update.js'
import type { RowsFor } from './View.js'

/** @since 0.2.0 */
export interface CrudOptions<A, F extends string, M> {
  readonly form: Form<A, F, M>
  readonly sets?: ReadonlyArray<AnyFormset>
  readonly initial?: Values<A, F>
  readonly pages?: PageOptions
  readonly columns?: ReadonlyArray<keyof A & string>
  readonly key?: string
}

/**
 * The five pages of a model under a path, which link to each other: a list, and pages to add, see, edit and delete a
 * row. `key` is the field in the URLs. The default is `id`.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { form } from 'queryset-ts/forms'
 * import { memory } from 'queryset-ts/memory'
 * import { crud, pages } from 'queryset-ts/views'
 * const music = schema({ genre: { id: autoId, name: field.text({ maxLength: 20 }) } })
 * const routes = crud('genres/', music.genre, { form: form(music.genre, { fields: ['name'] }) })
 * console.log(Object.keys(routes)) // => [ 'genres/', 'genres/add/', 'genres/{id}/', 'genres/{id}/edit/', 'genres/{id}/delete/' ]
 * const handler = pages(routes, { client: memory(music, {}), site: 'Music' })
 * const made = await handler(new Request('http://localhost/genres/add/', { method: 'POST', body: new URLSearchParams({ name: 'Ska' }) }))
 * console.log(made.status, made.headers.get('location')) // => 303 /genres/1/
 *
 * @since 0.2.0
 */
export const crud = <R, A extends object, F extends string, M, U = null>(
  path: string,
  rows: RowsFor<Queryset<R, A, M>, U>,
  options: CrudOptions<A, F, M>,
): Routes<U> => {
  const { form, sets = [], initial, pages = { size: 20 }, columns, key = 'id' } = options
  const place = `${path}{${key}}/`
  // The key is a field of the rows.
  const by = { by: key as keyof A & string }
  return {
    [path]: list<R, A, M, U>(rows, {
      pages,
      ...(columns === undefined ? {} : { columns }),
      links: { row: `{${key}}/`, add: 'add/' },
    }),
    [`${path}add/`]: create<A, F, M, U>(form, {
      success: `../{${key}}/`,
      sets,
      cancel: '../',
      ...(initial === undefined ? {} : { initial }),
    }),
    [place]: detail<R, A, M, U>(rows, { ...by, links: { list: '../', edit: 'edit/', remove: 'delete/' } }),
    [`${place}edit/`]: update<R, A, F, M, U>(rows, form, {
      ...by,
      success: `../../{${key}}/`,
      sets,
      cancel: '../',
    }),
    [`${place}delete/`]: remove<R, A, M, U>(rows, { ...by, success: '../../', cancel: '../' }),
  }
}
