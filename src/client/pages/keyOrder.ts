/**
 * An order of a query that identifies each of its rows, and the query that also fetches the values of its order keys.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { OrderKey } from '../../expression/Expression.js'
import { ownField } from '../../expression/ownField.js'
import { modelOf, type Scope } from '../../expression/Scope.js'
import { check, type CheckedQuery } from '../../query/check.js'
import { allOf, isOrdered, layersOf, type From, type Query } from '../../query/Query.js'
import { shapeOf, type Shape } from '../../query/shape.js'
import type { Client } from '../Client.js'
import type { WalkKey, Walk } from './Walk.js'

/** A query that also fetches the values of its order keys, and those keys. */
export type Keyed = Pick<Walk, 'query' | 'keys' | 'shape' | 'added'>

/** A query without an order that is fetched by offset still needs one. */
export const orderedByKey = (client: Client, query: Query): Query => {
  if (query.order.length > 0 || query.slice !== null || query.from._tag !== 'model') return query
  const pk = client.schema.models.get(query.from.model)?.primaryKey
  return pk === undefined || query.group !== null || query.distinct
    ? query
    : { ...query, order: [ascending([pk])] }
}

/**
 * Rows of groups, distinct rows and combined rows have no order. A database may sort them differently for each page. They
 * are sorted here in a pass around them: groups by their keys, others by all their columns. `null` if a query has an order,
 * or if there are columns that can't be sorted by.
 */
export const sortedAround = (query: Query, { columns }: Shape): Query | null => {
  const { from, group, distinct, related } = query
  const gathered = group !== null || distinct || from._tag !== 'model'
  if (!gathered || isOrdered(query) || related.length > 0) return null
  const names = (group === null ? columns : group.keys).map(({ name }) => name)
  const sortable = new Set(columns.filter(({ kind }) => kind !== 'json').map(({ name }) => name))
  return names.length > 0 && names.every((name) => sortable.has(name))
    ? { ...allOf({ _tag: 'query', query }), order: names.map((name) => ascending([name])) }
    : null
}

const ascending = (path: ReadonlyArray<string>): OrderKey<Query> => ({
  expression: { _tag: 'column', path, level: 0 },
  direction: 'asc',
  nulls: 'last',
})

/** A query in an order that identifies each row. `null` if there is none. */
export const byKey = (client: Client, query: Query): E.Either<QueryError, Keyed | null> => {
  const movable =
    query.group === null &&
    !query.distinct &&
    query.distinctOn === null &&
    !query.reverse &&
    (query.order.length > 0 || query.from._tag === 'model')
  if (!movable) return E.right(null)
  const inOrder = orderedByKey(client, query)
  if (inOrder.order.length === 0) return E.right(null)
  const bare = E.map(({ scope }: CheckedQuery) => scope)(check(client.schema, { ...inOrder, columns: null }))
  if (E.isLeft(bare)) return bare
  const visible = bare.right
  if (!tellsApart(inOrder, visible)) return E.right(null)
  const taken = new Set([...visible.columns.keys(), ...(query.columns ?? []).map(({ name }) => name)])
  const fields = modelOf(visible)?.columns
  const owns = inOrder.order.map(({ expression }) => ownField(expression))
  const keys = inOrder.order.map((order, i) => {
    const own = owns[i] ?? null
    const there =
      own !== null &&
      query.columns === null &&
      !query.related.some(({ relation }) => relation === own) &&
      (query.fields === null || query.fields.includes(own) || fields?.has(own) !== true)
    // Backends that give only some fields give them under their own names.
    const first = own !== null && owns.indexOf(own) === i
    const named = first && query.columns?.every(({ name }) => name !== own) === true ? own : free(taken, i)
    return { order, name: there ? own : named, added: !there }
  })
  const added = keys
    .filter((key) => key.added)
    .map(({ name, order }) => ({ name, expression: order.expression }))
  const widened: Query =
    query.columns === null
      ? { ...inOrder, annotations: [...inOrder.annotations, ...added] }
      : { ...inOrder, columns: [...query.columns, ...added] }
  return E.map((exact: Shape) => {
    // A sort key that isn't requested may be missing whatever its type says, since a foreign key can lead nowhere.
    const loose = new Set(
      keys.flatMap(({ name, added }, i) => (added && fields?.has(owns[i] ?? '') !== true ? [name] : [])),
    )
    const shape: Shape = {
      ...exact,
      columns: exact.columns.map((column) =>
        loose.has(column.name) ? { ...column, nullable: true } : column,
      ),
    }
    const typed = keys.map(({ name, order }): WalkKey => {
      const column = shape.columns.find((each) => each.name === name)
      return { name, order, kind: column?.kind ?? 'json', nullable: column?.nullable ?? true }
    })
    return typed.some(({ kind }) => kind === 'json')
      ? null
      : { query: widened, keys: typed, shape, added: added.map(({ name }) => name) }
  })(shapeOf(client.schema, widened))
}

/**
 * Whether no two rows can have the same order keys. That holds if the keys include the primary key of a model's rows,
 * or all columns of distinct rows.
 */
const tellsApart = (query: Query, visible: Scope): boolean => {
  const names = new Set(query.order.map(({ expression }) => ownField(expression)))
  const pk = modelOf(visible)?.primaryKey
  const ofModel = pk !== undefined && layersOf(query).every(({ from }) => from._tag !== 'combine')
  const annotated = new Set(query.annotations.map(({ name }) => name))
  return ofModel
    ? names.has(pk)
    : areDifferent(query.from) &&
        [...visible.columns.keys()].every((name) => names.has(name) || annotated.has(name))
}

/** Whether the rows that a query starts from are distinct. */
const areDifferent = (from: From): boolean => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = from
  /* eslint-disable-next-line functional/no-loop-statements -- nesting can be as deep as a queryset is long */
  while (at._tag === 'query') {
    const { distinct, group, columns } = at.query
    if (distinct || group !== null) return true
    if (columns !== null) return false
    at = at.query.from
  }
  return true
}

const free = (taken: ReadonlySet<string>, i: number): string => {
  const name = `_key${String(i)}`
  return taken.has(name) ? free(taken, i + 1000) : name
}
