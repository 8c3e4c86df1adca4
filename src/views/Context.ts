/**
 * The data that page templates get.
 *
 * @since 0.2.0
 */
import type { Model } from '../schema/Schema.js'
import type { Bound } from '../forms/bind/Bound.js'
import type { BoundSet } from '../forms/formset/BoundSet.js'
import type { Page } from './pages/Pages.js'
import type { Cell } from './pages/texts.js'

/**
 * The targets of a list's links: templates with the fields of a row in braces, relative to the page or not.
 *
 * @since 0.2.0
 */
export interface ListLinks {
  readonly row?: string
  readonly add?: string
}

/** @since 0.2.0 */
export interface ListContext<A = object> {
  readonly _tag: 'list'
  readonly model: Model
  /** The name of the rows. The default is `artist_list` for the model `artist`. */
  readonly name: string
  readonly rows: ReadonlyArray<A>
  /** The rows as a table: for each row, its columns as text for people. */
  readonly cells: ReadonlyArray<ReadonlyArray<Cell>>
  /** `null` if all rows are on one page. */
  readonly page: Page | null
  readonly isPaginated: boolean
  readonly url: URL
  readonly links: ListLinks
}

/** @since 0.2.0 */
export interface DetailLinks {
  readonly list?: string
  readonly edit?: string
  readonly remove?: string
}

/** @since 0.2.0 */
export interface DetailContext<A = object> {
  readonly _tag: 'detail'
  readonly model: Model
  readonly row: A
  /** The row as one line of text. */
  readonly text: string
  readonly cells: ReadonlyArray<Cell>
  readonly url: URL
  readonly links: DetailLinks
}

/**
 * `row` is `null` for a new row. `notice` says that the row has been changed or deleted in the meantime.
 *
 * @since 0.2.0
 */
export interface FormContext<A = object> {
  readonly _tag: 'form'
  readonly model: Model
  readonly row: A | null
  readonly bound: Bound
  readonly sets: ReadonlyArray<BoundSet>
  readonly notice: string | null
  readonly url: URL
  /** The page for people who don't save. */
  readonly cancel: string | null
}

/**
 * The effects of a delete, by model: how many rows are deleted, and how many lose the row that they point to.
 * `protected` are the rows that prevent the delete. `seen` identifies what the page showed, and is compared with the
 * stored rows on confirmation.
 *
 * @since 0.2.0
 */
export interface RemoveContext<A = object> {
  readonly _tag: 'remove'
  readonly model: Model
  readonly row: A
  readonly text: string
  readonly deleted: ReadonlyArray<{ readonly label: string; readonly rows: number }>
  readonly changed: ReadonlyArray<{ readonly label: string; readonly rows: number }>
  readonly protected: ReadonlyArray<{ readonly label: string; readonly rows: number }>
  readonly seen: string
  readonly notice: string | null
  readonly url: URL
  readonly cancel: string | null
}

/** The name under which what the page showed comes back. @since 0.2.0 */
export const seenName = '__seen'
