/**
 * The meaning of each step, as a function on lists of rows. It is the specification: the fold, the rules, the planner
 * and every client must agree with it. It is slow and simple on purpose, like `meaning`.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import type { Named } from '../expression/Expression.js'
import { fold } from '../query/fold.js'
import { cellsOf, type AnyQueryset } from '../queryset/Queryset.js'
import { holds, inside, kindOf, placeAfter, related, selected, valueOf } from './meaning.js'
import type { Here, RowScope, MeantExpression, World } from './meaning.js'
import { alike, ascending, firsts, grouped, sorted, type Direction, type MeantKey } from './meaning/order.js'
import { askedOnce, withValue } from './meaning/remembered.js'
import { allRows, areWhole, columnsOf, given, inOrder, isAmong, ties } from './meaning/rows.js'
import type { MeantRow, MeantRows } from './meaning/rows.js'

/** @since 0.2.0 */
export interface Denoted {
  readonly rows: ReadonlyArray<Row>
  /** Whether the order is a part of the meaning. If not, the rows are a bag. */
  readonly ordered: boolean
}

/**
 * The meaning of a queryset over the rows of models. A mistake is a `Left`, as in the fold. A queryset may have any
 * number of steps. Apart from that, the same limits as in `meaning` apply.
 *
 * @since 0.1.0
 */
export const denote =
  (schema: Schema, { all }: Pick<World, 'all'>, now: string) =>
  (queryset: AnyQueryset): E.Either<QueryError, Denoted> =>
    E.map(() => {
      const rows = askedOnce((of, from) => inOrder(meantRows(world, of, from)).map(({ row }) => row))
      const world: World = { schema, all, withValue: withValue(all), now, rows }
      const meant = meantRows(world, queryset, null)
      return { rows: given(meant, null), ordered: meant.ordered }
    })(fold(queryset))

/** The rows of a queryset, evaluated from a row. `base` replaces all rows of its model. */
export const meantRows = (
  world: World,
  asked: AnyQueryset,
  from: Here | null,
  base?: ReadonlyArray<Row>,
): MeantRows =>
  cellsOf(asked).reduce((rows, cell) => after(world, rows, cell, from), allRows(world, asked.model, base))

/** Applies the last step of a queryset to the rows before it. */
export const after = (world: World, rows: MeantRows, queryset: AnyQueryset, from: Here | null): MeantRows => {
  const { step } = queryset
  const { items } = rows
  const place = placeAfter(queryset)
  const at = ({ row }: MeantRow): Here => inside(rows, row, from)
  const made = (columns: ReadonlyArray<Named<AnyQueryset>>, here: Here): Row =>
    Object.fromEntries(columns.map(({ name, expression }) => [name, valueOf(world, here, expression)]))
  const remade = (row: (item: MeantRow) => Row) => items.map((item) => ({ ...item, row: row(item) }))
  const by = (said: MeantExpression, { direction, nulls }: Direction = ascending): MeantKey<MeantRow> => ({
    kind: kindOf(world, at(nobody), said),
    of: (item) => valueOf(world, at(item), said),
    direction,
    nulls,
  })
  switch (step?._tag) {
    case undefined:
      return rows
    case 'filter':
      return { ...rows, items: items.filter((item) => holds(world, at(item), step.predicate)) }
    case 'orderBy': {
      const keys = step.keys.map((key) => by(key.expression, key))
      return { ...rows, items: sorted(items, [...keys, ...ties(rows)]), ordered: true }
    }
    case 'reverse':
      return { ...rows, items: [...inOrder(rows)].reverse(), ordered: true }
    case 'slice':
      return { ...rows, items: inOrder(rows).slice(step.start, step.stop ?? undefined), ordered: true }
    case 'distinct':
      return rows.key !== null && rows.model !== null
        ? rows
        : { ...rows, ...keyless, items: firsts(items, columnsOf(rows)) }
    case 'distinctOn':
      return {
        ...rows,
        items: firsts(
          inOrder(rows),
          step.keys.map((key) => by(key)),
        ),
      }
    case 'values':
      return { ...rows, ...place, ...bare, items: remade((item) => made(step.columns, at(item))) }
    case 'annotate': {
      const grown = remade((item) => ({ ...item.row, ...made(step.columns, at(item)) }))
      return { ...rows, ...place, items: grown, annotated: true }
    }
    case 'groupBy': {
      const keys = step.keys.map(({ expression }) => by(expression))
      // Without keys there is one group, even of no rows.
      const groups = keys.length === 0 ? [items] : grouped(items, keys)
      const bag = groups.map((group) => {
        const members = { ...rows, rows: group.map(({ row }) => row) }
        const aggregates = made(step.aggregates, { ...inside(nowhere, {}, from), group: members })
        return { row: { ...made(step.keys, at(group[0] ?? nobody)), ...aggregates }, key: null }
      })
      return { ...rows, ...place, ...bare, ...keyless, items: bag, ordered: false }
    }
    case 'union':
    case 'intersection':
    case 'difference': {
      const others = step.others.map((other) => meantRows(world, other, from))
      const key = [rows, ...others].every(areWhole) ? rows.key : null
      const keys = key === null ? columnsOf(rows) : [key]
      const isIn = (item: MeantRow) => (them: MeantRows) =>
        them.items.some((other) => alike(keys, item, other))
      const all = {
        union: () => [...items, ...others.flatMap((other) => other.items)],
        intersection: () => items.filter((item) => others.every(isIn(item))),
        difference: () => items.filter((item) => !others.some(isIn(item))),
      }
      return { ...rows, ...place, ...keyless, key, items: firsts(all[step._tag](), keys), ordered: false }
    }
    case 'and':
      return { ...rows, items: items.filter(isAmong(meantRows(world, step.other, from))) }
    case 'or':
    case 'xor': {
      // The model's rows, with the columns that were added to them.
      const all = cellsOf(queryset)
        .filter((cell) => cell.step?._tag === 'values' || cell.step?._tag === 'annotate')
        .reduce((so_far, cell) => after(world, so_far, cell, from), allRows(world, queryset.model))
      const [mine, theirs] = [isAmong(rows), isAmong(meantRows(world, step.other, from))]
      const or = (item: MeantRow) => mine(item) || theirs(item)
      const xor = (item: MeantRow) => mine(item) !== theirs(item)
      return { ...rows, items: all.items.filter(step._tag === 'or' ? or : xor), ordered: false }
    }
    case 'selectRelated': {
      const [name = ''] = step.path
      const row = (here: Here) => selected(world, here, step.path, rows.besides[name]?.(here) ?? null)
      return { ...rows, besides: { ...rows.besides, [name]: row } }
    }
    case 'prefetchRelated': {
      const { relation, query } = step
      const list = (here: Here) => given(meantRows(world, query, here, related(world, here, relation)), here)
      return { ...rows, besides: { ...rows.besides, [relation]: list } }
    }
    case 'only':
      return { ...rows, fields: step.fields }
  }
}

const keyless = { key: null, annotated: false }
const bare = { fields: null, besides: {} }
const nowhere: RowScope = { model: null, columns: new Map() }
const nobody: MeantRow = { row: {}, key: null }
