/** Asking a query about rows that another query gave: these become a model of their own. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { type Model, type Query, type QueryError, type Schema } from '../../../src/index.js'
import { autoKey } from '../../../src/schema/links.js'
import { resolve } from '../../../src/schema/resolve.js'
import type { Source } from '../../../src/expression/Source.js'
import { shapeOf, type Shape } from '../../../src/query/shape.js'
import type { Row } from '../../../src/value/Value.js'

const name = '~inner'

/** A model of which only what matters for reading is replaced. */
const plain = resolve({ inner: { id: autoKey } }).models.get('inner')

/** A schema and a source in which `rows`, which `inner` gave, are the rows of a model, and the query for them. */
export const over = (
  schema: Schema,
  source: Source,
  inner: Query,
  rows: ReadonlyArray<Row>,
): E.Either<QueryError, { readonly schema: Schema; readonly source: Source; readonly from: Query['from'] }> =>
  E.map((shape: Shape) => {
    const key = plain?.columns.get('id')
    if (plain === undefined || key === undefined) return expect.fail('there is no plain model')
    const model: Model = {
      ...plain,
      name,
      primaryKey: '',
      columns: new Map(
        shape.columns.map((column) => [
          column.name,
          {
            ...key,
            ...column,
            unique: false,
            auto: false,
          },
        ]),
      ),
      relations: new Map(),
      unique: [],
      keptApart: [],
      implicit: true,
    }
    return {
      schema: { ...schema, models: new Map([...schema.models, [name, model]]) },
      source: {
        all: (of: string) => (of === name ? rows : source.all(of)),
        find: (of, column, value) =>
          of === name ? rows.filter((row) => row[column] === value) : source.find(of, column, value),
      } satisfies Source,
      from: { _tag: 'model', model: name } as const,
    }
  })(shapeOf(schema, inner))
