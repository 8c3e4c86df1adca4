import { either as E, taskEither as TE } from 'fp-ts'
import { invalidStep, type QueryError, type WriteError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import { storedKeys, validateChange, validateNew } from '../../schema/validate.js'
import type { Model, ModelRelation, Via } from '../../schema/Schema.js'
import type { ManyRef } from '../../expression/Ref.js'
import type { KeyInput, KeyOf, OwnRow } from '../../expression/Refs.js'
import type { Asked, NewRow } from '../../expression/Written.js'
import type { Scope } from '../../expression/Scope.js'
import { calling, type CallbackResult } from '../../queryset/calling.js'
import { pathOf } from '../../queryset/refs.js'
import { returnedBy } from '../../queryset/CallbackTrace.js'
import { foldDelete, writtenModel } from '../../query/foldMutation.js'
import { allRows, type AnyQueryset, type Queryset } from '../../queryset/Queryset.js'
import type { WritableClient } from '../../client/Client.js'
import { carryOut } from '../../client/carryOut.js'
import { unfinished } from '../../client/Outcome.js'
import { together } from '../../client/together.js'
import { createRows, insertOf } from './create.js'
import { changeRows, isTaken } from '../read/unique.js'
import { keyColumn, type Mutated } from '../../query/Mutation.js'
import { columnNamed, keyed, keyedWith, rowsWith, sentTogether } from './writing.js'
import { total } from '../../value/total.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

type Many<R, CM> = (row: R) => ManyRef<any, string, any, CM>

const typedAddRelated =
  <R, CM>(
    client: WritableClient,
    relation: Many<R, CM>,
    keys: ReadonlyArray<Asked<CM, unknown, KeyInput<KeyOf<CM>>>>,
  ) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<WriteError, number> =>
    changeNamed(client, queryset, relation, 'add', keys)

/**
 * Adds rows to a to-many relation of each row of a queryset. The rows are given by their keys. Rows that are already
 * related stay so. Gives the number of added links.
 *
 * @example
 * import { addRelated, autoId, field, manyToMany, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({
 *   note: { id: autoId, tags: manyToMany('tag', { relatedName: 'notes' }) },
 *   tag: { id: autoId, name: field.text() },
 * })
 * const client = memory(models, {
 *   note: [{ id: 1 }],
 *   tag: [{ id: 1, name: 'a' }, { id: 2, name: 'b' }],
 *   note_tags: [{ id: 1, note: 1, tag: 1 }],
 * })
 * console.log(await pipe(models.note, addRelated(client, (n) => n.tags, [1, 2]))()) // => { _tag: 'Right', right: 1 }
 *
 * @since 0.1.0
 */
export const addRelated = total('addRelated', 2, 'program', typedAddRelated)

const typedRemoveRelated =
  <R, CM>(
    client: WritableClient,
    relation: Many<R, CM>,
    keys: ReadonlyArray<Asked<CM, unknown, KeyInput<KeyOf<CM>>>>,
  ) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<WriteError, number> =>
    changeNamed(client, queryset, relation, 'remove', keys)

/**
 * Removes rows from a to-many relation of each row of a queryset. The rows are given by their keys. Gives the number of
 * removed links.
 *
 * @example
 * import { autoId, field, manyToMany, pipe, removeRelated, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({
 *   note: { id: autoId, tags: manyToMany('tag', { relatedName: 'notes' }) },
 *   tag: { id: autoId, name: field.text() },
 * })
 * const client = memory(models, {
 *   note: [{ id: 1 }],
 *   tag: [{ id: 1, name: 'a' }, { id: 2, name: 'b' }],
 *   note_tags: [{ id: 1, note: 1, tag: 1 }],
 * })
 * console.log(await pipe(models.note, removeRelated(client, (n) => n.tags, [1]))()) // => { _tag: 'Right', right: 1 }
 *
 * @since 0.1.0
 */
export const removeRelated = total('removeRelated', 2, 'program', typedRemoveRelated)

const typedSetRelated =
  <R, CM>(
    client: WritableClient,
    relation: Many<R, CM>,
    keys: ReadonlyArray<Asked<CM, unknown, KeyInput<KeyOf<CM>>>>,
  ) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<WriteError, number> =>
    changeNamed(client, queryset, relation, 'set', keys)

/**
 * Sets a to-many relation of each row of a queryset to exactly the rows with these keys. It adds the missing rows and
 * removes the others. Gives the number of added and removed links.
 *
 * @example
 * import { autoId, field, manyToMany, pipe, schema, setRelated } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({
 *   note: { id: autoId, tags: manyToMany('tag', { relatedName: 'notes' }) },
 *   tag: { id: autoId, name: field.text() },
 * })
 * const client = memory(models, {
 *   note: [{ id: 1 }],
 *   tag: [{ id: 1, name: 'a' }, { id: 2, name: 'b' }],
 *   note_tags: [{ id: 1, note: 1, tag: 1 }],
 * })
 * console.log(await pipe(models.note, setRelated(client, (n) => n.tags, [2]))()) // => { _tag: 'Right', right: 2 }
 *
 * @since 0.1.0
 */
export const setRelated = total('setRelated', 2, 'program', typedSetRelated)

const typedClearRelated =
  <R, CM>(client: WritableClient, relation: Many<R, CM>) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<WriteError, number> =>
    changeNamed(client, queryset, relation, 'set', [])

/**
 * Removes all rows from a to-many relation of each row of a queryset. Gives the number of removed links.
 *
 * @example
 * import { autoId, clearRelated, field, manyToMany, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({
 *   note: { id: autoId, tags: manyToMany('tag', { relatedName: 'notes' }) },
 *   tag: { id: autoId, name: field.text() },
 * })
 * const client = memory(models, {
 *   note: [{ id: 1 }],
 *   tag: [{ id: 1, name: 'a' }, { id: 2, name: 'b' }],
 *   note_tags: [{ id: 1, note: 1, tag: 1 }],
 * })
 * console.log(await pipe(models.note, clearRelated(client, (n) => n.tags))()) // => { _tag: 'Right', right: 1 }
 *
 * @since 0.1.0
 */
export const clearRelated = total('clearRelated', 2, 'program', typedClearRelated)

const typedCreateRelated =
  <R, CM>(client: WritableClient, relation: Many<R, CM>, values: Asked<CM, object, Partial<NewRow<CM>>>) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<WriteError, OwnRow<CM>> =>
    together(client, async (inside) => {
      const named = nameOf(queryset, relation)
      if (E.isLeft(named)) return named
      const name = named.right
      const found = toManyOf(queryset, name)
      if (E.isLeft(found)) return found
      const { model, related } = found.right
      const owners = await keyed(inside, queryset, model)()
      if (E.isLeft(owners)) return owners
      const [owner, another] = keysIn(model, owners.right)
      if (owner === undefined || another !== undefined) return E.left(notOne(queryset, name))
      const target = allRows(queryset.schema, related.target)
      const reversed = related.via._tag === 'reverse' ? { [related.via.column]: owner } : {}
      const made = await createRows<OwnRow<CM>>(inside, [{ ...(values as object), ...reversed }], target)()
      if (E.isLeft(made)) return made
      const [row] = made.right
      if (row === undefined) return E.left(notOne(queryset, name))
      if (related.via._tag !== 'through') return E.right(row)
      const pk = queryset.schema.models.get(related.target)?.primaryKey ?? ''
      // A row is a record by column name.
      const key = (row as { readonly [name: string]: unknown })[pk]
      const linked = await changeRelated(inside, queryset, name, 'add', [key])()
      return E.bimap(
        (error: QueryError) =>
          inside.transaction === undefined ? unlinked(related.target, key, error) : error,
        () => row,
      )(linked)
    })

/**
 * Creates a row in a to-many relation of the only row of a queryset, and gives it as it is stored. Its foreign key is
 * the key of that row. For a many-to-many relation, a join row is created too.
 *
 * @example
 * import { autoId, belongsTo, createRelated, field, filter, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({
 *   artist: { id: autoId },
 *   album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
 * })
 * const client = memory(models, { artist: [{ id: 1 }, { id: 2 }] })
 * const second = pipe(models.artist, filter((a) => a.id.eq(2)))
 * console.log(await pipe(second, createRelated(client, (a) => a.albums, { title: 'Low' }))()) // => { _tag: 'Right', right: { id: 1, title: 'Low', artist: 2 } }
 *
 * @since 0.1.0
 */
export const createRelated = total('createRelated', 2, 'program', typedCreateRelated)

/** The error if the row was created, and stays, but its join row wasn't created. */
const unlinked = (model: string, key: unknown, error: QueryError): QueryError =>
  unfinished(model, [
    // Keys are stored values.
    { _tag: 'done', key: key as Json, error: null },
    { _tag: error.retryable ? 'unknown' : 'failed', key: null, error },
  ]) ?? error

/** The keys of a queryset's rows. A key may occur twice. */
const keysIn = (model: Model, rows: ReadonlyArray<Row>): ReadonlyArray<Json> => {
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  return [...new Map(rows.map(({ [keyColumn]: own = null }) => [key(own), own])).values()]
}

const notOne = (queryset: AnyQueryset, name: string): QueryError =>
  invalidStep('filter', queryset.length, `'${name}': a row belongs to one row only`, 'Ask for one row.')

/** A to-many relation of a queryset's model. */
const toManyOf = (
  queryset: AnyQueryset,
  name: string,
): E.Either<QueryError, { readonly model: Model; readonly related: ModelRelation }> =>
  E.flatMap(
    writtenModel('related', queryset),
    (model: Model): E.Either<QueryError, { readonly model: Model; readonly related: ModelRelation }> => {
      const related = model.relations.get(name)
      return related?.many !== true || related.via._tag === 'forward'
        ? E.left(
            invalidStep(
              'filter',
              queryset.length,
              `'${name}' is not a to-many relation`,
              'Return one: (p) => p.tracks.',
            ),
          )
        : E.right({ model, related })
    },
  )

/** The name of the relation that a callback returns. */
const nameOf = (queryset: AnyQueryset, relation: (row: never) => unknown): E.Either<QueryError, string> =>
  E.flatMap(queryset.scope, (scope: Scope) =>
    E.flatMap(
      calling(scope, relation, {
        step: 'filter',
        index: queryset.length,
        hint: 'Return a relation: (p) => p.tracks.',
      }),
      ({ returned: said, trace }: CallbackResult<unknown>): E.Either<QueryError, string> => {
        const path = pathOf(said)
        const misspelled = path === null ? returnedBy(trace, said) : null
        return misspelled === null ? E.right(path?.join('__') ?? '') : E.left(misspelled)
      },
    ),
  )

const changeNamed = (
  client: WritableClient,
  queryset: AnyQueryset,
  relation: (row: never) => unknown,
  how: 'add' | 'remove' | 'set',
  keys: ReadonlyArray<unknown>,
): TE.TaskEither<WriteError, number> =>
  TE.flatMap(
    () => Promise.resolve(nameOf(queryset, relation)),
    (name: string) => changeRelated(client, queryset, name, how, keys),
  )

/**
 * Like the functions above, for values whose types aren't known.
 *
 * @since 0.1.0
 */
export const changeRelated = (
  client: WritableClient,
  queryset: AnyQueryset,
  name: string,
  how: 'add' | 'remove' | 'set',
  keys: ReadonlyArray<unknown>,
): TE.TaskEither<WriteError, number> =>
  together(client, async (inside) => {
    const found = toManyOf(queryset, name)
    if (E.isLeft(found)) return found
    const { model, related: relation } = found.right
    const owners = await keyed(inside, queryset, model)()
    if (E.isLeft(owners)) return owners
    const own = keysIn(model, owners.right)
    const target = queryset.schema.models.get(relation.target)
    const wanted = target === undefined ? E.right([]) : storedKeys(target, keys)
    if (E.isLeft(wanted)) return wanted
    return relation.via._tag === 'through'
      ? through(inside, queryset, relation.via, own, wanted.right, how)
      : reverse(inside, queryset, relation, relation.via.column, own, wanted.right, how)
  })

/**
 * Creates and deletes join rows. If another writer has created one of them in the meantime, the existing join rows are
 * read again.
 */
const through = async (
  client: WritableClient,
  queryset: AnyQueryset,
  via: Extract<Via, { readonly _tag: 'through' }>,
  owners: ReadonlyArray<Json>,
  keys: ReadonlyArray<Json>,
  how: 'add' | 'remove' | 'set',
  before: number | null = null,
): Promise<E.Either<QueryError, number>> => {
  const model = queryset.schema.models.get(via.model)
  if (model === undefined) return E.right(0)
  const links = await keyedWith(client, allRows(queryset.schema, via.model), model, via.near, owners, [
    { ...columnNamed(via.near), name: 'near' },
    { ...columnNamed(via.far), name: 'far' },
  ])()
  if (E.isLeft(links)) return links
  const key = hash(model.columns.get(via.far)?.kind ?? 'int')
  const wanted = new Map(keys.map((each) => [key(each), each]))
  const pair = (owner: Json, far: unknown) => JSON.stringify([owner, far])
  const linked = new Set(links.right.map((link) => pair(link['near'] ?? null, key(link['far'] ?? null))))
  const goes = (link: Row) => wanted.has(key(link['far'] ?? null)) === (how === 'remove')
  const deleted = how === 'add' ? [] : links.right.filter(goes).map((link) => link[keyColumn] ?? null)
  const missing =
    how === 'remove'
      ? []
      : owners.flatMap((owner) =>
          [...wanted].flatMap(([far, value]) =>
            linked.has(pair(owner, far)) ? [] : [{ [via.near]: owner, [via.far]: value }],
          ),
        )
  const rows = newLinks(model, missing)
  if (E.isLeft(rows)) return rows
  const whole = await relinked(client, model, deleted, rows.right)
  if (E.isLeft(whole)) return whole
  if (whole.right !== null) return E.right(whole.right)
  const written = await carryOut(client, [
    { _tag: 'delete', model: model.name, keys: deleted },
    { _tag: 'create', model: model.name, rows: rows.right },
  ])
  if (E.isRight(written)) return E.right(written.right.flat().length)
  // A conflict over the same links again isn't caused by another writer.
  return isTaken(written.left) && missing.length !== before
    ? through(client, queryset, via, owners, keys, how, missing.length)
    : written
}

/** A query with more keys would be larger than servers accept. */
const mostKeys = 1000

/**
 * Deletes some links and creates others in one call, if the client does that at once. Otherwise `null`. A link that
 * another writer has created in the meantime stays.
 */
const relinked = async (
  client: WritableClient,
  model: Model,
  deleted: ReadonlyArray<Json>,
  rows: ReadonlyArray<Row>,
): Promise<E.Either<QueryError, number | null>> => {
  if (deleted.length + rows.length === 0) return E.right(0)
  if (client.write === undefined || deleted.length > mostKeys) return E.right(null)
  const gone = foldDelete(rowsWith(allRows(client.schema, model.name), model, model.primaryKey, deleted))
  if (E.isLeft(gone)) return gone
  const outcome = await sentTogether(client, [
    ...(deleted.length === 0 ? [] : [gone.right]),
    ...(rows.length === 0 ? [] : [insertOf(model, rows, { _tag: 'ignore' })]),
  ])
  return E.map(
    (all: ReadonlyArray<Mutated> | null) =>
      all?.reduce((sum, { counts }) => sum + (counts[model.name] ?? 0), 0) ?? null,
  )(outcome)
}

/** The ends are stored values already. Any other column of a through model must have a default. */
const newLinks = (model: Model, links: ReadonlyArray<Row>): E.Either<QueryError, ReadonlyArray<Row>> =>
  E.flatMap(validateChange(model, links, true), (ends: ReadonlyArray<Row>) =>
    E.map((rows: ReadonlyArray<Row>) => rows.map((row, i) => ({ ...row, ...ends[i] })))(
      validateNew(
        model,
        links.map(() => ({})),
        Object.keys(links[0] ?? {}),
      ),
    ),
  )

/** Changes the foreign keys of the related rows. */
const reverse = async (
  client: WritableClient,
  queryset: AnyQueryset,
  relation: ModelRelation,
  column: string,
  owners: ReadonlyArray<Json>,
  keys: ReadonlyArray<Json>,
  how: 'add' | 'remove' | 'set',
): Promise<E.Either<QueryError, number>> => {
  const model: Model | undefined = queryset.schema.models.get(relation.target)
  const foreign = model?.columns.get(column)
  if (model === undefined || foreign === undefined) return E.right(0)
  const [owner, another] = owners
  if (how !== 'remove' && (owner === undefined || another !== undefined))
    return E.left(notOne(queryset, relation.name))
  const there = await keyedWith(client, allRows(queryset.schema, model.name), model, column, owners)()
  if (E.isLeft(there)) return there
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const wanted = new Set(keys.map(key))
  const now = there.right.map((row) => row[keyColumn] ?? null)
  const has = new Set(now.map(key))
  const out = how === 'add' ? [] : now.filter((each) => wanted.has(key(each)) === (how === 'remove'))
  if (out.length > 0 && !foreign.nullable)
    return E.left(
      invalidStep(
        'filter',
        queryset.length,
        `'${relation.name}': rows can't be taken out, since '${column}' can't be null`,
        'Delete them, or give them to another row.',
      ),
    )
  const others = how === 'remove' ? [] : keys.filter((each) => !has.has(key(each)))
  const all = allRows(queryset.schema, model.name)
  const found = await keyedWith(client, all, model, model.primaryKey, others)()
  if (E.isLeft(found)) return found
  const into = found.right.map((row) => row[keyColumn] ?? null)
  const changes = [
    ...out.map((each) => ({ key: each, set: { [column]: null } })),
    ...into.map((each) => ({ key: each, set: { [column]: owner ?? null } })),
  ]
  return changeRows(client, model, changes)
}
