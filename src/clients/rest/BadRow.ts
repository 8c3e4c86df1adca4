/**
 * Rows that don't fit their model: they are rejected, or left out and reported.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json } from '../../value/Value.js'
import type { Schema } from '../../schema/Schema.js'
import { allOf } from '../../query/Query.js'
import { decodeRow, readRow, shapeOf, type Misfit, type Shape } from '../../query/shape.js'
import { keyIn } from '../../query/wrongRow.js'
import { roundedIn, type Resource } from './Resource.js'

/**
 * A row that was left out: its model and primary key (`null` if it can't be read), its place at the service, the field
 * that doesn't fit, and the reason. The reason includes the wrong text, unless its field is `secret`.
 *
 * @since 0.2.0
 */
export interface BadRow {
  readonly model: string
  readonly key: Json
  readonly place: string
  readonly path: string
  readonly reason: string
}

/** Whether a row is kept. Any other row has been reported. */
export type Keeping = (row: unknown, place: string) => boolean

/**
 * Keeps the rows of a model that fit, and reports the others.
 *
 * @since 0.2.0
 */
export const keepingGood = (schema: Schema, resource: Resource, report: (row: BadRow) => void): Keeping => {
  const shape = shapeOf(schema, allOf({ _tag: 'model', model: resource.model.name }))
  // Each query reports a schema that contradicts itself.
  if (E.isLeft(shape)) return () => true
  return (row, at) => {
    const wrong = misfitOf(resource, shape.right, row)
    if (wrong === null) return true
    report({
      model: resource.model.name,
      key: keyIn(schema, resource.model.name, row),
      place: at,
      path: wrong.path,
      reason: `expected ${wrong.expected}, got ${wrong.got ?? wrong.actual}`,
    })
    return false
  }
}

const misfitOf = (resource: Resource, shape: Shape, row: unknown): Misfit | null => {
  const rounded = roundedIn(resource, row)
  const decoded = decodeRow(shape, row)
  if (E.isLeft(decoded)) return decoded.left
  const read = readRow(shape, decoded.right)
  return E.isLeft(read)
    ? read.left
    : rounded === null
      ? null
      : { path: rounded, expected: 'a decimal as text', actual: 'a number of more digits than numbers hold' }
}
