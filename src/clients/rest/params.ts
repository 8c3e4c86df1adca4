/**
 * The parameters of a URL for a query: its filters, its order and its fields, but not its page.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { unsupported, type QueryError } from '../../value/QueryError.js'
import type { Predicate } from '../../expression/Expression.js'
import type { Query } from '../../query/Query.js'
import { conjunctsOf } from '../../query/parts.js'
import { ownField } from '../../expression/ownField.js'
import type { Params, RestOrderKey, RestStyle } from './RestStyle.js'
import type { Resource } from './Resource.js'
import { filtersOf } from './filters.js'

/** The parameters of an order. `null` if it can't be written, and rows don't come in it unasked. */
export const orderParams = (style: RestStyle, resource: Resource, query: Query): Params | null =>
  spelledOrder(style, resource, query) ?? (isNatural(resource, query) ? [] : null)

/** Whether rows come in an order unasked. After a unique field there are no ties. */
const isNatural = ({ natural }: Resource, { order: [first] }: Query): boolean =>
  natural !== null &&
  first !== undefined &&
  ownField(first.expression) === natural.field &&
  first.direction === natural.direction

const spelledOrder = (style: RestStyle, { model, fieldOf }: Resource, { order }: Query): Params | null => {
  if (order.length === 0) return []
  // After the key there are no ties.
  const end = order.findIndex(({ expression }) => ownField(expression) === model.primaryKey)
  const keys = (end === -1 ? order : order.slice(0, end + 1)).map(
    ({ expression, direction, nulls }): RestOrderKey | null => {
      const column = model.columns.get(ownField(expression) ?? '')
      return column === undefined
        ? null
        : { field: fieldOf(column.name), kind: column.kind, nullable: column.nullable, direction, nulls }
    },
  )
  return keys.includes(null) ? null : style.order(keys.flatMap((key) => key ?? []))
}

/** The part of a query that is sent, and the conditions that all rows then meet. */
interface Spoken {
  readonly params: Params
  readonly sure: ReadonlyArray<Predicate<Query>>
}

/** Whether a query has only conditions, an order, a slice and fields. */
export const isBare = (query: Query): boolean =>
  query.annotations.length === 0 &&
  !query.reverse &&
  query.distinctOn === null &&
  query.columns === null &&
  query.group === null &&
  !query.distinct &&
  query.related.length === 0

/** The part of a query that is sent, without its page, or the part that can't be sent. `null` if no row can match. */
export const paramsOf = (
  client: string,
  style: RestStyle,
  reserved: ReadonlySet<string>,
  resource: Resource,
  query: Query,
): E.Either<QueryError, Spoken | null> => {
  const { fields } = query
  if (!isBare(query) || (fields !== null && style.select === null))
    return E.left(unsupported(client, 'anything but filters, an order and a slice'))
  const conjuncts = conjunctsOf(query)
  const { spelled: filters, nothing } = filtersOf(style, reserved, resource, conjuncts)
  if (nothing) return E.right(null)
  // The planner knows of a superset, and filters the rows again.
  if (filters.some(({ fidelity }) => fidelity === 'unsupported'))
    return E.left(unsupported(client, 'this filter'))
  const order = orderParams(style, resource, query)
  if (order === null) return E.left(unsupported(client, 'this order'))
  const sent = filters.flatMap(({ params }) => params)
  const { joined } = style
  const where: Params =
    joined === null || sent.length === 0
      ? sent
      : [[joined.name, sent.map(([, text]) => text).join(joined.by)]]
  return E.right({
    params: [
      ...where,
      ...order,
      ...(fields === null || style.select === null ? [] : style.select(fields.map(resource.fieldOf))),
    ],
    sure: conjuncts.filter((_, i) => filters[i]?.fidelity === 'exact'),
  })
}
