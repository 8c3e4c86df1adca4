import { either as E, type taskEither as TE } from 'fp-ts'
import { clientFailed, undecodable, type QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import { allOf, type Query } from '../../query/Query.js'
import { decodeRow, shapeOf, type Misfit } from '../../query/shape.js'
import { isCount } from '../ask.js'
import type { Client } from '../Client.js'
import { around, type Call } from './around.js'

/**
 * A client whose every answer is checked, so that an author sees at once where it is wrong: rows that don't fit the
 * models, more rows than were asked for, counts that are none, keys of another kind, rows that were made and aren't
 * what was given. Terminals check rows and pages anyhow; this is for calling a client's functions oneself, and for
 * those that the terminals don't look at.
 *
 * @example
 * import { taskEither as TE } from 'fp-ts'
 * import { autoId, count, schema, validate } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = validate({ ...memory(models, {}), count: () => TE.right(-1) })
 * const counted = await count(client)(models.genre)()
 * console.log(counted._tag === 'Left' && counted.left._tag) // => ClientFailed
 *
 * @since 0.1.0
 */
export const validate = <C extends Client>(client: C): C =>
  around(
    <A>(call: Call, run: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
      async () =>
        E.chain((answer: A): E.Either<QueryError, A> => {
          const problem = problemOf(client, call, answer)
          return problem === null ? E.right(answer) : E.left(problem)
        })(await run()),
  )(client)

const problemOf = (client: Client, { operation, model, query }: Call, answer: unknown): QueryError | null => {
  const wrong = (message: string): QueryError => clientFailed(client.name, operation, null, { message })
  switch (operation) {
    case 'list':
      return query === null ? null : pageProblem(client, query, answer, wrong)
    case 'count':
    case 'updateBulk':
    case 'deleteBulk':
      return isCount(answer) ? null : wrong('it gave something else than a number of rows')
    case 'update':
    case 'delete':
      return typeof answer === 'boolean'
        ? null
        : wrong('it gave something else than whether there was such a row')
    case 'getPks':
      return Array.isArray(answer) ? keysProblem(client, model, answer) : wrong('it gave no list of keys')
    case 'create':
      return rowsProblem(client, allOf({ _tag: 'model', model }), [answer])
    case 'createBulk':
      return Array.isArray(answer)
        ? rowsProblem(client, allOf({ _tag: 'model', model }), answer)
        : wrong('it gave no list of rows')
    case 'transaction':
      return null
  }
}

const pageProblem = (
  client: Client,
  query: Query,
  page: unknown,
  wrong: (message: string) => QueryError,
): QueryError | null => {
  if (
    typeof page !== 'object' ||
    page === null ||
    !('rows' in page) ||
    !Array.isArray(page.rows) ||
    !('total' in page)
  )
    return wrong('it gave no page')
  const { rows, total } = page
  const limit = Math.min(query.slice?.limit ?? Infinity, client.maxPerRequest ?? Infinity)
  if (rows.length > limit)
    return wrong(`it gave ${String(rows.length)} rows, and ${String(limit)} were asked for`)
  if (total !== null && !isCount(total)) return wrong('its total is no number of rows')
  return rowsProblem(client, query, rows)
}

const rowsProblem = (client: Client, query: Query, rows: ReadonlyArray<unknown>): QueryError | null => {
  const shape = shapeOf(client.schema, query)
  if (E.isLeft(shape)) return shape.left
  const first = rows
    .map((row, i) => [i, decodeRow(shape.right, row)] as const)
    .find((each): each is readonly [number, E.Left<Misfit>] => E.isLeft(each[1]))
  return first === undefined
    ? null
    : undecodable({ client: client.name, model: shape.right.model, row: first[0], ...first[1].left })
}

/** Keys are rows of one column. */
const keysProblem = (client: Client, model: string, keys: ReadonlyArray<Json>): QueryError | null => {
  const pk = client.schema.models.get(model)?.primaryKey
  if (pk === undefined) return null
  const query: Query = {
    ...allOf({ _tag: 'model', model }),
    columns: [{ name: pk, expression: { _tag: 'column', path: [pk], level: 0 } }],
  }
  return rowsProblem(
    client,
    query,
    keys.map((key): Row => ({ [pk]: key })),
  )
}
