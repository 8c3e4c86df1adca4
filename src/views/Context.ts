/**
 * What the templates of pages are given.
 *
 * @since 0.2.0
 */
import type { Model } from '../schema/Schema.js'
import type { Bound } from '../forms/bind/Bound.js'
import type { BoundSet } from '../forms/formset/BoundSet.js'
import type { Page } from './pages/Pages.js'
import type { Cell } from './pages/texts.js'

/**
 * Where a list's links lead to: templates with the fields of a row in braces, relative to the page or not.
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
  /** What the rows are called: `artist_list` unless the view says otherwise. */
  readonly name: string
  readonly rows: ReadonlyArray<A>
  /** The rows as a table: for each its columns as people read them. */
  readonly cells: ReadonlyArray<ReadonlyArray<Cell>>
  /** `null` where all rows are on one page. */
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
  /** The row in one line. */
  readonly text: string
  readonly cells: ReadonlyArray<Cell>
  readonly url: URL
  readonly links: DetailLinks
}

/**
 * `row` is `null` where a new one is made. `notice` tells that the row was changed or deleted meanwhile.
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
  /** Where people get who don't save. */
  readonly cancel: string | null
}

/**
 * What goes along with a row, by model: how many rows are deleted, and how many lose what they point to. `protected` are
 * the rows because of which it can't be deleted. `seen` tells what the page showed from what is there when it is
 * confirmed.
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
