/**
 * One pass of a query over rows.
 *
 * @since 0.2.0
 */
import { isLimited, make, spend, type Meter } from '../value/Meter.js'
import type { Json, Row } from '../value/Value.js'
import type { Frame } from '../expression/evaluate/Frame.js'
import { weightOf } from '../expression/evaluate/Part.js'
import type { CompiledColumn, CompiledLayer } from '../query/compile.js'
import type { Evaluated } from '../query/Evaluator.js'
import type { Query } from '../query/Query.js'
import type { TypedQuery } from '../query/TypedQuery.js'
import { asTheyStand, firstOfEach, grouped, moving, numbering, rowBytes, rowOf } from './rows.js'
import { sorted } from './sorted.js'

/**
 * How many rows of a pass are needed at most, and whether it matters how many there are.
 *
 * @since 0.2.0
 */
export interface WantedRows {
  readonly most: number
  readonly total: boolean
}

/** @since 0.2.0 */
export const everything: WantedRows = { most: Infinity, total: true }

/**
 * All rows of a query: their number is the total.
 *
 * @since 0.2.0
 */
export const withTotal = (rows: ReadonlyArray<Row>): Evaluated => ({ rows, total: rows.length })

/**
 * A pass that is ready to run.
 *
 * @since 0.2.0
 */
export interface ReadyPass {
  /** How many of its rows the next pass needs at most. */
  readonly most: number
  /** The rows, of which those past the wanted ones may be missing; `total` is right where it is wanted. */
  readonly run: (rows: ReadonlyArray<Row>, frame: Frame | null, wanted: WantedRows) => Evaluated
}

/**
 * One pass over rows, in the order that `Query` says, up to its slice.
 *
 * @since 0.2.0
 */
export const passOf = (meter: Meter, layer: CompiledLayer, query: TypedQuery): ReadyPass['run'] => {
  const { annotations, where, order, columns, distinctOn, aggregates } = layer
  const nothing = changesNothing(layer, query)
  // Each row that is kept is one of the answer, in this order.
  const plain = distinctOn === null && aggregates === null && !query.reverse && !query.distinct
  // Work that is limited is counted for all rows.
  const lazy = plain && !isLimited(meter)
  return (given, parent, wanted) => {
    const at = moving(parent)
    const most = lazy || (plain && columns === null) ? wanted.most : Infinity
    const from =
      lazy && where === null && order.length === 0 && given.length > most ? given.slice(0, most) : given
    spend(meter, from.length * weightOf(annotations))
    const annotated =
      annotations.length === 0 ? from : from.map((row) => annotate(meter, annotations, row, at))
    if (nothing) return { rows: annotated, total: given.length }
    spend(meter, annotated.length * (where?.weight ?? 0))
    const stops = lazy && order.length === 0 && !wanted.total ? most : Infinity
    const kept = where === null ? annotated : keptBy((row) => where.run(at(row)), annotated, stops)
    const inOrder = order.length === 0 ? kept : sorted(kept, order, at, meter, most)
    const turned = query.reverse ? [...inOrder].reverse() : inOrder
    const firsts = distinctOn === null ? turned : firstOfEach(turned, keyIn(distinctOn, meter, at))
    const needed = lazy && firsts.length > most ? firsts.slice(0, most) : firsts
    if (columns !== null) spend(meter, needed.length * weightOf(columns))
    const made =
      aggregates !== null
        ? groups(meter, layer.keys, aggregates, needed, parent)
        : columns !== null
          ? needed.map((row) => rowOf(columns, at(row), meter))
          : needed
    if (!query.distinct)
      return { rows: made, total: !plain ? made.length : from === given ? kept.length : given.length }
    return withTotal(firstOfEach(made, keyIn(asTheyStand(query.scope), meter, at)))
  }
}

/** The first rows that are kept, `most` at most. */
const keptBy = (keeps: (row: Row) => boolean, rows: ReadonlyArray<Row>, most: number): ReadonlyArray<Row> => {
  if (most === Infinity) return rows.filter(keeps)
  const kept: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- ends once there are enough */
  for (let i = 0; i < rows.length && kept.length < most; i++) {
    const row = rows[i]
    if (row !== undefined && keeps(row)) kept.push(row)
  }
  return kept
}

const keyIn = (
  columns: ReadonlyArray<CompiledColumn>,
  meter: Meter,
  at: (row: Row) => Frame,
): ((row: Row) => number) => {
  const number = numbering(columns, meter)
  return (row) => number(at(row))
}

/** Whether the rows are those that there were, but for annotations. */
const changesNothing = (layer: CompiledLayer, { reverse, distinct }: Query): boolean =>
  layer.where === null &&
  layer.order.length === 0 &&
  layer.distinctOn === null &&
  layer.columns === null &&
  layer.aggregates === null &&
  !reverse &&
  !distinct

/** A row with annotations, each seeing the ones before it. */
const annotate = (
  meter: Meter,
  annotations: ReadonlyArray<CompiledColumn>,
  row: Row,
  at: (row: Row) => Frame,
): Row => {
  const grown: { [name: string]: Json } = { ...row }
  make(meter, rowBytes(annotations.length))
  const frame = at(grown)
  annotations.forEach(({ name, run }) => {
    grown[name] = run(frame)
  })
  return grown
}

const groups = (
  meter: Meter,
  keys: ReadonlyArray<CompiledColumn>,
  aggregates: ReadonlyArray<CompiledColumn>,
  rows: ReadonlyArray<Row>,
  parent: Frame | null,
): ReadonlyArray<Row> => {
  const at = moving(parent)
  // Without keys there is one group, of whatever there is.
  const all = keys.length === 0 ? [rows] : grouped(rows, keyIn(keys, meter, at))
  spend(meter, all.length * (weightOf(keys) + weightOf(aggregates)))
  return all.map((members) => {
    const [first] = members
    const group: Frame = { row: {}, parent, group: members }
    return {
      ...(first === undefined ? {} : rowOf(keys, at(first), meter)),
      ...rowOf(aggregates, group, meter),
    }
  })
}
