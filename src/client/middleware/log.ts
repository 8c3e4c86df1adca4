import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { around, type Operation } from './around.js'

/**
 * What is reported about a call. It never includes a value of a row or of a query. `rows` is the number of rows that
 * were read, created or written, or `null` if the answer isn't about a number of rows.
 *
 * @since 0.1.0
 */
export interface LogEvent {
  readonly client: string
  readonly operation: Operation
  readonly model: string
  readonly milliseconds: number
  readonly rows: number | null
  readonly error: QueryError['_tag'] | null
}

/**
 * Reports each call of a client once it has finished. An error that a listener throws is ignored.
 *
 * @example
 * import { autoId, log, pipe, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = pipe(
 *   memory(models, { genre: [{ id: 1 }] }),
 *   log(({ operation, model, rows }) => console.log(operation, model, rows)),
 * )
 * await toArray(client)(models.genre)() // => list genre 1
 *
 * @since 0.1.0
 */
export const log =
  (listener: (event: LogEvent) => void) =>
  <C extends Parameters<ReturnType<typeof around>>[0]>(client: C): C =>
    around(
      (call, run) => async () => {
        const start = performance.now()
        const answer = await run()
        E.tryCatch(
          () => {
            listener({
              client: client.name,
              operation: call.operation,
              model: call.model,
              milliseconds: performance.now() - start,
              rows: E.isRight(answer) ? countOfRows(answer.right) : null,
              error: E.isLeft(answer) ? answer.left._tag : null,
            })
          },
          () => null,
        )
        return answer
      },
      { batches: true },
    )(client)

/**
 * The number of rows that an answer is about, or `null` if that can't be seen.
 *
 * @since 0.1.0
 */
export const countOfRows = (answer: unknown): number | null =>
  typeof answer === 'number'
    ? answer
    : typeof answer === 'boolean'
      ? Number(answer)
      : Array.isArray(answer)
        ? answer.length
        : typeof answer === 'object' && answer !== null && 'rows' in answer && Array.isArray(answer.rows)
          ? answer.rows.length
          : null
