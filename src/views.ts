/**
 * `queryset-ts/views`: pages over querysets and forms.
 *
 * @since 0.2.0
 */
export { crud, type CrudOptions } from './views/crud.js'
export { create, type CreateOptions } from './views/pages/create.js'
export { detail, type DetailOptions } from './views/pages/detail.js'
export { list, type ListOptions } from './views/pages/list.js'
export { remove, type RemoveOptions } from './views/pages/remove.js'
export { update, type UpdateOptions } from './views/pages/update.js'
export type { Address } from './views/pages/address.js'
export type {
  DetailContext,
  DetailLinks,
  FormContext,
  ListContext,
  ListLinks,
  RemoveContext,
} from './views/Context.js'
export type { Page, PageOptions } from './views/pages/Pages.js'
export type { Cell } from './views/pages/texts.js'
export { pages, type PageHandler, type PagesOptions, type Refusal } from './views/http/pages.js'
export { viewLimits, type ViewLimits } from './views/http/readPosted.js'
export type { Routes } from './views/http/routes.js'
export { strictPolicy } from './views/http/respond.js'
export { layout, type Layout, type LayoutInfo } from './views/html/layout.js'
export { stylesheet } from './views/html/stylesheet.js'
export { detailTemplate } from './views/html/detailTemplate.js'
export { formTemplate } from './views/html/formTemplate.js'
export { listTemplate } from './views/html/listTemplate.js'
export { removeTemplate } from './views/html/removeTemplate.js'
export {
  noPage,
  type AnyView,
  type Ask,
  type NoPage,
  type Reply,
  type RowsFor,
  type Template,
  type View,
  type ViewError,
} from './views/View.js'
