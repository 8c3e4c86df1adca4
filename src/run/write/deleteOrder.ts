/**
 * Finds an order in which rows that refer to each other can be deleted one after the other, so that no foreign key
 * leads nowhere in between.
 *
 * @since 0.2.0
 */
import { hash } from '../../value/Order.js'
import type { Json } from '../../value/Value.js'
import type { Schema } from '../../schema/Schema.js'

/**
 * A row (`key` of `model`) that refers to another one (`to` of `target`) by a column.
 *
 * @since 0.2.0
 */
export interface Link {
  readonly model: string
  readonly column: string
  readonly key: Json
  readonly target: string
  readonly to: Json
}

/**
 * `keys` are the keys to delete, by model, each row before the rows that it refers to. Rows that refer to each other in
 * a circle have no such order. `loosened` are the foreign keys of such rows that must be set to null first.
 *
 * @since 0.2.0
 */
export interface DeleteOrder {
  readonly keys: ReadonlyMap<string, ReadonlyArray<Json>>
  readonly loosened: ReadonlyArray<Link>
}

/**
 * Orders the rows to delete. The models are taken in the order given.
 *
 * @since 0.2.0
 */
export const deleteOrder = (
  schema: Schema,
  deleted: ReadonlyMap<string, ReadonlyArray<Json>>,
  links: ReadonlyArray<Link>,
): DeleteOrder => {
  const names = [...deleted.keys()]
  const place = new Map(names.map((name, i) => [name, i]))
  const backward = links.filter(
    ({ model, target }) => (place.get(model) ?? -1) > (place.get(target) ?? Infinity),
  )
  const sorted = names.map((name) => {
    const own = links.filter(({ model, target }) => model === name && target === name)
    return [name, own.length === 0 ? null : sortedKeys(schema, name, deleted.get(name) ?? [], own)] as const
  })
  return {
    keys: new Map(sorted.map(([name, own]) => [name, own?.keys ?? deleted.get(name) ?? []])),
    loosened: [...backward, ...sorted.flatMap(([, own]) => own?.loosened ?? [])].filter(
      ({ model, column }) => schema.models.get(model)?.columns.get(column)?.nullable === true,
    ),
  }
}

/** Orders the keys of one model. A row can be deleted once no row refers to it any more. */
const sortedKeys = (
  schema: Schema,
  name: string,
  keys: ReadonlyArray<Json>,
  links: ReadonlyArray<Link>,
): { readonly keys: ReadonlyArray<Json>; readonly loosened: ReadonlyArray<Link> } => {
  const model = schema.models.get(name)
  const key = hash(model?.columns.get(model.primaryKey)?.kind ?? 'int')
  const others = links.filter((each) => key(each.key) !== key(each.to))
  const from = grouped(others, (each) => key(each.key))
  const to = grouped(others, (each) => key(each.to))
  const referrers = new Map([...to].map(([id, all]) => [id, all.length]))
  const gone = new Map<RowId, Json>()
  const loosened: Array<Link> = []
  const go = (first: Json): void => {
    const ready = [first]
    /* eslint-disable-next-line functional/no-loop-statements -- any number of rows */
    for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
      const id = key(next)
      if (gone.has(id)) continue
      gone.set(id, next)
      from.get(id)?.forEach((link) => {
        const left = (referrers.get(key(link.to)) ?? 0) - 1
        referrers.set(key(link.to), left)
        if (left === 0) ready.push(link.to)
      })
    }
  }
  keys.filter((each) => !referrers.has(key(each))).forEach(go)
  // The remaining rows are in circles, or are referred to from there.
  keys.forEach((each) => {
    if (gone.has(key(each))) return
    to.get(key(each))?.forEach((link) => {
      if (!gone.has(key(link.key))) loosened.push(link)
    })
    go(each)
  })
  return { keys: [...gone.values()], loosened }
}

type RowId = string | number | boolean

const grouped = (
  links: ReadonlyArray<Link>,
  by: (link: Link) => RowId,
): ReadonlyMap<RowId, ReadonlyArray<Link>> => {
  const groups = new Map<RowId, Array<Link>>()
  links.forEach((link) => {
    const group = groups.get(by(link))
    if (group === undefined) groups.set(by(link), [link])
    else group.push(link)
  })
  return groups
}
