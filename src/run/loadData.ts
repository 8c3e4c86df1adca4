import { either as E, type taskEither as TE } from 'fp-ts'
import { invalid, type FieldError, type QueryError } from '../value/QueryError.js'
import { hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import type { Model, Schema } from '../schema/Schema.js'
import { storedKeys, validateNew } from '../schema/validate.js'
import { allRows } from '../queryset/Queryset.js'
import type { Change, Write } from '../query/Write.js'
import { carryOut } from '../client/carryOut.js'
import type { WritableClient } from '../client/Client.js'
import { together } from '../client/together.js'
import type { BulkOptions } from '../client/write.js'
import {
  foreignKeys,
  inDependence,
  inlinedOf,
  modelNamed,
  type FixtureRecord,
  type Inlined,
} from './fixture.js'
import { columnNamed, keyedWith } from './writing.js'
import { total } from '../value/total.js'

const typedLoadData = (
  client: WritableClient,
  records: ReadonlyArray<unknown>,
  options: BulkOptions = {},
): TE.TaskEither<QueryError, { readonly [model: string]: number }> =>
  together(client, async (inside) => {
    const read = readAll(client.schema, records)
    if (E.isLeft(read)) return read
    const loads = inOrder(client.schema, read.right)
    const writes = await writesOf(inside, loads)
    if (E.isLeft(writes)) return writes
    return E.map(() => Object.fromEntries(loads.map(({ model, rows }) => [model.name, rows.length])))(
      await carryOut(inside, writes.right, options),
    )
  })

/**
 * Writes the records of a fixture, in Django's format, whatever their order; gives how many records of each model
 * there were. Rows that are there already become what the fixture says, the others are made, with their keys;
 * many-to-many relations become just what their lists say.
 *
 * All records are checked before the first is written, and all that is wrong is told at once: `Invalid`, with errors
 * whose `item` counts records from 0. Rows are written after those that they point to; where rows point to each other
 * in a circle, a foreign key that may be missing is written at last. Over a client that can't do all or nothing, what
 * was done in part is an `Incomplete`, which can be resumed.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, belongsTo, field, loadData, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({
 *   album: { id: autoId, title: field.text(), artist: belongsTo('artist') },
 *   artist: { id: autoId, name: field.text() },
 * })
 * const client = memory(models, { artist: [{ id: 1, name: 'AC-DC' }] })
 * const records = [
 *   { model: 'music.album', pk: 5, fields: { title: 'Powerage', artist: 1 } },
 *   { model: 'music.artist', pk: 1, fields: { name: 'AC/DC' } },
 * ]
 * console.log(await loadData(client, records)()) // => { _tag: 'Right', right: { artist: 1, album: 1 } }
 * console.log(await pipe(models.artist, toArray(client))()) // => { _tag: 'Right', right: [ { id: 1, name: 'AC/DC' } ] }
 *
 * @since 0.1.0
 */
export const loadData = total('loadData', 1, 'program', typedLoadData)

/** What a fixture says of a model: its rows as they are stored, and for each the lists of its many-to-many relations. */
interface Load {
  readonly model: Model
  readonly rows: ReadonlyArray<Row>
  readonly lists: ReadonlyArray<{
    readonly inlined: Inlined
    readonly owner: Json
    readonly keys: ReadonlyArray<Json>
  }>
}

/** A record whose model is known, and where it stands in the fixture. */
interface Placed {
  readonly item: number
  readonly record: FixtureRecord
}

const readAll = (
  schema: Schema,
  records: ReadonlyArray<unknown>,
): E.Either<QueryError, ReadonlyArray<Load>> => {
  const errors: Array<FieldError> = []
  const byModel = new Map<Model, Array<Placed>>()
  records.forEach((given, item) => {
    if (!isRecord(given)) {
      errors.push(wrong(item, null, 'invalid', 'is not a record: { model, pk, fields }'))
      return
    }
    const model = modelNamed(schema, given.model)
    if (model === null) {
      errors.push(wrong(item, null, 'unknown_model', `there is no model '${given.model}'`))
      return
    }
    const placed = byModel.get(model)
    const record = { model: model.name, pk: given.pk ?? null, fields: given.fields }
    if (placed === undefined) byModel.set(model, [{ item, record }])
    else placed.push({ item, record })
  })
  const loads = [...byModel].map(([model, placed]) => loadOf(schema, model, placed, errors))
  return errors.length === 0
    ? E.right(loads)
    : E.left(
        invalid(
          'fixture',
          [...errors].sort((a, b) => a.item - b.item),
        ),
      )
}

const isRecord = (
  u: unknown,
): u is { readonly model: string; readonly pk?: Json; readonly fields: FixtureRecord['fields'] } =>
  typeof u === 'object' &&
  u !== null &&
  'model' in u &&
  typeof u.model === 'string' &&
  'fields' in u &&
  typeof u.fields === 'object' &&
  u.fields !== null &&
  !Array.isArray(u.fields)

const wrong = (item: number, field: string | null, code: string, message: string): FieldError => ({
  item,
  field,
  code,
  params: {},
  message,
})

const loadOf = (
  schema: Schema,
  model: Model,
  all: ReadonlyArray<Placed>,
  errors: Array<FieldError>,
): Load => {
  const placed = lastOfEach(all)
  const inlined = inlinedOf(schema, model)
  const foreign = foreignKeys(model)
  const items = placed.map(({ item, record: { pk, fields } }) => {
    const own = Object.entries(fields).filter(([name]) => !inlined.some((each) => each.name === name))
    own
      .filter(([name, value]) => Array.isArray(value) && foreign.some((each) => each.name === name))
      .forEach(([name]) =>
        errors.push(wrong(item, name, 'natural_key', 'is a natural key; dump it by primary key')),
      )
    return { ...Object.fromEntries(own), ...(pk === null ? {} : { [model.primaryKey]: pk }) }
  })
  const rows = validateNew(model, items, [], true)
  if (E.isLeft(rows)) {
    const natural = new Set(
      errors
        .filter(({ code }) => code === 'natural_key')
        .map(({ item, field }) => `${String(item)} ${String(field)}`),
    )
    rows.left.errors
      .map((error) => ({ ...error, item: placed[error.item]?.item ?? error.item }))
      .filter(({ item, field }) => !natural.has(`${String(item)} ${String(field)}`))
      .forEach((error) => errors.push(error))
  }
  const lists = placed.flatMap(({ item, record: { pk, fields } }, i) =>
    inlined.flatMap((each) => {
      const given = fields[each.name]
      if (given === undefined) return []
      const target = schema.models.get(model.relations.get(each.name)?.target ?? '')
      const keys = Array.isArray(given) && target !== undefined ? storedKeys(target, given) : null
      if (keys === null || E.isLeft(keys) || pk === null) {
        errors.push(
          pk === null
            ? wrong(item, each.name, 'required', 'needs the key of the row that has it')
            : wrong(item, each.name, 'invalid', 'is not a list of keys'),
        )
        return []
      }
      const owner = E.isRight(rows) ? (rows.right[i]?.[model.primaryKey] ?? null) : null
      return [{ inlined: each, owner, keys: keys.right }]
    }),
  )
  return { model, rows: E.isRight(rows) ? rows.right : [], lists }
}

/** Of several records of one row the last counts, as if they were written one after the other. */
const lastOfEach = (placed: ReadonlyArray<Placed>): ReadonlyArray<Placed> => {
  const last = new Map(
    placed.map((each) => {
      const { pk } = each.record
      return [pk === null ? each : typeof pk === 'object' ? JSON.stringify(pk) : String(pk), each] as const
    }),
  )
  return placed.length === last.size ? placed : [...last.values()]
}

const inOrder = (schema: Schema, loads: ReadonlyArray<Load>): ReadonlyArray<Load> => {
  const byName = new Map(loads.map((each) => [each.model.name, each]))
  return inDependence(schema, [...byName.keys()]).flatMap((name) => byName.get(name) ?? [])
}

/** What has to be written: all rows, then what had to wait for them, then the rows between. */
const writesOf = async (
  client: WritableClient,
  loads: ReadonlyArray<Load>,
): Promise<E.Either<QueryError, ReadonlyArray<Write>>> => {
  const writes: Array<Write> = []
  const waiting: Array<Write> = []
  // Keys of rows that are to be made, and haven't been yet.
  const due = new Map<string, Set<unknown>>()
  const news = new Map<Model, ReadonlyArray<Row>>()
  /* eslint-disable functional/no-loop-statements -- one request after the other */
  for (const { model, rows } of loads) {
    const there = await existing(client, model, rows)
    if (E.isLeft(there)) return there
    const key = keyHash(model)
    const isNew = (row: Row) => !there.right.has(key(row[model.primaryKey] ?? null))
    news.set(model, rows.filter(isNew))
    due.set(model.name, new Set(rows.filter(isNew).map((row) => key(row[model.primaryKey] ?? null))))
    const changes = rows.filter((row) => !isNew(row)).map((row): Change => asChange(model, row))
    if (changes.length > 0) waiting.push({ _tag: 'update', model: model.name, changes })
  }
  for (const { model } of loads) {
    const made = news.get(model) ?? []
    const { rows, changes } = parted(client.schema, model, made, due)
    due.delete(model.name)
    if (rows.length > 0) writes.push({ _tag: 'create', model: model.name, rows })
    if (changes.length > 0) waiting.push({ _tag: 'update', model: model.name, changes })
  }
  for (const load of loads) {
    const links = await linksOf(client, load)
    if (E.isLeft(links)) return links
    waiting.push(...links.right)
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right([...writes, ...waiting])
}

const keyHash = (model: Model): ((key: Json) => unknown) =>
  hash(model.columns.get(model.primaryKey)?.kind ?? 'int')

const asChange = (model: Model, row: Row): Change => {
  const { [model.primaryKey]: key = null, ...set } = row
  return { key, set }
}

const existing = async (
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
): Promise<E.Either<QueryError, ReadonlySet<unknown>>> => {
  const keys = rows.map((row) => row[model.primaryKey] ?? null).filter((each) => each !== null)
  const key = keyHash(model)
  const all = allRows(client.schema, model.name)
  return E.map((found: ReadonlyArray<Row>) => new Set(found.map((row) => key(row['_pk'] ?? null))))(
    await keyedWith(client, all, model, model.primaryKey, keys)(),
  )
}

/** Rows to be made, without the foreign keys that lead to rows which aren't there yet; and the changes that add these. */
const parted = (
  schema: Schema,
  model: Model,
  rows: ReadonlyArray<Row>,
  due: ReadonlyMap<string, ReadonlySet<unknown>>,
): { readonly rows: ReadonlyArray<Row>; readonly changes: ReadonlyArray<Change> } => {
  const loose = foreignKeys(model)
    .filter(({ nullable, name }) => nullable && name !== model.primaryKey)
    .flatMap(({ name, target }) => {
      const to = schema.models.get(target)
      const open = due.get(target)
      return to === undefined || open === undefined || open.size === 0
        ? []
        : [{ name, key: keyHash(to), open }]
    })
  const later = (row: Row): Row =>
    Object.fromEntries(
      loose.flatMap(({ name, key, open }) => {
        const value = row[name] ?? null
        return value !== null && open.has(key(value)) ? [[name, value] as const] : []
      }),
    )
  const changes: Array<Change> = []
  const made = rows.map((row) => {
    const set = later(row)
    const names = Object.keys(set)
    const key = row[model.primaryKey] ?? null
    // A row whose key the backend counts up can't be found again to be changed.
    if (names.length === 0 || key === null) return row
    changes.push({ key, set })
    return { ...row, ...Object.fromEntries(names.map((name) => [name, null])) }
  })
  return { rows: made, changes }
}

/** Rows between are deleted and made, so that there are those that the lists say. */
const linksOf = async (
  client: WritableClient,
  { lists }: Load,
): Promise<E.Either<QueryError, ReadonlyArray<Write>>> => {
  const relations = new Map(lists.map(({ inlined }) => [inlined.name, inlined]))
  const writes: Array<Write> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one request after the other */
  for (const { name, via } of relations.values()) {
    const between = client.schema.models.get(via.model)
    if (between === undefined) continue
    const own = lists.filter(({ inlined }) => inlined.name === name)
    const owners = own.map(({ owner }) => owner)
    const links = await keyedWith(client, allRows(client.schema, via.model), between, via.near, owners, [
      { ...columnNamed(via.near), name: 'near' },
      { ...columnNamed(via.far), name: 'far' },
    ])()
    if (E.isLeft(links)) return links
    const pair = (near: Json, far: Json) => JSON.stringify([near, far])
    const wanted = new Map(
      own.flatMap(({ owner, keys }) => keys.map((far) => [pair(owner, far), { owner, far }] as const)),
    )
    const there = new Set(links.right.map(({ near = null, far = null }) => pair(near, far)))
    const gone = links.right.filter(({ near = null, far = null }) => !wanted.has(pair(near, far)))
    const missing = [...wanted].filter(([each]) => !there.has(each)).map(([, link]) => link)
    if (gone.length > 0)
      writes.push({ _tag: 'delete', model: between.name, keys: gone.map((row) => row['_pk'] ?? null) })
    if (missing.length > 0)
      writes.push({
        _tag: 'create',
        model: between.name,
        rows: missing.map(({ owner, far }) => ({
          [between.primaryKey]: null,
          [via.near]: owner,
          [via.far]: far,
        })),
      })
  }
  return E.right(writes)
}
