/** A writing case's answer, in the corpus's words. */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../src/value/QueryError.js'
import type { WritableClient } from '../../src/client/Client.js'
import type { Schema } from '../../src/schema/Schema.js'
import type { AnyQueryset } from '../../src/queryset/Queryset.js'
import { createRows } from '../../src/run/write/create.js'
import { createRowsBulk } from '../../src/run/write/createBulk.js'
import { deleteRows } from '../../src/run/write/delete.js'
import { obtained, type Got } from '../../src/run/write/getOrCreate.js'
import { changeRelated } from '../../src/run/write/related.js'
import { updateRows } from '../../src/run/write/update.js'
import { updateRowsBulk } from '../../src/run/write/updateBulk.js'
import type { Answer } from './answer.js'
import type { Json, Pipeline } from './Case.js'
import { translate, valuesFor } from './translate.js'

const writes: ReadonlySet<Json> = new Set([
  'update',
  'delete',
  'create',
  'get_or_create',
  'update_or_create',
  'bulk_create',
  'bulk_update',
  'm2m_add',
  'm2m_remove',
  'm2m_set',
  'm2m_clear',
])

export const isWrite = (result: ReadonlyArray<Json>): boolean => writes.has(result[0] ?? null)

type Result<A> = E.Either<QueryError, A>

const answered = <A>(of: Result<A>, as: (value: A) => unknown): Answer =>
  E.isLeft(of) ? { error: of.left._tag, why: of.left.message } : { value: as(of.right) }

/** A row stands as its key. */
const keyOf = (row: unknown): unknown => (row as { readonly id: unknown }).id

const isList = (json: Json | undefined): json is ReadonlyArray<Json> => Array.isArray(json)

const list = (json: Json | undefined): ReadonlyArray<Json> => (isList(json) ? json : [])

export const write = async (
  schema: Schema,
  client: WritableClient,
  pipeline: Pipeline,
  result: ReadonlyArray<Json>,
): Promise<Answer> => {
  const translated = translate(schema, pipeline)
  if (E.isLeft(translated)) return { error: translated.left._tag, why: translated.left.message }
  const queryset: AnyQueryset = translated.right
  const [name, first = null, second] = result
  const values = (json: Json) => valuesFor(schema, queryset, json)
  const both = (): Result<readonly [object, object]> =>
    E.chain((given: object) => E.map((defaults: object) => [given, defaults] as const)(values(second ?? {})))(
      values(first),
    )
  switch (name) {
    case 'create': {
      const given = values(first)
      return E.isLeft(given)
        ? answered(given, () => null)
        : answered(await createRows<unknown>(client, [given.right], queryset)(), (rows) => keyOf(rows[0]))
    }
    case 'bulk_create': {
      const given = E.traverseArray(values)(list(first))
      return E.isLeft(given)
        ? answered(given, () => null)
        : answered(
            await createRowsBulk<unknown>(client, given.right, queryset, {
              ignoreConflicts: second === 'ignore_conflicts',
            })(),
            () => given.right.length,
          )
    }
    case 'update': {
      const given = values(first)
      return E.isLeft(given)
        ? answered(given, () => null)
        : answered(await updateRows(client, queryset, () => given.right)(), (count) => count)
    }
    case 'bulk_update': {
      const given = E.traverseArray((each: Json) =>
        E.map((set: object) => [list(each)[0], set] as const)(values(list(each)[1] ?? {})),
      )(list(first))
      return E.isLeft(given)
        ? answered(given, () => null)
        : answered(await updateRowsBulk(client, queryset, given.right)(), () => given.right.length)
    }
    case 'delete':
      return answered(await deleteRows(client)(queryset)(), (counts) => counts)
    case 'get_or_create':
    case 'update_or_create': {
      const given = both()
      return E.isLeft(given)
        ? answered(given, () => null)
        : answered(
            await obtained(client, queryset, given.right[0], given.right[1], name === 'update_or_create')(),
            ({ row, created }: Got<unknown>) => [keyOf(row), created],
          )
    }
    default:
      return answered(
        await changeRelated(
          client,
          queryset,
          typeof first === 'string' ? first : '',
          name === 'm2m_add' ? 'add' : name === 'm2m_remove' ? 'remove' : 'set',
          list(second),
        )(),
        () => null,
      )
  }
}
