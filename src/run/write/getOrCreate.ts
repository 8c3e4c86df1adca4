import { either as E, option as O, taskEither as TE } from 'fp-ts'
import { multipleFound, type Conflict, type QueryError, type WriteError } from '../../value/QueryError.js'
import { canonical } from '../../value/canonical.js'
import type { Json, Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import { isAboutForeignKey } from '../../schema/isAboutForeignKey.js'
import { stamped } from '../../schema/autoTimes.js'
import { storedOf, validateChange } from '../../schema/validate.js'
import type { Predicate } from '../../expression/Expression.js'
import type { QuerysetLike } from '../../expression/Ref.js'
import type { OwnRow } from '../../expression/Refs.js'
import type { Asked, ChangedRow, Late, NewRow } from '../../expression/Written.js'
import { append } from '../../queryset/append.js'
import { updateOf, writtenModel } from '../../query/foldMutation.js'
import { keyColumn, type Mutated } from '../../query/Mutation.js'
import { allRows, type AnyQueryset, type Queryset } from '../../queryset/Queryset.js'
import type { WritableClient } from '../../client/Client.js'
import { together } from '../../client/together.js'
import { byKeys } from '../read/byKeys.js'
import { mostTries } from './changeFound.js'
import { createRows, readRows } from './create.js'
import { fetchedRows } from '../run.js'
import { mutateOne } from './mutate.js'
import { apart, columnsAsRead, keyed, rowsWith } from './writing.js'
import { total } from '../../value/total.js'

/**
 * A row, and whether it was created by this call.
 *
 * @since 0.1.0
 */
export interface Got<A> {
  readonly row: A
  readonly created: boolean
}

const typedGetOrCreate =
  <M, const V, const D = object>(
    client: WritableClient,
    values: Asked<M, V, Partial<NewRow<M>>>,
    defaults?: Asked<M, D, Partial<NewRow<M>>>,
  ) =>
  <R, A, T>(
    queryset: Queryset<R, A, T> & QuerysetLike<unknown, M> & Late<M, V & D, Partial<NewRow<T>>>,
  ): TE.TaskEither<WriteError, Got<OwnRow<T>>> =>
    // The rows are those of the queryset's own model.
    obtained(client, queryset, values, defaults, false) as TE.TaskEither<WriteError, Got<OwnRow<T>>>

/**
 * Gets the row of the queryset that has these values. If there is none, creates a row with these values and `defaults`.
 * Several such rows are a `MultipleFound`.
 *
 * @example
 * import { autoId, field, getOrCreate, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rock' }] })
 * console.log(await pipe(models.genre, getOrCreate(client, { name: 'Rock' }))()) // => { _tag: 'Right', right: { row: { id: 1, name: 'Rock' }, created: false } }
 *
 * @since 0.1.0
 */
export const getOrCreate = total('getOrCreate', 2, 'program', typedGetOrCreate)

const typedUpdateOrCreate =
  <M, const V, const D>(
    client: WritableClient,
    values: Asked<M, V, Partial<NewRow<M>>>,
    defaults: Asked<M, D, ChangedRow<M>>,
  ) =>
  <R, A, T>(
    queryset: Queryset<R, A, T> &
      QuerysetLike<unknown, M> &
      Late<M, V, Partial<NewRow<T>>> &
      Late<M, D, ChangedRow<T>>,
  ): TE.TaskEither<WriteError, Got<OwnRow<T>>> =>
    // The rows are those of the queryset's own model.
    obtained(client, queryset, values, defaults, true) as TE.TaskEither<WriteError, Got<OwnRow<T>>>

/**
 * Finds the row of the queryset that has these values, and changes it to have `defaults` too. If there is none, creates
 * a row with both. Several such rows are a `MultipleFound`.
 *
 * @example
 * import { autoId, field, pipe, schema, updateOrCreate } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text(), rank: field.int() } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rock', rank: 9 }] })
 * console.log(await pipe(models.genre, updateOrCreate(client, { name: 'Rock' }, { rank: 1 }))()) // => { _tag: 'Right', right: { row: { id: 1, name: 'Rock', rank: 1 }, created: false } }
 *
 * @since 0.1.0
 */
export const updateOrCreate = total('updateOrCreate', 2, 'program', typedUpdateOrCreate)

/**
 * Like `getOrCreate`, or `updateOrCreate` if `changing` is set, for values whose types aren't known.
 *
 * @since 0.1.0
 */
export const obtained =
  (
    client: WritableClient,
    queryset: AnyQueryset,
    values: unknown,
    defaults: unknown,
    changing: boolean,
  ): TE.TaskEither<WriteError, Got<unknown>> =>
  async () => {
    const found = writtenModel(changing ? 'updateOrCreate' : 'getOrCreate', queryset)
    if (E.isLeft(found)) return found
    const model = found.right
    const wanted: Wanted = {
      queryset,
      model,
      values: objectOf(values),
      defaults: objectOf(defaults),
      changing,
    }
    return together(client, (inside) => gotOrMade(inside, wanted))()
  }

interface Wanted {
  readonly queryset: AnyQueryset
  readonly model: Model
  readonly values: { readonly [name: string]: unknown }
  readonly defaults: { readonly [name: string]: unknown }
  readonly changing: boolean
}

const gotOrMade = async (
  client: WritableClient,
  wanted: Wanted,
): Promise<E.Either<QueryError, Got<unknown>>> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
  for (let tries = 1; ; tries += 1) {
    const there = await got(client, wanted)
    if (E.isLeft(there)) return there
    if (there.right !== null) return E.right(there.right)
    const made = await createRows<unknown>(
      client,
      [{ ...wanted.values, ...wanted.defaults }],
      wanted.queryset,
    )()
    if (E.isRight(made)) return E.right({ row: made.right[0], created: true })
    // Another writer may have created the row after the search.
    if (made.left._tag !== 'Conflict' || tries >= mostTries) return made
    if (isAboutForeignKey(client.schema, made.left)) return made
    const second = await got(client, wanted)
    if (E.isLeft(second)) return second
    if (second.right !== null) return E.right(second.right)
    const inTheWay = await isInTheWay(client, wanted, made.left)
    if (E.isLeft(inTheWay)) return inTheWay
    if (inTheWay.right) return made
    // The row has been deleted again.
  }
}

/**
 * Whether another row than the requested one has the unique values in conflict. The values of one constraint are
 * enough.
 */
const isInTheWay = async (
  client: WritableClient,
  { model, queryset, values, defaults }: Wanted,
  { fields }: Conflict,
): Promise<E.Either<QueryError, boolean>> => {
  if (fields.length === 0) return E.right(true)
  const all = { ...values, ...defaults }
  const within = model.unique.filter((columns) => columns.every((name) => fields.includes(name)))
  /* eslint-disable-next-line functional/no-loop-statements -- to the first that is in the way */
  for (const columns of within.length === 0 ? [fields] : within) {
    const own = Object.fromEntries(
      columns.map((name) => [name, Object.hasOwn(all, name) ? (all[name] ?? null) : null]),
    )
    const rows = await keyed(
      client,
      without(having(allRows(queryset.schema, model.name), model, own), model, values),
      model,
    )()
    if (E.isLeft(rows)) return rows
    if (rows.right.length > 0) return E.right(true)
  }
  return E.right(false)
}

/** The existing row, changed if requested. `null` if there is none. */
const got = async (
  client: WritableClient,
  { queryset, model, values, defaults, changing }: Wanted,
): Promise<E.Either<QueryError, Got<unknown> | null>> => {
  const found = await keyed(
    client,
    append(having(queryset, model, values), 'slice', () =>
      E.right({ step: { _tag: 'slice', start: 0, stop: 2 } }),
    ),
    model,
    changing ? columnsAsRead(model) : [],
  )()
  if (E.isLeft(found)) return found
  const [row, another] = found.right
  if (another !== undefined) return E.left(multipleFound(model.name))
  if (row === undefined) return E.right(null)
  const key = row[keyColumn] ?? null
  const changed = changing ? await changeOne(client, model, key, defaults) : E.right(0)
  if (E.isLeft(changed)) return changed
  const again = byKeys(base(queryset), [key])
  if (again === null) return E.left(multipleFound(model.name))
  const rows = await fetchedRows(client)(again.queryset)()
  if (E.isLeft(rows)) return rows
  const [one] = rows.right
  if (one !== undefined) return E.right({ row: one, created: false })
  // The row has been deleted since. If it was changed before that, it existed. Otherwise there is no such row.
  return changed.right === 0 ? E.right(null) : asChanged(client, model, apart(row).before, defaults)
}

/** The changed row, as it was stored at the time of the change. */
const asChanged = (
  client: WritableClient,
  model: Model,
  before: Row,
  values: GivenRow,
): E.Either<QueryError, Got<unknown>> =>
  E.flatMap(validateChange(model, [values]), ([set = {}]: ReadonlyArray<Row>) =>
    E.map(([row]: ReadonlyArray<unknown>): Got<unknown> => ({ row, created: false }))(
      readRows<unknown>(client, model, [{ ...before, ...stamped(model, set) }]),
    ),
  )

const objectOf = (u: unknown): { readonly [name: string]: unknown } =>
  typeof u === 'object' && u !== null
    ? // An object's own properties are looked at only.
      (u as { readonly [name: string]: unknown })
    : {}

const base = (queryset: AnyQueryset): AnyQueryset => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = queryset
  /* eslint-disable-next-line functional/no-loop-statements -- a queryset can have any number of steps */
  while (at.source !== null) at = at.source
  return at
}

/** The rows that have these values. */
const having = (queryset: AnyQueryset, model: Model, values: GivenRow): AnyQueryset =>
  append(queryset, 'filter', () => E.right({ step: { _tag: 'filter', predicate: equal(model, values) } }))

/** The rows that lack at least one of these values. */
const without = (queryset: AnyQueryset, model: Model, values: GivenRow): AnyQueryset =>
  append(queryset, 'filter', () =>
    E.right({ step: { _tag: 'filter', predicate: { _tag: 'not', predicate: equal(model, values) } } }),
  )

interface GivenRow {
  readonly [name: string]: unknown
}

/** A value that its field can't hold is in no row. */
const equal = (model: Model, values: GivenRow): Predicate<AnyQueryset> => ({
  _tag: 'and',
  all: Object.entries(values).map(([name, value]): Predicate<AnyQueryset> => {
    const left = { _tag: 'column' as const, path: [name], level: 0 }
    const column = model.columns.get(name)
    if (value === null) return { _tag: 'lookup', name: 'isnull', left, right: [] }
    const kind = column?.kind ?? 'text'
    const stored = column === undefined ? canonical(kind, value) : storedOf(column, value)
    const constant = O.getOrElse((): Json => ({ not: typeof value }))(stored)
    return { _tag: 'lookup', name: 'exact', left, right: [{ _tag: 'const', kind, value: constant }] }
  }),
})

/** Changes the row with a key. The row may have been deleted since. */
const changeOne = (
  client: WritableClient,
  model: Model,
  key: Json,
  values: { readonly [name: string]: unknown },
): Promise<E.Either<QueryError, number>> => {
  const row = rowsWith(allRows(client.schema, model.name), model, model.primaryKey, [key])
  return TE.map(({ counts }: Mutated) => counts[model.name] ?? 0)(
    mutateOne(client, () => updateOf(row, () => values), {}),
  )()
}
