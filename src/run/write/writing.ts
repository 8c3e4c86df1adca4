/**
 * Shared code of the terminals that write.
 *
 * @since 0.1.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { unsupported, type QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import { doesAtOnce, writeAtOnce } from '../../client/atOnce.js'
import { callsTooMuch } from '../../client/carryOut.js'
import type { Client, WritableClient } from '../../client/Client.js'
import { tell, type BulkOptions } from '../../client/write.js'
import { mutatedModel, type Mutated, type Mutation } from '../../query/Mutation.js'
import type { Named } from '../../expression/Expression.js'
import { append } from '../../queryset/append.js'
import type { AnyQueryset } from '../../queryset/Queryset.js'
import { writeKey, projected } from '../../query/foldMutation.js'
import type { Query } from '../../query/Query.js'
import { fetchRows } from '../read/fetchRows.js'
import { planQuery } from '../../plan/planQuery.js'
import { storedPages } from '../run.js'

/**
 * The primary keys of a queryset's rows, in their order, with further columns.
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
    for await (const page of storedPages(client, projected(queryset, [writeKey(model), ...columns]))) {
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
 * The rows of a queryset that have one of these values in a column, as they are stored.
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
 * Like `keyed`, for the rows that have one of these values in a column. Values are requested in chunks that the backend
 * takes.
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
 * The name of a column's current value, next to its new value. The name of a column never contains a space.
 */
const asRead = (name: string): string => `${prefix}${name}`

const prefix = 'was '

/**
 * The columns of a model's rows with their current values, to go with new values. A row must still have these when it
 * is written.
 *
 * @since 0.2.0
 */
export const columnsAsRead = (model: Model): ReadonlyArray<Named<never>> =>
  [...model.columns.keys()].map((name) => ({
    name: asRead(name),
    expression: { _tag: 'column', path: [name], level: 0 },
  }))

/**
 * Splits a row that was read with `columnsAsRead` into those columns and the others.
 *
 * @since 0.2.0
 */
export const apart = (row: Row): { readonly before: Row; readonly rest: Row } => {
  const entries = Object.entries(row)
  return {
    before: Object.fromEntries(
      entries.flatMap(([name, value]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
      ),
    ),
    rest: Object.fromEntries(entries.filter(([name]) => !name.startsWith(prefix))),
  }
}

/**
 * The rows of a query as they are stored.
 *
 * @since 0.2.0
 */
export const storedRows = async (
  client: Client,
  query: Query,
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
  const planned = planQuery(client, query)
  if (E.isLeft(planned)) return planned
  const all: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
  for await (const page of fetchRows(client, planned.right)) {
    if (E.isLeft(page)) return page
    page.right.forEach((row) => all.push(row))
  }
  return E.right(all)
}

/**
 * Sends several mutations in one call, if the client does each of them at once. `null` if it doesn't, or if it refuses
 * that many at once.
 *
 * @since 0.2.0
 */
export const sentTogether = async (
  client: WritableClient,
  mutations: ReadonlyArray<Mutation>,
): Promise<E.Either<QueryError, ReadonlyArray<Mutated> | null>> => {
  const rows = mutations.map((each) => (each._tag === 'insert' ? each.rows.length : 0))
  const tooMany = rows.reduce((sum, n) => sum + n, 0) > (client.maxPerRequest ?? Infinity)
  const [first] = mutations
  if (first === undefined || tooMany || !mutations.every((each) => doesAtOnce(client, each)))
    return E.right(null)
  const exceeded = callsTooMuch(client, mutatedModel(first), 1)
  if (exceeded !== null) return E.left(exceeded)
  const outcome = await writeAtOnce(client, mutations)()
  return E.isLeft(outcome) && isRefusal(outcome.left) ? E.right(null) : outcome
}

const refusals: ReadonlyArray<QueryError['_tag']> = [
  'InvalidQuery',
  'Unsupported',
  'OverBudget',
  'ClientFailed',
]

/** Whether nothing was written because the backend doesn't take that much, or that type of write, at once. */
const isRefusal = (error: QueryError): boolean => !error.retryable && refusals.includes(error._tag)

/**
 * Reports that a mutation was done. A mutation that is done at once is one step.
 *
 * @since 0.2.0
 */
export const report = (options: BulkOptions, mutation: Mutation, { counts }: Mutated): void => {
  const model = mutatedModel(mutation)
  const done = counts[model] ?? 0
  tell(options, {
    model,
    operation: mutation._tag === 'insert' ? 'create' : mutation._tag,
    done,
    failed: 0,
    unknown: 0,
    total: done,
  })
}

/**
 * The error of a client that doesn't write.
 *
 * @since 0.1.0
 */
export const cantWrite = (client: string): QueryError => unsupported(client, 'writing')
