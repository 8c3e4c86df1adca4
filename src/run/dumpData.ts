import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../value/QueryError.js'
import { compare, hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import type { Model, Schema } from '../schema/Schema.js'
import { projected } from '../query/foldMutation.js'
import { allRows, type AnyQueryset } from '../queryset/Queryset.js'
import { asClient } from '../client/asClient.js'
import { optionsOf } from '../value/optionsOf.js'
import type { Client } from '../client/Client.js'
import { fieldsOf, inDependence, inlinedOf, type FixtureRecord, type Inlined } from './fixture.js'
import { storedPages } from './run.js'
import { columnNamed, keyedWith } from './writing.js'

/**
 * `models` are those whose rows are dumped, all unless said otherwise; `app` is written in front of their names, as
 * Django needs it; `size` rows are fetched at a time (1,000 unless said otherwise).
 *
 * @since 0.1.0
 */
export interface DumpOptions {
  readonly models?: ReadonlyArray<string>
  readonly app?: string
  readonly size?: number
}

/**
 * The rows of all models as a fixture, in Django's format: each model after those that it points to, the rows of a
 * model by primary key, and many-to-many relations as lists with the rows of the model that declares them. They come
 * one after the other, in bounded memory; a `Left` ends them.
 *
 * @example
 * import { autoId, dumpData, field, manyToMany, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({
 *   playlist: { id: autoId, name: field.text(), tracks: manyToMany('track') },
 *   track: { id: autoId, price: field.decimal() },
 * })
 * const client = memory(models, {
 *   track: [{ id: 1, price: '0.99' }],
 *   playlist: [{ id: 7, name: 'Drive' }],
 *   playlist_tracks: [{ id: 1, playlist: 7, track: 1 }],
 * })
 * for await (const record of dumpData(client)) console.log(record._tag === 'Right' && JSON.stringify(record.right))
 * // => {"model":"track","pk":1,"fields":{"price":"0.99"}}
 * //    {"model":"playlist","pk":7,"fields":{"name":"Drive","tracks":[1]}}
 *
 * @since 0.1.0
 */
export async function* dumpData(
  given: Client,
  options: DumpOptions = {},
): AsyncGenerator<E.Either<QueryError, FixtureRecord>, void, undefined> {
  const client = asClient(given)
  const { models, app, size = 1000 } = optionsOf(options)
  const { schema } = client
  const [broken] = schema.errors
  if (broken !== undefined) {
    yield E.left(broken)
    return
  }
  const all = [...schema.models.values()].filter(({ implicit }) => !implicit).map(({ name }) => name)
  const unknown = models?.find((name) => !all.includes(name))
  if (unknown !== undefined) {
    yield E.left(invalidField(null, unknown, 'is not a model', all))
    return
  }
  /* eslint-disable functional/no-loop-statements -- one model after the other, in bounded memory */
  for (const name of inDependence(schema, models ?? all)) {
    const model = schema.models.get(name)
    if (model === undefined) continue
    const inlined = inlinedOf(schema, model)
    const pending: Array<Row> = []
    const named = app === undefined ? name : `${app}.${name}`
    for await (const page of storedPages(client, stored(schema, model), size)) {
      if (E.isLeft(page)) {
        yield page
        return
      }
      for (const row of page.right) {
        pending.push(row)
        if (pending.length < size) continue
        const records = await recordsOf(client, model, named, inlined, pending.splice(0))
        yield* records
        if (records.some(E.isLeft)) return
      }
    }
    const records = await recordsOf(client, model, named, inlined, pending)
    yield* records
    if (records.some(E.isLeft)) return
  }
  /* eslint-enable functional/no-loop-statements */
}

/** The rows of a model as they are stored. */
const stored = (schema: Schema, model: Model): AnyQueryset =>
  projected(allRows(schema, model.name), [...model.columns.keys()].map(columnNamed))

const recordsOf = async (
  client: Client,
  model: Model,
  name: string,
  inlined: ReadonlyArray<Inlined>,
  rows: ReadonlyArray<Row>,
): Promise<ReadonlyArray<E.Either<QueryError, FixtureRecord>>> => {
  const keys = rows.map((row) => row[model.primaryKey] ?? null)
  const lists: Array<readonly [string, (key: Json) => ReadonlyArray<Json>]> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one request after the other */
  for (const each of inlined) {
    const found = await linksOf(client, model, each, keys)
    if (E.isLeft(found)) return [found]
    lists.push([each.name, found.right])
  }
  return rows.map((row, i) =>
    E.right({
      model: name,
      pk: keys[i] ?? null,
      fields: {
        ...fieldsOf(model, row),
        ...Object.fromEntries(lists.map(([list, of]) => [list, of(keys[i] ?? null)])),
      },
    }),
  )
}

const linksOf = async (
  client: Client,
  model: Model,
  { via }: Inlined,
  keys: ReadonlyArray<Json>,
): Promise<E.Either<QueryError, (key: Json) => ReadonlyArray<Json>>> => {
  const between = client.schema.models.get(via.model)
  if (between === undefined || keys.length === 0) return E.right(() => [])
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const links = await keyedWith(client, allRows(client.schema, via.model), between, via.near, keys, [
    { ...columnNamed(via.near), name: 'near' },
    { ...columnNamed(via.far), name: 'far' },
  ])()
  return E.map((found: ReadonlyArray<Row>) => {
    const lists = new Map<unknown, Array<Json>>()
    found.forEach(({ near = null, far = null }) => {
      const own = lists.get(key(near))
      if (own === undefined) lists.set(key(near), [far])
      else own.push(far)
    })
    const order = compare(between.columns.get(via.far)?.kind ?? 'int')
    return (of: Json): ReadonlyArray<Json> => [...new Set(lists.get(key(of)) ?? [])].sort(order)
  })(links)
}
