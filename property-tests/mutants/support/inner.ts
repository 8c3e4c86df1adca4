/** Asking a query about rows that another query gave: these become a model of their own. */
import { either as E } from 'fp-ts'
import { field, type Model, type Query, type QueryError, type Schema } from '../../../src/index.js'
import type { Source } from '../../../src/expression/Source.js'
import { shapeOf, type Shape } from '../../../src/query/shape.js'
import type { Row } from '../../../src/value/Value.js'

const name = '~inner'

/** A schema and a source in which `rows`, which `inner` gave, are the rows of a model, and the query for them. */
export const over = (
  schema: Schema,
  source: Source,
  inner: Query,
  rows: ReadonlyArray<Row>,
): E.Either<QueryError, { readonly schema: Schema; readonly source: Source; readonly from: Query['from'] }> =>
  E.map((shape: Shape) => {
    const model: Model = {
      name,
      primaryKey: '',
      columns: new Map(
        shape.columns.map((column) => [
          column.name,
          {
            ...column,
            unique: false,
            auto: false,
            field: field.text(),
            target: null,
            onDelete: null,
            default: null,
          },
        ]),
      ),
      relations: new Map(),
      unique: [],
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
