/**
 * Checks that a client doesn't change its arguments: queries, and the arguments of writes.
 *
 * @since 0.2.0
 */
import { taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Client, WritableClient } from '../../client/Client.js'
import { isOwn, owning } from '../../client/own.js'
import type { Violation, Watch } from './Subject.js'

const reading = ['list', 'count', 'getPks'] as const

const writing = ['create', 'update', 'delete', 'createBulk', 'updateBulk', 'deleteBulk', 'write'] as const

type Operation = (typeof reading)[number] | (typeof writing)[number]

type Asked = (...args: ReadonlyArray<unknown>) => TE.TaskEither<QueryError, unknown>

const isReading = (operation: Operation): boolean => reading.some((each) => each === operation)

const changedIn = (operation: Operation, before: string, after: string): Violation => ({
  law: isReading(operation) ? 'queries are left as they are' : 'arguments are left as they are',
  area: isReading(operation) ? 'reads' : 'writes',
  expected: { operation, given: JSON.parse(before) as unknown },
  actual: { operation, given: JSON.parse(after) as unknown },
})

/** The number of arguments that are data. The callee may change later ones, such as the meter. */
const dataOf: { readonly [K in Operation]: number } = {
  list: 1,
  count: 1,
  getPks: 1,
  write: 1,
  create: 2,
  createBulk: 2,
  updateBulk: 2,
  deleteBulk: 2,
  delete: 3,
  update: 4,
}

/** Arguments are plain JSON. What a client has put into them may not be. */
const textOf = (operation: Operation, args: ReadonlyArray<unknown>): string => {
  const data = args.slice(0, dataOf[operation]).filter((arg) => arg !== undefined)
  try {
    return JSON.stringify(data)
  } catch {
    return '["what is no longer JSON"]'
  }
}

const noting =
  (watch: Watch, operation: Operation, ask: Asked): Asked =>
  (...args) => {
    const before = textOf(operation, args)
    const task = ask(...args)
    return async () => {
      const answer = await task()
      const after = textOf(operation, args)
      if (after !== before) watch.changed ??= changedIn(operation, before, after)
      return answer
    }
  }

/**
 * The same client, also within transactions, that records changes of its arguments. `own` tells whether its `write`
 * calls its other functions.
 *
 * @since 0.2.0
 */
export const watched = <C extends Client>(client: C, watch: Watch, own = isOwn(client)): C => {
  const noted = [...reading, ...writing].flatMap((operation) => {
    const ask: unknown = Reflect.get(client, operation)
    return typeof ask === 'function' ? [[operation, noting(watch, operation, ask as Asked)] as const] : []
  })
  const { transaction } = client as Partial<Pick<WritableClient, 'transaction'>>
  const atomic: Partial<Pick<WritableClient, 'transaction'>> =
    transaction === undefined
      ? {}
      : { transaction: (program, needs) => transaction((inside) => program(watched(inside, watch)), needs) }
  const made = { ...client, ...Object.fromEntries(noted), ...atomic }
  if (own) return owning(made)
  // Parts that describe functions that were replaced are left out.
  Reflect.deleteProperty(made, 'write')
  Reflect.deleteProperty(made, 'checks')
  return made
}
