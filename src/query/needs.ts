/**
 * The rows that are needed to evaluate a query: rows of its model, and rows that these lead to.
 *
 * @since 0.1.0
 */
import type { Aggregate, Column, Expression, Node, Predicate, Some } from '../expression/Expression.js'
import { fold } from '../expression/fold.js'
import { ownField } from '../expression/ownField.js'
import type { Schema } from '../schema/Schema.js'
import { baseOf, conjunctsOf, nodesOf } from './parts.js'
import { layersOf, type Query } from './Query.js'

/**
 * Rows of a model that are read. `where` holds conditions that a row must meet to matter. `columns` are the columns
 * that are read, or `null` for all. `hops` lead to further rows: those whose column `to` has the value that one of
 * these rows has as `from`.
 *
 * @since 0.1.0
 */
export interface Need {
  readonly model: string
  readonly where: ReadonlyArray<Predicate<Query>>
  readonly columns: ReadonlyArray<string> | null
  readonly hops: ReadonlyArray<Hop>
}

/** @since 0.1.0 */
export interface Hop {
  readonly from: string
  readonly to: string
  readonly need: Need
}

/**
 * What a query needs: `base` for the rows that it starts from, `others` for the rows that its subqueries start from.
 *
 * @since 0.1.0
 */
export interface Needs {
  readonly base: Need
  readonly others: ReadonlyArray<Need>
}

/** A need that is still being collected. */
interface Growing {
  readonly model: string
  readonly where: ReadonlyArray<Predicate<Query>>
  readonly columns: Set<string>
  whole: boolean
  readonly hops: Array<{ readonly from: string; readonly to: string; readonly need: Growing }>
}

/** The rows that are visible, and those around them. */
interface VisibleRows {
  readonly rows: ReadonlyArray<Growing>
  readonly parent: VisibleRows | null
}

interface Search {
  readonly schema: Schema
  readonly others: Array<Growing>
}

/**
 * What a query needs if its `given` innermost passes are done already.
 *
 * @since 0.1.0
 */
export const needsOf = (schema: Schema, query: Query, given = 0): Needs => {
  const search: Search = { schema, others: [] }
  const base = growing(baseOf(query), [])
  inQuery(search, query, null, [base], true, given)
  return { base: grown(schema, base), others: search.others.map((each) => grown(schema, each)) }
}

/**
 * All models that a query reads.
 *
 * @since 0.1.0
 */
export const modelsOf = (schema: Schema, query: Query): ReadonlyArray<string> => {
  const { base, others } = needsOf(schema, query)
  const all = (need: Need): ReadonlyArray<string> => [
    need.model,
    ...need.hops.flatMap((hop) => all(hop.need)),
  ]
  return [...new Set([base, ...others].flatMap(all))]
}

const growing = (model: string, where: ReadonlyArray<Predicate<Query>>): Growing => ({
  model,
  where,
  columns: new Set(),
  whole: false,
  hops: [],
})

const grown = (schema: Schema, { model, where, columns, whole, hops }: Growing): Need => {
  const known = schema.models.get(model)
  return {
    model,
    where,
    columns:
      whole || known === undefined
        ? null
        : [...known.columns.keys()].filter((name) => columns.has(name) || name === known.primaryKey),
    hops: hops.map(({ from, to, need }) => ({ from, to, need: grown(schema, need) })),
  }
}

/** The rows that a pass gives, if they are still a model's, and the rows that they were made from. */
interface PassRows {
  readonly rows: ReadonlyArray<Growing>
  readonly of: ReadonlyArray<Growing>
}

/**
 * Collects the needs of a query, and gives the rows of its last pass. `base` are the rows that it starts from, if these
 * aren't all rows of the model.
 */
const inQuery = (
  search: Search,
  query: Query,
  parent: VisibleRows | null,
  base: ReadonlyArray<Growing> | null,
  isGiven: boolean,
  done = 0,
): ReadonlyArray<Growing> => {
  const layers = layersOf(query)
  return layers.reduce<PassRows>(
    (inside, layer, i) => {
      if (i < done) return passed(inside, layer, base ?? [])
      const rows = begin(search, layer, inside, parent, base)
      const view: VisibleRows = { rows, parent }
      nodesOf(layer).forEach((node) => {
        inNode(search, node, view)
      })
      layer.related.forEach((related) => {
        inQuery(
          search,
          related.query,
          view,
          rows.flatMap((each) => follow(search, each, related.relation)),
          true,
        )
      })
      if (layer.columns !== null || layer.group !== null) return { rows: [], of: rows }
      if (layer.distinct || (isGiven && i === layers.length - 1))
        rows.forEach((each) => {
          if (layer.fields === null || layer.distinct || layers.length > 1) each.whole = true
          else layer.fields.forEach((field) => each.columns.add(field))
        })
      return { rows, of: rows }
    },
    { rows: [], of: [] },
  ).of
}

/** The rows of a pass that is done already, if they are still a model's. */
const passed = (
  inside: PassRows,
  { from, columns, group }: Query,
  base: ReadonlyArray<Growing>,
): PassRows => {
  // Combined rows may be those of a model again.
  const combined = from._tag === 'combine' && from.model !== null ? inside.of : []
  const rows = from._tag === 'model' ? base : from._tag === 'query' ? inside.rows : combined
  return { rows: columns !== null || group !== null ? [] : rows, of: rows }
}

const begin = (
  search: Search,
  layer: Query,
  inside: PassRows,
  parent: VisibleRows | null,
  base: ReadonlyArray<Growing> | null,
): ReadonlyArray<Growing> => {
  const { from } = layer
  switch (from._tag) {
    case 'query':
      return inside.rows
    case 'combine': {
      // Combined rows have all columns of the model again, if they still have a model.
      const all = [
        ...inside.of,
        ...from.right.flatMap((each) => inQuery(search, each, parent, rootsOf(search, each, parent), true)),
      ]
      // Rows are distinguished by all their columns.
      all.forEach((each) => {
        each.whole = true
      })
      return from.model === null ? [] : all
    }
    case 'model':
      return base ?? rootsOf(search, layer, parent)
  }
}

/** What a query starts from: rows that an equality with an outer row selects, or rows that meet its conditions. */
const rootsOf = (search: Search, query: Query, parent: VisibleRows | null): ReadonlyArray<Growing> => {
  const [first] = layersOf(query)
  if (first?.from._tag !== 'model') return []
  const { model } = first.from
  const conjuncts = conjunctsOf(first)
  const found = conjuncts.flatMap((each) => correlated(search.schema, model, each, parent))[0]
  if (found !== undefined) return found.rows.map((row) => link(row, found.from, model, found.to))
  const root = growing(
    model,
    conjuncts.filter((each) => isPlain(search.schema, model, each)),
  )
  search.others.push(root)
  return [root]
}

const correlated = (
  schema: Schema,
  model: string,
  predicate: Predicate<Query>,
  parent: VisibleRows | null,
) => {
  if (predicate._tag !== 'lookup' || predicate.name !== 'exact') return []
  const sides = [predicate.left, predicate.right[0]] as const
  return [sides, [sides[1], sides[0]] as const].flatMap(([own, outer]) => {
    const to = own === undefined ? null : ownField(own)
    if (to === null) return []
    if (outer?._tag !== 'column' || outer.level === 0 || outer.path.length !== 1) return []
    const [from = ''] = outer.path
    const rows = up(parent, outer.level - 1)?.rows ?? []
    const kind = schema.models.get(model)?.columns.get(to)?.kind
    return kind !== undefined &&
      kind !== 'json' &&
      rows.length > 0 &&
      rows.every((row) => schema.models.get(row.model)?.columns.get(from)?.kind === kind)
      ? [{ rows, from, to }]
      : []
  })
}

const up = (view: VisibleRows | null, levels: number): VisibleRows | null =>
  levels === 0 || view === null ? view : up(view.parent, levels - 1)

const inNode = (search: Search, root: Node<Query>, view: VisibleRows): void => {
  fold<Query, VisibleRows, null>(root, view, {
    enter: (at, node) => (node.relation.length === 0 ? at : { rows: reached(search, at, node), parent: at }),
    combine: (node, _, at) => {
      switch (node._tag) {
        case 'column':
          touch(search, up(at, node.level)?.rows ?? [], node)
          break
        case 'some':
        case 'aggregate':
          reached(search, at, node)
          break
        case 'inQuery':
        case 'subquery':
        case 'exists': {
          inQuery(search, node.query, at, rootsOf(search, node.query, at), false)
          break
        }
        default:
      }
      return null
    },
  })
}

const reached = (
  search: Search,
  view: VisibleRows,
  node: Aggregate<Query> | Some<Query>,
): ReadonlyArray<Growing> => {
  const start = node._tag === 'aggregate' && node.over === 'group' ? view : up(view, node.level)
  return node.relation.reduce<ReadonlyArray<Growing>>(
    (rows, name) => rows.flatMap((row) => follow(search, row, name)),
    start?.rows ?? [],
  )
}

const touch = (search: Search, rows: ReadonlyArray<Growing>, { path }: Column): void => {
  const last = path.at(-1) ?? ''
  path
    .slice(0, -1)
    .reduce<ReadonlyArray<Growing>>((at, name) => at.flatMap((row) => follow(search, row, name)), rows)
    .forEach((row) => {
      if (search.schema.models.get(row.model)?.columns.has(last) === true) row.columns.add(last)
      else follow(search, row, last)
    })
}

/** The rows that a relation leads to. */
const follow = (search: Search, row: Growing, name: string): ReadonlyArray<Growing> => {
  const { models } = search.schema
  const model = models.get(row.model)
  const relation = model?.relations.get(name)
  const target = models.get(relation?.target ?? '')
  if (model === undefined || relation === undefined || target === undefined) return []
  const { via } = relation
  switch (via._tag) {
    case 'forward':
      return [link(row, via.column, target.name, target.primaryKey)]
    case 'reverse':
      return [link(row, model.primaryKey, target.name, via.column)]
    case 'through':
      return [link(link(row, model.primaryKey, via.model, via.near), via.far, target.name, target.primaryKey)]
  }
}

const link = (row: Growing, from: string, model: string, to: string): Growing => {
  row.columns.add(from)
  const known = row.hops.find((hop) => hop.from === from && hop.to === to && hop.need.model === model)
  if (known !== undefined) return known.need
  const need = growing(model, [])
  need.columns.add(to)
  row.hops.push({ from, to, need })
  return need
}

/**
 * Whether a condition refers only to its row's own fields.
 *
 * @since 0.1.0
 */
export const isPlain = (schema: Schema, model: string, predicate: Predicate<Query>): boolean =>
  fold<Query, null, boolean>(predicate, null, {
    enter: () => null,
    combine: (node, operands) => {
      switch (node._tag) {
        case 'column':
          return schema.models.get(model)?.columns.has(ownField(node) ?? '') === true
        case 'aggregate':
        case 'some':
        case 'subquery':
        case 'exists':
        case 'inQuery':
          return false
        default:
          return operands.every((each) => each)
      }
    },
  })

/**
 * Whether an expression or predicate refers to one of these columns of its own row.
 *
 * @since 0.1.0
 */
export const mentions = (root: Expression<Query> | Predicate<Query>, names: ReadonlySet<string>): boolean =>
  names.size > 0 &&
  fold<Query, number, boolean>(root, 0, {
    enter: (depth, node) => (node.relation.length === 0 ? depth : depth + 1),
    combine: (node, operands, depth) =>
      (node._tag === 'column' && node.level === depth && names.has(node.path[0] ?? '')) ||
      // A subquery's references to outer rows aren't examined in detail.
      node._tag === 'subquery' ||
      node._tag === 'exists' ||
      node._tag === 'inQuery' ||
      operands.some((each) => each),
  })

/**
 * Whether an expression or predicate refers only to its own row and to rows that this one leads to.
 *
 * @since 0.1.0
 */
export const isSelfContained = (root: Expression<Query> | Predicate<Query>): boolean =>
  fold<Query, number, boolean>(root, 0, {
    enter: (depth, node) => (node.relation.length === 0 ? depth : depth + 1),
    combine: (node, operands, depth) => {
      const level =
        node._tag === 'column' || node._tag === 'some' || node._tag === 'aggregate' ? node.level : 0
      const group = node._tag === 'aggregate' && node.over === 'group'
      const nested = node._tag === 'subquery' || node._tag === 'exists' || node._tag === 'inQuery'
      return !group && !nested && level <= depth && operands.every((each) => each)
    },
  })
