/**
 * Carries out the writes of a case on a client.
 *
 * @since 0.2.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import { toRef } from '../../expression/toRef.js'
import type { Expression } from '../../expression/Expression.js'
import type { QuerysetLike } from '../../expression/Ref.js'
import type { Model, Schema } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import type { BulkWrites, Client, SingleWrites, WritableClient } from '../../client/Client.js'
import { ask } from '../../client/ask.js'
import { doesAtOnce, writeAtOnce } from '../../client/atOnce.js'
import { createRows } from '../../run/write/create.js'
import { deleteRows } from '../../run/write/delete.js'
import { obtained } from '../../run/write/getOrCreate.js'
import { changeRelated } from '../../run/write/related.js'
import { updateRows } from '../../run/write/update.js'
import { updateRowsBulk } from '../../run/write/updateBulk.js'
import type { Call, Plain } from '../case/Case.js'
import { mutationsIn } from '../make/mutations.js'
import { mapInner, querysetOf, type TypedColumn } from '../case/QuerysetData.js'
import type { Subject } from './Subject.js'

/** A call that writes. @since 0.1.0 */
export type WriteCall = Extract<
  Call,
  { readonly _tag: 'write' | 'create' | 'update' | 'updateBulk' | 'delete' | 'obtain' | 'relate' | 'mutate' }
>

type Parts = Partial<SingleWrites & BulkWrites>

/** A client with all functions, which may be missing. @since 0.1.0 */
export const writableOf = (client: Client): WritableClient & Parts =>
  // It was checked before that the client can write.
  client as WritableClient & Parts

/** @since 0.1.0 */
export const canWrite = (client: Client): boolean => {
  const { create, createBulk } = client as Parts
  return create !== undefined || createBulk !== undefined
}

/** A row as callers give it, with the values that the fields' own codecs decode. */
const given = (model: Model | undefined, row: Row): { readonly [name: string]: unknown } =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const codec = model?.columns.get(name)?.field.codec ?? null
      return [name, codec === null || value === null ? value : E.getOrElseW(() => value)(codec.decode(value))]
    }),
  )

const computedBy = (
  schema: Schema,
  computed: ReadonlyArray<TypedColumn>,
): { readonly [name: string]: unknown } =>
  Object.fromEntries(
    computed.map(({ name, kind, expression }) => [
      name,
      toRef(mapInner(expression, (data) => querysetOf(schema, data)) as Expression<QuerysetLike>, kind),
    ]),
  )

/** Calls a client's own function: the bulk function, or the single one if there is one item and the function exists. */
const direct = (client: Client, write: Write, bulk: boolean): TE.TaskEither<QueryError, unknown> => {
  const { create, update, delete: remove, createBulk, updateBulk, deleteBulk } = writableOf(client)
  switch (write._tag) {
    case 'create': {
      const [row] = write.rows
      return create !== undefined &&
        row !== undefined &&
        write.rows.length === 1 &&
        (!bulk || createBulk === undefined)
        ? TE.map((made: Row) => [made])(create(write.model, row))
        : createBulk === undefined
          ? TE.left(nothing)
          : createBulk(write.model, write.rows)
    }
    case 'update': {
      const [change] = write.changes
      return update !== undefined &&
        change !== undefined &&
        write.changes.length === 1 &&
        (!bulk || updateBulk === undefined)
        ? TE.map(Number)(update(write.model, change.key, change.set))
        : updateBulk === undefined
          ? TE.left(nothing)
          : updateBulk(write.model, write.changes)
    }
    case 'delete': {
      const [key] = write.keys
      return remove !== undefined &&
        key !== undefined &&
        write.keys.length === 1 &&
        (!bulk || deleteBulk === undefined)
        ? TE.map(Number)(remove(write.model, key))
        : deleteBulk === undefined
          ? TE.left(nothing)
          : deleteBulk(write.model, write.keys)
    }
  }
}

/** The error for a call that isn't made because the client has no function for it. */
export const nothing: QueryError = {
  _tag: 'Unsupported',
  client: 'laws',
  feature: 'this function',
  message: 'there is no such function',
  hint: '',
  retryable: false,
}

/** Whether a client declares that it carries out these mutations as a whole. @since 0.2.0 */
export const isAtOnce = (
  { client, schema }: Pick<Subject, 'client' | 'schema'>,
  { mutations }: Extract<Call, { readonly _tag: 'mutate' }>,
): boolean => {
  const meant = mutationsIn(schema, mutations)
  return E.isRight(meant) && meant.right.every((mutation) => doesAtOnce(writableOf(client), mutation))
}

/** Makes a call that writes. @since 0.1.0 */
export const perform = (
  client: Client,
  schema: Schema,
  call: WriteCall,
): TE.TaskEither<QueryError, unknown> => {
  const writable = writableOf(client)
  const over = (data: Parameters<typeof querysetOf>[1]): AnyQueryset => querysetOf(schema, data)
  switch (call._tag) {
    case 'write':
      return ask(client.name, call.write._tag, () => direct(client, call.write, call.bulk))
    case 'create':
      return createRows<unknown>(
        writable,
        call.rows.map((row) => given(schema.models.get(call.model), row)),
        over({ model: call.model, steps: [] }),
      )
    case 'update': {
      const model = schema.models.get(call.of.model)
      return updateRows(writable, over(call.of), () => ({
        ...given(model, call.set),
        ...computedBy(schema, call.computed),
      }))
    }
    case 'updateBulk': {
      const model = schema.models.get(call.of.model)
      return updateRowsBulk(
        writable,
        over(call.of),
        call.changes.map(([key, set]) => [key, given(model, set)] as const),
      )
    }
    case 'delete':
      return deleteRows(writable)(over(call.of) as Queryset<never, unknown>)
    case 'obtain': {
      const model = schema.models.get(call.of.model)
      return obtained(
        writable,
        over(call.of),
        given(model, call.values),
        given(model, call.defaults),
        call.changing,
      )
    }
    case 'relate':
      return changeRelated(writable, over(call.of), call.relation, call.how, call.keys)
    case 'mutate': {
      const mutations = mutationsIn(schema, call.mutations)
      return E.isLeft(mutations) ? TE.left(mutations.left) : writeAtOnce(writable, mutations.right)
    }
  }
}

/** Whether a call concerns each row only once. Calls that overlap are limited to such calls. @since 0.1.0 */
export const isOnce = (call: Plain): boolean => {
  if (call._tag !== 'write' || call.write._tag === 'create') return true
  const keys = call.write._tag === 'delete' ? call.write.keys : call.write.changes.map(({ key }) => key)
  return new Set(keys).size === keys.length
}

/** Copies a call, so that no other code holds it. @since 0.1.0 */
export const copyOf = (call: WriteCall): WriteCall => JSON.parse(JSON.stringify(call)) as WriteCall
