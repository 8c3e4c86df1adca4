/** Clients over a case's world. */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, derive, type Client, type Query } from '../../src/index.js'
import { memory } from '../../src/memory.js'
import type { QueryError } from '../../src/value/QueryError.js'
import type { World } from './worlds.js'

export const memoryOf = (world: World): Client => memory(world.models, world.rows)

/** A client that has nothing but `list`, gives few rows at once, and refuses to be asked for more. */
export const smallClient = (
  world: World,
  size: number,
  options: { readonly total: boolean; readonly asked?: (query: Query) => void },
): Client => {
  const whole = memoryOf(world)
  return {
    name: 'small',
    schema: world.schema,
    maxPerRequest: size,
    list: (query) => {
      options.asked?.(query)
      const limit = query.slice?.limit ?? null
      return limit === null || limit > size
        ? TE.left(clientFailed('small', 'list', null, { message: `asked for ${String(limit)} rows` }))
        : TE.map(
            ({ rows, total }: { readonly rows: ReadonlyArray<unknown>; readonly total: number | null }) => ({
              rows,
              total: options.total ? total : null,
            }),
          )(whole.list(query))
    },
  }
}

/** The same, with everything derived. */
export const smallFull = (world: World, size: number, total: boolean) =>
  derive(smallClient(world, size, { total }))

/** What a program gives, or an error that shows why it gave nothing. */
export const right = async <A>(program: TE.TaskEither<QueryError, A>): Promise<A> => {
  const result = await program()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}
