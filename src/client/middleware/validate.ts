import { either as E, type taskEither as TE } from 'fp-ts'
import { clientFailed, unsupported, type QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import { allOf, type Query } from '../../query/Query.js'
import { decodeRow, shapeOf, type Misfit } from '../../query/shape.js'
import { wrongRow } from '../../query/wrongRow.js'
import { isCount } from '../ask.js'
import { areMutated } from '../atOnce.js'
import type { Client } from '../Client.js'
import { canAnswer } from '../Support.js'
import { around, type Call } from './around.js'

/**
 * Checks that a client does what it says.
 *
 * A query that `support` doesn't cover is refused with `Unsupported`, so the client needn't check that itself. Every
 * answer is checked too: rows that don't fit the models, more rows than requested, counts that aren't numbers of rows,
 * keys of the wrong kind, and created rows that differ from the given ones. The author of a client sees such mistakes
 * at once.
 *
 * Terminals never ask for what a client can't do, and check rows and pages in any case. This middleware is for code
 * that calls a client's functions directly, and for answers that the terminals don't check.
 *
 * @example
 * import { taskEither as TE } from 'fp-ts'
 * import { autoId, count, fold, orderBy, pipe, schema, understands, validate } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = validate({ ...memory(models, {}), count: () => TE.right(-1), support: understands({ total: 'exact' }) })
 * const counted = await count(client)(models.genre)()
 * console.log(counted._tag === 'Left' && counted.left._tag) // => ClientFailed
 * const sorted = fold(pipe(models.genre, orderBy((g) => [g.id.desc()])))
 * const asked = sorted._tag === 'Right' && await client.list(sorted.right)()
 * console.log(asked !== false && asked._tag === 'Left' && asked.left._tag) // => Unsupported
 *
 * @since 0.1.0
 */
export const validate = <C extends Client>(client: C): C => around(checked, { batches: true })(client)

/** Inside a transaction, the transaction's client answers, and its `support` applies. */
const checked =
  <A>(call: Call, run: TE.TaskEither<QueryError, A>, client: Client): TE.TaskEither<QueryError, A> =>
  async () =>
    call.query !== null && !canAnswer(client, call.query)
      ? E.left(unsupported(client.name, 'this query'))
      : E.flatMap(await run(), (answer: A): E.Either<QueryError, A> => {
          const problem = problemOf(client, call, answer)
          return problem === null ? E.right(answer) : E.left(problem)
        })

const problemOf = (client: Client, { operation, model, query }: Call, answer: unknown): QueryError | null => {
  const wrong = (message: string): QueryError => clientFailed(client.name, operation, null, { message })
  switch (operation) {
    case 'list':
      return query === null ? null : pageProblem(client, query, answer, wrong)
    case 'stream':
      return query === null
        ? null
        : Array.isArray(answer)
          ? rowsProblem(client, query, answer)
          : wrong('it gave no batch of rows')
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
    case 'write':
      return Array.isArray(answer) && areMutated(answer, answer.length)
        ? null
        : wrong('it gave something else than what each mutation did')
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
  if (total !== null && !isCount(total)) return wrong('its total is not a number of rows')
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
    : wrongRow(
        { client: client.name, schema: client.schema, model: shape.right.model, row: first[0] },
        rows[first[0]],
        first[1].left,
      )
}

/** Keys are checked as rows of one column. */
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
