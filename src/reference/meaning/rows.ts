/**
 * Lists of rows, for the specification.
 *
 * @since 0.2.0
 */
import type { Json, Row } from '../../value/Value.js'
import { inside, placeOf, type Here, type RowScope, type World } from '../meaning.js'
import { ascending, sorted, type MeantKey } from './order.js'

/**
 * A row, and the key of the model's row that it comes from, if there is one.
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
  /** Whether the rows are a list. If not, they are a bag. */
  readonly ordered: boolean
  /** The key of the rows, as long as each comes from a row of the model. */
  readonly key: MeantKey<MeantRow> | null
  readonly annotated: boolean
  /** The model's fields to return, if not all, and the additional columns. */
  readonly fields: ReadonlyArray<string> | null
  readonly besides: { readonly [name: string]: (here: Here) => Json }
}

/**
 * All rows of a model, without further changes.
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
 * The keys that break ties: the primary key, or all columns if there is none.
 *
 * @since 0.2.0
 */
export const ties = (rows: MeantRows): ReadonlyArray<MeantKey<MeantRow>> =>
  rows.key === null ? columnsOf(rows) : [rows.key]

/**
 * The rows as a list. A bag is sorted first.
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
 * Whether the rows are unchanged rows of a model.
 *
 * @since 0.2.0
 */
export const areWhole = ({ key, model, annotated }: MeantRows): boolean =>
  key !== null && model !== null && !annotated

/**
 * The rows in the form that is returned: their fields and the additional columns.
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
