import { either as E, type taskEither as TE } from 'fp-ts'
import { invalidStep, type QueryError } from '../value/QueryError.js'
import { hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import { validateNew } from '../schema/validate.js'
import type { Model, ModelRelation, Via } from '../schema/Schema.js'
import type { KeyOf, ManyRef } from '../expression/Ref.js'
import { append } from '../queryset/append.js'
import { pathOf, withRefs } from '../queryset/bind.js'
import { allRows, type AnyQueryset, type Queryset } from '../queryset/Queryset.js'
import type { WritableClient } from '../client/Client.js'
import { createAll, deleteAll, updateAll } from '../client/write.js'
import { keyed, settled, together, writtenModel } from './writing.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

type Many<R, CM> = (row: R) => ManyRef<any, string, any, CM>

/**
 * Adds rows, told by their keys, to a to-many relation of each row of a queryset; those that are there already stay
 * once. Gives how many were added.
 *
 * @since 0.1.0
 */
export const addRelated =
  <R, CM>(client: WritableClient, relation: Many<R, CM>, keys: ReadonlyArray<KeyOf<CM>>) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<QueryError, number> =>
    changeRelated(client, queryset, nameOf(queryset, relation), 'add', keys)

/**
 * Takes rows, told by their keys, out of a to-many relation of each row of a queryset. Gives how many there were.
 *
 * @since 0.1.0
 */
export const removeRelated =
  <R, CM>(client: WritableClient, relation: Many<R, CM>, keys: ReadonlyArray<KeyOf<CM>>) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<QueryError, number> =>
    changeRelated(client, queryset, nameOf(queryset, relation), 'remove', keys)

/**
 * Makes a to-many relation of each row of a queryset consist of the rows with these keys: adds those that aren't
 * there, takes out the others. Gives how many were added or taken out.
 *
 * @since 0.1.0
 */
export const setRelated =
  <R, CM>(client: WritableClient, relation: Many<R, CM>, keys: ReadonlyArray<KeyOf<CM>>) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<QueryError, number> =>
    changeRelated(client, queryset, nameOf(queryset, relation), 'set', keys)

/**
 * Takes all rows out of a to-many relation of each row of a queryset. Gives how many there were.
 *
 * @since 0.1.0
 */
export const clearRelated =
  <R, CM>(client: WritableClient, relation: Many<R, CM>) =>
  <A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<QueryError, number> =>
    changeRelated(client, queryset, nameOf(queryset, relation), 'set', [])

const nameOf = (queryset: AnyQueryset, relation: (row: never) => unknown): string =>
  E.isLeft(queryset.scope) ? '' : (pathOf(withRefs(queryset.scope.right, relation).said)?.join('__') ?? '')

/**
 * As the functions above, of what the types have forgotten.
 *
 * @since 0.1.0
 */
export const changeRelated = (
  client: WritableClient,
  queryset: AnyQueryset,
  name: string,
  how: 'add' | 'remove' | 'set',
  keys: ReadonlyArray<unknown>,
): TE.TaskEither<QueryError, number> =>
  together(client, async (inside) => {
    const model = writtenModel('related', queryset)
    if (E.isLeft(model)) return model
    const relation = model.right.relations.get(name)
    if (relation?.many !== true || relation.via._tag === 'forward')
      return E.left(
        invalidStep(
          'filter',
          queryset.length,
          `'${name}' is no to-many relation`,
          'Return one: (p) => p.tracks.',
        ),
      )
    const owners = await keyed(inside, queryset, model.right)()
    if (E.isLeft(owners)) return owners
    const own = owners.right.map((row) => row['_pk'] ?? null)
    // The keys are values of the target's key; the store says if they aren't.
    return relation.via._tag === 'through'
      ? through(inside, queryset, relation.via, own, keys as ReadonlyArray<Json>, how)
      : reverse(inside, queryset, relation, relation.via.column, own, keys as ReadonlyArray<Json>, how)
  })

const rowsWhere = (
  queryset: AnyQueryset,
  model: string,
  column: string,
  values: ReadonlyArray<Json>,
): AnyQueryset => {
  const kind = queryset.schema.models.get(model)?.columns.get(column)?.kind ?? 'int'
  return append(allRows(queryset.schema, model), 'filter', () =>
    E.right({
      step: {
        _tag: 'filter',
        predicate: {
          _tag: 'lookup',
          name: 'in',
          left: { _tag: 'column', path: [column], level: 0 },
          right: values.map((value) => ({ _tag: 'const', kind, value })),
        },
      },
    }),
  )
}

/** The rows between are made and deleted. */
const through = async (
  client: WritableClient,
  queryset: AnyQueryset,
  via: Extract<Via, { readonly _tag: 'through' }>,
  owners: ReadonlyArray<Json>,
  keys: ReadonlyArray<Json>,
  how: 'add' | 'remove' | 'set',
): Promise<E.Either<QueryError, number>> => {
  const model = queryset.schema.models.get(via.model)
  if (model === undefined) return E.right(0)
  const links = await keyed(client, rowsWhere(queryset, via.model, via.near, owners), model, [
    { name: 'near', expression: { _tag: 'column', path: [via.near], level: 0 } },
    { name: 'far', expression: { _tag: 'column', path: [via.far], level: 0 } },
  ])()
  if (E.isLeft(links)) return links
  const key = hash(model.columns.get(via.far)?.kind ?? 'int')
  const wanted = new Map(keys.map((each) => [key(each), each]))
  const has = (owner: Json, far: unknown) =>
    links.right.some((link) => link['near'] === owner && key(link['far'] ?? null) === far)
  const goes = (link: Row) => wanted.has(key(link['far'] ?? null)) === (how === 'remove')
  const deleted = how === 'add' ? [] : links.right.filter(goes).map((link) => link['_pk'] ?? null)
  const missing =
    how === 'remove'
      ? []
      : owners.flatMap((owner) =>
          [...wanted].flatMap(([far, value]) =>
            has(owner, far) ? [] : [{ [via.near]: owner, [via.far]: value }],
          ),
        )
  const rows = validateNew(model, missing)
  if (E.isLeft(rows)) return rows
  const gone = settled(client, model, await deleteAll(client, model.name, deleted), (one) => one)
  if (E.isLeft(gone)) return gone
  const made = settled(
    client,
    model,
    await createAll(client, model.name, rows.right),
    (row: Row) => row[model.primaryKey] ?? null,
  )
  return E.map((all: ReadonlyArray<Row>) => all.length + gone.right.length)(made)
}

/** The foreign keys of the related rows are changed. */
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
  if (how !== 'add' && !foreign.nullable)
    return E.left(
      invalidStep(
        'filter',
        queryset.length,
        `'${relation.name}': rows can't be taken out, since '${column}' can't be null`,
        'Delete them, or give them to another row.',
      ),
    )
  if (how !== 'remove' && (owner === undefined || another !== undefined))
    return E.left(
      invalidStep(
        'filter',
        queryset.length,
        `'${relation.name}': a row belongs to one row only`,
        'Ask for one row.',
      ),
    )
  const there = await keyed(client, rowsWhere(queryset, model.name, column, owners), model)()
  if (E.isLeft(there)) return there
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const wanted = new Set(keys.map(key))
  const now = there.right.map((row) => row['_pk'] ?? null)
  const has = new Set(now.map(key))
  const out = how === 'add' ? [] : now.filter((each) => wanted.has(key(each)) === (how === 'remove'))
  const into = how === 'remove' ? [] : keys.filter((each) => !has.has(key(each)))
  const changes = [
    ...out.map((each) => ({ key: each, set: { [column]: null } })),
    ...into.map((each) => ({ key: each, set: { [column]: owner ?? null } })),
  ]
  return E.map((all: ReadonlyArray<Json>) => all.length)(
    settled(client, model, await updateAll(client, model.name, changes), (one) => one),
  )
}
