/** Answers the recorded cases of formsets. */
import { either as E } from 'fp-ts'
import { schemaOf, type Json, type WritableClient } from '../../../src/index.js'
import type { AnyFormset, Done } from '../../../src/forms.js'
import { bindSet } from '../../../src/forms/formset/bindSet.js'
import { saveSet } from '../../../src/forms/formset/saveSet.js'
import { allRows } from '../../../src/queryset/Queryset.js'
import { keyColumn } from '../../../src/query/Mutation.js'
import { createRows } from '../../../src/run/write/create.js'
import { keyedWith } from '../../../src/run/write/writing.js'
import { errorsAs, type Asked } from './answerForm.js'
import { formsets, models } from './definitions.js'
import { rowOf } from './rowOf.js'
import { storedAs } from './values.js'

type Posted = { readonly [name: string]: string | ReadonlyArray<string> }

const schema = schemaOf(models)

const rightOf = <A>(result: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(result)) throw new Error(result.left.message)
  return result.right
}

const childrenOf = async (
  client: WritableClient,
  { child, column }: AnyFormset,
  parentKey: Json,
): Promise<ReadonlyArray<unknown>> => {
  if (parentKey === null) return []
  const rows = rightOf(await keyedWith(client, allRows(schema, child.name), child, column, [parentKey])())
  const keys = rows.map((row) => row[keyColumn] ?? null)
  const sorted = [...keys].sort((a, b) => Number(a) - Number(b))
  return Promise.all(sorted.map((key) => storedAs(client, schema, child.name, key)))
}

const keysOf = (done: ReadonlyArray<Done>, tag: Done['_tag']): ReadonlyArray<Json> =>
  done.filter(({ _tag }) => _tag === tag).map(({ key }) => key)

/** Django tells of what is there twice without a code. */
const codeless = (errors: ReadonlyArray<{ readonly code: string; readonly message: string }>) =>
  errors.map(({ code, message }) => ({ code: code.startsWith('duplicate') ? '' : code, message }))

export const answerFormset = async (client: WritableClient, asked: Asked): Promise<Asked> => {
  const formset = formsets[String(asked['formset'])]
  if (formset === undefined) throw new Error(`there is no formset ${String(asked['formset'])}`)
  const instance = (asked['instance'] ?? null) as Json
  const parent = instance === null ? null : await rowOf(client, formset.parent, instance)
  const set = rightOf(await bindSet(client, formset, asked['data'] as Posted, parent))
  const made =
    parent === null && set.isValid
      ? rightOf(
          await createRows<{ readonly id: Json }>(
            client,
            [{ name: 'Parent', type: 0, genre: 'x' }],
            allRows(schema, formset.parent.name),
          )(),
        )[0]
      : null
  const parentKey = instance ?? made?.id ?? null
  const done = set.isValid ? rightOf(await saveSet(client, set, parentKey)()) : []
  return {
    valid: set.isValid,
    errors: set.errors.map((errors) =>
      Object.fromEntries(
        Object.entries(errorsAs(errors)).map(([field, found]) => [
          field,
          codeless(found as ReadonlyArray<{ readonly code: string; readonly message: string }>),
        ]),
      ),
    ),
    non_form_errors: codeless(set.whole),
    new: keysOf(done, 'created'),
    changed: done.filter(({ _tag }) => _tag === 'changed').map(({ key, fields }) => [key, fields]),
    deleted: keysOf(done, 'deleted'),
    children: await childrenOf(client, formset, parentKey),
  }
}
