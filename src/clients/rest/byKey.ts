/**
 * Rows by their keys, one request each, for services that have a URL for each row.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import { compare, hash } from '../../value/Order.js'
import type { Json } from '../../value/Value.js'
import type { Predicate } from '../../expression/Expression.js'
import { ownField } from '../../expression/ownField.js'
import type { Page } from '../../client/Client.js'
import type { Query } from '../../query/Query.js'
import { isJson } from '../http/isJson.js'
import type { Keeping } from './BadRow.js'
import { urlOf, type RestConnection } from './Connection.js'
import { getOne } from './getRows.js'
import { rowOf, roundedIn, type Resource } from './Resource.js'
import type { RestItem, RestStyle } from './RestStyle.js'

/**
 * The keys that a condition allows, in their order, without duplicates. `null` if the condition isn't about the key.
 */
export const keyedItemsOf = (
  style: RestStyle,
  { model, fieldOf }: Resource,
  predicate: Predicate<Query>,
): KeyedItems | null => {
  if (style.one === undefined || predicate._tag !== 'lookup') return null
  const { name, left, right } = predicate
  if ((name !== 'exact' && name !== 'in') || ownField(left) !== model.primaryKey) return null
  if (right.length > style.maxMembers) return null
  const kind = model.columns.get(model.primaryKey)?.kind ?? 'int'
  const order = compare(kind)
  const values = right.map((each) => (each._tag === 'const' ? each.value : null))
  if (values.includes(null)) return null
  const unlike = new Map(values.map((value) => [hash(kind)(value), value]))
  const keys = [...unlike.values()].sort(order)
  const items = keys.flatMap((key) => style.item(key, kind, fieldOf(model.primaryKey)) ?? [])
  return items.length === keys.length ? { keys, items } : null
}

/** Keys, and the place of their rows. */
interface KeyedItems {
  readonly keys: ReadonlyArray<Json>
  readonly items: ReadonlyArray<RestItem>
}

/** Whether rows in the order of their keys are in the order of a query. For one row, every order is right. */
export const isInOrder = ({ model }: Resource, { keys }: KeyedItems, { order }: Query): boolean => {
  const [first] = order
  return (
    keys.length === 1 ||
    first === undefined ||
    (ownField(first.expression) === model.primaryKey && first.direction === 'asc')
  )
}

/** The number of rows that are requested at the same time. */
const together = 4

/** The rows of some keys, in the order of the keys. Keys without a row are left out. */
export const rowsByKey = async (
  connection: RestConnection,
  resource: Resource,
  { keys, items }: KeyedItems,
  keep: Keeping | null,
  { slice }: Query,
): Promise<E.Either<QueryError, Page>> => {
  const { client } = connection.sender
  const found: Array<unknown> = []
  const where = `'${resource.path}', by its key`
  /* eslint-disable-next-line functional/no-loop-statements -- a few requests at a time, to the first that fails */
  for (let i = 0; i < items.length; i += together) {
    const answers = await Promise.all(
      items.slice(i, i + together).map((item) => rowAt(connection, resource, item)),
    )
    /* eslint-disable-next-line functional/no-loop-statements -- ends at the first that fails */
    for (const [j, answer] of answers.entries()) {
      if (E.isLeft(answer)) return answer
      if (answer.right === null) continue
      const row = rowOf(resource, answer.right.row)
      if (keep === null && roundedIn(resource, row) !== null)
        return E.left(
          clientFailed(client, 'list', null, {
            message: 'a decimal came as a number, of more digits than numbers hold: some may be lost',
            hint: 'See how the service is described.',
          }),
        )
      if (!hasKey(resource, row, keys[i + j] ?? null))
        return E.left(
          clientFailed(client, 'list', null, {
            message: 'it gave another row than the one with the key that was asked for',
            hint: "See how the service is described: 'item' and 'one' of its style.",
          }),
        )
      if (keep?.(row, where) !== false) found.push(row)
    }
  }
  const { offset, limit } = slice ?? { offset: 0, limit: null }
  const given = found.slice(offset, limit === null ? undefined : offset + limit)
  return E.right({
    rows: given,
    total: found.length,
    places: [{ from: 0, row: offset, of: where }],
  })
}

/** Whether a row has a key. A row whose key can't be read is left to the decoder. */
const hasKey = ({ model }: Resource, row: unknown, key: Json): boolean => {
  const own = isJson(row) ? row[model.primaryKey] : undefined
  return typeof own !== typeof key || own === key
}

const rowAt = async (
  connection: RestConnection,
  resource: Resource,
  item: RestItem,
): Promise<E.Either<QueryError, { readonly row: unknown } | null>> => {
  const url = urlOf(connection, `${resource.path}${item.path}`, item.params)
  return E.isLeft(url) ? url : getOne(connection, url.right)
}
