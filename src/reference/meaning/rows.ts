/**
 * Lists of rows, for the spec.
 *
 * @since 0.2.0
 */
import type { Json, Row } from '../../value/Value.js'
import { inside, placeOf, type Here, type RowScope, type World } from '../meaning.js'
import { ascending, sorted, type MeantKey } from './order.js'

/**
 * A row, and the key of the model's row that it comes from, if it comes from one.
 *
 * @since 0.2.0
 */
export interface MeantRow {
  readonly row: Row
  readonly key: Json
}

/**
 * The rows after a step.
 *
 * @since 0.2.0
 */
export interface MeantRows extends RowScope {
  readonly items: ReadonlyArray<MeantRow>
  /** Whether they are a list; else they are a bag. */
  readonly ordered: boolean
  /** What tells them apart, while each comes from a row of the model. */
  readonly key: MeantKey<MeantRow> | null
  readonly annotated: boolean
  /** Those of the model's fields that are given, if not all; and what is given besides. */
  readonly fields: ReadonlyArray<string> | null
  readonly besides: { readonly [name: string]: (here: Here) => Json }
}

/**
 * Rows of a model: all of them, if nothing else is given.
 *
 * @since 0.2.0
 */
export const allRows = ({ schema, all }: World, name: string, base = all(name)): MeantRows => {
  const place = placeOf(schema, name)
  const pk = place.model?.primaryKey ?? ''
  const key = { ...ascending, kind: place.columns.get(pk)?.kind ?? 'int', of: (item: MeantRow) => item.key }
  const items = base.map((row) => ({ row, key: row[pk] ?? null }))
  return { ...place, items, ordered: false, key, annotated: false, fields: null, besides: {} }
}

/**
 * All columns, in their order.
 *
 * @since 0.2.0
 */
export const columnsOf = ({ columns }: RowScope): ReadonlyArray<MeantKey<MeantRow>> =>
  [...columns].map(([name, { kind }]) => ({ ...ascending, kind, of: ({ row }) => row[name] ?? null }))

/**
 * What breaks ties: the key; all columns, where there is none.
 *
 * @since 0.2.0
 */
export const ties = (rows: MeantRows): ReadonlyArray<MeantKey<MeantRow>> =>
  rows.key === null ? columnsOf(rows) : [rows.key]

/**
 * Rows as a list: what asks which row comes first sorts a bag.
 *
 * @since 0.2.0
 */
export const inOrder = (rows: MeantRows): ReadonlyArray<MeantRow> =>
  rows.ordered ? rows.items : sorted(rows.items, ties(rows))

/**
 * Whether a row is one of some others, by its key.
 *
 * @since 0.2.0
 */
export const isAmong =
  ({ items }: MeantRows) =>
  ({ key }: MeantRow): boolean =>
    items.some((item) => item.key === key)

/**
 * Whether rows are those of a model, as they are.
 *
 * @since 0.2.0
 */
export const areWhole = ({ key, model, annotated }: MeantRows): boolean =>
  key !== null && model !== null && !annotated

/**
 * Rows as they are given: their fields, and what there is besides.
 *
 * @since 0.2.0
 */
export const given = (rows: MeantRows, from: Here | null): ReadonlyArray<Row> =>
  inOrder(rows).map(({ row }) => {
    const { model, columns, fields, besides } = rows
    const isGiven = (name: string) => fields?.includes(name) !== false || model?.columns.has(name) !== true
    const own = [...columns.keys()].filter(isGiven).map((name) => [name, row[name] ?? null] as const)
    const more = Object.entries(besides).map(([name, of]) => [name, of(inside(rows, row, from))] as const)
    return Object.fromEntries([...own, ...more])
  })
