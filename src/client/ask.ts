import { either as E, type taskEither as TE } from 'fp-ts'
import type { Meter } from '../value/Meter.js'
import { clientFailed, type QueryError } from '../value/QueryError.js'
import type { PageNeeds } from '../query/Evaluator.js'
import type { Query } from '../query/Query.js'
import type { Client, Page } from './Client.js'

/**
 * Asks a client something. A function that throws or rejects counts as failed. So does an answer of the wrong form, if
 * `fits` is given.
 *
 * @since 0.1.0
 */
export const ask =
  <A>(
    client: string,
    operation: string,
    question: () => TE.TaskEither<QueryError, A>,
    fits: (answer: unknown) => boolean = () => true,
  ): TE.TaskEither<QueryError, A> =>
  async () => {
    try {
      const answer = await question()()
      return isEither(answer) && (E.isLeft(answer) || fits(answer.right))
        ? answer
        : E.left(
            clientFailed(client, operation, null, {
              message: 'it answered with something else than it should',
              hint: `See what the type 'Client' says of '${operation}'.`,
            }),
          )
    } catch (cause) {
      return E.left(clientFailed(client, operation, cause))
    }
  }

/**
 * Asks a client for a page.
 *
 * @since 0.1.0
 */
export const askPage = (
  client: Client,
  query: Query,
  meter?: Meter,
  needs?: PageNeeds,
): TE.TaskEither<QueryError, Page> => ask(client.name, 'list', () => client.list(query, meter, needs), isPage)

/**
 * Whether a value is a number of rows.
 *
 * @since 0.1.0
 */
export const isCount = (u: unknown): boolean => Number.isSafeInteger(u) && (u as number) >= 0 // just tested

const isPage = (u: unknown): boolean =>
  typeof u === 'object' &&
  u !== null &&
  'rows' in u &&
  Array.isArray(u.rows) &&
  'total' in u &&
  (u.total === null || isCount(u.total))

const isEither = (u: unknown): boolean =>
  typeof u === 'object' && u !== null && '_tag' in u && (u._tag === 'Left' || u._tag === 'Right')
