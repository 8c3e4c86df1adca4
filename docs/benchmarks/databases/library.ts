import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  createBulk,
  field,
  filter,
  get,
  orderBy,
  schema,
  slice,
  toArray,
  type QueryError,
} from '../../../src/index.js'
import { sqlClient, type Driver } from '../../../src/sql.js'
import { given, type Contender } from './Contender.js'

const { pipe } = fn

export const models = schema({ track: { id: autoId, name: field.text(), milliseconds: field.int() } })

const value = async <A>(task: TE.TaskEither<QueryError, A>): Promise<A> => {
  const answer = await task()
  if (E.isLeft(answer)) throw new Error(answer.left.message)
  return answer.right
}

const pageAbove = (n: number) =>
  pipe(
    models.track,
    filter((t) => t.milliseconds.gt(n)),
    orderBy((t) => [t.milliseconds.asc(), t.id.asc()]),
    slice(0, 20),
  )

/** The SQL client. Each call builds its queryset anew. */
export const library = (driver: Driver): Contender => {
  const client = sqlClient(models, driver)
  // Statements are built by the way that all queries take: against a driver that answers at once.
  const built = sqlClient(models, { ...driver, query: () => TE.right({ rows: [], affected: 0 }) })
  return {
    name: 'queryset-ts',
    get: (id) =>
      value(
        pipe(
          models.track,
          get(client, (t) => t.id.eq(id)),
        ),
      ),
    page: (n) => value(pipe(pageAbove(n), toArray(client))),
    list: () =>
      value(
        pipe(
          models.track,
          orderBy((t) => [t.id.asc()]),
          toArray(client),
        ),
      ),
    insert: () => value(pipe(models.track, createBulk(client, given))),
    build: (n) => value(pipe(pageAbove(n), toArray(built))),
  }
}
