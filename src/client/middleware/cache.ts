import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { canonicalJson } from '../../value/Order.js'
import { endsOf } from '../../schema/endsOf.js'
import type { Schema } from '../../schema/Schema.js'
import type { Query } from '../../query/Query.js'
import { encode } from '../../query/wire.js'
import type { Client } from '../Client.js'
import { modelsOf } from '../../query/needs.js'
import { asClient } from '../asClient.js'
import { optionsOf } from '../../value/optionsOf.js'
import { noNumber, refusing } from './refusing.js'
import { around, isWrite, type Call } from './around.js'

/**
 * How long and for whom answers are kept.
 *
 * - `rows` is how many milliseconds rows and keys are kept.
 * - `counts` is how many milliseconds counts are kept. The default is `rows`.
 * - `max` is the largest number of answers that are kept. The default is 1,000. The least recently used answer is
 *   removed first.
 * - `tenant` gives the name of the current tenant, if the same client shows different rows to different people.
 * - `now` is a clock that never goes back. It is for tests.
 *
 * @since 0.1.0
 */
export interface CacheOptions {
  readonly rows: number
  readonly counts?: number
  readonly max?: number
  readonly tenant?: () => string
  readonly now?: () => number
}

interface CachedAnswer {
  readonly models: ReadonlyArray<string>
  readonly until: number
  readonly answer: unknown
}

interface Flight {
  readonly models: ReadonlyArray<string>
  readonly answer: Promise<E.Either<QueryError, unknown>>
}

/**
 * Remembers a client's answers. Equal questions that are asked at the same time are asked once.
 *
 * A write through the client removes the answers about its model. A delete and a transaction remove all answers, since
 * a backend may have its own rules for related rows. A question that was asked before a write isn't remembered after
 * it. Errors aren't remembered. Neither are questions inside a transaction, or questions that depend on the current
 * time. Writes that don't go through the client are noticed only when answers expire.
 *
 * Answers are copies, so a caller that changes one doesn't change any other.
 *
 * If several clients are given to one `cache`, their answers are kept apart. A write through one of them removes the
 * answers of all, and `max` applies to all of them together. A client that is given again shares its earlier answers.
 *
 * @example
 * import { autoId, cache, count, create, log, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const asked: Array<string> = []
 * const client = pipe(
 *   memory(models, {}),
 *   log(({ operation }) => asked.push(operation)),
 *   cache({ rows: 60_000 }),
 * )
 * await count(client)(models.genre)()
 * await count(client)(models.genre)()
 * await create(client, {})(models.genre)()
 * console.log(await count(client)(models.genre)(), asked.filter((name) => name === 'count').length)
 * // => { _tag: 'Right', right: 1 } 2
 *
 * @since 0.1.0
 */
export const cache = (options: CacheOptions) => {
  const {
    rows = NaN,
    counts = rows,
    max = 1000,
    tenant = () => '',
    now = () => performance.now(),
  } = optionsOf(options)
  const wrong = noNumber({ rows, counts, max })
  if (wrong !== null) return refusing('cache', wrong)
  const kept = new Map<string, CachedAnswer>()
  const flights = new Map<string, Flight>()
  // How often the answers about a model were removed, and how often all were.
  const versions = new Map<string, number>()
  const state = { version: 0, clients: 0 }
  // Another client may answer differently. Answers are stored with a number instead of the client, so an unused client
  // can be collected.
  const numbers = new WeakMap<Client, number>()
  const numberOf = (client: Client): number => {
    const known = numbers.get(client)
    if (known !== undefined) return known
    state.clients += 1
    numbers.set(client, state.clients)
    return state.clients
  }
  const stamp = (models: ReadonlyArray<string>): string =>
    [state.version, ...models.map((model) => versions.get(model) ?? 0)].join()

  const forget = (model: string | null): void => {
    if (model === null) {
      state.version += 1
      kept.clear()
      flights.clear()
      return
    }
    versions.set(model, (versions.get(model) ?? 0) + 1)
    ;[kept, flights].forEach((all: Map<string, CachedAnswer | Flight>) => {
      all.forEach(({ models }, key) => {
        if (models.includes(model)) all.delete(key)
      })
    })
  }

  const keep = (key: string, answer: CachedAnswer): void => {
    kept.delete(key)
    kept.set(key, answer)
    const [oldest] = kept.keys()
    if (kept.size > Math.max(0, max) && oldest !== undefined) kept.delete(oldest)
  }

  const read = async (
    { operation }: Call,
    models: ReadonlyArray<string>,
    key: string,
    run: TE.TaskEither<QueryError, unknown>,
  ): Promise<E.Either<QueryError, unknown>> => {
    const known = kept.get(key)
    if (known !== undefined && known.until > now()) {
      keep(key, known)
      return E.right(structuredClone(known.answer))
    }
    const under = flights.get(key)
    if (under !== undefined) return E.map((answer) => structuredClone(answer))(await under.answer)
    const before = stamp(models)
    const flight: Flight = { models, answer: run() }
    flights.set(key, flight)
    const end = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    const answer = await flight.answer.finally(end)
    if (E.isRight(answer) && stamp(models) === before) {
      const until = now() + (operation === 'count' ? counts : rows)
      keep(key, { models, until, answer: structuredClone(answer.right) })
    }
    return answer
  }

  const write = async <A>(
    model: string | null,
    run: TE.TaskEither<QueryError, A>,
  ): Promise<E.Either<QueryError, A>> => {
    // Before the write, so that no later question joins an earlier one. After it, to remove what was asked during the
    // write.
    forget(model)
    try {
      return await run()
    } finally {
      forget(model)
    }
  }

  return <C extends Client>(given: C): C => {
    const client = asClient(given)
    const own = numberOf(client)
    return around(<A>(call: Call, run: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> => {
      if (call.inside) return run
      if (call.operation === 'transaction') return () => write(null, run)
      if (isWrite(call)) return () => write(reachesFurther(call) ? null : call.model, run)
      const { query } = call
      const text = query === null ? null : wireOf(query)
      if (query === null || text === null) return run
      return () =>
        // The same question has the same answer.
        read(
          call,
          withEnds(client.schema, modelsOf(client.schema, query)),
          `${String(own)}\n${tenant()}\n${call.operation}\n${text}`,
          run,
        ) as Promise<E.Either<QueryError, A>>
    })(client)
  }
}

/**
 * A scope shows join rows by the rows that their foreign keys lead to, so answers about join rows are removed with
 * those.
 */
const withEnds = (schema: Schema, models: ReadonlyArray<string>): ReadonlyArray<string> => {
  const all = new Set(models)
  const pending = models.filter((name) => endsOf(schema, name).length > 0)
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a model */
  for (let next = pending.pop(); next !== undefined; next = pending.pop())
    schema.models.get(next)?.columns.forEach(({ target }) => {
      if (target === null || all.has(target)) return
      all.add(target)
      pending.push(target)
    })
  return [...all]
}

/** Whether a write may change rows of other models too. */
const reachesFurther = ({ operation }: Call): boolean =>
  operation === 'write' || operation.startsWith('delete')

/** The wire form of a query. `null` if the query depends on the time, or is too large to send. */
const wireOf = (query: Query): string | null => {
  const wire = encode()(query)
  const text = E.isRight(wire) ? canonicalJson(wire.right) : null
  return text?.includes('"now"') === true ? null : text
}
