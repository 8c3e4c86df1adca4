/**
 * What the writing terminals have in common.
 *
 * @since 0.1.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { unsupported, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import type { Client } from '../client/Client.js'
import type { Named } from '../expression/Expression.js'
import { append } from '../queryset/append.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import { keyOf, projected } from '../query/foldMutation.js'
import { storedPages } from './run.js'

/**
 * The primary keys of a queryset's rows, in their order, with further columns beside them.
 *
 * @since 0.1.0
 */
export const keyed = (
  client: Client,
  queryset: AnyQueryset,
  model: Model,
  columns: ReadonlyArray<Named<AnyQueryset>> = [],
): TE.TaskEither<QueryError, ReadonlyArray<Row>> => {
  return async () => {
    const all: Array<Row> = []
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
    for await (const page of storedPages(client, projected(queryset, [keyOf(model), ...columns]))) {
      if (E.isLeft(page)) return page
      page.right.forEach((row) => all.push(row))
    }
    return E.right(all)
  }
}

/**
 * The column of a model as an expression of its rows.
 *
 * @since 0.1.0
 */
export const columnNamed = (name: string): Named<AnyQueryset> => ({
  name,
  expression: { _tag: 'column', path: [name], level: 0 },
})

/**
 * Those rows of a queryset that have one of these values, as they are stored, in a column.
 *
 * @since 0.1.0
 */
export const rowsWith = (
  queryset: AnyQueryset,
  model: Model,
  column: string,
  values: ReadonlyArray<Json>,
): AnyQueryset => {
  const kind = model.columns.get(column)?.kind ?? 'int'
  return append(queryset, 'filter', () =>
    E.right({
      step: {
        _tag: 'filter',
        predicate: {
          _tag: 'lookup',
          name: 'in',
          left: { _tag: 'column', path: [column], level: 0 },
          right: values.map((value) => ({ _tag: 'const', kind, value })),
        },
      },
    }),
  )
}

/**
 * As `keyed`, of the rows that have one of these values in a column. So many values are asked for at once that a
 * backend can bear it.
 *
 * @since 0.1.0
 */
export const keyedWith =
  (
    client: Client,
    queryset: AnyQueryset,
    model: Model,
    column: string,
    values: ReadonlyArray<Json>,
    columns: ReadonlyArray<Named<AnyQueryset>> = [],
  ): TE.TaskEither<QueryError, ReadonlyArray<Row>> =>
  async () => {
    const most = client.maxPerRequest === undefined ? 10_000 : 1_000
    const all: Array<Row> = []
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a chunk, in order */
    for (let start = 0; start < values.length; start += most) {
      const some = rowsWith(queryset, model, column, values.slice(start, start + most))
      const rows = await keyed(client, some, model, columns)()
      if (E.isLeft(rows)) return rows
      rows.right.forEach((row) => all.push(row))
    }
    return E.right(all)
  }

/**
 * A client that doesn't write.
 *
 * @since 0.1.0
 */
export const cantWrite = (client: string): QueryError => unsupported(client, 'writing')
