import { either as E, taskEither as TE } from 'fp-ts'
import { protectedBy, type Protected, type QueryError, type WriteError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import { endsOf } from '../../schema/endsOf.js'
import type { Model, Schema } from '../../schema/Schema.js'
import { leadsTo, pointersTo, sortedByDependence, type Pointer } from '../../schema/pointers.js'
import type { WritableClient } from '../../client/Client.js'
import { writtenModel } from '../../query/foldMutation.js'
import { allRows, type Queryset } from '../../queryset/Queryset.js'
import { keyColumn } from '../../query/Mutation.js'
import { deleteOrder, type Link } from './deleteOrder.js'
import { columnNamed, keyed, keyedWith } from './writing.js'
import { total } from '../../value/total.js'

/**
 * What a delete would delete and change: the keys to delete, by model, with those that must go first at the start, and
 * the foreign keys to change before that, because their relation says `setNull` or `setDefault`.
 *
 * @since 0.1.0
 */
export interface Collected {
  readonly deleted: ReadonlyMap<string, ReadonlyArray<Json>>
  readonly changed: ReadonlyArray<{
    readonly model: string
    readonly column: string
    readonly to: Json
    readonly keys: ReadonlyArray<Json>
  }>
}

const typedCollect =
  (client: WritableClient) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<WriteError, Collected> =>
  async () => {
    const model = writtenModel('delete', queryset)
    if (E.isLeft(model)) return model
    const rows = await keyed(client, queryset, model.right)()
    if (E.isLeft(rows)) return rows
    const found = await collectFrom(client, model.right, keysOf(rows.right))
    return E.map(({ deleted, changed }: ToDelete): Collected => ({ deleted, changed }))(found)
  }

/**
 * Finds out which rows a delete of a queryset's rows would delete or change, over any number of levels. Nothing is
 * deleted. If a row points to one of them through a relation that says `protect`, the result is a `Protected`. The same
 * applies to `restrict`, unless the pointing row would be deleted too.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, belongsTo, collect, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ artist: { id: autoId }, album: { id: autoId, artist: belongsTo('artist') } })
 * const client = memory(models, { artist: [{ id: 1 }], album: [{ id: 7, artist: 1 }] })
 * const found = await pipe(models.artist, collect(client))()
 * if (E.isRight(found)) console.log([...found.right.deleted]) // => [ [ 'album', [ 7 ] ], [ 'artist', [ 1 ] ] ]
 *
 * @since 0.1.0
 */
export const collect = total('collect', 2, 'program', typedCollect)

/**
 * What a delete deletes and changes. It also lists the foreign keys to set to null first, if rows refer to each other
 * in a circle and aren't deleted at once.
 *
 * @since 0.2.0
 */
export interface ToDelete extends Collected {
  readonly loosened: Collected['changed']
}

interface Collecting {
  /** The keys of each model, by their hash. */
  readonly deleted: Map<string, Map<unknown, Json>>
  readonly changed: Array<Collected['changed'][number]>
  readonly restricted: Array<{ readonly pointer: Pointer; readonly keys: ReadonlyArray<Json> }>
  /** The models in the order in which they were reached. */
  readonly order: Array<string>
  /** Which rows refer to which, where they may form a circle. */
  readonly links: Array<Link>
}

/**
 * Like `collect`, for the rows with these primary keys.
 *
 * @since 0.2.0
 */
export const collectFrom = async (
  client: WritableClient,
  model: Model,
  keys: ReadonlyArray<Json>,
): Promise<E.Either<QueryError, ToDelete>> => {
  const { schema } = client
  const found: Collecting = { deleted: new Map(), changed: [], restricted: [], order: [], links: [] }
  const blocking: Array<Protected['by'][number]> = []
  const pending: Array<{ readonly model: Model; readonly keys: ReadonlyArray<Json> }> = [
    { model, keys: added(found, model, keys) },
  ]
  /* eslint-disable functional/no-loop-statements -- any number of levels, and cycles */
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.keys.length === 0) continue
    for (const pointer of pointersTo(schema, next.model.name)) {
      // With `doNothing`, a pointing row matters only for the order of deletes, and only in a circle.
      const isCircular = leadsTo(schema, next.model.name, pointer.model.name)
      const isLeft = pointer.onDelete === 'doNothing' && !isCircular
      if (isLeft || staysLinked(client, schema, next.model, pointer)) continue
      const pointing = await pointingTo(client, schema, pointer, next.keys)()
      if (E.isLeft(pointing)) return pointing
      const pointers = keysOf(pointing.right)
      if (isCircular)
        for (const row of pointing.right) found.links.push(linkOf(pointer, next.model.name, row))
      if (pointers.length === 0 || pointer.onDelete === 'doNothing') continue
      switch (pointer.onDelete) {
        case 'protect':
          blocking.push({ model: pointer.model.name, relation: pointer.column, rows: pointers.length })
          break
        case 'restrict':
          found.restricted.push({ pointer, keys: pointers })
          break
        case 'cascade':
          pending.push({ model: pointer.model, keys: added(found, pointer.model, pointers) })
          break
        default:
          found.changed.push({
            model: pointer.model.name,
            column: pointer.column,
            to: pointer.fallback,
            keys: pointers,
          })
      }
    }
  }
  /* eslint-enable functional/no-loop-statements */
  const blocked = [...blocking, ...found.restricted.flatMap((each) => stillThere(found, each))]
  return blocked.length > 0 ? E.left(protectedBy(model.name, blocked)) : E.right(collected(schema, found))
}

/** The links of a softly deleted row stay, unless they forbid the delete. If the delete is undone, they are back. */
const staysLinked = (
  { softDeletes = [] }: WritableClient,
  schema: Schema,
  target: Model,
  { model, column, onDelete }: Pointer,
): boolean =>
  softDeletes.includes(target.name) &&
  onDelete !== 'protect' &&
  onDelete !== 'restrict' &&
  endsOf(schema, model.name).some(({ name }) => name === column)

const keysOf = (rows: ReadonlyArray<Row>): ReadonlyArray<Json> => rows.map((row) => row[keyColumn] ?? null)

/** Adds keys to those that were found, and gives the ones that are new. */
const added = (found: Collecting, model: Model, keys: ReadonlyArray<Json>): ReadonlyArray<Json> => {
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const known = found.deleted.get(model.name) ?? new Map<unknown, Json>()
  if (!found.deleted.has(model.name)) found.order.push(model.name)
  found.deleted.set(model.name, known)
  return keys.filter((each) => {
    const own = key(each)
    return known.has(own) ? false : (known.set(own, each), true)
  })
}

const pointingTo = (
  client: WritableClient,
  schema: Schema,
  { model, column }: Pointer,
  keys: ReadonlyArray<Json>,
): TE.TaskEither<WriteError, ReadonlyArray<Row>> =>
  keyedWith(client, allRows(schema, model.name), model, column, keys, [
    { ...columnNamed(column), name: '_to' },
  ])

const linkOf = ({ model, column }: Pointer, target: string, row: Row): Link => ({
  model: model.name,
  column,
  key: row[keyColumn] ?? null,
  target,
  to: row['_to'] ?? null,
})

const stillThere = (
  found: Collecting,
  { pointer, keys }: Collecting['restricted'][number],
): ReadonlyArray<Protected['by'][number]> => {
  const { model, column } = pointer
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const left = keys.filter((each) => found.deleted.get(model.name)?.has(key(each)) !== true)
  return left.length === 0 ? [] : [{ model: model.name, relation: column, rows: left.length }]
}

/** Models that point come before the models that they point to. */
const collected = (schema: Schema, found: Collecting): ToDelete => {
  const names = [...found.deleted.keys()].filter((name) => (found.deleted.get(name)?.size ?? 0) > 0)
  const ordered = sortedByDependence(schema, names)
  const { keys, loosened } = deleteOrder(
    schema,
    new Map(ordered.map((name) => [name, [...(found.deleted.get(name)?.values() ?? [])]])),
    found.links.filter(({ model, key }) => isDeleted(schema, found, model, key)),
  )
  return {
    deleted: keys,
    loosened: toNull(loosened),
    changed: found.changed
      .map((each) => ({
        ...each,
        keys: each.keys.filter((key) => !isDeleted(schema, found, each.model, key)),
      }))
      .filter((each) => each.keys.length > 0),
  }
}

const isDeleted = (schema: Schema, found: Collecting, name: string, key: Json): boolean => {
  const model = schema.models.get(name)
  const own = hash(model?.columns.get(model.primaryKey)?.kind ?? 'int')
  return found.deleted.get(name)?.has(own(key)) === true
}

const toNull = (links: ReadonlyArray<Link>): Collected['changed'] => {
  const found = new Map<string, { model: string; column: string; keys: Array<Json> }>()
  links.forEach(({ model, column, key }) => {
    const known = found.get(`${model}.${column}`)
    if (known === undefined) found.set(`${model}.${column}`, { model, column, keys: [key] })
    else known.keys.push(key)
  })
  return [...found.values()].map((each) => ({ ...each, to: null }))
}
