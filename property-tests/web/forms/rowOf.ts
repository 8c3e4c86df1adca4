import { either as E } from 'fp-ts'
import type { Client, Json, Model } from '../../../src/index.js'
import { allRows } from '../../../src/queryset/Queryset.js'
import { fetchedRows } from '../../../src/run/run.js'
import { rowsWith } from '../../../src/run/write/writing.js'

/** The row with a key, as its readers see it. */
export const rowOf = async (client: Client, model: Model, key: Json): Promise<object> => {
  const found = await fetchedRows(client)(
    rowsWith(allRows(client.schema, model.name), model, model.primaryKey, [key]),
  )()
  if (E.isLeft(found)) throw new Error(found.left.message)
  const [row] = found.right
  if (typeof row !== 'object' || row === null)
    throw new Error(`there is no ${model.name} ${JSON.stringify(key)}`)
  return row
}
