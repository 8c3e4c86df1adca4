/**
 * Finding the row that an address names.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../../value/canonical.js'
import type { Json } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import { modelOf, type Scope } from '../../expression/Scope.js'
import type { AnyQueryset } from '../../queryset/Queryset.js'
import type { Client } from '../../client/Client.js'
import { fetchedRows } from '../../run/run.js'
import { rowsWith } from '../../run/write/writing.js'
import { noPage, type Ask, type ViewError } from '../View.js'

/** The model whose rows a queryset has. @since 0.2.0 */
export const modelIn = (queryset: AnyQueryset): E.Either<ViewError, Model> =>
  E.flatMap(queryset.scope, (scope: Scope) => {
    const model = modelOf(scope)
    return model === null ? E.left<ViewError>(noPage('the rows are not those of a model')) : E.right(model)
  })

/** The value that a part of a path spells, in the usual way. */
const inPath = (model: Model, name: string, text: string): O.Option<Json> => {
  const kind = model.columns.get(name)?.kind ?? 'int'
  if (text.includes('\0')) return O.none
  if (kind === 'int') return /^-?\d{1,16}$/u.test(text) ? canonical(kind, Number(text)) : O.none
  return canonical(kind, text)
}

/** @since 0.2.0 */
export interface FoundRow {
  readonly model: Model
  readonly row: object
  /** The queryset with nothing but the row. */
  readonly only: AnyQueryset
}

/**
 * The row of a queryset whose primary key, or another unique field, is in the address. What isn't in the queryset isn't
 * there.
 *
 * @since 0.2.0
 */
export const findRow = async (
  client: Client,
  queryset: AnyQueryset,
  by: string | undefined,
  { params }: Ask,
): Promise<E.Either<ViewError, FoundRow>> => {
  const found = modelIn(queryset)
  if (E.isLeft(found)) return found
  const model = found.right
  const name = by ?? model.primaryKey
  const text = params[name] ?? Object.values(params).at(-1) ?? ''
  const key = inPath(model, name, text)
  const missing = E.left(noPage(`there is no such ${model.label.toLowerCase()}`))
  if (O.isNone(key)) return missing
  const only = rowsWith(queryset, model, name, [key.value])
  const rows = await fetchedRows(client)(only)()
  return E.flatMap(rows, ([row]: ReadonlyArray<unknown>): E.Either<ViewError, FoundRow> =>
    typeof row === 'object' && row !== null ? E.right({ model, row, only }) : missing,
  )
}
