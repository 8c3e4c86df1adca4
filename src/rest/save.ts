/**
 * Writes the values that were read and checked.
 *
 * @since 0.2.0
 */
import { either as E, option as O, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import { storedOf, validateChange } from '../schema/validate.js'
import type { Model } from '../schema/Schema.js'
import { allRows } from '../queryset/Queryset.js'
import type { WritableClient } from '../client/Client.js'
import { together } from '../client/together.js'
import { changeRows } from '../run/read/unique.js'
import { createRows } from '../run/write/create.js'
import { changeRelated } from '../run/write/related.js'
import { whereIs } from '../serializers/where.js'
import type { Context } from './Context.js'
import { notFound, type Failure } from './Failure.js'
import type { ResolvedInput } from './resolveInput.js'

type Values = { readonly [name: string]: unknown }

/**
 * Creates a row and its related rows, in one transaction if the client has them. Returns its key.
 *
 * @since 0.2.0
 */
export const createWith = (
  context: Context,
  model: Model,
  changes: ResolvedInput,
  besides: Values,
): TE.TaskEither<QueryError, Json> =>
  together(context.client, async (client) => {
    const values = { ...emptyTexts(model), ...changes.values, ...besides }
    const made = await createRows<Values>(client, [values], allRows(client.schema, model.name))()
    if (E.isLeft(made)) return made
    const key = keyOf(model, made.right[0] ?? {})
    const rest = await linked(client, context, model, key, changes)
    return E.map(() => key)(rest)
  })

/**
 * Updates a row and its related rows, in one transaction if the client has them. Only sent values are written. `expect`
 * has the values that the row must still have.
 *
 * @since 0.2.0
 */
export const updateWith =
  (
    context: Context,
    model: Model,
    key: Json,
    changes: ResolvedInput,
    besides: Values,
    expect: Row | null,
  ): TE.TaskEither<Failure, Json> =>
  async () => {
    const done = await together(context.client, async (client): Promise<E.Either<QueryError, boolean>> => {
      const { [model.primaryKey]: _, ...values } = { ...changes.values, ...besides }
      const set = validateChange(model, [values])
      if (E.isLeft(set)) return set
      const [own = {}] = set.right
      if (Object.keys(own).length > 0) {
        const change = { key, set: own, ...(expect === null ? {} : { expect }) }
        const changed = await changeRows(client, model, [change])
        if (E.isLeft(changed)) return changed
        if (changed.right === 0) return E.right(false)
      }
      return E.map(() => true)(await linked(client, context, model, key, changes))
    })()
    return E.isLeft(done) ? done : done.right ? E.right(key) : E.left(notFound)
  }

/** A text field that may be blank and has no default is empty if nothing was sent. */
const emptyTexts = (model: Model): Values =>
  Object.fromEntries(
    [...model.columns.values()].flatMap(({ name, kind, blank, nullable, default: usual }) =>
      kind === 'text' && blank && !nullable && usual === null ? [[name, '']] : [],
    ),
  )

const keyOf = (model: Model, row: Values): Json => {
  const column = model.columns.get(model.primaryKey)
  return column === undefined ? null : O.toNullable(storedOf(column, row[model.primaryKey]))
}

/** The links to other rows, and the rows that the author's `write` writes. */
const linked = async (
  client: WritableClient,
  context: Context,
  model: Model,
  key: Json,
  { links, nested }: ResolvedInput,
): Promise<E.Either<QueryError, null>> => {
  const own = whereIs(allRows(client.schema, model.name), model.primaryKey, key)
  /* eslint-disable functional/no-loop-statements -- one relation after the other */
  for (const [name, keys] of links) {
    const set = await changeRelated(client, own, name, 'set', keys)()
    if (E.isLeft(set)) return set
  }
  for (const { field, values } of nested) {
    const { shape } = field
    if (shape._tag !== 'related' || shape.as._tag !== 'nested' || shape.as.write === null) continue
    const written = await shape.as.write(values, key, { ...context, client })()
    if (E.isLeft(written)) return written
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(null)
}
