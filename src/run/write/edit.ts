import { either as E, type taskEither as TE } from 'fp-ts'
import { createDraft, finishDraft, type Draft } from 'immer'
import {
  clientFailed,
  invalid,
  invalidField,
  type QueryError,
  type WriteError,
} from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Row } from '../../value/Value.js'
import { holdsSame, staleConflict, staleErrors } from '../../schema/stale.js'
import type { Model } from '../../schema/Schema.js'
import { stamped } from '../../schema/autoTimes.js'
import { validateChange } from '../../schema/validate.js'
import type { QuerysetLike } from '../../expression/Ref.js'
import type { OwnRow } from '../../expression/Refs.js'
import type { Late } from '../../expression/Written.js'
import { writtenModel } from '../../query/foldMutation.js'
import { allRows, type AnyQueryset, type Queryset } from '../../queryset/Queryset.js'
import { keyColumn } from '../../query/Mutation.js'
import type { Change } from '../../query/Write.js'
import type { WritableClient } from '../../client/Client.js'
import type { BulkOptions } from '../../client/write.js'
import { together } from '../../client/together.js'
import { readRows } from './create.js'
import { changeRows } from '../read/unique.js'
import { columnNamed, keyed, keyedWith } from './writing.js'
import { total } from '../../value/total.js'

/**
 * `version` names an int field that counts the changes of a row. If it is given, only this field is compared to find
 * out whether a row has changed since it was read, and each edit increments it. Otherwise all fields of the row are
 * compared.
 *
 * @since 0.1.0
 */
export interface EditOptions<V extends string = string> extends BulkOptions {
  readonly version?: V
}

const typedEdit =
  <M, D, const V extends string = never>(
    client: WritableClient,
    recipe: (row: unknown extends M ? D : Draft<OwnRow<NoInfer<M>>>) => void | Promise<void>,
    options: EditOptions<V> = {},
  ) =>
  <R, A, T>(
    queryset: Queryset<R, A, T> &
      QuerysetLike<unknown, M> &
      Late<M, Draft<OwnRow<T>>, D> &
      ([V] extends [IntFields<OwnRow<T>>] ? unknown : `the field '${V}' is not an int that counts changes`),
  ): TE.TaskEither<WriteError, number> =>
    editRows(client, queryset, recipe, options)

/**
 * Changes the rows of a queryset with an Immer recipe. The recipe receives each row as a draft. Only the changed fields
 * of the changed rows are written. Gives the number of changed rows.
 *
 * If another writer has changed a row since it was read, the result is a `Conflict`, which names the fields, and
 * nothing is written. The recipe may be asynchronous. No transaction is open while it runs. If the client has neither
 * transactions nor `checks`, another process may still write between the comparison and the write.
 *
 * @example
 * import { autoId, edit, field, pipe, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text(), rank: field.int() } })
 * const client = memory(models, { genre: [{ id: 1, name: ' Rock', rank: 1 }, { id: 2, name: 'Jazz', rank: 2 }] })
 * const tidy = pipe(models.genre, edit(client, (genre) => {
 *   genre.name = genre.name.trim()
 * }))
 * console.log(await tidy()) // => { _tag: 'Right', right: 1 }
 * console.log(await pipe(models.genre, toArray(client))()) // => { _tag: 'Right', right: [ { id: 1, name: 'Rock', rank: 1 }, { id: 2, name: 'Jazz', rank: 2 } ] }
 *
 * @since 0.1.0
 */
export const edit = total('edit', 2, 'program', typedEdit)

type IntFields<A> = { [F in keyof A]: A[F] extends number ? F & string : never }[keyof A]

/**
 * Like `edit`, for values whose types aren't known.
 *
 * @since 0.1.0
 */
export const editRows =
  (
    client: WritableClient,
    queryset: AnyQueryset,
    recipe: (row: never) => void | Promise<void>,
    options: EditOptions = {},
  ): TE.TaskEither<WriteError, number> =>
  async () => {
    const found = writtenModel('edit', queryset)
    if (E.isLeft(found)) return found
    const model = found.right
    const wrong = notVersion(model, options.version)
    if (wrong !== null) return E.left(wrong)
    const rows = await keyed(client, queryset, model, columnsOf(model))()
    if (E.isLeft(rows)) return rows
    // A row that occurs twice is edited once.
    const before = [...new Map(rows.right.map((row) => [keyOf(model)(row), row])).values()]
    const edited = await editedBy(client, model, before, recipe)
    if (E.isLeft(edited)) return edited
    const changes = edited.right.map((change) => versioned(change, options.version))
    if (changes.length === 0) return E.right(0)
    return together(client, async (inside) => {
      const same = await unchanged(inside, model, before, changes, options.version)
      return E.isLeft(same)
        ? same
        : changeRows(inside, model, changes.map(asChange(model, options.version)), options)
    })()
  }

interface Edited {
  readonly before: Row
  readonly set: Row
}

/**
 * The change for an edit, with the values that the row must still have: the version, or else everything that was read.
 */
const asChange =
  (model: Model, version: string | undefined) =>
  ({ before, set }: Edited): Change => ({
    key: before[keyColumn] ?? null,
    set,
    expect: Object.fromEntries(comparedColumns(model, version).map((name) => [name, before[name] ?? null])),
  })

const comparedColumns = (model: Model, version: string | undefined): ReadonlyArray<string> =>
  version === undefined ? [...model.columns.keys()] : [version]

const columnsOf = (model: Model) => [...model.columns.keys()].map(columnNamed)

const keyOf = (model: Model): ((row: Row) => unknown) => {
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  return (row) => key(row[keyColumn] ?? null)
}

const notVersion = (model: Model, version: string | undefined): QueryError | null => {
  const ints = [...model.columns.values()].filter(({ kind, nullable }) => kind === 'int' && !nullable)
  return version === undefined || ints.some(({ name }) => name === version)
    ? null
    : invalidField(
        model.name,
        version,
        'is not an int field that can count changes',
        ints.map(({ name }) => name),
      )
}

const versioned = (edited: Edited, version: string | undefined): Edited => {
  const now = version === undefined ? null : edited.before[version]
  return version === undefined || typeof now !== 'number'
    ? edited
    : { ...edited, set: { ...edited.set, [version]: now + 1 } }
}

const editedBy = async (
  client: WritableClient,
  model: Model,
  before: ReadonlyArray<Row>,
  recipe: (row: never) => void | Promise<void>,
): Promise<E.Either<QueryError, ReadonlyArray<Edited>>> => {
  const read = readRows<{ readonly [name: string]: unknown }>(
    client,
    model,
    before.map(({ [keyColumn]: _, ...row }) => row),
  )
  if (E.isLeft(read)) return read
  const changed: Array<{ readonly at: number; readonly given: { readonly [name: string]: unknown } }> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one row after the other */
  for (const [at, row] of read.right.entries()) {
    const after = await recipeOn(client, row, recipe)
    if (E.isLeft(after)) return after
    const names = [...new Set([...Object.keys(row), ...Object.keys(after.right)])]
    const given = Object.fromEntries(
      names
        // An object that can't be a draft, such as a date, may have been changed in place.
        .filter(
          (name) =>
            after.right[name] !== row[name] || (typeof row[name] === 'object' && name !== model.primaryKey),
        )
        // A field that the recipe deletes becomes missing.
        .map((name) => [name, Object.hasOwn(after.right, name) ? (after.right[name] ?? null) : null]),
    )
    if (Object.keys(given).length > 0) changed.push({ at, given })
  }
  const sets = validateChange(
    model,
    changed.map(({ given }) => given),
  )
  if (E.isLeft(sets))
    // Items are counted among the rows of the queryset.
    return E.left(
      invalid(
        model.name,
        sets.left.errors.map((error) => ({ ...error, item: changed[error.item]?.at ?? error.item })),
      ),
    )
  return E.right(
    changed.flatMap(({ at }, i) => {
      const [row, set] = [before[at], sets.right[i]]
      if (row === undefined || set === undefined) return []
      // A field that was set to its current value isn't written.
      const differs = Object.keys(set).filter((name) => !holdsSame(model, name, set, row))
      return differs.length === 0
        ? []
        : [
            {
              before: row,
              set: stamped(model, Object.fromEntries(differs.map((name) => [name, set[name] ?? null]))),
            },
          ]
    }),
  )
}

const recipeOn = async (
  client: WritableClient,
  row: { readonly [name: string]: unknown },
  recipe: (row: never) => void | Promise<void>,
): Promise<E.Either<QueryError, { readonly [name: string]: unknown }>> => {
  try {
    const draft = createDraft(row)
    await recipe(draft as never) // the rows are those that its type says
    return E.right(finishDraft(draft))
  } catch (cause) {
    return E.left(
      clientFailed(client.name, 'edit', cause, {
        message: 'the recipe threw; nothing was written',
        hint: 'Change the draft, or throw nothing.',
      }),
    )
  }
}

/** Whether the rows to change are as they were read. */
const unchanged = async (
  client: WritableClient,
  model: Model,
  before: ReadonlyArray<Row>,
  changes: ReadonlyArray<Edited>,
  version: string | undefined,
): Promise<E.Either<QueryError, null>> => {
  const all = allRows(client.schema, model.name)
  const keys = changes.map((change) => change.before[keyColumn] ?? null)
  const compared = comparedColumns(model, version)
  const found = await keyedWith(client, all, model, model.primaryKey, keys, compared.map(columnNamed))()
  if (E.isLeft(found)) return found
  const now = new Map(found.right.map((row) => [keyOf(model)(row), row]))
  const place = new Map(before.map((row, i) => [row, i]))
  const errors = changes.flatMap((change) =>
    staleErrors(
      model,
      now.get(keyOf(model)(change.before)),
      Object.fromEntries(compared.map((name) => [name, change.before[name] ?? null])),
      place.get(change.before) ?? 0,
    ),
  )
  return errors.length === 0 ? E.right(null) : E.left(staleConflict(model, errors))
}
